package talk

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/fault"
)

// Settings say how an edition talks with its readers. The one of no edition is the whole site's: of it only Paused counts.
type Settings struct {
	Edition      string   `json:"edition"`
	Paused       bool     `json:"paused"`            // nobody may speak for now
	Premoderated bool     `json:"premoderated"`      // everything waits
	NewFor       int      `json:"new_for"`           // so many comments of somebody new wait until they are approved
	Links        int      `json:"links"`             // more in one comment make it wait
	TrustedAfter int      `json:"trusted_after"`     // so many approved comments without a rejection of late make somebody trusted; 0 never
	CloseAfter   int      `json:"close_after"`       // days after the first publication a discussion closes; 0 never
	Banned       []string `json:"banned"`            // words and phrases that make a comment wait, as what is not to be said here
	Suspect      []string `json:"suspect"`           // the same, as what a moderator wants to see
	Closed       []string `json:"closed"`            // sections (ids) without discussions
	Reaction     string   `json:"reaction"`          // label of the one reaction; empty takes the catalogue's
	Learned      Degree   `json:"learned,omitempty"` // from which likelihood on a comment waits that would be rejected, by what was decided before
	Service      Service  `json:"service,omitzero"`
	Version      int64    `json:"-"` // 0 while nothing was set
	Everywhere   bool     `json:"-"` // Paused for the whole site
}

// Fresh gives what an edition has before anything is set.
func Fresh(edition string) Settings {
	return Settings{Edition: edition, NewFor: 1, Links: 2, TrustedAfter: 20, Banned: []string{}, Suspect: []string{}, Closed: []string{}}
}

// The limits of settings.
const (
	mostWords   = 2000
	longestWord = 100
	mostNew     = 20
	mostLinks   = 50
	mostTrusted = 1000
	mostDays    = 3650
)

// check gives every fault of settings, and puts lists of words in order.
func (s *Settings) check(section func(string) bool) error {
	var g fault.Gather
	within := func(n, most int, name string) {
		if n < 0 || n > most {
			g.At("body."+name, "fault.range", "a number from 0 to %d", most)
		}
	}
	within(s.NewFor, mostNew, "new_for")
	within(s.Links, mostLinks, "links")
	within(s.TrustedAfter, mostTrusted, "trusted_after")
	within(s.CloseAfter, mostDays, "close_after")
	if s.Learned != DegreeOff && s.Learned != VeryLikely && s.Learned != Likely {
		g.At("body.learned", "fault.invalid", "off, very-likely or likely")
	}
	s.Service.check(&g)
	words := func(list *[]string, name string) {
		out := []string{}
		for _, w := range *list {
			w = strings.Join(strings.Fields(w), " ")
			if w == "" {
				continue
			}
			if utf8.RuneCountInString(w) > longestWord || !speakable(w) {
				g.At("body."+name, "fault.words", "words and phrases of at most %d characters", longestWord)
				return
			}
			out = append(out, w)
		}
		slices.Sort(out)
		if *list = slices.Compact(out); len(*list) > mostWords {
			g.At("body."+name, "fault.words_many", "at most %d words and phrases", mostWords)
		}
	}
	words(&s.Banned, "banned")
	words(&s.Suspect, "suspect")
	for _, id := range s.Closed {
		if !section(id) {
			g.At("body.closed", "fault.no_section", "there is no section %.40q", id)
			break
		}
	}
	if s.Reaction = strings.Join(strings.Fields(s.Reaction), " "); utf8.RuneCountInString(s.Reaction) > 30 || !speakable(s.Reaction) {
		g.At("body.reaction", "fault.reaction", "a word or two, at most 30 characters")
	}
	return g.Err()
}

// What changed names a pause and its end.
const (
	setPaused  = "paused"
	setResumed = "resumed"
)

// changed names what is not as it was, as the audit log keeps it.
func (s Settings) changed(was Settings) (out []string) {
	pause := setResumed
	if s.Paused {
		pause = setPaused
	}
	for _, one := range []struct {
		name string
		same bool
	}{
		{pause, s.Paused == was.Paused}, {"premoderated", s.Premoderated == was.Premoderated}, {"new_for", s.NewFor == was.NewFor}, {"links", s.Links == was.Links}, {"trusted_after", s.TrustedAfter == was.TrustedAfter},
		{"close_after", s.CloseAfter == was.CloseAfter}, {"banned", slices.Equal(s.Banned, was.Banned)}, {"suspect", slices.Equal(s.Suspect, was.Suspect)}, {"closed", slices.Equal(s.Closed, was.Closed)},
		{"reaction", s.Reaction == was.Reaction}, {"learned", s.Learned == was.Learned}, {"service", s.Service == was.Service},
	} {
		if !one.same {
			out = append(out, one.name)
		}
	}
	return out
}

// Gate is whether somebody may speak in a place, and how.
type Gate string

// The states of the gate that are the same for all; Open and Premoderated let everybody speak who may at all.
const (
	Open         Gate = "open"
	Premoderated Gate = "premoderated"
	Shut         Gate = "closed"
	Paused       Gate = "paused"
	// Of rooms: only the newsroom writes, or it is too early.
	ReadOnly Gate = "read-only"
	Early    Gate = "early"
)

// Public gives what pages may know of settings: no lists of words, and nobody who is asked.
func (s Settings) Public() Settings {
	s.Banned, s.Suspect, s.Learned, s.Service = []string{}, []string{}, DegreeOff, Service{}
	return s
}

// GateOf says how a place stands at a time.
func (s Settings) GateOf(p Place, now time.Time) Gate {
	switch {
	case s.Everywhere || s.Paused:
		return Paused
	case p.Chat != "":
		if g := p.gate(now); g != Open || !s.Premoderated {
			return g
		}
		return Premoderated
	case p.Rule == "closed" || slices.Contains(s.Closed, p.Section) && p.Section != "":
		return Shut
	case s.CloseAfter > 0 && now.After(s.closes(p)):
		return Shut
	case s.Premoderated || p.Rule == "premoderated":
		return Premoderated
	}
	return Open
}

func (s Settings) closes(p Place) time.Time { return p.Since.AddDate(0, 0, s.CloseAfter) }

// ClosesAt gives when the discussion of a place closes by its age; zero when it does not.
func (s Settings) ClosesAt(p Place) time.Time {
	if p.Chat != "" {
		return p.Closes
	}
	if s.CloseAfter == 0 || p.Rule == "closed" {
		return time.Time{}
	}
	return s.closes(p)
}
