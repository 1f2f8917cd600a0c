package site

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/page/feed"
	"dateline/internal/web"
	"dateline/internal/web/site/sitemap"
)

// shelfed is an archive in memory, which stands where the store will.
type shelfed struct {
	mu       sync.Mutex
	items    []news.Item
	alerts   []edition.Alert   // oldest first
	earlier  map[string]string // "edition/section/slug" → id
	pictures map[string]media.Picture
	files    map[string]string
	down     atomic.Bool
	asked    atomic.Int64
}

func (a *shelfed) gate() (func(), error) {
	a.asked.Add(1)
	if a.down.Load() {
		return nil, fault.New(fault.Unavailable, "fault.unavailable", "the database is away")
	}
	a.mu.Lock()
	return a.mu.Unlock, nil
}

func (a *shelfed) Item(_ context.Context, id string) (news.Item, error) {
	done, err := a.gate()
	if err != nil {
		return news.Item{}, err
	}
	defer done()
	for _, i := range a.items {
		if i.ID == id {
			return i, nil
		}
	}
	return news.Item{}, absent()
}

func (a *shelfed) Front(_ context.Context, of, section string) (edition.Front, error) {
	done, err := a.gate()
	if err != nil {
		return edition.Front{}, err
	}
	defer done()
	return edition.Front{Edition: of, Section: section, Version: 1}, nil
}

func (a *shelfed) Banners(_ context.Context, of string) (out []edition.Alert, err error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	for _, one := range slices.Backward(a.alerts) {
		if one.Edition == of && one.Banner && one.EndedAt.IsZero() {
			out = append(out, one)
		}
	}
	return out, nil
}

func (a *shelfed) AlertLines(_ context.Context, of string, after news.Cursor, limit int) (out []edition.Alert, err error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	for _, one := range slices.Backward(a.alerts) {
		before := after.At.IsZero() || one.At.Before(after.At) || one.At.Equal(after.At) && one.ID < after.ID
		if one.Edition == of && one.Listed() && before && len(out) < limit {
			out = append(out, one)
		}
	}
	return out, nil
}

func (a *shelfed) Items(_ context.Context, ids []string) (out []news.Item, err error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	for _, id := range ids {
		for _, i := range a.items {
			if i.ID == id && !i.Gone() {
				out = append(out, i)
			}
		}
	}
	return out, nil
}

func (a *shelfed) Formerly(context.Context, string, string) ([]news.Item, error) { return nil, nil }

func (a *shelfed) Locate(ctx context.Context, ed, section, slug string) (news.Location, error) {
	done, err := a.gate()
	if err != nil {
		return news.Location{}, err
	}
	for _, i := range a.items {
		if i.Edition == ed && i.Section == section && i.Slug == slug {
			done()
			return news.Location{Item: i}, nil
		}
	}
	id, ok := a.earlier[ed+"/"+section+"/"+slug]
	done()
	if !ok {
		return news.Location{}, absent()
	}
	i, err := a.Item(ctx, id)
	return news.Location{Item: i, Moved: true}, err
}

func (a *shelfed) List(_ context.Context, q news.Query) (out []news.Item, err error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	sorted := slices.Clone(a.items)
	slices.SortFunc(sorted, func(x, y news.Item) int {
		if c := y.FeedAt.Compare(x.FeedAt); c != 0 {
			return c
		}
		return strings.Compare(y.ID, x.ID)
	})
	for _, i := range sorted {
		kind := i.Kind == q.Kind || q.Kind == "" && i.Kind != news.Page
		behind := q.After.At.IsZero() || i.FeedAt.Before(q.After.At) || i.FeedAt.Equal(q.After.At) && i.ID < q.After.ID
		if i.Gone() || !kind || !behind || q.Edition != "" && i.Edition != q.Edition || q.Section != "" && i.Section != q.Section ||
			q.Tag != "" && !slices.Contains(i.Tags, q.Tag) || i.PublishedAt.Before(q.Since) ||
			q.Author != "" && !slices.ContainsFunc(i.Byline, func(b news.Byline) bool { return b.Author == q.Author }) {
			continue
		}
		if out = append(out, i); len(out) == q.Limit {
			break
		}
	}
	return out, nil
}

