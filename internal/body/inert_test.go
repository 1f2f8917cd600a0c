package body_test

import (
	"encoding/json"
	"encoding/xml"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"dateline/internal/body"
)

const testdata = "../../../shared/testdata"

var elements = strings.Fields("p h2 h3 h4 blockquote ul ol li pre code hr br table tbody tr th td aside figure figcaption a span strong em s sub sup audio video div")
var attributes = strings.Fields("href rel title lang dir cite start colspan rowspan class data-embed controls preload src aria-label role tabindex")

// tester is what testing and rapid have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// inert fails when the document or anything made of it could act on a page.
func inert(t tester, d body.Document) {
	t.Helper()
	canonical := d.Canonical()
	again, err := body.Parse(canonical)
	if err != nil {
		t.Fatalf("the result does not parse: %v\n%s", err, canonical)
	}
	if string(again.Canonical()) != string(canonical) {
		t.Fatalf("not canonical:\n%s\n%s", canonical, again.Canonical())
	}
	modes := body.XHTML + 1
	if len(canonical) > 1<<16 {
		modes = body.Page + 1 // one is enough for the sake of size
	}
	for mode := range modes {
		out := string(d.HTML(body.Rendering{Mode: mode, Base: "https://news.example/a", Words: words}))
		nodes, err := html.ParseFragment(strings.NewReader(out), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
		if err != nil {
			t.Fatalf("mode %d: %v\n%s", mode, err, out)
		}
		for _, n := range nodes {
			harmless(t, n, mode, out)
			for c := range n.Descendants() {
				harmless(t, c, mode, out)
			}
		}
		if mode == body.XHTML {
			x := xml.NewDecoder(strings.NewReader("<div>" + out + "</div>"))
			for {
				if _, err := x.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("not XML: %v\n%s", err, out)
				}
			}
		}
	}
}

func harmless(t tester, n *html.Node, mode body.Mode, out string) {
	t.Helper()
	if n.Type == html.CommentNode || n.Type == html.DoctypeNode {
		t.Fatalf("a comment in %s", out)
	}
	if n.Type != html.ElementNode {
		return
	}
	if n.Namespace != "" || !slices.Contains(elements, n.Data) {
		t.Fatalf("element %s:%s in %s", n.Namespace, n.Data, out)
	}
	for _, a := range n.Attr {
		if a.Key == "xml:lang" && mode == body.XHTML {
			continue
		}
		if !slices.Contains(attributes, a.Key) {
			t.Fatalf("attribute %s in %s", a.Key, out)
		}
		if a.Key != "href" && a.Key != "src" && a.Key != "cite" {
			continue
		}
		scheme, _, _ := strings.Cut(a.Val, ":")
		switch {
		case strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//"), strings.HasPrefix(a.Val, "#"):
		case scheme == "http", scheme == "https":
			if !strings.HasPrefix(a.Val, scheme+"://") {
				t.Fatalf("address %q", a.Val)
			}
		case (scheme == "mailto" || scheme == "tel") && a.Key == "href":
		default:
			t.Fatalf("address %q in %s", a.Val, out)
		}
		for _, c := range []byte(a.Val) {
			if c <= ' ' || c == '"' || c == '<' || c == '>' {
				t.Fatalf("address %q holds %q", a.Val, c)
			}
		}
	}
}

func outside(t testing.TB, path string) string {
	path = filepath.Join(testdata, path)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the shared test data is not here: %v", err)
	}
	return path
}

// payloads gives the hostile HTML of the shared test data.
func payloads(t testing.TB) map[string]string {
	out := map[string]string{}
	for file, field := range map[string]string{"dompurify-cases.json": "payload", "testdata_sanitizer_tests1.dat": "input"} {
		data, err := os.ReadFile(outside(t, "security-html/"+file))
		if err != nil {
			t.Fatal(err)
		}
		data = regexp.MustCompile(`(?m)/\* .* \*/$`).ReplaceAll(data, nil) // the file has comments
		var cases []map[string]any
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i, c := range cases {
			text, ok := c[field].(string)
			if !ok {
				t.Fatalf("%s: case %d has no %s", file, i, field)
			}
			name, _ := c["title"].(string)
			if name == "" {
				name, _ = c["name"].(string)
			}
			out[name+" "+string(rune('a'+i%26))+text[:min(8, len(text))]] = text
		}
	}
	return out
}

func TestHostileHTMLIsInert(t *testing.T) {
	all := payloads(t)
	if len(all) < 100 {
		t.Fatalf("only %d payloads", len(all))
	}
	for name, text := range all {
		for _, around := range [][2]string{{"", ""}, {"<p>", "</p>"}, {"<table><tr><td>a<td>", "</table>"}, {"<ul><li>", ""}, {"<pre>", ""}, {"<a href='/x'>", ""}, {"<svg>", ""}, {"<math><mi>", ""}, {"<select>", ""}, {`<a title="`, `">`}} {
			for _, source := range []body.Source{{Picture: known, Cards: true}, {Base: "https://a.example/b/", XHTML: true}} {
				d, _ := body.FromHTML(around[0]+text+around[1], source)
				inert(t, d)
			}
		}
		inert(t, body.FromText(text))
		if t.Failed() {
			t.Fatalf("payload %s: %s", name, text)
		}
	}
}

