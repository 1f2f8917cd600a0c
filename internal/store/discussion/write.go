// Package discussion keeps what people say: comments as moderators see them, what readers see of each, and what is known of those who
// speak. What readers see is written with the change itself: a comment that becomes public gets its row, its thread and its place one more.
//
// A message in a room is a comment whose place is the room.
//
// Locks are taken in one order: key, place, room, comment, member, notices, topics.
package discussion

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store/handle"
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

// DB keeps discussions in the ledger's database. It is safe for use by many goroutines.
type DB struct {
	ledger  *ledger.DB
	read    *sql.DB
	public  *sql.DB
	place   func(t *ledger.Tx, id string) (talk.Place, error)
	article func(t *ledger.Tx, id string) (talk.Place, error)
}

// New gives discussions over an open ledger. place reads a story that readers have inside a change; another is NotFound; article
// reads the same of any article. What neither knows may be a room.
func New(l *ledger.DB, h ledger.Handles, place, article func(t *ledger.Tx, id string) (talk.Place, error)) *DB {
	return &DB{l, h.Read, h.Public, orChat(place), orChat(article)}
}

// texts are those that the public handle runs.
var texts []string

func public(text string) string {
	texts = append(texts, text)
	return text
}

// List puts what the public handle runs on its list.
func List(l *handle.List) {
	for _, t := range texts {
		l.Add(t)
	}
}

// room is talk.Room inside a transaction.
type room struct {
	t     *ledger.Tx
	place talk.Place
}

// Place gives where the change happens.
func (r room) Place() talk.Place { return r.place }

// Settings reads how the edition talks.
func (r room) Settings(ctx context.Context) (talk.Settings, error) {
	return ledger.Read(r.t, "settings of "+r.place.Edition, func() (talk.Settings, error) { return settings(r.t, ctx, r.place.Edition) })
}

// Member reads what is known of somebody; see talk.Room.
func (r room) Member(ctx context.Context, account string, hold bool) (talk.Member, error) {
	if hold {
		return holdMember(r.t, account)
	}
	return member(r.t, ctx, account)
}

// Comment reads another comment.
func (r room) Comment(ctx context.Context, id string) (talk.Comment, error) {
	return scanComment(r.t.QueryRowContext(ctx, sqlComment, id))
}

// Recent lists what somebody said lately; see talk.Room.
func (r room) Recent(ctx context.Context, account string, since time.Time, limit int) ([]talk.Recent, error) {
	answer, err := r.t.QueryContext(ctx, `SELECT id, at_us, same FROM comment WHERE author = $1 AND at_us > $2 ORDER BY at_us DESC LIMIT $3 + 0`, account, moment.Micros(since), limit)
	return rows.Collect(answer, err, func(row rows.Scanner) (one talk.Recent, err error) {
		var at int64
		err = row.Scan(&one.ID, &at, &one.Same)
		one.At = moment.FromMicros(at)
		return one, err
	})
}

