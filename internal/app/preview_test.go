package app

import (
	"strings"
	"testing"
)

func TestADraftIsSeenAsItsReadersWouldAndByStaffOnly(t *testing.T) {
	p := newPaper(t)
	picture := p.upload("reporter", 7)
	id := p.draft("reporter", "Seen before", `"lead":"A lead for the card.","picture":"`+picture+`","body_html":"<p>Nobody has read this yet.</p>"`)
	at := "/api/v1/articles/" + id
	page := p.must(200, "reporter", "GET", at+"/preview", "")
	for _, part := range []string{`data-part="headline"`, "Nobody has read this yet.", `data-part="newsfeed"`, `<base target="_blank">`, picture} {
		if !strings.Contains(string(page.body), part) {
			t.Errorf("the preview has no %s", part)
		}
	}
	policy := page.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "sandbox") || strings.Contains(policy, "allow-scripts") || !strings.Contains(policy, "frame-ancestors 'self'") || page.header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", page.header)
	}
	card := p.must(200, "editor", "GET", at+"/card", "")
	if card.text("headline") != "Seen before" || card.text("description") != "A lead for the card." || card.text("title") != "Seen before | The Paper" || !strings.HasSuffix(card.text("url"), "/world/seen-before") || card.text("image.own") != "true" {
		t.Errorf("%s", card.body)
	}
	p.must(404, "", "GET", "/world/seen-before", "")
	p.publish(id, "")
	p.publish(id, `{"change":"correction","note":"It was wrong."}`)
	p.save(id, `{"headline":"Seen again"}`)
	page = p.must(200, "reporter", "GET", at+"/preview", "")
	if !strings.Contains(string(page.body), "Seen again") || !strings.Contains(string(page.body), "It was wrong.") {
		t.Error("the preview of what is out loses its words or its corrections")
	}
	if live := p.get(200, "/world/seen-before"); strings.Contains(live, "Seen again") {
		t.Error("looking at it published it")
	}
	bare := p.draft("reporter", "", `"section":null`)
	p.must(200, "reporter", "GET", "/api/v1/articles/"+bare+"/preview", "")
	p.must(200, "reporter", "GET", "/api/v1/articles/"+bare+"/card", "")
	standing := p.draft("editor", "Imprint", `"kind":"page","section":null`)
	p.must(200, "editor", "GET", "/api/v1/articles/"+standing+"/preview", "")
}

func TestTheNextPageOfALiveCoverageIsSeenWithItsPosts(t *testing.T) {
	p := newPaper(t)
	live, path := p.storm("Storm")
	post := p.out(live, "The lamp went out.", `"key_event":true`)
	pin := p.out(live, "Six shelters are open.", `"pinned":true`)
	p.post("reporter", live, `"state":"draft","body_html":"<p>Nobody reads this yet.</p>"`)
	p.save(live, `{"headline":"Storm passes"}`)
	page := string(p.must(200, "reporter", "GET", "/api/v1/articles/"+live+"/preview", "").body)
	for text, want := range map[string]bool{
		"Storm passes": true, "The lamp went out.": true, `id="post-` + post + `"`: true, `id="post-` + pin + `"`: true, `data-part="key-events"`: true,
		"Nobody reads this yet.": false,
	} {
		if strings.Contains(page, text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
	if now := p.get(200, path); strings.Contains(now, "Storm passes") {
		t.Error("looking at it published it")
	}
	draft := p.draft("reporter", "Later", `"kind":"live"`)
	if page := p.must(200, "reporter", "GET", "/api/v1/articles/"+draft+"/preview", ""); !strings.Contains(string(page.body), "Nothing has been posted yet.") {
		t.Error("a coverage that is not out has no page of a coverage")
	}
}
