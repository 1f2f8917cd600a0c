package cache

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
)

// InFront tells caches in front of the house what became stale: each gets a request PURGE with the stale tags in a header, as pages
// name theirs. A page that such a cache was fetching at that moment may be an old one, so it is told once more a little later.
type InFront struct {
	header string
	caches []*front
	client *http.Client
	log    *slog.Logger
	life   context.Context
	end    context.CancelFunc
	tells  sync.WaitGroup
}

// front is one cache.
type front struct {
	address string
	slow    atomic.Int64 // until when nobody waits for it, since it did not answer in time; in microseconds
	quiet   atomic.Int64 // until when the log says no more of it; in microseconds
}

// How long caches in front are waited for.
const (
	purgeWithin = time.Second      // an answer may take, which whoever publishes waits for
	purgeAgain  = 2 * time.Second  // until it is told once more
	purgePause  = 10 * time.Second // nobody waits for one that did not answer in time
	FrontAge    = time.Minute      // what a cache in front may keep unasked, and so the age of an old page at most when it was not reached
)

// NewInFront tells the caches at addresses, under the header in which pages name their tags. Close ends it.
func NewInFront(header string, log *slog.Logger, addresses ...string) *InFront {
	f := &InFront{header: header, log: log, client: &http.Client{
		Timeout:       purgeWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute},
	}}
	f.life, f.end = context.WithCancel(context.Background())
	for _, a := range addresses {
		f.caches = append(f.caches, &front{address: a})
	}
	return f
}

// Drop tells the caches that pages with any of these tags are stale, and waits a moment until they know.
func (f *InFront) Drop(tags ...fact.Tag) {
	keys := keysOf(tags)
	if len(f.caches) == 0 || len(keys) == 0 || f.life.Err() != nil {
		return
	}
	var all sync.WaitGroup
	for _, c := range f.caches {
		tell := func() { f.tell(c, keys) }
		if c.slow.Load() > time.Now().UnixMicro() {
			f.tells.Go(tell)
		} else {
			all.Go(tell)
		}
	}
	all.Wait()
	f.tells.Go(func() {
		select {
		case <-f.life.Done():
		case <-time.After(purgeAgain):
			for _, c := range f.caches {
				f.tell(c, keys)
			}
		}
	})
}

// tell sends keys to one cache.
func (f *InFront) tell(c *front, keys []string) {
	for _, k := range keys {
		err := f.purge(c.address, k)
		if err == nil {
			continue
		}
		now := time.Now()
		if os.IsTimeout(err) { // one that refuses costs nobody any time
			c.slow.Store(now.Add(purgePause).UnixMicro())
		}
		if was := c.quiet.Load(); was < now.UnixMicro() && c.quiet.CompareAndSwap(was, now.Add(FrontAge).UnixMicro()) && f.life.Err() == nil {
			f.log.Warn("cache: a cache in front could not be told what is stale; it may show old pages for a minute", "error", err)
		}
		return
	}
}

func (f *InFront) purge(address, keys string) error {
	r, err := http.NewRequestWithContext(f.life, "PURGE", address, nil)
	if err != nil {
		return err
	}
	r.Header.Set(f.header, keys)
	res, err := f.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10))
	if res.StatusCode/100 != 2 {
		return fmt.Errorf("%s answered %d to PURGE", r.URL.Redacted(), res.StatusCode)
	}
	return nil
}

// Close ends what is still to be told.
func (f *InFront) Close() {
	f.end()
	f.tells.Wait()
	f.client.CloseIdleConnections()
}

// keysOf gives tags as values of the header, each of at most maxSurrogates bytes.
func keysOf(tags []fact.Tag) []string {
	var all []string
	var b strings.Builder
	for _, t := range tags {
		if !outside(t) {
			continue
		}
		if b.Len() > 0 && b.Len()+1+len(t) > maxSurrogates {
			all = append(all, b.String())
			b.Reset()
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(t))
	}
	if b.Len() > 0 {
		all = append(all, b.String())
	}
	return all
}

// outside reports whether a tag is told to caches in front: those of paths that lead nowhere stay inside, since they hold what strangers typed.
func outside(t fact.Tag) bool {
	return !strings.HasPrefix(string(t), "path/") && !strings.ContainsAny(string(t), " \t\r\n")
}
