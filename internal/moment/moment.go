// Package moment says when it is, and names things by when they were made.
//
// Clock and IDs are passed into every service, so that a test can hold the time
// still and knows each id. Times in Dateline are UTC with microseconds; ids are
// 13 characters that sort as text by the time of their making.
package moment

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"sync"
	"time"
)

// Clock tells the time in UTC, cut to microseconds, which is what the store keeps.
type Clock interface{ Now() time.Time }

// System is the clock of the machine.
type System struct{}

// Now gives the machine's time in UTC, cut to microseconds.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Set is a clock that a test moves by hand; its zero value stands at year 1.
type Set struct {
	mu  sync.Mutex
	now time.Time
}

// At gives a clock that stands at t.
func At(t time.Time) *Set { return &Set{now: t.UTC().Truncate(time.Microsecond)} }

// Now gives the time the clock was set to.
func (s *Set) Now() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.now }

// Forward moves the clock by d, which may be negative.
func (s *Set) Forward(d time.Duration) { s.mu.Lock(); defer s.mu.Unlock(); s.now = s.now.Add(d) }

// alphabet holds 32 characters in ASCII order, without i, l, o, u, which are misread.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// birth is the zero of ids; 51 bits of microseconds reach into the year 2091.
var birth = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// IDs gives ids of 13 characters: 51 bits of microseconds and 12 random bits. One
// process never gives the same id twice and gives them in order; of two processes
// the primary key decides.
type IDs struct {
	clock Clock
	mu    sync.Mutex
	last  int64
}

// NewIDs gives ids by the time of clock.
func NewIDs(clock Clock) *IDs { return &IDs{clock: clock} }

// New gives the next id.
func (g *IDs) New() string {
	us := g.clock.Now().Sub(birth).Microseconds()
	n := us<<12 | int64(rand.Uint32()&0xfff)
	g.mu.Lock()
	if n <= g.last {
		n = g.last + 1
	}
	g.last = n
	g.mu.Unlock()
	return encode(n)
}

// since is when the first Dateline ran; nothing of its own has an earlier id.
var since = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Past gives the id of what happened elsewhere at a time: it sorts by time among all ids, and is the same for the same seed. What
// is older than Dateline has its place before everything that was made here.
func Past(t time.Time, seed string) string {
	us := t.Sub(birth).Microseconds()
	if t.Before(since) {
		span := since.Sub(birth).Seconds() / float64(since.Unix())
		us = int64(float64(max(t.Unix(), 0)) * span * 1e6)
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(seed)) // never fails
	n := h.Sum64()
	if t.Nanosecond() == 0 {
		us += int64(n>>12) & 0xffff // within the second, or what is left of it before Dateline
	}
	return encode(us<<12 | int64(n&0xfff))
}

func encode(n int64) string {
	var b [13]byte
	for i := 12; i >= 0; i-- {
		b[i] = alphabet[n&31]
		n >>= 5
	}
	return string(b[:])
}

// Number gives the positive 63-bit number that an id stands for; search tables use it as row number.
func Number(id string) (int64, error) {
	if len(id) != 13 {
		return 0, fmt.Errorf("moment: %q is no id", id)
	}
	var n int64
	for i := 0; i < len(id); i++ {
		d := strings.IndexByte(alphabet, id[i])
		if d < 0 || (i == 0 && d > 7) {
			return 0, fmt.Errorf("moment: %q is no id", id)
		}
		n = n<<5 | int64(d)
	}
	return n, nil
}

// ID is the inverse of Number.
func ID(number int64) string { return encode(number) }

// Micros gives t as microseconds since 1970, 0 for the zero time: the form the store keeps.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// FromMicros is the inverse of Micros.
func FromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}
