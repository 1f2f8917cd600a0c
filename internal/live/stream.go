package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

const (
	openTime  = 8 * time.Second // for what must be asked before a stream can begin
	beginTime = 500 * time.Millisecond
	writeTime = 10 * time.Second // for a write that waits
	// what the kernel keeps for a reader; without it one that never reads takes megabytes
	kernelBuffer = 64 << 10
)

// Handler answers GET /events and GET /events/{topic}; adapt says how an error is shown.
func (h *Hub) Handler(adapt func(func(http.ResponseWriter, *http.Request) error) http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /events", adapt(h.Stream))
	mux.Handle("GET /events/{topic}", adapt(h.Stretch))
	return mux
}

// Stream answers GET /events?topic=…&topic=…&after=…: an open stream of events. Last-Event-ID wins over after, and after
// may be given several times, since the parts of a page carry a point each. Headers
// that are set already are sent too. Errors are *fault.Error and come before anything was written:
// Malformed for topics that cannot be asked for, NotFound for those that this request may not follow or that are about nothing,
// TooMany with too many streams from its address, Unavailable while positions cannot be told; these two say when to try again.
//
// Over HTTP/1.1 it takes the connection from the server, hands it to the hub and returns; otherwise, as with HTTP/2, it
// writes and flushes until the reader or the hub ends the stream.
func (h *Hub) Stream(w http.ResponseWriter, r *http.Request) error {
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fault.New(fault.Malformed, "fault.topics", "the query cannot be read")
	}
	topics, err := ParseTopics(query["topic"])
	if err != nil {
		return err
	}
	private, err := h.allowed(r, topics)
	if err != nil {
		return err
	}
	if err := h.exist(r.Context(), topics); err != nil {
		return err
	}
	after := r.Header.Get("Last-Event-ID")
	if after == "" {
		after = joinPoints(query["after"])
	}
	if !h.arrive() {
		h.Counters.Refused.Add(1)
		return notYet()
	}
	defer h.flows.Done()
	addr := who(h.opt.Address(r))
	if !h.doors.enter(addr, h.opt.StreamsPerAddress) {
		h.Counters.Refused.Add(1)
		e := fault.New(fault.TooMany, "fault.streams", "too many open streams from this address")
		e.After = 30 * time.Second
		return e
	}
	rd, again, err := h.prepare(r.Context(), topics, after)
	if err != nil {
		h.doors.leave(addr)
		return err
	}
	rd.addr = addr
	if private {
		rd.until = time.Now().Add(h.opt.PrivateAge).UnixNano()
	}
	head := w.Header()
	head.Set("Content-Type", "text/event-stream; charset=utf-8")
	head.Set("Cache-Control", "no-store")
	head.Set("X-Accel-Buffering", "no")
	if r.Method == http.MethodHead {
		h.doors.leave(addr)
		h.release(rd.channels())
		w.WriteHeader(http.StatusOK)
		return nil
	}
	h.count(rd)
	rd.rest = appendHello(nil)
	if again {
		h.Counters.Resets.Add(1)
		rd.rest = rd.appendReset(rd.rest)
	} else {
		rd.rest = append(rd.appendID(rd.rest), '\n')
	}
	if r.ProtoMajor == 1 && r.TLS == nil {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			h.take(conn, head, rd)
			return nil
		}
		if !errors.Is(err, http.ErrNotSupported) {
			h.forgotten(rd)
			return fmt.Errorf("live: taking a connection: %w", err)
		}
	}
	w.WriteHeader(http.StatusOK)
	h.flow(r.Context(), &flushing{w: w, rc: http.NewResponseController(w)}, rd)
	return nil
}

// allowed checks that the request may follow all of topics, and reports whether one of them is not public.
func (h *Hub) allowed(r *http.Request, topics []fact.Topic) (private bool, err error) {
	for _, t := range topics {
		if t.Public() {
			continue
		}
		if !h.opt.Allow(r, t) {
			return false, fault.New(fault.NotFound, "fault.topic", "no such topic")
		}
		private = true
	}
	return private, nil
}

