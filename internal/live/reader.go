package live

import (
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"
)

// reader is an open stream. Its fields belong to its shard, or, when flow is set, to the goroutine that writes it.
type reader struct {
	conn  net.Conn        // hijacked; nil with flow
	raw   syscall.RawConn // of conn: its writes do not wait
	flow  chan struct{}   // wakes the goroutine of a stream that could not be hijacked
	heard chan []byte     // whispers for it
	subs  []sub           // by ascending sum of their channels
	rest  []byte          // encoded and not taken yet: the beginning of a stream, or what a slow reader left
	addr  netip.Addr      // zero when it was not counted

	slow  int64 // since when rest waits, nanoseconds; 0 when it does not
	due   int64 // when rest is tried again
	until int64 // when the stream must be asked for again; 0 never
	wait  int64 // what due was put off by

	beat   int // its bucket for heartbeats, and its place there
	beatAt int
	slowAt int // its place among the slow, -1 when it is not one of them
}

// sub is a reader's place in a topic.
type sub struct {
	ch  *channel
	pos int64 // the last seq that was encoded for it
	at  int   // its place in the roster of its shard
}

// newReader makes a reader at these positions.
func newReader(channels []*channel, at []int64) *reader {
	r := &reader{subs: make([]sub, len(channels)), slowAt: -1}
	for i, c := range channels {
		r.subs[i] = sub{ch: c, pos: at[i]}
	}
	slices.SortFunc(r.subs, func(a, b sub) int {
		if a.ch.sum < b.ch.sum {
			return -1
		}
		return 1
	})
	return r
}

func (r *reader) era() *era { return r.subs[0].ch.era }

// appendID appends the line that says where this reader stands.
func (r *reader) appendID(dst []byte) []byte {
	dst = append(dst, "id: "...)
	dst = appendPoint(dst, r.era().sum, len(r.subs), func(i int) place {
		return place{sum: r.subs[i].ch.sum, pos: r.subs[i].pos}
	})
	return append(dst, '\n')
}

// appendFrame appends the next message of subscription k: the reader's own id and the shared body.
func (r *reader) appendFrame(dst []byte, k int, body []byte) []byte {
	r.subs[k].pos++
	return append(r.appendID(dst), body...)
}

// appendReset appends the event that tells the page to read itself again. It has the fields of every message, of one topic of the
// stream and with an item that holds nothing, and the positions of all topics from which this stream goes on. Id
// and event are one frame: an id alone, and then a broken connection, would resume behind a reset that nobody saw.
func (r *reader) appendReset(dst []byte) []byte {
	dst = append(r.appendID(dst), "event: "+reset+"\ndata: {\"topic\":"...)
	dst = strconv.AppendQuote(dst, string(r.subs[0].ch.topic)) // a topic is plain ASCII
	dst = append(dst, ",\"seq\":"...)
	dst = strconv.AppendInt(dst, r.subs[0].pos, 10)
	dst = append(dst, ",\"kind\":\""+reset+"\",\"at\":\""...)
	dst = time.Now().UTC().AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, "\",\"item\":{},\"positions\":{"...)
	for i := range r.subs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendQuote(dst, string(r.subs[i].ch.topic))
		dst = append(dst, ':')
		dst = strconv.AppendInt(dst, r.subs[i].pos, 10)
	}
	return append(dst, "}}\n\n"...)
}

// pull appends what waits in the rings for this reader, at least one message of a topic and then up to limit bytes in
// all. It reports how many it appended, whether there is more, and whether a position fell out of its ring.
func (r *reader) pull(dst []byte, limit int, bodies *[][]byte) (out []byte, n int, more, lost bool) {
	for k := range r.subs {
		room := limit - len(dst)
		if room <= 0 {
			if head, _ := r.subs[k].ch.lag(); head > r.subs[k].pos {
				return dst, n, true, false
			}
			continue
		}
		var left bool
		*bodies, left, lost = r.subs[k].ch.after(r.subs[k].pos, room, (*bodies)[:0])
		if lost {
			return dst, n, false, true
		}
		for _, b := range *bodies {
			dst = r.appendFrame(dst, k, b)
		}
		n += len(*bodies)
		more = more || left
	}
	return dst, n, more, false
}

// appendRetry appends how long a client shall wait before it comes back, somewhere between two bounds.
func appendRetry(dst []byte, from, to time.Duration) []byte {
	ms := from + time.Duration(rand.Int64N(int64(to-from)))
	dst = append(dst, "retry: "...)
	dst = strconv.AppendInt(dst, ms.Milliseconds(), 10)
	return append(dst, '\n')
}

// farewell is the last words to a stream: come back, at a time of your own, so that many readers do not come at once.
func farewell(readers int64) []byte {
	return append(appendRetry(nil, soonest, soonest+max(spread, time.Duration(readers)*eachTakes)), '\n')
}

// When those come back who were told to leave.
const (
	soonest   = 300 * time.Millisecond // which a program takes to start
	spread    = 1500 * time.Millisecond
	eachTakes = 150 * time.Microsecond // what opening a stream costs, with the browser's side on the same two cores
)

// appendHello appends the first words of a stream; the id or the reset follows.
func appendHello(dst []byte) []byte { return appendRetry(dst, 2*time.Second, 5*time.Second) }

// nudge wakes the goroutine of a stream that has one.
func (r *reader) nudge() {
	select {
	case r.flow <- struct{}{}:
	default:
	}
}

// dismiss says last words, if the reader is at the end of a frame, and closes the connection.
func (r *reader) dismiss(io *attempt, words []byte) {
	if r.slowAt < 0 { // else a part of what waits was written
		io.write(r.conn, r.raw, append(r.rest, words...)) // whoever does not take them comes back anyway
	}
	io.gone(r.conn, r.raw) // unread bytes would turn the close into a reset that may swallow the words
	r.conn.Close()
}

func (r *reader) channels() []*channel {
	all := make([]*channel, len(r.subs))
	for i := range r.subs {
		all[i] = r.subs[i].ch
	}
	return all
}
