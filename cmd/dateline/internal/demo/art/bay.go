package art

import "math"

func init() {
	scenery["lighthouse"] = scene{flimsy, sea, lighthouse}
	scenery["mudflats"] = scene{white, moss, mudflats}
	scenery["eelgrass"] = scene{white, moss, eelgrass}
	scenery["fog-signal"] = scene{white, brick, fogSignal}
	scenery["river-swim"] = scene{white, sea, riverSwim}
	scenery["regatta"] = scene{flimsy, sea, regatta}
}

func lighthouse(c *canvas) {
	const horizon = 1120
	const lx, ly = 1560.0, 470.0
	c.all(fade(0, 0.9, 0.8, horizon, 0.25, 0.75))
	for i := 0; i < 90; i++ {
		r := c.rnd(1.4, 3.4)
		c.fill(oval(c.rnd(0, Width), c.rnd(0, 760), r, r), flat(0, 0))
	}
	c.bank(700, 900, 2000, 140, 14, 0.2, 0.1, over)
	// the beam, out to sea and a short one behind
	c.lift(poly(lx, ly-10, -40, 130, -40, 560, lx, ly+14), across(lx, 0.95, 0.95, -40, 0.35, 0.55))
	c.lift(poly(lx, ly-10, 2440, 330, 2440, 520, lx, ly+14), across(lx, 0.9, 0.9, 2440, 0.2, 0.35))
	c.glow(lx, ly, 330, 0.95, 0.9)
	c.fill(box(0, horizon, Width, 600), fade(horizon, 0.3, 0.85, 1600, 0.9, 0.9))
	c.water(horizon, 1600, 0, Width, 380, 0.5, 0.3, over)
	c.lift(poly(0, horizon, 900, horizon, 620, 1600, 0, 1600), across(0, 0.25, 0.3, 900, 0, 0))
	c.water(horizon, 1560, 0, 1100, 150, 0.8, 0.8, lift)
	c.fill(line(3, 420, horizon-2, 560, horizon-2).join(poly(440, horizon, 446, horizon-18, 540, horizon-18, 560, horizon), box(500, horizon-44, 26, 28)), flat(1, 0.4))
	c.fill(oval(512, horizon-52, 5, 5), flat(0, 0))
	// rock
	c.fill(poly(980, 1640, 1060, 1420, 1130, 1380, 1180, 1270, 1290, 1230, 1350, 1160, 1480, 1130, 1640, 1120, 1790, 1150, 1880, 1220, 2010, 1250, 2100, 1340, 2230, 1370, 2330, 1480, 2440, 1530, 2440, 1640), flat(1, 0.7))
	for _, v := range [][]float64{{1200, 1290, 1300, 1250, 1340, 1330, 1250, 1390}, {1400, 1180, 1500, 1150, 1470, 1260, 1390, 1290}, {1880, 1250, 1990, 1280, 2030, 1360, 1930, 1330}, {1130, 1430, 1210, 1400, 1190, 1510, 1090, 1540}, {2130, 1390, 2210, 1400, 2250, 1490, 2140, 1460}} {
		c.lift(poly(v...), flat(0.45, 0.25))
	}
	for i := 0; i < 36; i++ {
		x := c.rnd(880, 2300)
		y := 1600 - c.rnd(0, 50)
		c.lift(oval(x, y, c.rnd(20, 70), c.rnd(4, 12)), flat(1, 0.9))
	}
	// tower: lit on the left, three dark bands
	tower := poly(lx-120, 1140, lx-70, 590, lx+70, 590, lx+120, 1140)
	c.fill(tower, across(lx-110, 0, 0, lx+110, 0.7, 0.8))
	for _, y := range []float64{660, 830, 1000} {
		t0, t1 := (y-590)/550, (y+80-590)/550
		c.fill(poly(lx-70-50*t0, y, lx+70+50*t0, y, lx+70+50*t1, y+80, lx-70-50*t1, y+80), across(lx-110, 0.35, 1, lx+110, 1, 1))
	}
	for _, w := range [][2]float64{{lx - 8, 770}, {lx + 12, 940}, {lx - 2, 1090}} {
		c.fill(soft(w[0], w[1], 24, 42, 10), flat(1, 0.4))
	}
	c.fill(soft(lx-20, 1076, 44, 66, 18), flat(1, 0.4))
	// gallery, lantern, roof
	c.fill(box(lx-104, 566, 208, 26).join(box(lx-86, 592, 172, 14)), flat(1, 0.5))
	rail := line(4, lx-104, 534, lx+104, 534).join(line(4, lx-104, 550, lx+104, 550))
	for x := lx - 102; x <= lx+102; x += 17 {
		rail.join(line(3.5, x, 534, x, 568))
	}
	c.fill(rail, flat(1, 0.5))
	c.fill(box(lx-54, 412, 108, 154), flat(0, 0))
	bars := newPath()
	for x := lx - 54; x <= lx+54; x += 27 {
		bars.join(line(5, x, 412, x, 566))
	}
	c.fill(bars.join(line(5, lx-54, 488, lx+54, 488)), flat(1, 0.5))
	c.fill(newPath().move(lx-72, 414).quad(lx-40, 346, lx, 330).quad(lx+40, 346, lx+72, 414).join(oval(lx, 322, 13, 13), line(4, lx, 322, lx, 268)), flat(1, 0.5))
	c.glow(lx, ly, 120, 0.7, 0.8)
	// the keeper's house
	c.fill(poly(1740, 1160, 1740, 1060, 1830, 1006, 1960, 1006, 2010, 1060, 2010, 1220, 1740, 1160), flat(1, 0.6))
	c.fill(poly(1740, 1060, 1830, 1006, 1960, 1006, 2030, 1064, 1740, 1064), flat(0.55, 0.6))
	c.fill(box(1890, 960, 34, 60), flat(1, 0.6))
	c.fill(windows(1780, 1084, 190, 60, 3, 1, 0.4, 0.7), flat(0, 0))
	for i, g := range [][4]float64{{760, 420, 60, 0.2}, {980, 360, 44, -0.1}, {600, 330, 36, 0.1}} {
		c.fill(gull(g[0], g[1], g[2], g[3], 0.2*float64(i)), flat(1, 0.5))
	}
}

