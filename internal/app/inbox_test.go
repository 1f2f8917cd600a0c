package app

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/intake"
	"dateline/internal/news"
	"dateline/internal/wire"
)

// source adds a source for the edition en as an admin; fields are JSON members that come on top.
func (p *paper) source(kind, address, fields string) string {
	p.t.Helper()
	if fields != "" {
		fields = "," + fields
	}
	return p.must(201, "admin", "POST", "/api/v1/sources", fmt.Sprintf(`{"edition":"en","kind":%q,"name":"Wire","address":%q%s}`, kind, address, fields)).text("id")
}

// arrived brings an item into the inbox of en, as a reading would.
func (p *paper) arrived(headline string) string { return p.arrivedAs(headline, "1", "") }

// arrivedAs is arrived for a version of an item with a lead.
func (p *paper) arrivedAs(headline, version, lead string) string {
	p.t.Helper()
	state := intake.New
	if version != "1" {
		state = intake.Used
	}
	return p.arrivedIn(headline, version, lead, state)
}

// arrivedIn is arrivedAs for an item that is in a state from then on.
func (p *paper) arrivedIn(headline, version, lead string, state intake.State) string {
	p.t.Helper()
	ctx, uri := p.t.Context(), "tag:wire.example,2026:"+headline
	it := wire.Item{Kind: wire.Text, Status: wire.Usable, Content: news.Content{Genre: news.News, Kind: news.Story, Headline: headline, Lead: lead, Body: body.FromText("Only for the desk."), Source: &news.Source{URI: uri, Version: version, Name: "Wire"}}}
	raw, err := json.Marshal(map[string]any{"item": it})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.site.Intake.Take(ctx, intake.Source{ID: "nobody", Edition: "en", KeepDays: 7, Urgency: 5}, intake.Item{URI: uri, Status: "usable", Content: it.Content, Packet: raw}); err != nil {
		p.t.Fatal(err)
	}
	all, err := p.site.Intake.Inbox(ctx, account.House(), intake.Query{Limit: 100, Text: headline, State: state})
	if err != nil || len(all) == 0 {
		p.t.Fatalf("%d items: %v", len(all), err)
	}
	return all[0].ID
}

// agency is a server of somebody else that gives feeds and pictures.
type agency struct {
	*httptest.Server
	mu    sync.Mutex
	pages map[string]string
	asked map[string]int // answers that were more than 304, by path
}

func newAgency(t *testing.T) *agency {
	t.Helper()
	a := &agency{pages: map[string]string{}, asked: map[string]int{}}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		page, ok := a.pages[r.URL.Path]
		tag := fmt.Sprintf(`"%d-%d"`, len(page), hash(page))
		same := r.Header.Get("If-None-Match") == tag
		if ok && !same {
			a.asked[r.URL.Path]++
		}
		a.mu.Unlock()
		switch {
		case r.URL.Path == "/quay.jpg":
			_, _ = w.Write(photo(41))
		case !ok:
			http.Error(w, "gone", http.StatusServiceUnavailable)
		case same:
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("ETag", tag)
			_, _ = w.Write([]byte(page))
		}
	}))
	t.Cleanup(a.Close)
	return a
}

func hash(s string) (h uint32) {
	for _, c := range []byte(s) {
		h = h*31 + uint32(c)
	}
	return h
}

func (a *agency) say(path, page string) { a.mu.Lock(); a.pages[path] = page; a.mu.Unlock() }
func (a *agency) given(path string) int { a.mu.Lock(); defer a.mu.Unlock(); return a.asked[path] }

