package body

import (
	"fmt"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Found is a picture that stands in foreign HTML. Src is an absolute address or a path.
type Found struct {
	Src, Alt, Caption string
}

// Source says where foreign HTML comes from. The zero Source fits a paste into an edition that reads from
// left to right: it knows no pictures, and relative links lose their target.
type Source struct {
	Base    string                      // absolute address of the page it came from; relative links are resolved against it
	Lang    string                      // language of the edition: what is in it anyway is not marked
	Dir     string                      // direction of the edition, "ltr" when empty
	XHTML   bool                        // the text is XML: <script/> and <a/> are closed
	Cards   bool                        // an address alone on its line becomes an embed when its service is known
	Picture func(Found) (Picture, bool) // makes or finds a picture of ours; nil or false leaves it out with a warning
}

// Warning is something of the foreign text that the document does not hold, or holds differently: a
// catalogue key, its English words, and what they need ("address" or "limit").
type Warning struct {
	Key  string
	Text string
	Args map[string]any
}

// Catalogue keys of warnings.
const (
	warnPicture  = "warning.body.picture"
	warnFrame    = "warning.body.frame"
	warnLink     = "warning.body.link"
	warnSimple   = "warning.body.simplified"
	warnCut      = "warning.body.cut"
	warnInput    = "warning.body.input"
	maxWarnings  = 50
	maxInput     = 4 << 20 // bytes of foreign HTML that are read
	maxTags      = 400_000 // tags; above, only the text is taken
	maxReopened  = 500_000 // elements that unclosed formatting would make the parser repeat
	quickEnough  = 4 << 10 // bytes below which no input can grow dangerously
	maxStyleText = 64 << 10
)

// WarningKeys lists every catalogue key that FromHTML may name, for the test that all have words.
func WarningKeys() []string {
	return []string{warnPicture, warnFrame, warnLink, warnSimple, warnCut, warnInput}
}

// FromHTML makes a document of HTML from anywhere: a paste from Word, Google Docs or a page, an import, the
// wire. It takes any bytes and never fails: what the closed list cannot say is unwrapped to its text, what
// could act (scripts, styles, forms, frames of unknown services) falls away, and Warnings name what a person
// may miss, at most 50. The result always passes Parse.
func FromHTML(text string, from Source) (Document, []Warning) {
	c := &conversion{from: from, baseDir: "ltr", effectiveLang: from.Lang}
	if from.Dir == "rtl" {
		c.baseDir = "rtl"
	}
	if u, err := url.Parse(from.Base); err == nil && u.Host != "" {
		c.base = u
	}
	if len(text) > maxInput {
		text = cutText(text, maxInput)
		c.warn(warnInput, "only the first %v bytes were read", "limit", maxInput)
	}
	text = cleanText(clipboard(text))
	if from.XHTML {
		text = closeEmpty(text)
	}
	blocks := c.convert(text)
	d, cut := fit(blocks)
	if cut {
		c.warn(warnCut, "the text is longer than %v bytes and was cut", "limit", MaxBytes)
	}
	return d, c.warnings
}

// conversion is the state of one FromHTML.
type conversion struct {
	from          Source
	base          *url.URL
	baseDir       string
	effectiveLang string
	word          bool // comes from Word, whose language marks are noise
	classes       map[string]looks
	captions      map[*html.Node]string // of pictures, players and frames, found before the walk comes to them
	warnings      []Warning
}

// warn notes a warning; each address is named once.
func (c *conversion) warn(key, text, arg string, value any) {
	if s, ok := value.(string); ok {
		value = short(s)
	}
	if len(c.warnings) >= maxWarnings {
		return
	}
	for _, w := range c.warnings {
		if w.Key == key && w.Args[arg] == value {
			return
		}
	}
	c.warnings = append(c.warnings, Warning{Key: key, Text: fmt.Sprintf(text, value), Args: map[string]any{arg: value}})
}

// convert parses the text as browsers do, or takes its words alone when the tree would be too deep or too large.
func (c *conversion) convert(text string) []*node {
	if len(text) > quickEnough && heavy(text) {
		return c.flat(text)
	}
	root, err := parseHTML(text)
	if err != nil {
		return c.flat(text)
	}
	c.prepare(root)
	f := &flow{c: c, where: docNode, depth: 2}
	f.children(root, style{effLang: c.effectiveLang, effDir: c.baseDir})
	return f.finish()
}

func parseHTML(text string) (root *html.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("body: parsing HTML: %v", r)
		}
	}()
	return html.Parse(strings.NewReader(text))
}

