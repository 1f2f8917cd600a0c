package page

import (
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesAreWrittenForLookingAt writes every page to the folder that DATELINE_LOOK names, for a browser.
func TestPagesAreWrittenForLookingAt(t *testing.T) {
	dir := os.Getenv("DATELINE_LOOK")
	if dir == "" {
		t.Skip("DATELINE_LOOK names no folder")
	}
	r := sampleRenderer(t)
	r.o.Media = func(key string) string { return "/media/" + key }
	for language := range samples {
		for name, p := range samplePages(t, r, language) {
			b := strings.ReplaceAll(string(whole(t, r, language, p)), `"/media/`, `"media/`)
			b = strings.ReplaceAll(b, ` /media/`, ` media/`)
			if err := os.WriteFile(filepath.Join(dir, language+"-"+name+".html"), []byte(b), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "media"), 0o755); err != nil {
		t.Fatal(err)
	}
	for id, p := range samplePictures() {
		for _, rendition := range p.Renditions {
			f, err := os.Create(filepath.Join(dir, "media", rendition.Key))
			if err != nil {
				t.Fatal(err)
			}
			if err := jpeg.Encode(f, scene(rendition.Width, rendition.Height, int(id[3]-'0')), nil); err != nil {
				t.Fatal(err)
			}
			f.Close()
		}
	}
}

// scene draws a harbour in the evening: sky, quay, two hulls, and what the water gives back.
func scene(w, h, kind int) image.Image {
	m := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			c := 0.86 - 0.25*v + 0.05*math.Sin(9*u+4*v+float64(kind))
			if v > 0.62 {
				c = 0.45 + 0.12*math.Sin(70*v+6*math.Sin(14*u+float64(kind)))
			}
			for i, at := range []float64{0.22, 0.6} {
				at += 0.07 * float64(kind)
				dx, dy := (u-at)/0.15, (v-0.58-0.03*float64(i))/0.07
				if math.Abs(dx) < 1 && dy > -1 && dy < 0.6-0.5*dx*dx {
					c = 0.2
				}
				if math.Abs(dx) < 0.45 && dy > -2.2 && dy <= -1 {
					c = 0.95
				}
			}
			m.SetGray(x, y, color.Gray{Y: uint8(255 * math.Max(0, math.Min(1, c)))})
		}
	}
	return m
}
