package talk

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/talk/learned"
)

// The bounds of what is learned of an edition.
const (
	lessonsMost  = 2000 // decisions of each kind, the latest
	lessonsRead  = 6000 // comments that are looked at for them
	factsAtOnce  = 256
	batchesMost  = 8               // of facts; who is further behind reads the latest decisions anew
	learnerRests = 5 * time.Second // after what could not be read
)

// Decided is what the Learner reads of comments.
type Decided interface {
	Comment(ctx context.Context, id string) (Comment, error)
	Comments(ctx context.Context, q Query) ([]Comment, error)
	Settings(ctx context.Context, edition string) (Settings, error)
}

// Outbox is where the Learner hears of decisions: the outbox.
type Outbox interface {
	Position(ctx context.Context, topics []fact.Topic) (map[fact.Topic]int64, error)
	Facts(ctx context.Context, topic fact.Topic, after int64, limit int) ([]fact.Fact, error)
}

// Learner is the adviser that learns from what moderators of an edition decide: every node from the same decisions, the latest lessonsMost of a kind. What it
// knows is in memory alone; an edition that does not ask is not read.
type Learner struct {
	// Held counts comments that wait for its advice.
	Held atomic.Int64

	said     Decided
	outbox   Outbox
	stem     func(language, text string) []string
	editions func() map[string]string
	log      *slog.Logger

	mu    sync.Mutex
	of    map[string]*pupil
	poked chan struct{}
}

// pupil is what is learned of one edition.
type pupil struct {
	model  atomic.Pointer[learned.Model] // nil until it was read
	behind atomic.Bool                   // something was told since
	anew   atomic.Bool                   // what was learned may not be true any more

	reading sync.Mutex
	seq     int64 // of the edition's desk, up to which it was read; guarded by reading
}

// NewLearner gives a learner; stem is that of NewDesk, editions gives their languages by slug. Run has it learn.
func NewLearner(said Decided, outbox Outbox, stem func(language, text string) []string, editions func() map[string]string, log *slog.Logger) *Learner {
	return &Learner{said: said, outbox: outbox, stem: stem, editions: editions, log: log, of: map[string]*pupil{}, poked: make(chan struct{}, 1)}
}

func (l *Learner) pupil(edition string) *pupil {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.of[edition]
	if p == nil {
		p = &pupil{}
		l.of[edition] = p
	}
	return p
}

func (l *Learner) poke() {
	select {
	case l.poked <- struct{}{}:
	default:
	}
}

// Asked reports whether an edition wants its advice.
func (l *Learner) Asked(s Settings) bool { return s.Learned != DegreeOff }

// Advise gives the words for which a comment would be rejected as likely as the edition says. Where nothing was read yet it lets pass.
func (l *Learner) Advise(_ context.Context, s Settings, q Question) []Hold {
	p := l.pupil(q.Edition)
	m := p.model.Load()
	if m == nil {
		p.behind.Store(true)
		l.poke()
		return nil
	}
	language := l.editions()[q.Edition]
	likely, because := m.Weigh(l.stem(language, q.Text))
	if likely < s.Learned.least() {
		return nil
	}
	l.Held.Add(1)
	return []Hold{{Rule: RuleLearned, Words: l.words(language, q.Text, because)}}
}

// words gives the words of a text of which these stems are, in the order of the stems.
func (l *Learner) words(language, text string, stems []string) []string {
	out := make([]string, len(stems))
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r) }) {
		for _, s := range l.stem(language, word) {
			if i := slices.Index(stems, s); i >= 0 && out[i] == "" {
				out[i] = word
			}
		}
	}
	return slices.DeleteFunc(out, func(w string) bool { return w == "" })
}

// Known gives how many decisions of each kind it learned from in an edition; it reads what it has not read yet.
func (l *Learner) Known(ctx context.Context, edition string) (approved, rejected int, err error) {
	p := l.pupil(edition)
	if err := l.read(ctx, edition, p); err != nil {
		return 0, 0, err
	}
	approved, rejected = p.model.Load().Known()
	return approved, rejected, nil
}

// Heard takes note of a change of the house; it does not wait. A change of which nothing is known has everything read anew.
func (l *Learner) Heard(c fact.Change) {
	l.mu.Lock()
	for edition, p := range l.of {
		if c.Seq == 0 {
			p.anew.Store(true)
		}
		if _, told := c.Topics[fact.Desk(edition)]; told || c.Seq == 0 {
			p.behind.Store(true)
		}
	}
	l.mu.Unlock()
	l.poke()
}

