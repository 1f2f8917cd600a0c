package art

import (
	"math"
	"strconv"
)

func init() {
	scenery["storm-track"] = scene{white, sea, stormTrack}
	scenery["tide-chart"] = scene{white, sea, tideChart}
	scenery["tram-diagram"] = scene{white, brick, tramDiagram}
	scenery["water-bill-chart"] = scene{white, sea, waterBill}
	scenery["port-money-chart"] = scene{flimsy, sea, portMoney}
}

// label prints figures over a cleared background, so that lines do not cross them.
func (c *canvas) label(size, x, y, align float64, s string) {
	t := text(bold(), size, x, y, align, s)
	c.fill(soft(t.x0-size*0.2, t.y0-size*0.16, t.x1-t.x0+size*0.4, t.y1-t.y0+size*0.32, size*0.16), flat(0, 0))
	c.fill(t, flat(1, 0))
}

func stormTrack(c *canvas) {
	c.all(flat(0, 0.14))
	for i := 1; i < 8; i++ { // graticule
		c.over(line(3, float64(i)*300, 0, float64(i)*300-60, 1600), flat(0.22, 0))
	}
	for i := 1; i < 6; i++ {
		v := curve(10, -20, float64(i)*280+20, 1200, float64(i)*280-30, 2420, float64(i)*280+20)
		c.over(line(3, v...), flat(0.22, 0))
	}
	const sx, sy = 980.0, 860.0
	// the coast: land in the east, with its bay, river and islands
	shore := []float64{2420, 110, 2240, 170, 2150, 120, 2010, 190, 1960, 300, 1840, 330, 1800, 420, 1880, 500, 1860, 590, 1930, 640, 1990, 720, 2060, 740, 2030, 810, 1930, 830, 1840, 900, 1760, 880, 1700, 960, 1740, 1060, 1690, 1150, 1760, 1230, 1720, 1340, 1800, 1420, 1770, 1520, 1850, 1640}
	land := newPath().move(2460, 60)
	pts := curve(9, shore...)
	jag := make([]float64, len(pts))
	for i := 0; i < len(pts); i++ {
		jag[i] = pts[i] + c.rnd(-7, 7)
	}
	land.line(jag...).line(2460, 1640)
	for d := 5.0; d >= 1; d-- { // shallows
		c.over(line(d*34, jag...), flat(0, 0.1))
	}
	cone := poly(sx, sy, 1250, 480, 1560, 190, 1990, -60, 2330, 40, 1840, 420, 1410, 690)
	c.lift(cone, flat(0.4, 0.6))
	c.fill(land, flat(0, 0))
	c.fill(line(7, jag...), flat(1, 0.2))
	hatch := newPath()
	for i := 0; i < 150; i++ {
		x, y := c.rnd(1900, 2400), c.rnd(140, 1580)
		hatch.join(line(3, x, y, x+16, y-20, x+32, y))
	}
	c.paint(hatch, func(x, y float64) (float64, float64) { return 0.5 * clamp((x-2050-120*math.Sin(y/260))/90), 0 }, over)
	c.fill(ribbon(22, 15, 5, curve(10, 2036, 770, 2120, 800, 2200, 760, 2290, 830, 2420, 800)), flat(0, 0.5))
	for _, isle := range [][4]float64{{1560, 640, 74, 1}, {1490, 800, 40, 2}, {1640, 760, 20, 3}} {
		v := []float64{}
		for i := 0.0; i < 9; i++ {
			a := i / 9 * 2 * math.Pi
			r := isle[2] * c.rnd(0.7, 1.15)
			v = append(v, isle[0]+math.Cos(a)*r*0.8, isle[1]+math.Sin(a)*r*1.2)
		}
		c.over(oval(isle[0], isle[1], isle[2]*1.7, isle[2]*2.1), flat(0, 0.16))
		c.fill(blob(v...), flat(0, 0))
		c.fill(line(6, append(v, v[0], v[1])...), flat(1, 0.2))
	}
	// wind field around the storm's present place
	track := curve(16, -40, 1420, 300, 1290, 640, 1060, 980, 860, 1330, 560, 1700, 300, 2100, 60)
	for i, r := range []float64{520, 390, 270, 150} {
		c.over(oval(sx, sy, r*1.15, r*0.92).at(0, 0, 1, 1, 0), flat(0.03+0.05*float64(i), 0.2))
		c.fill(line(4, ringPoints(sx, sy, r*1.15, r*0.92)...), flat(0.9, 0.4))
	}
	for i := 0; i < 30; i++ { // feathers of wind
		a := float64(i) / 30 * 2 * math.Pi
		for _, d := range []float64{330, 455, 590} {
			x, y := sx+math.Cos(a+d)*d*1.15, sy+math.Sin(a+d)*d*0.92
			q := a + d - math.Pi/2 - 0.35
			dx, dy := math.Cos(q), math.Sin(q)
			l := 62 - d*0.04
			f := line(5, x, y, x+dx*l, y+dy*l).join(line(5, x+dx*l, y+dy*l, x+dx*l*0.8-dy*18, y+dy*l*0.8+dx*18), line(5, x+dx*l*0.8, y+dy*l*0.8, x+dx*l*0.62-dy*14, y+dy*l*0.62+dx*14))
			c.paint(f, func(px, _ float64) (float64, float64) { return 0.9 * clamp((1900-px)/200), 0.3 }, over)
		}
	}
	// cone of what may come, then the track
	c.over(cone, flat(0.16, 0))
	n := len(track) / 2
	past, ahead := []float64{}, []float64{}
	for i := 0; i < n; i++ {
		if track[2*i] <= sx {
			past = append(past, track[2*i], track[2*i+1])
		} else {
			ahead = append(ahead, track[2*i], track[2*i+1])
		}
	}
	c.fill(line(16, past...), flat(1, 0))
	for i := 0; i+3 < len(ahead); i += 6 {
		c.fill(line(12, ahead[i], ahead[i+1], ahead[i+2], ahead[i+3]), flat(1, 0))
	}
	for i, p := range [][2]float64{{300, 1290}, {640, 1060}, {1330, 560}, {1700, 300}} {
		c.fill(oval(p[0], p[1], 27, 27), flat(1, 0))
		if i > 1 {
			c.fill(oval(p[0], p[1], 16, 16), flat(0, 0))
		}
		c.label(54, p[0]+52, p[1]+70, 0, []string{"−12 h", "−6 h", "+6 h", "+12 h"}[i])
	}
	swirl := newPath()
	for _, s := range []float64{0, math.Pi} {
		v := []float64{}
		for t := 0.0; t <= 1; t += 0.05 {
			a, r := s-t*2.6, 30+t*80
			v = append(v, sx+math.Cos(a)*r, sy+math.Sin(a)*r)
		}
		swirl.join(ribbon(26, 22, 2, v))
	}
	c.fill(swirl.join(oval(sx, sy, 46, 46)), flat(1, 0))
	c.fill(oval(sx, sy, 22, 22), flat(0, 0))
	c.label(60, sx-190, sy-150, 1, "38 m/s")
	// the city
	c.fill(box(2040, 720, 52, 52), flat(1, 0))
	c.fill(box(2052, 732, 28, 28), flat(0, 0))
	c.label(60, 2376, 690, 1, "Port Orlan")
	// scale and north
	c.fill(line(8, 130, 1520, 530, 1520).join(line(8, 130, 1500, 130, 1540), line(8, 330, 1506, 330, 1534), line(8, 530, 1500, 530, 1540)), flat(1, 0))
	c.label(46, 330, 1482, 0.5, "100 km")
	c.fill(poly(190, 330, 220, 170, 250, 330, 220, 300), flat(1, 0))
}

