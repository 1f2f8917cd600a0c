package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/store/storetest"
)

// soaking reports whether the long forms are asked for: make soak.
func soaking() bool { return os.Getenv("DATELINE_SOAK") != "" }

// each runs f on SQLite and on PostgreSQL.
func each(t *testing.T, f func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { f(t, "") })
	t.Run("postgres", func(t *testing.T) { f(t, storetest.Postgres(t)) })
}

// lot gives how often a node is killed, and chance.
func lot(t *testing.T) (kills int, seed uint64, random *rand.Rand) {
	kills = 6
	switch {
	case testing.Short():
		kills = 2
	case soaking():
		kills = 200
		if n, err := strconv.Atoi(os.Getenv("DATELINE_SOAK")); err == nil && n > 1 { // in pieces
			kills = n
		}
	}
	seed = uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return kills, seed, rand.New(rand.NewPCG(seed, 1))
}

// step does one deed. What is left unanswered is sent again to the next node.
type step func(s *node) error

// killed starts one node after the other and kills each at a random moment, while all do the steps that look gives after its start. After
// the last kill there is one more look; then the node is stopped and everything must be well. It gives how long the starts took.
func (n *newsroom) killed(kills int, random *rand.Rand, look func(s *node, kill int, begun time.Time) []step) (starts []time.Duration) {
	n.t.Helper()
	for kill := 0; ; kill++ {
		if kill > 0 && random.IntN(6) == 0 { // it may also die while it starts
			s, _ := n.launch("127.0.0.1:0")
			time.Sleep(time.Duration(random.IntN(150)) * time.Millisecond) // the moment is random, nothing waits for it
			s.kill()
		}
		begun := time.Now()
		s := n.start("127.0.0.1:0")
		starts = append(starts, time.Since(begun))
		steps := look(s, kill, begun)
		if kill == kills {
			s.stop()
			break
		}
		var wg sync.WaitGroup
		failures := make(chan error, len(steps))
		for _, one := range steps {
			wg.Go(func() {
				if err := s.until(one); err != nil {
					failures <- err
				}
			})
		}
		time.Sleep(time.Duration(20+random.IntN(500)) * time.Millisecond) // the moment is random, nothing waits for it
		s.kill()
		wg.Wait()
		close(failures)
		for err := range failures {
			n.t.Fatalf("kill %d: %v\n%s", kill, err, s.log)
		}
	}
	if out := n.run("doctor"); !strings.Contains(out, "history") || strings.Contains(out, "NOT WELL") {
		n.t.Fatalf("doctor: %s", out)
	}
	return starts
}

