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
	add := func(key string, pairs ...string) { s.Lines = append(s.Lines, words.Say(key, pairs...)) }
	told := func(reason string) {
		if reason != "" {
			add("ruling.told", "reason", reason)
		}
	}
	a := c.Appealed()
	if c.State == talk.Public && a != nil {
		add("appeal.restored", "date", date(a.EndedAt))
		return s
	}
	if c.State != talk.Rejected || c.DecidedBy == "" {
		return s
	}
	key := "ruling.kept_back"
	if c.Was == talk.Public {
		key = "ruling.taken_down"
	}
	add(key, "date", date(c.DecidedAt))
	switch c.Breach {
	case "", talk.BreachOther:
		add("ruling.rules")
	case talk.BreachLaw:
		add("ruling.law")
	default:
		add("ruling.rules_of", "breach", words.Say("breach."+string(c.Breach)))
	}
	told(c.Reason)
	switch {
	case a.Open():
		add("appeal.waits", "date", date(a.At))
	case a != nil && a.Verdict == talk.Upheld:
		add("appeal.upheld", "date", date(a.EndedAt))
		told(a.Told)
	case c.MayAppeal(now) == nil:
		add("ruling.may", "date", date(c.AppealUntil()))
		s.Object = true
	}
	return s
}
