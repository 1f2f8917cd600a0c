package app

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// choose says how somebody is told of things by mail, as the form of the account does.
func (p *paper) choose(who, replies, mentions, decisions string) {
	p.t.Helper()
	if r := p.send("/account/mail", p.session(who), "replies", replies, "mentions", mentions, "decisions", decisions); r.status != 303 {
		p.t.Fatalf("%d %.300s", r.status, r.body)
	}
}

// own asks for a page of somebody's.
func (p *paper) own(who, at string) reply {
	p.t.Helper()
	return p.askNow("", "GET", at, "", "Cookie", p.session(who))
}

func TestAReaderIsToldOnAPageOfHisOwnAndTheCachedPageIsTheSameForAll(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	p.person("zoe", account.Reader, "")
	id, path := p.story("Tram opens", "")
	first := p.comment("reader", id, "At last!", "")
	answer := p.comment("zoe", id, "> At last!\n\nNine years late, @Reader.", first.text("id"))
	before := p.must(200, "", "GET", path, "")
	if r := p.own("reader", "/account/who"); r.status != 200 || r.text("told") != "1 new notification" || r.text("url") != "/account/notifications" {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := p.ask("", "GET", "/account/who", ""); string(r.body) != "{}" || r.header.Get("Set-Cookie") != "" {
		t.Errorf("a stranger is told %d %s", r.status, r.body)
	}
	if r := p.own("reader", "/account/who?/es/mundo"); r.text("told") != "1 aviso nuevo" || r.text("url") != "/es/account/notifications" {
		t.Errorf("%d %s", r.status, r.body)
	}
	list := p.own("reader", "/account/notifications")
	for _, want := range []string{"\u2068Zoe\u2069 answered you", "Nine years late", "Tram opens", `href="` + path + "/discussion?comment=" + answer.text("id"), `class="new"`} {
		if !strings.Contains(string(list.body), want) {
			t.Errorf("lacks %q: %s", want, list.body)
		}
	}
	if got := list.header.Get("Cache-Control"); got != "private, no-store" || strings.Contains(string(list.body), "At last!") {
		t.Errorf("%s", got)
	}
	if r := p.own("reader", "/account/notifications"); strings.Contains(string(r.body), `class="new"`) {
		t.Error("what was looked at is new still")
	}
	if r := p.own("reader", "/es/account/notifications"); !strings.Contains(string(r.body), "le ha respondido") || !strings.Contains(string(r.body), `lang="en"`) {
		t.Errorf("%s", r.body)
	}
	// Whom she ignores does not reach her; the page stays what it was.
	if r := p.send("/comment/"+id+"/ignore", p.session("reader"), "c", answer.text("id")); r.status != 303 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	who := p.people["zoe"].ID
	if r := p.own("reader", "/account/who"); !strings.Contains(string(r.body), who) {
		t.Errorf("%s", r.body)
	}
	if r := p.own("reader", "/account"); !strings.Contains(string(r.body), "<bdi>Zoe</bdi>") {
		t.Errorf("%s", r.body)
	}
	p.comment("zoe", id, "And again.", first.text("id"))
	if r := p.own("reader", "/account/notifications"); strings.Contains(string(r.body), "Zoe") {
		t.Errorf("%s", r.body)
	}
	if r := p.askNow("", "GET", path, "", "Cookie", p.session("reader")); r.header.Get("Set-Cookie") != "" || r.header.Get("Vary") != before.header.Get("Vary") || !strings.Contains(string(r.body), "And again.") {
		t.Error("the cached page is another for her")
	}
	p.send("/account/ignored", p.session("reader"), "id", who)
	if r := p.own("reader", "/account/who"); strings.Contains(string(r.body), who) {
		t.Errorf("%s", r.body)
	}
	p.must(204, "reader", "POST", "/api/v1/moderation/"+answer.text("id")+"/report", `{"reason":"abuse","note":"Calls me names."}`)
	p.must(200, "reader", "PUT", "/api/v1/articles/"+id+"/comments/"+answer.text("id")+"/reaction", "")
	if _, err := p.site.Talk.Restrict(t.Context(), houseAct(), p.people["reader"].ID, talk.EachWaits, time.Time{}, talk.BreachInsult, "Be kind."); err != nil {
		t.Fatal(err)
	}
	if _, err := p.site.Talk.AppealRestriction(t.Context(), news.Act{Who: account.Actor{ID: p.people["reader"].ID}}, "I was kind."); err != nil {
		t.Fatal(err)
	}
	data := p.own("reader", "/account/data")
	for _, want := range []string{`"note": "Calls me names."`, `"reason": "abuse"`, `"reactions": [
      "` + answer.text("id"), `"restricted": "premoderated"`, `"breach": "insult"`, `"reason": "Be kind."`, `"text": "I was kind."`} {
		if !strings.Contains(string(data.body), want) {
			t.Errorf("her data lacks %s: %s", want, data.body)
		}
	}
	if !strings.Contains(string(data.body), `"notifications": [`) || !strings.Contains(string(data.body), answer.text("id")) {
		t.Errorf("%s", data.body)
	}
}

func TestLettersTellOfWhatIsThereEndByOnePressAndAreForWhoMayHaveThem(t *testing.T) {
	p, b := newMailed(t)
	p.openTalk("en")
	p.person("zoe", account.Reader, "")
	id, _ := p.story("Tram opens", "")
	first := p.comment("reader", id, "At last!", "")
	p.choose("reader", "now", "daily", "now")
	said := p.comment("zoe", id, "Nine <b>years</b> late.", first.text("id"))
	p.clock.Forward(talk.NoticeAfter)
	l := b.next()
	off := strings.Trim(l.head.Get("List-Unsubscribe"), "<>")
	if l.to != "reader@paper.example" || !strings.Contains(l.subject(), "answered you - The Paper") || l.head.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || l.head.Get("Auto-Submitted") != "auto-generated" {
		t.Fatalf("%+v", l)
	}
	if !strings.Contains(l.text, "/discussion?comment="+said.text("id")) || !strings.Contains(l.text, off) || !strings.Contains(l.html, "Nine &lt;b&gt;years") {
		t.Errorf("%s", l.text)
	}
	// What a moderator decides comes at once; a decision that is undone in time does not.
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+first.text("id")+"/reject", `{"reason":"Names a child."}`)
	p.clock.Forward(talk.NoticeAfter / 2)
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+first.text("id")+"/undo", "")
	p.clock.Forward(time.Minute)
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+first.text("id")+"/reject", `{"reason":"Off topic."}`)
	p.clock.Forward(talk.NoticeAfter)
	if l := b.next(); l.subject() != "Your comment was not published: Off topic. - The Paper" || !strings.Contains(l.text, "/comment/"+id+"?said="+first.text("id")) {
		t.Errorf("%s\n%s", l.subject(), l.text)
	}
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+first.text("id")+"/approve", "")
	p.clock.Forward(talk.NoticeAfter)
	if l := b.next(); !strings.Contains(l.subject(), "Your comment is public.") {
		t.Errorf("%s", l.subject())
	}
	// The link shows a button and does nothing by itself; one press ends letters of this kind, without a session, as mail programs press it.
	u, err := url.Parse(off)
	if err != nil {
		t.Fatal(err)
	}
	if page := p.get(200, u.Path); !strings.Contains(page, "<button") {
		t.Errorf("%s", page)
	}
	if told, err := p.site.Talk.Told(t.Context(), p.people["reader"].ID); err != nil || told.Way(talk.Replies) != talk.AtOnce {
		t.Errorf("opening it changed something: %+v %v", told, err)
	}
	for _, wrong := range []string{strings.Replace(u.Path, "replies", "decisions", 1), u.Path + "x", "/account/unsubscribe/x"} {
		if r := p.send(wrong, "", "List-Unsubscribe", "One-Click"); r.status != 410 {
			t.Errorf("%s: %d", wrong, r.status)
		}
	}
	if r := p.send(u.Path, "", "List-Unsubscribe", "One-Click"); r.status != 200 || r.header.Get("Set-Cookie") != "" {
		t.Errorf("%d", r.status)
	}
	if told, err := p.site.Talk.Told(t.Context(), p.people["reader"].ID); err != nil || told.Way(talk.Replies) != talk.Never || told.Way(talk.Decisions) != talk.AtOnce {
		t.Errorf("%+v %v", told, err)
	}
	// None to who is suspended, and none of what was taken back while it waited for its letter.
	p.choose("reader", "now", "now", "now")
	if _, err := p.site.Store.AmendAccount(t.Context(), p.people["reader"].ID, func(a *account.Account) (fact.Outcome, error) {
		a.SuspendedAt = p.clock.Now()
		return fact.Outcome{}, nil
	}); err != nil {
		t.Fatal(err)
	}
	p.comment("zoe", id, "Is she here?", first.text("id"))
	p.choose("zoe", "now", "now", "now")
	gone := p.comment("audience", id, "Gone soon.", said.text("id"))
	p.must(204, "audience", "DELETE", "/api/v1/articles/"+id+"/comments/"+gone.text("id"), "")
	p.comment("audience", id, "This stays.", said.text("id"))
	p.clock.Forward(time.Minute)
	if l := b.next(); l.to != "zoe@paper.example" || strings.Contains(l.text, "Gone soon.") || !regexp.MustCompile(`(?s)answered you.*This stays\.`).MatchString(l.text) {
		t.Errorf("%s\n%s", l.to, l.text)
	}
	if len(b.hit) > 0 {
		t.Errorf("another letter: %+v", b.next())
	}
}

