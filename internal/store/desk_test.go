package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/history"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// room is a newsroom of one edition over a real database.
type room struct {
	t       testing.TB
	db      *store.DB
	clock   *moment.Set
	desk    *news.Desk
	dir     *edition.Directory
	editor  account.Actor
	section edition.Section
}

func newRoom(t testing.TB, o store.Options) *room {
	t.Helper()
	clock := moment.At(time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC))
	o.Clock = clock
	r := &room{t: t, db: storetest.Open(t, o), clock: clock}
	ids := moment.NewIDs(clock)
	who := account.Actor{ID: "editor", Grants: []account.Grant{{Role: account.Editor}}}
	r.editor = who
	r.desk = news.NewDesk(r.db, clock, ids, func() *edition.Directory { return r.dir })
	desk := edition.NewDesk(r.db, clock, ids, []string{"en", "es", "ru", "ar"})
	ctx := context.Background()
	for _, language := range []string{"en", "es", "ru", "ar"} {
		if _, err := desk.CreateEdition(ctx, who, fact.Once{}, edition.EditionPatch{Slug: &language, Name: &language, Language: &language}); err != nil {
			t.Fatal(err)
		}
		world := "world"
		s, err := desk.CreateSection(ctx, who, fact.Once{}, edition.SectionPatch{Edition: &language, Slug: &world, Name: &world})
		if err != nil {
			t.Fatal(err)
		}
		if language == "en" {
			r.section = s
		}
	}
	r.refresh()
	return r
}

func (r *room) refresh() {
	dir, err := r.db.Publication(context.Background())
	if err != nil {
		r.t.Fatal(err)
	}
	r.dir = dir
}

func ptr[T any](v T) *T { return &v }

