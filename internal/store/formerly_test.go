package store_test

import (
	"testing"

	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestAnAddressFromElsewhereLeadsToWhatIsPublishedOnly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		found := func(path, other string) []string {
			t.Helper()
			items, err := r.db.Formerly(t.Context(), path, other)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, i := range items {
				ids = append(ids, i.ID)
			}
			return ids
		}
		a, b := r.draft("Storm"), r.draft("Calm")
		for _, one := range []news.Article{a, b} {
			if _, err := r.desk.Save(t.Context(), news.Act{Who: r.editor}, one.ID, news.Patch{Formerly: []string{"/2019/05/" + one.Slug, "/?p=" + one.ID}}); err != nil {
				t.Fatal(err)
			}
		}
		if got := found("/2019/05/storm", "/2019/05/calm"); len(got) != 0 {
			t.Errorf("drafts are found: %v", got)
		}
		a, _ = r.desk.Article(t.Context(), r.editor, a.ID)
		a = r.publish(a, news.Publication{Change: news.First})
		if got := found("/nothing", "/2019/05/storm"); len(got) != 1 || got[0] != a.ID {
			t.Errorf("got %v, want %s", got, a.ID)
		}
		if got := found("/?p="+a.ID, ""); len(got) != 1 {
			t.Errorf("by its number: %v", got)
		}
		if err := r.desk.Delete(t.Context(), news.Act{Who: r.editor}, b.ID); err != nil {
			t.Fatal(err)
		}
		rows := 0
		if err := r.db.Dump(t.Context(), func(table string, _ []byte) error {
			if table == "old_address" {
				rows++
			}
			return nil
		}); err != nil || rows != 2 {
			t.Errorf("%d addresses are kept after a draft was deleted, want 2: %v", rows, err)
		}
		if _, err := r.desk.Withdraw(t.Context(), news.Act{Who: r.editor}, a.ID, "Wrong."); err != nil {
			t.Fatal(err)
		}
		if got := found("/2019/05/storm", ""); len(got) != 1 {
			t.Error("the address of what was withdrawn does not lead to its notice")
		}
	})
}
