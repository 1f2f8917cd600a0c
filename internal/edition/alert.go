package edition

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Level says how loud an alert is.
type Level string

// The levels of alerts.
const (
	Breaking Level = "breaking" // read out at once
	Notice   Level = "notice"   // read out when the reader pauses: a strike, a closed bridge, a fault of this site
)

// Alert is a sentence to every reader of an edition: a banner on each of its pages, a line of its newsfeed, or both. A line without a
// banner is a flash: news that no article tells yet.
type Alert struct {
	ID        string    `json:"id"`
	Edition   string    `json:"edition"` // slug
	Level     Level     `json:"level"`
	Text      string    `json:"text"`
	URL       string    `json:"url,omitempty"` // where it leads: absolute, or a path of this site
	Banner    bool      `json:"banner"`
	Newsfeed  bool      `json:"newsfeed"`
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at,omitzero"` // when the banner goes by itself; zero of what is no banner
	EndedAt   time.Time `json:"ended_at,omitzero"`   // when it went: its time was over, or it was removed
	RemovedAt time.Time `json:"removed_at,omitzero"` // when somebody took it from every page and from the newsfeed

	By        string `json:"-"` // account id
	RemovedBy string `json:"-"` // account id
}

// Showing reports whether the banner of a stands on pages at a time.
func (a Alert) Showing(now time.Time) bool {
	return a.Banner && a.EndedAt.IsZero() && now.Before(a.ExpiresAt)
}

// Listed reports whether a is a line of the newsfeed.
func (a Alert) Listed() bool { return a.Newsfeed && a.RemovedAt.IsZero() }

// Bounds of alerts.
const (
	MaxAlerts    = 3                  // banners on one page
	MaxAlertText = 200                // characters
	alertLasts   = 12 * time.Hour     // a banner whose end nobody said
	alertAtMost  = 7 * 24 * time.Hour // from now to the end
)

// AlertDraft is an alert as it is asked for.
type AlertDraft struct {
	Edition, Text, URL string
	Level              Level     // "" is Breaking
	Banner, Newsfeed   bool      // at least one
	ExpiresAt          time.Time // zero: after 12 hours
}

// AlertQuery narrows the list of an edition's alerts.
type AlertQuery struct {
	Edition string // slug
	Showing *bool  // banners that stand on pages now, or all others
	After   string // id: only earlier ones
	Limit   int
}

// AlertStore is what alerts need kept. Each writing method is one transaction with its outcome; the functions may run twice.
type AlertStore interface {
	// CreateAlert keeps what make gives, which is told how many banners the edition shows. An edition that is not there is NotFound.
	CreateAlert(ctx context.Context, of string, once fact.Once, make func(showing int) (Alert, fact.Outcome, error)) (Alert, error)
	// AmendAlert runs change on a stored alert.
	AmendAlert(ctx context.Context, id string, change func(*Alert) (fact.Outcome, error)) (Alert, error)
	// Alerts lists the alerts of an edition, newest first, with who sent and who removed them.
	Alerts(ctx context.Context, q AlertQuery) ([]Alert, error)
}

// WorkAlert is due work: the time of a banner is over. Its subject is the alert's id.
const WorkAlert = "alert"

// Alerts lists what an edition told all its readers.
func (d *Desk) Alerts(ctx context.Context, who account.Actor, q AlertQuery) ([]Alert, error) {
	if err := who.Must(q.Edition, editors...); err != nil {
		return nil, err
	}
	return d.store.Alerts(ctx, q)
}

// Alert tells every reader of an edition something, at once.
func (d *Desk) Alert(ctx context.Context, who account.Actor, once fact.Once, from AlertDraft) (Alert, error) {
	if !who.HasAnywhere(editors...) {
		return Alert{}, who.Refused()
	}
	id := d.ids.New()
	of := from.Edition
	if of == "" {
		return Alert{}, fault.At("body.edition", "fault.required", "an alert needs an edition")
	}
	a, err := d.store.CreateAlert(ctx, of, once, func(showing int) (Alert, fact.Outcome, error) {
		if err := who.Must(of, editors...); err != nil {
			return Alert{}, fact.Outcome{}, err
		}
		a, err := d.checkAlert(from, showing)
		if err != nil {
			return a, fact.Outcome{}, err
		}
		a.ID, a.By = id, who.ID
		o := fact.Outcome{Acts: []fact.Act{a.did(fact.AlertSent, who.ID)}}
		a.tell(&o, fact.Published, who.ID)
		if a.Banner {
			o.Work = []fact.Work{{Kind: WorkAlert, Subject: id, Due: a.ExpiresAt}}
		}
		return a, o, nil
	})
	if fault.Is(err, fault.NotFound) {
		err = fault.At("body.edition", "fault.no_edition", "there is no edition %q", of)
	}
	return a, err
}

