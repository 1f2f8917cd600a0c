package live

import (
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/fact"
)

// heardAtOnce is how many whispers wait for a stream with a goroutine of its own; more are lost.
const heardAtOnce = 16

// whisper is something said to the readers of a channel.
type whisper struct {
	ch   *channel
	body []byte
}

// Whisper says something to the streams of a topic that are open on this node. Nothing keeps it: it has no seq and no id, moves no
// position, is never replayed, and a reader that is slow misses it. It is for what is true only for a moment, such as who is
// here. Its data has topic, kind, at and item; kind is as in Message.
func (h *Hub) Whisper(topic fact.Topic, kind fact.Kind, at time.Time, item json.RawMessage) error {
	if !kindOK(kind) {
		return fmt.Errorf("live: a whisper of the kind %q", kind)
	}
	h.mu.RLock()
	c := h.topics[topic]
	h.mu.RUnlock()
	if c == nil || c.count.Load() == 0 {
		return nil
	}
	data, err := json.Marshal(struct {
		Topic fact.Topic      `json:"topic"`
		Kind  fact.Kind       `json:"kind"`
		At    time.Time       `json:"at"`
		Item  json.RawMessage `json:"item"`
	}{topic, kind, at.UTC(), item})
	if err != nil {
		return fmt.Errorf("live: a whisper to %s: %w", topic, err)
	}
	w := whisper{c, fmt.Appendf(nil, "event: %s\ndata: %s\n\n", kind, data)}
	for _, s := range h.shards {
		s.mu.Lock()
		s.whispers = append(s.whispers, w)
		s.mu.Unlock()
		s.wake()
	}
	return nil
}

// murmur brings a whisper to the shard's readers of its channel.
func (s *shard) murmur(w whisper) {
	list := w.ch.members[s.at].list
	for i := len(list) - 1; i >= 0; i-- { // backwards: a reader may be taken out on the way
		r := list[i].r
		switch {
		case r.flow != nil:
			select {
			case r.heard <- w.body:
			default:
			}
		case r.slowAt < 0 && len(r.rest) == 0:
			s.write(r, w.body)
		}
		list = w.ch.members[s.at].list
	}
}
