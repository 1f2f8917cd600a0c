package discussion

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

// Speakers gives who took part in the place lately; see talk.Room.
func (r room) Speakers(ctx context.Context, limit int) ([]talk.Speaker, error) {
	answer, err := r.t.QueryContext(ctx, `SELECT doc FROM spoken WHERE place = $1 AND gone = 0 ORDER BY id DESC LIMIT $2 + 0`, r.place.ID, limit)
	found, err := rows.Collect(answer, err, func(row rows.Scanner) (s talk.Shown, err error) {
		var doc string
		if err = row.Scan(&doc); err == nil {
			err = json.Unmarshal([]byte(doc), &s)
		}
		return s, err
	})
	if err != nil {
		return nil, err
	}
	var out []talk.Speaker
	seen := map[string]bool{}
	for _, s := range found {
		if s.Author != "" && !seen[s.Author] {
			seen[s.Author] = true
			out = append(out, talk.Speaker{Account: s.Author, Name: s.Name})
		}
	}
	return out, nil
}

// announce writes notices and what is to be done about them. A reply and a mention are told once; a decision or a receipt that follows another stands in its place.
func announce(t *ledger.Tx, c talk.Comment, o talk.Outcome) error {
	if o.Untell {
		if err := t.Exec(`DELETE FROM notice WHERE account = $1 AND comment = $2 AND about = $3`, c.Author, c.ID, string(talk.AboutDecision)); err != nil {
			return err
		}
		if !o.Reopen.IsZero() {
			if err := t.Exec(`DELETE FROM notice WHERE comment = $1 AND about = $2 AND account IN (SELECT account FROM comment_report WHERE comment = $1 AND dealt = $3)`, c.ID, string(talk.AboutReport), moment.Micros(o.Reopen)); err != nil {
				return err
			}
		}
	}
	all := slices.Clone(o.Tell)
	slices.SortFunc(all, func(a, b talk.Notice) int { return cmp.Compare(a.Account, b.Account) }) // as locks are taken
	for _, n := range all {
		text := `INSERT INTO notice (id, account, about, comment, by_account, at_us, seen, mailed) VALUES ($1, $2, $3, $4, $5, $6, 0, 0) ON CONFLICT (account, comment, about) `
		if n.About == talk.AboutDecision || n.About == talk.AboutReport || n.About == talk.AboutReceipt {
			text += `DO UPDATE SET id = excluded.id, by_account = excluded.by_account, at_us = excluded.at_us, seen = 0, mailed = 0`
		} else {
			text += `DO NOTHING`
		}
		added, err := t.ExecCount(text, n.ID, n.Account, string(n.About), n.Comment, n.By, moment.Micros(n.At))
		if err != nil {
			return err
		}
		if added == 0 {
			continue
		}
		if err := t.Soon(talk.WorkNotices, n.Account, n.At.Add(talk.NoticeAfter)); err != nil {
			return err
		}
	}
	return nil
}

// A notice with its comment as it is now; nothing of those whom its reader ignores.
const sqlNotices = `SELECT n.id, n.account, n.about, n.comment, n.by_account, n.at_us, n.seen, c.doc FROM notice n JOIN comment c ON c.id = n.comment
	WHERE n.account = $1 AND NOT EXISTS (SELECT 1 FROM ignored i WHERE i.account = n.account AND i.other = n.by_account AND n.about IN ('reply', 'mention')) `

func scanNotice(row rows.Scanner) (n talk.Notice, err error) {
	var at, seen int64
	var doc string
	if err = row.Scan(&n.ID, &n.Account, &n.About, &n.Comment, &n.By, &at, &seen, &doc); err != nil {
		return n, err
	}
	n.At, n.Seen = moment.FromMicros(at), seen > 0
	if err = json.Unmarshal([]byte(doc), &n.Of); err != nil {
		err = fmt.Errorf("store: comment of a notice: %w", err)
	}
	return n, err
}

// Notices lists what somebody was told; see talk.Notices.
func (d *DB) Notices(ctx context.Context, account, before string, limit int) ([]talk.Notice, error) {
	if before == "" {
		before = "~"
	}
	answer, err := d.read.QueryContext(ctx, sqlNotices+`AND n.id < $2 ORDER BY n.id DESC LIMIT $3 + 0`, account, before, limit)
	found, err := rows.Collect(answer, err, scanNotice)
	return found, d.ledger.Fault(err)
}

// Unseen lists what somebody has not looked at; see talk.Notices.
func (d *DB) Unseen(ctx context.Context, account string, limit int) ([]talk.Notice, error) {
	answer, err := d.read.QueryContext(ctx, sqlNotices+`AND n.seen = 0 ORDER BY n.id DESC LIMIT $2 + 0`, account, limit)
	found, err := rows.Collect(answer, err, scanNotice)
	return found, d.ledger.Fault(err)
}

