package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
)

type scanner = rows.Scanner

func scanEdition(row scanner) (edition.Edition, error) {
	var e edition.Edition
	var doc string
	if err := row.Scan(&doc); err != nil {
		return e, missing(err, "edition")
	}
	if err := json.Unmarshal([]byte(doc), &e); err != nil {
		return e, fmt.Errorf("store: edition: %w", err)
	}
	return e, nil
}

func scanSection(row scanner) (edition.Section, error) {
	var s edition.Section
	var doc string
	if err := row.Scan(&doc, &s.Version); err != nil {
		return s, missing(err, "section")
	}
	version := s.Version
	if err := json.Unmarshal([]byte(doc), &s); err != nil {
		return s, fmt.Errorf("store: section: %w", err)
	}
	s.Version = version
	return s, nil
}

var (
	sqlEditions = public(`SELECT doc, version FROM edition ORDER BY standard DESC, slug`)
	sqlSections = public(`SELECT doc, version FROM section ORDER BY edition, position, id`)
	sqlSlugs    = public(`SELECT section, slug FROM section_slug`)
)

// Publication reads every edition and section.
func (d *DB) Publication(ctx context.Context) (*edition.Directory, error) {
	return d.publication(ctx, d.public)
}

// publication reads every edition and section inside a change, which until its end is the only one that changes any: what one
// may be called hangs on all the others.
func (t *tx) publication() (*edition.Directory, error) {
	if err := t.Exec(`INSERT INTO setting (name, value) VALUES ('publication', '') ON CONFLICT (name) DO UPDATE SET value = ''`); err != nil {
		return nil, err
	}
	return t.db.publication(t.Ctx, t)
}

func (d *DB) publication(ctx context.Context, q ledger.Querier) (*edition.Directory, error) {
	rows, err := q.QueryContext(ctx, sqlEditions)
	editions, err := collect(d, rows, err, scanEditionVersion)
	if err != nil {
		return nil, err
	}
	rows, err = q.QueryContext(ctx, sqlSections)
	sections, err := collect(d, rows, err, func(row scanner) (edition.Section, error) { return scanSection(row) })
	if err != nil {
		return nil, err
	}
	type old struct{ section, slug string }
	rows, err = q.QueryContext(ctx, sqlSlugs)
	slugs, err := collect(d, rows, err, func(row scanner) (o old, err error) {
		return o, row.Scan(&o.section, &o.slug)
	})
	if err != nil {
		return nil, err
	}
	for i := range sections {
		for _, o := range slugs {
			if o.section == sections[i].ID && o.slug != sections[i].Slug {
				sections[i].Earlier = append(sections[i].Earlier, o.slug)
			}
		}
	}
	return &edition.Directory{Editions: editions, Sections: sections}, nil
}

func scanEditionVersion(row scanner) (edition.Edition, error) {
	var e edition.Edition
	var doc string
	var version int64
	if err := row.Scan(&doc, &version); err != nil {
		return e, missing(err, "edition")
	}
	if err := json.Unmarshal([]byte(doc), &e); err != nil {
		return e, fmt.Errorf("store: edition: %w", err)
	}
	e.Version = version
	return e, nil
}

// CreateEdition keeps a new edition; the first one becomes the default.
func (d *DB) CreateEdition(ctx context.Context, o fact.Once, make func(*edition.Directory) (edition.Edition, fact.Outcome, error)) (edition.Edition, error) {
	var e edition.Edition
	err := d.change(ctx, func(t *tx) error {
		e = edition.Edition{} // it may be asked twice
		return once(t, o, &e, func() error {
			dir, err := t.publication()
			if err != nil {
				return err
			}
			made, out, err := make(dir)
			if err != nil {
				return err
			}
			e = made
			if len(dir.Editions) == 0 {
				e.Default = true
			}
			if e.Default {
				if err := t.noDefault(); err != nil {
					return err
				}
			}
			e.Version = 1
			doc, err := json.Marshal(e)
			if err != nil {
				return err
			}
			n64, err := t.ExecCount(`INSERT INTO edition (slug, version, standard, host, doc) VALUES ($1, 1, $2, $3, $4) ON CONFLICT (slug) DO NOTHING`, e.Slug, bit(e.Default), e.Host, string(doc))
			if err != nil {
				return err
			}
			if n64 == 0 {
				return taken("slug", "there is an edition %q already", e.Slug)
			}
			return t.Outcome(out)
		})
	})
	e.Version = 1 // what is kept for a key does not hold it
	return e, err
}

