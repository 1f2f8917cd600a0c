package account_test

import (
	"fmt"
	"testing"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/moment"
	"dateline/internal/store"
)

func TestColleaguesAreThoseWhoWorkThereNow(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, _ *moment.Set) {
		ctx := t.Context()
		add(t, d, "zoe", "", account.Grant{Role: account.Admin})
		add(t, d, "ana", "", account.Grant{Role: account.Reporter, Edition: "en"}, account.Grant{Role: account.Editor, Edition: "es"}, account.Grant{Role: account.Reporter, Edition: "es"})
		add(t, d, "rita", "", account.Grant{Role: account.Reader})
		gone := add(t, d, "gus", "", account.Grant{Role: account.Editor})
		former := add(t, d, "fay", "", account.Grant{Role: account.Moderator})
		later := add(t, d, "lea", "", account.Grant{Role: account.Reader})
		for id, change := range map[string]func(*account.Account) (fact.Outcome, error){
			gone.ID:   suspend,
			former.ID: func(a *account.Account) (fact.Outcome, error) { a.Grants = nil; return fact.Outcome{}, nil },
			later.ID: func(a *account.Account) (fact.Outcome, error) {
				a.Grants[0].Role = account.Audience
				return fact.Outcome{}, nil
			},
		} {
			if _, err := db.AmendAccount(ctx, id, change); err != nil {
				t.Fatal(err)
			}
		}
		for edition, want := range map[string]string{
			"": "ana [reporter editor], lea [audience], zoe [admin], ", "en": "ana [reporter], lea [audience], zoe [admin], ",
			"es": "ana [editor reporter], lea [audience], zoe [admin], ", "nowhere": "lea [audience], zoe [admin], ",
		} {
			list, err := d.Colleagues(ctx, edition)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, c := range list {
				got += fmt.Sprintf("%s %v, ", c.Name, c.Roles)
			}
			if got != want {
				t.Errorf("in %q work %s, want %s", edition, got, want)
			}
		}
		all, err := db.Staff(ctx)
		if err != nil || len(all) != 5 {
			t.Errorf("%d accounts have or had a role: %v", len(all), err)
		}
	})
}
