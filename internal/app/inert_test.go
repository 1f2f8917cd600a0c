package app

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"

	"dateline/internal/web"

	"golang.org/x/net/html"
)

// What a page of the default theme may hold. A payload that brings another element or attribute has got through.
var (
	pageElements = strings.Fields(`html head meta title link style script body a article aside header footer nav main section div span p h1 h2 h3 h4 ul ol li dl dt dd
		time figure figcaption img bdi b i em strong s small del ins sub sup br hr blockquote pre code table thead tbody tfoot tr th td form label input textarea button svg path audio video`)
	pageAttributes = strings.Fields(`lang dir charset name content property rel href hreflang type src srcset sizes width height alt loading decoding fetchpriority class id
		datetime hidden value maxlength enterkeyhint action method role for tabindex title cite start colspan rowspan controls preload viewbox d fill stroke stroke-width
		imagesrcset imagesizes as media color itemprop translate rows autocomplete required open scope itemscope itemtype maxlength async defer autofocus minlength blocking`)
	addressAttributes = strings.Fields(`href src srcset imagesrcset action cite poster formaction data background longdesc usemap xlink:href ping manifest content`)
)

// inertPage parses a page as a browser does and fails when anything in it could act or load that the theme does not bring: it
// gives the document and its data for search engines.
func (p *paper) inertPage(where string, page reply) *html.Node {
	p.t.Helper()
	doc, err := html.Parse(bytes.NewReader(page.body))
	if err != nil {
		p.t.Fatalf("%s: %v", where, err)
	}
	policy := page.header.Get("Content-Security-Policy")
	for n := range doc.Descendants() {
		if n.Type == html.CommentNode {
			p.t.Errorf("%s: a comment %.80q", where, n.Data)
		}
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(pageElements, strings.ToLower(n.Data)) || n.Namespace != "" && n.Data != "svg" && n.Data != "path" {
			p.t.Errorf("%s: an element %s %s", where, n.Namespace, n.Data)
		}
		src := attribute(n, "src")
		switch n.Data {
		case "script":
			if attribute(n, "type") == "application/ld+json" {
				var v any
				if err := json.Unmarshal([]byte(text(n)), &v); err != nil {
					p.t.Errorf("%s: its data is no JSON: %v %.300s", where, err, text(n))
				}
			} else if !strings.HasPrefix(src, "/assets/") && src != "/newsroom/passkey.js" || text(n) != "" {
				p.t.Errorf("%s: a script %q %.80q", where, src, text(n))
			}
		case "style":
			if !strings.Contains(policy, web.StyleHash(text(n))) {
				p.t.Errorf("%s: a style that its policy does not name: %.80q", where, text(n))
			}
		case "meta":
			if attribute(n, "http-equiv") != "" {
				p.t.Errorf("%s: a meta element of http-equiv", where)
			}
		case "link":
			if attribute(n, "blocking") != "" && (attribute(n, "rel") != "expect" || attribute(n, "href") != "#alert") {
				p.t.Errorf("%s: the page waits for %q", where, attribute(n, "href"))
			}
		case "form":
			if !strings.HasPrefix(attribute(n, "action"), "/") {
				p.t.Errorf("%s: a form to %q", where, attribute(n, "action"))
			}
		}
		for _, a := range n.Attr {
			name := strings.ToLower(a.Key)
			if !slices.Contains(pageAttributes, name) && !strings.HasPrefix(name, "data-") && !strings.HasPrefix(name, "aria-") {
				p.t.Errorf("%s: <%s> has the attribute %s=%.80q", where, n.Data, a.Key, a.Val)
			}
			if slices.Contains(addressAttributes, name) && !(name == "content" && !strings.Contains(a.Val, "://") && !activeScheme(a.Val)) {
				p.inertAddress(where+" <"+n.Data+" "+name+">", a.Val, name == "content")
			}
		}
	}
	return doc
}

