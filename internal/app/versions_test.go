package app

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
)

func TestAChangeIsMadeOnTheVersionItNames(t *testing.T) {
	p := newPaper(t)
	id, at := p.draft("admin", "First", ""), "/api/v1/articles/"
	for _, call := range []struct{ method, path, body string }{
		{"PATCH", at + id, `{"lead":"x"}`}, {"DELETE", at + id, ""}, {"POST", at + id + "/publish", `{}`}, {"POST", at + id + "/withdraw", `{"note":"x"}`}, {"POST", at + id + "/revisions/1/redact", `{"note":"x"}`},
	} {
		if r := p.ask("admin", call.method, call.path, call.body); r.status != 428 {
			t.Errorf("%s without If-Match: %d", call.path, r.status)
		}
		for _, old := range []string{`"7"`, `W/"1"`, `1`, `"x"`, `"1", "2"`, `"-1"`, `"0"`, `"99999999999999999999"`, `**`, `"r1"`, `'1'`} {
			r := p.ask("admin", call.method, call.path, call.body, "If-Match", old)
			if r.status != 412 || r.text("current.id") != id || r.text("current.headline") != "First" || r.text("current.version") != "1" {
				t.Errorf("%s with If-Match %s: %d %.300s", call.path, old, r.status, r.body)
			}
		}
		if p.stored(id).Version != 1 {
			t.Errorf("%s %s changed something", call.method, call.path)
		}
	}
	id = p.draft("admin", "First", "")
	before := p.stored(id)
	r := p.must(412, "admin", "PATCH", at+id, `{"headline":"Lost"}`, "If-Match", `"9"`)
	if after := p.stored(id); after.Headline != before.Headline || after.Version != before.Version {
		t.Errorf("a refused change was kept: %+v", after)
	}
	r = p.must(200, "admin", "PATCH", at+id, `{"headline":"Second"}`, "If-Match", `"`+r.text("current.version")+`"`)
	if tag := r.header.Get("ETag"); tag != `"2"` || r.text("version") != "2" {
		t.Errorf("the tag of the new version is %s", tag)
	}
	if get := p.must(200, "admin", "GET", at+id, ""); get.header.Get("ETag") != `"2"` {
		t.Errorf("GET gives the tag %s", get.header.Get("ETag"))
	}
	p.must(200, "admin", "PATCH", at+id, `{"headline":"Third"}`, "If-Match", `*`)
	if r := p.must(200, "admin", "POST", at+id+"/publish", `{}`, "If-Match", `"3"`); r.header.Get("ETag") != `"4"` {
		t.Errorf("publishing gives the tag %s", r.header.Get("ETag"))
	}
	for _, path := range []string{"/api/v1/editions/en", "/api/v1/sections/" + func() string { id, _ := p.section("en", "sea"); return id }()} {
		tag := p.must(200, "admin", "GET", path, "").header.Get("ETag")
		p.must(200, "admin", "PATCH", path, `{"name":"One"}`, "If-Match", tag)
		if r := p.must(412, "admin", "PATCH", path, `{"name":"Two"}`, "If-Match", tag); r.text("current.name") != "One" || r.text("current.url") == "" {
			t.Errorf("%s: the newer state is %.300s", path, r.body)
		}
		p.must(200, "admin", "PATCH", path, `{"name":"Three"}`)
	}
	pic := "/api/v1/pictures/" + p.upload("pictures", 1)
	tag := p.must(200, "pictures", "GET", pic, "").header.Get("ETag")
	p.must(200, "pictures", "PATCH", pic, `{"caption":"One"}`, "If-Match", tag)
	if r := p.must(412, "pictures", "PATCH", pic, `{"caption":"Two"}`, "If-Match", tag); r.text("current.caption") != "One" {
		t.Errorf("the newer state is %.300s", r.body)
	} else if now := p.must(200, "reporter", "GET", pic, "").text("version"); now != r.text("current.version") || `"`+now+`"` == tag {
		t.Errorf("the version is %s, and %s in the answer that it was changed", now, r.text("current.version"))
	}
}

