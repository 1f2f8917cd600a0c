package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// groupLimit bounds how many changes share one commit on SQLite, groupTime how long they may be gathered.
const (
	groupLimit = 128
	groupTime  = 12 * time.Millisecond
)

// Querier is a connection or a pool.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx is one change being made. What it tells is gathered and written at the end, in lock order.
type Tx struct {
	Querier
	Ctx   context.Context
	Now   time.Time // one for the whole change
	db    *DB
	facts []fact.Fact
	rows  []row // of the outbox, for facts
	leaf  *pendingLeaf
	told  fact.Change
	read  map[string]any // by changes of this transaction
	left  bool
}

type job struct {
	ctx  context.Context
	run  func(*Tx) error
	tx   *Tx
	err  error
	done chan struct{}
}

// Change runs f in a transaction and answers when it is on disk. f may run more than once and must only touch t.
func (d *DB) Change(ctx context.Context, f func(t *Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if d.postgres {
		return d.changePostgres(ctx, f)
	}
	j := &job{ctx: ctx, run: f, done: make(chan struct{})}
	select {
	case d.jobs <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	<-j.done // a change that was begun is answered, even to somebody who stopped waiting
	if j.err == nil {
		d.committed(j.tx)
	}
	return d.Fault(j.err)
}

// committed tells the node before the caller hears of success, so that no old page is served after the answer.
func (d *DB) committed(t *Tx) {
	if !t.tells() {
		return
	}
	if f := d.onCommit.Load(); f != nil {
		(*f)(t.told)
	}
	d.notice()
}

// writer is the only goroutine that changes SQLite in this process. Small changes that wait together share a commit.
func (d *DB) writer(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case first := <-d.jobs:
			d.group(first)
		}
	}
}

func (d *DB) group(first *job) {
	ctx := context.Background()
	jobs := []*job{first}
	answer := func(err error) {
		for _, j := range jobs {
			if err != nil {
				j.err = err
			}
			close(j.done)
		}
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		answer(err)
		return
	}
	defer conn.Close()
	err = d.patiently(ctx, func() error { _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); return err })
	if err != nil {
		answer(err)
		return
	}
	begun, read := time.Now(), map[string]any{}
	for i := 0; i < len(jobs); i++ {
		if err := d.runJob(conn, jobs[i], read); err != nil {
			conn.ExecContext(ctx, "ROLLBACK") // what is left of it
			answer(err)
			return
		}
		if i == len(jobs)-1 && len(jobs) < groupLimit && time.Since(begun) < groupTime {
			select {
			case j := <-d.jobs:
				jobs = append(jobs, j)
			default:
			}
		}
	}
	if err = tell(made(jobs)...); err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		conn.ExecContext(ctx, "ROLLBACK")
	}
	answer(err)
}

// runJob runs one change of a group inside its own savepoint, so that its failure is its own. The error is that of the group: SQLite
// gave its transaction up, as it does when the disk is full, and with it what all others of the group have done.
func (d *DB) runJob(conn *sql.Conn, j *job, read map[string]any) error {
	ctx := context.Background()
	j.tx = &Tx{Querier: conn, Ctx: ctx, db: d, Now: d.clock.Now(), read: read}
	if _, err := conn.ExecContext(ctx, "SAVEPOINT change"); err != nil {
		return err
	}
	j.err = guarded(j.run, j.tx)
	if j.err == nil {
		j.err = j.tx.finish()
	}
	end := "RELEASE SAVEPOINT change"
	if j.err != nil {
		end = "ROLLBACK TO SAVEPOINT change"
	}
	if j.err != nil || !j.tx.left {
		clear(read)
	}
	_, err := conn.ExecContext(ctx, end)
	if err != nil && j.err != nil {
		return j.err // the savepoint is gone with the transaction, and this is why
	}
	return err
}

// made gives the changes of a group that were made.
func made(jobs []*job) []*Tx {
	out := make([]*Tx, 0, len(jobs))
	for _, j := range jobs {
		if j.err == nil {
			out = append(out, j.tx)
		}
	}
	return out
}

// guarded turns a panic in a change into its error, so that one bad change cannot stop the writer.
func guarded(f func(*Tx) error, t *Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: panic in a change: %v", r)
		}
	}()
	return f(t)
}

func (d *DB) changePostgres(ctx context.Context, f func(t *Tx) error) error {
	for try := 0; ; try++ {
		t, err := d.tryPostgres(ctx, f)
		if err == nil {
			d.committed(t)
			return nil
		}
		if try < 8 && (again(err) || duplicate(err)) {
			if again(err) {
				d.retries.Add(1)
			}
			continue // another transaction was first; the rule is asked anew
		}
		return d.Fault(err)
	}
}

