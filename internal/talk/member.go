package talk

import (
	"slices"
	"time"

	"dateline/internal/fault"
)

// Restriction is what a moderator put on somebody.
type Restriction string

// The restrictions.
const (
	Free       Restriction = ""
	Warned     Restriction = "warned"       // may speak as before; he is told, and what he said before does not make him trusted
	Suspended  Restriction = "suspended"    // may not speak until a time
	Banned     Restriction = "banned"       // may not speak
	EachWaits  Restriction = "premoderated" // everything of his waits
	Unfettered Restriction = "trusted"      // the rules for newcomers, links and floods do not count
)

// Member is what is known of somebody who speaks: what moderators decided on it, and what they put on him.
type Member struct {
	Account    string      `json:"account"`
	Approved   int64       `json:"approved"` // comments, by moderators
	Refused    int64       `json:"refused"`
	Rejections []time.Time `json:"rejections,omitempty"` // the latest ones
	Restricted Restriction `json:"restricted,omitempty"`
	Editions   []string    `json:"editions,omitempty"` // slugs of those in which it holds; none for everywhere
	Until      time.Time   `json:"until,omitzero"`     // when the restriction ends; zero never
	Breach     Breach      `json:"breach,omitempty"`   // what it rests on
	Reason     string      `json:"reason,omitempty"`   // as he is told
	By         string      `json:"by,omitempty"`       // account id of the moderator
	At         time.Time   `json:"at,omitzero"`        // when it was put on him; zero when that was not noted yet
	Appeal     *Appeal     `json:"appeal,omitempty"`   // his latest objection
	Notes      []Note      `json:"notes,omitempty"`    // of moderators, newest last
	Version    int64       `json:"version"`
}

// Tag is the version that a change of him is made on; 1 while nothing is known of him.
func (m Member) Tag() int64 { return m.Version + 1 }

// Note is what a moderator noted.
type Note struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Text string    `json:"text"`
}

// mostRejections is how many times of rejections are kept.
const mostRejections = 10

// standing gives the restriction that counts at a time.
func (m Member) standing(now time.Time) Restriction {
	if !m.Until.IsZero() && !now.Before(m.Until) {
		return Free
	}
	return m.Restricted
}

// in gives the restriction that counts at a time where somebody speaks.
func (m Member) in(edition string, now time.Time) Restriction {
	if len(m.Editions) > 0 && !slices.Contains(m.Editions, edition) {
		return Free
	}
	return m.standing(now)
}

// trustedFor is how long nothing of somebody may have been rejected who is trusted for what he said.
const trustedFor = 90 * 24 * time.Hour

// Trusted reports whether somebody is in an edition: a moderator says so, or so many comments of his were approved and none was rejected of late. With
// 0 only a moderator makes somebody trusted. It ends with the next rejection.
func (m Member) Trusted(edition string, now time.Time, after int) bool {
	switch m.in(edition, now) {
	case Unfettered:
		return true
	case Free:
		n := len(m.Rejections)
		return after > 0 && m.Approved >= int64(after) && (n == 0 || now.Sub(m.Rejections[n-1]) > trustedFor)
	}
	return false
}

// Premoderated reports whether everything of his waits in an edition.
func (m Member) Premoderated(edition string, now time.Time) bool {
	return m.in(edition, now) == EachWaits
}

// Silenced reports whether he may not speak in an edition, and until when; the zero time is for ever.
func (m Member) Silenced(edition string, now time.Time) (bool, time.Time) {
	switch m.in(edition, now) {
	case Suspended, Banned:
		return true, m.Until
	}
	return false, time.Time{}
}

// silence gives nil when he may speak; else what he is told.
func (m Member) silence(edition string, now time.Time) error {
	silenced, until := m.Silenced(edition, now)
	if !silenced {
		return nil
	}
	f := fault.New(fault.Forbidden, "fault.member_banned", "you may not write here any more")
	if !until.IsZero() {
		f = fault.New(fault.Forbidden, "fault.member_suspended", "you may not write here until %s", until.Format(time.RFC3339))
		f.Args = map[string]any{"until": until}
	}
	f.Current = m.Reason
	return f
}

// count notes a decision on something he said: what became of it, and when.
func (m *Member) count(to State, at time.Time) {
	if to == Public {
		m.Approved++
		return
	}
	m.Refused++
	m.Rejections = append(m.Rejections, at)
	slices.SortFunc(m.Rejections, time.Time.Compare) // one that stands again is not the latest
	if n := len(m.Rejections); n > mostRejections {
		m.Rejections = m.Rejections[n-mostRejections:]
	}
}

// forgive takes back what count noted.
func (m *Member) forgive(was State, at time.Time) {
	switch was {
	case Public:
		m.Approved = max(0, m.Approved-1)
	case Rejected:
		m.Refused = max(0, m.Refused-1)
		if i := slices.IndexFunc(m.Rejections, at.Equal); i >= 0 {
			m.Rejections = slices.Delete(m.Rejections, i, i+1)
		}
	}
}
