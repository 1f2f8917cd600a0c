package art

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"sync"
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

func TestSameNameGivesTheSamePictureOfTheRightSize(t *testing.T) {
	for _, name := range checked() {
		first, err := printed(name)
		if err != nil {
			t.Fatal(err)
		}
		second, err := printed(name)
		if err != nil {
			t.Fatal(err)
		}
		if sha256.Sum256(first.Pix) != sha256.Sum256(second.Pix) {
			t.Errorf("%s: two drawings differ", name)
		}
		if first.Rect != image.Rect(0, 0, Width, Height) || Width*2 != Height*3 {
			t.Errorf("%s: %v, want %d × %d", name, first.Rect, Width, Height)
		}
		dark, light, total := 0, 0, 0
		for i := 0; i < len(first.Pix); i += 4 * 53 {
			lum := (int(first.Pix[i]) + int(first.Pix[i+1]) + int(first.Pix[i+2])) / 3
			total++
			if lum < 80 {
				dark++
			} else if lum > 190 {
				light++
			}
		}
		if dark < total/50 || light < total/50 {
			t.Errorf("%s: %d dark and %d light of %d places, want both", name, dark, light, total)
		}
	}
}

func TestAnUnknownNameIsRefused(t *testing.T) {
	if _, err := Draw("no-such-picture"); err == nil {
		t.Error("Draw gave no error")
	}
	if _, err := JPEG(""); err == nil {
		t.Error("JPEG gave no error")
	}
}

func TestTwoPicturesAtOnceDoNotMix(t *testing.T) {
	names := []string{"storm-track", "eelgrass", "tram-diagram"}
	alone := map[string][32]byte{}
	for _, name := range names {
		raw, err := JPEG(name)
		if err != nil {
			t.Fatal(err)
		}
		alone[name] = sha256.Sum256(raw)
		size, err := jpeg.DecodeConfig(bytes.NewReader(raw))
		if err != nil || size.Width != Width || size.Height != Height || len(raw) > 4<<20 {
			t.Errorf("%s: %v, %d bytes, %v", name, size, len(raw), err)
		}
	}
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() {
			raw, err := JPEG(name)
			if err != nil || sha256.Sum256(raw) != alone[name] {
				t.Errorf("%s: differs when drawn beside others (%v)", name, err)
			}
		})
	}
	wg.Wait()
}
