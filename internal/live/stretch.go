package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// stretchSize is how many messages a stretch holds.
const stretchSize = 100

// stretchKept lets others keep a stretch and ask each time whether it still holds: something in it may be withdrawn at any
// moment, and then no cache may give it again, not even while we are down.
const stretchKept = "public, max-age=0, must-revalidate"

// Stretch answers GET /events/{topic}?after=SEQ, the path value "topic" set: up to 100 messages after a seq, as JSON
// {"topic","after","items","next","more"}; next is the after of the next stretch, more says that there is one already.
// Without after it begins at 0. A seq that was never given, or after which facts were swept, answers 410 with
// {"topic","after","reset":true}: the client reads the page again. Other errors are *fault.Error: Malformed for what is no topic or
// no seq, NotFound for a topic that this request may not follow or that is about nothing, Unavailable while it cannot be told.
func (h *Hub) Stretch(w http.ResponseWriter, r *http.Request) error {
	topics, err := ParseTopics([]string{r.PathValue("topic")})
	if err != nil {
		return err
	}
	private, err := h.allowed(r, topics)
	if err != nil {
		return err
	}
	after, err := parseSeq(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	if err := h.exist(r.Context(), topics); err != nil {
		return err
	}
	if !h.arrive() {
		return notYet()
	}
	defer h.flows.Done()
	ctx, cancel := h.within(r.Context(), openTime)
	defer cancel()
	channels, err := h.open(ctx, topics)
	if err != nil {
		return patient(err)
	}
	defer h.release(channels)
	entries, head, err := h.between(ctx, channels[0], after)
	if errors.Is(err, errGap) {
		body := fmt.Appendf(nil, `{"topic":%q,"after":%d,"reset":true}`+"\n", topics[0], after)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusGone)
		w.Write(body)
		return nil
	}
	if err != nil {
		return patient(err)
	}
	body := stretchBody(topics[0], after, entries, head)
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", stretchKept)
	if private || after > head {
		header.Set("Cache-Control", "private, no-store")
	}
	sum := fnv.New128a()
	sum.Write(body)
	tag := fmt.Sprintf(`"%x"`, sum.Sum(nil))
	header.Set("ETag", tag)
	if r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
	return nil
}

func parseSeq(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || strconv.FormatUint(n, 10) != text {
		return 0, fault.New(fault.Malformed, "fault.seq", "after must be a seq: a whole number from 0")
	}
	return int64(n), nil
}

// between gives up to a stretch of entries after a seq, from the ring or else the database, and the head; errGap when they
// cannot be proven.
func (h *Hub) between(ctx context.Context, c *channel, after int64) ([]entry, int64, error) {
	base, head, _ := c.span()
	if after > head {
		ok, err := h.written(ctx, []*channel{c}, []int64{after}, []int{0})
		if err == nil && !ok {
			err = errGap
		}
		return nil, head, err
	}
	if after < base && head-after <= int64(h.rings.count) {
		if err := h.load(ctx, c, after); err != nil {
			return nil, head, err
		}
	}
	if entries, head, ok := c.stretch(after, stretchSize); ok {
		return entries, head, nil
	}
	entries, err := h.read(ctx, c.topic, after, head, stretchSize)
	return entries, head, err
}

func stretchBody(topic fact.Topic, after int64, entries []entry, head int64) []byte {
	size := 128
	for _, e := range entries {
		size += len(e.body)
	}
	name, _ := json.Marshal(topic)
	b := append(make([]byte, 0, size), `{"topic":`...)
	b = append(b, name...)
	b = append(b, `,"after":`...)
	b = strconv.AppendInt(b, after, 10)
	b = append(b, `,"items":[`...)
	for i, e := range entries {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, e.data()...)
	}
	next := after + int64(len(entries))
	b = append(b, `],"next":`...)
	b = strconv.AppendInt(b, next, 10)
	b = append(b, `,"more":`...)
	b = strconv.AppendBool(b, next < head)
	return append(b, '}', '\n')
}
