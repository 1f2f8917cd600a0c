package app

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/talk"
	"dateline/internal/talk/learned"
)

// judge is a service outside: a real server that answers as it is told, and keeps what it was sent.
type judge struct {
	*httptest.Server
	mu     sync.Mutex
	answer http.HandlerFunc
	bodies []string
	signed []string
}

func newJudge(t *testing.T) *judge {
	j := &judge{}
	j.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		j.mu.Lock()
		j.bodies, j.signed = append(j.bodies, string(body)), append(j.signed, r.Header.Get("Dateline-Signature"))
		answer := j.answer
		j.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(j.Close)
	return j
}

func (j *judge) says(answer http.HandlerFunc) { j.mu.Lock(); defer j.mu.Unlock(); j.answer = answer }

func (j *judge) words(body string) {
	j.says(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) })
}

func (j *judge) asked() int { j.mu.Lock(); defer j.mu.Unlock(); return len(j.bodies) }

// held gives why a comment waits as its moderator sees it, as "rule reason words".
func (p *paper) held(id string) string {
	p.t.Helper()
	r := p.must(200, "moderator", "GET", "/api/v1/moderation/"+id, "")
	if r.text("state") != "held" {
		return r.text("state")
	}
	return strings.Join(strings.Fields(r.text("holds.0.rule")+" "+r.text("holds.0.reason")+" "+r.text("holds.0.words")), " ")
}

