package art

import "math"

// gull is a gull in flight, wings spread over about 2 units, seen from the side below.
func gull(x, y, size, rot, lift float64) *path {
	l := curve(6, -1, -0.05-lift*0.2, -0.62, -0.34-lift*0.3, -0.25, -0.2, 0, 0.02)
	r := curve(6, 0, 0.02, 0.28, -0.24, 0.66, -0.3-lift*0.35, 1.05, 0.08-lift*0.3)
	p := ribbon(0.01, 0.12, 0.16, l).join(ribbon(0.16, 0.11, 0.01, r))
	p.join(blob(-0.05, 0.1, 0.0, -0.06, 0.16, -0.07, 0.3, 0.0, 0.16, 0.08))
	return p.at(x, y, size, size, rot)
}

// water lays short lens-shaped glints over a sea from the horizon down; they
// grow towards the viewer. strength above 0 adds ink, below 0 lifts it.
func (c *canvas) water(horizon, bottom, x0, x1 float64, n int, deep, spot float64, how blend) {
	for i := 0; i < n; i++ {
		t := c.rnd(0, 1)
		t *= t
		y := mix(horizon+4, bottom, t)
		w := mix(14, 150, t) * c.rnd(0.6, 1.5)
		h := mix(1.2, 9, t)
		x := c.rnd(x0, x1)
		c.paint(newPath().move(x-w, y).quad(x-w*0.2, y-h, x+w, y).quad(x-w*0.1, y+h*0.8, x-w, y), flat(deep, spot), how)
	}
}

// shimmer is the broken reflection of a light or a bright thing below x, y.
func (c *canvas) shimmer(x, y, bottom, width float64, deep, spot float64, how blend) {
	step := 9.0
	for yy := y; yy < bottom; yy += step {
		t := (yy - y) / (bottom - y)
		w := width * (0.5 + 1.1*t) * c.rnd(0.35, 1.1)
		dx := c.rnd(-1, 1) * width * (0.15 + 0.7*t)
		h := step * mix(0.28, 0.42, t)
		c.paint(newPath().move(x+dx-w, yy).quad(x+dx, yy-h, x+dx+w, yy).quad(x+dx, yy+h, x+dx-w, yy), flat(deep*(1-t*0.7), spot*(1-t*0.7)), how)
		step = mix(9, 20, t)
	}
}

// rain is slanted strokes over a region.
func (c *canvas) rain(n int, length, slant float64, deep, spot float64, how blend) {
	p := newPath()
	for i := 0; i < n; i++ {
		x, y := c.rnd(-200, Width+200), c.rnd(-100, Height)
		l := length * c.rnd(0.5, 1.3)
		p.join(line(c.rnd(1.6, 3.6), x, y, x+slant*l, y+l))
	}
	c.paint(p, flat(deep, spot), how)
}

// bank is a long flat cloud of soft edges built of overlapping lenses.
func (c *canvas) bank(x, y, w, h float64, n int, deep, spot float64, how blend) {
	p := newPath()
	for i := 0; i < n; i++ {
		cx := x + c.rnd(-0.5, 0.5)*w
		cy := y + c.rnd(-0.5, 0.5)*h
		rx := w * c.rnd(0.1, 0.32) * (1 - math.Abs(cx-x)/w)
		p.join(oval(cx, cy, rx, h*c.rnd(0.12, 0.3)))
	}
	c.paint(p, flat(deep, spot), how)
}

// crane is a container gantry with its foot at x, y; reach is the side of the
// water, 1 right or -1 left. s is the height of the portal.
func crane(x, y, s, reach float64) *path {
	const w = 0.022
	p := newPath()
	leg := func(v ...float64) { p.join(line(w*1.5, v...)) }
	bar := func(v ...float64) { p.join(line(w, v...)) }
	thin := func(v ...float64) { p.join(line(w*0.45, v...)) }
	leg(-0.24, 0, -0.2, -0.86)
	leg(0.24, 0, 0.2, -0.86)
	bar(-0.22, -0.34, 0.22, -0.34)
	bar(-0.2, -0.84, 0.2, -0.84)
	thin(-0.22, -0.34, 0.2, -0.84)
	thin(0.22, -0.34, -0.2, -0.84)
	bar(-0.3, -0.015, -0.18, -0.015)
	bar(0.18, -0.015, 0.3, -0.015)
	leg(-0.62, -0.88, 1.3, -0.88)
	thin(-0.62, -0.93, 1.3, -0.93)
	for i := -0.6; i < 1.28; i += 0.08 {
		thin(i, -0.93, i+0.04, -0.88, i+0.08, -0.93)
	}
	bar(-0.2, -0.88, 0.02, -1.34)
	bar(0.2, -0.88, 0.02, -1.34)
	bar(-0.09, -1.11, 0.11, -1.11)
	thin(0.02, -1.34, 0.62, -0.93)
	thin(0.02, -1.34, 1.2, -0.93)
	thin(0.02, -1.34, -0.56, -0.93)
	p.join(box(-0.5, -1.03, 0.26, 0.12))
	p.join(line(w*0.5, 0.02, -1.34, 0.02, -1.42))
	return p.at(x, y, s*reach, s, 0)
}

