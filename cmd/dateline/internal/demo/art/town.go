package art

import "math"

func init() {
	scenery["tram-street"] = scene{white, brick, tramStreet}
	scenery["kettle-row"] = scene{flimsy, ochre, kettleRow}
	scenery["water-tower"] = scene{white, moss, waterTower}
	scenery["market-street"] = scene{flimsy, ochre, marketStreet}
	scenery["gulls-roof"] = scene{white, ochre, gullsRoof}
	scenery["tram-depot"] = scene{white, ochre, tramDepot}
}

// facade is a house front that runs from the viewer towards the vanishing
// point vx, vy: x0 is its near edge and x1 its far edge on the picture.
func (c *canvas) facade(x0, x1, vx, vy, top, bottom float64, floors, bays int, wall, pane tone) {
	y := func(x, y0 float64) float64 { return vy + (y0-vy)*(x-vx)/(x0-vx) }
	c.fill(poly(x0, top, x1, y(x1, top), x1, y(x1, bottom), x0, bottom), wall)
	c.over(poly(x0, top-14, x1, y(x1, top-14), x1, y(x1, top+16), x0, top+16), flat(0.6, 0.2))
	depth := func(t float64) float64 { // even bays in depth are uneven on the picture
		a, b := 1/(x0-vx), 1/(x1-vx)
		return vx + 1/mix(a, b, t)
	}
	p := newPath()
	for i := 0; i < bays; i++ {
		a, b := depth((float64(i)+0.26)/float64(bays)), depth((float64(i)+0.74)/float64(bays))
		for j := 0; j < floors; j++ {
			h := (bottom - top) / (float64(floors) + 0.6)
			y0 := top + h*(float64(j)+0.45)
			y1 := y0 + h*0.56
			if j == floors-1 {
				y1 = y0 + h*0.8
			}
			p.join(poly(a, y(a, y0), b, y(b, y0), b, y(b, y1), a, y(a, y1)))
		}
	}
	c.fill(p, pane)
}

