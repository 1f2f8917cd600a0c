package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

func scanReport(row scanner) (r news.Report, err error) {
	var doc string
	if err = row.Scan(&doc); err != nil {
		return r, missing(err, "report")
	}
	if err = json.Unmarshal([]byte(doc), &r); err != nil {
		err = fmt.Errorf("store: report: %w", err)
	}
	return r, err
}

// CreateReport keeps a reader's report; see news.ReportStore.
func (d *DB) CreateReport(ctx context.Context, article string, make func(news.Item) (news.Report, fact.Outcome, error)) (news.Report, error) {
	var r news.Report
	err := d.change(ctx, func(t *tx) error {
		i, err := scanItem(t.Row(sqlItem, article))
		if err != nil {
			return err
		}
		if i.Gone() {
			return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "article")
		}
		var out fact.Outcome
		if r, out, err = make(i); err != nil {
			return err
		}
		doc, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if err := t.Exec(`INSERT INTO report (id, article, edition, resolved, doc) VALUES ($1, $2, $3, 0, $4)`, r.ID, r.Article, r.Edition, string(doc)); err != nil {
			return err
		}
		return t.Outcome(out)
	})
	return r, err
}

// AmendReport runs change on a report in a transaction; see news.ReportStore.
func (d *DB) AmendReport(ctx context.Context, id string, version int64, change func(*news.Report) (fact.Outcome, error)) (news.Report, error) {
	var r news.Report
	err := d.change(ctx, func(t *tx) error {
		if err := t.Exec(`UPDATE report SET resolved = resolved WHERE id = $1`, id); err != nil { // the row is this change's until its end
			return err
		}
		var err error
		if r, err = scanReport(t.Row(`SELECT doc FROM report WHERE id = $1`, id)); err != nil {
			return err
		}
		if version != 0 && version != r.Version {
			return staleWith(r)
		}
		before := r
		out, err := change(&r)
		if err != nil || r == before {
			return err
		}
		r.Version++
		doc, err := json.Marshal(r)
		if err != nil {
			return err
		}
		if err := t.Exec(`UPDATE report SET resolved = $2, doc = $3 WHERE id = $1`, id, bit(!r.Open()), string(doc)); err != nil {
			return err
		}
		return t.Outcome(out)
	})
	return r, err
}

// Reports lists reports, newest first; see news.ReportQuery.
func (d *DB) Reports(ctx context.Context, q news.ReportQuery) ([]news.Report, error) {
	var where []string
	var args []any
	put := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	if q.Editions != nil {
		from := len(args) + 1
		for _, e := range q.Editions {
			put(e)
		}
		where = append(where, `edition IN (`+marks(from, len(q.Editions))+`)`)
	}
	if q.Article != "" {
		where = append(where, `article = `+put(q.Article))
	}
	if q.Open != nil {
		where = append(where, `resolved = `+put(bit(!*q.Open)))
	}
	if q.After != "" {
		where = append(where, `id < `+put(q.After))
	}
	text := `SELECT doc FROM report`
	if len(where) > 0 {
		text += ` WHERE ` + strings.Join(where, ` AND `)
	}
	rows, err := d.read.QueryContext(ctx, text+` ORDER BY id DESC LIMIT `+put(q.Limit)+` + 0`, args...)
	return collect(d, rows, err, scanReport)
}