func TestWhoGivesNoticeOfIllegalContentLearnsWhatWasDecided(t *testing.T) {
	p, b := newMailed(t)
	p.openTalk("en")
	p.person("zoe", account.Reader, "")
	id, _ := p.story("Tram opens", "")
	said := p.comment("reader", id, "The driver lives at number 9.", "")
	at := "/api/v1/moderation/" + said.text("id")
	form := "/comment/" + id + "/report?c=" + said.text("id")
	if r := p.own("zoe", form); !strings.Contains(string(r.body), "in good faith") {
		t.Errorf("the form asks for no good faith: %s", r.body)
	}
	p.must(204, "zoe", "POST", at+"/report", `{"reason":"illegal","note":"Where somebody lives."}`)
	p.clock.Forward(talk.NoticeAfter)
	if l := b.next(); l.to != "zoe@paper.example" || !strings.Contains(l.text, "has come") || strings.Contains(l.text, "how you can object") || strings.Contains(l.text, "court") {
		t.Errorf("%+v", l)
	}
	p.must(200, "moderator", "POST", at+"/reject", `{"breach":"private"}`)
	p.clock.Forward(talk.NoticeAfter)
	told := map[string]letter{}
	for range 2 {
		l := b.next()
		told[l.to] = l
	}
	if l := told["zoe@paper.example"]; !strings.Contains(l.text, "it was taken down") || strings.Contains(l.text, "number 9") || !strings.Contains(l.text, "turn to a court") || strings.Contains(l.text, "how you can object") {
		t.Errorf("%+v", l)
	}
	if l := told["reader@paper.example"]; strings.Contains(l.text, "court") || !strings.Contains(l.text, "how you can object") {
		t.Errorf("%+v", l)
	}
	// The moderator still reads what it was decided on; taken back, it waits again.
	if r := p.must(200, "moderator", "GET", at, ""); !strings.Contains(string(r.body), `"dealt":[{"reason":"illegal","note":"Where somebody lives."`) || strings.Contains(string(r.body), `"reported"`) {
		t.Errorf("%s", r.body)
	}
	if r := p.must(200, "moderator", "POST", at+"/undo", ""); !strings.Contains(string(r.body), `"reported":[{"reason":"illegal"`) || !strings.Contains(string(r.body), `"reports":1`) || strings.Contains(string(r.body), `"dealt"`) {
		t.Errorf("%s", r.body)
	}
	p.must(200, "moderator", "POST", at+"/approve", "")
	if r := p.own("zoe", "/account/notifications"); !strings.Contains(string(r.body), "it stays") || !strings.Contains(string(r.body), "number 9") {
		t.Errorf("%s", r.body)
	}
}
