package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/stem"
)

// refiledAtOnce is how many stories one transaction puts another name into.
const refiledAtOnce = 100

const (
	entryColumns = `e.kind, e.edition, e.slug, e.name, e.named, e.version, e.doc`
	entryOfNow   = `e.slug = COALESCE((SELECT a.target FROM entry_alias a WHERE a.kind = $1 AND a.edition = $2 AND a.slug = $3), $3)`
	sqlEntry     = `SELECT ` + entryColumns + ` FROM entry e WHERE e.kind = $1 AND e.edition = $2 AND ` + entryOfNow
)

// bearing are the rows of what is published by kind of entry: their table, and which belong to an entry e, or to slug $3 of kind $1 and edition $2.
var bearing = map[news.EntryKind]struct{ table, ofEntry, ofSlug string }{
	news.AuthorEntry: {"published_author", `p.slug = e.slug`, `p.slug = $3 AND $1 = 'author' AND $2 = ''`},
	news.TopicEntry:  {"published_tag", `p.edition = e.edition AND p.slug = e.slug`, `p.edition = $2 AND p.slug = $3 AND $1 = 'topic'`},
}

// sqlShown reads entries that something published bears.
var sqlShown = map[news.EntryKind]string{
	news.AuthorEntry: public(sqlEntry + ` AND EXISTS (SELECT 1 FROM published_author p WHERE p.slug = e.slug)`),
	news.TopicEntry:  public(sqlEntry + ` AND EXISTS (SELECT 1 FROM published_tag p WHERE p.edition = e.edition AND p.slug = e.slug)`),
}

func scanEntry(row scanner) (e news.Entry, err error) {
	var named int
	var doc string
	if err = row.Scan(&e.Kind, &e.Edition, &e.Slug, &e.Name, &named, &e.Version, &doc); err != nil {
		return e, missing(err, "entry")
	}
	e.Named = named == 1
	if err = json.Unmarshal([]byte(doc), &e.Profile); err != nil {
		err = fmt.Errorf("store: entry: %w", err)
	}
	return e, err
}

// Entry reads an author or a topic that something published bears; under a slug from before, Slug is the one of now.
func (d *DB) Entry(ctx context.Context, k news.EntryKey) (news.Entry, error) {
	e, err := scanEntry(d.public.QueryRowContext(ctx, sqlShown[k.Kind], string(k.Kind), k.Edition, k.Slug))
	return e, d.Fault(err)
}

func scanCounted(row scanner) (news.Entry, error) {
	var n int
	var latest *string
	e, err := scanEntry(withFirst{row, []any{&n, &latest}})
	if e.Stories = n; latest != nil {
		e.Latest = *latest
	}
	return e, err
}

func sqlCounted(kind news.EntryKind) string {
	b := bearing[kind]
	return `SELECT (SELECT COUNT(*) FROM ` + b.table + ` p WHERE ` + b.ofEntry + `), (SELECT q.edition FROM ` + b.table + ` p JOIN published q ON q.id = p.id WHERE ` + b.ofEntry + ` ORDER BY p.feed_us DESC LIMIT 1), ` + entryColumns + ` FROM entry e WHERE e.kind = $1 AND e.edition = $2 AND `
}

// FindEntry reads an entry and counts its stories; see news.EntryStore.
func (d *DB) FindEntry(ctx context.Context, k news.EntryKey) (news.Entry, error) {
	e, err := scanCounted(d.read.QueryRowContext(ctx, sqlCounted(k.Kind)+entryOfNow, string(k.Kind), k.Edition, k.Slug))
	return e, d.Fault(err)
}

// Entries lists entries by slug; see news.EntryStore.
func (d *DB) Entries(ctx context.Context, q news.EntryQuery) ([]news.Entry, error) {
	text, args := sqlCounted(q.Kind)+`e.slug > $3`, []any{string(q.Kind), q.Edition, q.After}
	if words := stem.Words(q.Text); words != "" {
		text += ` AND e.sought LIKE $5`
		args = append(args, q.Limit, "% "+words+"%")
	} else if q.Text != "" {
		return nil, nil
	} else {
		args = append(args, q.Limit)
	}
	rows, err := d.read.QueryContext(ctx, text+` ORDER BY e.slug LIMIT $4 + 0`, args...)
	return collect(d, rows, err, scanCounted)
}

// sought are the words by which an entry is found, each behind a space.
func sought(name, slug string) string { return " " + stem.Words(name) + " " + stem.Words(slug) }

