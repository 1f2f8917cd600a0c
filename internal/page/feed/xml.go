package feed

import (
	"bytes"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// legal takes out what XML 1.0 forbids and mends bytes that are not UTF-8.
func legal(s string) string {
	clean := utf8.ValidString(s)
	for i := 0; clean && i < len(s); i++ {
		c := s[i]
		clean = c >= 0x20 && c != 0xef || c == '\n' || c == '\t' || c == '\r'
	}
	if clean {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r':
			return r
		case r < 0x20, r == 0xfffe, r == 0xffff:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

var (
	escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;", "\r", "&#13;")
	spaces  = strings.NewReplacer("\n", " ", "\t", " ")
)

// escape makes text safe in elements and quoted attributes of XML and HTML.
func escape(s string) string { return escaper.Replace(legal(s)) }

func itoa(n int) string { return strconv.Itoa(n) }

// writer writes XML.
type writer struct{ bytes.Buffer }

// start begins a document with its root element; attrs are names and values alternating.
func (w *writer) start(root string, attrs ...string) {
	w.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	w.open(root, attrs...)
}

// open begins an element. An attribute without a value is left out.
func (w *writer) open(name string, attrs ...string) {
	w.tag(name, attrs)
	w.WriteString(">\n")
}

func (w *writer) tag(name string, attrs []string) {
	w.WriteString("<" + name)
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			w.WriteString(" " + attrs[i] + `="` + escape(spaces.Replace(attrs[i+1])) + `"`)
		}
	}
}

func (w *writer) close(name string) { w.WriteString("</" + name + ">\n") }

// empty writes an element without content.
func (w *writer) empty(name string, attrs ...string) {
	w.tag(name, attrs)
	w.WriteString("/>\n")
}

// text writes an element with text; without text it is left out.
func (w *writer) text(name, text string, attrs ...string) {
	if text = strings.TrimSpace(legal(text)); text == "" {
		return
	}
	w.must(name, text, attrs...)
}

// must writes an element with text even when there is none.
func (w *writer) must(name, text string, attrs ...string) {
	w.tag(name, attrs)
	w.WriteString(">" + escape(text) + "</" + name + ">\n")
}

// cdata writes an element whose text is HTML.
func (w *writer) cdata(name, html string) {
	w.WriteString("<" + name + "><![CDATA[" + strings.ReplaceAll(strings.ReplaceAll(legal(html), "\r", ""), "]]>", "]]]]><![CDATA[>") + "]]></" + name + ">\n")
}

// stamp gives a time as Atom, JSON Feed and sitemaps want it (RFC 3339), in UTC and seconds.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// mailStamp gives a time as RSS wants it (RFC 822 with four digits of year).
func mailStamp(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700") }

// local gives a time in the zone of the edition, UTC when the zone is not known.
func (v *view) local(t time.Time) time.Time {
	if zone, err := time.LoadLocation(v.edition.Timezone); err == nil {
		return t.In(zone)
	}
	return t.UTC()
}

// oneLine makes one line of a text, as titles need it.
func oneLine(s string) string {
	if !utf8.ValidString(s) || strings.ContainsAny(s, "\n\r\t") {
		return strings.Join(strings.Fields(legal(s)), " ")
	}
	return strings.TrimSpace(legal(s))
}