// ferry is a double-ended ferry from the side, its waterline at x, y, length l.
type ferry struct{ hull, house, dark, glass, trim *path }

func newFerry(x, y, l float64) ferry {
	f := ferry{hull: newPath(), house: newPath(), dark: newPath(), glass: newPath(), trim: newPath()}
	f.hull.move(-0.5, -0.1).line(-0.44, -0.088, 0.44, -0.088, 0.5, -0.1)
	f.hull.cube(0.497, -0.06, 0.486, -0.02, 0.474, 0.002).line(-0.474, 0.002).cube(-0.486, -0.02, -0.497, -0.06, -0.5, -0.1)
	f.house.join(poly(-0.4, -0.085, -0.385, -0.152, 0.385, -0.152, 0.4, -0.085))
	f.house.join(poly(-0.3, -0.152, -0.285, -0.208, 0.285, -0.208, 0.3, -0.152))
	f.house.join(poly(-0.1, -0.208, -0.085, -0.262, 0.085, -0.262, 0.1, -0.208))
	f.house.join(box(-0.42, -0.158, 0.84, 0.01)).join(box(-0.32, -0.213, 0.64, 0.008)).join(box(-0.11, -0.27, 0.22, 0.01))
	f.dark.join(poly(0.15, -0.208, 0.162, -0.292, 0.225, -0.292, 0.22, -0.208))
	f.dark.join(line(0.004, 0, -0.268, 0, -0.36)).join(line(0.003, -0.03, -0.33, 0.03, -0.33)).join(line(0.0025, -0.018, -0.305, 0.018, -0.305))
	f.trim.join(box(0.158, -0.275, 0.066, 0.022))
	for i := -0.36; i < 0.35; i += 0.04 {
		f.glass.join(soft(i, -0.137, 0.026, 0.03, 0.005))
	}
	for i := -0.262; i < 0.25; i += 0.034 {
		if i > 0.13 && i < 0.23 {
			continue
		}
		f.glass.join(soft(i, -0.195, 0.023, 0.024, 0.004))
	}
	for i := -0.078; i < 0.06; i += 0.032 {
		f.glass.join(poly(i, -0.25, i+0.026, -0.25, i+0.026, -0.228, i, -0.228))
	}
	for i := -0.4; i < 0.41; i += 0.02 {
		f.dark.join(line(0.0016, i, -0.172, i, -0.155))
	}
	f.dark.join(line(0.0022, -0.41, -0.172, 0.41, -0.172))
	for i := -0.3; i < -0.1; i += 0.018 {
		f.dark.join(line(0.0014, i, -0.226, i, -0.21))
	}
	f.dark.join(line(0.002, -0.3, -0.226, -0.1, -0.226))
	for _, i := range []float64{-0.235, 0.255} {
		f.dark.join(blob(i-0.03, -0.23, i+0.03, -0.23, i+0.024, -0.216, i-0.024, -0.216))
	}
	for _, p := range []**path{&f.hull, &f.house, &f.dark, &f.glass, &f.trim} {
		*p = (*p).at(x, y, l, l, 0)
	}
	return f
}

// person stands with the feet at x, y; s is the height, lean tilts the body.
func person(x, y, s, lean, step float64) *path {
	p := oval(lean*0.5, -0.9, 0.075, 0.092)
	p.join(blob(-0.13+lean*0.4, -0.78, 0.13+lean*0.4, -0.78, 0.12, -0.42, -0.12, -0.42))
	p.join(line(0.1, -0.05, -0.45, -0.06-step, 0), line(0.1, 0.05, -0.45, 0.06+step, 0))
	return p.at(x, y, s, s, 0)
}

