package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/moment"
)

const (
	accountFields  = `account.doc, account.password, account.version, COALESCE(factors.doc, '')`
	accountColumns = `SELECT ` + accountFields + ` FROM account LEFT JOIN factors ON factors.account = account.id `
)

func scanAccount(row scanner) (account.Account, error) {
	var a account.Account
	var doc, password, factors string
	var version int64
	if err := row.Scan(&doc, &password, &version, &factors); err != nil {
		return a, missing(err, "account")
	}
	return readAccount(doc, password, factors, version)
}

func readAccount(doc, password, factors string, version int64) (a account.Account, err error) {
	if err := json.Unmarshal([]byte(doc), &a); err != nil {
		return a, fmt.Errorf("store: account: %w", err)
	}
	if factors != "" {
		if err := json.Unmarshal([]byte(factors), &a.Factors); err != nil {
			return a, fmt.Errorf("store: factors: %w", err)
		}
	}
	a.Password, a.Version = password, version
	return a, nil
}

// CreateAccount keeps a new account with what is written beside it; an address that has one is Conflict. Under the key of an earlier
// one it is that account, and nothing is written.
func (d *DB) CreateAccount(ctx context.Context, a account.Account, with account.With) (account.Account, error) {
	made := a
	err := d.change(ctx, func(t *tx) error {
		made = a
		made.Version = 1
		return once(t, with.Once, &made, func() error {
			doc, err := json.Marshal(made)
			if err != nil {
				return err
			}
			n, err := t.ExecCount(`INSERT INTO account (id, email, version, password, doc) VALUES ($1, $2, 1, $3, $4) ON CONFLICT (email) DO NOTHING`, a.ID, a.Email, a.Password, string(doc))
			if err == nil && n == 0 {
				return taken("email", "there is an account with this address already")
			}
			if err != nil {
				return err
			}
			if err := t.keepFactors(made); err != nil {
				return err
			}
			if err := t.joins(made); err != nil {
				return err
			}
			return t.with(with)
		})
	})
	return made, err
}

// with writes what goes with a change of accounts.
func (t *tx) with(w account.With) error {
	if w.Secret.Hash != "" {
		if err := t.keepSecret(w.Secret); err != nil {
			return err
		}
	}
	return t.Note(w.Acts...)
}

// joins notes an account that works in the newsroom.
func (t *tx) joins(a account.Account) error {
	if !a.Staff() {
		return nil
	}
	return t.Exec(`INSERT INTO staff (account) VALUES ($1) ON CONFLICT (account) DO NOTHING`, a.ID)
}

// keepFactors keeps what an account proves itself with.
func (t *tx) keepFactors(a account.Account) error {
	if a.Factors.Empty() {
		return t.Exec(`DELETE FROM factors WHERE account = $1`, a.ID)
	}
	doc, err := json.Marshal(a.Factors)
	if err != nil {
		return err
	}
	return t.Exec(`INSERT INTO factors (account, doc) VALUES ($1, $2) ON CONFLICT (account) DO UPDATE SET doc = excluded.doc`, a.ID, string(doc))
}

// AmendAccount runs change on an account in a transaction.
func (d *DB) AmendAccount(ctx context.Context, id string, change func(*account.Account) (fact.Outcome, error)) (account.Account, error) {
	var a account.Account
	err := d.amend(ctx, func(t *tx) error {
		var err error
		a, err = t.amendAccount(id, 0, change)
		return err
	})
	return a, err
}

// AmendStaff runs change on an account, with all others that have or had a role in the newsroom, in a transaction beside which no
// other of its kind runs. version 0 is whatever there is; another than the one there is is Stale.
func (d *DB) AmendStaff(ctx context.Context, id string, version int64, change func(a *account.Account, others []account.Account) (fact.Outcome, error)) (account.Account, error) {
	var a account.Account
	err := d.amend(ctx, func(t *tx) error {
		// The row is locked until the commit: two administrators who take each other's role away come one behind the other.
		if err := t.Exec(`INSERT INTO security (id, version, doc) VALUES (1, 0, '{}') ON CONFLICT (id) DO UPDATE SET version = security.version`); err != nil {
			return err
		}
		rows, err := t.QueryContext(t.Ctx, accountColumns+`WHERE account.id IN (SELECT account FROM staff) AND account.id <> $1`, id)
		others, err := collect(d, rows, err, scanAccount)
		if err != nil {
			return err
		}
		a, err = t.amendAccount(id, version, func(a *account.Account) (fact.Outcome, error) { return change(a, others) })
		return err
	})
	return a, err
}

func (t *tx) amendAccount(id string, version int64, change func(*account.Account) (fact.Outcome, error)) (account.Account, error) {
	a, err := scanAccount(t.Row(accountColumns+`WHERE account.id = $1`, id))
	if err != nil {
		return a, err
	}
	if version != 0 && version != a.Version {
		return a, staleWith(a)
	}
	had := !a.Factors.Empty()
	out, err := change(&a)
	if err != nil {
		return a, err
	}
	a.Version++
	doc, err := json.Marshal(a)
	if err != nil {
		return a, err
	}
	n, err := t.ExecCount(`UPDATE account SET version = $3, email = $4, password = $5, doc = $6 WHERE id = $1 AND version = $2`, id, a.Version-1, a.Version, a.Email, a.Password, string(doc))
	if err == nil && n == 0 {
		return a, errMoved
	}
	if err != nil {
		return a, err
	}
	if had || !a.Factors.Empty() {
		if err := t.keepFactors(a); err != nil {
			return a, err
		}
	}
	if err := t.joins(a); err != nil {
		return a, err
	}
	return a, t.Outcome(out)
}

