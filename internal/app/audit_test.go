package app

import (
	"encoding/json"
	"fmt"
	"testing"
)

// deeds gives what the audit log says that somebody did, newest first: what, about what kind of thing, and its name or note.
func (p *paper) deeds(did string) (out []string) {
	p.t.Helper()
	var log struct {
		Items []struct{ Did, About, Name, Note string }
	}
	if err := json.Unmarshal(p.must(200, "admin", "GET", "/api/v1/audit?did="+did+"&by="+p.people["editor"].ID, "").body, &log); err != nil {
		p.t.Fatal(err)
	}
	for _, a := range log.Items {
		out = append(out, fmt.Sprint(a.About, ": ", a.Name, a.Note))
	}
	return out
}

func TestTheAuditLogTellsWhoEditedAFrontTheInboxReportsAuthorsAndTopics(t *testing.T) {
	p := newPaper(t)
	story, _ := p.story("Tram opens", `"byline":["M. Vey","Mara Vey"],"tags":["Tram","Trams"]`)
	p.must(200, "editor", "PUT", "/api/v1/fronts/en", `{"pins":[{"slot":0,"article":"`+story+`"}]}`, "If-Match", "*")
	p.must(200, "editor", "PUT", "/api/v1/fronts/en?section=sea", `{"pins":[{"slot":0,"article":"`+story+`"}]}`, "If-Match", "*")
	p.must(200, "editor", "PUT", "/api/v1/fronts/en", `{"pins":[{"slot":0,"article":"`+story+`"}]}`, "If-Match", "*") // as it was
	r, err := p.site.Desk.Report(t.Context(), story, "The year is wrong.")
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{"resolved", "resolved", "open"} {
		p.must(200, "editor", "PATCH", "/api/v1/reports/"+r.ID, `{"state":"`+state+`"}`, "If-Match", "*")
	}
	p.must(200, "editor", "POST", "/api/v1/inbox/"+p.arrived("Wire: ferries stop")+"/use", "")
	quiet := p.arrived("Wire: nothing happened")
	p.must(200, "editor", "POST", "/api/v1/inbox/"+quiet+"/dismiss", "")
	p.must(200, "editor", "POST", "/api/v1/inbox/"+quiet+"/restore", "")
	p.must(200, "editor", "POST", "/api/v1/inbox/"+quiet+"/restore", "") // nothing is put back
	p.must(200, "editor", "POST", "/api/v1/authors/m-vey/merge", `{"into":"mara-vey"}`)
	p.must(200, "editor", "PATCH", "/api/v1/authors/mara-vey", `{"role":"Correspondent"}`, "If-Match", "*")
	p.must(200, "editor", "PATCH", "/api/v1/authors/mara-vey", `{"name":"Mara Lund"}`, "If-Match", "*")
	p.must(200, "editor", "POST", "/api/v1/topics/trams/merge?edition=en", `{"into":"tram"}`)
	p.must(200, "editor", "PATCH", "/api/v1/topics/tram?edition=en", `{"name":"Light rail"}`, "If-Match", "*")
	source := p.must(201, "editor", "POST", "/api/v1/sources", `{"edition":"en","kind":"folder","name":"Harbour wire","address":"harbour"}`).text("id")
	p.must(200, "editor", "PATCH", "/api/v1/sources/"+source, `{"name":"Port wire"}`, "If-Match", "*")
	p.must(200, "editor", "POST", "/api/v1/sources/"+source+"/refresh", "") // reads, and changes nothing
	p.must(204, "editor", "DELETE", "/api/v1/sources/"+source, "")
	en, _ := p.site.Directory().Edition("en")
	sea, _, _ := p.site.Directory().Section("en", "sea")
	for did, want := range map[string][]string{
		"front":         {"front: " + en.Name + " · " + sea.Name, "front: " + en.Name},
		"report":        {"article: Tram opens"},
		"report-open":   {"article: Tram opens"},
		"inbox-use":     {"article: Wire: ferries stop"},
		"inbox-dismiss": {"inbox: Wire: nothing happened"},
		"inbox-back":    {"inbox: Wire: nothing happened"},
		"author-merge":  {"author: M. Vey → Mara Vey"},
		"author-rename": {"author: Mara Vey → Mara Lund"},
		"topic-merge":   {"topic: Trams → Tram"},
		"topic-rename":  {"topic: Tram → Light rail"},
		"source-add":    {"source: Harbour wire"},
		"source":        {"source: Port wire"},
		"source-drop":   {"source: Port wire"},
	} {
		if got := p.deeds(did); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q, wanted %q", did, got, want)
		}
	}
}

func TestTheAuditLogTellsWhatWasDoneInDiscussions(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	story, _ := p.story("Tram opens", "")
	said := p.comment("reader", story, "A word about the quayside.", "").text("id")
	for _, on := range []string{"true", "true", "false"} {
		p.must(200, "editor", "POST", "/api/v1/moderation/"+said+"/feature", `{"on":`+on+`}`)
	}
	reader := p.people["reader"]
	p.must(200, "editor", "POST", "/api/v1/members/"+reader.ID+"/notes", `{"text":"Wrote to us."}`)
	settings := "/api/v1/editions/en/discussion"
	for _, body := range []string{`{"paused":true}`, `{"paused":true}`, `{"paused":false,"new_for":2,"banned":["swindler"]}`} {
		p.must(200, "editor", "PATCH", settings, body)
	}
	en, _ := p.site.Directory().Edition("en")
	for did, want := range map[string][]string{
		"comment-feature":   {"comment: "},
		"comment-unfeature": {"comment: "},
		"member-note":       {"account: " + reader.Name},
		"talk-settings":     {"edition: " + en.Name + "resumed, new_for, banned", "edition: " + en.Name + "paused"},
	} {
		if got := p.deeds(did); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q, wanted %q", did, got, want)
		}
	}
}
