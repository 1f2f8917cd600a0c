package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/readership"
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
)

var sqlMostRead = public(`SELECT doc FROM most_read WHERE edition = $1`)

// AddViews adds the views of an hour; see readership.Store.
func (d *DB) AddViews(ctx context.Context, hour time.Time, views []readership.Views, due time.Time) error {
	return d.change(ctx, func(t *tx) error {
		for _, v := range views {
			if err := t.Exec(`INSERT INTO views (article, hour_us, n) VALUES ($1, $2, $3) ON CONFLICT (article, hour_us) DO UPDATE SET n = views.n + excluded.n`,
				v.Article, moment.Micros(hour), v.N); err != nil {
				return err
			}
		}
		ids := make([]string, len(views))
		for i, v := range views {
			ids[i] = v.Article
		}
		for args := range rows.Few(ids) {
			n := len(args)
			if err := t.Exec(`INSERT INTO work (kind, subject, due_us, lease_us, tries) SELECT DISTINCT '`+readership.WorkMostRead+`', edition, CAST($`+strconv.Itoa(n+1)+` AS BIGINT), 0, 0
				FROM published WHERE kind <> 'page' AND id IN (`+marks(1, n)+`)`+ledger.Soon, append(args, moment.Micros(due))...); err != nil {
				return err
			}
		}
		return nil
	})
}

// ViewsOf gives the views of stories between two hours; see readership.Store.
func (d *DB) ViewsOf(ctx context.Context, articles []string, from, to time.Time) ([]readership.Views, error) {
	var out []readership.Views
	for args := range rows.Few(articles) {
		n := len(args)
		rows, err := d.read.QueryContext(ctx, `SELECT article, CAST(SUM(n) AS BIGINT) FROM views WHERE article IN (`+marks(1, n)+fmt.Sprintf(`) AND hour_us >= $%d AND hour_us < $%d GROUP BY article`, n+1, n+2),
			append(args, moment.Micros(from), moment.Micros(to))...)
		found, err := collect(d, rows, err, scanViews)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func scanViews(row scanner) (v readership.Views, err error) { return v, row.Scan(&v.Article, &v.N) }

// HoursOf gives the views of a story by the hour; see readership.Store.
func (d *DB) HoursOf(ctx context.Context, article string, from, to time.Time) ([]readership.Hour, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT hour_us, n FROM views WHERE article = $1 AND hour_us >= $2 AND hour_us < $3 ORDER BY hour_us`, article, moment.Micros(from), moment.Micros(to))
	return collect(d, rows, err, func(row scanner) (h readership.Hour, err error) {
		var at int64
		err = row.Scan(&at, &h.N)
		h.At = moment.FromMicros(at)
		return h, err
	})
}

// TotalViews gives the views of all stories of an edition; see readership.Store.
func (d *DB) TotalViews(ctx context.Context, of string, from, to time.Time) (n int64, err error) {
	err = d.read.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(v.n), 0) AS BIGINT) FROM views v JOIN published p ON p.id = v.article
		WHERE v.hour_us >= $2 AND v.hour_us < $3 AND p.edition = $1 AND p.withdrawn_us = 0`, of, moment.Micros(from), moment.Micros(to)).Scan(&n)
	return n, d.Fault(err)
}

// TopViews lists the most read stories of an edition; see readership.Store.
func (d *DB) TopViews(ctx context.Context, of string, from time.Time, limit int) ([]readership.Views, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT v.article, CAST(SUM(v.n) AS BIGINT) FROM views v JOIN published p ON p.id = v.article
		WHERE v.hour_us >= $2 AND p.edition = $1 AND p.withdrawn_us = 0 AND p.kind <> 'page' GROUP BY v.article ORDER BY SUM(v.n) DESC, v.article DESC LIMIT $3 + 0`, of, moment.Micros(from), limit)
	return collect(d, rows, err, scanViews)
}

func scanMostRead(row scanner) (ids []string, err error) {
	var doc string
	err = missing(row.Scan(&doc), "list")
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(doc), &ids)
	}
	if err != nil {
		err = fmt.Errorf("store: most read: %w", err)
	}
	return ids, err
}

// MostRead gives what readers are shown as most read; see readership.Store.
func (d *DB) MostRead(ctx context.Context, of string) ([]string, error) {
	ids, err := scanMostRead(d.public.QueryRowContext(ctx, sqlMostRead, of))
	return ids, d.Fault(err)
}

// AmendMostRead changes what readers are shown as most read; see readership.Store.
func (d *DB) AmendMostRead(ctx context.Context, of string, change func([]string) ([]string, fact.Outcome, error)) error {
	return d.change(ctx, func(t *tx) error {
		if err := t.Exec(`UPDATE most_read SET doc = doc WHERE edition = $1`, of); err != nil { // the row is this change's until its end
			return err
		}
		now, err := scanMostRead(t.Row(sqlMostRead, of))
		if err != nil {
			return err
		}
		next, out, err := change(now)
		if err != nil {
			return err
		}
		if !slices.Equal(now, next) {
			doc, err := json.Marshal(next)
			if err != nil {
				return err
			}
			if err := t.Exec(`INSERT INTO most_read (edition, doc) VALUES ($1, $2) ON CONFLICT (edition) DO UPDATE SET doc = excluded.doc`, of, string(doc)); err != nil {
				return err
			}
		}
		return t.Outcome(out)
	})
}

// SweepViews removes hours that began before a time; see readership.Store.
func (d *DB) SweepViews(ctx context.Context, before time.Time) error {
	return d.change(ctx, func(t *tx) error {
		return t.Exec(`DELETE FROM views WHERE hour_us < $1`, moment.Micros(before))
	})
}
