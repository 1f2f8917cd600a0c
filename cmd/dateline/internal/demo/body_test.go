package demo

import (
	"strings"
	"testing"
	"time"
)

func TestMarkupBecomesBlocks(t *testing.T) {
	b, err := parseBody(strings.Join([]string{
		"A *word* of **weight** and a [story](story:one) & more.",
		"## Heading", "### Smaller",
		"> Said so.\n> — Somebody",
		"- one\n- two", "1. first\n2. second",
		"[table: Sums]\n| a | b |\n| 1 | 2 |",
		"[picture: quay]", "[related: one]",
		"[facts: In brief]", "- 45 seats", "[end]",
	}, "\n\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := b.HTML(func(key string) string { return "/" + key })
	want := `<p>A <em>word</em> of <strong>weight</strong> and a <a href="/one">story</a> &amp; more.</p>
<h2>Heading</h2>
<h3>Smaller</h3>
<blockquote><p>Said so.</p>
<p>Somebody</p>
</blockquote>
<ul><li>one</li><li>two</li></ul>
<ol><li>first</li><li>second</li></ol>
<table><caption>Sums</caption><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>
<figure data-picture="quay"></figure>
<aside data-related="one"></aside>
<section data-facts="In brief">
<ul><li>45 seats</li></ul>
</section>
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	pictures, cards, links := b.Refs()
	if len(pictures) != 1 || len(cards) != 1 || len(links) != 1 {
		t.Errorf("references: %v %v %v", pictures, cards, links)
	}
	if lost := b.HTML(func(string) string { return "" }); strings.Contains(lost, "href") || !strings.Contains(lost, "a story &amp;") {
		t.Errorf("a link without an address keeps its words only: %s", lost)
	}
}

func TestBrokenMarkupIsRefused(t *testing.T) {
	for _, text := range []string{
		"", "a *word", "a **word*", "a [link](story:x", "a [link](http://x)", "[video: x]", "[facts: A]\n\ntext", "[end]",
		"[facts: A]\n\n[facts: B]\n\nx\n\n[end]", "[facts: A]\n\n[picture: x]\n\n[end]", "- a\nb", "1. a\n3. b", "[table: A]\n| a |", "[table: A]\n| a | b |\n| 1 |",
		"[table: A]\n| a\n| 1 |", "> a\nb", "> a\n> — b\n> c", "a\n\n\n\nb", "## a\nb",
	} {
		if b, err := parseBody(text); err == nil {
			t.Errorf("%q became %v", text, b)
		}
	}
}

func TestTimesAreReadFromTheStart(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"6m ago": 6 * time.Minute, "1d2h05m ago": 26*time.Hour + 5*time.Minute, "in 6h": -6 * time.Hour, "41d ago": 41 * 24 * time.Hour,
	} {
		if got, err := parseAgo(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "6m", "yesterday", "0m ago", "in -6h", "61d ago", "1d30h ago", "d ago"} {
		if got, err := parseAgo(text); err == nil {
			t.Errorf("%q became %v", text, got)
		}
	}
}

func FuzzMarkupNeverBreaksTheReader(f *testing.F) {
	f.Add("A *word* [x](story:y)\n\n- a\n- b\n\n[facts: A]\n\nb\n\n[end]")
	f.Add("[table: A]\n| a | b |\n| 1 | 2 |\n\n> q\n> — w")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := parseBody(text)
		if err != nil {
			return
		}
		_ = b.Plain()
		if out := b.HTML(func(string) string { return "" }); strings.Contains(out, "<script") {
			t.Errorf("markup let a tag through: %s", out)
		}
	})
}
