package app

import (
	"html"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/news"
)

// decided brings a comment of the reader's into a state: "decided" and "spoken" are approved, "refused" is rejected, and "contested" objected to besides.
func (p *paper) decided(id, state string) {
	p.t.Helper()
	at := "/api/v1/moderation/" + id
	switch state {
	case "decided", "spoken":
		p.must(200, "admin", "POST", at+"/approve", "")
	case "refused", "contested":
		p.must(200, "admin", "POST", at+"/reject", "")
	}
	if state == "contested" {
		p.clock.Forward(2 * time.Minute)
		p.must(204, "reader", "POST", at+"/appeal", `{"text":"It was a quotation."}`)
	}
}

// restricted gives the reader, of whom nothing is asked, or everything waits and he objects to that.
func (p *paper) restricted(objects bool) string {
	p.t.Helper()
	id := p.people["reader"].ID
	p.must(200, "admin", "POST", "/api/v1/members/"+id+"/restrict", `{"restricted":""}`)
	if objects {
		p.must(200, "admin", "POST", "/api/v1/members/"+id+"/restrict", `{"restricted":"premoderated","breach":"spam"}`)
		if _, err := p.site.Talk.AppealRestriction(p.t.Context(), news.Act{Who: account.Actor{ID: id}}, "I sell nothing."); err != nil {
			p.t.Fatal(err)
		}
	}
	return id
}

