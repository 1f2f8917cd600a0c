package app

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// openTalk lets newcomers speak at once in an edition.
func (p *paper) openTalk(edition string) {
	p.t.Helper()
	if _, err := p.site.Talk.Configure(p.t.Context(), account.House(), edition, -1, func(s *talk.Settings) { s.NewFor = 0 }); err != nil {
		p.t.Fatal(err)
	}
}

// comment says something by the API and gives the answer.
func (p *paper) comment(who, story, text, to string) reply {
	p.t.Helper()
	p.clock.Forward(20 * time.Second)
	return p.must(201, who, "POST", "/api/v1/articles/"+story+"/comments", fmt.Sprintf(`{"body":%q,"reply_to":%q}`, text, to))
}

// houseAct is an act of the house itself.
func houseAct() news.Act { return news.Act{Who: account.House()} }

func TestACommentIsOnThePageAndInTheStreamWhenItIsAnswered(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	if page := p.get(200, path); strings.Contains(page, `data-part="comment"`) {
		t.Fatal("a comment before anybody wrote one")
	}
	first := p.comment("reader", id, "At *last*! See https://tram.example/map.", "")
	if first.text("state") != "public" || first.text("why") != "" {
		t.Fatalf("%s", first.body)
	}
	answer := p.comment("reporter", id, "Nine years late.", first.text("id"))
	for _, at := range []string{path, path + "/discussion", path + "/discussion?comment=" + answer.text("id")} {
		page := p.get(200, at)
		for _, want := range []string{`id="comment-` + first.text("id") + `"`, `<em>last</em>`, `href="https://tram.example/map" rel="nofollow ugc noopener"`, "Nine years late.", ">Newsroom<", `https://schema.org/Comment`} {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", at, want)
			}
		}
	}
	kinds, items := p.told(fact.Discussion(id))
	if strings.Join(kinds, " ") != "published published" || items[1]["reply_to"] != first.text("id") || items[1]["count"] != 2.0 || !strings.Contains(items[0]["html"].(string), "<em>last</em>") {
		t.Errorf("%v %v", kinds, items)
	}
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+first.text("id")+"/reject", `{"reason":"Names a child."}`)
	for _, at := range []string{path, path + "/discussion", "/api/v1/articles/" + id + "/comments"} {
		if page := p.get(200, at); strings.Contains(page, "<em>last</em>") || strings.Contains(page, "tram.example") || !strings.Contains(page, "Nine years late.") {
			t.Errorf("%s after the rejection:\n%.600s", at, page)
		}
	}
	if kinds, items := p.told(fact.Discussion(id)); strings.Join(kinds, " ") != "withdrawn published withdrawn" || items[0]["text"] != nil || items[0]["html"] != nil {
		t.Errorf("what was rejected is told again: %v %v", kinds, items)
	}
	if own := p.must(200, "reader", "GET", "/api/v1/articles/"+id+"/comments", ""); !strings.Contains(string(own.body), "Names a child.") {
		t.Errorf("its author is not told why: %s", own.body)
	}
}

func TestADiscussionIsThereWhileAnAnsweredCommentWaitsAgain(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	if _, err := p.site.Talk.Configure(t.Context(), account.House(), "en", -1, func(s *talk.Settings) { s.Banned = []string{"swindler"} }); err != nil {
		t.Fatal(err)
	}
	first := p.comment("reader", id, "At last, and on time.", "")
	p.comment("reporter", id, "Nine years late.", first.text("id"))
	at := "/api/v1/articles/" + id + "/comments"
	if r := p.must(200, "reader", "PATCH", at+"/"+first.text("id"), `{"body":"The swindler is late."}`); r.text("state") != "held" {
		t.Fatalf("%s", r.body)
	}
	for _, one := range []string{path, path + "/discussion"} {
		if page := p.get(200, one); strings.Contains(page, "swindler") || !strings.Contains(page, "This comment waits for a moderator.") || !strings.Contains(page, "Nine years late.") {
			t.Errorf("%s while it waits:\n%.900s", one, page)
		}
	}
	if list := p.get(200, at); strings.Contains(list, "swindler") || !strings.Contains(list, "Nine years late.") {
		t.Errorf("the API: %s", list)
	}
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+first.text("id")+"/reject", "")
	for _, one := range []string{path, path + "/discussion"} {
		if page := p.get(200, one); strings.Contains(page, "waits for a moderator") || !strings.Contains(page, "A moderator removed this comment.") || !strings.Contains(page, "Nine years late.") {
			t.Errorf("%s when it was rejected:\n%.900s", one, page)
		}
	}
}

