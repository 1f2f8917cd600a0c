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
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

var (
	sqlChat      = public(`SELECT doc FROM chat WHERE slug = $1`)
	sqlChatByID  = public(`SELECT doc FROM chat WHERE id = $1`)
	sqlChats     = public(`SELECT doc FROM chat WHERE (edition = $1 OR $1 = '') AND (state <> 'closed' OR $2 = 0) AND id < $3 ORDER BY id DESC LIMIT $4 + 0`)
	sqlChatsNear = public(`SELECT doc FROM chat WHERE article = $1 AND (state <> 'closed' OR $2 = 0) AND id < $3 ORDER BY id DESC LIMIT $4 + 0`)
)

func scanChat(row rows.Scanner) (c talk.Chat, err error) {
	var doc string
	if err = row.Scan(&doc); err != nil {
		return c, rows.Missing(err, "room")
	}
	if err = json.Unmarshal([]byte(doc), &c); err != nil {
		err = fmt.Errorf("store: room: %w", err)
	}
	return c, err
}

// Chat reads a room by its slug.
func (d *DB) Chat(ctx context.Context, slug string) (talk.Chat, error) {
	c, err := scanChat(d.public.QueryRowContext(ctx, sqlChat, slug))
	return c, d.ledger.Fault(err)
}

// ChatByID reads a room.
func (d *DB) ChatByID(ctx context.Context, id string) (talk.Chat, error) {
	c, err := scanChat(d.public.QueryRowContext(ctx, sqlChatByID, id))
	return c, d.ledger.Fault(err)
}

// Chats lists rooms, newest first; see talk.ChatQuery.
func (d *DB) Chats(ctx context.Context, q talk.ChatQuery) ([]talk.Chat, error) {
	text, about, open, after := sqlChats, q.Edition, 0, "~"
	if q.Article != "" {
		text, about = sqlChatsNear, q.Article
	}
	if q.Open {
		open = 1
	}
	if q.After != "" {
		after = q.After
	}
	answer, err := d.public.QueryContext(ctx, text, about, open, after, q.Limit)
	found, err := rows.Collect(answer, err, scanChat)
	return found, d.ledger.Fault(err)
}

// Messages lists what was said in a room; see talk.Reader.
func (d *DB) Messages(ctx context.Context, room string, order talk.Order, from string, limit int) ([]talk.Shown, error) {
	text := sqlOldest
	if order != talk.Oldest {
		if text = sqlNewest; from == "" {
			from = "~"
		}
	}
	answer, err := d.public.QueryContext(ctx, text, room, from, limit)
	found, err := rows.Collect(answer, err, scanShown)
	return found, d.ledger.Fault(err)
}

// orChat reads a place as story does, or a room, inside a change.
func orChat(story func(t *ledger.Tx, id string) (talk.Place, error)) func(t *ledger.Tx, id string) (talk.Place, error) {
	return func(t *ledger.Tx, id string) (talk.Place, error) {
		p, err := story(t, id)
		if !fault.Is(err, fault.NotFound) {
			return p, err
		}
		c, cerr := scanChat(t.Row(sqlChatByID, id))
		if fault.Is(cerr, fault.NotFound) {
			return p, err
		}
		return c.Place(), cerr
	}
}

// CreateChat keeps a new room; see talk.Rooms.
func (d *DB) CreateChat(ctx context.Context, o fact.Once, c talk.Chat, make func(others int, c *talk.Chat) (fact.Outcome, error)) (talk.Chat, error) {
	given := c
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		c = given
		return ledger.Once(t, o, &c, func() error {
			var others int
			if err := t.Row(`SELECT COUNT(*) FROM chat WHERE edition = $1 AND state <> 'closed'`, c.Edition).Scan(&others); err != nil {
				return err
			}
			out, err := make(others, &c)
			if err != nil {
				return err
			}
			doc, err := json.Marshal(c)
			if err != nil {
				return err
			}
			n, err := t.ExecCount(`INSERT INTO chat (id, slug, edition, article, state, version, doc) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (slug) DO NOTHING`, c.ID, c.Slug, c.Edition, c.Article, string(c.State), c.Version, string(doc))
			if err == nil && n == 0 {
				err = fault.New(fault.Conflict, "fault.chat_taken", "there is a room %q already", c.Slug)
			}
			if err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	return c, err
}

// AmendChat runs change on a room in a transaction; see talk.Rooms.
func (d *DB) AmendChat(ctx context.Context, o fact.Once, id string, version int64, change func(talk.Room, *talk.Chat) (fact.Outcome, error)) (talk.Chat, error) {
	var c talk.Chat
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		c = talk.Chat{}
		return ledger.Once(t, o, &c, func() error {
			if _, err := scanChat(t.Row(sqlChatByID, id)); err != nil {
				return err
			}
			if err := hold(t, id); err != nil {
				return err
			}
			var err error
			if c, err = scanChat(t.Row(sqlChatByID, id)); err != nil {
				return err
			}
			before := c.Version
			out, err := change(room{t, c.Place()}, &c)
			if err != nil {
				return err
			}
			if version != 0 && version != before {
				stale := fault.New(fault.Stale, "fault.stale", "somebody saved a newer version; here it is")
				current, err := scanChat(t.Row(sqlChatByID, id))
				if err != nil {
					return err
				}
				stale.Current = current
				return stale
			}
			if c.Version != before {
				doc, err := json.Marshal(c)
				if err != nil {
					return err
				}
				if err := t.Exec(`UPDATE chat SET state = $2, version = $3, doc = $4 WHERE id = $1`, id, string(c.State), c.Version, string(doc)); err != nil {
					return err
				}
			}
			return t.Outcome(out)
		})
	})
	return c, err
}

