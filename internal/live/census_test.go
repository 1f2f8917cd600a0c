package live

import (
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"
)

func TestReadersAreCountedOnAllNodesAndThoseOfASilentOneAreForgotten(t *testing.T) {
	_, addr := elsewhere(t, 0)
	clock := moment.At(time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC))
	census := func() *Census {
		b := openBus(t, addr)
		eventually(t, "it is connected", func() bool { return b.Check(t.Context()) == nil })
		h := NewHub(Options{})
		t.Cleanup(func() { _ = h.Close(t.Context()) })
		return NewCensus(h, b, clock)
	}
	one, two, three := census(), census(), census()
	story := fact.Article("a")
	if n := one.Count(story); n != 0 {
		t.Fatal(n)
	}
	two.say(map[fact.Topic]int{story: 300})
	three.say(map[fact.Topic]int{story: 12, fact.Live("b"): 1})
	eventually(t, "both are heard", func() bool { return one.Count(story) == 312 && one.Count(fact.Live("b")) == 1 })
	eventually(t, "a node counts what another said and not what it said itself", func() bool { return two.Count(story) == 12 })
	two.say(map[fact.Topic]int{story: 200})
	eventually(t, "the newer count is heard", func() bool { return one.Count(story) == 212 })
	clock.Forward(30 * time.Second)
	three.say(map[fact.Topic]int{story: 12})
	eventually(t, "it is heard again", func() bool {
		one.mu.Lock()
		defer one.mu.Unlock()
		return one.others[three.node].at.Equal(clock.Now())
	})
	clock.Forward(10 * time.Second)
	if n := one.Count(story); n != 12 {
		t.Errorf("a node that says nothing any more counts: %d", n)
	}
}
