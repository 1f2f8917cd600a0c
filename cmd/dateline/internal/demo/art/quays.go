package art

import "math"

func init() {
	scenery["football-ground"] = scene{white, moss, footballGround}
	scenery["swing-bridge"] = scene{flimsy, sea, swingBridge}
	scenery["shipyard"] = scene{white, brick, shipyard}
	scenery["sugar-warehouse"] = scene{flimsy, ochre, sugarWarehouse}
}

// footballGround looks through the net at the far end, half of the lights out.
func footballGround(c *canvas) {
	c.all(fade(0, 0.98, 0.3, 700, 0.8, 0.4))
	// far stand and its crowd
	c.fill(poly(-20, 420, 2420, 420, 2420, 760, -20, 760), flat(0.9, 0.3))
	c.fill(poly(-20, 380, 2420, 330, 2420, 420, -20, 450), flat(1, 0.3))
	for row := 0; row < 15; row++ {
		y := 468 + float64(row)*19.5
		for x := -10.0; x < 2420; x += 21 {
			lit := clamp((1500 - x) / 1100)
			k := mix(0.85, c.rnd(0, 0.75), lit)
			if c.rnd(0, 1) < 0.08 {
				continue
			}
			c.fill(oval(x+c.rnd(-3, 3), y+c.rnd(-3, 3), 7.6, 9), flat(k, c.rnd(0.1, 0.7)))
		}
	}
	// floodlights: left pylon burns, right one is dark
	pylon := func(x, y float64, on bool) {
		p := line(12, x-46, 720, x-16, y).join(line(12, x+46, 720, x+16, y))
		for i := 0.0; i < 8; i++ {
			t0, t1 := i/8, (i+1)/8
			p.join(line(5, x-mix(46, 16, t0), mix(720, y, t0), x+mix(46, 16, t1), mix(720, y, t1)), line(5, x+mix(46, 16, t0), mix(720, y, t0), x-mix(46, 16, t1), mix(720, y, t1)))
		}
		p.join(box(x-130, y-112, 260, 128))
		if on {
			c.fill(p, flat(1, 0.3))
			c.lift(poly(x-110, y, x+110, y, x+1500, 1700, x-500, 1700), fade(y, 0.5, 0.3, 1400, 0.0, 0))
			c.glow(x, y-50, 430, 0.75, 0.4)
			c.fill(p, flat(1, 0.3))
			for i := 0; i < 5; i++ {
				for j := 0; j < 3; j++ {
					c.fill(oval(x-100+50*float64(i), y-88+38*float64(j), 17, 15), flat(0, 0))
				}
			}
			return
		}
		c.lift(p, flat(0.45, 0))
		for i := 0; i < 5; i++ {
			for j := 0; j < 3; j++ {
				c.fill(oval(x-100+50*float64(i), y-88+38*float64(j), 15, 13), flat(0.9, 0.2))
			}
		}
	}
	pylon(1990, 190, false)
	pylon(430, 190, true)
	// pitch
	c.fill(box(0, 756, Width, 900), func(x, y float64) (float64, float64) {
		t := (y - 756) / 844
		band := 0.0
		if int(math.Floor(math.Sqrt(t)*9))%2 == 0 {
			band = 0.1
		}
		return clamp(mix(0.02, 0.62, clamp((x-500)/1700)) + band*0.6 + 0.08*t), 0.72 + band*1.4
	})
	c.fill(box(0, 748, Width, 34), flat(0.1, 0.1))
	for i := 0; i < 18; i++ {
		c.fill(box(float64(i)*140, 752, 124, 26), flat([]float64{0.9, 0, 0.5}[i%3], []float64{0.3, 0, 0.9}[i%3]))
	}
	marks := line(9, -20, 1110, 2420, 1110).join(line(6, 0, 820, 2400, 820))
	marks.join(line(10, 420, 1110, 120, 1500, 2280, 1500, 1980, 1110))
	c.fill(marks, flat(0, 0.04))
	// players
	player := func(x, y, s, lean float64, run float64, k, sp float64) {
		c.over(oval(x+s*0.3, y, s*0.4, s*0.045), flat(0.6, 0.3))
		p := oval(x+lean*s*0.62, y-s*0.91, s*0.07, s*0.085)
		p.join(ribbon(s*0.24, s*0.23, s*0.16, []float64{x + lean*s*0.48, y - s*0.8, x + lean*s*0.3, y - s*0.62, x + lean*s*0.12, y - s*0.44}))
		p.join(line(s*0.1, x+lean*s*0.1, y-s*0.46, x-run*s*0.2, y-s*0.26, x-run*s*0.44, y-s*0.06), line(s*0.1, x+lean*s*0.1, y-s*0.46, x+run*s*0.28, y-s*0.28, x+run*s*0.14, y-s*0.02))
		p.join(line(s*0.07, x+lean*s*0.44, y-s*0.76, x+run*s*0.3, y-s*0.6, x+run*s*0.42, y-s*0.74), line(s*0.07, x+lean*s*0.44, y-s*0.76, x-run*s*0.2, y-s*0.62, x-run*s*0.36, y-s*0.56))
		c.fill(p, flat(k, sp))
	}
	player(1560, 1010, 230, 0.1, -0.6, 0.0, 0.05)
	player(520, 1020, 220, -0.1, 0.7, 1, 0.3)
	player(1880, 950, 190, -0.1, 0.6, 1, 0.3)
	player(860, 930, 170, 0.1, 0.5, 0, 0.05)
	player(1260, 890, 150, 0.1, -0.5, 1, 0.3)
	player(1360, 1290, 430, 0.42, 0.9, 1, 0.3)
	player(1010, 1240, 400, -0.2, -0.7, 0, 0.04)
	c.fill(oval(1580, 1160, 30, 30), flat(0, 0))
	c.fill(oval(1574, 1156, 9, 9).join(oval(1594, 1172, 7, 7), oval(1560, 1174, 6, 6)), flat(1, 0))
	// the goal and its net, close to the viewer
	net := newPath()
	for i := 0; i <= 34; i++ {
		x := 80 + float64(i)*66
		net.join(line(3.4, curve(6, x, 330, x+(x-1200)*0.03, 960, x+(x-1200)*0.02, 1620)...))
	}
	for i := 0; i <= 19; i++ {
		y := 330 + float64(i)*68
		net.join(line(3.4, curve(8, 70, y-10, 1200, y+36, 2330, y-10)...))
	}
	c.lift(net, flat(0.72, 0.6))
	c.fill(line(30, 84, 1640, 84, 322, 2316, 322, 2316, 1640), flat(0, 0))
	c.over(line(8, 92, 1640, 92, 332, 2308, 332, 2308, 1640), flat(0.4, 0.3))
	// the keeper, beaten
	c.fill(oval(1822, 1246, 46, 54).join(ribbon(150, 150, 110, curve(8, 1830, 1300, 1900, 1400, 1990, 1460)), line(58, 1990, 1470, 2110, 1440, 2190, 1530), line(58, 1980, 1480, 2080, 1530, 2200, 1590), line(44, 1840, 1320, 1730, 1240, 1656, 1180), line(44, 1850, 1350, 1740, 1320, 1650, 1280), oval(1646, 1172, 28, 26), oval(1640, 1276, 28, 26)), flat(1, 0.2))
	c.rain(240, 60, -0.12, 0.45, 0.3, lift)
}

