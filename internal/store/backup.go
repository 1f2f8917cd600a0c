package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/history"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/dump"
)

// Dump gives every row of every table as one line of JSON, all from one moment, to row.
func (d *DB) Dump(ctx context.Context, row func(table string, line []byte) error) error {
	s, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: d.postgres, Isolation: d.snapshot()})
	if err != nil {
		return d.Fault(err)
	}
	defer s.Rollback()
	for _, k := range dump.Kept {
		if err := dump.Table(ctx, s, k, row); err != nil {
			return fmt.Errorf("store: dump %s: %w", k.Name, d.Fault(err))
		}
	}
	return nil
}

// snapshot is the isolation under which all tables are read as of one moment; on SQLite every transaction is so.
func (d *DB) snapshot() sql.IsolationLevel {
	if d.postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// ErrPublished tells that the log of a database grew after it was compared with that of a backup.
var ErrPublished = errors.New("something was published while the backup was read; restore it again")

// logTables are the tables of the verifiable log.
var logTables = []string{"history_leaf", "history_node", "tree_head"}

// Restore puts rows in place of everything there is, in one transaction: whoever reads sees all of the old or all of the new, and
// whoever writes waits. rows calls put for each row in the order of Tables, and may be called again. seen is the log as it was
// compared with that of the rows: when something was published since, nothing is replaced and the error is ErrPublished. With logStays
// the log that is there stays as it is, and the rows of another are passed over. The database gets a new epoch, so that open pages
// read themselves again.
func (d *DB) Restore(ctx context.Context, seen history.Head, logStays bool, rows func(put func(table string, values []any) error) error) error {
	return d.change(ctx, func(t *tx) error {
		if d.postgres { // what is written meanwhile would stay beside what is restored
			if err := t.Exec(`LOCK TABLE ` + strings.Join(append(dump.Tables(), "outbox", "once", "staff", "session", "challenge", "setting"), ", ") + ` IN ACCESS EXCLUSIVE MODE`); err != nil {
				return err
			}
		}
		var live history.Head
		if err := t.Row(`SELECT size, peaks FROM tree_head WHERE id = 1`).Scan(&live.Size, &live.Peaks); err != nil {
			return fmt.Errorf("store: tree head: %w", err)
		}
		if live.Size != seen.Size || string(live.Peaks) != string(seen.Peaks) {
			return ErrPublished
		}
		stays := func(table string) bool { return logStays && slices.Contains(logTables, table) }
		for i := len(dump.Kept) - 1; i >= 0; i-- {
			if stays(dump.Kept[i].Name) {
				continue
			}
			if err := t.Exec(`DELETE FROM ` + dump.Kept[i].Name); err != nil {
				return err
			}
		}
		for _, table := range []string{"outbox", "once", "staff", "session", "challenge"} {
			if err := t.Exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		texts := map[string]string{}
		for _, k := range dump.Kept {
			texts[k.Name] = `INSERT INTO ` + k.Name + ` (` + k.Columns + `) VALUES (` + marks(1, strings.Count(k.Columns, ",")+1) + `)`
		}
		err := rows(func(table string, values []any) error {
			if stays(table) {
				return nil
			}
			if err := t.Exec(texts[table], values...); err != nil {
				return fmt.Errorf("store: restore %s: %w", table, err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := t.Exec(`INSERT INTO staff (account) SELECT id FROM account`); err != nil {
			return err
		}
		if err := t.reindex(); err != nil {
			return err
		}
		if err := t.Exec(`UPDATE comment SET since_us = at_us WHERE queue IN ('unmoderated', 'approved')`); err != nil { // what was approved late is new no more
			return err
		}
		raw := make([]byte, 4)
		rand.Read(raw)
		if err := t.Exec(`INSERT INTO setting (name, value) VALUES ('epoch', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, hex.EncodeToString(raw)); err != nil {
			return err
		}
		return t.Outcome(fact.Outcome{Stale: []fact.Tag{fact.TagAll}, Forget: true})
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

// reindex makes the full-text tables, the shelf of the picture desk and the columns by which the desk is asked anew from what is
// published and what lies on the desk.
func (t *tx) reindex() error {
	for _, table := range []string{"found", "desk_found"} {
		if err := t.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	err := t.everyArticle(func(a news.Article) error {
		num, err := moment.Number(a.ID)
		if err != nil {
			return err
		}
		if err := t.Exec(`UPDATE article SET assignee = $2, family = $3 WHERE id = $1`, a.ID, a.Assignee, cmp.Or(a.TranslationOf, a.ID)); err != nil {
			return err
		}
		return t.indexDesk(num, a)
	})
	if err != nil {
		return err
	}
	if err := t.reshelve(); err != nil {
		return err
	}
	if err := t.enter(); err != nil {
		return err
	}
	if err := t.enterPosts(); err != nil {
		return err
	}
	type numbered struct {
		num  int64
		item news.Item
	}
	for after := ""; ; {
		rows, err := t.QueryContext(t.Ctx, `SELECT num, card, body FROM published WHERE id > $1 AND withdrawn_us = 0 ORDER BY id LIMIT 200`, after)
		list, err := collect(t.db, rows, err, func(row scanner) (n numbered, err error) {
			n.item, err = scanItem(withFirst{row, []any{&n.num}})
			return n, err
		})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return nil
		}
		for _, n := range list {
			if err := t.indexItem(n.num, n.item); err != nil {
				return err
			}
			after = n.item.ID
		}
	}
}

// withFirst scans more columns before those that the scan it is given to asks for.
type withFirst struct {
	scanner
	first []any
}

func (w withFirst) Scan(into ...any) error {
	return w.scanner.Scan(append(slices.Clone(w.first), into...)...)
}
