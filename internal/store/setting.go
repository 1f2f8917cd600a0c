package store

import (
	"context"
	"database/sql"
	"errors"
)

// Setting gives what this database remembers of itself under a name, "" when nothing is. No backup holds it.
func (d *DB) Setting(ctx context.Context, name string) (string, error) {
	var value string
	err := d.read.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = $1`, name).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return value, d.seen(err)
}

// Remember keeps a value under a name, over what was there. The epoch has a way of its own.
func (d *DB) Remember(ctx context.Context, name, value string) error {
	return d.change(ctx, func(t *tx) error {
		return t.exec(`INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	})
}

// Empty removes everything that a backup holds, the log included, in one transaction; the database begins a new life.
func (d *DB) Empty(ctx context.Context) error {
	head, err := d.Head(ctx)
	if err != nil {
		return err
	}
	return d.Restore(ctx, head, false, func(put func(string, []any) error) error {
		return put("tree_head", []any{int64(1), int64(0), []byte{}})
	})
}