func ringPoints(cx, cy, rx, ry float64) []float64 {
	v := []float64{}
	for i := 0; i <= 90; i++ {
		a := float64(i) / 90 * 2 * math.Pi
		v = append(v, cx+math.Cos(a)*rx, cy+math.Sin(a)*ry)
	}
	return v
}

// tideChart: the hill of high waters, then and now, and the line at which the gate shuts.
func tideChart(c *canvas) {
	c.all(flat(0, 0.05))
	const left, right, base = 190.0, 2270.0, 1290.0
	x := func(m float64) float64 { return left + (m-1.1)/(3.1-1.1)*(right-left) }
	hill := func(shift, m float64) float64 {
		d := (m - 1.92 - shift) / 0.31
		return 980 * math.Exp(-d*d/2)
	}
	outline := func(shift, from float64) []float64 {
		v := []float64{}
		for m := from; m <= 3.1; m += 0.01 {
			v = append(v, x(m), base-hill(shift, m))
		}
		return v
	}
	for m := 1.2; m < 3.1; m += 0.2 {
		c.over(line(3, x(m), 150, x(m), base), flat(0.18, 0))
	}
	now := outline(0.11*1.6, 1.1)
	then := outline(0, 1.1)
	c.fill(newPath().move(x(1.1), base).line(now...).line(right, base), fade(250, 0, 0.62, base, 0, 0.36))
	c.fill(newPath().move(x(1.1), base).line(then...).line(right, base), fade(250, 0.1, 0.2, base, 0.02, 0.12))
	tail := outline(0.11*1.6, 2.7)
	c.fill(newPath().move(x(2.7), base).line(tail...).line(right, base), flat(0.35, 1))
	tail = outline(0, 2.7)
	c.fill(newPath().move(x(2.7), base).line(tail...).line(right, base), flat(1, 0.6))
	dash := newPath()
	for i := 0; i+7 < len(then); i += 8 {
		dash.join(line(7, then[i], then[i+1], then[i+2], then[i+3], then[i+4], then[i+5]))
	}
	c.fill(dash, flat(1, 0))
	c.fill(line(11, now...), flat(1, 0.3))
	c.fill(line(8, left-40, base, right+60, base), flat(1, 0))
	for i := 0; i < 10; i++ {
		m := 1.2 + 0.2*float64(i)
		c.fill(line(6, x(m), base, x(m), base+24), flat(1, 0))
		if i%2 == 1 {
			c.fill(text(medium(), 56, x(m), base+90, 0.5, strconv.FormatFloat(m, 'f', 1, 64)), flat(1, 0))
		}
	}
	c.fill(text(medium(), 56, right+60, base+90, 1, "m"), flat(1, 0))
	// the gate
	c.fill(box(x(2.7)-9, 210, 18, base-210), flat(1, 0))
	c.fill(poly(x(2.7)-9, 210, x(2.7)-9, 330, x(2.7)-150, 330, x(2.7)-150, 210), flat(1, 0))
	c.fill(text(bold(), 72, x(2.7)-80, 296, 0.5, "2.7"), flat(0, 0))
	// eleven centimetres
	ax, ay := x(1.92), base-1010.0
	bx := x(1.92 + 0.176)
	c.fill(line(7, ax, ay-70, ax, ay-10).join(line(7, bx, ay-70, bx, ay-10), line(7, ax, ay-40, bx-6, ay-40), poly(bx-4, ay-40, bx-34, ay-58, bx-34, ay-22)), flat(1, 0))
	c.label(70, (ax+bx)/2, ay-100, 0.5, "+11 cm")
	// closures a year as gates
	for i, n := range []struct {
		years string
		times float64
	}{{"2.3", 2.3}, {"5.1", 5.1}, {"9.8", 9.8}, {"14", 14}} {
		gx := x(2.76) + float64(i)*102
		h := n.times * 38
		c.fill(box(gx, 1060-h, 70, h), flat([]float64{0.15, 0.3, 0.55, 1}[i], 0.8))
		c.label(46, gx+35, 1060-h-26, 0.5, n.years)
	}
	c.fill(line(6, x(2.76)-14, 1062, x(2.76)+400, 1062), flat(1, 0))
	c.water(1420, 1600, 0, Width, 260, 0.2, 0.5, over)
}

