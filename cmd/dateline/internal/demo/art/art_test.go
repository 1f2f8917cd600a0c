package art

import (
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/draw"
)

var (
	outDir = flag.String("art.out", "", "write every picture at half size as PNG into this folder, to be looked at")
	only   = flag.String("art.only", "*", "write only pictures whose name matches")
)

func TestPicturesCanBeLookedAt(t *testing.T) {
	if *outDir == "" {
		t.Skip("no folder given with -art.out")
	}
	for _, name := range Names() {
		if ok, _ := filepath.Match(*only, name); !ok {
			continue
		}
		img, err := Draw(name)
		if err != nil {
			t.Fatal(err)
		}
		half := image.NewRGBA(image.Rect(0, 0, Width/2, Height/2))
		draw.ApproxBiLinear.Scale(half, half.Rect, img, img.Bounds(), draw.Src, nil)
		f, err := os.Create(filepath.Join(*outDir, name+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, half); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkJPEG(b *testing.B) {
	for _, name := range Names() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := JPEG(name); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
