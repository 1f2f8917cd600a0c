package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io/fs"
)

// File is a file that pages name by an address which changes with its content. It is to be served at Path.
type File struct {
	Path string // "/assets/card-3f9a….png"
	Type string
	Body []byte // not to be changed
}

// drawing is a picture of the theme: drawn here, or a PNG of the operator's theme.
type drawing struct {
	File
	Width, Height int
}

// Files are the pictures other sites show for pages without one of their own and for the publication: card.png and logo.png.
func (r *Renderer) Files() []File { return []File{r.press.card.File, r.press.logo.File} }

// The colours of the mark: ink and flimsy.
var mark = color.Palette{color.RGBA{0x14, 0x17, 0x1a, 0xff}, color.RGBA{0xff, 0xf6, 0xcf, 0xff}}

// drawLogo draws the mark of icon.svg, 512 pixels square.
func drawLogo() image.Image {
	m := image.NewPaletted(image.Rect(0, 0, 512, 512), mark)
	for _, r := range []image.Rectangle{image.Rect(10, 4, 12, 28), image.Rect(11, 8, 16, 10), image.Rect(11, 22, 16, 24), image.Rect(7, 12, 25, 20)} {
		fill(m, image.Rect(r.Min.X*16, r.Min.Y*16, r.Max.X*16, r.Max.Y*16))
	}
	return m
}

// drawCard draws the rail from edge to edge with one story on it. It holds no words, so that every edition can show it.
func drawCard() image.Image {
	m := image.NewPaletted(image.Rect(0, 0, 1200, 630), mark)
	fill(m, image.Rect(456, 0, 480, 630))
	for y := 51; y < 630; y += 88 {
		fill(m, image.Rect(480, y-6, 540, y+6))
	}
	fill(m, image.Rect(408, 243, 840, 387))
	return m
}

func fill(m draw.Image, r image.Rectangle) {
	draw.Draw(m, r, image.NewUniform(mark[1]), image.Point{}, draw.Src)
}

// readDrawing takes a PNG of the operator's theme, else draws one.
func readDrawing(own fs.FS, name string, drawn func() image.Image) (drawing, error) {
	var d drawing
	var err error = fs.ErrNotExist
	if own != nil {
		d.Body, err = fs.ReadFile(own, name+".png")
	}
	if errors.Is(err, fs.ErrNotExist) {
		var b bytes.Buffer
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, drawn())
		d.Body = b.Bytes()
	}
	if err != nil {
		return d, fmt.Errorf("theme: %s.png: %w", name, err)
	}
	c, err := png.DecodeConfig(bytes.NewReader(d.Body))
	if err != nil {
		return d, fmt.Errorf("theme: %s.png: %w", name, err)
	}
	sum := sha256.Sum256(d.Body)
	d.Path, d.Type = "/assets/"+name+"-"+hex.EncodeToString(sum[:6])+".png", "image/png"
	d.Width, d.Height = c.Width, c.Height
	return d, nil
}
