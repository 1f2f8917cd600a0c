package discussion

import (
	"context"
	"crypto/rand"
	"encoding/json"

	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

// Reported is what somebody said against a comment.
type Reported struct {
	Comment string
	talk.Report
}

// Given gives what somebody reported, and the ids of the comments that he reacted to, as long as they are kept.
func (d *DB) Given(ctx context.Context, account string) (reported []Reported, reactions []string, err error) {
	answer, err := d.read.QueryContext(ctx, `SELECT comment, doc FROM comment_report WHERE account = $1 ORDER BY comment`, account)
	reported, err = rows.Collect(answer, err, func(row rows.Scanner) (one Reported, err error) {
		var doc string
		if err = row.Scan(&one.Comment, &doc); err == nil {
			err = json.Unmarshal([]byte(doc), &one.Report)
		}
		return one, err
	})
	if err != nil {
		return nil, nil, d.ledger.Fault(err)
	}
	answer, err = d.read.QueryContext(ctx, `SELECT comment FROM reaction WHERE account = $1 ORDER BY comment`, account)
	reactions, err = rows.Collect(answer, err, func(row rows.Scanner) (id string, err error) { err = row.Scan(&id); return id, err })
	return reported, reactions, d.ledger.Fault(err)
}

// disown makes what somebody reported and reacted to nobody's: each row counts as before, under a name of its own that leads neither to him nor to another.
func disown(t *ledger.Tx, account string) error {
	type row struct {
		comment, doc string
		dealt        int64
	}
	if err := t.Exec(`UPDATE comment_report SET doc = doc WHERE account = $1`, account); err != nil { // nobody decides about them meanwhile
		return err
	}
	answer, err := t.QueryContext(t.Ctx, `SELECT comment, dealt, doc FROM comment_report WHERE account = $1`, account)
	reports, err := rows.Collect(answer, err, func(from rows.Scanner) (r row, err error) {
		err = from.Scan(&r.comment, &r.dealt, &r.doc)
		return r, err
	})
	if err != nil {
		return err
	}
	for _, r := range reports {
		var one talk.Report
		if err := json.Unmarshal([]byte(r.doc), &one); err != nil {
			return err
		}
		one.By = ""
		doc, err := json.Marshal(one)
		if err != nil {
			return err
		}
		if err := t.Exec(`UPDATE comment_report SET account = $3, doc = $5 WHERE comment = $1 AND account = $2 AND dealt = $4`, r.comment, account, rand.Text(), r.dealt, string(doc)); err != nil {
			return err
		}
	}
	answer, err = t.QueryContext(t.Ctx, `SELECT comment FROM reaction WHERE account = $1`, account)
	reactions, err := rows.Collect(answer, err, func(from rows.Scanner) (id string, err error) { err = from.Scan(&id); return id, err })
	for _, id := range reactions {
		if err == nil {
			err = t.Exec(`UPDATE reaction SET account = $3 WHERE comment = $1 AND account = $2`, id, account, rand.Text())
		}
	}
	return err
}

// Reacted lists what somebody reacted to in a place; see talk.Store.
func (d *DB) Reacted(ctx context.Context, account, place string, limit int) ([]string, error) {
	answer, err := d.read.QueryContext(ctx, `SELECT r.comment FROM reaction r JOIN comment c ON c.id = r.comment WHERE r.account = $1 AND c.place = $2 ORDER BY r.comment DESC LIMIT $3 + 0`, account, place, limit)
	ids, err := rows.Collect(answer, err, func(row rows.Scanner) (id string, err error) { err = row.Scan(&id); return id, err })
	return ids, d.ledger.Fault(err)
}
