package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
)

// secret is a word that stands in everything of an item that must not be seen before its time.
const secret = "Zanzibarquartz"

// unseen fails when the secret, or the item's id, is anywhere that strangers and outsiders can look.
func (p *paper) unseen(when, id, picture string) {
	p.t.Helper()
	low := strings.ToLower(secret)
	look := func(who, at string) {
		p.t.Helper()
		r := p.ask(who, "GET", at, "")
		all := strings.ToLower(string(r.body) + fmt.Sprint(r.header))
		if r.status/100 == 5 {
			p.t.Errorf("%s: %s by %q: %d", when, at, who, r.status)
		}
		if strings.Contains(all, low) && !strings.Contains(at, "="+secret) || strings.Contains(all, id) || picture != "" && strings.Contains(all, picture) && !strings.Contains(at, picture) {
			p.t.Errorf("%s: %s tells %q", when, at, who)
		}
	}
	for _, at := range []string{"/", "/world", "/newsfeed", "/corrections", "/search?q=" + secret, "/es/", "/es/search?q=" + secret, "/feed.xml", "/atom.xml", "/feed.json", "/world/feed.xml", "/world/feed.json",
		"/sitemap.xml", "/sitemap-news.xml", "/sitemaps/en-1.xml", "/robots.txt", "/events/newsfeed:en?after=0", "/world/other-story", "/world/other-story/history", "/page/about", "/subscribe", "/es/mundo/otra"} {
		look("", at)
	}
	for _, at := range []string{"/world/" + low, "/world/" + low + "/history", "/world/" + low + "/discussion", "/world/" + low + "/feed.xml", "/tag/" + low, "/tag/" + low + "/feed.xml", "/author/" + low, "/author/" + low + "/atom.xml", "/page/" + low} {
		if r := p.ask("", "GET", at, ""); r.status != 404 {
			p.t.Errorf("%s: %s is %d", when, at, r.status)
		}
	}
	there, not := p.get(404, "/events/article:"+id+"?after=0"), p.get(404, "/events/article:"+missing+"?after=0")
	if there != not {
		p.t.Errorf("%s: its events are %s, and of nothing %s", when, there, not)
	}
	for _, who := range []string{"", "reader", "foreign", "elsewhere", "moderator", "audience"} {
		for _, at := range []string{"/api/v1/articles?edition=en", "/api/v1/articles?q=" + secret, "/api/v1/articles?edition=en&section=world&limit=100"} {
			if r := p.ask(who, "GET", at, ""); strings.Contains(string(r.body), secret) && !strings.Contains(string(r.body), "query.") || strings.Contains(string(r.body), id) {
				p.t.Errorf("%s: %s tells %q: %.300s", when, at, who, r.body)
			}
		}
		for _, at := range []string{"/api/v1/articles/" + id, "/api/v1/articles/" + id + "/revisions", "/api/v1/articles/" + id + "/revisions/1"} {
			if r := p.ask(who, "GET", at, ""); r.status != 404 || strings.Contains(string(r.body), secret) {
				p.t.Errorf("%s: %s by %q: %d", when, at, who, r.status)
			}
		}
	}
	if picture != "" {
		for _, who := range []string{"", "reader"} {
			if r := p.ask(who, "GET", "/api/v1/pictures/"+picture, ""); r.status != 404 {
				p.t.Errorf("%s: the picture by %q: %d", when, who, r.status)
			}
		}
	}
}

