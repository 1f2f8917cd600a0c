package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

func scanAccount(row scanner) (account.Account, error) {
	var a account.Account
	var doc, password string
	var version int64
	if err := row.Scan(&doc, &password, &version); err != nil {
		return a, missing(err, "account")
	}
	if err := json.Unmarshal([]byte(doc), &a); err != nil {
		return a, fmt.Errorf("store: account: %w", err)
	}
	a.Password, a.Version = password, version
	return a, nil
}

// CreateAccount keeps a new account; an address that has one is Conflict.
func (d *DB) CreateAccount(ctx context.Context, a account.Account) (account.Account, error) {
	a.Version = 1
	doc, err := json.Marshal(a)
	if err != nil {
		return a, err
	}
	err = d.change(ctx, func(t *tx) error {
		n, err := t.execCount(`INSERT INTO account (id, email, version, password, doc) VALUES ($1, $2, 1, $3, $4) ON CONFLICT (email) DO NOTHING`, a.ID, a.Email, a.Password, string(doc))
		if err == nil && n == 0 {
			return taken("email", "there is an account with this address already")
		}
		if err != nil {
			return err
		}
		return t.joins(a)
	})
	return a, err
}

// joins notes an account that works in the newsroom.
func (t *tx) joins(a account.Account) error {
	if !a.Staff() {
		return nil
	}
	return t.exec(`INSERT INTO staff (account) VALUES ($1) ON CONFLICT (account) DO NOTHING`, a.ID)
}

// AmendAccount runs change on an account in a transaction.
func (d *DB) AmendAccount(ctx context.Context, id string, change func(*account.Account) error) (account.Account, error) {
	var a account.Account
	err := d.amend(ctx, func(t *tx) error {
		var err error
		if a, err = scanAccount(t.row(`SELECT doc, password, version FROM account WHERE id = $1`, id)); err != nil {
			return err
		}
		if err := change(&a); err != nil {
			return err
		}
		a.Version++
		doc, err := json.Marshal(a)
		if err != nil {
			return err
		}
		n, err := t.execCount(`UPDATE account SET version = $3, email = $4, password = $5, doc = $6 WHERE id = $1 AND version = $2`, id, a.Version-1, a.Version, a.Email, a.Password, string(doc))
		if err == nil && n == 0 {
			return errMoved
		}
		if err != nil {
			return err
		}
		return t.joins(a)
	})
	return a, err
}

// Staff lists the accounts that have or had a role in the newsroom, by id.
func (d *DB) Staff(ctx context.Context) ([]account.Account, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT doc, password, version FROM account WHERE id IN (SELECT account FROM staff) ORDER BY id`)
	return collect(d, rows, err, scanAccount)
}

// Account reads an account by id.
func (d *DB) Account(ctx context.Context, id string) (account.Account, error) {
	a, err := scanAccount(d.read.QueryRowContext(ctx, `SELECT doc, password, version FROM account WHERE id = $1`, id))
	return a, d.seen(err)
}

// AccountByEmail reads an account by its address, in any case.
func (d *DB) AccountByEmail(ctx context.Context, email string) (account.Account, error) {
	a, err := scanAccount(d.read.QueryRowContext(ctx, `SELECT doc, password, version FROM account WHERE email = $1`, strings.ToLower(email)))
	return a, d.seen(err)
}

// Accounts counts the accounts there are.
func (d *DB) Accounts(ctx context.Context) (int, error) {
	var n int
	err := d.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM account`).Scan(&n)
	return n, d.seen(err)
}

// KeepSecret keeps the hash of a session, token or link.
func (d *DB) KeepSecret(ctx context.Context, s account.Secret) error {
	return d.change(ctx, func(t *tx) error {
		if s.Kind == account.SetUp { // each start of an empty site makes one
			if err := t.exec(`DELETE FROM secret WHERE kind = 'setup' AND expires_us < $1`, moment.Micros(s.CreatedAt)); err != nil {
				return err
			}
		}
		return t.exec(`INSERT INTO secret (hash, id, kind, account, name, created_us, seen_us, expires_us) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`,
			s.Hash, s.ID, string(s.Kind), s.Account, s.Name, moment.Micros(s.CreatedAt), moment.Micros(s.ExpiresAt))
	})
}

const secretColumns = `SELECT hash, id, kind, account, name, created_us, seen_us, expires_us FROM secret WHERE `

func scanSecret(row scanner) (account.Secret, error) {
	var s account.Secret
	var created, seen, expires int64
	if err := row.Scan(&s.Hash, &s.ID, &s.Kind, &s.Account, &s.Name, &created, &seen, &expires); err != nil {
		return s, missing(err, "session")
	}
	s.CreatedAt, s.SeenAt, s.ExpiresAt = moment.FromMicros(created), moment.FromMicros(seen), moment.FromMicros(expires)
	return s, nil
}

