// Package ledger is the engine under the store: it opens the database, brings its schema up to date, and runs changes.
//
// A change and all that follows from it (facts in the outbox, due work, the leaf of the history, the outcome kept for an
// idempotency key, rows of the audit log) is one transaction, and what is acknowledged is on disk. On SQLite one goroutine
// writes and groups small changes into a commit; on PostgreSQL a change that lost to another is made again. Locks are taken in
// one order: key, the thing itself, topics by name, the house topic, tree head. What lies in the tables of the newsroom, and how
// it is read, is the store's.
package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store/handle"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	"modernc.org/sqlite"
)

// Options say which database to open.
type Options struct {
	Dir      string // data folder; holds dateline.db unless Database is given
	Database string // "", or postgres://…
	Public   string // postgres://… of the role for public reads; Database when empty
	// Migrations holds the files that make the schema, Listed the texts that the public handle may run.
	Migrations fs.FS
	Listed     *handle.List
	Clock      moment.Clock
	Log        *slog.Logger
	// OnCommit is called after a transaction of this process is on disk and before its caller is answered.
	OnCommit func(fact.Change)
}

// DB is an open database. It is safe for use by many goroutines.
type DB struct {
	postgres bool
	write    *sql.DB
	read     *sql.DB
	public   *sql.DB
	clock    moment.Clock
	ids      *moment.IDs // of what only the database names
	log      *slog.Logger
	onCommit atomic.Pointer[func(fact.Change)]
	notices  chan struct{}
	jobs     chan *job
	retries  atomic.Int64
	address  string // of the database, for what needs connections of its own
	stop     context.CancelFunc
	running  sync.WaitGroup
}

// Handles are what the store reads with; nobody above it holds them.
type Handles struct {
	Read     *sql.DB // everything, outside of changes
	Public   *sql.DB // the texts of the list and nothing else
	Postgres bool
}