// Run learns until ctx ends: first what was decided in the editions that ask, then each decision as it is told.
func (l *Learner) Run(ctx context.Context) {
	for e := range l.editions() {
		if s, err := l.said.Settings(ctx, e); err == nil && l.Asked(s) {
			l.pupil(e).behind.Store(true)
		}
	}
	rest := time.NewTimer(0)
	defer rest.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.poked:
		case <-rest.C:
		}
		if !l.turn(ctx) {
			rest.Reset(learnerRests)
		}
	}
}

// turn reads what was told of each edition that asks. It reports whether all could be read.
func (l *Learner) turn(ctx context.Context) bool {
	l.mu.Lock()
	all := make(map[string]*pupil, len(l.of))
	for e, p := range l.of {
		all[e] = p
	}
	l.mu.Unlock()
	ok := true
	for e, p := range all {
		if !p.behind.Load() {
			continue
		}
		s, err := l.said.Settings(ctx, e)
		if err == nil && !l.Asked(s) {
			continue // it is read when it is asked, or when somebody looks at it
		}
		if err == nil {
			p.behind.Store(false)
			err = l.read(ctx, e, p)
		}
		if err != nil && ctx.Err() == nil {
			l.log.Error("talk: what moderators decided could not be read", "edition", e, "error", err)
			p.behind.Store(true)
			ok = false
		}
	}
	return ok
}

// read brings what is known of an edition up to the outbox.
func (l *Learner) read(ctx context.Context, edition string, p *pupil) error {
	p.reading.Lock()
	defer p.reading.Unlock()
	m, topic := p.model.Load(), fact.Desk(edition)
	at, err := l.outbox.Position(ctx, []fact.Topic{topic})
	if err != nil {
		return err
	}
	if m == nil || p.anew.Load() || at[topic] < p.seq { // the last: another life of the site, from a backup
		return l.begin(ctx, edition, p)
	}
	for range batchesMost {
		facts, err := l.outbox.Facts(ctx, topic, p.seq, factsAtOnce)
		if err != nil {
			return err
		}
		if len(facts) == 0 && p.seq >= at[topic] {
			return nil
		}
		if len(facts) == 0 || facts[0].Seq != p.seq+1 {
			return l.begin(ctx, edition, p) // older ones were swept
		}
		changed := map[string]bool{}
		for _, f := range facts {
			if f.Kind == fact.Talked && f.Part != "" && !changed[f.Part] {
				changed[f.Part] = true
				c, err := l.said.Comment(ctx, f.Part)
				if fault.Is(err, fault.NotFound) {
					m.Forget(f.Part)
				} else if err != nil {
					return err
				} else {
					l.teach(m, c)
				}
			}
		}
		p.seq = facts[len(facts)-1].Seq
	}
	return l.begin(ctx, edition, p)
}

// begin reads the latest decisions of an edition.
func (l *Learner) begin(ctx context.Context, edition string, p *pupil) (err error) {
	p.anew.Store(false) // what is told from here on makes it true again
	defer func() {
		if err != nil {
			p.anew.Store(true)
		}
	}()
	topic := fact.Desk(edition)
	at, err := l.outbox.Position(ctx, []fact.Topic{topic})
	if err != nil {
		return err
	}
	m := learned.New(lessonsMost)
	for _, queue := range []Queue{Approved, Refused} {
		var some []Comment
		for q, n := (Query{Editions: []string{edition}, Queue: queue, Limit: 100}), 0; n < lessonsRead && len(some) < lessonsMost; n += q.Limit {
			found, err := l.said.Comments(ctx, q)
			if err != nil {
				return err
			}
			for _, c := range found {
				if _, ok := c.teaches(); ok {
					some = append(some, c)
				}
			}
			if len(found) < q.Limit {
				break
			}
			q.After = found[len(found)-1].ID
		}
		for _, c := range slices.Backward(some) {
			l.teach(m, c)
		}
	}
	p.seq = at[topic]
	p.model.Store(m)
	return nil
}

func (l *Learner) teach(m *learned.Model, c Comment) {
	if rejected, ok := c.teaches(); ok {
		m.Learn(c.ID, rejected, l.stem(l.editions()[c.Place.Edition], c.Text))
	} else {
		m.Forget(c.ID)
	}
}

// teaches reports whether what was decided on a comment says something of its words: a moderator approved it, or rejected it for nothing that
// lies outside of them, as being off topic, untrue or private does.
func (c Comment) teaches() (rejected, ok bool) {
	if c.DecidedBy == "" || c.DecidedBy == "import" || c.Text == "" {
		return false, false
	}
	switch c.State {
	case Public:
		return false, true
	case Rejected:
		switch c.Breach {
		case BreachOffTopic, BreachUntrue, BreachPrivate, BreachOther:
			return true, false
		}
		return true, true
	}
	return false, false
}
