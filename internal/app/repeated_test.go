package app

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/news"
)

// post is a POST operation with a body and another one, and what counts how often its effect happened.
type post struct {
	name  string
	make  func() (target string, header []string) // a fresh object; header without the key
	body  func(n int) (body, kind string)
	count func(target string) int // nil when it keeps nothing
	want  int
}

// texts are bodies in JSON.
func texts(bodies ...string) func(int) (string, string) {
	return func(n int) (string, string) { return bodies[n], "application/json" }
}

func plain(target string) func() (string, []string) {
	return func() (string, []string) { return target, nil }
}

// toldDesk counts the facts of a kind on the desk of en.
func (p *paper) toldDesk(kind fact.Kind) int {
	p.t.Helper()
	facts, err := p.site.Store.Facts(p.t.Context(), fact.Desk("en"), 0, 100_000)
	if err != nil {
		p.t.Fatal(err)
	}
	return len(slices.DeleteFunc(facts, func(f fact.Fact) bool { return f.Kind != kind }))
}

// posts are the POST operations of editions, articles and pictures.
func (p *paper) posts() []post {
	articles := func(edition string) func(string) int {
		return func(string) int {
			return len(p.must(200, "admin", "GET", "/api/v1/articles?limit=100&edition="+edition, "").json()["items"].([]any))
		}
	}
	revisions := func(target string) int {
		id := target[len("/api/v1/articles/"):][:13]
		r := p.ask("admin", "GET", "/api/v1/articles/"+id+"/revisions", "")
		items, _ := r.json()["items"].([]any)
		return len(items)*1000 + int(p.stored(id).Version)
	}
	n := 0
	fresh := func(published int) func(tail string) func() (string, []string) {
		return func(tail string) func() (string, []string) {
			return func() (string, []string) {
				n++
				id := p.draft("admin", fmt.Sprintf("Repeated %d", n), "")
				for range published {
					p.publish(id, "")
				}
				return "/api/v1/articles/" + id + tail, []string{"If-Match", "*"}
			}
		}
	}
	question := ""
	return []post{
		{"create-edition", plain("/api/v1/editions"), texts(`{"slug":"ru","name":"R","language":"ru"}`, `{"slug":"ar","name":"A","language":"ar"}`), func(string) int { return len(p.site.Directory().Editions) }, 201},
		{"create-section", plain("/api/v1/sections"), texts(`{"edition":"en","slug":"arts","name":"Arts"}`, `{"edition":"en","slug":"arms","name":"Arms"}`), func(string) int { return len(p.site.Directory().Sections) }, 201},
		{"create-alert", plain("/api/v1/alerts"), texts(`{"edition":"es","text":"A","banner":false}`, `{"edition":"es","text":"B","banner":false}`), func(string) int {
			facts, err := p.site.Store.Facts(p.t.Context(), fact.Newsfeed("es"), 0, 1000)
			if err != nil {
				p.t.Fatal(err)
			}
			return len(facts)
		}, 201},
		{"create-article", plain("/api/v1/articles"), texts(`{"edition":"es","headline":"A"}`, `{"edition":"es","headline":"B"}`), articles("es"), 201},
		{"publish-article", fresh(0)("/publish"), texts(`{"change":"first"}`, `{}`), revisions, 200},
		{"withdraw-article", fresh(1)("/withdraw"), texts(`{"note":"A"}`, `{"note":"B"}`), revisions, 200},
		{"redact-revision", fresh(2)("/revisions/1/redact"), texts(`{"note":"A"}`, `{"note":"B"}`), revisions, 200},
		{"take-lock", fresh(0)("/lock"), texts(`{"tab":"a"}`, `{"tab":"b"}`), func(string) int { return p.toldDesk(fact.Locked) }, 200},
		{"ask-for-lock", func() (string, []string) {
			n++
			at := "/api/v1/articles/" + p.draft("reporter", fmt.Sprintf("Asked for %d", n), "") + "/lock"
			p.must(200, "reporter", "POST", at, `{"tab":"a"}`)
			return at + "/ask", nil
		}, texts(`{"tab":"b"}`, `{"tab":"c"}`), nil, 200},
		{"answer-lock", func() (string, []string) {
			n++
			at := "/api/v1/articles/" + p.draft("admin", fmt.Sprintf("Handed over %d", n), "") + "/lock"
			p.must(200, "admin", "POST", at, `{"tab":"a"}`)
			question = p.must(200, "editor", "POST", at+"/ask", `{"tab":"b"}`).text("id")
			return at + "/answer", nil
		}, func(i int) (string, string) {
			return fmt.Sprintf(`{"tab":%q,"ask":%q,"give":true}`, []string{"a", "z"}[i], question), "application/json"
		}, func(string) int { return p.toldDesk(fact.Taken) }, 204},
		{"close-branch", func() (string, []string) {
			n++
			at := "/api/v1/articles/" + p.draft("admin", fmt.Sprintf("Branched %d", n), "") + "/branches/"
			return at + p.must(200, "admin", "PUT", at+"a", `{"base":1,"lead":"Beside"}`).text("id") + "/close", nil
		}, texts("", "{}"), func(target string) int {
			branches, err := p.site.Store.Branches(p.t.Context(), target[len("/api/v1/articles/"):][:13], "", 100)
			if err != nil {
				p.t.Fatal(err)
			}
			return len(slices.DeleteFunc(branches, func(b news.Branch) bool { return b.ClosedAt.IsZero() }))
		}, 200},
		{"merge-author", func() (string, []string) {
			n++
			p.story(fmt.Sprintf("Signed %d", n), fmt.Sprintf(`"byline":["Author %d","Ana Vey"]`, n))
			return fmt.Sprintf("/api/v1/authors/author-%d/merge", n), nil
		}, texts(`{"into":"ana-vey"}`, `{"into":"nobody"}`), p.entryVersion(news.AuthorKey("ana-vey")), 200},
		{"merge-topic", func() (string, []string) {
			n++
			p.story(fmt.Sprintf("Tagged %d", n), fmt.Sprintf(`"tags":["Topic %d","Tram"]`, n))
			return fmt.Sprintf("/api/v1/topics/topic-%d/merge?edition=en", n), nil
		}, texts(`{"into":"tram"}`, `{"into":"nothing"}`), p.entryVersion(news.TopicKey("en", "tram")), 200},
		{"convert-document", plain("/api/v1/documents"), texts(`{"html":"<p>A</p>"}`, `{"html":"<p>B</p>"}`), nil, 200},
		{"upload-picture", plain("/api/v1/pictures"), func(i int) (string, string) { return fixedForm(photo(77+i), "credit", "C") }, func(string) int {
			keys, err := shelf{p.site.Files}.Keys(p.t.Context(), "o/")
			if err != nil {
				p.t.Fatal(err)
			}
			return len(keys)
		}, 201},
		{"kill-picture", func() (string, []string) {
			n++
			return "/api/v1/pictures/" + p.upload("admin", 500+n) + "/kill", nil
		}, texts(`{"note":"A"}`, `{"note":"B"}`), func(target string) int {
			pic, err := p.site.Store.Picture(p.t.Context(), target[len("/api/v1/pictures/"):][:13])
			if err != nil {
				p.t.Fatal(err)
			}
			return int(pic.Version)
		}, 200},
	}
}

