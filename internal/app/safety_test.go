package app

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestAStoryInHandIsHeldAgainstOthersUntilItIsTakenOver(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "In hand", "")
	at := "/api/v1/articles/" + id + "/lock"
	if r := p.must(200, "editor", "GET", at, ""); r.json()["lock"] != nil {
		t.Fatalf("%s", r.body)
	}
	mine := p.must(200, "reporter", "POST", at, `{"tab":"t-1"}`)
	if mine.text("mine") != "true" || mine.text("name") != "Reporter" || mine.text("tab") != "t-1" || mine.text("account") != p.people["reporter"].ID {
		t.Fatalf("%s", mine.body)
	}
	for _, body := range []string{`{"tab":"t-1"}`, `{"tab":"t-1","take_over":"` + missing + `"}`} {
		r := p.must(409, "editor", "POST", at, body)
		if r.text("current.id") != mine.text("id") || r.text("current.mine") != "false" || r.text("current.name") != "Reporter" {
			t.Errorf("%s: %s", body, r.body)
		}
	}
	if r := p.must(200, "colleague", "GET", at, ""); r.text("lock.id") != mine.text("id") || r.text("lock.mine") != "false" {
		t.Errorf("%s", r.body)
	}
	taken := p.must(200, "editor", "POST", at, `{"tab":"t-9","take_over":"`+mine.text("id")+`"}`)
	if r := p.must(409, "reporter", "POST", at, `{"tab":"t-1"}`); r.text("current.id") != taken.text("id") || r.text("current.tab") != "t-9" {
		t.Errorf("%s", r.body)
	}
	p.must(204, "reporter", "DELETE", at+"?tab=t-1", "") // too late: it is not hers any more
	if r := p.must(200, "reporter", "GET", at, ""); r.text("lock.id") != taken.text("id") {
		t.Errorf("%s", r.body)
	}
	p.must(204, "editor", "DELETE", at+"?tab=t-9", "")
	last := p.must(200, "reporter", "POST", at, `{"tab":"t-1"}`)
	p.clock.Forward(46 * time.Second)
	p.due()
	for _, tab := range []string{"", "a b", "ü", strings.Repeat("x", 65)} {
		body, _ := json.Marshal(map[string]string{"tab": tab})
		if r := p.ask("reporter", "POST", at, string(body)); r.status != 422 || r.places() != "body.tab" {
			t.Errorf("%q: %d %s", tab, r.status, r.body)
		}
	}
	if r := p.ask("reporter", "DELETE", at, ""); r.status != 422 {
		t.Errorf("%d %s", r.status, r.body)
	}
	// What the desk is told: who, in which tab, under which lock, and only when the holder changes.
	type told struct {
		Kind string
		Item struct{ ID, By, Name, Lock, Tab string }
	}
	heard := func() (got []string) {
		var stretch struct{ Items []told }
		if err := json.Unmarshal(p.must(200, "editor", "GET", "/events/desk:en?after=0", "").body, &stretch); err != nil {
			t.Fatal(err)
		}
		for _, e := range stretch.Items {
			if e.Item.ID == id && e.Item.Lock != "" {
				got = append(got, fmt.Sprint(e.Kind, " ", e.Item.Name, " ", e.Item.Tab, " ", e.Item.Lock, " ", e.Item.By))
			}
		}
		return got
	}
	p.eventually("the desk is told of every holder", func() bool { return len(heard()) >= 5 })
	got := heard()
	reporter, editor := " "+p.people["reporter"].ID, " "+p.people["editor"].ID
	want := []string{"locked Reporter t-1 " + mine.text("id") + reporter, "taken Editor t-9 " + taken.text("id") + editor, "unlocked Editor t-9 " + taken.text("id") + editor,
		"locked Reporter t-1 " + last.text("id") + reporter, "unlocked Reporter t-1 " + last.text("id") + reporter}
	if !slices.Equal(got, want) {
		t.Errorf("the desk was told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWordsThatCannotBeSavedAreKeptBesideTheStory(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Two at once", `"body_html":"<p>One.</p><p>Two.</p>"`)
	at := "/api/v1/articles/" + id
	p.must(200, "reporter", "PATCH", at, `{"body_html":"<p>One, longer.</p><p>Two.</p>"}`, "If-Match", `"1"`)
	p.must(412, "editor", "PATCH", at, `{"body_html":"<p>One.</p><p>Two, as the editor has it.</p><p>Three.</p>"}`, "If-Match", `"1"`)
	kept := p.must(200, "editor", "PUT", at+"/branches/t-9", `{"base":1,"body_html":"<p>One.</p><p>Two, as the editor has it.</p><p>Three.</p><video src=x>"}`)
	if kept.text("by_name") != "Editor" || kept.text("base") != "1" || kept.text("words") != "8" || kept.text("headline") != "Two at once" || kept.text("tab") != "t-9" {
		t.Errorf("%s", kept.body)
	}
	if again := p.must(200, "editor", "PUT", at+"/branches/t-9", `{"base":1,"headline":"Mine","body_html":"<p>One.</p><p>Two, as the editor has it.</p>"}`); again.text("id") != kept.text("id") || again.text("headline") != "Mine" {
		t.Errorf("%s", again.body)
	}
	if r := p.must(200, "reporter", "GET", at, ""); r.text("version") != "2" || r.text("headline") != "Two at once" {
		t.Errorf("the story was changed: %s", r.body)
	}
	whole := p.must(200, "reporter", "GET", at+"/branches/"+kept.text("id"), "")
	if whole.text("article.headline") != "Mine" || !strings.Contains(string(whole.body), "as the editor has it") || whole.text("article.version") != "1" {
		t.Errorf("%s", whole.body)
	}
	c := p.must(200, "reporter", "GET", at+"/compare?from=now&to=b:"+kept.text("id"), "")
	var diff struct {
		Fields []struct {
			Name string
			Runs []struct{ Op, Text string }
		}
		Body []struct {
			Op    string
			Index int
			Block struct{ Type string }
			Runs  []struct{ Op, Text string }
		}
	}
	if err := json.Unmarshal(c.body, &diff); err != nil {
		t.Fatal(err)
	}
	if len(diff.Fields) != 1 || diff.Fields[0].Name != "headline" || len(diff.Body) != 2 || diff.Body[0].Op != "changed" || diff.Body[1].Op != "changed" || diff.Body[1].Index != 1 || diff.Body[1].Block.Type != "paragraph" {
		t.Errorf("%s", c.body)
	}
	p.must(200, "editor", "POST", at+"/branches/"+kept.text("id")+"/close", "")
	list := p.must(200, "reporter", "GET", at+"/branches", "")
	if items := list.json()["items"].([]any); len(items) != 1 || items[0].(map[string]any)["closed_at"] == nil || items[0].(map[string]any)["article"] != nil {
		t.Errorf("%s", list.body)
	}
	if next := p.must(200, "editor", "PUT", at+"/branches/t-9", `{"base":2}`); next.text("id") == kept.text("id") {
		t.Error("a closed branch was written")
	}
	for body, place := range map[string]string{`{}`: "body", `{"base":0}`: "body.base", `{"base":1,"headline":7}`: "body.headline", `{"base":1,"nonsense":1}`: "body.nonsense", `{"base":1,"headline":` + long(1001) + `}`: "body.headline"} {
		if r := p.ask("editor", "PUT", at+"/branches/t-9", body); r.status != 422 || r.places() != place {
			t.Errorf("%.60s: %d %s", body, r.status, r.body)
		}
	}
	if r := p.ask("editor", "PUT", at+"/branches/a%20b", `{"base":1}`); r.status != 422 || r.places() != "path.branch" {
		t.Errorf("%d %s", r.status, r.body)
	}
	told := func() string { return string(p.must(200, "editor", "GET", "/events/desk:en?after=0", "").body) }
	p.eventually("the desk is told of both branches", func() bool { return strings.Count(told(), `"kind":"branched"`) == 2 })
	if !strings.Contains(told(), `"branch":"`+kept.text("id")+`"`) {
		t.Errorf("the desk was told %s", told())
	}
}

