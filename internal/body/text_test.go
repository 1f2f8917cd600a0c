package body_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"dateline/internal/body"
)

const mixed = `<h2>Head</h2><p>One <b>two</b><br>three</p><ul><li>four</li><li>five</li></ul><p>six</p>` +
	`<table><tr><th>a<th>b<tr><td>c<td>d</table><aside class="fact-box"><p class="fact-box-title">Box</p><p>seven</p></aside>` +
	`<figure><img src="/p/p1.jpg"><figcaption>Cap</figcaption></figure><figure class=gallery><img src="/p/p2.jpg"><img src="/p/p1.jpg"></figure>` +
	`<p><a href="/x">x</a> <a href="https://b.example/">y</a> <a href="/x">z</a></p><iframe src="https://youtu.be/q"></iframe>`

func TestTextForSearchAndCounting(t *testing.T) {
	d, _ := body.FromHTML(mixed, body.Source{Picture: known})
	want := "Head\n\nOne two\nthree\n\nfour\nfive\n\nsix\n\na\tb\nc\td\n\nBox\n\nseven\n\nCap\n\nx y z"
	if diff := cmp.Diff(want, d.Text()); diff != "" {
		t.Error(diff)
	}
	if got := d.Words(); got != 17 {
		t.Errorf("%d words", got)
	}
	if diff := cmp.Diff([]string{"p1", "p2"}, d.Pictures()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/x", "https://b.example/", "https://www.youtube.com/watch?v=q"}, d.Links()); diff != "" {
		t.Error(diff)
	}
	related := parsed(t, doc(`{"type":"related","attrs":{"id":"a"}},{"type":"related","attrs":{"id":"b"}},{"type":"related","attrs":{"id":"a"}}`))
	if diff := cmp.Diff([]string{"a", "b"}, related.Related()); diff != "" {
		t.Error(diff)
	}
}