// activeScheme reports whether a browser would run what stands in an address.
func activeScheme(s string) bool {
	s = strings.Map(func(r rune) rune { // as browsers read it: without controls and blanks
		if r <= ' ' {
			return -1
		}
		return r
	}, strings.ToLower(s))
	for _, bad := range []string{"javascript:", "vbscript:", "data:", "blob:", "filesystem:", "file:", "livescript:", "mhtml:", "about:", "view-source:"} {
		if strings.HasPrefix(s, bad) {
			return true
		}
	}
	return false
}

// inertAddress fails for an address that would run, or lead elsewhere by trickery; words is set where words may stand too.
func (p *paper) inertAddress(where, value string, words bool) {
	p.t.Helper()
	for one := range strings.SplitSeq(value, ", ") {
		one, _, _ = strings.Cut(one, " ")
		if words && !strings.HasPrefix(one, "http") {
			continue
		}
		if activeScheme(one) || activeScheme(value) && !words {
			p.t.Errorf("%s: an active address %.100q", where, value)
			return
		}
		u, err := url.Parse(one)
		if err != nil && words {
			continue // words that begin like an address
		}
		if err != nil || strings.ContainsAny(one, "<>\"'`\\ \t\r\n") && !words || strings.HasPrefix(one, "//") {
			p.t.Errorf("%s: an address %.100q (%v)", where, value, err)
			return
		}
		if u.Scheme != "" && !slices.Contains([]string{"http", "https", "mailto", "tel"}, u.Scheme) && !words {
			p.t.Errorf("%s: an address with the scheme %s", where, u.Scheme)
		}
	}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text gives the words of a node and all below it.
func text(n *html.Node) string {
	var b strings.Builder
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// part finds the first element with a data-part, nil when there is none.
func part(doc *html.Node, name string) *html.Node {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && attribute(n, "data-part") == name {
			return n
		}
	}
	return nil
}

// skeleton writes down the elements and names of attributes of a page without their words and values.
func skeleton(doc *html.Node) string {
	var b strings.Builder
	var write func(n *html.Node, depth int)
	write = func(n *html.Node, depth int) {
		if n.Type == html.ElementNode {
			b.WriteString(strings.Repeat(" ", depth) + n.Data)
			for _, a := range n.Attr {
				b.WriteString(" " + a.Key)
			}
			b.WriteString("\n")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			write(c, depth+1)
		}
	}
	write(doc, 0)
	return b.String()
}

// inertXML reads a feed or a sitemap strictly and gives its words; HTML in it is parsed and judged too.
func (p *paper) inertXML(where string, doc []byte) string {
	p.t.Helper()
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = true
	var words strings.Builder
	var stack []string
	root, kind := "", ""
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return words.String()
		}
		if err != nil {
			p.t.Errorf("%s is no XML: %v\n%.400s", where, err, doc[max(0, min(len(doc), int(d.InputOffset()))-200):])
			return words.String()
		}
		switch x := tok.(type) {
		case xml.StartElement:
			stack = append(stack, x.Name.Local)
			if root == "" {
				root = x.Name.Local
			}
			kind = ""
			for _, a := range x.Attr {
				if a.Name.Local == "type" {
					kind = a.Value
				}
			}
			if x.Name.Space == "http://search.yahoo.com/mrss/" {
				kind = "plain"
			}
			if x.Name.Space == "http://www.w3.org/1999/xhtml" && !slices.Contains([]string{"link"}, x.Name.Local) {
				p.t.Errorf("%s: an element of HTML %s", where, x.Name.Local)
			}
			for _, a := range x.Attr {
				if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") {
					p.t.Errorf("%s: the attribute %s", where, a.Name.Local)
				}
				if n := a.Name.Local; n == "href" || n == "url" || n == "src" {
					p.inertAddress(where+" "+x.Name.Local, a.Value, false)
				}
			}
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			words.Write(x)
			name := stack[max(0, len(stack)-1):]
			switch {
			case len(name) == 0:
			case name[0] == "encoded", kind == "html" || kind == "xhtml", root == "rss" && kind != "plain" && name[0] == "description":
				p.inertFragment(where+" "+name[0], string(x))
			case (name[0] == "guid" || name[0] == "id") && bytes.HasPrefix(bytes.TrimSpace(x), []byte("tag:")):
			case (name[0] == "link" || name[0] == "guid" || name[0] == "id" || name[0] == "loc") && bytes.Contains(x, []byte(":")):
				p.inertAddress(where+" "+name[0], string(bytes.TrimSpace(x)), false)
			}
		case xml.Directive, xml.Comment:
			p.t.Errorf("%s: %T", where, tok)
		}
	}
}

