package bench

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Pages measures pages: from memory beside nginx and a bare server, not from memory, at rest, with growth, from nothing.
func (o Options) Pages(ctx context.Context) error {
	dir, done, err := o.folder()
	if err != nil {
		return err
	}
	defer done()
	var tables []*Table
	add := func(t *Table, err error) error {
		if err == nil {
			tables = append(tables, t)
		}
		return err
	}
	if o.wants("cached") || o.wants("uncached") || o.wants("idle") {
		s, err := fill(ctx, filepath.Join(dir, "site"), o.Articles, 600, o.Say)
		if err != nil {
			return err
		}
		if o.wants("idle") {
			if err := add(o.idle(ctx, s)); err != nil {
				return err
			}
		}
		if o.wants("cached") {
			if err := add(o.cached(ctx, s, filepath.Join(dir, "rivals"))); err != nil {
				return err
			}
		}
		if o.wants("uncached") {
			if err := add(o.uncached(ctx, s)); err != nil {
				return err
			}
		}
	}
	if o.wants("growth") {
		if err := add(o.growth(ctx, dir)); err != nil {
			return err
		}
	}
	if o.wants("install") {
		if err := add(o.install(ctx, filepath.Join(dir, "new"))); err != nil {
			return err
		}
	}
	return o.print(tables)
}

// folder gives a folder and what removes it.
func (o Options) folder() (string, func(), error) {
	dir, err := os.MkdirTemp(o.Dir, "dateline-bench-")
	return dir, func() { os.RemoveAll(dir) }, err
}

// rival is one server under load.
type rival struct {
	name     string
	process  *process
	next     func() []byte
	outcomes map[int][]turn // by number of connections
}

// turn is one load on one server.
type turn struct {
	rate     float64
	cpu      float64 // milliseconds a request
	p50, p99 time.Duration
	failed   int
	client   float64 // milliseconds of the client's processor a request
}

// put loads the server once.
func (r *rival) put(ctx context.Context, conns int, warm, span time.Duration) (turn, error) {
	if err := ctx.Err(); err != nil {
		return turn{}, err
	}
	var before, after, mine, mineAfter time.Duration
	out, err := load{addr: r.process.addr, conns: conns, next: r.next, warm: warm, span: span,
		begins: func() { before, mine = r.process.cpu(), own() }, ends: func() { after, mineAfter = r.process.cpu(), own() }}.run()
	if err != nil {
		return turn{}, err
	}
	if out.requests == 0 {
		return turn{}, fmt.Errorf("bench: %s answered nothing in %s (%v): %s", r.name, span, out.status, r.process.log)
	}
	ms := func(d time.Duration) float64 { return d.Seconds() * 1000 / float64(out.requests) }
	return turn{rate: out.rate(), cpu: ms(after - before), client: ms(mineAfter - mine), failed: out.failed,
		p50: percentile(out.times, 50), p99: percentile(out.times, 99)}, nil
}

// turns loads all servers in turns and notes what each did.
func (o Options) turns(ctx context.Context, rivals []*rival) error {
	for _, conns := range o.Connections {
		for round := range o.Rounds {
			o.Say(fmt.Sprintf("bench: %d connections, round %d of %d", conns, round+1, o.Rounds))
			for _, r := range rivals {
				t, err := r.put(ctx, conns, o.Turn/5, o.Turn)
				if err != nil {
					return err
				}
				if r.outcomes == nil {
					r.outcomes = map[int][]turn{}
				}
				r.outcomes[conns] = append(r.outcomes[conns], t)
			}
		}
	}
	return nil
}

// middle gives the medians of several turns.
func middle(turns []turn) turn {
	var rate, cpu, client []float64
	var p50, p99 []time.Duration
	var m turn
	for _, t := range turns {
		rate, cpu, client = append(rate, t.rate), append(cpu, t.cpu), append(client, t.client)
		p50, p99 = append(p50, t.p50), append(p99, t.p99)
		m.failed += t.failed
	}
	m.rate, m.cpu, m.client, m.p50, m.p99 = median(rate), median(cpu), median(client), median(p50), median(p99)
	return m
}