func TestModeratorsAreToldHowManyStandInEachQueue(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, _ := p.story("Tram opens", "")
	counts := func(want string) {
		t.Helper()
		if got := p.must(200, "moderator", "GET", "/api/v1/moderation/queues/counts", "").json(); fmt.Sprint(got["reported"], got["pending"], got["unmoderated"], got["approved"], got["rejected"]) != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
	counts("0 0 0 0 0")
	one, two := p.comment("reader", id, "At last, and on time.", ""), p.comment("reporter", id, "Nine years late.", "")
	counts("0 0 2 0 0")
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+one.text("id")+"/approve", "")
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+two.text("id")+"/reject", "")
	counts("0 0 0 1 1")
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+two.text("id")+"/undo", "")
	p.must(204, "audience", "POST", "/api/v1/moderation/"+one.text("id")+"/report", `{"reason":"abuse"}`)
	counts("1 0 1 1 0")
}

func TestAStrangersWordsWaitUntilHeIsSignedIn(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	text := "First line & <b>no element</b>\nsecond line"
	send := func(cookie, at string, form url.Values) reply {
		p.clock.Forward(20 * time.Second)
		return p.ask("", "POST", at, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Cookie", cookie)
	}
	sent := send("", "/comment/"+id, url.Values{"text": {text}})
	to := sent.header.Get("Location")
	if sent.status != 303 || !strings.HasPrefix(to, "/comment/"+id+"?draft=") || sent.header.Get("Set-Cookie") != "" {
		t.Fatalf("%d %s", sent.status, to)
	}
	page := p.ask("", "GET", to, "")
	if page.status != 401 || !strings.Contains(string(page.body), "/account/sign-in?back="+url.QueryEscape(to)) || !strings.Contains(string(page.body), "&lt;b&gt;no element") || !strings.Contains(page.header.Get("Cache-Control"), "no-store") {
		t.Errorf("a stranger is shown %d %s\n%.900s", page.status, page.header.Get("Cache-Control"), page.body)
	}
	cookie := p.session("reader")
	back := p.ask("", "GET", to, "", "Cookie", cookie)
	if back.status != 200 || !strings.Contains(string(back.body), "First line &amp; &lt;b&gt;no element&lt;/b&gt;\nsecond line</textarea>") {
		t.Fatalf("after signing in: %d\n%.1500s", back.status, back.body)
	}
	if again := send("", "/comment/"+id, url.Values{"text": {" \n"}}); again.status != 422 {
		t.Errorf("nothing at all: %d", again.status)
	}
	said := send(cookie, "/comment/"+id, url.Values{"text": {text}})
	if again := send(cookie, "/comment/"+id, url.Values{"text": {text}}); again.header.Get("Location") != said.header.Get("Location") {
		t.Errorf("sent twice it is at %s and at %s", said.header.Get("Location"), again.header.Get("Location"))
	}
	if at := said.header.Get("Location"); said.status != 303 || !strings.HasPrefix(at, path+"/discussion?comment=") {
		t.Fatalf("%d %s", said.status, at)
	} else if page := p.get(200, strings.Split(at, "#")[0]); !strings.Contains(page, "First line &amp; &lt;b&gt;no element&lt;/b&gt;<br>second line") {
		t.Errorf("%.2000s", page)
	}
	p.clock.Forward(25 * time.Hour)
	if late := p.ask("", "GET", to, "", "Cookie", p.session("reader")); late.status != 200 || strings.Contains(string(late.body), "second line") {
		t.Errorf("after a day: %d", late.status)
	}
}

func TestWhatWaitsIsSeenByItsAuthorAndByNobodyElse(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("Tram opens", "")
	held := p.comment("reader", id, "A newcomer speaks of the quayside.", "")
	if held.text("state") != "held" || !strings.Contains(held.text("why"), "first comment") {
		t.Fatalf("%s", held.body)
	}
	own := "/comment/" + id + "?said=" + held.text("id")
	if page := p.ask("", "GET", own, "", "Cookie", p.session("reader")); page.status != 200 || !strings.Contains(string(page.body), "quayside") || !strings.Contains(string(page.body), "first comment") {
		t.Errorf("to its author: %d %.600s", page.status, page.body)
	}
	if page := p.ask("", "GET", own, "", "Cookie", p.session("audience")); page.status != 404 {
		t.Errorf("to another: %d", page.status)
	}
	for _, at := range []string{"/comment/" + id, "/account/comments"} {
		if page := p.ask("", "GET", at, "", "Cookie", p.session("reader")); page.status != 200 || !strings.Contains(string(page.body), "quayside") || !strings.Contains(string(page.body), own) || !strings.Contains(string(page.body), "first comment") {
			t.Errorf("%s to its author: %d %.1600s", at, page.status, page.body)
		}
		if page := p.ask("", "GET", at, "", "Cookie", p.session("audience")); strings.Contains(string(page.body), "quayside") {
			t.Errorf("%s to another", at)
		}
	}
	var told struct {
		Own []struct{ ID, Thread, HTML string }
	}
	for _, at := range []string{path, path + "/discussion"} {
		if err := json.Unmarshal(p.ask("", "GET", "/account/who?"+at, "", "Cookie", p.session("reader")).body, &told); err != nil || len(told.Own) != 1 || told.Own[0].ID != held.text("id") || told.Own[0].Thread != held.text("id") || !strings.Contains(told.Own[0].HTML, "quayside") {
			t.Errorf("to the script of its author's page %s: %v %v", at, told, err)
		}
	}
	if r := p.ask("", "GET", "/account/who?"+path, "", "Cookie", p.session("audience")); strings.Contains(string(r.body), "own") {
		t.Errorf("to the script of another's: %s", r.body)
	}
	for _, at := range []string{path, path + "/discussion", path + "/discussion?comment=" + held.text("id"), "/api/v1/articles/" + id + "/comments", path + "/feed.xml", "/events/discussion:" + id + "?after=0"} {
		if r := p.ask("", "GET", at, ""); strings.Contains(string(r.body), "quayside") {
			t.Errorf("%s shows it", at)
		}
	}
	if list := p.must(200, "moderator", "GET", "/api/v1/moderation?queue=pending", ""); !strings.Contains(string(list.body), "quayside") || !strings.Contains(string(list.body), `"rule":"new"`) {
		t.Errorf("%s", list.body)
	}
	if list := p.must(200, "elsewhere", "GET", "/api/v1/moderation?queue=pending", ""); strings.Contains(string(list.body), "quayside") {
		t.Errorf("a moderator of another edition: %s", list.body)
	}
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+held.text("id")+"/approve", "", "If-Match", held.header.Get("ETag"))
	if late := p.ask("editor", "POST", "/api/v1/moderation/"+held.text("id")+"/reject", "", "If-Match", held.header.Get("ETag")); late.status != 412 || !strings.Contains(string(late.body), `"decided_name":"Moderator"`) {
		t.Errorf("a second decision on one card: %d %s", late.status, late.body)
	}
	if page := p.get(200, path); !strings.Contains(page, "quayside") {
		t.Error("approved, and not on the page")
	}
	if r := p.ask("", "GET", "/account/who?"+path, "", "Cookie", p.session("reader")); strings.Contains(string(r.body), "quayside") {
		t.Error("approved, and still shown to its author as waiting")
	}
	for n := range 40 {
		p.comment("reader", id, fmt.Sprintf("More of the quayside, part %d of many parts that nobody reads.", n), "")
	}
	page := p.ask("", "GET", "/account/comments", "", "Cookie", p.session("reader"))
	if strings.Count(string(page.body), "More of the quayside") != 30 {
		t.Errorf("a page of what he wrote: %d", strings.Count(string(page.body), "More of the quayside"))
	}
	if _, next, ok := strings.Cut(string(page.body), "/account/comments?before="); !ok {
		t.Error("there is no page two")
	} else if page := p.ask("", "GET", "/account/comments?before="+next[:13], "", "Cookie", p.session("reader")); strings.Count(string(page.body), "quayside") != 11 {
		t.Errorf("page two: %.1500s", page.body)
	}
}

