package app

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fact"

	"golang.org/x/net/html"
)

// alert sends one and gives its id.
func (p *paper) alert(fields string) string {
	p.t.Helper()
	return p.must(201, "editor", "POST", "/api/v1/alerts", "{"+fields+"}").text("id")
}

// banners gives the words of the banners on a page, and of the lines of its newsfeed, by the ids of alerts.
func (p *paper) banners(path string) (banners, lines map[string]string) {
	p.t.Helper()
	r := p.ask("", "GET", path, "")
	doc := p.inertPage(path, r)
	banners, lines = map[string]string{}, map[string]string{}
	var walk func(n *html.Node, in map[string]string)
	walk = func(n *html.Node, in map[string]string) {
		switch id := attribute(n, "data-id"); {
		case attribute(n, "data-part") == "alert":
			in = banners
			if hidden := hasAttribute(n, "hidden"); hidden != !strings.Contains(rendered(n), "data-id") {
				p.t.Errorf("%s: the place of alerts is hidden: %v", path, hidden)
			}
		case attribute(n, "data-part") == "newsfeed":
			in = lines
		case id != "" && in != nil:
			in[id] = strings.Join(strings.Fields(words(n)), " ")
			return
		}
		for c := range n.ChildNodes() {
			walk(c, in)
		}
	}
	walk(doc, nil)
	return banners, lines
}

func hasAttribute(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func rendered(n *html.Node) string {
	var b strings.Builder
	_ = html.Render(&b, n)
	return b.String()
}

func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := range n.ChildNodes() {
		b.WriteString(words(c))
		b.WriteByte(' ')
	}
	return b.String()
}

func TestAnAlertStandsOnEveryPageOfItsEditionUntilItIsRemoved(t *testing.T) {
	p := newPaper(t)
	_, story := p.story("Tram opens", "")
	_, foreign := p.story("Abre el tranvia", `"edition":"es","section":"mundo"`)
	pages := []string{"/", "/world", story, story + "/history", "/newsfeed", "/search", "/corrections"}
	for _, at := range pages { // they are in memory
		p.get(200, at)
	}
	id := p.alert(`"edition":"en","text":"Harbour bridge closed","url":"` + story + `"`)
	for _, at := range append(pages, "/nowhere/at/all") {
		if banners, lines := p.banners(at); len(banners) != 1 || banners[id] != "Breaking news 12:00 Harbour bridge closed" || at == "/" && !strings.HasSuffix(lines[id], "Breaking news Harbour bridge closed") {
			t.Errorf("%s: %v, newsfeed %v", at, banners, lines)
		}
	}
	for _, at := range []string{"/es/", foreign} {
		if banners, lines := p.banners(at); len(banners) != 0 || lines[id] != "" {
			t.Errorf("%s is of another edition: %v %v", at, banners, lines)
		}
	}
	for topic, want := range map[fact.Topic]int{fact.Alerts("en"): 1, fact.Newsfeed("en"): 2, fact.Alerts("es"): 0} {
		p.eventually(string(topic)+" tells of it", func() bool { kinds, _ := p.told(topic); return len(kinds) == want })
		if kinds, items := p.told(topic); want > 0 {
			if last := items[want-1]; kinds[want-1] != "published" || last["id"] != id || last["text"] != "Harbour bridge closed" || last["url"] != p.url+story || last["level"] != "breaking" || last["label"] != "Breaking news" {
				t.Errorf("%s: %v %v", topic, kinds, items)
			}
		}
	}
	p.must(403, "foreign", "DELETE", "/api/v1/alerts/"+id, "")
	p.must(403, "elsewhere", "DELETE", "/api/v1/alerts/"+id, "")
	p.must(204, "admin", "DELETE", "/api/v1/alerts/"+id, "")
	p.must(404, "admin", "DELETE", "/api/v1/alerts/"+id, "")
	for _, at := range pages {
		if banners, lines := p.banners(at); len(banners) != 0 || lines[id] != "" {
			t.Errorf("%s after the removal: %v %v", at, banners, lines)
		}
	}
	for _, topic := range []fact.Topic{fact.Alerts("en"), fact.Newsfeed("en")} {
		p.eventually("nothing removed is told", func() bool {
			kinds, _ := p.told(topic)
			return !strings.Contains(p.everything(topic), "Harbour bridge") && kinds[len(kinds)-1] == "withdrawn"
		})
	}
	over := p.must(200, "editor", "GET", "/api/v1/alerts?edition=en&state=over", "").json()["items"].([]any)
	if len(over) != 1 {
		t.Fatalf("%v", over)
	}
	if a := over[0].(map[string]any); a["id"] != id || a["showing"] != false || a["by_name"] != "Editor" || a["removed_by_name"] != "Admin" || a["removed_at"] == nil {
		t.Errorf("what is over: %v", a)
	}
	for did, by := range map[fact.Deed]string{fact.AlertSent: "Editor", fact.AlertRemoved: "Admin"} {
		acts := p.must(200, "admin", "GET", "/api/v1/audit?did="+string(did), "").json()["items"].([]any)
		if a := acts[0].(map[string]any); len(acts) != 1 || a["by_name"] != by || a["about"] != "alert" || a["subject"] != id || a["note"] != "Harbour bridge closed" {
			t.Errorf("%s in the audit log: %v", did, acts)
		}
	}
}

