package app

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"dateline/internal/news"
)

// desk follows a desk as a page does and gives what it hears, in order.
func (p *paper) desk(who, edition string) <-chan heard {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "GET", p.url+"/events?topic=desk:"+edition, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+p.tokens[who])
	answer, err := http.DefaultClient.Do(r)
	if err != nil || answer.StatusCode != 200 {
		p.t.Fatalf("%v %+v", err, answer)
	}
	p.t.Cleanup(func() { answer.Body.Close() })
	out, begun := make(chan heard, 1000), make(chan struct{})
	go func() {
		defer close(out)
		lines := bufio.NewScanner(answer.Body)
		var e heard
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "id":
				e.id = value
			case "event":
				e.kind = value
			case "data":
				_ = json.Unmarshal([]byte(value), &e)
			case "":
				if e.kind != "" {
					out <- e
				} else if e.id != "" {
					close(begun)
				}
				e = heard{}
			}
		}
	}()
	select {
	case <-begun:
	case <-time.After(30 * time.Second):
		p.t.Fatal("the stream does not begin")
	}
	return out
}

type heard struct {
	id, kind string
	Seq      int64
	Item     struct{ ID, By, Name, Tab, Ask, Lock string }
}

// hear waits for an event of a kind about a story.
func (p *paper) hear(from <-chan heard, kind, id string) heard {
	p.t.Helper()
	late := time.After(30 * time.Second)
	for {
		select {
		case e, open := <-from:
			if !open {
				p.t.Fatalf("the stream ended before %s", kind)
			}
			if e.kind == kind && e.Item.ID == id {
				return e
			}
		case <-late:
			p.t.Fatalf("%s of %s was not told", kind, id)
		}
	}
}

func TestTheDeskHearsWhoHasAStoryOpenAndNothingOfItIsKept(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Open to see", "")
	at := "/api/v1/articles/" + id + "/presence"
	desk := p.desk("editor", "en")
	p.must(200, "reporter", "PUT", at, `{"tab":"t-1"}`)
	if e := p.hear(desk, "present", id); e.Item.Name != "Reporter" || e.Item.Tab != "t-1" || e.Item.By != p.people["reporter"].ID || e.Seq != 0 || e.id != "" {
		t.Errorf("%+v", e)
	}
	p.clock.Forward(time.Second)
	both := p.must(200, "editor", "PUT", at, `{"tab":"t-9"}`)
	if both.text("items.0.name") != "Reporter" || both.text("items.1.name") != "Editor" || both.text("items.0.article") != id {
		t.Errorf("%s", both.body)
	}
	if r := p.must(200, "colleague", "GET", "/api/v1/desk/presence?edition=en", ""); r.text("items.1.tab") != "t-9" {
		t.Errorf("%s", r.body)
	}
	p.must(204, "colleague", "DELETE", at+"?tab=t-1", "") // not hers
	p.must(204, "editor", "DELETE", at+"?tab=t-9", "")
	if e := p.hear(desk, "left", id); e.Item.By != p.people["editor"].ID || e.Item.Tab != "t-9" {
		t.Errorf("%+v", e)
	}
	p.clock.Forward(news.PresentFor)
	if r := p.must(200, "editor", "GET", "/api/v1/desk/presence?edition=en", ""); r.text("items.0.id") != "" {
		t.Errorf("who went without a word is still there: %s", r.body)
	}
	if r := p.must(422, "editor", "PUT", at, `{"tab":"a b"}`); r.places() != "body.tab" {
		t.Errorf("%s", r.body)
	}
	p.noRow("t-1")
}

