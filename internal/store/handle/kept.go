// Package handle opens the databases: connections that keep what they prepared, and the public handle, behind a driver wrapper that
// runs only the texts of its list. Whatever else is asked of it (another text, a change, a transaction, an attached file) is refused
// before the database hears of it.
package handle

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
)

// keptTexts is how many prepared texts a connection keeps; some texts have lists of any length in them.
const keptTexts = 256

// Open opens SQLite with connections that prepare each text once: parsing takes as long as running most of ours.
func Open(dsn string) (*sql.DB, error) {
	base, err := sqlite.NewConnector(dsn)
	if err != nil {
		return nil, fmt.Errorf("handle: %w", err)
	}
	return sql.OpenDB(keeping{base}), nil
}

// keeping is a connector of connections that keep what they prepared.
type keeping struct{ driver.Connector }

func (k keeping) Connect(ctx context.Context) (driver.Conn, error) {
	c, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	one, err := keep(c)
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return one, nil
}

// sqliteConn is all that database/sql asks of a connection of the driver.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

// prepared is a statement as the driver prepares it.
type prepared interface {
	driver.StmtExecContext
	driver.StmtQueryContext
	Close() error
}

// keptConn runs prepared statements instead of texts. A connection is used by one caller at a time, and its rows are closed
// before the next, so a statement is never run twice at once. SQLite prepares it again by itself when the schema has changed,
// and also on every run when a limit is nothing but a parameter, since it plans by the number: hence "LIMIT $4 + 0".
type keptConn struct {
	sqliteConn
	texts map[string]prepared
}

func keep(c driver.Conn) (*keptConn, error) {
	inner, ok := c.(sqliteConn)
	if !ok {
		return nil, fmt.Errorf("handle: the driver's connection is a %T, without what is needed here", c)
	}
	return &keptConn{inner, map[string]prepared{}}, nil
}

// statement gives the statement of a text, nil for what is not kept: pragmas, definitions, and what is too much.
func (k *keptConn) statement(ctx context.Context, text string) (prepared, error) {
	if s := k.texts[text]; s != nil {
		return s, nil
	}
	verb, _, _ := strings.Cut(strings.TrimLeft(text, " \t\n"), " ")
	switch verb {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE":
	default:
		return nil, nil
	}
	if len(k.texts) >= keptTexts {
		return nil, nil
	}
	s, err := k.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	one, ok := s.(prepared)
	if !ok {
		return nil, s.Close()
	}
	k.texts[text] = one
	return one, nil
}

func (k *keptConn) QueryContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Rows, error) {
	s, err := k.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.sqliteConn.QueryContext(ctx, text, args)
	}
	return s.QueryContext(ctx, args)
}

func (k *keptConn) ExecContext(ctx context.Context, text string, args []driver.NamedValue) (driver.Result, error) {
	s, err := k.statement(ctx, text)
	if err != nil {
		return nil, err
	}
	if s == nil {
		return k.sqliteConn.ExecContext(ctx, text, args)
	}
	return s.ExecContext(ctx, args)
}

// Close lets go of the statements first: SQLite does not close a database under them.
func (k *keptConn) Close() error { return errors.Join(k.forget(), k.sqliteConn.Close()) }

// forget lets go of the statements.
func (k *keptConn) forget() error {
	var errs []error
	for _, s := range k.texts {
		errs = append(errs, s.Close())
	}
	clear(k.texts)
	return errors.Join(errs...)
}
