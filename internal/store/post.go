package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/rows"
)

// covering is coverage.Lookup inside a transaction.
type covering struct{ lookup }

// Votes counts the votes of a post.
func (c covering) Votes(ctx context.Context, post string) (map[int]int64, error) {
	rows, err := c.t.QueryContext(ctx, `SELECT choice, votes FROM tally WHERE post = $1`, post)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int]int64{}
	for rows.Next() {
		var choice int
		var votes int64
		if err := rows.Scan(&choice, &votes); err != nil {
			return nil, err
		}
		out[choice] = votes
	}
	return out, rows.Err()
}

// covered reads an article that is a live coverage.
func covered(row scanner) (news.Article, error) {
	a, err := scanArticle(row)
	if err == nil && a.Kind != news.Live || fault.Is(err, fault.NotFound) { // the same of what is no coverage and of nothing
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "live coverage")
	}
	return a, err
}

// hold gives the coverage of an article; its row belongs to this change until its end, so that changes of one coverage follow each other.
func (t *tx) hold(article string) (coverage.Coverage, error) {
	return scanCoverage(t.Row(`INSERT INTO coverage (article, pinned, closed_us, updated_us) VALUES ($1, '', 0, 0)
		ON CONFLICT (article) DO UPDATE SET pinned = coverage.pinned RETURNING article, pinned, closed_us, updated_us`, article))
}

func scanCoverage(row scanner) (c coverage.Coverage, err error) {
	var closed, updated int64
	err = row.Scan(&c.Article, &c.Pinned, &closed, &updated)
	c.ClosedAt, c.UpdatedAt = moment.FromMicros(closed), moment.FromMicros(updated)
	return c, err
}

func (t *tx) keepCoverage(c, was coverage.Coverage) error {
	if c == was {
		return nil
	}
	return t.Exec(`UPDATE coverage SET pinned = $2, closed_us = $3, updated_us = $4 WHERE article = $1`, c.Article, c.Pinned, moment.Micros(c.ClosedAt), moment.Micros(c.UpdatedAt))
}

func scanPost(row scanner) (p coverage.Post, err error) {
	var doc string
	if err = row.Scan(&doc); err != nil {
		return p, missing(err, "post")
	}
	if err = json.Unmarshal([]byte(doc), &p); err != nil {
		err = fmt.Errorf("store: post: %w", err)
	}
	return p, err
}

const sqlPost = `SELECT doc FROM post WHERE id = $1`

