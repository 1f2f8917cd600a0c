package wire

import (
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"

	"dateline/internal/body"
	"dateline/internal/news"
)

// mark begins the roles under which an export keeps what ninjs has no property for.
const mark = "dateline:"

// ParseNinjs reads one ninjs item of any version from 1.0 to 3.1. It refuses, as fault.Malformed, what is no JSON
// object and, as fault.Invalid, what the schema of its family refuses, with every property that is wrong named in
// Places; names that ninjs does not know are ignored with a warning when nothing is lost by it. Events and planning
// are read too, but say in NotArticle that they are no articles, as does an item without any text and picture.
func ParseNinjs(data []byte) (Item, []Warning, error) {
	n, err := read(data)
	if err != nil {
		return Item{}, nil, err
	}
	f, err := detect(n)
	if err != nil {
		return Item{}, nil, err
	}
	warnings, err := validate(f, n)
	if err != nil {
		return Item{}, nil, refusal(f, err)
	}
	p := parser{doc: doc{f, n}, warnings: warnings}
	p.item()
	return p.out, p.warnings, nil
}

// doc reads the properties of a valid item whatever its family calls them.
type doc struct {
	f Family
	n *node
}

// word gives the first of the properties that is a text with something in it.
func (d doc) word(names ...string) string {
	for _, name := range names {
		if s := d.n.of(name).word(); s != "" {
			return s
		}
	}
	return ""
}

func (d doc) time(names ...string) time.Time {
	t, _ := parseTime(d.word(names...))
	return t
}

// list gives the first of the properties that has values.
func (d doc) list(names ...string) []*node {
	for _, name := range names {
		if l := d.n.of(name).list(); len(l) > 0 {
			return l
		}
	}
	return nil
}

// said is one text of an item with what is known about it.
type said struct {
	role string // lower case; in families 1.x what follows the underscore
	kind string // its content type, lower case, as far as it is told
	text string
	at   string
}

// texts gives the headlines, descriptions or bodies: one is the name in families 1.x, many the one in the others.
func (d doc) texts(one, many string) []said {
	var out []said
	for i, v := range d.n.of(many).list() {
		t := doc{d.f, v}
		if s := t.word("value"); s != "" {
			out = append(out, said{strings.ToLower(t.word("role")), strings.ToLower(t.word("contentType", "contenttype")), s, item(many, i)})
		}
	}
	if d.f != Ninjs1 {
		return out
	}
	for i, name := range d.n.names {
		role, ok := strings.CutPrefix(name, one)
		if s := d.n.values[i].word(); ok && s != "" && (role == "" || role[0] == '_') {
			role = strings.ToLower(strings.TrimPrefix(role, "_"))
			out = append(out, said{role, "", s, name})
		}
	}
	return out
}

// rich reports whether the text is HTML: it says so, or it looks like it.
func (s said) rich() bool {
	if strings.Contains(s.kind, "html") || strings.Contains(s.kind, "xml") {
		return true
	}
	if s.kind == "text/plain" {
		return false
	}
	for _, r := range []string{"html", "xhtml", "richtext", "nitf"} {
		if s.role == r || strings.HasSuffix(s.role, "_"+r) {
			return true
		}
	}
	return strings.HasPrefix(s.text, "<") && strings.Contains(s.text, "</")
}

// plain gives the text on one line, without the elements of HTML.
func (s said) plain() string {
	if s.rich() {
		return oneLine(plainText(s.text))
	}
	return oneLine(s.text)
}

// plainText gives what a reader sees of HTML, a space where an element ends a block.
func plainText(markup string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	for skip := false; ; {
		switch z.Next() {
		case html.ErrorToken:
			return clean(strings.TrimSpace(b.String()))
		case html.TextToken:
			if !skip {
				b.WriteString(html.UnescapeString(string(z.Raw())))
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "script", "style":
				skip = t.Type == html.StartTagToken
			case "p", "br", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr":
				b.WriteByte('\n')
			}
		}
	}
}

// pick gives the first text whose role is among roles, in the order of roles. "*" stands for any text.
func pick(all []said, roles ...string) (said, bool) {
	for _, role := range roles {
		for _, s := range all {
			if role == "*" || s.role == role {
				return s, true
			}
		}
	}
	return said{}, false
}

// parser turns a valid item into an Item.
type parser struct {
	doc
	out      Item
	warnings []Warning
	marks    map[string]string // what an export kept under its own roles, without mark
}

func (p *parser) warn(at, text string) { p.warnings = append(p.warnings, Warning{at, text}) }

