package discussion

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

// Comment reads a comment as moderators see it.
func (d *DB) Comment(ctx context.Context, id string) (talk.Comment, error) {
	c, err := scanComment(d.read.QueryRowContext(ctx, sqlComment, id))
	return c, d.ledger.Fault(err)
}

// Comments lists comments as moderators see them; see talk.Query.
func (d *DB) Comments(ctx context.Context, q talk.Query) ([]talk.Comment, error) {
	if q.Queue == "" || q.Queue == talk.Reported || q.Place != "" || q.Author != "" || len(q.Editions) == 1 {
		return d.list(ctx, q)
	}
	// A queue is in order edition by edition: of a million comments only as many are read as are shown.
	editions := q.Editions
	if editions == nil {
		var err error
		if editions, err = d.editions(ctx); err != nil {
			return nil, err
		}
	}
	var found []talk.Comment
	for _, e := range editions {
		q.Editions = []string{e}
		some, err := d.list(ctx, q)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, func(a, b talk.Comment) int {
		if q.Oldest {
			a, b = b, a
		}
		return strings.Compare(b.ID, a.ID)
	})
	return found[:min(len(found), q.Limit)], nil
}

func (d *DB) editions(ctx context.Context) ([]string, error) {
	answer, err := d.read.QueryContext(ctx, `SELECT slug FROM edition ORDER BY slug`)
	found, err := rows.Collect(answer, err, func(row rows.Scanner) (slug string, err error) {
		err = row.Scan(&slug)
		return slug, err
	})
	return found, d.ledger.Fault(err)
}

func (d *DB) list(ctx context.Context, q talk.Query) ([]talk.Comment, error) {
	w := &rows.Where{}
	if q.Editions != nil {
		w.Add(w.In("edition", q.Editions))
	}
	switch q.Queue {
	case "":
	case talk.Reported:
		w.Add(reported)
	default:
		w.Add("queue = " + w.Arg(string(q.Queue)))
	}
	if q.Place != "" {
		w.Add("place = " + w.Arg(q.Place))
	}
	if q.Author != "" {
		w.Add("author = " + w.Arg(q.Author))
	}
	if !q.Since.IsZero() {
		w.Add("id >= " + w.Arg(moment.Past(q.Since.Add(-time.Hour), ""))) // ids sort by time, and a queue is read in their order
		w.Add("at_us >= " + w.Arg(moment.Micros(q.Since)))
	}
	order, than := "DESC", "<"
	if q.Oldest {
		order, than = "ASC", ">"
	}
	if q.After != "" {
		w.Add("id " + than + " " + w.Arg(q.After))
	}
	answer, err := d.read.QueryContext(ctx, `SELECT doc FROM comment`+w.Clause()+` ORDER BY id `+order+` LIMIT `+w.Arg(q.Limit)+` + 0`, w.Args...)
	found, err := rows.Collect(answer, err, scanComment)
	return found, d.ledger.Fault(err)
}

