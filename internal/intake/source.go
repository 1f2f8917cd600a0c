// Package intake is where what others send comes in: watched folders and feeds with the inbox they fill, and the
// moving in of whole sites.
//
// It promises that nothing which arrives is published by itself: an item waits in the inbox of its edition until somebody uses it,
// dismisses it, or its days are over. A newer version of an item that was used is offered to whoever has the story and never put
// into it unasked. What two sources send alike shows once. A source is read by one node at a time, under the lease of due
// work; a source that cannot be read says why, and is asked less and less often until it answers. Reading, and turning bytes into
// items, is others' work: this room holds the rules.
package intake

import (
	"context"
	"net/url"
	"path"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// WorkRead is due work: read a source and sweep what is too old.
const WorkRead = "read-source"

// Kind says what a source is.
type Kind string

// The kinds of sources: an RSS, Atom or JSON feed at an address, and a folder of ninjs files below the one that the operator named.
const (
	Feed   Kind = "feed"
	Folder Kind = "folder"
)

// Source is somebody who sends items for an edition.
type Source struct {
	ID       string    `json:"id"`
	Edition  string    `json:"edition"` // slug
	Kind     Kind      `json:"kind"`
	Name     string    `json:"name"`
	Address  string    `json:"address"`          // of a feed; of a folder its path below the operator's, "." for that itself
	Minutes  int       `json:"minutes"`          // between two readings, 1 to 1,440
	KeepDays int       `json:"keep_days"`        // after which an item that nobody used leaves the inbox, 1 to 90
	Urgency  int       `json:"urgency"`          // of items that say none, 1 to 9
	Paused   bool      `json:"paused,omitempty"` // it is not read
	At       time.Time `json:"at"`               // when it was made
	Version  int64     `json:"-"`

	Reading Reading `json:"-"` // how it goes
}

// Reading is how the last readings of a source went.
type Reading struct {
	At       time.Time `json:"at,omitzero"`        // the last that went well
	New      int       `json:"new,omitempty"`      // items that it brought
	TriedAt  time.Time `json:"tried_at,omitzero"`  // the last of all
	Failures int       `json:"failures,omitempty"` // in a row
	Why      string    `json:"why,omitempty"`      // one of Whys: why the last failed, or that not all of it could be taken
	Detail   string    `json:"detail,omitempty"`   // what Why is about: a status, names of files
	ETag     string    `json:"etag,omitempty"`
	Modified string    `json:"modified,omitempty"` // Last-Modified as the feed gave it
}

// Whys are the reasons why a source could not be read, or not all of it.
var Whys = []string{"unreachable", "forbidden", "status", "too_large", "no_feed", "no_root", "no_folder", "files"}

// Next is when a source is read after a reading at now: after its minutes, after failures twice as long each time, a day at most.
func (s Source) Next(now time.Time) time.Time {
	wait := time.Duration(s.Minutes) * time.Minute
	if s.Paused {
		wait = pausedEach
	}
	for range min(s.Reading.Failures, 12) {
		wait = min(2*wait, 24*time.Hour)
	}
	return now.Add(wait)
}

// pausedEach is how often the inbox of a source that is not read is swept.
const pausedEach = 6 * time.Hour

// Fields are what a change of a source sets; nil leaves as it is. Edition, Kind and Address count when it is made; a change may set Address.
type Fields struct {
	Edition, Kind, Name, Address *string
	Minutes, KeepDays, Urgency   *int
	Paused                       *bool
}

// Store keeps sources, items and moves. Each change is one transaction with the facts and the due work of its outcome.
type Store interface {
	CreateSource(ctx context.Context, once fact.Once, s Source, o fact.Outcome) (Source, error)
	// AmendSource runs change on a source; version 0 is whatever there is, another that differs is Stale with the source as Current.
	AmendSource(ctx context.Context, once fact.Once, id string, version int64, change func(*Source) (fact.Outcome, error)) (Source, error)
	// DeleteSource removes a source and its items that nobody used.
	DeleteSource(ctx context.Context, id string, version int64, may func(Source) (fact.Outcome, error)) error
	Source(ctx context.Context, id string) (Source, error)
	Sources(ctx context.Context) ([]Source, error)
	Items
	Moves
}

// Desk is the intake desk.
type Desk struct {
	store     Store
	clock     moment.Clock
	ids       *moment.IDs
	directory func() *edition.Directory
	newer     func(a, b news.Source) int
}

// NewDesk gives a desk over store. newer compares versions of one item, as wire.Newer does.
func NewDesk(store Store, clock moment.Clock, ids *moment.IDs, directory func() *edition.Directory, newer func(a, b news.Source) int) *Desk {
	return &Desk{store, clock, ids, directory, newer}
}

// Who may do what: editors say who sends; everybody at the desk sees what came; who writes uses it.
var (
	editors = []account.Role{account.Admin, account.Editor}
	writers = []account.Role{account.Admin, account.Editor, account.Reporter}
	desk    = []account.Role{account.Admin, account.Editor, account.Reporter, account.PictureEditor}
)

func missing(what string) error {
	return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", what)
}

// Add makes a source, which is read at once.
func (d *Desk) Add(ctx context.Context, who account.Actor, once fact.Once, f Fields) (Source, error) {
	s := Source{ID: d.ids.New(), Minutes: 5, KeepDays: 7, Urgency: 5, At: d.clock.Now(), Version: 1}
	if f.Edition != nil {
		s.Edition = *f.Edition
	}
	if f.Kind != nil {
		s.Kind = Kind(*f.Kind)
	}
	if _, ok := d.directory().Edition(s.Edition); !ok {
		if !who.HasAnywhere(editors...) {
			return s, who.Refused()
		}
		return s, fault.At("body.edition", "fault.no_edition", "there is no edition %q", s.Edition)
	}
	if err := who.Must(s.Edition, editors...); err != nil {
		return s, err
	}
	if err := f.apply(&s, true); err != nil {
		return s, err
	}
	o := d.due(&s)
	o.Acts = s.did(fact.SourceMade, who)
	return d.store.CreateSource(ctx, once, s, o)
}

// Change changes a source, which is then read at once.
func (d *Desk) Change(ctx context.Context, who account.Actor, version int64, id string, f Fields) (Source, error) {
	return d.store.AmendSource(ctx, fact.Once{}, id, version, func(s *Source) (fact.Outcome, error) {
		if err := d.mayKeep(who, *s); err != nil {
			return fact.Outcome{}, err
		}
		if f.Address != nil && *f.Address != s.Address {
			s.Reading = Reading{}
		}
		if err := f.apply(s, false); err != nil {
			return fact.Outcome{}, err
		}
		s.Version++
		o := d.due(s)
		o.Acts = s.did(fact.SourceChanged, who)
		return o, nil
	})
}

// ReadNow makes a source due at once, whatever happened to it before.
func (d *Desk) ReadNow(ctx context.Context, who account.Actor, once fact.Once, id string) (Source, error) {
	s, err := d.store.AmendSource(ctx, once, id, 0, func(s *Source) (fact.Outcome, error) {
		if err := d.mayKeep(who, *s); err != nil {
			return fact.Outcome{}, err
		}
		if s.Paused {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.source_paused", "this source is paused; let it go on first")
		}
		s.Reading.Failures = 0
		return d.due(s), nil
	})
	if err == nil { // repeated, the act above is not asked
		err = d.mayKeep(who, s)
	}
	return s, err
}

// did is what the audit log keeps of an act on the source.
func (s Source) did(deed fact.Deed, who account.Actor) []fact.Act {
	return []fact.Act{{Did: deed, By: who.ID, About: fact.AboutSource, Subject: s.ID, Note: s.Name}}
}

func (d *Desk) due(s *Source) fact.Outcome {
	return fact.Outcome{Work: []fact.Work{{Kind: WorkRead, Subject: s.ID, Due: d.clock.Now()}}}
}

// Remove ends a source. Stories that were made of its items stay.
func (d *Desk) Remove(ctx context.Context, who account.Actor, version int64, id string) error {
	return d.store.DeleteSource(ctx, id, version, func(s Source) (fact.Outcome, error) {
		return fact.Outcome{Undone: []fact.Work{{Kind: WorkRead, Subject: id}}, Acts: s.did(fact.SourceRemoved, who)}, d.mayKeep(who, s)
	})
}

// Sources lists the sources of the editions that who keeps, by name.
func (d *Desk) Sources(ctx context.Context, who account.Actor, edition string) ([]Source, error) {
	if !who.HasAnywhere(desk...) {
		return nil, who.Refused()
	}
	all, err := d.store.Sources(ctx)
	out := []Source{}
	for _, s := range all {
		if (edition == "" || s.Edition == edition) && who.Has(s.Edition, desk...) {
			out = append(out, s)
		}
	}
	return out, err
}

// Source reads a source for who works in its edition.
func (d *Desk) Source(ctx context.Context, who account.Actor, id string) (Source, error) {
	s, err := d.store.Source(ctx, id)
	if err == nil && !who.Has(s.Edition, desk...) {
		return Source{}, missing("source")
	}
	return s, err
}

// mayKeep gives nil when who may change a source; those who may not know of it hear that there is none.
func (d *Desk) mayKeep(who account.Actor, s Source) error {
	if who.Has(s.Edition, editors...) {
		return nil
	}
	if who.HasAnywhere(editors...) && !who.Has(s.Edition, desk...) {
		return missing("source")
	}
	return who.Refused()
}

// apply judges every field that is set; all faults are told at once.
func (f Fields) apply(s *Source, fresh bool) error {
	var g fault.Gather
	if fresh && s.Kind != Feed && s.Kind != Folder {
		g.At("body.kind", "fault.one_of", "one of %s", "feed, folder")
	}
	if f.Name != nil {
		s.Name = strings.Join(strings.Fields(*f.Name), " ")
	}
	if s.Name == "" || len(s.Name) > 200 {
		g.At("body.name", "fault.source_name", "a name of at most %d bytes", 200)
	}
	if f.Address != nil {
		s.Address = strings.TrimSpace(*f.Address)
	}
	if fresh || f.Address != nil {
		s.address(&g)
	}
	within := func(to *int, from *int, place string, least, most int) {
		if from == nil {
			return
		}
		if *from < least || *from > most {
			g.At(place, "fault.between", "a number from %d to %d", least, most)
			return
		}
		*to = *from
	}
	within(&s.Minutes, f.Minutes, "body.minutes", 1, 1440)
	within(&s.KeepDays, f.KeepDays, "body.keep_days", 1, 90)
	within(&s.Urgency, f.Urgency, "body.urgency", 1, 9)
	if f.Paused != nil {
		s.Paused = *f.Paused
	}
	return g.Err()
}

// address judges where a source is. Whether it can be reached shows when it is read.
func (s *Source) address(g *fault.Gather) {
	switch s.Kind {
	case Feed:
		u, err := url.Parse(s.Address)
		if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(s.Address) > 2000 {
			g.At("body.address", "fault.feed_address", "the address of a feed begins with https:// or http:// and holds no password")
		}
	case Folder:
		s.Address = path.Clean(strings.Trim(s.Address, "/"))
		if s.Address == ".." || strings.HasPrefix(s.Address, "../") || strings.ContainsAny(s.Address, "\\\x00") || len(s.Address) > 500 {
			g.At("body.address", "fault.folder_address", "a folder below the one that the operator named")
		}
	}
}