// Staff lists the accounts that have or had a role in the newsroom, by id.
func (d *DB) Staff(ctx context.Context) ([]account.Account, error) {
	rows, err := d.read.QueryContext(ctx, accountColumns+`WHERE account.id IN (SELECT account FROM staff) ORDER BY account.id`)
	return collect(d, rows, err, scanAccount)
}

// Seen gives when each of those was last here, by id; who never was is not in it.
func (d *DB) Seen(ctx context.Context) (map[string]int64, error) {
	out := map[string]int64{}
	rows, err := d.read.QueryContext(ctx, `SELECT account, seen_us FROM staff WHERE seen_us > 0`)
	_, err = collect(d, rows, err, func(row scanner) (none struct{}, err error) {
		var id string
		var at int64
		err = row.Scan(&id, &at)
		out[id] = at
		return none, err
	})
	return out, err
}

// Account reads an account by id.
func (d *DB) Account(ctx context.Context, id string) (account.Account, error) {
	a, err := scanAccount(d.read.QueryRowContext(ctx, accountColumns+`WHERE account.id = $1`, id))
	return a, d.Fault(err)
}

// AccountByEmail reads an account by its address, in any case.
func (d *DB) AccountByEmail(ctx context.Context, email string) (account.Account, error) {
	a, err := scanAccount(d.read.QueryRowContext(ctx, accountColumns+`WHERE account.email = $1`, strings.ToLower(email)))
	return a, d.Fault(err)
}

// Accounts counts the accounts there are.
func (d *DB) Accounts(ctx context.Context) (int, error) {
	var n int
	err := d.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM account`).Scan(&n)
	return n, d.Fault(err)
}

// Security reads what an administrator decided for everybody.
func (d *DB) Security(ctx context.Context) (account.Security, error) {
	return scanSecurity(d.read.QueryRowContext(ctx, sqlSecurity), d)
}

const sqlSecurity = `SELECT COALESCE(MAX(version), 0), COALESCE(MAX(doc), '{}') FROM security`

func scanSecurity(row scanner, d *DB) (account.Security, error) {
	var s account.Security
	var doc string
	if err := row.Scan(&s.Version, &doc); err != nil {
		return s, d.Fault(err)
	}
	if err := json.Unmarshal([]byte(doc), &s); err != nil {
		return s, fmt.Errorf("store: security: %w", err)
	}
	return s, nil
}

// AmendSecurity runs change on it in a transaction; version 0 is whatever there is, another than the one there is is Stale.
func (d *DB) AmendSecurity(ctx context.Context, version int64, change func(*account.Security) (fact.Outcome, error)) (account.Security, error) {
	var s account.Security
	err := d.amend(ctx, func(t *tx) error {
		if err := t.Exec(`INSERT INTO security (id, version, doc) VALUES (1, 0, '{}') ON CONFLICT (id) DO UPDATE SET version = security.version`); err != nil {
			return err
		}
		var err error
		if s, err = scanSecurity(t.Row(sqlSecurity), d); err != nil {
			return err
		}
		if version != 0 && version != s.Version {
			return staleWith(s)
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
		if err := t.Exec(`UPDATE security SET version = $1, doc = $2 WHERE id = 1`, s.Version, string(doc)); err != nil {
			return err
		}
		return t.Outcome(out)
	})
	return s, err
}

// Acts reads the audit log, newest first.
func (d *DB) Acts(ctx context.Context, q fact.ActQuery) ([]fact.Act, error) {
	text := `SELECT id, at_us, kind, account, about, subject, note FROM audit WHERE (id < $1 OR $1 = '') AND (account = $2 OR $2 = '') AND (subject = $3 OR $3 = '')`
	args := []any{q.Before, q.By, q.Subject, q.Limit}
	if len(q.Did) > 0 {
		text += ` AND kind IN (` + marks(5, len(q.Did)) + `)`
		for _, did := range q.Did {
			args = append(args, string(did))
		}
	}
	rows, err := d.read.QueryContext(ctx, text+` ORDER BY id DESC LIMIT $4`, args...)
	return collect(d, rows, err, func(row scanner) (a fact.Act, err error) {
		var at int64
		err = row.Scan(&a.ID, &at, &a.Did, &a.By, &a.About, &a.Subject, &a.Note)
		a.At = moment.FromMicros(at)
		return a, err
	})
}

// Headlines gives the headlines of articles by their ids, as they are on the desk; what is gone is not in it.
func (d *DB) Headlines(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := d.read.QueryContext(ctx, `SELECT doc FROM article WHERE id IN (`+marks(1, len(ids))+`)`, args...)
	list, err := collect(d, rows, err, scanArticle)
	for _, a := range list {
		out[a.ID] = a.Headline
	}
	return out, err
}