func tramDiagram(c *canvas) {
	c.all(flat(0.02, 0))
	// the river, the yards, the bay
	c.fill(ribbon(190, 150, 120, curve(16, -80, 1240, 420, 1180, 900, 1250, 1330, 1080, 1640, 840, 1900, 420, 2050, -60)), flat(0.14, 0))
	c.lift(line(5, curve(16, -80, 1240, 420, 1180, 900, 1250, 1330, 1080, 1640, 840, 1900, 420, 2050, -60)...), flat(0.7, 0))
	c.fill(newPath().move(-20, 1640).line(-20, 1420).cube(500, 1320, 900, 1500, 1300, 1640), flat(0.14, 0))
	other := func(v ...float64) {
		p := line(20, v...)
		c.fill(p, flat(0.42, 0))
	}
	other(120, 300, 620, 300, 980, 660, 980, 900, 1500, 1420, 2300, 1420)
	other(420, 1540, 420, 980, 700, 700, 1120, 700, 1560, 260, 2320, 260)
	other(80, 820, 560, 820, 900, 1000, 1300, 1000, 1700, 1400, 1700, 1560)
	for _, p := range [][2]float64{{300, 300}, {520, 300}, {830, 510}, {1120, 1040}, {1330, 1250}, {1900, 1420}, {2140, 1420}, {420, 1320}, {420, 1120}, {560, 840}, {1240, 580}, {1420, 400}, {1800, 260}, {2080, 260}, {250, 820}, {1460, 1160}, {1620, 1320}} {
		c.fill(oval(p[0], p[1], 17, 17), flat(0.42, 0))
		c.fill(oval(p[0], p[1], 9, 9), flat(0, 0))
	}
	// line 4
	route := []float64{330, 1000, 760, 1000, 1000, 760, 1180, 760, 1440, 500, 1440, 500, 1720, 500, 1960, 740, 2200, 740}
	for i := 0; i < len(route); i += 2 {
		route[i] += 20
	}
	c.fill(line(66, route...), flat(0, 0))
	c.fill(line(46, route...), flat(0, 1))
	// the cutting: 640 metres that took nine years
	c.fill(line(46, 1200, 760, 1330, 630), flat(0.4, 1))
	for t := 0.0; t <= 1; t += 0.125 {
		x, y := mix(1200, 1330, t), mix(760, 630, t)
		c.fill(line(7, x-44, y-44, x+44, y+44), flat(1, 0.6))
	}
	c.label(52, 1390, 800, 0, "640 m")
	total := 0.0
	leg := func(i int) float64 { return math.Hypot(route[i+2]-route[i], route[i+3]-route[i+1]) }
	for i := 0; i+3 < len(route); i += 2 {
		total += leg(i)
	}
	place := func(t float64) (float64, float64) {
		d := t * total
		for i := 0; i+3 < len(route); i += 2 {
			if l := leg(i); d <= l && l > 0 {
				return mix(route[i], route[i+2], d/l), mix(route[i+1], route[i+3], d/l)
			} else {
				d -= l
			}
		}
		return route[len(route)-2], route[len(route)-1]
	}
	for i := 0; i < 13; i++ {
		x, y := place(float64(i) / 12)
		c.fill(oval(x, y, 34, 34), flat(1, 0))
		c.fill(oval(x, y, 23, 23), flat(0, 0))
		if i%3 == 0 && i > 0 && i < 12 {
			c.label(60, x-30, y-84, 0.5, []string{"", "6′", "11′", "17′"}[i/3])
		}
	}
	// start: station; end: hospital
	x, y := place(0)
	c.fill(soft(x-74, y-74, 148, 148, 18), flat(1, 0))
	c.fill(soft(x-54, y-54, 108, 108, 10), flat(0, 0))
	c.fill(poly(x-36, y+36, x-36, y-6, x, y-40, x+36, y-6, x+36, y+36), flat(1, 0))
	c.label(60, x, y-104, 0.5, "0′")
	x, y = place(1)
	c.fill(soft(x-74, y-74, 148, 148, 18), flat(0, 1))
	c.fill(box(x-16, y-48, 32, 96).join(box(x-48, y-16, 96, 32)), flat(0, 0))
	c.label(60, x, y-104, 0.5, "23′")
	// number
	c.fill(soft(180, 150, 330, 330, 40).at(1660, 850, 1, 1, 0), flat(0, 1))
	c.fill(text(bold(), 300, 2006, 1268, 0.5, "4"), flat(0, 0))
	c.fill(text(bold(), 76, 2230, 1180, 0, "13"), flat(1, 0))
	c.fill(oval(2200, 1153, 17, 17), flat(1, 0))
	c.fill(oval(2200, 1153, 9, 9), flat(0, 0))
	c.fill(text(medium(), 60, 2190, 1286, 0, "7.8 km"), flat(1, 0))
}

