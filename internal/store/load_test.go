package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

// TestTheLockOrderHoldsUnderLoad publishes from eight goroutines into four editions with tags, withdrawals and conflicts. A
// deadlock would be retried by the store; here every seq must be gapless, every leaf in the tree, and nothing lost.
func TestTheLockOrderHoldsUnderLoad(t *testing.T) {
	total := int64(10_000)
	if testing.Short() {
		total = 400
	}
	storetest.Each(t, func(t *testing.T, o store.Options) {
		if o.Database == "" && !testing.Short() {
			total = 2_000 // one writer: there is no order to break
		}
		r := newRoom(t, o)
		ctx := context.Background()
		var done, conflicts atomic.Int64
		ids := make([]string, 0, 64)
		for i := range 64 {
			ids = append(ids, r.draft(fmt.Sprintf("Story %d", i)).ID)
		}
		languages := []string{"en", "es", "ru", "ar"}
		var wg sync.WaitGroup
		for w := range 8 {
			rnd := rand.New(rand.NewPCG(uint64(w), 1))
			wg.Go(func() {
				for done.Load() < total && !t.Failed() {
					id := ids[rnd.IntN(len(ids))]
					a, err := r.desk.Article(ctx, r.editor, id)
					if err != nil {
						t.Error(err)
						return
					}
					if rnd.IntN(8) == 0 { // a story that moves tells two newsfeeds apart and makes many topics
						e := languages[rnd.IntN(4)]
						a, err = r.desk.Save(ctx, news.Act{Who: r.editor, Version: a.Version}, id, news.Patch{Edition: &e, Section: ptr("world")})
					}
					if err == nil {
						_, err = r.desk.Publish(ctx, news.Act{Who: r.editor, Version: a.Version}, id, news.Publication{Change: change(a)})
					}
					switch {
					case err == nil:
						done.Add(1)
					case fault.Is(err, fault.Stale), fault.Is(err, fault.Invalid):
						conflicts.Add(1)
					default:
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		head, err := r.db.Head(ctx)
		if err != nil || head.Size != done.Load() {
			t.Fatalf("%d leaves for %d publications: %v", head.Size, done.Load(), err)
		}
		if err := r.db.CheckLog(ctx); err != nil {
			t.Fatal(err)
		}
		told := int64(0)
		for _, e := range languages {
			var seq int64
			for {
				facts, err := r.db.Facts(ctx, fact.Newsfeed(e), seq, 1000)
				if err != nil {
					t.Fatal(err)
				}
				if len(facts) == 0 {
					break
				}
				for _, f := range facts {
					if f.Seq != seq+1 {
						t.Fatalf("%s: after %d comes %d", e, seq, f.Seq)
					}
					seq = f.Seq
					if f.Kind != fact.Moved { // the newsfeed it left hears of it besides
						told++
					}
				}
			}
		}
		if told != done.Load() {
			t.Fatalf("%d told of %d published", told, done.Load())
		}
		if n := r.db.Retries(); n > 0 && r.db.Kind() == "PostgreSQL" {
			t.Errorf("%d transactions were given up by the database and done again", n)
		}
		t.Logf("%s: %d publications, %d conflicts", r.db.Kind(), done.Load(), conflicts.Load())
	})
}

func change(a news.Article) news.Change {
	if a.Revision == 0 {
		return news.First
	}
	return news.Update
}

func TestAFollowerSeesEveryChangeInOrderWhileOthersWrite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := context.Background()
		start, err := r.db.Position(ctx, []fact.Topic{fact.House})
		if err != nil {
			t.Fatal(err)
		}
		const writers, each = 6, 25
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					doc := body.FromText("Text.")
					if _, err := r.desk.Create(ctx, news.Act{Who: r.editor}, news.Patch{Edition: ptr("en"), Headline: ptr(fmt.Sprintf("%d-%d", w, i)), Body: &doc}); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		at, topics := start[fact.House], int64(0)
		for at < start[fact.House]+writers*each && !t.Failed() {
			changes, err := r.db.Changes(ctx, at, 50)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range changes {
				if c.Seq != at+1 {
					t.Fatalf("after %d comes %d", at, c.Seq)
				}
				at = c.Seq
				if n := c.Topics[fact.Desk("en")]; n != topics+1 {
					t.Fatalf("change %d brings the desk to %d after %d", c.Seq, n, topics)
				}
				topics++
			}
		}
		wg.Wait()
	})
}