func tramStreet(c *canvas) {
	const vx, vy = 1290.0, 690.0
	c.all(fade(0, 0.34, 0, vy, 0.02, 0))
	c.bank(1200, 240, 2000, 240, 18, 0.08, 0, over)
	c.fill(poly(vx-230, vy, vx-230, 560, vx-150, 560, vx-150, 520, vx-100, 470, vx-50, 520, vx-50, 585, vx+30, 585, vx+60, 550, vx+150, 550, vx+150, vy), flat(0.2, 0))
	c.facade(-260, 620, vx, vy, -760, 1330, 6, 5, across(-260, 0.95, 0, 620, 0.5, 0), across(0, 0.5, 0, 620, 0.16, 0))
	c.facade(620, 960, vx, vy, 60, 960, 5, 4, flat(0.36, 0), flat(0.12, 0))
	c.facade(960, 1110, vx, vy, 420, 826, 4, 3, flat(0.24, 0), flat(0.1, 0))
	c.facade(2700, 2010, vx, vy, -900, 1400, 7, 4, across(2000, 0.3, 0, 2700, 0.7, 0), flat(0.95, 0))
	c.facade(2010, 1660, vx, vy, -60, 1010, 6, 4, flat(0.2, 0), flat(0.75, 0))
	c.facade(1660, 1480, vx, vy, 370, 846, 4, 3, flat(0.12, 0), flat(0.5, 0))
	// street
	c.fill(poly(1110, 826, 1480, 826, 3200, 1660, -900, 1660), fade(800, 0.12, 0, 1600, 0.5, 0))
	c.fill(poly(1110, 800, 1150, 800, 240, 1660, -900, 1660, -400, 1340), fade(800, 0.24, 0, 1600, 0.75, 0))
	c.fill(poly(1480, 800, 1450, 800, 2430, 1600, 2900, 1500), fade(800, 0.04, 0, 1600, 0.24, 0))
	for i := 0; i < 90; i++ {
		t := c.rnd(0, 1)
		y := mix(850, 1600, t*t)
		x := vx + c.rnd(-0.95, 1.0)*(y-vy)*1.05
		w := mix(16, 170, t*t)
		c.lift(newPath().move(x-w, y).quad(x, y-4, x+w, y).quad(x, y+8, x-w, y), flat(0.55, 0))
	}
	rail := func(d float64) {
		c.fill(poly(vx+d*0.02, vy+24, vx+d*0.02+3, vy+24, vx+d*1.02+22, 1620, vx+d-12, 1620), flat(1, 0))
		c.fill(poly(vx+d*0.02+1, vy+24, vx+d*0.02+2, vy+24, vx+d+12, 1620, vx+d+2, 1620), flat(0, 0))
	}
	for _, d := range []float64{-1050, -420, 190, 820} {
		rail(d)
	}
	wires := newPath()
	for _, d := range []float64{-735, 505} {
		wires.join(poly(vx, vy-60, vx+2, vy-60, vx+d*0.9+10, -20, vx+d*0.9, -20))
	}
	for _, t := range []float64{0.12, 0.24, 0.46, 0.92} {
		y := vy - 60 - 700*t
		wires.join(line(2+5*t, vx-1100*t, y-90*t, vx-650*t, y+14*t, vx+420*t, y+14*t, vx+900*t, y-110*t))
	}
	c.fill(wires, flat(1, 0))
	// the tram
	const tx, ty, w = 980.0, 1290.0, 520.0
	c.over(oval(tx, ty+4, w*0.62, 34), flat(0.9, 0))
	c.over(box(tx-w*0.46, ty, w*0.92, 250), fade(ty, 0.1, 0.8, ty+250, 0, 0))
	c.water(ty+10, ty+250, tx-240, tx+240, 60, 0.2, 0.9, lift)
	side := poly(tx+w*0.44, ty-w*1.34, tx+w*0.98, ty-w*1.03, tx+w*0.98, ty-w*0.27, tx+w*0.47, ty-w*0.15)
	c.fill(side, flat(0.3, 1))
	c.fill(poly(tx+w*0.49, ty-w*1.13, tx+w*0.96, ty-w*0.89, tx+w*0.96, ty-w*0.58, tx+w*0.5, ty-w*0.66), flat(1, 0.3))
	for _, t := range []float64{0.6, 0.7, 0.79, 0.87} {
		c.fill(line(8, tx+w*t, ty-w*1.1, tx+w*t, ty-w*0.54), flat(0.3, 1))
	}
	t := newTram(tx, ty, w)
	c.fill(t.body, across(tx-w/2, 0.0, 1, tx+w/2, 0.0, 1))
	c.fill(poly(tx-w*0.5, ty-w*0.56, tx+w*0.5, ty-w*0.56, tx+w*0.5, ty-w*0.5, tx-w*0.5, ty-w*0.5), flat(0, 0))
	c.fill(t.glass, flat(0.92, 0.2))
	c.lift(poly(tx-w*0.36, ty-w*1.1, tx-w*0.2, ty-w*1.1, tx-w*0.33, ty-w*0.72, tx-w*0.42, ty-w*0.73), flat(0.6, 0.4))
	c.fill(t.dark, flat(1, 0.2))
	c.fill(t.light, flat(0, 0))
	c.fill(text(bold(), w*0.14, tx, ty-w*1.198, 0.5, "4"), flat(0, 0))
	c.fill(person(tx-w*0.02, ty-w*0.52, w*0.5, 0, 0.01), flat(1, 0))
	c.fill(line(w*0.02, tx-w*0.43, ty-w*0.6, tx-w*0.43, ty-w*0.7), flat(1, 0))
	c.fill(poly(tx-w*0.43, ty-w*0.655, tx+w*0.43, ty-w*0.655, tx+w*0.46, ty-w*0.57, tx-w*0.46, ty-w*0.57), flat(0, 1))
	c.glow(tx-w*0.32, ty-w*0.38, 90, 0.7, 0.8)
	c.glow(tx+w*0.32, ty-w*0.38, 90, 0.7, 0.8)
	for _, p := range [][3]float64{{1750, 1240, 230}, {1830, 1250, 216}, {1620, 1120, 160}, {1930, 1330, 300}, {2090, 1400, 330}, {620, 1080, 130}, {1550, 1030, 110}, {1990, 1340, 300}} {
		c.fill(person(p[0], p[1], p[2], c.rnd(-0.06, 0.06), c.rnd(0.02, 0.08)), flat(1, 0))
	}
	c.fill(umbrella(1930, 1330, 300).join(umbrella(1620, 1120, 160)), flat(1, 0))
	c.fill(lamp(2270, 1500, 940), flat(1, 0))
}

