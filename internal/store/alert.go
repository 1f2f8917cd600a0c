package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/rows"
)

var (
	sqlBanners    = public(`SELECT doc FROM alert WHERE edition = $1 AND showing = 1 ORDER BY id DESC LIMIT 20`)
	sqlAlertLines = public(`SELECT doc FROM alert WHERE edition = $1 AND listed = 1 AND (at_us, id) < ($2, $3) ORDER BY at_us DESC, id DESC LIMIT $4 + 0`)
	sqlAlertsByID = listsOf(`SELECT doc FROM alert WHERE id IN `)
)

func scanAlert(row scanner) (a edition.Alert, err error) {
	var doc string
	if err = row.Scan(&doc); err != nil {
		return a, missing(err, "alert")
	}
	return a, readAlert(doc, &a)
}

func readAlert(doc string, a *edition.Alert) error {
	if err := json.Unmarshal([]byte(doc), a); err != nil {
		return fmt.Errorf("store: alert: %w", err)
	}
	return nil
}

// scanAlertStaff reads an alert with who sent and who removed it.
func scanAlertStaff(row scanner) (a edition.Alert, err error) {
	var doc string
	if err = row.Scan(&doc, &a.By, &a.RemovedBy); err != nil {
		return a, missing(err, "alert")
	}
	return a, readAlert(doc, &a)
}

// CreateAlert keeps a new alert; see edition.AlertStore.
func (d *DB) CreateAlert(ctx context.Context, of string, o fact.Once, make func(showing int) (edition.Alert, fact.Outcome, error)) (edition.Alert, error) {
	var a edition.Alert
	err := d.change(ctx, func(t *tx) error {
		a = edition.Alert{}
		return once(t, o, &a, func() error {
			n, err := t.ExecCount(`UPDATE edition SET doc = doc WHERE slug = $1`, of) // until the end of this change nobody else adds one
			if err != nil {
				return err
			}
			if n == 0 {
				return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
			}
			showing := 0
			if err := t.Row(`SELECT COUNT(*) FROM alert WHERE edition = $1 AND showing = 1`, of).Scan(&showing); err != nil {
				return err
			}
			made, out, err := make(showing)
			if err != nil {
				return err
			}
			a = made
			doc, err := json.Marshal(a)
			if err != nil {
				return err
			}
			if err := t.Exec(`INSERT INTO alert (id, edition, at_us, showing, listed, doc, account, removed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, '')`,
				a.ID, a.Edition, moment.Micros(a.At), bit(a.Banner && a.EndedAt.IsZero()), bit(a.Listed()), string(doc), a.By); err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	return a, err
}

// AmendAlert runs change on an alert in a transaction; see edition.AlertStore.
func (d *DB) AmendAlert(ctx context.Context, id string, change func(*edition.Alert) (fact.Outcome, error)) (edition.Alert, error) {
	var a edition.Alert
	err := d.change(ctx, func(t *tx) error {
		if err := t.Exec(`UPDATE alert SET doc = doc WHERE id = $1`, id); err != nil { // the row is this change's until its end
			return err
		}
		var err error
		if a, err = scanAlertStaff(t.Row(`SELECT doc, account, removed_by FROM alert WHERE id = $1`, id)); err != nil {
			return err
		}
		before := a
		out, err := change(&a)
		if err != nil {
			return err
		}
		if a != before {
			doc, err := json.Marshal(a)
			if err != nil {
				return err
			}
			if err := t.Exec(`UPDATE alert SET showing = $2, listed = $3, doc = $4, removed_by = $5 WHERE id = $1`,
				id, bit(a.Banner && a.EndedAt.IsZero()), bit(a.Listed()), string(doc), a.RemovedBy); err != nil {
				return err
			}
		}
		return t.Outcome(out)
	})
	return a, err
}

// Alerts lists the alerts of an edition, newest first; see edition.AlertQuery.
func (d *DB) Alerts(ctx context.Context, q edition.AlertQuery) ([]edition.Alert, error) {
	text, args := `SELECT doc, account, removed_by FROM alert WHERE edition = $1`, []any{q.Edition}
	put := func(v any) string { args = append(args, v); return "$" + strconv.Itoa(len(args)) }
	if q.Showing != nil {
		text += ` AND showing = ` + put(bit(*q.Showing))
	}
	if q.After != "" {
		text += ` AND id < ` + put(q.After)
	}
	rows, err := d.read.QueryContext(ctx, text+` ORDER BY id DESC LIMIT `+put(q.Limit)+` + 0`, args...)
	return collect(d, rows, err, scanAlertStaff)
}

// Banners gives the alerts whose banners stand on the pages of an edition, newest first.
func (d *DB) Banners(ctx context.Context, of string) ([]edition.Alert, error) {
	rows, err := d.public.QueryContext(ctx, sqlBanners, of)
	return collect(d, rows, err, scanAlert)
}

// AlertLines lists the alerts in an edition's newsfeed, newest first.
func (d *DB) AlertLines(ctx context.Context, of string, after news.Cursor, limit int) ([]edition.Alert, error) {
	at := int64(math.MaxInt64)
	if !after.At.IsZero() {
		at = moment.Micros(after.At)
	}
	rows, err := d.public.QueryContext(ctx, sqlAlertLines, of, at, after.ID, limit)
	return collect(d, rows, err, scanAlert)
}

// AlertsByID reads the alerts among ids, removed ones included, in no order.
func (d *DB) AlertsByID(ctx context.Context, ids []string) ([]edition.Alert, error) {
	var out []edition.Alert
	for args := range rows.Few(ids) {
		rows, err := d.public.QueryContext(ctx, sqlAlertsByID[len(args)], args...)
		found, err := collect(d, rows, err, scanAlert)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}