// fixedForm is form with the same boundary each time, so that the same upload has the same bytes.
func fixedForm(file []byte, name, value string) (body, kind string) {
	const edge = "the-edge-of-the-form"
	return "--" + edge + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n--" + edge +
		"\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n" + string(file) + "\r\n--" + edge + "--\r\n", "multipart/form-data; boundary=" + edge
}

func TestARepeatedPostHasOneOutcome(t *testing.T) {
	p := newPaper(t)
	covered := map[string]bool{}
	for name := range unkept {
		covered[name] = true // see TestWhatKeepsNoOutcomeDoesNoHarmTwice
	}
	for _, name := range []string{"create-account", "create-token", "refresh-source"} {
		covered[name] = true // see TestASecretIsToldOnce and TestUnderOneKeyASourceIsReadOnce
	}
	for _, c := range slices.Concat(p.posts(), p.intakePosts(), p.coveragePosts(), p.talkPosts()) {
		covered[c.name] = true
		keeps := c.count != nil
		if !keeps {
			c.count = func(string) int { return 0 }
		}
		t.Run(c.name, func(t *testing.T) {
			target, header := c.make()
			body, kind := c.body(0)
			key := "key-" + c.name
			with := func(key, kind string) []string {
				return append([]string{"Idempotency-Key", key, "Content-Type", kind}, header...)
			}
			first := p.must(c.want, "admin", "POST", target, body, with(key, kind)...)
			n := c.count(target)
			for range 2 {
				again := p.must(c.want, "admin", "POST", target, body, with(key, kind)...)
				if !bytes.Equal(again.body, first.body) || again.header.Get("ETag") != first.header.Get("ETag") || again.header.Get("Location") != first.header.Get("Location") {
					t.Errorf("the outcome differs:\n%s\n%s", first.body, again.body)
				}
			}
			other, otherKind := c.body(1)
			if r := p.ask("admin", "POST", target, other, with(key, otherKind)...); r.status != 422 || r.places() != "header.Idempotency-Key" {
				t.Errorf("another body under the key: %d %s", r.status, r.body)
			}
			if got := c.count(target); got != n {
				t.Errorf("the effect happened again: %d, then %d", n, got)
			}
		})
		t.Run(c.name+" at once", func(t *testing.T) {
			which := 0
			if c.name == "create-edition" || c.name == "create-section" {
				which = 1 // the slug of the first is taken now; the second was refused above
			}
			target, header := c.make()
			body, kind := c.body(which)
			var mu sync.Mutex
			outcomes := map[string]int{}
			var all sync.WaitGroup
			before := c.count(target)
			for range 8 {
				all.Go(func() {
					r := p.ask("admin", "POST", target, body, append([]string{"Idempotency-Key", "at-once-" + c.name, "Content-Type", kind}, header...)...)
					mu.Lock()
					defer mu.Unlock()
					outcomes[fmt.Sprint(r.status, " ", string(r.body))]++
				})
			}
			all.Wait()
			after := c.count(target)
			if len(outcomes) != 1 {
				t.Errorf("%d different outcomes: %.600v", len(outcomes), outcomes)
			}
			if keeps && after-before != 1 && after-before != 1001 {
				t.Errorf("the effect happened %d times", after-before)
			}
		})
	}
	for _, op := range p.described() {
		if op.method == "POST" && !covered[op.id] {
			t.Errorf("%s is not tried with a key", op.id)
		}
	}
}

