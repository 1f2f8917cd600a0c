package store_test

import (
	"testing"
	"time"

	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
)

func TestEveryQueueIsCountedAsItIsListed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		f := newForum(t, o)
		ctx := t.Context()
		ana, fresh := f.reader("Ana", true), f.reader("Fresh", false)
		act := news.Act{Who: f.moderator}
		for i, text := range []string{"A", "B", "C", "D", "E"} {
			c := f.say(ana, text, "")
			var err error
			if i < 3 {
				_, err = f.talk.Approve(ctx, act, c.ID)
			} else if i < 4 {
				_, err = f.talk.Reject(ctx, act, c.ID, "", "")
			}
			if err != nil {
				t.Fatal(err)
			}
			f.clock.Forward(time.Minute)
		}
		f.say(fresh, "F", "")
		want := map[talk.Queue]int{talk.Reported: 0, talk.Pending: 1, talk.Unmoderated: 1, talk.Approved: 3, talk.Refused: 1}
		for _, edition := range []string{"", "en"} {
			got, err := f.talk.Queued(ctx, f.moderator, edition, 100)
			if err != nil || len(got) != len(talk.Queues) {
				t.Fatal(got, err)
			}
			for _, q := range talk.Queues {
				list, err := f.talk.Queue(ctx, f.moderator, edition, talk.Query{Queue: q, Limit: 100})
				if err != nil || got[q] != want[q] || len(list) != want[q] {
					t.Errorf("%s: %d are counted and %d listed, want %d: %v", q, got[q], len(list), want[q], err)
				}
			}
		}
		if got, err := f.talk.Queued(ctx, f.moderator, "en", 2); err != nil || got[talk.Approved] != 2 {
			t.Errorf("more than are counted: %v %v", got, err)
		}
	})
}
