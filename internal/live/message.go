// Package live brings what has happened to open pages.
//
// A Follower reads the changes of the house in the order in which they were
// committed. For each it first drops the stale pages of this node, then hands the
// new facts, filled with words, to the hub, so that a page that asks again because
// of an event never gets an old copy. The Hub holds the open streams: one ring of
// encoded messages a topic, shared by all its readers, and for each reader only a
// position in each of its topics. The Bus wakes the other nodes up and may lose
// everything: what is true stands in the database.
//
// What the room promises (the seq of a topic is gapless, see package fact):
//   - A reader gets each message of its topics once and in order, from the position
//     it gives to the newest, over reconnects and restarts of the server.
//   - What cannot be proven, an unknown, foreign, future or swept position, is
//     answered with one "reset" event and never with an empty replay.
//   - Nothing withdrawn is replayed: words are filled in at delivery, and a
//     withdrawal goes through every ring before it is told.
//   - A reader that waits costs no goroutine and no buffer; one that does not read
//     is dropped, with a bounded number of bytes held for it, and may resume.
//
// It knows topics and facts, and nothing of the store, of pages or of news.
package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"dateline/internal/fact"
)

// reset is the event that tells a page to read itself again; no kind of message may have its name.
const reset = "reset"

// Message is a fact as a reader gets it: the SSE event is named by Kind, its data is the message as JSON on one line.
type Message struct {
	Topic fact.Topic      `json:"topic"`
	Seq   int64           `json:"seq"`  // of the topic: gapless, increasing
	Kind  fact.Kind       `json:"kind"` // lower-case letters, digits and "-", at most 32, not "reset"
	At    time.Time       `json:"at"`
	Item  json.RawMessage `json:"item"` // an object with at least id, url, and headline or text; of what was withdrawn only id
}

// Source is what happened, as the database holds it. Positions and facts are of one topic each; the
// position of fact.House is the seq of the last change. All methods are safe for concurrent use.
type Source interface {
	// Epoch names this life of the database; another epoch means that positions of before prove nothing.
	Epoch(ctx context.Context) (string, error)
	// Position gives the last seq of each of topics, 0 for one that nothing was written to. They need not be
	// read in one moment, but must be read in the order given.
	Position(ctx context.Context, topics []fact.Topic) (map[fact.Topic]int64, error)
	// Changes gives up to limit changes of the house after a seq, in order. A gap means that older ones were swept.
	Changes(ctx context.Context, after int64, limit int) ([]fact.Change, error)
	// Facts gives up to limit facts of a topic after a seq, in order. A gap means that older ones were swept.
	Facts(ctx context.Context, topic fact.Topic, after int64, limit int) ([]fact.Fact, error)
}

// Filler puts words to facts at the moment of their delivery. It answers every fact with the message of the
// same topic and seq, in the same order; a fact about something withdrawn since comes back with kind
// fact.Withdrawn and an item that holds its id and nothing else. Safe for concurrent use.
type Filler interface {
	Fill(ctx context.Context, facts []fact.Fact) ([]Message, error)
}

// entry is a message encoded once and shared by every reader.
type entry struct {
	id   string // of what it is about
	kind fact.Kind
	at   time.Time
	body []byte // "event: …\ndata: …\n\n", never changed once made
	json int    // where the JSON begins in body; it ends two bytes before the end
}

func (e entry) data() []byte { return e.body[e.json : len(e.body)-2] }

// encode makes the shared body of a message about id.
func encode(m Message, id string) (entry, error) {
	if !kindOK(m.Kind) {
		return entry{}, fmt.Errorf("live: message %s/%d has the kind %q", m.Topic, m.Seq, m.Kind)
	}
	m.At = m.At.UTC()
	if len(m.Item) == 0 {
		m.Item = json.RawMessage("{}")
	}
	data, err := json.Marshal(m) // compact, so one line; "<" and U+2028 are escaped
	if err != nil {
		return entry{}, fmt.Errorf("live: message %s/%d: %w", m.Topic, m.Seq, err)
	}
	body := make([]byte, 0, len(data)+len(m.Kind)+len("event: \ndata: \n\n"))
	body = append(body, "event: "...)
	body = append(body, m.Kind...)
	body = append(body, "\ndata: "...)
	at := len(body)
	body = append(body, data...)
	body = append(body, "\n\n"...)
	return entry{id: id, kind: m.Kind, at: m.At, body: body, json: at}, nil
}

func kindOK(k fact.Kind) bool {
	if k == "" || k == reset || len(k) > 32 {
		return false
	}
	for i := 0; i < len(k); i++ {
		if c := k[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// withdrawn is what stays of an entry whose subject was withdrawn: its place in the topic.
func (e entry) withdrawn(topic fact.Topic, seq int64) entry {
	item, err := json.Marshal(struct {
		ID string `json:"id"`
	}{e.id})
	if err != nil {
		item = []byte("{}") // a string always encodes; were it not so, less is told
	}
	w, err := encode(Message{Topic: topic, Seq: seq, Kind: fact.Withdrawn, At: e.at, Item: item}, e.id)
	if err != nil {
		return entry{id: e.id, kind: fact.Withdrawn, at: e.at}
	}
	return w
}

// errGap says that facts are missing which the position of their topic counts: they were swept.
var errGap = errors.New("live: facts were swept")

// read gives the filled entries of topic from after+1 to at most upto, at most limit of them, or errGap.
func read(ctx context.Context, source Source, filler Filler, topic fact.Topic, after, upto int64, limit int) ([]entry, error) {
	if n := upto - after; n < int64(limit) {
		limit = int(n)
	}
	if limit <= 0 {
		return nil, nil
	}
	facts, err := source.Facts(ctx, topic, after, limit)
	if err != nil {
		return nil, fmt.Errorf("live: facts of %s after %d: %w", topic, after, err)
	}
	if len(facts) > limit {
		facts = facts[:limit]
	}
	if len(facts) == 0 {
		return nil, errGap
	}
	for i, f := range facts {
		if f.Seq != after+1+int64(i) {
			return nil, errGap
		}
	}
	messages, err := filler.Fill(ctx, facts)
	if err != nil {
		return nil, fmt.Errorf("live: filling %s after %d: %w", topic, after, err)
	}
	if len(messages) != len(facts) {
		return nil, fmt.Errorf("live: filling %s after %d gave %d messages for %d facts", topic, after, len(messages), len(facts))
	}
	entries := make([]entry, len(facts))
	for i, m := range messages {
		if m.Topic != facts[i].Topic || m.Seq != facts[i].Seq {
			return nil, fmt.Errorf("live: filling %s/%d gave %s/%d", facts[i].Topic, facts[i].Seq, m.Topic, m.Seq)
		}
		if entries[i], err = encode(m, facts[i].ID); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
