package account_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store"
)

// in signs somebody in with the password of these tests.
func in(t *testing.T, d *account.Door, a account.Account) (string, account.Actor) {
	t.Helper()
	secret, who, err := d.SignIn(account.From(t.Context(), "Mozilla/5.0 Firefox/140"), a.Email, password)
	if err != nil {
		t.Fatal(err)
	}
	return secret, who
}

// log gives the audit log as lines of deed, doer, subject and note, oldest first.
func log(t *testing.T, d *account.Door, names map[string]string) []string {
	t.Helper()
	acts, err := d.Acts(t.Context(), account.House(), fact.ActQuery{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(acts)
	var out []string
	for _, a := range acts {
		line := strings.TrimRight(string(a.Did)+" "+names[a.By]+">"+names[a.Subject]+" "+a.Note, " ")
		out = append(out, line)
	}
	return out
}

func TestNobodyTakesTheLastAdministratorAway(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, _ *moment.Set) {
		ctx := t.Context()
		ana := add(t, d, "ana", password, account.Grant{Role: account.Admin})
		bea := add(t, d, "bea", password, account.Grant{Role: account.Admin})
		add(t, d, "en", password, account.Grant{Role: account.Admin, Edition: "en"}) // runs one edition only
		gone := add(t, d, "gus", password, account.Grant{Role: account.Admin})
		_, a := in(t, d, ana)
		_, b := in(t, d, bea)
		yes, no, none := true, false, []account.Grant{}
		if _, err := d.ChangePerson(ctx, a, gone.ID, 0, account.PersonPatch{Suspended: &yes}); err != nil {
			t.Fatal(err)
		}
		// Both take the other's role at once: one of them stays.
		failed := make(chan error, 2)
		for who, id := range map[string]string{"a": bea.ID, "b": ana.ID} {
			actor := map[string]account.Actor{"a": a, "b": b}[who]
			go func() {
				_, err := d.ChangePerson(ctx, actor, id, 0, account.PersonPatch{Grants: &none})
				failed <- err
			}()
		}
		refused := 0
		for range 2 {
			if err := <-failed; fault.Is(err, fault.Conflict) {
				refused++
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if refused != 1 {
			t.Fatalf("%d of two were refused", refused)
		}
		all, err := d.People(ctx, account.House())
		if err != nil {
			t.Fatal(err)
		}
		last := slices.IndexFunc(all, func(p account.Person) bool {
			return p.SuspendedAt.IsZero() && slices.Contains(p.Grants, account.Grant{Role: account.Admin})
		})
		if last < 0 {
			t.Fatal("nobody runs the newsroom")
		}
		id := all[last].ID
		for what, p := range map[string]account.PersonPatch{"suspended": {Suspended: &yes}, "without a role": {Grants: &none}, "of one edition": {Grants: &[]account.Grant{{Role: account.Admin, Edition: "en"}}}} {
			if _, err := d.ChangePerson(ctx, account.House(), id, 0, p); !fault.Is(err, fault.Conflict) {
				t.Errorf("the last one, %s: %v", what, err)
			}
		}
		if _, err := d.ChangePerson(ctx, account.House(), gone.ID, 0, account.PersonPatch{Suspended: &no}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.ChangePerson(ctx, account.House(), id, 0, account.PersonPatch{Grants: &none}); err != nil {
			t.Errorf("with another one there: %v", err)
		}
	})
}

func TestOnlyWhoRunsAllEditionsGrants(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, _ *moment.Set) {
		d.At(account.Place{Edition: func(slug string) bool { return slug == "en" || slug == "es" }})
		ctx := t.Context()
		boss := add(t, d, "boss", password, account.Grant{Role: account.Admin})
		guest := add(t, d, "guest", "", account.Grant{Role: account.Reporter})
		grants := []account.Grant{{Role: account.Editor, Edition: "en"}}
		for _, g := range [][]account.Grant{{{Role: account.Admin, Edition: "en"}}, {{Role: account.Editor}}, {{Role: account.Reporter}}, {{Role: account.Reader}}, nil} {
			who := account.Actor{ID: "x", Grants: g}
			_, _, e1 := d.Invite(ctx, who, fact.Once{}, "n@paper.example", "N", grants)
			_, e2 := d.ChangePerson(ctx, who, guest.ID, 0, account.PersonPatch{Grants: &grants})
			_, _, e3 := d.NewLink(ctx, who, guest.ID)
			_, e4 := d.People(ctx, who)
			_, e5 := d.Acts(ctx, who, fact.ActQuery{Limit: 1})
			_, e6 := d.ChangeSecurity(ctx, who, 0, nil)
			for i, err := range []error{e1, e2, e3, e4, e5, e6, d.SignOutPerson(ctx, who, guest.ID), d.ForgetFactors(ctx, who, guest.ID)} {
				if !fault.Is(err, fault.Forbidden) {
					t.Errorf("%v, act %d: %v", g, i, err)
				}
			}
		}
		_, who := in(t, d, boss)
		for _, bad := range [][]account.Grant{{{Role: "owner"}}, {{Role: account.Editor, Edition: "fr"}}, {}, {{Role: account.Reader}}} {
			if _, _, err := d.Invite(ctx, who, fact.Once{}, "n@paper.example", "N", bad); !fault.Is(err, fault.Invalid) {
				t.Errorf("an invitation with %v: %v", bad, err)
			}
		}
		a, err := d.ChangePerson(ctx, who, guest.ID, 0, account.PersonPatch{Grants: &[]account.Grant{{Role: account.Editor, Edition: "en"}, {Role: account.Editor}, {Role: account.Editor}, {Role: account.Moderator, Edition: "es"}}})
		if err != nil || len(a.Grants) != 2 || a.Grants[0] != (account.Grant{Role: account.Editor}) {
			t.Errorf("%v %v", a.Grants, err)
		}
		if _, err := d.ChangePerson(ctx, who, guest.ID, a.Version-1, account.PersonPatch{Grants: &grants}); !fault.Is(err, fault.Stale) {
			t.Errorf("on an old version: %v", err)
		}
	})
}

func TestAnInvitationIsToldOnceAndItsActIsLogged(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := t.Context()
		boss := add(t, d, "boss", password, account.Grant{Role: account.Admin})
		_, who := in(t, d, boss)
		key := fact.Once{Account: boss.ID, Key: "k", Body: [32]byte{1}}
		grants := []account.Grant{{Role: account.Editor, Edition: "en"}}
		a, link, err := d.Invite(ctx, who, key, "New@Paper.example", "New", grants)
		if err != nil || link == "" {
			t.Fatal(err)
		}
		again, none, err := d.Invite(ctx, who, key, "New@Paper.example", "New", grants)
		if err != nil || again.ID != a.ID || none != "" {
			t.Fatalf("repeated: %+v %q %v", again, none, err)
		}
		if _, _, err := d.Invite(ctx, who, fact.Once{}, "new@paper.example", "Other", grants); !fault.Is(err, fault.Conflict) {
			t.Errorf("the same address: %v", err)
		}
		later, _, err := d.NewLink(ctx, who, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Redeem(ctx, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("an earlier link: %v", err)
		}
		session, _, err := d.Redeem(ctx, later)
		if err != nil {
			t.Fatal(err)
		}
		yes := true
		if _, err := d.ChangePerson(ctx, who, a.ID, 0, account.PersonPatch{Suspended: &yes}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, session, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("suspended, at once: %v", err)
		}
		if _, _, err := d.NewLink(ctx, who, a.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("a link for who is suspended: %v", err)
		}
		if _, _, err := d.SignIn(ctx, "boss@paper.example", "a wrong password"); err == nil {
			t.Fatal("wrong")
		}
		names := map[string]string{boss.ID: "boss", a.ID: "new"}
		want := []string{"invite >boss admin", "sign-in boss>boss password", "invite boss>new editor (en)", "link boss>new", "sign-in new>new link", "suspend boss>new", "sign-in-failed >boss password"}
		if got := log(t, d, names); !slices.Equal(got, want) {
			t.Errorf("the log says\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		// What did not happen is not in it: a change that is refused leaves no row.
		before := len(log(t, d, names))
		none2 := []account.Grant{}
		if _, err := d.ChangePerson(ctx, who, boss.ID, 0, account.PersonPatch{Grants: &none2}); !fault.Is(err, fault.Conflict) {
			t.Fatal(err)
		}
		if after := len(log(t, d, names)); after != before {
			t.Errorf("a refused change left %d rows", after-before)
		}
		// Pages of it are in order, without holes and repetitions; filters narrow them.
		var ids []string
		for q := (fact.ActQuery{Limit: 2}); ; {
			page, err := d.Acts(ctx, account.House(), q)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, one := range page {
				ids = append(ids, one.ID)
				q.Before = one.ID
			}
		}
		if len(ids) != len(want) || !slices.IsSortedFunc(ids, func(a, b string) int { return strings.Compare(b, a) }) {
			t.Errorf("in pages: %v", ids)
		}
		for _, c := range []struct {
			want int
			q    fact.ActQuery
		}{{4, fact.ActQuery{By: boss.ID}}, {4, fact.ActQuery{Subject: a.ID}}, {2, fact.ActQuery{Did: []fact.Deed{fact.SignedIn}}}, {1, fact.ActQuery{Did: []fact.Deed{fact.SignInFailed, fact.Suspended}, By: boss.ID}}} {
			c.q.Limit = 100
			if got, err := d.Acts(ctx, account.House(), c.q); err != nil || len(got) != c.want {
				t.Errorf("%+v: %d rows, %v", c.q, len(got), err)
			}
		}
		clock.Forward(91 * 24 * time.Hour)
		if err := db.Sweep(ctx, 24*time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := log(t, d, names); len(got) != len(want)-1 || strings.Contains(strings.Join(got, " "), "failed") {
			t.Errorf("after 91 days: %v", got)
		}
	})
}

func TestTokensAreToldOnceAndMakeNoWaysIn(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, clock *moment.Set) {
		ctx := t.Context()
		ana := add(t, d, "ana", password, account.Grant{Role: account.Admin})
		eve := add(t, d, "eve", password, account.Grant{Role: account.Editor})
		_, who := in(t, d, ana)
		_, other := in(t, d, eve)
		key := fact.Once{Account: ana.ID, Key: "k", Body: [32]byte{2}}
		kept, token, err := d.Mint(ctx, who, key, "Results", time.Hour)
		if err != nil || !strings.HasPrefix(token, "dateline_") || kept.Hash != "" && strings.Contains(token, kept.Hash) {
			t.Fatalf("%+v %v", kept, err)
		}
		again, none, err := d.Mint(ctx, who, key, "Results", time.Hour)
		if err != nil || again.ID != kept.ID || none != "" || again.Name != "Results" {
			t.Fatalf("repeated: %+v %q %v", again, none, err)
		}
		program, err := d.Who(ctx, token, account.Token)
		if err != nil {
			t.Fatal(err)
		}
		_, _, e1 := d.Mint(ctx, program, fact.Once{}, "More", 0)
		_, e2 := d.BeginCodes(ctx, program)
		_, e3 := d.BeginPasskey(ctx, program)
		_, e4 := d.NewRecovery(ctx, program)
		for i, err := range []error{e1, e2, e3, e4, d.DropCodes(ctx, program), d.DropPasskey(ctx, program, "x"), d.ChangePassword(ctx, program, password, "another long password"),
			d.Prove(ctx, program, account.Proof{Password: password}), d.ForgetFactors(ctx, program, eve.ID)} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("a program, act %d: %v", i, err)
			}
		}
		// A program goes on after ten minutes; it is not asked who it is.
		clock.Forward(30 * time.Minute)
		if program, err = d.Who(ctx, token, account.Token); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.NewLink(ctx, program, eve.ID); err != nil {
			t.Errorf("a program makes a link: %v", err)
		}
		if err := d.RevokeToken(ctx, other, kept.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's token: %v", err)
		}
		if _, err := d.TokensOf(ctx, other, true); !fault.Is(err, fault.Forbidden) {
			t.Errorf("everybody's: %v", err)
		}
		mine, err := d.TokensOf(ctx, other, false)
		if err != nil || len(mine) != 0 {
			t.Errorf("%v %v", mine, err)
		}
		all, err := d.TokensOf(ctx, program, true)
		if err != nil || len(all) != 1 || all[0].ID != kept.ID {
			t.Errorf("%v %v", all, err)
		}
		if err := d.RevokeToken(ctx, program, kept.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, token, account.Token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("revoked: %v", err)
		}
	})
}

