package store_test

import (
	"context"
	"testing"

	"dateline/internal/history"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestADatabaseRemembersWhatItWasTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		db := storetest.Open(t, o)
		ctx := context.Background()
		if v, err := db.Setting(ctx, "address"); v != "" || err != nil {
			t.Fatalf("%q %v", v, err)
		}
		for _, value := range []string{"http://one", "http://two"} {
			if err := db.Remember(ctx, "address", value); err != nil {
				t.Fatal(err)
			}
			if v, err := db.Setting(ctx, "address"); v != value || err != nil {
				t.Fatalf("%q %v", v, err)
			}
		}
	})
}

func TestAnEmptiedDatabaseTakesANewSite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		r.publish(r.draft("To be gone"), news.Publication{})
		before, err := r.db.Epoch(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.db.Empty(ctx); err != nil {
			t.Fatal(err)
		}
		if err := r.db.Dump(ctx, func(table string, line []byte) error {
			if table != "tree_head" && string(line) != `["house",1]` {
				t.Errorf("%s still has %s", table, line)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if after, err := r.db.Epoch(ctx); err != nil || after == before {
			t.Errorf("epoch %s after %s: %v", after, before, err)
		}
		if head, err := r.db.Head(ctx); err != nil || head.Size != (history.Head{}).Size {
			t.Errorf("%+v %v", head, err)
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Error(err)
		}
	})
}
