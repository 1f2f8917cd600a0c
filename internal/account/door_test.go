package account_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

const password = "a long password"

// each runs f with a door over a fresh database of each kind.
func each(t *testing.T, f func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set)) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		clock := moment.At(noon)
		o.Clock = clock
		db := storetest.Open(t, o)
		f(t, account.NewDoor(db, clock, moment.NewIDs(clock)), db, clock)
	})
}

// suspend is a change of an account.
func suspend(a *account.Account) (fact.Outcome, error) {
	a.SuspendedAt = noon
	return fact.Outcome{}, nil
}

func add(t *testing.T, d *account.Door, name string, password string, grants ...account.Grant) account.Account {
	t.Helper()
	a, err := d.Add(t.Context(), name+"@paper.example", name, password, grants...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSigningInCostsAndSaysTheSameForEverybody(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, _ *moment.Set) {
		add(t, d, "ana", password)
		add(t, d, "linked", "") // signs in with links only
		suspended := add(t, d, "gone", password)
		if _, err := db.AmendAccount(t.Context(), suspended.ID, suspend); err != nil {
			t.Fatal(err)
		}
		var told error
		for _, c := range [][2]string{{"ana@paper.example", "a wrong password"}, {"nobody@paper.example", "a wrong password"}, {"linked@paper.example", ""}, {"linked@paper.example", password}, {"gone@paper.example", password}, {"", ""}, {"no address", password}, {"ana@paper.example", ""}, {"ANA@paper.example ", "a wrong password"}} {
			n := 0
			d.Derivations(func() { n++ })
			secret, who, err := d.SignIn(t.Context(), c[0], c[1])
			if err == nil || secret != "" || who.Known() || n != 1 {
				t.Errorf("%v: %v, %d derivations", c, err, n)
			}
			if told == nil {
				told = err
			} else if !errors.Is(err, told) && err.Error() != told.Error() {
				t.Errorf("%v is told %q, others %q", c, err, told)
			}
		}
		for _, address := range []string{"ana@paper.example", "nobody@paper.example"} { // what no password can be is refused before any work
			n := 0
			d.Derivations(func() { n++ })
			if _, _, err := d.SignIn(t.Context(), address, strings.Repeat("x", 801)); err == nil || n != 0 {
				t.Errorf("%s: %v, %d derivations", address, err, n)
			}
		}
		if _, who, err := d.SignIn(t.Context(), " Ana@Paper.example", password); err != nil || who.Name != "ana" {
			t.Errorf("the right password: %v", err)
		}
	})
}

func TestPasswordsOfEveryScriptSignIn(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, _ *moment.Set) {
		for n, p := range []string{strings.Repeat("п", 200), strings.Repeat("x", 200), strings.Repeat("水", 200), "ten chars!", strings.Repeat("😀", 10), " spaces around ", "a\u0301 and \u00e1 differ"} {
			name := "p" + string(rune('a'+n))
			add(t, d, name, p)
			if _, _, err := d.SignIn(t.Context(), name+"@paper.example", p); err != nil {
				t.Errorf("%.20q: %v", p, err)
			}
		}
		for _, p := range []string{"nine char", strings.Repeat("x", 201), strings.Repeat("😀", 201)} {
			if _, err := d.Add(t.Context(), "bad@paper.example", "Bad", p); !fault.Is(err, fault.Invalid) {
				t.Errorf("%.20q was taken: %v", p, err)
			}
		}
	})
}

// atOnce runs f sixteen times together and counts how often it went well.
func atOnce(f func() error) (well int, others []error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			err := f()
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				well++
			} else {
				others = append(others, err)
			}
		})
	}
	all.Wait()
	return well, others
}

