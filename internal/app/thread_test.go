package app

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"dateline/internal/talk"
)

// answered brings a comment with so many answers under a story: "No 0." and so on, all of an hour ago.
func (p *paper) answered(story string, answers int) {
	p.t.Helper()
	at := p.clock.Now().Add(-time.Hour)
	past := []talk.Past{{Ref: "long", Name: "Ana", Text: "Long", At: at}}
	for n := range answers {
		past = append(past, talk.Past{Ref: fmt.Sprint(n), Parent: "long", Name: "Ben", Text: fmt.Sprintf("No %d.", n), At: at.Add(time.Duration(n+1) * time.Millisecond)})
	}
	if n, err := p.site.Talk.Arrive(p.t.Context(), story, past); n != answers+1 || err != nil {
		p.t.Fatal(n, err)
	}
}

func TestTheAPIGivesAllOfALongThread(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, _ := p.story("Tram opens", "")
	p.answered(id, 1001)
	short := p.comment("reader", id, "Short", "")
	p.comment("reader", id, "Answered", short.text("id"))
	list := "/api/v1/articles/" + id + "/comments"
	items := func(r reply) []any { all, _ := r.json()["items"].([]any); return all }
	first := p.must(200, "", "GET", list, "")
	if len(items(first)) != 2 || first.text("next") != short.text("id") {
		t.Fatalf("%d, next %q", len(items(first)), first.text("next"))
	}
	second := p.must(200, "", "GET", list+"?after="+first.text("next"), "")
	if len(items(second)) != 1001 || second.json()["next"] != nil {
		t.Errorf("%d, next %v", len(items(second)), second.json()["next"])
	}
	root := items(second)[0].(map[string]any)["id"].(string)
	seen := map[string]bool{}
	for after := ""; ; {
		r := p.must(200, "", "GET", list+"?limit=100&thread="+root+"&after="+after, "")
		for _, one := range items(r) {
			seen[one.(map[string]any)["body"].(string)] = true
		}
		next, more := r.json()["next"].(string)
		if after = next; !more {
			break
		}
	}
	if len(seen) != 1002 || !seen["No 1000."] {
		t.Errorf("%d of 1,002", len(seen))
	}
	if r := p.ask("", "GET", list+"?thread="+root+"&after=nowhere", ""); r.status != 422 || r.places() != "query.after" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := p.ask("", "GET", list+"?thread=0p6gr2zxg01tj", ""); r.status != 404 || !strings.Contains(string(r.body), "comment") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestTheAddressOfACommentLeadsToItInALongThread(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	p.answered(id, 250)
	ids := map[string]string{}
	first, rest, err := p.site.Store.Talk.Threads(t.Context(), id, talk.Oldest, "", 1, 300)
	if err != nil || len(rest) != 250 {
		t.Fatal(len(rest), err)
	}
	for _, c := range rest {
		ids[c.Text] = c.ID
	}
	beginning := `href="` + path + "/discussion?comment=" + first[0].ID + `"`
	for text, begins := range map[string]string{"No 249.": "No 249.", "No 220.": "No 220.", "No 200.": "No 200.", "No 199.": "No 0.", "No 3.": "No 0."} {
		page := p.get(200, path+"/discussion?comment="+ids[text])
		if !strings.Contains(page, `id="comment-`+ids[text]+`"`) || !strings.Contains(page, `id="comment-`+first[0].ID+`"`) {
			t.Errorf("%s is not on its page", text)
		}
		if !strings.Contains(page, ">"+begins+"<") || begins != "No 0." && strings.Contains(page, ">No 0.<") {
			t.Errorf("the page of %s does not begin with %s", text, begins)
		}
		if earlier := strings.Contains(page, `rel="prev" `+beginning); earlier != (begins != "No 0.") {
			t.Errorf("the page of %s leads to what is before: %v", text, earlier)
		}
	}
}
