package media

import (
	"context"
	"testing"

	"dateline/internal/fault"
)

func seeds(f *testing.F) [][]byte {
	exif := telling(6, "thumb")
	return [][]byte{
		withSegments(asJPEG(f, drawn(20, 12)), segment(0xe1, headEXIF+string(exif)), segment(0xe1, headXMP+packet(`ps:City="Kyiv">`)), segment(0xed, headPhotoshop+resource(0x0404, "", set(80, "A"))), segment(0xe2, headICC+"\x01\x01"+string(iccProfile("RGB ", "x")))),
		withChunks(asPNG(f, drawn(20, 12)), pngChunk("eXIf", exif), pngChunk("iTXt", []byte(headPNGXMP+"\x00\x00\x00\x00"+packet(`ps:City="Kyiv">`)))),
		asGIF(f, 20, 12, pink, pink), asWebP(20, 12, pink), moving(20, 12, pink, pink), heicFile(20, 12), jpegHeader(0xc2, 20, 12, 0x22, 0x11, 0x11),
	}
}

// FuzzInspect: whatever the file, inspecting and rendering give an answer for people, and what is accepted is as planned.
func FuzzInspect(f *testing.F) {
	for _, b := range seeds(f) {
		f.Add(b)
	}
	limits := Limits{Bytes: 1 << 20, Pixels: 1 << 18, Memory: 4 << 20}
	p := NewPool(PoolOptions{Workers: 1, Limits: limits})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, n := fromMemory(b)
		info, err := Inspect(r, n, limits)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("no answer for people: %v", err)
			}
			return
		}
		if info.Width <= 0 || info.Height <= 0 || int64(info.Width)*int64(info.Height) > limits.Pixels {
			t.Fatalf("accepted %+v", info)
		}
		made, err := p.Render(t.Context(), r, n, Job{Put: func(context.Context, Rendition, string, []byte) (string, error) { return "k", nil }})
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Fatalf("no answer for people: %v", err)
		}
		if err == nil && len(made) != len(Plan(info.Width, info.Height, Centre)) {
			t.Fatalf("%d renditions", len(made))
		}
	})
}

// FuzzMetadata: whatever a block holds, reading ends, and what it gives makes a valid picture that can be written into a
// file and read again.
func FuzzMetadata(f *testing.F) {
	f.Add(telling(3, "x"), []byte(resource(0x0404, "", "\x1c\x01\x5a\x00\x03\x1b%G"+set(80, "José")+set(55, "20150203")+set(60, "040506+0100"))), []byte(packet(`ps:Credit="AFP"><dc:creator><rdf:Seq><rdf:li>A</rdf:li></rdf:Seq></dc:creator><plus:Licensor><rdf:Seq><rdf:li plus:LicensorURL="https://l/"/></rdf:Seq></plus:Licensor>`)))
	f.Fuzz(func(t *testing.T, exif, irb, xmp []byte) {
		b := blocks{exif: exif, irb: irb, xmp: xmp}
		m, orientation := b.metadata()
		if orientation < 1 || orientation > 8 {
			t.Fatal(orientation)
		}
		var p Picture
		p.Fill(m)
		if err := p.Validate(); err != nil {
			t.Fatalf("%v: %+v", err, p)
		}
		n := p.Notice()
		if back := readXMP(n.xmp()); back.Caption != n.Caption || back.Creator != n.Creator || back.Copyright != n.Copyright {
			t.Fatalf("%+v\n%+v", back, n)
		}
	})
}