func TestALinkWorksOnceHoweverManyUseItAtOnce(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := context.Background()
		a := add(t, d, "ana", "", account.Grant{Role: account.Reporter})
		link, err := d.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		well, others := atOnce(func() error { _, _, err := d.Redeem(ctx, link); return err })
		if well != 1 {
			t.Errorf("it worked %d times", well)
		}
		for _, err := range others {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("somebody was told %v", err)
			}
		}
		if n, err := db.Secrets(ctx, a.ID, account.Session); err != nil || len(n) != 1 {
			t.Errorf("%d sessions, %v", len(n), err)
		}
		// An old one, a made-up one, a session's secret and a token are none.
		old, err := d.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		clock.Forward(24*time.Hour + time.Second)
		token, err := d.Token(ctx, a, "t", 0)
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := d.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		session, _, err := d.Redeem(ctx, fresh)
		if err != nil {
			t.Fatal(err)
		}
		for name, s := range map[string]string{"old": old, "made up": strings.Repeat("A", 43), "empty": "", "a token": token, "a session": session, "used": link} {
			if _, _, err := d.Redeem(ctx, s); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := d.Who(ctx, token, account.Token); err != nil {
			t.Errorf("trying a token as a link used it up: %v", err)
		}
		if _, err := db.AmendAccount(ctx, a.ID, suspend); err != nil {
			t.Fatal(err)
		}
		last, err := d.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.Redeem(ctx, last); !fault.Is(err, fault.NotFound) {
			t.Errorf("a suspended account came in: %v", err)
		}
	})
}

func TestTheSetUpLinkMakesOneAccountOnce(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := context.Background()
		first, err := d.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		link, err := d.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.SetUpPending(ctx, first); err != nil {
			t.Errorf("the link that an earlier start printed: %v", err)
		}
		// As a sign-in link it is none, and is not used up by the try.
		if _, _, err := d.Redeem(ctx, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
		if err := d.SetUpPending(ctx, link); err != nil {
			t.Errorf("trying it as a sign-in link used it up: %v", err)
		}
		if _, _, err := d.SetUp(ctx, link, "no address", "", "short"); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v", err)
		}
		var made atomic.Int64
		well, others := atOnce(func() error {
			by := link
			if made.Load()%2 == 0 {
				by = first
			}
			_, who, err := d.SetUp(ctx, by, "a"+string(rune('a'+made.Add(1)))+"@paper.example", "Ana", password)
			if err == nil && !who.Has("any", account.Admin) {
				t.Error("the first account is no admin")
			}
			return err
		})
		if n, err := db.Accounts(ctx); well != 1 || n != 1 || err != nil {
			t.Errorf("it worked %d times and made %d accounts (%v)", well, n, err)
		}
		for _, err := range others {
			if !fault.Is(err, fault.NotFound) {
				t.Errorf("somebody was told %v", err)
			}
		}
		if _, err := d.SetUpLink(ctx); !fault.Is(err, fault.Conflict) {
			t.Errorf("a site that is set up gave another link: %v", err)
		}
	})
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := context.Background()
		link, err := d.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		add(t, d, "operator", "", account.Grant{Role: account.Editor}) // made by command meanwhile
		if _, _, err := d.SetUp(ctx, link, "late@paper.example", "Late", password); !fault.Is(err, fault.NotFound) {
			t.Errorf("a printed link made an admin of a site that is somebody's: %v", err)
		}
		clock.Forward(31 * 24 * time.Hour)
		if d.SetUpPending(ctx, link) == nil {
			t.Error("the link lives for ever")
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := t.Context()
		a := add(t, d, "ana", password, account.Grant{Role: account.Editor, Edition: "en"})
		in := func() string {
			t.Helper()
			secret, _, err := d.SignIn(ctx, a.Email, password)
			if err != nil {
				t.Fatal(err)
			}
			return secret
		}
		one, two := in(), in()
		if one == two || len(one) < 40 {
			t.Errorf("%q %q", one, two)
		}
		who, err := d.Who(ctx, one, account.Session)
		if err != nil || !who.Has("en", account.Editor) || who.Has("es", account.Editor) {
			t.Fatalf("%+v %v", who, err)
		}
		valid := func(secret string) bool {
			t.Helper()
			clock.Forward(5 * time.Second) // what is known is taken from memory for two
			_, err := d.Who(ctx, secret, account.Session)
			if err != nil && !fault.Is(err, fault.Unauthenticated) {
				t.Fatal(err)
			}
			return err == nil
		}
		if _, err := d.Who(ctx, one, account.Token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a session counts as a token: %v", err)
		}
		if err := d.SignOut(ctx, who); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, one, account.Session); err == nil { // at once on this node
			t.Error("signing out did nothing")
		}
		if valid(one) || !valid(two) {
			t.Error("signing out ended the wrong session")
		}
		// Idle for a month, it is over; used, it goes on, but for ninety days at most.
		idle := in()
		clock.Forward(30*24*time.Hour + time.Minute)
		if valid(idle) {
			t.Error("a session lives on unused")
		}
		used := in()
		for range 8 {
			clock.Forward(11 * 24 * time.Hour)
			if !valid(used) {
				t.Error("a session in use ended")
			}
		}
		clock.Forward(3 * 24 * time.Hour)
		if valid(used) {
			t.Error("a session lives on after ninety days")
		}
		// A new password ends sessions, tokens and links; a suspension everything at once.
		s := in()
		token, err := d.Token(ctx, a, "t", 0)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.SetPassword(ctx, a.ID, "another long password"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, token, account.Token); valid(s) || err == nil {
			t.Error("a new password left sessions or tokens")
		}
		if _, _, err := d.SignIn(ctx, a.Email, password); err == nil {
			t.Error("the old password still works")
		}
		s2, _, err := d.SignIn(ctx, a.Email, "another long password")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.AmendAccount(ctx, a.ID, suspend); err != nil {
			t.Fatal(err)
		}
		if valid(s2) {
			t.Error("a suspended account's session is valid")
		}
		short, err := d.Token(ctx, a, "short", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		clock.Forward(2 * time.Minute)
		if _, err := d.Who(ctx, short, account.Token); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a token lives on: %v", err)
		}
	})
}

