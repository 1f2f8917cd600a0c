package discussion

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"

	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

// listsOf puts a text on the public list that has a list of ids and then a number, once for each of rows.Steps.
func listsOf(before, after string) map[int]string {
	out := map[int]string{}
	for _, n := range rows.Steps {
		out[n] = public(before + "(" + rows.Marks(1, n) + ")" + fmt.Sprintf(after, n+1))
	}
	return out
}

const spokenColumns = `SELECT s.doc, s.replies, s.reactions, s.featured FROM spoken s `

var (
	sqlNewest   = public(spokenColumns + `WHERE s.place = $1 AND s.id = s.root AND s.id < $2 ORDER BY s.id DESC LIMIT $3 + 0`)
	sqlOldest   = public(spokenColumns + `WHERE s.place = $1 AND s.id = s.root AND s.id > $2 ORDER BY s.id LIMIT $3 + 0`)
	sqlReplied  = public(spokenColumns + `WHERE s.place = $1 AND s.id = s.root AND (s.replies, s.id) < ($2, $3) ORDER BY s.replies DESC, s.id DESC LIMIT $4 + 0`)
	sqlFeatured = public(spokenColumns + `WHERE s.place = $1 AND s.id = s.root AND (s.featured, s.id) < ($2, $3) ORDER BY s.featured DESC, s.id DESC LIMIT $4 + 0`)
	sqlReplies  = listsOf(spokenColumns+`WHERE s.id <> s.root AND s.root IN `, ` ORDER BY s.id LIMIT $%d + 0`)
	sqlThread   = public(spokenColumns + `WHERE s.root = $1 AND s.id > $2 ORDER BY s.id LIMIT $3 + 0`)
	sqlSpoken   = public(spokenColumns + `WHERE s.id = $1`)
	sqlSaid     = listsOf(spokenColumns+`WHERE s.id IN `, ` LIMIT $%d + 0`)
	sqlCounts   = listsOf(`SELECT place, comments FROM discussion WHERE place IN `, ` LIMIT $%d + 0`)
	sqlShown    = public(`SELECT edition, version, shown FROM talk_settings WHERE edition = $1 OR edition = ''`)
)

func scanShown(row rows.Scanner) (s talk.Shown, err error) {
	var doc string
	var featured int64
	var replies, reactions int64
	if err = row.Scan(&doc, &replies, &reactions, &featured); err != nil {
		return s, rows.Missing(err, "comment")
	}
	if err = json.Unmarshal([]byte(doc), &s); err != nil {
		return s, fmt.Errorf("store: what readers see of a comment: %w", err)
	}
	s.Replies, s.Reactions = replies, reactions
	return s, nil
}

// one reads what readers see of a comment.
func (d *DB) one(ctx context.Context, id string) (talk.Shown, error) {
	s, err := scanShown(d.public.QueryRowContext(ctx, sqlSpoken, id))
	return s, d.ledger.Fault(err)
}

// Threads lists threads of a place; see talk.Reader.
func (d *DB) Threads(ctx context.Context, place string, order talk.Order, after string, limit, replies int) (first, rest []talk.Shown, err error) {
	from, err := d.behind(ctx, place, order, after)
	if err != nil {
		return nil, nil, err
	}
	var answer *sql.Rows
	id := "~"
	if after != "" {
		id = after
	}
	switch order {
	case talk.Oldest:
		answer, err = d.public.QueryContext(ctx, sqlOldest, place, after, limit)
	case talk.Replied:
		n := int64(math.MaxInt64)
		if after != "" {
			n = from.Replies
		}
		answer, err = d.public.QueryContext(ctx, sqlReplied, place, n, id, limit)
	case talk.Featured:
		n := int64(2)
		if after != "" {
			if n = 0; from.Featured {
				n = 1
			}
		}
		answer, err = d.public.QueryContext(ctx, sqlFeatured, place, n, id, limit)
	default:
		answer, err = d.public.QueryContext(ctx, sqlNewest, place, id, limit)
	}
	if first, err = rows.Collect(answer, err, scanShown); err != nil {
		return nil, nil, d.ledger.Fault(err)
	}
	var ids []string
	cut, left := "", int64(replies) // the first thread of which there is no room for all
	for _, s := range first {
		if s.Replies > left {
			cut = s.ID
			break
		}
		if left -= s.Replies; s.Replies > 0 {
			ids = append(ids, s.ID)
		}
	}
	more := func(text string, args ...any) error {
		if len(rest) >= replies {
			return nil
		}
		answer, err := d.public.QueryContext(ctx, text, append(args, replies-len(rest))...)
		found, err := rows.Collect(answer, err, scanShown)
		rest = append(rest, found...)
		return d.ledger.Fault(err)
	}
	for args := range rows.Few(ids) {
		if err := more(sqlReplies[len(args)], args...); err != nil {
			return nil, nil, err
		}
	}
	if cut != "" {
		err = more(sqlThread, cut, cut)
	}
	return first, rest, err
}

