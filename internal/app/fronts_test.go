package app

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
)

var (
	leadLink  = regexp.MustCompile(`<article class="lead .*?<h2>.*?<a href="([^"]+)"`)
	storyLink = regexp.MustCompile(`<h[23]><a href="(/world/[^"]+)"`)
)

// lead gives the path that the lead of a page leads to.
func lead(page string) string {
	if m := leadLink.FindStringSubmatch(page); m != nil {
		return m[1]
	}
	return ""
}

// middle gives a page between its masthead and its newsfeed.
func middle(page string) string {
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "</main>")
	return page
}

// editFront puts pins on a front and gives the answer.
func (p *paper) editFront(who, query, match string, pins ...string) reply {
	p.t.Helper()
	return p.ask(who, "PUT", "/api/v1/fronts/en"+query, `{"pins":[`+strings.Join(pins, ",")+`]}`, "If-Match", match)
}

func pin(slot int, id string, more ...string) string {
	return fmt.Sprintf(`{"slot":%d,"article":%q%s}`, slot, id, strings.Join(more, ""))
}

func TestWhatEditorsPinStandsOnTheFrontUntilItEnds(t *testing.T) {
	p := newPaper(t)
	old, oldPath := p.story("Old bridge", "")
	var paths []string
	for n := range 8 {
		p.clock.Forward(time.Hour)
		_, path := p.story(fmt.Sprintf("Story %d", n), `"urgency":3`)
		paths = append(paths, path)
	}
	if got := lead(p.get(200, "/")); got != paths[7] {
		t.Fatalf("before: the lead is %s", got)
	}
	r := p.must(200, "editor", "GET", "/api/v1/fronts/en", "")
	if r.header.Get("ETag") != `"1"` || r.text("slots") != "7" {
		t.Fatalf("%s %s", r.header.Get("ETag"), r.body)
	}
	until := p.clock.Now().Add(2 * time.Hour).UTC().Format(time.RFC3339)
	p.get(200, "/") // in the cache
	r = p.editFront("editor", "", `"1"`, pin(0, old, `,"until":"`+until+`","headline":"The bridge again"`))
	if r.status != 200 || r.header.Get("ETag") != `"2"` {
		t.Fatalf("%d %s", r.status, r.body)
	}
	front := middle(p.get(200, "/"))
	if lead(front) != oldPath || !strings.Contains(front, "The bridge again") || strings.Contains(front, ">Old bridge<") {
		t.Errorf("the lead is %s", lead(front))
	}
	links := storyLink.FindAllStringSubmatch(front, -1)
	var all []string
	for _, l := range links {
		all = append(all, l[1])
	}
	slices.Sort(all)
	if len(slices.Compact(slices.Clone(all))) != len(all) || len(all) < 6 {
		t.Errorf("no story twice: %v", all)
	}
	if strings.Count(p.get(200, "/newsfeed"), "Old bridge") == 0 {
		t.Error("the newsfeed has the words of the pin")
	}
	p.clock.Forward(2 * time.Hour)
	p.due()
	p.eventually("the pin is over and its story leads no more", func() bool { return lead(p.get(200, "/")) != oldPath })
	p.eventually("the desk heard that the pin is over", func() bool { // the page judges by the time, and may be there before the work is done
		return strings.Count(string(p.must(200, "editor", "GET", "/events/"+string(fact.Desk("en"))+"?after=0", "").body), "arranged") >= 2
	})
	versions := p.must(200, "editor", "GET", "/api/v1/fronts/en/versions", "")
	if !strings.Contains(string(versions.body), `"why":"expired"`) || !strings.Contains(string(versions.body), `"name":"Editor"`) {
		t.Errorf("%s", versions.body)
	}
}