// Secret reads what is kept under a hash.
func (d *DB) Secret(ctx context.Context, hash string) (account.Secret, error) {
	s, err := scanSecret(d.read.QueryRowContext(ctx, secretColumns+`hash = $1`, hash))
	return s, d.seen(err)
}

// Secrets lists the sessions or tokens of an account, newest first.
func (d *DB) Secrets(ctx context.Context, id string, kind account.SecretKind) ([]account.Secret, error) {
	rows, err := d.read.QueryContext(ctx, secretColumns+`account = $1 AND kind = $2 ORDER BY created_us DESC`, id, string(kind))
	return collect(d, rows, err, scanSecret)
}

// UseSecret takes a one-time secret of a kind away and gives it; a second use is NotFound. With a set-up link all others go.
func (d *DB) UseSecret(ctx context.Context, kind account.SecretKind, hash string, now time.Time) (account.Secret, error) {
	var s account.Secret
	err := d.change(ctx, func(t *tx) error {
		var err error
		s, err = scanSecret(t.row(`DELETE FROM secret WHERE hash = $1 AND kind = $2 RETURNING hash, id, kind, account, name, created_us, seen_us, expires_us`, hash, string(kind)))
		if err == nil && !s.ExpiresAt.IsZero() && s.ExpiresAt.Before(now) {
			return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "link")
		}
		if err == nil && kind == account.SetUp { // a site is set up once, by whichever link
			return t.exec(`DELETE FROM secret WHERE kind = 'setup'`)
		}
		return err
	})
	return s, err
}

// SeenSecret notes that a session was used, at most once in a while.
func (d *DB) SeenSecret(ctx context.Context, hash string, at, expires time.Time) error {
	return d.change(ctx, func(t *tx) error {
		return t.exec(`UPDATE secret SET seen_us = $2, expires_us = $3 WHERE hash = $1`, hash, moment.Micros(at), moment.Micros(expires))
	})
}

// DropSecrets revokes one secret by id, or all of an account when id is empty.
func (d *DB) DropSecrets(ctx context.Context, accountID, id string) error {
	return d.change(ctx, func(t *tx) error {
		n, err := t.execCount(`DELETE FROM secret WHERE account = $1 AND (id = $2 OR $2 = '')`, accountID, id)
		if err == nil && n == 0 && id != "" {
			return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "session")
		}
		return err
	})
}

// TakeWork leases at most one piece of work that is due now, for lease; NotFound when nothing is.
func (d *DB) TakeWork(ctx context.Context, lease time.Duration) (fact.Work, error) {
	var w fact.Work
	var due int64
	now := d.clock.Now()
	// The reading handle looks first, so that an idle site writes nothing.
	var n int
	if err := d.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM work WHERE due_us <= $1 AND lease_us <= $1`, now.UnixMicro()).Scan(&n); err != nil {
		return w, d.seen(err)
	}
	if n == 0 {
		return w, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "work")
	}
	err := d.change(ctx, func(t *tx) error {
		us := t.now.UnixMicro()
		return t.row(`UPDATE work SET lease_us = $2, tries = tries + 1
			WHERE (kind, subject) = (SELECT kind, subject FROM work WHERE due_us <= $1 AND lease_us <= $1 ORDER BY due_us LIMIT 1) AND lease_us <= $1
			RETURNING kind, subject, due_us, tries`, us, t.now.Add(lease).UnixMicro()).Scan(&w.Kind, &w.Subject, &due, &w.Tries)
	})
	w.Due = moment.FromMicros(due)
	return w, missing(err, "work")
}

// HoldWork makes the lease of work that was taken end a time from now; NotFound when somebody else took it meanwhile, or it is done.
func (d *DB) HoldWork(ctx context.Context, w fact.Work, lease time.Duration) error {
	return d.change(ctx, func(t *tx) error {
		n, err := t.execCount(`UPDATE work SET lease_us = $5 WHERE kind = $1 AND subject = $2 AND due_us = $3 AND tries = $4`,
			w.Kind, w.Subject, moment.Micros(w.Due), w.Tries, t.now.Add(lease).UnixMicro())
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "work")
		}
		return err
	})
}

// DoneWork removes a piece of work unless it was given a later time meanwhile.
func (d *DB) DoneWork(ctx context.Context, w fact.Work) error {
	return d.change(ctx, func(t *tx) error {
		return t.exec(`DELETE FROM work WHERE kind = $1 AND subject = $2 AND due_us = $3`, w.Kind, w.Subject, moment.Micros(w.Due))
	})
}

// NextWork gives the time at which something is due next; the zero time when nothing is.
func (d *DB) NextWork(ctx context.Context) (time.Time, error) {
	var due *int64
	err := d.read.QueryRowContext(ctx, `SELECT MIN(CASE WHEN lease_us > due_us THEN lease_us ELSE due_us END) FROM work`).Scan(&due)
	if err != nil || due == nil {
		return time.Time{}, d.seen(err)
	}
	return moment.FromMicros(*due), nil
}
