package account

import (
	"context"

	"dateline/internal/fault"
)

// ChangePassword gives whoever is signed in a new password. The one of before is asked when there is one: a wrong one is Invalid at
// "current". His other sessions and his links end; this session and his tokens, which belong to programs, go on.
func (d *Door) ChangePassword(ctx context.Context, who Actor, current, password string) error {
	a, err := d.store.Account(ctx, who.ID)
	if err != nil {
		return err
	}
	if a.Password != "" {
		ok := len(current) <= longest
		if ok {
			if ok, err = d.matches(ctx, a.Password, current); err != nil {
				return err
			}
		}
		if !ok {
			return fault.At("current", "fault.password_wrong", "this is not your current password")
		}
	}
	if err := strongEnough(password); err != nil {
		return err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return err
	}
	old := a.Password
	if _, err := d.store.AmendAccount(ctx, a.ID, func(a *Account) error {
		if a.Password != old { // somebody else who is in as this person was first
			return fault.At("current", "fault.password_wrong", "this is not your current password")
		}
		a.Password = hash
		return nil
	}); err != nil {
		return err
	}
	return d.endOthers(ctx, a.ID, who.Session)
}

// endOthers ends the sessions and links of an account but one session.
func (d *Door) endOthers(ctx context.Context, id, but string) error {
	defer d.forget()
	for _, kind := range []SecretKind{Session, OneTime} {
		all, err := d.store.Secrets(ctx, id, kind)
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.ID == but {
				continue
			}
			if err := d.store.DropSecrets(ctx, id, s.ID); err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
		}
	}
	return nil
}