func TestAStoryThatIsAskedForIsHandedOverToWhoAskedAndToNobodyElse(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Asked for", "")
	at := "/api/v1/articles/" + id + "/lock"
	mine := p.must(200, "reporter", "POST", at, `{"tab":"t-1"}`)
	desk := p.desk("reporter", "en")
	asked := p.must(200, "editor", "POST", at+"/ask", `{"tab":"t-9"}`)
	e := p.hear(desk, "asked", id)
	if e.Item.Name != "Editor" || e.Item.Tab != "t-9" || e.Item.Ask != asked.text("id") || e.Item.Lock != mine.text("id") {
		t.Errorf("%+v, asked %s", e, asked.body)
	}
	if again := p.must(200, "editor", "POST", at+"/ask", `{"tab":"t-9"}`); again.text("id") != asked.text("id") {
		t.Errorf("the same window asks again: %s", again.body)
	}
	answer := func(give string) string { return `{"tab":"t-1","ask":"` + asked.text("id") + `","give":` + give + `}` }
	p.must(409, "admin", "POST", at+"/answer", answer("true")) // another's window
	p.must(204, "reporter", "POST", at+"/answer", answer("false"))
	if e := p.hear(desk, "declined", id); e.Item.Ask != asked.text("id") || e.Item.By != p.people["editor"].ID {
		t.Errorf("%+v", e)
	}
	if r := p.must(200, "editor", "GET", at, ""); r.text("lock.tab") != "t-1" {
		t.Errorf("she let it go although she said no: %s", r.body)
	}
	asked = p.must(200, "editor", "POST", at+"/ask", `{"tab":"t-9"}`)
	for range 2 { // the same answer again has the same outcome
		p.must(204, "reporter", "POST", at+"/answer", answer("true"), "Idempotency-Key", "give")
	}
	if e := p.hear(desk, "taken", id); e.Item.Name != "Editor" || e.Item.Tab != "t-9" || e.Seq == 0 {
		t.Errorf("%+v", e)
	}
	if r := p.must(200, "reporter", "GET", at, ""); r.text("lock.tab") != "t-9" || r.text("lock.account") != p.people["editor"].ID {
		t.Errorf("%s", r.body)
	}
	p.must(409, "admin", "POST", at, `{"tab":"t-5"}`)
	p.must(200, "editor", "POST", at, `{"tab":"t-9"}`)
	p.must(409, "reporter", "POST", at+"/answer", answer("true")) // it is not hers any more
	again := p.must(200, "admin", "POST", at+"/ask", `{"tab":"t-5"}`)
	p.clock.Forward(news.AskedFor)
	p.must(200, "editor", "POST", at, `{"tab":"t-9"}`)
	p.must(404, "editor", "POST", at+"/answer", `{"tab":"t-9","ask":"`+again.text("id")+`","give":true}`) // nobody waits that long
}

func TestTheDeskCountsItsStoriesAndSaysWhoseTheyAre(t *testing.T) {
	p := newPaper(t)
	id := p.draft("reporter", "Water is dear", "")
	p.draft("colleague", "Bread is dear", `"assignee":"`+p.people["reporter"].ID+`"`)
	p.draft("editor", "Salt is dear", `"state":"ready"`)
	p.story("Wine is dear", "")
	counts := func(who, query string) string {
		return string(p.must(200, who, "GET", "/api/v1/desk/counts?edition=en"+query, "").body)
	}
	if got := strings.TrimSpace(counts("reporter", "")); got != `{"draft":2,"in_review":0,"ready":1,"scheduled":0,"published":1,"withdrawn":0,"all":4,"mine":2}` {
		t.Error(got)
	}
	if got := counts("editor", "&q=bread"); !strings.Contains(got, `"all":1,"mine":0`) || !strings.Contains(got, `"draft":1`) {
		t.Error(got)
	}
	if got := counts("editor", "&section=world"); !strings.Contains(got, `"published":1`) {
		t.Error(got)
	}
	mine := p.must(200, "reporter", "GET", "/api/v1/articles?edition=en&mine=true", "")
	if mine.text("items.0.headline") != "Bread is dear" || mine.text("items.1.id") != id || mine.text("items.2.id") != "" {
		t.Errorf("%s", mine.body)
	}
	if mine.text("items.0.assignee_name") != "Reporter" || mine.text("items.0.updated_by_name") != "Colleague" || mine.text("items.0.created_by_name") != "Colleague" {
		t.Errorf("%s", mine.body)
	}
	p.must(200, "reporter", "POST", "/api/v1/articles/"+id+"/lock", `{"tab":"t-1"}`)
	for _, at := range []string{"/api/v1/articles?edition=en&q=water", "/api/v1/articles/" + id} {
		r := p.must(200, "editor", "GET", at, "")
		if !strings.Contains(string(r.body), `"in_hand":{"id":"`) || !strings.Contains(string(r.body), `"name":"Reporter"`) {
			t.Errorf("%s: %s", at, r.body)
		}
	}
	p.clock.Forward(time.Minute)
	if r := p.must(200, "editor", "GET", "/api/v1/articles/"+id, ""); strings.Contains(string(r.body), "in_hand") {
		t.Errorf("whose lease ran out still has it: %s", r.body)
	}
	if r := p.must(200, "", "GET", "/api/v1/articles?edition=en", ""); strings.Contains(string(r.body), "_name") || strings.Contains(string(r.body), "in_hand") {
		t.Errorf("strangers are told names: %s", r.body)
	}
}
