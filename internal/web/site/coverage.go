package site

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/page/feed"
	"dateline/internal/web/cache"
)

// How many posts stand on a page of a live coverage, how many key events over it, and of how many search engines are told.
const (
	onLive    = 20
	keyEvents = 12
	updates   = 100
)

// query is the part of the address that says which page of a live coverage is meant, in the one way it is written.
func (p place) query() string {
	switch {
	case p.oldest && p.post != "":
		return "order=oldest&post=" + p.post
	case p.oldest:
		return "order=oldest"
	}
	return "post=" + p.post
}

// coverage renders a page of a live coverage. It reads its places in the live streams before what it shows.
func (s *Site) coverage(ctx context.Context, p place, it news.Item) (cache.Page, error) {
	v := page.Live{From: p.post, Oldest: p.oldest, Now: s.o.Clock.Now()}
	resume, life := s.position(ctx, fact.Article(it.ID))
	follow, again := s.position(ctx, fact.Live(it.ID))
	if again > life {
		life = again
	}
	it, err := s.o.Archive.Item(ctx, it.ID)
	if err != nil {
		return cache.Page{}, err
	}
	if it.Gone() {
		return s.withdrawn(ctx, p, it)
	}
	v.Follow = follow
	v.Article = page.Article{Item: it, Resume: resume}
	out, err := s.live(ctx, v)
	if err != nil {
		return cache.Page{}, err
	}
	whole := s.whole(out)
	whole.Life = life
	whole.Views = s.views(it.ID)
	return whole, nil
}

// live makes a page of a live coverage with what stands on it and around it.
func (s *Site) live(ctx context.Context, v page.Live) (page.Page, error) {
	if err := s.posts(ctx, &v); err != nil {
		return page.Page{}, err
	}
	if err := s.around(ctx, &v); err != nil {
		return page.Page{}, err
	}
	return s.o.Pages.Live(v)
}

// posts reads the posts of a page.
func (s *Site) posts(ctx context.Context, v *page.Live) error {
	id := v.Item.ID
	var err error
	if v.Coverage, err = s.o.Coverage.Live(ctx, id); err != nil {
		return err
	}
	q := coverage.Query{Coverage: id, Oldest: v.Oldest, Limit: onLive + 1}
	if v.From != "" {
		if q.From, err = s.o.Coverage.Place(ctx, id, v.From); err != nil {
			return err
		}
		v.Gone = q.From.Gone()
	}
	if v.From == "" && !v.Oldest && v.Coverage.Pinned != "" {
		found, err := s.o.Coverage.Published(ctx, []string{v.Coverage.Pinned})
		if err != nil {
			return err
		}
		if pinned, ok := found[v.Coverage.Pinned]; ok {
			v.Pinned = &pinned
			q.Limit++
		}
	}
	if v.Posts, err = s.o.Coverage.Listed(ctx, q); err != nil {
		return err
	}
	if v.Pinned != nil { // it stands on top, and no post stands on a page twice
		for n, i := range v.Posts {
			if i.ID == v.Pinned.ID {
				v.Posts = append(v.Posts[:n:n], v.Posts[n+1:]...)
				break
			}
		}
	}
	if len(v.Posts) > onLive {
		v.Next = v.Posts[onLive].ID
		v.Posts = v.Posts[:onLive]
	}
	if v.Keys, err = s.o.Coverage.Listed(ctx, coverage.Query{Coverage: id, KeyEvent: true, Limit: keyEvents}); err != nil {
		return err
	}
	if v.From != "" || v.Oldest { // what stands further down is told of where it stands
		v.Updates = v.Posts
		return nil
	}
	v.Updates, err = s.o.Coverage.Listed(ctx, coverage.Query{Coverage: id, Limit: updates})
	return err
}

// around reads what stands around the posts: pictures, related stories, translations, what was made of them.
func (s *Site) around(ctx context.Context, v *page.Live) error {
	it := v.Item
	shown := append([]news.Item{it}, textsOf(v.Posts...)...)
	if v.Pinned != nil {
		shown = append(shown, textsOf(*v.Pinned)...)
	}
	var err error
	if v.Related, err = s.related(ctx, shown...); err != nil {
		return err
	}
	if v.Stories, err = s.madeOf(ctx, append(v.Posts, pinnedOf(v)...)...); err != nil {
		return err
	}
	if v.Translations, err = s.o.Archive.Translations(ctx, it.ID); err != nil {
		return err
	}
	for _, r := range v.Related {
		shown = append(shown, r)
	}
	var sponsors []news.Item
	v.Sponsors, sponsors = s.sponsors(it.Edition)
	if v.Pictures, err = s.pictures(ctx, append(shown, sponsors...)...); err != nil {
		return err
	}
	if v.Talk, _, err = s.talk(ctx, it, talking{}, underStory); err != nil {
		return err
	}
	v.More, err = s.more(ctx, it)
	return err
}

