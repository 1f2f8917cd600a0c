package talk

import (
	"context"
	"slices"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// decides gives nil when who decides on a comment. Whoever decides nowhere there is not told that there is one.
func decides(who account.Actor, c Comment) error {
	if !who.HasAnywhere(moderators...) {
		return who.Refused()
	}
	if !Moderates(who, c.Place.Edition) {
		return noComment()
	}
	return nil
}

// Approve lets readers have a comment; the reports on it are dealt with.
func (d *Desk) Approve(ctx context.Context, act news.Act, id string) (Comment, error) {
	return d.decide(ctx, act, id, Public, "", "")
}

// Reject keeps a comment from readers, or takes it from them. because is what that rests on, reason what its author is told besides in one
// line; both may be empty. On one that is rejected already it says them later.
func (d *Desk) Reject(ctx context.Context, act news.Act, id string, because Breach, reason string) (Comment, error) {
	reason = tidy(reason)
	var g fault.Gather
	if breach(&g, because, reason); g.Err() != nil {
		return Comment{}, g.Err()
	}
	return d.decide(ctx, act, id, Rejected, because, reason)
}

func (d *Desk) decide(ctx context.Context, act news.Act, id string, to State, because Breach, reason string) (Comment, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Comment{}, act.Who.Refused()
	}
	c, err := d.store.AmendComment(ctx, act.Once, id, act.Version, func(r Room, c *Comment) (Outcome, error) {
		if err := decides(act.Who, *c); err != nil {
			return Outcome{}, err
		}
		if c.State == Removed {
			return Outcome{}, fault.New(fault.Conflict, "fault.comment_gone", "its author took this comment back")
		}
		again := c.DecidedBy != "" && c.State == to
		late := again && c.Reports == 0 && to == Rejected && (because != "" || reason != "") && (because != c.Breach || reason != c.Reason)
		if again && c.Reports == 0 && !late {
			return Outcome{}, nil
		}
		if late && c.Appealed() != nil {
			return Outcome{}, fault.New(fault.Conflict, "fault.appeal_open", "its author objects to this decision: uphold it, or restore the comment")
		}
		now, was, restored := d.clock.Now(), c.State, to == Public && c.Appeal.Open()
		over, told := c.decision(), []Notice(nil)
		if restored {
			c.Appeal.end(Restored, act.Who.ID, now, "")
		}
		if !late {
			c.Over, c.Was, c.State, c.DecidedBy, c.DecidedAt, c.Reports = over, was, to, act.Who.ID, now, 0
			var err error
			if told, err = d.noticed(ctx, r, *c, act.Who.ID); err != nil {
				return Outcome{}, err
			}
		}
		c.Breach, c.Reason = because, reason
		if to != Public {
			c.Featured = false
		}
		c.Version++
		o := tell(*c, was, act.Who.ID)
		did := fact.CommentApproved
		switch {
		case to == Rejected:
			did = fact.CommentRejected
		case restored:
			did = fact.AppealRestored
		}
		o.Acts = []fact.Act{{Did: did, By: act.Who.ID, About: fact.AboutComment, Subject: c.ID, Note: noteOf(because, *c, was)}}
		if !late {
			o.Dealt = now
		}
		if c.Author != "" && !late {
			m, err := r.Member(ctx, c.Author, true)
			if err != nil {
				return Outcome{}, err
			}
			if over != nil { // of a comment counts what stands
				m.forgive(was, over.At)
			}
			m.count(to, now)
			o.Member = &m
		}
		var err error
		if o.Tell, err = d.heard(ctx, r, *c); was != to {
			o.Tell = append(o.Tell, d.decided(AboutDecision, *c, act.Who.ID)...)
		}
		o.Tell = append(o.Tell, told...)
		return o, err
	})
	return c, unseen(err, func(c Comment) error { return decides(act.Who, c) })
}

