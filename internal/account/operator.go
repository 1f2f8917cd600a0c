package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// CheckPerson gives every fault of what somebody says of himself, at the locations "email", "name" and "password"; an empty
// password is none.
func CheckPerson(email, name, password string) error {
	var g fault.Gather
	if _, err := CleanEmail(email); err != nil {
		g.At("email", "fault.email", "this is not an e-mail address")
	}
	if !goodName(strings.TrimSpace(name)) {
		g.At("name", "fault.name", "a name of at most %d bytes", maxName)
	}
	if password != "" && strongEnough(password) != nil {
		g.At("password", "fault.password", "a password has 10 to 200 characters")
	}
	return g.Err()
}

// Admitted is an account as Admit left it.
type Admitted struct {
	Account
	Known   bool // it was there before
	Granted bool // the role is new to it
}

// Admit makes an account with a role, confirmed, as an operator asks for it. An account that is there keeps its name, its password
// and its roles, and has the role besides. One that is suspended is left as it is, with an error.
func (d *Door) Admit(ctx context.Context, email, name string, g Grant) (Admitted, error) {
	made, err := d.Add(ctx, email, name, "", g)
	if !fault.Is(err, fault.Conflict) {
		return Admitted{Account: made, Granted: true}, err
	}
	address, err := CleanEmail(email)
	if err != nil {
		return Admitted{}, err
	}
	there, err := d.store.AccountByEmail(ctx, address)
	if err != nil {
		return Admitted{}, err
	}
	if !there.SuspendedAt.IsZero() {
		return Admitted{}, fmt.Errorf("the account %s is suspended; nothing was changed", address)
	}
	has := func(a Account) bool {
		return slices.ContainsFunc(a.Grants, func(h Grant) bool { return h.Role == g.Role && (h.Edition == "" || h.Edition == g.Edition) })
	}
	out := Admitted{Account: there, Known: true}
	if has(there) && !there.ConfirmedAt.IsZero() {
		return out, nil
	}
	defer d.forget()
	out.Account, err = d.store.AmendAccount(ctx, there.ID, func(a *Account) (fact.Outcome, error) {
		var o fact.Outcome
		if out.Granted = !has(*a); out.Granted {
			a.Grants = append(a.Grants, g)
			o.Acts = append(o.Acts, about(fact.GrantsChanged, Actor{}, *a, describe(a.Grants)))
		}
		if a.ConfirmedAt.IsZero() {
			a.ConfirmedAt = d.clock.Now()
		}
		return o, nil
	})
	return out, err
}

// Tokens lists the API tokens of an account, newest first.
func (d *Door) Tokens(ctx context.Context, a Account) ([]Secret, error) {
	return d.store.Secrets(ctx, a.ID, Token)
}

// Revoke ends one secret of an account by its id; NotFound when it has none such.
func (d *Door) Revoke(ctx context.Context, a Account, id string) error {
	defer d.forget()
	return d.store.DropSecrets(ctx, a.ID, id, about(fact.TokenRevoked, Actor{}, a, ""))
}
