package web

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/fault"
	"dateline/internal/moment"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestLimiterAllowsABurstThenOneEach(t *testing.T) {
	clock := moment.At(noon)
	l := NewLimiter(clock, time.Second, 3, 0)
	for i := range 3 {
		if ok, _ := l.Allow("a"); !ok {
			t.Fatalf("act %d of the burst was refused", i)
		}
	}
	ok, after := l.Allow("a")
	if ok || after != time.Second {
		t.Fatalf("the fourth: %v %v", ok, after)
	}
	if ok, _ := l.Allow("b"); !ok {
		t.Error("another key was refused")
	}
	clock.Forward(after)
	if ok, _ := l.Allow("a"); !ok {
		t.Error("refused after the time it was told")
	}
	if err := l.Must("a"); !fault.Is(err, fault.TooMany) {
		t.Errorf("%v", err)
	}
	clock.Forward(time.Hour)
	for i := range 3 {
		if err := l.Must("a"); err != nil {
			t.Fatalf("act %d after a rest: %v", i, err)
		}
	}
}

func TestLimiterCountsRightUnderManyAtOnce(t *testing.T) {
	l := NewLimiter(moment.At(noon), time.Second, 50, 0)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				if ok, _ := l.Allow("one"); ok {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if allowed.Load() != 50 {
		t.Errorf("%d were allowed, want 50", allowed.Load())
	}
}

func TestLimiterMemoryIsBoundedAndTheOneWhoOwesMostStaysLimited(t *testing.T) {
	clock := moment.At(noon)
	l := NewLimiter(clock, time.Minute, 100, 1600)
	for range 100 {
		l.Allow("culprit")
	}
	for i := range 50_000 {
		l.Allow(fmt.Sprint("key ", i))
	}
	if n := l.Keys(); n > 1600 {
		t.Errorf("%d keys are held", n)
	}
	if ok, _ := l.Allow("culprit"); ok {
		t.Error("a flood of keys washed away who was limited")
	}
}

func BenchmarkLimiter(b *testing.B) {
	l := NewLimiter(moment.System{}, time.Millisecond, 1000, 0)
	b.ReportAllocs()
	for b.Loop() {
		l.Allow("203.0.113.9")
	}
}
