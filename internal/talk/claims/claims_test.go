package claims

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/talk"
)

// desk has every card but "gone", all in the edition en.
type desk struct{}

func (desk) Read(_ context.Context, who account.Actor, id string) (talk.Comment, []talk.Report, error) {
	if id == "gone" || !talk.Moderates(who, "en") {
		return talk.Comment{}, nil, fault.New(fault.NotFound, "fault.not_found", "there is no such comment")
	}
	return talk.Comment{ID: id, Place: talk.Place{Edition: "en"}}, nil, nil
}

func moderator(id string) account.Actor {
	return account.Actor{ID: id, Name: "Mod " + id, Grants: []account.Grant{{Role: account.Moderator, Edition: "en"}}}
}

// nodes gives so many that hear each other.
func nodes(t *testing.T, clock moment.Clock, n int) []*Claims {
	t.Helper()
	all := make([]*Claims, n)
	for i := range all {
		all[i] = New(desk{}, clock, func(c Claim) {
			data, err := json.Marshal(c)
			if err != nil {
				t.Error(err)
			}
			for _, other := range all {
				other.Hear(data)
			}
		})
	}
	return all
}

func TestOneModeratorHasACardInHandOnEveryNode(t *testing.T) {
	clock := moment.At(time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC))
	both := nodes(t, clock, 2)
	ana, ben, ctx := moderator("ana"), moderator("ben"), t.Context()
	take := func(c *Claims, who account.Actor, card, want string) {
		t.Helper()
		if got, err := c.Take(ctx, who, card); err != nil || got.Account != want {
			t.Errorf("%s takes %s: it is %q's, want %q: %v", who.ID, card, got.Account, want, err)
		}
	}
	take(both[0], ana, "one", "ana")
	clock.Forward(time.Second)
	take(both[1], ben, "one", "ana")
	take(both[1], ben, "two", "ben")
	take(both[0], ana, "two", "ben")
	take(both[0], ana, "three", "ana") // she let one go
	take(both[1], ben, "one", "ben")
	both[0].Release(ana, "one") // it is not hers
	if of := both[0].Of(ana); len(of) != 2 || of[0].Comment != "three" || of[1].Account != "ben" {
		t.Errorf("%+v", of)
	}
	if of := both[0].Of(account.Actor{Grants: []account.Grant{{Role: account.Moderator, Edition: "es"}}}); len(of) != 0 {
		t.Errorf("of another edition: %+v", of)
	}
	both[1].Release(ben, "one")
	take(both[0], ana, "one", "ana")
	clock.Forward(HeldFor)
	take(both[1], ben, "one", "ben") // she said it no more
	if _, err := both[0].Take(ctx, ana, "gone"); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such card: %v", err)
	}
}

func TestOfTwoThatTookACardAtOnceTheEarlierHasItEverywhere(t *testing.T) {
	now := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	first := Claim{Kind: Claimed, Comment: "one", Edition: "en", Account: "ben", At: now, Until: now.Add(HeldFor)}
	second := first
	second.Account, second.At = "ana", now.Add(time.Millisecond)
	for _, order := range [][]Claim{{first, second}, {second, first}} {
		c := New(desk{}, moment.At(now.Add(time.Second)), nil)
		for _, said := range order {
			data, err := json.Marshal(said)
			if err != nil {
				t.Fatal(err)
			}
			c.Hear(data)
		}
		if of := c.Of(moderator("ana")); len(of) != 1 || of[0].Account != "ben" {
			t.Errorf("%+v", of)
		}
	}
	c := New(desk{}, moment.At(now), nil)
	for _, junk := range []string{"", "{}", "null", `{"kind":"claimed","comment":"x"}`, `{"kind":"other","comment":"x","account":"a","edition":"en"}`} {
		if _, ok := c.Hear([]byte(junk)); ok {
			t.Errorf("%s is understood", junk)
		}
	}
}
