package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/lang"
	"dateline/internal/page/specimen"
)

// eachPage runs check on every page of every edition, stitched and parsed.
func eachPage(t *testing.T, check func(t *testing.T, language, name string, p Page, b []byte, d dom)) {
	t.Helper()
	r := sampleRenderer(t)
	for language := range samples {
		for name, p := range samplePages(t, r, language) {
			t.Run(language+"/"+name, func(t *testing.T) {
				b := whole(t, r, language, p)
				check(t, language, name, p, b, parsed(t, b))
			})
		}
	}
}

func TestEveryPageIsADocumentInItsLanguageAndDirection(t *testing.T) {
	eachPage(t, func(t *testing.T, language, name string, p Page, b []byte, d dom) {
		root := d.tags("html")[0]
		if root.attr("lang") != language || root.attr("dir") != lang.Direction(language) {
			t.Errorf("lang %q dir %q", root.attr("lang"), root.attr("dir"))
		}
		if p.Language != language || !bytes.HasPrefix(b, []byte("<!doctype html>")) {
			t.Errorf("language %q, begins with %.30q", p.Language, b)
		}
		if n := len(d.tags("h1")); n != 1 {
			t.Errorf("%d h1", n)
		}
		if n := len(d.tags("main")); n != 1 {
			t.Errorf("%d main", n)
		}
		level := 1
		for _, h := range d.tags("main")[0].tags("h1", "h2", "h3", "h4") {
			now := int(h.Data[1] - '0')
			if now > level+1 {
				t.Errorf("a heading of level %d after one of level %d: %s", now, level, h.text())
			}
			level = now
		}
		ids := map[string]bool{}
		for _, e := range d.all(func(e dom) bool { return e.attr("id") != "" }) {
			if ids[e.attr("id")] {
				t.Errorf("id %q stands twice", e.attr("id"))
			}
			ids[e.attr("id")] = true
		}
		for _, e := range d.all(func(e dom) bool { return e.attr("aria-labelledby") != "" || e.attr("aria-describedby") != "" }) {
			for _, id := range []string{e.attr("aria-labelledby"), e.attr("aria-describedby")} {
				if id != "" && !ids[id] {
					t.Errorf("nothing has the id %q", id)
				}
			}
		}
		for _, e := range d.tags("input", "select") {
			id := e.attr("id")
			if e.attr("type") != "hidden" && len(d.all(func(l dom) bool { return l.Data == "label" && l.attr("for") == id })) != 1 {
				t.Errorf("the field %q has no label", e.attr("name"))
			}
		}
	})
}

func TestNoPageHasEmptyPlacesZerosOrDanglingSeparators(t *testing.T) {
	dangling := regexp.MustCompile(`(^\s*[|–—:·,-])|([|–—:·,-]\s*$)|(\|\s*\|)|(- -)`)
	eachPage(t, func(t *testing.T, language, name string, p Page, b []byte, d dom) {
		title := d.tags("title")[0].text()
		if title == "" || dangling.MatchString(title) {
			t.Errorf("title %q", title)
		}
		for _, m := range d.tags("meta") {
			content, has := m.has("content")
			if has && (strings.TrimSpace(content) == "" || strings.HasPrefix(m.attr("property"), "og:") && dangling.MatchString(content)) {
				t.Errorf("meta %q %q says %q", m.attr("name"), m.attr("property"), content)
			}
		}
		for _, e := range d.tags("h1", "h2", "h3", "h4", "p", "a", "li", "button", "dt", "dd", "figcaption", "th", "td", "time", "label", "option", "span", "bdi") {
			if _, hidden := e.has("hidden"); hidden || len(e.tags("img")) > 0 {
				continue
			}
			inside := false
			for n := e.Parent; n != nil; n = n.Parent {
				_, hidden := (dom{n}).has("hidden")
				inside = inside || hidden
			}
			text := e.text()
			if !inside && (text == "" || text == "0") {
				t.Errorf("<%s class=%q data-part=%q> says %q", e.Data, e.attr("class"), e.attr("data-part"), text)
			}
		}
		words := d.tags("body")[0].text()
		for _, bad := range []string{"loader", "{", "}", "%!", "<nil>", "undefined"} {
			if strings.Contains(words, bad) {
				t.Errorf("%q stands in the text of the page", bad)
			}
		}
		if strings.Contains(string(b), "ZgotmplZ") {
			t.Error("html/template refused a value")
		}
	})
}