func rss(items ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Harbour Wire</title><link>/</link>` + strings.Join(items, "") + `</channel></rss>`
}

func entry(id, title, text, date, more string) string {
	return `<item><guid isPermaLink="false">` + id + `</guid><title>` + title + `</title><description><![CDATA[` + text + `]]></description><pubDate>` + date + `</pubDate>` + more + `</item>`
}

const wireText = "<p>The pilots voted at noon to accept the rota, which the harbour office had proposed in <a href=\"/archive/1\">January</a>.</p><p>It begins on Monday.</p>"

// inbox lists what is new, or what a query names.
func (p *paper) inbox(query string) []map[string]any {
	p.t.Helper()
	var out []map[string]any
	for _, i := range p.must(200, "editor", "GET", "/api/v1/inbox?edition=en"+query, "").json()["items"].([]any) {
		out = append(out, i.(map[string]any))
	}
	return out
}

// refresh reads a source now and waits until it was tried.
func (p *paper) refresh(source string) reply {
	p.t.Helper()
	p.must(200, "editor", "POST", "/api/v1/sources/"+source+"/refresh", "")
	before := p.clock.Now()
	var r reply
	p.eventually("the source is read", func() bool {
		r = p.must(200, "editor", "GET", "/api/v1/sources/"+source, "")
		at, _ := time.Parse(time.RFC3339Nano, r.text("reading.tried_at"))
		return at.After(before.Add(-30 * time.Millisecond))
	})
	return r
}

func loopback(c *Config) { c.AllowPrivate = []string{"127.0.0.0/8"} }

func TestAFeedFillsTheInboxAndAStoryHearsOfLaterVersions(t *testing.T) {
	p, a := newPaper(t, loopback), newAgency(t)
	a.say("/feed", rss(
		entry("1", "Pilots accept rota", wireText, "Tue, 10 Mar 2026 10:00:00 GMT", `<category>Sea</category><media:content url="/quay.jpg" type="image/jpeg"><media:credit>Harbour Wire</media:credit></media:content>`),
		entry("2", "Long ago", "<p>Too old to be of use.</p>", "Tue, 10 Feb 2026 10:00:00 GMT", "")))
	source := p.source("feed", a.URL+"/feed", `"urgency":3`)
	p.eventually("the item arrives", func() bool { return len(p.inbox("")) == 1 })
	item := p.inbox("")[0]
	if item["headline"] != "Pilots accept rota" || item["name"] != "Harbour Wire" || item["urgency"] != 3.0 || item["pictures"] != 1.0 || item["source"] != source || item["state"] != "new" {
		t.Fatalf("%v", item)
	}
	if told := string(p.must(200, "editor", "GET", "/events/desk:en?after=0", "", "Cookie", p.session("editor")).body); strings.Count(told, `"kind":"arrived"`) != 1 {
		t.Errorf("the desk was told %s", told)
	}
	if all := p.must(200, "admin", "GET", "/api/v1/articles", "").json()["items"].([]any); len(all) != 0 {
		t.Errorf("a story was made by itself: %v", all)
	}
	id := item["id"].(string)
	used := p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/use", "", "Idempotency-Key", "once")
	if again := p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/use", "", "Idempotency-Key", "once"); again.text("article") != used.text("article") {
		t.Errorf("the same key made %s and %s", used.body, again.body)
	}
	story := used.text("article")
	if got := p.must(409, "editor", "POST", "/api/v1/inbox/"+id+"/use", ""); got.text("type") == "" {
		t.Errorf("a second story: %s", got.body)
	}
	now := p.must(200, "reporter", "GET", "/api/v1/articles/"+story, "")
	stored := p.stored(story)
	if now.text("state") != "draft" || now.text("section") != "sea" || now.text("picture") == "" || stored.Source == nil || stored.Source.Name != "Harbour Wire" || stored.CreatedBy != p.people["reporter"].ID {
		t.Errorf("%s\n%+v", now.body, stored.Source)
	}
	if stored.Dateline.Source != "Harbour Wire" {
		t.Errorf("the story names %q as its source", stored.Dateline.Source)
	}
	if !strings.Contains(string(now.body), a.URL+"/archive/1") {
		t.Errorf("a link of the feed is not whole: %s", now.body)
	}
	if got := p.must(200, "editor", "GET", "/api/v1/pictures/"+now.text("picture"), "").text("credit"); got != "Harbour Wire" {
		t.Errorf("the picture's credit is %q", got)
	}

	p.save(story, `{"headline":"Pilots take the rota","lead":"Ours."}`)
	a.say("/feed", rss(entry("1", "Pilots accept new rota", wireText+"<p>The union agreed.</p>", "Tue, 10 Mar 2026 11:30:00 GMT", `<category>Sea</category>`)))
	p.refresh(source)
	p.eventually("the newer version is offered", func() bool { return p.inbox("&state=used")[0]["offers"] == true })
	if got := p.stored(story); got.Headline != "Pilots take the rota" || strings.Contains(got.Body.Text(), "union") {
		t.Errorf("the story was changed unasked: %s", got.Headline)
	}
	if of := p.must(200, "editor", "GET", "/api/v1/inbox?article="+story, ""); !strings.Contains(string(of.body), `"number":2`) {
		t.Errorf("asked by story: %s", of.body)
	}
	differ := string(p.must(200, "reporter", "GET", "/api/v1/inbox/"+id+"/compare", "").body)
	if !strings.Contains(differ, "The union agreed.") || !strings.Contains(differ, `"name":"headline"`) || strings.Contains(differ, `"name":"dateline`) {
		t.Errorf("compared: %s", differ)
	}
	p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/take", `{"fields":["body"]}`, "If-Match", "*")
	if got := p.stored(story); got.Headline != "Pilots take the rota" || got.Lead != "Ours." || !strings.Contains(got.Body.Text(), "union") || got.Source.Version != "2026-03-10T11:30:00Z" {
		t.Errorf("taken: %s %s %+v", got.Headline, got.Body.Text(), got.Source)
	}
	if p.inbox("&state=used")[0]["offers"] != false {
		t.Error("what was taken is still offered")
	}
	before := a.given("/feed")
	p.refresh(source)
	if a.given("/feed") != before {
		t.Error("a feed that did not change was sent again")
	}
	p.must(412, "reporter", "POST", "/api/v1/inbox/"+id+"/take", "", "If-Match", `"1"`)
	p.must(204, "admin", "DELETE", "/api/v1/articles/"+story, "", "If-Match", "*")
	if got := p.inbox(""); len(got) != 1 || got[0]["id"] != id {
		t.Errorf("a story that was thrown away gives its item back: %v", got)
	}
}