// Undo takes back the last decision on a comment, whoever made it: it stands in the queue where it stood before, with the decision that
// stood then and the reports that were dealt with.
func (d *Desk) Undo(ctx context.Context, act news.Act, id string) (Comment, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Comment{}, act.Who.Refused()
	}
	c, err := d.store.AmendComment(ctx, act.Once, id, act.Version, func(r Room, c *Comment) (Outcome, error) {
		if err := decides(act.Who, *c); err != nil {
			return Outcome{}, err
		}
		if c.DecidedBy == "" || c.Was == "" || c.State == Removed {
			return Outcome{}, fault.New(fault.Conflict, "fault.undecided", "there is no decision on it to take back")
		}
		if c.Appeal.Open() {
			return Outcome{}, fault.New(fault.Conflict, "fault.appeal_open", "its author objects to this decision: uphold it, or restore the comment")
		}
		was, at := c.State, c.DecidedAt
		reopened := c.reopen()
		if !reopened {
			c.back()
		}
		c.Version++
		o := tell(*c, was, act.Who.ID)
		if o.Untell = true; !reopened || was == Public { // else the decision stands, and the objection waits
			if err := d.undecide(ctx, r, c, &o, was, at); err != nil {
				return Outcome{}, err
			}
		}
		o.Acts = []fact.Act{{Did: fact.DecisionUndone, By: act.Who.ID, About: fact.AboutComment, Subject: c.ID}}
		var err error
		o.Tell, err = d.heard(ctx, r, *c)
		return o, err
	})
	return c, unseen(err, func(c Comment) error { return decides(act.Who, c) })
}

// undecide takes back what a decision that left a comment in a state noted of its author, and what it did with reports.
func (d *Desk) undecide(ctx context.Context, r Room, c *Comment, o *Outcome, was State, at time.Time) error {
	if c.Author != "" {
		m, err := r.Member(ctx, c.Author, true)
		if err != nil {
			return err
		}
		if m.forgive(was, at); c.DecidedBy != "" {
			m.count(c.State, c.DecidedAt)
		}
		o.Member = &m
	}
	all, err := r.Reports(ctx, c.ID, "")
	waits := map[string]bool{}
	for _, one := range all {
		if one.Dealt.IsZero() && one.By != "" {
			waits[one.By] = true
		}
	}
	for _, one := range all {
		if one.Dealt.Equal(at) && !waits[one.By] { // whoever has another that waits keeps that
			c.Reports++
			o.Reopen = at
		}
	}
	return err
}

// Feature shows a public comment before the others, or no longer.
func (d *Desk) Feature(ctx context.Context, act news.Act, id string, on bool) (Comment, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Comment{}, act.Who.Refused()
	}
	c, err := d.store.AmendComment(ctx, act.Once, id, act.Version, func(_ Room, c *Comment) (Outcome, error) {
		if err := decides(act.Who, *c); err != nil {
			return Outcome{}, err
		}
		if c.State != Public {
			return Outcome{}, fault.New(fault.Conflict, "fault.comment_not_public", "readers do not have this comment")
		}
		if c.Featured == on {
			return Outcome{}, nil
		}
		c.Featured = on
		c.Version++
		o := tell(*c, Public, act.Who.ID)
		o.Acts = []fact.Act{{Did: fact.FeatureTaken, By: act.Who.ID, About: fact.AboutComment, Subject: c.ID}}
		if on {
			o.Acts[0].Did = fact.CommentFeatured
			o.Tell = d.decided(AboutFeatured, *c, act.Who.ID)
		}
		return o, nil
	})
	return c, unseen(err, func(c Comment) error { return decides(act.Who, c) })
}

// Queue lists comments for moderators of the editions that who decides in.
func (d *Desk) Queue(ctx context.Context, who account.Actor, edition string, q Query) ([]Comment, error) {
	var err error
	if q.Editions, err = d.editions(who, edition); err != nil {
		return nil, err
	}
	return d.store.Comments(ctx, q)
}

// Queued counts the queues of the editions that who decides in, each up to most.
func (d *Desk) Queued(ctx context.Context, who account.Actor, edition string, most int) (map[Queue]int, error) {
	editions, err := d.editions(who, edition)
	if err != nil {
		return nil, err
	}
	return d.store.Queued(ctx, editions, most)
}

// editions gives those in which who decides, or the one that he asks for; nil is all.
func (d *Desk) editions(who account.Actor, edition string) ([]string, error) {
	if edition != "" {
		return []string{edition}, who.Must(edition, moderators...)
	}
	slugs, all := who.Editions(moderators...)
	if !all && len(slugs) == 0 {
		return nil, who.Refused()
	}
	if all {
		return nil, nil
	}
	return slugs, nil
}

// Read gives a comment with the reports on it, for who decides on it.
func (d *Desk) Read(ctx context.Context, who account.Actor, id string) (Comment, []Report, error) {
	if !who.HasAnywhere(moderators...) {
		return Comment{}, nil, who.Refused()
	}
	c, err := d.store.Comment(ctx, id)
	if err != nil {
		return c, nil, err
	}
	if err := decides(who, c); err != nil {
		return Comment{}, nil, err
	}
	r, err := d.store.ReportsOf(ctx, []string{id})
	return c, r[id], err
}

