package app

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/web/site"
)

func TestATopicAboutNothingIsNotFound(t *testing.T) {
	p := newPaper(t)
	id, _ := p.story("Tram opens", "")
	draft := p.draft("admin", "Not yet", "")
	for _, topic := range []string{"newsfeed:none", "alerts:none", "article:" + missing, "article:" + draft, "discussion:" + missing, "live:" + id, "chat:lobby", "desk:none"} {
		for _, at := range []string{"/events/" + topic + "?after=0", "/events?topic=" + topic, "/events?topic=newsfeed:en&topic=" + topic} {
			r := p.ask("admin", "GET", at, "")
			if r.status != 404 || r.header.Get("Content-Type") != "application/problem+json" || r.text("status") != "404" {
				t.Errorf("%s: %d %s %.200s", at, r.status, r.header.Get("Content-Type"), r.body)
			}
		}
	}
	for _, topic := range []string{"newsfeed:en", "alerts:es", "article:" + id, "discussion:" + id, "desk:en"} {
		p.must(200, "admin", "GET", "/events/"+topic+"?after=0", "")
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	p.must(200, "", "GET", "/events/article:"+id+"?after=0", "")
	if r := p.ask("", "GET", "/events?topic=x", ""); r.status != 400 || r.header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("no topic: %d %.200s", r.status, r.body)
	}
}

func TestOpeningStreamsIsLimitedByAddressButNotFromThisMachine(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.TrustProxy = []string{"127.0.0.1"} })
	codes := map[int]int{}
	for range eventsBurst + 10 {
		codes[p.askNow("", "GET", "/events/newsfeed:en?after=0", "", "X-Forwarded-For", "203.0.113.9").status]++
	}
	if codes[200] != eventsBurst || codes[429] != 10 {
		t.Errorf("%v", codes)
	}
	if r := p.askNow("", "GET", "/events?topic=newsfeed:en", "", "X-Forwarded-For", "203.0.113.9"); r.status != 429 || r.header.Get("Retry-After") == "" {
		t.Errorf("a stream: %d", r.status)
	}
	for _, from := range []string{"203.0.113.10", "127.0.0.1"} {
		if r := p.askNow("", "GET", "/events/newsfeed:en?after=0", "", "X-Forwarded-For", from); r.status != 200 {
			t.Errorf("from %s: %d", from, r.status)
		}
	}
}

// told is what a stretch tells of a topic: kinds and items.
func (p *paper) told(topic fact.Topic) (kinds []string, items []map[string]any) {
	p.t.Helper()
	var stretch struct {
		Items []struct {
			Kind string
			Item map[string]any
		}
	}
	if err := json.Unmarshal([]byte(p.everything(topic)), &stretch); err != nil {
		p.t.Fatal(err)
	}
	for _, i := range stretch.Items {
		kinds, items = append(kinds, i.Kind), append(items, i.Item)
	}
	return kinds, items
}