// DropMessages takes old messages out of a room; see talk.Rooms.
func (d *DB) DropMessages(ctx context.Context, id string, before time.Time, limit int, spare func(talk.Comment) bool, out func(talk.Chat) fact.Outcome) (int, error) {
	n := 0
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		n = 0
		if err := hold(t, id); err != nil {
			return err
		}
		c, err := scanChat(t.Row(sqlChatByID, id))
		if err != nil {
			return err
		}
		const past = ` FROM comment WHERE place = $1 AND at_us < $2 AND reports = 0 AND id <> $3 AND NOT EXISTS (SELECT 1 FROM appeal a WHERE a.about = 'comment' AND a.subject = comment.id)`
		answer, err := t.QueryContext(t.Ctx, `SELECT id`+past+` AND queue NOT IN ('pending', 'rejected') ORDER BY at_us LIMIT $4 + 0`, id, moment.Micros(before), c.Pinned, limit)
		old, err := rows.Collect(answer, err, func(row rows.Scanner) (one string, err error) { err = row.Scan(&one); return one, err })
		if err != nil {
			return err
		}
		answer, err = t.QueryContext(t.Ctx, `SELECT doc`+past+` AND queue = 'rejected' ORDER BY at_us LIMIT $4 * 5`, id, moment.Micros(before), c.Pinned, limit) // those behind are later, and their decisions are
		err = rows.Each(answer, err, func(row rows.Scanner) error {
			one, err := scanComment(row)
			if err == nil && len(old) < limit && !spare(one) {
				old = append(old, one.ID)
			}
			return err
		})
		if err != nil || len(old) == 0 {
			return err
		}
		n = len(old)
		for _, one := range old {
			gone, err := t.ExecCount(`DELETE FROM spoken WHERE id = $1 AND gone = 0`, one)
			if err == nil && gone > 0 {
				err = t.Exec(`UPDATE discussion SET comments = comments - 1 WHERE place = $1`, id)
			}
			for _, text := range []string{`DELETE FROM spoken WHERE id = $1`, `DELETE FROM comment_report WHERE comment = $1`, `DELETE FROM reaction WHERE comment = $1`, `DELETE FROM comment WHERE id = $1`} {
				if err == nil {
					err = t.Exec(text, one)
				}
			}
			if err != nil {
				return err
			}
		}
		return t.Outcome(out(c))
	})
	return n, err
}

// join notes that the author of a comment takes part where it stands, and has seen what is there.
func join(t *ledger.Tx, c talk.Comment) error {
	if c.Author == "" {
		return nil
	}
	return t.Exec(`INSERT INTO joined (account, place, at_us, seen_us) VALUES ($1, $2, $3, $3) ON CONFLICT (account, place) DO UPDATE SET seen_us = excluded.seen_us`, c.Author, c.Place.ID, moment.Micros(c.At))
}

// Joined lists where somebody said something; see talk.Rooms.
func (d *DB) Joined(ctx context.Context, account string, limit int) ([]talk.Joined, error) {
	answer, err := d.read.QueryContext(ctx, `SELECT j.place, j.at_us, (SELECT COUNT(*) FROM (SELECT 1 FROM comment c WHERE c.place = j.place AND c.since_us > j.seen_us AND c.author <> j.account
			AND NOT EXISTS (SELECT 1 FROM ignored i WHERE i.account = j.account AND i.other = c.author) LIMIT $2 + 0) n)
		FROM joined j WHERE j.account = $1 ORDER BY COALESCE((SELECT MAX(c.since_us) FROM comment c WHERE c.place = j.place), 0) DESC, j.place LIMIT $3 + 0`, account, talk.UnreadMost, limit)
	found, err := rows.Collect(answer, err, func(row rows.Scanner) (j talk.Joined, err error) {
		var at int64
		err = row.Scan(&j.Place, &at, &j.Unread)
		j.At = moment.FromMicros(at)
		return j, err
	})
	return found, d.ledger.Fault(err)
}

// Seen notes that somebody looked at a place; see talk.Rooms.
func (d *DB) Seen(ctx context.Context, account, place string, at time.Time) error {
	var seen int64
	err := d.read.QueryRowContext(ctx, `SELECT j.seen_us FROM joined j WHERE j.account = $1 AND j.place = $2 AND EXISTS (SELECT 1 FROM comment c WHERE c.place = j.place AND c.since_us > j.seen_us)`, account, place).Scan(&seen)
	if errors.Is(err, sql.ErrNoRows) || err == nil && seen >= moment.Micros(at) {
		return nil // most who look have joined nothing, or find nothing new
	}
	if err != nil {
		return d.ledger.Fault(err)
	}
	return d.ledger.Change(ctx, func(t *ledger.Tx) error {
		return t.Exec(`UPDATE joined SET seen_us = $3 WHERE account = $1 AND place = $2 AND seen_us < $3`, account, place, moment.Micros(at))
	})
}

// Part forgets where somebody said something, what he was told, and that reports and reactions were his.
func (d *DB) Part(ctx context.Context, account string) error {
	return d.ledger.Change(ctx, func(t *ledger.Tx) error {
		for _, text := range []string{`DELETE FROM joined WHERE account = $1`, `DELETE FROM notice WHERE account = $1`, `UPDATE notice SET by_account = '' WHERE by_account = $1`,
			`DELETE FROM told WHERE account = $1`, `DELETE FROM ignored WHERE account = $1 OR other = $1`} {
			if err := t.Exec(text, account); err != nil {
				return err
			}
		}
		return disown(t, account)
	})
}