// entry holds and reads an entry, also by an earlier slug.
func (t *tx) entry(k news.EntryKey) (news.Entry, error) {
	for held := ""; ; {
		if err := t.claim(k.Text()); err != nil {
			return news.Entry{}, err
		}
		e, err := scanEntry(t.Row(sqlEntry, string(k.Kind), k.Edition, k.Slug))
		if err != nil || e.Slug == k.Slug || e.Slug == held {
			return e, err
		}
		held, k.Slug = e.Slug, e.Slug // the one of now is what others hold
	}
}

// Entry gives what a name of a story stands under; see news.Lookup.
func (l lookup) Entry(_ context.Context, k news.EntryKey, name string) (news.Entry, error) {
	e, err := l.t.entry(k)
	if fault.Is(err, fault.NotFound) {
		e = news.Entry{EntryKey: k, Name: name, Version: 1}
		return e, l.t.keepEntry(e)
	}
	if err == nil && !e.Named && e.Name != name && e.Slug == k.Slug {
		e.Name = name
		err = l.t.keepEntry(e)
	}
	return e, err
}

// keepEntry writes an entry that is held.
func (t *tx) keepEntry(e news.Entry) error {
	doc, err := json.Marshal(e.Profile)
	if err != nil {
		return err
	}
	return t.Exec(`INSERT INTO entry (kind, edition, slug, name, sought, named, version, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (kind, edition, slug) DO UPDATE SET name = excluded.name, sought = excluded.sought, named = excluded.named, version = excluded.version, doc = excluded.doc`,
		string(e.Kind), e.Edition, e.Slug, e.Name, sought(e.Name, e.Slug), bit(e.Named), e.Version, string(doc))
}

// entryLookup is news.EntryLookup inside a transaction.
type entryLookup struct{ pinnable }

func (l entryLookup) Entry(_ context.Context, k news.EntryKey) (news.Entry, error) { return l.entry(k) }

// AmendEntry runs change on an entry in a transaction; see news.EntryStore.
func (d *DB) AmendEntry(ctx context.Context, o fact.Once, k news.EntryKey, version int64, change func(news.EntryLookup, *news.Entry) (news.EntryOutcome, error)) (news.Entry, error) {
	var e news.Entry
	err := d.change(ctx, func(t *tx) error {
		e = news.Entry{}
		return once(t, o, &e, func() error {
			old, err := t.entry(k)
			if err != nil {
				return err
			}
			if version != 0 && version != old.Version {
				return staleWith(old)
			}
			e = old
			out, err := change(entryLookup{pinnable{t}}, &e)
			if err != nil {
				return err
			}
			e.Version++
			if err := t.lead(e, out.From); err != nil {
				return err
			}
			if err := t.keepEntry(e); err != nil {
				return err
			}
			if out.Refile {
				stale, more, err := t.refile(e)
				if err != nil {
					return err
				}
				out.Stale = append(out.Stale, stale...)
				if more {
					out.Work = append(out.Work, out.Rest)
				}
			}
			return t.Outcome(out.Outcome)
		})
	})
	return e, err
}

// lead makes slugs, and what led to them, lead to an entry. What stood under them is no more.
func (t *tx) lead(e news.Entry, from []string) error {
	if err := t.Exec(`DELETE FROM entry_alias WHERE kind = $1 AND edition = $2 AND slug = $3`, string(e.Kind), e.Edition, e.Slug); err != nil { // back to a slug of before
		return err
	}
	for _, slug := range from {
		for _, text := range []string{
			`UPDATE entry_alias SET target = $4 WHERE kind = $1 AND edition = $2 AND target = $3`,
			`INSERT INTO entry_alias (kind, edition, slug, target) VALUES ($1, $2, $3, $4) ON CONFLICT (kind, edition, slug) DO UPDATE SET target = excluded.target`,
		} {
			if err := t.Exec(text, string(e.Kind), e.Edition, slug, e.Slug); err != nil {
				return err
			}
		}
		if err := t.Exec(`DELETE FROM entry WHERE kind = $1 AND edition = $2 AND slug = $3`, string(e.Kind), e.Edition, slug); err != nil {
			return err
		}
	}
	return nil
}

// RefileEntry goes on with what AmendEntry left; see news.EntryStore.
func (d *DB) RefileEntry(ctx context.Context, k news.EntryKey) (more bool, err error) {
	err = d.change(ctx, func(t *tx) error {
		e, err := t.entry(k)
		if err != nil {
			return err
		}
		var out fact.Outcome
		out.Stale, more, err = t.refile(e)
		if err != nil {
			return err
		}
		return t.Outcome(out)
	})
	return more, err
}

