package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// storm gives a desk of posts over a room's database, and a published live coverage.
func storm(r *room) (*coverage.Desk, news.Article) {
	r.t.Helper()
	a := r.draft("Storm")
	a, err := r.desk.Save(r.t.Context(), news.Act{Who: r.editor}, a.ID, news.Patch{Kind: ptr("live")})
	if err != nil {
		r.t.Fatal(err)
	}
	return coverage.NewDesk(r.db, r.desk, r.clock, moment.NewIDs(r.clock)), r.publish(a, news.Publication{})
}

func words(text string) coverage.Patch {
	doc := body.FromText(text)
	return coverage.Patch{Body: &doc, State: ptr("published")}
}

func TestAPostIsRevisionLeafItemAndFactsTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		ctx, act := t.Context(), coverage.Act{Who: r.editor}
		before, err := r.db.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		p, err := desk.Create(ctx, act, live.ID, words("The first wave."))
		if err != nil || p.State != coverage.Published || p.Revision != 1 {
			t.Fatalf("%+v %v", p, err)
		}
		if p, err = desk.Save(ctx, coverage.Act{Who: r.editor, Version: p.Version}, live.ID, p.ID, words("The second wave.")); err != nil || p.Revision != 2 || p.EditedAt.IsZero() {
			t.Fatalf("%+v %v", p, err)
		}
		var stale *fault.Error
		if _, err := desk.Save(ctx, coverage.Act{Who: r.editor, Version: 1}, live.ID, p.ID, words("Late.")); !fault.Is(err, fault.Stale) {
			t.Fatalf("an old version: %v", err)
		} else if stale = err.(*fault.Error); stale.Current.(coverage.Post).Version != p.Version {
			t.Errorf("%+v", stale.Current)
		}
		i, err := r.db.Place(ctx, live.ID, p.ID)
		if err != nil || i.Body.Text() != "The second wave." || i.Revision != 2 {
			t.Errorf("%+v %v", i, err)
		}
		if head, err := r.db.Head(ctx); err != nil || head.Size != before.Size+2 {
			t.Errorf("the log has %d leaves more: %v", head.Size-before.Size, err)
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Error(err)
		}
		facts, err := r.db.Facts(ctx, fact.Live(live.ID), 0, 100)
		if err != nil || len(facts) != 2 || facts[0].Kind != fact.Published || facts[1].Kind != fact.Updated || facts[1].ID != p.ID {
			t.Errorf("%+v %v", facts, err)
		}
		if _, err := desk.Withdraw(ctx, act, live.ID, p.ID, "Wrong."); err != nil {
			t.Fatal(err)
		}
		if i, err = r.db.Place(ctx, live.ID, p.ID); err != nil || !i.Gone() || !i.Body.IsEmpty() || i.At != p.At {
			t.Errorf("what is left in public: %+v %v", i, err)
		}
		if listed, err := r.db.Listed(ctx, coverage.Query{Coverage: live.ID, Limit: 10}); err != nil || len(listed) != 0 {
			t.Errorf("%+v %v", listed, err)
		}
	})
}

