package app

import (
	"fmt"
	"strings"
	"testing"

	"dateline/internal/fact"
)

// leads follows redirects from a path and gives where they end; each step must be a 301 within the site.
func (p *paper) leads(path string) string {
	p.t.Helper()
	for range 5 {
		r := p.ask("", "GET", path, "")
		if r.status != 301 {
			if r.status != 200 {
				p.t.Errorf("%s: %d", path, r.status)
			}
			return path
		}
		path = strings.TrimPrefix(r.header.Get("Location"), p.url)
	}
	p.t.Errorf("%s goes round in circles", path)
	return ""
}

func TestEveryEarlierAddressLeadsToTheStory(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("First headline", `"body_html":"<p>Words.</p>"`)
	earlier := []string{path}
	check := func(what string) {
		t.Helper()
		now := strings.TrimPrefix(p.must(200, "", "GET", "/api/v1/articles/"+id, "").text("url"), p.url)
		if got := p.leads(now); got != now {
			t.Errorf("%s: the address of now, %s, leads to %s", what, now, got)
		}
		for _, at := range earlier {
			for _, tail := range []string{"", "/history", "/discussion"} {
				if got := p.leads(at + tail); got != now+tail {
					t.Errorf("%s: %s leads to %s, not to %s", what, at+tail, got, now+tail)
				}
			}
			if at != now {
				if r := p.ask("", "GET", at+"?a=b", ""); r.status != 301 {
					t.Errorf("%s: %s with a query: %d", what, at, r.status)
				}
			}
		}
		for _, look := range []string{"/sitemap.xml", "/feed.xml", "/", "/search?q=words"} {
			body := p.get(200, look)
			for _, at := range earlier {
				if at != now && (strings.Contains(body, p.url+at+"<") || strings.Contains(body, `"`+at+`"`)) {
					t.Errorf("%s: %s names the earlier address %s", what, look, at)
				}
			}
		}
		earlier = append(earlier, now)
	}
	check("as published")
	p.save(id, `{"headline":"Second headline"}`)
	p.get(200, path) // a draft changes no address
	p.publish(id, `{"change":"minor"}`)
	check("another headline")
	p.save(id, `{"slug":"given-slug"}`)
	p.publish(id, `{"change":"minor"}`)
	check("a slug")
	p.save(id, `{"section":"sea"}`)
	p.publish(id, `{"change":"minor"}`)
	check("another section")
	sea, _ := p.section("en", "sea")
	p.must(200, "admin", "PATCH", "/api/v1/sections/"+sea, `{"slug":"ocean"}`)
	check("another slug of the section")
	if got := p.leads("/sea"); got != "/ocean" {
		t.Errorf("/sea leads to %s", got)
	}
	if got := p.leads("/sea/feed.xml"); got != "/ocean/feed.xml" {
		t.Errorf("/sea/feed.xml leads to %s", got)
	}
	p.must(200, "admin", "PATCH", "/api/v1/editions/es", `{"default":true}`)
	check("another default edition")
	if got := p.leads("/en/ocean"); got != "/en/ocean" {
		t.Errorf("/en/ocean leads to %s", got)
	}
	p.must(200, "admin", "PATCH", "/api/v1/editions/en", `{"default":true}`)
	check("the default edition of before")
	// Back to what it was: the address is the story's again.
	p.save(id, `{"slug":"first-headline","section":"world"}`)
	p.publish(id, `{"change":"minor"}`)
	check("the first address again")
	// Another story cannot take an address that leads to this one.
	other, otherPath := p.story("Second headline", "")
	if otherPath == "/world/second-headline" {
		t.Errorf("story %s took the address of %s", other, id)
	}
	check("after another story of the same headline")
	p.must(409, "admin", "POST", "/api/v1/sections", `{"edition":"en","slug":"sea","name":"Sea"}`)
	// A withdrawal is told at every address it ever had.
	p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"It was wrong."}`, "If-Match", "*")
	for _, at := range earlier {
		r := p.ask("", "GET", at, "")
		for r.status == 301 {
			r = p.ask("", "GET", r.header.Get("Location"), "")
		}
		if r.status != 410 || !strings.Contains(string(r.body), "It was wrong.") || strings.Contains(string(r.body), "Words.") {
			t.Errorf("%s after the withdrawal: %d", at, r.status)
		}
	}
}

func TestACorrectionShowsItsNote(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("The fare", `"slug":"fare","body_html":"<p>The fare is 14.20 a month.</p>"`)
	p.save(id, `{"body_html":"<p>The fare is 12.40 a month.</p>"}`)
	if r := p.must(422, "admin", "POST", "/api/v1/articles/"+id+"/publish", `{"change":"correction"}`, "If-Match", "*"); r.places() != "body.note" {
		t.Errorf("%s", r.body)
	}
	if strings.Contains(p.get(200, path), "12.40") {
		t.Error("a refused publication was published")
	}
	p.publish(id, `{"change":"correction","note":"The fare was wrong."}`)
	for _, at := range []string{path, path + "/history", "/corrections", "/events/newsfeed:en?after=0", "/api/v1/articles/" + id + "/revisions"} {
		if got := p.get(200, at); !strings.Contains(got, "The fare was wrong.") {
			t.Errorf("%s does not show the note", at)
		}
	}
	page := p.get(200, path)
	for _, words := range []string{"<del>14.20</del>", "<ins>12.40</ins>", `data-part="correction"`} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not show %s", words)
		}
	}
	p.save(id, `{"lead":"A lead"}`)
	p.publish(id, `{"change":"minor"}`)
	if got := p.get(200, path); strings.Count(got, `class="correction"`) != 1 {
		t.Errorf("a minor change shows a mark")
	}
	for body, place := range map[string]string{`{"change":"first"}`: "body.change", `{"change":"big"}`: "body.change", `{"change":"update","note":"` + strings.Repeat("x", 2001) + `"}`: "body.note", `{"at":7}`: "body.at", `{"x":1}`: "body.x"} {
		if r := p.must(422, "admin", "POST", "/api/v1/articles/"+id+"/publish", body, "If-Match", "*"); r.places() != place {
			t.Errorf("%s: at %q: %s", body, r.places(), r.body)
		}
	}
	draft := p.draft("admin", "Draft", "")
	if r := p.must(422, "admin", "POST", "/api/v1/articles/"+draft+"/publish", `{"change":"update"}`, "If-Match", "*"); r.places() != "body.change" {
		t.Errorf("%s", r.body)
	}
	empty := p.must(201, "admin", "POST", "/api/v1/articles", `{"edition":"en"}`).text("id")
	if r := p.must(422, "admin", "POST", "/api/v1/articles/"+empty+"/publish", `{}`, "If-Match", "*"); r.places() != "headline section" {
		t.Errorf("%q: %s", r.places(), r.body)
	}
}

func TestAWithdrawnTextIsNowhere(t *testing.T) {
	p := newPaper(t)
	p.story("Other story", "")
	picture := p.upload("admin", 6)
	id, path := p.story(secret, `"slug":"gone","lead":"`+secret+`","tags":["`+secret+`"],"byline":["`+secret+`"],"body_html":"<p>`+secret+`</p>","picture":"`+picture+`"`)
	_, pointing := p.story("Pointing", `"related":["`+id+`"],"body":{"type":"doc","content":[{"type":"related","attrs":{"id":"`+id+`"}}]}`)
	p.save(id, `{"lead":"`+secret+` again"}`)
	p.publish(id, `{"change":"update"}`)
	if r := p.must(422, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"  "}`, "If-Match", "*"); r.places() != "body.note" {
		t.Errorf("%s", r.body)
	}
	if got := p.get(200, pointing); !strings.Contains(got, secret) {
		t.Error("the card does not show the story")
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"It was wrong."}`, "If-Match", "*")
	low := strings.ToLower(secret)
	for _, at := range []string{"/", "/world", "/newsfeed", pointing, pointing + "/history", "/search?q=other", "/feed.xml", "/atom.xml", "/feed.json", "/world/feed.xml", "/sitemap.xml", "/sitemap-news.xml",
		"/events/newsfeed:en?after=0", "/events/article:" + id + "?after=0", "/api/v1/articles", "/api/v1/articles?q=" + secret, "/api/v1/articles/" + id + "/revisions", "/api/v1/articles/" + id + "/revisions/1", "/api/v1/articles/" + id + "/revisions/2", "/corrections"} {
		if got := p.get(200, at); strings.Contains(strings.ToLower(got), low) {
			t.Errorf("%s still holds the text", at)
		}
	}
	for _, at := range []string{path, path + "/discussion", path + "/history", "/api/v1/articles/" + id} {
		r := p.must(410, "", "GET", at, "")
		if !strings.Contains(string(r.body), "It was wrong.") || strings.Contains(strings.ToLower(string(r.body)), low) {
			t.Errorf("%s: %.300s", at, r.body)
		}
	}
	for _, at := range []string{"/tag/" + low, "/author/" + low} {
		if r := p.ask("", "GET", at, ""); r.status != 404 {
			t.Errorf("%s: %d", at, r.status)
		}
	}
	if got := p.everything(fact.Newsfeed("en")); strings.Count(got, `"kind":"withdrawn"`) != 3 || strings.Contains(got, "It was wrong") && strings.Contains(got, secret) {
		t.Errorf("the stretch: %s", got) // its first publication, its update and its withdrawal
	}
	p.must(404, "", "GET", "/api/v1/pictures/"+picture, "") // no published story shows it
	for _, call := range [][2]string{{"PATCH", "/api/v1/articles/" + id}, {"POST", "/api/v1/articles/" + id + "/publish"}, {"DELETE", "/api/v1/articles/" + id}, {"POST", "/api/v1/articles/" + id + "/withdraw"}} {
		if r := p.ask("admin", call[0], call[1], map[bool]string{true: `{"note":"x"}`, false: `{}`}[strings.HasSuffix(call[1], "withdraw")], "If-Match", "*"); r.status != 409 {
			t.Errorf("%s %s: %d", call[0], call[1], r.status)
		}
	}
	// The desk still reads it; a redaction takes it from there as well.
	if got := p.must(200, "admin", "GET", "/api/v1/articles/"+id, ""); !strings.Contains(string(got.body), secret) || got.text("note") != "It was wrong." {
		t.Errorf("%s", got.body)
	}
	for n := 1; n <= 2; n++ {
		p.must(200, "admin", "POST", fmt.Sprintf("/api/v1/articles/%s/revisions/%d/redact", id, n), `{"note":"By order."}`, "If-Match", "*")
		p.must(409, "admin", "POST", fmt.Sprintf("/api/v1/articles/%s/revisions/%d/redact", id, n), `{"note":"By order."}`, "If-Match", "*")
		if r := p.must(200, "admin", "GET", fmt.Sprintf("/api/v1/articles/%s/revisions/%d", id, n), ""); strings.Contains(string(r.body), secret) || r.text("redacted_at") == "" {
			t.Errorf("%s", r.body)
		}
	}
	if err := p.site.Store.CheckLog(t.Context()); err != nil {
		t.Errorf("the proof does not hold: %v", err)
	}
}

func TestARedactedTextIsNowhere(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("Clean", `"slug":"clean","body_html":"<p>`+secret+`</p>"`)
	p.save(id, `{"body_html":"<p>Nothing of it.</p>"}`)
	p.publish(id, `{"change":"minor"}`)
	redact := "/api/v1/articles/" + id + "/revisions/%d/redact"
	p.must(409, "admin", "POST", fmt.Sprintf(redact, 2), `{"note":"x"}`, "If-Match", "*")
	p.must(404, "admin", "POST", fmt.Sprintf(redact, 3), `{"note":"x"}`, "If-Match", "*")
	p.must(422, "admin", "POST", fmt.Sprintf(redact, 0), `{"note":"x"}`, "If-Match", "*")
	if r := p.must(422, "admin", "POST", fmt.Sprintf(redact, 1), `{"note":""}`, "If-Match", "*"); r.places() != "body.note" {
		t.Errorf("%s", r.body)
	}
	if got := p.get(200, path+"/history"); !strings.Contains(got, secret) {
		t.Error("the history did not show it before")
	}
	p.must(200, "admin", "POST", fmt.Sprintf(redact, 1), `{"note":"By order."}`, "If-Match", "*")
	for _, at := range []string{path, path + "/history", "/api/v1/articles/" + id + "/revisions/1", "/feed.json", "/search?q=clean"} {
		for _, who := range []string{"", "admin"} {
			if r := p.ask(who, "GET", at, ""); strings.Contains(string(r.body), secret) {
				t.Errorf("%s by %q still holds the text", at, who)
			}
		}
	}
	if err := p.site.Store.CheckLog(t.Context()); err != nil {
		t.Errorf("the proof does not hold: %v", err)
	}
	// Not even in the files of the database is it a row any more.
	p.noRow(secret)
}

func TestOnlyWhatWasNeverPublishedIsDeleted(t *testing.T) {
	p := newPaper(t)
	id := p.draft("admin", "Draft", `"tags":["x"]`)
	p.must(204, "admin", "DELETE", "/api/v1/articles/"+id, "", "If-Match", "*")
	p.must(404, "admin", "DELETE", "/api/v1/articles/"+id, "", "If-Match", "*")
	p.must(404, "admin", "GET", "/api/v1/articles/"+id, "")
	if got := p.must(200, "admin", "GET", "/api/v1/articles?q=draft", ""); strings.Contains(string(got.body), id) {
		t.Error("it is still found")
	}
	waiting := p.draft("admin", "Waiting", "")
	p.publish(waiting, `{"at":"2026-03-11T00:00:00Z"}`)
	p.must(204, "admin", "DELETE", "/api/v1/articles/"+waiting, "", "If-Match", "*")
	p.clock.Forward(24 * 3600e9)
	p.due()
	p.get(404, "/world/waiting")
	published, path := p.story("Published", "")
	p.must(409, "admin", "DELETE", "/api/v1/articles/"+published, "", "If-Match", "*")
	p.get(200, path)
}

func TestTranslationsNameEachOtherAndStandingPagesStandInTheFooter(t *testing.T) {
	p := newPaper(t)
	id, path := p.story("Tram opens", "")
	translated := p.draft("admin", "Abre el tranvía", `"edition":"es","translation_of":"`+id+`"`)
	if strings.Contains(p.get(200, path), "tranvia") {
		t.Error("a draft of a translation is named")
	}
	there := p.publish(translated, "")
	for at, other := range map[string][2]string{path: {`hreflang="es"`, p.url + there}, there: {`hreflang="en"`, p.url + path}} {
		page := p.get(200, at)
		if !strings.Contains(page, `rel="alternate" `+other[0]) && !strings.Contains(page, other[0]) || !strings.Contains(page, other[1]) || !strings.Contains(page, "x-default") {
			t.Errorf("%s does not name %s", at, other[1])
		}
	}
	if got := p.get(200, "/sitemap.xml"); !strings.Contains(got, "hreflang") {
		for _, name := range []string{"/sitemaps/en-1.xml", "/sitemaps/en.xml"} {
			t.Logf("%s: %d", name, p.ask("", "GET", name, "").status)
		}
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+translated+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	if strings.Contains(p.get(200, path), there) {
		t.Error("a withdrawn translation is named")
	}
	about, at := p.story("House rules", `"kind":"page"`)
	for _, look := range []string{"/", path, "/world", "/nothing-there", "/search"} {
		if r := p.ask("", "GET", look, ""); !strings.Contains(string(r.body), `href="`+at+`"`) || !strings.Contains(string(r.body), "House rules") {
			t.Errorf("the footer of %s does not name the standing page", look)
		}
	}
	if strings.Contains(p.get(200, "/es/"), at) {
		t.Error("the footer of another edition names it")
	}
	for _, look := range []string{"/newsfeed", "/feed.xml", "/events/newsfeed:en?after=0"} {
		if strings.Contains(strings.Split(p.get(200, look), `<footer class="colophon">`)[0], "House rules") {
			t.Errorf("a standing page is news on %s", look)
		}
	}
	p.must(200, "admin", "POST", "/api/v1/articles/"+about+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
	if strings.Contains(p.get(200, "/"), "House rules") {
		t.Error("the footer names a withdrawn page")
	}
	p.get(410, at)
}
