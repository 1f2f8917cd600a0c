package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/app"
)

const feedStream = "/events?topic=newsfeed:" + place

// Live measures what is live: publications until pages are new, events to many readers, and all of them coming back.
func (o Options) Live(ctx context.Context) error {
	dir, done, err := o.folder()
	if err != nil {
		return err
	}
	defer done()
	s, err := fill(ctx, filepath.Join(dir, "site"), o.Articles, 200, o.Say)
	if err != nil {
		return err
	}
	var tables []*Table
	if o.Reconnect || o.Hostile || o.Nodes > 1 {
		alone := o.nodes
		switch {
		case o.Reconnect:
			alone = o.reconnect
		case o.Hostile:
			alone = o.hostile
		}
		t, err := alone(ctx, s)
		if err != nil {
			return err
		}
		return o.print(append(tables, t))
	}
	p, _, err := o.serve(s.dir)
	if err != nil {
		return err
	}
	defer p.stop()
	for _, part := range []func(context.Context, *site, *process) (*Table, error){o.newPages, o.toReaders} {
		t, err := part(ctx, s, p)
		if err != nil {
			return err
		}
		tables = append(tables, t)
	}
	return o.print(tables)
}

// ear follows the newsfeed as one open page, and looks at the front when something comes.
type ear struct {
	mu   sync.Mutex
	want map[string]pending // by article id
	old  int                // fronts without the story, after the event
	came []time.Duration    // publish call to event
	seen []time.Duration    // event to the new front, whole
	left chan struct{}      // one for each event that was looked at
}

type pending struct {
	at       time.Time
	headline string
}

func (e *ear) follow(ctx context.Context, a *api) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+feedStream, nil)
	if err != nil {
		return err
	}
	res, err := a.client.Do(r)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("bench: the stream answers %s", res.Status)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "id:") {
	}
	looker := &api{base: a.base, client: &http.Client{Transport: &http.Transport{}}}
	go func() {
		defer res.Body.Close()
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			now := time.Now()
			e.mu.Lock()
			for id, p := range e.want {
				if !strings.Contains(data, id) {
					continue
				}
				delete(e.want, id)
				e.came = append(e.came, now.Sub(p.at))
				front, err := looker.page(ctx, "/")
				if err != nil || !bytes.Contains(front, []byte(p.headline)) {
					e.old++
				}
				e.seen = append(e.seen, time.Since(now))
				e.left <- struct{}{}
			}
			e.mu.Unlock()
		}
	}()
	return nil
}

