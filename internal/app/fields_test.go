package app

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// deskFields are the members of answers that only the desk of an edition may see.
var deskFields = []string{"desk_note", "assignee", "deadline", "legal", "version", "changed", "created_by", "created_at", "updated_by", "scheduled_at", "embargo_until", "state_before", "kill_note", "original", "sha256", "email", "password", "account", "salt"}

// membersOf lists the names of all members of a JSON document, at whatever depth outside of documents.
func membersOf(t *testing.T, doc []byte) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatal(err)
	}
	var out []string
	var walk func(v any)
	walk = func(v any) {
		switch x := v.(type) {
		case []any:
			for _, one := range x {
				walk(one)
			}
		case map[string]any:
			for k, one := range x {
				out = append(out, k)
				if k != "body" {
					walk(one)
				}
			}
		}
	}
	walk(v)
	return out
}

func TestStrangersGetNoFieldOfTheDesk(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Tram opens", `"desk_note":"`+secret+`","assignee":"`+p.people["colleague"].ID+`","deadline":"2026-03-11T00:00:00Z","legal":"approved","tags":["tram"]`)
	p.publish(id, "")
	p.save(id, `{"headline":"`+secret+`","desk_note":"`+secret+` again"}`) // the working copy goes on
	picture := p.upload("reporter", 3)
	p.story("Shown", `"picture":"`+picture+`"`)
	for _, who := range []string{"", "reader", "moderator", "audience", "foreign", "elsewhere"} {
		for _, at := range []string{"/api/v1/articles/" + id, "/api/v1/articles?edition=en", "/api/v1/articles?edition=en&q=tram", "/api/v1/articles/" + id + "/revisions", "/api/v1/articles/" + id + "/revisions/1", "/api/v1/editions", "/api/v1/sections", "/events/article:" + id + "?after=0", "/events/newsfeed:en?after=0"} {
			r := p.must(200, who, "GET", at, "")
			for _, name := range membersOf(t, r.body) {
				if slices.Contains(deskFields, name) {
					t.Errorf("%s tells %q the %s", at, who, name)
				}
			}
			for _, words := range []string{secret, p.people["colleague"].ID, p.people["reporter"].ID, "@paper.example"} {
				if strings.Contains(string(r.body), words) {
					t.Errorf("%s tells %q of %s", at, who, words)
				}
			}
		}
	}
	for _, who := range []string{"", "reader", "moderator", "audience"} {
		r := p.must(200, who, "GET", "/api/v1/pictures/"+picture, "")
		for _, name := range []string{"created_by", "kill_note", "sha256", "original"} {
			if _, told := r.json()[name]; told {
				t.Errorf("a picture tells %q the %s: %s", who, name, r.body)
			}
		}
	}
	if r := p.must(200, "colleague", "GET", "/api/v1/articles/"+id, ""); r.text("desk_note") != secret+" again" || r.text("changed") != "true" {
		t.Errorf("the desk does not see its own: %s", r.body)
	}
}

// TestNobodyWritesWhatIsNotHis holds the fields that follow from acts against those who send them: nothing is taken over by its name.
func TestNobodyWritesWhatIsNotHis(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Mine", "")
	for _, field := range []string{`"id":"x"`, `"version":9`, `"revision":3`, `"created_by":"x"`, `"published_at":"2020-01-01T00:00:00Z"`, `"updated_at":"2020-01-01T00:00:00Z"`, `"scheduled_at":"2020-01-01T00:00:00Z"`, `"withdrawn_at":"2020-01-01T00:00:00Z"`, `"url":"https://evil.example"`, `"words":1`, `"source":{"uri":"x"}`, `"changed":true`, `"note":"x"`, `"warnings":[]`, `"slug_set":true`, `"live_version":1`, `"Headline":"x"`, `"HEADLINE":"x"`} {
		for _, call := range [][2]string{{"PATCH", "/api/v1/articles/" + id}, {"POST", "/api/v1/articles"}} {
			body := `{` + field + `}`
			if call[0] == "POST" {
				body = `{"edition":"en","headline":"New",` + field + `}`
			}
			if r := p.ask("reporter", call[0], call[1], body, "If-Match", "*"); r.status != 422 {
				t.Errorf("%s with %s: %d %.200s", call[0], field, r.status, r.body)
			}
		}
	}
	// A reporter moves his own story up to ready and no further, and not into an edition he does not work for.
	p.must(200, "reporter", "PATCH", "/api/v1/articles/"+id, `{"state":"in_review"}`, "If-Match", "*")
	p.must(200, "reporter", "PATCH", "/api/v1/articles/"+id, `{"state":"ready"}`, "If-Match", "*")
	p.must(422, "reporter", "PATCH", "/api/v1/articles/"+id, `{"state":"published"}`, "If-Match", "*")
	p.must(403, "reporter", "PATCH", "/api/v1/articles/"+id, `{"edition":"es","section":"mundo"}`, "If-Match", "*")
	p.must(403, "reporter", "POST", "/api/v1/articles", `{"edition":"es","headline":"Elsewhere"}`)
	p.must(403, "editor", "PATCH", "/api/v1/articles/"+id, `{"edition":"es","section":"mundo"}`, "If-Match", "*")
	if a := p.stored(id); a.Edition != "en" || a.State != "ready" {
		t.Errorf("%s %s", a.Edition, a.State)
	}
	// To whom it is assigned may work on it.
	p.must(403, "colleague", "PATCH", "/api/v1/articles/"+id, `{"lead":"x"}`, "If-Match", "*")
	p.must(200, "editor", "PATCH", "/api/v1/articles/"+id, `{"assignee":"`+p.people["colleague"].ID+`"}`, "If-Match", "*")
	p.must(200, "colleague", "PATCH", "/api/v1/articles/"+id, `{"lead":"x"}`, "If-Match", "*")
	// An editor of one edition makes no edition, and not his own the default.
	p.must(403, "editor", "PATCH", "/api/v1/editions/en", `{"default":true}`)
	p.must(403, "elsewhere", "PATCH", "/api/v1/editions/es", `{"default":true}`)
}

func TestTheDeskListsArticlesOfOneKind(t *testing.T) {
	p := newPaper(t)
	p.draft("admin", "A story", "")
	page := p.draft("admin", "About us", `"kind":"page"`)
	list := p.must(200, "editor", "GET", "/api/v1/articles?edition=en&kind=page", "")
	if strings.Count(string(list.body), `"headline":`) != 1 || !strings.Contains(string(list.body), page) {
		t.Errorf("%s", list.body)
	}
	if r := p.ask("editor", "GET", "/api/v1/articles?edition=en&kind=essay", ""); r.status != 422 || r.places() != "query.kind" {
		t.Errorf("%d %s", r.status, r.body)
	}
}
