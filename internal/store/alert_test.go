package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestAnAlertIsKeptTillItsEndAndItsRemoval(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, editor := fronts(r)
		ctx := t.Context()
		send := func(key string, d edition.AlertDraft) (edition.Alert, error) {
			d.Edition = "en"
			return desk.Alert(ctx, editor, fact.Once{Account: editor.ID, Key: key}, d)
		}
		a, err := send("one", edition.AlertDraft{Text: "Bridge closed", URL: "/world", Banner: true, Newsfeed: true, ExpiresAt: r.clock.Now().Add(time.Hour)})
		if err != nil || a.Level != edition.Breaking {
			t.Fatalf("%+v %v", a, err)
		}
		if again, err := send("one", edition.AlertDraft{Text: "Bridge closed", URL: "/world", Banner: true, Newsfeed: true, ExpiresAt: r.clock.Now().Add(time.Hour)}); err != nil || again.ID != a.ID {
			t.Fatalf("the same key again: %+v %v", again, err)
		}
		r.clock.Forward(time.Minute)
		flash, err := send("", edition.AlertDraft{Text: "Tugs called out", Newsfeed: true, Level: edition.Notice})
		if err != nil {
			t.Fatal(err)
		}
		banners, err := r.db.Banners(ctx, "en")
		if err != nil || len(banners) != 1 || banners[0].ID != a.ID || banners[0].By != "" || !banners[0].ExpiresAt.Equal(a.ExpiresAt) {
			t.Fatalf("banners: %+v %v", banners, err)
		}
		lines, err := r.db.AlertLines(ctx, "en", news.Cursor{}, 10)
		if err != nil || len(lines) != 2 || lines[0].ID != flash.ID {
			t.Fatalf("lines: %+v %v", lines, err)
		}
		if lines, err = r.db.AlertLines(ctx, "en", news.Cursor{At: flash.At, ID: flash.ID}, 10); err != nil || len(lines) != 1 || lines[0].ID != a.ID {
			t.Fatalf("lines after the first: %+v %v", lines, err)
		}
		if other, err := r.db.Banners(ctx, "es"); err != nil || len(other) != 0 {
			t.Fatalf("of another edition: %+v %v", other, err)
		}
		r.clock.Forward(time.Hour)
		w, err := r.db.TakeWork(ctx, time.Second)
		if err != nil || w.Kind != edition.WorkAlert || w.Subject != a.ID {
			t.Fatalf("%+v %v", w, err)
		}
		for range 2 { // it may be asked twice
			if mine, err := desk.Do(ctx, w); !mine || err != nil {
				t.Fatal(mine, err)
			}
		}
		facts, err := r.db.Facts(ctx, fact.Alerts("en"), 0, 10)
		if err != nil || len(facts) != 2 || facts[1].Kind != fact.Ended {
			t.Fatalf("told: %+v %v", facts, err)
		}
		if banners, err = r.db.Banners(ctx, "en"); err != nil || len(banners) != 0 {
			t.Fatalf("after its time: %+v %v", banners, err)
		}
		if err := desk.RemoveAlert(ctx, editor, flash.ID); err != nil {
			t.Fatal(err)
		}
		if err := desk.RemoveAlert(ctx, editor, flash.ID); !fault.Is(err, fault.NotFound) {
			t.Fatalf("removed twice: %v", err)
		}
		if lines, err = r.db.AlertLines(ctx, "en", news.Cursor{}, 10); err != nil || len(lines) != 1 || lines[0].ID != a.ID {
			t.Fatalf("after the removal: %+v %v", lines, err)
		}
		over := false
		all, err := desk.Alerts(ctx, editor, edition.AlertQuery{Edition: "en", Showing: &over, Limit: 10})
		if err != nil || len(all) != 2 || all[0].ID != flash.ID || all[0].By != editor.ID || all[0].RemovedBy != editor.ID || all[1].EndedAt.IsZero() {
			t.Fatalf("what is over: %+v %v", all, err)
		}
		found, err := r.db.AlertsByID(ctx, []string{a.ID, flash.ID, "nothing"})
		if err != nil || len(found) != 2 {
			t.Fatalf("%+v %v", found, err)
		}
		if _, err := desk.Alert(ctx, editor, fact.Once{}, edition.AlertDraft{Edition: "nowhere", Text: "x", Banner: true}); !fault.Is(err, fault.Invalid) {
			t.Fatalf("of no edition: %v", err)
		}
	})
}

func TestOfAlertsSentAtOnceNoMoreStandThanThereIsRoomFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		desk, editor := fronts(r)
		var all sync.WaitGroup
		var sent atomic.Int32
		for n := range 10 {
			all.Go(func() {
				_, err := desk.Alert(context.Background(), editor, fact.Once{}, edition.AlertDraft{Edition: "en", Text: fmt.Sprint("Number ", n), Banner: true})
				switch {
				case err == nil:
					sent.Add(1)
				case !fault.Is(err, fault.Invalid):
					t.Error(err)
				}
			})
		}
		all.Wait()
		if banners, err := r.db.Banners(t.Context(), "en"); err != nil || len(banners) != edition.MaxAlerts || sent.Load() != edition.MaxAlerts {
			t.Errorf("%d banners, %d sent, %v", len(banners), sent.Load(), err)
		}
	})
}