// exist checks that there is what each of topics is about, so that made-up ones take no room. Those that are in memory need no
// look, so that their readers may come back while the database is away.
func (h *Hub) exist(ctx context.Context, topics []fact.Topic) error {
	if h.opt.Known == nil {
		return nil
	}
	ctx, cancel := h.within(ctx, openTime)
	defer cancel()
	for _, t := range topics {
		if h.follows(t) {
			continue
		}
		if ok, err := h.known(ctx, t); err != nil {
			return patient(err)
		} else if !ok {
			return fault.New(fault.NotFound, "fault.topic", "no such topic")
		}
	}
	return nil
}

// known asks about one topic within the turns at the database.
func (h *Hub) known(ctx context.Context, topic fact.Topic) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	if h.follows(topic) { // one of the crowd that waited was told meanwhile
		return true, nil
	}
	return h.opt.Known(ctx, topic)
}

// arrive counts a request that Close must wait for; it reports false when the hub closes.
func (h *Hub) arrive() bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	select {
	case <-h.closing:
		return false
	default:
		h.flows.Add(1)
		return true
	}
}

// prepare makes a reader at its positions; again means that these prove nothing and its page must be read again.
func (h *Hub) prepare(ctx context.Context, topics []fact.Topic, after string) (rd *reader, again bool, err error) {
	ctx, cancel := h.within(ctx, openTime)
	defer cancel()
	channels, err := h.open(ctx, topics)
	if err != nil {
		return nil, false, patient(err)
	}
	at, again, err := h.resume(ctx, channels, after)
	if err != nil {
		h.release(channels)
		return nil, false, patient(err)
	}
	return newReader(channels, at), again, nil
}

// patient turns the end of a context into the fault that says to try again.
func patient(err error) error {
	if fault.KindOf(err) == fault.Internal {
		return notYet().(*fault.Error).Because(err)
	}
	return err
}

