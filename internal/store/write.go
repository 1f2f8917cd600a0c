package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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

// querier is a connection or a pool.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// tx is one change being made. What it tells is gathered and written at its end, in lock order.
type tx struct {
	querier
	ctx    context.Context
	db     *DB
	now    time.Time
	facts  []fact.Fact
	stale  []fact.Tag
	forget bool
	leaf   *pendingLeaf
	told   fact.Change
}

type job struct {
	ctx  context.Context
	run  func(*tx) error
	tx   *tx
	err  error
	done chan struct{}
}

// change runs f in a transaction and answers when it is on disk. f may run more than once and must only touch t.
func (d *DB) change(ctx context.Context, f func(t *tx) error) error {
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
	return d.seen(j.err)
}

// committed tells the node before the caller hears of success, so that no old page is served after the answer.
func (d *DB) committed(t *tx) {
	if len(t.told.Topics) == 0 && len(t.told.Stale) == 0 {
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
	begun := time.Now()
	for i := 0; i < len(jobs); i++ {
		if err := d.runJob(conn, jobs[i]); err != nil {
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
	if _, err = conn.ExecContext(ctx, "COMMIT"); err != nil {
		conn.ExecContext(ctx, "ROLLBACK")
	}
	answer(err)
}

// runJob runs one change of a group inside its own savepoint, so that its failure is its own. The error is that of the group: SQLite
// gave its transaction up, as it does when the disk is full, and with it what all others of the group have done.
func (d *DB) runJob(conn *sql.Conn, j *job) error {
	ctx := context.Background()
	j.tx = &tx{querier: conn, ctx: ctx, db: d, now: d.clock.Now()}
	if _, err := conn.ExecContext(ctx, "SAVEPOINT change"); err != nil {
		return err
	}
	j.err = guarded(j.run, j.tx)
	if j.err == nil {
		j.err = j.tx.tell()
	}
	end := "RELEASE SAVEPOINT change"
	if j.err != nil {
		end = "ROLLBACK TO SAVEPOINT change"
	}
	_, err := conn.ExecContext(ctx, end)
	if err != nil && j.err != nil {
		return j.err // the savepoint is gone with the transaction, and this is why
	}
	return err
}

// guarded turns a panic in a change into its error, so that one bad change cannot stop the writer.
func guarded(f func(*tx) error, t *tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("store: panic in a change: %v", r)
		}
	}()
	return f(t)
}

func (d *DB) changePostgres(ctx context.Context, f func(t *tx) error) error {
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
		return d.seen(err)
	}
}

func (d *DB) tryPostgres(ctx context.Context, f func(t *tx) error) (*tx, error) {
	s, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer s.Rollback()
	t := &tx{querier: s, ctx: ctx, db: d, now: d.clock.Now()}
	if err := guarded(f, t); err != nil {
		return nil, err
	}
	if err := t.tell(); err != nil {
		return nil, err
	}
	if len(t.told.Topics) > 0 || len(t.told.Stale) > 0 {
		if err := t.exec(`SELECT pg_notify('dateline', '')`); err != nil {
			return nil, err
		}
	}
	return t, s.Commit()
}

// Retries counts the transactions that PostgreSQL gave up for a deadlock or a conflict and that were done again.
func (d *DB) Retries() int64 { return d.retries.Load() }

func (t *tx) exec(query string, args ...any) error {
	_, err := t.ExecContext(t.ctx, query, args...)
	return err
}

