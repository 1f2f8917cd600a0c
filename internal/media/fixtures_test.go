package media

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const shared = "../../../shared/testdata"

// sharedFile reads a file that outsiders made; the test skips where the folder is not.
func sharedFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(shared, name))
	if os.IsNotExist(err) {
		t.Skipf("%s is not here: the shared test data is not beside the repository", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The corners of a drawn picture, clockwise from the upper left one.
var corners = [4]color.RGBA{{200, 30, 30, 255}, {30, 170, 30, 255}, {40, 40, 200, 255}, {220, 210, 40, 255}}

// drawn is a picture with four corners of different colours and something like a photograph between them.
func drawn(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	seed := uint32(1)
	for y := range h {
		for x := range w {
			seed = seed*1664525 + 1013904223
			n := byte(seed >> 29)
			c := color.RGBA{byte(60+120*x/w) + n, byte(60+100*y/h) + n, byte(90 + 60*((x/16+y/16)&1)), 255}
			left, top := x < w/4, y < h/4
			right, bottom := x >= w-w/4, y >= h-h/4
			switch {
			case top && left:
				c = corners[0]
			case top && right:
				c = corners[1]
			case bottom && right:
				c = corners[2]
			case bottom && left:
				c = corners[3]
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// asGIF gives a picture that moves when it has several frames.
func asGIF(t testing.TB, w, h int, frames ...color.Color) []byte {
	t.Helper()
	g := &gif.GIF{Config: image.Config{Width: w, Height: h}}
	for _, c := range frames {
		m := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{c, color.Black})
		for x := range min(w, h) {
			m.SetColorIndex(x, x, 1)
		}
		g.Image, g.Delay = append(g.Image, m), append(g.Delay, 5)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// vp8l is a lossless WebP bitstream of one colour: five prefix codes with one symbol each (RFC 9649, section 3.7).
func vp8l(w, h int, c color.NRGBA) []byte {
	var out []byte
	var bits uint64
	var n uint
	put := func(v uint64, size uint) {
		bits |= v << n
		for n += size; n >= 8; n -= 8 {
			out = append(out, byte(bits))
			bits >>= 8
		}
	}
	put(0x2f, 8)
	put(uint64(w-1), 14)
	put(uint64(h-1), 14)
	put(1, 1) // alpha is used
	put(0, 3) // version
	put(0, 3) // no transform, no colour cache, no groups of codes
	for _, symbol := range []byte{c.G, c.R, c.B, c.A, 0} {
		put(1, 1) // a simple code
		put(0, 1) // of one symbol
		put(1, 1) // of eight bits
		put(uint64(symbol), 8)
	}
	put(0, 7)
	return out
}

func riff(chunks ...[]byte) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WEBP")
	b = append(b, bytes.Join(chunks, nil)...)
	binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
	return b
}

func riffChunk(name string, data []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data)))
	if b = append(b, data...); len(data)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

func asWebP(w, h int, c color.NRGBA) []byte { return riff(riffChunk("VP8L", vp8l(w, h, c))) }

func vp8x(flags byte, w, h int) []byte {
	b := make([]byte, 10)
	b[0] = flags
	b[4], b[5], b[6] = byte(w-1), byte((w-1)>>8), byte((w-1)>>16)
	b[7], b[8], b[9] = byte(h-1), byte((h-1)>>8), byte((h-1)>>16)
	return riffChunk("VP8X", b)
}

// moving is a WebP that moves: frames of w × h at 4,2 on a canvas that is 8 points larger.
func moving(w, h int, frames ...color.NRGBA) []byte {
	chunks := [][]byte{vp8x(0x12, w+8, h+8), riffChunk("ANIM", make([]byte, 6))}
	for _, c := range frames {
		b := make([]byte, 16)
		b[0], b[3] = 2, 1
		b[6], b[7], b[9], b[10] = byte(w-1), byte((w-1)>>8), byte(h-1), byte((h-1)>>8)
		chunks = append(chunks, riffChunk("ANMF", append(b, riffChunk("VP8L", vp8l(w, h, c))...)))
	}
	return riff(chunks...)
}

func pngChunk(name string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, name...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

const pngHead = 8 + 25

// withChunks puts chunks behind the header of a PNG.
func withChunks(data []byte, chunks ...[]byte) []byte {
	return bytes.Join([][]byte{data[:pngHead], bytes.Join(chunks, nil), data[pngHead:]}, nil)
}

func zlibbed(data []byte) []byte {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write(data)
	z.Close()
	return b.Bytes()
}

func segment(marker byte, data string) []byte {
	n := len(data) + 2
	return append([]byte{0xff, marker, byte(n >> 8), byte(n)}, data...)
}

// withSegments puts segments behind the beginning of a JPEG.
func withSegments(data []byte, segments ...[]byte) []byte {
	return bytes.Join([][]byte{data[:2], bytes.Join(segments, nil), data[2:]}, nil)
}

// tag is a field of an EXIF block: kind 2 is text, 3 a number of 16 bits, 4 of 32, 7 anything.
type tag struct {
	id, kind uint16
	text     string
	number   uint32
}

// exifBlock writes an EXIF block with a main directory, one of the camera, one of the place, and a thumbnail.
func exifBlock(main, camera, place []tag, thumbnail string) []byte {
	le := binary.LittleEndian
	out := []byte("II*\x00\x08\x00\x00\x00")
	size := func(tags []tag, more int) int { return 2 + 12*(len(tags)+more) + 4 }
	cameraAt := 8 + size(main, 2)
	placeAt := cameraAt + size(camera, 0)
	thumbAt := placeAt + size(place, 0)
	dataAt := thumbAt + size(nil, 2)
	var extra []byte
	dir := func(tags []tag, next int) {
		out = le.AppendUint16(out, uint16(len(tags)))
		for _, t := range tags {
			count := uint32(1)
			if t.text != "" {
				count = uint32(len(t.text))
			}
			out = le.AppendUint32(le.AppendUint16(le.AppendUint16(out, t.id), t.kind), count)
			switch {
			case t.text == "":
				out = le.AppendUint32(out, t.number)
			case len(t.text) <= 4:
				out = append(out, (t.text + "\x00\x00\x00\x00")[:4]...)
			default:
				out = le.AppendUint32(out, uint32(dataAt+len(extra)))
				extra = append(extra, t.text...)
			}
		}
		out = le.AppendUint32(out, uint32(next))
	}
	dir(append(main, tag{id: 0x8769, kind: 4, number: uint32(cameraAt)}, tag{id: 0x8825, kind: 4, number: uint32(placeAt)}), thumbAt)
	dir(camera, 0)
	dir(place, 0)
	dir([]tag{{id: 0x0201, kind: 4, number: uint32(dataAt + len(extra))}, {id: 0x0202, kind: 4, number: uint32(len(thumbnail))}}, 0)
	return append(append(out, extra...), thumbnail...)
}

// telling is an EXIF block with everything that readers must not get.
func telling(orientation uint32, thumbnail string) []byte {
	return exifBlock(
		[]tag{{id: 0x010e, kind: 2, text: "From the harbour wall\x00"}, {id: 0x010f, kind: 2, text: "SecretCameraMaker\x00"}, {id: 0x0112, kind: 3, number: orientation},
			{id: 0x013b, kind: 2, text: "M. Vey\x00"}, {id: 0x8298, kind: 2, text: "(c) M. Vey\x00"}},
		[]tag{{id: 0x9003, kind: 2, text: "2026:03:10 09:05:07\x00"}, {id: 0x9011, kind: 2, text: "+01:00\x00"},
			{id: 0x927c, kind: 7, text: "SecretMakerNote"}, {id: 0xa431, kind: 2, text: "SecretSerial123\x00"}},
		[]tag{{id: 0x0001, kind: 2, text: "N\x00"}, {id: 0x001d, kind: 2, text: "SecretGPSdate\x00"}}, thumbnail)
}

// fromMemory is a file of bytes.
func fromMemory(b []byte) (*bytes.Reader, int64) { return bytes.NewReader(b), int64(len(b)) }

func inspect(b []byte) (Info, error) {
	r, n := fromMemory(b)
	return Inspect(r, n, Limits{})
}

// file is one rendition with its bytes.
type file struct {
	Rendition
	data []byte
}

func renderAll(t testing.TB, p *Pool, b []byte, job Job) (map[string]file, []Rendition, error) {
	t.Helper()
	files := map[string]file{}
	job.Put = func(_ context.Context, r Rendition, ending string, data []byte) (string, error) {
		files[r.Name] = file{r, data}
		return r.Name + ending, nil
	}
	r, n := fromMemory(b)
	made, err := p.Render(t.Context(), r, n, job)
	return files, made, err
}

func mustRender(t testing.TB, b []byte, job Job) map[string]file {
	t.Helper()
	files, _, err := renderAll(t, NewPool(PoolOptions{}), b, job)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func decoded(t testing.TB, f file) image.Image {
	t.Helper()
	m, kind, err := image.Decode(bytes.NewReader(f.data))
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	if b := m.Bounds(); b.Dx() != f.Width || b.Dy() != f.Height || "image/"+kind != f.ContentType || int64(len(f.data)) != f.Bytes {
		t.Fatalf("%s is %v %s of %d bytes, told was %+v", f.Name, b, kind, len(f.data), f.Rendition)
	}
	return m
}

// near reports whether two colours are the same but for what compression does.
func near(a, b color.Color, by int) bool {
	r1, g1, b1, a1 := a.RGBA()
	r2, g2, b2, a2 := b.RGBA()
	for _, d := range [4]int{int(r1) - int(r2), int(g1) - int(g2), int(b1) - int(b2), int(a1) - int(a2)} {
		if d > by<<8 || d < -by<<8 {
			return false
		}
	}
	return true
}
