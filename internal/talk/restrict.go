package talk

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// against reports whether a restriction is one that somebody may object to.
func (r Restriction) against() bool {
	return r == Warned || r == Suspended || r == Banned || r == EachWaits
}

// ruling gives the restriction that holds for somebody at a time; ok is false when none does that he may object to.
func (m Member) ruling(now time.Time) (r Ruling, ok bool) {
	return Ruling{By: m.By, At: m.At, Breach: m.Breach, Reason: m.Reason}, m.standing(now).against()
}

// Appealed gives somebody's objection to what holds for him; nil when there is none.
func (m Member) Appealed(now time.Time) *Appeal {
	if r, ok := m.ruling(now); ok && m.Appeal != nil && m.Appeal.Ruling.At.Equal(r.At) {
		return m.Appeal
	}
	return nil
}

// AppealUntil gives until when somebody may object to what holds for him; zero when nothing does against him.
func (m Member) AppealUntil(now time.Time) time.Time {
	r, ok := m.ruling(now)
	if !ok {
		return time.Time{}
	}
	if r.At.IsZero() { // put on him before its time was noted
		r.At = now
	}
	return r.At.AddDate(0, AppealMonths, 0)
}

// MayAppeal gives nil when somebody may object now to what holds for him: once, while it holds, within AppealMonths.
func (m Member) MayAppeal(now time.Time) error {
	_, ok := m.ruling(now)
	switch {
	case !ok:
		return fault.New(fault.Conflict, "fault.no_ruling", "there is no decision on it to object to")
	case m.Appealed(now) != nil:
		return fault.New(fault.Conflict, "fault.appealed", "you objected to this decision already; it is looked at once")
	case now.After(m.AppealUntil(now)):
		return fault.New(fault.Conflict, "fault.appeal_late", "a decision can be objected to for six months")
	}
	return nil
}

// AppealRestriction has moderators look again at what holds for who.
func (d *Desk) AppealRestriction(ctx context.Context, act news.Act, text string) (Member, error) {
	if act.Who.ID == "" {
		return Member{}, act.Who.Refused()
	}
	text, err := checkAppeal(text)
	if err != nil {
		return Member{}, err
	}
	return d.store.AmendMember(ctx, act.Once, act.Who.ID, 0, func(m *Member) (fact.Outcome, error) {
		now := d.clock.Now()
		if err := m.MayAppeal(now); err != nil {
			return fact.Outcome{}, err
		}
		r, _ := m.ruling(now)
		m.Appeal = &Appeal{Text: text, At: now, Ruling: r}
		m.Version++
		return fact.Outcome{Acts: []fact.Act{{Did: fact.Appealed, By: act.Who.ID, About: fact.AboutAccount, Subject: act.Who.ID}}}, nil
	})
}

// UpholdRestriction ends somebody's objection: what holds for him stands. told is what he is told besides, and may be empty. Restrict ends one the other way.
func (d *Desk) UpholdRestriction(ctx context.Context, act news.Act, id, told string) (Member, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Member{}, act.Who.Refused()
	}
	told = tidy(told)
	var g fault.Gather
	if breach(&g, "", told); g.Err() != nil {
		return Member{}, g.Err()
	}
	return d.store.AmendMember(ctx, act.Once, id, act.Version, func(m *Member) (fact.Outcome, error) {
		if !m.Appeal.Open() {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.no_appeal", "nobody objects to it")
		}
		if err := reaches(act.Who, *m); err != nil {
			return fact.Outcome{}, err
		}
		now := d.clock.Now()
		m.Appeal.end(Upheld, act.Who.ID, now, told)
		m.Version++
		return fact.Outcome{Acts: []fact.Act{{Did: fact.AppealUpheld, By: act.Who.ID, About: fact.AboutAccount, Subject: id}}, Letters: d.restricted(*m, now)}, nil
	})
}

// Objecting lists those who object to what holds for them and wait, for moderators who can answer.
func (d *Desk) Objecting(ctx context.Context, who account.Actor, limit int) ([]Member, error) {
	if !who.HasAnywhere(moderators...) {
		return nil, who.Refused()
	}
	var out []Member
	for after := ""; ; {
		some, err := d.store.Objecting(ctx, after, 100)
		if err != nil {
			return nil, err
		}
		for _, m := range some {
			if reaches(who, m) == nil {
				out = append(out, m)
			}
		}
		if len(out) >= limit || len(some) < 100 {
			return out[:min(len(out), limit)], nil
		}
		after = some[len(some)-1].Account
	}
}

// Held gives what holds for who, as he is told.
func (d *Desk) Held(ctx context.Context, who account.Actor) (Member, error) {
	if who.ID == "" {
		return Member{}, who.Refused()
	}
	return d.store.Member(ctx, who.ID)
}

