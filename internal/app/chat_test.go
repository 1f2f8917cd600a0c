package app

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
)

// room opens a room of the English edition with more of its fields.
func (p *paper) room(slug, more string) reply {
	p.t.Helper()
	if more != "" {
		more = "," + more
	}
	return p.must(201, "moderator", "POST", "/api/v1/chats", fmt.Sprintf(`{"slug":%q,"name":"Storm night","edition":"en"%s}`, slug, more))
}

// message says something in a room by the API and gives the answer.
func (p *paper) message(who, room, text string) reply {
	p.t.Helper()
	p.clock.Forward(20 * time.Second)
	return p.must(201, who, "POST", "/api/v1/chats/"+room+"/messages", fmt.Sprintf(`{"body":%q}`, text))
}

func TestAMessageIsOnThePageOfItsRoomAndInTheStreamAndGoesFromBoth(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	if page := p.get(200, "/chats"); strings.Contains(page, `class="rooms"`) {
		t.Error("a room before anybody opened one")
	}
	p.get(200, path)
	p.room("storm-night", `"article":"`+id+`"`)
	for _, at := range []string{"/chats", path} {
		if page := p.get(200, at); !strings.Contains(page, `href="/chats/storm-night"`) {
			t.Errorf("%s does not lead to the room", at)
		}
	}
	p.get(200, "/chats/storm-night")
	first := p.message("reader", "storm-night", "At *last*, @Rae! <b>See</b> https://tram.example/map.")
	second := p.message("reporter", "storm-night", "Nine years late.")
	page := p.get(200, "/chats/storm-night")
	for _, want := range []string{`id="comment-` + first.text("id") + `"`, "<em>last</em>", `<b class="at"><bdi>@Rae</bdi></b>`, "&lt;b&gt;See", `href="https://tram.example/map" rel="nofollow ugc noopener"`, ">Newsroom<", ">Tram opens</a>", "2 messages"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Index(page, first.text("id")) > strings.Index(page, second.text("id")) {
		t.Error("the newest does not come last")
	}
	var kinds []string
	var items []map[string]any
	p.eventually("both messages reach the stream", func() bool {
		kinds, items = p.told(fact.Chat("storm-night"))
		return strings.Join(kinds, " ") == "arranged published published"
	})
	if items[2]["count"] != 2.0 || !strings.Contains(items[1]["html"].(string), `data-part="message"`) {
		t.Errorf("%v %v", kinds, items)
	}
	etag := p.must(200, "", "GET", "/api/v1/chats/storm-night", "").header.Get("ETag")
	pinned := p.must(200, "moderator", "PATCH", "/api/v1/chats/storm-night", `{"pinned":"`+first.text("id")+`"}`, "If-Match", etag)
	p.must(412, "moderator", "PATCH", "/api/v1/chats/storm-night", `{"state":"closed"}`, "If-Match", etag)
	p.must(428, "moderator", "PATCH", "/api/v1/chats/storm-night", `{"state":"closed"}`)
	if page := p.get(200, "/chats/storm-night"); !strings.Contains(page, `data-pinned="`+first.text("id")) {
		t.Error("nothing is pinned")
	}
	if pinned.text("pinned") != first.text("id") {
		t.Errorf("%s", pinned.body)
	}
	queue := p.must(200, "moderator", "GET", "/api/v1/moderation?queue=unmoderated", "")
	if !strings.Contains(string(queue.body), `"headline":"Storm night"`) || !strings.Contains(string(queue.body), `"chat":"storm-night"`) {
		t.Errorf("the queue: %s", queue.body)
	}
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+first.text("id")+"/reject", `{"reason":"Names a child."}`)
	for _, at := range []string{"/chats/storm-night", "/api/v1/chats/storm-night/messages"} {
		if page := p.get(200, at); strings.Contains(page, "tram.example") || !strings.Contains(page, "Nine years late.") {
			t.Errorf("%s after the rejection:\n%.600s", at, page)
		}
	}
	p.eventually("the rejection reaches the stream", func() bool {
		kinds, items = p.told(fact.Chat("storm-night"))
		return strings.Join(kinds, " ") == "arranged withdrawn published arranged withdrawn"
	})
	if items[1]["text"] != nil || items[1]["html"] != nil {
		t.Errorf("what was rejected is told again: %v", items[1])
	}
	if own := p.must(200, "reader", "GET", "/api/v1/chats/storm-night/messages", ""); !strings.Contains(string(own.body), "Names a child.") {
		t.Errorf("its author is not told why: %s", own.body)
	}
}

