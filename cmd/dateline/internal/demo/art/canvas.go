package art

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// canvas holds the two plates of a picture: how much ink, 0 to 255, each pixel gets.
type canvas struct {
	deep, spot []uint8
	ras        vector.Rasterizer
	mask       image.Alpha
	seed       uint64
}

func newCanvas(name string) *canvas {
	c, ok := canvases.Get().(*canvas)
	if !ok {
		c = &canvas{deep: make([]uint8, Width*Height), spot: make([]uint8, Width*Height)}
	}
	clear(c.deep)
	clear(c.spot)
	c.seed = 0x9E3779B97F4A7C15
	for _, b := range []byte(name) {
		c.seed = (c.seed ^ uint64(b)) * 0x100000001B3
	}
	return c
}

// rnd returns the next number of the picture's own sequence, from lo to hi.
func (c *canvas) rnd(lo, hi float64) float64 {
	c.seed += 0x9E3779B97F4A7C15
	z := c.seed
	z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
	z = (z ^ z>>27) * 0x94D049BB133111EB
	z ^= z >> 31
	return lo + (hi-lo)*float64(z>>11)/(1<<53)
}

// tone says how much of the deep and the spot ink a place gets, 0 to 1 each.
type tone func(x, y float64) (deep, spot float64)

// flat is the same everywhere.
func flat(deep, spot float64) tone {
	return func(float64, float64) (float64, float64) { return deep, spot }
}

// fade goes from one pair of inks at y0 to another at y1.
func fade(y0, deep0, spot0, y1, deep1, spot1 float64) tone {
	return func(_, y float64) (float64, float64) {
		t := clamp((y - y0) / (y1 - y0))
		return deep0 + (deep1-deep0)*t, spot0 + (spot1-spot0)*t
	}
}

// across goes from one pair of inks at x0 to another at x1.
func across(x0, deep0, spot0, x1, deep1, spot1 float64) tone {
	return func(x, _ float64) (float64, float64) {
		t := clamp((x - x0) / (x1 - x0))
		return deep0 + (deep1-deep0)*t, spot0 + (spot1-spot0)*t
	}
}

// round goes from the centre's inks to the rim's over the radius.
func round(cx, cy, r, deep0, spot0, deep1, spot1 float64) tone {
	return func(x, y float64) (float64, float64) {
		t := clamp(math.Hypot(x-cx, y-cy) / r)
		t = t * t * (3 - 2*t)
		return deep0 + (deep1-deep0)*t, spot0 + (spot1-spot0)*t
	}
}

func clamp(v float64) float64 {
	if v < 0 {
		return 0
	}
	if v > 1 {
		return 1
	}
	return v
}

func mix(a, b, t float64) float64 { return a + (b-a)*t }

// how a shape meets what lies under it.
type blend uint8

const (
	cover blend = iota // replaces the inks
	over               // adds to them
	lift               // takes them away
)

// fill covers a path with a tone.
func (c *canvas) fill(p *path, t tone) { c.paint(p, t, cover) }

// over prints a tone on top of what is there.
func (c *canvas) over(p *path, t tone) { c.paint(p, t, over) }

// lift takes ink away, as light or fog does.
func (c *canvas) lift(p *path, t tone) { c.paint(p, t, lift) }

// all covers the whole picture.
func (c *canvas) all(t tone) { c.paint(box(0, 0, Width, Height), t, cover) }

// glow lifts ink around a light.
func (c *canvas) glow(x, y, r, deep, spot float64) {
	c.lift(oval(x, y, r, r), round(x, y, r, deep, spot, 0, 0))
}

func (c *canvas) paint(p *path, t tone, how blend) {
	x0, y0 := max(int(math.Floor(p.x0)), 0), max(int(math.Floor(p.y0)), 0)
	x1, y1 := min(int(math.Ceil(p.x1))+1, Width), min(int(math.Ceil(p.y1))+1, Height)
	w, h := x1-x0, y1-y0
	if w <= 0 || h <= 0 {
		return
	}
	if cap(c.mask.Pix) < w*h {
		c.mask.Pix = make([]uint8, Width*Height)
	}
	c.mask.Pix, c.mask.Stride, c.mask.Rect = c.mask.Pix[:w*h], w, image.Rect(0, 0, w, h)
	c.ras.Reset(w, h)
	c.ras.DrawOp = draw.Src
	p.trace(&c.ras, float64(x0), float64(y0))
	c.ras.Draw(&c.mask, c.mask.Rect, image.Opaque, image.Point{})
	for y := 0; y < h; y++ {
		row := c.mask.Pix[y*w : y*w+w]
		at := (y0+y)*Width + x0
		for x, m := range row {
			if m == 0 {
				continue
			}
			k, s := t(float64(x0+x), float64(y0+y))
			a := float64(m) / 255
			c.deep[at+x] = ink(c.deep[at+x], k, a, how)
			c.spot[at+x] = ink(c.spot[at+x], s, a, how)
		}
	}
}

func ink(was uint8, value, alpha float64, how blend) uint8 {
	b := float64(was)
	switch how {
	case over:
		return uint8(b + (255-b)*clamp(value)*alpha + 0.5)
	case lift:
		return uint8(b*(1-clamp(value)*alpha) + 0.5)
	default:
		return uint8(b + (255*clamp(value)-b)*alpha + 0.5)
	}
}