// restricted is the letter that tells somebody that something else holds for him now. Whoever sends it reads what, at that moment.
func (d *Desk) restricted(m Member, now time.Time) []fact.Letter {
	return []fact.Letter{{ID: d.ids.New(), Kind: fact.RestrictionLetter, At: now, Until: now.Add(letterLife), Values: map[string]string{LetterTo: m.Account}}}
}

// Member reads what is known of somebody who speaks, for moderators.
func (d *Desk) Member(ctx context.Context, who account.Actor, id string) (Member, error) {
	if !who.HasAnywhere(moderators...) {
		return Member{}, who.Refused()
	}
	return d.store.Member(ctx, id)
}

// reaches reports whether what holds for somebody was put on him where who decides, all of it.
func reaches(who account.Actor, m Member) error {
	mine, all := who.Editions(moderators...)
	if all || len(m.Editions) > 0 && !slices.ContainsFunc(m.Editions, func(e string) bool { return !slices.Contains(mine, e) }) {
		return nil
	}
	return fault.New(fault.Forbidden, "fault.member_elsewhere", "what holds for him holds in editions that you do not decide in; somebody who does can change it")
}

// Restrict puts a restriction on somebody where who decides, or takes it away (Free). until counts with Warned, Suspended, EachWaits and Banned; the zero time is
// for ever, which a suspension cannot be. because is what it rests on, reason what he is told besides; a warning, a suspension and a ban need one of them. To
// whom objects it is left as it is or taken away.
func (d *Desk) Restrict(ctx context.Context, act news.Act, id string, to Restriction, until time.Time, because Breach, reason string) (Member, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Member{}, act.Who.Refused()
	}
	reason = tidy(reason)
	now := d.clock.Now()
	var g fault.Gather
	switch to {
	case Free, Warned, Suspended, Banned, EachWaits, Unfettered:
	default:
		g.At("body.restricted", "fault.restriction", "warned, suspended, banned, premoderated, trusted or nothing")
	}
	if !until.IsZero() && !until.After(now) || to == Suspended && until.IsZero() {
		g.At("body.until", "fault.until", "a time to come")
	}
	if breach(&g, because, reason); (to == Warned || to == Suspended || to == Banned) && because == "" && empty(reason) {
		g.At("body.reason", "fault.reason_missing", "say why; it is what the reader is told")
	}
	if err := g.Err(); err != nil {
		return Member{}, err
	}
	return d.store.AmendMember(ctx, act.Once, id, act.Version, func(m *Member) (fact.Outcome, error) {
		if m.standing(now) != Free {
			if err := reaches(act.Who, *m); err != nil {
				return fact.Outcome{}, err
			}
		}
		// That a warning is over changes nothing for him, unless he objected to it.
		tells := to.against() || m.standing(now).against() && (m.standing(now) != Warned || m.Appeal.Open())
		did := fact.Act{Did: fact.MemberRestricted, By: act.Who.ID, About: fact.AboutAccount, Subject: id, Note: string(to)}
		if m.Appeal.Open() {
			if to.against() {
				return fact.Outcome{}, fault.New(fault.Conflict, "fault.member_objects", "he objects to what holds for him: let it stand, or take it away")
			}
			m.Appeal.end(Restored, act.Who.ID, now, "")
			did.Did = fact.AppealRestored
		}
		m.Restricted, m.Until, m.Breach, m.Reason, m.By, m.At = to, until, because, reason, act.Who.ID, now
		if m.Editions, _ = act.Who.Editions(moderators...); to == Free {
			m.Editions, m.Until, m.Breach, m.Reason = nil, time.Time{}, "", ""
		}
		m.Version++
		out := fact.Outcome{Acts: []fact.Act{did}}
		if tells {
			out.Letters = d.restricted(*m, now)
		}
		return out, nil
	})
}

// Annotate adds a note of moderators to somebody.
func (d *Desk) Annotate(ctx context.Context, act news.Act, id, text string) (Member, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Member{}, act.Who.Refused()
	}
	if text = tidy(text); empty(text) || !speakable(text) || utf8.RuneCountInString(text) > 2000 {
		return Member{}, fault.At("body.text", "fault.comment_note", "at most 2,000 characters that can be shown")
	}
	return d.store.AmendMember(ctx, act.Once, id, act.Version, func(m *Member) (fact.Outcome, error) {
		m.Notes = append(m.Notes, Note{At: d.clock.Now(), By: act.Who.ID, Text: text})
		if n := len(m.Notes); n > 100 {
			m.Notes = m.Notes[n-100:]
		}
		m.Version++
		return fact.Outcome{Acts: []fact.Act{{Did: fact.MemberNoted, By: act.Who.ID, About: fact.AboutAccount, Subject: id}}}, nil
	})
}
