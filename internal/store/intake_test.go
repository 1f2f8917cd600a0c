package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
	"dateline/internal/wire"
)

// arrivals is the intake desk of a room with one source.
func arrivals(r *room) (*intake.Desk, intake.Source) {
	r.t.Helper()
	d := intake.NewDesk(r.db, r.clock, moment.NewIDs(r.clock), func() *edition.Directory { return r.dir }, wire.Newer)
	s, err := d.Add(context.Background(), r.editor, fact.Once{}, intake.Fields{Edition: ptr("en"), Kind: ptr("feed"), Name: ptr("Wire"), Address: ptr("https://wire.example/")})
	if err != nil {
		r.t.Fatal(err)
	}
	return d, s
}

func sent(uri, version, headline string) intake.Item {
	c := news.Content{Headline: headline, Body: body.FromText("One hundred percent_sure of " + headline), Source: &news.Source{URI: uri, Version: version, Name: "Wire"}}
	return intake.Item{URI: uri, Digest: headline, Status: "usable", Content: c}
}

func TestTheInboxIsListedSearchedAndFoldedAlikeOnBothDatabases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		d, s := arrivals(r)
		take := func(i intake.Item) bool {
			t.Helper()
			r.clock.Forward(time.Second)
			fresh, err := d.Take(ctx, s, i)
			if err != nil {
				t.Fatal(err)
			}
			return fresh
		}
		list := func(q intake.Query) (out []string) {
			t.Helper()
			q.Limit = 100
			all, err := d.Inbox(ctx, r.editor, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range all {
				out = append(out, i.URI)
			}
			return out
		}
		if !take(sent("a", "1", "Ferry")) || !take(sent("b", "1", "Bridge")) || take(sent("a", "1", "Ferry")) || take(sent("c", "1", "Ferry")) || take(sent("a", "2", "Ferry again")) {
			t.Error("what is new is counted otherwise")
		}
		for want, q := range map[string]intake.Query{
			"[a b]": {}, "[c]": {State: intake.Folded}, "[b]": {Text: "BRIDGE"}, "[a b] ": {Text: "percent_sure"}, "[]": {Text: "percent%sure"}, "[] ": {Text: `\`},
			"[a b]  ": {Editions: []string{"en", "es"}}, "[]  ": {Edition: "es"}, "[a b]   ": {Source: s.ID},
		} {
			if got := fmt.Sprint(list(q)); got != "["+trimmed(want)+"]" {
				t.Errorf("%+v: %s, want %s", q, got, want)
			}
		}
		if again := take(sent("c", "2", "Ferry, other words")); again {
			t.Error("an item that says something else now was counted as new")
		}
		if got := list(intake.Query{}); len(got) != 3 || got[0] != "c" {
			t.Errorf("an item that says something else now stays folded: %v", got)
		}
		first, err := d.Inbox(ctx, r.editor, intake.Query{Limit: 1})
		if err != nil || len(first) != 1 {
			t.Fatal(err)
		}
		next, err := d.Inbox(ctx, r.editor, intake.Query{Limit: 5, After: news.Cursor{At: first[0].At, ID: first[0].ID}})
		if err != nil || len(next) != 2 || next[0].URI != "a" {
			t.Errorf("the next page: %v %v", next, err)
		}
		if _, err := d.Inbox(ctx, account.Actor{ID: "x"}, intake.Query{Limit: 1}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("somebody without a role: %v", err)
		}
	})
}

func trimmed(s string) string {
	for len(s) > 0 && s[len(s)-1] == ' ' {
		s = s[:len(s)-1]
	}
	return s[1 : len(s)-1]
}

func TestTwoNodesThatBringTheSameBringItOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		d, s := arrivals(r)
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() {
				if _, err := d.Take(context.Background(), s, sent([]string{"a", "b"}[n%2], "1", "The same words")); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		fresh, err := d.Inbox(context.Background(), r.editor, intake.Query{Limit: 10})
		folded, err2 := d.Inbox(context.Background(), r.editor, intake.Query{Limit: 10, State: intake.Folded})
		if err != nil || err2 != nil || len(fresh) != 1 || len(folded) != 1 {
			t.Errorf("%d new, %d folded: %v %v", len(fresh), len(folded), err, err2)
		}
		facts, err := r.db.Facts(context.Background(), fact.Desk("en"), 0, 100)
		arrived := 0
		for _, f := range facts {
			if f.Kind == fact.Arrived {
				arrived++
			}
		}
		if err != nil || arrived != 1 {
			t.Errorf("%d facts: %v", arrived, err)
		}
	})
}

func TestASourceIsChangedOnItsVersionAndItsReadingIsNoVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		d, s := arrivals(r)
		if err := d.Read(ctx, s.ID, func(r *intake.Reading) { r.Failures, r.Why = 1, "unreachable" }); err != nil {
			t.Fatal(err)
		}
		next, err := d.Change(ctx, r.editor, s.Version, s.ID, intake.Fields{Name: ptr("Another")})
		if err != nil || next.Version != s.Version+1 || next.Reading.Failures != 1 {
			t.Fatalf("%+v %v", next, err)
		}
		_, err = d.Change(ctx, r.editor, s.Version, s.ID, intake.Fields{Name: ptr("Third")})
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Stale || f.Current.(intake.Source).Name != "Another" {
			t.Errorf("an old version: %v", err)
		}
		w, err := r.db.TakeWork(ctx, time.Minute)
		if err != nil || w.Kind != intake.WorkRead || w.Subject != s.ID {
			t.Errorf("%+v %v", w, err)
		}
		if err := d.Remove(ctx, r.editor, 0, s.ID); err != nil {
			t.Fatal(err)
		}
		if at, err := r.db.NextWork(ctx); err != nil || !at.IsZero() {
			t.Errorf("work is left: %s %v", at, err)
		}
	})
}
