package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/web/api"
	"dateline/internal/web/api/articles"
)

// counted counts how often the database is asked for a secret.
type counted struct {
	account.Store
	asked atomic.Int64
}

func (c *counted) Holder(ctx context.Context, hash string) (account.Secret, account.Account, error) {
	c.asked.Add(1)
	return c.Store.Holder(ctx, hash)
}

func TestMadeUpTokensReachTheDatabaseOnlyAsOftenAsStrangersMayCall(t *testing.T) {
	p := newPaper(t)
	store := &counted{Store: p.site.Store}
	door := account.NewDoor(store, p.clock, p.site.IDs)
	calls, err := api.New(api.Options{Door: door, Editions: p.site.Editors, Addresses: p.site.Addresses, Cookie: func(*http.Request) string { return "" }, Clock: p.clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(token string) int {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "/api/v1/me", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		calls.ServeHTTP(w, r)
		return w.Code
	}
	if got := ask(p.tokens["editor"]); got != 200 {
		t.Fatalf("a valid token: %d", got)
	}
	p.clock.Forward(time.Minute)
	before := store.asked.Load()
	last := 0
	for n := range 300 {
		last = ask(fmt.Sprintf("dateline_%d", n))
	}
	if asked := store.asked.Load() - before; asked > 100 || last != 429 {
		t.Errorf("the database was asked %d times, the last answer was %d", asked, last)
	}
	if got := ask(p.tokens["editor"]); got != 200 {
		t.Errorf("somebody known, from the same address: %d", got)
	}
}

func TestAnotherSchemeOfAuthorizationIsNoToken(t *testing.T) {
	p := newPaper(t)
	cookie := p.session("editor")
	for _, scheme := range []string{"Basic eDp5", "Digest username=x", "Basic", "Negotiate abc"} {
		if r := p.ask("", "GET", "/api/v1/editions", "", "Authorization", scheme); r.status != 200 {
			t.Errorf("a stranger with %s: %d", scheme, r.status)
		}
		if r := p.ask("", "GET", "/api/v1/me", "", "Authorization", scheme, "Cookie", cookie); r.status != 200 {
			t.Errorf("the editor's session with %s: %d", scheme, r.status)
		}
		if r := p.ask("", "GET", "/api/v1/me", "", "Authorization", scheme); r.status != 401 {
			t.Errorf("nobody with %s: %d", scheme, r.status)
		}
	}
	for _, token := range []string{"Bearer", "Bearer ", "bearer x"} {
		if r := p.ask("", "GET", "/api/v1/editions", "", "Authorization", token); r.status != 401 {
			t.Errorf("%q: %d", token, r.status)
		}
	}
}

func TestAnswersThatTheCallerHasAreNotSentAgain(t *testing.T) {
	p := newPaper(t)
	related, _ := p.story("Related", "")
	id, _ := p.story("Tram opens", `"related":["`+related+`"]`)
	section, _ := p.section("en", "sea")
	picture := p.upload("admin", 3)
	p.story("Shown", `"picture":"`+picture+`"`)
	for _, at := range []string{"/api/v1/articles/" + id, "/api/v1/editions/en", "/api/v1/sections/" + section, "/api/v1/pictures/" + picture} {
		for _, who := range []string{"", "admin"} {
			tag := p.must(200, who, "GET", at, "").header.Get("ETag")
			if tag == "" {
				t.Errorf("%s by %q has no ETag", at, who)
				continue
			}
			for _, had := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
				if r := p.ask(who, "GET", at, "", "If-None-Match", had); r.status != 304 || len(r.body) > 0 || r.header.Get("ETag") != tag {
					t.Errorf("%s by %q with %s: %d, %d bytes", at, who, had, r.status, len(r.body))
				}
			}
			for _, other := range []string{`"x"`, "", `"` + strings.Trim(tag, `"`) + `0"`} {
				if r := p.ask(who, "GET", at, "", "If-None-Match", other); r.status != 200 {
					t.Errorf("%s by %q with %s: %d", at, who, other, r.status)
				}
			}
		}
	}
	// What strangers have depends on more than the revision.
	tag := p.must(200, "", "GET", "/api/v1/articles/"+id, "").header.Get("ETag")
	p.must(200, "admin", "POST", "/api/v1/articles/"+related+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	p.must(200, "", "GET", "/api/v1/articles/"+id, "", "If-None-Match", tag)
	tag = p.must(200, "admin", "GET", "/api/v1/articles/"+id, "").header.Get("ETag")
	p.save(id, `{"lead":"Changed."}`)
	p.must(200, "admin", "GET", "/api/v1/articles/"+id, "", "If-None-Match", tag)
}

func TestEveryListIsReadInPages(t *testing.T) {
	p := newPaper(t)
	p.must(201, "admin", "POST", "/api/v1/editions", `{"slug":"ru","name":"R","language":"ru"}`)
	id, _ := p.story("Often", "")
	for range 4 {
		p.publish(id, `{"change":"minor"}`)
	}
	for target, want := range map[string]int{"/api/v1/editions?x=": 3, "/api/v1/sections?x=": 3, "/api/v1/sections?edition=en": 2, "/api/v1/articles/" + id + "/revisions?x=": 5} {
		all := p.walkList("", target, 100, nil)
		for _, limit := range []int{1, 2, want} {
			if got := p.walkList("", target, limit, nil); len(got) != want || !slices.Equal(got, all) {
				t.Errorf("%s in pages of %d: %v, whole %v", target, limit, got, all)
			}
		}
		for _, q := range []string{"&limit=0", "&limit=101", "&after=nowhere", "&after=%00"} {
			if r := p.ask("", "GET", target+q, ""); r.status != 422 || !strings.HasPrefix(r.places(), "query.") {
				t.Errorf("%s%s: %d %s", target, q, r.status, r.body)
			}
		}
	}
	if r := p.ask("", "GET", "/api/v1/sections?edition=nowhere", ""); r.status != 422 || r.places() != "query.edition" {
		t.Errorf("sections of no edition: %d %s", r.status, r.body)
	}
}

func TestASearchGoesOnOnlyFromItsOwnPlaces(t *testing.T) {
	p := newPaper(t)
	for n := range 3 {
		p.story(fmt.Sprintf("Tram %d", n), "")
	}
	list := p.must(200, "", "GET", "/api/v1/articles?limit=1", "").text("next")
	search := p.must(200, "", "GET", "/api/v1/articles?limit=1&q=tram", "").text("next")
	for _, bad := range []string{"q=tram&after=" + list, "after=" + search, "q=tram&after=MC4tMQ", "q=tram&after=Zm91bmQuMDE", "after=OS5hAGI"} {
		if r := p.ask("", "GET", "/api/v1/articles?"+bad, ""); r.status != 422 || r.places() != "query.after" {
			t.Errorf("%s: %d %s", bad, r.status, r.body)
		}
	}
	// found.1001: the list ends there and says so.
	if r := p.ask("", "GET", "/api/v1/articles?q=tram&after=Zm91bmQuMTAwMQ", ""); r.status != 422 || r.places() != "query.after" || !strings.Contains(r.text("detail"), "1,000") {
		t.Errorf("beyond the end: %d %s", r.status, r.body)
	}
}

func TestStaffOfOneEditionReadTheOthersAsStrangersDo(t *testing.T) {
	p := newPaper(t)
	id, _ := p.story("Published", "")
	p.draft("admin", "Draft", "")
	for _, who := range []string{"", "elsewhere", "foreign"} {
		for _, q := range []string{"", "&q=published", "&state=published", "&section=world"} {
			if ids := p.walkList(who, "/api/v1/articles?edition=en"+q, 10, nil); !slices.Equal(ids, []string{id}) {
				t.Errorf("%q reads %v with %q, want the published one", who, ids, q)
			}
		}
	}
	p.must(403, "elsewhere", "GET", "/api/v1/articles?edition=en&state=draft", "")
}

func TestTheKeyOfARepeatedPostIsPrintable(t *testing.T) {
	p := newPaper(t)
	for _, key := range []string{"\xff", "schlüssel", "a\tb"} {
		if r := p.ask("admin", "POST", "/api/v1/articles", `{"edition":"en"}`, "Idempotency-Key", key); r.status != 422 || r.places() != "header.Idempotency-Key" {
			t.Errorf("%q: %d %s", key, r.status, r.body)
		}
	}
}

func TestTimesHaveYearsThatCanBeWritten(t *testing.T) {
	p := newPaper(t)
	id := p.draft("admin", "Times", "")
	for _, bad := range []string{"0000-01-01T00:00:00+10:00", "9999-12-31T23:00:00-10:00", "1799-12-31T23:59:59Z", "2201-01-01T00:00:00Z"} {
		for _, field := range []string{"embargo_until", "deadline"} {
			if r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, fmt.Sprintf(`{%q:%q}`, field, bad), "If-Match", "*"); r.status != 422 || r.places() != "body."+field {
				t.Errorf("%s %s: %d %s", field, bad, r.status, r.body)
			}
		}
		if r := p.ask("admin", "POST", "/api/v1/articles/"+id+"/publish", `{"at":"`+bad+`"}`, "If-Match", "*"); r.status != 422 || r.places() != "body.at" {
			t.Errorf("at %s: %d %s", bad, r.status, r.body)
		}
	}
	p.save(id, `{"deadline":"1800-01-01T00:00:00Z","embargo_until":"2200-12-31T00:00:00Z"}`)
}

func TestTheAddressOfAPublishedStoryIsTheOneReadersHave(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("Where it is", "")
	r := p.save(id, `{"slug":"elsewhere","section":"sea"}`)
	list := p.must(200, "admin", "GET", "/api/v1/articles?edition=en", "")
	if r.text("url") != p.url+path || !strings.Contains(string(list.body), `"url":"`+p.url+path+`"`) || r.text("changed") != "true" {
		t.Errorf("saved, it lies at %s, readers have %s\n%s", r.text("url"), path, list.body)
	}
	p.get(200, path)
	moved := p.publish(id, `{"change":"minor"}`)
	if moved != "/sea/elsewhere" {
		t.Errorf("published again, it lies at %s", moved)
	}
	p.save(id, `{"slug":"third"}`)
	r = p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	if r.text("url") != p.url+moved {
		t.Errorf("withdrawn, it lies at %s", r.text("url"))
	}
	p.get(410, moved)
}

func TestAReporterDoesNotLiftTheStopsOfTheDesk(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Stopped", "")
	at := "/api/v1/articles/" + id
	p.save(id, `{"legal":"check","embargo_until":"2026-05-01T00:00:00Z"}`)
	refused := func(who, id, fields, place string) {
		t.Helper()
		if r := p.ask(who, "PATCH", "/api/v1/articles/"+id, fields, "If-Match", "*"); r.status != 403 || r.places() != place {
			t.Errorf("%s by %s: %d %s", fields, who, r.status, r.body)
		}
	}
	refused("reporter", id, `{"legal":"approved"}`, "body.legal")
	refused("reporter", id, `{"legal":"none"}`, "body.legal")
	refused("reporter", id, `{"embargo_until":null}`, "body.embargo_until")
	refused("reporter", id, `{"embargo_until":"2026-04-30T00:00:00Z","legal":"none"}`, "body.legal body.embargo_until")
	p.must(200, "reporter", "PATCH", at, `{"embargo_until":"2026-05-02T00:00:00Z","lead":"Goes on.","legal":"check","state":"ready"}`, "If-Match", "*")
	p.must(200, "reporter", "PATCH", at, `{"assignee":"`+p.people["colleague"].ID+`"}`, "If-Match", "*")
	refused("colleague", id, `{"assignee":"`+p.people["editor"].ID+`"}`, "body.assignee")
	p.must(200, "colleague", "PATCH", at, `{"lead":"Theirs."}`, "If-Match", "*")
	p.must(200, "editor", "PATCH", at, `{"legal":"approved","embargo_until":null,"assignee":null}`, "If-Match", "*")
}

func TestAnAssigneeWorksInTheEdition(t *testing.T) {
	p := newPaper(t)
	id := p.draft("admin", "Given", "")
	for _, who := range []string{"reporter", "editor", "pictures", "admin"} {
		p.save(id, `{"assignee":"`+p.people[who].ID+`"}`)
	}
	for _, bad := range []string{p.people["foreign"].ID, p.people["reader"].ID, p.people["moderator"].ID, missing, "somebody"} {
		if r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, `{"assignee":"`+bad+`"}`, "If-Match", "*"); r.status != 422 || r.places() != "body.assignee" {
			t.Errorf("%s: %d %s", bad, r.status, r.body)
		}
	}
}

