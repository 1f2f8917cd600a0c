package store_test

import (
	"sync"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/readership"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestViewsAddUpByTheHourAndMakeTheMostReadDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		a, b := r.draft("One"), r.draft("Two")
		r.publish(a, news.Publication{})
		r.publish(b, news.Publication{})
		hour := r.clock.Now().UTC().Truncate(time.Hour)
		due := r.clock.Now().Add(time.Minute)
		add := func(at time.Time, views ...readership.Views) {
			t.Helper()
			if err := r.db.AddViews(ctx, at, views, due); err != nil {
				t.Fatal(err)
			}
		}
		add(hour.Add(-time.Hour), readership.Views{Article: a.ID, N: 4})
		add(hour, readership.Views{Article: a.ID, N: 1}, readership.Views{Article: b.ID, N: 3}, readership.Views{Article: "gone", N: 9})
		add(hour, readership.Views{Article: a.ID, N: 1})
		hours, err := r.db.HoursOf(ctx, a.ID, hour.Add(-24*time.Hour), hour.Add(time.Hour))
		if err != nil || len(hours) != 2 || hours[0].N != 4 || hours[1].N != 2 || !hours[1].At.Equal(hour) {
			t.Fatalf("%+v %v", hours, err)
		}
		top, err := r.db.TopViews(ctx, "en", hour.Add(-time.Hour), 10)
		if err != nil || len(top) != 2 || top[0] != (readership.Views{Article: a.ID, N: 6}) || top[1].N != 3 {
			t.Fatalf("%+v %v", top, err)
		}
		if top, err = r.db.TopViews(ctx, "en", hour, 1); err != nil || len(top) != 1 || top[0].Article != b.ID {
			t.Fatalf("in this hour: %+v %v", top, err)
		}
		if n, err := r.db.TotalViews(ctx, "en", hour.Add(-time.Hour), hour.Add(time.Hour)); err != nil || n != 9 {
			t.Fatalf("of the edition: %d %v", n, err)
		}
		if n, err := r.db.TotalViews(ctx, "es", hour, hour.Add(time.Hour)); err != nil || n != 0 {
			t.Fatalf("of another: %d %v", n, err)
		}
		sums, err := r.db.ViewsOf(ctx, []string{a.ID, b.ID, "nothing"}, hour, hour.Add(time.Hour))
		if err != nil || len(sums) != 2 {
			t.Fatalf("%+v %v", sums, err)
		}
		r.clock.Forward(time.Minute)
		w, err := r.db.TakeWork(ctx, time.Second)
		if err != nil || w.Kind != readership.WorkMostRead || w.Subject != "en" {
			t.Fatalf("%+v %v", w, err)
		}
		if err := r.db.DoneWork(ctx, w); err != nil {
			t.Fatal(err)
		}
		if w, err := r.db.TakeWork(ctx, time.Second); !fault.Is(err, fault.NotFound) {
			t.Fatalf("due besides: %+v %v", w, err)
		}
		if err := r.db.SweepViews(ctx, hour); err != nil {
			t.Fatal(err)
		}
		if hours, err = r.db.HoursOf(ctx, a.ID, hour.Add(-24*time.Hour), hour.Add(time.Hour)); err != nil || len(hours) != 1 {
			t.Fatalf("after the sweep: %+v %v", hours, err)
		}
	})
}

func TestNodesThatWriteViewsAtOnceLoseNone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		hour := r.clock.Now().UTC().Truncate(time.Hour)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					if err := r.db.AddViews(t.Context(), hour, []readership.Views{{Article: "a", N: 1}, {Article: "b", N: 2}}, hour); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		for id, want := range map[string]int64{"a": 40, "b": 80} {
			if hours, err := r.db.HoursOf(t.Context(), id, hour, hour.Add(time.Hour)); err != nil || len(hours) != 1 || hours[0].N != want {
				t.Errorf("%s: %+v %v", id, hours, err)
			}
		}
	})
}

func TestWhatIsShownAsMostReadIsKeptAsItIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		if ids, err := r.db.MostRead(ctx, "en"); err != nil || ids != nil {
			t.Fatalf("before anything: %v %v", ids, err)
		}
		for _, order := range [][]string{{"a", "b", "c"}, {"b", "a", "c"}, nil} {
			if err := r.db.AmendMostRead(ctx, "en", func(now []string) ([]string, fact.Outcome, error) {
				return order, fact.Outcome{Stale: []fact.Tag{fact.TagMostRead("en")}}, nil
			}); err != nil {
				t.Fatal(err)
			}
			if ids, err := r.db.MostRead(ctx, "en"); err != nil || len(ids) != len(order) || len(ids) > 0 && ids[0] != order[0] {
				t.Fatalf("%v %v, want %v", ids, err, order)
			}
		}
	})
}
