package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/fault"

	"golang.org/x/crypto/argon2"
)

// Forgotten reports whether who may take a new password without that of before: a reader who proved himself lately by a letter, a code or a passkey.
func (d *Door) Forgotten(ctx context.Context, who Actor) (bool, error) {
	if who.Token || who.Staff() || who.ID == "" || d.clock.Now().Sub(who.Proven) >= provenFor {
		return false, nil
	}
	s, err := d.store.SecretByID(ctx, who.Session)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil && s.Name != "", err
}

// ChangePassword gives whoever is signed in a new password. The one of before is asked when there is one, unless it is left empty by who may have Forgotten
// it: a wrong one is Invalid at "current". His other sessions and his links end; this session and his tokens, which belong to programs, go on.
func (d *Door) ChangePassword(ctx context.Context, who Actor, current, password string) error {
	if who.Token {
		return noProgram()
	}
	a, err := d.store.Account(ctx, who.ID)
	if err != nil {
		return err
	}
	if a.Password != "" {
		ok := false
		if current == "" {
			if ok, err = d.Forgotten(ctx, who); err != nil {
				return err
			}
			if !ok && !who.Staff() { // he may not have been asked for it when he opened the form
				if err := d.freshly(who); err != nil {
					return err
				}
			}
		} else if len(current) <= longest {
			if ok, err = d.matches(ctx, a.Password, current); err != nil {
				return err
			}
		}
		if !ok {
			return fault.At("current", "fault.password_wrong", "this is not your current password")
		}
	} else if err := d.proven(ctx, who); err != nil { // a password is a new way in
		return err
	}
	if err := strongEnough(password); err != nil {
		return err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return err
	}
	old := a.Password
	if _, err := d.store.AmendAccount(ctx, a.ID, func(a *Account) (fact.Outcome, error) {
		if a.Password != old { // somebody else who is in as this person was first
			return fact.Outcome{}, fault.At("current", "fault.password_wrong", "this is not your current password")
		}
		a.Password = hash
		return fact.Outcome{Acts: []fact.Act{about(fact.PasswordChanged, who, *a, "")}}, nil
	}); err != nil {
		return err
	}
	return d.endOthers(ctx, a.ID, who.Session)
}

// endOthers ends the sessions and links of an account but one session.
func (d *Door) endOthers(ctx context.Context, id, but string, acts ...fact.Act) error {
	defer d.forget()
	return d.store.EndSessions(ctx, id, but, acts...)
}

// longest is how many bytes a password has at most: 200 characters of any script.
const longest = 800

func strongEnough(password string) error {
	if n := len([]rune(password)); n < 10 || n > 200 || len(password) > longest {
		return fault.At("password", "fault.password", "a password has 10 to 200 characters")
	}
	return nil
}

// argon2id with the parameters OWASP gives for interactive sign-in: 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024
	argonTime   = 2
	argonSalt   = 16
	argonKey    = 32
)

// decoy is a hash that no password has; it makes an unknown address cost the same.
var decoy = phc(make([]byte, argonSalt), make([]byte, argonKey))

func phc(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, argonMemory, argonTime, base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

func (d *Door) derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case d.work <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.New(fault.TooMany, "fault.busy", "too many people sign in right now; try again")
	}
	defer func() { <-d.work }()
	if d.hook != nil {
		d.hook()
	}
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, 1, argonKey), nil
}

func (d *Door) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, argonSalt)
	rand.Read(salt)
	key, err := d.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return phc(salt, key), nil
}

func (d *Door) matches(ctx context.Context, kept, password string) (bool, error) {
	parts := strings.Split(kept, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("account: a password is kept in an unknown form")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("account: salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("account: key: %w", err)
	}
	key, err := d.derive(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, want) == 1, nil
}
