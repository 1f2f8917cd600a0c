package handle

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// keptPair opens one database twice, each with one connection whose statements are kept.
func keptPair(t *testing.T) (write, read *sql.DB) {
	t.Helper()
	dsn := "file:" + filepath.Join(t.TempDir(), "kept.db") + "?_pragma=journal_mode(WAL)"
	open := func() *sql.DB {
		db, err := Open(dsn)
		if err != nil {
			t.Fatal(err)
		}
		db.SetMaxOpenConns(1)
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		return db
	}
	return open(), open()
}

func TestAKeptStatementSeesWhatOthersWroteSince(t *testing.T) {
	write, read := keptPair(t)
	ctx := context.Background()
	if _, err := write.ExecContext(ctx, `CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT)`); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if _, err := write.ExecContext(ctx, `INSERT INTO t (s) VALUES ($1)`, fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
		var n int
		var s string
		if err := read.QueryRowContext(ctx, `SELECT COUNT(*), MAX(s) FROM t WHERE s <> $1`, "x").Scan(&n, &s); err != nil || n != i+1 || s != fmt.Sprint(i) {
			t.Fatalf("%d rows, last %q: %v", n, s, err)
		}
	}
}

func TestAKeptStatementSurvivesFailureAndANewSchema(t *testing.T) {
	write, read := keptPair(t)
	ctx := context.Background()
	if _, err := write.ExecContext(ctx, `CREATE TABLE t (n INTEGER PRIMARY KEY, s TEXT UNIQUE)`); err != nil {
		t.Fatal(err)
	}
	insert := func(s string) error {
		_, err := write.ExecContext(ctx, `INSERT INTO t (s) VALUES ($1)`, s)
		return err
	}
	if err := insert("a"); err != nil {
		t.Fatal(err)
	}
	if err := insert("a"); err == nil || !strings.Contains(err.Error(), "UNIQUE") {
		t.Fatalf("the second one: %v", err)
	}
	if err := insert("b"); err != nil {
		t.Fatalf("after a failure: %v", err)
	}
	var n int
	count := func() error { return read.QueryRowContext(ctx, `SELECT COUNT(*) FROM t`).Scan(&n) }
	if err := count(); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	for _, text := range []string{`DROP TABLE t`, `CREATE TABLE t (id TEXT, s TEXT)`} {
		if _, err := write.ExecContext(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := insert("a"); err != nil {
		t.Fatalf("after a new schema: %v", err)
	}
	if err := count(); err != nil || n != 1 {
		t.Fatalf("after a new schema: %d %v", n, err)
	}
}

func TestOnlySoManyTextsAreKept(t *testing.T) {
	write, _ := keptPair(t)
	ctx := context.Background()
	for i := range keptTexts + 20 {
		var n int
		if err := write.QueryRowContext(ctx, fmt.Sprintf(`SELECT %d`, i)).Scan(&n); err != nil || n != i {
			t.Fatal(n, err)
		}
	}
}
