// Package art draws the pictures of the demo newsroom: two-ink halftone
// scenes, maps and charts in the manner of a risograph print.
//
// A picture is composed as shapes with an amount of each of two inks; each ink
// has its own plate, screened into dots at its own angle and printed on paper,
// a hair out of register. Nothing is random: the same name gives the same
// bytes on every machine of one architecture. The graphics carry figures but
// no words, so that every edition can print them.
package art

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"sort"
	"sync"
)

// Width and Height are the size of every picture in pixels (3:2).
const (
	Width  = 2400
	Height = 1600
)

// scene is a picture: its paper, its second ink and how it is drawn.
type scene struct {
	paper, spot color.RGBA
	draw        func(*canvas)
}

var (
	black   = color.RGBA{0x14, 0x17, 0x1A, 0xFF}
	sea     = color.RGBA{0x0B, 0x55, 0x63, 0xFF}
	brick   = color.RGBA{0xB3, 0x00, 0x1B, 0xFF}
	ochre   = color.RGBA{0xC9, 0x8A, 0x1B, 0xFF}
	moss    = color.RGBA{0x4F, 0x6B, 0x35, 0xFF}
	white   = color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}
	flimsy  = color.RGBA{0xFF, 0xF6, 0xCF, 0xFF}
	scenery = map[string]scene{}
)

// Names returns the names of all pictures, sorted.
func Names() []string {
	out := make([]string, 0, len(scenery))
	for name := range scenery {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

// Draw draws the picture of that name, Width by Height pixels; an unknown name is an error.
func Draw(name string) (image.Image, error) {
	img, err := printed(name)
	if err != nil {
		return nil, err
	}
	return img, nil
}

func printed(name string) (*image.RGBA, error) {
	s, ok := scenery[name]
	if !ok {
		return nil, fmt.Errorf("art: no picture %q", name)
	}
	c := newCanvas(name)
	s.draw(c)
	img := c.print(s.paper, s.spot)
	canvases.Put(c)
	return img, nil
}

// JPEG draws the picture of that name and encodes it at quality 82, without metadata.
func JPEG(name string) ([]byte, error) {
	img, err := printed(name)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 82}); err != nil {
		return nil, fmt.Errorf("art: encoding %s: %w", name, err)
	}
	return out.Bytes(), nil
}

// canvases keeps plates for the next picture; a picture is 8 MB of them.
var canvases sync.Pool