func swingBridge(c *canvas) {
	const water = 1120
	c.all(fade(0, 0.02, 0.4, water, 0, 0.02))
	c.fill(oval(520, 470, 120, 120), flat(0, 0))
	c.bank(1500, 330, 2200, 200, 18, 0, 0.22, over)
	// the far bank: town, quay wall, and those who wait
	c.fill(c.skyline(-20, 2420, 950, 110, 300), flat(0.1, 0.52))
	c.fill(windows(0, 700, 2400, 220, 48, 4, 0.3, 0.4), flat(0.3, 0.7))
	c.fill(c.skyline(-20, 700, 965, 60, 200).join(c.skyline(1800, 2420, 965, 60, 210)), flat(0.4, 0.6))
	c.fill(box(-20, 946, 2460, 180), flat(0.62, 0.7))
	c.over(windows(0, 950, 2400, 170, 40, 4, 0.94, 0.9), flat(0.18, 0.1))
	c.fill(box(-20, 938, 2460, 16), flat(0.1, 0.2))
	for i := 0; i < 90; i++ {
		x := c.rnd(20, 2380)
		c.fill(person(x, 942, c.rnd(62, 84), c.rnd(-0.05, 0.05), 0.03), flat(c.rnd(0.6, 1), c.rnd(0.2, 0.7)))
	}
	c.fill(box(0, water, Width, 500), fade(water, 0.02, 0.3, 1600, 0.5, 0.95))
	c.water(water, 1600, 0, Width, 430, 0.3, 0.5, over)
	c.shimmer(520, water+10, 1500, 100, 0.8, 0.9, lift)
	c.water(water, 1600, 0, Width, 140, 0.6, 0.8, lift)
	// pier with fenders
	c.over(box(940, 1200, 620, 240), fade(1200, 0.8, 0.4, 1440, 0, 0))
	c.fill(poly(1000, 1220, 1020, 950, 1480, 950, 1500, 1220), across(1000, 0.2, 0.4, 1500, 0.9, 0.7))
	for x := 1010.0; x < 1500; x += 46 {
		c.over(line(4, x, 960, x-4, 1220), flat(0.4, 0.3))
	}
	c.fill(box(980, 930, 540, 34).join(oval(1250, 1222, 254, 26)), flat(1, 0.6))
	// the span, turned along the river
	truss := line(26, 250, 930, 2250, 930).join(line(18, 250, 880, 2250, 880))
	top := func(x float64) float64 { return 850 - 300*math.Pow(1-math.Abs(x-1250)/1000, 1.5) }
	v := []float64{}
	for x := 250.0; x <= 2250; x += 100 {
		v = append(v, x, top(x))
		truss.join(line(12, x, top(x), x, 930))
		if x < 1250 {
			truss.join(line(8, x, 930, x+100, top(x+100)))
		} else if x < 2250 {
			truss.join(line(8, x, top(x), x+100, 930))
		}
	}
	truss.join(line(20, v...))
	rail := line(5, 250, 832, 2250, 832)
	for x := 250.0; x < 2250; x += 25 {
		rail.join(line(3, x, 832, x, 880))
	}
	c.fill(rail, flat(1, 0.4))
	c.fill(truss, flat(1, 0.5))
	c.fill(poly(1160, 550, 1160, 430, 1340, 430, 1340, 550).join(poly(1140, 434, 1250, 366, 1360, 434)), flat(1, 0.5))
	c.fill(windows(1166, 444, 168, 80, 3, 1, 0.7, 0.8), flat(0, 0.04))
	c.fill(person(1280, 526, 66, 0.05, 0), flat(1, 0.4))
	// the wedding on the fuel pontoon
	c.fill(poly(1780, 1380, 2420, 1380, 2420, 1450, 1810, 1450), flat(1, 0.5))
	c.fill(poly(1770, 1362, 2420, 1362, 2420, 1386, 1770, 1386), flat(0.1, 0.2))
	c.fill(soft(2240, 1190, 90, 176, 14).join(box(2256, 1170, 58, 26)), flat(0.5, 0.8))
	for _, p := range [][3]float64{{1880, 1366, 200}, {2120, 1366, 190}, {2190, 1366, 170}, {2060, 1366, 180}} {
		c.fill(person(p[0], p[1], p[2], 0.02, 0.03), flat(1, 0.4))
	}
	c.fill(oval(1967, 1190, 15, 18).join(newPath().move(1952, 1212).line(1984, 1212).cube(1990, 1260, 2010, 1330, 2030, 1366).line(1914, 1366).cube(1936, 1330, 1946, 1260, 1952, 1212)), flat(0, 0))
	c.fill(line(4, 1952, 1212, 1946, 1262, 1914, 1364).join(line(4, 1984, 1212, 1992, 1262, 2030, 1364)), flat(1, 0.3))
	// a rowing boat on its way
	c.fill(newPath().move(900, 1430).cube(960, 1476, 1180, 1476, 1250, 1424), flat(1, 0.5))
	c.fill(person(1010, 1462, 150, -0.3, 0).join(person(1150, 1462, 150, 0.02, 0)), flat(1, 0.4))
	c.fill(line(8, 1010, 1390, 900, 1476).join(line(8, 1030, 1390, 1090, 1490)), flat(1, 0.3))
	for i, g := range [][3]float64{{820, 330, 56}, {980, 240, 40}, {1720, 300, 46}} {
		c.fill(gull(g[0], g[1], g[2], 0.1-0.1*float64(i), 0.4), flat(0.9, 0.4))
	}
}