// inertFragment judges HTML that a feed carries.
func (p *paper) inertFragment(where, fragment string) {
	p.t.Helper()
	doc, err := html.Parse(strings.NewReader(fragment))
	if err != nil {
		p.t.Fatalf("%s: %v", where, err)
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if !slices.Contains(pageElements, n.Data) || n.Data == "script" || n.Data == "style" || n.Data == "form" || n.Data == "input" || n.Data == "link" || n.Data == "meta" {
			p.t.Errorf("%s: an element %s in %.200s", where, n.Data, fragment)
		}
		for _, a := range n.Attr {
			if !slices.Contains(pageAttributes, a.Key) && !strings.HasPrefix(a.Key, "data-") && !strings.HasPrefix(a.Key, "aria-") {
				p.t.Errorf("%s: <%s> has the attribute %s=%.80q", where, n.Data, a.Key, a.Val)
			}
			if slices.Contains(addressAttributes, a.Key) {
				p.inertAddress(where+" <"+n.Data+">", a.Val, false)
			}
		}
	}
}

// inertJSON reads JSON and gives every text in it; a text under the name content_html is judged as HTML.
func (p *paper) inertJSON(where string, doc []byte) []string {
	p.t.Helper()
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		p.t.Errorf("%s is no JSON: %v %.300s", where, err, doc)
	}
	var out []string
	var walk func(name string, v any)
	walk = func(name string, v any) {
		switch x := v.(type) {
		case string:
			out = append(out, x)
			if name == "content_html" {
				p.inertFragment(where, x)
			}
			if name == "url" || name == "external_url" || name == "image" || name == "feed_url" || name == "home_page_url" {
				p.inertAddress(where+" "+name, x, false)
			}
		case []any:
			for _, one := range x {
				walk(name, one)
			}
		case map[string]any:
			for k, one := range x {
				walk(k, one)
			}
		}
	}
	walk("", v)
	return out
}

func TestTheJudgeOfPagesSeesWhatIsActive(t *testing.T) {
	for _, page := range []string{
		`<p onclick="x">`, `<script>alert(1)</script>`, `<script src="https://evil.example/x.js"></script>`, `<iframe src="/x"></iframe>`, `<a href="javascript:x">`, `<a href=" java` + "\t" + `script:x">`,
		`<img src=data:image/svg+xml,x>`, `<svg><animate attributeName=href /></svg>`, `<p style="x:y">`, `<base href="/">`, `<meta http-equiv=refresh content="0;url=/">`, `<form action="https://evil.example/">`,
		`<object data="/x">`, `<math><mi>`, `<!--x-->`, `<style>*{}</style>`, `<a href="//evil.example/">`, `<input formaction="/x">`, `<img srcset="javascript:x 1x">`, `<template><p></template>`,
	} {
		quiet := &silent{TB: t}
		p := &paper{t: quiet}
		p.inertPage("", reply{200, nil, []byte(page)})
		if !quiet.failed {
			t.Errorf("nothing was said of %s", page)
		}
	}
}

// silent hears of faults without failing.
type silent struct {
	testing.TB
	failed bool
}

func (s *silent) Errorf(string, ...any) { s.failed = true }
func (s *silent) Helper()               {}
