package account

import (
	"context"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// The ways of coming in, as the audit log words them.
const (
	viaPassword = "password"
	viaLink     = "link"
	viaPasskey  = "passkey"
	viaCode     = "code"
	viaProvider = "provider"
)

// halfLife is how long somebody who gave his password may take to give the second factor.
const halfLife = 10 * time.Minute

type browserKey struct{}

// From says which browser the acts of ctx come from, by its User-Agent, for the list of sessions.
func From(ctx context.Context, browser string) context.Context {
	const most = 300
	if len(browser) > most {
		browser = browser[:most]
	}
	return context.WithValue(ctx, browserKey{}, browser)
}

// about makes a row of the audit log on an account.
func about(did fact.Deed, who Actor, a Account, note string) fact.Act {
	return fact.Act{Did: did, By: who.ID, About: fact.AboutAccount, Subject: a.ID, Note: note}
}

// open makes a session. Who owes a second factor gets half a one, which opens nothing but the question for it.
func (d *Door) open(ctx context.Context, a Account, way string) (string, Actor, error) {
	if !a.LeavingAt.IsZero() {
		var err error
		if a, err = d.stay(ctx, a); err != nil {
			return "", Actor{}, err
		}
	}
	secret, hash := fresh("")
	now := d.clock.Now()
	needs, err := d.needs(ctx, a)
	if err != nil {
		return "", Actor{}, err
	}
	s := Secret{ID: d.ids.New(), Hash: hash, Kind: Session, Account: a.ID, CreatedAt: now, ExpiresAt: now.Add(sessionLife), State: Plain, ProvenAt: now}
	s.Browser, _ = ctx.Value(browserKey{}).(string)
	if way == viaLink || way == viaPasskey || way == viaCode {
		s.Name = way
	}
	switch {
	case way == viaPasskey || way == viaCode:
		s.State = Strong
	case a.owes(needs):
		s.State, s.ProvenAt, s.ExpiresAt = Half, time.Time{}, now.Add(halfLife)
		if _, err := d.store.KeepSecret(ctx, s, With{}); err != nil {
			return "", Actor{}, err
		}
		return secret, Actor{Half: true}, nil
	}
	if _, err := d.store.KeepSecret(ctx, s, With{Acts: []fact.Act{about(fact.SignedIn, Actor{ID: a.ID}, a, way)}}); err != nil {
		return "", Actor{}, err
	}
	return secret, Actor{ID: a.ID, Name: a.Name, Grants: a.Grants, Session: s.ID, Enrol: needs && a.Factors.None(), Proven: now}, nil
}

// halfway gives the account that owes a second factor under half a session; anything else is Unauthenticated.
func (d *Door) halfway(ctx context.Context, half string) (Account, Secret, error) {
	over := fault.New(fault.Unauthenticated, "fault.session", "this session or token is not valid; sign in again")
	s, err := d.store.Secret(ctx, hashOf(half))
	if fault.Is(err, fault.NotFound) || err == nil && (s.Kind != Session || s.State != Half || s.ExpiresAt.Before(d.clock.Now())) {
		return Account{}, s, over
	}
	if err != nil {
		return Account{}, s, err
	}
	a, err := d.store.Account(ctx, s.Account)
	if fault.Is(err, fault.NotFound) || err == nil && !a.SuspendedAt.IsZero() {
		return Account{}, s, over
	}
	return a, s, err
}

// Halfway says by what somebody with half a session may go on.
func (d *Door) Halfway(ctx context.Context, half string) (Ways, string, error) {
	a, _, err := d.halfway(ctx, half)
	if err != nil {
		return Ways{}, "", err
	}
	w := d.waysOf(a)
	w.Password = false
	return w, a.ID, nil
}

// Second opens a session to somebody with half a one, by a code of his app, a recovery code, or an answered challenge of a passkey.
// What is wrong with it is Invalid at "code".
func (d *Door) Second(ctx context.Context, half string, p Proof) (string, Actor, error) {
	a, s, err := d.halfway(ctx, half)
	if err != nil {
		return "", Actor{}, err
	}
	p.Password = ""
	way, err := d.check(ctx, a.ID, p)
	if err != nil {
		return "", Actor{}, err
	}
	if err := d.store.DropSecrets(ctx, a.ID, s.ID); err != nil {
		return "", Actor{}, err // somebody was faster with the same half
	}
	if a, err = d.store.Account(ctx, a.ID); err != nil {
		return "", Actor{}, err
	}
	return d.open(ctx, a, way)
}

// Sessions lists the sessions of who, newest first, without those that are half or over.
func (d *Door) Sessions(ctx context.Context, who Actor) ([]Secret, error) {
	all, err := d.store.Secrets(ctx, who.ID, Session)
	if err != nil || who.ID == "" {
		return nil, err
	}
	var out []Secret
	for _, s := range all {
		if s.State != Half && s.ExpiresAt.After(d.clock.Now()) {
			out = append(out, s)
		}
	}
	return out, nil
}

// EndSession ends one session of who by its id.
func (d *Door) EndSession(ctx context.Context, who Actor, id string) error {
	s, err := d.store.SecretByID(ctx, id)
	if err == nil && (s.Account != who.ID || s.Kind != Session) {
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "session")
	}
	if err != nil {
		return err
	}
	defer d.forget()
	return d.store.DropSecrets(ctx, who.ID, id)
}

// EndAll ends every session and link of who, this one too; tokens, which belong to programs, go on.
func (d *Door) EndAll(ctx context.Context, who Actor) error {
	a, err := d.store.Account(ctx, who.ID)
	if err != nil {
		return err
	}
	return d.endOthers(ctx, who.ID, "", about(fact.SignedOut, who, a, ""))
}
