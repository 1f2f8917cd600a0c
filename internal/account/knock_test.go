package account_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store"
)

// sent gives the letter that waits.
func sent(t *testing.T, db *store.DB) fact.Letter {
	t.Helper()
	w, err := db.TakeWork(t.Context(), time.Minute)
	if err != nil || w.Kind != fact.WorkLetter {
		t.Fatalf("%+v %v", w, err)
	}
	l, err := db.Letter(t.Context(), w.Subject)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALetterOpensOnceHoweverManyTry(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, _ *moment.Set) {
		ticket, err := d.Knock(t.Context(), "New@Paper.example", "en", "/world")
		if err != nil {
			t.Fatal(err)
		}
		l := sent(t, db)
		if l.To != "new@paper.example" || l.Edition != "en" || len(l.Values["code"]) != 6 {
			t.Fatalf("%+v", l)
		}
		var in atomic.Int32
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				var who account.Actor
				var err error
				if n%2 == 0 {
					_, who, _, err = d.EnterByLink(t.Context(), l.Values["link"], "Ann")
				} else {
					_, who, _, err = d.EnterByCode(t.Context(), ticket, l.Values["code"], "Ann")
				}
				if err == nil && who.Known() {
					in.Add(1)
				} else if !fault.Is(err, fault.NotFound) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if n, err := db.Accounts(t.Context()); in.Load() != 1 || n != 1 || err != nil {
			t.Errorf("%d came in, %d accounts, %v", in.Load(), n, err)
		}
	})
}

func TestTwoLettersToOneNewAddressMakeOneAccount(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, _ *moment.Set) {
		var links []string
		for range 2 {
			if _, err := d.Knock(t.Context(), "new@paper.example", "en", ""); err != nil {
				t.Fatal(err)
			}
			links = append(links, sent(t, db).Values["link"])
		}
		_, first, _, err := d.EnterByLink(t.Context(), links[0], "Ann")
		if err != nil {
			t.Fatal(err)
		}
		if _, second, _, err := d.EnterByLink(t.Context(), links[1], "Other"); err != nil || second.ID != first.ID || second.Name != "Ann" {
			t.Errorf("%+v %v", second, err)
		}
	})
}

func TestLettersAndWhatTheyOpenAreSweptWhenTheirTimeIsOver(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		if _, err := d.Knock(t.Context(), "new@paper.example", "en", ""); err != nil {
			t.Fatal(err)
		}
		l := sent(t, db)
		clock.Forward(account.KnockLife + time.Second)
		if err := db.Sweep(t.Context(), time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Letter(t.Context(), l.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v", err)
		}
	})
}

func TestWhoComesAtTheLastMomentKeepsAllOfHisAccountOrNothing(t *testing.T) {
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		used := ""
		enter := func() (string, account.Actor) {
			t.Helper()
			if _, err := d.Knock(t.Context(), "reader@paper.example", "en", ""); err != nil {
				t.Fatal(err)
			}
			for {
				w, err := db.TakeWork(t.Context(), time.Hour)
				if err != nil {
					t.Fatal(err)
				}
				if l, err := db.Letter(t.Context(), w.Subject); err == nil && l.Values["link"] != "" && l.Values["link"] != used {
					used = l.Values["link"]
					secret, who, _, err := d.EnterByLink(t.Context(), l.Values["link"], "Rita")
					if err != nil {
						t.Fatal(err)
					}
					return secret, who
				}
			}
		}
		secret, first := enter()
		who, err := d.Who(t.Context(), secret, account.Session)
		if err != nil {
			t.Fatal(err)
		}
		told, next := 0, account.Actor{}
		d.At(account.Place{Left: func(context.Context, string) error {
			if told++; told == 1 {
				_, next = enter() // while what she wrote becomes nobody's
				return errors.New("the disk is away")
			}
			return nil
		}})
		if err := d.Leave(t.Context(), who, "en"); err != nil {
			t.Fatal(err)
		}
		clock.Forward(account.LeaveAfter)
		leave := fact.Work{Kind: "leave", Subject: first.ID}
		if _, err := d.Do(t.Context(), leave); err == nil {
			t.Error("what was not done is done")
		}
		if _, err := d.Do(t.Context(), leave); err != nil || told != 2 {
			t.Errorf("told %d times, %v", told, err)
		}
		if a, err := d.Account(t.Context(), first.ID); err != nil || a.LeftAt.IsZero() || next.ID == first.ID || next.ID == "" {
			t.Errorf("%+v %v; she came as %s", a, err, next.ID)
		}
	})
}
