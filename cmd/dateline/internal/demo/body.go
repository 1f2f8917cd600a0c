package demo

import (
	"fmt"
	"html"
	"strconv"
	"strings"
)

// Body is the text of a story, as blocks in reading order.
//
// In the files it is written like this, with an empty line between blocks:
//
//	A paragraph with *emphasis*, **weight** and a [link](story:ferry-strike).
//	## Heading            ### Smaller heading
//	> A quotation         > — Who said it
//	- item                1. item
//	[table: Caption]      | a | b |     (the first row is the head)
//	[picture: name]       [related: story-key]
//	[facts: Title] … [end]
type Body []Block

// Kind says what a block is.
type Kind string

// The kinds of blocks.
const (
	Paragraph Kind = "paragraph" // Text
	Heading   Kind = "heading"   // Text, Level 2 or 3
	Quote     Kind = "quote"     // Text, Cite when somebody is named
	List      Kind = "list"      // Items, Ordered
	Table     Kind = "table"     // Title is the caption; Rows, the first one the head
	Figure    Kind = "figure"    // Ref is a picture name
	Card      Kind = "card"      // Ref is a story key of the same edition
	Facts     Kind = "facts"     // Title, Blocks (paragraphs, lists and tables)
)

// Block is one block of a body; which fields hold something depends on Kind.
type Block struct {
	Kind    Kind
	Text    Text
	Level   int
	Cite    string
	Ordered bool
	Items   []Text
	Title   string
	Rows    [][]Text
	Ref     string
	Blocks  Body
}

// Text is a run of spans.
type Text []Span

// Span is a stretch of text with the same marks. Link is empty, an absolute
// address, or "story:" and the key of a story of the same edition.
type Span struct {
	Text   string
	Strong bool
	Em     bool
	Link   string
}