func TestAWithdrawnStoryLeavesItsSlotWithoutAGap(t *testing.T) {
	p := newPaper(t)
	gone, gonePath := p.story("Gone soon", "")
	_, second := p.story("Second", `"urgency":1`)
	p.must(200, "editor", "PUT", "/api/v1/fronts/en", `{"pins":[`+pin(0, gone)+`]}`, "If-Match", "*")
	if got := lead(p.get(200, "/")); got != gonePath {
		t.Fatalf("the lead is %s", got)
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+gone+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	front := middle(p.get(200, "/"))
	if lead(front) != second || strings.Contains(front, "Gone soon") {
		t.Errorf("the lead is %s", lead(front))
	}
	r := p.must(200, "editor", "GET", "/api/v1/fronts/en", "")
	if !strings.Contains(string(r.body), gone) {
		t.Error("the pin itself is kept")
	}
	if r = p.editFront("editor", "", r.header.Get("ETag"), pin(1, gone)); r.status != 200 {
		t.Errorf("what is there already may be moved: %d %s", r.status, r.body)
	}
}

func TestAStoryPinnedBeforeItIsPublishedAppearsWhenItIs(t *testing.T) {
	p := newPaper(t)
	p.story("First", `"urgency":1`)
	id := p.draft("admin", "Comes later", "")
	if r := p.editFront("editor", "", "*", pin(0, id)); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if strings.Contains(p.get(200, "/"), "Comes later") {
		t.Fatal("a draft is on the front")
	}
	path := p.publish(id, "")
	if got := lead(p.get(200, "/")); got != path {
		t.Errorf("the lead is %s", got)
	}
}

func TestASectionHasAFrontOfItsOwn(t *testing.T) {
	p := newPaper(t)
	first, firstPath := p.story("First", "")
	other, otherPath := p.story("At sea", `"section":"sea"`)
	p.clock.Forward(time.Hour)
	p.story("Second", "")
	p.story("Third", "")
	if r := p.editFront("editor", "?section=world", `"1"`, pin(0, first), pin(2, other)); r.status != 200 || r.text("id") == "en" || r.text("section") != "world" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	world := middle(p.get(200, "/world"))
	if lead(world) != firstPath || !strings.Contains(world, `href="`+otherPath+`"`) || strings.Count(world, ">Second<") != 1 {
		t.Errorf("the section shows %s", world)
	}
	if lead(p.get(200, "/")) == firstPath {
		t.Error("the front of the edition took the pins of a section")
	}
	p.must(404, "editor", "GET", "/api/v1/fronts/en?section=nowhere", "")
}

func TestOfTwoEditorsTheSecondIsShownTheNewerFront(t *testing.T) {
	p := newPaper(t)
	a, _ := p.story("One", "")
	b, _ := p.story("Two", "")
	if r := p.editFront("editor", "", `"1"`, pin(0, a)); r.status != 200 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	r := p.editFront("admin", "", `"1"`, pin(0, b))
	if r.status != 412 || r.text("current.version") != "2" || !strings.Contains(string(r.body), `"headline":"One"`) {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := p.ask("editor", "PUT", "/api/v1/fronts/en", `{"pins":[]}`); r.status != 428 {
		t.Errorf("without a version: %d", r.status)
	}
	if r := p.editFront("editor", "", "*", pin(0, a), pin(0, b)); r.status != 422 || r.places() != "body.pins[1].slot" {
		t.Errorf("two in one slot: %d %s", r.status, r.body)
	}
}

func TestAPreviewIsThePageAndChangesNothing(t *testing.T) {
	p := newPaper(t)
	a, path := p.story("Quiet story", "")
	p.story("Loud story", `"urgency":1`)
	pins := base64.RawURLEncoding.EncodeToString([]byte(`[` + pin(0, a, `,"headline":"Not so <quiet>"`) + `]`))
	r := p.must(200, "editor", "GET", "/api/v1/fronts/en/preview?pins="+pins, "")
	if lead(string(r.body)) != path || !strings.Contains(string(r.body), "Not so &lt;quiet&gt;") || !strings.Contains(string(r.body), `data-part="brand"`) {
		t.Errorf("the preview leads with %s", lead(string(r.body)))
	}
	if kind, policy := r.header.Get("Content-Type"), r.header.Get("Content-Security-Policy"); kind != "text/html; charset=utf-8" || !strings.Contains(policy, "script-src 'self'; style-src 'sha256-") || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%s %s %s", kind, policy, r.header.Get("Cache-Control"))
	}
	if lead(p.get(200, "/")) == path {
		t.Error("the preview became the front")
	}
	for _, bad := range []string{"x!", "bm90aGluZw", base64.RawURLEncoding.EncodeToString([]byte(`{"a":1}`))} {
		p.must(422, "editor", "GET", "/api/v1/fronts/en/preview?pins="+bad, "")
	}
}
