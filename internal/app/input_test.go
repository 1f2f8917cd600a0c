package app

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var (
	long  = func(n int) string { return `"` + strings.Repeat("x", n) + `"` }
	items = func(n int, one string) string {
		all := make([]string, n)
		for i := range all {
			all[i] = strings.ReplaceAll(one, "#", fmt.Sprint(i))
		}
		return "[" + strings.Join(all, ",") + "]"
	}
)

// badFields is what each field of each noun refuses, and where the fault is said to be; "" is the field itself. Every field of
// the description has a row here.
var badFields = map[string]map[string][]struct{ value, place string }{
	"article": {
		"edition":         {{`"nowhere"`, ""}, {`7`, ""}, {`["en"]`, ""}},
		"section":         {{`"nowhere"`, ""}, {`"mundo"`, ""}, {`{}`, ""}},
		"genre":           {{`"gossip"`, ""}, {`""`, ""}, {`1`, ""}},
		"kind":            {{`"video"`, ""}, {`true`, ""}},
		"headline":        {{long(1001), ""}, {`"a\u0000b"`, ""}, {`"a\u0001b"`, ""}, {`"two\nlines"`, ""}, {`7`, ""}, {`["x"]`, ""}},
		"short_headline":  {{long(1001), ""}, {`"two\nlines"`, ""}, {`{}`, ""}},
		"lead":            {{long(5001), ""}, {`"a\u0000b"`, ""}, {`"a\u001bb"`, ""}, {`1.5`, ""}},
		"dateline":        {{`{"place":` + long(301) + `}`, ".place"}, {`{"source":` + long(301) + `}`, ".source"}, {`{"place":"a\u0000"}`, ".place"}, {`{"nation":"x"}`, ".nation"}, {`"MOSCOW"`, ""}, {`{"place":7}`, ".place"}},
		"byline":          {{`[""]`, "[0]"}, {`["Ok","` + strings.Repeat("x", 301) + `"]`, "[1]"}, {`["a\nb"]`, "[0]"}, {`[{"name":"A","author":"Not A Slug"}]`, "[0].author"}, {`[{"author":"a"}]`, "[0]"}, {`[7]`, "[0]"}, {`"A"`, ""}, {items(51, `"N#"`), ""}, {`[{"name":"A","x":1}]`, "[0]"}},
		"body":            {{`{"type":"script"}`, "*"}, {`{"type":"doc","content":[{"type":"evil"}]}`, "*"}, {`"text"`, ""}, {`[]`, ""}, {`7`, ""}, {`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"javascript:alert(1)"}}]}]}]}`, "*"}, {`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a\u0000b"}]}]}`, ""}},
		"body_html":       {{`7`, ""}, {`"a\u0000b"`, ""}, {`{}`, ""}},
		"picture":         {{`"` + missing + `"`, ""}, {`"../../etc"`, ""}, {`7`, ""}},
		"tags":            {{`[""]`, "[0]"}, {`["ok","` + strings.Repeat("x", 301) + `"]`, "[1]"}, {`["a\u0000b"]`, "[0]"}, {`"a"`, ""}, {`[7]`, "[0]"}, {items(51, `"t#"`), ""}},
		"related":         {{`["` + missing + `"]`, "[0]"}, {`["x"]`, "[0]"}, {`[7]`, "[0]"}, {`"x"`, ""}, {items(51, `"t#"`), ""}},
		"slug":            {{`"Not A Slug"`, ""}, {`"a/b"`, ""}, {`"../x"`, ""}, {`"a--b"`, ""}, {`"-a"`, ""}, {`"é"`, ""}, {long(201), ""}, {`7`, ""}},
		"urgency":         {{`0`, ""}, {`10`, ""}, {`-1`, ""}, {`1.5`, ""}, {`"1"`, ""}, {`1e99`, ""}},
		"source_revision": {{`-1`, ""}, {`1.5`, ""}, {`"1"`, ""}, {`1e99`, ""}},
		"language":        {{`"not a language"`, ""}, {`"e"`, ""}, {`"<b>"`, ""}, {`7`, ""}, {long(60), ""}, {`"en` + strings.Repeat("-abc", 9) + `"`, ""}},
		"translation_of":  {{`"` + missing + `"`, ""}, {`7`, ""}},
		"embargo_until":   {{`"tomorrow"`, ""}, {`"2026-13-01T00:00:00Z"`, ""}, {`1`, ""}, {`"2026-03-01"`, ""}},
		"discussion":      {{`"maybe"`, ""}, {`true`, ""}},
		"assignee":        {{long(301), ""}, {`"nobody"`, ""}, {`7`, ""}},
		"deadline":        {{`"soon"`, ""}, {`"2201-01-01T00:00:00Z"`, ""}, {`{}`, ""}},
		"desk_note":       {{long(10001), ""}, {`"a\u0000"`, ""}, {`7`, ""}},
		"legal":           {{`"fine"`, ""}, {`7`, ""}},
		"state":           {{`"published"`, ""}, {`"withdrawn"`, ""}, {`"scheduled"`, ""}, {`"x"`, ""}, {`7`, ""}},
	},
	"picture": {
		"kind":                {{`"painting"`, ""}, {`7`, ""}},
		"credit":              {{long(251), ""}, {`"a\u0000"`, ""}, {`"two\nlines"`, ""}, {`7`, ""}},
		"pool":                {{long(251), ""}, {`7`, ""}},
		"creator":             {{long(251), ""}, {`[]`, ""}},
		"source":              {{long(251), ""}, {`7`, ""}},
		"copyright":           {{long(501), ""}, {`7`, ""}},
		"headline":            {{long(251), ""}, {`7`, ""}},
		"caption":             {{long(4001), ""}, {`"a\u0007"`, ""}, {`7`, ""}},
		"alt":                 {{long(1001), ""}, {`7`, ""}},
		"taken_at":            {{`"yesterday"`, ""}, {`"0099-01-01T00:00:00Z"`, ""}, {`7`, ""}},
		"city":                {{long(251), ""}, {`7`, ""}},
		"country":             {{long(251), ""}, {`7`, ""}},
		"usage_terms":         {{long(2001), ""}, {`7`, ""}},
		"expires_at":          {{`"soon"`, ""}, {`"2026-02-30T00:00:00Z"`, ""}, {`7`, ""}},
		"outputs":             {{`["billboard"]`, ""}, {`["site","site"]`, ""}, {`"site"`, ""}, {`[7]`, "[0]"}},
		"web_statement":       {{`"javascript:alert(1)"`, ""}, {`"ftp://x.example/"`, ""}, {`"https://u:p@x.example/"`, ""}, {`"https://x.example/` + strings.Repeat("x", 2001) + `"`, ""}, {`7`, ""}},
		"licensor_url":        {{`"data:text/html,x"`, ""}, {`"/path"`, ""}, {`7`, ""}},
		"digital_source_type": {{`"trained"`, ""}, {`7`, ""}},
		"focal":               {{`{"x":2,"y":0.5}`, ".x"}, {`{"x":0.5,"y":-1}`, ".y"}, {`{"x":0.5}`, ""}, {`{"x":"a","y":1}`, ".x"}, {`7`, ""}, {`{"x":0.5,"y":0.5,"z":1}`, ".z"}},
		"crops": {{`[{"ratio":"2:1","x":0,"y":0,"width":1,"height":1}]`, "[0].ratio"}, {`[{"ratio":"1:1","x":0.9,"y":0,"width":0.5,"height":0.5}]`, "[0]"},
			{`[{"ratio":"1:1","x":2,"y":0,"width":0.5,"height":0.5}]`, "[0].x"}, {`[{"ratio":"1:1","x":0,"y":0,"width":0.5}]`, "[0]"}, {`7`, ""}},
	},
	"edition": {
		"slug":       {{`"Not A Slug"`, ""}, {`"api"`, ""}, {`"newsroom"`, ""}, {long(61), ""}, {`""`, ""}, {`7`, ""}, {`"a/../b"`, ""}, {`"world"`, ""}},
		"name":       {{`""`, ""}, {`"  "`, ""}, {long(201), ""}, {`"a\nb"`, ""}, {`7`, ""}},
		"language":   {{`"tlh"`, ""}, {`""`, ""}, {`7`, ""}},
		"timezone":   {{`"Mars/Base"`, ""}, {`"Local"`, ""}, {`""`, ""}, {`"../../etc/passwd"`, ""}, {`7`, ""}},
		"host":       {{`"not a host"`, ""}, {`"https://x.example"`, ""}, {`"x.example:80"`, ""}, {`"-x.example"`, ""}, {`7`, ""}, {`"x..example"`, ""}},
		"digits":     {{`"roman"`, ""}, {`7`, ""}},
		"default":    {{`"yes"`, ""}, {`1`, ""}},
		"channels":   {{`[{"name":"","url":"https://x.example/"}]`, "[0].name"}, {`[{"name":"X","url":"javascript:alert(1)"}]`, "[0].url"}, {`[{"name":"X","url":"//evil.example"}]`, "[0].url"}, {`[{"name":"X"}]`, "[0]"}, {`[{"name":"X","url":"https://u:p@x.example/"}]`, "[0].url"}, {items(51, `{"name":"N#","url":"/x"}`), ""}, {`{}`, ""}},
		"navigation": {{`[{"name":"X","url":"data:text/html,x"}]`, "[0].url"}, {`[{"name":"X","url":"/\\evil.example"}]`, "[0].url"}, {`7`, ""}, {`[{"name":"X","url":"vbscript:x"},{"name":"","url":"x"}]`, "*"}},
		"footer":     {{`[{"name":"X","url":"file:///etc/passwd"}]`, "[0].url"}, {`[{"name":"X","url":"https:x"}]`, "[0].url"}, {`7`, ""}},
		"sponsors":   {{`[{"kind":"banner","text":"X","url":"/x"}]`, "[0].kind"}, {`[{"kind":"sponsor","text":"","url":"/x"}]`, "[0].text"}, {`[{"kind":"sponsor","text":"X","url":"javascript:x"}]`, "[0].url"}, {`[{"kind":"sponsor","text":"X","url":"/x","picture":"../x"}]`, "[0].picture"}, {`[{"kind":"sponsor","text":"X","url":"/x","ends_at":"1800-01-01T00:00:00Z"}]`, "[0].ends_at"}, {items(2, `{"kind":"sponsor","text":"N#","url":"/x"}`), ""}, {`7`, ""}},
		"donations":  {{`[{"name":"X","url":"javascript:x"}]`, "[0].url"}, {items(2, `{"name":"N#","url":"/x"}`), ""}, {`7`, ""}},
	},
	"post": {
		"kind":        {{`"essay"`, ""}, {`7`, ""}},
		"headline":    {{long(301), ""}, {`"a\u0000b"`, ""}, {`"two\nlines"`, ""}, {`7`, ""}},
		"body":        {{`{"type":"script"}`, "*"}, {`"text"`, ""}, {`7`, ""}, {`{"type":"doc","content":[{"type":"picture","attrs":{"id":"` + missing + `"}}]}`, ""}, {`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":` + long(70000) + `}]}]}`, ""}, {`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a\u0000b"}]}]}`, ""}},
		"body_html":   {{`7`, ""}, {`"a\u0000b"`, ""}, {`{}`, ""}},
		"tags":        {{`[""]`, "[0]"}, {`["a\u0000b"]`, "[0]"}, {`"a"`, ""}, {`[7]`, "[0]"}, {items(21, `"t#"`), ""}},
		"pinned":      {{`"yes"`, ""}, {`1`, ""}},
		"key_event":   {{`"yes"`, ""}, {`1`, ""}},
		"newsfeed":    {{`"yes"`, ""}, {`1`, ""}},
		"at":          {{`"soon"`, ""}, {`"2201-01-01T00:00:00Z"`, ""}, {`7`, ""}},
		"score":       {{`{"home":"","away":"B","home_points":1,"away_points":0}`, ".home"}, {`{"home":"A","away":"B","home_points":-1,"away_points":0}`, ".home_points"}, {`{"home":"A","away":"B","home_points":1,"away_points":10000}`, ".away_points"}, {`{"home":"A\n","away":"B\nC","home_points":1,"away_points":1}`, ".away"}, {`{"home":"A","away":"B","home_points":1}`, ""}, {`7`, ""}},
		"poll":        {{`{"question":"","options":[{"text":"A"},{"text":"B"}]}`, ".question"}, {`{"question":"Q","options":[{"text":"A"}]}`, ".options"}, {`{"question":"Q","options":[{"text":"A"},{"text":""}]}`, ".options[1]"}, {`{"question":"Q","options":` + items(11, `{"text":"A#"}`) + `}`, ".options"}, {`{"question":"Q","options":[{"text":"A"},{"text":"B"}],"closes_at":"2201-01-01T00:00:00Z"}`, ".closes_at"}, {`7`, ""}},
		"contributor": {{`{"name":"","consent":true}`, ".name"}, {`{"name":"A\u0001","consent":true}`, ".name"}, {`{"name":"A"}`, ""}, {`7`, ""}},
		"state":       {{`"withdrawn"`, ""}, {`"x"`, ""}, {`"contribution"`, ""}, {`7`, ""}},
	},
	"section": {
		"edition":     {{`"nowhere"`, ""}, {`7`, ""}},
		"slug":        {{`"Not A Slug"`, ""}, {`"feed"`, ""}, {`"es"`, ""}, {long(61), ""}, {`7`, ""}},
		"name":        {{`""`, ""}, {long(201), ""}, {`7`, ""}},
		"description": {{long(2001), ""}, {`"a\u0000"`, ""}, {`7`, ""}},
		"position":    {{`-1`, ""}, {`1001`, ""}, {`"x"`, ""}, {`1.5`, ""}},
	},
	"author": {
		"name":    {{`""`, ""}, {`" "`, ""}, {long(201), ""}, {`"a\u0000"`, ""}, {`7`, ""}},
		"slug":    {{`"Not A Slug"`, ""}, {`""`, ""}, {`"a/b"`, ""}, {long(81), ""}, {`"ben-okoro"`, ""}, {`7`, ""}},
		"role":    {{long(201), ""}, {`"a\u0001"`, ""}, {`7`, ""}},
		"bio":     {{long(4001), ""}, {`"a\u0000"`, ""}, {`{}`, ""}},
		"picture": {{`"` + missing + `"`, ""}, {`"../x"`, ""}, {`7`, ""}},
		"links": {{`[{"name":"","url":"https://x.example/"}]`, "[0].name"}, {`[{"name":"X","url":"javascript:alert(1)"}]`, "[0].url"}, {`[{"name":"X","url":"mailto:a@b.example?subject=x"}]`, "[0].url"}, {`[{"name":"X","url":"/x"}]`, "[0].url"},
			{`[{"name":"X","url":"https://u:p@x.example/"}]`, "[0].url"}, {`[{"name":"X"}]`, "[0]"}, {items(11, `{"name":"N#","url":"https://x.example/"}`), ""}, {`7`, ""}},
	},
	"topic": {
		"name":        {{`""`, ""}, {long(201), ""}, {`"a\u0000"`, ""}, {`"Ports"`, ""}, {`7`, ""}},
		"slug":        {{`"Not A Slug"`, ""}, {`""`, ""}, {long(81), ""}, {`"ports"`, ""}, {`7`, ""}},
		"description": {{long(4001), ""}, {`"a\u0000"`, ""}, {`7`, ""}},
		"picture":     {{`"` + missing + `"`, ""}, {`7`, ""}},
	},
}