func TestPostsAreListedFromAnyPlaceInBothOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		ctx, act := t.Context(), coverage.Act{Who: r.editor}
		var ids []string
		for n := range 9 {
			f := words(fmt.Sprintf("Post %d.", n))
			f.KeyEvent, f.Newsfeed = ptr(n%3 == 0), ptr(n%4 == 0)
			at := r.clock.Now().Add(-time.Duration(n/2) * time.Minute) // two share a time
			f.At = &at
			p, err := desk.Create(ctx, act, live.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			ids = append(ids, p.ID)
			r.clock.Forward(time.Microsecond)
		}
		all := func(q coverage.Query) (out []string) {
			t.Helper()
			q.Coverage = live.ID
			for q.Limit = 3; ; {
				some, err := r.db.Listed(ctx, q)
				if err != nil {
					t.Fatal(err)
				}
				if q.From.ID != "" {
					some = some[1:]
				}
				for _, i := range some {
					out = append(out, i.ID)
				}
				if len(some) < 2 {
					return out
				}
				q.From = some[len(some)-1]
			}
		}
		newest, oldest := all(coverage.Query{}), all(coverage.Query{Oldest: true})
		if len(newest) != 9 || len(oldest) != 9 || newest[0] != oldest[8] || newest[8] != oldest[0] || newest[0] != ids[1] {
			t.Errorf("%v\n%v\n%v", ids, newest, oldest)
		}
		if keys := all(coverage.Query{KeyEvent: true}); len(keys) != 3 {
			t.Errorf("%v", keys)
		}
		if flashes, err := r.db.Flashes(ctx, "en", "", news.Cursor{}, 10); err != nil || len(flashes) != 3 || flashes[0].ID != ids[8] {
			t.Errorf("%+v %v", flashes, err)
		}
		if found, err := r.db.Published(ctx, append(ids, "0123456789abc")); err != nil || len(found) != 9 {
			t.Errorf("%d %v", len(found), err)
		}
		if none, err := r.db.Flashes(ctx, "en", "0123456789abc", news.Cursor{}, 10); err != nil || len(none) != 0 {
			t.Errorf("of another section: %+v %v", none, err)
		}
		if none, err := r.db.Flashes(ctx, "es", "", news.Cursor{}, 10); err != nil || len(none) != 0 {
			t.Errorf("%+v %v", none, err)
		}
	})
}