// within bounds ctx by a time and by the life of the hub.
func (h *Hub) within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, d)
	stop := context.AfterFunc(h.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// take serves a hijacked connection: a shard does, without a goroutine, if the connection can be written without waiting.
func (h *Hub) take(conn net.Conn, head http.Header, rd *reader) {
	conn.SetDeadline(time.Time{})
	if within, ok := conn.(interface{ NetConn() net.Conn }); ok { // what a server needs around it is let go of: it is half of a reader's memory
		conn = within.NetConn()
	}
	rd.rest = append(responseHead(head), rd.rest...)
	sc, ok := conn.(syscall.Conn)
	if ok {
		rd.raw, _ = sc.SyscallConn()
	}
	if rd.raw == nil {
		defer conn.Close()
		h.flow(h.life, &direct{conn}, rd)
		return
	}
	if c, ok := conn.(interface {
		SetKeepAliveConfig(net.KeepAliveConfig) error
	}); ok {
		c.SetKeepAliveConfig(net.KeepAliveConfig{Enable: true, Idle: 30 * time.Second, Interval: 10 * time.Second, Count: 3})
	}
	if c, ok := conn.(interface{ SetWriteBuffer(int) error }); ok {
		c.SetWriteBuffer(kernelBuffer)
	}
	rd.conn = conn
	if rd.deep() {
		out := &direct{conn}
		err := out.write(rd.rest)
		if err == nil {
			ctx, cancel := h.within(context.Background(), 6*writeTime)
			err = h.recall(ctx, rd, out.write)
			cancel()
		}
		if err != nil {
			h.opt.Log.Debug("live: a stream ended while it was brought up to date", "error", err)
			conn.Close()
			h.forgotten(rd)
			return
		}
		conn.SetWriteDeadline(time.Time{})
		rd.rest = nil
	}
	h.seat().join(rd)
}

// responseHead is what net/http would have written, but for its chunks: the stream ends with its connection.
func responseHead(head http.Header) []byte {
	head = head.Clone()
	head.Set("Connection", "close")
	head.Set("Date", time.Now().UTC().Format(http.TimeFormat))
	for _, k := range []string{"Content-Length", "Transfer-Encoding", "Content-Encoding", "Keep-Alive", "Trailer"} {
		head.Del(k)
	}
	b := bytes.NewBuffer(make([]byte, 0, 512))
	b.WriteString("HTTP/1.1 200 OK\r\n")
	head.Write(b) // to memory; it takes line ends out of values
	b.WriteString("\r\n")
	return b.Bytes()
}

// seat chooses the shard of the next reader, one after the other.
func (h *Hub) seat() *shard {
	return h.shards[int(h.next.Add(1)%uint32(len(h.shards)))]
}

// count enters a reader into the counts, forgotten takes it out again with all it holds.
func (h *Hub) count(r *reader) {
	h.Counters.Opened.Add(1)
	h.Counters.Readers.Add(1)
	for i := range r.subs {
		r.subs[i].ch.count.Add(1)
	}
}

func (h *Hub) forgotten(r *reader) {
	h.Counters.Readers.Add(-1)
	for i := range r.subs {
		r.subs[i].ch.count.Add(-1)
	}
	h.doors.leave(r.addr)
	h.release(r.channels())
}

// A sink writes a stream that has a goroutine of its own.
type sink interface{ write(b []byte) error }

// direct writes a connection that was hijacked and cannot be written without waiting, or shall wait.
type direct struct{ conn net.Conn }

func (d *direct) write(b []byte) error {
	d.conn.SetWriteDeadline(time.Now().Add(writeTime))
	_, err := d.conn.Write(b)
	return err
}

// flushing writes through net/http.
type flushing struct {
	w  http.ResponseWriter
	rc *http.ResponseController
}

func (f *flushing) write(b []byte) error {
	f.rc.SetWriteDeadline(time.Now().Add(writeTime)) // where it is not supported, the server's own holds
	if _, err := f.w.Write(b); err != nil {
		return err
	}
	return f.rc.Flush()
}

// flow serves a stream by this goroutine until the reader leaves, does not take what it is given, or the hub ends it.
func (h *Hub) flow(ctx context.Context, out sink, r *reader) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(h.life, cancel)()
	defer h.forgotten(r)
	buf := r.rest
	r.rest, r.flow, r.heard = nil, make(chan struct{}, 1), make(chan []byte, heardAtOnce)
	if err := out.write(buf); err != nil {
		h.Counters.Gone.Add(1)
		return
	}
	if r.deep() {
		if err := h.recall(ctx, r, out.write); err != nil {
			return
		}
	}
	shard := h.seat()
	shard.join(r)
	defer shard.part(r)
	beat := time.NewTimer(time.Duration(rand.Int64N(int64(h.opt.Heartbeat)))) // the first one spreads the others
	defer beat.Stop()
	var bodies [][]byte
	for {
		var n int
		var more, lost bool
		buf, n, more, lost = r.pull(buf[:0], batch, &bodies)
		if lost {
			h.Counters.Dropped.Add(1)
			return
		}
		if len(buf) > 0 {
			if err := out.write(buf); err != nil {
				h.Counters.Gone.Add(1)
				return
			}
			h.Counters.Delivered.Add(int64(n))
			h.Counters.Bytes.Add(int64(len(buf)))
		}
		if more {
			continue
		}
		if cap(buf) > 4096 {
			buf = nil
		}
		select {
		case <-r.flow:
			if h.current() != r.era() || r.until != 0 && time.Now().UnixNano() > r.until {
				out.write(h.farewell())
				return
			}
		case b := <-r.heard:
			if err := out.write(b); err != nil {
				h.Counters.Gone.Add(1)
				return
			}
		case <-beat.C:
			beat.Reset(h.opt.Heartbeat)
			if err := out.write(heartbeat); err != nil {
				h.Counters.Gone.Add(1)
				return
			}
		case <-h.closing:
			out.write(h.farewell())
			return
		case <-ctx.Done():
			h.Counters.Gone.Add(1)
			return
		}
	}
}