// cached compares a story from memory with nginx and with bare servers that write the same bytes.
func (o Options) cached(ctx context.Context, s *site, dir string) (*Table, error) {
	p, _, err := o.serve(s.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	const compressed = "gzip, deflate"
	var same answer
	always := func(path, encoding string) func() []byte {
		b := head(path, p.addr.String(), encoding)
		return func() []byte { return b }
	}
	rivals := []*rival{{name: "dateline", process: p, next: always(s.example, compressed)}}
	// The cache compresses best what is asked for often; all serve what it has then.
	if _, err := (load{addr: p.addr, conns: 16, next: rivals[0].next, span: o.Turn}).run(); err != nil {
		return nil, err
	}
	if same, err = fetch(p.url(s.example), compressed); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(same.Body))
	if err != nil {
		return nil, err
	}
	plain, err := io.ReadAll(unpacked)
	if err != nil {
		return nil, err
	}
	notes := []string{fmt.Sprintf("the body is the same for all: %d bytes of gzip; requests have the head of a browser, %d bytes", len(same.Body), len(rivals[0].next()))}
	engine, err := nginx(ctx, dir, s.example, same.Body, plain)
	switch {
	case errors.Is(err, errNoNginx):
		notes = append(notes, "nginx is not installed, so there is nothing to compare with")
	case err != nil:
		return nil, err
	default:
		defer engine.stop()
		rivals = append(rivals, &rival{name: "nginx gzip_static, sendfile off", process: engine, next: always(s.example, compressed)})
	}
	few := http.Header{}
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Length", "Etag", "Cache-Control", "Vary"} {
		few[name] = same.Header[name]
	}
	for _, b := range []struct {
		name   string
		header http.Header
	}{{"net/http, all headers of the page", same.Header}, {"net/http, six headers", few}} {
		bare, err := o.bare(filepath.Join(dir, b.name[10:13]+".json"), answer{b.header, same.Body})
		if err != nil {
			return nil, err
		}
		defer bare.stop()
		rivals = append(rivals, &rival{name: b.name, process: bare, next: always(s.example, compressed)})
	}
	n, misses := 0, 0
	odd := bytes.Replace(rivals[0].next(), []byte("\r\nPriority: "), []byte("\r\nX-Unknown: "), 1) // not for the lane
	rivals = append(rivals, &rival{name: "dateline, brotli", process: p, next: always(s.example, "gzip, deflate, br, zstd")},
		&rival{name: "dateline, 5 % by net/http", process: p, next: func() []byte {
			if n++; n%20 != 0 {
				return rivals[0].next()
			}
			return odd
		}},
		&rival{name: "dateline, 5 % not in memory", process: p, next: func() []byte {
			if n++; n%20 != 0 || len(s.paths) == 0 {
				return rivals[0].next()
			}
			misses++
			return head(s.paths[misses%len(s.paths)], p.addr.String(), compressed)
		}})
	if err := o.turns(ctx, rivals); err != nil {
		return nil, err
	}
	t := &Table{Name: "A story from memory", Columns: []string{"connections", "server", "requests/s", "CPU ms a request", "of nginx's", "p50 ms", "p99 ms", "failed", "client CPU ms"}, Notes: notes}
	for _, conns := range o.Connections {
		best := 0.0
		for _, r := range rivals {
			m := middle(r.outcomes[conns])
			if r.process == engine && engine != nil {
				best = m.cpu
			}
		}
		for _, r := range rivals {
			m := middle(r.outcomes[conns])
			of := "-"
			if best > 0 {
				of = digits(m.cpu / best)
			}
			t.add(conns, r.name, m.rate, m.cpu, of, m.p50, m.p99, m.failed, m.client)
		}
	}
	return t, nil
}

func (o Options) bare(file string, a answer) (*process, error) {
	b, err := json.Marshal(a)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		return nil, err
	}
	p, out, err := start(o.Program, "bench", "bare", file)
	if err != nil {
		return nil, err
	}
	return p, p.listening(out)
}

// fetch reads a page as it is sent, without unpacking it.
func fetch(url, encoding string) (answer, error) {
	r, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	r.Header.Set("Accept-Encoding", encoding)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return answer{}, err
	}
	if res.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("bench: %s: %s", url, res.Status)
	}
	res.Header.Del("Date")
	return answer{res.Header, b}, nil
}

// uncached asks for stories that nobody asked for before: found, rendered, put together, compressed.
func (o Options) uncached(ctx context.Context, s *site) (*Table, error) {
	p, _, err := o.serve(s.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	t := &Table{Name: "A story not in memory", Columns: []string{"encoding", "stories/s", "CPU ms a story", "p50 ms", "p99 ms", "failed"},
		Notes: []string{"every request is for another story of 600 words, over one connection; the processor time includes the connection, the database and the compression"}}
	at := 0
	for _, encoding := range []string{"gzip", "br", "identity"} {
		r := &rival{name: "dateline", process: p, next: func() []byte {
			at++
			return head(s.paths[at*7919%len(s.paths)], p.addr.String(), encoding)
		}}
		var turns []turn
		for range o.Rounds {
			turn, err := r.put(ctx, 1, 200*time.Millisecond, o.Turn)
			if err != nil {
				return nil, err
			}
			turns = append(turns, turn)
		}
		m := middle(turns)
		t.add(encoding, m.rate, m.cpu, m.p50, m.p99, m.failed)
	}
	return t, nil
}

// idle measures the process at rest.
func (o Options) idle(ctx context.Context, s *site) (*Table, error) {
	t := &Table{Name: fmt.Sprintf("At rest, %d stories", len(s.paths)), Columns: []string{"what", "value"}}
	var ready []time.Duration
	var rest []float64
	for range max(o.Rounds, 1) {
		p, took, err := o.serve(s.dir)
		if err != nil {
			return nil, err
		}
		ready = append(ready, took)
		if err := p.ready("/"); err != nil {
			return nil, err
		}
		select {
		case <-ctx.Done():
			p.stop()
			return nil, ctx.Err()
		case <-time.After(2 * time.Second): // at rest is a time, not an event
		}
		rest = append(rest, float64(p.memory())/1e6)
		p.stop()
	}
	t.add("from start to ready, ms", median(ready))
	t.add("memory, the front served once, MB", median(rest))
	if info, err := os.Stat(o.Program); err == nil {
		t.add("binary, MB", float64(info.Size())/1e6)
	}
	return t, nil
}
