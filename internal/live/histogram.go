package live

import (
	"sync/atomic"
	"time"
)

// bounds are the upper bounds of a Histogram's steps.
var bounds = [...]time.Duration{
	time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond, 10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond, 100 * time.Millisecond,
	250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2500 * time.Millisecond, 5 * time.Second,
}

// Histogram counts how long something took, by steps. Its zero value has counted nothing.
type Histogram struct {
	steps [len(bounds) + 1]atomic.Int64
	sum   atomic.Int64
}

// Observe counts one duration.
func (h *Histogram) Observe(d time.Duration) {
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	h.steps[i].Add(1)
	h.sum.Add(int64(d))
}

// Step is how many durations were at most so long.
type Step struct {
	Most  time.Duration
	Count int64
}

// Read gives the steps, each with all that took at most so long, how many there are in all, and how long they took together.
func (h *Histogram) Read() (steps []Step, count int64, sum time.Duration) {
	for i, most := range bounds {
		count += h.steps[i].Load()
		steps = append(steps, Step{most, count})
	}
	return steps, count + h.steps[len(bounds)].Load(), time.Duration(h.sum.Load())
}
