package art

import "math"

func init() {
	scenery["library-stacks"] = scene{flimsy, ochre, libraryStacks}
	scenery["council-chamber"] = scene{white, sea, councilChamber}
	scenery["ropewalk-theatre"] = scene{flimsy, ochre, ropewalk}
	scenery["fish-auction"] = scene{white, sea, fishAuction}
}

// eye is a one-point perspective: x to the right, y down, z away, in the
// viewer's units; vx and vy are the vanishing point, f the focal length.
type eye struct{ vx, vy, f float64 }

func (e eye) at(x, y, z float64) (float64, float64) { return e.vx + x*e.f/z, e.vy + y*e.f/z }

// face is a quadrangle of four points in space, given as x, y, z.
func (e eye) face(v ...float64) *path {
	p := newPath()
	for i := 0; i < len(v); i += 3 {
		x, y := e.at(v[i], v[i+1], v[i+2])
		if i == 0 {
			p.move(x, y)
		} else {
			p.line(x, y)
		}
	}
	return p
}

func libraryStacks(c *canvas) {
	e := eye{1120, 640, 1000}
	c.all(flat(0.9, 0.5))
	// floor, ceiling, the window at the end
	c.fill(e.face(-1, 1.15, 0.9, 1, 1.15, 0.9, 1, 1.15, 9, -1, 1.15, 9), fade(760, 0.1, 0.4, 1600, 0.86, 0.7))
	for z := 1.0; z < 9; z *= 1.28 {
		c.over(e.face(-1, 1.15, z, 1, 1.15, z, 1, 1.15, z*1.03, -1, 1.15, z*1.03), flat(0.4, 0.3))
	}
	c.fill(e.face(-1, -1.4, 0.9, 1, -1.4, 0.9, 1, -1.4, 9, -1, -1.4, 9), fade(0, 0.96, 0.3, 500, 0.5, 0.6))
	c.fill(e.face(-1, -1.4, 9, 1, -1.4, 9, 1, 1.15, 9, -1, 1.15, 9), flat(0.4, 0.7))
	x0, y0 := e.at(-0.5, -1.1, 9)
	x1, y1 := e.at(0.5, 0.75, 9)
	c.fill(soft(x0, y0, x1-x0, y1-y0, 44), flat(0, 0))
	c.glow((x0+x1)/2, (y0+y1)/2, 420, 0.7, 0.35)
	c.fill(line(5, (x0+x1)/2, y0, (x0+x1)/2, y1).join(line(5, x0, (y0+y1)/2, x1, (y0+y1)/2), line(4, x0, y0+60, x1, y0+60)), flat(0.8, 0.4))
	// shelves on both sides, books standing on them
	for _, side := range []float64{-1, 1} {
		c.fill(e.face(side, -1.4, 0.5, side, -1.4, 9, side, 1.15, 9, side, 1.15, 0.5), flat(1, 0.4))
		const rows = 7
		for r := 0; r < rows; r++ {
			top, base := -1.34+2.44*float64(r)/rows, -1.34+2.44*float64(r+1)/rows-0.045
			z := 0.72
			for z < 8.8 {
				thick := c.rnd(0.028, 0.085)
				if c.rnd(0, 1) < 0.06 {
					z += c.rnd(0.05, 0.25)
					continue
				}
				tall := c.rnd(0.66, 0.97)
				shade := []struct{ k, s float64 }{{0.1, 0.5}, {0.2, 0.95}, {0.55, 0.8}, {0.8, 0.6}, {0, 0.14}, {0.45, 1}, {0.7, 0.4}}[int(c.rnd(0, 7))]
				far := clamp((z - 1) / 8)
				c.fill(e.face(side, base-(base-top)*tall, z, side, base-(base-top)*tall, z+thick, side, base, z+thick, side, base, z), flat(mix(shade.k, 0.3, far)+0.08*(1-far), mix(shade.s, 0.6, far)))
				if z < 3.4 && c.rnd(0, 1) < 0.5 {
					m := base - (base-top)*tall*c.rnd(0.55, 0.8)
					c.fill(e.face(side, m, z+thick*0.1, side, m, z+thick*0.9, side, m+0.02, z+thick*0.9, side, m+0.02, z+thick*0.1), flat(0, 0.1))
				}
				z += thick
			}
			c.fill(e.face(side, base, 0.5, side, base, 9, side, base+0.03, 9, side, base+0.03, 0.5), flat(0.75, 0.8))
		}
		for z := 1.06; z < 9; z += 1.13 {
			c.fill(e.face(side, -1.4, z, side, -1.4, z+0.06, side, 1.15, z+0.06, side, 1.15, z), flat(0.9, 0.5))
		}
	}
	// lamps along the ceiling
	for _, z := range []float64{1.9, 2.9, 4.6, 7} {
		x, y := e.at(0, -1.0, z)
		r := 120 / z
		c.fill(line(6/z+1, x, y-260/z, x, y), flat(1, 0.3))
		c.glow(x, y+r*0.5, r*3.4, 0.6, 0.4)
		c.fill(newPath().move(x-r, y+r*0.5).cube(x-r*0.8, y-r*0.4, x+r*0.8, y-r*0.4, x+r, y+r*0.5), flat(1, 0.3))
		c.fill(oval(x, y+r*0.55, r*0.5, r*0.16), flat(0, 0))
	}
	// the librarian on the ladder
	c.fill(line(16, 1500, 1330, 1690, 300).join(line(16, 1600, 1350, 1780, 300)), flat(1, 0.4))
	for i := 0.0; i < 9; i++ {
		t := i / 9
		c.fill(line(11, mix(1512, 1684, t), mix(1270, 340, t), mix(1610, 1772, t), mix(1280, 340, t)), flat(1, 0.4))
	}
	c.fill(person(1600, 1050, 430, 0.12, 0.04), flat(1, 0.3))
	c.fill(ribbon(52, 40, 26, curve(8, 1650, 740, 1740, 700, 1800, 650)), flat(1, 0.3))
	c.fill(poly(1786, 590, 1850, 580, 1862, 668, 1798, 676), flat(0, 0.06))
	// the atlas on the table
	c.fill(poly(-40, 1400, 1000, 1330, 1300, 1640, -40, 1640), flat(1, 0.5))
	c.fill(poly(150, 1392, 536, 1352, 640, 1566, 130, 1600), flat(0, 0.05))
	c.fill(poly(536, 1352, 880, 1332, 1110, 1530, 640, 1566), flat(0.02, 0.16))
	coast := line(5, curve(10, 190, 1560, 260, 1500, 330, 1520, 380, 1450, 460, 1470, 500, 1390)...)
	coast.join(line(4, curve(10, 680, 1530, 740, 1470, 840, 1480, 870, 1420, 800, 1380)...))
	for i := 0; i < 7; i++ {
		coast.join(line(2, 640+float64(i)*70, 1556-float64(i)*4, 540+float64(i)*56, 1358-float64(i)*3))
	}
	for i := 0; i < 40; i++ {
		x, y := c.rnd(230, 520), c.rnd(1400, 1560)
		coast.join(line(3, x, y, x+7, y-1))
	}
	c.fill(coast, flat(0.9, 0.5))
	c.over(poly(520, 1354, 556, 1351, 660, 1564, 616, 1568), flat(0.3, 0.4))
	c.fill(soft(900, 1352, 130, 74, 6).at(0, 0, 1, 1, 0.05), flat(0, 0))
}

