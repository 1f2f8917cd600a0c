package app

import (
	"encoding/json"
	"slices"
	"testing"
)

func TestLiveCoveragesAreListedWithTheirPosts(t *testing.T) {
	p := newPaper(t)
	storm, _ := p.storm("Storm")
	quake, _ := p.storm("Quake")
	draft := p.draft("reporter", "Later", `"kind":"live"`)
	p.draft("reporter", "No coverage", "")
	for _, words := range []string{"One", "Two", "Three"} {
		p.out(storm, words, "")
	}
	p.post("reporter", storm, `"state":"draft","headline":"A draft"`)
	p.post("moderator", storm, `"headline":"Sent in"`)
	p.post("moderator", storm, `"headline":"Sent in too"`)
	p.post("colleague", storm, `"headline":"A colleague's"`)
	p.must(200, "reporter", "POST", "/api/v1/articles/"+quake+"/close", "")

	const all = "/api/v1/coverages?edition=en"
	want := []string{draft, quake, storm}
	for _, limit := range []int{1, 2, 10} {
		if got := p.walkList("reporter", all, limit, nil); !slices.Equal(got, want) {
			t.Errorf("%d at once: %v, want %v", limit, got, want)
		}
	}
	for who, want := range map[string][]string{"moderator": {quake, storm}, "audience": {quake, storm}, "colleague": want} {
		if got := p.walkList(who, all, 10, nil); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", who, got, want)
		}
	}
	if got := p.walkList("reporter", all+"&state=open", 10, nil); !slices.Equal(got, []string{draft, storm}) {
		t.Errorf("open: %v", got)
	}
	if got := p.walkList("reporter", all+"&state=closed", 10, nil); !slices.Equal(got, []string{quake}) {
		t.Errorf("closed: %v", got)
	}
	p.must(422, "reporter", "GET", "/api/v1/coverages?edition=nowhere", "")

	type counts struct{ Draft, Scheduled, Contribution, Published, Withdrawn int }
	for who, want := range map[string]counts{"reporter": {Draft: 1, Contribution: 3, Published: 3}, "moderator": {Contribution: 2, Published: 3}, "colleague": {Contribution: 1, Published: 3}, "audience": {Published: 3}} {
		var list struct {
			Items []struct {
				ID, Headline, State string
				Publishes           bool
				Posts               counts
			}
		}
		if err := json.Unmarshal(p.must(200, who, "GET", all, "").body, &list); err != nil {
			t.Fatal(err)
		}
		last := list.Items[len(list.Items)-1]
		if last.ID != storm || last.Headline != "Storm" || last.State != "open" || last.Publishes != (who == "reporter") || last.Posts != want {
			t.Errorf("%s sees %+v, want %+v", who, last, want)
		}
		var one struct{ Posts counts }
		if err := json.Unmarshal(p.must(200, who, "GET", "/api/v1/articles/"+storm+"/coverage", "").body, &one); err != nil || one.Posts != want {
			t.Errorf("%s reads %+v, want %+v (%v)", who, one.Posts, want, err)
		}
	}
	if r := p.must(200, "", "GET", "/api/v1/articles/"+storm+"/coverage", ""); r.json()["posts"] != nil {
		t.Errorf("a stranger is told how many drafts there are: %s", r.body)
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+storm+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	p.must(204, "reporter", "DELETE", "/api/v1/articles/"+draft, "", "If-Match", "*")
	if got := p.walkList("reporter", all, 10, nil); !slices.Equal(got, []string{quake}) {
		t.Errorf("what is left: %v", got)
	}
}
