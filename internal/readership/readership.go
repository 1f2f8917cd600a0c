package readership

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// Views is how often a story was read in an hour, or since a time.
type Views struct {
	Article string
	N       int64
}

// Kept is how long the views of an hour are kept.
const Kept = 35 * 24 * time.Hour

// Store keeps the views of stories by the hour.
type Store interface {
	// AddViews adds to the hour that begins at a time, in one transaction, and makes the most read of the editions of these stories due at
	// a time, unless it is due already.
	AddViews(ctx context.Context, hour time.Time, views []Views, due time.Time) error
	// ViewsOf gives the views of stories from one hour to before another, one sum each; stories without any are left out.
	ViewsOf(ctx context.Context, articles []string, from, to time.Time) ([]Views, error)
	// HoursOf gives the views of a story by the hour, oldest first; hours without any are left out.
	HoursOf(ctx context.Context, article string, from, to time.Time) ([]Hour, error)
	// TotalViews gives the views of all stories that an edition shows now.
	TotalViews(ctx context.Context, of string, from, to time.Time) (int64, error)
	// TopViews lists the stories that an edition shows now by their views since an hour, most first, at most limit.
	TopViews(ctx context.Context, of string, from time.Time, limit int) ([]Views, error)
	// MostRead gives the stories that readers are shown as most read.
	MostRead(ctx context.Context, of string) ([]string, error)
	// AmendMostRead runs change on them in one transaction; it may run twice.
	AmendMostRead(ctx context.Context, of string, change func(now []string) ([]string, fact.Outcome, error)) error
	// SweepViews removes hours that began before a time.
	SweepViews(ctx context.Context, before time.Time) error
}

// Hour is the views of a story in the hour that begins at At.
type Hour struct {
	At time.Time
	N  int64
}

// Open tells how many pages that follow a topic are open now.
type Open func(topic fact.Topic) int

// Desk reads the numbers, and decides what readers are shown as most read.
type Desk struct {
	store     Store
	clock     moment.Clock
	archive   news.Archive
	directory func() *edition.Directory
	open      Open
}

// NewDesk gives a desk over store.
func NewDesk(store Store, clock moment.Clock, archive news.Archive, directory func() *edition.Directory, open Open) *Desk {
	return &Desk{store, clock, archive, directory, open}
}

// staff may see the numbers of their editions.
var staff = []account.Role{account.Admin, account.Editor, account.Reporter, account.PictureEditor, account.Moderator, account.Audience}

// Story is how a story is read.
type Story struct {
	Item    news.Item
	Reading int   // pages of it that are open now
	Today   int64 // views since the day of its edition began
	Week    int64 // views in this and the six days before
	Days    []Day // those seven, oldest first
}

// Day is the views on a day of an edition.
type Day struct {
	Date string // 2026-03-10
	N    int64
}

// Paper is how an edition is read.
type Paper struct {
	Reading  int // pages of it that are open now
	Today    int64
	Week     int64
	MostRead []Story // of the last 24 hours, most first; Days is empty
}

// begin gives the midnights with which the last seven days of an edition began, oldest first, and the end of the last.
func (d *Desk) begin(of string) (days []time.Time) {
	zone := time.UTC
	if e, ok := d.directory().Edition(of); ok {
		if z, err := time.LoadLocation(e.Timezone); err == nil {
			zone = z
		}
	}
	now := d.clock.Now().In(zone)
	for back := 6; back >= -1; back-- {
		days = append(days, time.Date(now.Year(), now.Month(), now.Day()-back, 0, 0, 0, 0, zone))
	}
	return days
}

// Story reads how a published story is read. One that staff of its edition do not work on is Forbidden.
func (d *Desk) Story(ctx context.Context, who account.Actor, id string) (Story, error) {
	it, err := d.archive.Item(ctx, id)
	if err != nil {
		return Story{}, err
	}
	if err := who.Must(it.Edition, staff...); err != nil {
		return Story{}, err
	}
	s := Story{Item: it, Reading: d.open(fact.Article(id))}
	days := d.begin(it.Edition)
	hours, err := d.store.HoursOf(ctx, id, days[0], days[7])
	if err != nil {
		return Story{}, err
	}
	for n, at := range days[:7] {
		day := Day{Date: at.Format(time.DateOnly)}
		for _, h := range hours {
			if !h.At.Before(at) && h.At.Before(days[n+1]) {
				day.N += h.N
			}
		}
		s.Week += day.N
		s.Days = append(s.Days, day)
	}
	s.Today = s.Days[6].N
	return s, nil
}

