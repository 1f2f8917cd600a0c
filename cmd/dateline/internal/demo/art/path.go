package art

import (
	"math"

	"golang.org/x/image/vector"
)

// path is a set of closed outlines with its bounds.
type path struct {
	ops            []op
	x0, y0, x1, y1 float64
	x, y           float64
}

type op struct {
	kind byte // M, L, Q, C
	p    [6]float64
}

func newPath() *path {
	return &path{x0: math.Inf(1), y0: math.Inf(1), x1: math.Inf(-1), y1: math.Inf(-1)}
}

func (p *path) add(kind byte, v ...float64) *path {
	o := op{kind: kind}
	copy(o.p[:], v)
	for i := 0; i < len(v); i += 2 {
		p.x0, p.x1 = math.Min(p.x0, v[i]), math.Max(p.x1, v[i])
		p.y0, p.y1 = math.Min(p.y0, v[i+1]), math.Max(p.y1, v[i+1])
	}
	p.x, p.y = v[len(v)-2], v[len(v)-1]
	p.ops = append(p.ops, o)
	return p
}

func (p *path) move(x, y float64) *path { return p.add('M', x, y) }
func (p *path) line(v ...float64) *path {
	for i := 0; i < len(v); i += 2 {
		p.add('L', v[i], v[i+1])
	}
	return p
}
func (p *path) quad(cx, cy, x, y float64) *path       { return p.add('Q', cx, cy, x, y) }
func (p *path) cube(a, b, cx, cy, x, y float64) *path { return p.add('C', a, b, cx, cy, x, y) }

// join appends the outlines of others.
func (p *path) join(others ...*path) *path {
	for _, o := range others {
		for _, s := range o.ops {
			p.add(s.kind, s.p[:arity(s.kind)]...)
		}
	}
	return p
}

func arity(kind byte) int {
	switch kind {
	case 'Q':
		return 4
	case 'C':
		return 6
	}
	return 2
}

// at returns the path scaled by sx and sy, turned by rot radians and moved to x, y.
func (p *path) at(x, y, sx, sy, rot float64) *path {
	sin, cos := math.Sincos(rot)
	out := newPath()
	for _, s := range p.ops {
		n := arity(s.kind)
		v := make([]float64, n)
		for i := 0; i < n; i += 2 {
			px, py := s.p[i]*sx, s.p[i+1]*sy
			v[i], v[i+1] = x+px*cos-py*sin, y+px*sin+py*cos
		}
		out.add(s.kind, v...)
	}
	return out
}

func (p *path) trace(z *vector.Rasterizer, dx, dy float64) {
	f := func(v, d float64) float32 { return float32(v - d) }
	open := false
	for _, o := range p.ops {
		switch o.kind {
		case 'M':
			if open {
				z.ClosePath()
			}
			z.MoveTo(f(o.p[0], dx), f(o.p[1], dy))
			open = true
		case 'L':
			z.LineTo(f(o.p[0], dx), f(o.p[1], dy))
		case 'Q':
			z.QuadTo(f(o.p[0], dx), f(o.p[1], dy), f(o.p[2], dx), f(o.p[3], dy))
		case 'C':
			z.CubeTo(f(o.p[0], dx), f(o.p[1], dy), f(o.p[2], dx), f(o.p[3], dy), f(o.p[4], dx), f(o.p[5], dy))
		}
	}
	if open {
		z.ClosePath()
	}
}

// poly is a polygon of x, y pairs.
func poly(v ...float64) *path {
	v = wound(v)
	return newPath().move(v[0], v[1]).line(v[2:]...)
}

// wound returns x, y pairs in clockwise order, so that outlines joined into one
// path add up where they overlap; overlaps of opposite winding would cancel.
func wound(v []float64) []float64 {
	n, area := len(v)/2, 0.0
	for i := 0; i < n; i++ {
		j := (i + 1) % n
		area += v[2*i]*v[2*j+1] - v[2*j]*v[2*i+1]
	}
	if area >= 0 {
		return v
	}
	out := make([]float64, 0, len(v))
	for i := n - 1; i >= 0; i-- {
		out = append(out, v[2*i], v[2*i+1])
	}
	return out
}

// box is a rectangle.
func box(x, y, w, h float64) *path { return poly(x, y, x+w, y, x+w, y+h, x, y+h) }