func TestProblemsLeadToTheWordsOfTheirFaults(t *testing.T) {
	p := newPaper(t)
	docs := p.get(200, "/api/docs")
	id := p.draft("admin", "x", "")
	known := regexp.MustCompile(`^fault\.[a-z0-9_.]+$`)
	for _, c := range []struct{ method, at, body string }{
		{"GET", "/api/v1/articles/" + missing, ""}, {"PATCH", "/api/v1/articles/" + id, `{"genre":"x"}`}, {"PATCH", "/api/v1/articles/" + id, `{"nonsense":1}`}, {"PATCH", "/api/v1/articles/" + id, ""}, {"PATCH", "/api/v1/articles/" + id, "{"},
		{"POST", "/api/v1/articles", `{"edition":"nowhere"}`}, {"GET", "/api/v1/nothing", ""}, {"GET", "/api/v1/articles?limit=0", ""},
	} {
		r := p.ask("admin", c.method, c.at, c.body, "If-Match", "*")
		if kind := r.text("type"); kind != "about:blank" && !strings.Contains(docs, `id="`+strings.TrimPrefix(kind, "/api/docs#")+`"`) {
			t.Errorf("%s %s: %s leads nowhere", c.method, c.at, kind)
		}
		places, _ := r.json()["errors"].([]any)
		if len(places) > 0 && r.text("type") == "about:blank" {
			t.Errorf("%s %s %s: its type leads to no fault", c.method, c.at, c.body)
		}
		if c.body != "" && len(places) == 0 || r.status == 400 && r.places() != "body" {
			t.Errorf("%s %s %s: no place in %s", c.method, c.at, c.body, r.body)
		}
		for _, one := range places {
			if key, _ := one.(map[string]any)["key"].(string); !known.MatchString(key) || !strings.Contains(docs, `id="`+key+`"`) {
				t.Errorf("%s %s: the key %q has no words", c.method, c.at, key)
			}
		}
	}
}

