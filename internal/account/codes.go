package account

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Factors are what proves who somebody is besides a password.
type Factors struct {
	Passkeys []Passkey `json:"passkeys,omitempty"`
	Codes    Codes     `json:"codes,omitzero"`
}

// None reports whether there is nothing that counts.
func (f Factors) None() bool { return len(f.Passkeys) == 0 && !f.Codes.On() }

// Empty reports whether nothing need be kept.
func (f Factors) Empty() bool { return f.None() && f.Codes.Secret == "" }

// Codes are the codes that an app shows, and the recovery codes for when it is lost. The secret is kept as it is, since codes are
// made from it: alone it opens nothing.
type Codes struct {
	Secret   string    `json:"secret,omitempty"` // base32
	Since    time.Time `json:"since,omitzero"`   // zero: begun, and not yet shown to work
	Step     int64     `json:"step,omitempty"`   // of the code that was used last, so that none is used twice
	Recovery []string  `json:"recovery,omitempty"`
}

// On reports whether codes count.
func (c Codes) On() bool { return !c.Since.IsZero() }

// recoveryCodes is how many there are at first; each has 80 random bits, so that a plain hash of it tells nothing.
const recoveryCodes = 10

// Begun is what an app needs to make codes.
type Begun struct {
	Secret string // base32, to type in
	URI    string // otpauth://, to read from a picture
}

// BeginCodes gives who a new secret for an app. Nothing changes until ConfirmCodes has seen a code of it.
func (d *Door) BeginCodes(ctx context.Context, who Actor) (Begun, error) {
	if err := d.inPerson(ctx, who); err != nil {
		return Begun{}, err
	}
	raw := make([]byte, totpSecret)
	rand.Read(raw)
	secret := base32Plain.EncodeToString(raw)
	a, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		if a.Factors.Codes.On() {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.codes_on", "codes are set up already; remove them first")
		}
		a.Factors.Codes = Codes{Secret: secret}
		return fact.Outcome{}, nil
	})
	return Begun{Secret: secret, URI: totpURI("Dateline "+d.host(), a.Email, secret)}, err
}

// ConfirmCodes turns codes on with the first of them, and gives the recovery codes, once. This session is strong from now on; the
// others end. A wrong code is Invalid at "code".
func (d *Door) ConfirmCodes(ctx context.Context, who Actor, code string) ([]string, error) {
	if err := d.inPerson(ctx, who); err != nil {
		return nil, err
	}
	shown, kept := newRecovery()
	if _, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		c := &a.Factors.Codes
		if c.On() || c.Secret == "" {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.codes_none", "begin with a new secret")
		}
		step, ok, err := c.step(code, d.clock.Now())
		if err != nil {
			return fact.Outcome{}, err
		}
		if !ok {
			return fact.Outcome{}, wrongCode()
		}
		c.Since, c.Step, c.Recovery = d.clock.Now(), step, kept
		return fact.Outcome{Acts: []fact.Act{about(fact.CodesAdded, who, *a, "")}}, nil
	}); err != nil {
		return nil, err
	}
	return shown, d.strengthen(ctx, who)
}

// strengthen makes the session of who strong and ends his others, which never showed the new factor.
func (d *Door) strengthen(ctx context.Context, who Actor) error {
	if err := d.store.ProveSession(ctx, who.Session, Strong, d.clock.Now()); err != nil {
		return err
	}
	return d.endOthers(ctx, who.ID, who.Session)
}

// DropCodes turns codes off.
func (d *Door) DropCodes(ctx context.Context, who Actor) error {
	if err := d.inPerson(ctx, who); err != nil {
		return err
	}
	defer d.forget()
	_, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		if !a.Factors.Codes.On() {
			return fact.Outcome{}, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "code")
		}
		a.Factors.Codes = Codes{}
		return fact.Outcome{Acts: []fact.Act{about(fact.CodesRemoved, who, *a, "")}}, nil
	})
	return err
}

// NewRecovery gives new recovery codes, once; earlier ones count no more.
func (d *Door) NewRecovery(ctx context.Context, who Actor) ([]string, error) {
	if err := d.inPerson(ctx, who); err != nil {
		return nil, err
	}
	shown, kept := newRecovery()
	_, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		if !a.Factors.Codes.On() {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.codes_none", "begin with a new secret")
		}
		a.Factors.Codes.Recovery = kept
		return fact.Outcome{Acts: []fact.Act{about(fact.RecoveryMade, who, *a, "")}}, nil
	})
	return shown, err
}

func newRecovery() (shown, kept []string) {
	for range recoveryCodes {
		raw := make([]byte, 10)
		rand.Read(raw)
		text := strings.ToLower(base32Plain.EncodeToString(raw))
		shown = append(shown, text[:4]+"-"+text[4:8]+"-"+text[8:12]+"-"+text[12:])
		kept = append(kept, hashOf(text))
	}
	return shown, kept
}

func wrongCode() error {
	return fault.At("code", "fault.code", "this code is not right, or was used already")
}

// step finds the step of a code that was not used yet.
func (c Codes) step(code string, now time.Time) (int64, bool, error) {
	secret, err := base32Plain.DecodeString(c.Secret)
	if err != nil {
		return 0, false, err
	}
	step, ok := totpAt(secret, code, now, c.Step)
	return step, ok, nil
}

// useCode uses up a code of the app or a recovery code; a wrong or used one is Invalid at "code".
func (d *Door) useCode(ctx context.Context, a Account, code string) error {
	if len(code) > 64 {
		return wrongCode()
	}
	_, err := d.store.AmendAccount(ctx, a.ID, func(a *Account) (fact.Outcome, error) {
		c := &a.Factors.Codes
		if !c.On() {
			return fact.Outcome{}, wrongCode()
		}
		step, ok, err := c.step(code, d.clock.Now())
		if err != nil {
			return fact.Outcome{}, err
		}
		if ok {
			c.Step = step
			return fact.Outcome{}, nil
		}
		plain := strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code))
		at := slices.Index(c.Recovery, hashOf(plain))
		if at < 0 {
			return fact.Outcome{}, wrongCode()
		}
		c.Recovery = slices.Delete(c.Recovery, at, at+1)
		return fact.Outcome{Acts: []fact.Act{about(fact.RecoveryUsed, Actor{ID: a.ID}, *a, "")}}, nil
	})
	return err
}