func kettleRow(c *canvas) {
	c.all(fade(0, 0.62, 0.45, 1000, 0.02, 0.85))
	for i := 0; i < 34; i++ {
		c.fill(oval(c.rnd(0, Width), c.rnd(0, 380), 2.6, 2.6), flat(0, 0))
	}
	c.bank(1700, 520, 1800, 160, 14, 0.16, 0.12, over)
	rowOf := func(base, w, h, slope float64, k, s, lit float64, detail bool) {
		for i := -1; i < int(Width/w)+2; i++ {
			x := float64(i) * w
			y := base - slope*float64(i)
			c.fill(poly(x, y+900, x, y-h, x+w, y-h, x+w, y+900), flat(k, s))
			c.fill(poly(x-w*0.02, y-h, x+w*0.05, y-h-w*0.4, x+w*0.95, y-h-w*0.4, x+w*1.02, y-h), flat(math.Min(1, k+0.22), s*0.8))
			c.fill(box(x+w*0.8, y-h-w*0.62, w*0.17, w*0.4), flat(k, s))
			for j := 0.0; j < 3; j++ {
				c.fill(box(x+w*(0.815+0.05*j), y-h-w*0.69, w*0.03, w*0.08), flat(math.Min(1, k+0.2), s))
			}
			if int(c.rnd(0, 3)) == 0 {
				c.lift(ribbon(6, w*0.09, w*0.2, curve(8, x+w*0.88, y-h-w*0.7, x+w*0.96, y-h-w*0.95, x+w*0.9, y-h-w*1.2, x+w*1.08, y-h-w*1.5)), flat(0.42, 0.35))
			}
			pane := func(px, py, pw, ph float64) {
				t := flat(math.Min(1, k+0.3), 0.2)
				if c.rnd(0, 1) < lit {
					t = flat(0, 0.12)
				}
				c.fill(box(px, py, pw, ph), t)
				if detail {
					c.fill(line(w*0.012, px, py+ph/2, px+pw, py+ph/2).join(line(w*0.012, px+pw/2, py, px+pw/2, py+ph)), flat(k, s))
					c.fill(box(px-w*0.02, py+ph, pw+w*0.04, w*0.025), flat(0.1, 0.3))
				}
			}
			pane(x+w*0.14, y-h*0.84, w*0.22, h*0.28)
			pane(x+w*0.6, y-h*0.84, w*0.22, h*0.28)
			pane(x+w*0.6, y-h*0.38, w*0.22, h*0.3)
			c.fill(box(x+w*0.14, y-h*0.4, w*0.2, h*0.4), flat(1, 0.4))
			if detail {
				c.fill(box(x+w*0.16, y-h*0.385, w*0.16, h*0.06), flat(0, 0.3))
				c.over(line(w*0.012, x, y, x, y-h), flat(0.5, 0.2))
			}
		}
	}
	rowOf(620, 150, 120, 8, 0.3, 0.75, 0.2, false)
	rowOf(840, 210, 170, 10, 0.5, 0.8, 0.3, false)
	rowOf(1150, 330, 290, 8, 0.8, 0.7, 0.45, true)
	// street, wet
	c.fill(poly(-10, 1158, Width, 1102, Width, 1600, -10, 1600), fade(1110, 0.7, 0.6, 1600, 1, 0.4))
	c.fill(poly(-10, 1158, Width, 1102, Width, 1130, -10, 1188), flat(0.3, 0.4))
	for i := 0; i < 9; i++ {
		x := 210 + float64(i)*330 - c.rnd(0, 20)
		c.shimmer(x, 1200, 1590, 44, 0.9, 0.2, lift)
	}
	c.water(1200, 1600, 0, Width, 150, 0.6, 0.3, over)
	c.fill(lamp(1810, 1330, 620), flat(1, 0.3))
	c.glow(1810, 1330-0.94*620, 300, 0.9, 0.45)
	c.shimmer(1810, 1345, 1590, 60, 1, 0.5, lift)
	c.fill(person(620, 1370, 300, 0.06, 0.05), flat(1, 0.3))
	c.fill(person(760, 1376, 200, -0.05, 0.06), flat(1, 0.3))
	c.fill(line(9, 800, 1290, 862, 1362), flat(1, 0.2))
	c.fill(blob(850, 1340, 930, 1334, 960, 1316, 986, 1330, 960, 1346, 940, 1372, 930, 1356, 870, 1358, 866, 1376), flat(1, 0.2))
}

