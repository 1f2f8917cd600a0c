// Package load feeds the made-up newsroom through the domain, as a newsroom would, with times relative to the start.
package load

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/cmd/dateline/internal/demo"
	"dateline/cmd/dateline/internal/demo/art"
	"dateline/internal/account"
	"dateline/internal/app"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/media"
	"dateline/internal/news"

	"golang.org/x/image/draw"
)

// Load makes editions, pictures and stories in an empty house; said gets lines of progress.
func Load(ctx context.Context, h *app.House, n *demo.Newsroom, start time.Time, said func(string)) error {
	l := &loader{h: h, n: n, start: start, pictures: map[string]string{}, stories: map[string]string{}, byKey: map[string]*demo.Story{}, readers: map[string]account.Account{}}
	for i := range n.Stories {
		l.byKey[n.Stories[i].Key] = &n.Stories[i]
	}
	said(fmt.Sprintf("demo: %d editions", len(n.Editions)))
	if err := l.editions(ctx); err != nil {
		return err
	}
	said(fmt.Sprintf("demo: drawing %d pictures", len(n.Pictures)))
	if err := l.drawAll(ctx); err != nil {
		return err
	}
	said(fmt.Sprintf("demo: %d stories", len(n.Stories)))
	if err := l.drafts(ctx); err != nil {
		return err
	}
	if err := l.publish(ctx); err != nil {
		return err
	}
	said(fmt.Sprintf("demo: a live coverage with %d posts", len(n.Live.Posts)))
	if err := l.live(ctx); err != nil {
		return err
	}
	said(fmt.Sprintf("demo: %d comments", len(n.Comments)))
	return l.talk(ctx)
}

type loader struct {
	h        *app.House
	n        *demo.Newsroom
	start    time.Time
	pictures map[string]string // name/language -> id
	stories  map[string]string // key -> id
	byKey    map[string]*demo.Story
	readers  map[string]account.Account // by name
}

var house = account.House()

func (l *loader) editions(ctx context.Context) error {
	for _, e := range l.n.Editions {
		p := edition.EditionPatch{Slug: &e.Slug, Name: &e.Name, Language: &e.Language, Timezone: &e.Timezone, Default: &e.Default}
		if _, err := l.h.Editors.CreateEdition(ctx, house, fact.Once{}, p); err != nil {
			return fmt.Errorf("demo: edition %s: %w", e.Slug, err)
		}
		for _, s := range e.Sections {
			position := slices.Index(e.Navigation, s.Slug) + 1
			if position == 0 {
				position = len(e.Navigation) + 1
			}
			if _, err := l.h.Editors.CreateSection(ctx, house, fact.Once{}, edition.SectionPatch{Edition: &e.Slug, Slug: &s.Slug, Name: &s.Name, Description: &s.Description, Position: &position}); err != nil {
				return fmt.Errorf("demo: section %s of %s: %w", s.Slug, e.Slug, err)
			}
		}
	}
	return nil
}

// drawAll draws each picture once and takes it in once for each language that uses it, on every core.
func (l *loader) drawAll(ctx context.Context) error {
	var mu sync.Mutex
	var first error
	names := make(chan demo.Picture)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for p := range names {
				made, err := l.draw(ctx, p)
				mu.Lock()
				if err != nil && first == nil {
					first = fmt.Errorf("demo: picture %s: %w", p.Name, err)
				}
				for language, id := range made {
					l.pictures[p.Name+"/"+language] = id
				}
				mu.Unlock()
			}
		})
	}
	for _, p := range l.n.Pictures {
		names <- p
	}
	close(names)
	wg.Wait()
	return first
}

func (l *loader) draw(ctx context.Context, p demo.Picture) (map[string]string, error) {
	file, err := printed(p.Name)
	if err != nil {
		return nil, err
	}
	made := map[string]string{}
	kind := media.Kind(p.Kind)
	taken := l.start.Add(-p.Drawn).UTC().Format(time.RFC3339)
	for language, w := range p.Words {
		f := media.Fields{Kind: &kind, Credit: &p.Credit, Creator: &p.Creator, Caption: &w.Caption, Alt: &w.Alt, City: &p.City, TakenAt: &taken,
			DigitalSourceType: &p.SourceType, Focal: &media.Point{X: p.FocalX, Y: p.FocalY}}
		up, err := l.h.Library.Upload(ctx, house, fact.Once{}, bytes.NewReader(file), int64(len(file)), f, "")
		if err != nil {
			return nil, err
		}
		made[language] = up.ID
	}
	return made, nil
}

// The pictures are drawn larger than a site needs; the demo takes them in at two thirds, which makes its start twice as fast.
const width, height = art.Width * 2 / 3, art.Height * 2 / 3

