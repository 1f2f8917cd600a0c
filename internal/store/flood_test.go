package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

// TestOfAFloodNextToNothingIsShown has 200 accounts say 1,000 things in a minute, under one story and under many, of whom nothing or one thing was approved; 10,000 where it
// is hardest to see.
func TestOfAFloodNextToNothingIsShown(t *testing.T) {
	const crowd, stories = 200, 50
	for _, where := range []int{1, stories} {
		for approved := range 2 {
			much := 1000
			if where == stories && approved == 1 && !testing.Short() {
				much = 10_000
			}
			t.Run(fmt.Sprintf("%d stories, %d approved", where, approved), func(t *testing.T) {
				storetest.Each(t, func(t *testing.T, o store.Options) { flood(t, o, crowd, much, where, approved) })
			})
		}
	}
}

func flood(t *testing.T, o store.Options, crowd, much, stories, approved int) {
	f := newForum(t, o)
	ctx := t.Context()
	editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor}}}
	if _, err := f.talk.Configure(ctx, editor, "en", -1, func(s *talk.Settings) { s.NewFor = approved }); err != nil {
		t.Fatal(err)
	}
	places := []string{f.story.ID}
	for len(places) < stories {
		places = append(places, f.publish(f.draft(fmt.Sprint("Ferry ", len(places))), news.Publication{}).ID)
	}
	people := make([]account.Actor, crowd)
	for n := range people {
		people[n] = f.reader(fmt.Sprint("Eve", n), false)
		if approved > 0 {
			if _, err := f.db.Talk.AmendMember(ctx, fact.Once{}, people[n].ID, 0, func(m *talk.Member) (fact.Outcome, error) {
				m.Approved = int64(approved)
				m.Version++
				return fact.Outcome{}, nil
			}); err != nil {
				t.Fatal(err)
			}
		}
	}
	known, reporter := f.reader("Ana", true), f.reader("Rob", false)
	reporter.Grants = []account.Grant{{Role: account.Reporter, Edition: "en"}}
	f.clock.Forward(time.Hour)
	var next atomic.Int64
	var wg sync.WaitGroup
	say := func(who account.Actor, place, text string) talk.Comment {
		c, err := f.talk.Say(context.Background(), news.Act{Who: who}, place, text, "")
		if err != nil {
			t.Error(err)
		}
		return c
	}
	for range 16 {
		wg.Go(func() {
			for !t.Failed() {
				n := int(next.Add(1)) - 1
				if n >= much {
					return
				}
				f.clock.Forward(time.Minute / time.Duration(much))
				say(people[n%crowd], places[n%stories], fmt.Sprintf("Buy boat number %d of me", n))
				if n == much/2 {
					for _, who := range []account.Actor{known, reporter} {
						if c := say(who, places[0], "A word of "+who.Name+" in the midst of it."); c.State != talk.Public {
							t.Errorf("%s waits for %v", who.Name, c.Holds)
						}
					}
				}
			}
		})
	}
	wg.Wait()
	counts, err := f.db.Talk.Spoken(ctx, places)
	if err != nil {
		t.Fatal(err)
	}
	shown := int64(0)
	for _, n := range counts {
		shown += n
	}
	if shown > 10+2 {
		t.Errorf("%d of %d are shown", shown-2, much)
	}
	for _, who := range []account.Actor{known, reporter} {
		if all, err := f.db.Talk.Comments(ctx, talk.Query{Author: who.ID, Limit: 2}); err != nil || len(all) != 1 || all[0].State != talk.Public {
			t.Errorf("%s: %+v %v", who.Name, all, err)
		}
	}
	waits, err := f.talk.Queued(ctx, f.moderator, "en", much+1)
	if err != nil || waits[talk.Pending] < much-10 {
		t.Errorf("%v %v", waits, err)
	}
}

func TestWhatWasShownWhenAFloodBeganIsTakenFromReadersAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor}}}
		if _, err := f.talk.Configure(ctx, editor, "en", -1, func(s *talk.Settings) { s.NewFor = 0 }); err != nil {
			t.Fatal(err)
		}
		other := f.publish(f.draft("Elsewhere"), news.Publication{})
		before := f.say(f.reader("Zoe", false), "Long before it.", "")
		f.clock.Forward(2 * time.Minute)
		var ids []string
		for n := range 63 {
			place := f.story.ID
			if n == 5 {
				place = other.ID
			}
			c, err := f.talk.Say(ctx, news.Act{Who: f.reader(fmt.Sprint("Eve", n), false)}, place, fmt.Sprintf("Boat number %d", n), "")
			if err != nil {
				t.Fatal(err)
			}
			if ids = append(ids, c.ID); n == 2 {
				if _, err := f.talk.Approve(ctx, news.Act{Who: f.moderator}, c.ID); err != nil {
					t.Fatal(err)
				}
			}
			f.clock.Forward(100 * time.Millisecond)
		}
		public := func(id string) bool {
			c, err := f.db.Talk.Comment(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return c.State == talk.Public
		}
		for n, id := range ids {
			if want := n == 2 || n == 5; public(id) != want {
				t.Errorf("number %d is public: %v", n, !want)
			}
		}
		if !public(before.ID) || f.count() != 2 {
			t.Errorf("%v, %d are counted", public(before.ID), f.count())
		}
		facts, err := f.db.Facts(ctx, fact.Discussion(f.story.ID), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		withdrawn := 0
		for _, one := range facts {
			if one.Kind == fact.Withdrawn {
				withdrawn++
			}
		}
		if withdrawn != 60 {
			t.Errorf("open pages are told of %d", withdrawn)
		}
		honest, err := f.talk.Say(ctx, news.Act{Who: f.reader("Ivo", false)}, other.ID, "Under another story.", "")
		if err != nil || honest.State != talk.Public {
			t.Errorf("under another story: %+v %v", honest, err)
		}
	})
}