// prepare looks at the whole tree before the walk: base address, style sheets, language, signs of Word.
func (c *conversion) prepare(root *html.Node) {
	sheets := 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.DataAtom {
		case atom.Base:
			if href, ok := cleanLink(get(n, "href"), c.base); ok && hostOf(href) != "" {
				c.base, _ = url.Parse(href)
			}
		case atom.Style:
			if n.FirstChild != nil && sheets < maxStyleText {
				sheet := cutText(n.FirstChild.Data, maxStyleText)
				sheets += len(sheet)
				c.readSheet(sheet)
			}
		case atom.Html, atom.Body:
			if lang, ok := cleanLang(get(n, "lang")); ok && c.from.Lang == "" {
				c.effectiveLang = lang
			}
			if strings.Contains(get(n, "xmlns:o"), "microsoft") {
				c.word = true
			}
		case atom.P, atom.Span:
			if !c.word {
				c.word = strings.HasPrefix(get(n, "class"), "Mso") || strings.Contains(get(n, "style"), "mso-")
			}
		}
	}
}

// clipboard takes off the header that Windows puts before HTML in its clipboard.
func clipboard(text string) string {
	if strings.HasPrefix(text, "Version:") && strings.Contains(text[:min(len(text), 200)], "StartHTML:") {
		if start := strings.IndexByte(text, '<'); start >= 0 {
			return text[start:]
		}
	}
	return text
}

// closeEmpty gives <x/> the end tag that HTML would miss.
func closeEmpty(text string) string {
	if !strings.Contains(text, "/>") {
		return text
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.SelfClosingTagToken:
			b.Write(z.Raw())
			name, _ := z.TagName()
			z.NextIsNotRawText()
			if !voidElement(atom.Lookup(name)) {
				b.WriteString("</" + string(name) + ">")
			}
		default:
			b.Write(z.Raw())
		}
	}
}

func voidElement(a atom.Atom) bool {
	switch a {
	case atom.Area, atom.Base, atom.Br, atom.Col, atom.Embed, atom.Hr, atom.Img, atom.Input, atom.Link, atom.Meta,
		atom.Param, atom.Source, atom.Track, atom.Wbr:
		return true
	}
	return false
}

// heavy reports whether the parser would make far more of the text than it is: unclosed formatting is
// repeated in every later block, so that a megabyte can become gigabytes.
func heavy(text string) bool {
	z := html.NewTokenizer(strings.NewReader(text))
	open := map[atom.Atom]int{}
	tags, opened, repeated := 0, 0, 0
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return false
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		name, _ := z.TagName()
		a := atom.Lookup(name)
		tags++
		switch a {
		case atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike,
			atom.Strong, atom.Tt, atom.U, atom.A:
			if kind == html.EndTagToken {
				if open[a] > 0 {
					open[a]--
					opened--
				}
			} else {
				open[a]++
				opened++
			}
		default:
			repeated += opened
		}
		if tags > maxTags || repeated > maxReopened {
			return true
		}
	}
}

// flat takes the words alone, a paragraph for each block, from text that cannot be parsed in bounds.
func (c *conversion) flat(text string) []*node {
	c.warn(warnSimple, "the text was nested too deeply; only its words were taken", "limit", MaxDepth)
	f := &flow{c: c, where: docNode, depth: 2}
	z := html.NewTokenizer(strings.NewReader(text))
	var skip atom.Atom
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			return f.finish()
		case html.TextToken:
			if skip == 0 {
				f.text(string(z.Text()), style{})
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case skip != 0:
				if kind == html.EndTagToken && a == skip {
					skip = 0
				}
			case kind == html.StartTagToken && rawText(a):
				skip = a
			case a == atom.Br:
				f.lineBreak(style{})
			case blockElement(string(name)):
				f.flush()
			}
		}
	}
}

// rawText lists the elements whose content is no text of the story.
func rawText(a atom.Atom) bool {
	switch a {
	case atom.Script, atom.Style, atom.Title, atom.Textarea, atom.Iframe, atom.Noscript, atom.Noembed, atom.Noframes, atom.Template, atom.Svg, atom.Math:
		return true
	}
	return false
}

func get(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return true
		}
	}
	return false
}