func mudflats(c *canvas) {
	const horizon = 560
	c.all(fade(0, 0.0, 0.3, horizon, 0, 0.02))
	c.bank(1500, 190, 2400, 200, 18, 0.02, 0.16, over)
	c.fill(hills(-20, 2420, horizon, 30, 46, 60, 40, 56, 84, 60, 44, 30), flat(0.1, 0.5))
	c.fill(c.skyline(1400, 2100, horizon-20, 20, 66).join(poly(1700, horizon, 1700, 440, 1716, 410, 1732, 440, 1732, horizon)), flat(0.2, 0.55))
	c.fill(box(0, horizon-6, Width, 1100), fade(horizon, 0.08, 0.36, 1600, 0.55, 0.8))
	for i := 0; i < 34; i++ { // bands of wet sand
		t := c.rnd(0, 1)
		y := mix(horizon+10, 1560, t*t)
		h := mix(3, 34, t)
		x, w := c.rnd(-200, 2400), mix(300, 900, c.rnd(0, 1))
		c.paint(newPath().move(x-w, y).quad(x, y-h, x+w, y).quad(x+w*0.2, y+h, x-w, y), flat(0.45, 0.5), lift)
	}
	// the creek, winding down to the viewer, full of sky
	mid := curve(18, 1330, horizon+4, 1460, 600, 1080, 660, 1560, 770, 900, 930, 1500, 1160, 700, 1640)
	bank := newPath()
	n := len(mid) / 2
	for pass, grow := range []float64{1.25, 1} {
		left, right := []float64{}, []float64{}
		for i := 0; i < n; i++ {
			t := math.Pow((mid[2*i+1]-horizon)/(1600-horizon), 1.25)
			w := mix(8, 330, t) * grow
			left = append(left, mid[2*i]-w, mid[2*i+1])
			right = append(right, mid[2*i]+w*0.9, mid[2*i+1])
		}
		bank = newPath().move(left[0], left[1]).line(left[2:]...)
		for i := n - 1; i >= 0; i-- {
			bank.line(right[2*i], right[2*i+1])
		}
		if pass == 0 {
			c.fill(bank, fade(horizon, 0.3, 0.6, 1600, 0.95, 0.8))
		}
	}
	c.fill(bank, fade(horizon, 0, 0.02, 1600, 0.0, 0.34))
	c.water(horizon+60, 1600, 700, 1700, 90, 0.15, 0.35, over)
	// stakes and an old rib cage of a boat
	for i := 0; i < 11; i++ {
		t := float64(i) / 10
		x, y := mix(1830, 2290, t*t), mix(600, 1500, t*t)
		h := mix(40, 420, t*t)
		c.fill(poly(x-h*0.035, y, x-h*0.03, y-h, x+h*0.03, y-h*1.03, x+h*0.04, y), flat(1, 0.6))
		c.over(poly(x-h*0.03, y, x+h*0.04, y, x+h*0.5, y+h*0.34, x+h*0.42, y+h*0.36), flat(0.5, 0.3))
	}
	for i := 0; i < 8; i++ {
		x := 190 + float64(i)*74
		h := 190 - math.Abs(float64(i)-3)*26
		c.fill(ribbon(16, 17, 7, curve(10, x, 1010, x-34, 1010-h*0.55, x-16, 1010-h)), flat(1, 0.5))
	}
	c.fill(ribbon(8, 34, 12, curve(10, 110, 960, 300, 1022, 760, 1006)), flat(1, 0.5))
	c.over(oval(440, 1024, 380, 14), flat(0.5, 0.4))
	// waders
	wader := func(x, y, s, dir float64, down bool) {
		p := blob(-0.42, -0.62, -0.1, -0.78, 0.24, -0.7, 0.3, -0.56, 0.04, -0.44, -0.24, -0.5)
		p.join(line(0.035, -0.02, -0.48, -0.06, 0), line(0.035, 0.08, -0.48, 0.12, 0))
		if down {
			p.join(ribbon(0.14, 0.1, 0.07, curve(6, 0.24, -0.64, 0.4, -0.62, 0.5, -0.4)), oval(0.52, -0.38, 0.085, 0.08), line(0.026, 0.54, -0.36, 0.66, -0.04))
		} else {
			p.join(ribbon(0.16, 0.1, 0.07, curve(6, 0.22, -0.66, 0.34, -0.8, 0.34, -0.96)), oval(0.37, -1.0, 0.085, 0.08), line(0.026, 0.42, -1.0, 0.74, -0.94))
		}
		c.fill(p.at(x, y, s*dir, s, 0), flat(1, 0.4))
		c.over(oval(x, y+s*0.03, s*0.4, s*0.03), flat(0.6, 0.3))
	}
	wader(1130, 1360, 250, 1, true)
	wader(1480, 1290, 190, -1, false)
	wader(880, 1210, 150, 1, true)
	wader(1210, 1010, 84, 1, true)
	wader(1370, 960, 76, -1, true)
	wader(1040, 900, 60, 1, false)
	for i := 0; i < 46; i++ {
		t := c.rnd(0, 1)
		x := mix(380, 1250, t) + c.rnd(-60, 60)
		y := 200 + 120*math.Sin(t*3.1) + c.rnd(-46, 46)
		c.fill(gull(x, y, c.rnd(10, 24), c.rnd(-0.4, 0.4), c.rnd(0, 1)), flat(0.85, 0.4))
	}
}

