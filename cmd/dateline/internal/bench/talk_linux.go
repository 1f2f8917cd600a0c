package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"time"

	"dateline/internal/account"
	"dateline/internal/app"
	"dateline/internal/talk"
)

// thread is how many comments the discussion has that is read.
const thread = 500

// quiet is how many stories at the end of all have no comments before the flood: it is under the last.
const quiet = 2

// talking is a site in which people talk.
type talking struct {
	*site
	people []string // ids of readers
	tokens []string // theirs
}

// Talk measures discussions: comments kept, a long discussion read, a flood.
func (o Options) Talk(ctx context.Context) error {
	dir, done, err := o.folder()
	if err != nil {
		return err
	}
	defer done()
	var tables []*Table
	if o.wants("growth") {
		table, err := o.crowds(ctx, dir)
		if err != nil {
			return err
		}
		tables = append(tables, table)
	}
	if !o.wants("read") && !o.wants("written") && !o.wants("flood") {
		return o.print(tables)
	}
	t, err := o.gather(ctx, filepath.Join(dir, "site"))
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name    string
		measure func(context.Context, *talking) (*Table, error)
	}{{"read", o.read}, {"written", o.written}, {"flood", o.flood}} {
		if !o.wants(part.name) {
			continue
		}
		table, err := part.measure(ctx, t)
		if err != nil {
			return err
		}
		tables = append(tables, table)
	}
	return o.print(tables)
}

// gather fills a site with stories, people and one long discussion.
func (o Options) gather(ctx context.Context, dir string) (*talking, error) {
	s, err := fill(ctx, dir, o.Articles, 600, o.Say)
	if err != nil {
		return nil, err
	}
	h, err := app.Open(ctx, app.Config{Data: dir})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	t := &talking{site: s, people: make([]string, o.Readers), tokens: make([]string, o.Readers)}
	if _, err := h.Talk.Configure(ctx, account.House(), place, -1, func(s *talk.Settings) { s.NewFor = 0 }); err != nil {
		return nil, err
	}
	begun := time.Now()
	if err := together(o.Readers, func(i int) error {
		a, err := h.Door.Add(ctx, fmt.Sprintf("reader%d@dateline.example", i), name(i), "", account.Grant{Role: account.Reader})
		if err != nil {
			return err
		}
		t.people[i] = a.ID
		t.tokens[i], err = h.Door.Token(ctx, a, "bench", 0)
		return err
	}); err != nil {
		return nil, fmt.Errorf("filling the site with people: %w", err)
	}
	o.Say(fmt.Sprintf("bench: %d people, in %s", o.Readers, time.Since(begun).Round(100*time.Millisecond)))
	begun = begun.Add(-time.Hour)
	past := make([]talk.Past, thread)
	for i := range past {
		past[i] = talk.Past{Ref: fmt.Sprint(i), Name: name(i), Text: words(uint64(i), 30), At: begun.Add(time.Duration(i) * time.Second)}
		if i%5 != 0 {
			past[i].Parent = fmt.Sprint(i - i%5)
		}
	}
	_, err = h.Talk.Arrive(ctx, t.named, past)
	return t, err
}