func waterTower(c *canvas) {
	c.all(fade(0, 0.06, 0.45, 1200, 0, 0.03))
	c.bank(700, 270, 1900, 220, 18, 0, 0.2, over)
	c.bank(1900, 520, 1500, 150, 14, 0, 0.16, over)
	c.fill(hills(-20, 2420, 1640, 560, 620, 600, 640, 610, 560, 590), flat(0.03, 0.36))
	c.fill(hills(-20, 2420, 1640, 250, 330, 430, 560, 570, 520, 420, 300, 260), fade(1040, 0.18, 0.7, 1600, 0.6, 0.95))
	// brewery
	c.fill(box(1640, 860, 400, 560).join(poly(1640, 860, 1740, 780, 1740, 860, 1840, 780, 1840, 860, 1940, 780, 1940, 860, 2040, 780, 2040, 860), box(2090, 520, 64, 900)), flat(0.86, 0.6))
	c.fill(windows(1660, 890, 360, 200, 5, 3, 0.5, 0.5), flat(0.2, 0.5))
	c.lift(ribbon(20, 80, 190, curve(12, 2122, 510, 2170, 420, 2120, 310, 2290, 190, 2420, 150)), flat(0.5, 0.7))
	// the tower, leaning towards it
	p := func(q *path) *path { return q.at(1010, 1130, 1, 1, 0.062) }
	legs := newPath()
	for _, x := range []float64{-150, -52, 52, 150} {
		legs.join(line(22, x*1.22, 20, x, -430))
	}
	for j := 0.0; j < 3; j++ {
		y0, y1 := -140*j-10, -140*(j+1)-10
		x0, x1 := 180-9*j, 171-9*j
		legs.join(line(8, -x0, y0, x1, y1), line(8, x0, y0, -x1, y1), line(12, -x1, y1, x1, y1))
	}
	legs.join(box(-34, -440, 68, 460))
	c.fill(p(legs), flat(1, 0.5))
	c.fill(p(newPath().move(-250, -760).line(250, -760, 250, -480).quad(120, -400, 0, -396).quad(-120, -400, -250, -480)), func(x, y float64) (float64, float64) {
		t := clamp((x - 800) / 520)
		return mix(0.0, 0.9, t*t), mix(0.25, 1, t)
	})
	c.fill(p(box(-262, -770, 524, 22).join(box(-262, -500, 524, 14))), flat(1, 0.5))
	ribs := newPath()
	for x := -210.0; x < 240; x += 60 {
		ribs.join(line(4, x, -750, x, -500))
	}
	c.over(p(ribs), flat(0.5, 0.3))
	c.fill(p(poly(-270, -766, 0, -900, 270, -766).join(oval(0, -908, 22, 22), line(6, 0, -910, 0, -990))), flat(1, 0.5))
	rail := line(5, -290, -530, 290, -530)
	for x := -288.0; x < 290; x += 24 {
		rail.join(line(4, x, -530, x, -490))
	}
	c.fill(p(rail), flat(1, 0.5))
	// roofs of the hill in front
	c.fill(c.skyline(-20, 1500, 1400, 120, 230).join(box(-20, 1390, 1520, 260)), flat(0.92, 0.6))
	c.fill(c.skyline(1300, 2440, 1460, 100, 200).join(box(1300, 1450, 1140, 200)), flat(1, 0.5))
	for i := 0; i < 90; i++ {
		x, y := c.rnd(0, Width), c.rnd(1330, 1580)
		c.fill(box(x, y, 16, 24), flat(0, 0.12))
	}
	// the surveyor and his plumb line, on the roof
	c.fill(person(380, 1262, 250, 0.05, 0.05), flat(1, 0.5))
	c.fill(line(30, 372, 1080, 470, 1040), flat(1, 0.5))
	c.fill(line(4, 474, 1036, 474, 1220), flat(1, 0.3))
	c.fill(poly(464, 1214, 484, 1214, 474, 1256), flat(1, 0.3))
	for i, g := range [][3]float64{{640, 380, 50}, {520, 460, 36}, {1480, 330, 40}, {730, 500, 30}} {
		c.fill(gull(g[0], g[1], g[2], 0.1*float64(i%3)-0.1, 0.3), flat(0.9, 0.5))
	}
}