// shipyard stands under the bow of a ship on the slip.
func shipyard(c *canvas) {
	c.all(fade(0, 0.06, 0, 1300, 0.3, 0))
	c.bank(500, 260, 1700, 200, 16, 0.1, 0, over)
	for _, k := range []struct{ x, s, d float64 }{{260, 760, 1}, {2190, 840, -1}} { // slewing cranes
		p := line(26, k.x-70, 1400, k.x-40, 1400-k.s*0.62).join(line(26, k.x+70, 1400, k.x+40, 1400-k.s*0.62))
		for i := 0.0; i < 5; i++ {
			p.join(line(9, k.x-68+5*i, 1380-i*k.s*0.12, k.x+64-5*i, 1380-(i+1)*k.s*0.12), line(9, k.x+68-5*i, 1380-i*k.s*0.12, k.x-64+5*i, 1380-(i+1)*k.s*0.12))
		}
		y := 1400 - k.s*0.62
		p.join(box(k.x-70, y-110, 140, 116))
		p.join(line(16, k.x, y-90, k.x+k.d*620, y-560), line(9, k.x-k.d*50, y-120, k.x-k.d*40, y-320, k.x+k.d*610, y-560), line(10, k.x+k.d*40, y-170, k.x+k.d*600, y-540))
		for i := 0.0; i < 9; i++ {
			t := 0.1 + i*0.1
			p.join(line(5, k.x+k.d*620*t, y-90-470*t, k.x+k.d*(40+560*(t+0.05)), y-170-370*(t+0.05)))
		}
		p.join(line(4, k.x+k.d*620, y-560, k.x+k.d*620, y-250), box(k.x+k.d*620-14, y-260, 28, 40))
		c.fill(p, flat(0.5, 0))
	}
	c.fill(c.skyline(-20, 2420, 1400, 40, 120), flat(0.42, 0))
	c.fill(box(-20, 1390, 2460, 260), fade(1390, 0.5, 0, 1600, 0.85, 0))
	// hull: half sections drawn from the stem outwards
	const cx = 1200.0
	half := func(top, mid, low float64) *path {
		p := newPath().move(cx, 250).cube(cx-top*0.5, 232, cx-top*0.85, 210, cx-top, 196)
		p.cube(cx-top*0.9, 620, cx-mid*1.1, 900, cx-mid, 1090).cube(cx-low*1.1, 1230, cx-low, 1330, cx-low*0.8, 1400)
		p.line(cx+low*0.8, 1400).cube(cx+low, 1330, cx+low*1.1, 1230, cx+mid, 1090)
		p.cube(cx+mid*1.1, 900, cx+top*0.9, 620, cx+top, 196).cube(cx+top*0.85, 210, cx+top*0.5, 232, cx, 250)
		return p
	}
	hull := half(620, 420, 330)
	c.fill(hull, func(x, _ float64) (float64, float64) {
		t := (x - cx) / 620
		if t < 0 {
			return clamp(0.3 + 0.35*math.Pow(-t, 0.8)), 0
		}
		return clamp(0.72 + 0.3*t), 0
	})
	// red below the waterline
	red := newPath().move(cx, 1040).cube(cx-200, 1030, cx-360, 1000, cx-448, 970).cube(cx-430, 1060, cx-424, 1080, cx-420, 1090)
	red.cube(cx-363, 1230, cx-330, 1330, cx-264, 1400).line(cx+264, 1400).cube(cx+330, 1330, cx+363, 1230, cx+420, 1090)
	red.cube(cx+424, 1080, cx+430, 1060, cx+448, 970).cube(cx+360, 1000, cx+200, 1030, cx, 1040)
	c.fill(red, func(x, _ float64) (float64, float64) {
		if x < cx {
			return 0.05 + 0.15*(cx-x)/450, 1
		}
		return 0.5 + 0.3*(x-cx)/450, 1
	})
	c.fill(line(8, curve(10, cx-446, 966, cx-200, 1018, cx, 1034, cx+200, 1018, cx+446, 966)...), flat(0, 0))
	// plates and frames
	seams := newPath()
	for i := 1.0; i < 8; i++ {
		w := 620 - i*24
		y := 250 + i*92
		seams.join(line(4, curve(10, cx-w, y-54, cx-w*0.5, y-14, cx, y, cx+w*0.5, y-14, cx+w, y-54)...))
	}
	for _, t := range []float64{0.22, 0.45, 0.68, 0.86} {
		seams.join(line(3, cx-620*t, 232, cx-430*t, 1080), line(3, cx+620*t, 232, cx+430*t, 1080))
	}
	c.over(seams, flat(0.5, 0))
	c.fill(line(14, cx, 246, cx, 1400), flat(1, 0))
	c.lift(line(5, cx-9, 250, cx-9, 1400), flat(0.9, 0.5))
	bul := newPath().move(cx-634, 170).cube(cx-500, 196, cx-200, 236, cx, 238).cube(cx+200, 236, cx+500, 196, cx+634, 170)
	bul.line(cx+622, 206).cube(cx+500, 228, cx+200, 266, cx, 268).cube(cx-200, 266, cx-500, 228, cx-622, 206)
	c.fill(bul, flat(1, 0))
	for _, s := range []float64{-1, 1} {
		c.fill(oval(cx+s*210, 420, 34, 44), flat(1, 0))
		c.fill(ring(cx+s*210, 420, 44, 54, 10), flat(0, 0))
		c.fill(line(9, cx+s*210, 440, cx+s*216, 560).join(line(14, cx+s*216, 560, cx+s*216, 640), line(12, cx+s*176, 620, cx+s*216, 650, cx+s*256, 620)), flat(1, 0))
	}
	for i, n := range []string{"9", "8", "7", "6", "5"} {
		c.fill(text(bold(), 44, cx-64, 940+float64(i)*86, 0.5, n), flat(0, 0))
	}
	// staging, keel blocks, people
	st := newPath()
	for _, s := range []float64{-1, 1} {
		for i := 0.0; i < 4; i++ {
			x := cx + s*(700+i*74)
			st.join(line(9, x, 1420, x, 330+i*20))
		}
		for j := 0.0; j < 6; j++ {
			y := 400 + j*180
			st.join(line(14, cx+s*(640-j*26), y, cx+s*940, y), line(5, cx+s*680, y-64, cx+s*940, y-64))
			st.join(line(5, cx+s*700, y+180, cx+s*774, y), line(5, cx+s*848, y, cx+s*922, y+180))
		}
	}
	c.fill(st, flat(1, 0))
	for _, p := range [][3]float64{{430, 400, 84}, {500, 760, 84}, {1960, 580, 84}, {1900, 1120, 84}, {1836, 760, 84}} {
		c.fill(person(p[0], p[1], p[2]*1.2, 0.05, 0.03), flat(1, 0))
	}
	for i := 0.0; i < 5; i++ {
		c.fill(box(cx-300+i*130, 1400, 80, 56), flat(1, 0))
		c.fill(box(cx-310+i*130, 1440, 100, 40), flat(0.75, 0))
	}
	c.fill(poly(640, 1600, 1020, 1470, 1060, 1470, 720, 1600).join(poly(1760, 1600, 1380, 1470, 1340, 1470, 1680, 1600)), flat(1, 0))
	c.over(poly(760, 1470, 1640, 1470, 1900, 1600, 500, 1600), fade(1460, 0.6, 0, 1600, 0.1, 0))
	for _, p := range [][3]float64{{880, 1560, 220}, {960, 1570, 210}, {1500, 1550, 220}} {
		c.fill(person(p[0], p[1], p[2], 0.04, 0.06), flat(1, 0))
	}
	for i := 0; i < 60; i++ { // a welder at work
		a := c.rnd(0.1, math.Pi-0.1)
		d := c.rnd(20, 190) * math.Sqrt(c.rnd(0.1, 1))
		c.fill(oval(1846+math.Cos(a)*d*0.5, 700+math.Sin(a)*d, 3.2, 3.2), flat(0, 0))
	}
	c.glow(1800, 700, 110, 0.95, 0.5)
}