func TestADeclinedVersionIsOfferedNoMoreUntilTheNext(t *testing.T) {
	p := newPaper(t)
	id := p.arrived("Bridge stuck")
	p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/use", "")
	send := func(version, text string) {
		t.Helper()
		c := news.Content{Headline: "Bridge stuck", Body: body.FromText(text), Source: &news.Source{URI: "tag:wire.example,2026:Bridge stuck", Version: version}}
		if _, err := p.site.Intake.Take(t.Context(), intake.Source{ID: "nobody", Edition: "en", KeepDays: 7, Urgency: 5}, intake.Item{URI: c.Source.URI, Status: "usable", Content: c, Packet: []byte(`{}`)}); err != nil {
			t.Fatal(err)
		}
	}
	offers := func() bool { return p.inbox("&state=used")[0]["offers"].(bool) }
	if offers() {
		t.Fatal("offers what the story has")
	}
	send("2", "Two")
	if !offers() {
		t.Fatal("version 2 is not offered")
	}
	p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/dismiss", "")
	if offers() {
		t.Error("offers what was declined")
	}
	send("1", "One again")
	if offers() {
		t.Error("offers an older one")
	}
	send("3", "Three")
	if !offers() {
		t.Error("version 3 is not offered")
	}
}

func TestALaterEmbargoAndAWithheldItemComeWithWhateverIsTaken(t *testing.T) {
	p := newPaper(t)
	id := p.arrived("Budget leaks")
	story := p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/use", "").text("article")
	p.save(story, `{"headline":"Our words on it","desk_note":"Call the ministry."}`)
	until := time.Now().Add(6 * time.Hour).UTC().Truncate(time.Second)
	send := func(version string, status wire.Status, until time.Time) {
		t.Helper()
		it := wire.Item{Kind: wire.Text, Status: status, EmbargoUntil: until, Content: news.Content{Genre: news.News, Kind: news.Story, Headline: "Budget leaks", Body: body.FromText("Version " + version), Source: &news.Source{URI: "tag:wire.example,2026:Budget leaks", Version: version, Name: "Wire"}}}
		raw, err := json.Marshal(map[string]any{"item": it})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.site.Intake.Take(t.Context(), intake.Source{ID: "nobody", Edition: "en", KeepDays: 7, Urgency: 5}, intake.Item{URI: it.Content.Source.URI, Status: string(status), Embargo: until, Content: it.Content, Packet: raw}); err != nil {
			t.Fatal(err)
		}
	}
	take := func() news.Article {
		t.Helper()
		p.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/take", `{"fields":["body"]}`, "If-Match", "*")
		return p.stored(story)
	}
	send("2", wire.Usable, until)
	if got := take(); !got.EmbargoUntil.Equal(until) || got.Headline != "Our words on it" || got.Legal == "check" {
		t.Errorf("embargo %s, %q, legal %q", got.EmbargoUntil, got.Headline, got.Legal)
	}
	send("3", wire.Withheld, until.Add(-time.Hour))
	offered := func() string {
		t.Helper()
		return p.must(200, "reporter", "GET", "/api/v1/articles?edition=en", "").text("items.0.offered")
	}
	if got := offered(); got != "withheld" {
		t.Errorf("the desk's row says of the newer version %q", got)
	}
	if got := take(); !got.EmbargoUntil.Equal(until) || got.Legal != "check" || !strings.Contains(got.DeskNote, "withholds") || !strings.Contains(got.DeskNote, "Call the ministry.") {
		t.Errorf("embargo %s, legal %q, note %q", got.EmbargoUntil, got.Legal, got.DeskNote)
	}
	if got := offered(); got != "" {
		t.Errorf("the desk's row says still %q", got)
	}
}