func TestWhoIsDecidedAgainstIsToldWhyAndObjectsWithoutAScript(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	said := p.comment("reader", id, "The mayor is a windbag.", "").text("id")
	own, form := "/comment/"+id+"?said="+said, "/comment/"+id+"/appeal?c="+said
	reader, other := p.session("reader"), p.session("audience")
	see := func(cookie, at string, want int) string {
		t.Helper()
		r := p.ask("", "GET", at, "", "Cookie", cookie)
		if r.status != want {
			t.Fatalf("%s: %d %.600s", at, r.status, r.body)
		}
		return html.UnescapeString(string(r.body)) + r.header.Get("Location")
	}
	holds := func(page string, words ...string) {
		t.Helper()
		for _, w := range words {
			if !strings.Contains(page, w) {
				t.Errorf("lacks %q:\n%s", w, page[strings.Index(page, "<main"):])
			}
		}
	}
	send := func(cookie, text string) reply {
		p.clock.Forward(3 * time.Minute)
		return p.ask("", "POST", "/comment/"+id+"/appeal", url.Values{"c": {said}, "text": {text}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie)
	}
	if page := see(reader, own, 200); strings.Contains(page, "/appeal") {
		t.Error("a public comment can be objected to")
	}
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+said+"/reject", `{"breach":"insult","reason":"Say it without the name."}`)
	if r := p.ask("moderator", "POST", "/api/v1/moderation/"+said+"/reject", `{"breach":"rude"}`); r.status != 422 {
		t.Errorf("a ground that is none: %d", r.status)
	}
	page := see(reader, own, 200)
	holds(page, "a moderator took down what you wrote.", "Ground: the rules of this site (insult).", "The moderator adds: \u2068Say it without the name.", "you can object until", "turn to a court", form)
	if strings.Contains(page, "Moderator<") || strings.Contains(page, p.people["moderator"].ID) {
		t.Error("the moderator is named")
	}
	holds(see(reader, "/account/notifications", 200), "Your comment was not published: insult. Say it without the name.", own)
	holds(see("", own, 303), "/account/sign-in?back="+url.QueryEscape(own))
	holds(see("", form, 303), "/account/sign-in?back="+url.QueryEscape(form))
	see(other, form, 404)
	holds(see(reader, form, 200), "Object to this decision", "Your reasons", `data-most="2000"`, "windbag")
	if r := send(other, "Mine!"); r.status != 404 {
		t.Errorf("another objects: %d", r.status)
	}
	if r := send(reader, " \n"); r.status != 422 || !strings.Contains(string(r.body), "Write something first.") {
		t.Errorf("nothing at all: %d", r.status)
	}
	for range 2 { // twice, as a browser does that was answered late
		if r := send(reader, "It is <b>said</b> of his office."); r.status != 303 || r.header.Get("Location") != own {
			t.Fatalf("%d %s", r.status, r.header.Get("Location"))
		}
	}
	holds(see(reader, own, 200), "You objected on", "what becomes of it is told here")
	see(reader, form, 303)

	queue := p.must(200, "moderator", "GET", "/api/v1/moderation?queue=reported", "")
	holds("<main"+string(queue.body), `"text":"It is <b>said</b> of his office."`, `"against_name":"Moderator"`, `"standing":true`, `"breach":"insult"`)
	if n := p.must(200, "moderator", "GET", "/api/v1/moderation/queues/counts", "").json()["reported"]; n != 1.0 {
		t.Errorf("%v wait", n)
	}
	if r := p.ask("moderator", "POST", "/api/v1/moderation/"+said+"/undo", ""); r.status != 409 {
		t.Errorf("undone below the objection: %d", r.status)
	}
	p.must(200, "editor", "POST", "/api/v1/moderation/"+said+"/uphold", `{"reason":"The office has a name too."}`)
	holds(see(reader, own, 200), "it was looked at again: the decision stands.", "The office has a name too.")
	holds(see(reader, "/account/notifications", 200), "Your objection was looked at: the decision stands.")
	p.must(200, "editor", "POST", "/api/v1/moderation/"+said+"/undo", "")
	p.must(200, "editor", "POST", "/api/v1/moderation/"+said+"/approve", "")
	holds(see(reader, own, 200), "the decision was taken back.", "Your comment is public.")
	holds(see(reader, "/account/notifications", 200), "Your objection was heard: what you wrote is public.")
	holds(p.get(200, path), "windbag")
	p.must(204, "audience", "POST", "/api/v1/moderation/"+said+"/report", `{"reason":"illegal","note":"It names a child."}`)
	p.must(200, "editor", "POST", "/api/v1/moderation/"+said+"/reject", `{"breach":"illegal"}`)
	counts := string(p.must(200, "editor", "GET", "/api/v1/transparency", "").body)
	holds("<main"+counts, `"month":"2026-03","edition":"en"`, `"notices":1,"notices_removed":1`, `"rejected":2`, `"insult":1`, `"illegal":1`, `"appeals":1,"upheld":0,"restored":1`)
	if got := p.must(200, "elsewhere", "GET", "/api/v1/transparency", ""); strings.Contains(string(got.body), "insult") {
		t.Errorf("a moderator of another edition is told %s", got.body)
	}
	if csv := p.must(200, "editor", "GET", "/api/v1/transparency.csv?edition=en", ""); !strings.HasPrefix(string(csv.body), "month,edition,notices,") || strings.Count(string(csv.body), "\n") != 2 || !strings.Contains(csv.header.Get("Content-Disposition"), "transparency.csv") {
		t.Errorf("%v %s", csv.header, csv.body)
	}
	if acts := p.must(200, "admin", "GET", "/api/v1/audit", ""); !strings.Contains(string(acts.body), "appeal-restore") || !strings.Contains(string(acts.body), "appeal-uphold") {
		t.Errorf("the audit log: %.900s", acts.body)
	}
}

