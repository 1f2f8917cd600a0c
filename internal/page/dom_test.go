package page

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// dom is a parsed page for tests.
type dom struct{ *html.Node }

func parsed(t testing.TB, b []byte) dom {
	t.Helper()
	n, err := html.Parse(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return dom{n}
}

func (d dom) attr(name string) string {
	v, _ := d.has(name)
	return v
}

func (d dom) has(name string) (string, bool) {
	if d.Node != nil {
		for _, a := range d.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
	}
	return "", false
}

// all gives the elements below d for which keep holds, in document order.
func (d dom) all(keep func(dom) bool) []dom {
	var out []dom
	if d.Node == nil {
		return nil
	}
	for n := range d.Descendants() {
		if e := (dom{n}); n.Type == html.ElementNode && keep(e) {
			out = append(out, e)
		}
	}
	return out
}

func (d dom) tags(names ...string) []dom {
	return d.all(func(e dom) bool {
		for _, n := range names {
			if e.Data == n {
				return true
			}
		}
		return false
	})
}

// part gives the first element with this data-part.
func (d dom) part(name string) dom {
	if l := d.parts(name); len(l) > 0 {
		return l[0]
	}
	return dom{}
}

func (d dom) parts(name string) []dom {
	return d.all(func(e dom) bool { return e.attr("data-part") == name })
}

// text gives the words below d as a reader gets them: without scripts, styles and what is hidden.
func (d dom) text() string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode {
			if _, hidden := (dom{n}).has("hidden"); hidden || n.Data == "script" || n.Data == "style" || n.Data == "template" {
				return
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	if d.Node != nil {
		walk(d.Node)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