// nouns says where the fields of each noun are sent: made new, with what is needed besides, and changed.
func (p *paper) nouns() map[string]struct{ create, base, change, schema string } {
	section, _ := p.section("en", "sea")
	live, _ := p.storm("Refused")
	posts := "/api/v1/articles/" + live + "/posts"
	p.story("Signed and tagged", `"byline":["Mara Vey","Ben Okoro"],"tags":["Tram","Ports"]`)
	return map[string]struct{ create, base, change, schema string }{
		"article": {"/api/v1/articles", `"edition":"en"`, "/api/v1/articles/" + p.draft("admin", "Refused", ""), "ArticleFields"},
		"post":    {posts, "", posts + "/" + p.post("admin", live, `"state":"draft","headline":"Kept"`).text("id"), "PostFields"},
		"picture": {"", "", "/api/v1/pictures/" + p.upload("admin", 5), "PictureFields"},
		"edition": {"/api/v1/editions", `"slug":"ru","name":"R","language":"ru"`, "/api/v1/editions/en", "EditionFields"},
		"section": {"/api/v1/sections", `"edition":"en","slug":"arts","name":"Arts"`, "/api/v1/sections/" + section, "SectionFields"},
		"author":  {"", "", "/api/v1/authors/mara-vey", "AuthorFields"},
		"topic":   {"", "", "/api/v1/topics/tram?edition=en", "TopicFields"},
	}
}