func TestWhatTwoSourcesSendAlikeShowsOnceAndTwoWhoUseItMakeOneStory(t *testing.T) {
	p, a := newPaper(t, loopback), newAgency(t)
	a.say("/one", rss(entry("a", "Pilots accept rota", wireText, "Tue, 10 Mar 2026 10:00:00 GMT", "")))
	a.say("/two", rss(entry("b", "PILOTS ACCEPT ROTA!", wireText, "Tue, 10 Mar 2026 10:05:00 GMT", "")))
	p.source("feed", a.URL+"/one", "")
	p.eventually("the first arrives", func() bool { return len(p.inbox("")) == 1 })
	two := p.source("feed", a.URL+"/two", "")
	p.eventually("the second is folded", func() bool { return len(p.inbox("&state=folded")) == 1 })
	items := p.inbox("")
	if len(items) != 1 || fmt.Sprint(items[0]["also"]) != "["+two+"]" {
		t.Fatalf("%v", items)
	}
	id := items[0]["id"].(string)
	var wg sync.WaitGroup
	codes := make([]int, 4)
	for n := range codes {
		wg.Go(func() {
			codes[n] = p.askNow([]string{"reporter", "colleague", "editor", "admin"}[n], "POST", "/api/v1/inbox/"+id+"/use", "").status
		})
	}
	wg.Wait()
	if all := p.must(200, "admin", "GET", "/api/v1/articles", "").json()["items"].([]any); len(all) != 1 {
		t.Errorf("%d stories of one item, answers %v", len(all), codes)
	}
}