func TestWhatIsEmbargoedIsNowhereBeforeItsTime(t *testing.T) {
	p := newPaper(t)
	p.story("Other story", `"tags":["x"]`)
	p.story("About", `"kind":"page"`)
	picture := p.upload("admin", 9, "credit", secret, "caption", secret, "alt", secret)
	fields := `"lead":"` + secret + `","tags":["` + secret + `"],"byline":["` + secret + `"],"dateline":{"place":"` + secret + `"},"body_html":"<p>` + secret + `</p>","picture":"` + picture + `","slug":"` + strings.ToLower(secret) + `"`
	id := p.draft("reporter", secret, fields+`,"embargo_until":"2026-03-10T18:00:00Z"`)
	at := "/api/v1/articles/" + id
	p.unseen("as a draft", id, picture)
	// Others that point at it tell nothing of it.
	other := p.draft("admin", "Pointing", `"related":["`+id+`"],"translation_of":"`+id+`","body":{"type":"doc","content":[{"type":"related","attrs":{"id":"`+id+`"}}]}`)
	pointing := p.publish(other, "")
	for _, look := range []string{pointing, pointing + "/history", "/feed.json", "/feed.xml", "/api/v1/articles/" + other, "/api/v1/articles?edition=en", "/api/v1/articles/" + other + "/revisions/1", "/sitemap.xml"} {
		if r := p.ask("", "GET", look, ""); strings.Contains(string(r.body), id) {
			t.Errorf("%s names what is embargoed: %.400s", look, r.body)
		}
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+other+"/withdraw", `{"note":"Done."}`, "If-Match", "*")
	if r := p.must(422, "admin", "POST", at+"/publish", `{"at":"2026-03-10T17:59:59Z"}`, "If-Match", "*"); r.places() != "body.at" {
		t.Errorf("%s", r.body)
	}
	if r := p.must(200, "admin", "POST", at+"/publish", `{}`, "If-Match", "*"); r.text("state") != "scheduled" || r.text("scheduled_at") != "2026-03-10T18:00:00Z" {
		t.Errorf("%s", r.body)
	}
	p.unseen("scheduled by its embargo", id, picture)
	// A longer embargo moves what waits; a shorter one does not bring it before the schedule.
	p.save(id, `{"embargo_until":"2026-03-10T20:00:00Z"}`)
	p.clock.Forward(noon.Add(7 * time.Hour).Sub(p.clock.Now()))
	p.due()
	p.unseen("after the first embargo, in the second", id, picture)
	if s := p.stored(id).State; s != "scheduled" {
		t.Errorf("it is %s", s)
	}
	p.clock.Forward(noon.Add(8 * time.Hour).Add(-time.Second).Sub(p.clock.Now()))
	p.due()
	if s := p.stored(id).State; s != "scheduled" {
		t.Errorf("a second too early it is %s", s)
	}
	p.clock.Forward(2 * time.Second)
	p.eventually("it is published", func() bool { return p.stored(id).State == "published" })
	p.everything(fact.Newsfeed("en")) // what was committed is told, and no old page is left
	path := "/world/" + strings.ToLower(secret)
	page := p.get(200, path)
	for _, look := range []string{"/", "/feed.xml", "/feed.json", "/sitemap.xml", "/sitemap-news.xml", "/search?q=" + secret, "/events/newsfeed:en?after=0", "/tag/" + strings.ToLower(secret), "/author/" + strings.ToLower(secret), "/api/v1/articles"} {
		if !strings.Contains(strings.ToLower(p.get(200, look)), strings.ToLower(secret)) {
			t.Errorf("%s does not hold it after its time", look)
		}
	}
	if !strings.Contains(page, "2026-03-10T20:00") {
		t.Errorf("it does not say when it was published: %.300s", page)
	}
	if n := strings.Count(p.everything(fact.Newsfeed("en")), `"id":"`+id+`"`); n != 1 {
		t.Errorf("%d events on the newsfeed", n)
	}
}

