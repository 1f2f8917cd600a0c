package art

import "math"

func init() {
	scenery["ferry-quay"] = scene{white, sea, ferryQuay}
	scenery["island-ferry"] = scene{white, sea, islandFerry}
	scenery["quay-cranes"] = scene{flimsy, ochre, quayCranes}
	scenery["storm-wall"] = scene{white, sea, stormWall}
}

func ferryQuay(c *canvas) {
	const horizon = 900
	c.all(fade(0, 0.2, 0.6, horizon, 0.0, 0.14))
	c.lift(oval(1790, 860, 700, 560), round(1790, 860, 700, 0.9, 0.6, 0, 0))
	c.bank(700, 270, 2300, 190, 16, 0.06, 0.22, over)
	c.bank(1500, 470, 2200, 120, 14, 0.02, 0.16, over)
	c.fill(oval(1790, 780, 104, 104), flat(0, 0))
	c.fill(hills(-20, 2420, horizon, 60, 120, 96, 150, 190, 140, 90, 70, 110, 60), flat(0.02, 0.3))
	c.fill(c.skyline(-20, 1180, horizon, 50, 150), flat(0.1, 0.5))
	c.fill(poly(300, horizon, 300, 660, 330, 590, 360, 660, 360, horizon), flat(0.1, 0.5))
	c.fill(crane(2060, horizon, 250, 1), flat(0.3, 0.5))
	c.fill(crane(2300, horizon, 250, 1), flat(0.3, 0.5))
	c.fill(box(0, horizon, Width, 700), fade(horizon, 0.0, 0.28, 1600, 0.4, 0.9))
	c.shimmer(1790, horizon+6, 1420, 90, 0.9, 0.95, lift)
	c.water(horizon, 1600, 0, Width, 420, 0.2, 0.4, over)
	c.water(horizon, 1600, 0, Width, 160, 0.5, 0.7, lift)

	const x, y, l = 1180.0, 1096.0, 1760.0
	f := newFerry(x, y, l)
	c.fill(f.house, across(x-l/2, 0.22, 0.4, x+l/2, 0, 0))
	c.over(box(x-0.385*l, y-0.152*l, 0.77*l, 12).join(box(x-0.29*l, y-0.208*l, 0.58*l, 10)), flat(0.4, 0.4))
	c.fill(f.hull, flat(1, 0.6))
	c.fill(f.dark, flat(1, 0.5))
	c.fill(f.trim, flat(0, 0))
	c.fill(f.glass, flat(0.85, 0.9))
	c.fill(line(7, x-0.485*l, y-0.062*l, x+0.485*l, y-0.062*l), flat(0, 0))
	c.over(box(x-0.46*l, y+4, 0.92*l, 230), fade(y, 0.85, 0.5, y+230, 0, 0))
	c.water(y-20, y+280, 300, 2060, 190, 0.9, 0.7, lift)
	c.water(y-6, y+30, 300, 2060, 40, 1, 1, lift)

	c.fill(poly(0, 1344, 930, 1386, 930, 1600, 0, 1600), flat(1, 0.6))
	c.fill(poly(0, 1310, 930, 1356, 930, 1386, 0, 1344), flat(0.04, 0.12))
	for px := 90.0; px < 930; px += 210 {
		c.fill(poly(px, 1352+px*0.046, px+22, 1353+px*0.046, px+22, 1600, px, 1600), flat(0.5, 0.9))
	}
	c.fill(ribbon(5, 7, 5, curve(16, 380, 1280, 480, 1300, 560, 1230, 430, 1040)), flat(1, 0.3))
	c.fill(soft(334, 1252, 78, 88, 16).join(soft(320, 1240, 106, 30, 14)), flat(1, 0.4))
	for _, at := range [][4]float64{{150, 1330, 170, 0.03}, {226, 1334, 160, -0.05}, {660, 1350, 166, 0.02}, {800, 1358, 170, -0.1}} {
		c.fill(person(at[0], at[1], at[2], at[3], 0.04), flat(1, 0.4))
	}
	for _, g := range [][5]float64{{420, 390, 96, -0.15, 0.4}, {800, 230, 70, 0.12, 0.1}, {210, 600, 56, 0.05, 0.7}, {1480, 420, 46, -0.2, 0.2}, {1730, 300, 40, 0.1, 0.6}} {
		c.fill(gull(g[0], g[1], g[2], g[3], g[4]), flat(1, 0.5))
	}
}

