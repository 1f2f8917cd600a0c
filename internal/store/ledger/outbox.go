package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"

	"github.com/jackc/pgx/v5"
)

// Position gives the last seq of each of topics, 0 for one that nothing was written to.
func (d *DB) Position(ctx context.Context, topics []fact.Topic) (map[fact.Topic]int64, error) {
	out := make(map[fact.Topic]int64, len(topics))
	for _, topic := range topics {
		var seq int64
		err := d.read.QueryRowContext(ctx, `SELECT seq FROM topic WHERE name = $1`, string(topic)).Scan(&seq)
		if err != nil && err != sql.ErrNoRows {
			return nil, d.Fault(err)
		}
		out[topic] = seq
	}
	return out, nil
}

// Facts gives up to limit facts of a topic after a seq, in order.
func (d *DB) Facts(ctx context.Context, topic fact.Topic, after int64, limit int) ([]fact.Fact, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT seq, fact FROM outbox WHERE topic = $1 AND seq > $2 ORDER BY seq LIMIT $3 + 0`, string(topic), after, limit)
	if err != nil {
		return nil, d.Fault(err)
	}
	defer rows.Close()
	var out []fact.Fact
	for rows.Next() {
		f := fact.Fact{}
		var doc string
		if err := rows.Scan(&f.Seq, &doc); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(doc), &f); err != nil {
			return nil, fmt.Errorf("store: fact %s/%d: %w", topic, f.Seq, err)
		}
		f.Topic = topic
		out = append(out, f)
	}
	return out, d.Fault(rows.Err())
}

// Changes gives up to limit changes of the house after a seq, in order.
func (d *DB) Changes(ctx context.Context, after int64, limit int) ([]fact.Change, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT seq, fact, at_us FROM outbox WHERE topic = 'house' AND seq > $1 ORDER BY seq LIMIT $2 + 0`, after, limit)
	if err != nil {
		return nil, d.Fault(err)
	}
	defer rows.Close()
	var out []fact.Change
	for rows.Next() {
		var c fact.Change
		var doc string
		var at int64
		if err := rows.Scan(&c.Seq, &doc, &at); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(doc), &c); err != nil {
			return nil, fmt.Errorf("store: change %d: %w", c.Seq, err)
		}
		c.At = moment.FromMicros(at)
		out = append(out, c)
	}
	return out, d.Fault(rows.Err())
}

// watch notices commits of other processes: by the data version on SQLite, by NOTIFY on PostgreSQL.
func (d *DB) watch(ctx context.Context) {
	for ctx.Err() == nil {
		var err error
		if d.postgres {
			err = d.listen(ctx)
		} else {
			err = d.pollVersion(ctx)
		}
		if ctx.Err() != nil {
			return
		}
		d.log.Warn("store: watching for other processes stopped; trying again", "error", err)
		d.notice()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (d *DB) pollVersion(ctx context.Context) error {
	conn, err := d.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	stmt, err := conn.PrepareContext(ctx, `PRAGMA data_version`)
	if err != nil {
		return err
	}
	defer stmt.Close()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	var last int64
	for {
		var v int64
		if err := stmt.QueryRowContext(ctx).Scan(&v); err != nil {
			return err
		}
		if v != last {
			last = v
			d.notice()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

func (d *DB) listen(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, d.address)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN dateline"); err != nil {
		return err
	}
	d.notice() // whatever came while nobody listened
	for {
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
		d.notice()
	}
}
