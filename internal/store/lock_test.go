package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// people are editors besides the room's own.
func person(name string) account.Actor {
	return account.Actor{ID: name, Name: name, Grants: []account.Grant{{Role: account.Editor}}}
}

// take takes a lock that must be had.
func (r *room) take(who account.Actor, id, tab, over string) news.Lock {
	r.t.Helper()
	l, err := r.desk.TakeLock(context.Background(), news.Act{Who: who}, id, tab, over)
	if err != nil {
		r.t.Fatal(err)
	}
	return l
}

// refused gives the lock that stood in the way.
func (r *room) refused(who account.Actor, id, tab, over string) news.Lock {
	r.t.Helper()
	_, err := r.desk.TakeLock(context.Background(), news.Act{Who: who}, id, tab, over)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Conflict {
		r.t.Fatalf("%s took %s with %q: %v", who.ID, id, over, err)
	}
	return f.Current.(news.Lock)
}

// told lists what the desk was told of a story since it was made: kind, tab.
func (r *room) told(id string) []string {
	r.t.Helper()
	facts, err := r.db.Facts(context.Background(), fact.Desk("en"), 0, 10_000)
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, f := range facts {
		if f.ID == id && f.Tab != "" {
			out = append(out, fmt.Sprint(f.Kind, " ", f.By, "/", f.Tab))
		}
	}
	return out
}

func TestOfSixteenTakeOversOfOneLockOneWins(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		a := r.draft("Wanted by sixteen")
		held := r.take(person("ana"), a.ID, "first", "")
		var won, lost atomic.Int32
		var winner atomic.Value
		var wg sync.WaitGroup
		for n := range 16 {
			wg.Go(func() {
				who := person(fmt.Sprintf("p%d", n))
				l, err := r.desk.TakeLock(context.Background(), news.Act{Who: who}, a.ID, "tab", held.ID)
				var f *fault.Error
				switch {
				case err == nil:
					won.Add(1)
					winner.Store(l)
				case errors.As(err, &f) && f.Kind == fault.Conflict && f.Current.(news.Lock).ID != held.ID:
					lost.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || lost.Load() != 15 {
			t.Fatalf("%d won, %d were told who did", won.Load(), lost.Load())
		}
		l, err := r.db.Lock(context.Background(), a.ID)
		if err != nil || l != winner.Load().(news.Lock) {
			t.Fatalf("%+v is kept, %+v was told to have won: %v", l, winner.Load(), err)
		}
		if told := r.told(a.ID); !slices.Equal(told, []string{"locked ana/first", "taken " + l.Account + "/tab"}) {
			t.Fatalf("the desk was told %v", told)
		}
	})
}

func TestOfSixteenWhoFindAStoryFreeOneHasIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		a := r.draft("Free for all")
		var won atomic.Int32
		var wg sync.WaitGroup
		for n := range 16 {
			wg.Go(func() {
				_, err := r.desk.TakeLock(context.Background(), news.Act{Who: person(fmt.Sprintf("p%d", n))}, a.ID, "tab", "")
				if err == nil {
					won.Add(1)
				} else if !fault.Is(err, fault.Conflict) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || len(r.told(a.ID)) != 1 {
			t.Fatalf("%d have it; the desk was told %v", won.Load(), r.told(a.ID))
		}
	})
}

func TestALockLastsAsLongAsItIsRenewedAndEndsWithItsLease(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		ana, ben := person("ana"), person("ben")
		a := r.draft("In hand")
		due := func() {
			for {
				w, err := r.db.TakeWork(ctx, time.Minute)
				if fault.Is(err, fault.NotFound) {
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if mine, err := r.desk.Do(ctx, w); err != nil || !mine {
					t.Fatal(mine, err)
				}
				if err := r.db.DoneWork(ctx, w); err != nil {
					t.Fatal(err)
				}
			}
		}
		first := r.take(ana, a.ID, "one", "")
		for range 4 {
			r.clock.Forward(news.Lease - time.Second)
			due()
			l := r.take(ana, a.ID, "one", "")
			if l.ID != first.ID || l.Since != first.Since || !l.Until.Equal(r.clock.Now().Add(news.Lease)) {
				t.Fatalf("renewed as %+v", l)
			}
			if in := r.refused(ben, a.ID, "one", ""); in != l {
				t.Fatalf("the lock in the way is %+v", in)
			}
		}
		r.refused(ana, a.ID, "two", "") // another tab of the same person is another
		r.refused(ben, a.ID, "one", "another-lock")
		if told := r.told(a.ID); len(told) != 1 {
			t.Fatalf("renewals were told: %v", told)
		}
		r.clock.Forward(news.Lease)
		if _, held, err := r.desk.Lock(ctx, ben, a.ID); err != nil || held {
			t.Fatalf("held %v after its lease: %v", held, err)
		}
		due()
		if _, err := r.db.Lock(ctx, a.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("the row of a lock that ended: %v", err)
		}
		second := r.take(ben, a.ID, "one", "")
		if second.ID == first.ID {
			t.Fatal("another holder has the same lock")
		}
		third := r.take(ana, a.ID, "two", second.ID)
		if again := r.take(ana, a.ID, "two", second.ID); again.ID != third.ID {
			t.Fatal("a repeated take-over changed hands again")
		}
		if err := r.desk.LetGo(ctx, ben, a.ID, "one"); err != nil { // who lost it lets go too late
			t.Fatal(err)
		}
		if l, held, err := r.desk.Lock(ctx, ben, a.ID); err != nil || !held || l.ID != third.ID {
			t.Fatalf("%+v %v: %v", l, held, err)
		}
		if err := r.desk.LetGo(ctx, ana, a.ID, "two"); err != nil {
			t.Fatal(err)
		}
		want := []string{"locked ana/one", "unlocked ana/one", "locked ben/one", "taken ana/two", "unlocked ana/two"}
		if told := r.told(a.ID); !slices.Equal(told, want) {
			t.Fatalf("the desk was told %v", told)
		}
		if next, err := r.db.NextWork(ctx); err != nil || !next.IsZero() {
			t.Fatalf("work is left for %s: %v", next, err)
		}
		// A lease that ran out and that nobody looked at is free as well.
		fourth := r.take(ben, a.ID, "x", "")
		r.clock.Forward(news.Lease)
		if l := r.take(ana, a.ID, "y", ""); l.ID == fourth.ID {
			t.Fatal("another holder has the same lock")
		}
	})
}
