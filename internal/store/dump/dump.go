// Package dump says what of a database a backup holds, and how its rows are written down and read again.
//
// It promises that rows of either database can be put into either.
package dump

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// Of is a table with its columns.
type Of struct{ Name, Columns string }

// Kept are the tables of a backup, in the order in which rows may refer to earlier ones. Left out is what
// is made again: the full-text tables, the outbox (a restored database has a new epoch, so nobody resumes), keys, locks, checks.
var Kept = []Of{
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
	{"published", "id, num, edition, section, kind, family, published_us, feed_us, line_us, withdrawn_us, revision, card, body"},
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
	{"live_post", "id, coverage, at_us, feed_us, key_event, withdrawn_us, num, doc"},
	{"vote", "post, voter, choice"},
	{"tally", "post, choice, votes"},
	{"report", "id, article, edition, resolved, doc"},
	{"entry", "kind, edition, slug, name, sought, named, version, doc"},
	{"entry_alias", "kind, edition, slug, target"},
	{"source", "id, version, doc, reading"},
	{"inbox_item", "id, edition, source, uri, digest, state, article, folded_into, at_us, words, doc"},
	{"canceled", "uri, version, at_us"},
	{"move", "id, doc"},
	{"move_debt", "move, kind, article, picture, what"},
	{"comment", "id, place, edition, author, queue, reports, at_us, version, doc, same"},
	{"spoken", "id, place, root, featured, replies, reactions, gone, doc"},
	{"discussion", "place, comments"},
	{"reaction", "comment, account"},
	{"comment_report", "comment, account, dealt, doc"},
	{"member", "account, version, doc"},
	{"talk_settings", "edition, version, shown, doc"},
	{"chat", "id, slug, edition, article, state, version, doc"},
	{"joined", "account, place, at_us, seen_us"},
	{"notice", "id, account, about, comment, by_account, at_us, seen, mailed"},
	{"told", "account, doc"},
	{"ignored", "account, other"},
	{"appeal", "about, subject, edition"},
}

// Schema is the number of the newest migration; a backup of a newer one is not taken.
const Schema = 44

// Tables lists the tables of a backup in their order.
func Tables() []string {
	out := make([]string, len(Kept))
	for i, k := range Kept {
		out[i] = k.Name
	}
	return out
}

// Table gives every row of a table as one line of JSON to row.
func Table(ctx context.Context, s *sql.Tx, of Of, row func(string, []byte) error) error {
	rows, err := s.QueryContext(ctx, `SELECT `+of.Columns+` FROM `+of.Name+` ORDER BY 1, 2`)
	if err != nil {
		return err
	}
	defer rows.Close()
	n := strings.Count(of.Columns, ",") + 1
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
		if err := row(of.Name, line); err != nil {
			return err
		}
	}
	return rows.Err()
}

// blobs are the columns that hold bytes, which SQLite gives as text when they are empty.
var blobs = map[string]bool{"leaf": true, "hash": true, "peaks": true, "salt": true}

// Parse checks a line that Table gave and turns it into the values of a row.
func Parse(table string, line []byte) ([]any, error) {
	columns := ""
	for _, k := range Kept {
		if k.Name == table {
			columns = k.Columns
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
