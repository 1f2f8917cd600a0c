package web

import (
	"hash/maphash"
	"sync"
	"time"

	"dateline/internal/fault"
	"dateline/internal/moment"
)

const limiterShards = 16

// Limiter allows so many acts a key in so much time, by the generic cell rate algorithm: one
// number a key, no timers. It keeps a bounded number of keys in memory; when that is reached, keys
// that owe nothing go first, then those that owe least.
type Limiter struct {
	clock  moment.Clock
	every  time.Duration
	slack  time.Duration // (burst-1) × every
	max    int           // keys a shard
	seed   maphash.Seed
	shards [limiterShards]limiterShard
}

type limiterShard struct {
	mu  sync.Mutex
	due map[string]int64 // when the key owes nothing any more, in nanoseconds since 1970
	_   [40]byte         // keeps shards on cache lines of their own
}

// NewLimiter allows burst acts at once and one more each time every passes, for at most about keys keys at a time (0: 100,000).
func NewLimiter(clock moment.Clock, every time.Duration, burst, keys int) *Limiter {
	if keys <= 0 {
		keys = 100_000
	}
	l := &Limiter{clock: clock, every: every, slack: time.Duration(max(burst, 1)-1) * every, max: max(keys/limiterShards, 1), seed: maphash.MakeSeed()}
	for i := range l.shards {
		l.shards[i].due = map[string]int64{}
	}
	return l
}

// Allow counts one act of key when it may, and else says after how long it may again; a refused act is not counted.
func (l *Limiter) Allow(key string) (ok bool, after time.Duration) {
	key = clipped(key)
	now := l.clock.Now().UnixNano()
	s := &l.shards[maphash.String(l.seed, key)%limiterShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	due, known := s.due[key]
	if due < now {
		due = now
	}
	if wait := time.Duration(due-now) - l.slack; wait > 0 {
		return false, wait
	}
	if !known && len(s.due) >= l.max {
		s.makeRoom(now)
	}
	s.due[key] = due + int64(l.every)
	return true, 0
}

// Must is Allow as an error: nil, or TooMany with the time after which it may again.
func (l *Limiter) Must(key string) error {
	ok, after := l.Allow(key)
	if ok {
		return nil
	}
	e := fault.New(fault.TooMany, "fault.too_many_calls", "too many tries; wait a moment")
	e.After = after
	return e
}

// Forgive makes a key owe nothing.
func (l *Limiter) Forgive(key string) {
	key = clipped(key)
	s := &l.shards[maphash.String(l.seed, key)%limiterShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.due, key)
}

// Owes reports whether a key was counted so lately that it still owes, without counting it.
func (l *Limiter) Owes(key string) bool {
	key = clipped(key)
	now := l.clock.Now().UnixNano()
	s := &l.shards[maphash.String(l.seed, key)%limiterShards]
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.due[key] > now
}

// clipped is a key that cannot fill the memory: keys are addresses and ids, a longer one is somebody's try.
func clipped(key string) string {
	if len(key) > 128 {
		return key[:128]
	}
	return key
}

// Keys gives how many keys are held now.
func (l *Limiter) Keys() int {
	n := 0
	for i := range l.shards {
		s := &l.shards[i]
		s.mu.Lock()
		n += len(s.due)
		s.mu.Unlock()
	}
	return n
}

// makeRoom looks at a few keys of a full shard and forgets those that owe nothing, or the one that owes least. The map
// gives them in random order, so that nobody can say which go.
func (s *limiterShard) makeRoom(now int64) {
	const look = 32
	var least string
	var leastDue int64
	seen, gone := 0, false
	for k, due := range s.due {
		if due <= now {
			delete(s.due, k)
			gone = true
		} else if least == "" || due < leastDue {
			least, leastDue = k, due
		}
		if seen++; seen >= look {
			break
		}
	}
	if !gone {
		delete(s.due, least)
	}
}
