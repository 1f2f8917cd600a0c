package bench

import (
	"context"
	"fmt"
	"net/http"
	"syscall"
	"time"
)

const (
	deafShare = 5     // one reader who never reads for so many who do
	halfOpen  = 5_000 // connections that begin to ask and never end
)

// hostile measures what honest readers notice of others: first alone, then beside readers who open streams and never read them, then beside
// connections that send half a head besides.
func (o Options) hostile(ctx context.Context, s *site) (*Table, error) {
	p, _, err := o.serve(s.dir)
	if err != nil {
		return nil, err
	}
	defer p.stop()
	c, told := listeners(o.Readers)
	if err := c.gather(p.addr); err != nil {
		return nil, err
	}
	defer c.leave()
	if !await(30*time.Second, func() bool { return int(c.opened.Load()) == o.Readers }) {
		return nil, fmt.Errorf("bench: %d of %d streams opened", c.opened.Load(), o.Readers)
	}
	rounds := max(min(o.Posts, 100), 1)
	t := &Table{Name: fmt.Sprintf("%d open pages beside others who mean no good, %d publications each, milliseconds", o.Readers, rounds),
		Columns: []string{"beside", "publish call to a reader, p50", "p99", "to the last, median", "page in memory, p99", "memory of the process, MB"}}
	measure := func(beside string, first int) error {
		told.after = nil // nothing is told now
		lasts, _, err := o.tell(ctx, s, p, told, first, rounds)
		if err != nil {
			return err
		}
		page, err := o.glance(ctx, p)
		if err != nil {
			return err
		}
		t.add(beside, percentile(told.after, 50), percentile(told.after, 99), median(lasts), page, float64(p.memory())/(1<<20))
		return nil
	}
	if err := measure("nobody", 6_000_000); err != nil {
		return nil, err
	}
	deaf := newCrowd(max(o.Readers/deafShare, 1), feedStream, func(*stream, int64) {})
	if err := deaf.gather(p.addr); err != nil {
		return nil, err
	}
	await(30*time.Second, func() bool { return int(deaf.opened.Load()) == len(deaf.streams) })
	deaf.fallSilent()
	defer deaf.hangUp()
	if err := measure(fmt.Sprintf("%d who never read", len(deaf.streams)), 7_000_000); err != nil {
		return nil, err
	}
	half, err := beginHeads(p, halfOpen)
	if err != nil {
		return nil, err
	}
	defer half.hangUp()
	if err := measure(fmt.Sprintf("and %d heads that do not end", halfOpen), 8_000_000); err != nil {
		return nil, err
	}
	wrong := 0
	for _, s := range c.streams {
		wrong += s.wrong
	}
	t.Notes = append(t.Notes, fmt.Sprintf("lost or doubled at the honest: %d", wrong+int(c.lost.Load())))
	return t, nil
}

// glance gives the p99 of a thousand requests for a page in memory, one after the other.
func (o Options) glance(ctx context.Context, p *process) (time.Duration, error) {
	a := &api{base: p.url(""), client: &http.Client{Transport: &http.Transport{}}}
	var took []time.Duration
	for range 1000 {
		begun := time.Now()
		if _, err := a.page(ctx, "/"); err != nil {
			return 0, err
		}
		took = append(took, time.Since(begun))
	}
	return percentile(took, 99), nil
}

// fallSilent stops reading without closing anything; the kernel takes little more for these streams.
func (c *crowd) fallSilent() {
	c.silent = true
	c.stop.Store(true)
	<-c.done
	for _, s := range c.streams {
		if s.fd >= 0 {
			_ = syscall.SetsockoptInt(s.fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, 2048)
		}
	}
}

// beginHeads opens connections that send a part of a request and no more.
func beginHeads(p *process, n int) (*crowd, error) {
	c := newCrowd(n, "", nil)
	for _, s := range c.streams {
		fd, err := dialFD(p.addr, i4(1))
		if err != nil {
			c.hangUp()
			return nil, err
		}
		s.fd = fd
		if _, err := syscall.Write(fd, []byte("GET / HTTP/1.1\r\nHost: "+p.addr.String()+"\r\nX-Half: ")); err != nil {
			c.hangUp()
			return nil, fmt.Errorf("bench: half a head: %w", err)
		}
	}
	return c, nil
}
