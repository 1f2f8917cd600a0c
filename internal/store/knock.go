package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

const knockColumns = `SELECT link, ticket, code, tries, doc, expires_us FROM knock WHERE `

func scanKnock(row scanner) (account.Knock, error) {
	var k account.Knock
	var doc string
	var expires int64
	if err := row.Scan(&k.Link, &k.Ticket, &k.Code, &k.Tries, &doc, &expires); err != nil {
		return k, missing(err, "link")
	}
	if err := json.Unmarshal([]byte(doc), &k); err != nil {
		return k, fmt.Errorf("store: knock: %w", err)
	}
	k.ExpiresAt = moment.FromMicros(expires)
	return k, nil
}

// KeepKnock keeps what somebody asked who wants to come in by mail, with its letter.
func (d *DB) KeepKnock(ctx context.Context, k account.Knock, out fact.Outcome) error {
	doc, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return d.change(ctx, func(t *tx) error {
		if err := t.Exec(`INSERT INTO knock (link, ticket, code, tries, doc, expires_us) VALUES ($1, $2, $3, 0, $4, $5)`,
			k.Link, k.Ticket, k.Code, string(doc), moment.Micros(k.ExpiresAt)); err != nil {
			return err
		}
		return t.Outcome(out)
	})
}

// Knock reads what was kept under the hash of a link.
func (d *DB) Knock(ctx context.Context, link string) (account.Knock, error) {
	k, err := scanKnock(d.read.QueryRowContext(ctx, knockColumns+`link = $1`, link))
	return k, d.Fault(err)
}

// TryKnock counts one try of the code that belongs to a ticket, by their hashes, and gives what was kept with the number of tries.
func (d *DB) TryKnock(ctx context.Context, ticket string) (account.Knock, error) {
	var k account.Knock
	err := d.change(ctx, func(t *tx) error {
		if err := t.Exec(`UPDATE knock SET tries = tries + 1 WHERE ticket = $1`, ticket); err != nil {
			return err
		}
		var err error
		k, err = scanKnock(t.Row(knockColumns+`ticket = $1`, ticket))
		return err
	})
	return k, err
}

// UseKnock takes a knock away, and what else was asked for the address, and gives the account that has the address: newcomer is made
// when none has. A second use, and one after its time, is NotFound.
func (d *DB) UseKnock(ctx context.Context, k account.Knock, newcomer account.Account, now time.Time) (account.Account, error) {
	var a account.Account
	err := d.change(ctx, func(t *tx) error {
		n, err := t.ExecCount(`DELETE FROM knock WHERE link = $1 AND expires_us >= $2`, k.Link, moment.Micros(now))
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "link")
		}
		if err != nil {
			return err
		}
		if newcomer.ID != "" {
			doc, err := json.Marshal(newcomer)
			if err != nil {
				return err
			}
			if err := t.Exec(`INSERT INTO account (id, email, version, password, doc) VALUES ($1, $2, 1, '', $3) ON CONFLICT (email) DO NOTHING`, newcomer.ID, newcomer.Email, string(doc)); err != nil {
				return err
			}
		}
		a, err = scanAccount(t.Row(accountColumns+`WHERE account.email = $1`, k.Email))
		return err
	})
	return a, err
}

// MoveAccount takes a knock away and gives its account its address, with what change decides; an address that somebody has is Conflict.
func (d *DB) MoveAccount(ctx context.Context, k account.Knock, now time.Time, change func(*account.Account) (fact.Outcome, error)) (account.Account, error) {
	var a account.Account
	err := d.amend(ctx, func(t *tx) error {
		n, err := t.ExecCount(`DELETE FROM knock WHERE link = $1 AND expires_us >= $2`, k.Link, moment.Micros(now))
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "link")
		}
		if err != nil {
			return err
		}
		var others int
		if err := t.Row(`SELECT COUNT(*) FROM account WHERE email = $1 AND id <> $2`, k.Email, k.Account).Scan(&others); err != nil {
			return err
		}
		if others > 0 {
			return taken("email", "there is an account with this address already")
		}
		a, err = t.amendAccount(k.Account, 0, func(a *account.Account) (fact.Outcome, error) {
			out, err := change(a)
			a.Email = k.Email
			return out, err
		})
		return err
	})
	return a, err
}