// eelgrass looks up from the bottom of the bay, a ferry's keel overhead.
func eelgrass(c *canvas) {
	c.all(fade(0, 0.0, 0.08, 1600, 0.62, 0.98))
	for i := 0; i < 9; i++ {
		x := 300 + float64(i)*250 + c.rnd(-60, 60)
		w := c.rnd(40, 150)
		c.lift(poly(x, 0, x+w, 0, x+w*2.4-260, 1400, x-w*0.8-260, 1400), fade(60, 0.6, 0.55, 1400, 0, 0))
	}
	for i := 0; i < 90; i++ {
		x, y := c.rnd(0, Width), c.rnd(0, 130)
		w := c.rnd(40, 190)
		c.paint(newPath().move(x-w, y).quad(x, y-12, x+w, y).quad(x, y+14, x-w, y), flat(0.02, 0.3), over)
	}
	// the keel
	c.fill(blob(1240, -60, 2200, -60, 2330, 40, 2140, 150, 1720, 196, 1390, 140, 1200, 30), fade(0, 0.75, 0.8, 196, 1, 0.8))
	c.fill(poly(2120, 120, 2250, 100, 2240, 200, 2190, 206), flat(1, 0.7))
	for i := 0; i < 60; i++ {
		r := c.rnd(3, 13)
		c.fill(ring(2290+c.rnd(-20, 130), c.rnd(60, 360), r, r, 3), flat(0, 0))
	}
	c.fill(hills(-20, 2420, 1640, 120, 170, 140, 200, 150, 180, 120, 160), flat(0.8, 0.9))
	blade := func(x, base, h, bend, w, k, s float64) {
		v := curve(16, x, base, x+bend*0.1, base-h*0.4, x+bend*0.5, base-h*0.75, x+bend*1.15, base-h)
		c.fill(ribbon(w, w*1.15, 2, v), flat(k, s))
		c.lift(ribbon(2, w*0.18, 1, v), flat(0.3, 0.35))
	}
	for layer := 0; layer < 4; layer++ {
		t := float64(layer) / 3
		n := []int{70, 64, 48, 22}[layer]
		for i := 0; i < n; i++ {
			x := float64(i)*Width/float64(n) + c.rnd(-30, 30)
			if layer == 3 && x > 760 && x < 1560 {
				continue
			}
			h := mix(420, 1120, t) * c.rnd(0.55, 1.05)
			blade(x, 1640, h, mix(120, 320, t)*c.rnd(0.7, 1.2), mix(9, 40, t)*c.rnd(0.8, 1.2), []float64{0.16, 0.38, 0.68, 1}[layer], []float64{0.75, 0.9, 1, 0.8}[layer])
		}
		if layer == 1 {
			for i := 0; i < 24; i++ { // young cod
				x, y := 520+c.rnd(0, 1100), 640+c.rnd(-150, 170)
				fish(c, x, y, c.rnd(44, 84), 0.06*c.rnd(-1, 1), flat(0.1, 0.1), flat(0.9, 0.6))
			}
		}
	}
	fish(c, 1180, 1090, 330, -0.05, flat(0, 0.06), flat(1, 0.6))
	// a pipefish that pretends to be grass
	v := curve(14, 1630, 1480, 1600, 1300, 1660, 1120, 1640, 930)
	c.fill(ribbon(4, 34, 16, v).join(oval(1642, 912, 15, 32), ribbon(10, 8, 6, curve(6, 1644, 890, 1652, 850, 1648, 812))), flat(0, 0.16))
	c.fill(oval(1638, 904, 6, 6), flat(1, 0.5))
}