func TestAFloodIsHeldAndUndoneInOneActWhileAnHonestReaderSpeaks(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	p.comment("reader", id, "An honest word before it.", "")
	if _, err := p.site.Talk.Restrict(t.Context(), houseAct(), p.people["reader"].ID, talk.Unfettered, time.Time{}, "", ""); err != nil {
		t.Fatal(err)
	}
	since := p.clock.Now()
	for n := range 40 {
		name := fmt.Sprintf("flood-%d", n)
		p.person(name, account.Reader, "")
		for m := range 5 {
			p.clock.Forward(100 * time.Millisecond)
			p.askNow(name, "POST", "/api/v1/articles/"+id+"/comments", fmt.Sprintf(`{"body":"Buy my %d boats %d now"}`, n, m))
		}
	}
	counts, err := p.site.Store.Talk.Spoken(t.Context(), []string{id})
	if err != nil || counts[id] > 70 {
		t.Errorf("%d of 200 are public: %v", counts[id], err)
	}
	p.comment("reader", id, "An honest word in the middle of it.", "")
	swept := p.must(200, "moderator", "POST", "/api/v1/moderation/sweep", fmt.Sprintf(`{"article":%q,"since":%q,"reason":"Advertising."}`, id, since.Format(time.RFC3339)))
	if swept.json()["left"] != false {
		t.Errorf("%s", swept.body)
	}
	page := p.get(200, path)
	if strings.Contains(page, "boats") || !strings.Contains(page, "An honest word before it.") || !strings.Contains(page, "An honest word in the middle of it.") {
		t.Errorf("after the sweep (%s): %v", swept.body, strings.Index(page, "boats"))
	}
}

