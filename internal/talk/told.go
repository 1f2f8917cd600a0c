package talk

import (
	"context"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// Way is how somebody is told of something by mail.
type Way string

// The ways.
const (
	AtOnce Way = "now"
	Daily  Way = "daily" // in the morning, what he has not looked at until then
	Never  Way = "never"
)

// Ways lists them.
var Ways = []Way{AtOnce, Daily, Never}

// Matter is one of the things for which somebody chooses a way.
type Matter string

// The matters.
const (
	Replies   Matter = "replies"
	Mentions  Matter = "mentions"
	Decisions Matter = "decisions"
)

// Matters lists them.
var Matters = []Matter{Replies, Mentions, Decisions}

// Matter gives what a notice belongs to.
func (n Notice) Matter() Matter {
	switch n.About {
	case AboutReply:
		return Replies
	case AboutMention:
		return Mentions
	}
	return Decisions
}

// Told is how somebody is told of things by mail, and what he got.
type Told struct {
	Ways map[Matter]Way `json:"ways,omitempty"` // chosen ones
	Sent []time.Time    `json:"sent,omitempty"` // of letters, within capWithin
}

// Way gives how somebody is told of a matter: of decisions at once, of what others say every morning, unless he chose.
func (t Told) Way(m Matter) Way {
	if w, ok := t.Ways[m]; ok {
		return w
	}
	if m == Decisions {
		return AtOnce
	}
	return Daily
}

// Choose sets the ways of matters for who.
func (d *Desk) Choose(ctx context.Context, who account.Actor, ways map[Matter]Way) error {
	if who.ID == "" {
		return who.Refused()
	}
	for m, w := range ways {
		if !slices.Contains(Matters, m) || !slices.Contains(Ways, w) {
			return fault.At(string(m), "fault.invalid", "now, daily or never")
		}
	}
	return d.told.AmendTold(ctx, who.ID, func(t *Told) {
		if t.Ways == nil {
			t.Ways = map[Matter]Way{}
		}
		for m, w := range ways {
			t.Ways[m] = w
		}
	})
}

// Told reads how somebody is told of things by mail.
func (d *Desk) Told(ctx context.Context, account string) (Told, error) {
	return d.told.Told(ctx, account)
}

const (
	// WorkNotices is due work: look whether somebody is to get a letter. Its subject is the account.
	WorkNotices = "notices"
	// NoticeAfter is how long a notice waits at least for its letter: a decision can be undone meanwhile, a comment taken back.
	NoticeAfter = 15 * time.Second
	// capMost letters are sent to somebody at most within capWithin; what comes then waits and is told together.
	capMost   = 6
	capWithin = time.Hour
	// morning is the hour of daily letters, in the edition's zone.
	morning = 7
	// letterLife is how long a letter may take to go out.
	letterLife = 24 * time.Hour
	// inLetter is how many notices a letter tells of; of more it says how many.
	inLetter = 20
	// waitingMost is how many notices are looked at together.
	waitingMost = 500
)

// The values of a fact.NoticesLetter: whom it is to, what about, ids of notices with a space between them, and how many more there are.
// Whoever sends it reads what they tell at that moment, and sends none when that is nothing.
const (
	LetterTo      = "account"
	LetterMatter  = "matter"
	LetterNotices = "notices"
	LetterMore    = "more"
)

// Teller decides which letters people get of what they are told.
type Teller struct {
	Notices Notices
	Clock   moment.Clock
	IDs     *moment.IDs
	Zone    func(edition string) *time.Location
	Mail    bool // the site sends mail
}

// Do looks whether somebody is to get letters. It may be repeated: a notice stands in one letter.
func (l *Teller) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	if w.Kind != WorkNotices {
		return false, nil
	}
	if !l.Mail {
		return true, nil
	}
	return true, l.Notices.Mail(ctx, w.Subject, waitingMost, func(t *Told, waiting []Notice) ([]string, fact.Outcome, error) {
		mailed, out := l.letters(w.Subject, t, waiting)
		return mailed, out, nil
	})
}

// letters writes the letters that are due and says when the next ones are.
func (l *Teller) letters(whom string, t *Told, waiting []Notice) (mailed []string, out fact.Outcome) {
	now := l.Clock.Now()
	var next time.Time
	later := func(at time.Time) {
		if next.IsZero() || at.Before(next) {
			next = at
		}
	}
	for len(t.Sent) > 0 && !t.Sent[0].After(now.Add(-capWithin)) {
		t.Sent = t.Sent[1:]
	}
	for _, m := range Matters {
		var of []Notice
		for _, n := range waiting {
			if n.Matter() == m {
				of = append(of, n)
			}
		}
		if len(of) == 0 {
			continue
		}
		due := of[0].At.Add(NoticeAfter)
		if t.Way(m) == Daily {
			due = l.morning(whom, of[0])
		}
		switch {
		case t.Way(m) == Never:
		case due.After(now):
			later(due)
			continue
		case len(t.Sent) >= capMost:
			later(t.Sent[0].Add(capWithin))
			continue
		}
		for _, n := range of {
			mailed = append(mailed, n.ID)
		}
		if of = Current(of); t.Way(m) == Never || len(of) == 0 {
			continue
		}
		t.Sent = append(t.Sent, now)
		out.Letters = append(out.Letters, l.letter(whom, m, of, now))
	}
	if !next.IsZero() {
		out.Work = append(out.Work, fact.Work{Kind: WorkNotices, Subject: whom, Due: next})
	}
	return mailed, out
}

func (l *Teller) letter(whom string, m Matter, of []Notice, now time.Time) fact.Letter {
	ids, more := make([]string, 0, inLetter), max(0, len(of)-inLetter)
	for _, n := range of[:len(of)-more] {
		ids = append(ids, n.ID)
	}
	return fact.Letter{ID: l.IDs.New(), Kind: fact.NoticesLetter, Edition: of[0].Of.Place.Edition, At: now, Until: now.Add(letterLife),
		Values: map[string]string{LetterTo: whom, LetterMatter: string(m), LetterNotices: strings.Join(ids, " "), LetterMore: strconv.Itoa(more)}}
}

// morning gives the first morning behind a notice, for each account another minute of its hour.
func (l *Teller) morning(whom string, n Notice) time.Time {
	h := fnv.New32a()
	h.Write([]byte(whom))
	at := n.At.In(l.Zone(n.Of.Place.Edition))
	y, mo, d := at.Date()
	due := time.Date(y, mo, d, morning, int(h.Sum32()%60), 0, 0, at.Location())
	if !due.After(at) {
		due = due.AddDate(0, 0, 1)
	}
	return due.UTC()
}