// checkAlert makes an alert of what is asked for, or says what is wrong with it.
func (d *Desk) checkAlert(from AlertDraft, showing int) (Alert, error) {
	var g fault.Gather
	now := d.clock.Now().UTC().Truncate(time.Microsecond)
	a := Alert{Edition: from.Edition, Level: from.Level, Text: strings.TrimSpace(from.Text), URL: from.URL, Banner: from.Banner, Newsfeed: from.Newsfeed, At: now}
	if a.Level == "" {
		a.Level = Breaking
	}
	if a.Level != Breaking && a.Level != Notice {
		g.At("body.level", "fault.alert_level", "a level is breaking or notice")
	}
	if a.Text == "" || utf8.RuneCountInString(a.Text) > MaxAlertText || !line(a.Text, 4*MaxAlertText) {
		g.At("body.text", "fault.alert_text", "a sentence of at most %d characters on one line", MaxAlertText)
	}
	if a.URL != "" && !linkable(a.URL) {
		g.At("body.url", "fault.address", "an address is an https:// one or a path of this site")
	}
	if !a.Banner && !a.Newsfeed {
		g.At("body.banner", "fault.alert_nowhere", "an alert is a banner, a line of the newsfeed, or both")
	}
	if a.Banner && showing >= MaxAlerts {
		g.At("body.banner", "fault.alerts_many", "%d banners stand on the pages of this edition; remove one first", MaxAlerts)
	}
	switch {
	case !a.Banner && !from.ExpiresAt.IsZero():
		g.At("body.expires_at", "fault.alert_expires", "only a banner ends by itself")
	case !a.Banner:
	case from.ExpiresAt.IsZero():
		a.ExpiresAt = now.Add(alertLasts)
	case !from.ExpiresAt.After(now) || from.ExpiresAt.Sub(now) > alertAtMost:
		g.At("body.expires_at", "fault.alert_expires", "the time at which it ends lies ahead, within 7 days")
	default:
		a.ExpiresAt = from.ExpiresAt.UTC().Truncate(time.Microsecond)
	}
	return a, g.Err()
}

// tell notes who hears what became of a: the pages that carry its banner, the newsfeed that lists it, and the desk.
func (a Alert) tell(o *fact.Outcome, kind fact.Kind, by string) {
	o.Facts = append(o.Facts, fact.Fact{Topic: fact.Desk(a.Edition), Kind: fact.Alerted, ID: a.ID, By: by})
	if a.Banner {
		o.Facts = append(o.Facts, fact.Fact{Topic: fact.Alerts(a.Edition), Kind: kind, ID: a.ID})
		o.Stale = append(o.Stale, fact.TagAlerts(a.Edition))
	}
	if a.Newsfeed && kind != fact.Ended {
		o.Facts = append(o.Facts, fact.Fact{Topic: fact.Newsfeed(a.Edition), Kind: kind, ID: a.ID})
		o.Stale = append(o.Stale, fact.TagNewsfeed(a.Edition))
	}
}

// did is what the audit log keeps: the words too, for nothing else tells them when they are removed.
func (a Alert) did(deed fact.Deed, by string) fact.Act {
	return fact.Act{Did: deed, By: by, About: fact.AboutAlert, Subject: a.ID, Note: a.Text}
}

// RemoveAlert takes an alert from every page, and from the newsfeed, for good. One that was removed is NotFound.
func (d *Desk) RemoveAlert(ctx context.Context, who account.Actor, id string) error {
	if !who.HasAnywhere(editors...) {
		return who.Refused()
	}
	_, err := d.store.AmendAlert(ctx, id, func(a *Alert) (fact.Outcome, error) {
		if err := who.Must(a.Edition, editors...); err != nil {
			return fact.Outcome{}, err
		}
		if !a.RemovedAt.IsZero() {
			return fact.Outcome{}, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "alert")
		}
		a.RemovedAt, a.RemovedBy = d.clock.Now().UTC().Truncate(time.Microsecond), who.ID
		if a.EndedAt.IsZero() {
			a.EndedAt = a.RemovedAt
		}
		o := fact.Outcome{Forget: true, Acts: []fact.Act{a.did(fact.AlertRemoved, who.ID)}, Undone: []fact.Work{{Kind: WorkAlert, Subject: id}}}
		a.tell(&o, fact.Withdrawn, who.ID)
		return o, nil
	})
	return err
}

// endAlert takes the banner from every page when its time is over. Its line of the newsfeed stays.
func (d *Desk) endAlert(ctx context.Context, id string) error {
	_, err := d.store.AmendAlert(ctx, id, func(a *Alert) (fact.Outcome, error) {
		var o fact.Outcome
		now := d.clock.Now().UTC().Truncate(time.Microsecond)
		switch {
		case !a.EndedAt.IsZero() || !a.Banner:
		case now.Before(a.ExpiresAt):
			o.Work = []fact.Work{{Kind: WorkAlert, Subject: id, Due: a.ExpiresAt}}
		default:
			a.EndedAt = now
			a.tell(&o, fact.Ended, "")
		}
		return o, nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
