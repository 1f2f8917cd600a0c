package media

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"
)

func TestWhatWasMadeLastIsMadeAgainWithOtherWords(t *testing.T) {
	b := asJPEG(t, drawn(1400, 1000))
	pool := NewPool(PoolOptions{})
	first, _, err := renderAll(t, pool, b, Job{Notice: Notice{Caption: "Before"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, job := range []Job{{Notice: Notice{Caption: "After"}}, {Notice: Notice{Caption: "After"}, Focal: Point{0.1, 0.1}}, {Notice: Notice{Caption: "After"}, Kind: Graphic}} {
		again, made, err := renderAll(t, pool, b, job)
		if err != nil {
			t.Fatal(err)
		}
		want, planned, err := renderAll(t, NewPool(PoolOptions{}), b, job)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(made) != fmt.Sprint(planned) {
			t.Errorf("%+v:\n%v\n%v", job, made, planned)
		}
		for name := range want {
			if !bytes.Equal(again[name].data, want[name].data) || bytes.Equal(again[name].data, first[name].data) {
				t.Errorf("%+v: %s is not what a first rendering gives", job, name)
			}
		}
	}
	if len(pool.prints.sets) != 3 {
		t.Errorf("%d sets of prints for three kinds of jobs", len(pool.prints.sets))
	}
}

func TestPrintsForgetTheOldestAndKeepNothingLarge(t *testing.T) {
	var p prints
	of := func(i int) (sum [sha256.Size]byte) { sum[0] = byte(i); return sum }
	for i := range 9 {
		p.keep(of(i), []print{{data: make([]byte, 3<<20)}})
		p.find(of(0))
	}
	p.keep(of(10), []print{{data: make([]byte, mostOfOne+1)}})
	if p.find(of(0)) == nil || p.find(of(8)) == nil || p.find(of(1)) != nil || p.find(of(10)) != nil || p.size != 12<<20 || len(p.sets) != 4 {
		t.Errorf("%d sets, %d bytes", len(p.sets), p.size)
	}
}