func TestEveryVersionCanBeReadAndCompared(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Fare is 12.40", `"body_html":"<p>First.</p><ul><li>A</li><li>B</li></ul>"`)
	at := "/api/v1/articles/" + id
	p.publish(id, "")
	p.save(id, `{"headline":"Fare is 14.20","tags":["fare"],"section":"sea","desk_note":"Called them.","body_html":"<p>First.</p><ul><li>A</li><li>B too</li></ul><p>New.</p>"}`)
	p.publish(id, `{"change":"minor"}`)
	ids := p.walkList("reporter", at+"/versions?x=", 1, nil)
	if len(ids) != 4 || ids[0] != id+"/4" || ids[3] != id+"/1" {
		t.Errorf("%v", ids)
	}
	if r := p.must(200, "reporter", "GET", at+"/versions/2", ""); r.text("headline") != "Fare is 12.40" || r.text("version") != "2" {
		t.Errorf("%s", r.body)
	}
	p.must(404, "reporter", "GET", at+"/versions/5", "")
	p.must(422, "reporter", "GET", at+"/versions?after=x", "")
	names := func(from, to string) string {
		r := p.must(200, "reporter", "GET", at+"/compare?from="+from+"&to="+to, "")
		var c struct {
			From, To string
			Fields   []struct{ Name string }
			Body     []struct{ Op string }
		}
		if err := json.Unmarshal(r.body, &c); err != nil || c.From != from || c.To != to {
			t.Fatalf("%v %s", err, r.body)
		}
		var out []string
		for _, f := range c.Fields {
			out = append(out, f.Name)
		}
		for _, b := range c.Body {
			out = append(out, b.Op)
		}
		return strings.Join(out, " ")
	}
	for _, tt := range [][3]string{
		{"2", "3", "section headline tags desk_note same same changed inserted"}, {"r1", "r2", "section headline tags slug same same changed inserted"}, {"3", "2", "section headline tags desk_note same same changed deleted"},
		{"r1", "now", "section headline tags slug same same changed inserted"}, {"4", "now", "same same same same"}, {"r2", "4", "same same same same"},
	} {
		if got := names(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s to %s: %s", tt[0], tt[1], got)
		}
	}
	if r := p.must(200, "reporter", "GET", at+"/compare?from=2&to=3", ""); !strings.Contains(string(r.body), `"old":{"content":[{"text":"B","type":"text"}],"type":"paragraph"},"old_index":1`) {
		t.Errorf("what a changed block was is not told: %s", r.body)
	}
	for _, ref := range []string{"0", "-1", "r0", "r", "b:", "b:x", "nowhere", "1;2", "%00"} {
		if r := p.ask("reporter", "GET", at+"/compare?from="+ref, ""); r.status != 422 || r.places() != "query.from" {
			t.Errorf("%s: %d %s", ref, r.status, r.body)
		}
	}
	for _, ref := range []string{"99", "r9", "b:" + missing} {
		p.must(404, "reporter", "GET", at+"/compare?from="+ref, "")
	}
	p.must(200, "admin", "POST", at+"/revisions/1/redact", `{"note":"A name."}`, "If-Match", "*")
	p.must(404, "reporter", "GET", at+"/compare?from=r1", "")
	p.must(404, "reporter", "GET", at+"/versions/2", "")
}

