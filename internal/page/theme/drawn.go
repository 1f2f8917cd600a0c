package theme

import (
	"image"
	"image/color"
	"image/draw"
)

// Mark is the colours of the mark: ink and flimsy.
var Mark = color.Palette{color.RGBA{0x14, 0x17, 0x1a, 0xff}, color.RGBA{0xff, 0xf6, 0xcf, 0xff}}

// Logo draws the mark of icon.svg, 512 pixels square.
func Logo() image.Image {
	m := image.NewPaletted(image.Rect(0, 0, 512, 512), Mark)
	for _, r := range []image.Rectangle{image.Rect(10, 4, 12, 28), image.Rect(11, 8, 16, 10), image.Rect(11, 22, 16, 24), image.Rect(7, 12, 25, 20)} {
		fill(m, image.Rect(r.Min.X*16, r.Min.Y*16, r.Max.X*16, r.Max.Y*16))
	}
	return m
}

// Card draws the rail from edge to edge with one story on it. It holds no words, so that every edition can show it.
func Card() image.Image {
	m := image.NewPaletted(image.Rect(0, 0, 1200, 630), Mark)
	fill(m, image.Rect(456, 0, 480, 630))
	for y := 51; y < 630; y += 88 {
		fill(m, image.Rect(480, y-6, 540, y+6))
	}
	fill(m, image.Rect(408, 243, 840, 387))
	return m
}

func fill(m draw.Image, r image.Rectangle) {
	draw.Draw(m, r, image.NewUniform(Mark[1]), image.Point{}, draw.Src)
}
