package ledger

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// TakeWork leases at most one piece of work that is due now, for lease; NotFound when nothing is.
func (d *DB) TakeWork(ctx context.Context, lease time.Duration) (fact.Work, error) {
	var w fact.Work
	var due int64
	now := d.clock.Now()
	// The reading handle looks first, so that an idle site writes nothing.
	var n int
	if err := d.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM work WHERE due_us <= $1 AND lease_us <= $1`, now.UnixMicro()).Scan(&n); err != nil {
		return w, d.Fault(err)
	}
	if n == 0 {
		return w, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "work")
	}
	err := d.Change(ctx, func(t *Tx) error {
		us := t.Now.UnixMicro()
		return t.Row(`UPDATE work SET lease_us = $2, tries = tries + 1
			WHERE (kind, subject) = (SELECT kind, subject FROM work WHERE due_us <= $1 AND lease_us <= $1 ORDER BY due_us LIMIT 1) AND lease_us <= $1
			RETURNING kind, subject, due_us, tries`, us, t.Now.Add(lease).UnixMicro()).Scan(&w.Kind, &w.Subject, &due, &w.Tries)
	})
	w.Due = moment.FromMicros(due)
	if errors.Is(err, sql.ErrNoRows) { // another node took it
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "work")
	}
	return w, err
}

// Soon ends the text of an INSERT of due work that many ask for. Work that nobody took stays where it is, so that what goes on being asked
// for does not put it off; what is taken already may have read too early, and is due again. Either way its row belongs to this change until
// its end: nobody takes it between.
const Soon = ` ON CONFLICT (kind, subject) DO UPDATE SET due_us = excluded.due_us, lease_us = 0, tries = 0 WHERE work.lease_us > 0 OR work.due_us > excluded.due_us`

// Soon makes work due that others may have asked for already; see the text of that name.
func (t *Tx) Soon(kind, subject string, due time.Time) error {
	return t.Exec(`INSERT INTO work (kind, subject, due_us, lease_us, tries) VALUES ($1, $2, $3, 0, 0)`+Soon, kind, subject, moment.Micros(due))
}

// HoldWork makes the lease of work that was taken end a time from now; NotFound when somebody else took it meanwhile, or it is done.
func (d *DB) HoldWork(ctx context.Context, w fact.Work, lease time.Duration) error {
	return d.Change(ctx, func(t *Tx) error {
		n, err := t.ExecCount(`UPDATE work SET lease_us = $5 WHERE kind = $1 AND subject = $2 AND due_us = $3 AND tries = $4`,
			w.Kind, w.Subject, moment.Micros(w.Due), w.Tries, t.Now.Add(lease).UnixMicro())
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "work")
		}
		return err
	})
}

// DoneWork removes a piece of work that was taken, unless it was made due again or taken by another meanwhile.
func (d *DB) DoneWork(ctx context.Context, w fact.Work) error {
	return d.Change(ctx, func(t *Tx) error {
		return t.Exec(`DELETE FROM work WHERE kind = $1 AND subject = $2 AND due_us = $3 AND tries = $4`, w.Kind, w.Subject, moment.Micros(w.Due), w.Tries)
	})
}

// WorkWaiting counts the work there is, and what of it is due already.
func (d *DB) WorkWaiting(ctx context.Context) (all, due int64, err error) {
	err = d.read.QueryRowContext(ctx, `SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN due_us <= $1 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM work`, moment.Micros(d.clock.Now())).Scan(&all, &due)
	return all, due, d.Fault(err)
}

// NextWork gives the time at which something is due next; the zero time when nothing is.
func (d *DB) NextWork(ctx context.Context) (time.Time, error) {
	var due *int64
	err := d.read.QueryRowContext(ctx, `SELECT MIN(CASE WHEN lease_us > due_us THEN lease_us ELSE due_us END) FROM work`).Scan(&due)
	if err != nil || due == nil {
		return time.Time{}, d.Fault(err)
	}
	return moment.FromMicros(*due), nil
}