func TestWhatALaterVersionHasSaysSo(t *testing.T) {
	p := newPaper(t)
	for _, at := range []string{"/subscriptions", "/newsletters", "/newsletters/1/issues", "/webhooks"} {
		for _, method := range []string{"GET", "POST"} {
			if r := p.ask("admin", method, "/api/v1"+at, ""); r.status != 404 || !strings.HasSuffix(r.text("detail"), "not in this version") {
				t.Errorf("%s %s: %d %s", method, at, r.status, r.body)
			}
		}
	}
	if r := p.ask("admin", "GET", "/api/v1/webhook", ""); r.status != 404 || strings.HasSuffix(r.text("detail"), ": not in this version") {
		t.Errorf("what nobody promised: %s", r.body)
	}
}

func TestHTMLNamesOurPicturesByOurAddressesOnly(t *testing.T) {
	p := newPaper(t)
	p.must(200, "admin", "PATCH", "/api/v1/editions/es", `{"host":"es.paper.example"}`)
	at := p.site.Addresses()
	asked := 0
	doors := articles.Doors{Desk: p.site.Desk, Archive: p.site.Archive, Offered: p.site.Intake.Offered, Picture: func(ctx context.Context, id string) (media.Picture, error) {
		asked++
		return p.site.Store.Picture(ctx, id)
	}}
	calls, err := api.New(api.Options{Door: p.site.Door, Editions: p.site.Editors, Articles: doors, Addresses: p.site.Addresses, Cookie: func(*http.Request) string { return "" }, Clock: p.clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	send := func(html string) (int, string) {
		p.clock.Forward(time.Second)
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/api/v1/articles", strings.NewReader(`{"edition":"en","body_html":`+quoted(html)+`}`))
		r.Header.Set("Authorization", "Bearer "+p.tokens["admin"])
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		calls.ServeHTTP(w, r)
		b, _ := io.ReadAll(w.Body)
		return w.Code, string(b)
	}
	id := p.upload("admin", 4)
	for src, want := range map[string]bool{
		"/media/p/" + id + "/x/w640.jpg": true, "/api/v1/pictures/" + id: true, at.Base + "/media/p/" + id + "/w": true, "https://es.paper.example/media/p/" + id + "/w": true,
		"https://other.example/media/p/" + id + "/w": false, "/other/" + id: false, "/media/x/" + id: false, "https://other.example/" + id + "/" + id: false,
	} {
		asked = 0
		code, body := send(`<img src="` + src + `" alt="x">`)
		if code != 201 || strings.Contains(body, `"picture"`) != want || !want && asked > 0 {
			t.Errorf("%s: %d, asked %d times: %s", src, code, asked, body)
		}
	}
	asked = 0
	if code, body := send(strings.Repeat(`<img src="/media/p/`+id+`/w" alt="x">`, 1000)); code != 201 || asked != 1 {
		t.Errorf("%d, asked %d times for one picture: %.300s", code, asked, body)
	}
	doors.Picture = func(context.Context, string) (media.Picture, error) {
		return media.Picture{}, fault.New(fault.Unavailable, "fault.database", "the database does not answer")
	}
	if calls, err = api.New(api.Options{Door: p.site.Door, Editions: p.site.Editors, Articles: doors, Addresses: p.site.Addresses, Cookie: func(*http.Request) string { return "" }, Clock: p.clock, Log: slog.New(slog.DiscardHandler)}); err != nil {
		t.Fatal(err)
	}
	if code, body := send(`<img src="/media/p/` + id + `/w" alt="x">`); code != 503 {
		t.Errorf("a database that does not answer: %d %s", code, body)
	}
}