// Queued counts queues; see talk.Store.
func (d *DB) Queued(ctx context.Context, editions []string, most int) (map[talk.Queue]int, error) {
	out := map[talk.Queue]int{}
	for _, q := range talk.Queues {
		w := &rows.Where{}
		if editions != nil {
			w.Add(w.In("edition", editions))
		}
		if q == talk.Reported {
			w.Add(reported)
		} else {
			w.Add("queue = " + w.Arg(string(q)))
		}
		var n int
		if err := d.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM (SELECT 1 FROM comment`+w.Clause()+` LIMIT `+w.Arg(most)+` + 0) s`, w.Args...).Scan(&n); err != nil {
			return nil, d.ledger.Fault(err)
		}
		out[q] = n
	}
	return out, nil
}

func scanReport(row rows.Scanner) (comment string, r talk.Report, err error) {
	var dealt int64
	var doc string
	if err = row.Scan(&comment, &dealt, &doc); err != nil {
		return comment, r, err
	}
	if err = json.Unmarshal([]byte(doc), &r); err != nil {
		err = fmt.Errorf("store: report of a comment: %w", err)
	}
	r.Dealt = moment.FromMicros(dealt)
	return comment, r, err
}

// settle keeps a new report, and what was decided on those that are there.
func settle(t *ledger.Tx, comment string, o talk.Outcome) error {
	switch {
	case o.Report != nil:
		doc, err := json.Marshal(o.Report)
		if err != nil {
			return err
		}
		return t.Exec(`INSERT INTO comment_report (comment, account, dealt, doc) VALUES ($1, $2, 0, $3)`, comment, o.Report.By, string(doc))
	case !o.Dealt.IsZero():
		return t.Exec(`UPDATE comment_report SET dealt = $2 WHERE comment = $1 AND dealt = 0`, comment, moment.Micros(o.Dealt))
	case !o.Reopen.IsZero(): // whoever has another that waits keeps that
		return t.Exec(`UPDATE comment_report SET dealt = 0 WHERE comment = $1 AND dealt = $2 AND account NOT IN (SELECT account FROM comment_report WHERE comment = $1 AND dealt = 0)`, comment, moment.Micros(o.Reopen))
	}
	return nil
}

// ReportsOf lists the reports on comments: of each first those that wait, then those that were dealt with, the latest first.
func (d *DB) ReportsOf(ctx context.Context, comments []string) (map[string][]talk.Report, error) {
	out := map[string][]talk.Report{}
	if len(comments) == 0 {
		return out, nil
	}
	w := &rows.Where{}
	w.Add(w.In("comment", comments))
	answer, err := d.read.QueryContext(ctx, `SELECT comment, dealt, doc FROM comment_report`+w.Clause()+` ORDER BY CASE WHEN dealt = 0 THEN 0 ELSE 1 END, dealt DESC, comment, account LIMIT 1000`, w.Args...)
	return out, d.ledger.Fault(rows.Each(answer, err, func(row rows.Scanner) error {
		id, r, err := scanReport(row)
		out[id] = append(out[id], r)
		return err
	}))
}

// querier is a transaction or a pool.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

const sqlMember = `SELECT doc FROM member WHERE account = $1`

func member(q querier, ctx context.Context, account string) (talk.Member, error) {
	m := talk.Member{Account: account}
	var doc string
	err := q.QueryRowContext(ctx, sqlMember, account).Scan(&doc)
	if errors.Is(err, sql.ErrNoRows) {
		return m, nil
	}
	if err == nil {
		err = json.Unmarshal([]byte(doc), &m)
	}
	return m, err
}

// holdMember is member for who changes it.
func holdMember(t *ledger.Tx, account string) (talk.Member, error) {
	m := talk.Member{Account: account}
	fresh, err := json.Marshal(m)
	if err != nil {
		return m, err
	}
	var doc string
	if err := t.Row(`INSERT INTO member (account, version, doc) VALUES ($1, 0, $2) ON CONFLICT (account) DO UPDATE SET version = member.version RETURNING doc`, account, string(fresh)).Scan(&doc); err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(doc), &m)
}

func keepMember(t *ledger.Tx, m talk.Member) error {
	if err := contest(t, "member", m.Account, "", m.Appeal); err != nil {
		return err
	}
	doc, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return t.Exec(`INSERT INTO member (account, version, doc) VALUES ($1, $2, $3) ON CONFLICT (account) DO UPDATE SET version = excluded.version, doc = excluded.doc`, m.Account, m.Version, string(doc))
}

const sqlAccount = `SELECT COUNT(*) FROM account WHERE id = $1`

func nobody() error {
	return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "reader")
}

// Member reads what is known of somebody who speaks; an account that does not exist is NotFound.
func (d *DB) Member(ctx context.Context, account string) (talk.Member, error) {
	var n int
	if err := d.read.QueryRowContext(ctx, sqlAccount, account).Scan(&n); err != nil {
		return talk.Member{}, d.ledger.Fault(err)
	}
	if n == 0 {
		return talk.Member{}, nobody()
	}
	m, err := member(d.read, ctx, account)
	return m, d.ledger.Fault(err)
}

// AmendMember runs change on what is known of somebody in a transaction, see talk.Store; an account that does not exist is NotFound.
func (d *DB) AmendMember(ctx context.Context, o fact.Once, account string, version int64, change func(*talk.Member) (fact.Outcome, error)) (talk.Member, error) {
	var m talk.Member
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		m = talk.Member{}
		return ledger.Once(t, o, &m, func() error {
			var n int
			if err := t.Row(sqlAccount, account).Scan(&n); err != nil {
				return err
			}
			if n == 0 {
				return nobody()
			}
			var err error
			if m, err = holdMember(t, account); err != nil {
				return err
			}
			if version != 0 && version != m.Tag() {
				stale := fault.New(fault.Stale, "fault.stale", "somebody saved a newer version; here it is")
				stale.Current = m
				return stale
			}
			out, err := change(&m)
			if err != nil {
				return err
			}
			if err := keepMember(t, m); err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	return m, err
}

const sqlSettings = `SELECT edition, version, doc FROM talk_settings WHERE edition = $1 OR edition = ''`

func settings(q querier, ctx context.Context, edition string) (talk.Settings, error) {
	answer, err := q.QueryContext(ctx, sqlSettings, edition)
	found, err := rows.Collect(answer, err, scanSettings)
	return settled(edition, found), err
}

func scanSettings(row rows.Scanner) (s talk.Settings, err error) {
	var of, doc string
	var version int64
	if err = row.Scan(&of, &version, &doc); err != nil {
		return s, err
	}
	if err = json.Unmarshal([]byte(doc), &s); err != nil {
		err = fmt.Errorf("store: how an edition talks: %w", err)
	}
	s.Edition, s.Version = of, version
	return s, err
}

// settled gives what an edition has of those that were read: its own and the site's.
func settled(edition string, found []talk.Settings) talk.Settings {
	out, everywhere := talk.Fresh(edition), false
	for _, s := range found {
		if s.Edition == edition {
			out = s
		} else {
			everywhere = s.Paused
		}
	}
	out.Everywhere = everywhere
	return out
}

// Settings reads how an edition talks.
func (d *DB) Settings(ctx context.Context, edition string) (talk.Settings, error) {
	s, err := settings(d.read, ctx, edition)
	return s, d.ledger.Fault(err)
}

// AmendSettings runs change on how an edition talks in a transaction; see talk.Store.
func (d *DB) AmendSettings(ctx context.Context, edition string, version int64, change func(*talk.Settings) (fact.Outcome, error)) (talk.Settings, error) {
	var s talk.Settings
	err := d.ledger.Change(ctx, func(t *ledger.Tx) error {
		s = talk.Settings{}
		if err := t.Exec(`UPDATE talk_settings SET version = version WHERE edition = $1`, edition); err != nil {
			return err
		}
		var err error
		if s, err = settings(t, t.Ctx, edition); err != nil {
			return err
		}
		if version >= 0 && version != s.Version {
			stale := fault.New(fault.Stale, "fault.stale", "somebody saved a newer version; here it is")
			stale.Current = s
			return stale
		}
		out, err := change(&s)
		if err != nil {
			return err
		}
		s.Version++
		doc, err := json.Marshal(s)
		if err != nil {
			return err
		}
		shown, err := json.Marshal(s.Public())
		if err != nil {
			return err
		}
		if err := t.Exec(`INSERT INTO talk_settings (edition, version, shown, doc) VALUES ($1, $2, $3, $4)
			ON CONFLICT (edition) DO UPDATE SET version = excluded.version, shown = excluded.shown, doc = excluded.doc`, edition, s.Version, string(shown), string(doc)); err != nil {
			return err
		}
		return t.Outcome(out)
	})
	return s, err
}

// KeepUnsent keeps what a stranger wrote; see talk.Store.
func (d *DB) KeepUnsent(ctx context.Context, hash string, u talk.Unsent, until time.Time) error {
	doc, err := json.Marshal(u)
	if err != nil {
		return err
	}
	return d.ledger.Change(ctx, func(t *ledger.Tx) error {
		return t.Exec(`INSERT INTO unsent (hash, until_us, doc) VALUES ($1, $2, $3) ON CONFLICT (hash) DO NOTHING`, hash, moment.Micros(until), string(doc))
	})
}

// Unsent reads it; see talk.Store.
func (d *DB) Unsent(ctx context.Context, hash string, now time.Time) (u talk.Unsent, err error) {
	var doc string
	if err = d.read.QueryRowContext(ctx, `SELECT doc FROM unsent WHERE hash = $1 AND until_us > $2`, hash, moment.Micros(now)).Scan(&doc); err != nil {
		return u, d.ledger.Fault(rows.Missing(err, "comment"))
	}
	return u, json.Unmarshal([]byte(doc), &u)
}