func taken(field, text string, args ...any) error {
	e := fault.At("body."+field, "fault.taken", text, args...)
	e.Kind = fault.Conflict
	return e
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// noDefault takes the mark from the edition that has it.
func (t *tx) noDefault() error {
	rows, err := t.QueryContext(t.Ctx, `SELECT doc, version FROM edition WHERE standard = 1`)
	old, err := collect(t.db, rows, err, scanEditionVersion)
	if err != nil {
		return err
	}
	for _, e := range old {
		e.Default = false
		doc, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if err := t.Exec(`UPDATE edition SET standard = 0, version = version + 1, doc = $2 WHERE slug = $1`, e.Slug, string(doc)); err != nil {
			return err
		}
	}
	return nil
}

// AmendEdition runs change on an edition in a transaction.
func (d *DB) AmendEdition(ctx context.Context, slug string, version int64, change func(*edition.Directory, *edition.Edition) (fact.Outcome, error)) (edition.Edition, error) {
	var e edition.Edition
	err := d.amend(ctx, func(t *tx) error {
		dir, err := t.publication()
		if err != nil {
			return err
		}
		if e, err = scanEditionVersion(t.Row(`SELECT doc, version FROM edition WHERE slug = $1`, slug)); err != nil {
			return err
		}
		if version != 0 && version != e.Version {
			return staleWith(e)
		}
		wasDefault := e.Default
		out, err := change(dir, &e)
		if err != nil {
			return err
		}
		if e.Default && !wasDefault {
			if err := t.noDefault(); err != nil {
				return err
			}
		}
		e.Version++
		doc, err := json.Marshal(e)
		if err != nil {
			return err
		}
		n, err := t.ExecCount(`UPDATE edition SET version = $3, standard = $4, host = $5, doc = $6 WHERE slug = $1 AND version = $2`, slug, e.Version-1, e.Version, bit(e.Default), e.Host, string(doc))
		if err != nil {
			return err
		}
		if n == 0 {
			return errMoved
		}
		return t.Outcome(out)
	})
	return e, err
}

// amend runs a change again while another transaction was first; the change itself compares versions.
func (d *DB) amend(ctx context.Context, f func(*tx) error) error {
	for {
		if err := d.change(ctx, f); !errors.Is(err, errMoved) {
			return err
		}
	}
}

func staleWith(current any) error {
	e := fault.New(fault.Stale, "fault.stale", "somebody saved a newer version; here it is")
	e.Current = current
	return e
}

// CreateSection keeps a new section behind the others of its edition.
func (d *DB) CreateSection(ctx context.Context, o fact.Once, make func(*edition.Directory) (edition.Section, fact.Outcome, error)) (edition.Section, error) {
	var s edition.Section
	err := d.change(ctx, func(t *tx) error {
		s = edition.Section{}
		return once(t, o, &s, func() error {
			dir, err := t.publication()
			if err != nil {
				return err
			}
			made, out, err := make(dir)
			if err != nil {
				return err
			}
			s = made
			if s.Position == 0 {
				s.Position = len(dir.SectionsOf(s.Edition)) + 1
			}
			s.Version = 1
			doc, err := json.Marshal(s)
			if err != nil {
				return err
			}
			if err := t.Exec(`INSERT INTO section (id, edition, slug, position, version, doc) VALUES ($1, $2, $3, $4, 1, $5)`, s.ID, s.Edition, s.Slug, s.Position, string(doc)); err != nil {
				return err
			}
			if err := t.takeSlug(s); err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	s.Version = 1 // what is kept for a key does not hold it
	return s, err
}

// takeSlug gives an address to a section unless another one has or had it.
func (t *tx) takeSlug(s edition.Section) error {
	if err := t.Exec(`INSERT INTO section_slug (edition, slug, section) VALUES ($1, $2, $3) ON CONFLICT (edition, slug) DO NOTHING`, s.Edition, s.Slug, s.ID); err != nil {
		return err
	}
	var owner string
	if err := t.Row(`SELECT section FROM section_slug WHERE edition = $1 AND slug = $2`, s.Edition, s.Slug).Scan(&owner); err != nil {
		return err
	}
	if owner != s.ID {
		return taken("slug", "a section of this edition has or had the slug %q", s.Slug)
	}
	return nil
}

// AmendSection runs change on a section in a transaction; a new slug keeps the earlier ones as redirects.
func (d *DB) AmendSection(ctx context.Context, id string, version int64, change func(*edition.Directory, *edition.Section) (fact.Outcome, error)) (edition.Section, error) {
	var s edition.Section
	err := d.amend(ctx, func(t *tx) error {
		dir, err := t.publication()
		if err != nil {
			return err
		}
		if s, err = scanSection(t.Row(`SELECT doc, version FROM section WHERE id = $1`, id)); err != nil {
			return err
		}
		if version != 0 && version != s.Version {
			return staleWith(s)
		}
		out, err := change(dir, &s)
		if err != nil {
			return err
		}
		s.Version++
		doc, err := json.Marshal(s)
		if err != nil {
			return err
		}
		n, err := t.ExecCount(`UPDATE section SET version = $3, slug = $4, position = $5, doc = $6 WHERE id = $1 AND version = $2`, id, s.Version-1, s.Version, s.Slug, s.Position, string(doc))
		if err != nil {
			return err
		}
		if n == 0 {
			return errMoved
		}
		if err := t.takeSlug(s); err != nil {
			return err
		}
		return t.Outcome(out)
	})
	return s, err
}
