package bench

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"dateline/internal/app"
	"dateline/internal/talk"
)

// talks are what the growth of discussions is measured by, each on a page that is not in memory.
var talks = []string{"story", "discussion", "a comment's own page", "search", "all of a discussion by the API", "write a comment", "queue, unmoderated", "queue, pending", "queue, approved", "counts", "one author's comments", "an author"}

// crowds compares sites with several numbers of comments.
func (o Options) crowds(ctx context.Context, dir string) (*Table, error) {
	table := &Table{Name: fmt.Sprintf("Growth of discussions: median milliseconds of one request, nothing in memory; %d comments a story", thread), Columns: []string{"what"}}
	results := make([]map[string]float64, len(o.Growth))
	for k, n := range o.Growth {
		table.Columns = append(table.Columns, strconv.Itoa(n)+" comments")
		mine := o
		mine.Articles = max(n/thread, 20)
		t, err := mine.gather(ctx, filepath.Join(dir, "growth-"+strconv.Itoa(n)))
		if err != nil {
			return nil, err
		}
		if err := mine.populate(ctx, t, n); err != nil {
			return nil, err
		}
		if results[k], err = mine.talked(ctx, t); err != nil {
			return nil, err
		}
		if err := os.RemoveAll(t.dir); err != nil {
			return nil, err
		}
	}
	if len(o.Growth) > 1 {
		table.Columns = append(table.Columns, "last of first")
	}
	for _, what := range append(append([]string{}, talks...), "memory at the end, MB", "database, MB") {
		row := []any{what}
		for k := range o.Growth {
			row = append(row, results[k][what])
		}
		if len(o.Growth) > 1 {
			row = append(row, results[len(o.Growth)-1][what]/results[0][what])
		}
		table.add(row...)
	}
	return table, nil
}

// populate puts n comments of the site's readers under its stories, one in twenty waiting.
func (o Options) populate(ctx context.Context, t *talking, n int) error {
	h, err := app.Open(ctx, app.Config{Data: t.dir})
	if err != nil {
		return err
	}
	defer h.Close()
	begun := time.Now()
	t.ids, t.paths = t.ids[:max(n/thread, 1)], t.paths[:max(n/thread, 1)]
	err = together(len(t.ids), func(story int) error {
		past := make([]talk.Past, thread)
		for i := range past {
			at := story*thread + i
			who := at * 7919 % len(t.people)
			past[i] = talk.Past{Ref: strconv.Itoa(i), Account: t.people[who], Name: name(who), Text: words(uint64(at), 30), At: begun.Add(-time.Hour - time.Duration(n-at)*time.Second), Held: i%20 == 7}
			if i%5 != 0 {
				past[i].Parent = strconv.Itoa(i - i%5)
			}
			if past[i].Held {
				past[i].Holds = []talk.Hold{{Rule: talk.RuleLinks}}
			}
		}
		_, err := h.Talk.Arrive(ctx, t.ids[story], past)
		return err
	})
	o.Say(fmt.Sprintf("bench: %d comments, in %s", n, time.Since(begun).Round(100*time.Millisecond)))
	return err
}

// talked measures one site: the medians of its deeds in milliseconds.
func (o Options) talked(ctx context.Context, t *talking) (map[string]float64, error) {
	p, _, err := o.serve(t.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	desk := &api{p.url(""), t.token, http.DefaultClient}
	times := map[string][]time.Duration{}
	for i := range max(o.Posts/4, 10) {
		n := (i*7919 + 1) % len(t.ids)
		var list struct{ Items []struct{ URL string } }
		if err := desk.call(ctx, http.MethodGet, "/api/v1/articles/"+t.ids[n]+"/comments?order=oldest&limit=3", nil, &list); err != nil {
			return nil, err
		}
		if len(list.Items) == 0 {
			return nil, fmt.Errorf("bench: no comments under %s", t.paths[n])
		}
		person := i % len(t.people)
		for _, deed := range []struct {
			what string
			do   func() error
		}{
			{"story", func() error { _, err := desk.page(ctx, t.paths[n]); return err }},
			{"discussion", func() error { _, err := desk.page(ctx, t.paths[n]+"/discussion"); return err }},
			{"a comment's own page", func() error { _, err := desk.page(ctx, list.Items[len(list.Items)-1].URL[len(desk.base):]); return err }},
			{"search", func() error { _, err := desk.page(ctx, "/search?q="+stock[i%90+20]); return err }},
			{"all of a discussion by the API", func() error {
				return desk.call(ctx, http.MethodGet, "/api/v1/articles/"+t.ids[n]+"/comments?limit=100", nil, nil)
			}},
			{"write a comment", func() error {
				_, err := (&api{desk.base, t.tokens[person], desk.client}).comment(ctx, t.ids[n], words(uint64(i)+9e9, 20), nil)
				return err
			}},
			{"queue, unmoderated", func() error {
				return desk.call(ctx, http.MethodGet, "/api/v1/moderation?queue=unmoderated&limit=50", nil, nil)
			}},
			{"queue, pending", func() error {
				return desk.call(ctx, http.MethodGet, "/api/v1/moderation?queue=pending&edition="+place+"&limit=50", nil, nil)
			}},
			{"queue, approved", func() error {
				return desk.call(ctx, http.MethodGet, "/api/v1/moderation?queue=approved&limit=50", nil, nil)
			}},
			{"counts", func() error { return desk.call(ctx, http.MethodGet, "/api/v1/moderation/queues/counts", nil, nil) }},
			{"one author's comments", func() error {
				return desk.call(ctx, http.MethodGet, "/api/v1/moderation?limit=50&author="+t.people[person], nil, nil)
			}},
			{"an author", func() error {
				return desk.call(ctx, http.MethodGet, "/api/v1/members/"+t.people[person], nil, nil)
			}},
		} {
			begun := time.Now()
			if err := deed.do(); err != nil {
				return nil, fmt.Errorf("%s: %w", deed.what, err)
			}
			times[deed.what] = append(times[deed.what], time.Since(begun))
		}
	}
	out := map[string]float64{"memory at the end, MB": float64(p.memory()) / 1e6}
	if i, err := os.Stat(filepath.Join(t.dir, "dateline.db")); err == nil {
		out["database, MB"] = float64(i.Size()) / 1e6
	}
	for what, list := range times {
		out[what] = float64(median(list)) / float64(time.Millisecond)
	}
	return out, nil
}
