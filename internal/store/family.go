package store

import (
	"context"

	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/rows"
)

// Family reads the working copies of a story and of its translations, the story first.
func (d *DB) Family(ctx context.Context, root string) ([]news.Article, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT doc FROM article WHERE family = $1 ORDER BY CASE WHEN id = $1 THEN 0 ELSE 1 END, id`, root)
	return collect(d, rows, err, scanArticle)
}

// Told gives the updates, corrections and withdrawals of articles by their ids, without contents.
func (d *DB) Told(ctx context.Context, articles []string) (map[string][]news.Revision, error) {
	out := map[string][]news.Revision{}
	if len(articles) == 0 {
		return out, nil
	}
	var c rows.Where
	c.Add(c.In("article", articles))
	c.Add("change IN ('update', 'correction', 'withdrawn')")
	rows, err := d.read.QueryContext(ctx, `SELECT article, number, change, at_us FROM revision`+c.Clause()+` ORDER BY number`, c.Args...)
	found, err := collect(d, rows, err, func(row scanner) (r news.Revision, err error) {
		var at int64
		err = row.Scan(&r.Article, &r.Number, &r.Change, &at)
		r.At = moment.FromMicros(at)
		return r, err
	})
	for _, r := range found {
		out[r.Article] = append(out[r.Article], r)
	}
	return out, err
}