func TestAStoryThatMovesToAnotherEditionLeavesTheNewsfeedOfTheFirst(t *testing.T) {
	p := newPaper(t)
	id, _ := p.story("Tram opens", `"lead":"Somebody wrote it in English."`)
	p.told(fact.Newsfeed("en")) // both are in memory
	p.told(fact.Newsfeed("es"))
	for round := range 2 { // the second time after a correction, which moves nothing
		p.save(id, `{"edition":"es","section":"mundo","headline":"Abre el tranvia"}`)
		path := p.publish(id, `{"change":"update"}`)
		if round == 1 {
			break
		}
		p.eventually("the first newsfeed tells that it left", func() bool { kinds, _ := p.told(fact.Newsfeed("en")); return len(kinds) == 2 })
		kinds, items := p.told(fact.Newsfeed("en"))
		if kinds[1] != "moved" || items[1]["id"] != id || items[1]["url"] != p.url+path || items[1]["headline"] != nil || items[1]["lead"] != nil {
			t.Errorf("%v %v", kinds, items)
		}
		if kinds, items := p.told(fact.Newsfeed("es")); len(kinds) != 1 || kinds[0] != "updated" || items[0]["headline"] != "Abre el tranvia" {
			t.Errorf("the newsfeed it came to: %v %v", kinds, items)
		}
		if kinds, items := p.told(fact.Article(id)); len(kinds) != 2 || kinds[1] != "updated" || items[1]["headline"] != "Abre el tranvia" {
			t.Errorf("its own page: %v %v", kinds, items)
		}
		p.must(200, "", "GET", path, "")
	}
	if kinds, _ := p.told(fact.Newsfeed("en")); len(kinds) != 2 {
		t.Errorf("the first newsfeed hears of what is no longer its: %v", kinds)
	}
	p.save(id, `{"edition":"en","section":"world"}`)
	p.publish(id, `{"change":"update"}`)
	p.eventually("it is back", func() bool { kinds, _ := p.told(fact.Newsfeed("en")); return len(kinds) == 3 })
	if kinds, items := p.told(fact.Newsfeed("en")); kinds[2] != "updated" || items[2]["headline"] != "Abre el tranvia" {
		t.Errorf("%v %v", kinds, items)
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	for _, topic := range []fact.Topic{fact.Newsfeed("en"), fact.Newsfeed("es"), fact.Article(id)} {
		p.eventually("nothing withdrawn is told", func() bool { return !strings.Contains(p.everything(topic), "tranvia") })
	}
}

func TestTheSitemapOfALargeSiteNamesEachStoryInOneMonth(t *testing.T) {
	p := newPaper(t)
	times := []time.Time{noon, noon.AddDate(0, 0, -20), noon.AddDate(0, 0, -40), noon.AddDate(0, 0, -41), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)} // the last belongs to the month it begins
	var paths []string
	var first string
	for n, at := range times {
		id := p.draft("admin", fmt.Sprintf("Story %d", n), "")
		if _, err := p.site.Desk.PublishAs(t.Context(), id, news.Publication{}, at); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p.must(200, "", "GET", "/api/v1/articles/"+id, "").text("url"))
		if n == 3 {
			first = id
		}
	}
	_, translated := p.story("Cuento", `"edition":"es","section":"mundo","translation_of":"`+first+`"`)
	pages, _, err := p.site.pages()
	if err != nil {
		t.Fatal(err)
	}
	small, err := site.New(site.Options{Archive: p.site.Archive, Pages: pages, Directory: p.site.Directory, Pictures: p.site.Store, Files: shelf{p.site.Files}, Base: p.url, Clock: p.clock, Sitemap: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(small.Close)
	get := func(path string) string {
		w := httptest.NewRecorder()
		small.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 {
			t.Fatalf("%s: %d %s", path, w.Code, w.Body)
		}
		return w.Body.String()
	}
	in := map[string][]string{}
	files := regexp.MustCompile(`<loc>`+regexp.QuoteMeta(p.url)+`(/sitemaps/[^<]+)</loc>`).FindAllStringSubmatch(get("/sitemap.xml"), -1)
	for _, f := range files {
		text := get(f[1])
		for _, m := range regexp.MustCompile(`<loc>([^<]+)</loc>`).FindAllStringSubmatch(text, -1) {
			in[m[1]] = append(in[m[1]], f[1])
		}
		if f[1] == "/sitemaps/en.2026-01.xml" && !strings.Contains(text, `hreflang="es" href="`+p.url+translated+`"`) {
			t.Errorf("no translation in %s", text)
		}
	}
	for n, month := range []string{"03", "02", "01", "01", "02"} {
		at := in[paths[n]]
		if len(at) != 1 || at[0] != "/sitemaps/en.2026-"+month+".xml" {
			t.Errorf("%s is in %v", paths[n], at)
		}
	}
}

func TestThePublicAddressIsOneThatLeadsSomewhere(t *testing.T) {
	for listen, want := range map[string]string{":8080": "http://localhost:8080", "0.0.0.0:80": "http://localhost:80", "[::]:8080": "http://localhost:8080", "127.0.0.1:8080": "http://127.0.0.1:8080",
		"[::1]:8080": "http://[::1]:8080", "192.0.2.7:8080": "http://192.0.2.7:8080", "news.example:8080": "http://news.example:8080"} {
		if got := (Config{Listen: listen}).Public(); got != want {
			t.Errorf("listening on %s: %s, want %s", listen, got, want)
		}
		if got := (Config{Listen: listen, URL: "https://news.example/"}).Public(); got != "https://news.example" {
			t.Errorf("with a public address: %s", got)
		}
	}
}

func TestPagesNameTheirTagsToCachesInFront(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("Tram opens", "")
	for _, at := range []string{path, "/", "/feed.xml"} {
		first := p.must(200, "", "GET", at, "")
		again := p.must(304, "", "GET", at, "", "If-None-Match", first.header.Get("Etag"))
		for _, r := range []reply{first, again} {
			if !strings.Contains(" "+r.header.Get("Surrogate-Key")+" ", " article/"+id+" ") {
				t.Errorf("%s, %d: %q", at, r.status, r.header.Get("Surrogate-Key"))
			}
		}
	}
}
