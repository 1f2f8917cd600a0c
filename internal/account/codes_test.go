package account_test

import (
	"context"
	"encoding/base32"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store"
)

// app is the app of somebody that shows codes.
type app struct {
	secret []byte
	clock  *moment.Set
}

func newApp(t *testing.T, secret string, clock *moment.Set) app {
	t.Helper()
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	return app{raw, clock}
}

func (a app) shows() string { return account.Code(a.secret, a.clock.Now()) }

func TestCodesAreAskedAfterThePasswordAndCountOnce(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := t.Context()
		ana := add(t, d, "ana", password, account.Grant{Role: account.Editor})
		session, who := in(t, d, ana)
		elsewhere, _ := in(t, d, ana)
		begun, err := d.BeginCodes(ctx, who)
		if err != nil || !strings.HasPrefix(begun.URI, "otpauth://totp/") || !strings.Contains(begun.URI, begun.Secret) {
			t.Fatalf("%+v %v", begun, err)
		}
		phone := newApp(t, begun.Secret, clock)
		if _, w, err := d.SignIn(ctx, ana.Email, password); err != nil || w.Half {
			t.Fatalf("codes that are only begun: %+v %v", w, err)
		}
		if _, err := d.ConfirmCodes(ctx, who, "000000"); !fault.Is(err, fault.Invalid) {
			t.Fatalf("a wrong code: %v", err)
		}
		recovery, err := d.ConfirmCodes(ctx, who, phone.shows())
		if err != nil || len(recovery) != 10 {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, session, account.Session); err != nil {
			t.Errorf("the session that set codes up: %v", err)
		}
		if _, err := d.Who(ctx, elsewhere, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("a session that never showed a code: %v", err)
		}
		link, err := d.Link(ctx, ana)
		if err != nil {
			t.Fatal(err)
		}
		_, w, err := d.Redeem(ctx, link)
		if err != nil || !w.Half || w.ID != "" || w.Known() {
			t.Fatalf("a link alone lets in: %+v %v", w, err)
		}
		half, w, err := d.SignIn(ctx, ana.Email, password)
		if err != nil || !w.Half || w.ID != "" {
			t.Fatalf("a password alone lets in: %+v %v", w, err)
		}
		if _, err := d.Who(ctx, half, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("half a session is one: %v", err)
		}
		if _, _, err := d.Second(ctx, half, account.Proof{Code: phone.shows()}); !fault.Is(err, fault.Invalid) {
			t.Errorf("the code that was used to begin: %v", err)
		}
		if _, _, err := d.Second(ctx, half, account.Proof{Password: password}); !fault.Is(err, fault.Invalid) {
			t.Errorf("the password again: %v", err)
		}
		clock.Forward(30 * time.Second)
		full, w, err := d.Second(ctx, half, account.Proof{Code: phone.shows()})
		if err != nil || w.ID != ana.ID {
			t.Fatalf("%+v %v", w, err)
		}
		if _, err := d.Who(ctx, full, account.Session); err != nil {
			t.Error(err)
		}
		if _, _, err := d.Second(ctx, half, account.Proof{Code: phone.shows()}); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("the same half again: %v", err)
		}
		// Of many who try one code at once, one gets in.
		clock.Forward(30 * time.Second)
		code := phone.shows()
		halves := make(chan string, 16)
		for range 16 {
			h, _, err := d.SignIn(ctx, ana.Email, password)
			if err != nil {
				t.Fatal(err)
			}
			halves <- h
		}
		well, others := atOnce(func() error {
			_, _, err := d.Second(context.Background(), <-halves, account.Proof{Code: code})
			return err
		})
		if well != 1 {
			t.Errorf("one code let %d in", well)
		}
		for _, err := range others {
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("%v", err)
			}
		}
		// Recovery codes stand in, once each, however they are written.
		try := func(code string) error {
			h, _, err := d.SignIn(ctx, ana.Email, password)
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = d.Second(ctx, h, account.Proof{Code: code})
			return err
		}
		if err := try(strings.ToUpper(strings.ReplaceAll(recovery[3], "-", " "))); err != nil {
			t.Errorf("a recovery code: %v", err)
		}
		if err := try(recovery[3]); !fault.Is(err, fault.Invalid) {
			t.Errorf("a recovery code again: %v", err)
		}
		// What is kept is no recovery code, and late halves are over.
		if err := db.Dump(ctx, func(table string, line []byte) error {
			for _, c := range recovery {
				if strings.Contains(string(line), c) || strings.Contains(string(line), strings.ReplaceAll(c, "-", "")) {
					t.Errorf("a recovery code stands in %s", table)
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		late, _, err := d.SignIn(ctx, ana.Email, password)
		if err != nil {
			t.Fatal(err)
		}
		clock.Forward(11 * time.Minute)
		if _, _, err := d.Second(ctx, late, account.Proof{Code: phone.shows()}); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("half a session of eleven minutes: %v", err)
		}
	})
}

func TestRolesThatNeedASecondFactorLeadToOne(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, clock *moment.Set) {
		ctx := t.Context()
		boss := add(t, d, "boss", password, account.Grant{Role: account.Admin})
		ana := add(t, d, "ana", password, account.Grant{Role: account.Moderator, Edition: "en"})
		eve := add(t, d, "eve", password, account.Grant{Role: account.Reporter})
		session, before := in(t, d, ana)
		token, err := d.Token(ctx, ana, "t", 0)
		if err != nil {
			t.Fatal(err)
		}
		_, who := in(t, d, boss)
		if _, err := d.ChangeSecurity(ctx, who, 0, []account.Role{account.Reader}); !fault.Is(err, fault.Invalid) {
			t.Errorf("readers: %v", err)
		}
		s, err := d.ChangeSecurity(ctx, who, 0, []account.Role{account.Moderator, account.Moderator})
		if err != nil || !slices.Equal(s.Factor, []account.Role{account.Moderator}) {
			t.Fatalf("%+v %v", s, err)
		}
		if _, err := d.ChangeSecurity(ctx, who, s.Version+1, nil); !fault.Is(err, fault.Stale) {
			t.Errorf("on another version: %v", err)
		}
		now, err := d.Who(ctx, session, account.Session)
		if err != nil || !now.Enrol || before.Enrol {
			t.Fatalf("%+v %v", now, err)
		}
		if w, err := d.Who(ctx, token, account.Token); err != nil || w.Enrol {
			t.Errorf("a token: %+v %v", w, err)
		}
		if _, w := in(t, d, eve); w.Enrol {
			t.Error("another role is led there")
		}
		begun, err := d.BeginCodes(ctx, now)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.ConfirmCodes(ctx, now, newApp(t, begun.Secret, clock).shows()); err != nil {
			t.Fatal(err)
		}
		if w, err := d.Who(ctx, session, account.Session); err != nil || w.Enrol {
			t.Errorf("with codes: %+v %v", w, err)
		}
		if _, w, err := d.SignIn(ctx, ana.Email, password); err != nil || !w.Half {
			t.Errorf("%+v %v", w, err)
		}
		if err := d.ForgetFactors(ctx, who, ana.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Who(ctx, session, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("forgotten: %v", err)
		}
		if _, w, err := d.SignIn(ctx, ana.Email, password); err != nil || w.Half || !w.Enrol {
			t.Errorf("after a lost phone: %+v %v", w, err)
		}
	})
}