// Open opens the database, brings its schema up to date and starts its writer.
func Open(ctx context.Context, o Options) (*DB, Handles, error) {
	if o.Clock == nil {
		o.Clock = moment.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d := &DB{clock: o.Clock, ids: moment.NewIDs(o.Clock), log: o.Log, notices: make(chan struct{}, 1), jobs: make(chan *job)}
	if o.OnCommit != nil {
		d.onCommit.Store(&o.OnCommit)
	}
	var err error
	if o.Database == "" || strings.HasPrefix(o.Database, "sqlite:") {
		err = d.openSQLite(o)
	} else {
		err = d.openPostgres(ctx, o)
	}
	if err == nil {
		err = d.migrate(ctx, o.Migrations)
	}
	if err == nil {
		err = d.makeEpoch(ctx)
	}
	if err != nil {
		d.closeHandles()
		return nil, Handles{}, err
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	d.stop = stop
	if !d.postgres {
		d.running.Go(func() { d.writer(run) })
	}
	d.running.Go(func() { d.watch(run) })
	return d, Handles{Read: d.read, Public: d.public, Postgres: d.postgres}, nil
}

func (d *DB) openSQLite(o Options) error {
	path := strings.TrimPrefix(o.Database, "sqlite:")
	if path == "" {
		if err := os.MkdirAll(o.Dir, 0o750); err != nil {
			return fmt.Errorf("store: data folder: %w", err)
		}
		path = filepath.Join(o.Dir, "dateline.db")
	}
	d.address = path
	base := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	pragmas := "&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=temp_store(2)"
	var err error
	if d.write, err = handle.Open(base + "?mode=rwc&_pragma=busy_timeout(0)" + pragmas + "&_pragma=cache_size(-8000)"); err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	d.write.SetMaxOpenConns(1)
	// The writer creates the file and its journal mode; another process may hold it for a moment.
	if err = d.patiently(context.Background(), func() error { return d.write.Ping() }); err != nil {
		return fmt.Errorf("store: open %s: %w", path, err)
	}
	if d.read, err = handle.Open(base + "?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=cache_size(-4000)"); err != nil {
		return fmt.Errorf("store: open %s for reading: %w", path, err)
	}
	d.read.SetMaxOpenConns(4)
	d.read.SetMaxIdleConns(4)
	d.public, err = o.Listed.OpenSQLite(base + "?mode=ro&_pragma=busy_timeout(5000)&_pragma=query_only(1)&_pragma=cache_size(-4000)")
	return err
}

func (d *DB) openPostgres(ctx context.Context, o Options) error {
	d.postgres = true
	d.address = o.Database
	var err error
	if d.write, err = sql.Open("pgx", o.Database); err != nil {
		return fmt.Errorf("store: open PostgreSQL: %w", err)
	}
	d.write.SetMaxOpenConns(12)
	d.write.SetMaxIdleConns(12)
	if d.read, err = sql.Open("pgx", o.Database); err != nil {
		return fmt.Errorf("store: open PostgreSQL: %w", err)
	}
	d.read.SetMaxOpenConns(8)
	d.read.SetMaxIdleConns(8)
	public := o.Public
	if public == "" {
		public = o.Database
	}
	if d.public, err = o.Listed.OpenPostgres(public); err != nil {
		return err
	}
	if err := d.write.PingContext(ctx); err != nil {
		return fault.New(fault.Unavailable, "fault.database", "the database does not answer").Because(fmt.Errorf("store: PostgreSQL: %w", err))
	}
	return nil
}

// SetOnCommit says what to call after each transaction of this process is on disk, before its caller is answered.
func (d *DB) SetOnCommit(f func(fact.Change)) { d.onCommit.Store(&f) }

// Notices tells, coalesced, that this or another process may have committed something.
func (d *DB) Notices() <-chan struct{} { return d.notices }

func (d *DB) notice() {
	select {
	case d.notices <- struct{}{}:
	default:
	}
}

// Close waits for running changes and closes the database.
func (d *DB) Close() error {
	d.stop()
	d.running.Wait()
	return d.closeHandles()
}

func (d *DB) closeHandles() error {
	var errs []error
	for _, h := range []*sql.DB{d.public, d.read, d.write} {
		if h != nil {
			errs = append(errs, h.Close())
		}
	}
	return errors.Join(errs...)
}

// Check answers whether the database takes reads and, by a row that is written and removed, changes.
func (d *DB) Check(ctx context.Context) error {
	return d.Change(ctx, func(t *Tx) error {
		if err := t.Exec(`INSERT INTO setting (name, value) VALUES ('check', '') ON CONFLICT (name) DO UPDATE SET value = ''`); err != nil {
			return err
		}
		return t.Exec(`DELETE FROM setting WHERE name = 'check'`)
	})
}

// Now gives the time of the machine that the database is on, to the second or better.
func (d *DB) Now(ctx context.Context) (time.Time, error) {
	var now any
	if err := d.read.QueryRowContext(ctx, `SELECT CURRENT_TIMESTAMP`).Scan(&now); err != nil {
		return time.Time{}, d.Fault(err)
	}
	if t, ok := now.(time.Time); ok {
		return t, nil
	}
	return time.Parse(time.DateTime, fmt.Sprint(now)) // as SQLite writes it, in UTC
}

// Kind names the engine, for doctor: "SQLite" or "PostgreSQL".
func (d *DB) Kind() string { return d.Pick("SQLite", "PostgreSQL") }

// Pick gives the text for the database at hand; a test counts its uses.
func (d *DB) Pick(sqlite, postgres string) string {
	if d.postgres {
		return postgres
	}
	return sqlite
}

// Epoch names this life of the database; it changes only when a backup is restored, by whatever process.
func (d *DB) Epoch(ctx context.Context) (string, error) {
	var epoch string
	err := d.read.QueryRowContext(ctx, `SELECT value FROM setting WHERE name = 'epoch'`).Scan(&epoch)
	return epoch, d.Fault(err)
}

func (d *DB) makeEpoch(ctx context.Context) error {
	raw := make([]byte, 4)
	rand.Read(raw)
	err := d.patiently(ctx, func() error {
		_, err := d.write.ExecContext(ctx, `INSERT INTO setting (name, value) VALUES ('epoch', $1) ON CONFLICT (name) DO NOTHING`, hex.EncodeToString(raw))
		return err
	})
	if err != nil {
		return fmt.Errorf("store: epoch: %w", err)
	}
	return nil
}

// patiently runs f, again each millisecond while another process holds SQLite, for at most ten seconds.
func (d *DB) patiently(ctx context.Context, f func() error) error {
	deadline := time.Now().Add(10 * time.Second)
	for {
		err := f()
		if err == nil || !busy(err) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
}

// busy reports that another connection holds the SQLite file.
func busy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && (e.Code()&0xff == 5 || e.Code()&0xff == 6)
}

// duplicate reports a broken unique or primary key.
func duplicate(err error) bool {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() == 2067 || e.Code() == 1555
	}
	var p *pgconn.PgError
	return errors.As(err, &p) && p.Code == "23505"
}

// again reports that PostgreSQL gave up one of several transactions and wants it once more.
func again(err error) bool {
	var p *pgconn.PgError
	return errors.As(err, &p) && (p.Code == "40001" || p.Code == "40P01")
}

// Fault turns what the drivers say into what people may see.
func (d *DB) Fault(err error) error {
	if err == nil {
		return nil
	}
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	var s *sqlite.Error
	if errors.As(err, &s) {
		switch s.Code() & 0xff {
		case 13:
			return fault.New(fault.Full, "fault.full", "the disk is full; nothing was changed").Because(err)
		case 5, 6, 10, 14:
			return fault.New(fault.Unavailable, "fault.database", "the database does not answer; nothing was changed").Because(err)
		}
		return err
	}
	var p *pgconn.PgError
	if errors.As(err, &p) {
		switch {
		case p.Code == "22021", p.Code == "22P05": // what no door has refused before
			return fault.New(fault.Invalid, "fault.text", "there are bytes in this that are no text").Because(err)
		case p.Code == "53100":
			return fault.New(fault.Full, "fault.full", "the disk is full; nothing was changed").Because(err)
		case strings.HasPrefix(p.Code, "08"), strings.HasPrefix(p.Code, "57P"), strings.HasPrefix(p.Code, "53"):
			return fault.New(fault.Unavailable, "fault.database", "the database does not answer; nothing was changed").Because(err)
		}
		return err
	}
	if errors.Is(err, sql.ErrNoRows) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if d.postgres && unreachable(err) {
		return fault.New(fault.Unavailable, "fault.database", "the database does not answer; nothing was changed").Because(err)
	}
	return err
}
