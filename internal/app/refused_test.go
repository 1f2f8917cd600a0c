package app

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/internal/talk"
)

// boxed posts a text by a form of a reader's own page.
func (p *paper) boxed(cookie, at, text string, more ...string) reply {
	f := url.Values{"text": {text}}
	for n := 0; n < len(more); n += 2 {
		f.Set(more[n], more[n+1])
	}
	return p.ask("", "POST", at, f.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie)
}

func TestWhateverRefusesATextLeavesItInTheBox(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, _ := p.story("Tram opens", "")
	cookie, at := p.session("reader"), "/comment/"+id
	holds := func(what string, r reply, status int, words ...string) {
		t.Helper()
		for _, w := range append(words, "Nine &amp; a half</textarea>") {
			if r.status != status || !strings.Contains(string(r.body), w) {
				t.Errorf("%s: %d, lacks %q:\n%.2500s", what, r.status, w, r.body)
			}
		}
	}
	for n := range 10 {
		p.boxed(cookie, at, strings.Repeat("ten ", n+1))
	}
	last := p.boxed(cookie, at, "Nine & a half")
	holds("too much at once", last, 429, "You may write again in")
	if last.header.Get("Retry-After") == "" {
		t.Error("nobody is told after how long")
	}
	script := p.ask("", "POST", at, url.Values{"text": {"Nine & a half"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie, "Accept", "application/json")
	if script.status != 429 || script.header.Get("Retry-After") == "" || !strings.Contains(string(script.body), `"wait":`) {
		t.Errorf("a script is told %d %v %s", script.status, script.header, script.body)
	}
	if r := p.ask("", "POST", "/comment/none", "text=x", "Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json"); r.status != 404 || r.header.Get("Content-Type") != "application/json" || !strings.Contains(string(r.body), `"words":"`) {
		t.Errorf("of a place that is not there a script is told %d %s", r.status, r.body)
	}
	said := p.comment("reader", id, "Nine years late.", "").text("id")
	p.must(200, "moderator", "PATCH", "/api/v1/editions/en/discussion", `{"paused":true}`)
	holds("changed in a pause", p.boxed(cookie, at+"/edit", "Nine & a half", "c", said), 409, "paused")
	p.must(200, "moderator", "PATCH", "/api/v1/editions/en/discussion", `{"paused":false}`)
	if _, err := p.site.Talk.Restrict(t.Context(), houseAct(), p.people["reader"].ID, talk.Suspended, p.clock.Now().Add(time.Minute), talk.BreachSpam, ""); err != nil {
		t.Fatal(err)
	}
	holds("changed by somebody who is suspended", p.boxed(cookie, at+"/edit", "Nine & a half", "c", said), 403, "You may not write here for now.")
	holds("written by somebody who is suspended", p.boxed(cookie, at, "Nine & a half"), 403, "You may not write here for now.")
	p.clock.Forward(5 * time.Minute)
	holds("changed too late", p.boxed(cookie, at+"/edit", "Nine & a half", "c", said), 409, "five minutes")
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+said+"/reject", `{"breach":"insult"}`)
	holds("changed when it was taken down", p.boxed(cookie, at+"/edit", "Nine & a half", "c", said), 409)
	if r := p.boxed(p.session("audience"), at+"/edit", "Nine & a half", "c", said); r.status != 404 || strings.Contains(string(r.body), "Nine years") {
		t.Errorf("somebody else's: %d", r.status)
	}
	var appeal reply
	for range 6 {
		appeal = p.boxed(cookie, at+"/appeal", " ", "c", said)
	}
	holds("objected too often", p.boxed(cookie, at+"/appeal", "Nine & a half", "c", said), 429)
	if appeal.header.Get("Retry-After") == "" {
		t.Error("nobody is told after how long he may object")
	}
}

func TestACrowdOfStrangersBehindOneAddressIsHeardAndWhatIsKeptOfThemHasABound(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.TrustProxy = []string{"127.0.0.0/8"} })
	p.openTalk("en")
	id, _ := p.story("Tram opens", "")
	send := func(address, text string) reply {
		return p.askNow("", "POST", "/comment/"+id, url.Values{"text": {text}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", address)
	}
	heard := 0
	var r reply
	for r = send("198.51.100.7", "One of many"); r.status == 303 && heard < 80; heard++ {
		r = send("198.51.100.7", "One of many")
	}
	if heard < 60 || r.status != 429 || r.header.Get("Retry-After") == "" || !strings.Contains(string(r.body), "One of many</textarea>") {
		t.Errorf("%d are heard, then %d %v", heard, r.status, r.header)
	}
	last := 303
	for n := 0; n < 20 && last == 303; n++ {
		for range 60 {
			last = send(fmt.Sprintf("198.51.100.%d", 100+n), "From everywhere").status
		}
	}
	if last != 429 {
		t.Errorf("from twenty addresses: %d", last)
	}
}

func TestOneReadersChangesAndReportsHaveABoundAtBothDoors(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, _ := p.story("Tram opens", "")
	p.room("storm", "")
	cookie := p.session("reader")
	mine, theirs := p.comment("reader", id, "Nine years late.", "").text("id"), p.comment("reporter", id, "Ten, in truth.", "").text("id")
	message := p.message("reader", "storm", "Nine years late.").text("id")
	until := func(what string, do func(n int) reply) {
		t.Helper()
		for n := range 30 {
			if r := do(n); r.status == 429 {
				if n < 5 || r.header.Get("Retry-After") == "" {
					t.Errorf("%s: refused the time %d, %v", what, n, r.header)
				}
				return
			}
		}
		t.Errorf("%s: never refused", what)
	}
	form := func(at string, f url.Values) reply {
		return p.askNow("", "POST", at, f.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie)
	}
	until("changes", func(n int) reply {
		return form("/comment/"+id+"/edit", url.Values{"c": {mine}, "text": {fmt.Sprint("Nine years late and ", n)}})
	})
	until("changes by the API", func(n int) reply {
		return p.askNow("reader", "PATCH", "/api/v1/articles/"+id+"/comments/"+mine, fmt.Sprintf(`{"body":"Late by %d"}`, n))
	})
	until("changes of a message by the API", func(n int) reply {
		return p.askNow("reader", "PATCH", "/api/v1/chats/storm/messages/"+message, fmt.Sprintf(`{"body":"Late by %d"}`, n))
	})
	until("reports", func(int) reply {
		return form("/comment/"+id+"/report", url.Values{"c": {theirs}, "reason": {"spam"}})
	})
	until("reports by the API", func(int) reply {
		return p.askNow("reader", "POST", "/api/v1/moderation/"+theirs+"/report", `{"reason":"spam"}`)
	})
}

func TestTheFieldThatPeopleDoNotSeeIsLookedAtForStrangersOnly(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	if r := p.boxed("", "/comment/"+id, "A program's words", "website", "x"); r.status != 303 || strings.Contains(r.header.Get("Location"), "draft") {
		t.Errorf("a stranger: %d %s", r.status, r.header.Get("Location"))
	}
	if r := p.boxed(p.session("reader"), "/comment/"+id, "Filled in by a browser", "website", "https://me.example"); r.status != 303 || !strings.Contains(p.get(200, path), "Filled in by a browser") {
		t.Errorf("a reader: %d %s", r.status, r.header.Get("Location"))
	}
}