func waterBill(c *canvas) {
	c.all(flat(0, 0.05))
	const base, scale = 1340.0, 2.72
	parts := []struct{ k, s float64 }{{0, 0.3}, {0, 0.52}, {0.1, 0.8}, {0.5, 1}, {1, 0.4}}
	bars := [][]float64{{148, 112, 58, 0, 0}, {151, 115, 60, 23, 0}, {151, 115, 60, 23, 33}}
	for v := 0.0; v <= 400; v += 100 {
		y := base - v*scale
		c.over(line(3, 150, y, 2250, y), flat(0.3, 0))
		c.fill(text(medium(), 50, 126, y+17, 1, strconv.Itoa(int(v))), flat(1, 0))
	}
	tops := []float64{}
	for i, b := range bars {
		x := 300 + float64(i)*690
		y := base
		for j, v := range b {
			if v == 0 {
				continue
			}
			h := v * scale
			c.fill(box(x, y-h, 430, h), flat(parts[j].k, parts[j].s))
			c.fill(box(x, y-3, 430, 6), flat(0, 0))
			light := parts[j].k > 0.3 || parts[j].s > 0.7
			t := text(medium(), 52, x+34, y-h/2+19, 0, strconv.Itoa(int(v)))
			if light {
				c.fill(t, flat(0, 0))
			} else {
				c.fill(t, flat(1, 0))
			}
			y -= h
		}
		tops = append(tops, y)
		c.fill(text(bold(), 108, x+215, y-44, 0.5, []string{"318", "349", "382"}[i]), flat(1, 0))
	}
	for i, s := range []string{"+31", "+33"} {
		x := 730 + float64(i)*690
		c.fill(line(7, x+20, tops[i], x+236, tops[i]).join(line(7, x+128, tops[i], x+128, tops[i+1]+18), poly(x+128, tops[i+1]-6, x+102, tops[i+1]+34, x+154, tops[i+1]+34)), flat(1, 0))
		c.label(62, x+128, tops[i]+84, 0.5, s)
	}
	c.fill(line(9, 150, base, 2280, base), flat(1, 0))
	// pipes run under the bars and drip
	c.fill(box(-20, 1430, 2460, 84), fade(1430, 0.25, 0.9, 1514, 0.85, 1))
	c.lift(box(-20, 1444, 2460, 12), flat(0.8, 0.7))
	for _, x := range []float64{180, 900, 1590, 2220} {
		c.fill(soft(x-34, 1412, 68, 120, 8), flat(1, 0.6))
	}
	for i, x := range []float64{515, 1205, 1895} {
		c.fill(box(x-26, base+8, 52, 84), across(x-26, 0.2, 0.8, x+26, 0.9, 1))
		drop := newPath().move(x+130, 1526).cube(x+96, 1566, x+106, 1594, x+130, 1594).cube(x+154, 1594, x+164, 1566, x+130, 1526)
		for j := 0; j <= i; j++ {
			c.fill(drop.at(float64(j)*70, 0, 1, 1, 0), flat(0.2, 1))
		}
	}
}

