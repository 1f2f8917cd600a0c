package media

import (
	"image"
	"math"
)

// form says what the planes of a raster are.
type form uint8

const (
	grey form = iota // one plane
	ycc              // brightness, and two planes of colour that may have fewer samples
	rgba             // four planes that share their pixels, premultiplied
)

// plane holds one sample a point, step bytes apart. One of its samples stands for hs × vs points of the picture.
type plane struct {
	pix    []byte
	stride int
	step   int
	w, h   int
	hs, vs int
}

// raster is a decoded picture. Working plane by plane keeps a photograph in the 1.5 bytes a point in which JPEG stores it,
// where x/image/draw would hold 32 bytes a point between its two passes.
type raster struct {
	form   form
	w, h   int
	planes []plane
	clear  bool   // rgba: some points are not opaque
	icc    []byte // the colour profile the samples are meant in; nil is sRGB
}

func newRaster(f form, w, h int) *raster {
	r := &raster{form: f, w: w, h: h}
	switch f {
	case grey:
		r.planes = []plane{{make([]byte, w*h), w, 1, w, h, 1, 1}}
	case ycc:
		cw, ch := (w+1)/2, (h+1)/2
		all := make([]byte, w*h+2*cw*ch)
		r.planes = []plane{{all[:w*h], w, 1, w, h, 1, 1}, {all[w*h : w*h+cw*ch], cw, 1, cw, ch, 2, 2}, {all[w*h+cw*ch:], cw, 1, cw, ch, 2, 2}}
	case rgba:
		r.planes = rgbaPlanes(make([]byte, 4*w*h), 4*w, 4, w, h)
	}
	return r
}

// rgbaPlanes are the four planes of interleaved pixels; with a step of 8 the high bytes of 16-bit samples.
func rgbaPlanes(pix []byte, stride, step, w, h int) []plane {
	planes := make([]plane, 4)
	for i := range planes {
		planes[i] = plane{pix[i*step/4:], stride, step, w, h, 1, 1}
	}
	return planes
}

// rect is a stretch of a picture, in points.
type rect struct{ x, y, w, h float64 }

// upright says how the stored picture is turned to be shown: mirrored from left to right, from top to bottom, and then its
// rows made columns (EXIF 2.32, tag 0x0112).
func upright(orientation int) (flipX, flipY, turn bool) {
	switch orientation {
	case 2, 3, 7, 8:
		flipX = true
	}
	switch orientation {
	case 3, 4, 6, 7:
		flipY = true
	}
	return flipX, flipY, orientation > 4
}

// cut gives the stretch at of the picture as shown, w × h points large. The orientation is applied on the way.
func (r *raster) cut(at rect, w, h, orientation int, k kernel) *raster {
	flipX, flipY, turn := upright(orientation)
	if turn {
		at = rect{at.y, at.x, at.h, at.w}
		w, h = h, w
	}
	x, y := axis{at.x, at.w / float64(w)}, axis{at.y, at.h / float64(h)}
	if flipX {
		x = axis{float64(r.w) - x.from, -x.scale}
	}
	if flipY {
		y = axis{float64(r.h) - y.from, -y.scale}
	}
	out := newRaster(r.form, w, h)
	out.clear, out.icc = r.clear, r.icc
	for i := range out.planes {
		if i == 3 && !r.clear {
			out.planes[i].fill(255)
			continue
		}
		resample(&out.planes[i], &r.planes[i], x, y, k)
	}
	if turn {
		out = out.turned()
	}
	return out
}

func (p plane) fill(v byte) {
	for i := 0; i < len(p.pix); i += p.step {
		p.pix[i] = v
	}
}

// turned makes rows columns.
func (r *raster) turned() *raster {
	out := newRaster(r.form, r.h, r.w)
	out.clear, out.icc = r.clear, r.icc
	for i, from := range r.planes {
		to := out.planes[i]
		for y := range to.h {
			for x := range to.w {
				to.pix[y*to.stride+x*to.step] = from.pix[x*from.stride+y*from.step]
			}
		}
	}
	return out
}

// image gives the raster as the encoders take it, without a copy.
func (r *raster) image() image.Image {
	all, p := image.Rect(0, 0, r.w, r.h), r.planes
	switch r.form {
	case grey:
		return &image.Gray{Pix: p[0].pix, Stride: p[0].stride, Rect: all}
	case ycc:
		return &image.YCbCr{Y: p[0].pix, Cb: p[1].pix, Cr: p[2].pix, YStride: p[0].stride, CStride: p[1].stride,
			SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: all}
	}
	return &image.RGBA{Pix: p[0].pix, Stride: p[0].stride, Rect: all}
}

// onWhite puts what is not opaque on white paper.
func (r *raster) onWhite() {
	if r.form != rgba || !r.clear {
		return
	}
	pix := r.planes[0].pix
	for i := 0; i+3 < len(pix); i += 4 {
		rest := 255 - pix[i+3]
		pix[i], pix[i+1], pix[i+2], pix[i+3] = addUp(pix[i], rest), addUp(pix[i+1], rest), addUp(pix[i+2], rest), 255
	}
	r.clear = false
}