func sugarWarehouse(c *canvas) {
	const water = 1290
	c.all(fade(0, 0.02, 0.22, water, 0, 0.02))
	c.bank(700, 240, 1900, 200, 16, 0.03, 0.16, over)
	c.fill(c.skyline(-20, 640, water-60, 330, 520).join(c.skyline(1780, 2440, water-60, 300, 470)), flat(0.24, 0.4))
	c.fill(windows(20, 860, 560, 330, 7, 4, 0.34, 0.5).join(windows(1820, 900, 560, 290, 7, 4, 0.34, 0.5)), flat(0.6, 0.4))
	// gable front of five storeys
	front := poly(620, water, 620, 520, 700, 520, 700, 430, 800, 430, 800, 330, 920, 330, 920, 230, 1060, 230, 1060, 150, 1340, 150, 1340, 230, 1480, 230, 1480, 330, 1600, 330, 1600, 430, 1700, 430, 1700, 520, 1780, 520, 1780, water)
	c.fill(front, across(620, 0.12, 0.85, 1780, 0.42, 1))
	bricks := newPath()
	for y := 170.0; y < water; y += 22 {
		for x := 630 + math.Mod(y, 44); x < 1770; x += 66 {
			half := 560.0
			if y < 520 {
				half = 125 + 110*math.Floor((y-130)/100)
			}
			w := c.rnd(26, 58)
			if math.Abs(x+w/2-1200) < half-w/2-6 && c.rnd(0, 1) < 0.34 {
				bricks.join(box(x, y, w, 5))
			}
		}
	}
	c.over(bricks, flat(0.55, 0.2))
	cap := newPath()
	for _, s := range [][3]float64{{612, 512, 96}, {692, 422, 116}, {792, 322, 136}, {912, 222, 156}, {1052, 142, 296}, {1332, 222, 156}, {1472, 322, 136}, {1592, 422, 116}, {1692, 512, 96}} {
		cap.join(box(s[0], s[1], s[2], 22))
	}
	c.fill(cap, flat(0, 0.06))
	// loading doors in the middle, shuttered windows beside
	for i := 0; i < 5; i++ {
		y := 330 + float64(i)*186
		c.fill(newPath().move(1110, y+140).line(1110, y+30).cube(1110, y-16, 1290, y-16, 1290, y+30).line(1290, y+140), flat(1, 0.5))
		c.fill(line(6, 1200, y+4, 1200, y+140), flat(0.3, 0.8))
		c.fill(box(1096, y+140, 208, 16), flat(0, 0.1))
		for _, x := range []float64{720, 900, 1420, 1600} {
			if i == 0 && (x < 800 || x > 1500) {
				continue
			}
			c.fill(newPath().move(x-54, y+118).line(x-54, y+24).cube(x-54, y-16, x+54, y-16, x+54, y+24).line(x+54, y+118), flat(0.95, 0.4))
			if c.rnd(0, 1) < 0.6 {
				c.fill(box(x-84, y+8, 30, 108).join(box(x+54, y+8, 30, 108)), flat(0.8, 0.7))
			} else {
				c.fill(box(x-50, y+10, 100, 106), flat(0.62, 0.8))
				c.over(windows(x-50, y+10, 100, 106, 1, 7, 1, 0.4), flat(0.5, 0.2))
			}
			c.fill(box(x-66, y+116, 132, 12), flat(0, 0.1))
		}
	}
	// hoist beam and rope
	c.fill(poly(1170, 190, 1230, 190, 1230, 300, 1170, 300), flat(1, 0.4))
	c.fill(line(18, 1200, 250, 1330, 250).join(line(10, 1215, 310, 1320, 254)), flat(1, 0.4))
	c.fill(line(4, 1322, 256, 1322, 1010), flat(1, 0.3))
	c.fill(poly(1290, 1010, 1354, 1010, 1366, 1090, 1278, 1090).join(line(5, 1322, 986, 1292, 1012), line(5, 1322, 986, 1352, 1012)), flat(1, 0.4))
	// quay and water
	c.fill(box(-20, water-70, 2460, 90), flat(0.9, 0.5))
	c.fill(box(-20, water-82, 2460, 18), flat(0.06, 0.2))
	c.fill(box(0, water+14, Width, 330), fade(water, 0.2, 0.5, 1600, 0.75, 0.7))
	c.over(poly(640, water+20, 1760, water+20, 1700, 1600, 700, 1600), fade(water, 0.55, 0.7, 1600, 0.1, 0.2))
	c.water(water+20, 1600, 0, Width, 330, 0.7, 0.6, lift)
	c.water(water+20, 1600, 0, Width, 200, 0.6, 0.3, over)
	for _, p := range [][3]float64{{420, water - 68, 150}, {500, water - 68, 142}, {1960, water - 68, 150}} {
		c.fill(person(p[0], p[1], p[2], 0.02, 0.05), flat(1, 0.3))
	}
	c.fill(lamp(210, water-68, 330).join(lamp(2230, water-68, 330)), flat(1, 0.3))
	c.fill(newPath().move(1900, 1440).line(2330, 1440).cube(2310, 1500, 2270, 1516, 2230, 1516).line(1980, 1516).cube(1940, 1510, 1915, 1490, 1900, 1440), flat(1, 0.4))
	c.fill(box(2150, 1370, 100, 72).join(line(8, 2020, 1440, 2020, 1240)), flat(1, 0.4))
	c.fill(gull(480, 330, 60, 0.1, 0.4).join(gull(330, 240, 42, -0.15, 0.1), gull(1980, 320, 50, -0.1, 0.5)), flat(0.9, 0.3))
}