func pinnedOf(v *page.Live) []coverage.Item {
	if v.Pinned == nil {
		return nil
	}
	return []coverage.Item{*v.Pinned}
}

// textsOf are posts as what pictures and related stories are read by.
func textsOf(posts ...coverage.Item) []news.Item {
	out := make([]news.Item, len(posts))
	for n, i := range posts {
		out[n] = news.Item{Content: news.Content{Body: i.Body}}
	}
	return out
}

// madeOf reads the published stories that were made of posts.
func (s *Site) madeOf(ctx context.Context, posts ...coverage.Item) (map[string]news.Item, error) {
	var ids []string
	for _, i := range posts {
		if i.Article != "" {
			ids = append(ids, i.Article)
		}
	}
	if ids == nil {
		return nil, nil
	}
	found, err := s.o.Archive.Items(ctx, ids)
	out := make(map[string]news.Item, len(found))
	for _, i := range found {
		out[i.ID] = i
	}
	return out, err
}

// LivePost makes the HTML of a post as its page shows it, for the stream.
func (s *Site) LivePost(ctx context.Context, it news.Item, i coverage.Item) ([]byte, error) {
	v := page.Live{Article: page.Article{Item: it}, Now: s.o.Clock.Now()}
	var err error
	if v.Coverage, err = s.o.Coverage.Live(ctx, it.ID); err != nil {
		return nil, err
	}
	shown := textsOf(i)
	if v.Related, err = s.related(ctx, shown...); err != nil {
		return nil, err
	}
	for _, r := range v.Related {
		shown = append(shown, r)
	}
	if v.Stories, err = s.madeOf(ctx, i); err != nil {
		return nil, err
	}
	if v.Pictures, err = s.pictures(ctx, shown...); err != nil {
		return nil, err
	}
	return s.o.Pages.LivePost(v, i)
}

// feedItems reads a stretch of the newsfeed: the stories of an edition or of a section of it and the posts that are in its newsfeed, in one order.
func (s *Site) feedItems(ctx context.Context, q news.Query) (items []news.Item, posts map[string]bool, err error) {
	q.Newsfeed = true
	if items, err = s.o.Archive.List(ctx, q); err != nil {
		return nil, nil, err
	}
	flashes, of, err := s.flashes(ctx, q)
	if err != nil || len(flashes) == 0 {
		return items, nil, err
	}
	posts = map[string]bool{}
	for _, i := range flashes {
		items, posts[i.ID] = append(items, feed.Flash(of[i.Coverage], i)), true
	}
	inOrder(items)
	return items[:min(len(items), q.Limit)], posts, nil
}

// flashes reads the posts in a stretch of the newsfeed, with their coverages by id.
func (s *Site) flashes(ctx context.Context, q news.Query) (posts []coverage.Item, of map[string]news.Item, err error) {
	if s.o.Coverage == nil {
		return nil, nil, nil
	}
	if posts, err = s.o.Coverage.Flashes(ctx, q.Edition, q.Section, q.After, q.Limit); err != nil || len(posts) == 0 {
		return nil, nil, err
	}
	ids := make([]string, len(posts))
	for n, i := range posts {
		ids[n] = i.Coverage
	}
	found, err := s.o.Archive.Items(ctx, ids)
	of = make(map[string]news.Item, len(found))
	for _, i := range found {
		of[i.ID] = i
	}
	return slices.DeleteFunc(posts, func(i coverage.Item) bool { _, ok := of[i.Coverage]; return !ok }), of, err
}

// inOrder puts items in the order of the newsfeed.
func inOrder(items []news.Item) {
	slices.SortFunc(items, func(a, b news.Item) int { return cmp.Or(b.FeedAt.Compare(a.FeedAt), strings.Compare(b.ID, a.ID)) })
}
