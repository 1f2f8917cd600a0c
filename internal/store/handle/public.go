package handle

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
)

// List holds every text that a public handle may run. It is filled while the program is initialised and only read afterwards.
type List struct{ texts sync.Map }

// Add puts a text on the list and gives it back.
func (l *List) Add(text string) string {
	l.texts.Store(text, true)
	return text
}

// Remove takes a text off the list; it is for tests.
func (l *List) Remove(text string) { l.texts.Delete(text) }

// All calls f with each text until f returns false.
func (l *List) All(f func(text string) bool) {
	l.texts.Range(func(text, _ any) bool { return f(text.(string)) })
}

func (l *List) has(text string) bool {
	_, ok := l.texts.Load(text)
	return ok
}

// ErrUnlisted is the answer of the public handle to any text that is not on its list.
var ErrUnlisted = errors.New("handle: the public handle does not run this text")

// limitAttached is SQLITE_LIMIT_ATTACHED: with 0, neither ATTACH nor VACUUM INTO works, even behind mode=ro.
const limitAttached = 7

// OpenSQLite opens a public handle of a SQLite database that runs the texts of the list.
func (l *List) OpenSQLite(dsn string) (*sql.DB, error) {
	base, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("handle: public handle: %w", err)
	}
	db := sql.OpenDB(guard{base, l, attachNothing})
	db.SetMaxOpenConns(6)
	db.SetMaxIdleConns(6)
	return db, nil
}

// OpenPostgres opens a public handle of a PostgreSQL database that runs the texts of the list.
func (l *List) OpenPostgres(address string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("handle: public address of PostgreSQL: %w", err)
	}
	config.RuntimeParams["default_transaction_read_only"] = "on"
	db := sql.OpenDB(guard{stdlib.GetConnector(*config), l, nil})
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	return db, nil
}

// guard is a connector whose connections run listed texts only.
type guard struct {
	driver.Connector
	list *List
	// tighten narrows a fresh connection and gives what closes it.
	tighten func(context.Context, driver.Conn) (func() error, error)
}

func (g guard) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := g.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if g.tighten == nil {
		return &listedConn{list: g.list, inner: c, end: c.Close}, nil
	}
	end, err := g.tighten(ctx, c)
	if err != nil {
		c.Close()
		return nil, err
	}
	inner, err := keep(c)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	return &listedConn{list: g.list, inner: inner, end: func() error { return errors.Join(inner.forget(), end()) }}, nil
}

// attachNothing sets the limit on one connection. The driver takes it through database/sql only, so the connection gets a pool of its own.
func attachNothing(ctx context.Context, c driver.Conn) (func() error, error) {
	pool := sql.OpenDB(single{c})
	pool.SetMaxOpenConns(1)
	pinned, err := pool.Conn(ctx)
	if err == nil {
		_, err = sqlite.Limit(pinned, limitAttached, 0)
	}
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("handle: public handle: %w", err)
	}
	return func() error { return errors.Join(pinned.Close(), pool.Close()) }, nil
}

// single is a connector of one connection that exists already.
type single struct{ c driver.Conn }

func (s single) Connect(context.Context) (driver.Conn, error) { return s.c, nil }
func (s single) Driver() driver.Driver                        { return nil }

// listedConn shows of its connection only what reading listed texts needs; Raw yields nothing more.
type listedConn struct {
	list  *List
	inner driver.Conn
	end   func() error
}

func (g *listedConn) Prepare(text string) (driver.Stmt, error) {
	return g.PrepareContext(context.Background(), text)
}

func (g *listedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if !g.list.has(text) {
		return nil, ErrUnlisted
	}
	return g.inner.(driver.ConnPrepareContext).PrepareContext(ctx, text)
}

func (g *listedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if !g.list.has(text) {
		return nil, ErrUnlisted
	}
	return g.inner.(driver.QueryerContext).QueryContext(ctx, text, args)
}

func (g *listedConn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return nil, ErrUnlisted
}

func (g *listedConn) Begin() (driver.Tx, error) { return nil, ErrUnlisted }

func (g *listedConn) CheckNamedValue(v *driver.NamedValue) error {
	if c, ok := g.inner.(driver.NamedValueChecker); ok {
		return c.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

func (g *listedConn) ResetSession(ctx context.Context) error {
	if r, ok := g.inner.(driver.SessionResetter); ok {
		return r.ResetSession(ctx)
	}
	return nil
}

func (g *listedConn) IsValid() bool {
	v, ok := g.inner.(driver.Validator)
	return !ok || v.IsValid()
}

func (g *listedConn) Close() error { return g.end() }
