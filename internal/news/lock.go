package news

import (
	"context"
	"regexp"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Lease is how long a lock holds without being renewed: long enough for a slow network, short enough for a closed laptop.
const Lease = 45 * time.Second

// WorkLease is due work: look whether the lease of a story's lock ran out.
const WorkLease = "lease"

// Lock says who has a story in hand. It is advice to people, and stops no save: what decides between two saves is the version.
type Lock struct {
	ID      string // a new one whenever the holder changes
	Article string
	Tab     string // one window of the holder's, named by the window itself
	Account string
	Name    string    // of the account, as it was then
	Since   time.Time // when this holder came
	Until   time.Time // the lease ends then unless it is renewed
}

// held reports whether somebody has the lock at a time.
func (l Lock) held(now time.Time) bool { return l.ID != "" && l.Until.After(now) }

// of reports whether it is the lock of one window of one person.
func (l Lock) of(who account.Actor, tab string) bool {
	return l.ID != "" && l.Account == who.ID && l.Tab == tab
}

// tabShape is what a window may call itself.
var tabShape = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func checkTab(location, tab string) error {
	if !tabShape.MatchString(tab) {
		return fault.At(location, "fault.tab", "a tab names itself with 1 to 64 letters, digits, - or _")
	}
	return nil
}

// TakeLock takes or renews the lock of a story for one tab. One that another tab holds is Conflict with the lock as Current, unless
// takeOver names just this lock: then it changes hands, and of many who name it one wins.
func (d *Desk) TakeLock(ctx context.Context, act Act, id, tab, takeOver string) (Lock, error) {
	fresh := d.ids.New()
	return d.store.AmendLock(ctx, act.Once, id, func(a Article, l Lock) (Lock, fact.Outcome, error) {
		if err := mayEdit(act.Who, &a); err != nil {
			return l, fact.Outcome{}, err
		}
		if a.State == Withdrawn {
			return l, fact.Outcome{}, fault.New(fault.Conflict, "fault.withdrawn", "this article was withdrawn and cannot be changed")
		}
		if err := checkTab("body.tab", tab); err != nil {
			return l, fact.Outcome{}, err
		}
		now := d.clock.Now()
		if l.of(act.Who, tab) {
			l.Until, l.Name = now.Add(Lease), act.Who.Name
			return l, fact.Outcome{}, nil
		}
		kind := fact.Locked
		if l.held(now) {
			if takeOver != l.ID {
				e := fault.New(fault.Conflict, "fault.locked", "somebody else has this story in hand; here is who")
				e.Current = l
				return l, fact.Outcome{}, e
			}
			kind = fact.Taken
		}
		l = Lock{ID: fresh, Article: id, Tab: tab, Account: act.Who.ID, Name: act.Who.Name, Since: now, Until: now.Add(Lease)}
		o := lockFact(a, l, kind)
		o.Work = []fact.Work{{Kind: WorkLease, Subject: id, Due: l.Until}}
		return l, o, nil
	})
}

func lockFact(a Article, l Lock, kind fact.Kind) fact.Outcome {
	return fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(a.Edition), Kind: kind, ID: a.ID, Version: a.Version, By: l.Account, Part: l.ID, Tab: l.Tab}}}
}

// LetGo gives the lock up when this tab holds it; otherwise nothing happens.
func (d *Desk) LetGo(ctx context.Context, who account.Actor, id, tab string) error {
	_, err := d.store.AmendLock(ctx, fact.Once{}, id, func(a Article, l Lock) (Lock, fact.Outcome, error) {
		mine := l.of(who, tab)
		if !mine && !MayRead(who, a.Edition) {
			return l, fact.Outcome{}, hidden(who, &a)
		}
		if err := checkTab("query.tab", tab); err != nil {
			return l, fact.Outcome{}, err
		}
		if !mine {
			return l, fact.Outcome{}, nil
		}
		return Lock{}, ended(a, l), nil
	})
	return err
}

// ended is what goes with the end of a lock.
func ended(a Article, l Lock) fact.Outcome {
	o := lockFact(a, l, fact.Unlocked)
	o.Undone = []fact.Work{{Kind: WorkLease, Subject: a.ID}}
	return o
}

// Lock gives who has a story in hand; held is false when nobody does.
func (d *Desk) Lock(ctx context.Context, who account.Actor, id string) (l Lock, held bool, err error) {
	if _, err := d.Article(ctx, who, id); err != nil {
		return Lock{}, false, err
	}
	l, err = d.store.Lock(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return Lock{}, false, nil
	}
	return l, err == nil && l.held(d.clock.Now()), err
}

// leaseEnds takes a lock away whose lease ran out, so that the desk is told; one that was renewed is looked at again later.
func (d *Desk) leaseEnds(ctx context.Context, id string) error {
	_, err := d.store.AmendLock(ctx, fact.Once{}, id, func(a Article, l Lock) (Lock, fact.Outcome, error) {
		due := fact.Work{Kind: WorkLease, Subject: id, Due: l.Until}
		switch {
		case l.ID == "":
			return l, fact.Outcome{Undone: []fact.Work{due}}, nil
		case l.held(d.clock.Now()):
			return l, fact.Outcome{Work: []fact.Work{due}}, nil
		}
		return Lock{}, ended(a, l), nil
	})
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
