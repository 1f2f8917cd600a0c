package app

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
)

// tellWrong fills in the form of a story as a reader's browser does.
func (p *paper) tellWrong(id string, fields url.Values, header ...string) reply {
	p.t.Helper()
	return p.ask("", "POST", "/report/"+id, fields.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)...)
}

func TestAReaderReportsAnErrorAndTheDeskResolvesIt(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("Harbour fares", "")
	if page := p.get(200, path); !strings.Contains(page, `href="/report/`+id+`"`) {
		t.Fatal("the story does not lead to the form")
	}
	form := p.must(200, "", "GET", "/report/"+id, "")
	if !strings.Contains(string(form.body), `method="post" action="/report/`+id+`"`) || form.header.Get("Cache-Control") == "" || strings.Contains(form.header.Get("Cache-Control"), "public") || form.header.Get("Set-Cookie") != "" {
		t.Errorf("%v", form.header)
	}
	r := p.tellWrong(id, url.Values{"text": {"The fare is 12.40,\r\nnot 14.20. <b>"}, "website": {""}})
	if r.status != 303 || r.header.Get("Location") != "/report/"+id+"?sent" || r.header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %v", r.status, r.header)
	}
	if thanks := p.get(200, "/report/"+id+"?sent"); !strings.Contains(thanks, "The desk has your message") || strings.Contains(thanks, "<form method=\"post\"") {
		t.Error("nobody says thanks")
	}
	list := p.must(200, "reporter", "GET", "/api/v1/reports?edition=en&state=open", "")
	if !strings.Contains(string(list.body), `The fare is 12.40,\nnot 14.20.`) || !strings.Contains(string(list.body), `"headline":"Harbour fares"`) {
		t.Fatalf("%s", list.body)
	}
	if told := p.must(200, "editor", "GET", "/events/"+string(fact.Desk("en"))+"?after=0", ""); !strings.Contains(string(told.body), `"kind":"reported"`) || strings.Contains(string(told.body), "14.20") {
		t.Errorf("the desk heard %s", told.body)
	}
	items, _ := list.json()["items"].([]any)
	report, _ := items[0].(map[string]any)
	at := "/api/v1/reports/" + fmt.Sprint(report["id"])
	if done := p.must(200, "editor", "PATCH", at, `{"state":"resolved"}`); done.text("state") != "resolved" || done.text("name") != "Editor" {
		t.Errorf("%s", done.body)
	}
	for state, want := range map[string]int{"open": 0, "resolved": 1} {
		if got := p.walkList("editor", "/api/v1/reports?edition=en&state="+state, 10, nil); len(got) != want {
			t.Errorf("%s: %d", state, len(got))
		}
	}
	if r := p.ask("admin", "PATCH", at, `{"state":"open"}`, "If-Match", `"1"`); r.status != 412 || r.text("current.state") != "resolved" {
		t.Errorf("an old version: %d %s", r.status, r.body)
	}
	p.must(200, "editor", "PATCH", at, `{"state":"open"}`)
	if got := p.walkList("editor", "/api/v1/reports?article="+id+"&state=open", 10, nil); len(got) != 1 {
		t.Error("it was not opened again")
	}
	p.must(403, "foreign", "GET", "/api/v1/reports?edition=en", "")
	if got := p.walkList("foreign", "/api/v1/reports?x=", 10, nil); len(got) != 0 {
		t.Error("another edition's reports are listed")
	}
}

func TestWhatIsNoReportIsRefusedOrSwallowed(t *testing.T) {
	p := newPaper(t)
	id, _ := p.story("Harbour fares", "")
	for name, text := range map[string]string{"nothing": " ", "a null byte": "a\x00b", "too much": strings.Repeat("ж", 2001), "no UTF-8": "a\xff"} {
		if r := p.tellWrong(id, url.Values{"text": {text}}); r.status != 422 || !strings.Contains(string(r.body), `aria-invalid="true"`) {
			t.Errorf("%s: %d", name, r.status)
		}
	}
	if r := p.tellWrong(id, url.Values{"text": {"Buy here"}, "website": {"https://spam.example"}}); r.status != 303 {
		t.Errorf("a program is told that it was seen: %d", r.status)
	}
	draft := p.draft("admin", "Draft", "")
	gone, _ := p.story("Gone", "")
	p.must(200, "admin", "POST", "/api/v1/articles/"+gone+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	for _, other := range []string{draft, gone, missing, strings.Repeat("a", 50)} {
		p.get(404, "/report/"+other)
		if r := p.tellWrong(other, url.Values{"text": {"Wrong"}}); r.status != 404 {
			t.Errorf("%s: %d", other, r.status)
		}
	}
	if r := p.tellWrong(id, url.Values{"text": {"Wrong"}}, "Sec-Fetch-Site", "cross-site"); r.status != 403 {
		t.Errorf("from another site: %d", r.status)
	}
	if got := p.walkList("editor", "/api/v1/reports?edition=en", 10, nil); len(got) != 0 {
		t.Errorf("%v arrived", got)
	}
}

func TestOneAddressSendsAFewReportsOnly(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.TrustProxy = []string{"127.0.0.0/8"} })
	id, _ := p.story("Harbour fares", "")
	from := func(address string) int {
		return p.tellWrong(id, url.Values{"text": {"Wrong."}}, "X-Forwarded-For", address).status
	}
	for range 5 {
		if got := from("203.0.113.7"); got != 303 {
			t.Fatalf("%d", got)
		}
	}
	if got := from("203.0.113.7"); got != 429 {
		t.Errorf("the sixth: %d", got)
	}
	if got := from("198.51.100.1"); got != 303 {
		t.Errorf("another reader: %d", got)
	}
	p.clock.Forward(3 * time.Minute)
	if got := from("203.0.113.7"); got != 303 {
		t.Errorf("later: %d", got)
	}
}