// portMoney: what comes in, stacked like boxes on a ship, and what goes out below the water.
func portMoney(c *canvas) {
	c.all(fade(0, 0, 0.06, 700, 0, 0.16))
	const water, unit = 820.0, 10.4
	c.bank(600, 150, 1500, 120, 12, 0, 0.14, over)
	c.fill(box(0, water, Width, 800), fade(water, 0, 0.34, 1600, 0.3, 0.9))
	c.water(water, 1600, 0, Width, 260, 0.2, 0.4, over)
	x := 240.0
	in := []float64{71, 48, 39, 17, 9}
	tones := []struct{ k, s float64 }{{0.95, 0.5}, {0.3, 1}, {0.05, 0.7}, {0.6, 0.6}, {0, 0.12}}
	// ship
	c.fill(newPath().move(150, 650).line(2250, 650).cube(2330, 640, 2370, 620, 2400, 604).cube(2370, 720, 2300, 800, 2210, water+30).line(240, water+30).cube(190, 780, 160, 720, 150, 650), flat(1, 0.4))
	c.fill(line(8, 176, 704, 2334, 704), flat(0, 0))
	for i, v := range in {
		w := v * unit
		h := 340.0
		c.fill(box(x+4, 650-h, w-8, h), flat(tones[i].k, tones[i].s))
		ribs := newPath()
		for r := x + 20; r < x+w-16; r += 17 {
			ribs.join(box(r, 650-h+14, 5, h-28))
		}
		c.over(ribs, flat(0.25, 0.1))
		for _, y := range []float64{650 - h/3, 650 - 2*h/3} {
			c.fill(box(x+4, y-3, w-8, 6), flat(0, 0))
		}
		if w > 120 {
			c.label(92, x+w/2, 650-h/2+32, 0.5, strconv.Itoa(int(v)))
		} else {
			c.label(60, x+w/2, 650-h-30, 0.5, strconv.Itoa(int(v)))
		}
		x += w
	}
	c.fill(box(2160, 430, 70, 220).join(line(10, 2195, 430, 2195, 300)), flat(1, 0.4))
	c.fill(windows(2164, 440, 62, 90, 3, 3, 0.6, 0.5), flat(0, 0))
	c.label(150, 240, 230, 0, "184")
	// what sinks
	x = 240
	for i, v := range []float64{68, 31, 27, 24, 22, 12} {
		w := v * unit
		depth := 130 + v*6.4
		t := []struct{ k, s float64 }{{0.5, 1}, {1, 0.5}, {0.75, 0.8}, {0, 0}, {0.4, 0.7}, {0.2, 0.4}}[i]
		c.fill(poly(x+4, water+52, x+w-4, water+52, x+w-14, water+52+depth, x+14, water+52+depth), fade(water, t.k, t.s, water+52+depth+260, t.k*0.8, t.s))
		c.fill(poly(x+14, water+52+depth, x+w-14, water+52+depth, x+w/2, water+52+depth+64), flat(t.k, t.s))
		c.label(78, x+w/2, water+52+depth*0.5+30, 0.5, strconv.Itoa(int(v)))
		x += w
	}
}