// councilChamber is the hemicycle of 45 seats, seen from the gallery.
func councilChamber(c *canvas) {
	c.all(fade(0, 0.1, 0.3, 1600, 0.02, 0.12))
	const cx, cy = 1200.0, 470.0
	const flatten = 0.62
	// wall with tall windows, and the light they throw
	c.fill(box(0, 0, Width, 300), fade(0, 0.75, 0.7, 300, 0.5, 0.7))
	for i := 0; i < 9; i++ {
		x := 90 + float64(i)*255
		if i == 4 {
			continue
		}
		c.fill(newPath().move(x, 270).line(x, 80).cube(x, 0, x+150, 0, x+150, 80).line(x+150, 270), flat(0, 0.04))
		c.fill(line(7, x+75, 10, x+75, 270).join(line(7, x, 130, x+150, 130)), flat(0.6, 0.6))
		c.lift(poly(x, 300, x+150, 300, x+150+(x-1125)*1.1, 1600, x-60+(x-1125)*1.1, 1600), fade(300, 0.6, 0.6, 1500, 0, 0))
	}
	c.fill(box(1040, 0, 320, 300), flat(0.9, 0.6))
	c.fill(ring(1200, 130, 84, 84, 12).join(line(12, 1200, 60, 1200, 200), ring(1200, 70, 18, 18, 8), line(12, 1160, 108, 1240, 108), ring(1200, 150, 56, 56, 12)), flat(0, 0.1))
	c.fill(box(0, 292, Width, 22), flat(0.95, 0.6))
	// rostrum
	c.fill(oval(cx, cy+40, 330, 120), flat(0.3, 0.55))
	c.fill(poly(cx-250, 380, cx+250, 380, cx+280, 500, cx-280, 500), flat(1, 0.6))
	c.fill(poly(cx-262, 366, cx+262, 366, cx+262, 386, cx-262, 386), flat(0.4, 0.5))
	for i := -2.0; i <= 2; i++ {
		s := 100.0
		if i == 0 {
			s = 126
		}
		c.fill(person(cx+i*96, 470, s*1.9, 0, 0.02), flat(1, 0.5))
		c.fill(box(cx+i*96-22, 350, 44, 18), flat(0, 0))
	}
	c.fill(poly(cx-250, 392, cx+250, 392, cx+280, 500, cx-280, 500), flat(1, 0.6))
	// benches: rows of 7, 10, 13, 15
	rows := []int{7, 10, 13, 15}
	filled := 0
	for r, n := range rows {
		radius := 460 + float64(r)*205
		desk := func(w, lower float64, t tone) {
			v := []float64{}
			for i := 0; i <= 60; i++ {
				a := mix(0.16, math.Pi-0.16, float64(i)/60)
				v = append(v, cx+math.Cos(a)*radius*1.02, cy+math.Sin(a)*radius*flatten*1.45+lower)
			}
			c.fill(ribbon(w, w, w, v), t)
		}
		s := 150 + float64(r)*46
		for i := 0; i < n; i++ {
			a := mix(0.22, math.Pi-0.22, (float64(i)+0.5)/float64(n))
			x, y := cx-math.Cos(a)*radius*1.02, cy+math.Sin(a)*radius*flatten*1.45
			k, sp := 0.0, 0.06
			if (i*7+r*3)%15 < 8 && filled < 24 {
				k, sp = 0.12, 1
				filled++
			}
			body := blob(x-s*0.28, y+s*0.12, x-s*0.26, y-s*0.26, x-s*0.1, y-s*0.4, x+s*0.1, y-s*0.4, x+s*0.26, y-s*0.26, x+s*0.28, y+s*0.12)
			c.fill(body, flat(k, sp))
			c.fill(line(5, x-s*0.28, y+s*0.1, x-s*0.25, y-s*0.26, x-s*0.1, y-s*0.4, x+s*0.1, y-s*0.4, x+s*0.25, y-s*0.26, x+s*0.28, y+s*0.1), flat(1, 0.4))
			c.fill(oval(x, y-s*0.52, s*0.145, s*0.17), flat(1, 0.4))
		}
		desk(46+float64(r)*12, 46+float64(r)*16, flat(1, 0.55))
		desk(22+float64(r)*6, 26+float64(r)*12, flat(0.3, 0.6))
	}
	c.fill(poly(0, 1470, Width, 1470, Width, 1600, 0, 1600), flat(1, 0.6))
	c.fill(poly(0, 1440, Width, 1440, Width, 1476, 0, 1476), flat(0.25, 0.5))
}

