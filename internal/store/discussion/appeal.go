package discussion

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

// reported are comments that wait for a second look: readers report them, or their author objects to a decision. Each half has an index.
const reported = `id IN (SELECT id FROM comment WHERE reports > 0 UNION ALL SELECT subject FROM appeal WHERE about = 'comment')`

// contest keeps whether something waits for moderators to look at an appeal.
func contest(t *ledger.Tx, about, subject, edition string, a *talk.Appeal) error {
	switch {
	case a == nil:
		return nil
	case a.Open():
		return t.Exec(`INSERT INTO appeal (about, subject, edition) VALUES ($1, $2, $3) ON CONFLICT (about, subject) DO NOTHING`, about, subject, edition)
	}
	return t.Exec(`DELETE FROM appeal WHERE about = $1 AND subject = $2`, about, subject)
}

// Objecting lists those who object to a restriction; see talk.Store.
func (d *DB) Objecting(ctx context.Context, after string, limit int) ([]talk.Member, error) {
	answer, err := d.read.QueryContext(ctx, `SELECT m.doc FROM appeal a JOIN member m ON m.account = a.subject WHERE a.about = 'member' AND a.subject > $1 ORDER BY a.subject LIMIT $2 + 0`, after, limit)
	found, err := rows.Collect(answer, err, func(row rows.Scanner) (m talk.Member, err error) {
		var doc string
		if err = row.Scan(&doc); err != nil {
			return m, err
		}
		if err = json.Unmarshal([]byte(doc), &m); err != nil {
			err = fmt.Errorf("store: member: %w", err)
		}
		return m, err
	})
	return found, d.ledger.Fault(err)
}

// Deeds gives rows of the audit log about what was said, with where it was said; see talk.Store.
func (d *DB) Deeds(ctx context.Context, since time.Time, did []fact.Deed, each func(talk.Deed)) error {
	w := &rows.Where{}
	kinds := make([]string, len(did))
	for i, k := range did {
		kinds[i] = string(k)
	}
	w.Add(w.In("a.kind", kinds))
	w.Add("a.id >= " + w.Arg(moment.Past(since.Add(-time.Hour), ""))) // ids sort by time, and have an index
	w.Add("a.at_us >= " + w.Arg(moment.Micros(since)))
	answer, err := d.read.QueryContext(ctx, `SELECT a.at_us, a.kind, a.subject, a.note, COALESCE(c.edition, '') FROM audit a LEFT JOIN comment c ON c.id = a.subject`+w.Clause()+` ORDER BY a.subject, a.id`, w.Args...)
	return d.ledger.Fault(rows.Each(answer, err, func(row rows.Scanner) error {
		var at int64
		var one talk.Deed
		err := row.Scan(&at, &one.Did, &one.Subject, &one.Note, &one.Edition)
		one.At = moment.FromMicros(at)
		each(one)
		return err
	}))
}