// NoticesByID lists some of what somebody was told, oldest first.
func (d *DB) NoticesByID(ctx context.Context, account string, ids []string) ([]talk.Notice, error) {
	args := []any{account}
	for _, id := range ids {
		args = append(args, id)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	answer, err := d.read.QueryContext(ctx, sqlNotices+`AND n.id IN (`+rows.Marks(2, len(ids))+`) ORDER BY n.id`, args...)
	found, err := rows.Collect(answer, err, scanNotice)
	return found, d.ledger.Fault(err)
}

// SeeNotices notes that somebody looked; see talk.Notices.
func (d *DB) SeeNotices(ctx context.Context, account, upTo string) error {
	return d.ledger.Change(ctx, func(t *ledger.Tx) error {
		return t.Exec(`UPDATE notice SET seen = 1 WHERE account = $1 AND id <= $2 AND seen = 0`, account, upTo)
	})
}

// holdTold reads how somebody is told of things; it is this change's until its end.
func holdTold(t *ledger.Tx, account string) (talk.Told, error) {
	if err := t.Exec(`INSERT INTO told (account, doc) VALUES ($1, '{}') ON CONFLICT (account) DO UPDATE SET doc = told.doc`, account); err != nil {
		return talk.Told{}, err
	}
	return scanTold(t.Row(sqlTold, account))
}

const sqlTold = `SELECT doc FROM told WHERE account = $1`

func scanTold(row rows.Scanner) (w talk.Told, err error) {
	var doc string
	if err = row.Scan(&doc); err == nil {
		err = json.Unmarshal([]byte(doc), &w)
	}
	return w, err
}

func keepTold(t *ledger.Tx, account string, w talk.Told) error {
	doc, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return t.Exec(`UPDATE told SET doc = $2 WHERE account = $1`, account, string(doc))
}

// Mail decides on letters in a transaction; see talk.Notices.
func (d *DB) Mail(ctx context.Context, account string, limit int, decide func(*talk.Told, []talk.Notice) ([]string, fact.Outcome, error)) error {
	return d.ledger.Change(ctx, func(t *ledger.Tx) error {
		w, err := holdTold(t, account)
		if err != nil {
			return err
		}
		answer, err := t.QueryContext(t.Ctx, sqlNotices+`AND n.seen = 0 AND n.mailed = 0 ORDER BY n.id LIMIT $2 + 0`, account, limit)
		waiting, err := rows.Collect(answer, err, scanNotice)
		if err != nil {
			return err
		}
		mailed, out, err := decide(&w, waiting)
		if err != nil {
			return err
		}
		for _, id := range mailed {
			if err := t.Exec(`UPDATE notice SET mailed = 1 WHERE id = $1`, id); err != nil {
				return err
			}
		}
		if err := keepTold(t, account, w); err != nil {
			return err
		}
		return t.Outcome(out)
	})
}

// Told reads how somebody is told of things.
func (d *DB) Told(ctx context.Context, account string) (talk.Told, error) {
	w, err := scanTold(d.read.QueryRowContext(ctx, sqlTold, account))
	if errors.Is(err, sql.ErrNoRows) {
		return talk.Told{}, nil
	}
	return w, d.ledger.Fault(err)
}

// AmendTold changes it.
func (d *DB) AmendTold(ctx context.Context, account string, change func(*talk.Told)) error {
	return d.ledger.Change(ctx, func(t *ledger.Tx) error {
		w, err := holdTold(t, account)
		if err != nil {
			return err
		}
		change(&w)
		return keepTold(t, account, w)
	})
}

// Ignore puts somebody on a list or takes him off; see talk.Notices.
func (d *DB) Ignore(ctx context.Context, account, other string, on bool, most int) error {
	return d.ledger.Change(ctx, func(t *ledger.Tx) error {
		if !on {
			return t.Exec(`DELETE FROM ignored WHERE account = $1 AND other = $2`, account, other)
		}
		var n int
		if err := t.Row(`SELECT COUNT(*) FROM ignored WHERE account = $1 AND other <> $2`, account, other).Scan(&n); err != nil {
			return err
		}
		if n >= most {
			return fault.New(fault.Conflict, "fault.ignored_many", "you ignore %d people already", most)
		}
		return t.Exec(`INSERT INTO ignored (account, other) VALUES ($1, $2) ON CONFLICT (account, other) DO NOTHING`, account, other)
	})
}

// Ignored lists whom somebody ignores.
func (d *DB) Ignored(ctx context.Context, account string) ([]string, error) {
	answer, err := d.read.QueryContext(ctx, `SELECT other FROM ignored WHERE account = $1 ORDER BY other`, account)
	found, err := rows.Collect(answer, err, func(row rows.Scanner) (one string, err error) { err = row.Scan(&one); return one, err })
	return found, d.ledger.Fault(err)
}

// SweepNotices removes notices of before a time.
func SweepNotices(t *ledger.Tx, before time.Time) error {
	return t.Exec(`DELETE FROM notice WHERE at_us < $1`, moment.Micros(before))
}
