package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"dateline/internal/moment"
	"dateline/internal/news"
)

// Articles lists working copies, latest change first.
func (d *DB) Articles(ctx context.Context, q news.DeskQuery) ([]news.Article, error) {
	var where []string
	var args []any
	arg := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	if q.Editions != nil {
		list := make([]string, len(q.Editions))
		for i, e := range q.Editions {
			list[i] = arg(e)
		}
		where = append(where, "edition IN ("+strings.Join(list, ", ")+")")
	}
	if q.Edition != "" {
		where = append(where, "edition = "+arg(q.Edition))
	}
	if q.Section != "" {
		where = append(where, "section = "+arg(q.Section))
	}
	if q.State != "" {
		where = append(where, "state = "+arg(string(q.State)))
	}
	if q.After.ID != "" {
		where = append(where, "(updated_us, id) < ("+arg(moment.Micros(q.After.At))+", "+arg(q.After.ID)+")")
	}
	if q.Text == "" {
		return d.desk(ctx, where, args, q.Limit)
	}
	ids, err := d.deskFound(ctx, q)
	if err != nil {
		return nil, err
	}
	var out []news.Article
	for some := range slices.Chunk(ids, deskAtOnce) {
		list, values := make([]string, len(some)), slices.Clone(args)
		for i, id := range some {
			values = append(values, id)
			list[i] = fmt.Sprintf("$%d", len(values))
		}
		found, err := d.desk(ctx, append(slices.Clone(where), "id IN ("+strings.Join(list, ", ")+")"), values, q.Limit)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	slices.SortFunc(out, func(a, b news.Article) int {
		if c := b.UpdatedAt.Compare(a.UpdatedAt); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	return out[:min(len(out), q.Limit)], nil
}

// desk reads the working copies of which all of where is true, latest change first.
func (d *DB) desk(ctx context.Context, where []string, args []any, limit int) ([]news.Article, error) {
	text := "SELECT doc FROM article"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	args = append(args, limit)
	rows, err := d.read.QueryContext(ctx, fmt.Sprintf("%s ORDER BY updated_us DESC, id DESC LIMIT $%d", text, len(args)), args...)
	return collect(d, rows, err, scanArticle)
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
		match := d.match(language, q.Text)
		if match == "" {
			continue
		}
		rows, err := d.read.QueryContext(ctx, d.sqlFound("desk_found", "$1")+` ORDER BY 1 DESC LIMIT $2`, match, deskHits)
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