func TestAScheduledStoryIsNowhereBeforeItsTimeAndCanBeTakenBack(t *testing.T) {
	p := newPaper(t)
	p.story("Other story", "")
	id := p.draft("reporter", secret, `"slug":"`+strings.ToLower(secret)+`"`)
	at := "/api/v1/articles/" + id
	p.must(200, "editor", "POST", at+"/publish", `{"at":"2026-03-10T14:00:00Z"}`, "If-Match", "*")
	p.unseen("scheduled", id, "")
	// The reporter whose story it is can not change what waits, an editor can, and can take it back.
	p.must(403, "reporter", "PATCH", at, `{"lead":"x"}`, "If-Match", "*")
	p.must(200, "editor", "PATCH", at, `{"lead":"x"}`, "If-Match", "*")
	if r := p.must(200, "editor", "PATCH", at, `{"state":"ready"}`, "If-Match", "*"); r.text("state") != "ready" || r.text("scheduled_at") != "" {
		t.Errorf("%s", r.body)
	}
	p.clock.Forward(3 * time.Hour)
	p.due()
	p.unseen("taken back", id, "")
	// In the past is now; a schedule without time zone is no time.
	p.must(422, "editor", "POST", at+"/publish", `{"at":"2026-03-10 14:00"}`, "If-Match", "*")
	if r := p.must(200, "editor", "POST", at+"/publish", `{"at":"2026-03-10T14:00:00Z"}`, "If-Match", "*"); r.text("state") != "published" || !strings.HasPrefix(r.text("published_at"), "2026-03-10T15:00:") {
		t.Errorf("a time in the past: %s", r.body)
	}
	// What becomes incomplete while it waits goes back to the desk.
	waiting := p.draft("admin", "Waiting", `"picture":"`+p.upload("admin", 4)+`"`)
	p.publish(waiting, `{"at":"2026-03-10T20:00:00Z"}`)
	p.save(waiting, `{"legal":"check"}`)
	p.clock.Forward(6 * time.Hour)
	p.eventually("it is held", func() bool { return p.stored(waiting).State == "ready" })
	if got := p.ask("", "GET", "/world/waiting", ""); got.status != 404 {
		t.Errorf("it was published all the same: %d", got.status)
	}
	if r := p.must(200, "editor", "GET", "/events/desk:en?after=0", ""); !strings.Contains(string(r.body), `"held"`) {
		t.Errorf("the desk was not told: %.300s", r.body)
	}
	// An update that waits shows nothing of itself; the published revision stays.
	old, path := p.story("Published words", `"slug":"updated"`)
	const later = "Quicksilverwaits"
	p.save(old, `{"headline":"`+later+`","slug":"updated","lead":"`+later+`"}`)
	p.publish(old, `{"change":"update","at":"2026-03-12T00:00:00Z"}`)
	for _, look := range []string{path, "/", "/feed.json", "/api/v1/articles/" + old, path + "/history", "/search?q=published", "/events/article:" + old + "?after=0"} {
		if got := p.get(200, look); strings.Contains(got, later) {
			t.Errorf("%s shows what waits", look)
		}
	}
	if got := p.get(200, "/api/v1/articles?q="+later); strings.Contains(got, old) {
		t.Error("what waits is found")
	}
	p.clock.Forward(48 * time.Hour)
	p.eventually("it is updated", func() bool { return strings.Contains(string(p.ask("", "GET", path, "").body), later) })
}

// TestEventsOfTheDeskAreTheDesks holds the one topic that is not public against everybody.
func TestEventsOfTheDeskAreTheDesks(t *testing.T) {
	p := newPaper(t)
	p.draft("reporter", secret, "")
	for who, want := range map[string]int{"": 404, "reader": 404, "moderator": 200, "audience": 404, "foreign": 404, "elsewhere": 404, "reporter": 200, "colleague": 200, "pictures": 200, "editor": 200, "admin": 200} {
		for _, at := range []string{"/events/desk:en?after=0", "/events?topic=desk:en", "/events?topic=newsfeed:en&topic=desk:en"} {
			ctx := t.Context()
			r, err := http.NewRequestWithContext(ctx, "GET", p.url+at, nil)
			if err != nil {
				t.Fatal(err)
			}
			if who != "" {
				r.Header.Set("Authorization", "Bearer "+p.tokens[who])
			}
			res, err := p.client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			cache := res.Header.Get("Cache-Control")
			res.Body.Close()
			if res.StatusCode != want || want == 200 && !strings.Contains(cache, "no-store") && !strings.Contains(cache, "private") {
				t.Errorf("%s by %q: %d %s, want %d", at, who, res.StatusCode, cache, want)
			}
		}
	}
	var stretch struct{ Items []json.RawMessage }
	if err := json.Unmarshal(p.must(200, "admin", "GET", "/events/desk:en?after=0", "").body, &stretch); err != nil || len(stretch.Items) != 1 || strings.Contains(string(stretch.Items[0]), secret) {
		t.Errorf("%v %s", err, stretch.Items)
	}
}
