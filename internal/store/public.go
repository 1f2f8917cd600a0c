package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"
)

// listed holds every text that the public handle may run. It is filled while the package is initialised and only read afterwards.
var listed sync.Map

// public puts a text on the list of the public handle. It is called for package variables only.
func public(text string) string {
	listed.Store(text, true)
	return text
}

// placeholder finds the parameters of a text.
var placeholder = regexp.MustCompile(`\$(\d+)`)

// CheckPublic runs every listed text, with nothing to look for, on PostgreSQL, where the role of the public handle may lack a grant, and
// says which it may not run.
func (d *DB) CheckPublic(ctx context.Context) (err error) {
	listed.Range(func(text, _ any) bool {
		if text == sqlFindSQLite {
			return true
		}
		n := 0
		for _, found := range placeholder.FindAllStringSubmatch(text.(string), -1) {
			number, _ := strconv.Atoi(found[1])
			n = max(n, number)
		}
		var rows *sql.Rows
		if rows, err = d.public.QueryContext(ctx, text.(string), make([]any, n)...); err == nil {
			for rows.Next() {
			}
			err = errors.Join(rows.Err(), rows.Close())
		}
		if err != nil {
			err = fmt.Errorf("store: the public role may not read what pages need: %w, in %s", err, text)
		}
		return err == nil
	})
	return err
}

// errUnlisted is the answer of the public handle to any text that is not on its list.
var errUnlisted = errors.New("store: the public handle does not run this text")

// limitAttached is SQLITE_LIMIT_ATTACHED: with 0, neither ATTACH nor VACUUM INTO works, even behind mode=ro.
const limitAttached = 7

func openPublicSQLite(dsn string) (*sql.DB, error) {
	base, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("store: public handle: %w", err)
	}
	db := sql.OpenDB(guard{base, attachNothing})
	db.SetMaxOpenConns(6)
	db.SetMaxIdleConns(6)
	return db, nil
}

func openPublicPostgres(address string) (*sql.DB, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, fmt.Errorf("store: public address of PostgreSQL: %w", err)
	}
	config.RuntimeParams["default_transaction_read_only"] = "on"
	db := sql.OpenDB(guard{stdlib.GetConnector(*config), nil})
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(8)
	return db, nil
}

// guard is a connector whose connections run listed texts only.
type guard struct {
	driver.Connector
	// tighten narrows a fresh connection and gives what closes it.
	tighten func(context.Context, driver.Conn) (func() error, error)
}

func (g guard) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := g.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if g.tighten == nil {
		return &listedConn{inner: c, end: c.Close}, nil
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
	return &listedConn{inner: inner, end: func() error { return errors.Join(inner.forget(), end()) }}, nil
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
		return nil, fmt.Errorf("store: public handle: %w", err)
	}
	return func() error { return errors.Join(pinned.Close(), pool.Close()) }, nil
}

// single is a connector of one connection that exists already.
type single struct{ c driver.Conn }

func (s single) Connect(context.Context) (driver.Conn, error) { return s.c, nil }
func (s single) Driver() driver.Driver                        { return nil }

// listedConn shows of its connection only what reading listed texts needs; Raw yields nothing more.
type listedConn struct {
	inner driver.Conn
	end   func() error
}

func (g *listedConn) Prepare(text string) (driver.Stmt, error) {
	return g.PrepareContext(context.Background(), text)
}

func (g *listedConn) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if _, ok := listed.Load(text); !ok {
		return nil, errUnlisted
	}
	return g.inner.(driver.ConnPrepareContext).PrepareContext(ctx, text)
}

func (g *listedConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	if _, ok := listed.Load(text); !ok {
		return nil, errUnlisted
	}
	return g.inner.(driver.QueryerContext).QueryContext(ctx, text, args)
}

func (g *listedConn) ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error) {
	return nil, errUnlisted
}

func (g *listedConn) Begin() (driver.Tx, error) { return nil, errUnlisted }

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
