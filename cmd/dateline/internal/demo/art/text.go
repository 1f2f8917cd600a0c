package art

import (
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// typeface reads an embedded font once.
func typeface(ttf []byte) func() *sfnt.Font {
	return sync.OnceValue(func() *sfnt.Font {
		f, err := sfnt.Parse(ttf)
		if err != nil {
			panic("art: an embedded font does not parse: " + err.Error())
		}
		return f
	})
}

var (
	medium = typeface(gomedium.TTF)
	bold   = typeface(gobold.TTF)
)

// text is the outline of figures or Latin letters with its baseline at x, y;
// align moves it: 0 starts at x, 0.5 is centred on it, 1 ends there.
func text(font *sfnt.Font, size, x, y, align float64, s string) *path {
	const unit = 64
	var buf sfnt.Buffer
	ppem := fixed.Int26_6(size * unit)
	p, pen := newPath(), 0.0
	f := func(v fixed.Int26_6) float64 { return float64(v) / unit }
	for _, r := range s {
		g, err := font.GlyphIndex(&buf, r)
		if err != nil {
			continue
		}
		segs, err := font.LoadGlyph(&buf, g, ppem, nil)
		if err != nil {
			continue
		}
		for _, sg := range segs {
			a := sg.Args
			switch sg.Op {
			case sfnt.SegmentOpMoveTo:
				p.move(pen+f(a[0].X), f(a[0].Y))
			case sfnt.SegmentOpLineTo:
				p.line(pen+f(a[0].X), f(a[0].Y))
			case sfnt.SegmentOpQuadTo:
				p.quad(pen+f(a[0].X), f(a[0].Y), pen+f(a[1].X), f(a[1].Y))
			case sfnt.SegmentOpCubeTo:
				p.cube(pen+f(a[0].X), f(a[0].Y), pen+f(a[1].X), f(a[1].Y), pen+f(a[2].X), f(a[2].Y))
			}
		}
		if adv, err := font.GlyphAdvance(&buf, g, ppem, 0); err == nil {
			pen += f(adv)
		}
	}
	return p.at(x-pen*align, y, 1, 1, 0)
}