func TestABannerGoesAtItsTimeAndItsLineStays(t *testing.T) {
	p := newPaper(t)
	short := p.alert(fmt.Sprintf(`"edition":"en","text":"Ferries late","level":"notice","expires_at":%q`, noon.Add(time.Hour).Format(time.RFC3339)))
	usual := p.alert(`"edition":"en","text":"Power is out","newsfeed":false`)
	if banners, lines := p.banners("/"); len(banners) != 2 || !strings.HasPrefix(banners[short], "Notice") || len(lines) != 1 || lines[short] == "" {
		t.Errorf("%v %v", banners, lines)
	}
	p.clock.Forward(time.Hour)
	p.eventually("the first banner is over", func() bool { banners, _ := p.banners("/"); return len(banners) == 1 && banners[usual] != "" })
	if _, lines := p.banners("/newsfeed"); !strings.HasSuffix(lines[short], "Ferries late") {
		t.Errorf("its line of the newsfeed: %v", lines)
	}
	p.eventually("open pages hear that it is over", func() bool {
		kinds, items := p.told(fact.Alerts("en"))
		return len(kinds) == 3 && kinds[2] == "ended" && items[2]["id"] == short && items[2]["text"] == nil
	})
	if kinds, _ := p.told(fact.Newsfeed("en")); len(kinds) != 1 {
		t.Errorf("the newsfeed heard of the end: %v", kinds)
	}
	p.clock.Forward(11 * time.Hour)
	p.eventually("twelve hours are the rule", func() bool { banners, _ := p.banners("/"); return len(banners) == 0 })
	if n := len(p.must(200, "editor", "GET", "/api/v1/alerts?edition=en&state=showing", "").json()["items"].([]any)); n != 0 {
		t.Errorf("%d banners are said to show", n)
	}
}

func TestAFlashIsALineOfTheNewsfeedWithoutAnArticle(t *testing.T) {
	p := newPaper(t)
	p.story("Older story", "")
	p.clock.Forward(time.Minute)
	id := p.alert(`"edition":"en","text":"Port Orlan: tugs called out","banner":false`)
	p.clock.Forward(time.Minute)
	p.story("Newer story", "")
	banners, lines := p.banners("/")
	if len(banners) != 0 || !strings.HasSuffix(lines[id], "tugs called out") {
		t.Errorf("%v %v", banners, lines)
	}
	page := p.get(200, "/newsfeed")
	newer, flash, older := strings.Index(page, "Newer story"), strings.Index(page, "tugs called out"), strings.Index(page, "Older story")
	if newer < 0 || flash < newer || older < flash {
		t.Errorf("the order: %d %d %d", newer, flash, older)
	}
	if r := p.ask("admin", "POST", "/api/v1/alerts", `{"edition":"en","text":"x","banner":false,"newsfeed":false}`); r.status != 422 || r.places() != "body.banner" {
		t.Errorf("an alert that is nowhere: %d %s", r.status, r.body)
	}
}

