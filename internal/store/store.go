// Package store keeps everything Dateline knows in SQL, on SQLite or PostgreSQL.
//
// SQL is the truth; nothing else holds the only copy of anything. One SQL text serves
// both databases; where they truly differ, pick says so. A change and all that follows
// from it (version, revision, leaf of the history, idempotency key, facts, due work)
// is one transaction, and what is acknowledged is on disk. Facts get the next seq of
// their topic inside that transaction, so that commit order is stream order. Locks are
// taken in one order: key, the thing itself, topics by name, the house topic, tree head.
//
// Three handles: one for changes (on SQLite a single connection that groups small
// writes into one commit), one for reading, and a public one that runs nothing but the
// texts on its list and so cannot see a secret.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"log/slog"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/decoded"
	"dateline/internal/store/discussion"
	"dateline/internal/store/ledger"
	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Options say which database to open.
type Options struct {
	Dir      string // data folder; holds dateline.db unless Database is given
	Database string // "", or postgres://…
	Public   string // postgres://… of the role for public reads; Database when empty
	Clock    moment.Clock
	Log      *slog.Logger
	// OnCommit is called after a transaction of this process is on disk and before its caller is answered.
	OnCommit func(fact.Change)
}

// DB is an open database: the ledger, and the rooms of the newsroom in it. It is safe for use by many goroutines.
type DB struct {
	*ledger.DB
	postgres bool
	read     *sql.DB
	public   *sql.DB
	// Talk keeps what readers say.
	Talk    *discussion.DB
	decoded decoded.Items
}

// Open opens the database, brings its schema up to date and starts its writer.
func Open(ctx context.Context, o Options) (*DB, error) {
	l, h, err := ledger.Open(ctx, ledger.Options{Dir: o.Dir, Database: o.Database, Public: o.Public, Migrations: migrations, Listed: &listed, Clock: o.Clock, Log: o.Log, OnCommit: o.OnCommit})
	if err != nil {
		return nil, err
	}
	d := &DB{DB: l, postgres: h.Postgres, read: h.Read, public: h.Public}
	d.Talk = discussion.New(l, h, d.place, anyPlace)
	if err := d.madeUp(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// place reads where people talk: a story that readers have.
func (d *DB) place(t *ledger.Tx, id string) (talk.Place, error) {
	var card, author string
	if err := t.Row(`SELECT p.card, a.author FROM published p JOIN article a ON a.id = p.id WHERE p.id = $1`, id).Scan(&card, &author); err != nil {
		return talk.Place{}, missing(err, "article")
	}
	i, err := d.decoded.Read(card, "")
	switch {
	case err != nil:
		return talk.Place{}, err
	case i.Gone():
		return talk.Place{}, fault.New(fault.Gone, "fault.gone", "this story was withdrawn")
	case i.Kind == news.Page:
		return talk.Place{}, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "discussion")
	}
	return talk.PlaceOf(i, author), nil
}

// anyPlace reads where people will talk: any article.
func anyPlace(t *ledger.Tx, id string) (talk.Place, error) {
	a, err := scanArticle(t.Row(`SELECT doc FROM article WHERE id = $1`, id))
	return talk.Place{ID: a.ID, Edition: a.Edition, Section: a.Section}, err
}

// tx is one change being made in the rooms.
type tx struct {
	*ledger.Tx
	db *DB
}

// change runs f in a transaction and answers when it is on disk. f may run more than once and must only touch t.
func (d *DB) change(ctx context.Context, f func(t *tx) error) error {
	return d.Change(ctx, func(t *ledger.Tx) error { return f(&tx{t, d}) })
}

// once runs act under its idempotency key; see ledger.Once.
func once[T any](t *tx, o fact.Once, out *T, act func() error) error {
	return ledger.Once(t.Tx, o, out, act)
}

// Ready answers whether the public handle can read, which is what a reader's page needs.
func (d *DB) Ready(ctx context.Context) error {
	var n int
	return d.Fault(d.public.QueryRowContext(ctx, sqlReady).Scan(&n))
}

var sqlReady = public(`SELECT COUNT(*) FROM edition`)

// failuresKept is how long the audit log holds tries to sign in that failed: strangers write these rows. All others stay.
const failuresKept = 90 * 24 * time.Hour

// noticesKept is how long somebody finds what he was told.
const noticesKept = 90 * 24 * time.Hour

// Sweep removes what is no longer needed: facts older than keep, keys older than a day, secrets, challenges, knocks and letters that
// ended, old notices, old failures to sign in.
func (d *DB) Sweep(ctx context.Context, keep time.Duration) error {
	return d.change(ctx, func(t *tx) error {
		now := t.Now.UnixMicro()
		if err := t.Exec(`DELETE FROM outbox WHERE at_us < $1`, t.Now.Add(-keep).UnixMicro()); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM once WHERE at_us < $1`, t.Now.Add(-ledger.OnceKept).UnixMicro()); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM secret WHERE expires_us > 0 AND expires_us < $1`, now); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM session WHERE id NOT IN (SELECT id FROM secret WHERE kind = 'session')`); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM unsent WHERE until_us < $1`, now); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM challenge WHERE expires_us < $1`, now); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM knock WHERE expires_us < $1`, now); err != nil {
			return err
		}
		if err := discussion.SweepNotices(t.Tx, t.Now.Add(-noticesKept)); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM letter WHERE until_us < $1`, now); err != nil { // of a restored database, or of one that sends no mail
			return err
		}
		return t.Exec(`DELETE FROM audit WHERE kind = $1 AND at_us < $2`, string(fact.SignInFailed), t.Now.Add(-failuresKept).UnixMicro())
	})
}

// missing turns "no rows" into NotFound for a thing.
func missing(err error, what string) error { return rows.Missing(err, what) }

// marks gives "$from, …, $to" for an IN list.
func marks(from, n int) string { return rows.Marks(from, n) }