func TestReportersWriteAtOnceAndNothingIsLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		shared, err := desk.Create(t.Context(), coverage.Act{Who: r.editor}, live.ID, words("Shared."))
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for w := range 16 {
			all.Go(func() {
				f := words(fmt.Sprintf("Writer %d.", w))
				f.Pinned = ptr(w%2 == 0)
				if _, err := desk.Create(t.Context(), coverage.Act{Who: r.editor}, live.ID, f); err != nil {
					t.Error(err)
				}
				if _, err := desk.Save(t.Context(), coverage.Act{Who: r.editor}, live.ID, shared.ID, words(fmt.Sprintf("Shared by %d.", w))); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		ctx := t.Context()
		if listed, err := r.db.Listed(ctx, coverage.Query{Coverage: live.ID, Limit: 100}); err != nil || len(listed) != 17 {
			t.Errorf("%d posts, %v", len(listed), err)
		}
		if p, err := r.db.Post(ctx, shared.ID); err != nil || p.Version != 17 || p.Revision != 17 {
			t.Errorf("%+v %v", p, err)
		}
		c, err := r.db.Live(ctx, live.ID)
		if err != nil || c.Pinned == "" || c.UpdatedAt.IsZero() {
			t.Errorf("%+v %v", c, err)
		}
		facts, err := r.db.Facts(ctx, fact.Live(live.ID), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		for n, f := range facts {
			if f.Seq != int64(n+1) {
				t.Fatalf("seq %d at place %d", f.Seq, n)
			}
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestAVoterCountsOnceHoweverManyRequestsComeAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		f := words("A poll.")
		q := &coverage.Question{Question: "Open?", Options: []coverage.Option{{Text: "Yes"}, {Text: "No"}}}
		f.Question = &q
		ctx := t.Context()
		p, err := desk.Create(ctx, coverage.Act{Who: r.editor}, live.ID, f)
		if err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for n := range 24 {
			all.Go(func() {
				if _, err := desk.Vote(ctx, p.ID, fmt.Sprintf("voter-%d", n%8), 1+n%8%2); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if _, err := desk.Vote(ctx, p.ID, "x", 3); !fault.Is(err, fault.Invalid) {
			t.Errorf("no such option: %v", err)
		}
		r.clock.Forward(5 * time.Second)
		w, err := r.db.TakeWork(ctx, time.Second)
		if err != nil || w.Kind != coverage.WorkTally || w.Subject != p.ID {
			t.Fatalf("%+v %v", w, err)
		}
		for range 2 { // it may be asked twice
			if mine, err := desk.Do(ctx, w); !mine || err != nil {
				t.Fatal(mine, err)
			}
		}
		i, err := r.db.Place(ctx, live.ID, p.ID)
		if err != nil || len(i.Votes) != 2 || i.Votes[0] != 4 || i.Votes[1] != 4 {
			t.Errorf("%+v %v", i.Votes, err)
		}
	})
}

func TestTheLastVoteIsToldHoweverTheCountFallsBetween(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		f := words("A poll.")
		q := &coverage.Question{Question: "Open?", Options: []coverage.Option{{Text: "Yes"}, {Text: "No"}}}
		f.Question = &q
		ctx := t.Context()
		p, err := desk.Create(ctx, coverage.Act{Who: r.editor}, live.ID, f)
		if err != nil {
			t.Fatal(err)
		}
		const voters = 60
		var all sync.WaitGroup
		for n := range 3 {
			all.Go(func() {
				for m := range voters / 3 {
					if _, err := desk.Vote(ctx, p.ID, fmt.Sprintf("voter-%d-%d", n, m), 1); err != nil {
						t.Error(err)
					}
				}
			})
		}
		// count does what a worker does with what is due.
		count := func() (any bool) {
			w, err := r.db.TakeWork(ctx, time.Minute)
			if fault.Is(err, fault.NotFound) {
				return false
			}
			if err == nil {
				_, err = desk.Do(ctx, w)
			}
			if err == nil {
				err = r.db.DoneWork(ctx, w)
			}
			if err != nil {
				t.Error(err)
			}
			return err == nil
		}
		over := make(chan struct{})
		go func() { all.Wait(); close(over) }()
		for voting := true; voting; {
			select {
			case <-over:
				voting = false
			default:
				r.clock.Forward(5 * time.Second)
				count()
			}
		}
		r.clock.Forward(time.Hour)
		for count() {
		}
		if i, err := r.db.Place(ctx, live.ID, p.ID); err != nil || i.Votes[0] != voters {
			t.Errorf("readers see %v of %d votes: %v", i.Votes, voters, err)
		}
	})
}

func TestAPostThatSaysNoStateIsOutWhereItMayBe(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		ctx, act := t.Context(), coverage.Act{Who: r.editor}
		create := func(f coverage.Patch) coverage.Post {
			t.Helper()
			f.State = nil
			p, err := desk.Create(ctx, act, live.ID, f)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if p := create(words("The wave came.")); p.State != coverage.Published || p.Revision != 1 {
			t.Errorf("%+v", p)
		}
		later := words("At noon.")
		later.At = ptr(r.clock.Now().Add(time.Hour))
		if p := create(later); p.State != coverage.Draft {
			t.Errorf("of the future: %+v", p)
		}
		if _, err := desk.Close(ctx, act, live.ID); err != nil {
			t.Fatal(err)
		}
		if p := create(words("Too late.")); p.State != coverage.Draft {
			t.Errorf("of a closed coverage: %+v", p)
		}
	})
}

func TestADraftStandsWhereItIsNewUnlessATimeWasTyped(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		ctx := t.Context()
		draft := words("Written early.")
		draft.State = ptr("draft")
		typed := draft
		typed.At = ptr(r.clock.Now().Add(-time.Hour))
		for f, want := range map[*coverage.Patch]time.Time{&draft: r.clock.Now().Add(40 * time.Minute), &typed: *typed.At} {
			p, err := desk.Create(ctx, coverage.Act{Who: r.editor}, live.ID, *f)
			if err != nil {
				t.Fatal(err)
			}
			made := p.ID
			if want.After(p.CreatedAt) {
				r.clock.Forward(want.Sub(r.clock.Now()))
			}
			if p, err = desk.Save(ctx, coverage.Act{Who: r.editor}, live.ID, made, coverage.Patch{State: ptr("published")}); err != nil || !p.At.Equal(want) {
				t.Errorf("%v, want %v: %v", p.At, want, err)
			}
		}
	})
}

