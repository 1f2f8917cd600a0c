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
