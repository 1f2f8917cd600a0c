// Package relay tells house and world what was written.
//
// Fill puts words to facts when they are delivered to open pages: what was withdrawn
// meanwhile is told as withdrawn and nothing more. The Worker does what is due, under
// a lease, at least once, with effects that may be repeated. Nothing here decides
// anything: rules are in the domain.
package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/live"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/page/lang"
	"dateline/internal/talk"
)

// Filler fills the facts of articles with what the archive has of them now.
type Filler struct {
	Archive   news.Reader
	Alerts    Alerts
	Addresses func() edition.Addresses
	// Names gives the names of accounts, for the desk.
	Names func(ctx context.Context, accounts []string) (map[string]string, error)
	// Spoken reads what is public of what readers say; Said makes the HTML of one comment as its page shows it.
	Spoken talk.Reader
	Said   func(ctx context.Context, of talk.Ground, c talk.Shown) ([]byte, error)
	// Coverage reads the posts of live coverages; Post makes the HTML of one as the page of its coverage shows it.
	Coverage coverage.Reader
	Post     func(ctx context.Context, of news.Item, i coverage.Item) ([]byte, error)
}

// Alerts reads alerts by their ids, removed ones included.
type Alerts interface {
	AlertsByID(ctx context.Context, ids []string) ([]edition.Alert, error)
}

// item is what an event says of an article or an alert.
type item struct {
	ID          string     `json:"id"`
	URL         string     `json:"url,omitempty"`
	Headline    string     `json:"headline,omitempty"`
	Short       string     `json:"short_headline,omitempty"`
	Lead        string     `json:"lead,omitempty"`
	Text        string     `json:"text,omitempty"`  // of an alert
	Level       string     `json:"level,omitempty"` // of an alert
	Genre       string     `json:"genre,omitempty"`
	Label       string     `json:"label,omitempty"`        // the genre, or the level of an alert, as the edition writes it before a headline; empty for plain news
	Section     string     `json:"section,omitempty"`      // slug
	SectionName string     `json:"section_name,omitempty"` // as readers see it
	Place       string     `json:"place,omitempty"`
	Urgency     int        `json:"urgency,omitempty"`
	Language    string     `json:"language,omitempty"`
	Revision    int        `json:"revision,omitempty"`
	PublishedAt *time.Time `json:"published_at,omitempty"`
	UpdatedAt   *time.Time `json:"updated_at,omitempty"`
	FeedAt      *time.Time `json:"feed_at,omitempty"`
	Note        string     `json:"note,omitempty"` // of a correction
	Version     int64      `json:"version,omitempty"`
	By          string     `json:"by,omitempty"`
	Name        string     `json:"name,omitempty"`    // of By
	Lock        string     `json:"lock,omitempty"`    // id, when the lock changed hands
	Branch      string     `json:"branch,omitempty"`  // id, when one was begun
	Tab         string     `json:"tab,omitempty"`     // of the lock or the branch
	Post        string     `json:"post,omitempty"`    // id, of a live coverage that has another post
	Comment     string     `json:"comment,omitempty"` // id, of what was said, reported or decided on
}