func TestALineOfTheNewsfeedIsNewWhenItIsPutThere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, live := storm(r)
		ctx := t.Context()
		f := words("The wave came.")
		p, err := desk.Create(ctx, coverage.Act{Who: r.editor}, live.ID, f)
		if err != nil {
			t.Fatal(err)
		}
		r.clock.Forward(time.Hour)
		marked := r.clock.Now()
		for range 2 { // what changes afterwards moves nothing
			if p, err = desk.Save(ctx, coverage.Act{Who: r.editor}, live.ID, p.ID, coverage.Patch{Newsfeed: ptr(true)}); err != nil {
				t.Fatal(err)
			}
			if i, err := r.db.Place(ctx, live.ID, p.ID); err != nil || !i.LineAt().Equal(marked) {
				t.Errorf("%v, want %v: %v", i.LineAt(), marked, err)
			}
			r.clock.Forward(time.Hour)
		}
	})
}

func TestADraftOfACoverageTakesItsPostsAlong(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		a := r.draft("Storm")
		if _, err := r.desk.Save(t.Context(), news.Act{Who: r.editor}, a.ID, news.Patch{Kind: ptr("live")}); err != nil {
			t.Fatal(err)
		}
		desk := coverage.NewDesk(r.db, r.desk, r.clock, moment.NewIDs(r.clock))
		f := words("Too early.")
		if _, err := desk.Create(t.Context(), coverage.Act{Who: r.editor}, a.ID, f); !fault.Is(err, fault.Conflict) {
			t.Fatalf("published before its coverage: %v", err)
		}
		f.State = nil
		p, err := desk.Create(t.Context(), coverage.Act{Who: r.editor}, a.ID, f)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := desk.Create(t.Context(), coverage.Act{Who: account.Actor{ID: "x", Grants: []account.Grant{{Role: account.Moderator}}}}, a.ID, f); !fault.Is(err, fault.NotFound) {
			t.Errorf("who may not know of it: %v", err)
		}
		if err := r.desk.Delete(t.Context(), news.Act{Who: r.editor}, a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := r.db.Post(t.Context(), p.ID); !fault.Is(err, fault.NotFound) {
			t.Errorf("its post is left: %v", err)
		}
	})
}

func TestACorrectionStandsInTheNewsfeedAndLeavesOtherListsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx, act := t.Context(), coverage.Act{Who: r.editor}
		first := r.publish(r.draft("First"), news.Publication{})
		r.clock.Forward(time.Minute)
		desk, live := storm(r)
		r.clock.Forward(time.Minute)
		in := words("Two lamps.")
		in.Newsfeed = ptr(true)
		post, err := desk.Create(ctx, act, live.ID, in)
		if err != nil {
			t.Fatal(err)
		}
		r.clock.Forward(time.Minute)
		first = r.publish(first, news.Publication{Change: news.Correction, Note: "It was the second."})
		r.clock.Forward(time.Minute)
		if _, err := desk.Correct(ctx, act, live.ID, post.ID, "One lamp.", words("One lamp.")); err != nil {
			t.Fatal(err)
		}
		for _, q := range []news.Query{{Edition: "en"}, {Section: r.section.ID}} {
			plain, err := r.db.List(ctx, q)
			if err != nil || len(plain) != 2 || plain[1].ID != first.ID {
				t.Errorf("%+v %v", plain, err)
			}
			q.Newsfeed = true
			lines, err := r.db.List(ctx, q)
			if err != nil || len(lines) != 2 || lines[0].ID != first.ID || lines[0].LineNote() != "It was the second." || !lines[0].FeedAt.Equal(lines[0].Corrections[0].At) || lines[1].LineNote() != "" {
				t.Errorf("%+v %v", lines, err)
			}
			q.After = news.Cursor{At: lines[0].FeedAt, ID: lines[0].ID}
			if rest, err := r.db.List(ctx, q); err != nil || len(rest) != 1 || rest[0].ID != live.ID {
				t.Errorf("%+v %v", rest, err)
			}
		}
		flashes, err := r.db.Flashes(ctx, "en", "", news.Cursor{}, 10)
		if err != nil || len(flashes) != 1 || !flashes[0].LineAt().Equal(r.clock.Now()) {
			t.Errorf("%+v %v", flashes, err)
		}
		after := news.Cursor{At: flashes[0].LineAt(), ID: post.ID}
		if again, err := r.db.Flashes(ctx, "en", "", after, 10); err != nil || len(again) != 0 {
			t.Errorf("it stands there twice: %+v %v", again, err)
		}
	})
}