// Crowd counts what was said in the place lately; see talk.Room.
func (r room) Crowd(ctx context.Context, since time.Time, limit int) (n int, err error) {
	err = r.t.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM comment WHERE place = $1 AND at_us > $2 LIMIT $3 + 0) s`, r.place.ID, moment.Micros(since), limit).Scan(&n)
	return n, err
}

// Last gives when somebody last said something in the place; see talk.Room.
func (r room) Last(ctx context.Context, account string, since time.Time) (time.Time, error) {
	var at int64
	err := r.t.QueryRowContext(ctx, `SELECT at_us FROM comment WHERE author = $1 AND at_us > $2 AND place = $3 ORDER BY at_us DESC LIMIT 1`, account, moment.Micros(since), r.place.ID).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return moment.FromMicros(at), err
}

const sqlComment = `SELECT doc FROM comment WHERE id = $1`

func scanComment(row rows.Scanner) (c talk.Comment, err error) {
	var doc string
	if err = row.Scan(&doc); err != nil {
		return c, rows.Missing(err, "comment")
	}
	if err = json.Unmarshal([]byte(doc), &c); err != nil {
		err = fmt.Errorf("store: comment: %w", err)
	}
	return c, err
}

// hold makes a place this change's until its end, so that changes of one discussion follow each other.
func hold(t *ledger.Tx, place string) error {
	return t.Exec(`INSERT INTO discussion (place, comments) VALUES ($1, 0) ON CONFLICT (place) DO UPDATE SET comments = discussion.comments`, place)
}

// Reports gives the reports on a comment; see talk.Room.
func (r room) Reports(ctx context.Context, id, account string) ([]talk.Report, error) {
	answer, err := r.t.QueryContext(ctx, `SELECT comment, dealt, doc FROM comment_report WHERE comment = $1 AND (account = $2 OR $2 = '') ORDER BY dealt, account`, id, account)
	return rows.Collect(answer, err, func(row rows.Scanner) (talk.Report, error) {
		_, one, err := scanReport(row)
		return one, err
	})
}

// CreateComment keeps a new comment; see talk.Store.
func (d *DB) CreateComment(ctx context.Context, o fact.Once, place string, make func(talk.Room) (talk.Comment, talk.Outcome, error)) (talk.Comment, error) {
	var c talk.Comment
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		c = talk.Comment{}
		t.Leaves() // stories, rooms and settings as they are
		return ledger.Once(t, o, &c, func() error {
			p, err := ledger.Read(t, "place "+place, func() (talk.Place, error) { return d.place(t, place) })
			if err != nil {
				return err
			}
			if err := hold(t, place); err != nil {
				return err
			}
			var out talk.Outcome
			if c, out, err = make(room{t, p}); err != nil {
				return err
			}
			doc, err := json.Marshal(c)
			if err != nil {
				return err
			}
			if err := t.Exec(insertComment,
				c.ID, c.Place.ID, c.Place.Edition, c.Author, string(c.Queue()), c.Reports, moment.Micros(c.At), c.Version, string(doc), c.Same(), since(c)); err != nil {
				return err
			}
			if err := join(t, c); err != nil {
				return err
			}
			return d.follow(t, c, "", out)
		})
	})
	return c, err
}

// ArriveComments keeps comments that were said before; see talk.Store.
func (d *DB) ArriveComments(ctx context.Context, place string, make func(talk.Place) ([]talk.Comment, fact.Outcome, error)) (int, error) {
	n := 0
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		n = 0
		p, err := d.article(t, place)
		if err != nil {
			return err
		}
		if err := hold(t, place); err != nil {
			return err
		}
		all, out, err := make(p)
		if err != nil {
			return err
		}
		for _, c := range all {
			doc, err := json.Marshal(c)
			if err != nil {
				return err
			}
			added, err := t.ExecCount(insertComment+` ON CONFLICT (id) DO NOTHING`, c.ID, c.Place.ID, c.Place.Edition, c.Author, string(c.Queue()), c.Reports, moment.Micros(c.At), c.Version, string(doc), c.Same(), since(c))
			if err != nil {
				return err
			}
			if added == 0 {
				continue
			}
			n++
			if _, err := show(t, c, false); err != nil {
				return err
			}
		}
		if n == 0 {
			return nil
		}
		return t.Outcome(out)
	})
	return n, err
}

var sqlThere = `SELECT COUNT(*) FROM comment WHERE id IN (` + rows.Marks(1, 100) + `)`

// CommentsThere counts ids that are ids of comments; see talk.Store.
func (d *DB) CommentsThere(ctx context.Context, ids []string) (n int, err error) {
	args := make([]any, 100)
	for i := range args {
		args[i] = ""
		if i < len(ids) {
			args[i] = ids[i]
		}
	}
	err = d.read.QueryRowContext(ctx, sqlThere, args...).Scan(&n)
	return n, d.ledger.Fault(err)
}

const insertComment = `INSERT INTO comment (id, place, edition, author, queue, reports, at_us, version, doc, same, since_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// since gives from when on readers have a comment that they had not, in microseconds; 0 when they do not.
func since(c talk.Comment) int64 {
	switch {
	case c.State != talk.Public:
		return 0
	case c.DecidedAt.After(c.At):
		return moment.Micros(c.DecidedAt)
	}
	return moment.Micros(c.At)
}

// AmendComment runs change on a comment in a transaction; see talk.Store.
func (d *DB) AmendComment(ctx context.Context, o fact.Once, id string, version int64, change func(talk.Room, *talk.Comment) (talk.Outcome, error)) (talk.Comment, error) {
	var c talk.Comment
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		c = talk.Comment{}
		return ledger.Once(t, o, &c, func() error { return d.amend(t, &c, id, version, change) })
	})
	return c, err
}

