package wire

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"

	"dateline/internal/body"

	nethtml "golang.org/x/net/html"
)

// wxrBody makes the document of one item: shortcodes and blocks become HTML that body understands.
type wxrBody struct {
	site     WXRSite
	item     WXRItem
	find     Finder
	out      *Item
	pictures map[string]string  // by address: ids in the item
	attached map[string]WXRItem // attachments whose pictures stand in the text, by address
	shown    map[string]bool    // addresses of the picture that opens the story
	said     map[string]bool
	codes    int
	warnings []Warning
}

func (b *wxrBody) warn(text string) {
	if !b.said[text] && len(b.warnings) < 50 {
		b.said[text] = true
		b.warnings = append(b.warnings, Warning{"", text})
	}
}

func (b *wxrBody) convert() {
	text := strings.ReplaceAll(b.item.Content, "\r\n", "\n")
	text = b.images(b.blocks(b.shortcodes(text, 0), 0))
	from := body.Source{Base: b.site.file(b.item.Link), Lang: b.out.Content.Language, Cards: true, Picture: b.inText}
	if from.Base == "" && b.site.Address != nil {
		from.Base = b.site.Address.String()
	}
	d, warnings := body.FromHTML(text, from)
	b.out.Content.Body = d
	for _, w := range warnings {
		if address, _ := w.Args["address"].(string); w.Key == "warning.body.picture" && b.shown[address] {
			continue
		}
		b.warn(w.Text)
	}
}

// images puts the address of the whole picture in place of that of the size that was shown.
func (b *wxrBody) images(text string) string {
	if !strings.Contains(text, "wp-image-") {
		return text
	}
	var out strings.Builder
	z := nethtml.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		if kind == nethtml.ErrorToken {
			return out.String()
		}
		if (kind == nethtml.StartTagToken || kind == nethtml.SelfClosingTagToken) && strings.HasPrefix(raw, "<img") {
			raw = b.whole(z.Token(), raw)
		}
		out.WriteString(raw)
	}
}

// whole is an img element with the address of its attachment.
func (b *wxrBody) whole(t nethtml.Token, raw string) string {
	id, alt := "", ""
	for _, a := range t.Attr {
		switch a.Key {
		case "class":
			for _, c := range strings.Fields(a.Val) {
				if n, ok := strings.CutPrefix(c, "wp-image-"); ok {
					id = n
				}
			}
		case "alt":
			alt = a.Val
		}
	}
	a, ok := b.find("id", id)
	if !ok || a.File == "" {
		return raw
	}
	address := b.site.file(a.File)
	b.attached[address] = a
	if alt == "" {
		alt = a.Meta["_wp_attachment_image_alt"]
	}
	return element("img", "src", address, "alt", alt)
}

// element writes a start tag.
func element(name string, attrs ...string) string {
	out := "<" + name
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" || attrs[i] == "alt" {
			out += " " + attrs[i] + `="` + html.EscapeString(attrs[i+1]) + `"`
		}
	}
	return out + ">"
}

// embedded writes what shows a thing elsewhere: an embed when its service is known, else a link.
func embedded(address, caption string) string {
	address = strings.TrimSpace(html.UnescapeString(address))
	if e, ok := body.EmbedOf(address); ok {
		return "\n\n" + element("figure", "data-embed", e.Provider) + element("a", "href", e.URL) + html.EscapeString(e.URL) + "</a><figcaption>" + caption + "</figcaption></figure>\n\n"
	}
	if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") {
		return ""
	}
	return "\n\n<p>" + element("a", "href", address) + html.EscapeString(address) + "</a> " + caption + "</p>\n\n"
}

// quiet are blocks that show nothing of their own, so that nobody misses them.
var quiet = map[string]bool{"more": true, "nextpage": true, "spacer": true, "separator": true, "post-title": true, "post-content": true, "post-date": true, "post-author": true, "navigation": true, "site-title": true}