func (r *room) draft(headline string) news.Article {
	r.t.Helper()
	doc := body.FromText("The first paragraph.\n\nThe second one says more.")
	a, err := r.desk.Create(context.Background(), news.Act{Who: r.editor}, news.Patch{Edition: ptr("en"), Section: ptr("world"), Headline: &headline, Lead: ptr("A lead."), Body: &doc, Tags: &[]string{"Ferries"}, Byline: &[]news.Byline{{Name: "Ana Vey"}}})
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

func (r *room) publish(a news.Article, p news.Publication) news.Article {
	r.t.Helper()
	a, err := r.desk.Publish(context.Background(), news.Act{Who: r.editor, Version: a.Version}, a.ID, p)
	if err != nil {
		r.t.Fatal(err)
	}
	return a
}

func TestAPublicationIsRevisionLeafItemAndFactsTogether(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.publish(r.draft("Ferry crews suspend strike"), news.Publication{Change: news.First})
		if a.State != news.Published || a.Revision != 1 || a.Slug != "ferry-crews-suspend-strike" {
			t.Fatalf("state %s revision %d slug %s", a.State, a.Revision, a.Slug)
		}
		item, err := r.db.Item(ctx, a.ID)
		if err != nil || item.Headline != a.Headline || item.Body.Text() == "" {
			t.Fatalf("item %+v: %v", item, err)
		}
		loc, err := r.db.Locate(ctx, "en", r.section.ID, a.Slug)
		if err != nil || loc.Moved || loc.Item.ID != a.ID {
			t.Fatalf("locate %+v: %v", loc, err)
		}
		for _, q := range []news.Query{{Edition: "en"}, {Section: r.section.ID}, {Edition: "en", Tag: "ferries"}, {Author: "ana-vey"}, {Edition: "en", Author: "ana-vey"}, {Edition: "en", Since: r.clock.Now().Add(-time.Hour)}} {
			items, err := r.db.List(ctx, q)
			if err != nil || len(items) != 1 || !items[0].Body.IsEmpty() {
				t.Fatalf("%+v gave %d items: %v", q, len(items), err)
			}
		}
		feed, err := r.db.Facts(ctx, fact.Newsfeed("en"), 0, 10)
		if err != nil || len(feed) != 1 || feed[0].Seq != 1 || feed[0].Kind != fact.Published || feed[0].ID != a.ID {
			t.Fatalf("newsfeed facts %+v: %v", feed, err)
		}
		head, err := r.db.Head(ctx)
		if err != nil || head.Size != 1 {
			t.Fatalf("head %d: %v", head.Size, err)
		}
		leaves, err := r.db.Leaves(ctx, 0, 10)
		if err != nil || len(leaves) != 1 {
			t.Fatal(err)
		}
		if l, err := history.ParseLeaf(leaves[0]); err != nil || l.ID != a.ID || l.Kind != "first" {
			t.Fatalf("leaf %+v: %v", l, err)
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestOfSixteenPublishesOfOneVersionOneWinsAndTheOthersGetTheNewerState(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		a := r.draft("One of sixteen")
		var won, stale atomic.Int32
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				_, err := r.desk.Publish(context.Background(), news.Act{Who: r.editor, Version: a.Version}, a.ID, news.Publication{Change: news.First})
				var f *fault.Error
				switch {
				case err == nil:
					won.Add(1)
				case errors.As(err, &f) && f.Kind == fault.Stale && f.Current.(news.Article).Revision == 1:
					stale.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if won.Load() != 1 || stale.Load() != 15 {
			t.Fatalf("%d won, %d got the newer state", won.Load(), stale.Load())
		}
	})
}

func TestTheSameKeyHasOneOutcome(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		once := fact.Once{Account: "editor", Key: "k", Body: [32]byte{1}}
		var wg sync.WaitGroup
		ids := make([]string, 8)
		for i := range ids {
			wg.Go(func() {
				a, err := r.desk.Create(ctx, news.Act{Who: r.editor, Once: once}, news.Patch{Edition: ptr("en"), Headline: ptr("Once")})
				if err != nil {
					t.Error(err)
				}
				ids[i] = a.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Fatalf("outcomes %v", ids)
			}
		}
		once.Body[0] = 2
		if _, err := r.desk.Create(ctx, news.Act{Who: r.editor, Once: once}, news.Patch{Edition: ptr("en"), Headline: ptr("Other")}); !fault.Is(err, fault.Invalid) {
			t.Fatalf("another body under the key: %v", err)
		}
		list, err := r.desk.Articles(ctx, r.editor, news.DeskQuery{Limit: 100})
		if err != nil || len(list) != 1 {
			t.Fatalf("%d articles: %v", len(list), err)
		}
	})
}

func TestAWithdrawnArticleLeavesEveryListAndKeepsItsAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.publish(r.draft("To be withdrawn"), news.Publication{})
		a, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor, Version: a.Version}, a.ID, "It was wrong.")
		if err != nil {
			t.Fatal(err)
		}
		items, err := r.db.List(ctx, news.Query{Edition: "en"})
		if err != nil || len(items) != 0 {
			t.Fatalf("%d listed: %v", len(items), err)
		}
		if hits, err := r.db.Find(ctx, news.Search{Edition: "en", Text: "withdrawn"}); err != nil || len(hits) != 0 {
			t.Fatalf("%d found: %v", len(hits), err)
		}
		loc, err := r.db.Locate(ctx, "en", r.section.ID, a.Slug)
		if err != nil || !loc.Item.Gone() || loc.Item.Note != "It was wrong." || loc.Item.Headline != "" || !loc.Item.Body.IsEmpty() {
			t.Fatalf("%+v: %v", loc, err)
		}
		if _, err := r.desk.Redact(ctx, news.Act{Who: r.editor, Version: a.Version}, a.ID, 1, "A name."); err != nil {
			t.Fatal(err)
		}
		revs, err := r.db.Revisions(ctx, a.ID)
		if err != nil || len(revs) != 2 || revs[1].Content != nil || revs[1].RedactedAt.IsZero() {
			t.Fatalf("%+v: %v", revs, err)
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Fatal(err)
		}
	})
}

