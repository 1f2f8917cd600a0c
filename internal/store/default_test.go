package store_test

import (
	"fmt"
	"sync"
	"testing"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestThereIsOneDefaultEditionHoweverManyAreMadeAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		db := storetest.Open(t, o)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				e := edition.Edition{Slug: fmt.Sprintf("e%d", i), Name: "E", Language: "en"}
				if _, err := db.CreateEdition(t.Context(), fact.Once{}, func(*edition.Directory) (edition.Edition, fact.Outcome, error) { return e, fact.Outcome{}, nil }); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		one := func() {
			t.Helper()
			d, err := db.Publication(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, e := range d.Editions {
				if e.Default {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%d default editions", n)
			}
		}
		one()
		for i := range 8 {
			all.Go(func() {
				_, err := db.AmendEdition(t.Context(), fmt.Sprintf("e%d", i), 0, func(_ *edition.Directory, e *edition.Edition) (fact.Outcome, error) {
					e.Default = true
					return fact.Outcome{}, nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		one()
	})
}

func TestAStoryInAnotherLanguageThanItsEditionIsFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		a := r.draft("Итоги выборов объявят завтра")
		a, err := r.desk.Save(t.Context(), news.Act{Who: r.editor}, a.ID, news.Patch{Language: ptr("ru")})
		if err != nil {
			t.Fatal(err)
		}
		for _, all := range []bool{false, true} { // on the desk, then everywhere
			if all {
				a = r.publish(a, news.Publication{})
			}
			for _, words := range []string{"выборов", "второго", "paragraph"} {
				want := 1
				if words == "второго" {
					want = 0
				}
				found, err := r.desk.Articles(t.Context(), r.editor, news.DeskQuery{Edition: "en", Text: words, Limit: 10})
				if err != nil || len(found) != want {
					t.Errorf("the desk finds %d by %s: %v", len(found), words, err)
				}
				hits, err := r.db.Find(t.Context(), news.Search{Edition: "en", Text: words})
				if err != nil || all && len(hits) != want {
					t.Errorf("readers find %d by %s: %v", len(hits), words, err)
				}
			}
		}
	})
}