func TestARoomSaysHowItStandsAndRefusesInWords(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	soon := p.clock.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	room := p.room("evening", `"slow_mode_seconds":30,"opens_at":"`+soon+`"`)
	if room.text("gate") != "early" {
		t.Errorf("%s", room.body)
	}
	at, cookie := "/comment/"+room.text("id"), p.session("reader")
	send := func(text string, header ...string) reply {
		return p.ask("", "POST", at, url.Values{"text": {text}}.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie}, header...)...)
	}
	refused := func(status int, words string) {
		t.Helper()
		if r := send("A word & <i>more</i>"); r.status != status || !strings.Contains(string(r.body), words) || !strings.Contains(string(r.body), "A word &amp; &lt;i&gt;more&lt;/i&gt;</textarea>") {
			t.Errorf("%d %.1500s", r.status, r.body)
		}
	}
	change := func(to string) {
		t.Helper()
		p.must(200, "moderator", "PATCH", "/api/v1/chats/evening", to, "If-Match", "*")
	}
	if page := p.get(200, "/chats/evening"); !strings.Contains(page, "This room opens on") || strings.Contains(page, "<textarea") {
		t.Error("before it opens the page says nothing of it, or takes words")
	}
	refused(409, "This room opens on")
	p.clock.Forward(time.Hour)
	if r := send("The first."); r.status != 303 || !strings.HasPrefix(r.header.Get("Location"), "/chats/evening#comment-") {
		t.Fatalf("%d %s", r.status, r.header.Get("Location"))
	}
	refused(429, "You may write again in 30 seconds.")
	p.clock.Forward(10 * time.Second)
	if r := send("The second.", "Accept", "application/json"); r.status != 429 || !strings.Contains(string(r.body), `"wait":20`) || !strings.Contains(string(r.body), "You may write again in 20 seconds.") {
		t.Errorf("to a script: %d %s", r.status, r.body)
	}
	if r := p.ask("reader", "POST", "/api/v1/chats/evening/messages", `{"body":"By the API."}`); r.status != 429 || r.header.Get("Retry-After") != "20" {
		t.Errorf("%d %v", r.status, r.header)
	}
	p.clock.Forward(20 * time.Second)
	if r := send("The second.", "Accept", "application/json"); r.status != 200 || !strings.Contains(string(r.body), `"state":"public"`) || !strings.Contains(string(r.body), `"wait":30`) {
		t.Errorf("to a script: %d %s", r.status, r.body)
	}
	for _, text := range []string{"Slow mode is", "not for the newsroom."} {
		if r := p.ask("", "POST", at, url.Values{"text": {text}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", p.session("reporter"), "Accept", "application/json"); r.status != 200 || !strings.Contains(string(r.body), `"wait":0`) {
			t.Errorf("the newsroom waits: %d %s", r.status, r.body)
		}
	}
	p.clock.Forward(time.Minute)
	change(`{"state":"read-only"}`)
	refused(409, "Only the newsroom writes here for now.")
	p.message("reporter", "evening", "The newsroom may.")
	change(`{"state":"closed"}`)
	refused(409, "This room is closed.")
	if page := p.get(200, "/chats/evening"); !strings.Contains(page, "This room is closed.") || strings.Contains(page, "<textarea") || !strings.Contains(page, "The newsroom may.") {
		t.Error("a closed room")
	}
	if page := p.get(200, "/chats"); strings.Contains(page, "/chats/evening") {
		t.Error("a closed room is in the list")
	}
	change(`{"state":"open"}`)
	p.must(200, "moderator", "PATCH", "/api/v1/editions/en/discussion", `{"paused":true}`)
	refused(409, "paused")
	if page := p.get(200, "/chats/evening"); !strings.Contains(page, "paused for now") {
		t.Error("the room does not say that it is paused")
	}
}