// islandFerry looks back from the stern rail over the wake.
func islandFerry(c *canvas) {
	const horizon = 720
	c.all(fade(0, 0.0, 0.3, horizon, 0.0, 0.02))
	c.bank(1200, 190, 2600, 260, 22, 0.0, 0.2, over)
	c.bank(1700, 330, 1800, 160, 16, 0.12, 0.26, over)
	c.bank(600, 420, 1600, 110, 12, 0.04, 0.2, over)
	c.fill(hills(-60, 1080, horizon, 0, 90, 230, 300, 250, 330, 210, 120, 50, 0), flat(0.14, 0.62))
	c.over(hills(-60, 760, horizon, 40, 70, 60, 110, 60, 30, 0), flat(0.5, 0.4))
	c.fill(hills(1700, 2500, horizon, 0, 40, 110, 90, 130, 70, 40), flat(0.05, 0.4))
	for i := 0; i < 26; i++ {
		x := c.rnd(120, 720)
		c.fill(poly(x, horizon-8, x, horizon-26, x+12, horizon-38, x+24, horizon-26, x+24, horizon-8), flat(0, 0))
	}
	c.fill(box(0, horizon, Width, 900), fade(horizon, 0.0, 0.34, 1600, 0.5, 0.95))
	c.water(horizon, 1600, 0, Width, 520, 0.35, 0.5, over)
	c.water(horizon, 1600, 0, Width, 180, 0.5, 0.7, lift)
	// wake: two arms and churned water between
	c.lift(poly(1010, horizon+10, 1030, horizon+10, 1890, 1600, 760, 1600), fade(horizon, 0.4, 0.5, 1600, 0.85, 0.8))
	for i := 0; i < 520; i++ {
		t := c.rnd(0, 1)
		y := mix(horizon+16, 1600, t)
		x := mix(1018, 1320, t) + c.rnd(-1, 1)*mix(6, 470, t)
		w := mix(8, 90, t) * c.rnd(0.4, 1.4)
		c.fill(newPath().move(x-w, y).quad(x, y-mix(2, 16, t), x+w, y).quad(x, y+mix(1, 7, t), x-w, y), flat(c.rnd(0, 0.5)*t, c.rnd(0, 0.75)))
	}
	c.fill(ribbon(2, 20, 46, curve(20, 1014, horizon+8, 940, 960, 700, 1300, 330, 1640)), flat(0, 0.02))
	c.fill(ribbon(2, 20, 46, curve(20, 1022, horizon+8, 1240, 960, 1720, 1300, 2380, 1640)), flat(0, 0.02))
	// the rail, a flagstaff and two who look back
	rail := line(26, -20, 1262, 2420, 1262).join(line(14, -20, 1390, 2420, 1390), line(14, -20, 1500, 2420, 1500))
	for x := 80.0; x < 2400; x += 320 {
		rail.join(line(20, x, 1262, x, 1640))
	}
	c.fill(rail, flat(1, 0.5))
	c.fill(line(12, 1690, 1640, 1790, 560), flat(1, 0.5))
	c.fill(blob(1786, 590, 1900, 560, 2010, 610, 2130, 575, 2120, 700, 2000, 740, 1900, 690, 1774, 716), across(1780, 0.1, 0.9, 2130, 0.5, 1))
	coat := func(x, y, s, lean float64) {
		p := blob(-0.11+lean, -0.9, 0.1+lean, -0.9, 0.26+lean*0.6, -0.8, 0.31, -0.3, 0.36, 0.4, -0.36, 0.4, -0.32, -0.3, -0.27+lean*0.6, -0.8)
		p.join(poly(-0.06+lean, -1.0, 0.06+lean, -1.0, 0.09+lean, -0.84, -0.09+lean, -0.84), oval(lean*1.15, -1.08, 0.115, 0.135))
		c.fill(p.at(x, y, s, s, 0), flat(1, 0.5))
		c.lift(ribbon(0.004, 0.012, 0.004, curve(8, 0.02, -0.76, 0.01, -0.3, 0.03, 0.3)).at(x, y, s, s, 0), flat(0.8, 0.3))
		c.lift(ribbon(0.004, 0.022, 0.004, curve(8, 0.1+lean, -0.88, 0.25+lean*0.6, -0.78, 0.3, -0.34)).at(x, y, s, s, 0), flat(0.7, 0.4))
	}
	coat(520, 1500, 620, 0.03)
	coat(860, 1520, 540, -0.05)
	// a knitted hat, and hair in the wind
	c.fill(newPath().move(458, 812).cube(462, 700, 606, 700, 612, 812).line(458, 812).join(oval(535, 718, 26, 26)), flat(0.1, 1))
	c.fill(box(454, 800, 162, 30), flat(0.5, 1))
	for i := 0.0; i < 7; i++ {
		c.fill(ribbon(26, 20, 3, curve(10, 800, 900+i*14, 860, 880+i*16, 940, 900+i*20, 1000+i*8, 880+i*26)), flat(1, 0.5))
	}
	c.fill(ribbon(40, 44, 20, curve(10, 470, 925, 520, 950, 600, 935, 720, 900, 800, 930)), flat(0, 0.9))
	for _, g := range [][5]float64{{1320, 420, 120, -0.1, 0.5}, {1010, 280, 84, 0.15, 0.1}, {1540, 560, 60, 0.0, 0.8}} {
		c.fill(gull(g[0], g[1], g[2], g[3], g[4]), flat(0.85, 0.4))
	}
}

