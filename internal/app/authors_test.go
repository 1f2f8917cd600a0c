package app

import (
	"strings"
	"testing"

	"dateline/internal/news"
)

func TestAnAuthorIsRenamedAndMergedWhereverReadersMeetThem(t *testing.T) {
	p := newPaper(t)
	first, firstPath := p.story("Tram opens", `"byline":["M. Vey"]`)
	_, secondPath := p.story("Ferry stops", `"byline":["Mara Vey","Ben Okoro"]`)
	p.get(200, firstPath)
	at := "/api/v1/authors/"
	r := p.must(200, "editor", "GET", at+"m-vey", "")
	if r.text("name") != "M. Vey" || r.header.Get("ETag") != `"1"` {
		t.Fatalf("%s", r.body)
	}
	picture := p.upload("admin", 3)
	r = p.must(200, "editor", "PATCH", at+"mara-vey", `{"role":"Harbour correspondent","bio":"Writes of ships.\n<b>Since</b> 2019.","picture":"`+picture+`","links":[{"name":"Mail","url":"mailto:mara@paper.example"}]}`, "If-Match", `"1"`)
	page := middle(p.get(200, "/author/mara-vey"))
	for _, want := range []string{"Harbour correspondent", "<p>Writes of ships.</p>", "&lt;b&gt;Since&lt;/b&gt;", `href="mailto:mara@paper.example"`, "<img "} {
		if !strings.Contains(page, want) {
			t.Errorf("the author's page lacks %s", want)
		}
	}
	if r := p.ask("editor", "PATCH", at+"mara-vey", `{"role":"x"}`, "If-Match", `"1"`); r.status != 412 || r.text("current.role") != "Harbour correspondent" {
		t.Errorf("an old version: %d %s", r.status, r.body)
	}
	for body, place := range map[string]string{`{"name":" "}`: "body.name", `{"links":[{"name":"x","url":"javascript:alert(1)"}]}`: "body.links[0].url", `{"slug":"ben-okoro"}`: "body.slug", `{"picture":"` + missing + `"}`: "body.picture", `{"slug":"Not A Slug"}`: "body.slug"} {
		if r := p.ask("editor", "PATCH", at+"mara-vey", body, "If-Match", "*"); r.status != 422 || r.places() != place {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
	before := p.must(200, "editor", "GET", "/api/v1/articles/"+first+"/revisions/1", "").body
	r = p.must(200, "editor", "POST", at+"m-vey/merge", `{"into":"mara-vey"}`)
	if r.text("slug") != "mara-vey" {
		t.Errorf("%s", r.body)
	}
	if story := middle(p.get(200, firstPath)); !strings.Contains(story, `href="/author/mara-vey"><bdi>Mara Vey</bdi>`) || strings.Contains(story, "M. Vey") {
		t.Error("the byline of what is published does not follow")
	}
	if moved := p.must(301, "", "GET", "/author/m-vey", ""); moved.header.Get("Location") != "/author/mara-vey" {
		t.Errorf("the earlier address leads to %s", moved.header.Get("Location"))
	}
	if list := middle(p.get(200, "/author/mara-vey")); !strings.Contains(list, firstPath) || !strings.Contains(list, secondPath) {
		t.Error("the page does not list the stories of both")
	}
	if after := p.must(200, "editor", "GET", "/api/v1/articles/"+first+"/revisions/1", "").body; string(after) != string(before) {
		t.Error("history was written anew")
	}
	p.publish(first, `{"change":"minor"}`) // its working copy still says M. Vey
	if story := middle(p.get(200, firstPath)); !strings.Contains(story, `href="/author/mara-vey"><bdi>Mara Vey</bdi>`) {
		t.Error("the next publication brings the earlier name back")
	}
	p.must(200, "editor", "PATCH", at+"mara-vey", `{"name":"Mara Vey-Lund","slug":"mara-vey-lund"}`, "If-Match", "*")
	for _, old := range []string{"/author/m-vey", "/author/mara-vey"} {
		if moved := p.must(301, "", "GET", old, ""); moved.header.Get("Location") != "/author/mara-vey-lund" {
			t.Errorf("%s leads to %s", old, moved.header.Get("Location"))
		}
	}
	if story := middle(p.get(200, secondPath)); !strings.Contains(story, "<bdi>Mara Vey-Lund</bdi>") || !strings.Contains(story, "<bdi>Ben Okoro</bdi>") {
		t.Error("a new name does not reach the bylines")
	}
	p.get(200, "/author/m-vey/feed.xml")
	if names := p.must(200, "reporter", "GET", "/api/v1/authors?q=vey", ""); strings.Count(string(names.body), `"slug"`) != 1 || !strings.Contains(string(names.body), `"stories":2`) {
		t.Errorf("%s", names.body)
	}
	_, third := p.story("Ferry again", `"byline":["M. Vey"]`) // who types the earlier name means the author of now, whose page hears of it
	if list := middle(p.get(200, "/author/mara-vey-lund")); !strings.Contains(list, third) {
		t.Error("the page lacks a new story")
	}
	if r := p.ask("editor", "POST", at+"ben-okoro/merge", `{"into":"nobody"}`); r.status != 422 {
		t.Errorf("into nobody: %d", r.status)
	}
}

// entryVersion gives a count that goes up with every change of an entry.
func (p *paper) entryVersion(k news.EntryKey) func(string) int {
	return func(string) int {
		e, err := p.site.Store.Entry(p.t.Context(), k)
		if err != nil {
			p.t.Fatal(err)
		}
		return int(e.Version)
	}
}

func TestATopicIsDescribedRenamedAndMergedInItsEditionOnly(t *testing.T) {
	p := newPaper(t)
	_, first := p.story("Tram opens", `"tags":["Tram","Ports"]`)
	_, second := p.story("Trams late", `"tags":["Trams"]`)
	at := func(slug, tail string) string { return "/api/v1/topics/" + slug + tail + "?edition=en" }
	p.get(200, "/tag/tram")
	p.must(200, "editor", "PATCH", at("tram", ""), `{"description":"Rails through the city.\n<b>Since</b> 1901.","picture":"`+p.upload("admin", 3)+`"}`, "If-Match", `"1"`)
	page := middle(p.get(200, "/tag/tram"))
	for _, want := range []string{"<p>Rails through the city.</p>", "&lt;b&gt;Since&lt;/b&gt;", "<img "} {
		if !strings.Contains(page, want) {
			t.Errorf("the topic's page lacks %s", want)
		}
	}
	if feed := p.get(200, "/tag/tram/feed.xml"); !strings.Contains(feed, "Rails through the city.") {
		t.Error("the topic's feed does not say what it is of")
	}
	r := p.must(200, "editor", "POST", at("trams", "/merge"), `{"into":"tram"}`)
	if r.text("id") != "en/tram" || r.text("description") == "" || !strings.HasSuffix(r.text("url"), "/tag/tram") {
		t.Errorf("%s", r.body)
	}
	p.must(200, "editor", "PATCH", at("tram", ""), `{"name":"Light rail"}`, "If-Match", "*")
	story := middle(p.get(200, first))
	if !strings.Contains(story, `href="/tag/tram"`) || !strings.Contains(story, "Light rail") || strings.Contains(story, ">Tram<") {
		t.Error("the story does not follow")
	}
	p.must(200, "editor", "PATCH", at("tram", ""), `{"slug":"rail"}`, "If-Match", "*")
	for _, old := range []string{"/tag/tram", "/tag/trams", "/tag/light-rail"} {
		if moved := p.must(301, "", "GET", old, ""); moved.header.Get("Location") != "/tag/rail" {
			t.Errorf("%s leads to %s", old, moved.header.Get("Location"))
		}
	}
	if list := middle(p.get(200, "/tag/rail")); !strings.Contains(list, first) || !strings.Contains(list, second) {
		t.Error("the page does not list the stories of both")
	}
	_, third := p.story("Tram again", `"tags":["Tram"]`) // who types the old word means the topic of now, whose page hears of it
	if list := middle(p.get(200, "/tag/rail")); !strings.Contains(list, third) {
		t.Error("the page lacks a new story")
	}
	if r := p.ask("editor", "GET", "/api/v1/topics?edition=nowhere", ""); r.status != 422 || r.places() != "query.edition" {
		t.Errorf("%d %s", r.status, r.body)
	}
}
