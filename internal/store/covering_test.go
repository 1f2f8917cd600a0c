package store_test

import (
	"slices"
	"testing"

	"dateline/internal/account"
	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/storetest"
)

func TestLiveCoveragesAreListedByEditionStateAndPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		desk, open := storm(r)
		_, closed := storm(r)
		_, gone := storm(r)
		r.draft("No coverage")
		draft, err := r.desk.Save(ctx, news.Act{Who: r.editor}, r.draft("Later").ID, news.Patch{Kind: ptr("live")})
		if err != nil {
			t.Fatal(err)
		}
		p, err := desk.Create(ctx, coverage.Act{Who: r.editor}, open.ID, coverage.Patch{Headline: ptr("On top"), State: ptr("published"), Pinned: ptr(true)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.db.AmendCoverage(ctx, fact.Once{}, closed.ID, func(_ news.Article, c *coverage.Coverage) (fact.Outcome, error) {
			c.ClosedAt = r.clock.Now()
			return fact.Outcome{}, nil
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.desk.Withdraw(ctx, news.Act{Who: r.editor}, gone.ID, "It was a test."); err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct {
			q    coverage.ListQuery
			want []string
		}{
			"all, latest first":       {coverage.ListQuery{Edition: "en"}, []string{draft.ID, closed.ID, open.ID}},
			"open":                    {coverage.ListQuery{Edition: "en", Closed: ptr(false)}, []string{draft.ID, open.ID}},
			"closed":                  {coverage.ListQuery{Edition: "en", Closed: ptr(true)}, []string{closed.ID}},
			"published":               {coverage.ListQuery{Edition: "en", Published: true}, []string{closed.ID, open.ID}},
			"after one":               {coverage.ListQuery{Edition: "en", After: closed.ID}, []string{open.ID}},
			"of an edition with none": {coverage.ListQuery{Edition: "es"}, nil},
		} {
			c.q.Limit = 10
			found, err := r.db.Coverages(ctx, c.q)
			var got []string
			for _, l := range found {
				got = append(got, l.Article.ID)
			}
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v: %v", name, got, c.want, err)
			}
		}
		one, err := r.db.Coverages(ctx, coverage.ListQuery{Edition: "en", Closed: ptr(false), Published: true, Limit: 1})
		if err != nil || len(one) != 1 || one[0].Coverage.Pinned != p.ID || one[0].Coverage.Article != open.ID || !one[0].Coverage.UpdatedAt.Equal(p.RevisedAt) || one[0].Article.Headline != "Storm" {
			t.Errorf("%+v %v", one, err)
		}
	})
}

func TestPostsAreCountedByStateAndByWhoMadeThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, o store.Options) {
		r := newRoom(t, o)
		ctx := t.Context()
		desk, live := storm(r)
		_, empty := storm(r)
		guest := account.Actor{ID: "guest", Grants: []account.Grant{{Role: account.Moderator}}}
		write := func(who account.Actor, state string) coverage.Post {
			p, err := desk.Create(ctx, coverage.Act{Who: who}, live.ID, coverage.Patch{Headline: ptr("A post"), State: ptr(state)})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		write(r.editor, "draft")
		write(r.editor, "published")
		write(r.editor, "published")
		out := write(r.editor, "published")
		write(guest, "contribution")
		write(guest, "contribution")
		if _, err := desk.Withdraw(ctx, coverage.Act{Who: r.editor}, live.ID, out.ID, ""); err != nil {
			t.Fatal(err)
		}
		all, own, err := r.db.CountPosts(ctx, []string{live.ID, empty.ID}, "guest")
		if err != nil || all[live.ID] != (coverage.Counts{Draft: 1, Published: 2, Contribution: 2, Withdrawn: 1}) || own[live.ID] != (coverage.Counts{Contribution: 2}) {
			t.Errorf("%+v %+v %v", all, own, err)
		}
		if _, there := all[empty.ID]; there || len(all) != 1 {
			t.Errorf("a coverage without posts: %+v", all)
		}
		if all, own, err := r.db.CountPosts(ctx, nil, "guest"); err != nil || len(all)+len(own) != 0 {
			t.Errorf("%+v %+v %v", all, own, err)
		}
	})
}
