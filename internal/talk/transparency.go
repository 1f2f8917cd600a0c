package talk

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
)

// Deed is a row of the audit log about what was said, with the edition where it was said; empty when that is not known any more, or all.
type Deed struct {
	fact.Act
	Edition string
}

// Counted are the deeds of which counts are made.
var Counted = []fact.Deed{fact.CommentApproved, fact.CommentRejected, fact.DecisionUndone, fact.Appealed, fact.AppealUpheld, fact.AppealRestored, fact.LawNoticed, fact.MemberRestricted}

// Tally is what was decided in a month of UTC in an edition, as it stands now. A notice or an objection counts in the month in which it came.
type Tally struct {
	Month   string // 2026-11
	Edition string // empty: of all (restrictions), or of an edition that is not known any more
	// Notices of illegal content, and what became of what they are about; the rest waits.
	Notices, NoticesRemoved, NoticesKept int
	NoticeHours                          float64 // median until the decision
	Approved, Rejected                   int
	ByRule                               int            // of both: a rule had held it before somebody decided
	Breaches                             map[Breach]int // of Rejected; the empty one where nothing was said
	Rules                                map[Rule]int   // of ByRule: the first that held it
	Restricted                           int            // suspended, banned, or read first from now on
	// Objections, and what became of them; the rest waits, or was dropped.
	Appeals, Upheld, Restored int
	AppealHours               float64
}

// noteOf is the audit log's note of a decision on a comment: what it rests on, and the rule that had held it.
func noteOf(because Breach, c Comment, was State) string {
	rule := ""
	if was == Held && len(c.Holds) > 0 {
		rule = string(c.Holds[0].Rule)
	}
	return strings.TrimSuffix(string(because)+"/"+rule, "/")
}

// matter is what was decided on one thing so far.
type matter struct {
	ruling  *Deed   // that stands
	over    []*Deed // those that stood before it
	notices []*Deed // with the decision on each
	ended   []*Deed
	appeal  *Deed
	verdict *Deed
}

// Counts adds up deeds that come subject by subject, those of one oldest first; it holds no more than one subject's, how long each
// notice and objection waited, and the sums.
type Counts struct {
	subject string
	deeds   []Deed
	tallies map[[2]string]*Tally
	hours   map[*Tally]*[2][]float64 // of notices, of objections
}

// Add counts one more.
func (c *Counts) Add(d Deed) {
	if d.Subject != c.subject {
		c.end()
		c.subject = d.Subject
	}
	c.deeds = append(c.deeds, d)
}

// Tallies gives what was counted, newest month first; then editions by name.
func (c *Counts) Tallies() []Tally {
	c.end()
	list := make([]Tally, 0, len(c.tallies))
	for _, t := range c.tallies {
		if h := c.hours[t]; h != nil {
			t.NoticeHours, t.AppealHours = median(h[0]), median(h[1])
		}
		list = append(list, *t)
	}
	slices.SortFunc(list, func(a, b Tally) int {
		return cmp.Or(strings.Compare(b.Month, a.Month), strings.Compare(a.Edition, b.Edition))
	})
	return list
}

// of gives the sums of a month and an edition.
func (c *Counts) of(d *Deed) *Tally {
	k := [2]string{d.At.UTC().Format("2006-01"), d.Edition}
	if c.tallies[k] == nil {
		if c.tallies == nil {
			c.tallies, c.hours = map[[2]string]*Tally{}, map[*Tally]*[2][]float64{}
		}
		c.tallies[k] = &Tally{Month: k[0], Edition: k[1], Breaches: map[Breach]int{}, Rules: map[Rule]int{}}
	}
	return c.tallies[k]
}

// took notes how long something waited.
func (c *Counts) took(t *Tally, which int, from, to *Deed) {
	if c.hours[t] == nil {
		c.hours[t] = &[2][]float64{}
	}
	c.hours[t][which] = append(c.hours[t][which], to.At.Sub(from.At).Hours())
}

// end counts what became of the subject whose deeds are all there.
func (c *Counts) end() {
	for _, m := range c.matters() {
		c.sum(m)
	}
	c.deeds = c.deeds[:0]
}

