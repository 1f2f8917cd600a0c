package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// nodes measures events to more open pages than one process may have files: several nodes on the same data, each with its share of
// the readers, and a process of their own for the readers of each.
func (o Options) nodes(ctx context.Context, s *site) (*Table, error) {
	share := (o.Readers + o.Nodes - 1) / o.Nodes
	var nodes []*process
	var halls []*hall
	defer func() {
		for _, h := range halls {
			h.leave()
		}
		for _, p := range nodes {
			p.stop()
		}
	}()
	for range o.Nodes {
		p, _, err := o.serve(s.dir)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, p)
	}
	var before int64
	for _, p := range nodes {
		before += p.memory()
	}
	opening := time.Now()
	for _, p := range nodes {
		h, err := o.hall(p.addr, share)
		if err != nil {
			return nil, err
		}
		halls = append(halls, h)
	}
	for _, h := range halls {
		if err := h.open(); err != nil {
			return nil, err
		}
	}
	opened := time.Since(opening)
	time.Sleep(time.Second) // at rest is a time, not an event
	memory := -before
	for _, p := range nodes {
		memory += p.memory()
	}
	var all, lasts []time.Duration
	rounds := max(min(o.Posts, 50), 1)
	for i := range rounds {
		a := &api{base: nodes[i%len(nodes)].url(""), token: s.token, client: http.DefaultClient}
		d, err := a.draft(ctx, i+9_000_000)
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		if _, err := a.release(ctx, d.ID); err != nil {
			return nil, err
		}
		var last time.Duration
		for _, h := range halls {
			came, err := h.hear()
			if err != nil {
				return nil, err
			}
			for _, ns := range came {
				after := time.Duration(ns - begun.UnixNano())
				all, last = append(all, after), max(last, after)
			}
		}
		lasts = append(lasts, last)
	}
	t := &Table{Name: fmt.Sprintf("One publication to many open pages on %d nodes", o.Nodes), Columns: []string{"what", "value"},
		Notes: []string{"the nodes share one folder, and publish in turns; all of them, and all readers, are on this machine"}}
	t.add("open streams", share*o.Nodes)
	t.add("publications", rounds)
	t.add("publish call to the last reader, median, ms", median(lasts))
	t.add("publish call to the last reader, p99, ms", percentile(lasts, 99))
	t.add("publish call to a reader, p50, ms", percentile(all, 50))
	t.add("publish call to a reader, p99, ms", percentile(all, 99))
	t.add("memory of the processes for a reader, KB", float64(memory)/float64(share*o.Nodes)/1024)
	t.add("opening all streams, ms", opened)
	wrong := 0
	for _, h := range halls {
		n, err := h.leave()
		if err != nil {
			return nil, err
		}
		wrong += n
	}
	t.add("lost or doubled", wrong)
	return t, nil
}

// hall is a process with a crowd of readers.
type hall struct {
	p    *process
	say  io.Closer
	hall *bufio.Scanner
	left bool
}

// report is one line of a hall.
type report struct {
	Open  bool    `json:"open,omitempty"`
	Came  []int64 `json:"came,omitempty"` // when each reader had an event, in nanoseconds of the clock
	Wrong *int    `json:"wrong,omitempty"`
	Error string  `json:"error,omitempty"`
}

func (o Options) hall(at netip.AddrPort, readers int) (*hall, error) {
	p, in, out, err := startTalking(o.Program, "bench", "hall", at.String(), fmt.Sprint(readers))
	if err != nil {
		return nil, err
	}
	h := &hall{p: p, say: in, hall: bufio.NewScanner(out)}
	h.hall.Buffer(nil, 64<<20)
	return h, nil
}

func (h *hall) next() (report, error) {
	var r report
	if !h.hall.Scan() {
		return r, fmt.Errorf("bench: the readers' process ended: %s", h.p.log)
	}
	if err := json.Unmarshal(h.hall.Bytes(), &r); err != nil {
		return r, fmt.Errorf("bench: the readers' process: %w", err)
	}
	if r.Error != "" {
		return r, fmt.Errorf("bench: the readers' process: %s", r.Error)
	}
	return r, nil
}

// open waits until all streams are open.
func (h *hall) open() error {
	_, err := h.next()
	return err
}

// hear waits until all readers have the next event.
func (h *hall) hear() ([]int64, error) {
	r, err := h.next()
	return r.Came, err
}

// leave closes the streams and gives how many events were lost or doubled.
func (h *hall) leave() (int, error) {
	if h.left {
		return 0, nil
	}
	h.left = true
	defer h.p.stop()
	h.say.Close()
	r, err := h.next()
	if err != nil || r.Wrong == nil {
		return 0, err
	}
	return *r.Wrong, nil
}

// Hall holds streams of a site open until in ends, and says on out when all are, when each had an event, and what went wrong.
func Hall(address string, readers int, in io.Reader, out io.Writer) error {
	say := json.NewEncoder(out)
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	came := map[int64][]int64{}
	events := make(chan []int64, 1000)
	c := newCrowd(readers, feedStream, func(_ *stream, seq int64) {
		mu.Lock()
		defer mu.Unlock()
		if came[seq] = append(came[seq], time.Now().UnixNano()); len(came[seq]) == readers {
			events <- came[seq]
			delete(came, seq)
		}
	})
	if err := c.gather(at); err != nil {
		return say.Encode(report{Error: err.Error()})
	}
	defer c.leave()
	if !await(60*time.Second, func() bool { return int(c.opened.Load()) == readers }) {
		return say.Encode(report{Error: fmt.Sprintf("%d of %d streams opened, %d refused", c.opened.Load(), readers, c.refused.Load())})
	}
	if err := say.Encode(report{Open: true}); err != nil {
		return err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		io.Copy(io.Discard, in)
	}()
	for {
		select {
		case e := <-events:
			slices.Sort(e)
			if err := say.Encode(report{Came: e}); err != nil {
				return err
			}
		case <-ended:
			c.leave()
			wrong := int(c.lost.Load())
			for _, s := range c.streams {
				wrong += s.wrong
			}
			return say.Encode(report{Wrong: &wrong})
		}
	}
}
