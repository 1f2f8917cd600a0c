package edition

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Pin holds a story in a slot of a front until somebody, or its time, takes it away.
type Pin struct {
	Slot     int       `json:"slot"`               // 0 is the lead
	Article  string    `json:"article"`            // id
	Until    time.Time `json:"until,omitzero"`     // zero: until somebody takes it away
	Headline string    `json:"headline,omitempty"` // instead of the story's own, in this slot only
	Picture  string    `json:"picture,omitempty"`  // id; instead of the story's own, in this slot only
}

// Front is what editors decided of the front of an edition, or of a section of it: the pins in the order of their slots. Every other
// slot fills itself.
type Front struct {
	Edition   string    `json:"edition"`           // slug
	Section   string    `json:"section,omitempty"` // id, "" for the front of the edition
	Pins      []Pin     `json:"pins"`
	ChangedAt time.Time `json:"changed_at,omitzero"`
	Version   int64     `json:"-"` // 1 before anybody edited it
}

// How many slots a front has, the lead among them.
const (
	FrontSlots   = 7
	SectionSlots = 4
)

// Slots gives how many slots the front has, the lead among them.
func (f Front) Slots() int {
	if f.Section != "" {
		return SectionSlots
	}
	return FrontSlots
}

// ID names the front: the edition's slug, and for a section its id behind a slash.
func (f Front) ID() string {
	if f.Section != "" {
		return f.Edition + "/" + f.Section
	}
	return f.Edition
}

// At gives the pins that count at a time.
func (f Front) At(now time.Time) []Pin {
	var out []Pin
	for _, p := range f.Pins {
		if p.Until.IsZero() || p.Until.After(now) {
			out = append(out, p)
		}
	}
	return out
}

// FrontVersion is a front as somebody left it.
type FrontVersion struct {
	Front
	By  string // account id, "" when the house took away what was over
	Why string // Edited or Expired
}

// Why there is a version of a front.
const (
	Edited  = "edited"
	Expired = "expired"
)

// FrontChange is what a change of a front brings into its transaction. Without Kept nothing is written but the outcome.
type FrontChange struct {
	fact.Outcome
	Kept    bool // there is a new version
	By, Why string
}

// Pinnable reads, inside the transaction of a change, what may be pinned.
type Pinnable interface {
	// StoryOf gives the edition of an article that is no standing page, "" when there is none such.
	StoryOf(ctx context.Context, id string) (edition string, err error)
	// HasPicture reports whether there is a picture of this id.
	HasPicture(ctx context.Context, id string) (bool, error)
}

// FrontStore is what fronts need kept. A front nobody edited is there, without pins, in version 1.
type FrontStore interface {
	Front(ctx context.Context, edition, section string) (Front, error)
	// AmendFront runs change on the stored front in one transaction; version 0 means any, another than the stored is Stale with the
	// newer Front as Current. An edition or a section of it that is not there is NotFound. change may run twice.
	AmendFront(ctx context.Context, edition, section string, version int64, change func(Pinnable, *Front) (FrontChange, error)) (Front, error)
	// FrontVersions gives the versions before a number (0: all), newest first, at most limit.
	FrontVersions(ctx context.Context, edition, section string, before int64, limit int) ([]FrontVersion, error)
}

// WorkFront is due work: a pin's time is over. Its subject is the front's id.
const WorkFront = "front"

// Front reads a front for its editors.
func (d *Desk) Front(ctx context.Context, who account.Actor, edition, section string) (Front, error) {
	if err := who.Must(edition, editors...); err != nil {
		return Front{}, err
	}
	return d.store.Front(ctx, edition, section)
}

// FrontVersions reads what a front was, newest first, before a version (0: all).
func (d *Desk) FrontVersions(ctx context.Context, who account.Actor, edition, section string, before int64, limit int) ([]FrontVersion, error) {
	if err := who.Must(edition, editors...); err != nil {
		return nil, err
	}
	return d.store.FrontVersions(ctx, edition, section, before, limit)
}

// EditFront puts pins in place of those there are; readers see it at once.
func (d *Desk) EditFront(ctx context.Context, who account.Actor, edition, section string, version int64, pins []Pin) (Front, error) {
	if err := who.Must(edition, editors...); err != nil {
		return Front{}, err
	}
	return d.store.AmendFront(ctx, edition, section, version, func(l Pinnable, f *Front) (FrontChange, error) {
		pins, err := d.CheckPins(ctx, l, *f, pins)
		if err != nil || samePins(pins, f.Pins) {
			return FrontChange{}, err
		}
		f.Pins, f.ChangedAt = pins, d.clock.Now()
		c := f.changed(who.ID, Edited)
		c.Acts = did(who, fact.FrontEdited, fact.AboutFront, f.ID())
		return c, nil
	})
}