func (p *parser) item() {
	p.out = Item{
		Family: p.f, Kind: Kind(p.word("type")), Status: Status(p.word("pubStatus", "pubstatus")),
		EmbargoUntil: p.time("embargoedUntil", "embargoed"), Expires: p.time("expires"),
		FirstCreated: p.time("firstCreated", "firstcreated"), VersionTime: p.time("versionCreated", "versioncreated"),
		DeskNote: p.word("edNote", "ednote"),
	}
	if p.out.Status == "" {
		p.out.Status = Usable
	}
	if last := time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC); p.out.EmbargoUntil.After(last) {
		p.out.EmbargoUntil = last
		p.warn("embargoedUntil", "lies beyond what the desk keeps and was taken for the end of 2200")
	}
	p.readMarks()
	p.out.ID, p.out.Edition, p.out.Section = p.marks["id"], p.marks["edition"], p.marks["section"]
	p.pictures()
	p.content()
	p.decide()
}

func (p *parser) readMarks() {
	p.marks = map[string]string{}
	for _, v := range p.list("altIds", "altids") {
		d := doc{p.f, v}
		if role, ok := strings.CutPrefix(d.word("role"), mark); ok {
			p.marks[role] = d.word("value")
		}
	}
}

// own reports whether a Dateline site wrote the item.
func (p *parser) own() bool { return p.marks["id"] != "" }

func (p *parser) content() {
	c := &p.out.Content
	c.Kind, c.Genre = news.Story, p.genre()
	if k := news.ArticleKind(p.marks["kind"]); k == news.Live || k == news.Page {
		c.Kind = k
	}
	c.Language = p.word("language")
	c.Urgency = p.urgency()
	c.Slug, c.Discussion = p.marks["slug"], p.marks["discussion"]
	c.Tags, c.Related = p.tags(), []string{}
	c.Byline = p.byline()
	c.Source = p.source()
	p.headlines()
	p.lead()
	p.body()
	p.relations()
	p.fit()
}

func (p *parser) headlines() {
	all := p.texts("headline", "headlines")
	c := &p.out.Content
	short, _ := pick(all, "short", "shorthead", "short_headline", "teaser", "mobile", "push", "alert")
	main, ok := pick(all, "", "main", "headline", "simple", "text")
	if !ok {
		for _, s := range all {
			if s != short && !ok {
				main, ok = s, true
			}
		}
	}
	if !ok {
		main, short = short, said{}
	}
	c.Headline, c.ShortHeadline = main.plain(), short.plain()
	if c.ShortHeadline == c.Headline {
		c.ShortHeadline = ""
	}
	if !body.Blank(c.Headline) {
		return
	}
	c.Headline = ""
	for _, name := range []string{"title", "slugline"} {
		if s := oneLine(p.word(name)); !body.Blank(s) {
			c.Headline = s
			p.warn(name, "was taken for the headline, which is missing")
			return
		}
	}
}

// lead takes the description of a story for its lead; that of a picture is its caption.
func (p *parser) lead() {
	if p.visual() {
		return
	}
	all := p.texts("description", "descriptions")
	s, ok := pick(plainFirst(all), "lead", "standfirst", "summary", "abstract", "intro", "main", "", "text", "teaser", "html", "richtext")
	if ok {
		p.out.Content.Lead = s.plain()
	}
}

// plainFirst puts texts without markup in front.
func plainFirst(all []said) []said {
	var plain, rich []said
	for _, s := range all {
		if s.rich() {
			rich = append(rich, s)
		} else {
			plain = append(plain, s)
		}
	}
	return append(plain, rich...)
}

// visual reports whether the item is itself a picture.
func (p *parser) visual() bool { return p.out.Kind == Picture || p.out.Kind == Graphic }

func (p *parser) genre() news.Genre {
	if g := news.Genre(p.marks["genre"]); g != "" {
		for _, known := range news.Genres {
			if g == known {
				return g
			}
		}
	}
	found := news.News
	for _, v := range p.list("genres", "genre") {
		d := doc{p.f, v}
		for _, name := range []string{"uri", "code", "literal", "name"} {
			if g, ok := genreOf(d.word(name)); ok && found == news.News {
				found = g
			}
		}
	}
	return found
}

// urgency gives 1 to 9, 0 when the item says nothing that can be used.
func (p *parser) urgency() int {
	v := p.n.of("urgency")
	if v == nil {
		return 0
	}
	if f, err := strconv.ParseFloat(v.text, 64); err == nil && f == float64(int(f)) && f >= 1 && f <= 9 {
		return int(f)
	}
	p.warn("urgency", "is not a whole number from 1 to 9 and was ignored")
	return 0
}

const maxTags = 50

