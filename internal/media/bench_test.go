package media

import (
	"image"
	"testing"
)

var photograph = func() *image.YCbCr {
	m := image.NewYCbCr(image.Rect(0, 0, 6000, 4000), image.YCbCrSubsampleRatio420)
	seed := uint32(7)
	for i := range m.Y {
		seed = seed*1664525 + 1013904223
		m.Y[i] = byte(i%6000/40) + byte(i/6000/60) + byte(seed>>28)
	}
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = byte(100+i%3000/50), byte(150-i/3000/50)
	}
	return m
}

// BenchmarkPhotograph makes all renditions of a JPEG of 24 megapixels.
func BenchmarkPhotograph(b *testing.B) {
	file := asJPEG(b, photograph())
	p := NewPool(PoolOptions{})
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := renderAll(b, p, file, Job{Notice: notice}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(file))/1e6, "MB-file")
}

// BenchmarkReduce takes 24 megapixels down to the size from which renditions are cut.
func BenchmarkReduce(b *testing.B) {
	r := planesOf(photograph())
	b.ReportAllocs()
	for b.Loop() {
		r.cut(rect{0, 0, 6000, 4000}, 2000, 1333, 1, area)
	}
}

// BenchmarkInspect looks at a JPEG of 24 megapixels.
func BenchmarkInspect(b *testing.B) {
	file := asJPEG(b, photograph())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := inspect(file); err != nil {
			b.Fatal(err)
		}
	}
}