// fieldsOf lists the fields of a schema of the description.
func (p *paper) fieldsOf(schema string) []string {
	var spec struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]json.RawMessage }
		}
	}
	if err := json.Unmarshal(p.must(200, "", "GET", "/api/openapi.json", "").body, &spec); err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for name := range spec.Components.Schemas[schema].Properties {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

func TestEveryFieldSaysWhereItsFaultIsAndChangesNothing(t *testing.T) {
	p := newPaper(t)
	for name, at := range p.nouns() {
		fields := p.fieldsOf(at.schema)
		for _, field := range fields {
			rows := badFields[name][field]
			if len(rows) == 0 {
				t.Errorf("%s.%s has no row", name, field)
			}
			before := string(p.must(200, "admin", "GET", at.change, "").body)
			for _, row := range rows {
				asks := [][2]string{{"PATCH", at.change}, {"POST", at.create}}
				for _, ask := range asks {
					if ask[1] == "" || ask[0] == "PATCH" && row.value == `"world"` && field == "slug" {
						continue
					}
					body := "{" + fmt.Sprintf("%q:%s", field, row.value) + "}"
					if ask[0] == "POST" {
						base := at.base
						if strings.Contains(base, `"`+field+`":`) {
							base = dropMember(base, field)
						}
						body = "{" + strings.Trim(base+","+fmt.Sprintf("%q:%s", field, row.value), ",") + "}"
					}
					r := p.ask("admin", ask[0], ask[1], body, "If-Match", "*")
					want := "body." + field + row.place
					ok := r.places() == want || row.place == "*" && strings.HasPrefix(r.places(), "body."+field)
					if r.status != 422 || !ok {
						t.Errorf("%s %s of %s %.80s: %d at %q, want 422 at %q\n%.200s", ask[0], field, name, row.value, r.status, r.places(), want, r.body)
					}
				}
			}
			if after := string(p.must(200, "admin", "GET", at.change, "").body); after != before {
				t.Errorf("%s.%s: refused changes were kept:\n%s\n%s", name, field, before, after)
			}
		}
		for field := range badFields[name] {
			if !slices.Contains(fields, field) {
				t.Errorf("%s has no field %s", name, field)
			}
		}
		// Several faults are told at once, an unknown field with its name.
		if r := p.ask("admin", "PATCH", at.change, `{"nonsense":1,"`+strings.Repeat("z", 300)+`":2}`, "If-Match", "*"); r.status != 422 || !strings.HasPrefix(r.places(), "body.nonsense body.zzz") {
			t.Errorf("unknown fields of %s: %d %s", name, r.status, r.body)
		}
	}
	p.must(200, "admin", "PATCH", "/api/v1/editions/es", `{"host":"es.paper.example"}`)
	for method, at := range map[string]string{"PATCH": "/api/v1/editions/en", "POST": "/api/v1/editions"} { // else one of them could not be reached
		if r := p.ask("admin", method, at, `{"slug":"en","name":"X","language":"en","host":"ES.paper.example"}`); r.status != 422 || r.places() != "body.host" {
			t.Errorf("the host of another edition: %d %s", r.status, r.body)
		}
	}
	p.must(200, "admin", "PATCH", "/api/v1/editions/es", `{"host":"es.paper.example"}`)
	id := p.draft("admin", "Several", "")
	if r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, `{"genre":"x","slug":"A B","urgency":5,"tags":[""]}`, "If-Match", "*"); r.places() != "body.genre body.tags[0] body.slug" {
		t.Errorf("several faults: %s", r.body)
	}
}