func TestWhoIsSuspendedReadsWhyAtHisAccountAndObjectsThere(t *testing.T) {
	p := newPaper(t)
	who, cookie := p.people["reader"].ID, p.session("reader")
	account := func() string {
		t.Helper()
		return html.UnescapeString(string(p.ask("", "GET", "/account", "", "Cookie", cookie).body))
	}
	send := func(text string) reply {
		return p.ask("", "POST", "/account/appeal", url.Values{"text": {text}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie)
	}
	if page := account(); strings.Contains(page, "/account/appeal") {
		t.Error("there is something to object to")
	}
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":"suspended","until":"2035-01-02T10:00:00Z","breach":"hate"}`)
	page := account()
	for _, want := range []string{"you may not write here for now.", "This holds until", "Ground: the rules of this site (hate).", "you can object until", `action="/account/appeal"`, "<textarea"} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q", want)
		}
	}
	story, _ := p.story("Tram opens", "")
	if page := string(p.ask("", "GET", "/comment/"+story, "", "Cookie", cookie).body); !strings.Contains(page, `href="/account">Why, and how to object`) {
		t.Errorf("where he may not write he is not led to why: %.900s", page)
	}
	if r := send(" "); r.status != 422 || !strings.Contains(string(r.body), "Write something first.") || !strings.Contains(string(r.body), "<details open>") {
		t.Errorf("nothing at all: %d", r.status)
	}
	for range 2 {
		if r := send("I hate nobody."); r.status != 303 {
			t.Fatalf("%d %.300s", r.status, r.body)
		}
	}
	if page := account(); !strings.Contains(page, "You objected on") || strings.Contains(page, `action="/account/appeal"`) {
		t.Error("the objection is not shown")
	}
	if list := p.must(200, "moderator", "GET", "/api/v1/moderation/queues/members", ""); !strings.Contains(string(list.body), `"text":"I hate nobody."`) {
		t.Errorf("%s", list.body)
	}
	if r := p.ask("moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":"banned","breach":"hate"}`); r.status != 409 {
		t.Errorf("something else below the objection: %d", r.status)
	}
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/uphold", `{"reason":"It was three times."}`)
	if page := account(); !strings.Contains(page, "the decision stands.") || !strings.Contains(page, "It was three times.") {
		t.Error("it is not told what became of it")
	}
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":""}`)
	if page := account(); strings.Contains(page, "the decision stands.") {
		t.Error("what is over is still told")
	}
}

func TestWhatIsPutOnSomebodyIsToldByLetterWithItsGround(t *testing.T) {
	p, b := newMailed(t)
	who := p.people["reader"].ID
	told := func(want ...string) {
		t.Helper()
		l := b.next()
		if l.to != "reader@paper.example" || !strings.HasPrefix(l.subject(), "A decision about your account - ") || !strings.HasSuffix(l.path("http"), "/account") {
			t.Errorf("to %s, %q, leads to %q", l.to, l.subject(), l.path("http"))
		}
		for _, words := range want {
			if !strings.Contains(l.text, words) || !strings.Contains(html.UnescapeString(l.html), words) || strings.Contains(l.html, "<b>times") {
				t.Errorf("lacks %q:\n%s", words, l.text)
			}
		}
	}
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":"suspended","until":"2035-01-02T10:00:00Z","breach":"hate","reason":"Three <b>times</b> today."}`)
	told("you may not write here for now.", "This holds until", "2035", "Ground: the rules of this site (hate).", "Three <b>times</b> today.", "you can object until")
	p.must(303, "", "POST", "/account/appeal", url.Values{"text": {"I hate nobody."}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", p.session("reader"))
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/uphold", `{"reason":"It was three times."}`)
	told("the decision stands.", "It was three times.")
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":""}`)
	told("You may write again as everybody does.")
	if r := p.ask("moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":"warned"}`); r.status != 422 {
		t.Errorf("a warning of nothing: %d %s", r.status, r.body)
	}
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":"warned","until":"2035-01-02T10:00:00Z","breach":"insult","reason":"Keep to the matter."}`)
	told("A moderator warns you", "You may write as before.", "This holds until", "Keep to the matter.", "you can object until")
	p.openTalk("en")
	story, _ := p.story("Tram opens", "")
	if c := p.comment("reader", story, "At last, and on time.", ""); c.text("state") != "public" {
		t.Errorf("who was warned may write: %s", c.body)
	}
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":""}`)
	p.must(200, "moderator", "POST", "/api/v1/members/"+who+"/restrict", `{"restricted":"banned","breach":"spam"}`)
	told("you may not write here any more.", "Ground: the rules of this site (advertising)")
}
