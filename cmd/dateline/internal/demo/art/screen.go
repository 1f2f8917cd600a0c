package art

import (
	"image"
	"image/color"
	"math"
)

// screen is a halftone of round dots on a turned grid. The grid's step is the
// whole vector (a, b), so that it repeats after a*a+b*b pixels and one tile of
// thresholds serves the whole plate.
type screen struct {
	period    int
	threshold []float32
}

func newScreen(a, b int) *screen {
	n := a*a + b*b
	s := &screen{period: n, threshold: make([]float32, n*n)}
	values := make([]float64, n*n)
	for y := 0; y < n; y++ {
		for x := 0; x < n; x++ {
			u := 2 * math.Pi * float64(x*a+y*b) / float64(n)
			v := 2 * math.Pi * float64(y*a-x*b) / float64(n)
			values[y*n+x] = 0.5 - 0.25*(math.Cos(u)+math.Cos(v))
		}
	}
	for i, v := range values {
		s.threshold[i] = float32(area(v))
	}
	return s
}

// area is the share of a cell in which the dot function stays below v, so that
// a tone of 0.3 prints 30 % ink. It is what the cosine sum integrates to,
// fitted closely enough for the eye.
func area(v float64) float64 {
	d := math.Abs(v-0.5) * 2
	share := 0.5 * (1 - math.Pow(d, 0.78)*(0.86+0.14*d))
	if v > 0.5 {
		return 1 - share
	}
	return share
}

var (
	deepScreen = newScreen(6, 6) // 45°, 8.5 pixels a dot
	spotScreen = newScreen(3, 8) // 69°, 8.5 pixels a dot
)

// dot returns how much ink, 0 to 255, a tone prints at a place.
func dotRow(out, plate []uint8, s *screen, y, dx int) {
	row := s.threshold[(y%s.period)*s.period : (y%s.period+1)*s.period]
	t := (Width*s.period - dx) % s.period
	for x := range out {
		p := x - dx
		if p < 0 || p >= len(plate) {
			p = x
		}
		v := plate[p]
		switch {
		case v < 6:
			out[x] = 0
		case v > 249:
			out[x] = 255
		default:
			d := (float32(v)/255-row[t])*9 + 0.5
			if d <= 0 {
				out[x] = 0
			} else if d >= 1 {
				out[x] = 255
			} else {
				out[x] = uint8(d * 255)
			}
		}
		if t++; t == s.period {
			t = 0
		}
	}
}

// outOfRegister is how far the spot plate lies off, in pixels.
const outOfRegister = 3

// print screens both plates and lays them over each other on the paper.
func (c *canvas) print(paper, spot color.RGBA) *image.RGBA {
	table := inkTable(paper, spot)
	img := image.NewRGBA(image.Rect(0, 0, Width, Height))
	var deep, second [Width]uint8
	for y := 0; y < Height; y++ {
		dotRow(deep[:], c.deep[y*Width:(y+1)*Width], deepScreen, y, 0)
		below := min(y+outOfRegister/2, Height-1)
		dotRow(second[:], c.spot[below*Width:(below+1)*Width], spotScreen, y, outOfRegister)
		out := img.Pix[y*img.Stride : y*img.Stride+4*Width]
		for x := 0; x < Width; x++ {
			px := table[int(deep[x]>>3)<<5|int(second[x]>>3)]
			o := out[4*x : 4*x+4 : 4*x+4]
			o[0], o[1], o[2], o[3] = px[0], px[1], px[2], 0xFF
		}
	}
	return img
}

// inkTable mixes paper and inks for 32 strengths of each: inks are transparent and multiply.
func inkTable(paper, spot color.RGBA) *[1024][3]uint8 {
	var out [1024][3]uint8
	part := func(base, ink uint8, a float64) float64 {
		return float64(base) * (1 - a + a*float64(ink)/255)
	}
	for k := 0; k < 32; k++ {
		for s := 0; s < 32; s++ {
			ak, as := float64(k)/31, float64(s)/31
			for i, ch := range [3][3]uint8{{paper.R, spot.R, black.R}, {paper.G, spot.G, black.G}, {paper.B, spot.B, black.B}} {
				v := part(ch[0], ch[1], as*0.96)
				out[k<<5|s][i] = uint8(v*(1-ak*0.97) + v*ak*0.97*float64(ch[2])/255*1.0 + 0.5)
			}
		}
	}
	return &out
}