func (a *shelfed) Find(_ context.Context, q news.Search) (out []news.Hit, err error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	for _, i := range a.items {
		if i.Edition == q.Edition && !i.Gone() && strings.Contains(strings.ToLower(i.Headline), strings.ToLower(q.Text)) {
			out = append(out, news.Hit{Item: i, Excerpt: i.Lead})
		}
	}
	return out[min(q.Offset, len(out)):min(q.Offset+q.Limit, len(out))], nil
}

func (a *shelfed) Translations(_ context.Context, id string) (out []news.Item, err error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	of := ""
	for _, i := range a.items {
		if i.ID == id {
			of = sitemap.Family(i)
		}
	}
	for _, i := range a.items {
		if !i.Gone() && sitemap.Family(i) == of {
			out = append(out, i)
		}
	}
	return out, nil
}

func (a *shelfed) Families(_ context.Context, ed string, from, to time.Time) (out []news.Item, err error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	in := map[string]bool{}
	for _, i := range a.items {
		if i.Edition == ed && !i.Gone() && !i.FeedAt.Before(from) && i.FeedAt.Before(to) {
			in[sitemap.Family(i)] = true
		}
	}
	for _, i := range a.items {
		if i.Edition != ed && !i.Gone() && in[sitemap.Family(i)] {
			out = append(out, i)
		}
	}
	return out, nil
}

func (a *shelfed) Revisions(_ context.Context, id string) ([]news.Revision, error) {
	return []news.Revision{{Article: id, Number: 1, Change: news.First, At: noon}}, nil
}

func (a *shelfed) Corrections(context.Context, string, news.Cursor, int) ([]news.CorrectedItem, error) {
	return nil, nil
}

func (a *shelfed) Entry(_ context.Context, k news.EntryKey) (news.Entry, error) {
	name := map[news.EntryKey]string{news.AuthorKey("m-vey"): "M. Vey", news.TopicKey(k.Edition, "ports"): "Ports"}[k]
	if name == "" {
		return news.Entry{}, absent()
	}
	return news.Entry{EntryKey: k, Name: name}, nil
}

func (a *shelfed) Pictures(_ context.Context, ids []string) (map[string]media.Picture, error) {
	done, err := a.gate()
	if err != nil {
		return nil, err
	}
	defer done()
	out := map[string]media.Picture{}
	for _, id := range ids {
		if p, ok := a.pictures[id]; ok {
			out[id] = p
		}
	}
	return out, nil
}

func (a *shelfed) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	s, ok := a.files[key]
	if !ok {
		return nil, absent()
	}
	return struct {
		io.ReadSeeker
		io.Closer
	}{bytes.NewReader([]byte(s)), io.NopCloser(nil)}, nil
}

// change changes an item as a publication would.
func (a *shelfed) change(id string, f func(*news.Item)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for n := range a.items {
		if a.items[n].ID == id {
			f(&a.items[n])
		}
	}
}

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// id makes one that sorts.
func id(n int) string { return fmt.Sprintf("0abc%09d", n) }

func story(n int, ed, section, slug, headline string) news.Item {
	at := noon.Add(-time.Duration(100-n) * time.Minute)
	return news.Item{ID: id(n), PublishedAt: at, UpdatedAt: at, FeedAt: at, Revision: 1, Words: 10, Content: news.Content{
		Edition: ed, Section: section, Kind: news.Story, Genre: news.News, Headline: headline, Lead: "What happened.", Slug: slug, Language: "en",
		Body: body.FromText("A first paragraph about " + headline + "."), Urgency: 5, Byline: []news.Byline{{Name: "M. Vey", Author: "m-vey"}}, Tags: []string{"ports"}}}
}

// stream is a live stream that stands still.
type stream struct{}

func (stream) Position(context.Context, ...fact.Topic) (string, error) { return "p0", nil }

