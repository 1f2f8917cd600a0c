package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"database/sql"
	"database/sql/driver"

	"github.com/jackc/pgx/v5/pgconn"
)

// unreachable reports that the connection to PostgreSQL is gone or cannot be made.
func unreachable(err error) bool {
	var c *pgconn.ConnectError
	var n net.Error
	return errors.As(err, &c) || errors.As(err, &n) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ECONNRESET)
}

// migrate runs the files that this database has not seen, each in one transaction.
func (d *DB) migrate(ctx context.Context, files fs.FS) error {
	entries, err := fs.ReadDir(files, "migrations")
	if err != nil {
		return fmt.Errorf("store: migrations: %w", err)
	}
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	for _, name := range names {
		number, err := strconv.Atoi(name[:4])
		if err != nil {
			return fmt.Errorf("store: migration %s has no number", name)
		}
		if err := d.patiently(ctx, func() error { return d.migrateOne(ctx, files, number, name) }); err != nil {
			return fmt.Errorf("store: migrate %s: %w", name, err)
		}
	}
	return nil
}

func (d *DB) migrateOne(ctx context.Context, files fs.FS, number int, name string) error {
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, d.Pick("BEGIN IMMEDIATE", "BEGIN")); err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	if d.postgres { // one process at a time
		if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_xact_lock(7061)"); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY, name TEXT NOT NULL)`); err != nil {
		return err
	}
	var n int
	if err := conn.QueryRowContext(ctx, `SELECT COUNT(*) FROM migration WHERE number = $1`, number).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		text, err := fs.ReadFile(files, "migrations/"+name)
		if err != nil {
			return err
		}
		for _, statement := range statements(string(text), d.Pick("sqlite", "postgres")) {
			if _, err := conn.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("%w in %q", err, statement)
			}
		}
		if _, err := conn.ExecContext(ctx, `INSERT INTO migration (number, name) VALUES ($1, $2)`, number, name); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, "COMMIT"); err != nil {
		return err
	}
	done = true
	return nil
}

// statements splits a migration at semicolons that end a line, leaving out the sections of the other dialect.
func statements(text, dialect string) []string {
	var out []string
	var b strings.Builder
	skip := false
	for line := range strings.Lines(text) {
		trimmed := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(trimmed, "-- only "):
			skip = strings.TrimPrefix(trimmed, "-- only ") != dialect
			continue
		case trimmed == "-- end":
			skip = false
			continue
		case skip, trimmed == "", strings.HasPrefix(trimmed, "--"):
			continue
		}
		b.WriteString(line)
		if strings.HasSuffix(trimmed, ";") {
			out = append(out, strings.TrimSuffix(strings.TrimSpace(b.String()), ";"))
			b.Reset()
		}
	}
	if rest := strings.TrimSpace(b.String()); rest != "" {
		out = append(out, rest)
	}
	return out
}

// Describe gives the tables, columns and indexes there are, a line each, for comparing schemas.
func (d *DB) Describe(ctx context.Context) (string, error) {
	rows, err := d.read.QueryContext(ctx, d.Pick(
		`SELECT m.name || '.' || c.name || ' ' || c.type || CASE WHEN c."notnull" = 1 THEN ' not null' ELSE '' END FROM sqlite_master m JOIN pragma_table_info(m.name) c
			WHERE m.type = 'table' UNION ALL SELECT 'index ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY 1`,
		`SELECT table_name || '.' || column_name || ' ' || data_type || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END COLLATE "C" FROM information_schema.columns
			WHERE table_schema = current_schema() UNION ALL SELECT 'index ' || indexname || ' ' || regexp_replace(indexdef, ' ON [^.]*\.', ' ON ') FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1`))
	if err != nil {
		return "", d.Fault(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return "", err
		}
		out.WriteString(line + "\n")
	}
	return out.String(), d.Fault(rows.Err())
}