func TestASourceThatCannotBeReadSaysWhyAndIsAskedLess(t *testing.T) {
	p, a := newPaper(t, loopback), newAgency(t)
	source := p.source("feed", a.URL+"/feed", `"minutes":10`)
	state := func() reply { return p.must(200, "editor", "GET", "/api/v1/sources/"+source, "") }
	p.eventually("it fails", func() bool { return state().text("reading.failures") == "1" })
	if r := state(); r.text("reading.why") != "status" || r.text("reading.detail") != "503" {
		t.Errorf("%s", r.body)
	}
	p.clock.Forward(11 * time.Minute)
	if r := state(); r.text("reading.failures") != "1" {
		t.Errorf("asked again too early: %s", r.body)
	}
	p.clock.Forward(10 * time.Minute)
	p.eventually("it fails again", func() bool { return state().text("reading.failures") == "2" })
	a.say("/feed", rss(entry("1", "Back", wireText, "Tue, 10 Mar 2026 12:00:00 GMT", "")))
	if r := p.refresh(source); r.text("reading.failures") != "0" || r.text("reading.new") != "1" || r.text("reading.why") != "" {
		t.Errorf("%s", r.body)
	}
	a.say("/feed", "<html><body>Sign in</body></html>")
	if r := p.refresh(source); r.text("reading.why") != "no_feed" || r.text("reading.at") == "" {
		t.Errorf("%s", r.body)
	}
	private := p.source("feed", "http://10.0.0.1/feed", "")
	p.eventually("a private address is refused", func() bool {
		return p.must(200, "editor", "GET", "/api/v1/sources/"+private, "").text("reading.why") == "forbidden"
	})
	p.must(422, "editor", "POST", "/api/v1/sources", `{"edition":"en","kind":"feed","name":"X","address":"file:///etc/passwd"}`)
	p.must(422, "editor", "POST", "/api/v1/sources", `{"edition":"en","kind":"folder","name":"X","address":"../secret"}`)
}

func TestAFolderOfTheOperatorFillsTheInboxWithNinjs(t *testing.T) {
	root := t.TempDir()
	p := newPaper(t, func(c *Config) { c.Wire = root })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(filepath.Join(root, "agency"), 0o755))
	write := func(name, text string, at time.Time) {
		t.Helper()
		path := filepath.Join(root, "agency", name)
		must(os.WriteFile(path, []byte(text), 0o644))
		must(os.Chtimes(path, at, at))
	}
	ninjs := func(uri, version, headline, more string) string {
		return fmt.Sprintf(`{"uri":%q,"type":"text","version":%q,"headline":%q,"body_text":"Words of the item.","urgency":2,"copyrightholder":"Agency"%s}`, uri, version, headline, more)
	}
	write("a.json", ninjs("tag:agency,2026:1", "1", "Embargoed", `,"embargoed":"2026-03-11T06:00:00Z","renditions":{"main":{"href":"quay.jpg","mimetype":"image/jpeg"}}`), noon)
	must(os.WriteFile(filepath.Join(root, "agency", "quay.jpg"), photo(7), 0o644))
	write("half.json", `{"uri":"tag:agency,2026:2","headline":"Ha`, noon)
	write("old.json", ninjs("tag:agency,2026:3", "1", "Old", ""), noon.AddDate(0, 0, -30))
	write("notes.txt", "no item", noon)
	must(os.Symlink("/etc/hostname", filepath.Join(root, "agency", "link.json")))
	source := p.source("folder", "agency", "")
	state := func() reply { return p.must(200, "editor", "GET", "/api/v1/sources/"+source, "") }
	p.eventually("it is read", func() bool { return state().text("reading.at") != "" })
	if r := state(); r.text("reading.new") != "1" || r.text("reading.why") != "files" || r.text("reading.detail") != "half.json" {
		t.Errorf("%s", r.body)
	}
	items := p.inbox("")
	if len(items) != 1 || items[0]["urgency"] != 2.0 || items[0]["embargo_until"] != "2026-03-11T06:00:00Z" {
		t.Fatalf("%v", items)
	}
	write("half.json", ninjs("tag:agency,2026:2", "1", "Half no more", ""), noon.Add(time.Second))
	if r := p.refresh(source); r.text("reading.new") != "1" || r.text("reading.why") != "" {
		t.Errorf("%s", r.body)
	}
	id := items[0]["id"].(string)
	story := p.must(200, "editor", "POST", "/api/v1/inbox/"+id+"/use", `{"section":"sea"}`).text("article")
	now := p.must(200, "editor", "GET", "/api/v1/articles/"+story, "")
	if now.text("embargo_until") != "2026-03-11T06:00:00Z" || now.text("picture") == "" || now.text("section") != "sea" || now.text("urgency") != "2" {
		t.Errorf("%s", now.body)
	}
	missing := p.source("folder", "nowhere", "")
	p.eventually("a folder that is not there says so", func() bool {
		return p.must(200, "editor", "GET", "/api/v1/sources/"+missing, "").text("reading.why") == "no_folder"
	})
}

