package talk

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// Reason is why a reader reports a comment.
type Reason string

// The reasons.
const (
	Abuse    Reason = "abuse"
	Spam     Reason = "spam"
	OffTopic Reason = "off-topic"
	Untrue   Reason = "untrue"
	Illegal  Reason = "illegal" // needs a note that says what and why
	Other    Reason = "other"
)

// Reasons lists them.
var Reasons = []Reason{Abuse, Spam, OffTopic, Untrue, Illegal, Other}

// Report is what a reader says against a comment.
type Report struct {
	By     string    `json:"by"` // account id; empty when he left
	Reason Reason    `json:"reason"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
	Dealt  time.Time `json:"-"` // when a decision dealt with it; zero while it waits
}

// reportedBefore reports whether somebody who reported a comment before says nothing new with another report: the one of before waits, or it was decided
// on as it is now, and he says the same.
func reportedBefore(before []Report, c Comment, reason Reason, note string) bool {
	return slices.ContainsFunc(before, func(b Report) bool {
		return b.Dealt.IsZero() || b.Reason == reason && b.Note == note && !c.EditedAt.After(b.Dealt)
	})
}

// Report keeps what who says against a public comment; the same again changes nothing.
func (d *Desk) Report(ctx context.Context, act news.Act, id string, reason Reason, note string) error {
	if !act.Who.Known() {
		return act.Who.Refused()
	}
	note = tidy(note)
	var g fault.Gather
	if !slices.Contains(Reasons, reason) {
		g.At("body.reason", "fault.reason", "say why: abuse, spam, off-topic, untrue, illegal or other")
	}
	switch {
	case !speakable(note) || utf8.RuneCountInString(note) > 2000:
		g.At("body.note", "fault.comment_note", "at most 2,000 characters that can be shown")
	case reason == Illegal && empty(note):
		g.At("body.note", "fault.illegal_note", "say what is against the law in it, and why")
	}
	if err := g.Err(); err != nil {
		return err
	}
	_, err := d.store.AmendComment(ctx, act.Once, id, 0, func(r Room, c *Comment) (Outcome, error) {
		if c.State != Public {
			return Outcome{}, noComment()
		}
		if c.Author == act.Who.ID {
			return Outcome{}, fault.New(fault.Conflict, "fault.own_comment", "this comment is your own")
		}
		before, err := r.Reports(ctx, id, act.Who.ID)
		if err != nil || reportedBefore(before, *c, reason, note) {
			return Outcome{}, err
		}
		c.Reports++
		c.Version++
		o := tell(*c, Public, act.Who.ID)
		o.Report = &Report{By: act.Who.ID, Reason: reason, Note: note, At: d.clock.Now()}
		o.Facts, o.Stale = o.Facts[:1], nil // readers see nothing of it
		if reason == Illegal {
			o.Acts = []fact.Act{{Did: fact.LawNoticed, By: act.Who.ID, About: fact.AboutComment, Subject: c.ID}}
			o.Tell = []Notice{d.notice(act.Who.ID, AboutReceipt, *c, "")}
		}
		return o, nil
	})
	return err
}