func dropMember(base, field string) string {
	var out []string
	for part := range strings.SplitSeq(base, ",") {
		if !strings.HasPrefix(part, `"`+field+`":`) {
			out = append(out, part)
		}
	}
	return strings.Join(out, ",")
}

func TestNullClearsOrIsRefused(t *testing.T) {
	p := newPaper(t)
	for name, at := range p.nouns() {
		for _, field := range p.fieldsOf(at.schema) {
			r := p.ask("admin", "PATCH", at.change, fmt.Sprintf("{%q:null}", field), "If-Match", "*")
			switch {
			case r.status == 422 && strings.HasPrefix(r.places(), "body."+field):
			case r.status == 200:
				got := r.text(field)
				if got != "" && got != "[]" && got != "map[]" && name == "article" && !slices.Contains([]string{"body", "language", "slug", "legal", "urgency"}, field) {
					t.Errorf("null of %s.%s left %q", name, field, got)
				}
			default:
				t.Errorf("null of %s.%s: %d %s", name, field, r.status, r.body)
			}
		}
	}
	id := p.draft("admin", "Whole", `"lead":"L","tags":["a"],"byline":["B"],"dateline":{"place":"P","source":"S"},"embargo_until":"2026-05-01T00:00:00Z","body_html":"<p>x</p>","slug":"given","short_headline":"S"`)
	r := p.save(id, `{"lead":null,"tags":null,"byline":null,"dateline":null,"embargo_until":null,"body":null,"slug":null,"short_headline":null}`)
	a := p.stored(id)
	if a.Lead != "" || a.Tags != nil || a.Byline != nil || a.Dateline.Place != "" || !a.EmbargoUntil.IsZero() || a.Body.Text() != "" || a.ShortHeadline != "" || r.text("headline") != "Whole" {
		t.Errorf("null did not clear: %+v", a)
	}
	r = p.save(id, `{}`)
	if r.text("headline") != "Whole" {
		t.Errorf("an empty change changed something: %s", r.body)
	}
}

