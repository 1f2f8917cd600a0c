package app

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/fact"
)

// storm makes a live coverage that belongs to the reporter, published unless draft, and gives its id and path.
func (p *paper) storm(headline string) (id, path string) {
	p.t.Helper()
	id = p.draft("reporter", headline, `"kind":"live","lead":"As it happens."`)
	return id, p.publish(id, "")
}

// post writes a post as somebody and gives the answer; fields are JSON members.
func (p *paper) post(who, live, fields string) reply {
	p.t.Helper()
	return p.must(201, who, "POST", "/api/v1/articles/"+live+"/posts", "{"+fields+"}")
}

// out writes a published post as the reporter and gives its id.
func (p *paper) out(live, text, fields string) string {
	p.t.Helper()
	if fields != "" {
		fields = "," + fields
	}
	return p.post("reporter", live, `"state":"published","body_html":"<p>`+text+`</p>"`+fields).text("id")
}

func at(live, post string) string { return "/api/v1/articles/" + live + "/posts/" + post }

func TestAPostGoesOutIsEditedCorrectedAndWithdrawnEverywhere(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm reaches the coast")
	topic := fact.Live(live)
	if page := p.get(200, path); !strings.Contains(page, "Nothing has been posted yet.") || !strings.Contains(page, `data-topic="live:`+live+`" data-after="`) {
		t.Fatalf("an empty coverage: %.3000s", page)
	}
	r := p.post("reporter", live, `"state":"published","body_html":"<p>The first wave came over the mole.</p>","key_event":true,"headline":"Waves over the mole"`)
	id := r.text("id")
	if r.text("state") != "published" || r.text("kind") != "update" || r.text("byline") != "Reporter" || r.text("version") != "1" || r.header.Get("ETag") != `"1"` || r.text("url") != p.url+path+"?post="+id+"#post-"+id || r.text("undo_until") == "" {
		t.Fatalf("%s", r.body)
	}
	holds := func(text string, where ...string) {
		t.Helper()
		for _, address := range where {
			if page := p.get(200, address); !strings.Contains(page, text) {
				t.Errorf("%s does not say %q", address, text)
			}
		}
	}
	outputs := []string{path, path + "?order=oldest", path + "?post=" + id, at(live, id), "/api/v1/articles/" + live + "/posts", path + "/feed.xml", path + "/atom.xml", path + "/feed.json"}
	holds("came over the mole", outputs...)
	holds(`id="post-`+id+`" data-part="live-post"`, outputs[:3]...)
	holds(`data-key="`+id+`"`, outputs[:3]...)
	holds(`"@type":"LiveBlogPosting"`, path)
	p.eventually("the event is told", func() bool { kinds, _ := p.told(topic); return len(kinds) == 1 })
	kinds, items := p.told(topic)
	if kinds[0] != "published" || items[0]["id"] != id || items[0]["url"] != p.url+path+"?post="+id+"#post-"+id || items[0]["headline"] != "Waves over the mole" || items[0]["text"] != "The first wave came over the mole." || !strings.Contains(fmt.Sprint(items[0]["html"]), `id="post-`+id+`"`) {
		t.Errorf("%v %v", kinds, items)
	}

	p.must(428, "reporter", "PATCH", at(live, id), `{"headline":"x"}`)
	if r := p.must(412, "reporter", "PATCH", at(live, id), `{"headline":"x"}`, "If-Match", `"7"`); r.text("current.id") != id || r.text("current.version") != "1" {
		t.Errorf("%s", r.body)
	}
	r = p.must(200, "reporter", "PATCH", at(live, id), `{"body_html":"<p>The second wave broke the rail.</p>"}`, "If-Match", `"1"`)
	if r.text("edited_at") == "" || r.text("version") != "2" {
		t.Errorf("%s", r.body)
	}
	gone := func(text string, where ...string) {
		t.Helper()
		for _, address := range where {
			if page := string(p.ask("", "GET", address, "").body); strings.Contains(page, text) {
				t.Errorf("%s still says %q", address, text)
			}
		}
	}
	stretch := "/events/" + string(topic) + "?after=0"
	p.eventually("the edit is told", func() bool { kinds, _ := p.told(topic); return len(kinds) == 2 })
	gone("came over the mole", append(outputs, stretch)...)
	holds("broke the rail", append(outputs, stretch)...)
	holds("Edited", path)

	p.must(422, "reporter", "POST", at(live, id)+"/correct", `{"note":" ","body_html":"<p>x</p>"}`, "If-Match", "*")
	p.must(200, "reporter", "POST", at(live, id)+"/correct", `{"note":"It was the lamp, not the rail.","body_html":"<p>The second wave broke the lamp.</p>"}`, "If-Match", `"2"`)
	p.eventually("the correction is told", func() bool { kinds, _ := p.told(topic); return len(kinds) == 3 && kinds[2] == "corrected" })
	gone("broke the rail", append(outputs, stretch)...)
	holds("It was the lamp, not the rail.", outputs...)

	p.clock.Forward(time.Minute)
	r = p.must(200, "reporter", "POST", at(live, id)+"/withdraw", `{"note":"Not confirmed."}`, "If-Match", "*")
	if r.text("state") != "withdrawn" || r.text("retracted") != "" || r.text("note") != "Not confirmed." {
		t.Errorf("%s", r.body)
	}
	p.eventually("the withdrawal is told", func() bool { kinds, _ := p.told(topic); return len(kinds) == 4 })
	kinds, items = p.told(topic)
	if strings.Join(kinds, " ") != "withdrawn withdrawn withdrawn withdrawn" || len(items[0]) != 1 || len(items[3]) != 1 {
		t.Errorf("replayed: %v %v", kinds, items)
	}
	for _, text := range []string{"mole", "lamp", "Not confirmed"} {
		gone(text, append(outputs, stretch, "/", "/newsfeed", "/feed.xml")...)
	}
	p.must(410, "", "GET", at(live, id), "")
	if page := p.get(200, path+"?post="+id); !strings.Contains(page, "was withdrawn") {
		t.Error("the place of a withdrawn post does not say so")
	}
	if p.must(200, "reporter", "GET", at(live, id), "").text("headline") != "Waves over the mole" {
		t.Error("the desk lost it")
	}
	if err := p.site.Store.CheckLog(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestUndoWithinTenSecondsIsARetraction(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	leaves := func() (kinds []string) {
		all, err := p.site.Store.Leaves(t.Context(), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range all {
			_, kind, _ := strings.Cut(string(l), `"kind":"`)
			kind, _, _ = strings.Cut(kind, `"`)
			kinds = append(kinds, kind)
		}
		return kinds
	}
	id := p.out(live, "Too early.", "")
	p.must(204, "reporter", "DELETE", at(live, id), "", "If-Match", "*")
	if got := strings.Join(leaves(), " "); got != "first first retracted" {
		t.Errorf("the log says %s", got)
	}
	if r := p.must(200, "reporter", "GET", at(live, id), ""); r.text("retracted") != "true" || !strings.Contains(string(r.body), "Too early.") {
		t.Errorf("%s", r.body)
	}
	if strings.Contains(p.get(200, path), "Too early") {
		t.Error("readers still have it")
	}
	second := p.out(live, "In time.", "")
	p.clock.Forward(coverage.Undo + time.Second)
	p.must(204, "reporter", "DELETE", at(live, second), "", "If-Match", "*")
	if got := strings.Join(leaves(), " "); got != "first first retracted first withdrawn" {
		t.Errorf("the log says %s", got)
	}
	p.must(409, "reporter", "DELETE", at(live, second), "", "If-Match", "*")
	draft := p.post("reporter", live, `"state":"draft","body_html":"<p>Draft</p>"`).text("id")
	p.must(204, "reporter", "DELETE", at(live, draft), "", "If-Match", "*")
	p.must(404, "reporter", "GET", at(live, draft), "")
	r := p.must(200, "reporter", "PATCH", at(live, second), `{"state":"published"}`, "If-Match", "*")
	if r.text("state") != "published" || !strings.Contains(p.get(200, path), "In time.") {
		t.Errorf("published again: %s", r.body)
	}
}

func TestWhatIsScheduledIsSeenByNobodyBeforeItsTime(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	when := p.clock.Now().Add(time.Hour)
	id := p.post("reporter", live, `"state":"scheduled","body_html":"<p>The bridge opens.</p>","at":"`+when.Format(time.RFC3339)+`"`).text("id")
	draft := p.post("reporter", live, `"state":"draft","body_html":"<p>A draft.</p>"`).text("id")
	p.must(422, "reporter", "POST", "/api/v1/articles/"+live+"/posts", `{"state":"scheduled","body_html":"<p>x</p>"}`)
	p.must(422, "reporter", "POST", "/api/v1/articles/"+live+"/posts", `{"state":"published","body_html":"<p>x</p>","at":"`+when.Format(time.RFC3339)+`"}`)
	p.must(422, "reporter", "POST", "/api/v1/articles/"+live+"/posts", `{"state":"published"}`)
	hidden := func() {
		t.Helper()
		for _, address := range []string{path, path + "?order=oldest", path + "?post=" + id, path + "?post=" + draft, at(live, id), "/api/v1/articles/" + live + "/posts", path + "/feed.json", "/events/live:" + live + "?after=0", "/vote/" + id} {
			for _, who := range []string{"", "reader", "foreign"} {
				if r := p.ask(who, "GET", address, ""); strings.Contains(string(r.body), "bridge") || strings.Contains(string(r.body), "A draft") {
					t.Errorf("%q sees it at %s", who, address)
				}
			}
		}
	}
	hidden()
	p.clock.Forward(59 * time.Minute)
	hidden()
	p.clock.Forward(time.Minute)
	p.eventually("it goes out", func() bool { return strings.Contains(p.get(200, path), "The bridge opens.") })
	if r := p.must(200, "", "GET", at(live, id), ""); r.text("state") != "published" {
		t.Errorf("%s", r.body)
	}
	// What is not scheduled any more goes out as what is new.
	back := p.post("reporter", live, `"state":"scheduled","body_html":"<p>Sooner.</p>","at":"`+p.clock.Now().Add(time.Hour).Format(time.RFC3339)+`"`).text("id")
	p.must(200, "reporter", "PATCH", at(live, back), `{"state":"draft"}`, "If-Match", "*")
	p.clock.Forward(time.Minute)
	if r := p.must(200, "reporter", "PATCH", at(live, back), `{"state":"published"}`, "If-Match", "*"); r.text("at") != r.text("published_at") {
		t.Errorf("%s", r.body)
	}
	// What would be due in a coverage that is closed by then goes back to the desk.
	late := p.post("reporter", live, `"state":"scheduled","body_html":"<p>Too late.</p>","at":"`+p.clock.Now().Add(time.Hour).Format(time.RFC3339)+`"`).text("id")
	p.must(200, "reporter", "POST", "/api/v1/articles/"+live+"/close", "")
	p.clock.Forward(2 * time.Hour)
	p.eventually("it is a draft again", func() bool { return p.must(200, "reporter", "GET", at(live, late), "").text("state") == "draft" })
	if strings.Contains(p.get(200, path), "Too late") {
		t.Error("it went out")
	}
}

func TestACoverageIsClosedAndReopened(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	id := p.out(live, "Before.", "")
	p.must(403, "colleague", "POST", "/api/v1/articles/"+live+"/close", "")
	if r := p.must(200, "reporter", "POST", "/api/v1/articles/"+live+"/close", ""); r.text("state") != "closed" || r.text("closed_at") == "" {
		t.Errorf("%s", r.body)
	}
	if page := p.get(200, path); !strings.Contains(page, ">Closed</strong>") || !strings.Contains(page, `"coverageEndTime":"`) {
		t.Error("the page goes on")
	}
	p.must(409, "reporter", "POST", "/api/v1/articles/"+live+"/posts", `{"state":"published","body_html":"<p>x</p>"}`)
	p.must(200, "reporter", "PATCH", at(live, id), `{"body_html":"<p>Mended after.</p>"}`, "If-Match", "*")
	p.must(200, "editor", "POST", "/api/v1/articles/"+live+"/reopen", "")
	p.must(200, "editor", "POST", "/api/v1/articles/"+live+"/close", "")
	p.must(200, "editor", "POST", "/api/v1/articles/"+live+"/reopen", "")
	if closed, open := p.deeds("live-close"), p.deeds("live-open"); len(closed) != 1 || len(open) != 2 {
		t.Errorf("the audit log: %q %q", closed, open)
	}
	p.out(live, "After.", "")
	p.eventually("both are told", func() bool {
		kinds, _ := p.told(fact.Live(live))
		return strings.Join(kinds, " ") == "published closed updated reopened closed reopened published"
	})
	if page := p.get(200, path); strings.Contains(page, ">Closed</strong>") || !strings.Contains(page, "After.") || !strings.Contains(page, "Mended after.") {
		t.Error("the page does not go on")
	}
	// A coverage that was withdrawn takes its posts along, those that stand in the newsfeed too.
	flash := p.post("reporter", live, `"state":"published","newsfeed":true,"body_html":"<p>After all, a flash.</p>"`).text("id")
	p.eventually("the newsfeed has it", func() bool { return strings.Contains(p.everything(fact.Newsfeed("en")), "a flash") })
	p.must(200, "admin", "POST", "/api/v1/articles/"+live+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	p.eventually("nothing is replayed", func() bool { return !strings.Contains(p.everything(fact.Live(live)), "After") })
	p.eventually("nor in the newsfeed", func() bool {
		all := p.everything(fact.Newsfeed("en"))
		return !strings.Contains(all, "a flash") && strings.Contains(all, flash)
	})
	p.must(410, "", "GET", at(live, id), "")
	p.must(409, "reporter", "PATCH", at(live, id), `{"headline":"x"}`, "If-Match", "*")
	for _, address := range []string{path, path + "?post=" + id, path + "/feed.xml", "/api/v1/articles/" + live + "/posts"} {
		if r := p.ask("", "GET", address, ""); r.status != 410 || strings.Contains(string(r.body), "Mended") {
			t.Errorf("%s: %d", address, r.status)
		}
	}
}

func TestWhoMayNotPublishContributes(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	sent := p.post("moderator", live, `"state":"published","pinned":true,"body_html":"<p>From a reader.</p>","contributor":{"name":"Ada","consent":false}`)
	id := sent.text("id")
	if sent.text("state") != "contribution" {
		t.Fatalf("%s", sent.body)
	}
	p.must(200, "moderator", "PATCH", at(live, id), `{"headline":"Seen at the mole","state":"published"}`, "If-Match", "*")
	p.must(404, "audience", "GET", at(live, id), "")
	p.must(404, "", "GET", at(live, id), "")
	if strings.Contains(p.get(200, path), "From a reader") {
		t.Error("it went out")
	}
	if got := p.walkList("reporter", "/api/v1/articles/"+live+"/posts?state=contribution", 10, nil); len(got) != 1 {
		t.Errorf("%d wait", len(got))
	}
	if got := p.walkList("audience", "/api/v1/articles/"+live+"/posts?x=", 10, nil); len(got) != 0 {
		t.Errorf("another sees %v", got)
	}
	if r := p.must(422, "reporter", "PATCH", at(live, id), `{"state":"published"}`, "If-Match", "*"); r.places() != "body.contributor.consent" {
		t.Errorf("without consent: %s", r.body)
	}
	p.must(200, "reporter", "PATCH", at(live, id), `{"state":"published","contributor":{"name":"Ada","consent":true}}`, "If-Match", "*")
	if page := p.get(200, path); !strings.Contains(page, "Sent by Ada") || !strings.Contains(page, "Seen at the mole") {
		t.Error("it did not go out with the name")
	}
	p.must(403, "moderator", "PATCH", at(live, id), `{"headline":"Mine"}`, "If-Match", "*")
	p.must(403, "foreign", "POST", "/api/v1/articles/"+live+"/posts", `{"body_html":"<p>x</p>"}`)
	p.must(200, "admin", "PATCH", "/api/v1/articles/"+live, `{"assignee":"`+p.people["colleague"].ID+`"}`, "If-Match", "*")
	if got := p.post("colleague", live, `"state":"published","body_html":"<p>Now assigned.</p>"`).text("state"); got != "published" {
		t.Errorf("who it was given to: %s", got)
	}
}

func TestSixteenWritersLoseNothing(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	var all sync.WaitGroup
	const each = 4
	for w := range 16 {
		who := []string{"admin", "editor", "reporter"}[w%3]
		all.Go(func() {
			for n := range each {
				r := p.ask(who, "POST", "/api/v1/articles/"+live+"/posts", fmt.Sprintf(`{"state":"published","body_html":"<p>Writer %d, post %d.</p>","pinned":%t}`, w, n, n == 0), "Idempotency-Key", fmt.Sprintf("w%d-%d", w, n))
				if r.status != 201 {
					t.Errorf("%d: %s", r.status, r.body)
				}
			}
		})
	}
	all.Wait()
	if got := p.walkList("", "/api/v1/articles/"+live+"/posts?x=", 7, nil); len(got) != 16*each {
		t.Errorf("%d posts", len(got))
	}
	p.eventually("each is told once", func() bool {
		kinds, _ := p.told(fact.Live(live))
		n := 0
		for _, k := range kinds {
			if k == "published" {
				n++
			}
		}
		return n == 16*each
	})
	pinned := p.must(200, "", "GET", "/api/v1/articles/"+live+"/coverage", "").text("pinned")
	seen := map[string]bool{} // the pinned one stands on top, and once more in its own place on a later page
	for page := path; page != ""; {
		html := p.get(200, page)
		for _, part := range strings.Split(html, `id="post-`)[1:] {
			if id := part[:13]; seen[id] && id != pinned {
				t.Errorf("%s stands twice", id)
			} else {
				seen[id] = true
			}
		}
		_, next, ok := strings.Cut(html, `rel="next" href="`)
		page, _, _ = strings.Cut(next, `"`)
		if !ok {
			page = ""
		}
	}
	if len(seen) != 16*each {
		t.Errorf("the pages show %d posts", len(seen))
	}
	if err := p.site.Store.CheckLog(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestReadersVoteOnce(t *testing.T) {
	p := newPaper(t, func(c *Config) { c.TrustProxy = []string{"127.0.0.0/8"} })
	live, path := p.storm("Storm")
	id := p.post("reporter", live, `"state":"published","poll":{"question":"Is the bridge open?","options":[{"text":"Yes"},{"text":"No"}]}`).text("id")
	if page := p.get(200, path); !strings.Contains(page, `action="/vote/`+id+`"`) || !strings.Contains(page, `name="option" value="2"`) {
		t.Fatal("the page has no form")
	}
	vote := func(from, option, cookie string) reply {
		return p.ask("", "POST", "/vote/"+id, url.Values{"option": {option}}.Encode(), "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", from, "Cookie", cookie)
	}
	first := vote("203.0.113.7", "2", "")
	cookie := first.header.Get("Set-Cookie")
	if first.status != 303 || first.header.Get("Location") != "/vote/"+id+"?sent" || !strings.Contains(cookie, "Path=/vote/") || !strings.Contains(cookie, "HttpOnly") {
		t.Fatalf("%d %v", first.status, first.header)
	}
	kept, _, _ := strings.Cut(cookie, ";")
	if again := vote("203.0.113.8", "1", kept); again.header.Get("Location") != "/vote/"+id+"?again" || again.header.Get("Set-Cookie") != "" {
		t.Errorf("a second vote: %v", again.header)
	}
	for _, wrong := range []string{"", "0", "3", "x"} {
		if r := vote("203.0.113.9", wrong, ""); r.status != 422 || r.header.Get("Set-Cookie") != "" {
			t.Errorf("option %q: %d", wrong, r.status)
		}
	}
	if r := p.ask("", "POST", "/vote/"+id, "option=1", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site"); r.status != 403 {
		t.Errorf("from another site: %d", r.status)
	}
	p.clock.Forward(5 * time.Second)
	p.eventually("the vote is shown", func() bool { return strings.Contains(p.get(200, path), "1 vote") })
	if kinds, _ := p.told(fact.Live(live)); kinds[len(kinds)-1] != "tallied" {
		t.Errorf("%v", kinds)
	}
	if r := p.must(422, "reporter", "PATCH", at(live, id), `{"poll":{"question":"?","options":[{"text":"A"},{"text":"B"},{"text":"C"}]}}`, "If-Match", "*"); r.places() != "body.poll.options" {
		t.Errorf("%s", r.body)
	}
	refused := 0
	for range 40 {
		if p.askNow("", "POST", "/vote/"+id, "option=1", "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", "198.51.100.1").status == 429 {
			refused++
		}
	}
	if refused == 0 {
		t.Error("one address fills the poll")
	}
	p.must(200, "reporter", "POST", "/api/v1/articles/"+live+"/close", "")
	if r := vote("203.0.113.77", "1", ""); r.status != 409 {
		t.Errorf("a closed poll: %d", r.status)
	}
	p.get(404, "/vote/"+missing)
}

func TestAPollEndsByItself(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	ends := p.clock.Now().Add(time.Hour).UTC().Format(time.RFC3339)
	p.post("reporter", live, `"state":"published","poll":{"question":"Is the bridge open?","options":[{"text":"Yes"},{"text":"No"}],"closes_at":"`+ends+`"}`)
	const choice = `type="radio"`
	if !strings.Contains(p.get(200, path), choice) {
		t.Fatal("the page offers no choice")
	}
	p.clock.Forward(time.Hour + time.Second)
	p.eventually("open pages are told", func() bool { kinds, _ := p.told(fact.Live(live)); return kinds[len(kinds)-1] == "tallied" })
	if strings.Contains(p.get(200, path), choice) {
		t.Error("the page takes votes that are refused")
	}
}

func TestAPostBecomesAnArticleLinkedBothWays(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	id := p.out(live, "The ferry ran aground off the north light.", `"headline":"Ferry runs aground","tags":["Ferries"]`)
	r := p.must(200, "reporter", "POST", at(live, id)+"/article", "", "If-Match", "*")
	story := r.text("article")
	made := p.must(200, "reporter", "GET", "/api/v1/articles/"+story, "")
	if made.text("headline") != "Ferry runs aground" || made.text("state") != "draft" || made.text("related.0") != live || !strings.Contains(string(made.body), "ran aground off") {
		t.Fatalf("%s", made.body)
	}
	p.must(409, "reporter", "POST", at(live, id)+"/article", "", "If-Match", "*")
	if strings.Contains(p.get(200, path), "Full story") {
		t.Error("the page names a draft")
	}
	p.save(story, `{"section":"world"}`)
	to := p.publish(story, "")
	if page := p.get(200, path); !strings.Contains(page, `href="`+to+`"`) || !strings.Contains(page, "Full story") {
		t.Error("the post does not lead to its story")
	}
	if page := p.get(200, to); !strings.Contains(page, `href="`+path+`"`) {
		t.Error("the story does not lead back")
	}
}

func TestHostileWordsOfAPostStayWords(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>\"'` + "`"
	field := `"` + evil + `"`
	id := p.post("reporter", live, `"state":"published","headline":`+field+`,"body_html":"<p onclick='alert(1)'>Text</p><script>alert(1)</script><iframe src='javascript:alert(1)'></iframe><a href='javascript:alert(1)'>x</a>",
		"tags":[`+field+`],"contributor":{"name":`+field+`,"consent":true},"score":{"home":`+field+`,"away":`+field+`,"home_points":1,"away_points":2,"note":`+field+`}`).text("id")
	poll := p.post("reporter", live, `"state":"published","poll":{"question":`+field+`,"options":[{"text":`+field+`},{"text":"No"}]}`).text("id")
	p.must(200, "reporter", "POST", at(live, id)+"/correct", `{"note":`+field+`}`, "If-Match", "*")
	p.eventually("all is told", func() bool { kinds, _ := p.told(fact.Live(live)); return len(kinds) == 3 })
	_, items := p.told(fact.Live(live))
	outputs := []string{p.get(200, path), p.get(200, "/vote/"+poll), p.get(200, path+"/feed.xml"), p.get(200, path+"/atom.xml")}
	for _, i := range items {
		outputs = append(outputs, fmt.Sprint(i["html"]))
	}
	for n, html := range outputs {
		for _, bad := range []string{"<script>alert", "<img src=x", "javascript:", "onclick=", "<iframe"} {
			if strings.Contains(html, bad) {
				t.Errorf("output %d holds %s", n, bad)
			}
		}
	}
}

func TestAPostMarkedForTheNewsfeedStandsThereAndLeavesIt(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	_, other := p.story("Ferry strike", "")
	id := p.out(live, "The bridge is closed to all traffic.", `"newsfeed":true`)
	feed := func() string { return p.get(200, "/newsfeed") }
	if page := feed(); !strings.Contains(page, `href="`+path+"?post="+id+"#post-"+id+`"`) || !strings.Contains(page, "The bridge is closed") || strings.Index(page, id) > strings.Index(page, other) {
		t.Error("it does not stand on top of the newsfeed")
	}
	if front := p.get(200, "/"); !strings.Contains(front, "?post="+id) {
		t.Error("the column does not have it")
	}
	p.eventually("it is told", func() bool { kinds, _ := p.told(fact.Newsfeed("en")); return len(kinds) == 3 })
	kinds, items := p.told(fact.Newsfeed("en"))
	if kinds[2] != "published" || items[2]["id"] != id || items[2]["coverage"] != live || items[2]["headline"] != "The bridge is closed to all traffic." || items[2]["html"] != nil {
		t.Errorf("%v %v", kinds, items)
	}
	p.must(200, "reporter", "PATCH", at(live, id), `{"newsfeed":false}`, "If-Match", "*")
	if strings.Contains(feed(), id) {
		t.Error("it is still there")
	}
	p.eventually("it leaves", func() bool { kinds, _ := p.told(fact.Newsfeed("en")); return len(kinds) == 4 && kinds[3] == "moved" })
	p.must(200, "reporter", "PATCH", at(live, id), `{"newsfeed":true}`, "If-Match", "*")
	p.must(200, "reporter", "POST", at(live, id)+"/withdraw", "", "If-Match", "*")
	p.eventually("nothing withdrawn is told", func() bool { return !strings.Contains(p.everything(fact.Newsfeed("en")), "bridge") })
	if strings.Contains(feed(), id) || strings.Contains(p.get(200, "/"), id) {
		t.Error("a withdrawn post is still there")
	}
}
