package app

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// files lists the paths of a picture's public files.
func (p *paper) files(picture string) []string {
	p.t.Helper()
	var pic struct{ Renditions []struct{ URL string } }
	if err := json.Unmarshal(p.must(200, "admin", "GET", "/api/v1/pictures/"+picture, "").body, &pic); err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, r := range pic.Renditions {
		out = append(out, strings.TrimPrefix(r.URL, p.url))
	}
	if len(out) == 0 {
		p.t.Fatalf("picture %s has no renditions", picture)
	}
	return out
}

// showing are the places that show the picture of a story.
func showing(path string) []string {
	return []string{"/", path, "/world", "/feed.xml", "/atom.xml", "/feed.json", "/search?q=pictured"}
}

func TestAPictureOfALivePostIsShownInItsCoverage(t *testing.T) {
	p := newPaper(t)
	live, _ := p.storm("Storm")
	picture, waits := p.upload("pictures", 1, "credit", "Rus/X", "alt", "Grey"), p.upload("pictures", 2, "credit", "Rus/X", "alt", "Grey")
	shows := func(id string) string {
		return `{"type":"doc","content":[{"type":"picture","attrs":{"id":"` + id + `"}}]}`
	}
	p.post("reporter", live, `"state":"published","body":`+shows(picture))
	p.post("reporter", live, `"state":"draft","body":`+shows(waits))
	if r := p.must(200, "", "GET", "/api/v1/pictures/"+picture, ""); r.text("version") != "" {
		t.Errorf("readers are told the version: %s", r.body)
	}
	p.must(404, "", "GET", "/api/v1/pictures/"+waits, "")
	for id, want := range map[string]bool{picture: true, waits: false} {
		r := p.must(200, "pictures", "POST", "/api/v1/pictures/"+id+"/kill", `{"note":"By order."}`)
		if strings.Contains(string(r.body), `"shown_in":["`+live+`"]`) != want {
			t.Errorf("in a published post %v: %s", want, r.body)
		}
	}
}

func TestAKilledPictureIsNowhere(t *testing.T) {
	p := newPaper(t)
	picture := p.upload("pictures", 1, "credit", secret, "caption", secret, "alt", "Grey")
	id, path := p.story("Pictured", `"picture":"`+picture+`","body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"pictured"}]},{"type":"picture","attrs":{"id":"`+picture+`"}}]}`)
	files := p.files(picture)
	for _, f := range files {
		r := p.must(200, "", "GET", f, "")
		if r.header.Get("Content-Type") != "image/jpeg" || !strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: %v", f, r.header)
		}
	}
	for _, at := range showing(path) {
		if got := p.get(200, at); !strings.Contains(got, picture) {
			t.Errorf("%s does not show it", at)
		}
	}
	r := p.must(200, "pictures", "POST", "/api/v1/pictures/"+picture+"/kill", `{"note":"By order."}`)
	if r.text("killed_at") == "" || !strings.Contains(string(r.body), `"shown_in":["`+id+`"]`) || r.text("renditions") != "[]" || r.text("url") != "" {
		t.Errorf("%s", r.body)
	}
	if touched := r.text("touched"); touched != "[map[draft:true edition:en headline:Pictured id:"+id+" kind:story live:true state:published url:"+p.url+path+"]]" {
		t.Errorf("the kill touched %s", touched)
	}
	for _, f := range files {
		if r := p.ask("", "GET", f, ""); r.status != 410 {
			t.Errorf("%s after the kill: %d", f, r.status)
		}
	}
	for _, at := range append(showing(path), path+"/history", "/sitemap.xml", "/sitemap-news.xml", "/api/v1/articles") {
		got := p.get(200, at)
		if strings.Contains(got, "/media/p/"+picture) || strings.Contains(strings.ReplaceAll(got, "q="+secret, ""), secret) && !strings.HasSuffix(at, "/history") {
			t.Errorf("%s still shows it", at)
		}
	}
	p.must(404, "", "GET", "/api/v1/pictures/"+picture, "")
	p.must(409, "pictures", "POST", "/api/v1/pictures/"+picture+"/kill", "")
	p.eventually("its files are gone", func() bool {
		keys, err := shelf{p.site.Files}.Keys(t.Context(), "p/"+picture+"/")
		return err == nil && len(keys) == 0
	})
	for _, f := range files {
		if r := p.ask("", "GET", f, ""); r.status != 410 && r.status != 404 {
			t.Errorf("%s after its file went: %d", f, r.status)
		}
	}
	if r := p.must(422, "admin", "POST", "/api/v1/articles/"+id+"/publish", `{"change":"minor"}`, "If-Match", "*"); !strings.HasPrefix(r.places(), "picture.killed_at") {
		t.Errorf("%q: %s", r.places(), r.body)
	}
}

