package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestARedactionTakesTheQuotedWordsOutOfTheCorrectionToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.publish(r.draft("Fined: Vellamo"), news.Publication{})
		once := fact.Once{Account: "editor", Key: "k", Body: [32]byte{1}}
		act := news.Act{Who: r.editor, Version: a.Version}
		a, err := r.desk.Save(ctx, act, a.ID, news.Patch{Headline: ptr("Fined: somebody")})
		if err != nil {
			t.Fatal(err)
		}
		a = r.publish(a, news.Publication{Change: news.Correction, Note: "The name was wrong."})
		i, err := r.db.Item(ctx, a.ID)
		if err != nil || len(i.Corrections) != 1 || i.Corrections[0].Before != "Vellamo" {
			t.Fatalf("%+v: %v", i.Corrections, err)
		}
		a, err = r.desk.Redact(ctx, news.Act{Who: r.editor, Version: a.Version, Once: once}, a.ID, 1, "A name.")
		if err != nil {
			t.Fatal(err)
		}
		i, err = r.db.Item(ctx, a.ID)
		if err != nil || len(i.Corrections) != 1 || i.Corrections[0].Before != "" || i.Corrections[0].Note == "" || i.Headline != "Fined: somebody" || i.Revision != 2 {
			t.Fatalf("%+v: %v", i, err)
		}
		list, err := r.db.Corrections(ctx, "en", news.Cursor{}, 10)
		if err != nil || len(list) != 1 || list[0].Mark.Before != "" {
			t.Fatalf("%+v: %v", list, err)
		}
	})
}

func TestAKeyStaysUsedWhenTheTextOfItsOutcomeIsRedacted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		act := news.Act{Who: r.editor, Once: fact.Once{Account: "editor", Key: "k", Body: [32]byte{1}}}
		make := func() news.Article {
			a, err := r.desk.Create(ctx, act, news.Patch{Edition: ptr("en"), Section: ptr("world"), Headline: ptr("Named: Vellamo")})
			if err != nil {
				t.Fatal(err)
			}
			return a
		}
		a := r.publish(make(), news.Publication{})
		doc := body.FromText("Nothing.")
		a, err := r.desk.Save(ctx, news.Act{Who: r.editor}, a.ID, news.Patch{Headline: ptr("Nobody"), Body: &doc, Slug: ptr("nobody")})
		if err != nil {
			t.Fatal(err)
		}
		a = r.publish(a, news.Publication{Change: news.Minor})
		if _, err := r.desk.Redact(ctx, news.Act{Who: r.editor}, a.ID, 1, "A name."); err != nil {
			t.Fatal(err)
		}
		if again := make(); again.ID != a.ID || strings.Contains(again.Headline, "Vellamo") {
			t.Errorf("the repetition gave %s %q, the first outcome was %s", again.ID, again.Headline, a.ID)
		}
	})
}

func TestAFactThatTellsOfLongAgoIsKeptAsLongAsAnyOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		if _, err := r.desk.PublishAs(ctx, r.draft("Of long ago").ID, news.Publication{}, r.clock.Now().Add(-100*24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := r.db.Sweep(ctx, 7*24*time.Hour); err != nil {
			t.Fatal(err)
		}
		if facts, err := r.db.Facts(ctx, fact.Newsfeed("en"), 0, 10); err != nil || len(facts) != 1 {
			t.Errorf("%d facts are left: %v", len(facts), err)
		}
	})
}

func TestTheSetUpLinkEndsWithTheFirstAccountHoweverItWasMade(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		db := storetest.Open(t, o)
		door := account.NewDoor(db, moment.System{}, moment.NewIDs(moment.System{}))
		ctx := context.Background()
		link, err := door.SetUpLink(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := door.Add(ctx, "ann@example.org", "Ann", "", account.Grant{Role: account.Admin}); err != nil {
			t.Fatal(err)
		}
		if _, _, err := door.SetUp(ctx, link, "stranger@example.org", "Stranger", "a long enough password"); !fault.Is(err, fault.NotFound) {
			t.Errorf("a second admin by the old link: %v", err)
		}
	})
}
