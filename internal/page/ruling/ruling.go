// Package ruling puts into words for its author what was decided on a comment: what, when, by whom (a rule or a person, never a name), on which
// ground, and how to object.
package ruling

import (
	"strings"
	"time"

	"dateline/internal/page/lang"
	"dateline/internal/talk"
)

// Why says in a line why a comment waits or was rejected; empty when it is public.
func Why(words *lang.Catalogue, c talk.Comment) string {
	switch {
	case c.State == talk.Held && len(c.Holds) > 0:
		return words.Say("talk.held." + string(c.Holds[0].Rule))
	case c.State == talk.Held:
		return words.Say("talk.held.premoderated")
	case c.State == talk.Rejected:
		if because := Because(words, c); because != "" {
			return words.Say("talk.rejected_because", "reason", because)
		}
		return words.Say("talk.rejected")
	}
	return ""
}

// Stands says in a line how a comment stands.
func Stands(words *lang.Catalogue, c talk.Comment) string {
	switch c.State {
	case talk.Public:
		return words.Say("talk.public")
	case talk.Removed:
		return words.Say("discussion.taken_back")
	}
	return Why(words, c)
}

// Because gives what a rejection rests on with what the moderator said; empty when that is nothing.
func Because(words *lang.Catalogue, c talk.Comment) string {
	var out []string
	if c.Breach != "" {
		out = append(out, strings.TrimSuffix(words.Say("breach."+string(c.Breach)), ".")+".")
	}
	if c.Reason != "" {
		out = append(out, c.Reason)
	}
	return strings.Join(out, " ")
}

// Statement is what stands on a comment's own page about the decision on it.
type Statement struct {
	Lines  []string
	Object bool // its author may object now
}

// Of gives the statement of a comment at a time; without lines when no person decided against it.
func Of(words *lang.Catalogue, zone *time.Location, c talk.Comment, now time.Time) (s Statement) {
	date := func(t time.Time) string { return words.Date(t.In(zone)) }
	a := c.Appealed()
	if c.State == talk.Public && a != nil {
		s.add(words, "appeal.restored", "date", date(a.EndedAt))
		return s
	}
	if c.State != talk.Rejected || c.DecidedBy == "" {
		return s
	}
	key := "ruling.kept_back"
	if c.Was == talk.Public {
		key = "ruling.taken_down"
	}
	s.add(words, key, "date", date(c.DecidedAt))
	s.because(words, c.Breach, c.Reason)
	s.appeal(words, zone, a, c.MayAppeal(now) == nil, c.AppealUntil())
	return s
}

// OfMember gives the statement of what holds for somebody at a time; without lines when that is nothing against him. editions are the names of those
// in which alone it holds.
func OfMember(words *lang.Catalogue, zone *time.Location, m talk.Member, editions []string, now time.Time) (s Statement) {
	may := m.MayAppeal(now) == nil
	a := m.Appealed(now)
	if a == nil && !may && m.AppealUntil(now).IsZero() {
		return s
	}
	s.add(words, "ruling."+string(m.Restricted))
	if len(editions) > 0 {
		s.add(words, "ruling.editions", "editions", words.List(editions))
	}
	if !m.Until.IsZero() {
		s.add(words, "ruling.until", "date", words.Moment(m.Until.In(zone)))
	}
	s.because(words, m.Breach, m.Reason)
	s.appeal(words, zone, a, may, m.AppealUntil(now))
	return s
}

// Letter is what a letter says of what holds for somebody now.
func Letter(words *lang.Catalogue, zone *time.Location, m talk.Member, editions []string, now time.Time) []string {
	if s := OfMember(words, zone, m, editions, now); s.Lines != nil {
		return s.Lines
	}
	return []string{words.Say("letter.restriction.free")}
}

func (s *Statement) add(words *lang.Catalogue, key string, pairs ...string) {
	s.Lines = append(s.Lines, words.Say(key, pairs...))
}

func (s *Statement) told(words *lang.Catalogue, reason string) {
	if reason != "" {
		s.add(words, "ruling.told", "reason", "\u2068"+reason+"\u2069") // in its own direction
	}
}

// because says on which ground a decision rests.
func (s *Statement) because(words *lang.Catalogue, b talk.Breach, reason string) {
	switch b {
	case "", talk.BreachOther:
		s.add(words, "ruling.rules")
	case talk.BreachLaw:
		s.add(words, "ruling.law")
	default:
		s.add(words, "ruling.rules_of", "breach", words.Say("breach."+string(b)))
	}
	s.told(words, reason)
}

// appeal says what became of an objection, or until when there may be one.
func (s *Statement) appeal(words *lang.Catalogue, zone *time.Location, a *talk.Appeal, may bool, until time.Time) {
	date := func(t time.Time) string { return words.Date(t.In(zone)) }
	switch {
	case a.Open():
		s.add(words, "appeal.waits", "date", date(a.At))
	case a != nil && a.Verdict == talk.Upheld:
		s.add(words, "appeal.upheld", "date", date(a.EndedAt))
		s.told(words, a.Told)
	case may:
		s.add(words, "ruling.may", "date", date(until))
		s.Object = true
	}
}