func printed(name string) ([]byte, error) {
	drawn, err := art.Draw(name)
	if err != nil {
		return nil, err
	}
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.BiLinear.Scale(small, small.Bounds(), drawn, drawn.Bounds(), draw.Src, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, small, &jpeg.Options{Quality: 90}); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (l *loader) refs(language string) refs {
	return refs{
		picture: func(name string) string { return l.pictures[name+"/"+language] },
		story:   func(key string) string { return l.stories[key] },
		address: func(key string) string {
			s, ok := l.byKey[key]
			if !ok {
				return ""
			}
			return l.h.Addresses().Path(s.Edition) + "/" + s.Section + "/" + s.Key
		},
	}
}

func byline(names []demo.Name) *[]news.Byline {
	out := make([]news.Byline, len(names))
	for i, n := range names {
		out[i] = news.Byline{Name: n.Name, Author: n.Author}
	}
	return &out
}

// drafts makes every story and page, so that each has an id before another names it.
func (l *loader) drafts(ctx context.Context) error {
	for i := range l.n.Stories {
		s := &l.n.Stories[i]
		r := s.First()
		a, err := l.h.Desk.Create(ctx, news.Act{Who: house}, news.Patch{
			Edition: &s.Edition, Section: &s.Section, Genre: &s.Genre, Headline: &r.Headline, ShortHeadline: &r.ShortHeadline, Lead: &r.Lead,
			Dateline: &news.Dateline{Place: s.Place, Source: s.Source}, Byline: byline(s.Byline), Tags: &s.Tags, Urgency: &s.Urgency, Slug: &s.Key,
			Discussion: &s.Discussion,
		})
		if err != nil {
			return fmt.Errorf("demo: story %s: %w", s.Key, err)
		}
		l.stories[s.Key] = a.ID
	}
	for _, e := range l.n.Editions {
		for _, p := range e.Pages {
			doc, err := document(p.Body, l.refs(e.Language))
			if err != nil {
				return fmt.Errorf("demo: page %s of %s: %w", p.Slug, e.Slug, err)
			}
			kind := "page"
			a, err := l.h.Desk.Create(ctx, news.Act{Who: house}, news.Patch{Edition: &e.Slug, Kind: &kind, Headline: &p.Headline, Lead: &p.Lead, Body: &doc, Slug: &p.Slug})
			if err == nil {
				_, err = l.h.Desk.PublishAs(ctx, a.ID, news.Publication{}, l.start.Add(-60*24*time.Hour))
			}
			if err != nil {
				return fmt.Errorf("demo: page %s of %s: %w", p.Slug, e.Slug, err)
			}
		}
	}
	return nil
}

// step is one publication in the order of time.
type step struct {
	at  time.Time
	run func() error
}

func (l *loader) publish(ctx context.Context) error {
	var steps []step
	for i := range l.n.Stories {
		s := &l.n.Stories[i]
		for n := range s.Revisions {
			at := l.start.Add(-s.Revisions[n].Ago)
			steps = append(steps, step{at, func() error { return l.revise(ctx, s, n, at) }})
		}
		if s.State == demo.Withdrawn {
			at := l.start.Add(-s.Withdrawal.Ago)
			steps = append(steps, step{at, func() error {
				_, err := l.h.Desk.Withdraw(ctx, news.Act{Who: house}, l.stories[s.Key], s.Withdrawal.Note)
				return err
			}})
		}
	}
	slices.SortStableFunc(steps, func(a, b step) int { return a.at.Compare(b.at) })
	for _, s := range steps {
		if err := s.run(); err != nil {
			return err
		}
	}
	return nil
}

// revise puts a revision's words on the working copy and publishes it at its time, or schedules it.
func (l *loader) revise(ctx context.Context, s *demo.Story, n int, at time.Time) error {
	r := s.Revisions[n]
	doc, err := document(r.Body, l.refs(s.Language))
	if err != nil {
		return fmt.Errorf("demo: story %s: %w", s.Key, err)
	}
	related := []string{}
	for _, key := range s.Related {
		if id := l.stories[key]; id != "" {
			related = append(related, id)
		}
	}
	p := news.Patch{Headline: &r.Headline, ShortHeadline: &r.ShortHeadline, Lead: &r.Lead, Body: &doc, Related: &related}
	if id := l.pictures[s.Picture+"/"+s.Language]; id != "" {
		p.Picture = &id
	}
	if id := l.stories[s.TranslationOf]; id != "" {
		p.TranslationOf = &id
	}
	if s.Embargo > 0 {
		until := l.start.Add(s.Embargo)
		p.EmbargoUntil = &until
	}
	id := l.stories[s.Key]
	if _, err := l.h.Desk.Save(ctx, news.Act{Who: house}, id, p); err != nil {
		return fmt.Errorf("demo: story %s: %w", s.Key, err)
	}
	pub := news.Publication{Change: news.Change(r.Change), Note: r.Note}
	if at.After(l.start) {
		pub.At, at = at, time.Time{}
	}
	if s.Embargo > 0 {
		at = time.Time{}
	}
	if _, err := l.h.Desk.PublishAs(ctx, id, pub, at); err != nil {
		return fmt.Errorf("demo: story %s: %w", s.Key, err)
	}
	return nil
}

// Move publishes one of the demo's short items a minute while the demo runs, so that an open front moves.
func Move(ctx context.Context, h *app.House, n *demo.Newsroom, every time.Duration, said func(string)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for i := 0; len(n.Newsfeed) > 0; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := one(ctx, h, n.Newsfeed[i%len(n.Newsfeed)])
		if _, lerr := moveLive(ctx, h, n, i); err == nil {
			err = lerr
		}
		if err != nil && ctx.Err() == nil {
			said(strings.TrimSpace(err.Error()))
		}
	}
}

func one(ctx context.Context, h *app.House, item demo.NewsItem) error {
	doc, err := document(item.Body, refs{func(string) string { return "" }, func(string) string { return "" }, func(string) string { return "" }})
	if err != nil {
		return err
	}
	a, err := h.Desk.Create(ctx, news.Act{Who: house}, news.Patch{Edition: &item.Edition, Section: &item.Section, Headline: &item.Headline, Lead: &item.Lead,
		Dateline: &news.Dateline{Place: item.Place, Source: item.Source}, Byline: byline(item.Byline), Tags: &item.Tags, Urgency: &item.Urgency, Body: &doc})
	if err == nil {
		_, err = h.Desk.PublishAs(ctx, a.ID, news.Publication{}, time.Time{})
	}
	if err != nil {
		return fmt.Errorf("demo: %s: %w", item.Key, err)
	}
	return nil
}