func fish(c *canvas, x, y, s, rot float64, body, dark tone) {
	b := newPath().move(0.5, 0).cube(0.36, -0.16, 0.06, -0.22, -0.34, -0.04).line(-0.54, -0.16, -0.5, 0, -0.54, 0.15, -0.34, 0.03).cube(0.06, 0.18, 0.36, 0.13, 0.5, 0)
	c.fill(b.at(x, y, s, s, rot), body)
	d := newPath().move(0.46, -0.05).cube(0.32, -0.17, 0.06, -0.22, -0.34, -0.04).cube(0, -0.09, 0.24, -0.07, 0.46, -0.05)
	d.join(poly(0.06, -0.15, -0.06, -0.26, -0.14, -0.13), poly(0.1, 0.12, 0.0, 0.22, -0.06, 0.1), oval(0.36, -0.01, 0.025, 0.025))
	c.over(d.at(x, y, s, s, rot), dark)
}

func fogSignal(c *canvas) {
	c.all(fade(0, 0.16, 0.0, 1600, 0.02, 0))
	// rings of sound, thinning out to sea
	for i := 0; i < 10; i++ {
		r := 330 + float64(i)*150
		w := 26 - float64(i)*1.6
		c.over(ring(980, 640, r, r, w), across(900, 0, 0.0, -100, 0.04+0.012*float64(i), 0.4-0.02*float64(i)))
	}
	c.lift(box(1000, 0, 1400, 1600), across(1000, 0, 0, 1700, 0.8, 1))
	for i := 0; i < 5; i++ {
		c.bank(700, 1080+float64(i)*90, 2200, 110, 10, 0.07, 0, over)
	}
	// cliff and signal house
	c.fill(poly(900, 1640, 980, 1470, 1060, 1400, 1120, 1260, 1260, 1200, 1330, 1130, 1560, 1120, 2440, 1090, 2440, 1640), flat(1, 0.2))
	for _, v := range [][]float64{{1140, 1290, 1250, 1240, 1230, 1400, 1130, 1440}, {1400, 1180, 1520, 1170, 1480, 1330, 1390, 1360}, {1700, 1160, 1900, 1150, 1860, 1260, 1720, 1300}, {1050, 1450, 1120, 1430, 1080, 1560, 1000, 1580}} {
		c.lift(poly(v...), flat(0.3, 0.2))
	}
	c.fill(poly(1520, 1125, 1520, 590, 2200, 590, 2200, 1110), across(1520, 0.06, 0, 2200, 0.6, 0))
	c.fill(poly(1470, 596, 1600, 440, 2120, 440, 2250, 596), flat(1, 0.1))
	c.fill(box(1980, 330, 74, 130), flat(1, 0.1))
	c.fill(soft(1890, 860, 130, 254, 50), flat(1, 0.2))
	c.fill(soft(1640, 800, 130, 130, 8), flat(0.9, 0.1))
	c.fill(line(8, 1705, 800, 1705, 930).join(line(8, 1640, 865, 1770, 865)), flat(0, 0))
	c.fill(person(2110, 1116, 190, -0.05, 0.03), flat(1, 0.2))
	// two horns
	horn := func(y, s float64) {
		x := 1540.0
		p := newPath().move(x, y-34*s).cube(x-170*s, y-44*s, x-330*s, y-90*s, x-470*s, y-250*s)
		p.line(x-470*s, y+250*s).cube(x-330*s, y+90*s, x-170*s, y+44*s, x, y+34*s)
		c.fill(p, func(px, py float64) (float64, float64) {
			t := clamp((py - (y - 250*s)) / (500 * s))
			return mix(0.0, 0.72, t*t), 1
		})
		c.fill(oval(x-470*s, y, 74*s, 254*s), flat(0.25, 1))
		c.fill(oval(x-478*s, y, 58*s, 224*s), across(x-540*s, 1, 0.9, x-420*s, 0.78, 1))
		c.fill(oval(x-452*s, y, 26*s, 120*s), flat(1, 0.6))
		c.fill(box(x-20, y-46*s, 90, 92*s), flat(1, 0.3))
	}
	horn(640, 1)
	horn(1000, 0.52)
	c.fill(line(22, 1260, 1180, 1330, 720).join(line(22, 1430, 1140, 1360, 720), line(14, 1290, 1020, 1410, 1020)), flat(1, 0.2))
	// fog lies over the foot of it all
	for i := 0; i < 4; i++ {
		c.bank(1000+float64(i)*260, 1330+float64(i)*70, 2400, 120, 12, 0.75, 0.6, lift)
	}
	c.lift(box(0, 1300, Width, 300), fade(1300, 0, 0, 1600, 0.92, 0.9))
	c.fill(gull(520, 330, 74, 0.1, 0.4).join(gull(330, 470, 46, -0.15, 0.1)), flat(0.6, 0))
}

