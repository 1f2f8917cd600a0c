package account

import (
	"context"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// provenFor is how long somebody who proved himself may do what is dangerous.
const provenFor = 10 * time.Minute

// Proof is what somebody proves himself with: one of them.
type Proof struct {
	Password string
	Code     string // of the app, or a recovery code
	Passkey  Answer
}

// Ways are the proofs that somebody can give.
type Ways struct{ Password, Code, Passkey bool }

func (d *Door) waysOf(a Account) Ways {
	return Ways{Password: a.Password != "", Code: a.Factors.Codes.On(), Passkey: len(a.Factors.Passkeys) > 0 && d.party() != nil}
}

// WaysOf says what who can prove himself with.
func (d *Door) WaysOf(ctx context.Context, who Actor) (Ways, error) {
	a, err := d.store.Account(ctx, who.ID)
	return d.waysOf(a), err
}

// owes reports whether a password or a link alone does not let the account in.
func (a Account) owes(needs bool) bool {
	return a.Factors.Codes.On() || needs && !a.Factors.None()
}

// proven gives nil when who proved himself lately, else Forbidden under the key fault.prove, which asks for it. Programs with a token
// and Dateline itself are not asked, nor is somebody who has nothing to prove himself with: he came in by a link a moment ago, and
// the first thing he gets is a password or a passkey.
func (d *Door) proven(ctx context.Context, who Actor) error {
	if who.house || who.Token || who.ID == "" {
		return nil
	}
	if d.clock.Now().Sub(who.Proven) < provenFor {
		return nil
	}
	ways, err := d.WaysOf(ctx, who)
	if err != nil || ways == (Ways{}) {
		return err
	}
	return fault.New(fault.Forbidden, "fault.prove", "prove who you are again before you do this")
}

// noProgram is the answer to a token.
func noProgram() error {
	return fault.New(fault.Forbidden, "fault.in_person", "no token may do this; sign in")
}

// inPerson refuses programs: what makes new ways in is for people.
func (d *Door) inPerson(ctx context.Context, who Actor) error {
	if who.Token {
		return noProgram()
	}
	return d.proven(ctx, who)
}

// Prove notes that who proved himself now. A code or a passkey makes the session strong. What is wrong is Invalid at "password" or "code".
func (d *Door) Prove(ctx context.Context, who Actor, p Proof) error {
	if who.Token {
		return noProgram()
	}
	way, err := d.check(ctx, who.ID, p)
	if err != nil {
		return err
	}
	state, err := d.stateOf(ctx, who)
	if err != nil {
		return err
	}
	if way != viaPassword {
		state = Strong
	}
	defer d.forget()
	return d.store.ProveSession(ctx, who.Session, state, d.clock.Now())
}

func (d *Door) stateOf(ctx context.Context, who Actor) (SessionState, error) {
	s, err := d.store.SecretByID(ctx, who.Session)
	return s.State, err
}

// check looks at a proof of an account and gives the way it was; a code and a recovery code count once. A proof that is wrong is in
// the audit log.
func (d *Door) check(ctx context.Context, id string, p Proof) (way string, err error) {
	a, err := d.store.Account(ctx, id)
	if err != nil {
		return "", err
	}
	switch {
	case p.Passkey.Ticket != "":
		way, err = viaPasskey, d.answered(ctx, a, p.Passkey)
	case p.Code != "":
		way, err = viaCode, d.useCode(ctx, a, p.Code)
	default:
		way, err = viaPassword, d.rightPassword(ctx, a, p.Password)
	}
	if fault.Is(err, fault.Invalid) {
		if nerr := d.store.Note(ctx, fact.Act{Did: fact.SignInFailed, About: fact.AboutAccount, Subject: a.ID, Note: way}); nerr != nil {
			return "", nerr
		}
	}
	return way, err
}

func (d *Door) rightPassword(ctx context.Context, a Account, password string) error {
	wrong := fault.At("password", "fault.password_wrong", "this is not your current password")
	if a.Password == "" || len(password) > longest {
		return wrong
	}
	ok, err := d.matches(ctx, a.Password, password)
	if err == nil && !ok {
		err = wrong
	}
	return err
}
