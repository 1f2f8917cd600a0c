package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/history"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// kept are the tables of a backup with their columns, in the order in which rows may refer to earlier ones. Left out is what
// is made again: the full-text tables, the outbox (a restored database has a new epoch, so nobody resumes), keys, locks, checks.
var kept = []struct{ table, columns string }{
	{"topic", "name, seq"},
	{"work", "kind, subject, due_us, lease_us, tries"},
	{"history_leaf", "idx, leaf"},
	{"history_node", "idx, hash"},
	{"tree_head", "id, size, peaks"},
	{"edition", "slug, version, standard, host, doc"},
	{"section", "id, edition, slug, position, version, doc"},
	{"section_slug", "edition, slug, section"},
	{"account", "id, email, version, password, doc"},
	{"secret", "hash, id, kind, account, name, created_us, seen_us, expires_us"},
	{"factors", "account, doc"},
	{"security", "id, version, doc"},
	{"audit", "id, at_us, kind, account, about, subject, note"},
	{"picture", "id, version, sha256, original, source_uri, doc"},
	{"article", "id, version, edition, section, state, kind, author, source_uri, updated_us, doc"},
	{"version", "article, version, account, at_us, doc"},
	{"branch", "id, article, account, tab, base, at_us, closed_us, headline, words, doc"},
	{"revision", "article, number, change, note, at_us, account, leaf, salt, content, redacted_us"},
	{"published", "id, num, edition, section, kind, family, published_us, feed_us, withdrawn_us, revision, card, body"},
	{"published_tag", "edition, slug, feed_us, id, name"},
	{"published_author", "slug, feed_us, id, name"},
	{"published_picture", "picture, id"},
	{"published_correction", "edition, at_us, id, number, doc"},
	{"address", "edition, section, slug, article"},
	{"old_address", "path, edition, article"},
	{"alert", "id, edition, at_us, showing, listed, doc, account, removed_by"},
	{"views", "article, hour_us, n"},
	{"most_read", "edition, doc"},
	{"front", "edition, section, version, doc"},
	{"front_version", "edition, section, version, account, why, doc"},
	{"coverage", "article, pinned, closed_us, updated_us"},
	{"post", "id, coverage, version, state, author, at_us, doc"},
	{"post_revision", "post, number, change, note, at_us, account, leaf, salt, content"},
	{"live_post", "id, coverage, at_us, feed_us, key_event, withdrawn_us, doc"},
	{"vote", "post, voter, choice"},
	{"tally", "post, choice, votes"},
	{"report", "id, article, edition, resolved, doc"},
	{"entry", "kind, edition, slug, name, sought, named, version, doc"},
	{"entry_alias", "kind, edition, slug, target"},
	{"source", "id, version, doc, reading"},
	{"inbox_item", "id, edition, source, uri, digest, state, article, folded_into, at_us, words, doc"},
	{"move", "id, doc"},
	{"move_debt", "move, kind, article, picture, what"},
	{"old_comment", "article, id, parent, author, at_us, held, body"},
}

// Schema is the number of the newest migration; a backup of a newer one is not taken.
const Schema = 26

// Tables lists the tables of a backup in their order.
func Tables() []string {
	out := make([]string, len(kept))
	for i, k := range kept {
		out[i] = k.table
	}
	return out
}

// Dump gives every row of every table as one line of JSON, all from one moment, to row.
func (d *DB) Dump(ctx context.Context, row func(table string, line []byte) error) error {
	s, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: d.postgres, Isolation: d.snapshot()})
	if err != nil {
		return d.Fault(err)
	}
	defer s.Rollback()
	for _, k := range kept {
		if err := dumpTable(ctx, s, k.table, k.columns, row); err != nil {
			return fmt.Errorf("store: dump %s: %w", k.table, d.Fault(err))
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

func dumpTable(ctx context.Context, s *sql.Tx, table, columns string, row func(string, []byte) error) error {
	rows, err := s.QueryContext(ctx, `SELECT `+columns+` FROM `+table+` ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	n := strings.Count(columns, ",") + 1
	values, into := make([]any, n), make([]any, n)
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = map[string]string{"b": base64.StdEncoding.EncodeToString(b)}
			}
		}
		line, err := json.Marshal(values)
		if err != nil {
			return err
		}
		if err := row(table, line); err != nil {
			return err
		}
	}
	return rows.Err()
}

// blobs are the columns that hold bytes, which SQLite gives as text when they are empty.
var blobs = map[string]bool{"leaf": true, "hash": true, "peaks": true, "salt": true}

// ParseRow checks a line that Dump gave and turns it into the values of a row.
func ParseRow(table string, line []byte) ([]any, error) {
	columns := ""
	for _, k := range kept {
		if k.table == table {
			columns = k.columns
		}
	}
	if columns == "" {
		return nil, fmt.Errorf("store: there is no table %q in a backup", table)
	}
	names := strings.Split(columns, ", ")
	dec := json.NewDecoder(strings.NewReader(string(line)))
	dec.UseNumber()
	var raw []any
	if err := dec.Decode(&raw); err != nil || len(raw) != len(names) {
		return nil, fmt.Errorf("store: a row of %s is not whole", table)
	}
	for i, v := range raw {
		switch v := v.(type) {
		case json.Number:
			n, err := v.Int64()
			if err != nil {
				return nil, fmt.Errorf("store: a row of %s holds %s where a whole number is expected", table, v)
			}
			raw[i] = n
		case map[string]any:
			text, _ := v["b"].(string)
			b, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				return nil, fmt.Errorf("store: a row of %s holds damaged bytes", table)
			}
			raw[i] = b
		case string:
			if blobs[names[i]] && (table == "history_leaf" || table == "history_node" || table == "tree_head" || table == "revision") && table+names[i] != "revisionleaf" {
				raw[i] = []byte(v)
			}
		}
	}
	return raw, nil
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
			if err := t.Exec(`LOCK TABLE ` + strings.Join(append(Tables(), "outbox", "once", "staff", "session", "challenge", "setting"), ", ") + ` IN ACCESS EXCLUSIVE MODE`); err != nil {
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
		for i := len(kept) - 1; i >= 0; i-- {
			if stays(kept[i].table) {
				continue
			}
			if err := t.Exec(`DELETE FROM ` + kept[i].table); err != nil {
				return err
			}
		}
		for _, table := range []string{"outbox", "once", "staff", "session", "challenge"} {
			if err := t.Exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		texts := map[string]string{}
		for _, k := range kept {
			texts[k.table] = `INSERT INTO ` + k.table + ` (` + k.columns + `) VALUES (` + marks(1, strings.Count(k.columns, ",")+1) + `)`
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