func (d *DB) amend(t *ledger.Tx, c *talk.Comment, id string, version int64, change func(talk.Room, *talk.Comment) (talk.Outcome, error)) error {
	r, err := d.enter(t, c, id)
	if err != nil {
		return err
	}
	if version != 0 && version != c.Version {
		stale := fault.New(fault.Stale, "fault.stale", "somebody saved a newer version; here it is")
		stale.Current = *c
		return stale
	}
	was, before := c.State, c.Version
	out, err := change(r, c)
	if err != nil {
		return err
	}
	if c.Version == before {
		return t.Outcome(out.Outcome)
	}
	doc, err := json.Marshal(c)
	if err != nil {
		return err
	}
	if err := t.Exec(`UPDATE comment SET queue = $2, reports = $3, version = $4, doc = $5, same = $6, author = $7 WHERE id = $1`, id, string(c.Queue()), c.Reports, c.Version, string(doc), c.Same(), c.Author); err != nil {
		return err
	}
	if c.State != was {
		if err := t.Exec(`UPDATE comment SET since_us = $2 WHERE id = $1`, id, since(*c)); err != nil {
			return err
		}
	}
	return d.follow(t, *c, was, out)
}

// enter reads a comment and its place for a change of it. A place that readers do not have any more still is one.
func (d *DB) enter(t *ledger.Tx, c *talk.Comment, id string) (room, error) {
	var place string
	if err := t.Row(`SELECT place FROM comment WHERE id = $1`, id).Scan(&place); err != nil {
		return room{}, rows.Missing(err, "comment")
	}
	if err := hold(t, place); err != nil {
		return room{}, err
	}
	var err error
	if *c, err = scanComment(t.Row(sqlComment, id)); err != nil {
		return room{}, err
	}
	p, err := d.place(t, place)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Gone) {
		p, err = c.Place, nil
	}
	return room{t, p}, err
}

// follow writes what a change of a comment that was in a state brings: what readers see, counts, reports, appeal, member, facts and work.
func (d *DB) follow(t *ledger.Tx, c talk.Comment, was talk.State, o talk.Outcome) error {
	stands, err := show(t, c, was == talk.Public)
	if err != nil {
		return err
	}
	if stands {
		o.Stale = append(o.Stale, fact.TagDiscussion(c.Place.ID))
	}
	if err := contest(t, "comment", c.ID, c.Place.Edition, c.Appeal); err != nil {
		return err
	}
	if o.Member != nil {
		if err := keepMember(t, *o.Member); err != nil {
			return err
		}
	}
	if err := announce(t, c, o); err != nil {
		return err
	}
	if err := settle(t, c.ID, o); err != nil {
		return err
	}
	return t.Outcome(o.Outcome)
}

// show brings what readers see up to a comment. One that is gone keeps its place when others answer it; whether such a place says something else from
// now on is given besides.
func show(t *ledger.Tx, c talk.Comment, was bool) (stands bool, err error) {
	hidden := c.State != talk.Public && !was
	if hidden && c.Version == 1 {
		return false, nil // nobody answered it yet
	}
	doc, err := json.Marshal(c.Shown())
	if err != nil {
		return false, err
	}
	if !hidden {
		return false, bring(t, c, was, string(doc))
	}
	n, err := t.ExecCount(`UPDATE spoken SET doc = $2 WHERE id = $1 AND gone = 1 AND doc <> $2`, c.ID, string(doc))
	return n > 0, err
}

