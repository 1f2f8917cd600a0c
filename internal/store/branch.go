package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// Versions gives the saves of an article before a number (0: all), newest first.
func (d *DB) Versions(ctx context.Context, id string, before int64, limit int) ([]news.Article, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := d.read.QueryContext(ctx, `SELECT doc FROM version WHERE article = $1 AND version < $2 ORDER BY version DESC LIMIT $3`, id, before, limit)
	return collect(d, rows, err, scanVersion)
}

// Version reads an article as it was in one of its saves.
func (d *DB) Version(ctx context.Context, id string, number int64) (news.Article, error) {
	a, err := scanVersion(d.read.QueryRowContext(ctx, sqlVersion, id, number))
	return a, d.Fault(err)
}

const sqlVersion = `SELECT doc FROM version WHERE article = $1 AND version = $2`

func scanVersion(row scanner) (news.Article, error) {
	var a news.Article
	var doc string
	if err := row.Scan(&doc); err != nil {
		return a, missing(err, "version")
	}
	if err := json.Unmarshal([]byte(doc), &a); err != nil {
		return a, fmt.Errorf("store: version: %w", err)
	}
	return a, nil
}

// KeepBranch writes the open branch of an account's tab on a version; see news.SafeStore.
func (d *DB) KeepBranch(ctx context.Context, article, account, tab string, base int64, make func(a, at news.Article, mine bool) (news.Branch, fact.Outcome, error)) (news.Branch, error) {
	var b news.Branch
	err := d.change(ctx, func(t *tx) error {
		a, err := t.article(article)
		if err != nil {
			return err
		}
		at, err := scanVersion(t.Row(sqlVersion, article, base))
		if fault.Is(err, fault.NotFound) {
			at, err = a, nil // erased, or of a database that was restored since: what is there now has to do
		}
		if err != nil {
			return err
		}
		var mine int
		if err := t.Row(`SELECT COUNT(*) FROM branch WHERE article = $1 AND account = $2`, article, account).Scan(&mine); err != nil {
			return err
		}
		var out fact.Outcome
		if b, out, err = make(a, at, mine > 0); err != nil {
			return err
		}
		doc, err := json.Marshal(b.Copy)
		if err != nil {
			return err
		}
		fresh := b.ID
		if err := t.Row(`INSERT INTO branch (id, article, account, tab, base, at_us, closed_us, headline, words, doc) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9)
			ON CONFLICT (article, account, tab, base) WHERE closed_us = 0 DO UPDATE SET at_us = excluded.at_us, headline = excluded.headline, words = excluded.words, doc = excluded.doc
			RETURNING id`, b.ID, article, account, tab, base, moment.Micros(b.At), b.Headline, b.Words, string(doc)).Scan(&b.ID); err != nil {
			return err
		}
		if b.ID != fresh {
			return nil // the desk knows of it
		}
		return t.Outcome(out)
	})
	return b, err
}

// CloseBranch closes a branch, once; see news.SafeStore. Under its key only the id is kept, and no words.
func (d *DB) CloseBranch(ctx context.Context, o fact.Once, article, id string, may func(a news.Article, by string) error) (news.Branch, error) {
	var b news.Branch
	err := d.change(ctx, func(t *tx) error {
		var done string
		if err := once(t, o, &done, func() error {
			a, err := t.article(article)
			if err != nil {
				return err
			}
			was, err := scanBranch(t.Row(sqlBranch, article, id))
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			if refused := may(a, was.By); refused != nil {
				return refused
			}
			if err != nil {
				return err
			}
			done = was.ID
			return t.Exec(`UPDATE branch SET closed_us = $3 WHERE article = $1 AND id = $2 AND closed_us = 0`, article, id, t.Now.UnixMicro())
		}); err != nil {
			return err
		}
		var err error
		b, err = scanBranch(t.Row(sqlBranch, article, done))
		return err
	})
	return b, err
}

const (
	branchColumns = `id, article, account, tab, base, at_us, closed_us, headline, words`
	sqlBranch     = `SELECT ` + branchColumns + ` FROM branch WHERE article = $1 AND id = $2`
)

func scanBranch(row scanner) (news.Branch, error) { return scanBranchAnd(row) }

// scanBranchAnd reads the columns of a branch and what is asked besides.
func scanBranchAnd(row scanner, more ...any) (news.Branch, error) {
	var b news.Branch
	var at, closed int64
	if err := row.Scan(append([]any{&b.ID, &b.Article, &b.By, &b.Tab, &b.Base, &at, &closed, &b.Headline, &b.Words}, more...)...); err != nil {
		return b, missing(err, "branch")
	}
	b.At, b.ClosedAt = moment.FromMicros(at), moment.FromMicros(closed)
	return b, nil
}

// Branches gives the branches of an article without their words, newest id first.
func (d *DB) Branches(ctx context.Context, article, after string, limit int) ([]news.Branch, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT `+branchColumns+` FROM branch WHERE article = $1 AND (id < $2 OR $2 = '') ORDER BY id DESC LIMIT $3`, article, after, limit)
	return collect(d, rows, err, scanBranch)
}

// Branch reads a branch with its words.
func (d *DB) Branch(ctx context.Context, article, id string) (news.Branch, error) {
	var doc string
	b, err := scanBranchAnd(d.read.QueryRowContext(ctx, `SELECT `+branchColumns+`, doc FROM branch WHERE article = $1 AND id = $2`, article, id), &doc)
	if err != nil {
		return b, d.Fault(err)
	}
	b.Copy = &news.Article{}
	if err := json.Unmarshal([]byte(doc), b.Copy); err != nil {
		return b, fmt.Errorf("store: branch: %w", err)
	}
	return b, nil
}

// dropBranches erases what is kept beside a story: its branches.
func (t *tx) dropBranches(article string) error {
	return t.Exec(`DELETE FROM branch WHERE article = $1`, article)
}