// TestForeignFilesAreInert runs every HTML, XML and JSON file of the shared test data through both doors.
func TestForeignFilesAreInert(t *testing.T) {
	count := 0
	for _, folder := range []string{"html-articles", "paste", "security-html", "feeds", "migrate-medium", "migrate-substack", "migrate-wordpress", "wire-newsmlg2/examples", "security-strings"} {
		root := outside(t, folder)
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil || len(data) > 1<<20 {
				return err
			}
			count++
			start := time.Now()
			d, _ := body.FromHTML(string(data), body.Source{Picture: known})
			if took := time.Since(start); took > time.Minute {
				t.Errorf("%s took %v", path, took)
			}
			inert(t, d)
			if _, err := body.Parse(data); err == nil {
				t.Errorf("%s is a document", path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if count < 100 {
		t.Errorf("only %d files", count)
	}
}

func TestGoogleDocsPasteIsClean(t *testing.T) {
	data, err := os.ReadFile(outside(t, "paste/google-docs-empty-paragraphs.html"))
	if err != nil {
		t.Fatal(err)
	}
	d, warnings := body.FromHTML(string(data), body.Source{})
	var kinds []string
	for _, b := range d.Blocks() {
		kinds = append(kinds, b.Kind+"/"+b.In)
	}
	want := "paragraph/ paragraph/ heading/ paragraph/ paragraph/listItem paragraph/listItem paragraph/ horizontalRule/ paragraph/"
	if got := strings.Join(kinds, " "); got != want || len(warnings) != 0 {
		t.Errorf("got %s %v", got, warnings)
	}
	if strings.Contains(string(d.Canonical()), "marks") || strings.Contains(string(d.Canonical()), "hardBreak") {
		t.Errorf("marks or breaks are left: %s", d.Canonical())
	}
}

func TestArticlesOfTheWebKeepTheirWords(t *testing.T) {
	for folder, phrases := range map[string][]string{
		"002":          {"Fetch API", "XMLHttpRequest"},
		"wikipedia-3":  {"Hermitian matrix"},
		"replace-brs":  {"Lorem ipsum\ndolor sit\n\namet, consectetur"},
		"hidden-nodes": {"Lorem ipsum dolor sit amet"},
	} {
		data, err := os.ReadFile(outside(t, "html-articles/free/"+folder+"/source.html"))
		if err != nil {
			t.Fatal(err)
		}
		d, _ := body.FromHTML(string(data), body.Source{})
		for _, p := range phrases {
			if !strings.Contains(d.Text(), p) {
				t.Errorf("%s: %q is lost", folder, p)
			}
		}
	}
}

// A minute is far more than any of these needs; only work that grows faster than its input reaches it.
func TestPathologicalInputEndsSoon(t *testing.T) {
	formats := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString("<b id=" + strings.Repeat("x", i%500) + ">")
		}
		return b.String()
	}
	for name, in := range map[string]string{
		"100,000 divs":          strings.Repeat("<div>", 100_000) + "words",
		"400 divs":              strings.Repeat("<div>", 400) + "words",
		"quotations":            strings.Repeat("<blockquote>", 500) + "words",
		"lists":                 strings.Repeat("<ul><li>", 240) + "words",
		"tables":                strings.Repeat("<table><tr><td>", 120) + "words",
		"figures":               strings.Repeat("<figure><img src=/a.jpg>", 400) + "words",
		"repeated formatting":   formats(400) + strings.Repeat("<p>words", 100_000),
		"formatting in 4 KB":    formats(40) + strings.Repeat("<p>x", 500) + "words",
		"5 MB of text":          strings.Repeat("words ", 5<<20/6),
		"1 MB of tags":          strings.Repeat("<p>", 1<<20/3) + "words",
		"1 MB of one attribute": "words<p title='" + strings.Repeat("x", 1<<18) + "'>",
		"attributes":            "words<p " + strings.Repeat("a ", 1<<18) + ">",
		"many attributes":       "words<p " + distinct(50_000) + ">",
		"1 MB of style":         "words<style>" + strings.Repeat(".a{font-weight:700}", 1<<20/19) + "</style>",
		"style attribute":       "words<p style='" + strings.Repeat("a:b;", 1<<18) + "'>x",
		"classes":               "words<p class='" + strings.Repeat("a ", 1<<18) + "'>x",
		"entities":              "words" + strings.Repeat("&amp;", 1<<18),
		"breaks":                "words" + strings.Repeat("<br>", 1<<18),
		"bullets of Word":       strings.Repeat(wordItem("l0 level1", "·", "words")+wordItem("l0 level9", "·", "words"), 10_000),
		"anchors of a post":     "words<blockquote class=twitter-tweet>" + strings.Repeat("<a href=/x>a</a>", 100_000),
		"unclosed comment":      "words<!--" + strings.Repeat("<!--", 1<<18),
		"unclosed tags":         "words" + strings.Repeat("<", 1<<20),
		"end tags":              "words" + strings.Repeat("</b></p>", 100_000),
		"closed links":          "words" + strings.Repeat("<a/>", 1<<18),
	} {
		t.Run(name, func(t *testing.T) {
			for _, xhtml := range []bool{false, true} {
				if xhtml && !strings.Contains(in, "/>") {
					continue
				}
				start := time.Now()
				d, _ := body.FromHTML(in, body.Source{XHTML: xhtml, Picture: known})
				if took := time.Since(start); took > time.Minute {
					t.Errorf("took %v", took)
				}
				if !strings.Contains(d.Text(), "words") && !xhtml {
					t.Error("the words are lost")
				}
				inert(t, d)
			}
		})
	}
}

func distinct(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("a")
		for ; i > 0; i /= 26 {
			b.WriteByte(byte('a' + i%26))
		}
		b.WriteByte(' ')
	}
	return b.String()
}

