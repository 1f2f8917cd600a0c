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

func TestSameNameGivesTheSameBytes(t *testing.T) {
	for _, name := range Names() {
		first, err := JPEG(name)
		if err != nil {
			t.Fatal(err)
		}
		second, err := JPEG(name)
		if err != nil {
			t.Fatal(err)
		}
		if sha256.Sum256(first) != sha256.Sum256(second) {
			t.Errorf("%s: two drawings differ", name)
		}
		size, err := jpeg.DecodeConfig(bytes.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		if size.Width != Width || size.Height != Height || Width*2 != Height*3 {
			t.Errorf("%s: %d × %d, want %d × %d", name, size.Width, size.Height, Width, Height)
		}
		if len(first) > 4<<20 {
			t.Errorf("%s: %d bytes, want at most 4 MiB", name, len(first))
		}
	}
}

func TestEveryPictureShowsSomething(t *testing.T) {
	for _, name := range Names() {
		img, err := Draw(name)
		if err != nil {
			t.Fatal(err)
		}
		dark, light := 0, 0
		for y := 0; y < Height; y += 7 {
			for x := 0; x < Width; x += 7 {
				r, g, b, _ := img.At(x, y).RGBA()
				if lum := (r + g + b) / 3; lum < 0x5000 {
					dark++
				} else if lum > 0xC000 {
					light++
				}
			}
		}
		total := (Width / 7) * (Height / 7)
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
	names := []string{"lighthouse", "kettle-row", "tram-diagram"}
	alone := map[string][32]byte{}
	for _, name := range names {
		raw, err := JPEG(name)
		if err != nil {
			t.Fatal(err)
		}
		alone[name] = sha256.Sum256(raw)
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