// until does steps until the node is gone.
func (s *node) until(one step) error {
	for {
		err := one(s)
		if cut(err) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// TestSoakKillingLosesNothingAndDoublesNothing kills the real program at random moments while stories are made, published,
// changed, withdrawn and pictures uploaded. After each start the oracle reads over HTTP: what was acknowledged is there, what
// was not is there whole or not at all, and sending it again under its key does it once.
func TestSoakKillingLosesNothingAndDoublesNothing(t *testing.T) {
	each(t, func(t *testing.T, database string) {
		kills, seed, random := lot(t)
		room := newNewsroom(t, database)
		room.found()
		l := newLedger(4, seed)
		o := &oracle{told: map[string]int{}}
		var between []time.Duration
		half, happened := 0, 0
		starts := room.killed(kills, random, func(s *node, kill int, begun time.Time) []step {
			o.s = s
			h, w := o.after(t, l, kill)
			half, happened = half+h, happened+w
			between = append(between, o.compared.Sub(begun))
			if kill == kills {
				o.end(t, l)
			}
			var steps []step
			for _, a := range l.authors {
				for s := range a.touched {
					s.fresh = 0
				}
				clear(a.touched)
				if a.now != nil {
					a.touched[a.now] = true
				}
				steps = append(steps, a.step)
			}
			return steps
		})
		stories, pictures, acked := 0, 0, 0
		for _, a := range l.authors {
			stories, pictures = stories+len(a.stories), pictures+len(a.pics)
			for _, s := range a.stories {
				acked += s.at
			}
		}
		t.Logf("%d kills: %d stories, %d pictures, %d deeds acknowledged; %d were unanswered, of which %d had happened; from start to ready at most %s, until the oracle had asked for everything, and it agreed, median %s, at most %s",
			kills, stories, pictures, acked+pictures, half, happened, most(starts), middle(between), most(between))
	})
}

func most(d []time.Duration) time.Duration {
	var m time.Duration
	for _, one := range d {
		m = max(m, one)
	}
	return m.Round(time.Millisecond)
}

func middle(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2].Round(time.Millisecond)
}

// after compares what was worked on before the kill, then lets every unanswered deed be sent again and compares once more. It
// gives how many deeds were unanswered, and how many of them had happened.
func (o *oracle) after(t *testing.T, l *ledger, kill int) (unanswered, happened int) {
	t.Helper()
	if err := o.look(); err != nil {
		t.Fatalf("kill %d: %v\n%s", kill, err, o.s.log)
	}
	fail := func(s *story, err error) {
		if err != nil {
			t.Fatalf("kill %d: story %d (%s): %v\n%s", kill, s.n, s.id, err, o.s.log)
		}
	}
	recent := 0
	for _, a := range l.authors {
		recent += len(a.touched)
	}
	for _, a := range l.authors {
		for s := range a.touched {
			n, err := o.agree(s, recent < 40)
			fail(s, err)
			if acked, open := s.released(); open {
				unanswered++
				happened += n - acked
			}
		}
		for range 5 { // and some that nobody touched
			if len(a.stories) > 0 && !a.upload {
				s := a.stories[a.random.IntN(len(a.stories))]
				_, err := o.agree(s, false)
				fail(s, err)
			}
		}
	}
	o.compared = time.Now()
	for _, a := range l.authors {
		if a.upload {
			if a.pic != nil {
				if err := a.step(o.s); err != nil {
					t.Fatalf("kill %d: upload again: %v\n%s", kill, err, o.s.log)
				}
			}
			for _, p := range a.pics[max(0, len(a.pics)-6):] {
				if err := p.do(o.s); err != nil {
					t.Fatalf("kill %d: the same upload: %v", kill, err)
				}
				if err := o.whole(p); err != nil {
					t.Fatalf("kill %d: %v", kill, err)
				}
			}
			continue
		}
		for a.now != nil && a.now.at < len(a.now.deeds) {
			fail(a.now, a.step(o.s))
		}
	}
	if err := o.look(); err != nil {
		t.Fatalf("kill %d: %v", kill, err)
	}
	for _, a := range l.authors {
		for s := range a.touched {
			_, err := o.agree(s, recent < 40)
			fail(s, err)
			fail(s, o.once(s)) // what is acknowledged is repeated
			_, err = o.agree(s, recent < 40)
			fail(s, err)
		}
	}
	return unanswered, happened
}

// end compares everything: each story of the ledger and each of others, which were published once, nothing besides, and the log
// without a gap.
func (o *oracle) end(t *testing.T, l *ledger, others ...string) {
	t.Helper()
	known, leaves := map[string]bool{}, map[int64]bool{}
	for _, id := range others {
		known[id], leaves[0] = true, true
	}
	for _, a := range l.authors {
		for _, s := range a.stories {
			known[s.id] = true
			if _, err := o.agree(s, false); err != nil {
				t.Errorf("at the end: story %d (%s): %v", s.n, s.id, err)
			}
			places, err := o.leaves(s)
			if err != nil {
				t.Error(err)
			}
			for _, p := range places {
				if leaves[p] {
					t.Errorf("two revisions have leaf %d", p)
				}
				leaves[p] = true
			}
		}
		for _, p := range a.pics {
			if err := o.whole(p); err != nil {
				t.Error(err)
			}
		}
	}
	for i := range int64(len(leaves)) {
		if !leaves[i] {
			t.Errorf("no revision has leaf %d of %d", i, len(leaves))
		}
	}
	seen, after := map[string]bool{}, ""
	for {
		var page struct {
			Items []outcome
			Next  string
		}
		o.s.must("GET", fmt.Sprintf("/api/v1/articles?edition=en&limit=100&after=%s", after), "", nil, &page)
		for _, a := range page.Items {
			if !known[a.ID] || seen[a.ID] {
				t.Errorf("article %s is not in the ledger, or listed twice", a.ID)
			}
			seen[a.ID] = true
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if len(seen) != len(known) {
		t.Errorf("%d articles, %d in the ledger", len(seen), len(known))
	}
}