// ropewalk is the long hall, its rails and its ceiling of ropes.
func ropewalk(c *canvas) {
	e := eye{1200, 760, 1000}
	c.all(flat(1, 0.4))
	c.fill(e.face(-1.5, 1, 0.7, 1.5, 1, 0.7, 1.5, 1, 22, -1.5, 1, 22), fade(800, 0.1, 0.7, 1600, 0.92, 0.5))
	for _, side := range []float64{-1.5, 1.5} {
		c.fill(e.face(side, -1.6, 0.7, side, -1.6, 22, side, 1, 22, side, 1, 0.7), across(1200, 0.35, 0.8, 1200+side*800, 0.96, 0.5))
		for z := 1.3; z < 20; z *= 1.32 {
			c.fill(e.face(side, -0.7, z, side, -0.7, z*1.12, side, 0.1, z*1.12, side, 0.1, z), flat(0, 0.12+0.02*z))
			c.fill(e.face(side, -1.6, z*1.2, side, -1.6, z*1.24, side, 1, z*1.24, side, 1, z*1.2), flat(1, 0.4))
			c.lift(e.face(side, 1, z, side, 1, z*1.12, side*0.2, 1, z*1.3, side*0.2, 1, z*1.16), flat(0.4, 0.2))
		}
	}
	c.fill(e.face(-1.5, -1.6, 0.7, 1.5, -1.6, 0.7, 1.5, -1.6, 22, -1.5, -1.6, 22), fade(0, 1, 0.4, 690, 0.5, 0.8))
	// ropes overhead, sagging between the beams
	for i := 0; i < 44; i++ {
		x := mix(-1.45, 1.45, (float64(i)+0.5)/44)
		v := []float64{}
		for z := 0.72; z < 20; z *= 1.07 {
			sag := 0.16 * math.Abs(math.Sin(math.Log(z)*4.2+x))
			px, py := e.at(x+0.02*math.Sin(z*2+x*9), -1.5+sag+0.22*math.Abs(math.Sin(x*7)), z)
			v = append(v, px, py)
		}
		k, s := 0.15, 0.9
		if i%3 == 0 {
			k, s = 0, 0.3
		}
		c.fill(ribbon(26, 9, 1, v), flat(k, s))
		c.over(ribbon(9, 3, 0.4, v), flat(0.6, 0.3))
	}
	for z := 1.25; z < 20; z *= 1.5 {
		c.fill(e.face(-1.5, -1.32, z, 1.5, -1.32, z, 1.5, -1.2, z, -1.5, -1.2, z), flat(1, 0.4))
	}
	// rails
	for _, x := range []float64{-0.62, -0.5, 0.5, 0.62} {
		c.fill(e.face(x, 1, 0.7, x+0.03, 1, 0.7, x+0.03, 1, 22, x, 1, 22), flat(1, 0.3))
		c.fill(e.face(x+0.008, 1, 0.7, x+0.016, 1, 0.7, x+0.016, 1, 22, x+0.008, 1, 22), flat(0, 0))
	}
	// the stage far down the hall, lit; its players; heads of the audience
	x0, y0 := e.at(-0.9, -0.95, 4.6)
	x1, y1 := e.at(0.9, 0.86, 4.6)
	c.glow((x0+x1)/2, (y0+y1)/2, 620, 0.55, 0.4)
	c.fill(box(x0, y0, x1-x0, y1-y0), fade(y0, 0.0, 0.3, y1, 0, 0))
	c.fill(box(x0-20, y0-20, x1-x0+40, 24).join(box(x0-20, y1-14, x1-x0+40, 44), box(x0-22, y0, 24, y1-y0), box(x1-2, y0, 24, y1-y0)), flat(1, 0.4))
	c.fill(poly(x0+60, y1-14, x0+60, y0+150, x0+140, y0+90, x0+220, y0+150, x0+220, y1-14), flat(0.1, 0.6))
	c.fill(box(x0+108, y0+190, 60, 70), flat(0, 0))
	c.fill(person(x1-220, y1-12, 190, 0.05, 0.07).join(person(x1-120, y1-12, 176, -0.06, 0.03), person(x0+280, y1-12, 130, 0.1, 0.08)), flat(1, 0.3))
	c.fill(line(12, x1-100, y1-110, x1-60, y1-190), flat(1, 0.3))
	for row := 4; row >= 0; row-- {
		z := 1.0 + 0.42*float64(row)
		n := 9 + row
		for i := 0; i < n; i++ {
			if (i*5+row*3)%13 == 0 {
				continue
			}
			x, y := e.at(mix(-0.98, 0.98, (float64(i)+0.5+0.12*float64(row%2))/float64(n)), 0.82, z)
			r := 56 / z
			c.fill(oval(x, y-r*1.2, r*0.72, r*0.9).join(blob(x-r*1.5, y+r*2.2, x-r*1.2, y+r*0.1, x, y-r*0.3, x+r*1.2, y+r*0.1, x+r*1.5, y+r*2.2)), flat(1, 0.4))
			c.lift(ribbon(2, 7/z, 2, curve(6, x-r*0.6, y-r*1.5, x-r*0.1, y-r*2.15, x+r*0.5, y-r*1.7)), flat(0.7, 0.2))
		}
	}
}