func quayCranes(c *canvas) {
	const horizon = 1130
	c.all(fade(0, 0.95, 0.2, horizon, 0.16, 0.85))
	c.bank(1200, 620, 2600, 300, 20, 0.28, 0.1, over)
	for i := 0; i < 60; i++ {
		c.fill(oval(c.rnd(0, Width), c.rnd(0, 520), 2.4, 2.4), flat(0, 0))
	}
	c.fill(c.skyline(-20, 2420, horizon, 20, 80), flat(0.75, 0.6))
	c.fill(box(0, horizon, Width, 500), fade(horizon, 0.45, 0.75, 1600, 1, 0.4))
	for _, k := range []struct{ x, s float64 }{{380, 640}, {1010, 640}, {1640, 640}} {
		c.glow(k.x+420, horizon-560, 330, 0.75, 0.3)
		c.glow(k.x, horizon-520, 300, 0.6, 0.2)
	}
	// ship with boxes, behind the cranes
	deck := horizon - 128.0
	c.fill(newPath().move(-40, deck).line(2010, deck).cube(2100, deck-8, 2150, deck-30, 2190, deck-46).cube(2160, horizon-40, 2110, horizon+10, 2060, horizon+34).line(-40, horizon+34), flat(1, 0.4))
	for x := 20.0; x < 1880; x += 112 {
		n := 1 + int(c.rnd(1.4, 4.9))
		for j := 0; j < n; j++ {
			y := deck - float64(j+1)*54
			k, s := [4]float64{0.2, 0.92, 0.55, 0.06}[int(c.rnd(0, 4))], [4]float64{0.95, 0.5, 0.8, 0.35}[int(c.rnd(0, 4))]
			c.fill(box(x, y, 108, 50), flat(k, s))
			ribs := newPath()
			for r := 8.0; r < 104; r += 10 {
				ribs.join(box(x+r, y+5, 3, 40))
			}
			c.over(ribs, flat(0.5, 0.1))
		}
	}
	c.fill(box(2010, deck-200, 90, 200), flat(0.9, 0.5))
	c.fill(windows(2014, deck-190, 82, 120, 4, 4, 0.55, 0.45), flat(0, 0.1))
	for i, x := range []float64{380, 1010, 1640} {
		c.fill(crane(x, horizon+40, 640, 1), flat(1, 0.5))
		tx := x + []float64{300, 520, 210}[i]
		top, low := horizon+40-0.88*640.0, horizon-[]float64{330, 420, 250}[i]
		c.fill(box(tx-34, top-14, 68, 44), flat(0, 0))
		c.fill(box(tx-22, top-4, 44, 24), flat(0, 0.7))
		c.fill(line(3, tx-26, top+30, tx-40, low).join(line(3, tx+26, top+30, tx+40, low)), flat(1, 0.2))
		c.fill(box(tx-58, low, 116, 12), flat(1, 0.3))
		c.fill(box(tx-54, low+14, 108, 50), flat(0.05, 0.95))
		for _, lx := range []float64{x - 60, x + 140, x + 620} {
			c.fill(oval(lx, top+24, 9, 9), flat(0, 0))
			c.glow(lx, top+24, 70, 0.9, 0.5)
		}
	}
	c.fill(box(0, horizon+34, Width, 30), flat(1, 0.5))
	for _, lx := range []float64{300, 520, 930, 1150, 1560, 1780, 2060, 2250} {
		c.shimmer(lx, horizon+74, 1600, 34, 0.95, 0.25, lift)
	}
	c.water(horizon+70, 1600, 0, Width, 260, 0.5, 0.2, over)
	c.fill(person(2260, horizon+40, 78, 0, 0.05).join(person(2310, horizon+40, 74, 0.05, 0.06)), flat(1, 0.5))
}