func marketStreet(c *canvas) {
	c.all(fade(0, 0.96, 0.3, 1100, 0.7, 0.7))
	// hall: three arches of light under a gable
	c.fill(poly(300, 1180, 300, 470, 1200, 130, 2100, 470, 2100, 1180), flat(0.86, 0.5))
	c.fill(poly(240, 500, 1200, 96, 2160, 500, 2160, 536, 1200, 138, 240, 536), flat(1, 0.4))
	arch := func(x, w, y, base float64) *path {
		return newPath().move(x-w, base).line(x-w, y).cube(x-w, y-w*1.3, x+w, y-w*1.3, x+w, y).line(x+w, base)
	}
	for _, a := range [][3]float64{{1200, 290, 640}, {640, 210, 760}, {1760, 210, 760}} {
		c.fill(arch(a[0], a[1], a[2], 1180), fade(a[2]-300, 0.04, 0.55, 1180, 0, 0.06))
		bars := newPath()
		for i := -2.0; i <= 2; i++ {
			bars.join(line(7, a[0]+i*a[1]*0.36, a[2]-a[1]*0.9+math.Abs(i)*a[1]*0.16, a[0]+i*a[1]*0.36, 880))
		}
		c.fill(bars.join(line(10, a[0]-a[1], 880, a[0]+a[1], 880), line(8, a[0]-a[1], a[2], a[0]+a[1], a[2])), flat(0.95, 0.5))
	}
	c.fill(ring(1200, 300, 76, 76, 10), flat(0, 0.2))
	c.fill(oval(1200, 300, 62, 62), flat(0, 0.06))
	c.fill(line(8, 1200, 300, 1200, 256).join(line(8, 1200, 300, 1230, 322)), flat(1, 0.2))
	// neighbours
	c.fill(c.skyline(-20, 330, 1180, 420, 640).join(c.skyline(2080, 2440, 1180, 380, 620)), flat(1, 0.4))
	c.fill(windows(20, 700, 250, 380, 3, 4, 0.34, 0.5).join(windows(2130, 720, 240, 360, 3, 4, 0.34, 0.5)), flat(0.2, 0.8))
	// stalls
	for i, x := range []float64{470, 810, 1590, 1930} {
		y := 960.0
		for j := 0.0; j < 6; j++ {
			x0, x1 := x-150+j*50, x-150+(j+1)*50
			t := flat(0, 0)
			if int(j)%2 == i%2 {
				t = flat(0.2, 1)
			}
			c.fill(poly(x0+12, y, x1+12-24*j/6, y, x1, y+84, x0, y+84).join(oval((x0+x1)/2, y+84, 25, 14)), t)
		}
		c.fill(box(x-150, y+160, 300, 90), flat(1, 0.4))
		for j := 0; j < 22; j++ {
			c.fill(oval(x-140+float64(j%11)*28, y+156-float64(j/11)*22, 14, 13), flat(c.rnd(0, 0.4), c.rnd(0.3, 1)))
		}
		c.glow(x, y+130, 210, 0.35, 0.3)
	}
	// pavement, mirror wet
	c.fill(box(0, 1180, Width, 420), fade(1180, 0.45, 0.7, 1600, 1, 0.45))
	for _, a := range [][2]float64{{1200, 250}, {640, 180}, {1760, 180}} {
		c.shimmer(a[0], 1196, 1600, a[1], 0.95, 0.55, lift)
	}
	c.water(1190, 1600, 0, Width, 240, 0.5, 0.3, over)
	for _, p := range [][3]float64{{980, 1260, 250}, {1110, 1290, 270}, {1360, 1270, 250}, {560, 1330, 320}, {700, 1350, 300}, {1720, 1360, 340}, {1900, 1300, 270}, {2080, 1410, 380}, {330, 1440, 400}, {1250, 1220, 190}} {
		c.over(poly(p[0]-20, p[1], p[0]+20, p[1], p[0]+44, p[1]+p[2]*0.7, p[0]-44, p[1]+p[2]*0.7), fade(p[1], 0.85, 0.2, p[1]+p[2]*0.7, 0, 0))
		c.fill(person(p[0], p[1], p[2], c.rnd(-0.08, 0.08), c.rnd(0.02, 0.07)), flat(1, 0.3))
	}
	for _, p := range [][3]float64{{1110, 1290, 270}, {560, 1330, 320}, {1720, 1360, 340}, {2080, 1410, 380}, {330, 1440, 400}} {
		c.fill(umbrella(p[0], p[1], p[2]), flat(1, 0.3))
	}
	c.rain(620, 80, -0.18, 0.55, 0.5, lift)
	c.rain(160, 80, -0.18, 0.5, 0.2, over)
}

