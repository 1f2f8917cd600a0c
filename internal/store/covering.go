package store

import (
	"context"
	"encoding/json"
	"fmt"

	"dateline/internal/coverage"
	"dateline/internal/moment"
	"dateline/internal/store/rows"
)

// Coverages lists live coverages as the desk has them; see coverage.ListQuery.
func (d *DB) Coverages(ctx context.Context, q coverage.ListQuery) ([]coverage.Listing, error) {
	c := &rows.Where{}
	c.Add("a.kind = 'live' AND a.state <> 'withdrawn' AND a.edition = " + c.Arg(q.Edition))
	if q.Closed != nil {
		c.Add(map[bool]string{true: "c.closed_us > 0", false: "COALESCE(c.closed_us, 0) = 0"}[*q.Closed])
	}
	if q.Published {
		c.Add("EXISTS (SELECT 1 FROM published p WHERE p.id = a.id)")
	}
	if q.After != "" {
		c.Add("a.id < " + c.Arg(q.After))
	}
	rows, err := d.read.QueryContext(ctx, `SELECT a.doc, COALESCE(c.pinned, ''), COALESCE(c.closed_us, 0), COALESCE(c.updated_us, 0)
		FROM article a LEFT JOIN coverage c ON c.article = a.id`+c.Clause()+` ORDER BY a.id DESC LIMIT `+c.Arg(q.Limit)+` + 0`, c.Args...)
	return collect(d, rows, err, scanListing)
}

func scanListing(row scanner) (l coverage.Listing, err error) {
	var doc string
	var closed, updated int64
	if err = row.Scan(&doc, &l.Coverage.Pinned, &closed, &updated); err != nil {
		return l, err
	}
	if err = json.Unmarshal([]byte(doc), &l.Article); err != nil {
		return l, fmt.Errorf("store: live coverage: %w", err)
	}
	l.Coverage.Article, l.Coverage.ClosedAt, l.Coverage.UpdatedAt = l.Article.ID, moment.FromMicros(closed), moment.FromMicros(updated)
	return l, nil
}

// CountPosts counts posts by coverage; see coverage.Store.
func (d *DB) CountPosts(ctx context.Context, articles []string, by string) (all, own map[string]coverage.Counts, err error) {
	all, own = map[string]coverage.Counts{}, map[string]coverage.Counts{}
	if len(articles) == 0 {
		return all, own, nil
	}
	c := &rows.Where{}
	mine := c.Arg(by)
	c.Add(c.In("coverage", articles))
	rows, err := d.read.QueryContext(ctx, `SELECT coverage, state, COUNT(*), SUM(CASE WHEN author = `+mine+` THEN 1 ELSE 0 END) FROM post`+c.Clause()+` GROUP BY coverage, state`, c.Args...)
	if err != nil {
		return nil, nil, d.Fault(err)
	}
	defer rows.Close()
	for rows.Next() {
		var article, state string
		var n, his int
		if err := rows.Scan(&article, &state, &n, &his); err != nil {
			return nil, nil, err
		}
		all[article], own[article] = counted(all[article], state, n), counted(own[article], state, his)
	}
	return all, own, d.Fault(rows.Err())
}

func counted(c coverage.Counts, state string, n int) coverage.Counts {
	switch coverage.State(state) {
	case coverage.Draft:
		c.Draft = n
	case coverage.Scheduled:
		c.Scheduled = n
	case coverage.Contribution:
		c.Contribution = n
	case coverage.Published:
		c.Published = n
	case coverage.Withdrawn:
		c.Withdrawn = n
	}
	return c
}