// refile puts an entry that is held into some of the published stories that bear it by another name or an earlier slug. What the public sees
// follows; revisions, which are history, do not. more reports that there are other such stories.
func (t *tx) refile(e news.Entry) (stale []fact.Tag, more bool, err error) {
	b := bearing[e.Kind]
	rows, err := t.QueryContext(t.Ctx, `SELECT p.id FROM `+b.table+` p WHERE `+b.ofSlug+` AND p.name <> $4
		UNION SELECT p.id FROM entry_alias a JOIN `+b.table+` p ON p.slug = a.slug WHERE a.kind = $1 AND a.edition = $2 AND a.target = $3 `+map[news.EntryKind]string{news.TopicEntry: `AND p.edition = a.edition `}[e.Kind]+
		`ORDER BY 1 LIMIT $5 + 0`, string(e.Kind), e.Edition, e.Slug, e.Name, refiledAtOnce+1)
	ids, err := collect(t.db, rows, err, func(row scanner) (id string, err error) { return id, row.Scan(&id) })
	if err != nil {
		return nil, false, err
	}
	if more = len(ids) > refiledAtOnce; more {
		ids = ids[:refiledAtOnce]
	}
	rows, err = t.QueryContext(t.Ctx, `SELECT slug FROM entry_alias WHERE kind = $1 AND edition = $2 AND target = $3`, string(e.Kind), e.Edition, e.Slug)
	before, err := collect(t.db, rows, err, func(row scanner) (slug string, err error) { return slug, row.Scan(&slug) })
	if err != nil {
		return nil, false, err
	}
	for _, id := range ids {
		shown, err := t.refileItem(id, e, before)
		if err != nil {
			return nil, false, err
		}
		stale = append(stale, shown...)
	}
	return stale, more, nil
}

// refileItem changes names in what the public sees of one story, and finds it by them.
func (t *tx) refileItem(id string, e news.Entry, before []string) ([]fact.Tag, error) {
	var num int64
	// Written at once, so that a publication of the same story on another node comes before or after.
	i, err := scanItem(withFirst{t.Row(`UPDATE published SET revision = revision WHERE id = $1 RETURNING num, card, body`, id), []any{&num}})
	if err != nil {
		return nil, err
	}
	if i.Gone() {
		return nil, nil
	}
	stale := e.Refile(before, &i)
	card := i
	card.Body = body.Document{}
	doc, err := json.Marshal(card)
	if err != nil {
		return nil, err
	}
	if err := t.Exec(`UPDATE published SET card = $2 WHERE id = $1`, id, string(doc)); err != nil {
		return nil, err
	}
	if err := errors.Join(t.Exec(`DELETE FROM published_tag WHERE id = $1`, id), t.Exec(`DELETE FROM published_author WHERE id = $1`, id)); err != nil {
		return nil, err
	}
	if err := t.publishNames(i); err != nil {
		return nil, err
	}
	return stale, t.indexItem(num, i)
}

// publishNames keeps under which names a story is found.
func (t *tx) publishNames(i news.Item) error {
	if i.Kind == news.Page {
		return nil
	}
	feed := moment.Micros(i.FeedAt)
	for _, tag := range i.Topics() {
		if err := t.Exec(`INSERT INTO published_tag (edition, slug, feed_us, id, name) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, i.Edition, tag.Slug, feed, i.ID, tag.Name); err != nil {
			return err
		}
	}
	for _, b := range i.Byline {
		if err := t.Exec(`INSERT INTO published_author (slug, feed_us, id, name) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, b.Author, feed, i.ID, b.Name); err != nil {
			return err
		}
	}
	return nil
}

// enter makes the entries of what is published that are not there yet, named as the latest stories write them.
func (t *tx) enter() error {
	for _, of := range []struct{ kind, edition, table string }{{"author", `''`, "published_author"}, {"topic", "edition", "published_tag"}} {
		rows, err := t.QueryContext(t.Ctx, `SELECT `+of.edition+`, slug, name FROM `+of.table+` p WHERE slug <> ''
			AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.kind = $1 AND e.edition = `+map[string]string{"author": `''`, "topic": "p.edition"}[of.kind]+` AND e.slug = p.slug)
			GROUP BY 1, slug, name ORDER BY 1, slug, MAX(feed_us)`, of.kind)
		found, err := collect(t.db, rows, err, func(row scanner) (e news.Entry, err error) {
			e.Kind, e.Version = news.EntryKind(of.kind), 1
			return e, row.Scan(&e.Edition, &e.Slug, &e.Name)
		})
		if err != nil {
			return err
		}
		for _, e := range found { // the latest way to write a name comes last
			if err := t.keepEntry(e); err != nil {
				return err
			}
		}
	}
	return nil
}
