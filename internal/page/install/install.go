// Package install draws and says what a device needs to install the staff application.
package install

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"dateline/internal/page/lang"
	"dateline/internal/page/theme"
)

// Draw draws the mark of the staff application, ink on flimsy, as a PNG of size pixels square. The mark keeps within the middle, so that
// a device may cut the corners off in any shape.
func Draw(size int) ([]byte, error) {
	m := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{theme.Mark[1], theme.Mark[0]})
	const grid = 320 // tenths of a pixel at 32
	for _, r := range []image.Rectangle{image.Rect(85, 80, 105, 240), image.Rect(125, 110, 225, 130), image.Rect(125, 160, 195, 180), image.Rect(125, 210, 225, 230)} {
		for y := r.Min.Y * size / grid; y < r.Max.Y*size/grid; y++ {
			for x := r.Min.X * size / grid; x < r.Max.X*size/grid; x++ {
				m.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, m); err != nil {
		return nil, fmt.Errorf("install: icon: %w", err)
	}
	return b.Bytes(), nil
}

// Icon is an icon that a manifest names.
type Icon struct {
	Path string
	Size int // pixels, square
}

// Manifest says how the staff application is installed on a device, under the publication's name, or the program's where it has none yet, and in a
// language that all words are there in (W3C Web Application Manifest).
func Manifest(language, name string, icons ...Icon) ([]byte, error) {
	words, err := lang.For(language)
	if err != nil {
		return nil, err
	}
	type icon struct {
		Src     string `json:"src"`
		Sizes   string `json:"sizes"`
		Type    string `json:"type"`
		Purpose string `json:"purpose,omitempty"`
	}
	type shortcut struct {
		Name  string `json:"name"`
		URL   string `json:"url"`
		Icons []icon `json:"icons"`
	}
	var drawn []icon
	for _, i := range icons {
		drawn = append(drawn, icon{Src: i.Path, Sizes: fmt.Sprintf("%dx%[1]d", i.Size), Type: "image/png", Purpose: "any maskable"})
	}
	title, name := words.Say("newsroom.title"), cmp.Or(name, "Dateline")
	return json.Marshal(struct {
		ID         string     `json:"id"`
		Name       string     `json:"name"`
		ShortName  string     `json:"short_name"`
		Language   string     `json:"lang"`
		Direction  string     `json:"dir"`
		Start      string     `json:"start_url"`
		Scope      string     `json:"scope"`
		Display    string     `json:"display"`
		Theme      string     `json:"theme_color"`
		Background string     `json:"background_color"`
		Icons      []icon     `json:"icons"`
		Shortcuts  []shortcut `json:"shortcuts"`
	}{
		ID: "/newsroom/", Name: name + " · " + title, ShortName: name, Language: language, Direction: lang.Direction(language),
		Start: "/newsroom/", Scope: "/newsroom/", Display: "standalone", Theme: "#ffffff", Background: "#ffffff", Icons: drawn,
		Shortcuts: []shortcut{{words.Say("newsroom.live_box"), "/newsroom/live", drawn}},
	})
}