func stormWall(c *canvas) {
	c.all(fade(0, 0.9, 0.6, 1100, 0.3, 0.55))
	c.bank(500, 240, 2200, 360, 26, 0.35, 0.2, over)
	c.bank(1800, 420, 1800, 260, 22, 0.3, 0.15, over)
	c.bank(1300, 640, 2400, 120, 16, 0.3, 0.4, lift)
	c.fill(hills(-20, 2420, 1010, 20, 60, 40, 90, 50, 60, 20), flat(0.7, 0.6))
	for i := 0; i < 7; i++ { // seas running in
		y := 980 + float64(i*i)*13 + float64(i)*26
		v := []float64{-60, y}
		for x := 60.0; x < 2500; x += 150 {
			v = append(v, x, y+c.rnd(-1, 1)*mix(10, 42, float64(i)/6))
		}
		p := curve(8, v...)
		c.fill(newPath().move(-60, 1700).line(p...).line(2600, 1700), fade(y-40, 0.2, 0.5, y+150, 0.75+0.03*float64(i), 0.9))
		c.fill(ribbon(3, 5+2*float64(i), 3, p), flat(0, 0.12))
	}
	// breakwater with lamps
	c.fill(poly(1180, 1060, 2420, 1000, 2420, 1700, 1120, 1700), flat(1, 0.6))
	c.fill(poly(1180, 1060, 2420, 1000, 2420, 1032, 1178, 1090), flat(0.25, 0.3))
	for i := 0; i < 8; i++ {
		x := 1240 + float64(i)*150
		c.over(line(4, x, 1095-float64(i)*7, x-20, 1640), flat(0.3, 0.2))
		c.lift(line(3, x+60, 1100-float64(i)*7, x+44, 1640), flat(0.45, 0.2))
	}
	for i, x := range []float64{1500, 1840, 2180} {
		y := 1046 - float64(i)*17
		c.fill(lamp(x, y, 300), flat(1, 0.4))
		c.glow(x, y-282, 190, 0.85, 0.5)
		c.fill(oval(x, y-282, 15, 15), flat(0, 0))
	}
	// the wave that breaks over it: jets flung up and blown inland
	jets := func(n int, reach, k, sp float64) {
		p := newPath()
		for i := 0; i < n; i++ {
			x := c.rnd(760, 1420)
			a := (x-1090)/330*0.62 + c.rnd(-0.16, 0.16)
			l := reach * c.rnd(0.5, 1) * (1 - 0.42*math.Abs(x-1090)/330)
			tx, ty := x+math.Sin(a)*l, 1240-math.Cos(a)*l
			w := c.rnd(60, 130)
			p.join(ribbon(w, w*0.9, 6, curve(10, x, 1270, mix(x, tx, 0.45)-30, mix(1240, ty, 0.5), tx, ty, tx+l*0.16, ty+l*0.09)))
			for j := 0; j < 5; j++ {
				r := c.rnd(6, 24)
				p.join(oval(tx+c.rnd(-30, 90), ty+c.rnd(-30, 60), r, r*0.9))
			}
		}
		c.fill(p, flat(k, sp))
	}
	jets(34, 1010, 0.3, 0.62)
	jets(34, 860, 0.08, 0.4)
	jets(40, 690, 0, 0.14)
	jets(34, 520, 0, 0)
	for i := 0; i < 620; i++ {
		a := c.rnd(-0.95, 1.25)
		d := c.rnd(380, 1120)
		x, y := 1110+math.Sin(a)*d*0.86, 1200-math.Cos(a)*d
		r := c.rnd(2, 9) * (1.3 - d/1120)
		c.fill(oval(x, y, r, r*1.25), flat(0, 0))
	}
	for i := 0; i < 420; i++ { // foam runs back and down the wall
		x := 1030 + (c.rnd(-1, 1)+c.rnd(-1, 1))*330
		y := 1285 + math.Abs(c.rnd(-1, 1)+c.rnd(-1, 1))*70
		if x > 1130 {
			l := c.rnd(20, 190) * clamp((1480-x)/350)
			c.lift(ribbon(c.rnd(6, 16), 8, 2, []float64{x, 1240, x - 3, 1240 + l*0.6, x - 7, 1250 + l*1.5}), flat(1, 0.9))
			continue
		}
		w := c.rnd(20, 120)
		c.lift(newPath().move(x-w, y).quad(x, y-9, x+w, y).quad(x, y+9, x-w, y), flat(1, 0.92))
	}
	c.water(1250, 1520, 560, 1360, 70, 0.5, 0.8, over)
	c.rain(420, 70, -0.5, 0.6, 0.6, lift)
	c.rain(160, 60, -0.5, 0.5, 0.3, over)
	c.fill(gull(380, 470, 84, -0.35, 0.5).join(gull(610, 330, 56, 0.25, 0.2)), flat(0, 0))
}
