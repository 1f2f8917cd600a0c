package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// story publishes a story with a byline and tags.
func (r *room) story(headline string, by []news.Byline, tags ...string) news.Article {
	r.t.Helper()
	a, err := r.desk.Create(r.t.Context(), news.Act{Who: r.editor}, news.Patch{Edition: ptr("en"), Section: ptr("world"), Headline: &headline, Lead: ptr("L."), Byline: &by, Tags: &tags})
	if err != nil {
		r.t.Fatal(err)
	}
	return r.publish(a, news.Publication{})
}

func signedBy(names ...string) []news.Byline {
	out := make([]news.Byline, len(names))
	for i, n := range names {
		out[i].Name = n
	}
	return out
}

func (r *room) item(a news.Article) news.Item {
	r.t.Helper()
	i, err := r.db.Item(r.t.Context(), a.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return i
}

func (r *room) found(text string) (heads []string) {
	r.t.Helper()
	hits, err := r.db.Find(r.t.Context(), news.Search{Edition: "en", Text: text})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, h := range hits {
		heads = append(heads, h.Headline)
	}
	slices.Sort(heads)
	return heads
}

func TestTwoAuthorsWhoAreOneAreMergedAndRenamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		r.story("By Ana", signedBy("Ana Vey"))
		both := r.story("By both", signedBy("A. Vey", "Ana Vey"))
		e, err := r.desk.MergeEntry(ctx, news.Act{Who: r.editor}, news.AuthorKey("a-vey"), "ana-vey")
		if err != nil || e.Slug != "ana-vey" || e.Version != 2 || !e.Named {
			t.Fatalf("%+v %v", e, err)
		}
		if by := r.item(both).Byline; len(by) != 1 || by[0] != (news.Byline{Name: "Ana Vey", Author: "ana-vey"}) {
			t.Errorf("%+v", by)
		}
		ana := news.AuthorKey("ana-vey")
		if _, err := r.desk.ChangeEntry(ctx, r.editor, ana, 1, news.EntryPatch{Role: ptr("x")}); !fault.Is(err, fault.Stale) {
			t.Errorf("an old version: %v", err)
		}
		if e, err = r.desk.ChangeEntry(ctx, r.editor, ana, 2, news.EntryPatch{Name: ptr("Ana Lund"), Slug: ptr("a-lund"), Bio: ptr("Writes.")}); err != nil || e.Version != 3 {
			t.Fatalf("%+v %v", e, err)
		}
		for _, slug := range []string{"a-vey", "ana-vey", "ana-lund", "a-lund"} { // ana-lund is what desks make of the new name
			if e, err := r.db.Entry(ctx, news.AuthorKey(slug)); err != nil || e.Slug != "a-lund" || e.Name != "Ana Lund" || e.Bio != "Writes." {
				t.Errorf("%s: %+v %v", slug, e, err)
			}
		}
		if heads := r.found("Lund"); !slices.Equal(heads, []string{"By Ana", "By both"}) {
			t.Errorf("readers find by the new name: %v", heads)
		}
		if heads := r.found("Vey"); heads != nil {
			t.Errorf("readers find by the old name: %v", heads)
		}
		again := r.story("Typed as before", signedBy("A Vey", "Ana Lund"))
		if by := r.item(again).Byline; len(by) != 1 || by[0].Author != "a-lund" || again.Byline[0].Name != "Ana Lund" {
			t.Errorf("an old name makes an author again: %+v", by)
		}
		all, err := r.db.Entries(ctx, news.EntryQuery{Kind: news.AuthorEntry, Text: "LUN", Limit: 10})
		if err != nil || len(all) != 1 || all[0].Stories != 3 || all[0].Latest != "en" {
			t.Errorf("%+v %v", all, err)
		}
		for _, into := range []string{"a-vey", "nobody"} {
			if _, err := r.desk.MergeEntry(ctx, news.Act{Who: r.editor}, news.AuthorKey("ana-vey"), into); !fault.Is(err, fault.Invalid) {
				t.Errorf("into %s: %v", into, err)
			}
		}
		if _, err := r.desk.MergeEntry(ctx, news.Act{Who: r.editor}, news.AuthorKey("nobody"), "a-lund"); !fault.Is(err, fault.NotFound) {
			t.Errorf("nobody: %v", err)
		}
		// Back to a slug of before: it leads nowhere else.
		if e, err = r.desk.ChangeEntry(ctx, r.editor, news.AuthorKey("a-lund"), 0, news.EntryPatch{Slug: ptr("ana-vey")}); err != nil || e.Slug != "ana-vey" {
			t.Fatalf("%+v %v", e, err)
		}
		if e, err := r.db.Entry(ctx, news.AuthorKey("a-lund")); err != nil || e.Slug != "ana-vey" {
			t.Errorf("%+v %v", e, err)
		}
	})
}