// bring writes what readers see of a comment that they have now, or had.
func bring(t *ledger.Tx, c talk.Comment, was bool, doc string) error {
	is := c.State == talk.Public
	featured, gone, by := 0, 0, 0
	if c.Featured && is {
		featured = 1
	}
	if !is {
		gone = 1
	}
	if is && !was && c.Root != c.ID {
		if err := lead(t, c.Root); err != nil {
			return err
		}
	}
	if err := t.Exec(insertSpoken+` DO UPDATE SET featured = excluded.featured, gone = excluded.gone, doc = excluded.doc`, c.ID, c.Place.ID, c.Root, featured, gone, doc); err != nil {
		return err
	}
	switch {
	case is && !was:
		by = 1
	case was && !is:
		by = -1
	}
	if by == 0 {
		return nil
	}
	if c.Root != c.ID {
		if err := t.Exec(`UPDATE spoken SET replies = replies + $2 WHERE id = $1`, c.Root, by); err != nil {
			return err
		}
	}
	if err := t.Exec(`UPDATE discussion SET comments = comments + $2 WHERE place = $1`, c.Place.ID, by); err != nil {
		return err
	}
	if is {
		return nil
	}
	// Nothing is left of what nobody answers; of a thread without anybody left, neither.
	if err := t.Exec(`DELETE FROM spoken WHERE id = $1 AND gone = 1 AND NOT EXISTS (SELECT 1 FROM spoken s WHERE s.root = $2 AND s.id > $1 AND s.gone = 0)`, c.ID, c.Root); err != nil {
		return err
	}
	return t.Exec(`DELETE FROM spoken WHERE root = $1 AND NOT EXISTS (SELECT 1 FROM spoken s WHERE s.root = $1 AND s.gone = 0)`, c.Root)
}

// insertSpoken ends where a row that is there already is spoken of. One that comes back has the answers and reactions that it had.
const insertSpoken = `INSERT INTO spoken (id, place, root, featured, replies, reactions, gone, doc)
	VALUES ($1, $2, $3, $4, (SELECT COUNT(*) FROM spoken s WHERE s.root = $1 AND s.id <> $1 AND s.gone = 0), (SELECT COUNT(*) FROM reaction r WHERE r.comment = $1), $5, $6) ON CONFLICT (id)`

// lead gives a thread its first comment back, as gone as it is, when an answer in it comes back after nobody was left there.
func lead(t *ledger.Tx, root string) error {
	var there int
	if err := t.Row(`SELECT COUNT(*) FROM spoken WHERE id = $1`, root).Scan(&there); err != nil || there > 0 {
		return err
	}
	first, err := scanComment(t.Row(sqlComment, root))
	if err != nil {
		return err
	}
	doc, err := json.Marshal(first.Shown())
	if err != nil {
		return err
	}
	return t.Exec(insertSpoken+` DO NOTHING`, first.ID, first.Place.ID, first.Root, 0, 1, string(doc))
}

// OnceSwept keeps what a sweep did; see talk.Store.
func (d *DB) OnceSwept(ctx context.Context, o fact.Once, out *talk.Swept, act func() error) error {
	return d.ledger.Change(ctx, func(t *ledger.Tx) error { return ledger.Once(t, o, out, act) })
}

// React sets or takes back a reaction; see talk.Store.
func (d *DB) React(ctx context.Context, id, account string, on bool, kind string, due time.Time, may func(talk.Room, talk.Comment) error) (int64, error) {
	var n int64
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		var c talk.Comment
		r, err := d.enter(t, &c, id)
		if err != nil {
			return err
		}
		if err := may(r, c); err != nil {
			return err
		}
		text, by := `INSERT INTO reaction (comment, account) VALUES ($1, $2) ON CONFLICT (comment, account) DO NOTHING`, int64(1)
		if !on {
			text, by = `DELETE FROM reaction WHERE comment = $1 AND account = $2`, -1
		}
		changed, err := t.ExecCount(text, id, account)
		if err != nil {
			return err
		}
		if changed > 0 {
			if err := t.Soon(kind, id, due); err != nil {
				return err
			}
		}
		return t.Row(`UPDATE spoken SET reactions = reactions + $2 WHERE id = $1 RETURNING reactions`, id, by*changed).Scan(&n)
	})
	return n, err
}