func TestAPictureWithoutCreditOrRightsStopsAPublication(t *testing.T) {
	p := newPaper(t)
	bare := p.upload("reporter", 2, "alt", "Grey")
	if r := p.must(200, "reporter", "GET", "/api/v1/pictures/"+bare, ""); r.text("warnings") == "" {
		t.Errorf("no warning: %s", r.body)
	}
	ending := p.upload("reporter", 3, "credit", "C", "alt", "Grey", "expires_at", "2026-03-11T12:00:00Z")
	feedOnly := p.upload("reporter", 4, "credit", "C", "outputs", `["feed"]`)
	doc := func(ids ...string) string {
		out := []string{}
		for _, id := range ids {
			out = append(out, `{"type":"picture","attrs":{"id":"`+id+`"}}`)
		}
		return `"body":{"type":"doc","content":[` + strings.Join(out, ",") + `]}`
	}
	for _, c := range []struct{ fields, body, places string }{
		{`"picture":"` + bare + `"`, `{}`, "picture.credit"},
		{doc(ending, bare), `{}`, "body.pictures[1].credit"},
		{`"picture":"` + feedOnly + `"`, `{}`, "picture.outputs"},
		{`"picture":"` + ending + `"`, `{"at":"2026-03-12T00:00:00Z"}`, "picture.expires_at"}, // at its time the rights have ended
		{`"picture":"` + bare + `",` + doc(bare), `{}`, "picture.credit body.pictures[0].credit"},
	} {
		id := p.draft("reporter", "Stopped", c.fields)
		r := p.ask("admin", "POST", "/api/v1/articles/"+id+"/publish", c.body, "If-Match", "*")
		if r.status != 422 || r.places() != c.places || p.stored(id).State != "draft" {
			t.Errorf("%s: %d at %q, want %q\n%s", c.fields, r.status, r.places(), c.places, r.body)
		}
	}
	if r := p.must(200, "reporter", "GET", "/api/v1/articles?edition=en", ""); !strings.Contains(string(r.body), `"uncredited":true`) {
		t.Errorf("the desk is not told that a picture has no credit: %.600s", r.body)
	}
	p.must(200, "reporter", "PATCH", "/api/v1/pictures/"+bare, `{"credit":"Now with one"}`)
	if r := p.must(200, "reporter", "GET", "/api/v1/articles?edition=en", ""); strings.Contains(string(r.body), `"uncredited"`) {
		t.Errorf("it has one now: %.600s", r.body)
	}
	_, path := p.story("Goes on", `"picture":"`+bare+`"`)
	if got := p.get(200, path); !strings.Contains(got, "Now with one") {
		t.Error("the credit is not shown")
	}
	// A credit that is taken away takes the picture away; a changed one shows at once.
	p.must(200, "pictures", "PATCH", "/api/v1/pictures/"+bare, `{"credit":"Another credit"}`)
	if got := p.get(200, path); !strings.Contains(got, "Another credit") || strings.Contains(got, "Now with one") {
		t.Error("the page shows the credit of before")
	}
	p.must(200, "pictures", "PATCH", "/api/v1/pictures/"+bare, `{"credit":null}`)
	if got := p.get(200, path); strings.Contains(got, "/media/p/"+bare) {
		t.Error("a picture without a credit is shown")
	}
}