// Plain returns the text without its marks.
func (t Text) Plain() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Plain returns the words of a body without marks, one block a line; pictures and cards leave nothing.
func (b Body) Plain() string {
	var lines []string
	for _, k := range b {
		switch k.Kind {
		case Figure, Card:
		case List:
			for _, item := range k.Items {
				lines = append(lines, item.Plain())
			}
		case Table:
			lines = append(lines, k.Title)
			for _, row := range k.Rows {
				var cells []string
				for _, cell := range row {
					cells = append(cells, cell.Plain())
				}
				lines = append(lines, strings.Join(cells, "\t"))
			}
		case Facts:
			lines = append(lines, k.Title, k.Blocks.Plain())
		default:
			lines = append(lines, k.Text.Plain())
			if k.Cite != "" {
				lines = append(lines, k.Cite)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// Refs returns the picture names, card keys and linked story keys of a body, each in reading order.
func (b Body) Refs() (pictures, cards, links []string) {
	link := func(t Text) {
		for _, s := range t {
			if key, ok := strings.CutPrefix(s.Link, "story:"); ok {
				links = append(links, key)
			}
		}
	}
	for _, k := range b {
		link(k.Text)
		for _, item := range k.Items {
			link(item)
		}
		for _, row := range k.Rows {
			for _, cell := range row {
				link(cell)
			}
		}
		switch k.Kind {
		case Figure:
			pictures = append(pictures, k.Ref)
		case Card:
			cards = append(cards, k.Ref)
		case Facts:
			p, c, l := k.Blocks.Refs()
			pictures, cards, links = append(pictures, p...), append(cards, c...), append(links, l...)
		}
	}
	return pictures, cards, links
}

// HTML writes a body as plain HTML: p, h2, h3, blockquote, ul, ol, table, a,
// strong, em, <figure data-picture="name">, <aside data-related="key"> and
// <section data-facts="Title">. href turns a story key into an address; links
// to stories for which it answers "" lose their mark and keep their words.
func (b Body) HTML(href func(key string) string) string {
	w := &htmlWriter{href: href}
	w.body(b)
	return w.String()
}

type htmlWriter struct {
	strings.Builder
	href func(string) string
}

func (w *htmlWriter) body(b Body) {
	for _, k := range b {
		w.block(k)
	}
}

func (w *htmlWriter) block(k Block) {
	switch k.Kind {
	case Paragraph:
		w.tag("p", k.Text)
	case Heading:
		w.tag("h"+strconv.Itoa(k.Level), k.Text)
	case Quote:
		w.WriteString("<blockquote>")
		w.tag("p", k.Text)
		if k.Cite != "" {
			w.tag("p", Text{{Text: k.Cite}})
		}
		w.WriteString("</blockquote>\n")
	case List:
		name := "ul"
		if k.Ordered {
			name = "ol"
		}
		w.WriteString("<" + name + ">")
		for _, item := range k.Items {
			w.tag("li", item)
		}
		w.WriteString("</" + name + ">\n")
	case Table:
		w.table(k)
	case Figure:
		w.WriteString(`<figure data-picture="` + html.EscapeString(k.Ref) + "\"></figure>\n")
	case Card:
		w.WriteString(`<aside data-related="` + html.EscapeString(k.Ref) + "\"></aside>\n")
	case Facts:
		w.WriteString(`<section data-facts="` + html.EscapeString(k.Title) + "\">\n")
		w.body(k.Blocks)
		w.WriteString("</section>\n")
	}
}

func (w *htmlWriter) table(k Block) {
	w.WriteString("<table>")
	w.tag("caption", Text{{Text: k.Title}})
	for i, row := range k.Rows {
		cell := "td"
		switch i {
		case 0:
			w.WriteString("<thead>")
			cell = "th"
		case 1:
			w.WriteString("<tbody>")
		}
		w.WriteString("<tr>")
		for _, t := range row {
			w.tag(cell, t)
		}
		w.WriteString("</tr>")
		if i == 0 {
			w.WriteString("</thead>")
		}
	}
	w.WriteString("</tbody></table>\n")
}

func (w *htmlWriter) tag(name string, t Text) {
	w.WriteString("<" + name + ">")
	for _, s := range t {
		w.span(s)
	}
	w.WriteString("</" + name + ">")
	if name == "p" || name[0] == 'h' {
		w.WriteString("\n")
	}
}

func (w *htmlWriter) span(s Span) {
	open, end := "", ""
	if s.Link != "" {
		address := s.Link
		if key, ok := strings.CutPrefix(s.Link, "story:"); ok {
			address = w.href(key)
		}
		if address != "" {
			open, end = `<a href="`+html.EscapeString(address)+`">`, "</a>"
		}
	}
	if s.Strong {
		open, end = open+"<strong>", "</strong>"+end
	}
	if s.Em {
		open, end = open+"<em>", "</em>"+end
	}
	w.WriteString(open + html.EscapeString(s.Text) + end)
}

// parseBody reads the markup described at Body.
func parseBody(text string) (Body, error) {
	if text == "" {
		return nil, fmt.Errorf("the body is missing")
	}
	var out Body
	var facts *Block
	for _, chunk := range strings.Split(text, "\n\n") {
		chunk = strings.Trim(chunk, "\n")
		if chunk == "" {
			return nil, fmt.Errorf("two empty lines in a row")
		}
		if title, ok := directive(chunk, "facts"); ok {
			if facts != nil {
				return nil, fmt.Errorf("facts inside facts")
			}
			facts = &Block{Kind: Facts, Title: title}
			continue
		}
		if chunk == "[end]" {
			if facts == nil || len(facts.Blocks) == 0 {
				return nil, fmt.Errorf("[end] without facts")
			}
			out, facts = append(out, *facts), nil
			continue
		}
		block, err := parseBlock(chunk)
		if err != nil {
			return nil, fmt.Errorf("%w in %q", err, firstWords(chunk))
		}
		if facts == nil {
			out = append(out, block)
			continue
		}
		if block.Kind != Paragraph && block.Kind != List && block.Kind != Table {
			return nil, fmt.Errorf("a %s inside facts", block.Kind)
		}
		facts.Blocks = append(facts.Blocks, block)
	}
	if facts != nil {
		return nil, fmt.Errorf("facts without [end]")
	}
	return out, nil
}

func firstWords(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// directive matches a whole line "[name: value]".
func directive(line, name string) (string, bool) {
	value, ok := strings.CutPrefix(line, "["+name+": ")
	if !ok || strings.Contains(line, "\n") {
		return "", false
	}
	return strings.CutSuffix(value, "]")
}

func parseBlock(chunk string) (Block, error) {
	if name, ok := directive(chunk, "picture"); ok {
		return Block{Kind: Figure, Ref: name}, nil
	}
	if key, ok := directive(chunk, "related"); ok {
		return Block{Kind: Card, Ref: key}, nil
	}
	lines := strings.Split(chunk, "\n")
	if title, ok := directive(lines[0], "table"); ok {
		return parseTable(title, lines[1:])
	}
	switch {
	case strings.HasPrefix(chunk, "[") && !strings.Contains(chunk, "](") && strings.HasSuffix(chunk, "]"):
		return Block{}, fmt.Errorf("an unknown directive")
	case strings.HasPrefix(chunk, "### "):
		return parseHeading(chunk[4:], 3)
	case strings.HasPrefix(chunk, "## "):
		return parseHeading(chunk[3:], 2)
	case strings.HasPrefix(chunk, "> "):
		return parseQuote(lines)
	case strings.HasPrefix(chunk, "- "):
		return parseList(lines, false)
	case strings.HasPrefix(chunk, "1. "):
		return parseList(lines, true)
	}
	t, err := parseText(strings.Join(lines, " "))
	return Block{Kind: Paragraph, Text: t}, err
}

func parseHeading(line string, level int) (Block, error) {
	if strings.Contains(line, "\n") {
		return Block{}, fmt.Errorf("a heading of two lines")
	}
	t, err := parseText(line)
	return Block{Kind: Heading, Level: level, Text: t}, err
}

func parseQuote(lines []string) (Block, error) {
	var words []string
	cite := ""
	for _, line := range lines {
		rest, ok := strings.CutPrefix(line, "> ")
		if !ok || cite != "" {
			return Block{}, fmt.Errorf("a line outside the quotation")
		}
		if who, ok := strings.CutPrefix(rest, "— "); ok {
			cite = who
			continue
		}
		words = append(words, rest)
	}
	t, err := parseText(strings.Join(words, " "))
	return Block{Kind: Quote, Text: t, Cite: cite}, err
}

func parseList(lines []string, ordered bool) (Block, error) {
	out := Block{Kind: List, Ordered: ordered}
	for i, line := range lines {
		mark := "- "
		if ordered {
			mark = strconv.Itoa(i+1) + ". "
		}
		rest, ok := strings.CutPrefix(line, mark)
		if !ok {
			return Block{}, fmt.Errorf("a list item without %q", mark)
		}
		t, err := parseText(rest)
		if err != nil {
			return Block{}, err
		}
		out.Items = append(out.Items, t)
	}
	return out, nil
}

func parseTable(title string, lines []string) (Block, error) {
	out := Block{Kind: Table, Title: title}
	for _, line := range lines {
		inner, ok := strings.CutPrefix(line, "| ")
		if ok {
			inner, ok = strings.CutSuffix(inner, " |")
		}
		if !ok {
			return Block{}, fmt.Errorf("a table row without its bars")
		}
		var row []Text
		for _, cell := range strings.Split(inner, " | ") {
			t, err := parseText(cell)
			if err != nil {
				return Block{}, err
			}
			row = append(row, t)
		}
		if len(out.Rows) > 0 && len(row) != len(out.Rows[0]) {
			return Block{}, fmt.Errorf("a table row of %d cells under a head of %d", len(row), len(out.Rows[0]))
		}
		out.Rows = append(out.Rows, row)
	}
	if len(out.Rows) < 2 {
		return Block{}, fmt.Errorf("a table without rows")
	}
	return out, nil
}

// parseText reads *em*, **strong** and [words](address); marks do not nest.
func parseText(s string) (Text, error) {
	var out Text
	add := func(span Span) {
		if span.Text != "" {
			out = append(out, span)
		}
	}
	for s != "" {
		i := strings.IndexAny(s, "*[")
		if i < 0 {
			add(Span{Text: s})
			break
		}
		add(Span{Text: s[:i]})
		s = s[i:]
		span, rest, err := parseMark(s)
		if err != nil {
			return nil, err
		}
		add(span)
		s = rest
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("empty text")
	}
	return out, nil
}

func parseMark(s string) (Span, string, error) {
	if s[0] == '[' {
		words, rest, ok := strings.Cut(s[1:], "](")
		address, rest, closed := strings.Cut(rest, ")")
		if !ok || !closed || words == "" || strings.ContainsAny(words, "*[]") {
			return Span{}, "", fmt.Errorf("a link that does not end")
		}
		if !strings.HasPrefix(address, "story:") && !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "mailto:") {
			return Span{}, "", fmt.Errorf("a link to %q", address)
		}
		return Span{Text: words, Link: address}, rest, nil
	}
	mark := "*"
	if strings.HasPrefix(s, "**") {
		mark = "**"
	}
	words, rest, ok := strings.Cut(s[len(mark):], mark)
	if !ok || words == "" || strings.ContainsAny(words, "*[]") {
		return Span{}, "", fmt.Errorf("a mark %s that does not end", mark)
	}
	return Span{Text: words, Strong: mark == "**", Em: mark == "*"}, rest, nil
}