func TestAStoryThatIsWithdrawnTakesItsDiscussionAlong(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	c := p.comment("reader", id, "A word about the quayside.", "")
	p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	for _, at := range []string{path, path + "/discussion", path + "/discussion?comment=" + c.text("id"), "/api/v1/articles/" + id + "/comments", "/events/discussion:" + id + "?after=0", "/comment/" + id} {
		if r := p.ask("", "GET", at, ""); strings.Contains(string(r.body), "quayside") {
			t.Errorf("%s: %d %.300s", at, r.status, r.body)
		}
	}
	p.must(410, "reader", "POST", "/api/v1/articles/"+id+"/comments", `{"body":"Still here."}`)
}

func TestMoreGoesOnBehindACommentThatIsGoneMeanwhile(t *testing.T) {
	p := newPaper(t)
	p.openTalk("en")
	id, path := p.story("Tram opens", "")
	p.comment("reader", id, "The older word.", "")
	last := p.comment("reader", id, "The last of its page.", "").text("id")
	p.must(200, "moderator", "POST", "/api/v1/moderation/"+last+"/reject", "")
	for _, order := range []string{"", "&order=replied", "&order=featured"} {
		if page := p.get(200, path+"/discussion?after="+last+order); !strings.Contains(page, "The older word.") {
			t.Errorf("%s: %s", order, page)
		}
		if r := p.must(200, "", "GET", "/api/v1/articles/"+id+"/comments?after="+last+order, ""); !strings.Contains(string(r.body), "The older word.") {
			t.Errorf("%s: %s", order, r.body)
		}
	}
}

func TestARestrictionOnAnOldStateIsNotTaken(t *testing.T) {
	p := newPaper(t)
	at := "/api/v1/members/" + p.people["reader"].ID
	was := p.must(200, "moderator", "GET", at, "")
	tag := was.header.Get("ETag")
	if tag != fmt.Sprintf("%q", was.text("version")) {
		t.Errorf("%s of %s", tag, was.body)
	}
	p.must(200, "moderator", "POST", at+"/restrict", `{"restricted":"banned","breach":"spam"}`, "If-Match", tag)
	r := p.must(412, "editor", "POST", at+"/restrict", `{"restricted":"trusted"}`, "If-Match", tag)
	if r.text("current.restricted") != "banned" || r.text("current.version") != "2" {
		t.Errorf("%s", r.body)
	}
	p.must(200, "editor", "POST", at+"/restrict", `{"restricted":"trusted"}`)
}