// umbrella is held over a person of the same x, y and s.
func umbrella(x, y, s float64) *path {
	p := newPath().move(-0.48, -0.98).cube(-0.42, -1.3, 0.42, -1.3, 0.48, -0.98)
	p.quad(0.32, -1.06, 0.16, -0.98).quad(0, -1.06, -0.16, -0.98).quad(-0.32, -1.06, -0.48, -0.98)
	p.join(line(0.02, 0.02, -1.22, 0.02, -0.6))
	return p.at(x, y, s, s, 0)
}

// lamp is a street lamp with its foot at x, y.
func lamp(x, y, s float64) *path {
	p := line(0.026, 0, 0, 0, -0.9).join(poly(-0.035, 0, 0.035, 0, 0.022, -0.12, -0.022, -0.12))
	p.join(poly(-0.05, -0.88, 0.05, -0.88, 0.075, -1.0, -0.075, -1.0), poly(-0.09, -1.0, 0.09, -1.0, 0, -1.06))
	return p.at(x, y, s, s, 0)
}

// windows is a grid of n by m panes in a rectangle.
func windows(x, y, w, h float64, n, m int, fillX, fillY float64) *path {
	p := newPath()
	cw, ch := w/float64(n), h/float64(m)
	for i := 0; i < n; i++ {
		for j := 0; j < m; j++ {
			p.join(box(x+(float64(i)+0.5-fillX/2)*cw, y+(float64(j)+0.5-fillY/2)*ch, cw*fillX, ch*fillY))
		}
	}
	return p
}

// skyline is a row of roofs and towers along a baseline, as one silhouette.
func (c *canvas) skyline(x0, x1, base, low, high float64) *path {
	p := newPath().move(x0, base)
	for x := x0; x < x1; {
		w := c.rnd(34, 96)
		h := c.rnd(low, high)
		switch int(c.rnd(0, 5)) {
		case 0: // gable
			p.line(x, base-h, x+w/2, base-h-w*0.42, x+w, base-h)
		case 1: // chimney
			p.line(x, base-h, x+w*0.7, base-h, x+w*0.7, base-h-26, x+w*0.84, base-h-26, x+w*0.84, base-h, x+w, base-h)
		case 2: // lean-to
			p.line(x, base-h, x+w, base-h-w*0.22)
		default:
			p.line(x, base-h, x+w, base-h)
		}
		x += w
	}
	return p.line(x1, base)
}

// hills is a soft ridge.
func hills(x0, x1, base float64, heights ...float64) *path {
	v := make([]float64, 0, 2*len(heights))
	for i, h := range heights {
		v = append(v, x0+(x1-x0)*float64(i)/float64(len(heights)-1), base-h)
	}
	v = curve(14, v...)
	return newPath().move(x0, base).line(v...).line(x1, base)
}

// tram is the front of a tram standing on the rails at x, y; w is its width.
type tram struct{ body, glass, dark, light *path }

func newTram(x, y, w float64) tram {
	t := tram{body: newPath(), glass: newPath(), dark: newPath(), light: newPath()}
	t.body.move(-0.48, -0.16).cube(-0.52, -0.6, -0.5, -1.1, -0.42, -1.32).quad(-0.38, -1.4, -0.26, -1.4)
	t.body.line(0.26, -1.4).quad(0.38, -1.4, 0.42, -1.32).cube(0.5, -1.1, 0.52, -0.6, 0.48, -0.16)
	t.body.quad(0.3, -0.1, 0, -0.1).quad(-0.3, -0.1, -0.48, -0.16)
	t.glass.move(-0.43, -0.72).cube(-0.43, -0.9, -0.41, -1.02, -0.37, -1.12).line(0.37, -1.12).cube(0.41, -1.02, 0.43, -0.9, 0.43, -0.72)
	t.glass.quad(0.2, -0.66, 0, -0.66).quad(-0.2, -0.66, -0.43, -0.72)
	t.dark.join(soft(-0.24, -1.32, 0.48, 0.14, 0.03), line(0.02, -0.2, -1.4, -0.06, -1.62, 0.06, -1.62, 0.2, -1.4), line(0.018, -0.22, -1.64, 0.22, -1.64))
	t.dark.join(poly(-0.4, -0.14, 0.4, -0.14, 0.36, 0.0, -0.36, 0.0))
	t.dark.join(line(0.012, 0.05, -1.1, -0.16, -0.72), line(0.01, 0, -1.12, 0, -0.67))
	t.light.join(oval(-0.32, -0.38, 0.06, 0.05), oval(0.32, -0.38, 0.06, 0.05))
	for _, p := range []**path{&t.body, &t.glass, &t.dark, &t.light} {
		*p = (*p).at(x, y, w, w, 0)
	}
	return t
}
