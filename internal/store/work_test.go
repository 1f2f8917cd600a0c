package store_test

import (
	"context"
	"testing"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestWorkBelongsToWhoTookItUntilItsLeaseIsOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		none := func(err error) bool { return fault.Is(err, fault.NotFound) }
		a := r.draft("For later")
		r.publish(a, news.Publication{At: r.clock.Now().Add(time.Hour)})
		if all, due, err := r.db.WorkWaiting(ctx); all != 1 || due != 0 || err != nil {
			t.Fatalf("before its time: %d, %d due, %v", all, due, err)
		}
		r.clock.Forward(time.Hour)
		if all, due, err := r.db.WorkWaiting(ctx); all != 1 || due != 1 || err != nil {
			t.Fatalf("at its time: %d, %d due, %v", all, due, err)
		}
		first, err := r.db.TakeWork(ctx, time.Second)
		if err != nil || first.Subject != a.ID || first.Tries != 1 {
			t.Fatalf("%+v %v", first, err)
		}
		r.clock.Forward(900 * time.Millisecond)
		if err := r.db.HoldWork(ctx, first, time.Second); err != nil {
			t.Fatal(err)
		}
		r.clock.Forward(900 * time.Millisecond) // its first lease would be over
		if w, err := r.db.TakeWork(ctx, time.Second); !none(err) {
			t.Fatalf("taken although it is held: %+v %v", w, err)
		}
		r.clock.Forward(200 * time.Millisecond) // who took it has died
		second, err := r.db.TakeWork(ctx, time.Second)
		if err != nil || second.Tries != 2 {
			t.Fatalf("%+v %v", second, err)
		}
		if err := r.db.HoldWork(ctx, first, time.Hour); !none(err) {
			t.Fatalf("the first held what is the second's: %v", err)
		}
		if err := r.db.HoldWork(ctx, second, time.Minute); err != nil { // it failed, and is put off
			t.Fatal(err)
		}
		if next, err := r.db.NextWork(ctx); err != nil || !next.Equal(r.clock.Now().Add(time.Minute)) {
			t.Fatalf("next at %s: %v", next, err)
		}
		r.clock.Forward(time.Minute)
		third, err := r.db.TakeWork(ctx, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.db.DoneWork(ctx, third); err != nil {
			t.Fatal(err)
		}
		if err := r.db.HoldWork(ctx, third, time.Second); !none(err) {
			t.Fatalf("held what is done: %v", err)
		}
	})
}