// behind gives what a page of threads begins behind. Where the order is of times that is the id alone, whatever became of the comment; of one that
// nobody sees any more, with nothing left of its thread, the rest is that nobody answers it and nobody features it.
func (d *DB) behind(ctx context.Context, place string, order talk.Order, after string) (from talk.Shown, err error) {
	if after == "" {
		return from, nil
	}
	if _, err := moment.Number(after); err != nil {
		return from, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "comment")
	}
	if order != talk.Replied && order != talk.Featured {
		return from, nil
	}
	from, err = d.one(ctx, after)
	switch {
	case fault.Is(err, fault.NotFound):
		err = nil
	case err == nil && (from.Place != place || from.Root != from.ID):
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "comment")
	}
	return from, err
}

// Thread gives a thread; see talk.Reader.
func (d *DB) Thread(ctx context.Context, place, id, after string, limit int) (first talk.Shown, rest []talk.Shown, err error) {
	if first, err = d.one(ctx, id); err == nil && first.Place != place {
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "comment")
	}
	if err != nil {
		return first, nil, err
	}
	if first.Root != first.ID {
		if first, err = d.one(ctx, first.Root); err != nil {
			return first, nil, err
		}
	}
	answer, err := d.public.QueryContext(ctx, sqlThread, first.ID, max(after, first.ID), limit)
	rest, err = rows.Collect(answer, err, scanShown)
	return first, rest, d.ledger.Fault(err)
}

// Said gives what readers see of comments; see talk.Reader.
func (d *DB) Said(ctx context.Context, ids []string) (map[string]talk.Shown, error) {
	out := map[string]talk.Shown{}
	for args := range rows.Few(ids) {
		answer, err := d.public.QueryContext(ctx, sqlSaid[len(args)], append(args, len(args))...)
		found, err := rows.Collect(answer, err, scanShown)
		if err != nil {
			return nil, d.ledger.Fault(err)
		}
		for _, s := range found {
			out[s.ID] = s
		}
	}
	return out, nil
}

// Spoken counts public comments; see talk.Reader.
func (d *DB) Spoken(ctx context.Context, places []string) (map[string]int64, error) {
	out := map[string]int64{}
	for args := range rows.Few(places) {
		answer, err := d.public.QueryContext(ctx, sqlCounts[len(args)], append(args, len(args))...)
		if err != nil {
			return nil, d.ledger.Fault(err)
		}
		type count struct {
			place string
			n     int64
		}
		found, err := rows.Collect(answer, nil, func(row rows.Scanner) (c count, err error) { err = row.Scan(&c.place, &c.n); return c, err })
		if err != nil {
			return nil, d.ledger.Fault(err)
		}
		for _, c := range found {
			out[c.place] = c.n
		}
	}
	return out, nil
}

// SettingsOf reads what pages may know of how an edition talks; see talk.Reader.
func (d *DB) SettingsOf(ctx context.Context, edition string) (talk.Settings, error) {
	answer, err := d.public.QueryContext(ctx, sqlShown, edition)
	found, err := rows.Collect(answer, err, scanSettings)
	return settled(edition, found), d.ledger.Fault(err)
}
