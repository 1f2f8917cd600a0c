package store

import (
	"context"
	"encoding/json"
	"fmt"

	"dateline/internal/fact"
	"dateline/internal/intake"
)

const sqlMove = `SELECT doc FROM move`

func scanMove(row scanner) (intake.Move, error) {
	var m intake.Move
	var doc string
	if err := row.Scan(&doc); err != nil {
		return m, missing(err, "move")
	}
	if err := json.Unmarshal([]byte(doc), &m); err != nil {
		return m, fmt.Errorf("store: move: %w", err)
	}
	return m, nil
}

func (t *tx) putMove(m intake.Move) error {
	doc, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return t.Exec(`INSERT INTO move (id, doc) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc`, m.ID, string(doc))
}

// CreateMove keeps a move unless one that is there forbids it; see intake.Moves.
func (d *DB) CreateMove(ctx context.Context, o fact.Once, m intake.Move, out fact.Outcome, refuse func(intake.Move) error) (intake.Move, error) {
	kept := m
	err := d.change(ctx, func(t *tx) error {
		kept = m
		return once(t, o, &kept, func() error { return t.createMove(m, out, refuse) })
	})
	return kept, err
}

func (t *tx) createMove(m intake.Move, out fact.Outcome, refuse func(intake.Move) error) error {
	if err := t.claim("moves"); err != nil {
		return err
	}
	rows, err := t.QueryContext(t.Ctx, sqlMove+` ORDER BY id DESC LIMIT 100`)
	all, err := collect(t.db, rows, err, scanMove)
	if err != nil {
		return err
	}
	for _, other := range all {
		if err := refuse(other); err != nil {
			return err
		}
	}
	if err := t.putMove(m); err != nil {
		return err
	}
	return t.Outcome(out)
}

// AmendMove runs change on a move in a transaction; see intake.Moves.
func (d *DB) AmendMove(ctx context.Context, o fact.Once, id string, change func(*intake.Move) (fact.Outcome, error)) (m intake.Move, err error) {
	err = d.change(ctx, func(t *tx) error {
		m = intake.Move{}
		return once(t, o, &m, func() error {
			if err := t.claim(id); err != nil {
				return err
			}
			var err error
			if m, err = scanMove(t.Row(sqlMove+` WHERE id = $1`, id)); err != nil {
				return err
			}
			out, err := change(&m)
			if err != nil {
				return err
			}
			if err := t.putMove(m); err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	return m, err
}

// Move reads a move.
func (d *DB) Move(ctx context.Context, id string) (intake.Move, error) {
	m, err := scanMove(d.read.QueryRowContext(ctx, sqlMove+` WHERE id = $1`, id))
	return m, d.Fault(err)
}

// Moves gives the last moves, newest first.
func (d *DB) Moves(ctx context.Context, limit int) ([]intake.Move, error) {
	rows, err := d.read.QueryContext(ctx, sqlMove+` ORDER BY id DESC LIMIT $1`, limit)
	return collect(d, rows, err, scanMove)
}

// KeepDebts adds to the debts of a move.
func (d *DB) KeepDebts(ctx context.Context, move string, debts []intake.Debt) error {
	return d.change(ctx, func(t *tx) error {
		for _, o := range debts {
			if err := t.Exec(`INSERT INTO move_debt (move, kind, article, picture, what) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (move, kind, article, picture, what) DO NOTHING`,
				move, o.Kind, o.Article, o.Picture, o.What); err != nil {
				return err
			}
		}
		return nil
	})
}

// Debts gives debts of a kind, those after a place.
func (d *DB) Debts(ctx context.Context, move, kind string, after, limit int) ([]intake.Debt, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT kind, article, picture, what FROM move_debt WHERE move = $1 AND kind = $2 ORDER BY article, picture, what LIMIT $4 OFFSET $3`, move, kind, after, limit)
	return collect(d, rows, err, func(row scanner) (o intake.Debt, err error) {
		return o, row.Scan(&o.Kind, &o.Article, &o.Picture, &o.What)
	})
}

// DebtCounts says how many debts of each kind a move has.
func (d *DB) DebtCounts(ctx context.Context, move string) (map[string]int, error) {
	out := map[string]int{}
	rows, err := d.read.QueryContext(ctx, `SELECT kind, COUNT(*) FROM move_debt WHERE move = $1 GROUP BY kind`, move)
	_, err = collect(d, rows, err, func(row scanner) (kind string, err error) {
		var n int
		err = row.Scan(&kind, &n)
		out[kind] = n
		return kind, err
	})
	return out, err
}
