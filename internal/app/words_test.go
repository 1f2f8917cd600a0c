package app

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"dateline/internal/body"
)

// kept gives what a name becomes: blanks around it do not count.
func kept(s string) string { return strings.TrimSpace(s) }

// TestStrangeWordsAreKeptAndShownByteForByte puts each of the strings that nobody on the team wrote wherever words may
// stand. A field may refuse one; what it takes it gives back as it was.
func TestStrangeWordsAreKeptAndShownByteForByte(t *testing.T) {
	p := newPaper(t)
	section, _ := p.section("en", "sea")
	refused := map[string]int{}
	for n, s := range some(naughty(t)) {
		fields := map[string]string{"headline": quoted(s), "short_headline": quoted(s), "lead": quoted(s), "desk_note": quoted(s), "dateline": `{` + members(s, "place", "source") + `}`,
			"byline": `[` + quoted(s) + `]`, "tags": `[` + quoted(s) + `]`, "slug": fmt.Sprintf(`"story-%d"`, n), "section": `"world"`, "edition": `"en"`, "body_html": quoted("<p>" + html.EscapeString(s) + "</p>")}
		document := func() string {
			var out []string
			for k, v := range fields {
				out = append(out, quoted(k)+":"+v)
			}
			return "{" + strings.Join(out, ",") + "}"
		}
		r := p.ask("admin", "POST", "/api/v1/articles", document())
		for try := 0; r.status == 422 && try < 3; try++ { // what a field refuses is left out of the second try
			for place := range strings.FieldsSeq(r.places()) {
				name := strings.FieldsFunc(strings.TrimPrefix(place, "body."), func(r rune) bool { return r == '.' || r == '[' })[0]
				delete(fields, name)
				refused[name]++
			}
			r = p.ask("admin", "POST", "/api/v1/articles", document())
		}
		if r.status != 201 {
			t.Errorf("%q: %d %s", s, r.status, r.body)
			continue
		}
		id := r.text("id")
		got := p.must(200, "admin", "GET", "/api/v1/articles/"+id, "").json()
		for _, name := range []string{"headline", "short_headline", "lead", "desk_note"} {
			v, _ := got[name].(string)
			if _, sent := fields[name]; sent && v != s {
				t.Errorf("%s %q is kept as %q", name, s, v)
			}
		}
		if _, sent := fields["tags"]; sent && fmt.Sprint(got["tags"]) != fmt.Sprint([]string{kept(s)}) {
			t.Errorf("the tag %q is kept as %q", s, got["tags"])
		}
		if _, sent := fields["byline"]; sent && !strings.Contains(fmt.Sprint(got["byline"]), kept(s)) {
			t.Errorf("the name %q is kept as %q", s, got["byline"])
		}
		if fields["headline"] == "" || body.Blank(s) { // what shows nothing is no headline
			continue
		}
		path := p.publish(id, "")
		doc := p.inertPage(fmt.Sprintf("%q", s), p.must(200, "", "GET", path, ""))
		if shown := text(part(doc, "headline")); shown != s {
			t.Errorf("the headline %q is shown as %q", s, shown)
		}
		if _, sent := fields["lead"]; sent {
			if shown := text(part(doc, "lead")); shown != strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n") {
				t.Errorf("the lead %q is shown as %q", s, shown)
			}
		}
		if _, sent := fields["byline"]; sent && !strings.Contains(text(part(doc, "byline")), kept(s)) {
			t.Errorf("the name %q is shown as %q", s, text(part(doc, "byline")))
		}
		if r := p.ask("admin", "PATCH", "/api/v1/sections/"+section, `{`+members(s, "name", "description")+`}`); r.status == 200 {
			if r.text("name") != kept(s) || r.text("description") != kept(s) {
				t.Errorf("the section %q is kept as %q", s, r.text("name"))
			}
			if shown := text(part(p.inertPage("/sea", p.must(200, "", "GET", "/sea", "")), "section")); shown != kept(s) {
				t.Errorf("the section %q is shown as %q", s, shown)
			}
		} else if r.status != 422 {
			t.Errorf("the section %q: %d", s, r.status)
		}
		if r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, `{"slug":`+quoted(s)+`}`, "If-Match", "*"); r.status != 422 && r.text("slug") != s && s != "" {
			t.Errorf("the slug %q: %d %q", s, r.status, r.text("slug"))
		}
		for _, at := range []string{"/search?q=", "/es/search?q=", "/api/v1/articles?q=", "/api/v1/articles?edition=", "/api/v1/articles?after=", "/newsfeed?after=", "/tag/", "/author/", "/world/", "/page/", "/", "/media/p/", "/events/", "/events?topic=", "/sitemaps/", "/assets/", "/newsroom/set-up/", "/api/v1/articles/", "/api/v1/pictures/", "/api/v1/editions/"} {
			value := url.PathEscape(s)
			if strings.Contains(at, "?") {
				value = url.QueryEscape(s)
			}
			for _, who := range []string{"", "admin"} {
				if strings.HasPrefix(at, "/api") || who == "" {
					if r := p.ask(who, "GET", at+value, ""); r.status/100 == 5 {
						t.Errorf("%s%s: %d", at, value, r.status)
					}
				}
			}
		}
		for name := range map[string]int{"Idempotency-Key": 1, "If-Match": 1, "Accept": 1, "Accept-Language": 1, "Cookie": 1, "Host": 1, "Range": 1, "If-None-Match": 1, "Last-Event-ID": 1} {
			value := strings.Map(func(r rune) rune {
				if r < 0x20 || r > 0x7e {
					return -1
				}
				return r
			}, s)
			if name == "Host" && strings.ContainsAny(value, "/\\ @?#<>\"'%{}|^`[]()$&;,=!*+~:") {
				continue // the client does not send it
			}
			for _, at := range []string{path, "/api/v1/articles?limit=1"} {
				if r := p.ask("", "GET", at, "", name, value); r.status/100 == 5 {
					t.Errorf("%s with %s: %s: %d", at, name, value, r.status)
				}
			}
		}
	}
	for name, n := range refused {
		if n > 25 {
			t.Errorf("%s refuses %d of them", name, n)
		}
	}
	t.Logf("refused: %v", refused)
	for _, at := range []string{"/feed.xml", "/atom.xml", "/sitemap.xml", "/sitemap-news.xml"} {
		p.inertXML(at, []byte(p.get(200, at)))
	}
	p.inertJSON("/feed.json", []byte(p.get(200, "/feed.json")))
}