// matters tells what was decided on the subject: one matter, and another for each decision anew. Restrictions are counted at once.
func (c *Counts) matters() []*matter {
	m := &matter{}
	all := []*matter{m}
	begin := func() *matter {
		all = append(all, &matter{})
		return all[len(all)-1]
	}
	for i := range c.deeds {
		d := &c.deeds[i]
		switch d.Did {
		case fact.MemberRestricted:
			if r := Restriction(d.Note); r.against() && r != Warned {
				c.of(d).Restricted++
			}
		case fact.LawNoticed:
			m.notices, m.ended = append(m.notices, d), append(m.ended, nil)
		case fact.CommentApproved, fact.CommentRejected:
			switch {
			case m.appeal != nil: // decided anew after an objection
				before := m
				m = begin()
				for n := len(before.notices) - 1; n >= 0; n-- { // what waits comes along
					if before.ended[n] == nil {
						m.notices, m.ended = append(m.notices, before.notices[n]), append(m.ended, nil)
						before.notices, before.ended = slices.Delete(before.notices, n, n+1), slices.Delete(before.ended, n, n+1)
					}
				}
			case m.ruling != nil && m.ruling.Did == d.Did && d.Did == fact.CommentRejected: // why was said later
				because, _, _ := strings.Cut(d.Note, "/")
				_, rule, _ := strings.Cut(m.ruling.Note, "/")
				m.ruling.Note = because + "/" + rule
				continue
			}
			if m.ruling != nil {
				m.over = append(m.over, m.ruling)
			}
			m.ruling = d
			for n := range m.notices {
				if m.ended[n] == nil {
					m.ended[n] = d
				}
			}
		case fact.Appealed:
			if m.appeal != nil { // against what was put on somebody later
				m = begin()
			}
			m.appeal = d
		case fact.AppealUpheld, fact.AppealRestored:
			m.verdict = d
		case fact.DecisionUndone:
			if m.verdict != nil {
				m.verdict = nil
			} else {
				for n := range m.ended {
					if m.ended[n] == m.ruling {
						m.ended[n] = nil
					}
				}
				m.ruling = nil
				if last := len(m.over) - 1; last >= 0 {
					m.ruling, m.over = m.over[last], m.over[:last]
				}
			}
		}
	}
	return all
}

// sum puts what was decided on one thing into the months.
func (c *Counts) sum(m *matter) {
	for n, d := range m.notices {
		t := c.of(d)
		t.Notices++
		if end := m.ended[n]; end != nil {
			if c.took(t, 0, d, end); end.Did == fact.CommentRejected {
				t.NoticesRemoved++
			} else {
				t.NoticesKept++
			}
		}
	}
	if d := m.ruling; d != nil {
		t := c.of(d)
		because, rule, _ := strings.Cut(d.Note, "/")
		if d.Did == fact.CommentRejected {
			t.Rejected++
			t.Breaches[Breach(because)]++
		} else {
			t.Approved++
		}
		if rule != "" {
			t.ByRule++
			t.Rules[Rule(rule)]++
		}
	}
	if d := m.appeal; d != nil {
		t := c.of(d)
		t.Appeals++
		if m.verdict != nil {
			if c.took(t, 1, d, m.verdict); m.verdict.Did == fact.AppealUpheld {
				t.Upheld++
			} else {
				t.Restored++
			}
		}
	}
}

// median gives the middle of numbers; 0 of none.
func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	slices.Sort(of)
	mid := len(of) / 2
	if len(of)%2 == 1 {
		return of[mid]
	}
	return (of[mid-1] + of[mid]) / 2
}

// TransparencyMonths is how far back counts go at most.
const TransparencyMonths = 24

// Transparency counts what was decided in the last months, this one included, in the editions that who decides in; restrictions hold in all.
func (d *Desk) Transparency(ctx context.Context, who account.Actor, edition string, months int) ([]Tally, error) {
	editions, err := d.editions(who, edition)
	if err != nil {
		return nil, err
	}
	now := d.clock.Now().UTC()
	from := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-min(max(months, 1), TransparencyMonths), 0)
	var counts Counts
	err = d.store.Deeds(ctx, from, Counted, func(d Deed) {
		if editions == nil || slices.Contains(editions, d.Edition) {
			counts.Add(d)
		}
	})
	if err != nil {
		return nil, err
	}
	return counts.Tallies(), nil
}