// CreatePost keeps a new post; see coverage.Store.
func (d *DB) CreatePost(ctx context.Context, o fact.Once, article string, make func(coverage.Lookup, news.Article, *coverage.Coverage) (coverage.Post, coverage.Outcome, error)) (coverage.Post, error) {
	var p coverage.Post
	err := d.amend(ctx, func(t *tx) error {
		p = coverage.Post{}
		return once(t, o, &p, func() error {
			a, err := covered(t.Row(`SELECT doc FROM article WHERE id = $1`, article))
			if err != nil {
				return err
			}
			c, err := t.hold(article)
			if err != nil {
				return err
			}
			was := c
			made, out, err := make(covering{lookup{t}}, a, &c)
			if err != nil {
				return err
			}
			p = made
			doc, err := json.Marshal(p)
			if err != nil {
				return err
			}
			if err := t.Exec(`INSERT INTO post (id, coverage, version, state, author, at_us, doc) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				p.ID, p.Coverage, p.Version, string(p.State), p.CreatedBy, moment.Micros(p.At), string(doc)); err != nil {
				return err
			}
			return t.followPost(p, a, c, was, out)
		})
	})
	return p, err
}

// AmendPost runs change on a post in a transaction; see coverage.Store.
func (d *DB) AmendPost(ctx context.Context, o fact.Once, id string, version int64, change func(coverage.Lookup, news.Article, *coverage.Coverage, *coverage.Post) (coverage.Outcome, error)) (coverage.Post, error) {
	var p coverage.Post
	err := d.amend(ctx, func(t *tx) error {
		p = coverage.Post{}
		return once(t, o, &p, func() error { return t.amendPost(&p, id, version, change) })
	})
	return p, err
}

func (t *tx) amendPost(p *coverage.Post, id string, version int64, change func(coverage.Lookup, news.Article, *coverage.Coverage, *coverage.Post) (coverage.Outcome, error)) error {
	var article string
	if err := t.Row(`SELECT coverage FROM post WHERE id = $1`, id).Scan(&article); err != nil {
		return missing(err, "post")
	}
	c, err := t.hold(article)
	if err != nil {
		return err
	}
	was := c
	if *p, err = scanPost(t.Row(sqlPost, id)); err != nil {
		return err
	}
	if version != 0 && version != p.Version {
		return staleWith(*p)
	}
	a, err := covered(t.Row(`SELECT doc FROM article WHERE id = $1`, article))
	if err != nil {
		return err
	}
	out, err := change(covering{lookup{t}}, a, &c, p)
	if err != nil {
		return err
	}
	if out.Gone {
		if err := t.Exec(`DELETE FROM post WHERE id = $1`, id); err != nil {
			return err
		}
		return t.followPost(*p, a, c, was, out)
	}
	doc, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if err := t.Exec(`UPDATE post SET version = $2, state = $3, at_us = $4, doc = $5 WHERE id = $1`, id, p.Version, string(p.State), moment.Micros(p.At), string(doc)); err != nil {
		return err
	}
	return t.followPost(*p, a, c, was, out)
}

// followPost writes what a change of a post brings: its pictures, the coverage, revision, public row, erasure, story, facts and work.
func (t *tx) followPost(p coverage.Post, of news.Article, c, was coverage.Coverage, o coverage.Outcome) error {
	if err := t.hangPost(p, o.Gone); err != nil {
		return err
	}
	if r := o.Revision; r != nil {
		var content any
		if r.Content != nil {
			doc, err := json.Marshal(r.Content)
			if err != nil {
				return err
			}
			content = string(doc)
		}
		if err := t.Exec(`INSERT INTO post_revision (post, number, change, note, at_us, account, leaf, salt, content) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8)`,
			r.Post, r.Number, r.Change, r.Note, moment.Micros(r.At), r.By, r.Salt, content); err != nil {
			return err
		}
		t.PostLeaf(o.Leaf, r.Post, r.Number)
		if r.At.After(c.UpdatedAt) {
			c.UpdatedAt = r.At
		}
	}
	if o.Inbox {
		if err := t.usePost(p, of, o.Gone); err != nil {
			return err
		}
	}
	if o.Erase {
		if err := t.Exec(`UPDATE post_revision SET content = NULL, salt = NULL WHERE post = $1`, p.ID); err != nil {
			return err
		}
	}
	if err := t.keepCoverage(c, was); err != nil {
		return err
	}
	if o.Item != nil {
		if err := t.publishPost(*o.Item, of); err != nil {
			return err
		}
	}
	if o.Story != nil {
		if err := t.insertArticle(*o.Story); err != nil {
			return err
		}
		if err := t.follow(*o.Story, o.With); err != nil {
			return err
		}
	}
	return t.Outcome(o.Outcome)
}

// publishPost puts a post in place of what the public saw of it.
func (t *tx) publishPost(i coverage.Item, of news.Article) error {
	doc, err := json.Marshal(i)
	if err != nil {
		return err
	}
	feed := int64(0)
	if i.Newsfeed && !i.Gone() {
		feed = moment.Micros(i.LineAt())
	}
	num, err := t.foundNumber("live_post", i.ID, i.PublishedAt)
	if err != nil {
		return err
	}
	if err := t.Exec(`INSERT INTO live_post (id, coverage, at_us, feed_us, key_event, withdrawn_us, num, doc) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET at_us = excluded.at_us, feed_us = excluded.feed_us, key_event = excluded.key_event, withdrawn_us = excluded.withdrawn_us, num = excluded.num, doc = excluded.doc`,
		i.ID, i.Coverage, moment.Micros(i.At), feed, bit(i.KeyEvent && !i.Gone()), moment.Micros(i.WithdrawnAt), num, string(doc)); err != nil {
		return err
	}
	return t.indexPost(num, i, of)
}

// AmendCoverage runs change on a coverage in a transaction; see coverage.Store.
func (d *DB) AmendCoverage(ctx context.Context, o fact.Once, article string, change func(news.Article, *coverage.Coverage) (fact.Outcome, error)) (coverage.Coverage, error) {
	var c coverage.Coverage
	err := d.amend(ctx, func(t *tx) error {
		c = coverage.Coverage{}
		return once(t, o, &c, func() error {
			a, err := covered(t.Row(`SELECT doc FROM article WHERE id = $1`, article))
			if err != nil {
				return err
			}
			if c, err = t.hold(article); err != nil {
				return err
			}
			was := c
			out, err := change(a, &c)
			if err != nil {
				return err
			}
			if err := t.keepCoverage(c, was); err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	return c, err
}

// Covered reads the article of a coverage; see coverage.Store.
func (d *DB) Covered(ctx context.Context, article string) (news.Article, coverage.Coverage, error) {
	a, err := covered(d.read.QueryRowContext(ctx, `SELECT doc FROM article WHERE id = $1`, article))
	if err != nil {
		return a, coverage.Coverage{}, d.Fault(err)
	}
	c, err := scanCoverage(d.read.QueryRowContext(ctx, `SELECT article, pinned, closed_us, updated_us FROM coverage WHERE article = $1`, article))
	if errors.Is(err, sql.ErrNoRows) {
		c, err = coverage.Coverage{Article: article}, nil
	}
	return a, c, d.Fault(err)
}

// Post reads a post as the desk has it.
func (d *DB) Post(ctx context.Context, id string) (coverage.Post, error) {
	p, err := scanPost(d.read.QueryRowContext(ctx, sqlPost, id))
	return p, d.Fault(err)
}

// Posts lists posts as the desk has them; see coverage.DeskQuery.
func (d *DB) Posts(ctx context.Context, q coverage.DeskQuery) ([]coverage.Post, error) {
	c := &rows.Where{}
	c.Add("coverage = " + c.Arg(q.Coverage))
	if q.State != "" {
		c.Add("state = " + c.Arg(string(q.State)))
	}
	if q.By != "" {
		c.Add("(state = 'published' OR author = " + c.Arg(q.By) + ")")
	}
	if q.After.ID != "" {
		c.Add("(at_us, id) < (" + c.Arg(moment.Micros(q.After.At)) + ", " + c.Arg(q.After.ID) + ")")
	}
	rows, err := d.read.QueryContext(ctx, `SELECT doc FROM post`+c.Clause()+` ORDER BY at_us DESC, id DESC LIMIT `+c.Arg(q.Limit)+` + 0`, c.Args...)
	return collect(d, rows, err, scanPost)
}

// Vote counts a vote; see coverage.Store. Votes of one poll meet at its counters, and at its due work, which is last.
func (d *DB) Vote(ctx context.Context, post, voter string, option int, kind string, due time.Time, may func(coverage.Item, coverage.Coverage) error) (bool, error) {
	counted := false
	err := d.change(ctx, func(t *tx) error {
		counted = false
		i, err := scanLivePost(t.Row(sqlPlace, post))
		if err != nil {
			return err
		}
		c, err := scanCoverage(t.Row(sqlLive, i.Coverage))
		if err != nil {
			return missing(err, "live coverage")
		}
		if err := may(i, c); err != nil {
			return err
		}
		n, err := t.ExecCount(`INSERT INTO vote (post, voter, choice) VALUES ($1, $2, $3) ON CONFLICT (post, voter) DO NOTHING`, post, voter, option)
		if err != nil || n == 0 {
			return err
		}
		counted = true
		if err := t.Exec(`INSERT INTO tally (post, choice, votes) VALUES ($1, $2, 1) ON CONFLICT (post, choice) DO UPDATE SET votes = tally.votes + 1`, post, option); err != nil {
			return err
		}
		return t.Soon(kind, post, due)
	})
	return counted, err
}

var (
	sqlLive = public(`SELECT c.article, c.pinned, c.closed_us, c.updated_us FROM coverage c JOIN published a ON a.id = c.article WHERE c.article = $1 AND a.withdrawn_us = 0`)
	// Of a published coverage only, whatever the post itself is.
	livePosts     = `SELECT p.doc FROM live_post p JOIN published a ON a.id = p.coverage WHERE a.withdrawn_us = 0 AND `
	sqlPlace      = public(livePosts + `p.id = $1`)
	sqlLivePosts  = listsOf(livePosts + `p.withdrawn_us = 0 AND p.id IN `)
	sqlNewest     = public(livePosts + `p.coverage = $1 AND p.withdrawn_us = 0 AND (p.at_us, p.id) <= ($2, $3) ORDER BY p.at_us DESC, p.id DESC LIMIT $4 + 0`)
	sqlOldest     = public(livePosts + `p.coverage = $1 AND p.withdrawn_us = 0 AND (p.at_us, p.id) >= ($2, $3) ORDER BY p.at_us, p.id LIMIT $4 + 0`)
	sqlKeyNewest  = public(livePosts + `p.coverage = $1 AND p.key_event = 1 AND (p.at_us, p.id) <= ($2, $3) ORDER BY p.at_us DESC, p.id DESC LIMIT $4 + 0`)
	sqlFlashes    = public(livePosts + `a.edition = $1 AND (a.section = $5 OR $5 = '') AND p.feed_us > 0 AND (p.feed_us, p.id) < ($2, $3) ORDER BY p.feed_us DESC, p.id DESC LIMIT $4 + 0`)
	sqlKeyOldest  = public(livePosts + `p.coverage = $1 AND p.key_event = 1 AND (p.at_us, p.id) >= ($2, $3) ORDER BY p.at_us, p.id LIMIT $4 + 0`)
	liveTextOrder = map[[2]bool]string{{false, false}: sqlNewest, {true, false}: sqlOldest, {false, true}: sqlKeyNewest, {true, true}: sqlKeyOldest}
)

func (l lookup) Flashes(ctx context.Context, of string) ([]string, error) {
	found, err := l.t.QueryContext(ctx, `SELECT id FROM live_post WHERE coverage = $1 AND feed_us > 0 ORDER BY id`, of)
	return rows.Collect(found, err, func(row scanner) (id string, err error) { return id, row.Scan(&id) })
}

func scanLivePost(row scanner) (i coverage.Item, err error) {
	var doc string
	if err = row.Scan(&doc); err != nil {
		return i, missing(err, "post")
	}
	if err = json.Unmarshal([]byte(doc), &i); err != nil {
		err = fmt.Errorf("store: published post: %w", err)
	}
	return i, err
}

// Live reads whether a coverage goes on; see coverage.Reader.
func (d *DB) Live(ctx context.Context, article string) (coverage.Coverage, error) {
	c, err := scanCoverage(d.public.QueryRowContext(ctx, sqlLive, article))
	if errors.Is(err, sql.ErrNoRows) {
		c, err = coverage.Coverage{Article: article}, nil
	}
	return c, d.Fault(err)
}

// Place reads where a post stands or stood; see coverage.Reader.
func (d *DB) Place(ctx context.Context, article, id string) (coverage.Item, error) {
	i, err := scanLivePost(d.public.QueryRowContext(ctx, sqlPlace, id))
	if err == nil && i.Coverage != article && article != "" {
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "post")
	}
	return i, d.Fault(err)
}

// Published reads the published ones among posts; see coverage.Reader.
func (d *DB) Published(ctx context.Context, ids []string) (map[string]coverage.Item, error) {
	out := map[string]coverage.Item{}
	for args := range rows.Few(ids) {
		rows, err := d.public.QueryContext(ctx, sqlLivePosts[len(args)], args...)
		found, err := collect(d, rows, err, scanLivePost)
		if err != nil {
			return nil, err
		}
		for _, i := range found {
			out[i.ID] = i
		}
	}
	return out, nil
}

// Listed lists published posts of a coverage; see coverage.Query.
func (d *DB) Listed(ctx context.Context, q coverage.Query) ([]coverage.Item, error) {
	at, id := int64(math.MaxInt64), "~"
	if q.Oldest {
		at, id = math.MinInt64, ""
	}
	if q.From.ID != "" {
		at, id = moment.Micros(q.From.At), q.From.ID
	}
	rows, err := d.public.QueryContext(ctx, liveTextOrder[[2]bool{q.Oldest, q.KeyEvent}], q.Coverage, at, id, q.Limit)
	return collect(d, rows, err, scanLivePost)
}

// Flashes lists the posts in a newsfeed; see coverage.Reader.
func (d *DB) Flashes(ctx context.Context, edition, section string, after news.Cursor, limit int) ([]coverage.Item, error) {
	at, id := int64(math.MaxInt64), "~"
	if !after.At.IsZero() {
		at, id = moment.Micros(after.At), after.ID
	}
	rows, err := d.public.QueryContext(ctx, sqlFlashes, edition, at, id, limit, section)
	return collect(d, rows, err, scanLivePost)
}