func TestPagesRunNothingInline(t *testing.T) {
	r := sampleRenderer(t)
	eachPage(t, func(t *testing.T, language, name string, p Page, b []byte, d dom) {
		for _, e := range d.all(func(dom) bool { return true }) {
			for _, a := range e.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s %s=%q>", e.Data, a.Key, a.Val)
				}
				if (a.Key == "src" || a.Key == "action" || e.Data == "link" && e.attr("rel") != "alternate" && e.attr("rel") != "canonical" && a.Key == "href") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "#") {
					t.Errorf("<%s %s=%q> leaves the site", e.Data, a.Key, a.Val)
				}
			}
		}
		modules := 0
		for _, s := range d.tags("script") {
			switch s.attr("type") {
			case "application/ld+json":
				if !json.Valid([]byte(s.FirstChild.Data)) {
					t.Errorf("no JSON: %s", s.FirstChild.Data)
				}
			case "module":
				modules++
				if s.FirstChild != nil || s.attr("src") != "/assets/reader.js" {
					t.Error("a script with content or from elsewhere")
				}
			default:
				t.Errorf("script of type %q", s.attr("type"))
			}
		}
		if modules > 1 {
			t.Errorf("%d modules", modules)
		}
		styles := d.tags("style")
		if len(styles) != 1 {
			t.Fatalf("%d styles", len(styles))
		}
		sum := sha256.Sum256([]byte(styles[0].FirstChild.Data))
		if got := "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !slices.Contains(strings.Fields(r.StyleHash()), got) {
			t.Errorf("the style has the hash %s, the policy would say %s", got, r.StyleHash())
		}
	})
}

func TestPagesOfOneLanguageHoldNoWordsOfAnother(t *testing.T) {
	cyrillicOrArabic := regexp.MustCompile(`[\p{Cyrillic}\p{Arabic}]`)
	eachPage(t, func(t *testing.T, language, name string, p Page, b []byte, d dom) {
		own, err := lang.For(language)
		if err != nil {
			t.Fatal(err)
		}
		var strip func(*html.Node)
		strip = func(n *html.Node) {
			for c := n.FirstChild; c != nil; {
				next := c.NextSibling
				if l, ok := (dom{c}).has("lang"); ok && l != language {
					n.RemoveChild(c)
				} else {
					strip(c)
				}
				c = next
			}
		}
		main := d.tags("body")[0]
		strip(main.Node)
		words := main.text()
		if language == "en" || language == "es" {
			if m := cyrillicOrArabic.FindString(words); m != "" {
				t.Errorf("%q in %s", m, words)
			}
		}
		if language == "en" {
			return
		}
		for _, e := range d.all(func(e dom) bool { return true }) {
			for _, a := range []string{"aria-label", "data-changed", "data-gone", "data-again"} {
				if v := e.attr(a); v != "" && language != "es" && !cyrillicOrArabic.MatchString(v) {
					t.Errorf("%s=%q", a, v)
				}
			}
		}
		if name == "front" && !strings.Contains(words, own.Say("newsfeed.title")) {
			t.Error("the newsfeed has no title in its own language")
		}
	})
}