// soft is a rectangle with round corners.
func soft(x, y, w, h, r float64) *path {
	p := newPath().move(x+r, y).line(x+w-r, y).quad(x+w, y, x+w, y+r).line(x+w, y+h-r).quad(x+w, y+h, x+w-r, y+h)
	return p.line(x+r, y+h).quad(x, y+h, x, y+h-r).line(x, y+r).quad(x, y, x+r, y)
}

// oval is an ellipse around its centre.
func oval(cx, cy, rx, ry float64) *path {
	const k = 0.5522847498
	p := newPath().move(cx+rx, cy).cube(cx+rx, cy+k*ry, cx+k*rx, cy+ry, cx, cy+ry)
	p.cube(cx-k*rx, cy+ry, cx-rx, cy+k*ry, cx-rx, cy)
	p.cube(cx-rx, cy-k*ry, cx-k*rx, cy-ry, cx, cy-ry)
	return p.cube(cx+k*rx, cy-ry, cx+rx, cy-k*ry, cx+rx, cy)
}

// ring is an ellipse with an elliptical hole.
func ring(cx, cy, rx, ry, width float64) *path {
	return oval(cx, cy, rx, ry).join(oval(cx, cy, rx-width, ry-width).at(2*cx, 0, -1, 1, 0))
}

// line is a stroke of even width through x, y pairs, with round joints.
func line(width float64, v ...float64) *path {
	p := newPath()
	for i := 0; i+3 < len(v); i += 2 {
		x0, y0, x1, y1 := v[i], v[i+1], v[i+2], v[i+3]
		l := math.Hypot(x1-x0, y1-y0)
		if l == 0 {
			continue
		}
		nx, ny := (y0-y1)/l*width/2, (x1-x0)/l*width/2
		p.join(poly(x0+nx, y0+ny, x0-nx, y0-ny, x1-nx, y1-ny, x1+nx, y1+ny))
		if i > 0 && width > 3 {
			p.join(oval(x0, y0, width/2, width/2))
		}
	}
	return p
}

// curve is the points of a smooth line through x, y pairs, n to a stretch.
func curve(n int, v ...float64) []float64 {
	pt := func(i int) (float64, float64) {
		i = max(0, min(i, len(v)/2-1))
		return v[2*i], v[2*i+1]
	}
	var out []float64
	for i := 0; i < len(v)/2-1; i++ {
		ax, ay := pt(i - 1)
		bx, by := pt(i)
		cx, cy := pt(i + 1)
		dx, dy := pt(i + 2)
		for j := 0; j < n; j++ {
			t := float64(j) / float64(n)
			out = append(out, spline(ax, bx, cx, dx, t), spline(ay, by, cy, dy, t))
		}
	}
	x, y := pt(len(v)/2 - 1)
	return append(out, x, y)
}

func spline(a, b, c, d, t float64) float64 {
	return 0.5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
}

// blob is a closed smooth outline through x, y pairs.
func blob(v ...float64) *path {
	v = wound(v)
	n := len(v) / 2
	p := newPath().move(v[0], v[1])
	at := func(i int) (float64, float64) { i = (i + n) % n; return v[2*i], v[2*i+1] }
	for i := 0; i < n; i++ {
		ax, ay := at(i - 1)
		bx, by := at(i)
		cx, cy := at(i + 1)
		dx, dy := at(i + 2)
		p.cube(bx+(cx-ax)/6, by+(cy-ay)/6, cx-(dx-bx)/6, cy-(dy-by)/6, cx, cy)
	}
	return p
}

// ribbon is a stroke along points whose width runs from w0 over wm in the middle to w1.
func ribbon(w0, wm, w1 float64, v []float64) *path {
	n := len(v) / 2
	left, right := make([]float64, 0, 2*n), make([]float64, 0, 2*n)
	for i := 0; i < n; i++ {
		a, b := max(i-1, 0), min(i+1, n-1)
		dx, dy := v[2*b]-v[2*a], v[2*b+1]-v[2*a+1]
		l := math.Max(math.Hypot(dx, dy), 1e-6)
		t := float64(i) / float64(n-1)
		w := mix(w0, wm, math.Sin(t*math.Pi))
		if t > 0.5 {
			w = mix(w1, wm, math.Sin(t*math.Pi))
		}
		nx, ny := -dy/l*w/2, dx/l*w/2
		left = append(left, v[2*i]+nx, v[2*i+1]+ny)
		right = append(right, v[2*i]-nx, v[2*i+1]-ny)
	}
	for i := n - 1; i >= 0; i-- {
		left = append(left, right[2*i], right[2*i+1])
	}
	return poly(left...)
}
