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

// Breach is what a decision against somebody rests on: a rule of the house, or the law.
type Breach string

// The breaches.
const (
	BreachOffTopic Breach = "off-topic"
	BreachInsult   Breach = "insult"
	BreachHate     Breach = "hate"
	BreachLaw      Breach = "illegal" // content held to be against the law; all others are against the rules of the house
	BreachSpam     Breach = "spam"
	BreachPrivate  Breach = "private" // tells private things of somebody
	BreachUntrue   Breach = "untrue"
	BreachOther    Breach = "other"
)

// Breaches lists them in the order in which they are offered.
var Breaches = []Breach{BreachOffTopic, BreachInsult, BreachHate, BreachLaw, BreachSpam, BreachPrivate, BreachUntrue, BreachOther}

// Ruling is a decision of a moderator on what somebody wrote.
type Ruling struct {
	By     string    `json:"by"` // account id
	At     time.Time `json:"at"`
	Was    State     `json:"was"` // before it
	Breach Breach    `json:"breach,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Over   *Ruling   `json:"over,omitempty"` // the one that stood before it, as far as it can be taken back
}

// overMost is how many decisions below the last one are kept.
const overMost = 8

// Verdict is what became of an appeal; empty while nobody decided.
type Verdict string

// The verdicts.
const (
	Upheld   Verdict = "upheld"
	Restored Verdict = "restored"
	Dropped  Verdict = "dropped" // its author took back what he wrote, or left
)

// Appeal is what somebody says against a ruling on what he wrote, and what became of it. There is one for a ruling.
type Appeal struct {
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
	Ruling  Ruling    `json:"ruling"`
	Verdict Verdict   `json:"verdict,omitempty"`
	By      string    `json:"by,omitempty"` // account id of who looked at it
	EndedAt time.Time `json:"ended_at,omitzero"`
	Told    string    `json:"told,omitempty"` // with the verdict, to its author
}

// The limits of an appeal: how long after a decision it may come, and of how many characters.
const (
	AppealMonths = 6
	AppealMost   = 2000
)

// decision gives what was decided last on a comment; nil when nobody did.
func (c Comment) decision() *Ruling {
	if c.DecidedBy == "" {
		return nil
	}
	r := &Ruling{By: c.DecidedBy, At: c.DecidedAt, Was: c.Was, Breach: c.Breach, Reason: c.Reason, Over: c.Over}
	for last, n := r, 1; last != nil; last, n = last.Over, n+1 {
		if n == overMost {
			last.Over = nil
		}
	}
	return r
}

// ruling gives the ruling that stands on a comment; ok is false when there is none.
func (c Comment) ruling() (r Ruling, ok bool) {
	return Ruling{By: c.DecidedBy, At: c.DecidedAt, Was: c.Was, Breach: c.Breach, Reason: c.Reason}, c.State == Rejected && c.DecidedBy != ""
}

// Appealed gives the appeal against the ruling that stands on a comment, or that it restored; nil when there is none.
func (c Comment) Appealed() *Appeal {
	if a := c.Appeal; a != nil && (c.State == Rejected && a.Ruling.At.Equal(c.DecidedAt) || c.State == Public && a.Verdict == Restored && a.EndedAt.Equal(c.DecidedAt)) {
		return a
	}
	return nil
}

// Open reports whether a comment waits for somebody to look at an appeal.
func (a *Appeal) Open() bool { return a != nil && a.Verdict == "" }

func (a *Appeal) end(v Verdict, by string, now time.Time, told string) {
	a.Verdict, a.By, a.EndedAt, a.Told = v, by, now, told
}

// drop ends an appeal whose author does not want it any more, and takes its words away.
func (c *Comment) drop(now time.Time) {
	if c.Appeal == nil {
		return
	}
	if c.Appeal.Open() {
		c.Appeal.end(Dropped, "", now, "")
	}
	c.Appeal.Text = ""
}

// AppealUntil gives until when the author of a comment may object to the decision on it; zero when there is none, or when he did.
func (c Comment) AppealUntil() time.Time {
	r, ok := c.ruling()
	if !ok || c.Appealed() != nil || c.Author == "" {
		return time.Time{}
	}
	return r.At.AddDate(0, AppealMonths, 0)
}

// MayAppeal gives nil when the author of a comment may object now to the decision on it.
func (c Comment) MayAppeal(now time.Time) error {
	until := c.AppealUntil()
	switch {
	case c.State == Rejected && c.Appealed() != nil:
		return fault.New(fault.Conflict, "fault.appealed", "you objected to this decision already; it is looked at once")
	case until.IsZero():
		return fault.New(fault.Conflict, "fault.no_ruling", "there is no decision on it to object to")
	case now.After(until):
		return fault.New(fault.Conflict, "fault.appeal_late", "a decision can be objected to for six months")
	}
	return nil
}

// checkAppeal gives the words of an appeal as they are kept.
func checkAppeal(text string) (string, error) {
	switch text = tidy(text); {
	case !speakable(text) || utf8.RuneCountInString(text) > AppealMost:
		return "", fault.At("body.text", "fault.comment_note", "at most 2,000 characters that can be shown")
	case empty(text):
		return "", fault.At("body.text", "fault.comment_empty", "write something first")
	}
	return text, nil
}

// Appeal has moderators look again at a ruling on what who wrote: once, within AppealMonths. Who may not speak any more may object all the same.
func (d *Desk) Appeal(ctx context.Context, act news.Act, id, text string) (Comment, error) {
	if !act.Who.Known() {
		return Comment{}, act.Who.Refused()
	}
	text, err := checkAppeal(text)
	if err != nil {
		return Comment{}, err
	}
	return d.store.AmendComment(ctx, act.Once, id, 0, func(_ Room, c *Comment) (Outcome, error) {
		if err := mine(act.Who, *c); err != nil {
			return Outcome{}, err
		}
		now := d.clock.Now()
		if err := c.MayAppeal(now); err != nil {
			return Outcome{}, err
		}
		r, _ := c.ruling()
		c.Appeal = &Appeal{Text: text, At: now, Ruling: r}
		c.Version++
		o := tell(*c, c.State, act.Who.ID)
		o.Acts = []fact.Act{{Did: fact.Appealed, By: act.Who.ID, About: fact.AboutComment, Subject: c.ID}}
		return o, nil
	})
}

// Uphold ends an appeal: the decision stands. told is what its author is told besides, in a line, and may be empty. Approve ends one the other way.
func (d *Desk) Uphold(ctx context.Context, act news.Act, id, told string) (Comment, error) {
	if !act.Who.HasAnywhere(moderators...) {
		return Comment{}, act.Who.Refused()
	}
	told = tidy(told)
	var g fault.Gather
	if breach(&g, "", told); g.Err() != nil {
		return Comment{}, g.Err()
	}
	c, err := d.store.AmendComment(ctx, act.Once, id, act.Version, func(_ Room, c *Comment) (Outcome, error) {
		if err := decides(act.Who, *c); err != nil {
			return Outcome{}, err
		}
		if !c.Appeal.Open() {
			return Outcome{}, fault.New(fault.Conflict, "fault.no_appeal", "nobody objects to it")
		}
		c.Appeal.end(Upheld, act.Who.ID, d.clock.Now(), told)
		c.Version++
		o := tell(*c, c.State, act.Who.ID)
		o.Acts = []fact.Act{{Did: fact.AppealUpheld, By: act.Who.ID, About: fact.AboutComment, Subject: c.ID}}
		o.Tell = d.decided(AboutDecision, *c, act.Who.ID)
		return o, nil
	})
	return c, unseen(err, func(c Comment) error { return decides(act.Who, c) })
}

// reopen takes back what was decided on an appeal, when that was the last decision on a comment: it waits again.
func (c *Comment) reopen() bool {
	a := c.Appealed()
	if a == nil || a.Open() || a.Verdict == Dropped {
		return false
	}
	if a.Verdict == Restored {
		c.Was, c.Over = Rejected, &a.Ruling
		c.back()
	}
	a.end("", "", time.Time{}, "")
	return true
}

// back takes the last decision on a comment away: what stood before it stands again.
func (c *Comment) back() {
	over := Ruling{}
	if c.Over != nil {
		over = *c.Over
	}
	c.State, c.Over = c.Was, over.Over
	c.DecidedBy, c.DecidedAt, c.Was, c.Breach, c.Reason = over.By, over.At, over.Was, over.Breach, over.Reason
}

// breach gathers what is wrong with a breach and the sentence that goes with it.
func breach(g *fault.Gather, b Breach, told string) {
	if b != "" && !slices.Contains(Breaches, b) {
		g.At("body.breach", "fault.breach", "off-topic, insult, hate, illegal, spam, private, untrue or other")
	}
	if !speakable(told) || utf8.RuneCountInString(told) > 500 {
		g.At("body.reason", "fault.comment_reason", "at most 500 characters that can be shown")
	}
}
