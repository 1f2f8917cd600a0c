package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/account"
	"dateline/internal/app"
	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/news"
)

// place is the edition that a seeded site has, and its sections.
const place = "international"

var sections = []string{"world", "harbour", "business", "culture", "sport", "science"}

// stock is what the made-up texts are put together from.
var stock = strings.Fields(`the a of in on to for with after before council ferry crews harbour talks agreed refused offered
night morning workers union owners water bills tram line bridge storm coast shelter ships captain port minister court ruled
judge trial evidence report said told asked answered vote votes result results party leader budget tax million percent prices
market factory closed opened built repaired school hospital doctors patients library atlas museum painter concert festival match
team coach goal season island mountain river forest fire rescue police street night quiet early late new old first last seven
eleven hundred thousand years months weeks days people residents visitors families children statement letter document plan
project company contract order delivery engine repair delay tide wind rain snow heat record measure study researchers university`)

// site is a house filled for measuring.
type site struct {
	dir     string
	token   string   // of an admin
	example string   // path of the story that is asked for: 600 words
	named   string   // its id
	paths   []string // of all others
	ids     []string // theirs
	live    string   // id of a live coverage, with a post for every twenty stories
	liveAt  string   // its path
}

// words gives n made-up words in sentences and paragraphs, the same for the same seed.
func words(seed uint64, n int) string {
	r := rand.New(rand.NewPCG(seed, 7))
	var b strings.Builder
	for i, start := 0, true; i < n; i++ {
		w := stock[r.IntN(len(stock))]
		if start {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		b.WriteString(w)
		start = i%11 == 10 || r.IntN(14) == 0
		switch {
		case i == n-1:
			b.WriteByte('.')
		case start && i%60 > 48:
			b.WriteString(".\n\n")
		case start:
			b.WriteString(". ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// name gives one of 500 made-up names of places; each stands in every 500th story.
func name(i int) string {
	front := []string{"Port", "Saint", "North", "South", "Old", "New", "Upper", "Lower", "East", "West"}
	end := []string{"ten", "mouth", "haven", "gate", "holm", "stead", "wick", "burgh", "ford", "by"}
	middle := []string{"Orl", "Vesk", "Malm", "Terr", "Kald"}
	i %= 500
	return front[i%10] + " " + middle[i/100] + end[i/10%10]
}

func headline(i int) string {
	r := rand.New(rand.NewPCG(uint64(i), 3))
	w := make([]string, 7)
	for k := range w {
		w[k] = stock[r.IntN(len(stock))]
	}
	return name(i) + ": " + strings.Join(w, " ")
}

// fill makes a site of n stories of so many words in dir, the newest an hour old, and gives what load needs to know of it.
func fill(ctx context.Context, dir string, n, length int, say func(string)) (*site, error) {
	h, err := app.Open(ctx, app.Config{Data: dir})
	if err != nil {
		return nil, err
	}
	defer h.Close()
	s := &site{dir: dir, paths: make([]string, n), ids: make([]string, n)}
	if err := editions(ctx, h); err != nil {
		return nil, err
	}
	if s.token, err = token(ctx, h); err != nil {
		return nil, err
	}
	begun := time.Now()
	var next, done atomic.Int64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range 128 { // together they share commits
		wg.Go(func() {
			for failed.Load() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				at := begun.Add(-time.Hour - time.Duration(n-i)*20*time.Minute)
				a, err := publish(ctx, h, i, length, at, code(i, n))
				if err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				s.paths[i], s.ids[i] = path(h, a), a.ID
				if d := done.Add(1); d%10_000 == 0 {
					say(fmt.Sprintf("bench: %d of %d stories, %s", d, n, time.Since(begun).Round(time.Second)))
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return nil, fmt.Errorf("filling the site: %w", *err)
	}
	a, err := publish(ctx, h, n, 600, begun.Add(-time.Hour), "")
	if err != nil {
		return nil, err
	}
	s.example, s.named = path(h, a), a.ID
	if err := s.cover(ctx, h, n/20, begun); err != nil {
		return nil, err
	}
	say(fmt.Sprintf("bench: a site of %d stories, filled in %s", n, time.Since(begun).Round(100*time.Millisecond)))
	return s, nil
}

// cover makes a live coverage with n posts, a minute apart.
func (s *site) cover(ctx context.Context, h *app.House, n int, begun time.Time) error {
	kind, where, section, head := string(news.Live), place, sections[0], "Live: "+headline(0)
	a, err := h.Desk.Create(ctx, news.Act{Who: account.House()}, news.Patch{Kind: &kind, Edition: &where, Section: &section, Headline: &head})
	if err != nil {
		return err
	}
	if a, err = h.Desk.PublishAs(ctx, a.ID, news.Publication{}, begun.Add(-time.Hour-time.Duration(n)*time.Minute)); err != nil {
		return err
	}
	s.live, s.liveAt = a.ID, path(h, a)
	for i := range n {
		doc := body.FromText(words(uint64(i)+2e9, 60))
		if _, err := h.Posts.Arrive(ctx, a.ID, coverage.Past{Patch: coverage.Patch{Body: &doc}, At: begun.Add(-time.Hour - time.Duration(n-i)*time.Minute)}); err != nil {
			return err
		}
	}
	return nil
}

func path(h *app.House, a news.Article) string {
	return strings.TrimPrefix(news.Address(h.Addresses(), a.Content), h.Addresses().Base)
}

func editions(ctx context.Context, h *app.House) error {
	slug, title, language, zone, first := place, "The Measured Post", "en", "UTC", true
	if _, err := h.Editors.CreateEdition(ctx, account.House(), fact.Once{}, edition.EditionPatch{Slug: &slug, Name: &title, Language: &language, Timezone: &zone, Default: &first}); err != nil {
		return err
	}
	for _, s := range sections {
		title := strings.ToUpper(s[:1]) + s[1:]
		if _, err := h.Editors.CreateSection(ctx, account.House(), fact.Once{}, edition.SectionPatch{Edition: &slug, Slug: &s, Name: &title}); err != nil {
			return err
		}
	}
	return nil
}

// token makes an admin and gives a token of his.
func token(ctx context.Context, h *app.House) (string, error) {
	a, err := h.Door.Add(ctx, "bench@dateline.example", "Bench", "", account.Grant{Role: account.Admin})
	if err != nil {
		return "", err
	}
	return h.Door.Token(ctx, a, "bench", 0)
}

// code is a word that stands in 20 stories of n, however many these are.
func code(i, n int) string { return fmt.Sprintf("code%d", i%max(n/20, 1)) }

// publish puts one story out through the domain, as if at that time.
func publish(ctx context.Context, h *app.House, i, length int, at time.Time, code string) (news.Article, error) {
	where, section, head, lead := place, sections[i%len(sections)], headline(i), words(uint64(i)+1e9, 24)+" "+code
	doc := body.FromText(words(uint64(i), length))
	tags := []string{stock[i%97], stock[i%101+1]}
	by := []news.Byline{{Name: "Reporter " + name(i%40), Author: fmt.Sprintf("reporter-%d", i%40)}}
	act := news.Act{Who: account.House()}
	a, err := h.Desk.Create(ctx, act, news.Patch{Edition: &where, Section: &section, Headline: &head, Lead: &lead, Body: &doc, Tags: &tags, Byline: &by,
		Dateline: &news.Dateline{Place: strings.ToUpper(name(i)), Source: "Dispatch"}})
	if err != nil {
		return a, err
	}
	return h.Desk.PublishAs(ctx, a.ID, news.Publication{}, at)
}