// riverSwim looks straight down from the bridge.
func riverSwim(c *canvas) {
	c.all(fade(0, 0.02, 0.42, 1600, 0.1, 0.62))
	flow := func(x, y float64) float64 { return y + 90*math.Sin(x/520) }
	for i := 0; i < 420; i++ {
		x, y := c.rnd(-100, 2500), c.rnd(-60, 1660)
		w := c.rnd(40, 190)
		v := []float64{}
		for j := 0; j <= 6; j++ {
			px := x + w*float64(j)/6
			v = append(v, px, flow(px, y)-flow(x, y)+y)
		}
		c.paint(ribbon(1, c.rnd(3, 9), 1, v), flat(0.1, 0.5), []blend{over, lift, over}[i%3])
	}
	// shadow of the bridge and the quay
	c.over(poly(-20, 0, 640, 0, 330, 1600, -20, 1600), flat(0.35, 0.4))
	c.fill(poly(1900, 0, 2420, 0, 2420, 820), flat(0.03, 0.1))
	c.over(poly(1900, 0, 2420, 820, 2420, 900, 1850, 0), flat(0.7, 0.4))
	for i := 0; i < 14; i++ {
		x := 1970 + float64(i)*34
		c.over(line(4, x, 0, 2420, 820-float64(i)*56+20), flat(0.25, 0.2))
	}
	for i := 0; i < 26; i++ { // spectators, from above
		t := c.rnd(0.04, 0.96)
		x, y := mix(1930, 2400, t)+c.rnd(20, 80), mix(0, 740, t)-c.rnd(10, 60)
		c.fill(oval(x, y, 24, 15), flat(c.rnd(0.4, 1), c.rnd(0, 1)))
		c.fill(oval(x, y, 10, 10), flat(1, 0.3))
	}
	swimmer := func(x, y, s, stroke float64, cap tone) {
		v := func(a, l float64) *path {
			return ribbon(2, 10*s, 2, curve(10, x-10*s, y, x-60*s, y+a*34*s, x-l*s, y+a*96*s))
		}
		c.lift(v(1, 250).join(v(-1, 250)), flat(1, 0.85))
		for i := 0; i < 9; i++ {
			c.lift(oval(x-60*s-c.rnd(0, 70)*s, y+c.rnd(-14, 14)*s, c.rnd(3, 9)*s, c.rnd(2, 6)*s), flat(1, 0.95))
		}
		body := blob(x+6*s, y-20*s, x-46*s, y-15*s, x-104*s, y-7*s, x-104*s, y+7*s, x-46*s, y+15*s, x+6*s, y+20*s)
		c.fill(body, across(x-104*s, 0.15, 0.55, x, 0, 0.06))
		c.fill(ribbon(15*s, 14*s, 8*s, curve(8, x, y-17*s, x+30*s, y-(34+8*stroke)*s, x+70*s, y-22*s)), flat(0, 0.06))
		c.fill(ribbon(14*s, 12*s, 6*s, curve(8, x-6*s, y+17*s, x-34*s, y+36*s, x-76*s, y+34*s)), flat(0.05, 0.3))
		c.fill(oval(x+22*s, y, 21*s, 18*s), cap)
	}
	caps := []tone{flat(1, 0.4), flat(0, 0), flat(0, 0), flat(0.6, 1)}
	for i := 0; i < 46; i++ {
		t := (float64(i) + 0.5) / 46
		x := 150 + math.Mod(float64(i)*0.6180339887, 1)*1960 + c.rnd(-50, 50)
		y := 30 + t*1540 + c.rnd(-26, 26)
		if x > 1760+y*0.6 || (x > 1660 && y > 1080 && y < 1500) {
			continue
		}
		swimmer(x, y, c.rnd(0.72, 0.98), c.rnd(-1, 1), caps[i%4])
	}
	// one canoe with a lifeguard
	c.fill(blob(1840, 1300, 2060, 1262, 2290, 1300, 2060, 1338), flat(1, 0.5))
	c.fill(blob(1900, 1300, 2060, 1276, 2230, 1300, 2060, 1324), flat(0.1, 0.2))
	c.fill(oval(2060, 1300, 32, 44), flat(0.5, 1))
	c.fill(oval(2066, 1300, 20, 20), flat(1, 0.3))
	c.fill(line(7, 2010, 1160, 2110, 1440).join(oval(2004, 1144, 16, 32), oval(2116, 1456, 16, 32)), flat(1, 0.3))
}