func TestAPictureLeavesEveryPageWhenItsRightsEnd(t *testing.T) {
	p := newPaper(t)
	picture := p.upload("admin", 5, "credit", "C", "alt", "Grey", "expires_at", "2026-03-10T18:00:00Z")
	_, path := p.story("Pictured", `"picture":"`+picture+`","lead":"pictured"`)
	files := p.files(picture)
	for _, at := range showing(path) {
		if got := p.get(200, at); !strings.Contains(got, picture) {
			t.Errorf("%s does not show it", at)
		}
	}
	p.must(200, "", "GET", files[0], "")
	p.must(200, "", "GET", "/api/v1/pictures/"+picture, "")
	p.clock.Forward(6*time.Hour + time.Second)
	p.due()
	p.eventually("the page forgets it", func() bool { return !strings.Contains(string(p.askNow("", "GET", path, "").body), picture) })
	for _, at := range showing(path) {
		if got := p.get(200, at); strings.Contains(got, "/media/p/"+picture) {
			t.Errorf("%s still shows it", at)
		}
	}
	for _, f := range files {
		if r := p.ask("", "GET", f, ""); r.status != 410 {
			t.Errorf("%s: %d", f, r.status)
		}
	}
	p.must(404, "", "GET", "/api/v1/pictures/"+picture, "")
	// Longer rights bring it back.
	p.must(200, "admin", "PATCH", "/api/v1/pictures/"+picture, `{"expires_at":"2026-04-01T00:00:00Z"}`)
	if got := p.get(200, path); !strings.Contains(got, "/media/p/"+picture) {
		t.Error("it is not back")
	}
	// Shorter ones are kept as well.
	p.must(200, "admin", "PATCH", "/api/v1/pictures/"+picture, `{"expires_at":"2026-03-10T19:00:00Z"}`)
	p.clock.Forward(2 * time.Hour)
	p.due()
	p.eventually("the page forgets it again", func() bool { return !strings.Contains(string(p.askNow("", "GET", path, "").body), picture) })
}