// blocks takes the comments of the block editor out of a text, makes embeds and reusable blocks of what they say, and paragraphs
// of what stands outside of blocks.
func (b *wxrBody) blocks(text string, deep int) string {
	var out strings.Builder
	open := 0
	loose := func(s string) {
		if open == 0 {
			s = paragraphs(s)
		}
		out.WriteString(s)
	}
	for {
		start, size, name, attrs, kind := blockComment(text)
		if start < 0 {
			loose(text)
			return out.String()
		}
		loose(text[:start])
		text = text[start+size:]
		switch kind {
		case '>':
			end := "<!-- /wp:" + name + " -->"
			if inner, rest, ok := strings.Cut(text, end); ok && (name == "embed" || strings.HasPrefix(name, "core-embed/")) {
				caption := ""
				if _, c, ok := strings.Cut(inner, "<figcaption"); ok {
					_, c, _ = strings.Cut(c, ">")
					caption, _, _ = strings.Cut(c, "</figcaption>")
				}
				if shown := embedded(attrs.URL, caption); shown != "" {
					out.WriteString(shown)
					text = rest
					continue
				}
			}
			open++
		case '/':
			open = max(open-1, 0)
		default:
			switch {
			case name == "block" && deep < 3:
				if again, ok := b.find("id", attrs.Ref.String()); ok && again.Type == "wp_block" {
					out.WriteString(b.blocks(b.shortcodes(again.Content, 0), deep+1))
				} else {
					b.warn("a block that is used in several places is not in the export and was left out")
				}
			case attrs.URL != "" && embedded(attrs.URL, "") != "":
				out.WriteString(embedded(attrs.URL, ""))
			case !quiet[name]:
				b.warn("the block " + name + " is made by WordPress when it is shown and was left out")
			}
		}
	}
}

type blockAttrs struct {
	URL string      `json:"url"`
	Ref json.Number `json:"ref"`
}

// blockComment finds the next comment of the block editor. kind is '>' for one that opens a block, '/' for one that closes it,
// 0 for a block without content.
func blockComment(text string) (start, size int, name string, attrs blockAttrs, kind byte) {
	for from := 0; ; {
		at := strings.Index(text[from:], "<!--")
		if at < 0 {
			return -1, 0, "", attrs, 0
		}
		start = from + at
		end := strings.Index(text[start:], "-->")
		if end < 0 {
			return -1, 0, "", attrs, 0
		}
		size = end + len("-->")
		said := strings.TrimSpace(text[start+len("<!--") : start+end])
		said, void := strings.CutSuffix(said, "/")
		closing, closes := strings.CutPrefix(said, "/wp:")
		opening, opens := strings.CutPrefix(said, "wp:")
		switch {
		case closes:
			return start, size, strings.TrimSpace(closing), attrs, '/'
		case opens:
			name, rest, _ := strings.Cut(opening, " ")
			_ = json.Unmarshal([]byte(strings.TrimSpace(rest)), &attrs) // what cannot be read says nothing
			if void {
				return start, size, name, attrs, 0
			}
			return start, size, strings.TrimSpace(name), attrs, '>'
		}
		from = start + size
	}
}

var (
	blockTags  = regexp.MustCompile(`^(?i:address|article|aside|blockquote|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|form|h[1-6]|header|hr|iframe|li|main|nav|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul|video|audio)$`)
	structural = map[string]bool{"ul": true, "ol": true, "dl": true, "table": true, "thead": true, "tbody": true, "tfoot": true, "tr": true}
	blankLine  = regexp.MustCompile(`[ \t]*\n[ \t]*\n\s*`)
)

// paragraphs does what WordPress does to the text of its older editor: an empty line parts paragraphs, a line end is a break.
func paragraphs(text string) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	var out, run strings.Builder
	var inside []string
	kept := 0 // elements in which line ends are kept
	afterBlock := true
	flush := func(beforeBlock bool) {
		s := run.String()
		run.Reset()
		if len(inside) > 0 && structural[inside[len(inside)-1]] || kept > 0 {
			out.WriteString(s)
			return
		}
		if afterBlock {
			s = strings.TrimLeft(s, " \t\n")
		}
		if beforeBlock {
			s = strings.TrimRight(s, " \t\n")
		}
		s = blankLine.ReplaceAllString(s, "<br><br>")
		out.WriteString(strings.ReplaceAll(s, "\n", "<br>"))
		afterBlock = afterBlock && s == ""
	}
	z := nethtml.NewTokenizer(strings.NewReader(text))
	for {
		kind := z.Next()
		raw := string(z.Raw())
		switch kind {
		case nethtml.ErrorToken:
			run.WriteString(raw)
			flush(true)
			return out.String()
		case nethtml.TextToken:
			run.WriteString(raw)
			continue
		case nethtml.CommentToken, nethtml.DoctypeToken:
			continue
		}
		bytes, _ := z.TagName()
		name := string(bytes)
		block := blockTags.MatchString(name)
		flush(block)
		out.WriteString(raw)
		afterBlock = block
		preserves := name == "pre" || name == "script" || name == "style" || name == "textarea"
		switch {
		case kind == nethtml.StartTagToken && (block || preserves) && name != "hr" && len(inside) < 1000:
			inside = append(inside, name)
			if preserves {
				kept++
			}
		case kind == nethtml.EndTagToken && len(inside) > 0 && inside[len(inside)-1] == name:
			inside = inside[:len(inside)-1]
			if preserves {
				kept--
			}
		}
	}
}
