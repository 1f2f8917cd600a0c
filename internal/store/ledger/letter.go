package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// send writes a letter, and the work that sends it.
func (t *Tx) send(l fact.Letter) (fact.Work, error) {
	doc, err := json.Marshal(l)
	if err != nil {
		return fact.Work{}, err
	}
	return fact.Work{Kind: fact.WorkLetter, Subject: l.ID, Due: t.Now}, t.Exec(`INSERT INTO letter (id, doc, until_us) VALUES ($1, $2, $3)`, l.ID, string(doc), moment.Micros(l.Until))
}

// Letter reads a letter that waits to be sent; NotFound when it was.
func (d *DB) Letter(ctx context.Context, id string) (l fact.Letter, err error) {
	var doc string
	err = d.read.QueryRowContext(ctx, `SELECT doc FROM letter WHERE id = $1`, id).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return l, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "letter")
	}
	if err != nil {
		return l, d.Fault(err)
	}
	if err := json.Unmarshal([]byte(doc), &l); err != nil {
		return l, fmt.Errorf("store: letter: %w", err)
	}
	return l, nil
}

// DropLetter takes a letter away that was sent, or will not be.
func (d *DB) DropLetter(ctx context.Context, id string) error {
	return d.Change(ctx, func(t *Tx) error { return t.Exec(`DELETE FROM letter WHERE id = $1`, id) })
}
