package app

import (
	"fmt"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
)

// intakePosts are the POST operations of sources, the inbox and moves.
func (p *paper) intakePosts() []post {
	n := 0
	listed := func(target string) func(string) int {
		return func(string) int {
			return len(p.must(200, "admin", "GET", target+"?limit=100", "").json()["items"].([]any))
		}
	}
	item := func(tail string, before ...string) func() (string, []string) {
		return func() (string, []string) {
			n++
			id := p.arrived(fmt.Sprintf("Repeated item %d", n))
			for _, act := range before {
				p.must(200, "admin", "POST", "/api/v1/inbox/"+id+act, "")
			}
			return "/api/v1/inbox/" + id + tail, nil
		}
	}
	move := func(tail string) func() (string, []string) {
		return func() (string, []string) {
			p.endMoves()
			return "/api/v1/moves/" + p.handIn(smallSite).text("id") + tail, nil
		}
	}
	// stage counts 1 when the move of a target stands at one of these.
	stage := func(tail string, wanted ...string) func(string) int {
		return func(target string) int {
			m := p.must(200, "admin", "GET", target[:len(target)-len(tail)], "")
			for _, w := range wanted {
				if m.text("stage") == w {
					return 1
				}
			}
			return 0
		}
	}
	return []post{
		{"create-source", plain("/api/v1/sources"), texts(`{"edition":"en","kind":"feed","name":"A","address":"https://wire.example/a.xml","paused":true}`,
			`{"edition":"en","kind":"feed","name":"B","address":"https://wire.example/b.xml","paused":true}`), listed("/api/v1/sources"), 201},
		{"use-item", item("/use"), texts(`{"section":"world"}`, `{"section":"sea"}`), func(string) int { return p.toldDesk(fact.Created) }, 200},
		{"take-item", func() (string, []string) {
			target, _ := item("/take", "/use")()
			p.arrivedAs(fmt.Sprintf("Repeated item %d", n), "2", "Newer")
			return target, nil
		}, texts(`{"fields":["lead"]}`, `{"fields":["headline"]}`), func(target string) int {
			return int(p.stored(p.must(200, "admin", "GET", target[:len(target)-len("/take")], "").text("article")).Version)
		}, 200},
		{"dismiss-item", item("/dismiss"), texts("", "{}"), func(string) int { return p.toldDesk(fact.Sorted) }, 200},
		{"restore-item", item("/restore", "/dismiss"), texts("", "{}"), func(string) int { return p.toldDesk(fact.Sorted) }, 200},
		{"create-move", func() (string, []string) {
			p.endMoves()
			return "/api/v1/moves?edition=en&name=export.xml", nil
		}, func(i int) (string, string) { return smallSite + []string{"", "\n"}[i], "application/xml" }, listed("/api/v1/moves"), 201},
		{"start-move", move("/start"), texts("", "{}"), stage("/start", "moving", "done"), 200},
		{"stop-move", move("/stop"), texts("", "{}"), stage("/stop", "failed"), 200},
	}
}

// TestUnderOneKeyASourceIsReadOnce pauses the source between, so that whoever would read it again is refused.
func TestUnderOneKeyASourceIsReadOnce(t *testing.T) {
	p := newPaper(t)
	at := "/api/v1/sources/" + p.source("feed", "http://127.0.0.1:1/feed.xml", "")
	first := p.must(200, "admin", "POST", at+"/refresh", "", "Idempotency-Key", "read")
	p.must(200, "admin", "PATCH", at, `{"paused":true}`)
	p.must(409, "admin", "POST", at+"/refresh", "")
	p.must(409, "admin", "POST", at+"/refresh", "", "Idempotency-Key", "another")
	if r := p.must(200, "admin", "POST", at+"/refresh", "", "Idempotency-Key", "read"); r.text("id") != first.text("id") || r.text("paused") != "true" {
		t.Errorf("the source as it stands: %s", r.body)
	}
	if r := p.must(422, "admin", "POST", at+"/refresh", "{}", "Idempotency-Key", "read"); r.places() != "header.Idempotency-Key" {
		t.Errorf("another body under the key: %s", r.body)
	}
	// What was refused left nothing under its key.
	p.must(200, "admin", "PATCH", at, `{"paused":false}`)
	p.must(200, "admin", "POST", at+"/refresh", "", "Idempotency-Key", "another")
	// Who works for another edition by now is not told of it under an old key.
	p.must(200, "editor", "POST", at+"/refresh", "", "Idempotency-Key", "read")
	if _, err := p.site.Store.AmendAccount(t.Context(), p.people["editor"].ID, func(a *account.Account) (fact.Outcome, error) {
		a.Grants = []account.Grant{{Role: account.Editor, Edition: "es"}}
		return fact.Outcome{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	p.clock.Forward(10 * time.Second) // until the token is looked at again
	p.must(404, "editor", "POST", at+"/refresh", "", "Idempotency-Key", "read")
}

// TestAnItemJoinsTheStoryThatCameAnotherWayOnce uses an item whose story an import brought meanwhile.
func TestAnItemJoinsTheStoryThatCameAnotherWayOnce(t *testing.T) {
	p := newPaper(t)
	id := p.arrived("Pilots accept rota")
	edition, headline, kind := "en", "Pilots accept rota", string(news.Story)
	story, err := p.site.Desk.Receive(t.Context(), news.Patch{Edition: &edition, Headline: &headline, Kind: &kind, Source: &news.Source{URI: "tag:wire.example,2026:Pilots accept rota", Version: "1", Name: "Wire"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		r := p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/use", "", "Idempotency-Key", "join")
		if r.text("article") != story.ID || r.text("version") != fmt.Sprint(story.Version) {
			t.Errorf("%s, want the story %s of version %d", r.body, story.ID, story.Version)
		}
	}
	p.must(422, "reporter", "POST", "/api/v1/inbox/"+id+"/use", "{}", "Idempotency-Key", "join")
	if r := p.must(200, "reporter", "GET", "/api/v1/inbox/"+id, ""); r.text("state") != "used" || r.text("article") != story.ID {
		t.Errorf("%s", r.body)
	}
	if n, after := p.toldDesk(fact.Sorted), p.stored(story.ID); n != 1 || after.Version != story.Version || after.UpdatedBy != story.UpdatedBy {
		t.Errorf("told %d times; the story is %+v", n, after)
	}
}