func TestWordsOfManyScripts(t *testing.T) {
	for text, want := range map[string]int{
		"": 0, " \n—": 0, "one two": 2, "don't re-enter 14.20 3,5": 4, "выборы в Думу": 3, "الانتخابات العامة": 2, "e\u0301tude": 1,
		"东京都知事": 5, "ひらがな ok": 5, "한국어 뉴스": 2, "สวัสดีครับ": 2, "می\u200cخواهم": 1, "a/b": 2, "...": 0,
	} {
		if got := body.CountWords(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestExcerptEndsAfterAWord(t *testing.T) {
	d, _ := body.FromHTML("<h2>No</h2><p>One two,<br>three <b>four</b></p><p>five</p>", body.Source{})
	for n, want := range map[int]string{100: "One two, three four five", 24: "One two, three four five", 20: "One two, three four…", 15: "One two, three…", 9: "One two…", 2: "O…", 1: "…", 0: "", -1: ""} {
		if got := d.Excerpt(n); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
	if got := body.Shorten("e\u0301e\u0301e\u0301", 4); got != "e\u0301…" {
		t.Errorf("accents: %q", got)
	}
}

func TestRewriteGivesOtherIDs(t *testing.T) {
	d := parsed(t, doc(`{"type":"picture","attrs":{"id":"a","caption":"c"}},{"type":"bulletList","content":[{"type":"listItem","content":[`+para("x")+`,{"type":"picture","attrs":{"id":"b"}}]}]},
		{"type":"gallery","attrs":{"pictures":["a","b"]}},{"type":"blockquote","content":[{"type":"related","attrs":{"id":"r"}}]}`))
	got := d.Rewrite(func(id string) (string, bool) { return "new-" + id, id == "a" }, func(string) (string, bool) { return "../", true })
	want := parsed(t, doc(`{"type":"picture","attrs":{"id":"new-a","caption":"c"}},{"type":"bulletList","content":[{"type":"listItem","content":[`+para("x")+`]}]},
		{"type":"gallery","attrs":{"pictures":["new-a"]}},{"type":"blockquote","content":[{"type":"paragraph"}]}`))
	if diff := cmp.Diff(string(want.Canonical()), string(got.Canonical())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"a", "b"}, d.Pictures()); diff != "" {
		t.Errorf("the original changed: %s", diff)
	}
}

// runs writes a comparison as text: [-gone-] {+come+}.
func runs(list []body.Run) string {
	var b strings.Builder
	for _, r := range list {
		switch r.Op {
		case body.Deleted:
			b.WriteString("[-" + r.Text + "-]")
		case body.Inserted:
			b.WriteString("{+" + r.Text + "+}")
		default:
			b.WriteString(r.Text)
		}
	}
	return b.String()
}

func TestTextsAreComparedByWords(t *testing.T) {
	for _, c := range [][3]string{
		{"", "", ""}, {"a", "a", "a"}, {"", "a b", "{+a b+}"}, {"a b", "", "[-a b-]"},
		{"The fare is 14.20 now.", "The fare is 12.40 now.", "The fare is [-14.20-]{+12.40+} now."},
		{"a big red dog", "a small blue dog", "a [-big red-]{+small blue+} dog"},
		{"one two three", "one three", "one [-two -]three"},
		{"他在东京", "他在大阪", "他在[-东京-]{+大阪+}"},
		{"Vote, then", "Vote then", "Vote[-,-] then"},
	} {
		if got := runs(body.CompareText(c[0], c[1])); got != c[2] {
			t.Errorf("%q → %q: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestOneChangeIsFound(t *testing.T) {
	for _, c := range []struct {
		old, now, before, after string
		single                  bool
	}{
		{"a fare of 14.20 from May", "a fare of 12.40 from May", "14.20", "12.40", true},
		{"a b", "a b", "", "", false}, {"a b c d e", "x b c d y", "", "", false},
		{"one three", "one two three", "", "two", true},
	} {
		before, after, single := body.OneChange(c.old, c.now)
		if before != c.before || after != c.after || single != c.single {
			t.Errorf("%q → %q: %q %q %v", c.old, c.now, before, after, single)
		}
	}
}

func TestDocumentsAreComparedByBlocks(t *testing.T) {
	old, _ := body.FromHTML(`<h2>Head</h2><p>The fare rises to 14.20 on Monday, the city said.</p><p>Gone for good, this one.</p><ul><li>stays</li></ul><p>See <a href="/a">here</a>.</p><p>plain words here</p><figure><img src="/p/p1.jpg"><figcaption>A ship</figcaption></figure>`, body.Source{Picture: known})
	now, _ := body.FromHTML(`<h2>Head</h2><p>The fare rises to 12.40 on Monday, the city said.</p><ul><li>stays</li></ul><p>Entirely new paragraph.</p><p>See <a href="/b">here</a>.</p><p>plain <b>words</b> here</p><figure><img src="/p/p1.jpg"><figcaption>A boat</figcaption></figure><img src="/p/p2.jpg">`, body.Source{Picture: known})
	var got []string
	names := map[body.Op]string{body.Same: "same", body.Inserted: "inserted", body.Deleted: "deleted", body.Changed: "changed"}
	for _, c := range body.Compare(old, now) {
		got = append(got, strings.TrimSpace(names[c.Op]+" "+c.Block.Kind+" "+strings.Join(c.Block.IDs, "+")+": "+runs(c.Runs)+" "+strings.Join(c.LinksOut, "")+" "+strings.Join(c.LinksIn, "")))
	}
	want := []string{
		"same heading : Head",
		"changed paragraph : The fare rises to [-14.20-]{+12.40+} on Monday, the city said.",
		"deleted paragraph : [-Gone for good, this one.-]",
		"same paragraph : stays",
		"inserted paragraph : {+Entirely new paragraph.+}",
		"changed paragraph : See here. /a /b",
		"changed paragraph : plain words here",
		"changed picture p1: A [-ship-]{+boat+}",
		"inserted picture p2:",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestComparisonOfStrangersEndsSoon(t *testing.T) {
	strange := func(seed uint32, html bool) string {
		var b strings.Builder
		for i := range 60_000 {
			if html && i%7 == 0 {
				b.WriteString("<p>")
			}
			seed = seed*1664525 + 1013904223
			b.WriteString(string(rune('a'+seed>>28)) + string(rune('a'+seed>>24&15)) + " ")
		}
		return b.String()
	}
	a, _ := body.FromHTML(strange(1, true), body.Source{})
	b, _ := body.FromHTML(strange(2, true), body.Source{})
	start := time.Now()
	body.Compare(a, b)
	body.CompareText(strange(1, false), strange(2, false))
	if took := time.Since(start); took > time.Minute {
		t.Errorf("took %v", took)
	}
}

// story is a text of 1,500 words with links, a quote, a list, a table and pictures.
func story(tb testing.TB) body.Document {
	var b strings.Builder
	for i := range 25 {
		b.WriteString("<p>" + strings.Repeat("The ferry crews said on Monday that talks would go on. ", 5) + `<a href="https://a.example/b">A link</a> and <b>bold</b>.</p>`)
		if i%6 == 5 {
			b.WriteString(`<h2>What next</h2><blockquote><p>“We wait.”</p></blockquote><ul><li>one</li><li>two</li></ul><figure><img src="/p/p1.jpg"></figure><table><tr><th>a<th>b<tr><td>1<td>2</table>`)
		}
	}
	d, _ := body.FromHTML(b.String(), body.Source{Picture: known})
	if w := d.Words(); w < 1400 {
		tb.Fatalf("%d words", w)
	}
	return d
}

func BenchmarkParseAndHTML(b *testing.B) {
	data := story(b).Canonical()
	r := rendering(body.Page)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	var out []byte
	for b.Loop() {
		d, err := body.Parse(data)
		if err != nil {
			b.Fatal(err)
		}
		out = d.AppendHTML(out[:0], r)
	}
}

func BenchmarkHTML(b *testing.B) {
	d, r := story(b), rendering(body.Page)
	b.ReportAllocs()
	var out []byte
	for b.Loop() {
		out = d.AppendHTML(out[:0], r)
	}
}

func BenchmarkFromHTML(b *testing.B) {
	page := string(story(b).HTML(rendering(body.Page)))
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		body.FromHTML(page, body.Source{Picture: known})
	}
}

func BenchmarkCompare(b *testing.B) {
	old := story(b)
	now, _ := body.FromHTML(strings.ReplaceAll(string(old.HTML(body.Rendering{})), "Monday", "Tuesday"), body.Source{})
	for b.Loop() {
		body.Compare(old, now)
	}
}

func BenchmarkText(b *testing.B) {
	d := story(b)
	for b.Loop() {
		d.Words()
		d.Excerpt(160)
	}
}