func TestAnEditorSeesWhatStandsAgainstPublishingAndMayOverrideOnlyWhatMayBe(t *testing.T) {
	p := newPaper(t)
	checks := func(who, id, at string) string {
		var list struct {
			Items []struct{ Level, Key, Location, Message string }
		}
		if err := json.Unmarshal(p.must(200, who, "GET", "/api/v1/articles/"+id+"/checks"+at, "").body, &list); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, c := range list.Items {
			if c.Message == "" {
				t.Errorf("%s has no words", c.Key)
			}
			out = append(out, c.Level+" "+c.Key+" "+c.Location)
		}
		return strings.Join(out, "\n")
	}
	asked := ""
	is := func(id, want string) {
		t.Helper()
		if got := checks("reporter", id, asked); got != strings.ReplaceAll(strings.TrimSpace(want), "\t", "") {
			t.Errorf("the checks are\n%s\nwant\n%s", got, want)
		}
	}
	bare := p.upload("admin", 1, "caption", "A crane")
	noAlt := p.upload("admin", 2, "credit", "The Paper", "caption", "A crane")
	old := p.upload("admin", 3, "credit", "The Paper", "alt", "A crane  in the Harbour", "caption", "A crane in the harbour", "taken_at", "2024-01-01T00:00:00Z")
	good := p.upload("admin", 4)

	is(p.draft("reporter", "Fine", `"lead":"A lead.","picture":"`+good+`","body_html":"<p>He said “yes” and «no».</p>"`), "")
	ends := p.upload("admin", 5, "credit", "The Paper", "alt", "A crane", "expires_at", "2190-01-01T00:00:00Z")
	kept := p.draft("reporter", "Kept back", `"lead":"A lead.","picture":"`+ends+`","embargo_until":"2180-01-01T00:00:00Z"`)
	is(kept, "")
	asked = "?at=2170-01-01T00:00:00Z"
	is(kept, "stop embargo embargo_until")
	asked = "?at=2195-01-01T00:00:00Z"
	is(kept, "stop picture.expired picture.expires_at")
	asked = ""

	is(p.draft("reporter", "Pilots vote, TK in favour", `"lead":"A lead.","body_html":"<p>The pilots of the harbour voted at noon after two days of talks with the owners, and then</p><p>The pilots of the harbour voted at noon after two days of talks with the owners of the piers.</p><p>XXX said</p><p>By our reporter</p>"`), `
		warning to_come headline
		warning unfinished body.content[0]
		warning to_come body.content[2]`)
	out := p.draft("reporter", "Out and linked", `"lead":"A lead."`)
	path := func(id string) string {
		return strings.TrimPrefix(p.must(200, "editor", "GET", "/api/v1/articles/"+id, "").text("url"), p.site.Addresses().Base)
	}
	links := p.draft("reporter", "It links", `"lead":"A lead.","body_html":"<p><a href='`+path(out)+`'>One</a>, <a href='`+strings.TrimSuffix(path(out), "out-and-linked")+`never-there'>two</a>, <a href='https://example.org/'>three</a> and <a href='/search'>four</a>.</p>"`)
	is(links, "warning link body.links[0]\nwarning link body.links[1]")
	p.must(200, "editor", "POST", "/api/v1/articles/"+out+"/publish", `{}`, "If-Match", "*")
	is(links, "warning link body.links[1]")
	p.must(200, "editor", "POST", "/api/v1/articles/"+out+"/withdraw", `{"note":"It was wrong."}`, "If-Match", "*")
	is(links, "warning link body.links[0]\nwarning link body.links[1]")

	is(p.draft("reporter", " \u200b\u2060", `"section":null,"legal":"check","picture":"`+bare+`"`), `
		stop no_headline headline
		stop no_section section
		stop legal legal
		stop picture.credit picture.credit
		override no_alt picture.alt
		warning no_lead lead`)
	is(p.draft("reporter", strings.Repeat("é", 111), `"lead":"He said \"yes.","body":{"type":"doc","content":[
		{"type":"paragraph","content":[{"type":"text","text":"“One goes on"}]},{"type":"paragraph","content":[{"type":"text","text":"“and ends.”"}]},
		{"type":"picture","attrs":{"id":"`+noAlt+`"}},{"type":"picture","attrs":{"id":"`+noAlt+`","alt":"A crane, yellow"}},{"type":"picture","attrs":{"id":"`+old+`"}},
		{"type":"paragraph","content":[{"type":"text","text":"«Open."}]},{"type":"paragraph","content":[{"type":"text","text":"A 24\" screen."}]},{"type":"paragraph"},{"type":"paragraph","content":[{"type":"text","text":" "}]}]}`), `
		override no_alt body.pictures[0].alt
		warning long_headline headline
		warning alt_caption body.pictures[1].alt
		warning file_picture body.pictures[1].taken_at
		warning empty_end body.content[7]
		warning quotes lead
		warning quotes body.content[5]`)

	id := p.draft("reporter", "Overridden", `"lead":"A lead.","picture":"`+noAlt+`"`)
	at := "/api/v1/articles/" + id
	for _, body := range []string{`{"checked":true}`, `{"checked":true,"override":["legal","fault.no_alt"]}`} {
		if r := p.must(422, "editor", "POST", at+"/publish", body, "If-Match", "*"); r.places() != "picture.alt" {
			t.Errorf("%s: %s", body, r.body)
		}
	}
	p.must(403, "reporter", "POST", at+"/publish", `{"checked":true,"override":["no_alt"]}`, "If-Match", "*")
	if r := p.must(200, "editor", "POST", at+"/publish", `{"checked":true,"override":["no_alt"]}`, "If-Match", "*"); fmt.Sprint(r.json()["chips"]) != "[no_alt]" {
		t.Errorf("%s", r.body)
	}
	if r := p.must(200, "", "GET", at, ""); r.json()["chips"] != nil {
		t.Errorf("strangers see the chip: %s", r.body)
	}
	// The chip stays while the story is worked on, and goes with the publication that does not need it.
	if r := p.save(id, `{"lead":"Another."}`); fmt.Sprint(r.json()["chips"]) != "[no_alt]" {
		t.Errorf("%s", r.body)
	}
	p.must(200, "admin", "PATCH", "/api/v1/pictures/"+noAlt, `{"alt":"A yellow crane"}`)
	if r := p.must(200, "editor", "POST", at+"/publish", `{"checked":true}`, "If-Match", "*"); r.json()["chips"] != nil {
		t.Errorf("%s", r.body)
	}
	p.must(200, "admin", "PATCH", "/api/v1/pictures/"+noAlt, `{"alt":""}`)
	// An integration that does not ask for the checks is not refused, and the desk sees what it let through.
	if r := p.must(200, "editor", "POST", at+"/publish", `{}`, "If-Match", "*"); fmt.Sprint(r.json()["chips"]) != "[no_alt]" {
		t.Errorf("%s", r.body)
	}
	// A stop cannot be overridden.
	stopped := p.draft("reporter", "Stopped", `"picture":"`+bare+`"`)
	for _, body := range []string{`{}`, `{"checked":true,"override":["no_alt","picture.credit"]}`} {
		if r := p.must(422, "admin", "POST", "/api/v1/articles/"+stopped+"/publish", body, "If-Match", "*"); r.places() != "picture.credit" {
			t.Errorf("%s: %s", body, r.body)
		}
	}
	if r := p.must(200, "reporter", "GET", "/api/v1/articles/"+stopped+"/checks?language=ru", ""); !strings.Contains(string(r.body), "снимк") {
		t.Errorf("%s", r.body)
	}
	p.must(422, "reporter", "GET", "/api/v1/articles/"+stopped+"/checks?language=tlh", "")
}

func TestAPasteBecomesADocument(t *testing.T) {
	p := newPaper(t)
	r := p.must(200, "pictures", "POST", "/api/v1/documents", `{"html":"<p class=MsoNormal style='mso:1'>Pasted <b>words</b><script>alert(1)</script></p>"}`)
	if got := string(r.body); !strings.Contains(got, `"Pasted "`) || !strings.Contains(got, `"bold"`) || strings.Contains(got, "alert") || strings.Contains(got, "mso") || r.json()["warnings"] == nil {
		t.Errorf("%s", got)
	}
	if r := p.must(200, "reporter", "POST", "/api/v1/documents", `{"html":""}`); !strings.Contains(string(r.body), `"type":"doc"`) {
		t.Errorf("%s", r.body)
	}
	for _, body := range []string{`{}`, `{"html":7}`, `{"html":"a\u0000b"}`} {
		if r := p.ask("reporter", "POST", "/api/v1/documents", body); r.status != 422 {
			t.Errorf("%s: %d %s", body, r.status, r.body)
		}
	}
}