func TestOfManySavesOfOneVersionOneWins(t *testing.T) {
	p := newPaper(t)
	id := p.draft("admin", "Race", "")
	var mu sync.Mutex
	codes := map[int]int{}
	var all sync.WaitGroup
	for n := range 16 {
		all.Go(func() {
			r := p.ask("admin", "PATCH", "/api/v1/articles/"+id, fmt.Sprintf(`{"headline":"Race %d"}`, n), "If-Match", `"1"`)
			mu.Lock()
			defer mu.Unlock()
			codes[r.status]++
			if r.status == 412 && r.text("current.version") != "2" {
				t.Errorf("the newer state is %.200s", r.body)
			}
		})
	}
	all.Wait()
	if codes[200] != 1 || codes[412] != 15 {
		t.Errorf("%v", codes)
	}
}

// walkList reads a list to its end and gives the ids in order.
func (p *paper) walkList(who, target string, limit int, between func()) []string {
	p.t.Helper()
	var ids []string
	for after := ""; ; {
		r := p.must(200, who, "GET", fmt.Sprintf("%s&limit=%d&after=%s", target, limit, after), "")
		var page struct {
			Items []struct{ ID string }
			Next  string
		}
		if err := json.Unmarshal(r.body, &page); err != nil {
			p.t.Fatal(err)
		}
		if len(page.Items) > limit {
			p.t.Fatalf("%d items with a limit of %d", len(page.Items), limit)
		}
		for _, i := range page.Items {
			ids = append(ids, i.ID)
		}
		if after = page.Next; after == "" {
			return ids
		}
		if len(page.Items) == 0 {
			p.t.Fatal("an empty page with a next one")
		}
		if between != nil {
			between()
		}
	}
}

func TestListsGiveEachItemOnceWhileOthersWrite(t *testing.T) {
	p := newPaper(t)
	want := map[string]bool{}
	for n := range 23 {
		id, _ := p.story(fmt.Sprintf("Listed tram %d", n), "")
		want[id] = true
	}
	for _, target := range []string{"/api/v1/articles?edition=en", "/api/v1/articles?edition=en&section=world", "/api/v1/articles?edition=en&q=tram"} {
		for _, who := range []string{"", "editor"} {
			for _, limit := range []int{1, 7, 23, 24, 100} {
				n := 0
				between := func() {
					n++
					p.story(fmt.Sprintf("Newer tram %d", n), "")
					p.draft("admin", "Draft tram", "")
				}
				if target != "/api/v1/articles?edition=en" || who == "" && limit == 1 {
					between = nil // searching pages by number
				}
				seen := map[string]int{}
				for _, id := range p.walkList(who, target, limit, between) {
					seen[id]++
				}
				for id := range want {
					if seen[id] != 1 {
						t.Errorf("%s by %q, limit %d: %s is there %d times", target, who, limit, id, seen[id])
					}
				}
				for id, n := range seen {
					if n > 1 {
						t.Errorf("%s by %q, limit %d: %s is there %d times", target, who, limit, id, n)
					}
				}
			}
		}
	}
	for _, q := range []string{"limit=0", "limit=101", "limit=-1", "limit=x", "limit=1e9", "after=x", "after=" + fmt.Sprintf("%0300d", 1), "after=%00", "after=LTE", "state=none", "edition=" + fmt.Sprintf("%070d", 1), "edition=none", "edition=none&q=tram", "section=none", "section=none&edition=en"} {
		for _, who := range []string{"", "admin"} {
			if r := p.ask(who, "GET", "/api/v1/articles?"+q, ""); r.status != 422 || r.places() == "" {
				t.Errorf("%s by %q: %d %s", q, who, r.status, r.body)
			}
		}
	}
	if r := p.ask("", "GET", "/api/v1/articles", ""); r.json()["items"] == nil {
		t.Errorf("%s", r.body)
	}
	if n := len(p.must(200, "admin", "GET", "/api/v1/articles?limit=100", "", "Accept", "application/json").json()["items"].([]any)); n != 100 && n < 23 {
		t.Errorf("%d items", n)
	}
}