func regatta(c *canvas) {
	const horizon = 640
	c.all(fade(0, 0.0, 0.42, horizon, 0, 0.05))
	c.fill(oval(1860, 300, 150, 150), flat(0, 0))
	c.bank(1000, 240, 2600, 200, 18, 0.0, 0.18, over)
	c.fill(hills(-20, 2420, horizon, 60, 110, 90, 170, 210, 160, 100, 140, 80), flat(0.06, 0.4))
	c.fill(c.skyline(300, 1500, horizon, 24, 70), flat(0.24, 0.5))
	for i := 0; i < 500; i++ { // people on the shore
		x := c.rnd(0, Width)
		y := horizon + 16 - c.rnd(0, 22)
		c.fill(oval(x, y, 5, 7), flat(c.rnd(0.2, 1), c.rnd(0, 0.8)))
	}
	c.fill(box(0, horizon+14, Width, 1000), fade(horizon, 0.0, 0.28, 1600, 0.42, 0.96))
	c.water(horizon+14, 1600, 0, Width, 520, 0.25, 0.45, over)
	c.water(horizon+14, 1600, 0, Width, 170, 0.6, 0.8, lift)
	eight := func(x, y, s float64, phase float64, k tone) {
		hull := newPath().move(-5.1, -0.05).cube(-3, 0.12, 3, 0.12, 5.1, -0.07).cube(3, 0.02, -3, 0.0, -5.1, -0.05)
		oars, crew := newPath(), newPath()
		for i := 0; i < 8; i++ {
			px := -3.1 + float64(i)*0.82
			l := -0.34 + 0.5*phase
			crew.join(ribbon(0.3, 0.27, 0.22, []float64{px, 0, px + l*0.5, -0.36, px + l, -0.68}), oval(px+l*1.16, -0.86, 0.125, 0.15))
			crew.join(line(0.11, px+l*0.9, -0.58, px+0.44+l*0.3, -0.3), line(0.12, px, -0.05, px+0.3, -0.2, px+0.56, -0.02))
			bx := px + 0.44 + l*0.3
			oars.join(line(0.04, bx, -0.3, bx-0.55+phase*0.8, 0.52), oval(bx-0.58+phase*0.8, 0.56, 0.15, 0.06))
		}
		crew.join(ribbon(0.24, 0.26, 0.2, []float64{3.9, 0.02, 3.86, -0.25, 3.86, -0.46}), oval(3.84, -0.64, 0.125, 0.15))
		c.over(oval(x, y+s*0.3, s*5, s*0.16), flat(0.5, 0.4))
		c.fill(hull.at(x, y, s, s, -0.012), k)
		c.fill(crew.at(x, y, s, s, -0.012), k)
		c.fill(oars.at(x, y, s, s, -0.012), k)
		for i := 0; i < 8; i++ {
			px := x + s*(-3.1+float64(i)*0.82-0.3+phase*0.9)
			c.lift(oval(px, y+s*0.6, s*0.3, s*0.035).join(oval(px-s*0.2, y+s*0.7, s*0.2, s*0.022)), flat(1, 0.9))
		}
		c.lift(ribbon(2, s*0.08, 2, curve(8, x-s*5, y+s*0.12, x-s*5.9, y+s*0.2, x-s*7.4, y+s*0.16)), flat(1, 0.9))
	}
	eight(1500, 800, 62, 0.4, flat(0.35, 0.7))
	eight(880, 930, 104, 0.9, flat(0.55, 0.8))
	eight(1290, 1260, 212, 0.1, flat(1, 0.5))
	for i := 0; i < 8; i++ { // lane buoys
		t := float64(i) / 7
		x, y := mix(2290, 2060, t), mix(1540, 700, math.Sqrt(t))
		r := mix(34, 5, t)
		c.fill(oval(x, y, r, r), flat(0, 0))
		c.fill(newPath().move(x-r, y).cube(x-r, y+r*1.3, x+r, y+r*1.3, x+r, y), flat(1, 0.5))
	}
	c.fill(gull(520, 330, 60, 0.1, 0.4).join(gull(700, 230, 42, -0.15, 0.1)), flat(0.8, 0.4))
}