func TestAnAuthorOfWhomNothingWasSaidIsNamedAsTheLatestStoryHasIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		r.story("One", signedBy("Ana Vey"))
		two := r.story("Two", []news.Byline{{Name: "ANA VEY in Oslo", Author: "ana-vey"}})
		if by := r.item(two).Byline; by[0].Name != "ANA VEY in Oslo" {
			t.Errorf("%+v", by)
		}
		if e, err := r.db.Entry(ctx, news.AuthorKey("ana-vey")); err != nil || e.Name != "ANA VEY in Oslo" || e.Version != 1 {
			t.Errorf("%+v %v", e, err)
		}
		if _, err := r.desk.ChangeEntry(ctx, r.editor, news.AuthorKey("ana-vey"), 1, news.EntryPatch{Role: ptr("Correspondent")}); err != nil {
			t.Fatal(err)
		}
		three := r.story("Three", []news.Byline{{Name: "Ana Vey in Rome", Author: "ana-vey"}})
		if by := r.item(three).Byline; by[0].Name != "Ana Vey in Rome" { // nobody gave the author a name
			t.Errorf("%+v", by)
		}
		if _, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, three.ID, "No."); err != nil {
			t.Fatal(err)
		}
		if e, err := r.db.FindEntry(ctx, news.AuthorKey("ana-vey")); err != nil || e.Stories != 2 || e.Role != "Correspondent" {
			t.Errorf("%+v %v", e, err)
		}
		r.story("Alone", signedBy("Ben Okoro"))
		if _, err := r.db.Entry(ctx, news.AuthorKey("nobody")); !fault.Is(err, fault.NotFound) {
			t.Error(err)
		}
	})
}

func TestTopicsOfAnEditionAreMergedAndRenamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		one := r.story("One", nil, "Tram", "Ports")
		two := r.story("Two", nil, "Trams", "Tram")
		key := func(slug string) news.EntryKey { return news.TopicKey("en", slug) }
		if _, err := r.desk.MergeEntry(ctx, news.Act{Who: r.editor}, key("trams"), "tram"); err != nil {
			t.Fatal(err)
		}
		if i := r.item(two); !slices.Equal(i.Tags, []string{"Tram"}) {
			t.Errorf("%v", i.Tags)
		}
		if _, err := r.desk.ChangeEntry(ctx, r.editor, key("tram"), 0, news.EntryPatch{Name: ptr("Light rail"), Bio: ptr("On rails.")}); err != nil {
			t.Fatal(err)
		}
		if i := r.item(one); !slices.Equal(i.Topics(), []news.Tag{{Slug: "tram", Name: "Light rail"}, {Slug: "ports", Name: "Ports"}}) {
			t.Errorf("%+v", i.Topics())
		}
		three := r.story("Three", nil, "Trams", "Light Rail", "Ports")
		if i := r.item(three); !slices.Equal(i.Topics(), []news.Tag{{Slug: "tram", Name: "Light rail"}, {Slug: "ports", Name: "Ports"}}) || !slices.Equal(three.Tags, i.Tags) {
			t.Errorf("typed in other ways: %+v %v", i.Topics(), three.Tags)
		}
		if list, err := r.db.List(ctx, news.Query{Edition: "en", Tag: "tram"}); err != nil || len(list) != 3 {
			t.Errorf("%d %v", len(list), err)
		}
		if e, err := r.db.Entry(ctx, key("light-rail")); err != nil || e.Slug != "tram" || e.Bio != "On rails." {
			t.Errorf("%+v %v", e, err)
		}
		for field, p := range map[string]news.EntryPatch{"body.name": {Name: ptr("ports")}, "body.slug": {Slug: ptr("ports")}} {
			if _, err := r.desk.ChangeEntry(ctx, r.editor, key("tram"), 0, p); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s of another: %v", field, err)
			}
		}
		if _, err := r.db.Entry(ctx, news.TopicKey("es", "tram")); !fault.Is(err, fault.NotFound) {
			t.Errorf("of another edition: %v", err)
		}
		if first, err := r.db.Entries(ctx, news.EntryQuery{Kind: news.TopicEntry, Edition: "en", Limit: 1}); err != nil || len(first) != 1 || first[0].Slug != "ports" {
			t.Errorf("%+v %v", first, err)
		} else if next, err := r.db.Entries(ctx, news.EntryQuery{Kind: news.TopicEntry, Edition: "en", After: "ports", Limit: 5}); err != nil || len(next) != 1 || next[0].Slug != "tram" || next[0].Stories != 3 {
			t.Errorf("%+v %v", next, err)
		}
	})
}

