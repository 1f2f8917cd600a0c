package store_test

import (
	"maps"
	"testing"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestTheDeskIsCountedAsItIsListed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		first := r.draft("Ferry crews suspend their strike")
		r.publish(first, news.Publication{})
		second := r.draft("Ferries are full")
		if _, err := r.desk.Save(t.Context(), news.Act{Who: r.editor}, second.ID, news.Patch{State: ptr("ready")}); err != nil {
			t.Fatal(err)
		}
		stranger := account.Actor{ID: "someone", Grants: []account.Grant{{Role: account.Editor}}}
		for _, c := range []struct {
			who  account.Actor
			q    news.DeskQuery
			want map[news.State]int
			mine int
		}{
			{r.editor, news.DeskQuery{Edition: "en"}, map[news.State]int{news.Published: 1, news.Ready: 1}, 2},
			{r.editor, news.DeskQuery{Edition: "en", State: news.Ready, Limit: 1}, map[news.State]int{news.Published: 1, news.Ready: 1}, 2},
			{r.editor, news.DeskQuery{Text: "strike"}, map[news.State]int{news.Published: 1}, 1},
			{r.editor, news.DeskQuery{Text: "fer susp"}, map[news.State]int{news.Published: 1}, 1}, // still typing
			{r.editor, news.DeskQuery{Text: "fer"}, map[news.State]int{news.Published: 1, news.Ready: 1}, 2},
			{r.editor, news.DeskQuery{Text: "nothing"}, map[news.State]int{}, 0},
			{stranger, news.DeskQuery{Edition: "en"}, map[news.State]int{news.Published: 1, news.Ready: 1}, 0},
		} {
			got, err := r.desk.Count(t.Context(), c.who, c.q)
			if err != nil || !maps.Equal(got.States, c.want) || got.Mine != c.mine {
				t.Errorf("%+v: %+v %v, want %v and %d", c.q, got, err, c.want, c.mine)
			}
			c.q.Limit, c.q.State = 100, ""
			if list, err := r.desk.Articles(t.Context(), c.who, c.q); err != nil || len(list) != sum(c.want) {
				t.Errorf("%+v lists %d: %v", c.q, len(list), err)
			}
			c.q.Mine = c.who.ID
			if list, err := r.desk.Articles(t.Context(), c.who, c.q); err != nil || len(list) != c.mine {
				t.Errorf("%+v lists %d: %v", c.q, len(list), err)
			}
		}
		act := news.Act{Who: r.editor}
		l, err := r.desk.TakeLock(t.Context(), act, second.ID, "t-1", "")
		if err != nil {
			t.Fatal(err)
		}
		around, err := r.desk.Around(t.Context(), first, second)
		if err != nil || len(around.Hands) != 1 || around.Hands[second.ID] != l {
			t.Errorf("%+v %v", around, err)
		}
		if none, err := r.desk.Around(t.Context()); err != nil || len(none.Hands) != 0 {
			t.Errorf("%+v %v", none, err)
		}
	})
}

func sum(counts map[news.State]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