func TestAServiceOutsideMakesWaitAndNothingElse(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.AllowPrivate = []string{"127.0.0.1"} })
	p.openTalk("en")
	story, path := p.story("Tram opens", "")
	j := newJudge(t)
	const at = "/api/v1/editions/en/discussion"
	if r := p.ask("editor", "PATCH", at, `{"service":{"on":true,"address":"`+j.URL+`/ask"}}`); r.status != 422 || r.places() != "body.service.on" {
		t.Fatalf("on without a secret: %d %s", r.status, r.body)
	}
	for _, bad := range []string{"http://news.example/ask", "ftp://x.example", "https://u:p@x.example/", "https://x.example/#f", "x", "//x.example", "https://x.example/" + strings.Repeat("x", 490)} {
		if r := p.ask("editor", "PATCH", at, fmt.Sprintf(`{"service":{"address":%q}}`, bad)); r.status != 422 {
			t.Errorf("%q is an address: %d", bad, r.status)
		}
	}
	secret := p.must(200, "editor", "POST", at+"/secret", "").text("secret")
	on := p.must(200, "editor", "PATCH", at, `{"service":{"on":true,"address":"`+j.URL+`/ask"}}`)
	if on.text("service.on") != "true" || on.text("service.without") != "hold" || len(secret) < 50 {
		t.Fatalf("%s with %q", on.body, secret)
	}
	for _, who := range []string{"editor", "moderator", "admin"} {
		for _, tail := range []string{"", "/advice"} {
			if r := p.must(200, who, "GET", at+tail, ""); strings.Contains(string(r.body), secret) {
				t.Errorf("%s reads the secret at %s", who, tail)
			}
		}
	}
	if s, err := p.site.Store.Talk.SettingsOf(t.Context(), "en"); err != nil || s.Service != (talk.Service{}) {
		t.Errorf("pages know of the service: %+v %v", s.Service, err)
	}

	j.words(`{"hold":false,"reason":"fine"}`)
	before := p.get(200, path)
	first := p.comment("reader", story, "Cheap pills for all", "")
	if first.text("state") != "public" || j.asked() != 1 {
		t.Fatalf("%s, asked %d times", first.body, j.asked())
	}
	var sent map[string]string
	if err := json.Unmarshal([]byte(j.bodies[0]), &sent); err != nil || len(sent) != 6 || sent["id"] == "" || sent["edition"] != "en" || sent["language"] != "en" || sent["kind"] != "comment" || sent["text"] != "Cheap pills for all" || sent["name"] == "" {
		t.Errorf("%v in %s", err, j.bodies[0])
	}
	stamp, sum, _ := strings.Cut(strings.TrimPrefix(j.signed[0], "t="), ",v1=")
	mac := hmac.New(sha256.New, []byte(secret))
	io.WriteString(mac, stamp+"."+j.bodies[0])
	if sum != hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("signed %q", j.signed[0])
	}

	j.words(`{"hold":true,"reason":"Advertising for\npills"}`)
	second := p.comment("reader", story, "Cheaper pills for all of you", "")
	if got := p.held(second.text("id")); got != "service Advertising for pills" || !strings.Contains(second.text("why"), "moderator reads it first") || strings.Contains(string(second.body), "Advertising") {
		t.Errorf("%s, its author is told %s", got, second.body)
	}
	if got := p.get(200, path); strings.Contains(got, "Cheaper pills") || strings.Contains(got, "Advertising") || strings.Contains(before, j.URL) {
		t.Error("readers see something of it")
	}
	p.clock.Forward(30 * 1e9)
	if r := p.must(200, "reader", "PATCH", "/api/v1/articles/"+story+"/comments/"+first.text("id"), `{"body":"Cheap pills, said another way"}`, "If-Match", "*"); r.text("state") != "held" {
		t.Errorf("what was changed is not asked about: %s", r.body)
	}
	n := j.asked()
	p.comment("reporter", story, "Pills, says the newsroom", "")
	p.must(200, "moderator", "POST", "/api/v1/members/"+p.people["reader"].ID+"/restrict", `{"restricted":"trusted"}`)
	if c := p.comment("reader", story, "Pills, says who is trusted", ""); c.text("state") != "public" || j.asked() != n {
		t.Errorf("%s; asked %d times about the newsroom and whom it trusts", c.text("state"), j.asked()-n)
	}
	p.must(200, "moderator", "POST", "/api/v1/members/"+p.people["reader"].ID+"/restrict", `{"restricted":""}`)
	p.must(200, "editor", "PATCH", at, `{"suspect":["strike"]}`)
	if c := p.comment("reader", story, "A strike on the ferries today", ""); p.held(c.text("id")) != "suspect [strike]" || j.asked() != n {
		t.Errorf("%s; asked %d times about what a rule holds", p.held(c.text("id")), j.asked()-n)
	}

	j.says(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	if c := p.comment("reader", story, "What does a late service say", ""); p.held(c.text("id")) != "unanswered" {
		t.Errorf("late: %s", p.held(c.text("id")))
	}
	for name, answer := range map[string]http.HandlerFunc{
		"status":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
		"redirected": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) },
		"answer": func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"hold":false,"reason":"`+strings.Repeat("x", 17<<10)+`"}`)
		},
	} {
		j.says(answer)
		if r := p.must(200, "editor", "POST", at+"/try", ""); r.text("failure") != name {
			t.Errorf("%s: %s", name, r.body)
		}
	}
	advice := p.must(200, "moderator", "GET", at+"/advice", "")
	if advice.text("failing_since") == "" || advice.text("secret") != "true" {
		t.Errorf("%s", advice.body)
	}
	j.says(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) })
	p.must(200, "editor", "PATCH", at, `{"service":{"without":"go-on"}}`)
	n = j.asked()
	for i := range 2 {
		if c := p.comment("reader", story, fmt.Sprintf("A service that is down lets go on, number %d", i), ""); c.text("state") != "public" {
			t.Errorf("%s", c.body)
		}
	}
	if j.asked() != n+1 { // the fifth failure in a row; then it is left alone
		t.Errorf("asked %d times", j.asked()-n)
	}
	j.words(`{"hold":true,"reason":"test"}`)
	if r := p.must(200, "editor", "POST", at+"/try", ""); r.text("hold") != "true" || r.text("reason") != "test" || r.text("failure") != "" {
		t.Errorf("%s", r.body)
	}
	if advice = p.must(200, "moderator", "GET", at+"/advice", ""); advice.text("failing_since") != "" || advice.text("answered_at") == "" {
		t.Errorf("%s", advice.body)
	}
	m := p.measured()
	if m["dateline_service_questions_total"] < 8 || m["dateline_service_held_total"] != 2 || m["dateline_service_failed_total"] != 5 || m["dateline_service_rested_total"] != 1 {
		t.Errorf("%v %v %v %v", m["dateline_service_questions_total"], m["dateline_service_held_total"], m["dateline_service_failed_total"], m["dateline_service_rested_total"])
	}
	if strings.Contains(p.logged.String(), secret) || strings.Contains(p.logged.String(), "pills") {
		t.Error("the log tells of it")
	}
}

func TestAServiceInsideThePrivateNetworkIsNotAsked(t *testing.T) {
	p := newPaper(t)
	j := newJudge(t)
	const at = "/api/v1/editions/en/discussion"
	p.must(200, "editor", "POST", at+"/secret", "")
	p.must(200, "editor", "PATCH", at, `{"service":{"on":true,"address":"`+j.URL+`"}}`)
	if r := p.must(200, "editor", "POST", at+"/try", ""); r.text("failure") != "forbidden" || j.asked() != 0 {
		t.Errorf("%s", r.body)
	}
}

func TestWhatModeratorsDecideIsLearned(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	story, path := p.story("Tram opens", "")
	const at = "/api/v1/editions/en/discussion"
	by := news.Act{Who: account.Actor{ID: p.people["moderator"].ID, Name: "Mo", Grants: p.people["moderator"].Grants}}
	past := func(ref, text string, breach talk.Breach) {
		t.Helper()
		ref += fmt.Sprint(len(ref))
		if _, err := p.site.Talk.Arrive(t.Context(), story, []talk.Past{{Ref: ref, Account: p.people["audience"].ID, Name: "Ana", Text: text, At: p.clock.Now().Add(-1e9), Held: true}}); err != nil {
			t.Fatal(err)
		}
		p.clock.Forward(2 * 1e9)
		all, err := p.site.Talk.Queue(t.Context(), account.House(), "en", talk.Query{Queue: talk.Pending, Limit: 1})
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		if breach == "good" {
			_, err = p.site.Talk.Approve(t.Context(), by, all[0].ID)
		} else {
			_, err = p.site.Talk.Reject(t.Context(), by, all[0].ID, breach, "")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for i := range learned.Enough {
		past(fmt.Sprint("good", i), fmt.Sprintf("Thanks, the ferries are early, number %d", i), "good")
		past(fmt.Sprint("bad", i), fmt.Sprintf("Buying cheap pills, number %d", i), map[bool]talk.Breach{true: talk.BreachSpam, false: ""}[i%2 == 0])
	}
	past("off", "The weather was better last week", talk.BreachOffTopic)
	pills := "Who buys a cheap pill from the ferry"
	if c := p.comment("reader", story, pills, ""); c.text("state") != "public" {
		t.Fatalf("held although nothing was turned on: %s", c.body)
	}
	known := p.must(200, "moderator", "GET", at+"/advice", "")
	if known.text("approved") != "100" || known.text("rejected") != "100" || known.text("enough") != "100" {
		t.Fatalf("%s", known.body)
	}
	p.must(200, "editor", "PATCH", at, `{"learned":"very-likely"}`)
	p.must(200, "moderator", "GET", at+"/advice", "") // it is read when it is looked at
	second := p.comment("reader", story, pills+", I asked", "")
	if got := p.held(second.text("id")); got != "learned [buys pill cheap]" && got != "learned [cheap buys pill]" && got != "learned [buys cheap pill]" {
		t.Errorf("%s", got)
	}
	if !strings.Contains(second.text("why"), "moderator looks at its words") || strings.Contains(p.get(200, path), "I asked") {
		t.Errorf("%s", second.body)
	}
	if c := p.comment("reader", story, "Thanks, early ferries are the best", ""); c.text("state") != "public" {
		t.Errorf("%s", c.body)
	}
	// A decision teaches as it is told; taken back it is forgotten.
	id := second.text("id")
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+id+"/approve", "")
	p.eventually("the approval is learned", func() bool {
		return p.must(200, "moderator", "GET", at+"/advice", "").text("approved") == "101"
	})
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+id+"/undo", "")
	p.eventually("what was taken back is forgotten", func() bool {
		return p.must(200, "moderator", "GET", at+"/advice", "").text("approved") == "100"
	})
	if n := p.measured()["dateline_comments_learned_held_total"]; n != 1 {
		t.Errorf("%v held", n)
	}
}
