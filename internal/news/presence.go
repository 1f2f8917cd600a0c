package news

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// What is said of presence. None of it is a fact: nothing keeps it.
const (
	Came     fact.Kind = "present"  // somebody has a story open; said again as long as it is so
	Left     fact.Kind = "left"     // he closed it
	Asked    fact.Kind = "asked"    // he asks its holder for it
	Declined fact.Kind = "declined" // the holder keeps it for now
)

const (
	// PresentFor is how long somebody counts as present who does not say it again.
	PresentFor = 45 * time.Second
	// AskedFor is how long a question waits for its answer.
	AskedFor = 2 * time.Minute

	mostPresent = 20_000 // on a whole site; more are not shown
)

// Present says that a window of somebody has a story open.
type Present struct {
	Article string    `json:"article"`
	Edition string    `json:"edition"`
	Account string    `json:"account"`
	Name    string    `json:"name"`
	Tab     string    `json:"tab"`
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until"`
}

// Asking is the question of one window to the one that has the story in hand, whether it may have it.
type Asking struct {
	ID   string `json:"id"`
	Lock string `json:"lock"` // the lock that it is asked for
	Present
}

// Signal is what is said of presence to every node, and by each to the open pages of the desk.
type Signal struct {
	Kind fact.Kind `json:"kind"`
	At   time.Time `json:"at"`
	Asking
}

// Topic is the desk that hears the signal.
func (s Signal) Topic() fact.Topic { return fact.Desk(s.Edition) }

// spot is a window in a story.
type spot struct{ article, account, tab string }

// Presence knows who has which story open now and who asks whom for one. It is in memory only and says what it learns to the other
// nodes; whatever is lost is said again within PresentFor, or asked again by people.
type Presence struct {
	desk *Desk
	say  func(Signal) // to every node, this one included; it may be lost

	mu   sync.Mutex
	here map[spot]Present
	asks map[string]question
}

// question is one that was asked; declined, it is kept so that the same answer may come again.
type question struct {
	Asking
	declined bool
}

// NewPresence gives an empty one. What say says has to come back to Hear of every node, this one included, before say returns here.
func NewPresence(desk *Desk, say func(Signal)) *Presence {
	return &Presence{desk: desk, say: say, here: map[spot]Present{}, asks: map[string]question{}}
}

// Hear takes what was said, here or on another node, and reports whether it was understood.
func (p *Presence) Hear(data []byte) (Signal, bool) {
	var s Signal
	if err := json.Unmarshal(data, &s); err != nil {
		return s, false
	}
	if kind, _ := s.Topic().Parts(); kind == "" || s.Article == "" || s.Account == "" || checkTab("tab", s.Tab) != nil {
		return s, false
	}
	now := p.desk.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sweep(now)
	at := spot{s.Article, s.Account, s.Tab}
	switch s.Kind {
	case Came:
		if _, known := p.here[at]; known || len(p.here) < mostPresent {
			s.Until = earlier(s.Until, now.Add(PresentFor))
			p.here[at] = s.Present
		}
	case Left:
		delete(p.here, at)
		for id, a := range p.asks {
			if (spot{a.Article, a.Account, a.Tab}) == at {
				delete(p.asks, id)
			}
		}
	case Asked:
		if len(p.asks) < mostPresent {
			s.Until = earlier(s.Until, now.Add(AskedFor))
			p.asks[s.ID] = question{Asking: s.Asking}
		}
	case Declined:
		if q, ok := p.asks[s.ID]; ok {
			q.declined = true
			p.asks[s.ID] = q
		}
	default:
		return s, false
	}
	return s, true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// sweep forgets who did not say again that he is here, and questions that nobody answered; mu is held.
func (p *Presence) sweep(now time.Time) {
	for k, v := range p.here {
		if !v.Until.After(now) {
			delete(p.here, k)
		}
	}
	for k, v := range p.asks {
		if !v.Until.After(now) {
			delete(p.asks, k)
		}
	}
}

// Come says that a window has a story open, for PresentFor, and gives all that have it open.
func (p *Presence) Come(ctx context.Context, who account.Actor, id, tab string) ([]Present, error) {
	a, err := p.desk.Article(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if err := checkTab("body.tab", tab); err != nil {
		return nil, err
	}
	now := p.desk.clock.Now()
	since := now
	p.mu.Lock()
	if was, ok := p.here[spot{id, who.ID, tab}]; ok && was.Until.After(now) {
		since = was.Since
	}
	p.mu.Unlock()
	p.say(Signal{Kind: Came, At: now, Asking: Asking{Present: Present{Article: id, Edition: a.Edition, Account: who.ID, Name: who.Name, Tab: tab, Since: since, Until: now.Add(PresentFor)}}})
	return p.list(func(v Present) bool { return v.Article == id }), nil
}

// Leave says that a window closed a story. Whoever was not there leaves unheard.
func (p *Presence) Leave(ctx context.Context, who account.Actor, id, tab string) error {
	a, err := p.desk.Article(ctx, who, id)
	if err != nil {
		return err
	}
	if err := checkTab("query.tab", tab); err != nil {
		return err
	}
	p.mu.Lock()
	was, ok := p.here[spot{id, who.ID, tab}]
	p.mu.Unlock()
	if ok {
		was.Edition = a.Edition
		p.say(Signal{Kind: Left, At: p.desk.clock.Now(), Asking: Asking{Present: was}})
	}
	return nil
}

// Here lists who has which story of an edition open, those that came first first.
func (p *Presence) Here(who account.Actor, edition string) ([]Present, error) {
	if err := who.Must(edition, desk...); err != nil {
		return nil, err
	}
	return p.list(func(v Present) bool { return v.Edition == edition }), nil
}

func (p *Presence) list(wanted func(Present) bool) []Present {
	p.mu.Lock()
	p.sweep(p.desk.clock.Now())
	var out []Present
	for _, v := range p.here {
		if wanted(v) {
			out = append(out, v)
		}
	}
	p.mu.Unlock()
	slices.SortFunc(out, func(a, b Present) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Tab, b.Tab), cmp.Compare(a.Article, b.Article))
	})
	return out
}