func TestEveryEarlierAddressLeadsToTheStory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.publish(r.draft("First words"), news.Publication{})
		old := a.Slug
		a, err := r.desk.Save(ctx, news.Act{Who: r.editor, Version: a.Version}, a.ID, news.Patch{Slug: ptr("other-words")})
		if err != nil {
			t.Fatal(err)
		}
		a = r.publish(a, news.Publication{Change: news.Minor})
		loc, err := r.db.Locate(ctx, "en", r.section.ID, old)
		if err != nil || !loc.Moved || loc.Item.Slug != "other-words" {
			t.Fatalf("%+v: %v", loc, err)
		}
		b := r.draft("First words")
		if b = r.publish(b, news.Publication{}); b.Slug != "first-words-2" {
			t.Fatalf("a second story took the address %s", b.Slug)
		}
	})
}

func TestAScheduledArticleIsPublishedOnceWhenItIsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		a := r.draft("For later")
		a = r.publish(a, news.Publication{At: r.clock.Now().Add(time.Hour)})
		if a.State != news.Scheduled {
			t.Fatal(a.State)
		}
		if _, err := r.db.TakeWork(ctx, time.Minute); !fault.Is(err, fault.NotFound) {
			t.Fatalf("work before its time: %v", err)
		}
		if _, err := r.db.Item(ctx, a.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("public before its time: %v", err)
		}
		r.clock.Forward(time.Hour)
		var done atomic.Int32
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				w, err := r.db.TakeWork(ctx, time.Minute)
				if fault.Is(err, fault.NotFound) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				done.Add(1)
				for range 2 { // a lease that ran out does the same work twice
					if _, err := r.desk.Do(ctx, w); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		feed, err := r.db.Facts(ctx, fact.Newsfeed("en"), 0, 10)
		if err != nil || len(feed) != 1 || done.Load() != 1 {
			t.Fatalf("%d facts, taken %d times: %v", len(feed), done.Load(), err)
		}
	})
}

