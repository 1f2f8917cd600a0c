package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/rows"
)

const sqlSource = `SELECT id, version, doc, reading FROM source`

func scanSource(row scanner) (intake.Source, error) {
	var s intake.Source
	var doc, reading string
	if err := row.Scan(&s.ID, &s.Version, &doc, &reading); err != nil {
		return s, missing(err, "source")
	}
	if err := errors.Join(json.Unmarshal([]byte(doc), &s), json.Unmarshal([]byte(reading), &s.Reading)); err != nil {
		return s, fmt.Errorf("store: source: %w", err)
	}
	return s, nil
}

func sourceDocs(s intake.Source) (doc, reading []byte, err error) {
	doc, err = json.Marshal(s)
	if err == nil {
		reading, err = json.Marshal(s.Reading)
	}
	return doc, reading, err
}

// CreateSource keeps a new source; see intake.Store.
func (d *DB) CreateSource(ctx context.Context, o fact.Once, s intake.Source, out fact.Outcome) (intake.Source, error) {
	err := d.change(ctx, func(t *tx) error {
		id := s.ID
		if err := once(t, o, &id, func() error {
			doc, reading, err := sourceDocs(s)
			if err != nil {
				return err
			}
			if err := t.Exec(`INSERT INTO source (id, version, doc, reading) VALUES ($1, $2, $3, $4)`, s.ID, s.Version, string(doc), string(reading)); err != nil {
				return err
			}
			return t.Outcome(out)
		}); err != nil {
			return err
		}
		var err error
		s, err = scanSource(t.Row(sqlSource+` WHERE id = $1`, id))
		return err
	})
	return s, err
}

