package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Security is what an administrator decided for everybody.
type Security struct {
	// Factor lists the roles that need a passkey or codes besides a password.
	Factor  []Role `json:"factor,omitempty"`
	Version int64  `json:"-"`
}

type knownSecurity struct {
	Security
	until time.Time
}

// needs reports whether an account holds a role that needs a second factor. What was decided is taken from memory as long as sessions are.
func (d *Door) needs(ctx context.Context, a Account) (bool, error) {
	now := d.clock.Now()
	k := d.security.Load()
	if k == nil || !k.until.After(now) {
		s, err := d.store.Security(ctx)
		if err != nil {
			return false, err
		}
		k = &knownSecurity{s, now.Add(knownFor)}
		d.security.Store(k)
	}
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(k.Factor, g.Role) }), nil
}

// FactorsOf reads what who proves himself with, and whether one of his roles needs a second factor.
func (d *Door) FactorsOf(ctx context.Context, who Actor) (Account, bool, error) {
	a, err := d.store.Account(ctx, who.ID)
	if err != nil {
		return a, false, err
	}
	needs, err := d.needs(ctx, a)
	return a, needs, err
}

// Security reads what was decided; it is for administrators of every edition.
func (d *Door) Security(ctx context.Context, who Actor) (Security, error) {
	if err := who.Must("", Admin); err != nil {
		return Security{}, err
	}
	return d.store.Security(ctx)
}

// ChangeSecurity decides which roles need a second factor. Those who lack one are led to get one before anything else.
func (d *Door) ChangeSecurity(ctx context.Context, who Actor, version int64, factor []Role) (Security, error) {
	if err := who.Must("", Admin); err != nil {
		return Security{}, err
	}
	if err := d.proven(ctx, who); err != nil {
		return Security{}, err
	}
	var kept []Role
	for _, r := range StaffRoles {
		if slices.Contains(factor, r) {
			kept = append(kept, r)
		}
	}
	for _, r := range factor {
		if !slices.Contains(StaffRoles, r) {
			return Security{}, fault.At("body.factor", "fault.role_staff", "%q is no role of the newsroom", r)
		}
	}
	defer d.forget()
	return d.store.AmendSecurity(ctx, version, func(s *Security) (fact.Outcome, error) {
		s.Factor = kept
		names := make([]string, len(kept))
		for i, r := range kept {
			names[i] = string(r)
		}
		return fact.Outcome{Acts: []fact.Act{{Did: fact.SecurityChanged, By: who.ID, About: fact.AboutSecurity, Note: strings.Join(names, ", ")}}}, nil
	})
}

// Acts reads the audit log, newest first; it is for administrators of every edition.
func (d *Door) Acts(ctx context.Context, who Actor, q fact.ActQuery) ([]fact.Act, error) {
	if err := who.Must("", Admin); err != nil {
		return nil, err
	}
	return d.store.Acts(ctx, q)
}