// gullsRoof sets one hawk among the gulls of a row of lamps.
func gullsRoof(c *canvas) {
	c.all(fade(0, 0.0, 0.32, 1300, 0, 0.0))
	c.fill(oval(1640, 1180, 460, 460), fade(720, 0, 0.75, 1640, 0, 0.3))
	c.bank(900, 330, 2200, 130, 12, 0, 0.16, over)
	c.fill(hills(-20, 2420, 1600, 250, 300, 270, 310, 250, 260), flat(0.16, 0.3))
	c.fill(c.skyline(-20, 2440, 1420, 40, 130).join(box(-20, 1410, 2460, 200)), flat(0.45, 0.35))
	// lamps, receding
	perched := func(x, y, s, dir float64, k, sp float64) {
		b := newPath().move(0.36, -0.66).cube(0.3, -0.8, 0.08, -0.82, 0.02, -0.66).cube(-0.1, -0.5, -0.42, -0.36, -0.72, -0.12)
		b.line(-0.5, -0.14).cube(-0.3, -0.06, 0.12, -0.04, 0.24, -0.3).cube(0.28, -0.42, 0.28, -0.5, 0.36, -0.58)
		c.fill(b.at(x, y, s*dir, s, 0), flat(k, sp))
		wing := newPath().move(0.04, -0.5).cube(-0.14, -0.44, -0.4, -0.32, -0.74, -0.08).cube(-0.42, -0.12, -0.1, -0.14, 0.06, -0.3).cube(0.1, -0.4, 0.1, -0.46, 0.04, -0.5)
		c.fill(wing.at(x, y, s*dir, s, 0), flat(0.62, 0.1))
		c.fill(poly(-0.5, -0.23, -0.9, 0.02, -0.56, -0.1).at(x, y, s*dir, s, 0), flat(1, 0.1))
		c.fill(poly(0.33, -0.68, 0.55, -0.61, 0.52, -0.56, 0.34, -0.58).at(x, y, s*dir, s, 0), flat(0, 1))
		c.fill(oval(0.25, -0.67, 0.028, 0.028).join(line(0.04, 0.04, -0.1, 0.04, 0.06), line(0.04, -0.08, -0.1, -0.08, 0.06)).at(x, y, s*dir, s, 0), flat(1, 0.2))
		outline := line(0.012, 0.36, -0.66, 0.2, -0.765, 0.02, -0.66)
		c.fill(outline.at(x, y, s*dir, s, 0), flat(1, 0.2))
		c.fill(ribbon(s*0.01, s*0.02, s*0.01, curve(8, x+s*dir*0.28, y-s*0.56, x+s*dir*0.26, y-s*0.3, x+s*dir*0.02, y-s*0.09, x-s*dir*0.5, y-s*0.13)), flat(1, 0.2))
	}
	for i, l := range [][3]float64{{210, 900, 300}, {620, 960, 250}, {1640, 700, 440}, {2190, 980, 250}, {980, 1020, 200}, {2000, 1060, 180}} {
		c.fill(lamp(l[0], 1640, (1640-l[1])/1.06), flat(1, 0.2))
		if i == 2 {
			continue
		}
		perched(l[0], l[1]-l[2]*0.04, l[2], []float64{1, 1, 0, -1, 1, -1}[i], 0, 0)
	}
	hawk(c, 1640, 690, 560)
	for i := 0; i < 54; i++ {
		a := c.rnd(0, 2*math.Pi)
		d := c.rnd(0.45, 1)
		x, y := 1600+math.Cos(a)*980*d, 430+math.Sin(a)*380*d
		if math.Abs(x-1640) < 300 && y > 120 {
			continue
		}
		c.fill(gull(x, y, c.rnd(26, 92), c.rnd(-0.4, 0.4), c.rnd(0, 0.9)), flat(0.92, 0.1))
	}
}