// house is a site with its gate, and the archive behind it.
type house struct {
	*Site
	gate    *web.Gate
	archive *shelfed
	clock   *moment.Set
	dir     atomic.Pointer[edition.Directory]
}

func newHouse(t testing.TB, change ...func(*Options)) *house {
	t.Helper()
	h := &house{clock: moment.At(noon), archive: &shelfed{earlier: map[string]string{}, pictures: map[string]media.Picture{}, files: map[string]string{}}}
	h.dir.Store(&edition.Directory{
		Editions: []edition.Edition{
			{Slug: "international", Name: "The Orlan Dispatch", Language: "en", Timezone: "UTC", Default: true, CreatedAt: noon},
			{Slug: "ar", Name: "بريد أورلان", Language: "ar", Timezone: "UTC", Host: "ar.example.test", CreatedAt: noon},
			{Slug: "es", Name: "El Despacho", Language: "es", Timezone: "UTC", CreatedAt: noon},
		},
		Sections: []edition.Section{
			{ID: "s1", Edition: "international", Slug: "world", Name: "World", Description: "What moves it.", Earlier: []string{"abroad"}},
			{ID: "s2", Edition: "es", Slug: "mundo", Name: "Mundo"},
			{ID: "s3", Edition: "ar", Slug: "world", Name: "العالم"},
		},
	})
	a := h.archive
	a.items = []news.Item{story(1, "international", "s1", "ferry-strike", "Ferry crews suspend strike"), story(2, "international", "s1", "tram-line", "Tram line opens"),
		story(3, "es", "s2", "tranvia", "Abre el tranvia"), story(4, "ar", "s3", "storm", "عاصفة"), story(5, "international", "", "about", "About us"),
		story(6, "international", "s1", "wrong-story", "A story that was wrong"), story(7, "international", "s1", "storm-live", "Storm Halla")}
	a.items[4].Kind, a.items[6].Kind = news.Page, news.Live
	a.items[5].WithdrawnAt, a.items[5].Note = noon, "It was not true."
	a.earlier["international/s1/old-strike"] = id(1)
	a.items[0].Picture = "0pic000000001"
	a.pictures["0pic000000001"] = media.Picture{ID: "0pic000000001", Kind: media.Photo, Credit: "Dispatch", Alt: "Two ferries", Width: 1280, Height: 853,
		Renditions: []media.Rendition{{Name: "w1280", Width: 1280, Height: 853, Bytes: 5, Key: "p/0pic000000001/w1280-aabbccdd.jpg", ContentType: "image/jpeg"}}}
	a.files["p/0pic000000001/w1280-aabbccdd.jpg"] = "a picture"
	a.files["o/0pic000000001/original.jpg"] = "where somebody lives"
	pages, err := page.New(page.Options{Addresses: func() edition.Addresses {
		return edition.Addresses{Base: "https://news.example", Directory: h.dir.Load()}
	},
		Assets: map[string]string{"reader.js": "/assets/reader.3f9a.js"}})
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Archive: news.Archive{Reader: a}, Coverage: a, Pages: pages, Directory: h.dir.Load, Pictures: a, Files: a, Stream: stream{}, Base: "https://news.example",
		Assets: map[string]Asset{"/assets/reader.3f9a.js": {"text/javascript; charset=utf-8", []byte("export {}")}}, Clock: h.clock,
		Security: feed.Security{Contacts: []string{"security@news.example"}, Expires: noon.AddDate(1, 0, 0)},
		Ready:    func(context.Context) error { done, err := a.gate(); return end(done, err) }}
	for _, c := range change {
		c(&o)
	}
	if h.Site, err = New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	h.gate, err = web.NewGate(web.GateOptions{Log: o.logOr(), Public: o.Base, Quick: h.Quick, Doors: []web.Door{{Prefix: "/", Handler: h.Site, Show: h.Show}}})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func end(done func(), err error) error {
	if done != nil {
		done()
	}
	return err
}

// straight reports whether the gate lets a path through as it is.
func straight(r *http.Request) bool {
	p, ok := web.Straight(r)
	return ok && p == r.URL.Path
}
