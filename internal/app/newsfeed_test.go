package app

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
)

// readFeed is a feed.json as far as these tests look.
type readFeed struct {
	Next  string `json:"next_url"`
	Items []struct {
		ID    string `json:"id"`
		URL   string `json:"url"`
		Title string `json:"title"`
		HTML  string `json:"content_html"`
		Tags  []string
	}
}

func (p *paper) feed(target string) (f readFeed) {
	p.t.Helper()
	if err := json.Unmarshal([]byte(p.get(200, target)), &f); err != nil {
		p.t.Fatal(err)
	}
	return f
}

func TestASectionHasANewsfeedOfItsOwn(t *testing.T) {
	p := newPaper(t)
	p.story("Ferry strike", "")
	p.story("Whale seen", `"section":"sea"`)
	live := p.draft("reporter", "Storm at sea", `"kind":"live","lead":"As it happens.","section":"sea"`)
	p.publish(live, "")
	post := p.out(live, "The lamp went out.", `"newsfeed":true`)
	p.alert(`"edition":"en","text":"Tugs called out","banner":false`)
	page := p.get(200, "/newsfeed/sea")
	for text, want := range map[string]bool{
		"Whale seen": true, "Storm at sea": true, "The lamp went out.": true, "Ferry strike": false, "Tugs called out": false,
		`data-section="sea"`: true, `data-topic="newsfeed:en"`: true, `<a href="/newsfeed/sea" aria-current="true">Sea</a>`: true, `<a href="/newsfeed">`: true,
		`href="/sea/feed.json"`: true, `<link rel="canonical" href="` + p.url + `/newsfeed/sea">`: true,
	} {
		if strings.Contains(page, text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
	if front := p.get(200, "/sea"); !strings.Contains(front, `<a href="/newsfeed/sea">`) {
		t.Error("the section does not lead there")
	}
	p.eventually("posts say their section", func() bool {
		return strings.Contains(p.everything("newsfeed:en"), `"coverage":"`+live+`","section":"sea"`)
	})
	p.must(200, "reporter", "POST", at(live, post)+"/withdraw", "", "If-Match", "*")
	if strings.Contains(p.get(200, "/newsfeed/sea"), "lamp") || strings.Contains(p.get(200, "/sea/feed.json"), "lamp") {
		t.Error("a withdrawn post stays")
	}
	id, _ := p.section("en", "sea")
	p.must(200, "admin", "PATCH", "/api/v1/sections/"+id, `{"slug":"water"}`, "If-Match", "*")
	if r := p.ask("", "GET", "/newsfeed/sea", ""); r.status != 301 || r.header.Get("Location") != "/newsfeed/water" {
		t.Errorf("%d %s", r.status, r.header.Get("Location"))
	}
	for _, target := range []string{"/newsfeed/nowhere", "/newsfeed/water/x", "/newsfeed/water/feed.json", "/newsfeed/feed.json"} {
		if r := p.ask("", "GET", target, ""); r.status != 404 {
			t.Errorf("%s: %d", target, r.status)
		}
	}
}

func TestAFeedHasWhatTheNewsfeedHasAndGoesOnByItsCursor(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	var want []string
	for n := range 120 {
		p.clock.Forward(time.Second)
		name := "Number " + string(rune('a'+n/26)) + string(rune('a'+n%26))
		switch n % 4 {
		case 0:
			p.alert(`"edition":"en","text":"` + name + `","banner":false`)
		case 1:
			p.out(live, name, `"newsfeed":true`)
		default:
			p.story(name, "")
		}
		want = append(want, name)
	}
	slices.Reverse(want)
	var got []string
	for next := "/feed.json"; next != ""; {
		f := p.feed(next)
		for _, i := range f.Items {
			got = append(got, i.Title)
			if i.URL == "" || !strings.Contains(i.HTML, "Number") && !strings.Contains(i.URL, "number") && i.Title != "Storm" {
				t.Errorf("%+v", i)
			}
		}
		next = strings.TrimPrefix(f.Next, p.url)
	}
	if !slices.Equal(got, append(want, "Storm")) {
		t.Errorf("%d of %d: %v", len(got), len(want), got)
	}
	page := p.get(200, "/newsfeed")
	if f := p.feed("/feed.json"); !strings.Contains(page, strings.TrimPrefix(f.Next, p.url+"/feed.json")) {
		t.Errorf("the cursor is another than the page's: %s", f.Next)
	}
	if world := p.feed("/world/feed.json"); len(world.Items) != 50 || world.Next == "" || strings.Contains(p.get(200, "/world/feed.json"), "/alert/") {
		t.Errorf("%d %s", len(world.Items), world.Next)
	}
	for _, target := range []string{"/feed.xml", "/atom.xml"} {
		if xml := p.get(200, target); !strings.Contains(xml, "Number er") && !strings.Contains(xml, want[0]) || !strings.Contains(xml, path+"?post=") || xml != p.get(200, target+"?after=zzz") {
			t.Errorf("%s: %.400s", target, xml)
		}
	}
	if r := p.ask("", "GET", "/feed.json?after=nothing", ""); r.status != 404 {
		t.Errorf("%d", r.status)
	}
}

func TestACorrectionHasItsLineInTheNewsfeedAndInNoOtherList(t *testing.T) {
	p := newPaper(t)
	ferry, ferryAt := p.story("Ferry fare rises", "")
	p.clock.Forward(time.Minute)
	_, whaleAt := p.story("Whale seen", "")
	live, _ := p.storm("Storm")
	p.clock.Forward(time.Minute)
	post := p.out(live, "Two lamps went out.", `"newsfeed":true`)
	titles := func(target string) (out []string) {
		for _, i := range p.feed(target).Items {
			out = append(out, i.Title)
		}
		return out
	}
	correct := func() {
		p.clock.Forward(time.Minute)
		p.save(ferry, `{"lead":"It is 12.40."}`)
		p.publish(ferry, `{"change":"correction","note":"The fare is 12.40, not 14.20."}`)
		p.clock.Forward(time.Minute)
		p.must(200, "reporter", "POST", at(live, post)+"/correct", `{"note":"One lamp, not two.","body_html":"<p>One lamp went out.</p>"}`, "If-Match", "*")
	}
	correct()
	for _, target := range []string{"/newsfeed", "/newsfeed/world", "/"} {
		page := p.get(200, target)
		if target == "/" {
			_, page, _ = strings.Cut(page, `data-part="newsfeed"`)
		}
		lamp, fare, whale := strings.Index(page, "One lamp went out."), strings.Index(page, "Ferry fare rises"), strings.LastIndex(page, "Whale seen")
		if lamp < 0 || lamp > fare || fare > whale || strings.Count(page, `data-id="`+ferry+`"`) != 1 || strings.Count(page, `data-id="`+post+`"`) != 1 {
			t.Errorf("%s: %d %d %d", target, lamp, fare, whale)
		}
		if strings.Count(page, `<span class="genre live">Correction</span>`) != 2 || !strings.Contains(page, `<p class="why">One lamp, not two.</p>`) || !strings.Contains(page, `<p class="why">The fare is 12.40, not 14.20.</p>`) {
			t.Errorf("%s does not say that these are corrections", target)
		}
	}
	want := []string{"One lamp went out.", "Ferry fare rises", "Storm", "Whale seen"}
	if got := titles("/feed.json"); !slices.Equal(got, want) {
		t.Errorf("feed: %q", got)
	}
	front, _, _ := strings.Cut(p.get(200, "/"), `data-part="newsfeed"`)
	if strings.Index(front, `"`+whaleAt+`"`) > strings.Index(front, `"`+ferryAt+`"`) {
		t.Error("a correction moved its story on the front")
	}
	p.eventually("both are told as corrections", func() bool {
		kinds, items := p.told("newsfeed:en")
		return len(kinds) == 6 && kinds[4] == "corrected" && items[4]["label"] == "Correction" && items[4]["note"] == "The fare is 12.40, not 14.20." && items[4]["feed_at"] != items[4]["published_at"] &&
			kinds[5] == "corrected" && items[5]["label"] == "Correction" && items[5]["note"] == "One lamp, not two." && items[5]["id"] == post
	})
	p.clock.Forward(time.Minute)
	p.save(ferry, `{"lead":"From Monday."}`)
	p.publish(ferry, `{"change":"update"}`)
	page := p.get(200, "/newsfeed")
	if strings.Count(page, `class="why"`) != 1 || strings.Index(page, "Ferry fare rises") > strings.Index(page, "One lamp went out.") {
		t.Error("an update after it has the line of the correction still")
	}
	p.eventually("what was told then has the words of now", func() bool {
		_, items := p.told("newsfeed:en")
		return items[4]["note"] == nil
	})
	p.must(200, "reporter", "POST", at(live, post)+"/withdraw", "", "If-Match", "*")
	if page := p.get(200, "/newsfeed"); strings.Contains(page, "lamp") {
		t.Error("a withdrawn post stays")
	}
}

func TestASearchFindsPostsAndLeadsToThem(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm reaches the coast")
	id := p.out(live, "The bridge is closed to all traffic.", `"headline":"No way across"`)
	search := func() string { return p.get(200, "/search?q=bridges") }
	page := search()
	for _, want := range []string{`href="` + path + "?post=" + id + "#post-" + id + `"`, "Storm reaches the coast", "No way across The bridge is closed"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in %.2000s", want, page)
		}
	}
	p.must(200, "reporter", "POST", at(live, id)+"/withdraw", "", "If-Match", "*")
	if page := search(); strings.Contains(page, id) || strings.Contains(page, "across") {
		t.Error("a withdrawn post is found")
	}
}

func TestAPublicationLeavesTheFeedsOfOtherSectionsInMemory(t *testing.T) {
	p := newPaper(t)
	p.story("Whale seen", `"section":"sea"`)
	sea := p.draft("reporter", "Storm at sea", `"kind":"live","lead":"As it happens.","section":"sea"`)
	p.publish(sea, "")
	world, _ := p.storm("Storm")
	made := func(target string) string {
		r := p.ask("", "GET", target, "")
		if r.status != 200 {
			t.Fatalf("%s: %d", target, r.status)
		}
		return r.header.Get("Last-Modified") + r.header.Get("ETag")
	}
	feeds := []string{"/sea/feed.xml", "/sea/feed.json", "/newsfeed/sea"}
	var before []string
	for _, f := range feeds {
		before = append(before, made(f))
	}
	p.clock.Forward(time.Minute)
	p.story("Ferry strike", "")
	p.must(200, "reporter", "POST", at(world, p.out(world, "The lamp went out.", `"newsfeed":true`))+"/correct", `{"note":"It is lit."}`, "If-Match", "*")
	for n, f := range feeds {
		if made(f) != before[n] {
			t.Errorf("%s is made anew", f)
		}
	}
	p.out(sea, "The wave is here.", `"newsfeed":true`)
	for n, f := range feeds {
		if made(f) == before[n] || !strings.Contains(p.get(200, f), "The wave is here.") {
			t.Errorf("%s lacks its own post", f)
		}
	}
}
