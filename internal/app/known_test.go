package app

import (
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/talk"
)

// react sends the form of a reaction, with or without a script.
func (p *paper) react(who, story, id string, more ...string) reply {
	p.t.Helper()
	return p.send("/comment/"+story+"/react", p.session(who), append([]string{"c", id}, more...)...)
}

func TestTheScriptOfADiscussionKnowsAsWhomSomebodyWritesAndWhyHeMayNot(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	_, path := p.story("Tram opens", "")
	room := p.room("storm-night", "")
	at := func(who, path string) reply { t.Helper(); return p.own(who, "/account/who?"+path) }
	for _, path := range []string{path, path + "/discussion", "/chats/storm-night"} {
		if r := at("reader", path); r.text("as") != "You write as \u2068Reader\u2069." || strings.Contains(string(r.body), `"silent"`) || strings.Contains(string(r.body), `"write"`) {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	if r := at("reader", "/"); strings.Contains(string(r.body), `"as"`) {
		t.Errorf("where nobody writes: %s", r.body)
	}
	p.must(200, "moderator", "PATCH", "/api/v1/chats/storm-night", `{"state":"read-only"}`, "If-Match", "*")
	if r := at("reader", "/chats/storm-night"); strings.Contains(string(r.body), `"as"`) || strings.Contains(string(r.body), `"write"`) || strings.Contains(string(r.body), `"silent"`) {
		t.Errorf("a reader in a room to be read: %s", r.body)
	}
	if r := at("moderator", "/chats/storm-night"); r.text("write.url") != "/comment/"+room.text("id") || r.text("write.words") != "Write as the newsroom" {
		t.Errorf("the newsroom in a room to be read: %s", r.body)
	}
	if r := p.own("moderator", "/comment/"+room.text("id")); !strings.Contains(string(r.body), "<textarea") {
		t.Errorf("the newsroom is shown no box: %s", r.body)
	}
	if r := p.send("/comment/"+room.text("id"), p.session("moderator"), "text", "The quay is closed."); r.status != 303 || !strings.Contains(p.get(200, "/chats/storm-night"), "The quay is closed.") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if _, err := p.site.Talk.Restrict(t.Context(), houseAct(), p.people["reader"].ID, talk.Suspended, p.clock.Now().Add(48*time.Hour), talk.BreachInsult, "Be kind."); err != nil {
		t.Fatal(err)
	}
	if r := at("reader", path); !strings.Contains(r.text("silent"), "Be kind.") || !strings.Contains(r.text("silent"), "You may write again on") || r.text("why.url") != "/account" || strings.Contains(string(r.body), `"as"`) {
		t.Errorf("who is suspended: %s", r.body)
	}
}

func TestWhatOneJustSaidMayBeChangedAndIsFound(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	p.person("zoe", account.Reader, "")
	id, path := p.story("Tram opens", "")
	said := p.comment("reader", id, "At lats!", "").text("id")
	r := p.own("reader", "/account/who?"+path)
	if r.json()["fresh"].(map[string]any)[said] != talk.EditFor.Seconds() || r.text("change.url")+said != "/comment/"+id+"?edit="+said || r.text("change.words") != "Change" {
		t.Errorf("%s", r.body)
	}
	if r := p.own("reader", r.text("change.url")+said); r.status != 200 || !strings.Contains(string(r.body), "At lats!</textarea>") {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := p.own("zoe", "/account/who?"+path); strings.Contains(string(r.body), said) {
		t.Errorf("to another: %s", r.body)
	}
	p.clock.Forward(talk.EditFor)
	if r := p.own("reader", "/account/who?"+path); strings.Contains(string(r.body), said) {
		t.Errorf("too late: %s", r.body)
	}
}

func TestAReactionIsTakenBackByASecondPress(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	p.person("zoe", account.Reader, "")
	id, path := p.story("Tram opens", "")
	said := p.comment("reader", id, "At last!", "").text("id")
	given := func() bool {
		t.Helper()
		r := p.own("zoe", "/account/who?"+path)
		return strings.Contains(string(r.body), `"given":["`+said+`"]`)
	}
	count := func(want string) {
		t.Helper()
		if r := p.must(200, "", "GET", "/api/v1/articles/"+id+"/comments", ""); r.text("items.0.reactions") != want {
			t.Errorf("%s, want %q", r.body, want)
		}
	}
	for _, want := range []string{"1", "0", "1"} {
		if r := p.react("zoe", id, said); r.status != 303 {
			t.Fatalf("%d %s", r.status, r.body)
		}
		if count(want); given() != (want == "1") {
			t.Errorf("at %s: %v", want, given())
		}
	}
	script := []string{"Content-Type", "application/x-www-form-urlencoded", "Accept", "application/json", "Cookie", p.session("zoe")}
	for _, one := range [][2]string{{"1", "1"}, {"0", "0"}, {"0", "0"}, {"1", "1"}} { // a script says which, so that twice is once
		if r := p.ask("", "POST", "/comment/"+id+"/react", "c="+said+"&on="+one[0], script...); string(r.body) != `{"reactions":`+one[1]+`}` {
			t.Errorf("%v: %d %s", one, r.status, r.body)
		}
	}
	for range 31 {
		p.ask("", "POST", "/comment/"+id+"/react", "c="+said+"&on=1", script...)
	}
	if r := p.ask("", "POST", "/comment/"+id+"/react", "c="+said+"&on=1", script...); r.status != 429 || !strings.HasPrefix(r.text("words"), "Try again in ") {
		t.Errorf("too often: %d %s", r.status, r.body)
	}
	if r := p.ask("", "POST", "/comment/"+id+"/react", "c="+said+"&on=1", append(script[:5:5], p.session("reader"))...); r.status != 409 || r.text("words") == "" {
		t.Errorf("to one's own: %d %s", r.status, r.body)
	}
}

func TestWhoLooksAtAPlaceHasSeenWhatIsThere(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	p.person("zoe", account.Reader, "")
	id, path := p.story("Tram opens", "")
	p.comment("reader", id, "At last!", "")
	p.comment("zoe", id, "Nine years late.", "")
	unread := func() int {
		t.Helper()
		r := p.own("reader", "/chats/mine")
		return strings.Count(string(r.body), `class="unread"`)
	}
	if unread() != 1 {
		t.Error("nothing is new")
	}
	p.own("reader", "/account/who?"+path)
	if unread() != 0 {
		t.Error("what was looked at is new still")
	}
}