func TestTheNewsfeedHasEachStoryAndFlashOnOnePage(t *testing.T) {
	p := newPaper(t)
	var want []string
	for n := range 130 {
		p.clock.Forward(time.Second)
		if n%3 == 0 {
			want = append(want, p.alert(fmt.Sprintf(`"edition":"en","text":"Flash %d","banner":false`, n)))
		} else {
			id, _ := p.story(fmt.Sprintf("Story %d", n), "")
			want = append(want, id)
		}
	}
	slices.Reverse(want)
	var got []string
	for next := "/newsfeed"; next != ""; {
		page := p.get(200, next)
		doc, err := html.Parse(strings.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		next = ""
		for n := range doc.Descendants() {
			if id := attribute(n, "data-id"); n.Data == "li" && id != "" {
				got = append(got, id)
			}
			if attribute(n, "rel") == "next" && n.Data == "a" {
				next = attribute(n, "href")
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d of %d lines, in this order: %v", len(got), len(want), got)
	}
}

func TestAPageShowsThreeBannersAtMost(t *testing.T) {
	p := newPaper(t)
	var first string
	for n := range edition.MaxAlerts {
		if id := p.alert(fmt.Sprintf(`"edition":"en","text":"Number %d"`, n)); n == 0 {
			first = id
		}
	}
	if r := p.ask("editor", "POST", "/api/v1/alerts", `{"edition":"en","text":"One too many"}`); r.status != 422 || r.places() != "body.banner" {
		t.Errorf("%d %s", r.status, r.body)
	}
	p.must(201, "admin", "POST", "/api/v1/alerts", `{"edition":"es","text":"Otra"}`)
	p.must(204, "editor", "DELETE", "/api/v1/alerts/"+first, "")
	p.alert(`"edition":"en","text":"There is room again"`)
}

func TestAnAlertThatIsNoneIsRefusedInItsPlace(t *testing.T) {
	p := newPaper(t)
	for field, values := range map[string][]string{
		"edition":    {`"nowhere"`, `7`, `""`},
		"text":       {`""`, `"  "`, `"two\nlines"`, `"a\u0000b"`, long(201), long(1000), `7`, `"` + strings.Repeat("я", 201) + `"`},
		"url":        {`"javascript:alert(1)"`, `"//evil.example"`, `"data:text/html,x"`, `"/\\evil.example"`, `"https://u:p@x.example/"`, `"tram"`, long(2100), `7`},
		"level":      {`"loud"`, `""`, `7`},
		"banner":     {`"yes"`, `1`},
		"newsfeed":   {`"yes"`, `1`},
		"expires_at": {`"soon"`, `"2026-02-30T00:00:00Z"`, `"1999-01-01T00:00:00Z"`, `"2999-01-01T00:00:00Z"`, `7`},
	} {
		for _, value := range values {
			base := dropMember(`"edition":"en","text":"Words"`, field)
			r := p.ask("admin", "POST", "/api/v1/alerts", "{"+strings.Trim(base+","+fmt.Sprintf("%q:%s", field, value), ",")+"}")
			if r.status != 422 || r.places() != "body."+field {
				t.Errorf("%s %.60s: %d at %q\n%.300s", field, value, r.status, r.places(), r.body)
			}
		}
	}
	if fields := p.fieldsOf("AlertFields"); len(fields) != 7 {
		t.Errorf("a field is not tried: %v", fields)
	}
	p.must(422, "admin", "POST", "/api/v1/alerts", `{"edition":"en","text":"x","banner":false,"expires_at":"2027-01-01T00:00:00Z"}`)
	if n := len(p.must(200, "admin", "GET", "/api/v1/alerts?edition=en", "").json()["items"].([]any)); n != 0 {
		t.Errorf("%d refused alerts were kept", n)
	}
}

func TestWhateverAnAlertSaysIsWords(t *testing.T) {
	p := newPaper(t)
	for n, s := range []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</header><iframe src="/x">`, `{{.}} ${7*7} %s`, `'onclick='x`, "\u202egpj.exe", "<!--", `Ω ≠ "quoted" & <b>bold</b>`} {
		id := p.alert(fmt.Sprintf(`"edition":"en","text":%q,"url":"https://x.example/?a=%%22%%3E&b=%%3Cscript%%3E","newsfeed":true`, s))
		banners, lines := p.banners("/")
		if !strings.HasSuffix(banners[id], strings.Join(strings.Fields(s), " ")) || !strings.HasSuffix(lines[id], strings.Join(strings.Fields(s), " ")) {
			t.Errorf("%d: %q became %q and %q", n, s, banners[id], lines[id])
		}
		p.inertJSON("events", []byte(p.everything(fact.Alerts("en"))))
		p.must(204, "editor", "DELETE", "/api/v1/alerts/"+id, "")
	}
}

func TestTheListOfAlertsIsWalkedWithoutGap(t *testing.T) {
	p := newPaper(t)
	var want []string
	for n := range 7 {
		want = append(want, p.alert(fmt.Sprintf(`"edition":"en","text":"Flash %d","banner":false`, n)))
	}
	slices.Reverse(want)
	if got := p.walkList("editor", "/api/v1/alerts?edition=en", 3, func() {}); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if r := p.ask("editor", "GET", "/api/v1/alerts", ""); r.status != 422 {
		t.Errorf("without an edition: %d", r.status)
	}
	if r := p.ask("editor", "GET", "/api/v1/alerts?edition=nowhere", ""); r.status != 422 || r.places() != "query.edition" {
		t.Errorf("of no edition: %d %s", r.status, r.body)
	}
}
