package live

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"
)

const (
	// counting is the subject under which nodes tell each other how many readers they have.
	counting = "readers"
	// countEvery is how often a node says it, countKept how long it counts.
	countEvery = 10 * time.Second
	countKept  = 35 * time.Second
	// countedMost is how many topics a node tells of at most, those with most readers: they fit into one saying.
	countedMost = 500
	// nodesMost is how many nodes are heard of at most.
	nodesMost = 64
)

// Census knows how many pages are open on all nodes: each node says its own from time to time. What it knows of the others is some seconds
// old, and nothing while the bus is away.
type Census struct {
	hub   *Hub
	bus   *Bus
	clock moment.Clock
	node  string

	mu     sync.Mutex
	others map[string]counted
}

type counted struct {
	at     time.Time
	topics map[fact.Topic]int
}

// count is what a node says of its readers.
type count struct {
	Node   string             `json:"node"`
	Topics map[fact.Topic]int `json:"topics"`
}

// NewCensus counts the readers of a hub and of those that say theirs on its bus; Run makes the hub say its own.
func NewCensus(h *Hub, b *Bus, clock moment.Clock) *Census {
	c := &Census{hub: h, bus: b, clock: clock, node: rand.Text(), others: map[string]counted{}}
	b.Hear(counting, c.hear)
	return c
}

// Count gives the pages that follow a topic now, on all nodes.
func (c *Census) Count(topic fact.Topic) int {
	n := c.hub.Count(topic)
	old := c.clock.Now().Add(-countKept)
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, other := range c.others {
		if other.at.After(old) {
			n += other.topics[topic]
		}
	}
	return n
}

// Run says the hub's own until ctx ends, and then that there are none.
func (c *Census) Run(ctx context.Context) {
	for {
		c.say(c.hub.crowds(countedMost))
		select {
		case <-ctx.Done():
			c.say(nil)
			return
		case <-time.After(countEvery):
		}
	}
}

func (c *Census) say(topics map[fact.Topic]int) {
	data, err := json.Marshal(count{c.node, topics})
	if err == nil {
		c.bus.Say(counting, data)
	}
}

func (c *Census) hear(data []byte) {
	var said count
	if json.Unmarshal(data, &said) != nil || said.Node == c.node || said.Node == "" {
		return
	}
	now := c.clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	for node, other := range c.others {
		if now.Sub(other.at) > countKept {
			delete(c.others, node)
		}
	}
	if _, known := c.others[said.Node]; known || len(c.others) < nodesMost {
		c.others[said.Node] = counted{now, said.Topics}
	}
}

// crowds gives the readers of stories, live coverages and editions on this node, of those with most readers.
func (h *Hub) crowds(most int) map[fact.Topic]int {
	type crowd struct {
		topic fact.Topic
		n     int
	}
	var all []crowd
	h.mu.RLock()
	for t, c := range h.topics {
		if kind, _ := t.Parts(); kind != "article" && kind != "live" && kind != "alerts" {
			continue
		}
		if n := int(c.count.Load()); n > 0 {
			all = append(all, crowd{t, n})
		}
	}
	h.mu.RUnlock()
	slices.SortFunc(all, func(a, b crowd) int { return cmp.Compare(b.n, a.n) })
	out := map[fact.Topic]int{}
	for _, c := range all[:min(most, len(all))] {
		out[c.topic] = c.n
	}
	return out
}