func hawk(c *canvas, x, y, s float64) {
	body := newPath().move(0.2, -0.86).cube(0.12, -1.0, -0.1, -1.0, -0.16, -0.84).cube(-0.22, -0.7, -0.34, -0.5, -0.3, -0.2)
	body.line(-0.34, 0.34, -0.12, 0.34, -0.06, 0.0).cube(0.16, -0.1, 0.26, -0.4, 0.2, -0.62).line(0.2, -0.86)
	c.fill(body.at(x, y, s, s, 0), flat(0.3, 1))
	c.fill(newPath().move(-0.14, -0.74).cube(-0.34, -0.6, -0.44, -0.2, -0.3, 0.2).cube(-0.1, 0.02, 0.04, -0.3, -0.02, -0.62).line(-0.14, -0.74).at(x, y, s, s, 0), flat(0.9, 0.8))
	c.fill(poly(0.17, -0.88, 0.31, -0.82, 0.285, -0.74, 0.25, -0.79, 0.18, -0.78).at(x, y, s, s, 0), flat(0, 0.6))
	c.fill(poly(0.265, -0.815, 0.315, -0.82, 0.285, -0.735).at(x, y, s, s, 0), flat(1, 0.3))
	c.fill(oval(0.1, -0.86, 0.045, 0.045).at(x, y, s, s, 0), flat(0, 0.2))
	c.fill(oval(0.105, -0.86, 0.026, 0.026).join(line(0.024, 0.02, -0.92, 0.18, -0.885)).at(x, y, s, s, 0), flat(1, 0.3))
	c.fill(line(0.07, 0.0, -0.06, 0.02, 0.06).join(line(0.07, 0.12, -0.1, 0.14, 0.06), line(0.05, -0.04, 0.06, 0.22, 0.06)).at(x, y, s, s, 0), flat(0.2, 1))
	for i := 0; i < 5; i++ {
		c.fill(poly(-0.33, 0.06+0.055*float64(i), -0.11, 0.06+0.055*float64(i), -0.12, 0.08+0.055*float64(i), -0.335, 0.08+0.055*float64(i)).at(x, y, s, s, 0), flat(1, 0.5))
	}
	for i := 0; i < 24; i++ {
		px, py := c.rnd(0.0, 0.19), c.rnd(-0.62, -0.18)
		c.fill(poly(px, py, px+0.02, py+0.05, px-0.02, py+0.05).at(x, y, s, s, 0), flat(0.9, 0.6))
	}
}