// newPages measures how long a publication takes to be on the front, on its own page, in the feed, and at an open page.
func (o Options) newPages(ctx context.Context, s *site, p *process) (*Table, error) {
	a := &api{base: p.url(""), token: s.token, client: &http.Client{Transport: &http.Transport{}}}
	e := &ear{want: map[string]pending{}, left: make(chan struct{}, o.Posts)}
	if err := e.follow(ctx, a); err != nil {
		return nil, err
	}
	times := map[string][]time.Duration{}
	old := map[string]int{}
	pages := []string{"the front", "its page", "the feed"}
	for i := range o.Posts {
		d, err := a.draft(ctx, i+2_000_000)
		if err != nil {
			return nil, err
		}
		text := headline(i + 2_000_000)
		begun := time.Now()
		e.mu.Lock()
		e.want[d.ID] = pending{begun, text}
		e.mu.Unlock()
		out, err := a.release(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		answered := time.Now()
		times["publish call until answered"] = append(times["publish call until answered"], answered.Sub(begun))
		for k, path := range []string{"/", strings.TrimPrefix(out.URL, a.base), "/feed.xml"} {
			b, err := a.page(ctx, path)
			if err != nil {
				return nil, err
			}
			what := "answered until " + pages[k] + " is served new"
			times[what] = append(times[what], time.Since(answered))
			if !bytes.Contains(b, []byte(text)) {
				old[what]++
			}
		}
		select {
		case <-e.left:
		case <-time.After(10 * time.Second):
			return nil, fmt.Errorf("bench: no event came for %s", d.ID)
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	times["publish call until the event is at an open page"], times["event until the front is served new"] = e.came, e.seen
	old["event until the front is served new"] = e.old
	t := &Table{Name: fmt.Sprintf("From a publication to new pages, %d publications, milliseconds", o.Posts), Columns: []string{"what", "median", "p99", "most", "old copies"},
		Notes: []string{"the three pages are asked for one after the other, none of them is in memory then; times include those before"}}
	for _, what := range []string{"publish call until answered", "answered until the front is served new", "answered until its page is served new",
		"answered until the feed is served new", "publish call until the event is at an open page", "event until the front is served new"} {
		t.add(what, median(times[what]), percentile(times[what], 99), percentile(times[what], 100), old[what])
	}
	return t, nil
}

// toReaders measures events to many open pages.
func (o Options) toReaders(ctx context.Context, s *site, p *process) (*Table, error) {
	c, told := listeners(o.Readers)
	before := p.memory()
	opening := time.Now()
	if err := c.gather(p.addr); err != nil {
		return nil, err
	}
	defer c.leave()
	if !await(30*time.Second, func() bool { return int(c.opened.Load()) == o.Readers }) {
		return nil, fmt.Errorf("bench: %d of %d streams opened, %d refused", c.opened.Load(), o.Readers, c.refused.Load())
	}
	opened := time.Since(opening)
	each := float64(p.settled()-before) / float64(o.Readers) / 1024
	rounds := max(min(o.Posts, 50), 1)
	lasts, busy, err := o.tell(ctx, s, p, told, 3_000_000, rounds)
	if err != nil {
		return nil, err
	}
	wrong := 0
	for _, s := range c.streams {
		wrong += s.wrong
	}
	t := &Table{Name: "One publication to many open pages", Columns: []string{"what", "value"}}
	t.add("open streams", o.Readers)
	t.add("publications", rounds)
	t.add("publish call to the last reader, median, ms", median(lasts))
	t.add("publish call to the last reader, p99, ms", percentile(lasts, 99))
	t.add("publish call to a reader, p50, ms", percentile(told.after, 50))
	t.add("publish call to a reader, p99, ms", percentile(told.after, 99))
	t.add("memory of the process for a reader, KB", each)
	t.add("CPU ms a publication", float64(busy)/1e6/float64(rounds))
	t.add("opening all streams, ms", opened)
	t.add("lost or doubled", wrong+int(c.lost.Load()))
	return t, nil
}

// telling is what a crowd heard of the publications of tell.
type telling struct {
	crowd *crowd
	begun atomic.Int64    // of the publication under way, nanoseconds
	got   atomic.Int64    // readers that have it
	after []time.Duration // from the publish call to each reader, on the crowd's thread
}

// listeners makes a crowd that follows the newsfeed, and what it will hear.
func listeners(n int) (*crowd, *telling) {
	told := &telling{}
	told.crowd = newCrowd(n, feedStream, func(*stream, int64) {
		told.after = append(told.after, time.Duration(time.Now().UnixNano()-told.begun.Load()))
		told.got.Add(1)
	})
	return told.crowd, told
}

// tell publishes one story after the other, each when all have the one before, and gives how long each took to the last reader.
func (o Options) tell(ctx context.Context, s *site, p *process, told *telling, first, rounds int) (lasts []time.Duration, busy time.Duration, err error) {
	a := &api{base: p.url(""), token: s.token, client: http.DefaultClient}
	for i := range rounds {
		d, err := a.draft(ctx, i+first)
		if err != nil {
			return nil, 0, err
		}
		told.got.Store(0)
		cpu := p.cpu()
		t0 := time.Now()
		told.begun.Store(t0.UnixNano())
		if _, err := a.release(ctx, d.ID); err != nil {
			return nil, 0, err
		}
		if !await(20*time.Second, func() bool { return int(told.got.Load()) >= o.Readers }) {
			return nil, 0, fmt.Errorf("bench: %d of %d readers got the event", told.got.Load(), o.Readers)
		}
		lasts = append(lasts, time.Since(t0))
		busy += p.cpu() - cpu
	}
	return lasts, busy, nil
}

// missed is how many events each reader has not seen when all come back.
const missed = 20

// reconnect stops the site under its readers, publishes while it is down, and lets all come back at once.
func (o Options) reconnect(ctx context.Context, s *site) (*Table, error) {
	p, _, err := o.serve(s.dir)
	if err != nil {
		return nil, err
	}
	defer func() { p.stop() }()
	var got atomic.Int64
	c := newCrowd(o.Readers, feedStream, func(*stream, int64) { got.Add(1) })
	if err := c.gather(p.addr); err != nil {
		return nil, err
	}
	if !await(30*time.Second, func() bool { return int(c.opened.Load()) == o.Readers }) {
		return nil, fmt.Errorf("bench: %d of %d streams opened", c.opened.Load(), o.Readers)
	}
	a := &api{base: p.url(""), token: s.token, client: http.DefaultClient}
	d, err := a.draft(ctx, 4_000_000)
	if err != nil {
		return nil, err
	}
	if _, err := a.release(ctx, d.ID); err != nil { // so that each knows where it stands
		return nil, err
	}
	await(20*time.Second, func() bool { return int(got.Load()) >= o.Readers })
	stopping := time.Now()
	p.stop()
	stopped := time.Since(stopping)
	await(5*time.Second, func() bool { return int(c.lost.Load()) == o.Readers })
	ended := c.lost.Load()
	c.leave()
	h, err := app.Open(ctx, app.Config{Data: s.dir})
	if err != nil {
		return nil, err
	}
	for i := range missed {
		if _, err := publish(ctx, h, i+5_000_000, 200, time.Time{}, ""); err != nil {
			h.Close()
			return nil, err
		}
	}
	if err := h.Close(); err != nil {
		return nil, err
	}
	again, ready, err := o.serve(s.dir)
	if err != nil {
		return nil, err
	}
	p = again
	got.Store(0)
	begun := time.Now()
	if err := c.gather(p.addr); err != nil {
		return nil, err
	}
	defer c.leave()
	whole := await(60*time.Second, func() bool { return int(got.Load()) >= missed*o.Readers })
	took := time.Since(begun)
	time.Sleep(200 * time.Millisecond) // for what may come twice
	lost, doubled, wrong := 0, 0, 0
	for _, s := range c.streams {
		lost += max(missed-s.events, 0)
		doubled += max(s.events-missed, 0)
		wrong += s.wrong
	}
	t := &Table{Name: "All readers come back at once after a restart", Columns: []string{"what", "value"}}
	t.add("readers", o.Readers)
	t.add("events each has missed", missed)
	t.add("from the first to the last of all events, ms", took)
	t.add("all got all", fmt.Sprint(whole))
	t.add("events lost", lost)
	t.add("events doubled", doubled)
	t.add("out of order", wrong)
	t.add("resets", c.resets.Load())
	t.add("refused", c.refused.Load())
	t.add("stopping with all streams open, ms", stopped)
	t.add("streams ended by the site", ended)
	t.add("from start to ready, ms", ready)
	t.add("CPU ms of the site for all", float64(p.cpu())/1e6)
	return t, nil
}