// together does n things, 128 at a time, so that they share commits.
func together(n int, do func(i int) error) error {
	var mu sync.Mutex
	var first error
	next := 0
	var wg sync.WaitGroup
	for range 128 {
		wg.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				stop := i >= n || first != nil
				mu.Unlock()
				if stop {
					return
				}
				if err := do(i); err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	return first
}

// say is a comment as an application sends it.
func say(host, token, story, text, key string) []byte {
	b, _ := json.Marshal(map[string]string{"body": text})
	return fmt.Appendf(nil, "POST /api/v1/articles/%s/comments HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nIdempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s",
		story, host, token, key, len(b), b)
}

// meet lets everybody be seen once, at the pace at which people who were never seen may come from one address.
func (t *talking) meet(ctx context.Context, p *process) error {
	_, err := pour(ctx, len(t.tokens), time.Duration(len(t.tokens))*6*time.Millisecond, func(i int) (int, error) {
		return http.StatusOK, (&api{p.url(""), t.tokens[i], http.DefaultClient}).call(ctx, http.MethodGet, "/api/v1/articles/"+t.named+"/comments?limit=1", nil, nil)
	})
	return err
}

// written writes comments, each kept durably before it is answered.
func (o Options) written(ctx context.Context, t *talking) (*Table, error) {
	table := &Table{Name: "Comments written", Columns: []string{"connections", "where", "comments/s", "CPU ms a comment", "p50 ms", "p99 ms", "failed"},
		Notes: []string{fmt.Sprintf("%d readers write by the API in turns, one key each; a comment is on the disk, its rules weighed and its event in the outbox before the answer", len(t.tokens))}}
	p, _, err := o.serve(t.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	host, n, many := p.addr.String(), 0, t.ids[:len(t.ids)-quiet]
	o.Say("bench: people come in")
	if err := t.meet(ctx, p); err != nil {
		return nil, err
	}
	for _, conns := range o.Connections {
		for _, where := range []struct {
			name  string
			among []string
		}{{fmt.Sprintf("%d stories", len(many)), many}, {"one story", many[:1]}} {
			var turns []turn
			for round := range o.Rounds {
				o.Say(fmt.Sprintf("bench: comments, %d connections, %s, round %d of %d", conns, where.name, round+1, o.Rounds))
				r := &rival{name: "dateline", process: p, next: func() []byte {
					n++
					return say(host, t.tokens[n%len(t.tokens)], where.among[n%len(where.among)], words(uint64(n), 20), fmt.Sprintf("bench-%d", n))
				}}
				turn, err := r.put(ctx, conns, o.Turn/5, o.Turn)
				if err != nil {
					return nil, err
				}
				turns = append(turns, turn)
			}
			m := middle(turns)
			table.add(conns, where.name, m.rate, m.cpu, m.p50, m.p99, m.failed)
		}
	}
	return table, nil
}

// read reads a discussion of 500 comments.
func (o Options) read(ctx context.Context, t *talking) (*Table, error) {
	table := &Table{Name: fmt.Sprintf("A discussion of %d comments read", thread), Columns: []string{"connections", "what", "bytes", "requests/s", "CPU ms a request", "p50 ms", "p99 ms", "failed"}}
	p, _, err := o.serve(t.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	host := p.addr.String()
	var rivals []*rival
	var sizes []int
	for _, what := range []struct{ name, path string }{
		{"the story with the first of it", t.example}, {"its page", t.example + "/discussion"}, {"all of it by the API", "/api/v1/articles/" + t.named + "/comments?limit=100"},
	} {
		b := head(what.path, host, "gzip, deflate")
		a, err := fetch(p.url(what.path), "gzip, deflate")
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, len(a.Body))
		rivals = append(rivals, &rival{name: what.name, process: p, next: func() []byte { return b }})
	}
	if err := o.turns(ctx, rivals); err != nil {
		return nil, err
	}
	for _, conns := range o.Connections {
		for i, r := range rivals {
			m := middle(r.outcomes[conns])
			table.add(conns, r.name, sizes[i], m.rate, m.cpu, m.p50, m.p99, m.failed)
		}
	}
	return table, nil
}

// flood lets 200 accounts write 10,000 comments in a minute under one story, and a moderator undo it.
func (o Options) flood(ctx context.Context, t *talking) (*Table, error) {
	const crowd, much, minute = 200, 10_000, time.Minute
	table := &Table{Name: fmt.Sprintf("A flood: %d comments in %s of %d accounts under one story", much, minute, crowd), Columns: []string{"what", "value"}}
	if len(t.tokens) <= crowd {
		return nil, fmt.Errorf("bench: a flood takes %d people and one who is honest", crowd)
	}
	last := len(t.ids) - 1
	p, _, err := o.serve(t.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	host, story := p.addr.String(), t.ids[last]
	page := &rival{name: "page", process: p, next: func() []byte { return head(t.paths[last], host, "gzip") }}
	before, err := page.put(ctx, 16, time.Second, 5*time.Second)
	if err != nil {
		return nil, err
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 128}}
	var sent outcome
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		sent, failed = pour(ctx, much, minute, func(i int) (int, error) {
			return (&api{p.url(""), t.tokens[i%crowd], client}).comment(ctx, story, fmt.Sprintf("Buy %d of it now: %s", i, words(uint64(i%40), 12)), nil)
		})
	}()
	during, err := page.put(ctx, 16, 5*time.Second, 30*time.Second)
	if err != nil {
		return nil, err
	}
	honest := &api{p.url(""), t.tokens[crowd], client}
	var there, elsewhere struct {
		State string `json:"state"`
	}
	if _, err := honest.comment(ctx, story, "Does anybody know when the ferry goes?", &there); err != nil {
		return nil, err
	}
	if _, err := honest.comment(ctx, t.ids[last-1], "The pilots wrote to the council about it in spring.", &elsewhere); err != nil {
		return nil, err
	}
	<-done
	if failed != nil {
		return nil, failed
	}
	var shown struct{ Items []json.RawMessage }
	if err := honest.call(ctx, "GET", "/api/v1/articles/"+story+"/comments?limit=100", nil, &shown); err != nil {
		return nil, err
	}
	public := 0
	for _, c := range shown.Items {
		if bytes.Contains(c, []byte("Buy ")) {
			public++
		}
	}
	table.add("sent", sent.requests)
	table.add("refused, with 429", sent.status[http.StatusTooManyRequests])
	table.add("kept to wait or shown", sent.status[http.StatusCreated])
	table.add("shown to readers", public)
	table.add("an honest reader's comment meanwhile", there.State)
	table.add("and under another story", elsewhere.State)
	table.add("p99 of an answer to the flood, ms", percentile(sent.times, 99))
	table.add("pages/s before", before.rate)
	table.add("pages/s meanwhile", during.rate)
	table.add("p99 of a page before, ms", before.p99)
	table.add("p99 of a page meanwhile, ms", during.p99)
	begun, desk, undone := time.Now(), &api{p.url(""), t.token, http.DefaultClient}, 0
	for left := true; left; {
		var swept struct {
			Rejected int
			Left     bool
		}
		if err := desk.call(ctx, "POST", "/api/v1/moderation/sweep", map[string]any{"article": story, "since": begun.Add(-time.Hour), "reason": "A flood."}, &swept); err != nil {
			return nil, err
		}
		undone, left = undone+swept.Rejected, swept.Left
	}
	table.add("rejected at once", undone)
	table.add("in ms", time.Since(begun))
	return table, nil
}

// pour asks n times, evenly over a span, and gives what was answered.
func pour(ctx context.Context, n int, span time.Duration, ask func(i int) (status int, err error)) (outcome, error) {
	out := outcome{status: map[int]int{}, span: span}
	var mu sync.Mutex
	begun := time.Now()
	err := together(n, func(i int) error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(begun.Add(span * time.Duration(i) / time.Duration(n)))): // a flood has a pace
		}
		sent := time.Now()
		code, err := ask(i)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		out.requests++
		out.status[code]++
		out.times = append(out.times, time.Since(sent))
		return nil
	})
	return out, err
}

// comment says something under a story and gives the status of the answer.
func (a *api) comment(ctx context.Context, story, text string, out any) (int, error) {
	b, err := json.Marshal(map[string]string{"body": text})
	if err != nil {
		return 0, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+"/api/v1/articles/"+story+"/comments", bytes.NewReader(b))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	r.Header.Set("Content-Type", "application/json")
	res, err := a.client.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if b, err = io.ReadAll(res.Body); err == nil && out != nil {
		err = json.Unmarshal(b, out)
	}
	return res.StatusCode, err
}