// Fill answers each fact with its message, in order.
func (f Filler) Fill(ctx context.Context, facts []fact.Fact) ([]live.Message, error) {
	ids := make([]string, 0, len(facts))
	var staff []string
	for _, one := range facts {
		if of, ok := ofPost(one); ok {
			ids = append(ids, of)
		} else if of, ok := ofComment(one); ok {
			ids = append(ids, of) // the slug of a room finds nothing
		} else if kind, _ := one.Topic.Parts(); kind != "desk" {
			ids = append(ids, one.ID)
		} else if one.By != "" {
			staff = append(staff, one.By)
		}
	}
	found, err := f.Archive.Items(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("relay: fill: %w", err)
	}
	posts, err := f.posts(ctx, facts)
	if err != nil {
		return nil, fmt.Errorf("relay: fill: %w", err)
	}
	comments, err := f.comments(ctx, facts)
	if err != nil {
		return nil, fmt.Errorf("relay: fill: %w", err)
	}
	var names map[string]string
	if len(staff) > 0 {
		if names, err = f.Names(ctx, staff); err != nil {
			return nil, fmt.Errorf("relay: fill: %w", err)
		}
	}
	items := make(map[string]news.Item, len(found))
	for _, i := range found {
		items[i.ID] = i
	}
	alerts, err := f.alerts(ctx, facts, items)
	if err != nil {
		return nil, err
	}
	out := make([]live.Message, len(facts))
	for n, one := range facts {
		if _, ok := ofPost(one); ok {
			if out[n], err = f.fillPost(ctx, one, items, posts); err != nil {
				return nil, err
			}
			continue
		}
		if _, ok := ofComment(one); ok {
			if out[n], err = f.fillComment(ctx, one, items, comments); err != nil {
				return nil, err
			}
			continue
		}
		m := live.Message{Topic: one.Topic, Seq: one.Seq, Kind: one.Kind, At: one.At}
		words := item{ID: one.ID}
		kind, about := one.Topic.Parts()
		i, there := items[one.ID]
		if kind == "desk" {
			words.Version, words.By, words.Revision, words.Name, words.Tab = one.Version, one.By, one.Revision, names[one.By], one.Tab
			switch one.Kind {
			case fact.Branched:
				words.Branch = one.Part
			case fact.Posted:
				words.Post = one.Part
			case fact.Talked:
				words.Comment = one.Part
			default:
				words.Lock = one.Part
			}
		} else if there && kind == "newsfeed" && (one.Kind == fact.Moved || i.Edition != about) {
			// Whatever it was here once, a newsfeed has no words of what stands in another one.
			m.Kind, words.URL = fact.Moved, news.Address(f.Addresses(), i.Content)
		} else if a, is := alerts[one.ID]; is && one.Kind == fact.Published && a.RemovedAt.IsZero() && a.Edition == about {
			words = f.alert(a)
		} else if is && one.Kind == fact.Ended {
			// The id says it all.
		} else if there {
			words = f.words(i, one)
			if at := i.LineAt(); kind == "newsfeed" {
				words.FeedAt = &at
				words.Label, words.Note = f.line(i)
			}
		} else if one.Kind != fact.Redacted {
			m.Kind = fact.Withdrawn
		}
		if m.Item, err = json.Marshal(words); err != nil {
			return nil, fmt.Errorf("relay: fill: %w", err)
		}
		out[n] = m
	}
	return out, nil
}