func TestWhatIsDangerousNeedsAProofOfTheLastTenMinutes(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, clock *moment.Set) {
		ctx := t.Context()
		ana := add(t, d, "ana", password, account.Grant{Role: account.Admin})
		eve := add(t, d, "eve", "", account.Grant{Role: account.Editor})
		session, _ := in(t, d, ana)
		now := func() account.Actor {
			t.Helper()
			clock.Forward(3 * time.Second)
			who, err := d.Who(ctx, session, account.Session)
			if err != nil {
				t.Fatal(err)
			}
			return who
		}
		acts := func() map[string]error {
			who := now()
			grants := []account.Grant{{Role: account.Editor, Edition: "en"}}
			_, _, e1 := d.Mint(ctx, who, fact.Once{}, "t", 0)
			_, e2 := d.ChangePerson(ctx, who, eve.ID, 0, account.PersonPatch{Grants: &grants})
			_, _, e3 := d.NewLink(ctx, who, eve.ID)
			_, e4 := d.ChangeSecurity(ctx, who, 0, nil)
			_, e5 := d.BeginCodes(ctx, who)
			return map[string]error{"token": e1, "grants": e2, "link": e3, "security": e4, "codes": e5, "signing out": d.SignOutPerson(ctx, who, eve.ID)}
		}
		for what, err := range acts() {
			if err != nil {
				t.Errorf("fresh, %s: %v", what, err)
			}
		}
		clock.Forward(10 * time.Minute)
		for what, err := range acts() {
			if !fault.Is(err, fault.Forbidden) || !strings.Contains(err.Error(), "prove") {
				t.Errorf("after ten minutes, %s: %v", what, err)
			}
		}
		if err := d.Prove(ctx, now(), account.Proof{Password: "a wrong password"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("a wrong password: %v", err)
		}
		if err := d.Prove(ctx, now(), account.Proof{}); !fault.Is(err, fault.Invalid) {
			t.Errorf("nothing: %v", err)
		}
		if err := d.Prove(ctx, now(), account.Proof{Password: password}); err != nil {
			t.Fatal(err)
		}
		for what, err := range acts() {
			if err != nil {
				t.Errorf("proven, %s: %v", what, err)
			}
		}
		// Who has nothing to prove himself with is not asked for it: his first password is what he gets.
		link, err := d.Link(ctx, eve)
		if err != nil {
			t.Fatal(err)
		}
		secret, _, err := d.Redeem(ctx, link)
		if err != nil {
			t.Fatal(err)
		}
		clock.Forward(time.Hour)
		who, err := d.Who(ctx, secret, account.Session)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.ChangePassword(ctx, who, "", password); err != nil {
			t.Errorf("a first password: %v", err)
		}
	})
}

func TestASessionEndsWithItsNextCall(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, _ *moment.Set) {
		ctx := t.Context()
		ana := add(t, d, "ana", password, account.Grant{Role: account.Editor})
		eve := add(t, d, "eve", password, account.Grant{Role: account.Editor})
		mine, who := in(t, d, ana)
		other, there := in(t, d, ana)
		_, stranger := in(t, d, eve)
		list, err := d.Sessions(ctx, who)
		if err != nil || len(list) != 2 || list[0].Browser != "Mozilla/5.0 Firefox/140" {
			t.Fatalf("%+v %v", list, err)
		}
		if _, err := d.Who(ctx, other, account.Session); err != nil {
			t.Fatal(err)
		}
		if err := d.EndSession(ctx, stranger, there.Session); !fault.Is(err, fault.NotFound) {
			t.Errorf("another's session: %v", err)
		}
		if err := d.EndSession(ctx, who, there.Session); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, other, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("an ended session: %v", err)
		}
		token, err := d.Token(ctx, ana, "t", 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.EndAll(ctx, who); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, mine, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("signed out everywhere: %v", err)
		}
		if _, err := d.Who(ctx, token, account.Token); err != nil {
			t.Errorf("a token after signing out everywhere: %v", err)
		}
	})
}