func TestHostileWordsStayWords(t *testing.T) {
	evil := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</script><script>alert(1)//`, `' onmouseover='alert(1)`, "\x00masthead\x00", `javascript:alert(1)`, `{{.}}`, "<!--", "]]>", "\u2028</style>"}
	for _, w := range evil {
		a, it := specimen.Publication()
		a.Editions[0].Name, a.Sections[0].Name, a.Sections[0].Description = w, w, w
		a.Editions[0].Channels = []edition.Link{{Name: w, URL: w}}
		a.Editions[0].Navigation = []edition.Link{{Name: w, URL: w}}
		r, err := New(Options{Addresses: func() edition.Addresses { return a }})
		if err != nil {
			t.Fatal(err)
		}
		doc, err := json.Marshal(docNode{"type": "doc", "content": []any{para(w), docNode{"type": "picture", "attrs": docNode{"id": "p", "caption": w, "alt": w}}, docNode{"type": "related", "attrs": docNode{"id": "other"}}}})
		if err != nil {
			t.Fatal(err)
		}
		if it.Body, err = body.Parse(doc); err != nil {
			t.Fatal(err)
		}
		it.Headline, it.Lead, it.Note = w, w, w
		it.Dateline = news.Dateline{Place: w, Source: w}
		it.Byline = []news.Byline{{Name: w, Author: w}, {Name: w}}
		it.Tags = []string{w}
		it.Source = &news.Source{Copyright: w}
		it.Corrections = []news.Mark{{At: noon, Note: w, Before: w, After: w}}
		other := it
		other.ID = "other"
		pic := specimen.Picture()
		pic.Caption, pic.Alt, pic.Credit, pic.Creator, pic.Copyright, pic.WebStatement = w, w+"2", w, w, w, w
		pictures := Pictures{"p": pic}
		old := it.Content
		old.Headline = "x " + w
		gone := it
		gone.WithdrawnAt = noon
		pages := map[string]func() (Page, error){
			"article": func() (Page, error) {
				return r.Article(Article{Item: it, Pictures: pictures, Related: map[string]news.Item{"other": other}, More: []news.Item{other}, Resume: w})
			},
			"front": func() (Page, error) {
				return r.Front(Front{Edition: "e", Latest: []news.Item{it, other}, Pictures: pictures})
			},
			"section": func() (Page, error) {
				return r.SectionFront(SectionFront{Edition: "e", Section: "s", Items: []news.Item{it, other}, Pictures: pictures, From: w, Next: w})
			},
			"search": func() (Page, error) {
				return r.Search(SearchPage{Edition: "e", Text: w, Hits: []news.Hit{{Item: it, Excerpt: w}}, Next: 20})
			},
			"tag": func() (Page, error) {
				return r.Entry(EntryPage{Edition: "e", Entry: news.Entry{EntryKey: news.TopicKey("e", w), Name: w}, Items: []news.Item{it}})
			},
			"history": func() (Page, error) {
				return r.History(History{Item: it, Revisions: []news.Revision{{Number: 2, Change: news.Change(w), Note: w, Content: &it.Content}, {Number: 1, Content: &old}}})
			},
			"gone": func() (Page, error) { return r.Failure(Failure{Edition: "e", Status: 410, Item: gone}) },
			"correct": func() (Page, error) {
				return r.Corrections(Corrections{Edition: "e", Items: []news.CorrectedItem{{Item: it, Mark: it.Corrections[0]}}})
			},
			"sign-in": func() (Page, error) { return r.SignIn(SignIn{Edition: "e", Back: w, Email: w, At: w, Mail: true}) },
			"code": func() (Page, error) {
				return r.SignInCode(SignInCode{Edition: "e", Ticket: w, Email: w, Code: w, Name: w})
			},
			"link": func() (Page, error) {
				return r.SignInLink(SignInLink{Edition: "e", Token: w, Email: w, Name: w, Newcomer: true})
			},
			"account": func() (Page, error) {
				return r.Account(Account{Edition: "e", Name: w, Email: w, Saved: w, Sessions: []Session{{ID: w, Browser: w}}})
			},
			"set-up": func() (Page, error) {
				return r.NewsroomSetUp(NewsroomSetUp{Action: w, Values: map[string]string{"publication": w}, Fault: &fault.Error{Key: w, Text: w, Places: []fault.Place{{Location: "email", Key: w, Text: w}}}})
			},
			"newsroom": func() (Page, error) { return r.NewsroomHome(NewsroomHome{Name: w, Roles: []string{w}, SignOut: w}) },
		}
		for name, render := range pages {
			p, err := render()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			b, err := p.Stitch(func(n PartName) ([]byte, error) {
				switch n {
				case MastheadPart:
					part, err := r.MastheadPart(Masthead{Edition: "e", Alerts: []edition.Alert{{ID: w, Text: w, URL: w}, {ID: w, Text: w, Level: edition.Notice}}})
					return part.HTML, err
				case NewsfeedPart:
					part, err := r.NewsfeedPart(Newsfeed{Edition: "e", Items: []news.Item{it}, Alerts: []edition.Alert{{ID: w, Text: w, URL: w}, {ID: w, Text: w}}, Resume: w})
					return part.HTML, err
				case MostReadPart:
					part, err := r.MostReadPart(MostRead{Edition: "e", Items: []news.Item{it}})
					return part.HTML, err
				case FooterPart:
					part, err := r.FooterPart(Footer{Edition: "e", Standing: []news.Item{it}})
					return part.HTML, err
				}
				return nil, fmt.Errorf("a part %q", n)
			})
			if err != nil {
				t.Fatalf("%s with %q: %v", name, w, err)
			}
			for _, e := range parsed(t, b).all(func(dom) bool { return true }) {
				if e.Data == "script" && e.attr("type") != "application/ld+json" || e.Data == "img" && e.attr("src") == "x" || len(e.tags("style")) > 1 {
					t.Errorf("%s with %q: <%s %v>", name, w, e.Data, e.Attr)
				}
				if e.Data == "script" && !json.Valid([]byte(e.FirstChild.Data)) {
					t.Errorf("%s with %q: JSON-LD %s", name, w, e.FirstChild.Data)
				}
				for _, a := range e.Attr {
					if strings.HasPrefix(a.Key, "on") || (a.Key == "href" || a.Key == "action" || a.Key == "src") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
						t.Errorf("%s with %q: <%s %s=%q>", name, w, e.Data, a.Key, a.Val)
					}
				}
			}
		}
	}
}