// AmendSource runs change on a source in a transaction; see intake.Store.
func (d *DB) AmendSource(ctx context.Context, o fact.Once, id string, version int64, change func(*intake.Source) (fact.Outcome, error)) (s intake.Source, err error) {
	err = d.change(ctx, func(t *tx) error {
		if err = t.claim(id); err != nil {
			return err
		}
		if s, err = scanSource(t.Row(sqlSource+` WHERE id = $1`, id)); err != nil {
			return err
		}
		return once(t, o, &id, func() error { // repeated, it is the source as it stands
			read := s
			out, err := change(&s)
			if err != nil {
				return err
			}
			if version != 0 && version != read.Version {
				return staleSource(read)
			}
			doc, reading, err := sourceDocs(s)
			if err != nil {
				return err
			}
			if err := t.Exec(`UPDATE source SET version = $2, doc = $3, reading = $4 WHERE id = $1`, id, s.Version, string(doc), string(reading)); err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	return s, err
}

func staleSource(s intake.Source) error {
	e := fault.New(fault.Stale, "fault.stale", "somebody saved a newer version; here it is")
	e.Current = s
	return e
}

// DeleteSource removes a source with its items that nobody used; see intake.Store.
func (d *DB) DeleteSource(ctx context.Context, id string, version int64, may func(intake.Source) (fact.Outcome, error)) error {
	return d.change(ctx, func(t *tx) error {
		if err := t.claim(id); err != nil {
			return err
		}
		s, err := scanSource(t.Row(sqlSource+` WHERE id = $1`, id))
		if err != nil {
			return err
		}
		out, err := may(s)
		if err != nil {
			return err
		}
		if version != 0 && version != s.Version {
			return staleSource(s)
		}
		for _, rows := range []string{`DELETE FROM source WHERE id = $1`, `DELETE FROM inbox_item WHERE source = $1 AND state <> 'used'`} {
			if err := t.Exec(rows, id); err != nil {
				return err
			}
		}
		return t.Outcome(out)
	})
}

// Source reads a source.
func (d *DB) Source(ctx context.Context, id string) (intake.Source, error) {
	s, err := scanSource(d.read.QueryRowContext(ctx, sqlSource+` WHERE id = $1`, id))
	return s, d.Fault(err)
}

// Sources gives all sources, in the order in which they were made.
func (d *DB) Sources(ctx context.Context) ([]intake.Source, error) {
	rows, err := d.read.QueryContext(ctx, sqlSource+` ORDER BY id`)
	return collect(d, rows, err, scanSource)
}

const sqlInbox = `SELECT id, edition, source, uri, state, article, folded_into, at_us, doc FROM inbox_item`

func scanInbox(row scanner) (intake.Item, error) {
	var i intake.Item
	var at int64
	var doc string
	if err := row.Scan(&i.ID, &i.Edition, &i.Source, &i.URI, &i.State, &i.Article, &i.Into, &at, &doc); err != nil {
		return i, missing(err, "item")
	}
	if doc != "" {
		if err := json.Unmarshal([]byte(doc), &i); err != nil {
			return i, fmt.Errorf("store: item: %w", err)
		}
	}
	i.At = moment.FromMicros(at)
	return i, nil
}

// inboxWords bounds the words of an item that a search of the inbox looks at, in bytes.
const inboxWords = 20_000

func (t *tx) putItem(i intake.Item) error {
	doc, err := json.Marshal(i)
	if err != nil {
		return err
	}
	words := strings.ToLower(strings.Join([]string{i.Content.Headline, i.Content.Lead, i.Origin().Name, i.Content.Body.Text()}, "\n"))
	if len(words) > inboxWords {
		words = strings.ToValidUTF8(words[:inboxWords], "")
	}
	return t.Exec(`INSERT INTO inbox_item (id, edition, source, uri, digest, state, article, folded_into, at_us, words, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id) DO UPDATE SET source = excluded.source, digest = excluded.digest, state = excluded.state, article = excluded.article,
		folded_into = excluded.folded_into, at_us = excluded.at_us, words = excluded.words, doc = excluded.doc`,
		i.ID, i.Edition, i.Source, i.URI, i.Digest, string(i.State), i.Article, i.Into, moment.Micros(i.At), strings.ReplaceAll(words, "\x00", ""), string(doc))
}

// twinDays is how long an item that says the same takes a later one in.
const twinDays = 7

// Arrive keeps what a source sent; see intake.Items.
func (d *DB) Arrive(ctx context.Context, edition, uri, digest string, judge func(known, twin *intake.Item) (*intake.Item, fact.Outcome, error)) error {
	return d.change(ctx, func(t *tx) error {
		if err := t.claim("inbox " + edition); err != nil { // two nodes may bring the same from two sources
			return err
		}
		some := func(query string, args ...any) (*intake.Item, error) {
			i, err := scanInbox(t.Row(query, args...))
			if fault.Is(err, fault.NotFound) {
				return nil, nil
			}
			return &i, err
		}
		known, err := some(sqlInbox+` WHERE edition = $1 AND uri = $2`, edition, uri)
		if err != nil {
			return err
		}
		var twin *intake.Item
		if digest != "" {
			if twin, err = some(sqlInbox+` WHERE edition = $1 AND digest = $2 AND uri <> $3 AND state IN ('new', 'used', 'dismissed') AND at_us > $4 ORDER BY at_us LIMIT 1`,
				edition, digest, uri, t.Now.AddDate(0, 0, -twinDays).UnixMicro()); err != nil {
				return err
			}
		}
		next, out, err := judge(known, twin)
		if err != nil || next == nil {
			return err
		}
		if err := t.putItem(*next); err != nil {
			return err
		}
		return t.Outcome(out)
	})
}

// AmendItem runs change on an item in a transaction; see intake.Items.
func (d *DB) AmendItem(ctx context.Context, o fact.Once, id string, change func(*intake.Item) (fact.Outcome, error)) (i intake.Item, err error) {
	err = d.change(ctx, func(t *tx) error {
		var done string
		if err := once(t, o, &done, func() error {
			if err := t.claim(id); err != nil {
				return err
			}
			i, err := scanInbox(t.Row(sqlInbox+` WHERE id = $1`, id))
			if err != nil {
				return err
			}
			out, err := change(&i)
			if err != nil {
				return err
			}
			done = i.ID
			if err := t.putItem(i); err != nil {
				return err
			}
			return t.Outcome(out)
		}); err != nil {
			return err
		}
		i, err = scanInbox(t.Row(sqlInbox+` WHERE id = $1`, done))
		return err
	})
	return i, err
}

// InboxItem reads an item of the inbox.
func (d *DB) InboxItem(ctx context.Context, id string) (intake.Item, error) {
	i, err := scanInbox(d.read.QueryRowContext(ctx, sqlInbox+` WHERE id = $1`, id))
	return i, d.Fault(err)
}

// Arrived gives the headlines of items of the inbox by their ids; what is gone is not in it.
func (d *DB) Arrived(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	c := &rows.Where{}
	c.Add(c.In("id", ids))
	c.Add("state <> " + c.Arg(string(intake.Gone)))
	rows, err := d.read.QueryContext(ctx, sqlInbox+c.Clause(), c.Args...)
	list, err := collect(d, rows, err, scanInbox)
	for _, i := range list {
		out[i.ID] = i.Content.Headline
	}
	return out, err
}

// ListItems lists the inbox, what arrived last first; see intake.Items.
func (d *DB) ListItems(ctx context.Context, q intake.Query) ([]intake.Item, error) {
	var c rows.Where
	if q.State == "" && q.Articles == nil {
		q.State = intake.New
	}
	if q.Editions != nil {
		c.Add(c.In("edition", q.Editions))
	}
	if q.Articles != nil {
		c.Add("article <> ''") // of which there is an index
		c.Add(c.In("article", q.Articles))
	}
	for _, is := range []struct{ column, value string }{{"edition", q.Edition}, {"source", q.Source}, {"state", string(q.State)}} {
		if is.value != "" {
			c.Add(is.column + " = " + c.Arg(is.value))
		}
	}
	for _, word := range strings.Fields(strings.ToLower(q.Text)) {
		c.Add(`words LIKE ` + c.Arg("%"+likeless.Replace(word)+"%") + ` ESCAPE '\'`)
	}
	if q.After.ID != "" {
		c.Add("(at_us, id) < (" + c.Arg(moment.Micros(q.After.At)) + ", " + c.Arg(q.After.ID) + ")")
	}
	rows, err := d.read.QueryContext(ctx, sqlInbox+c.Clause()+` ORDER BY at_us DESC, id DESC LIMIT `+c.Arg(q.Limit), c.Args...)
	return collect(d, rows, err, scanInbox)
}

// likeless takes the meaning of LIKE out of a word.
var likeless = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Twins gives the sources of what was folded into items; see intake.Items.
func (d *DB) Twins(ctx context.Context, ids []string) (map[string][]string, error) {
	out := map[string][]string{}
	if len(ids) == 0 {
		return out, nil
	}
	args := make([]any, len(ids))
	for n, id := range ids {
		args[n] = id
	}
	rows, err := d.read.QueryContext(ctx, `SELECT folded_into, source FROM inbox_item WHERE folded_into <> '' AND folded_into IN (`+marks(1, len(ids))+`) ORDER BY folded_into, id`, args...)
	_, err = collect(d, rows, err, func(row scanner) (string, error) {
		var into, source string
		err := row.Scan(&into, &source)
		out[into] = append(out[into], source)
		return into, err
	})
	return out, err
}

// SweepItems takes the words of what is too old; see intake.Items.
func (d *DB) SweepItems(ctx context.Context, source string, before time.Time) error {
	return d.change(ctx, func(t *tx) error {
		if err := t.Exec(`UPDATE inbox_item SET state = 'gone', words = '', doc = '', digest = '', folded_into = ''
			WHERE source = $1 AND at_us < $2 AND state IN ('new', 'dismissed', 'folded')`, source, before.UnixMicro()); err != nil {
			return err
		}
		return t.Exec(`DELETE FROM inbox_item WHERE source = $1 AND at_us < $2 AND state = 'gone'`, source, before.AddDate(-1, 0, 0).UnixMicro())
	})
}

// use notes that an article was made of an item; another that was made of it meanwhile is a Conflict.
func (t *tx) use(a news.Article, item string) error {
	if err := t.claim(item); err != nil {
		return err
	}
	i, err := scanInbox(t.Row(sqlInbox+` WHERE id = $1`, item))
	if err != nil {
		return err
	}
	if i.State == intake.Used && i.Article != "" && i.Article != a.ID {
		return fault.New(fault.Conflict, "fault.item_used", "a story was made of this already")
	}
	if err := t.Outcome(i.Use(a.ID, a.UpdatedBy)); err != nil {
		return err
	}
	return t.putItem(i)
}

// usePost notes that a post was made of an item of its edition's inbox, or that this post is no more.
func (t *tx) usePost(p coverage.Post, of news.Article, gone bool) error {
	if err := t.claim(p.Item); err != nil {
		return err
	}
	i, err := scanInbox(t.Row(sqlInbox+` WHERE id = $1`, p.Item))
	switch missing := err == nil && (i.Edition != of.Edition || i.State == intake.Gone); {
	case gone && (missing || fault.Is(err, fault.NotFound) || err == nil && i.Post != p.ID):
		return nil
	case missing || fault.Is(err, fault.NotFound):
		return fault.At("body.item", "fault.not_found", "there is no item %.40q in the inbox", p.Item)
	case err != nil:
		return err
	}
	post := p.ID
	if gone {
		post = ""
	}
	if err := t.Outcome(i.UsePost(of.ID, post, p.UpdatedBy)); err != nil {
		return err
	}
	return t.putItem(i)
}
