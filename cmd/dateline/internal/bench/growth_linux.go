package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// api calls a site as an integration would.
type api struct {
	base, token string
	client      *http.Client
}

// call sends a document and reads one; it fails on any status but 2xx.
func (a *api) call(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, a.base+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("If-Match", "*")
	res, err := a.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("bench: %s %s: %s: %.300s", method, path, res.Status, b)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(b, out)
}

// page reads a page whole.
func (a *api) page(ctx context.Context, path string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := a.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("bench: %s: %s", path, res.Status)
	}
	return b, err
}

// made is what the API says of an article.
type made struct {
	ID  string `json:"id"`
	URL string `json:"url"`
}

// draft makes a story that is ready to go out.
func (a *api) draft(ctx context.Context, i int) (made, error) {
	var m made
	return m, a.call(ctx, http.MethodPost, "/api/v1/articles", map[string]any{
		"edition": place, "section": sections[i%len(sections)], "headline": headline(i), "lead": words(uint64(i)+5e9, 24),
		"body_html": "<p>" + strings.ReplaceAll(words(uint64(i), 200), "\n\n", "</p><p>") + "</p>", "tags": []string{stock[i%97]}, "byline": []string{"Reporter " + name(i%40)},
	}, &m)
}

// release publishes it now.
func (a *api) release(ctx context.Context, id string) (made, error) {
	var m made
	return m, a.call(ctx, http.MethodPost, "/api/v1/articles/"+id+"/publish", map[string]string{"change": "first"}, &m)
}

// deeds are what growth is measured by, each on pages that the publication before it made stale.
var deeds = []string{"front", "section", "newsfeed page", "feed", "story, old", "story, new", "search, a word of 20 stories", "search, a common word", "publish", "live page after a post", "feed of the live page", "post", "front again"}

// growth compares sites of several sizes.
func (o Options) growth(ctx context.Context, dir string) (*Table, error) {
	t := &Table{Name: "Growth: median milliseconds of one request, nothing in memory but in the last row; the live page has a post for every twenty stories", Columns: []string{"what"}}
	results := make([]map[string]float64, len(o.Growth))
	for k, n := range o.Growth {
		t.Columns = append(t.Columns, strconv.Itoa(n)+" stories")
		s, err := fill(ctx, filepath.Join(dir, "growth-"+strconv.Itoa(n)), n, 200, o.Say)
		if err != nil {
			return nil, err
		}
		if results[k], err = o.grown(ctx, s); err != nil {
			return nil, err
		}
		if err := os.RemoveAll(s.dir); err != nil {
			return nil, err
		}
	}
	if len(o.Growth) > 1 {
		t.Columns = append(t.Columns, "last of first")
	}
	for _, what := range append(append([]string{}, deeds...), "memory at the end, MB", "ready after, ms") {
		row := []any{what}
		for k := range o.Growth {
			row = append(row, results[k][what])
		}
		if len(o.Growth) > 1 {
			row = append(row, results[len(o.Growth)-1][what]/results[0][what])
		}
		t.add(row...)
	}
	return t, nil
}

// grown measures one site: the medians of its deeds in milliseconds.
func (o Options) grown(ctx context.Context, s *site) (map[string]float64, error) {
	var starts []time.Duration
	for range 2 {
		p, ready, err := o.serve(s.dir)
		if err != nil {
			return nil, err
		}
		p.stop()
		starts = append(starts, ready)
	}
	p, ready, err := o.serve(s.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	a := &api{base: p.url(""), token: s.token, client: http.DefaultClient}
	times := map[string][]time.Duration{}
	for i := range max(o.Posts/4, 10) {
		d, err := a.draft(ctx, i+1_000_000)
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		out, err := a.release(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		times["publish"] = append(times["publish"], time.Since(begun))
		old := s.paths[(i*7919+1)%len(s.paths)]
		begun = time.Now()
		if err := a.call(ctx, http.MethodPost, "/api/v1/articles/"+s.live+"/posts", map[string]any{"body_html": "<p>" + words(uint64(i)+3e9, 60) + "</p>", "state": "published"}, nil); err != nil {
			return nil, err
		}
		times["post"] = append(times["post"], time.Since(begun))
		for _, get := range [][2]string{
			{"live page after a post", s.liveAt}, {"feed of the live page", s.liveAt + "/feed.xml"},
			{"front", "/"}, {"front again", "/"}, {"section", "/" + sections[i%len(sections)]}, {"newsfeed page", "/newsfeed"}, {"feed", "/feed.xml"},
			{"story, new", strings.TrimPrefix(out.URL, a.base)}, {"story, old", old},
			{"search, a word of 20 stories", "/search?q=" + code(i, len(s.paths))}, {"search, a common word", "/search?q=" + stock[i%90+20]},
		} {
			begun := time.Now()
			if _, err := a.page(ctx, get[1]); err != nil {
				return nil, err
			}
			times[get[0]] = append(times[get[0]], time.Since(begun))
		}
	}
	out := map[string]float64{"memory at the end, MB": float64(p.memory()) / 1e6, "ready after, ms": float64(median(append(starts, ready))) / float64(time.Millisecond)}
	for what, list := range times {
		out[what] = float64(median(list)) / float64(time.Millisecond)
	}
	return out, nil
}

// install goes from nothing to a first published story with the commands an operator has.
func (o Options) install(ctx context.Context, dir string) (*Table, error) {
	t := &Table{Name: "From nothing to a first published story", Columns: []string{"step", "ms since the start"}}
	begun := time.Now()
	p, _, err := o.serve(dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	t.add("dateline serve is ready", time.Since(begun))
	var token string
	for _, args := range [][]string{
		{"account", "add", "--email", "first@dateline.example", "--name", "First", "--role", "admin"},
		{"token", "add", "--email", "first@dateline.example"},
	} {
		out, err := exec.CommandContext(ctx, o.Program, append(args, "--data", dir)...).Output()
		if err != nil {
			return nil, fmt.Errorf("bench: dateline %s: %w", strings.Join(args, " "), err)
		}
		token = strings.TrimSpace(string(out))
	}
	t.add("an account and a token", time.Since(begun))
	a := &api{base: p.url(""), token: token, client: http.DefaultClient}
	steps := []struct {
		path string
		body map[string]any
	}{
		{"/api/v1/editions", map[string]any{"slug": place, "name": "The First Post", "language": "en", "timezone": "UTC"}},
		{"/api/v1/sections", map[string]any{"edition": place, "slug": sections[0], "name": "World", "description": "From everywhere"}},
	}
	for _, s := range steps {
		if err := a.call(ctx, http.MethodPost, s.path, s.body, nil); err != nil {
			return nil, err
		}
	}
	t.add("an edition and a section", time.Since(begun))
	d, err := a.draft(ctx, 0)
	if err != nil {
		return nil, err
	}
	out, err := a.release(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	t.add("a story is published", time.Since(begun))
	b, err := a.page(ctx, strings.TrimPrefix(out.URL, a.base))
	if err != nil {
		return nil, err
	}
	front, err := a.page(ctx, "/")
	if err != nil {
		return nil, err
	}
	if h := []byte(headline(0)); !bytes.Contains(b, h) || !bytes.Contains(front, h) {
		return nil, fmt.Errorf("bench: the story does not stand on its page and the front")
	}
	t.add("its page and the front show it", time.Since(begun))
	return t, nil
}
