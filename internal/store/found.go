package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store/seek"
	"dateline/internal/store/stem"
)

var (
	sqlFindSQLite   = public(seek.Published(false))
	sqlFindPostgres = public(seek.Published(true))
	sqlLanguage     = public(`SELECT doc FROM edition WHERE slug = $1`)
)

// Find searches what is published in an edition, newest first.
func (d *DB) Find(ctx context.Context, q news.Search) ([]news.Hit, error) {
	e, err := scanEdition(d.public.QueryRowContext(ctx, sqlLanguage, q.Edition))
	if err != nil {
		return nil, d.Fault(err)
	}
	match := seek.Match(d.postgres, e.Language, q.Text, false)
	if match == "" {
		return nil, nil
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 20
	}
	if q.Offset < 0 || q.Offset > 1000 {
		return nil, fault.At("query.after", "fault.offset", "a search goes on for at most 1,000 results")
	}
	want := map[string]bool{}
	for _, s := range stem.Of(e.Language, q.Text) {
		want[s] = true
	}
	rows, err := d.public.QueryContext(ctx, d.Pick(sqlFindSQLite, sqlFindPostgres), match, q.Edition, min(limit, 101), q.Offset, q.Section)
	return collect(d, rows, err, func(row scanner) (h news.Hit, err error) {
		var post string
		if h.Item, err = d.scanDecoded(withLast{row, []any{&post}}); err != nil {
			return h, err
		}
		text := h.Body.Text()
		if h.Body = (body.Document{}); post != "" {
			var i coverage.Item
			if err := json.Unmarshal([]byte(post), &i); err != nil {
				return h, fmt.Errorf("store: published post: %w", err)
			}
			h.Post, h.At, text = i.ID, i.At, strings.Join(sayings(i), "\n")
		}
		h.Excerpt = seek.Excerpt(e.Language, text, want)
		return h, nil
	})
}

// sayings are the words by which a post is found.
func sayings(i coverage.Item) []string {
	out := []string{i.Headline, i.Body.Text()}
	if i.Result != nil {
		out = append(out, i.Result.Line())
	}
	if i.Question != nil {
		out = append(out, i.Question.Question)
		for _, o := range i.Question.Options {
			out = append(out, o.Text)
		}
	}
	out = append(out, i.Tags...)
	return slices.DeleteFunc(append(out, i.Byline, i.Contributor), func(s string) bool { return s == "" })
}

// indexPost keeps by which words a published post of a coverage is found, a withdrawn one by none.
func (t *tx) indexPost(num int64, i coverage.Item, of news.Article) error {
	if i.Gone() {
		return t.unindex("found_post", num)
	}
	edition := of.Edition
	if of.Live != nil {
		edition = of.Live.Edition
	}
	return t.index("found_post", num, of.Language, edition, sayings(i)...)
}

// enterPosts makes the full text of posts anew from what is published.
func (t *tx) enterPosts() error {
	if err := t.Exec(`DELETE FROM found_post`); err != nil {
		return err
	}
	var of news.Article
	for after, id := "", ""; ; after = id {
		rows, err := t.QueryContext(t.Ctx, `SELECT doc FROM live_post WHERE (coverage, id) > ($1, $2) AND withdrawn_us = 0 ORDER BY coverage, id LIMIT 200`, of.ID, after)
		list, err := collect(t.db, rows, err, scanLivePost)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, i := range list {
			if id = i.ID; i.Coverage != of.ID {
				if of, err = covered(t.Row(`SELECT doc FROM article WHERE id = $1`, i.Coverage)); err != nil {
					return err
				}
			}
			num, err := t.foundNumber("live_post", i.ID, i.PublishedAt)
			if err != nil {
				return err
			}
			if err := t.Exec(`UPDATE live_post SET num = $2 WHERE id = $1`, i.ID, num); err != nil {
				return err
			}
			if err := t.indexPost(num, i, of); err != nil {
				return err
			}
		}
	}
}

// withLast scans more columns behind those that the scan it is given to asks for.
type withLast struct {
	scanner
	last []any
}

func (w withLast) Scan(into ...any) error {
	return w.scanner.Scan(append(slices.Clone(into), w.last...)...)
}