// execCount is exec that tells how many rows it touched.
func (t *tx) execCount(query string, args ...any) (int64, error) {
	r, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

func (t *tx) row(query string, args ...any) *sql.Row { return t.QueryRowContext(t.ctx, query, args...) }

// outcome notes what a rule decided: facts and stale pages for the end, due work now.
func (t *tx) outcome(o fact.Outcome) error {
	t.facts = append(t.facts, o.Facts...)
	t.stale = append(t.stale, o.Stale...)
	t.forget = t.forget || o.Forget
	if err := t.note(o.Acts...); err != nil {
		return err
	}
	for _, w := range o.Undone {
		if err := t.exec(`DELETE FROM work WHERE kind = $1 AND subject = $2`, w.Kind, w.Subject); err != nil {
			return err
		}
	}
	for _, w := range o.Work {
		if err := t.exec(`INSERT INTO work (kind, subject, due_us, lease_us, tries) VALUES ($1, $2, $3, 0, 0)
			ON CONFLICT (kind, subject) DO UPDATE SET due_us = excluded.due_us, lease_us = 0, tries = 0`,
			w.Kind, w.Subject, moment.Micros(w.Due)); err != nil {
			return err
		}
	}
	return nil
}

// tell writes facts with the next seq of their topics, topics in the order of their names, then the house's own row, then the leaf.
func (t *tx) tell() error {
	if len(t.facts) > 0 || len(t.stale) > 0 {
		byTopic := map[fact.Topic][]fact.Fact{}
		for _, f := range t.facts {
			byTopic[f.Topic] = append(byTopic[f.Topic], f)
			if a, ok := f.Act(); ok {
				if err := t.note(a); err != nil {
					return err
				}
			}
		}
		t.told = fact.Change{Topics: map[fact.Topic]int64{}, Forget: t.forget, At: t.now}
		for _, topic := range slices.Sorted(maps.Keys(byTopic)) {
			seq, err := t.tellTopic(topic, byTopic[topic])
			if err != nil {
				return err
			}
			t.told.Topics[topic] = seq
		}
		slices.Sort(t.stale)
		t.told.Stale = slices.Compact(t.stale)
		doc, err := json.Marshal(t.told)
		if err != nil {
			return err
		}
		if t.told.Seq, err = t.next(fact.House, 1); err != nil {
			return err
		}
		if err := t.exec(`INSERT INTO outbox (topic, seq, fact, at_us) VALUES ($1, $2, $3, $4)`, string(fact.House), t.told.Seq, string(doc), t.now.UnixMicro()); err != nil {
			return err
		}
	}
	if t.leaf != nil {
		return t.leaf.write(t)
	}
	return nil
}

// next raises the seq of a topic by n and gives the last; the row stays locked until commit.
func (t *tx) next(topic fact.Topic, n int) (int64, error) {
	var seq int64
	err := t.row(`INSERT INTO topic (name, seq) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET seq = topic.seq + $2 RETURNING seq`, string(topic), n).Scan(&seq)
	return seq, err
}

func (t *tx) tellTopic(topic fact.Topic, facts []fact.Fact) (int64, error) {
	last, err := t.next(topic, len(facts))
	if err != nil {
		return 0, err
	}
	for i, f := range facts {
		if f.At.IsZero() {
			f.At = t.now
		}
		doc, err := json.Marshal(f)
		if err != nil {
			return 0, err
		}
		seq := last - int64(len(facts)-1-i)
		// The row's own time is when it was written: a fact may tell of long ago, and what is swept by age must leave no gap.
		if err := t.exec(`INSERT INTO outbox (topic, seq, fact, at_us) VALUES ($1, $2, $3, $4)`, string(topic), seq, string(doc), t.now.UnixMicro()); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// onceKept is how long a repeated act still has its first outcome.
const onceKept = 24 * time.Hour

// once runs act under its idempotency key: a repetition gives the first outcome, decoded into out, and changes nothing.
// Another body under the same key is Invalid. out is what act made; it is kept as JSON.
func once[T any](t *tx, o fact.Once, out *T, act func() error) error {
	if o.Key == "" {
		return act()
	}
	if err := t.exec(`DELETE FROM once WHERE account = $1 AND key = $2 AND at_us < $3`, o.Account, o.Key, t.now.Add(-onceKept).UnixMicro()); err != nil {
		return err
	}
	n, err := t.execCount(`INSERT INTO once (account, key, body, result, at_us) VALUES ($1, $2, $3, '', $4) ON CONFLICT (account, key) DO NOTHING`,
		o.Account, o.Key, o.Body[:], t.now.UnixMicro())
	if err != nil {
		return err
	}
	if n == 0 {
		var body []byte
		var result string
		if err := t.row(`SELECT body, result FROM once WHERE account = $1 AND key = $2`, o.Account, o.Key).Scan(&body, &result); err != nil {
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
	return t.exec(`UPDATE once SET result = $3 WHERE account = $1 AND key = $2`, o.Account, o.Key, string(doc))
}

// missing turns "no rows" into NotFound for a thing.
func missing(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", what)
	}
	return err
}

// marks gives "$from, …, $to" for an IN list.
func marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}