// alerts reads the alerts that facts tell of: what a newsfeed has that is no story, and all of the topics of alerts.
func (f Filler) alerts(ctx context.Context, facts []fact.Fact, items map[string]news.Item) (map[string]edition.Alert, error) {
	var ids []string
	for _, one := range facts {
		if kind, _ := one.Topic.Parts(); kind == "alerts" || kind == "newsfeed" {
			if _, story := items[one.ID]; !story {
				ids = append(ids, one.ID)
			}
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := f.Alerts.AlertsByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("relay: fill: %w", err)
	}
	out := make(map[string]edition.Alert, len(found))
	for _, a := range found {
		out[a.ID] = a
	}
	return out, nil
}

// alert is what an event says of an alert.
func (f Filler) alert(a edition.Alert) item {
	at := f.Addresses()
	w := item{ID: a.ID, URL: at.Absolute(a.Edition, a.URL), Text: a.Text, Level: string(a.Level), FeedAt: &a.At, PublishedAt: &a.At}
	if e, ok := at.Edition(a.Edition); ok {
		if words, err := lang.For(e.Language); err == nil {
			w.Label = words.Say(page.AlertWord(a.Level))
		}
	}
	return w
}

func (f Filler) words(i news.Item, one fact.Fact) item {
	at := f.Addresses()
	w := item{ID: i.ID, URL: news.Address(at, i.Content), Headline: i.Headline, Short: i.ShortHeadline, Lead: i.Lead, Genre: string(i.Genre), Place: i.Dateline.Place, Urgency: i.Urgency,
		Language: i.Language, Revision: one.Revision, PublishedAt: &i.PublishedAt, UpdatedAt: &i.UpdatedAt, FeedAt: &i.FeedAt}
	if s, ok := at.SectionByID(i.Section); ok {
		w.Section, w.SectionName = s.Slug, s.Name
	}
	w.Label = label(at, i.Content)
	if one.Kind == fact.Corrected {
		for _, m := range i.Corrections {
			if m.Revision == one.Revision {
				w.Note = m.Note
			}
		}
	}
	return w
}

// line is what stands before and after the headline of an item in the newsfeed.
func (f Filler) line(i news.Item) (word, note string) {
	if note = i.LineNote(); note != "" {
		return say(f.Addresses(), i.Edition, "article.correction"), note
	}
	return label(f.Addresses(), i.Content), ""
}

// label is the word that pages put before the headline of what is not plain news.
func label(at edition.Addresses, c news.Content) string {
	key := ""
	switch {
	case c.Kind == news.Live:
		key = "genre.live"
	case c.Genre != "" && c.Genre != news.News:
		key = "genre." + string(c.Genre)
	default:
		return ""
	}
	return say(at, c.Edition, key)
}

// say is a word in the language of an edition, "" when there is none.
func say(at edition.Addresses, of, key string) string {
	e, ok := at.Edition(of)
	if !ok {
		return ""
	}
	words, err := lang.For(e.Language)
	if err != nil || !words.Has(key) {
		return ""
	}
	return words.Say(key)
}

// Work is where due work is kept.
type Work interface {
	// TakeWork leases one piece that is due; NotFound when nothing is.
	TakeWork(ctx context.Context, lease time.Duration) (fact.Work, error)
	// HoldWork makes the lease of work that was taken end a time from now; NotFound when somebody else took it meanwhile.
	HoldWork(ctx context.Context, w fact.Work, lease time.Duration) error
	DoneWork(ctx context.Context, w fact.Work) error
	NextWork(ctx context.Context) (time.Time, error)
	Sweep(ctx context.Context, keep time.Duration) error
}

// Doer does due work and reports whether it was of its room.
type Doer interface {
	Do(ctx context.Context, w fact.Work) (mine bool, err error)
}

// Worker does what is due. One runs in each process; the lease decides between them.
type Worker struct {
	Work  Work
	Doers []Doer
	Clock moment.Clock
	Log   *slog.Logger
	Poke  <-chan struct{} // something may have become due earlier than was known
	Keep  time.Duration   // how long facts are kept for those who resume; 7 days when 0
	// Long are the kinds that may take minutes or hours: they are done beside the others, a few at once, and let go of at once when
	// the program stops, so that another node or the next start goes on with them.
	Long map[string]bool

	beside  sync.WaitGroup
	running atomic.Int32
	stuck   bool // what is due could not be told
}

const (
	// lease is how long a piece of work belongs to who took it. It is held on while it is done, so it is short: after a crash
	// another node, or the next start, takes the work when it is over, and what is due at a time is due within a second.
	lease = 600 * time.Millisecond
	// longLease is the same for long work, which nobody waits for.
	longLease = 6 * time.Second
	// longAtOnce is how much long work one process does at once; what is more waits for longWait, or for another node.
	longAtOnce = 4
	longWait   = 2 * time.Second
	// again is when work that failed is tried again.
	again = 30 * time.Second
)

// Run works until ctx ends.
func (w *Worker) Run(ctx context.Context) {
	keep := w.Keep
	if keep == 0 {
		keep = 7 * 24 * time.Hour
	}
	sweep := time.NewTicker(time.Hour)
	defer sweep.Stop()
	defer w.beside.Wait()
	for {
		pause := time.Second // after an error, which the next moment would repeat
		if w.drain(ctx) {
			pause = w.untilNext(ctx)
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-w.Poke:
		case <-wait.C:
		case <-sweep.C:
			if err := w.Work.Sweep(ctx, keep); err != nil && ctx.Err() == nil {
				w.Log.Warn("relay: sweep", "error", err)
			}
		}
		wait.Stop()
	}
}

// untilNext is the time to the next due work, at most a second, so that a clock that jumps or another process is noticed.
func (w *Worker) untilNext(ctx context.Context) time.Duration {
	const most, least = time.Second, 5 * time.Millisecond
	next, err := w.Work.NextWork(ctx)
	if err != nil || next.IsZero() {
		return most
	}
	return min(most, max(least, next.Sub(w.Clock.Now())))
}

// drain does what is due, and reports whether it could be told what is. An error is logged when it begins.
func (w *Worker) drain(ctx context.Context) bool {
	for ctx.Err() == nil {
		due, err := w.Work.TakeWork(ctx, lease)
		if fault.Is(err, fault.NotFound) {
			err = nil
		} else if err == nil {
			w.do(ctx, due)
			continue
		}
		if err != nil && !w.stuck && ctx.Err() == nil {
			w.Log.Warn("relay: taking due work", "error", err)
		}
		w.stuck = err != nil
		return err == nil
	}
	return true
}

// do does one piece of due work, or begins it beside the others when it is long.
func (w *Worker) do(ctx context.Context, due fact.Work) {
	switch {
	case !w.Long[due.Kind]:
		w.one(ctx, due, lease)
	case w.running.Load() >= longAtOnce:
		w.putOff(ctx, due, longWait)
	default:
		w.running.Add(1)
		w.beside.Go(func() {
			defer w.running.Add(-1)
			if err := w.Work.HoldWork(ctx, due, longLease); err != nil { // it was taken for a moment only
				if !fault.Is(err, fault.NotFound) && ctx.Err() == nil {
					w.Log.Warn("relay: holding long work", "error", err)
				}
				return
			}
			w.one(ctx, due, longLease)
			if ctx.Err() != nil { // whoever is next need not wait until the lease is over
				w.putOff(context.WithoutCancel(ctx), due, 0)
			}
		})
	}
}

// putOff lets go of work that was taken, until a time from now.
func (w *Worker) putOff(ctx context.Context, due fact.Work, until time.Duration) {
	if err := w.Work.HoldWork(ctx, due, until); err != nil && !fault.Is(err, fault.NotFound) && ctx.Err() == nil {
		w.Log.Warn("relay: putting work off", "error", err)
	}
}

// one does a piece of work. What failed keeps its row and is taken again after a while.
func (w *Worker) one(ctx context.Context, due fact.Work, lease time.Duration) {
	letGo := w.hold(ctx, due, lease)
	defer letGo()
	err := errors.New("nobody does this kind of work")
	for _, d := range w.Doers {
		mine, derr := d.Do(ctx, due)
		if mine {
			err = derr
			break
		}
	}
	if err == nil {
		err = w.Work.DoneWork(ctx, due)
	}
	letGo()
	if err != nil && ctx.Err() == nil {
		w.Log.Warn("relay: due work failed; it will be tried again", "kind", due.Kind, "subject", due.Subject, "tries", due.Tries, "error", err)
		pause := again
		var told *fault.Error
		if errors.As(err, &told) && told.After > 0 {
			pause = told.After
		}
		w.putOff(ctx, due, pause)
	}
}

// hold keeps the lease of work alive until the function it gives is called, which waits for the last word about it.
func (w *Worker) hold(ctx context.Context, due fact.Work, lease time.Duration) (letGo func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := w.Work.HoldWork(ctx, due, lease); fault.Is(err, fault.NotFound) {
				return // another took it, as it may: effects can be repeated
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}