// Paper reads how an edition is read, with at most limit of its most read stories.
func (d *Desk) Paper(ctx context.Context, who account.Actor, of string, limit int) (p Paper, err error) {
	if _, ok := d.directory().Edition(of); !ok {
		return p, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
	}
	if err := who.Must(of, staff...); err != nil {
		return p, err
	}
	days := d.begin(of)
	p.Reading = d.open(fact.Alerts(of)) // which every page of an edition follows
	if p.Today, err = d.store.TotalViews(ctx, of, days[6], days[7]); err != nil {
		return p, err
	}
	if p.Week, err = d.store.TotalViews(ctx, of, days[0], days[7]); err != nil {
		return p, err
	}
	top, err := d.store.TopViews(ctx, of, d.dayAgo(), limit)
	if err != nil {
		return p, err
	}
	ids := make([]string, len(top))
	for i, v := range top {
		ids[i] = v.Article
	}
	items, err := d.archive.Items(ctx, ids)
	if err != nil {
		return p, err
	}
	today, err := d.sums(ctx, ids, days[6], days[7])
	if err != nil {
		return p, err
	}
	week, err := d.sums(ctx, ids, days[0], days[7])
	if err != nil {
		return p, err
	}
	for _, it := range items {
		p.MostRead = append(p.MostRead, Story{Item: it, Reading: d.open(fact.Article(it.ID)), Today: today[it.ID], Week: week[it.ID]})
	}
	return p, nil
}

func (d *Desk) sums(ctx context.Context, ids []string, from, to time.Time) (map[string]int64, error) {
	views, err := d.store.ViewsOf(ctx, ids, from, to)
	out := make(map[string]int64, len(views))
	for _, v := range views {
		out[v.Article] = v.N
	}
	return out, err
}

// dayAgo gives the hour from which the last day is counted.
func (d *Desk) dayAgo() time.Time { return d.clock.Now().Truncate(time.Hour).Add(-23 * time.Hour) }

// WorkMostRead is due work: to look which stories of an edition are read most. Its subject is the slug.
const WorkMostRead = "most-read"

// What readers are shown as most read.
const (
	shown    = 5               // stories at most
	fewest   = 3               // stories at least, or nothing is shown
	enough   = 5               // views that a story needs in a day
	lookEach = 3 * time.Minute // how often the order may change
)

// Do looks which stories are read most; it may be asked twice. Pages change only when the order does.
func (d *Desk) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	if w.Kind != WorkMostRead {
		return false, nil
	}
	top, err := d.store.TopViews(ctx, w.Subject, d.dayAgo(), shown)
	if err != nil {
		return true, err
	}
	var order []string
	for _, v := range top {
		if v.N >= enough {
			order = append(order, v.Article)
		}
	}
	if len(order) < fewest {
		order = nil
	}
	return true, d.store.AmendMostRead(ctx, w.Subject, func(now []string) ([]string, fact.Outcome, error) {
		var o fact.Outcome
		if len(top) > 0 { // else the next view makes it due again
			o.Work = []fact.Work{{Kind: WorkMostRead, Subject: w.Subject, Due: d.clock.Now().Add(lookEach)}}
		}
		if !slices.Equal(order, now) {
			o.Stale = []fact.Tag{fact.TagMostRead(w.Subject)}
		}
		return order, o, nil
	})
}

// Writer writes what a Counter counts.
type Writer struct {
	Counter *Counter
	Store   Store
	Clock   moment.Clock
	Log     *slog.Logger
}

// Run writes until ctx ends, and then what is left.
func (w *Writer) Run(ctx context.Context) {
	tick, sweep := time.NewTicker(Every), time.NewTicker(time.Hour)
	defer tick.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			w.Write(context.WithoutCancel(ctx))
			return
		case <-tick.C:
			w.Write(ctx)
		case <-sweep.C:
			if err := w.Store.SweepViews(ctx, w.Clock.Now().Add(-Kept)); err != nil && ctx.Err() == nil {
				w.Log.Warn("readership: sweeping old views", "error", err)
			}
		}
	}
}

// Write writes what was counted since it was last asked. What cannot be written now is counted with what comes.
func (w *Writer) Write(ctx context.Context) {
	taken := w.Counter.take()
	if len(taken) == 0 {
		return
	}
	views := make([]Views, 0, len(taken))
	for id, n := range taken {
		views = append(views, Views{id, n})
	}
	slices.SortFunc(views, func(a, b Views) int { return strings.Compare(a.Article, b.Article) }) // two nodes lock the rows in one order
	now := w.Clock.Now()
	if err := w.Store.AddViews(ctx, now.UTC().Truncate(time.Hour), views, now.Add(soon)); err != nil {
		w.Counter.back(taken)
		if ctx.Err() == nil {
			w.Log.Warn("readership: views could not be written; they are counted with the next", "error", err)
		}
	}
}

// soon is how long after a first view one looks which stories are read most.
const soon = 20 * time.Second