func TestAnAuthorOfManyStoriesIsRenamedInStretches(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		const many = 205
		for n := range many {
			r.story(fmt.Sprintf("Story %d", n), signedBy("Agency"))
		}
		if _, err := r.desk.ChangeEntry(ctx, r.editor, news.AuthorKey("agency"), 0, news.EntryPatch{Name: ptr("The Agency"), Slug: ptr("wire")}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.ChangeEntry(ctx, r.editor, news.AuthorKey("wire"), 0, news.EntryPatch{Slug: ptr("the-wire")}); err != nil { // while the rest waits
			t.Fatal(err)
		}
		for n := 0; ; n++ {
			w, err := r.db.TakeWork(ctx, time.Minute)
			if fault.Is(err, fault.NotFound) {
				break
			}
			if err != nil || n > 1 {
				t.Fatal(w, err)
			}
			if mine, err := r.desk.Do(ctx, w); !mine || err != nil {
				t.Fatal(w, mine, err)
			}
			if err := r.db.DoneWork(ctx, w); err != nil {
				t.Fatal(err)
			}
		}
		list, err := r.db.List(ctx, news.Query{Author: "the-wire", Limit: 1000})
		if err != nil || len(list) != many {
			t.Fatal(len(list), err)
		}
		for _, i := range list {
			if i.Byline[0] != (news.Byline{Name: "The Agency", Author: "the-wire"}) {
				t.Fatalf("%+v", i.Byline)
			}
		}
	})
}

func TestAStoryThatIsPublishedWhileItsAuthorIsRenamedBearsTheNewName(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		r.story("First", signedBy("Ana Vey"))
		for round := range 5 {
			var drafts []news.Article
			for n := range 6 {
				a, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: ptr("en"), Section: ptr("world"), Headline: ptr(fmt.Sprintf("Round %d, %d", round, n)), Lead: ptr("L."), Byline: ptr(signedBy("Ana Vey")), Tags: &[]string{"Tram"}})
				if err != nil {
					t.Fatal(err)
				}
				drafts = append(drafts, a)
			}
			var all sync.WaitGroup
			for _, a := range drafts {
				all.Go(func() {
					if _, err := r.desk.Publish(ctx, news.Act{Who: r.editor}, a.ID, news.Publication{}); err != nil {
						t.Error(err)
					}
				})
			}
			all.Go(func() {
				if _, err := r.desk.ChangeEntry(ctx, r.editor, news.AuthorKey("ana-vey"), 0, news.EntryPatch{Slug: ptr(fmt.Sprintf("ana-%d", round))}); err != nil {
					t.Error(err)
				}
			})
			all.Wait()
			slug := fmt.Sprintf("ana-%d", round)
			if list, err := r.db.List(ctx, news.Query{Author: slug, Limit: 100}); err != nil || len(list) != 1+6*(round+1) {
				t.Fatalf("round %d: %d stories under the slug of now, %v", round, len(list), err)
			}
			if all, err := r.db.Entries(ctx, news.EntryQuery{Kind: news.AuthorEntry, Limit: 10}); err != nil || len(all) != 1 {
				t.Fatalf("%+v %v", all, err)
			}
		}
	})
}

func TestAuthorsAndTopicsOfAnOlderDatabaseAreMade(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		r.story("One", signedBy("Ana Vey"), "Tram")
		r.clock.Forward(time.Hour)
		r.story("Two", []news.Byline{{Name: "Ana V.", Author: "ana-vey"}})
		older(t, o, `DELETE FROM entry`, `DELETE FROM setting WHERE name = 'entries'`)
		if _, err := r.db.Entry(ctx, news.AuthorKey("ana-vey")); !fault.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		again := storetest.Open(t, o)
		if e, err := again.Entry(ctx, news.AuthorKey("ana-vey")); err != nil || e.Name != "Ana V." {
			t.Errorf("%+v %v", e, err)
		}
		if found, err := again.Entries(ctx, news.EntryQuery{Kind: news.TopicEntry, Edition: "en", Text: "tra", Limit: 5}); err != nil || len(found) != 1 || found[0].Name != "Tram" {
			t.Errorf("%+v %v", found, err)
		}
	})
}