func TestAReaderFindsWhatHeJoinedAndWhatIsNew(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	room := p.room("storm-night", "")
	cookie := p.session("reader")
	mine := func() string {
		r := p.ask("", "GET", "/chats/mine", "", "Cookie", cookie)
		if r.status != 200 || !strings.Contains(r.header.Get("Cache-Control"), "no-store") {
			t.Fatalf("%d %v", r.status, r.header)
		}
		return string(r.body)
	}
	if page := p.get(200, "/chats/mine"); !strings.Contains(page, "/account/sign-in?back=%2Fchats%2Fmine") {
		t.Error("a stranger is not led to sign in")
	}
	if !strings.Contains(mine(), "You have not written anywhere yet.") {
		t.Error("nothing is joined and nothing says so")
	}
	p.comment("reader", id, "Under the story.", "")
	p.message("reader", "storm-night", "In the room.")
	p.message("reporter", "storm-night", "An answer.")
	p.message("reporter", "storm-night", "Another.")
	page := mine()
	if !strings.Contains(page, ">2 new<") || !strings.Contains(page, ">Storm night<") || !strings.Contains(page, ">Tram opens<") || strings.Count(page, `class="unread"`) != 1 {
		t.Errorf("%s", page)
	}
	for place, to := range map[string]string{room.text("id"): "/chats/storm-night", id: path + "/discussion"} {
		if r := p.ask("", "GET", "/comment/"+place+"/unread", "", "Cookie", cookie); r.status != 303 || r.header.Get("Location") != to {
			t.Errorf("%d %s", r.status, r.header.Get("Location"))
		}
	}
	if strings.Contains(mine(), `class="unread"`) {
		t.Error("what was looked at is still new")
	}
}

func TestOlderPagesOfARoomStandAtAddressesThatDoNotShift(t *testing.T) {
	p := newPaper(t)
	p.room("long", "")
	var ids []string
	for n := range 110 {
		p.clock.Forward(time.Second)
		ids = append(ids, p.must(201, "reporter", "POST", "/api/v1/chats/long/messages", fmt.Sprintf(`{"body":"Message number %d."}`, n)).text("id"))
	}
	here := func(at string, from, to int) {
		t.Helper()
		page := p.get(200, at)
		for n, id := range ids {
			if want := n >= from && n < to; strings.Contains(page, `id="comment-`+id+`"`) != want {
				t.Errorf("%s: message %d", at, n)
			}
		}
	}
	here("/chats/long", 60, 110)
	here("/chats/long?before="+ids[60], 10, 60)
	here("/chats/long?before="+ids[10], 0, 10)
	here("/chats/long?after="+ids[9], 10, 60)
	here("/chats/long?comment="+ids[70], 70, 110)
	p.message("reporter", "long", "One more.")
	here("/chats/long?before="+ids[60], 10, 60)
	here("/chats/long", 61, 110)
	p.get(404, "/chats/long?before="+ids[0])
	p.get(404, "/chats/long?before=x")
	p.get(404, "/chats/none")
	p.get(404, "/es/chats/long")
}

func TestAllOpenRoomsAreFoundOnPagesOfTheList(t *testing.T) {
	p := newPaper(t)
	for n := range 103 {
		p.room(fmt.Sprintf("room-%d", n), "")
	}
	first := p.get(200, "/chats")
	_, next, ok := strings.Cut(first, `href="/chats?after=`)
	if strings.Count(first, `href="/chats/room-`) != 100 || !ok || strings.Contains(first, `href="/chats/room-2"`) {
		t.Fatalf("%d rooms on the first page", strings.Count(first, `href="/chats/room-`))
	}
	at := "/chats?after=" + next[:strings.Index(next, `"`)]
	if second := p.get(200, at); strings.Count(second, `href="/chats/room-`) != 3 || !strings.Contains(second, `class="first"`) || strings.Contains(second, `class="next"`) {
		t.Errorf("%d rooms on the second page", strings.Count(second, `href="/chats/room-`))
	}
	p.must(200, "moderator", "PATCH", "/api/v1/chats/room-1", `{"state":"closed"}`, "If-Match", "*")
	if second := p.get(200, at); strings.Count(second, `href="/chats/room-`) != 2 {
		t.Error("a room that was closed is still on the second page")
	}
	for _, none := range []string{"/chats?after=x", "/chats?after=0000000000001"} {
		p.get(404, none)
	}
}