func TestWhatIsTooOldLeavesTheInboxAndDoesNotComeAgain(t *testing.T) {
	p, a := newPaper(t, loopback), newAgency(t)
	a.say("/feed", rss(entry("1", "Undated", wireText, "", ""), entry("2", "Used", "<p>Another text that is long enough to be told from the others by anybody who reads it.</p>", "", "")))
	source := p.source("feed", a.URL+"/feed", `"keep_days":2`)
	p.eventually("they arrive", func() bool { return len(p.inbox("")) == 2 })
	for _, i := range p.inbox("") {
		if i["headline"] == "Used" {
			p.must(200, "editor", "POST", "/api/v1/inbox/"+i["id"].(string)+"/use", "")
		}
	}
	p.clock.Forward(49 * time.Hour)
	p.refresh(source)
	p.eventually("the old one goes", func() bool { return len(p.inbox("")) == 0 })
	p.noRow("Undated")
	if len(p.inbox("&state=used")) != 1 {
		t.Error("what was used went too")
	}
	a.say("/feed", a.pages["/feed"]+"<!-- anew -->")
	p.refresh(source)
	if got := p.inbox(""); len(got) != 0 {
		t.Errorf("it came again: %v", got)
	}
	p.must(204, "editor", "DELETE", "/api/v1/sources/"+source, "")
	if got := p.everything(fact.Newsfeed("en")); strings.Contains(got, "published") {
		t.Errorf("something was published by itself: %s", got)
	}
}

func TestAnItemIsUsedByThePostThatIsMadeOfIt(t *testing.T) {
	p := newPaper(t)
	live, _ := p.storm("Storm")
	item := p.arrived("Lamp out")
	made := func(fields string) reply {
		return p.post("reporter", live, `"body_html":"<p>The lamp is out.</p>","item":"`+item+`"`+fields)
	}
	draft := made(`,"state":"draft"`)
	if used := p.inbox("&state=used"); len(used) != 1 || used[0]["post"] != draft.text("id") || used[0]["coverage"] != live || used[0]["article"] != nil || used[0]["offers"] == true || len(p.inbox("")) != 0 {
		t.Fatalf("%v", used)
	}
	if draft.text("item") != item || p.toldDesk(fact.Sorted) != 1 {
		t.Error("the post does not know its item, or the desk does not hear of it")
	}
	p.must(204, "reporter", "DELETE", at(live, draft.text("id")), "", "If-Match", "*")
	if fresh := p.inbox(""); len(fresh) != 1 || fresh[0]["post"] != nil {
		t.Fatalf("a deleted draft keeps it: %v", fresh)
	}
	out := made(`,"state":"published"`).text("id")
	if p.arrivedIn("Lamp out", "2", "", intake.New); len(p.inbox("")) != 1 {
		t.Error("a newer version of it is not seen")
	}
	again := made(`,"state":"published"`).text("id")
	if used := p.inbox("&state=used"); len(used) != 1 || used[0]["post"] != again || out == again {
		t.Errorf("%v", used)
	}
	story := p.must(200, "editor", "POST", "/api/v1/inbox/"+item+"/use", "").text("article")
	made(`,"state":"published"`)
	if used := p.inbox("&state=used"); len(used) != 1 || used[0]["article"] != story || used[0]["offers"] == true {
		t.Errorf("a post took it from its story: %v", used)
	}
	if strings.Contains(string(p.must(200, "", "GET", "/api/v1/articles/"+live+"/posts", "").body), `"item"`) {
		t.Error("strangers see of which item a post is made")
	}
	p.must(422, "reporter", "POST", "/api/v1/articles/"+live+"/posts", `{"body_html":"<p>x</p>","item":"nothing"}`)
	if sent := p.post("moderator", live, `"body_html":"<p>Mine.</p>","item":"`+p.arrived("Another")+`"`); sent.text("state") != "contribution" || len(p.inbox("")) != 1 {
		t.Error("a contribution used an item")
	}
}
