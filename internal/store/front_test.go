package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// fronts gives a desk of editions over a room's database, and who edits there.
func fronts(r *room) (*edition.Desk, account.Actor) {
	return edition.NewDesk(r.db, r.clock, moment.NewIDs(r.clock), []string{"en", "es"}), r.editor
}

func TestAFrontKeepsItsPinsAndWhatItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, editor := fronts(r)
		ctx := t.Context()
		first, err := r.db.Front(ctx, "en", "")
		if err != nil || first.Version != 1 || len(first.Pins) != 0 {
			t.Fatalf("before anybody edited it: %+v %v", first, err)
		}
		a, b := r.draft("One"), r.draft("Two")
		edit := func(version int64, pins ...edition.Pin) (edition.Front, error) {
			return desk.EditFront(ctx, editor, "en", "", version, pins)
		}
		until := r.clock.Now().Add(time.Hour)
		f, err := edit(1, edition.Pin{Slot: 2, Article: a.ID, Headline: " Short  words "}, edition.Pin{Slot: 0, Article: b.ID, Until: until})
		if err != nil || f.Version != 2 || f.Pins[0].Article != b.ID || f.Pins[1].Headline != "Short words" {
			t.Fatalf("%+v %v", f, err)
		}
		if same, err := edit(2, f.Pins...); err != nil || same.Version != 2 {
			t.Fatalf("the same pins again: %+v %v", same, err)
		}
		var stale *fault.Error
		if _, err = edit(1); !fault.Is(err, fault.Stale) {
			t.Fatalf("an old version: %v", err)
		} else if stale = err.(*fault.Error); stale.Current.(edition.Front).Version != 2 {
			t.Fatalf("the newer one is not shown: %+v", stale.Current)
		}
		if _, err := r.db.TakeWork(ctx, time.Second); !fault.Is(err, fault.NotFound) {
			t.Fatalf("due too early: %v", err)
		}
		r.clock.Forward(time.Hour)
		w, err := r.db.TakeWork(ctx, time.Second)
		if err != nil || w.Kind != edition.WorkFront || w.Subject != "en" {
			t.Fatalf("%+v %v", w, err)
		}
		for range 2 { // it may be asked twice
			if mine, err := desk.Do(ctx, w); !mine || err != nil {
				t.Fatal(mine, err)
			}
		}
		if f, err = r.db.Front(ctx, "en", ""); err != nil || f.Version != 3 || len(f.Pins) != 1 || f.Pins[0].Article != a.ID {
			t.Fatalf("after its time: %+v %v", f, err)
		}
		versions, err := desk.FrontVersions(ctx, editor, "en", "", 0, 10)
		if err != nil || len(versions) != 2 || versions[0].Why != edition.Expired || versions[0].By != "" || versions[1].By != editor.ID || len(versions[1].Pins) != 2 {
			t.Fatalf("%+v %v", versions, err)
		}
		if older, err := desk.FrontVersions(ctx, editor, "en", "", 3, 10); err != nil || len(older) != 1 || older[0].Version != 2 {
			t.Fatalf("%+v %v", older, err)
		}
		facts, err := r.db.Facts(ctx, fact.Desk("en"), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var told []int64
		for _, one := range facts {
			if one.Kind == fact.Arranged && one.ID == "en" {
				told = append(told, one.Version)
			}
		}
		if len(told) != 2 || told[0] != 2 || told[1] != 3 {
			t.Errorf("the desk heard of versions %v", told)
		}
	})
}

func TestAFrontRefusesWhatCannotStandThere(t *testing.T) {
	r := newRoom(t, store.Options{Dir: t.TempDir()})
	desk, editor := fronts(r)
	a := r.draft("One")
	page, err := r.desk.Create(t.Context(), news.Act{Who: r.editor}, news.Patch{Edition: ptr("en"), Kind: ptr("page")})
	if err != nil {
		t.Fatal(err)
	}
	past := r.clock.Now().Add(-time.Minute)
	for name, pins := range map[string][]edition.Pin{
		"body.pins[0].slot":                      {{Slot: edition.FrontSlots, Article: a.ID}},
		"body.pins[1].slot":                      {{Slot: 1, Article: a.ID}, {Slot: 1, Article: r.draft("Two").ID}},
		"body.pins[1].article":                   {{Slot: 1, Article: a.ID}, {Slot: 2, Article: a.ID}},
		"body.pins[0].article":                   {{Slot: 1, Article: "0123456789abc"}},
		"body.pins[0].until":                     {{Slot: 1, Article: a.ID, Until: past}},
		"body.pins[0].picture":                   {{Slot: 1, Article: a.ID, Picture: "0123456789abc"}},
		"body.pins[0].headline":                  {{Slot: 1, Article: a.ID, Headline: "a\x00b"}},
		"body.pins[0].article (a standing page)": {{Slot: 1, Article: page.ID}},
	} {
		_, err := desk.EditFront(t.Context(), editor, "en", "", 0, pins)
		var f *fault.Error
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f = err.(*fault.Error)
		if want := name[:len(f.Places[0].Location)]; len(f.Places) != 1 || f.Places[0].Location != want {
			t.Errorf("%s: %+v", name, f.Places)
		}
	}
	for _, at := range [][2]string{{"nowhere", ""}, {"en", "nowhere"}} {
		if _, err := desk.EditFront(t.Context(), account.House(), at[0], at[1], 0, nil); !fault.Is(err, fault.NotFound) {
			t.Errorf("%v: %v", at, err)
		}
	}
}

func TestOfTwoEditorsAtOnceOneIsShownWhatTheOtherDid(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, editor := fronts(r)
		var stories []string
		for range 6 {
			stories = append(stories, r.draft("Story").ID)
		}
		var won atomic.Int64
		var all sync.WaitGroup
		for _, id := range stories {
			all.Go(func() {
				_, err := desk.EditFront(t.Context(), editor, "en", "", 1, []edition.Pin{{Slot: 0, Article: id}})
				if err == nil {
					won.Add(1)
				} else if !fault.Is(err, fault.Stale) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		f, err := r.db.Front(t.Context(), "en", "")
		if err != nil || won.Load() != 1 || f.Version != 2 {
			t.Errorf("%d won, version %d: %v", won.Load(), f.Version, err)
		}
	})
}
