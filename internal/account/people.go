package account

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// Person is an account as those see it who run the newsroom.
type Person struct {
	Account
	SeenAt time.Time // when one of his sessions was last used, within the hour; zero: never
}

// runs refuses everybody but administrators of every edition, and those unless they proved themselves lately.
func (d *Door) runs(ctx context.Context, who Actor) error {
	if err := who.Must("", Admin); err != nil {
		return err
	}
	return d.proven(ctx, who)
}

// People lists everybody who has or had a role in the newsroom, by name.
func (d *Door) People(ctx context.Context, who Actor) ([]Person, error) {
	if err := who.Must("", Admin); err != nil {
		return nil, err
	}
	all, err := d.store.Staff(ctx)
	if err != nil {
		return nil, err
	}
	seen, err := d.store.Seen(ctx)
	if err != nil {
		return nil, err
	}
	var out []Person
	for _, a := range all {
		if a.Staff() || !slices.ContainsFunc(a.Grants, func(g Grant) bool { return g.Role == Reader }) {
			out = append(out, Person{a, moment.FromMicros(seen[a.ID])})
		}
	}
	slices.SortFunc(out, func(a, b Person) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}

// Person reads one account for who runs the newsroom.
func (d *Door) Person(ctx context.Context, who Actor, id string) (Person, error) {
	if err := who.Must("", Admin); err != nil {
		return Person{}, err
	}
	a, err := d.store.Account(ctx, id)
	if err != nil {
		return Person{}, err
	}
	seen, err := d.store.Seen(ctx)
	return Person{a, moment.FromMicros(seen[id])}, err
}

// checkGrants gives the grants in one form: without repetitions, and without those that a wider one holds already.
func (d *Door) checkGrants(g *fault.Gather, grants []Grant) []Grant {
	var out []Grant
	for _, one := range grants {
		if !slices.Contains(Roles, one.Role) {
			g.At("body.grants", "fault.role", "no such role; there are %s", roleNames())
			return nil
		}
		if one.Edition != "" && d.place.Edition != nil && !d.place.Edition(one.Edition) {
			g.At("body.grants", "fault.no_edition", "there is no edition %q", one.Edition)
			return nil
		}
		if !slices.Contains(out, one) {
			out = append(out, one)
		}
	}
	return slices.DeleteFunc(out, func(one Grant) bool { return one.Edition != "" && slices.Contains(out, Grant{Role: one.Role}) })
}

// describe says grants in a line: "editor (en), admin".
func describe(grants []Grant) string {
	out := make([]string, len(grants))
	for i, g := range grants {
		out[i] = string(g.Role)
		if g.Edition != "" {
			out[i] += " (" + g.Edition + ")"
		}
	}
	return strings.Join(out, ", ")
}

// Invite makes an account with a role in the newsroom, and a one-time link to sign in by, which is told once: a repetition under the
// same key has the account and no link.
func (d *Door) Invite(ctx context.Context, who Actor, key fact.Once, email, name string, grants []Grant) (Account, string, error) {
	if err := d.runs(ctx, who); err != nil {
		return Account{}, "", err
	}
	var g fault.Gather
	if _, err := CleanEmail(email); err != nil {
		g.At("body.email", "fault.email", "this is not an e-mail address")
	}
	if !goodName(strings.TrimSpace(name)) {
		g.At("body.name", "fault.name", "a name of at most %d bytes", maxName)
	}
	grants = d.checkGrants(&g, grants)
	if err := g.Err(); err != nil {
		return Account{}, "", err
	}
	if !(Account{Grants: grants}).Staff() {
		return Account{}, "", fault.At("body.grants", "fault.role_staff", "whoever is invited needs a role in the newsroom")
	}
	a, err := d.prepare(ctx, email, name, "", grants...)
	if err != nil {
		return Account{}, "", err
	}
	secret, link := d.link(a)
	made, err := d.store.CreateAccount(ctx, a, With{Once: key, Secret: link, Acts: []fact.Act{about(fact.Invited, who, a, describe(a.Grants))}})
	if err != nil {
		return Account{}, "", err
	}
	if made.ID != a.ID {
		secret = ""
	}
	return made, secret, nil
}

// PersonPatch is what a change of somebody else's account sets; nil fields stay.
type PersonPatch struct {
	Name      *string
	Grants    *[]Grant
	Suspended *bool
}

// ChangePerson changes somebody's account. Nobody takes the last administrator of every edition away, himself neither.
func (d *Door) ChangePerson(ctx context.Context, who Actor, id string, version int64, p PersonPatch) (Account, error) {
	if err := d.runs(ctx, who); err != nil {
		return Account{}, err
	}
	var g fault.Gather
	if p.Name != nil && !goodName(strings.TrimSpace(*p.Name)) {
		g.At("body.name", "fault.name", "a name of at most %d bytes", maxName)
	}
	var grants []Grant
	if p.Grants != nil {
		grants = d.checkGrants(&g, *p.Grants)
	}
	if err := g.Err(); err != nil {
		return Account{}, err
	}
	defer d.forget()
	return d.store.AmendStaff(ctx, id, version, func(a *Account, others []Account) (fact.Outcome, error) {
		var o fact.Outcome
		ran := a.runsAll()
		if p.Name != nil && strings.TrimSpace(*p.Name) != a.Name {
			o.Acts = append(o.Acts, about(fact.Renamed, who, *a, a.Name))
			a.Name = strings.TrimSpace(*p.Name)
		}
		if p.Grants != nil && describe(grants) != describe(a.Grants) {
			a.Grants = grants
			o.Acts = append(o.Acts, about(fact.GrantsChanged, who, *a, describe(grants)))
		}
		if p.Suspended != nil && *p.Suspended == a.SuspendedAt.IsZero() {
			did := fact.Restored
			if a.SuspendedAt = (time.Time{}); *p.Suspended {
				a.SuspendedAt, did = d.clock.Now(), fact.Suspended
			}
			o.Acts = append(o.Acts, about(did, who, *a, ""))
		}
		if ran && !a.runsAll() && !slices.ContainsFunc(others, Account.runsAll) {
			return o, fault.New(fault.Conflict, "fault.last_admin", "this is the last administrator; make somebody else one first")
		}
		return o, nil
	})
}

// runsAll reports whether an account may run the whole newsroom now.
func (a Account) runsAll() bool {
	return a.SuspendedAt.IsZero() && slices.Contains(a.Grants, Grant{Role: Admin})
}

// NewLink makes a one-time link for somebody; earlier ones end.
func (d *Door) NewLink(ctx context.Context, who Actor, id string) (string, time.Time, error) {
	if err := d.runs(ctx, who); err != nil {
		return "", time.Time{}, err
	}
	a, err := d.store.Account(ctx, id)
	if err != nil {
		return "", time.Time{}, err
	}
	if !a.SuspendedAt.IsZero() {
		return "", time.Time{}, fault.New(fault.Conflict, "fault.suspended", "this account is suspended")
	}
	old, err := d.store.Secrets(ctx, id, OneTime)
	if err != nil {
		return "", time.Time{}, err
	}
	for _, s := range old {
		if err := d.store.DropSecrets(ctx, id, s.ID); err != nil && !fault.Is(err, fault.NotFound) {
			return "", time.Time{}, err
		}
	}
	secret, s := d.link(a)
	_, err = d.store.KeepSecret(ctx, s, With{Acts: []fact.Act{about(fact.LinkMade, who, a, "")}})
	return secret, s.ExpiresAt, err
}

// SignOutPerson ends every session, token and link of somebody.
func (d *Door) SignOutPerson(ctx context.Context, who Actor, id string) error {
	if err := d.runs(ctx, who); err != nil {
		return err
	}
	a, err := d.store.Account(ctx, id)
	if err != nil {
		return err
	}
	defer d.forget()
	return d.store.DropSecrets(ctx, id, "", about(fact.SignedOut, who, a, ""))
}

// ForgetFactors removes the passkeys and codes of somebody who lost them, and ends his sessions.
func (d *Door) ForgetFactors(ctx context.Context, who Actor, id string) error {
	if err := d.runs(ctx, who); err != nil {
		return err
	}
	if who.Token {
		return noProgram()
	}
	if _, err := d.store.AmendAccount(ctx, id, func(a *Account) (fact.Outcome, error) {
		a.Factors = Factors{}
		return fact.Outcome{Acts: []fact.Act{about(fact.FactorsForgotten, who, *a, "")}}, nil
	}); err != nil {
		return err
	}
	return d.endOthers(ctx, id, "")
}

func roleNames() string {
	names := make([]string, len(Roles))
	for i, r := range Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// Mint makes an API token for who. It is told once: a repetition under the same key has what is kept of it and no secret.
func (d *Door) Mint(ctx context.Context, who Actor, key fact.Once, name string, life time.Duration) (Secret, string, error) {
	if err := d.inPerson(ctx, who); err != nil {
		return Secret{}, "", err
	}
	if name = strings.TrimSpace(name); !goodName(name) {
		return Secret{}, "", fault.At("body.name", "fault.name", "a name of at most %d bytes", maxName)
	}
	secret, s := d.token(who.ID, name, life)
	kept, err := d.store.KeepSecret(ctx, s, With{Once: key, Acts: []fact.Act{{Did: fact.TokenMade, By: who.ID, About: fact.AboutAccount, Subject: who.ID, Note: name}}})
	if err != nil {
		return Secret{}, "", err
	}
	if kept.ID != s.ID {
		secret = ""
	}
	return kept, secret, nil
}

// TokensOf lists the API tokens of who, with all those of everybody when he runs the newsroom and asks for them; newest first.
func (d *Door) TokensOf(ctx context.Context, who Actor, all bool) ([]Secret, error) {
	of := who.ID
	if all {
		if err := who.Must("", Admin); err != nil {
			return nil, err
		}
		of = ""
	} else if of == "" {
		return nil, fmt.Errorf("account: nobody has tokens")
	}
	return d.store.Secrets(ctx, of, Token)
}

// RevokeToken ends a token of who, or anybody's when he runs the newsroom; another's is NotFound.
func (d *Door) RevokeToken(ctx context.Context, who Actor, id string) error {
	s, err := d.store.SecretByID(ctx, id)
	if err == nil && (s.Kind != Token || s.Account != who.ID && !who.Has("", Admin)) {
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "token")
	}
	if err != nil {
		return err
	}
	if err := d.proven(ctx, who); err != nil {
		return err
	}
	defer d.forget()
	return d.store.DropSecrets(ctx, s.Account, id, fact.Act{Did: fact.TokenRevoked, By: who.ID, About: fact.AboutAccount, Subject: s.Account, Note: s.Name})
}