func TestSearchFindsInflectedWordsAlikeOnBothDatabases(t *testing.T) {
	pairs := []struct{ language, query, text string }{
		{"ru", "выборы", "Итоги выборов объявят завтра"}, {"ru", "идёт", "Снег идет"}, {"ru", "война", "Конец войны"},
		{"ar", "الانتخابات", "نتائج انتخابات المجلس"}, {"ar", "والحكومة", "قالت الحكومة"}, {"ar", "الصحفيون", "دعوة إلى صحفيين"},
		{"es", "corazones", "Un corazón"}, {"es", "niños", "El niño"}, {"es", "eleccion", "La elección"},
		{"en", "elections", "The election"}, {"en", "strikes", "A strike ends"}, {"en", "covid-19", "Covid-19 returns"},
	}
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		for i, p := range pairs {
			doc := body.FromText(p.text)
			a, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: &p.language, Section: ptr("world"), Headline: ptr(fmt.Sprintf("N%d", i)), Body: &doc})
			if err != nil {
				t.Fatal(err)
			}
			r.publish(a, news.Publication{})
			hits, err := r.db.Find(ctx, news.Search{Edition: p.language, Text: p.query})
			if err != nil || len(hits) != 1 || hits[0].ID != a.ID || hits[0].Excerpt == "" {
				t.Errorf("%s: %q found %d in %q: %v", p.language, p.query, len(hits), p.text, err)
			}
		}
		for _, hostile := range []string{`"`, `NEAR(`, `a AND`, `*`, ``, `stems:x`, `'`, `\`, `a & b | !c`, "\x00", `a:*`} {
			if _, err := r.db.Find(ctx, news.Search{Edition: "en", Text: hostile}); err != nil {
				t.Errorf("%q: %v", hostile, err)
			}
		}
	})
}

func TestAnOldDraftIsFoundAmongManyNewerStories(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		old := r.draft("Ferries, the first word of it")
		if _, err := r.save(old.ID, news.Patch{State: ptr("in_review")}); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for part := range 20 {
			wg.Go(func() {
				for i := range 26 {
					if _, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: ptr("en"), Headline: ptr(fmt.Sprintf("Ferry %d of %d", i, part))}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		found, err := r.desk.Articles(ctx, r.editor, news.DeskQuery{Edition: "en", State: news.InReview, Text: "ferry", Limit: 10})
		if err != nil || len(found) != 1 || found[0].ID != old.ID {
			t.Errorf("%d found: %v", len(found), err)
		}
		seen := map[string]bool{}
		for q := (news.DeskQuery{Edition: "en", Text: "ferry", Limit: 100}); ; {
			page, err := r.desk.Articles(ctx, r.editor, q)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range page {
				if seen[a.ID] {
					t.Fatalf("%s twice", a.ID)
				}
				seen[a.ID] = true
				q.After = news.Cursor{At: a.UpdatedAt, ID: a.ID}
			}
			if len(page) < q.Limit {
				break
			}
		}
		if len(seen) != 521 {
			t.Errorf("%d of 521 in pages", len(seen))
		}
	})
}

func TestAPlaceWithoutAnIDIsBeforeEverythingOfItsMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		noon := r.clock.Now()
		for n, at := range []time.Time{noon.Add(-2 * time.Hour), noon.Add(-time.Hour), noon.Add(-time.Hour), noon} {
			a := r.draft(fmt.Sprintf("Story %d", n))
			if _, err := r.desk.PublishAs(ctx, a.ID, news.Publication{}, at); err != nil {
				t.Fatal(err)
			}
			if _, err := r.desk.Save(ctx, news.Act{Who: r.editor}, a.ID, news.Patch{Lead: ptr("Corrected.")}); err != nil {
				t.Fatal(err)
			}
			if _, err := r.desk.PublishAs(ctx, a.ID, news.Publication{Change: news.Correction, Note: "Wrong.", At: at}, time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			at   time.Time
			want int
		}{{time.Time{}, 4}, {noon.Add(time.Second), 4}, {noon, 3}, {noon.Add(-time.Hour), 1}, {noon.Add(-2 * time.Hour), 0}} {
			for _, q := range []news.Query{{Edition: "en"}, {Section: r.section.ID}, {Edition: "en", Tag: "ferries"}, {Author: "ana-vey"}, {Edition: "en", Author: "ana-vey"}} {
				q.After.At = c.at
				items, err := r.db.List(ctx, q)
				if err != nil || len(items) != c.want {
					t.Errorf("%+v: %d items, want %d: %v", q, len(items), c.want, err)
				}
			}
			if marks, err := r.db.Corrections(ctx, "en", news.Cursor{At: c.at}, 10); err != nil || len(marks) != c.want {
				t.Errorf("corrections before %s: %d, want %d: %v", c.at, len(marks), c.want, err)
			}
		}
	})
}

func TestFamiliesAreTheTranslationsOfTheStoriesOfATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		noon := r.clock.Now()
		published := func(edition, of string, at time.Time) string {
			a, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: &edition, Section: ptr("world"), Headline: ptr("A story"), TranslationOf: &of})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := r.desk.PublishAs(ctx, a.ID, news.Publication{}, at); err != nil {
				t.Fatal(err)
			}
			return a.ID
		}
		early, late, edge := published("en", "", noon.Add(-48*time.Hour)), published("en", "", noon.Add(-time.Hour)), published("en", "", noon)
		published("en", "", noon.Add(-2*time.Hour)) // alone
		published("es", early, noon)
		spanish, russian := published("es", late, noon.Add(-72*time.Hour)), published("ru", late, noon)
		published("ar", edge, noon)
		gone := published("ar", late, noon)
		if _, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, gone, "Wrong."); err != nil {
			t.Fatal(err)
		}
		items, err := r.db.Families(ctx, "en", noon.Add(-24*time.Hour), noon)
		got := map[string]bool{}
		for _, i := range items {
			got[i.ID] = true
		}
		if err != nil || len(items) != 2 || !got[spanish] || !got[russian] {
			t.Errorf("%v: %v", got, err)
		}
		items, err = r.db.Families(ctx, "es", noon.Add(-73*time.Hour), noon.Add(-71*time.Hour))
		got = map[string]bool{}
		for _, i := range items {
			got[i.ID] = true
		}
		if err != nil || len(items) != 2 || !got[late] || !got[russian] {
			t.Errorf("of a translation: %v: %v", got, err)
		}
	})
}
