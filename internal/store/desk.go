package store

import (
	"context"
	"maps"
	"slices"
	"strings"

	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/rows"
	"dateline/internal/store/seek"
)

// desk gives the conditions of a query but for its words, once, or for some of the stories that have the words each.
func (d *DB) desk(ctx context.Context, q news.DeskQuery) ([]*rows.Where, error) {
	c := &rows.Where{}
	if q.Editions != nil {
		c.Add(c.In("edition", q.Editions))
	}
	if q.Edition != "" {
		c.Add("edition = " + c.Arg(q.Edition))
	}
	if q.Section != "" {
		c.Add("section = " + c.Arg(q.Section))
	}
	if q.State != "" {
		c.Add("state = " + c.Arg(string(q.State)))
	}
	if q.Kind != "" {
		c.Add("kind = " + c.Arg(string(q.Kind)))
	}
	if q.Mine != "" {
		c.Add("(author = " + c.Arg(q.Mine) + " OR assignee = " + c.Arg(q.Mine) + ")")
	}
	if q.After.ID != "" {
		c.Add("(updated_us, id) < (" + c.Arg(moment.Micros(q.After.At)) + ", " + c.Arg(q.After.ID) + ")")
	}
	if q.Text == "" {
		return []*rows.Where{c}, nil
	}
	ids, err := d.deskFound(ctx, q)
	if err != nil {
		return nil, err
	}
	var all []*rows.Where
	for some := range slices.Chunk(ids, deskAtOnce) {
		one := c.Clone()
		one.Add(one.In("id", some))
		all = append(all, one)
	}
	return all, nil
}

// Articles lists working copies, latest change first.
func (d *DB) Articles(ctx context.Context, q news.DeskQuery) ([]news.Article, error) {
	all, err := d.desk(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []news.Article
	for _, c := range all {
		text := "SELECT doc FROM article" + c.Clause() + " ORDER BY updated_us DESC, id DESC LIMIT " + c.Arg(q.Limit)
		rows, err := d.read.QueryContext(ctx, text, c.Args...)
		found, err := collect(d, rows, err, scanArticle)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	if len(all) > 1 {
		slices.SortFunc(out, func(a, b news.Article) int {
			if c := b.UpdatedAt.Compare(a.UpdatedAt); c != 0 {
				return c
			}
			return strings.Compare(b.ID, a.ID)
		})
	}
	return out[:min(len(out), q.Limit)], nil
}

// Count counts working copies by state.
func (d *DB) Count(ctx context.Context, q news.DeskQuery) (map[news.State]int, error) {
	out := map[news.State]int{}
	q.State, q.After = "", news.Cursor{}
	all, err := d.desk(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		rows, err := d.read.QueryContext(ctx, "SELECT state, COUNT(*) FROM article"+c.Clause()+" GROUP BY state", c.Args...)
		_, err = collect(d, rows, err, func(row scanner) (struct{}, error) {
			var state string
			var n int
			err := row.Scan(&state, &n)
			out[news.State(state)] += n
			return struct{}{}, err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// The words of a desk are looked up among so many stories, the newest; and so many of these are read by one query.
const (
	deskHits   = 10_000
	deskAtOnce = 500
)

// deskFound gives the ids of at most deskHits articles whose working copy has the words, in any language of the editions that are
// asked for.
func (d *DB) deskFound(ctx context.Context, q news.DeskQuery) ([]string, error) {
	languages := map[string]bool{}
	rows, err := d.read.QueryContext(ctx, `SELECT doc FROM edition`)
	editions, err := collect(d, rows, err, scanEdition)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		if q.Edition == "" || q.Edition == e.Slug {
			languages[e.Language] = true
		}
	}
	hits := map[string]struct{}{} // once, though two languages find it
	for language := range languages {
		match := seek.Match(d.postgres, language, q.Text, true)
		if match == "" {
			continue
		}
		rows, err := d.read.QueryContext(ctx, seek.Rows(d.postgres, "desk_found", "$1")+` ORDER BY 1 DESC LIMIT $2`, match, deskHits)
		found, err := collect(d, rows, err, func(row scanner) (string, error) {
			var num int64
			err := row.Scan(&num)
			return moment.ID(num), err
		})
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			hits[id] = struct{}{}
		}
	}
	return slices.Collect(maps.Keys(hits)), nil
}