func FuzzFromHTML(f *testing.F) {
	for _, c := range []string{"a<p>b", "<ul><li>a", "<table><tr><th>a", "<a href='javascript:x'>", "<p class=MsoListParagraph style='mso-list:l0 level2'>1.&nbsp;a",
		"<figure data-embed=x><a href=https://a.example>b", "<pre>\n\na", "<p class=MsoListParagraph style='mso-list:level'>b", "<p style='mso-list:l1 level3 lfo1'><span style='mso-list:Ignore'>iv.</span>b<p class=MsoListParagraphCxSpLast style='margin-left:90pt'>(a)&nbsp; c",
		"<figure class=gallery><figure><img src=/a.jpg><figcaption>a</figcaption></figure><img src=/b.jpg></figure>", "<media><media-reference source=/a.jpg></media-reference><media-caption>a", "<div lang=fr dir=rtl><bdi>a</bdi><ol start=3><ul><li><h2>a<br><br>b",
		"<iframe src=https://player.twitch.tv/?video=v1>", "<a href='https://www.google.com/url?q=https%3A//a.example'>a", "<video><source src=/a.mp4>", "<td rowspan=3 colspan=0><aside class=fact-box><b class=fact-box-title>a</b>b", "<style>.a{font-weight:700}</style><b class=a>x", "<blockquote class=twitter-tweet><a href=https://x.com/a/status/1>"} {
		f.Add(c, false)
		f.Add(c, true)
	}
	if _, err := os.Stat(testdata); err == nil {
		for _, text := range payloads(f) {
			f.Add(text, false)
		}
	}
	f.Fuzz(func(t *testing.T, text string, strange bool) {
		source := body.Source{Picture: known}
		if strange {
			source = body.Source{Base: "https://a.example/b?c#d", Lang: "ar", Dir: "rtl", XHTML: true, Cards: true}
		}
		d, warnings := body.FromHTML(text, source)
		if len(warnings) > 50 {
			t.Fatalf("%d warnings", len(warnings))
		}
		inert(t, d)
		consistent(t, d)
	})
}

func FuzzParse(f *testing.F) {
	for _, n := range nodes {
		f.Add([]byte(doc(n.json)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := body.Parse(data)
		if err != nil {
			return
		}
		inert(t, d)
		consistent(t, d)
	})
}

// consistent calls everything that reads a document.
func consistent(t tester, d body.Document) {
	t.Helper()
	if d.Words() < 0 || len([]rune(d.Excerpt(20))) > 20 {
		t.Fatalf("excerpt %q", d.Excerpt(20))
	}
	d.Links()
	d.Related()
	half := body.FromText(d.Text())
	for _, c := range body.Compare(d, d) {
		if c.Op != body.Same {
			t.Fatalf("differs from itself: %+v", c)
		}
	}
	body.Compare(d, half)
	old, now := d.Text(), half.Text()
	var a, b strings.Builder
	for _, r := range body.CompareText(old, now) {
		if r.Op != body.Inserted {
			a.WriteString(r.Text)
		}
		if r.Op != body.Deleted {
			b.WriteString(r.Text)
		}
	}
	if a.String() != old || b.String() != now {
		t.Fatalf("the runs do not give the texts:\n%q\n%q\n%q\n%q", old, a.String(), now, b.String())
	}
	gone := d.Rewrite(func(string) (string, bool) { return "", false }, func(string) (string, bool) { return "", false })
	if len(gone.Pictures())+len(gone.Related()) > 0 {
		t.Fatal("rewriting left something")
	}
	if _, err := body.Parse(gone.Canonical()); err != nil {
		t.Fatalf("rewriting broke the document: %v", err)
	}
}