// fishAuction is the hall at half past five under the new clock.
func fishAuction(c *canvas) {
	e := eye{1200, 560, 1000}
	c.all(fade(0, 0.55, 0.75, 560, 0.3, 0.6))
	c.fill(e.face(-3, 0.9, 0.5, 3, 0.9, 0.5, 3, 0.9, 8, -3, 0.9, 8), fade(640, 0.05, 0.2, 1600, 0.3, 0.62))
	for i := -6.0; i <= 6; i++ {
		c.over(e.face(i*0.5, 0.9, 0.5, i*0.5+0.012, 0.9, 0.5, i*0.5+0.012, 0.9, 8, i*0.5, 0.9, 8), flat(0.5, 0.3))
	}
	// iron columns and roof
	for _, z := range []float64{7.5, 5, 3.4, 2.3} {
		for _, x := range []float64{-1.75, 1.75} {
			c.fill(e.face(x-0.05, -1.4, z, x+0.05, -1.4, z, x+0.05, 0.9, z, x-0.05, 0.9, z), flat(0.95, 0.6))
		}
		ax, ay := e.at(-1.8, -1.0, z)
		bx, by := e.at(1.8, -1.0, z)
		mx, my := e.at(0, -1.55, z)
		w := 90 / z
		c.fill(line(w*0.6, ax, ay, mx, my, bx, by).join(line(w*0.4, ax, ay, bx, by), line(w*0.25, mx, my, mx, ay), line(w*0.25, (ax+mx)/2, (ay+my)/2, (ax+mx)/2, ay), line(w*0.25, (bx+mx)/2, (by+my)/2, (bx+mx)/2, by)), flat(0.95, 0.6))
	}
	// the clock that runs down: dots round a dial, two thirds gone
	const cx, cy, r = 1200.0, 430.0, 285.0
	c.fill(oval(cx, cy, r+36, r+36), flat(1, 0.6))
	c.fill(oval(cx, cy, r, r), flat(0, 0))
	for i := 0; i < 100; i++ {
		a := float64(i)/100*2*math.Pi - math.Pi/2
		q := 8.5
		k, s := 0.06, 0.16
		if i < 37 {
			k, s = 0.2, 1
		}
		if i%10 == 0 {
			q = 13
		}
		c.fill(oval(cx+math.Cos(a)*(r-34), cy+math.Sin(a)*(r-34), q, q), flat(k, s))
	}
	c.fill(text(bold(), 172, cx, cy+42, 0.5, "3.70"), flat(1, 0.5))
	c.fill(text(medium(), 62, cx, cy+130, 0.5, "61 kg"), flat(1, 0.5))
	// buyers at their desks, backs to us
	for i := 0; i < 7; i++ {
		x, y := e.at(mix(-1.3, 1.3, float64(i)/6), 0.9, 3.5)
		c.fill(person(x, y, 230*c.rnd(0.92, 1.05), c.rnd(-0.04, 0.04), 0.03), flat(1, 0.5))
	}
	// boxes of fish in rows
	for _, z := range []float64{2.9, 2.25, 1.75, 1.36, 1.06} {
		for i := -4; i <= 4; i++ {
			x := float64(i)*0.5 - 0.2
			if i == 0 && z < 2 {
				continue // the grader's aisle
			}
			w, h, d := 0.4, 0.14, 0.26*z/1.5
			c.fill(e.face(x, 0.9-h, z, x+w, 0.9-h, z, x+w, 0.9, z, x, 0.9, z), flat(0.9, 0.6))
			c.fill(e.face(x, 0.9-h, z+d, x+w, 0.9-h, z+d, x+w, 0.9-h, z, x, 0.9-h, z), flat(0.6, 0.7))
			c.fill(e.face(x+0.02, 0.9-h, z+d*0.9, x+w-0.02, 0.9-h, z+d*0.9, x+w-0.02, 0.9-h, z+d*0.1, x+0.02, 0.9-h, z+d*0.1), flat(0, 0.1))
			for j := 0; j < 5; j++ {
				px, py := e.at(x+w*(0.16+0.16*float64(j)), 0.9-h-0.012, z+d*0.48)
				fish(c, px, py, 150/z*(0.9+0.2*c.rnd(0, 1)), 1.35+c.rnd(-0.15, 0.15), flat(0.05, 0.3), flat(0.85, 0.5))
			}
			px, py := e.at(x+w*0.5, 0.9-h*0.5, z)
			c.fill(box(px-64/z, py-26/z, 128/z, 52/z), flat(0, 0))
			c.fill(text(bold(), 46/z, px, py+17/z, 0.5, []string{"412", "87", "233", "19", "308", "54", "176", "91", "265"}[i+4]), flat(1, 0.4))
		}
	}
	c.fill(person(1236, 1500, 520, 0.06, 0.05), flat(1, 0.5))
	c.fill(ribbon(56, 44, 30, curve(8, 1290, 1120, 1360, 1210, 1430, 1230)), flat(1, 0.5))
	c.lift(poly(1440, 1226, 1700, 1250, 1720, 1400, 1440, 1244), across(1440, 0.7, 0.6, 1720, 0.1, 0.1))
}
