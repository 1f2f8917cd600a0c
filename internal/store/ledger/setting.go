package ledger

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
	return value, d.Fault(err)
}

// Remember keeps a value under a name, over what was there. The epoch has a way of its own.
func (d *DB) Remember(ctx context.Context, name, value string) error {
	return d.Change(ctx, func(t *Tx) error {
		return t.Exec(`INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, value)
	})
}