// ReportsOf gives the reports on comments that a queue listed: of each first those that wait.
func (d *Desk) ReportsOf(ctx context.Context, comments []string) (map[string][]Report, error) {
	return d.store.ReportsOf(ctx, comments)
}

// Fresh lists what of who's own in a place readers have and he may still change, newest first.
func (d *Desk) Fresh(ctx context.Context, who account.Actor, place string) ([]Comment, error) {
	if who.ID == "" {
		return nil, nil
	}
	all, err := d.store.Comments(ctx, Query{Place: place, Author: who.ID, Since: d.clock.Now().Add(-EditFor), Limit: freshMost})
	return slices.DeleteFunc(all, func(c Comment) bool { return c.State != Public }), err
}

// freshMost is how many of somebody's own a place knows that he may still change; more are a flood.
const freshMost = 100

// Own lists what who said in a place that waits, or was rejected, newest first. With Pending or Refused alone it lists only that.
func (d *Desk) Own(ctx context.Context, who account.Actor, place string, limit int, queues ...Queue) ([]Comment, error) {
	if who.ID == "" {
		return nil, nil
	}
	if len(queues) == 0 {
		queues = []Queue{Pending, Refused}
	}
	var all []Comment
	for _, q := range queues {
		some, err := d.store.Comments(ctx, Query{Place: place, Author: who.ID, Queue: q, Limit: limit})
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Comment) int { return strings.Compare(b.ID, a.ID) })
	return all[:min(len(all), limit)], nil
}

// Mine gives a comment of who's own.
func (d *Desk) Mine(ctx context.Context, who account.Actor, id string) (Comment, error) {
	c, err := d.store.Comment(ctx, id)
	if err == nil {
		err = mine(who, c)
	}
	return c, err
}

// Gate says how a place stands for who: nil when he may speak; the settings say the rest.
func (d *Desk) Gate(ctx context.Context, who account.Actor, p Place) (Settings, Gate, error, error) {
	s, err := d.store.Settings(ctx, p.Edition)
	if err != nil {
		return s, "", nil, err
	}
	m := Member{Account: who.ID}
	if who.ID != "" {
		if m, err = d.store.Member(ctx, who.ID); err != nil {
			return s, "", nil, err
		}
	}
	now := d.clock.Now()
	return s, s.GateOf(p, now), may(who, s, p, m, now), nil
}

// Settings reads how an edition talks, for who decides there; the site's are those of edition "".
func (d *Desk) Settings(ctx context.Context, who account.Actor, edition string) (Settings, error) {
	if edition == "" && !who.HasAnywhere(moderators...) {
		return Settings{}, who.Refused()
	}
	if edition != "" {
		if err := who.Must(edition, moderators...); err != nil {
			return Settings{}, err
		}
	}
	return d.store.Settings(ctx, edition)
}

// Configure changes how an edition talks. Pausing needs a moderator; everything else an editor. The whole site is an administrator's.
func (d *Desk) Configure(ctx context.Context, who account.Actor, edition string, version int64, change func(*Settings)) (Settings, error) {
	needs := moderators
	if edition == "" {
		needs = []account.Role{account.Admin}
	}
	if err := who.Must(edition, needs...); err != nil {
		return Settings{}, err
	}
	return d.store.AmendSettings(ctx, edition, version, func(s *Settings) (fact.Outcome, error) {
		before := *s
		change(s)
		s.Edition = edition
		if err := s.check(d.section); err != nil {
			return fact.Outcome{}, err
		}
		changed := s.changed(before)
		if edition != "" && slices.ContainsFunc(changed, func(name string) bool { return name != setPaused && name != setResumed }) {
			if err := who.Must(edition, setters...); err != nil {
				return fact.Outcome{}, err
			}
		}
		stale := fact.TagEdition(edition)
		if edition == "" {
			stale = fact.TagAll
		}
		out := fact.Outcome{Stale: []fact.Tag{stale}}
		if len(changed) > 0 {
			out.Acts = []fact.Act{{Did: fact.TalkChanged, By: who.ID, About: fact.AboutEdition, Subject: edition, Note: strings.Join(changed, ", ")}}
		}
		return out, nil
	})
}