func TestAStolenDatabaseOpensNothing(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, _ *moment.Set) {
		ctx := t.Context()
		setUp, err := d.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		a := add(t, d, "ana", password, account.Grant{Role: account.Admin})
		link, err := d.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		token, err := d.Token(ctx, a, "t", 0)
		if err != nil {
			t.Fatal(err)
		}
		session, _, err := d.SignIn(ctx, a.Email, password)
		if err != nil {
			t.Fatal(err)
		}
		var hashes []string
		kept := 0
		err = db.Dump(ctx, func(table string, line []byte) error {
			for name, secret := range map[string]string{"set-up link": setUp, "link": link, "token": token, "session": session, "password": password} {
				if strings.Contains(string(line), secret) || strings.Contains(string(line), strings.TrimPrefix(secret, "dateline_")) {
					t.Errorf("the %s stands in the table %s", name, table)
				}
			}
			if table == "secret" {
				kept++
				for field := range strings.FieldsFuncSeq(string(line), func(r rune) bool { return r == '"' || r == ',' || r == '[' || r == ']' }) {
					if len(field) == 64 {
						hashes = append(hashes, field)
					}
				}
			}
			if table == "account" && !strings.Contains(string(line), "$argon2id$v=19$m=19456,t=2,p=1$") {
				t.Errorf("the password is kept as %s", line)
			}
			return nil
		})
		if err != nil || kept != 4 || len(hashes) != 4 {
			t.Fatalf("%v, %d secrets, %d hashes", err, kept, len(hashes))
		}
		for _, h := range hashes {
			for _, kind := range []account.SecretKind{account.Session, account.Token, account.OneTime, account.SetUp} {
				for _, s := range []string{h, "dateline_" + h, strings.ToUpper(h)} {
					if _, err := d.Who(ctx, s, kind); err == nil {
						t.Errorf("what is kept of a secret opens the door as a %s", kind)
					}
				}
			}
			if _, _, err := d.Redeem(ctx, h); err == nil {
				t.Error("what is kept of a link signs in")
			}
		}
	})
}

func TestAddressesAreOneAccountsEach(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, _ *moment.Set) {
		add(t, d, "ana", "")
		well, others := atOnce(func() error { _, err := d.Add(context.Background(), "Bea@Paper.example", "Bea", ""); return err })
		if well != 1 {
			t.Errorf("%d accounts of one address", well)
		}
		for _, err := range others {
			if !fault.Is(err, fault.Conflict) {
				t.Errorf("%v", err)
			}
		}
		for _, bad := range []string{"", "x", "a@b", "a b@c.example", "Ana <ana@x.example>", "a@b.example, c@d.example", "a@b.example\r\nBcc: x@y.example", strings.Repeat("a", 250) + "@x.example", "<a@b.example>"} {
			if _, err := d.Add(t.Context(), bad, "X", ""); !fault.Is(err, fault.Invalid) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	})
}