// Ask asks the holder of a story for it on behalf of a window. The same window gets the same question as long as it is open. A
// story that nobody has in hand needs no question: that is Conflict.
func (p *Presence) Ask(ctx context.Context, act Act, id, tab string) (Asking, error) {
	a, err := p.desk.Article(ctx, act.Who, id)
	if err != nil {
		return Asking{}, err
	}
	if err := mayEdit(act.Who, &a); err != nil {
		return Asking{}, err
	}
	if err := checkTab("body.tab", tab); err != nil {
		return Asking{}, err
	}
	l, held, err := p.desk.Lock(ctx, act.Who, id)
	if err != nil {
		return Asking{}, err
	}
	if !held || l.of(act.Who, tab) {
		return Asking{}, fault.New(fault.Conflict, "fault.lock_free", "nobody else has this story in hand; it may simply be taken")
	}
	if err := p.desk.Repeat(ctx, act); err != nil {
		return Asking{}, err
	}
	now := p.desk.clock.Now()
	p.mu.Lock()
	p.sweep(now)
	for _, q := range p.asks {
		if !q.declined && q.Article == id && q.Account == act.Who.ID && q.Tab == tab && q.Lock == l.ID {
			p.mu.Unlock()
			return q.Asking, nil
		}
	}
	q := Asking{ID: p.desk.ids.New(), Lock: l.ID, Present: Present{Article: id, Edition: a.Edition, Account: act.Who.ID, Name: act.Who.Name, Tab: tab, Since: now, Until: now.Add(AskedFor)}}
	if len(p.asks) < mostPresent { // before it is heard, so that a window that asks twice at once asks one question
		p.asks[q.ID] = question{Asking: q}
	}
	p.mu.Unlock()
	p.say(Signal{Kind: Asked, At: now, Asking: q})
	return q, nil
}

// Answer answers a question by the window that holds the story: give hands the story over to the window that asked, and of all who
// look on to no other; else the holder keeps it for now.
func (p *Presence) Answer(ctx context.Context, act Act, id, tab, ask string, give bool) error {
	if _, err := p.desk.Article(ctx, act.Who, id); err != nil {
		return err
	}
	if err := checkTab("body.tab", tab); err != nil {
		return err
	}
	now := p.desk.clock.Now()
	p.mu.Lock()
	p.sweep(now)
	q, ok := p.asks[ask]
	p.mu.Unlock()
	if !ok || q.Article != id {
		return fault.New(fault.NotFound, "fault.ask_over", "this question is over")
	}
	if !give {
		l, held, err := p.desk.Lock(ctx, act.Who, id)
		if err != nil {
			return err
		}
		if !held || !l.of(act.Who, tab) {
			return notHolder()
		}
		if err := p.desk.Repeat(ctx, act); err != nil {
			return err
		}
		p.say(Signal{Kind: Declined, At: now, Asking: q.Asking})
		return nil
	}
	return p.desk.handOver(ctx, act, id, tab, q.Asking)
}

func notHolder() error {
	return fault.New(fault.Conflict, "fault.not_holder", "this window does not have the story in hand any more")
}

// handOver gives the lock of a window to the one that asked for just this lock.
func (d *Desk) handOver(ctx context.Context, act Act, id, tab string, to Asking) error {
	fresh := d.ids.New()
	_, err := d.store.AmendLock(ctx, act.Once, id, func(a Article, l Lock) (Lock, fact.Outcome, error) {
		now := d.clock.Now()
		if !l.of(act.Who, tab) || l.ID != to.Lock || !l.held(now) {
			return l, fact.Outcome{}, notHolder()
		}
		l = Lock{ID: fresh, Article: id, Tab: to.Tab, Account: to.Account, Name: to.Name, Since: now, Until: now.Add(Lease)}
		o := lockFact(a, l, fact.Taken)
		o.Work = []fact.Work{{Kind: WorkLease, Subject: id, Due: l.Until}}
		return l, o, nil
	})
	return err
}