func (p *parser) tags() []string {
	tags := []string{}
	seen := map[string]bool{}
	add := func(s string) {
		s = oneLine(s)
		if key := strings.ToLower(s); s != "" && !seen[key] && len(tags) < maxTags {
			seen[key] = true
			tags = append(tags, s)
		}
	}
	var own, all []string
	for _, v := range p.list("subjects", "subject") {
		d := doc{p.f, v}
		if d.word("rel") == mark+"tag" {
			own = append(own, d.word("name"))
		}
		all = append(all, d.word("name"))
	}
	if len(own) > 0 || p.own() {
		all = own
	}
	for _, s := range all {
		add(s)
	}
	for _, v := range p.list("keywords") { // no property of ninjs, but many send it
		add(v.word())
	}
	return tags
}

func (p *parser) byline() []news.Byline {
	out := []news.Byline{}
	for _, v := range p.list("people") {
		d := doc{p.f, v}
		if d.word("rel") == mark+"byline" && d.word("name") != "" {
			out = append(out, news.Byline{Name: d.word("name"), Author: d.word("literal")})
		}
	}
	if len(out) > 0 {
		return out
	}
	return append(out, bylines(p.word("by", "byline"))...)
}

// source gives where the item comes from. Without a version, the time of the version stands for it.
func (p *parser) source() *news.Source {
	s := &news.Source{URI: p.word("uri"), Version: p.word("version"), Name: p.provider(), Usage: p.word("usageTerms", "usageterms")}
	if s.Version == "" && !p.out.VersionTime.IsZero() {
		s.Version = p.out.VersionTime.Format(time.RFC3339Nano)
	}
	holder := p.word("copyrightHolder", "copyrightholder")
	if s.Name == "" {
		s.Name = holder
	}
	if s.Copyright = p.word("copyrightNotice", "copyrightnotice"); s.Copyright == "" {
		s.Copyright = holder
	}
	return s
}

// provider gives the agency's name.
func (p *parser) provider() string {
	for _, v := range p.list("infoSources", "infosources", "infosource") {
		d := doc{p.f, v}
		if s := oneLine(d.word("name")); s != "" && !strings.HasPrefix(d.word("role"), mark) {
			return s
		}
	}
	return oneLine(p.word("provider", "source")) // no properties of ninjs, but many send them
}

// relations finds the items it refers to: associations that are no pictures.
func (p *parser) relations() {
	for _, v := range p.list("associations") {
		d := doc{p.f, v}
		uri := d.word("uri")
		switch rel := d.word("rel"); {
		case uri == "":
		case rel == mark+"translation-of":
			p.out.TranslationOf = uri
		case d.word("type") == "text" || d.word("type") == "composite" || rel == mark+"related":
			p.out.Related = append(p.out.Related, uri)
		}
	}
}

// decide says whether the item is an article.
func (p *parser) decide() {
	c := p.out.Content
	if p.out.Kind == "" {
		p.out.Kind = Text
		if len(p.out.Pictures) > 0 && c.Headline == "" && c.Body.IsEmpty() {
			p.out.Kind = Picture
		}
	}
	switch {
	case p.out.Kind == Event || p.out.Kind == Planning:
		p.out.NotArticle = "it is of type " + string(p.out.Kind) + ", which is no article"
	case p.out.Status == Canceled:
		// It withdraws what was sent before and may carry nothing else.
	case c.Headline == "" && c.Lead == "" && c.Body.IsEmpty() && len(p.out.Pictures) == 0:
		p.out.NotArticle = "it has no headline, no text and no picture that can be read"
	case c.Headline == "":
		p.nameless()
	}
	if p.out.Kind == Audio || p.out.Kind == Video {
		p.warn("renditions", "hold "+string(p.out.Kind)+", which is not taken over; the words are")
	}
	if p.out.Status == Withheld {
		p.warn("pubStatus", "is withheld: it must not be published until a version is usable")
	}
	if !p.out.Expires.IsZero() {
		p.warn("expires", "says that it may be used until "+p.out.Expires.Format(time.RFC3339)+" only")
	}
}

// nameless gives a story without a headline the start of its text for one.
func (p *parser) nameless() {
	c := &p.out.Content
	start := c.Lead
	if body.Blank(start) {
		start = oneLine(c.Body.Text())
	}
	if start == "" && len(p.out.Pictures) > 0 {
		start = p.out.Pictures[0].Caption
	}
	if start == "" {
		start = p.word("uri")
	}
	c.Headline = cutWords(start, 90)
	p.warn("headline", "is missing; the beginning of the text was taken for it")
}

// cutWords gives the words of s that fit into max characters, with an ellipsis when some do not.
func cutWords(s string, max int) string {
	r := []rune(s)
	if len(r) <= max {
		return s
	}
	cut := string(r[:max])
	if i := strings.LastIndexByte(cut, ' '); i > max/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:—–-") + "…"
}