// tramDepot shows three trams at rest and, before them, the board on the wall.
func tramDepot(c *canvas) {
	c.all(fade(0, 0.86, 0.3, 1300, 0.4, 0.5))
	for i := 0; i < 5; i++ { // roof lights and trusses
		y := 40 + float64(i)*120
		in := float64(i) * 130
		c.lift(poly(700+in*0.4, y, 1700-in*0.4, y, 1650-in*0.4, y+60, 750+in*0.4, y+60), flat(0.85-0.1*float64(i), 0.6))
		c.fill(line(18-2*float64(i), -20+in, y+70, 1200, y-20, 2420-in, y+70).join(line(10, -20+in, y+96, 2420-in, y+96)), flat(1, 0.3))
	}
	c.fill(box(0, 1240, Width, 400), fade(1240, 0.5, 0.4, 1600, 0.95, 0.3))
	for _, k := range []struct{ x, w float64 }{{1180, 470}, {1710, 470}, {2240, 470}} {
		t := newTram(k.x, 1330, k.w)
		c.over(oval(k.x, 1334, k.w*0.56, 26), flat(0.9, 0.1))
		c.fill(t.body, across(k.x-k.w/2, 0.0, 0.9, k.x+k.w/2, 0.35, 1))
		c.fill(box(k.x-k.w*0.5, 1330-k.w*0.56, k.w, k.w*0.05), flat(0, 0))
		c.fill(t.glass, flat(1, 0.2))
		c.fill(t.dark, flat(1, 0.2))
		c.fill(t.light, flat(0.3, 0.3))
		c.fill(line(14, k.x-k.w*0.27, 1340, k.x-k.w*0.42, 1620).join(line(14, k.x+k.w*0.27, 1340, k.x+k.w*0.42, 1620)), flat(1, 0.2))
	}
	for i, n := range []string{"1", "3", "4"} {
		c.fill(text(bold(), 66, 1180+530*float64(i), 1330-470*1.198, 0.5, n), flat(0, 0))
	}
	// the board
	c.fill(box(-20, 180, 840, 1460), flat(0.95, 0.35))
	const bx, by, q = 96.0, 330.0, 78.0
	c.fill(box(bx-34, by-34, 8*q+68, 8*q+68), flat(0.2, 1))
	for i := 0; i < 8; i++ {
		for j := 0; j < 8; j++ {
			t := flat(0, 0.06)
			if (i+j)%2 == 1 {
				t = flat(0.5, 0.9)
			}
			c.fill(box(bx+q*float64(i), by+q*float64(j), q, q), t)
		}
	}
	piece := func(i, j int, dark bool, tall float64) {
		x, y := bx+q*(float64(i)+0.5), by+q*(float64(j)+0.82)
		p := poly(x-24, y, x+24, y, x+18, y-10, x+9, y-16, x+7, y-16-26*tall, x-7, y-16-26*tall, x-9, y-16, x-18, y-10).join(oval(x, y-20-28*tall, 13, 13))
		body, edge := flat(0, 0), flat(1, 0.3)
		if dark {
			body = flat(1, 0.3)
		}
		c.fill(p.at(0, -2, 1, 1, 0).join(oval(x, y-20-28*tall-2, 17, 17), poly(x-29, y+3, x+29, y+3, x+12, y-18, x-12, y-18)), edge)
		c.fill(p, body)
		c.fill(line(4, x, y-34-28*tall, x, by+q*float64(j)+3), edge)
	}
	for _, p := range [][4]int{{6, 0, 1, 2}, {5, 0, 1, 1}, {5, 1, 1, 0}, {6, 1, 1, 0}, {7, 2, 1, 0}, {0, 2, 1, 0}, {2, 3, 1, 1}, {0, 4, 0, 0}, {7, 3, 0, 1}, {3, 4, 0, 0}, {5, 6, 0, 0}, {6, 6, 0, 0}, {7, 5, 0, 0}, {6, 7, 0, 2}, {3, 7, 0, 1}} {
		piece(p[0], p[1], p[2] == 1, 0.35+0.3*float64(p[3]))
	}
	c.fill(box(bx-34, by+8*q+70, 330, 420).join(box(bx+8*q-230, by+8*q+90, 250, 380)), flat(0, 0.1))
	rules := newPath()
	for y := by + 8*q + 110; y < by+8*q+470; y += 30 {
		rules.join(line(4, bx, y, bx+262, y))
	}
	c.fill(rules.join(line(5, bx+131, by+8*q+90, bx+131, by+8*q+470)), flat(0.5, 0.3))
	c.fill(person(560, 1640, 760, -0.05, 0.04), flat(1, 0.3))
	c.fill(ribbon(90, 60, 40, curve(8, 540, 1110, 640, 1020, 660, 900)), flat(1, 0.3))
	c.fill(oval(662, 890, 24, 30), flat(1, 0.3))
}
