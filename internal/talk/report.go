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
	By     string    `json:"by"` // account id
	Reason Reason    `json:"reason"`
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
}

// Report keeps what who says against a public comment; again it changes nothing.
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
	_, _, err := d.store.ReportComment(ctx, act.Once, id, Report{act.Who.ID, reason, note, d.clock.Now()}, func(_ Room, c *Comment) (Outcome, error) {
		if c.State != Public {
			return Outcome{}, noComment()
		}
		if c.Author == act.Who.ID {
			return Outcome{}, fault.New(fault.Conflict, "fault.own_comment", "this comment is your own")
		}
		c.Reports++
		c.Version++
		o := tell(*c, Public, act.Who.ID)
		o.Facts, o.Stale = o.Facts[:1], nil // readers see nothing of it
		if reason == Illegal {
			o.Acts = []fact.Act{{Did: fact.LawNoticed, By: act.Who.ID, About: fact.AboutComment, Subject: c.ID}}
		}
		return o, nil
	})
	return err
}