func TestBodiesThatAreNoneAreRefused(t *testing.T) {
	p := newPaper(t)
	id := p.draft("admin", "Refused", "")
	before := p.stored(id)
	deep := func(n int) string {
		return `{"body":` + strings.Repeat(`{"type":"doc","content":[`, n) + strings.Repeat(`]}`, n) + `}`
	}
	list := `{"body":{"type":"doc","content":[` + strings.Repeat(`{"type":"bulletList","content":[{"type":"listItem","content":[`, 2000) + `{"type":"paragraph"}` + strings.Repeat(`]}]}`, 2000) + `]}}`
	for _, c := range []struct {
		name, body string
		want       []int
	}{
		{"nothing", "", []int{400}}, {"a space", " ", []int{400}}, {"no JSON", "{", []int{400}}, {"words", "hello", []int{400}}, {"null", "null", []int{400, 422}}, {"a list", "[]", []int{422}}, {"a text", `"x"`, []int{422}}, {"a number", "7", []int{422}},
		{"two objects", `{}{}`, []int{400}}, {"a comma at the end", `{"lead":"x",}`, []int{400}}, {"a comment", `{/*x*/}`, []int{400}}, {"single quotes", `{'lead':'x'}`, []int{400}}, {"NaN", `{"urgency":NaN}`, []int{400}},
		{"deep objects", strings.Repeat(`{"body":`, 100_000) + "1" + strings.Repeat("}", 100_000), []int{400, 422}}, {"deep lists", `{"tags":` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "}", []int{400, 422}},
		{"a deep document", deep(5000), []int{400, 422}}, {"deep bullets", list, []int{422}}, {"deep HTML", `{"body_html":"` + strings.Repeat("<div><ul><li>", 20_000) + `x"}`, []int{200, 422}}, {"a deep quotation", `{"body_html":"` + strings.Repeat("<blockquote>", 50_000) + `x"}`, []int{200, 422}},
		{"bytes that are no UTF-8", "{\"headline\":\"a\xff\xfeb\"}", []int{400, 422}}, {"overlong UTF-8", "{\"headline\":\"a\xc0\xafb\"}", []int{400, 422}}, {"half a pair", `{"headline":"a\ud800b"}`, []int{400, 422}}, {"a null byte", "{\"headline\":\"a\x00b\"}", []int{400}},
		{"no UTF-8 in a name", "{\"head\xffline\":\"x\"}", []int{400, 422}}, {"UTF-16", "\xff\xfe{\x00}\x00", []int{400}}, {"a byte order mark", "\xef\xbb\xbf{}", []int{400}},
		{"many fields", `{` + strings.Repeat(`"x":1,`, 200_000) + `"y":1}`, []int{400}}, {"a large number", `{"urgency":` + strings.Repeat("9", 100_000) + `}`, []int{400, 422}},
	} {
		r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, c.body, "If-Match", "*", "Content-Type", "application/json")
		if !slices.Contains(c.want, r.status) || len(r.body) > 40_000 && r.status != 200 {
			t.Errorf("%s: %d, %d bytes: %.200s", c.name, r.status, len(r.body), r.body)
		}
		if r.status != 200 && p.stored(id).Headline != before.Headline {
			t.Errorf("%s changed something", c.name)
		}
	}
	for kind, want := range map[string]int{"text/plain": 415, "application/x-www-form-urlencoded": 415, "multipart/form-data; boundary=x": 415, "application/xml": 415, "application/octet-stream": 415, "application/cbor": 415, "application/json; charset=utf-8": 200, "application/merge-patch+json": 200, "": 200, "/": 415, "application/json;": 200} {
		if r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, `{"lead":"x"}`, "If-Match", "*", "Content-Type", kind); r.status != want {
			t.Errorf("Content-Type %q: %d, want %d: %s", kind, r.status, want, r.body)
		}
	}
	huge := `{"desk_note":"` + strings.Repeat("x", 8<<20) + `"}`
	if r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, huge, "If-Match", "*"); r.status != 413 {
		t.Errorf("8 MB: %d %.200s", r.status, r.body)
	}
	if r := p.ask("admin", "POST", "/api/v1/pictures", strings.Repeat("x", 1<<20), "Content-Type", "multipart/form-data; boundary=x"); r.status/100 != 4 {
		t.Errorf("a form that is none: %d", r.status)
	}
	for _, accept := range []string{"text/html", "*/*", "application/cbor", "x", strings.Repeat("a/b,", 1000)} {
		if r := p.ask("admin", "GET", "/api/v1/articles/"+id, "", "Accept", accept); r.status != 200 || r.header.Get("Content-Type") != "application/json" {
			t.Errorf("Accept %.20s: %d %s", accept, r.status, r.header.Get("Content-Type"))
		}
	}
}

// naughty reads the strings that nobody on the team wrote.
func naughty(t *testing.T) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "testdata", "security-strings", "blns.json"))
	if os.IsNotExist(err) {
		t.Skip("the shared test data is not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}