func TestUploadsThatAreNoPicturesAreRefused(t *testing.T) {
	p := newPaper(t)
	jpeg := string(photo(1))
	for name, file := range map[string]string{
		"nothing": "", "words": "hello", "HTML": "<html><script>alert(1)</script>", "SVG": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "PDF": "%PDF-1.7", "a program": "\x7fELF\x02", "a zip": "PK\x03\x04", "half a JPEG": jpeg[:len(jpeg)/3], "GIF and JavaScript": "GIF89a/*x*/=alert(1)//",
	} {
		body, kind := form([]byte(file), "credit", "C")
		r := p.ask("admin", "POST", "/api/v1/pictures", body, "Content-Type", kind)
		if r.status/100 != 4 || !strings.Contains(r.header.Get("Content-Type"), "problem+json") {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
	for _, c := range []struct {
		fields []string
		places string
	}{
		{[]string{"credit", strings.Repeat("x", 251)}, "body.credit"}, {[]string{"kind", "painting"}, "body.kind"}, {[]string{"focal", "middle"}, "body.focal"}, {[]string{"focal", `{"x":7,"y":0}`}, "body.focal.x"},
		{[]string{"outputs", "billboard"}, "body.outputs"}, {[]string{"nonsense", "x"}, "body.nonsense"}, {[]string{"expires_at", "soon"}, "body.expires_at"}, {[]string{"web_statement", "javascript:alert(1)"}, "body.web_statement"}, {[]string{"credit", "a\x00b"}, "body.credit"}, {[]string{"focal", `"x"`}, "body.focal"},
	} {
		body, kind := form(photo(1), c.fields...)
		if r := p.ask("admin", "POST", "/api/v1/pictures", body, "Content-Type", kind); r.status != 422 || r.places() != c.places {
			t.Errorf("%.60v: %d at %q, want %q: %.300s", c.fields, r.status, r.places(), c.places, r.body)
		}
	}
	two, kind := form(nil, "credit", "C")
	if r := p.ask("admin", "POST", "/api/v1/pictures", two, "Content-Type", kind); r.status != 422 || r.places() != "body.file" {
		t.Errorf("no file: %d %s", r.status, r.body)
	}
	huge := p.ask("admin", "POST", "/api/v1/pictures", "x", "Content-Type", kind, "Content-Length", "1")
	if huge.status/100 != 4 {
		t.Errorf("a broken form: %d", huge.status)
	}
	keys, err := shelf{p.site.Files}.Keys(t.Context(), "")
	if err != nil || len(keys) != 0 {
		t.Errorf("refused uploads left %v %v", keys, err)
	}
	// The original is nobody's, under no way of writing it.
	picture := p.upload("admin", 8)
	var original string
	if pic, err := p.site.Store.Picture(t.Context(), picture); err == nil {
		original = pic.Original
	}
	p.story("Shown", `"picture":"`+picture+`"`)
	for _, at := range []string{"/media/" + original, "/media/p/../" + original, "/media/p/%2e%2e/" + original, "/media/p/" + picture + "/../../" + original, "/media//" + original, "/media/p/" + picture + "/..%2f..%2f" + original, "/media/O/" + picture, "/media/p/" + picture + "/", "/media/p/" + picture, "/media/p/", "/media/"} {
		r := p.ask("", "GET", at, "")
		if r.status == 301 {
			r = p.ask("", "GET", r.header.Get("Location"), "")
		}
		if r.status != 404 {
			t.Errorf("%s: %d", at, r.status)
		}
	}
	if got := p.must(200, "admin", "GET", "/api/v1/pictures/"+picture, ""); strings.Contains(string(got.body), original) || strings.Contains(string(got.body), "sha256") {
		t.Errorf("the API tells of the original: %s", got.body)
	}
}

func TestWhereAPictureStandsNamesFrontsAndThePagesOfAuthorsAndTopics(t *testing.T) {
	p := newPaper(t)
	story, _ := p.story("Tram opens", `"byline":["Mara Vey"],"tags":["Tram"]`)
	id, other := p.upload("admin", 3), p.upload("admin", 4)
	p.must(200, "editor", "PUT", "/api/v1/fronts/en", `{"pins":[{"slot":0,"article":"`+story+`","picture":"`+id+`"}]}`, "If-Match", "*")
	p.must(200, "editor", "PUT", "/api/v1/fronts/en?section=sea", `{"pins":[{"slot":0,"article":"`+story+`","picture":"`+other+`"}]}`, "If-Match", "*")
	p.must(200, "editor", "PATCH", "/api/v1/authors/mara-vey", `{"picture":"`+id+`"}`, "If-Match", "*")
	p.must(200, "editor", "PATCH", "/api/v1/topics/tram?edition=en", `{"picture":"`+id+`"}`, "If-Match", "*")
	var uses struct {
		Items []struct {
			ID, Kind, URL string
			Live          bool
		}
	}
	if err := json.Unmarshal(p.must(200, "editor", "GET", "/api/v1/pictures/"+id+"/uses", "").body, &uses); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, u := range uses.Items {
		if !u.Live {
			t.Errorf("%+v", u)
		}
		path := u.URL[strings.Index(u.URL, "//")+2:]
		got = append(got, u.Kind+" "+path[strings.Index(path, "/"):])
	}
	if want := "[front / author /author/mara-vey topic /tag/tram]"; fmt.Sprint(got) != want {
		t.Errorf("%v, wanted %s", got, want)
	}
	killed := p.must(200, "admin", "POST", "/api/v1/pictures/"+id+"/kill", `{"note":"Not ours."}`)
	if !strings.Contains(string(killed.body), `"kind":"front"`) || !strings.Contains(string(killed.body), `"kind":"author"`) {
		t.Errorf("the kill does not say what it touched: %s", killed.body)
	}
	if page := middle(p.get(200, "/author/mara-vey")); strings.Contains(page, "<img ") {
		t.Error("the author's page still shows it")
	}
}
