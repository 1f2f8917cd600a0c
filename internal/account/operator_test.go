package account_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store"
)

func TestAnOperatorFindsTheAccountThatIsThere(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := t.Context()
		one, err := d.Admit(ctx, "Ana@Paper.example", "Ana", account.Grant{Role: account.Reporter, Edition: "en"})
		if err != nil || one.Known || !one.Granted || one.Email != "ana@paper.example" {
			t.Fatalf("%+v %v", one, err)
		}
		if err := d.SetPassword(ctx, one.ID, password); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			grant account.Grant
			new   bool
			all   int
		}{
			{account.Grant{Role: account.Reporter, Edition: "en"}, false, 1}, {account.Grant{Role: account.Reporter, Edition: "es"}, true, 2},
			{account.Grant{Role: account.Admin}, true, 3}, {account.Grant{Role: account.Admin, Edition: "en"}, false, 3},
		} {
			got, err := d.Admit(ctx, "ana@paper.example", "Another", c.grant)
			if err != nil || !got.Known || got.Granted != c.new || len(got.Grants) != c.all || got.Name != "Ana" || got.ID != one.ID {
				t.Errorf("%v: %+v %v", c.grant, got, err)
			}
		}
		if _, _, err := d.SignIn(ctx, "ana@paper.example", password); err != nil {
			t.Errorf("the password: %v", err)
		}
		if _, err := db.AmendAccount(ctx, one.ID, suspend); err != nil {
			t.Fatal(err)
		}
		if got, err := d.Admit(ctx, "ana@paper.example", "Ana", account.Grant{Role: account.Editor}); err == nil {
			t.Errorf("a suspended account gained a role: %+v", got)
		}
		well, others := atOnce(func() error {
			_, err := d.Admit(context.Background(), "bea@paper.example", "Bea", account.Grant{Role: account.Editor})
			return err
		})
		if well != 16 {
			t.Errorf("%d of 16 at once: %v", well, others)
		}
	})
}

func TestAChangedPasswordEndsOtherSessionsAndLinksOnly(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, clock *moment.Set) {
		ctx := t.Context()
		a := add(t, d, "ana", "", account.Grant{Role: account.Editor})
		link, err := d.Link(ctx, a)
		if err != nil {
			t.Fatal(err)
		}
		mine, who, err := d.Redeem(ctx, link)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.ChangePassword(ctx, who, "", "short"); !fault.Is(err, fault.Invalid) {
			t.Errorf("a short one: %v", err)
		}
		if err := d.ChangePassword(ctx, who, "", password); err != nil {
			t.Fatal(err)
		}
		other, _, err := d.SignIn(ctx, a.Email, password)
		if err != nil {
			t.Fatal(err)
		}
		token, err := d.Token(ctx, a, "t", 0)
		if err != nil {
			t.Fatal(err)
		}
		if link, err = d.Link(ctx, a); err != nil {
			t.Fatal(err)
		}
		for _, wrong := range []string{"", "a wrong password", strings.Repeat("x", 900)} {
			if err := d.ChangePassword(ctx, who, wrong, "another long password"); !fault.Is(err, fault.Invalid) {
				t.Errorf("%.20q as the one of before: %v", wrong, err)
			}
		}
		if err := d.ChangePassword(ctx, who, password, "another long password"); err != nil {
			t.Fatal(err)
		}
		clock.Forward(5 * time.Second)
		if _, err := d.Who(ctx, mine, account.Session); err != nil {
			t.Errorf("the session that changed it: %v", err)
		}
		if _, err := d.Who(ctx, token, account.Token); err != nil {
			t.Errorf("a token: %v", err)
		}
		if _, err := d.Who(ctx, other, account.Session); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("another session: %v", err)
		}
		if _, _, err := d.Redeem(ctx, link); !fault.Is(err, fault.NotFound) {
			t.Errorf("a link of before: %v", err)
		}
		if _, _, err := d.SignIn(ctx, a.Email, "another long password"); err != nil {
			t.Errorf("%v", err)
		}
	})
}