func (d *DB) tryPostgres(ctx context.Context, f func(t *Tx) error) (*Tx, error) {
	s, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer s.Rollback()
	t := &Tx{Querier: s, Ctx: ctx, db: d, Now: d.clock.Now(), read: map[string]any{}}
	if err := guarded(f, t); err != nil {
		return nil, err
	}
	if err := t.finish(); err != nil {
		return nil, err
	}
	if t.tells() {
		if err := t.Exec(`SELECT pg_notify('dateline', '')`); err != nil {
			return nil, err
		}
	}
	return t, s.Commit()
}

// Retries counts the transactions that PostgreSQL gave up for a deadlock or a conflict and that were done again.
func (d *DB) Retries() int64 { return d.retries.Load() }

// Read gives what read gave to an earlier change of the same transaction under a name, else what it gives now. Every change in between
// has said that it Leaves what is read so as it is, and was kept; nothing outlives the transaction. Who is given it does not change it.
func Read[T any](t *Tx, name string, read func() (T, error)) (T, error) {
	if v, ok := t.read[name].(T); ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		t.read[name] = v
	}
	return v, err
}

// Leaves promises that this change writes nothing that is read by Read; what others read before it stays known.
func (t *Tx) Leaves() { t.left = true }

// Exec runs a text that gives no rows.
func (t *Tx) Exec(query string, args ...any) error {
	_, err := t.ExecContext(t.Ctx, query, args...)
	return err
}

// ExecCount is Exec that tells how many rows it touched.
func (t *Tx) ExecCount(query string, args ...any) (int64, error) {
	r, err := t.ExecContext(t.Ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Row runs a text that gives one row.
func (t *Tx) Row(query string, args ...any) *sql.Row { return t.QueryRowContext(t.Ctx, query, args...) }

// Outcome notes what a rule decided: facts and stale pages for the end, due work now.
func (t *Tx) Outcome(o fact.Outcome) error {
	t.facts = append(t.facts, o.Facts...)
	t.told.Stale = append(t.told.Stale, o.Stale...)
	t.told.Forget = t.told.Forget || o.Forget
	if err := t.Note(o.Acts...); err != nil {
		return err
	}
	for _, l := range o.Letters {
		w, err := t.send(l)
		if err != nil {
			return err
		}
		o.Work = append(slices.Clip(o.Work), w)
	}
	for _, w := range o.Undone {
		if err := t.Exec(`DELETE FROM work WHERE kind = $1 AND subject = $2`, w.Kind, w.Subject); err != nil {
			return err
		}
	}
	for _, w := range o.Work {
		if err := t.Exec(`INSERT INTO work (kind, subject, due_us, lease_us, tries) VALUES ($1, $2, $3, 0, 0)
			ON CONFLICT (kind, subject) DO UPDATE SET due_us = excluded.due_us, lease_us = 0, tries = 0`,
			w.Kind, w.Subject, moment.Micros(w.Due)); err != nil {
			return err
		}
	}
	return nil
}

// OnceKept is how long a repeated act still has its first outcome.
const OnceKept = 24 * time.Hour

// Once runs act under its idempotency key: a repetition gives the first outcome, decoded into out, and changes nothing.
// Another body under the same key is Invalid. out is what act made; it is kept as JSON.
func Once[T any](t *Tx, o fact.Once, out *T, act func() error) error {
	if o.Key == "" {
		return act()
	}
	// What was kept long enough counts as nothing, also before it is swept.
	n, err := t.ExecCount(`INSERT INTO once (account, key, body, result, at_us) VALUES ($1, $2, $3, '', $4)
		ON CONFLICT (account, key) DO UPDATE SET body = excluded.body, result = '', at_us = excluded.at_us WHERE once.at_us < $5`,
		o.Account, o.Key, o.Body[:], t.Now.UnixMicro(), t.Now.Add(-OnceKept).UnixMicro())
	if err != nil {
		return err
	}
	if n == 0 {
		var body []byte
		var result string
		if err := t.Row(`SELECT body, result FROM once WHERE account = $1 AND key = $2`, o.Account, o.Key).Scan(&body, &result); err != nil {
			return err
		}
		if string(body) != string(o.Body[:]) {
			return fault.At("header.Idempotency-Key", "fault.key_used", "this key was used for another request")
		}
		if err := json.Unmarshal([]byte(result), out); err != nil {
			return fmt.Errorf("store: outcome kept for a key: %w", err)
		}
		return nil
	}
	if err := act(); err != nil {
		return err
	}
	doc, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return t.Exec(`UPDATE once SET result = $3 WHERE account = $1 AND key = $2`, o.Account, o.Key, string(doc))
}

// Note writes rows of the audit log.
func (t *Tx) Note(acts ...fact.Act) error {
	for _, a := range acts {
		if err := t.Exec(`INSERT INTO audit (id, at_us, kind, account, about, subject, note) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			t.db.ids.New(), t.Now.UnixMicro(), string(a.Did), a.By, a.About, a.Subject, a.Note); err != nil {
			return err
		}
	}
	return nil
}

// Note writes rows of the audit log that belong to no change: what was refused.
func (d *DB) Note(ctx context.Context, acts ...fact.Act) error {
	return d.Change(ctx, func(t *Tx) error { return t.Note(acts...) })
}
