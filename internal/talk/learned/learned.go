// Package learned is what decisions taught about words: how often each stood in texts that were approved, and in texts that were rejected.
//
// It promises: what it says of a text follows from what it learned and from nothing else, and the words that weighed most are named; what was
// learned of a text can be changed and forgotten without a trace; memory is bounded in texts, in stems of a text and in stems of all; it says
// nothing until it knows Enough texts of both kinds. It keeps no texts and no storage, and knows no language: it is given stems.
package learned

import (
	"math"
	"slices"
	"strings"
	"sync"
)

// Enough is how many texts of each kind there must be before anything is said of another.
const Enough = 100

// The bounds of a model.
const (
	mostStems     = 50_000 // of all texts
	mostOfOne     = 200    // different stems of one text, the first ones
	longestStem   = 100    // bytes
	seldom        = 3      // a stem that stood in fewer texts says nothing
	weighing      = 15     // stems of a text that count, the strongest
	mostNamed     = 5      // stems that are named as the reason
	heaviest      = 4.6    // most that one stem says either way: a hundred to one
	leastToBeHeld = 2      // stems that speak for a rejection, so that no single word decides
)

// entry is a stem and in how many texts of each kind it stood.
type entry struct {
	stem string
	n    [2]int32
}

// lesson is what a text taught.
type lesson struct {
	rejected bool
	stems    []*entry
	number   uint64 // counts up with each lesson
}

// Model is what was learned. The zero value is not one; it is safe for use by many goroutines.
type Model struct {
	mu      sync.RWMutex
	most    int
	stems   map[string]*entry
	lessons map[string]*lesson
	order   [2][]turn // of lessons of a kind, oldest first; some may be gone
	n       [2]int
	number  uint64
}

// turn is a lesson's place in the order in which it was learned.
type turn struct {
	id     string
	number uint64
}

// New gives a model that remembers at most so many texts of each kind, the latest.
func New(most int) *Model {
	return &Model{most: max(most, 1), stems: map[string]*entry{}, lessons: map[string]*lesson{}}
}

func kind(rejected bool) int {
	if rejected {
		return 1
	}
	return 0
}

// Learn notes that the text with an id, of these stems, was rejected or approved. What was learned of it before is forgotten.
func (m *Model) Learn(id string, rejected bool, stems []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(id)
	m.number++
	l := &lesson{rejected: rejected, number: m.number}
	k := kind(rejected)
	for _, s := range different(stems) {
		e := m.stems[s]
		if e == nil {
			if len(m.stems) >= mostStems {
				continue
			}
			e = &entry{stem: strings.Clone(s)}
			m.stems[e.stem] = e
		}
		e.n[k]++
		l.stems = append(l.stems, e)
	}
	m.lessons[id] = l
	m.n[k]++
	m.order[k] = append(m.order[k], turn{id, l.number})
	for m.n[k] > m.most {
		first := m.order[k][0]
		m.order[k] = m.order[k][1:]
		if old := m.lessons[first.id]; old != nil && old.number == first.number {
			m.forget(first.id)
		}
	}
	if len(m.order[k]) > 2*m.most { // what was forgotten or learned again left its turns behind
		m.order[k] = slices.DeleteFunc(slices.Clone(m.order[k]), func(t turn) bool { l := m.lessons[t.id]; return l == nil || l.number != t.number })
	}
}

// Forget takes back what was learned of a text.
func (m *Model) Forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(id)
}

func (m *Model) forget(id string) {
	l := m.lessons[id]
	if l == nil {
		return
	}
	k := kind(l.rejected)
	for _, e := range l.stems {
		if e.n[k]--; e.n[0]+e.n[1] == 0 {
			delete(m.stems, e.stem)
		}
	}
	delete(m.lessons, id)
	m.n[k]--
}

// Known gives how many texts of each kind were learned.
func (m *Model) Known() (approved, rejected int) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.n[0], m.n[1]
}

// weight is what a stem says: above 0 for a rejection.
type weight struct {
	stem string
	says float64
}

// Weigh gives how likely a text of these stems would be rejected, from 0 to 1, and the stems that speak most for it, heaviest first. It gives
// 0 and none while too little was learned, and when fewer than two stems speak for a rejection.
func (m *Model) Weigh(stems []string) (likely float64, because []string) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if m.n[0] < Enough || m.n[1] < Enough {
		return 0, nil
	}
	var all []weight
	approved, rejected := float64(m.n[0]), float64(m.n[1])
	for _, s := range different(stems) {
		e := m.stems[s]
		if e == nil || e.n[0]+e.n[1] < seldom {
			continue
		}
		says := math.Log((float64(e.n[1])+0.5)/(rejected+1)) - math.Log((float64(e.n[0])+0.5)/(approved+1))
		all = append(all, weight{s, min(max(says, -heaviest), heaviest)})
	}
	slices.SortStableFunc(all, func(a, b weight) int {
		switch x, y := math.Abs(a.says), math.Abs(b.says); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return strings.Compare(a.stem, b.stem)
	})
	all = all[:min(len(all), weighing)]
	// Where more was rejected than approved, that is no measure of what is said: rules hold much, and one act rejects a flood.
	odds := min(0, math.Log(rejected/approved))
	for _, w := range all {
		odds += w.says
		if w.says > 0 {
			because = append(because, w.stem)
		}
	}
	if len(because) < leastToBeHeld {
		return 0, nil
	}
	return 1 / (1 + math.Exp(-odds)), because[:min(len(because), mostNamed)]
}

// different gives the different stems of a text, as far as they are looked at, in their order.
func different(stems []string) []string {
	seen := make(map[string]bool, min(len(stems), mostOfOne))
	out := make([]string, 0, min(len(stems), mostOfOne))
	for _, s := range stems {
		if len(out) == mostOfOne {
			break
		}
		if s == "" || len(s) > longestStem || seen[s] {
			continue
		}
		seen[s] = true
		out = append(out, s)
	}
	return out
}
