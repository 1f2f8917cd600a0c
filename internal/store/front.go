package store

import (
	"context"
	"encoding/json"
	"fmt"
	"math"

	"dateline/internal/edition"
	"dateline/internal/fault"
)

var sqlFront = public(`SELECT doc, version FROM front WHERE edition = $1 AND section = $2`)

// scanFront reads a front; one without a row is as nobody edited it.
func scanFront(row scanner, of, section string) (edition.Front, error) {
	f := edition.Front{Edition: of, Section: section, Pins: []edition.Pin{}, Version: 1}
	var doc string
	err := missing(row.Scan(&doc, &f.Version), "front")
	if fault.Is(err, fault.NotFound) {
		return f, nil
	}
	if err == nil {
		err = readFront(doc, &f)
	}
	return f, err
}

func readFront(doc string, f *edition.Front) error {
	if err := json.Unmarshal([]byte(doc), f); err != nil {
		return fmt.Errorf("store: front: %w", err)
	}
	return nil
}

// Front reads what editors decided of a front; see edition.FrontStore.
func (d *DB) Front(ctx context.Context, of, section string) (edition.Front, error) {
	f, err := scanFront(d.public.QueryRowContext(ctx, sqlFront, of, section), of, section)
	return f, d.Fault(err)
}

// pinnable is edition.Pinnable inside a transaction.
type pinnable struct{ *tx }

func (p pinnable) StoryOf(ctx context.Context, id string) (of string, err error) {
	err = missing(p.QueryRowContext(ctx, `SELECT edition FROM article WHERE id = $1 AND kind <> 'page'`, id).Scan(&of), "article")
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return of, err
}

func (p pinnable) HasPicture(ctx context.Context, id string) (bool, error) {
	n := 0
	err := p.QueryRowContext(ctx, `SELECT COUNT(*) FROM picture WHERE id = $1`, id).Scan(&n)
	return n > 0, err
}

// AmendFront runs change on a front in a transaction; see edition.FrontStore.
func (d *DB) AmendFront(ctx context.Context, of, section string, version int64, change func(edition.Pinnable, *edition.Front) (edition.FrontChange, error)) (edition.Front, error) {
	var f edition.Front
	err := d.amend(ctx, func(t *tx) error {
		if err := t.hasFront(of, section); err != nil {
			return err
		}
		var err error
		if f, err = scanFront(t.Row(sqlFront, of, section), of, section); err != nil {
			return err
		}
		if version != 0 && version != f.Version {
			return staleWith(f)
		}
		out, err := change(pinnable{t}, &f)
		if err != nil {
			return err
		}
		if out.Kept {
			f.Version++
			if err := t.keepFront(f, out.By, out.Why); err != nil {
				return err
			}
		}
		return t.Outcome(out.Outcome)
	})
	return f, err
}

// hasFront is NotFound unless there is such an edition, and such a section of it.
func (t *tx) hasFront(of, section string) error {
	n := 0
	text, args := `SELECT COUNT(*) FROM edition WHERE slug = $1`, []any{of}
	if section != "" {
		text, args = `SELECT COUNT(*) FROM section WHERE edition = $1 AND id = $2`, []any{of, section}
	}
	if err := t.Row(text, args...).Scan(&n); err != nil {
		return err
	}
	if n == 0 {
		return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "front")
	}
	return nil
}

func (t *tx) keepFront(f edition.Front, by, why string) error {
	doc, err := json.Marshal(f)
	if err != nil {
		return err
	}
	n, err := t.ExecCount(`INSERT INTO front (edition, section, version, doc) VALUES ($1, $2, $3, $4)
		ON CONFLICT (edition, section) DO UPDATE SET version = excluded.version, doc = excluded.doc WHERE front.version = excluded.version - 1`, f.Edition, f.Section, f.Version, string(doc))
	if err != nil {
		return err
	}
	if n == 0 {
		return errMoved
	}
	return t.Exec(`INSERT INTO front_version (edition, section, version, account, why, doc) VALUES ($1, $2, $3, $4, $5, $6)`, f.Edition, f.Section, f.Version, by, why, string(doc))
}

// FrontVersions reads what a front was; see edition.FrontStore.
func (d *DB) FrontVersions(ctx context.Context, of, section string, before int64, limit int) ([]edition.FrontVersion, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	rows, err := d.read.QueryContext(ctx, `SELECT doc, version, account, why FROM front_version WHERE edition = $1 AND section = $2 AND version < $3 ORDER BY version DESC LIMIT $4 + 0`, of, section, before, limit)
	return collect(d, rows, err, func(row scanner) (v edition.FrontVersion, err error) {
		var doc string
		if err = row.Scan(&doc, &v.Version, &v.By, &v.Why); err == nil {
			err = readFront(doc, &v.Front)
		}
		return v, err
	})
}