// CheckPins gives pins in the order of their slots, or says what is wrong with them. What f holds already may stay, whatever became of it.
func (d *Desk) CheckPins(ctx context.Context, l Pinnable, f Front, pins []Pin) ([]Pin, error) {
	var g fault.Gather
	out := make([]Pin, 0, len(pins))
	for i, p := range pins {
		place := func(field string) string { return fmt.Sprintf("body.pins[%d].%s", i, field) }
		p.Headline = strings.Join(strings.Fields(p.Headline), " ")
		if p.Slot < 0 || p.Slot >= f.Slots() {
			g.At(place("slot"), "fault.slot", "this front has %d slots, from 0", f.Slots())
		} else if slices.ContainsFunc(out, func(o Pin) bool { return o.Slot == p.Slot }) {
			g.At(place("slot"), "fault.slot_taken", "two stories are pinned to this slot")
		}
		if slices.ContainsFunc(out, func(o Pin) bool { return o.Article == p.Article }) {
			g.At(place("article"), "fault.pinned_twice", "no story stands on a front twice")
		}
		if utf8.RuneCountInString(p.Headline) > maxName || !line(p.Headline, 4*maxName) {
			g.At(place("headline"), "fault.pin_headline", "a headline here has at most %d characters", maxName)
		}
		was := slices.IndexFunc(f.Pins, func(o Pin) bool { return o.Article == p.Article })
		if !p.Until.IsZero() && !p.Until.After(d.clock.Now()) && (was < 0 || !f.Pins[was].Until.Equal(p.Until)) {
			g.At(place("until"), "fault.pin_until", "the time at which it ends lies ahead")
		} else if y := p.Until.Year(); !p.Until.IsZero() && y > 2200 {
			g.At(place("until"), "fault.year", "the year lies between 1800 and 2200")
		}
		if was < 0 {
			if of, err := l.StoryOf(ctx, p.Article); err != nil {
				return nil, err
			} else if of != f.Edition {
				g.At(place("article"), "fault.pin_story", "there is no such story in this edition")
			}
		}
		if p.Picture != "" && (was < 0 || f.Pins[was].Picture != p.Picture) {
			if there, err := l.HasPicture(ctx, p.Picture); err != nil {
				return nil, err
			} else if !there {
				g.At(place("picture"), "fault.no_picture", "there is no such picture")
			}
		}
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b Pin) int { return a.Slot - b.Slot })
	return out, g.Err()
}

func samePins(a, b []Pin) bool {
	return slices.EqualFunc(a, b, func(x, y Pin) bool {
		return x.Until.Equal(y.Until) && x.Slot == y.Slot && x.Article == y.Article && x.Headline == y.Headline && x.Picture == y.Picture
	})
}

// changed is what goes with a new version: the page is stale, the desk hears of it, and the next pin that ends is due work.
func (f *Front) changed(by, why string) FrontChange {
	c := FrontChange{Kept: true, By: by, Why: why}
	c.Facts = []fact.Fact{{Topic: fact.Desk(f.Edition), Kind: fact.Arranged, ID: f.ID(), Version: f.Version + 1, By: by}}
	c.Stale = []fact.Tag{fact.TagFront(f.Edition)}
	if f.Section != "" {
		c.Stale[0] = fact.TagSection(f.Section)
	}
	f.due(&c.Outcome)
	return c
}

// due notes when the next pin ends, or that none does.
func (f *Front) due(o *fact.Outcome) {
	w := fact.Work{Kind: WorkFront, Subject: f.ID()}
	for _, p := range f.Pins {
		if !p.Until.IsZero() && (w.Due.IsZero() || p.Until.Before(w.Due)) {
			w.Due = p.Until
		}
	}
	if w.Due.IsZero() {
		o.Undone = append(o.Undone, w)
	} else {
		o.Work = append(o.Work, w)
	}
}

// Do takes away the pins, sponsors and alerts whose time is over; it may be asked twice.
func (d *Desk) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	switch w.Kind {
	case WorkSupport:
		return true, d.endSupport(ctx, w.Subject)
	case WorkAlert:
		return true, d.endAlert(ctx, w.Subject)
	case WorkFront:
	default:
		return false, nil
	}
	edition, section, _ := strings.Cut(w.Subject, "/")
	_, err = d.store.AmendFront(ctx, edition, section, 0, func(_ Pinnable, f *Front) (FrontChange, error) {
		var c FrontChange
		now := d.clock.Now()
		left := f.At(now)
		if len(left) == len(f.Pins) {
			f.due(&c.Outcome)
			return c, nil
		}
		f.Pins, f.ChangedAt = left, now
		return f.changed("", Expired), nil
	})
	if fault.Is(err, fault.NotFound) {
		err = nil
	}
	return true, err
}
