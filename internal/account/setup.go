package account

import (
	"context"
	"fmt"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// SetUpLink makes the secret of the first set-up while there is no account; earlier ones live on until one of them is used. Nobody
// needs one later: Conflict.
func (d *Door) SetUpLink(ctx context.Context) (string, error) {
	n, err := d.store.Accounts(ctx)
	if err != nil {
		return "", err
	}
	if n > 0 {
		return "", fault.New(fault.Conflict, "fault.set_up", "this site is set up already")
	}
	secret, hash := fresh("")
	now := d.clock.Now()
	_, err = d.store.KeepSecret(ctx, Secret{ID: d.ids.New(), Hash: hash, Kind: SetUp, CreatedAt: now, ExpiresAt: now.Add(setUpLife)}, With{})
	return secret, err
}

// Vacant reports whether there is no account yet, so that nobody can sign in.
func (d *Door) Vacant(ctx context.Context) (bool, error) {
	n, err := d.store.Accounts(ctx)
	return n == 0, err
}

// SetUpPending reports whether secret is the set-up link of a site that has no account yet.
func (d *Door) SetUpPending(ctx context.Context, secret string) error {
	s, err := d.store.Secret(ctx, hashOf(secret))
	if err != nil {
		return err
	}
	if s.Kind != SetUp || s.ExpiresAt.Before(d.clock.Now()) {
		return badLink()
	}
	n, err := d.store.Accounts(ctx) // the operator may have made an account by command since
	if err == nil && n > 0 {
		err = badLink()
	}
	return err
}

func badLink() error {
	return fault.New(fault.NotFound, "fault.link", "this link was used or is too old")
}

// SetUp makes the first account, an admin, and signs it in; the link works once.
func (d *Door) SetUp(ctx context.Context, link, email, name, password string) (session string, who Actor, err error) {
	if err := d.SetUpPending(ctx, link); err != nil {
		return "", Actor{}, err
	}
	a, err := d.prepare(ctx, email, name, password, Grant{Role: Admin})
	if err != nil {
		return "", Actor{}, err
	}
	return d.first(ctx, link, a, viaPassword)
}

// AskFirstPasskey asks the browser of whoever has the set-up link for a passkey of the account that is to be.
func (d *Door) AskFirstPasskey(ctx context.Context, link, email, name string) (Challenge, error) {
	if err := d.SetUpPending(ctx, link); err != nil {
		return Challenge{}, err
	}
	p, err := d.needParty()
	if err != nil {
		return Challenge{}, err
	}
	a, err := d.prepare(ctx, email, name, "")
	if err != nil {
		return Challenge{}, err
	}
	options, s, err := p.BeginRegistration(owner{a}, newPasskey())
	if err != nil {
		return Challenge{}, fmt.Errorf("account: passkey: %w", err)
	}
	return d.keep(ctx, asked{For: toSetUp, Account: a.ID, Link: hashOf(link), Session: *s}, options)
}

// SetUpByPasskey is SetUp with the answer to AskFirstPasskey in the place of a password; the passkey is called label. An answer that is not
// accepted is Invalid at "passkey", makes nothing, and leaves the link as it was.
func (d *Door) SetUpByPasskey(ctx context.Context, link, email, name, label string, answer Answer) (session string, who Actor, err error) {
	if err := d.SetUpPending(ctx, link); err != nil {
		return "", Actor{}, err
	}
	a, err := d.prepare(ctx, email, name, "", Grant{Role: Admin})
	if err != nil {
		return "", Actor{}, err
	}
	q, err := d.taken(ctx, answer.Ticket, toSetUp)
	if err == nil && q.Link != hashOf(link) {
		err = wrongPasskey(nil)
	}
	if err != nil {
		return "", Actor{}, err
	}
	a.ID = q.Account // the handle that the device keeps
	made, err := d.made(a, q.Session, answer)
	if err != nil {
		return "", Actor{}, err
	}
	a.Factors.Passkeys = []Passkey{{ID: d.ids.New(), Name: label, CreatedAt: a.CreatedAt, Credential: *made}}
	return d.first(ctx, link, a, viaPasskey, about(fact.PasskeyAdded, Actor{ID: a.ID}, a, label))
}

// first uses the link up for the first account, and signs it in.
func (d *Door) first(ctx context.Context, link string, a Account, way string, acts ...fact.Act) (string, Actor, error) {
	if _, err := d.store.UseSecret(ctx, SetUp, hashOf(link), d.clock.Now()); err != nil {
		return "", Actor{}, badLink() // somebody else was faster with the same link
	}
	acts = append([]fact.Act{about(fact.SiteSetUp, Actor{ID: a.ID}, a, "")}, acts...)
	a, err := d.store.CreateAccount(ctx, a, With{Acts: acts})
	if err != nil {
		return "", Actor{}, err
	}
	return d.open(ctx, a, way)
}
