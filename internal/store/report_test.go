package store_test

import (
	"testing"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestReportsAreKeptListedAndResolved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		a, b := r.publish(r.draft("One"), news.Publication{}), r.publish(r.draft("Two"), news.Publication{})
		var all []news.Report
		for _, of := range []news.Article{a, a, b} {
			r.clock.Forward(time.Second)
			rep, err := r.desk.Report(ctx, of.ID, "The year is wrong.")
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, rep)
		}
		if _, err := r.desk.Report(ctx, "0123456789abc", "x"); !fault.Is(err, fault.NotFound) {
			t.Errorf("of nothing: %v", err)
		}
		list := func(q news.ReportQuery) (ids []string) {
			t.Helper()
			q.Limit = 10
			found, err := r.desk.Reports(ctx, r.editor, "en", q)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				ids = append(ids, f.ID)
			}
			return ids
		}
		if got := list(news.ReportQuery{}); len(got) != 3 || got[0] != all[2].ID || got[2] != all[0].ID {
			t.Errorf("newest first: %v", got)
		}
		if got := list(news.ReportQuery{After: all[2].ID}); len(got) != 2 || got[0] != all[1].ID {
			t.Errorf("after the newest: %v", got)
		}
		done, err := r.desk.ResolveReport(ctx, r.editor, all[0].ID, 1, true)
		if err != nil || done.Open() || done.Version != 2 || done.ResolvedBy != r.editor.ID {
			t.Fatalf("%+v %v", done, err)
		}
		if _, err := r.desk.ResolveReport(ctx, r.editor, all[0].ID, 1, false); !fault.Is(err, fault.Stale) {
			t.Errorf("an old version: %v", err)
		}
		if got := list(news.ReportQuery{Open: ptr(true), Article: a.ID}); len(got) != 1 || got[0] != all[1].ID {
			t.Errorf("open ones of a story: %v", got)
		}
		if got := list(news.ReportQuery{Open: ptr(false)}); len(got) != 1 || got[0] != all[0].ID {
			t.Errorf("resolved ones: %v", got)
		}
		if _, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, b.ID, "No."); err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.Report(ctx, b.ID, "x"); !fault.Is(err, fault.NotFound) {
			t.Errorf("of what was withdrawn: %v", err)
		}
	})
}