// settle undoes what sharpening does to premultiplied colours: none is brighter than its opacity.
func (r *raster) settle() {
	if r.form != rgba || !r.clear {
		return
	}
	pix := r.planes[0].pix
	for i := 0; i+3 < len(pix); i += 4 {
		a := pix[i+3]
		pix[i], pix[i+1], pix[i+2] = min(pix[i], a), min(pix[i+1], a), min(pix[i+2], a)
	}
}

func addUp(a, b byte) byte { return byte(min(255, int(a)+int(b))) }

// kernel is how samples are weighted by their distance.
type kernel uint8

const (
	area   kernel = iota // each source sample once: for large steps down
	smooth               // Catmull-Rom: keeps edges
)

func (k kernel) radius() float64 {
	if k == area {
		return 0.5
	}
	return 2
}

func (k kernel) weight(d float64) float64 {
	d = math.Abs(d)
	switch {
	case k == area && d <= 0.5:
		return 1
	case k == area:
		return 0
	case d < 1:
		return (1.5*d-2.5)*d*d + 1
	case d < 2:
		return ((-0.5*d+2.5)*d-4)*d + 2
	}
	return 0
}

// axis says where the samples of a result lie in its source: the middle of sample i is at from + (i+½)·scale, in points of
// the picture. A negative scale mirrors.
type axis struct{ from, scale float64 }

// taps are the source samples that make one sample of a result: weights for the samples from first on, in 1/16384.
type taps struct {
	first   int
	weights []int32
}

const one = 1 << 14

// taps works out the weights for n samples out of a plane of have samples, each of which stands for sub points there and
// for dstSub points in the result.
func (a axis) taps(n, have, sub, dstSub int, k kernel) []taps {
	scale := a.scale * float64(dstSub) / float64(sub)
	from := a.from / float64(sub)
	wide := math.Max(math.Abs(scale), 1)
	reach := k.radius() * wide
	all := make([]taps, n)
	for i := range all {
		middle := from + (float64(i)+0.5)*scale
		first, last := int(math.Floor(middle-reach)), int(math.Ceil(middle+reach))
		first, last = min(max(first, 0), have-1), min(max(last, 1), have)
		weights := make([]float64, last-first)
		sum := 0.0
		for j := range weights {
			left := float64(first + j)
			if k == area { // the share of the sample that lies within reach
				weights[j] = math.Max(0, math.Min(left+1, middle+reach)-math.Max(left, middle-reach))
			} else {
				weights[j] = k.weight((left + 0.5 - middle) / wide)
			}
			sum += weights[j]
		}
		t := taps{first: first, weights: make([]int32, len(weights))}
		if sum < 1e-6 {
			t.weights[min(max(int(middle)-first, 0), len(weights)-1)] = one
		} else {
			rest, largest := int32(one), 0
			for j, w := range weights {
				t.weights[j] = int32(math.Round(w / sum * one))
				rest -= t.weights[j]
				if t.weights[j] > t.weights[largest] {
					largest = j
				}
			}
			t.weights[largest] += rest
		}
		for len(t.weights) > 1 && t.weights[len(t.weights)-1] == 0 {
			t.weights = t.weights[:len(t.weights)-1]
		}
		for len(t.weights) > 1 && t.weights[0] == 0 {
			t.first, t.weights = t.first+1, t.weights[1:]
		}
		all[i] = t
	}
	return all
}

// resample fills dst from src. Only as many rows as one row of the result needs are held between the two passes.
func resample(dst, src *plane, x, y axis, k kernel) {
	across := x.taps(dst.w, src.w, src.hs, dst.hs, k)
	down := y.taps(dst.h, src.h, src.vs, dst.vs, k)
	held := 1
	for _, t := range down {
		held = max(held, len(t.weights))
	}
	rows, which := make([][]int32, held), make([]int, held)
	for i := range rows {
		rows[i], which[i] = make([]int32, dst.w), -1
	}
	sum := make([]int32, dst.w)
	for oy, t := range down {
		clear(sum)
		for j, weight := range t.weights {
			sy := t.first + j
			row := rows[sy%held]
			if which[sy%held] != sy {
				resampleRow(row, src.pix[sy*src.stride:], src.step, across)
				which[sy%held] = sy
			}
			for i, v := range row {
				sum[i] += weight * v
			}
		}
		out := dst.pix[oy*dst.stride:]
		for i, v := range sum {
			v = (v + 1<<19) >> 20
			if uint32(v) > 255 {
				v = ^(v >> 31) & 255
			}
			out[i*dst.step] = byte(v)
		}
	}
}

// resampleRow makes one row, in 1/64 of a sample's steps.
func resampleRow(row []int32, pix []byte, step int, across []taps) {
	for i, t := range across {
		var sum int32 = 1 << 7
		if step == 1 {
			from := pix[t.first:][:len(t.weights)]
			for j, v := range from {
				sum += t.weights[j] * int32(v)
			}
		} else {
			at := t.first * step
			for _, w := range t.weights {
				sum += w * int32(pix[at])
				at += step
			}
		}
		row[i] = sum >> 8
	}
}