func TestAKeyIsOfOneAccountAndOneDay(t *testing.T) {
	p := newPaper(t)
	const body = `{"edition":"en","headline":"Key"}`
	id := func(who string) string {
		return p.must(201, who, "POST", "/api/v1/articles", body, "Idempotency-Key", "the same").text("id")
	}
	a, b := id("reporter"), id("colleague")
	if a == b {
		t.Error("two accounts share a key")
	}
	if id("reporter") != a {
		t.Error("the key has another outcome")
	}
	p.clock.Forward(24*time.Hour + time.Minute)
	if c := id("reporter"); c == a {
		t.Error("the key is kept for more than a day")
	}
	if r := p.ask("reporter", "POST", "/api/v1/articles", `{"edition":"nowhere"}`, "Idempotency-Key", "refused"); r.status != 422 {
		t.Errorf("%d", r.status)
	}
	p.must(201, "reporter", "POST", "/api/v1/articles", body, "Idempotency-Key", "refused") // what was refused left nothing under its key
	long := make([]byte, 201)
	for i := range long {
		long[i] = 'k'
	}
	p.must(422, "reporter", "POST", "/api/v1/articles", body, "Idempotency-Key", string(long))
	if r := p.must(422, "reporter", "POST", "/api/v1/articles", `{"edition":"en","headline":"Other path"}`, "Idempotency-Key", "refused"); r.places() != "header.Idempotency-Key" {
		t.Errorf("%s", r.body)
	}
	// A draft made under a key is not given to who may not see it any more.
	_, err := p.site.Store.AmendAccount(t.Context(), p.people["colleague"].ID, readerOnly)
	if err != nil {
		t.Fatal(err)
	}
	p.clock.Forward(10 * time.Second)
	p.must(403, "colleague", "POST", "/api/v1/articles", body, "Idempotency-Key", "the same")
}
