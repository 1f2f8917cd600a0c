package live

import (
	"testing"
	"time"
)

func TestAHistogramCountsByStepsWithAllBelow(t *testing.T) {
	var h Histogram
	for _, d := range []time.Duration{500 * time.Microsecond, time.Millisecond, 20 * time.Millisecond, time.Minute} {
		h.Observe(d)
	}
	steps, count, sum := h.Read()
	if count != 4 || sum != time.Minute+21500*time.Microsecond || steps[0].Count != 2 || steps[4].Count != 3 || steps[len(steps)-1].Count != 3 {
		t.Errorf("%v, %d in all, %v", steps, count, sum)
	}
}
