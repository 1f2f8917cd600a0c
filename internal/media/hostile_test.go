package media

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"dateline/internal/fault"
)

// cost gives the bytes that were allocated while f ran, freed or not: the most that it can have held.
func cost(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

// jpegHeader is a JPEG of any size without a picture in it.
func jpegHeader(sof byte, w, h int, parts ...byte) []byte {
	frame := []byte{8, byte(h >> 8), byte(h), byte(w >> 8), byte(w), byte(len(parts))}
	for i, p := range parts {
		frame = append(frame, byte(i+1), p, 0)
	}
	return bytes.Join([][]byte{{0xff, 0xd8}, segment(sof, string(frame)), segment(0xda, string([]byte{1, 1, 0, 0, 63, 0})), {0, 0xff, 0xd9}}, nil)
}

func pngHeader(w, h uint32, depth, colour byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	head = append(head, depth, colour, 0, 0, 0)
	return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", head), pngChunk("IDAT", zlibbed(make([]byte, 100))), pngChunk("IEND", nil)}, nil)
}

func gifHeader(w, h uint16) []byte {
	b := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16([]byte("GIF89a"), w), h)
	b = append(b, 0x80, 0, 0, 0, 0, 0, 255, 255, 255)
	b = binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(append(b, 0x2c, 0, 0, 0, 0), w), h)
	return append(b, 0, 2, 2, 0x44, 1, 0, 0x3b)
}

func manySegments(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		b.Write(segment(0xe0|byte(i%16), "JFIFExif\x00\x00Photoshop 3.0\x00"[i%20:]))
	}
	return b.Bytes()
}

func manyScans(n int) []byte {
	return bytes.Join([][]byte{jpegHeader(0xc2, 5000, 5000, 0x11)[:21], bytes.Repeat(segment(0xda, string([]byte{1, 1, 0, 0, 63, 0})), n), {0xff, 0xd9}}, nil)
}

func zipped(t *testing.T) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("evil.html")
	if err == nil {
		_, err = io.WriteString(f, "<script>alert(1)</script>")
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileFilesAreRefusedCheaply(t *testing.T) {
	svg := `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>`
	frames := make([]color.Color, 1)
	frames[0] = pink
	one := asGIF(t, 8, 8, frames...)
	body := one[bytes.IndexByte(one[13:], 0x2c)+13 : len(one)-1]
	for name, c := range map[string]struct {
		file []byte
		kind fault.Kind
		key  string // of the place
	}{
		"huge png":            {pngHeader(50000, 50000, 8, 2), fault.TooLarge, "fault.picture.side"},
		"huge jpeg":           {jpegHeader(0xc0, 50000, 50000, 0x11), fault.TooLarge, "fault.picture.side"},
		"huge gif":            {gifHeader(50000, 50000), fault.TooLarge, "fault.picture.side"},
		"huge webp canvas":    {riff(vp8x(2, 50000, 50000), riffChunk("ANMF", append(make([]byte, 16), riffChunk("VP8L", vp8l(1, 1, pink))...))), fault.TooLarge, "fault.picture.side"},
		"large webp":          {asWebP(16384, 16384, pink), fault.TooLarge, "fault.picture.pixels"},
		"many pixels":         {pngHeader(29999, 29999, 1, 0), fault.TooLarge, "fault.picture.pixels"},
		"deep colours":        {pngHeader(9000, 9000, 16, 6), fault.TooLarge, "fault.picture.memory"},
		"progressive":         {jpegHeader(0xc2, 9000, 9000, 0x22, 0x11, 0x11), fault.TooLarge, "fault.picture.memory"},
		"endless png":         {pngHeader(1<<31-1, 1<<31-1, 8, 6), fault.TooLarge, "fault.picture.side"},
		"negative png":        {pngHeader(1<<32-1, 1<<32-1, 8, 6), fault.Invalid, "fault.picture.damaged"},
		"no width":            {pngHeader(0, 10, 8, 2), fault.Invalid, "fault.picture.damaged"},
		"no height":           {jpegHeader(0xc0, 10, 0, 0x11), fault.Invalid, "fault.picture.damaged"},
		"lossless jpeg":       {jpegHeader(0xc3, 10, 10, 0x11), fault.Unsupported, "fault.picture.unsupported"},
		"many scans":          {manyScans(1000), fault.Invalid, "fault.picture.damaged"},
		"svg":                 {[]byte(svg), fault.Unsupported, "fault.picture.unsupported"},
		"svg behind comments": {[]byte("\ufeff\n<!-- x -->" + svg), fault.Unsupported, "fault.picture.unsupported"},
		"html":                {[]byte("<!DOCTYPE html><img src=x>"), fault.Unsupported, "fault.picture.unsupported"},
		"zip":                 {zipped(t), fault.Unsupported, "fault.picture.unsupported"},
		"pdf":                 {[]byte("%PDF-1.7\n"), fault.Unsupported, "fault.picture.unsupported"},
		"text":                {[]byte("caption: a tram — at night"), fault.Unsupported, "fault.picture.unsupported"},
		"nothing":             {nil, fault.Unsupported, "fault.picture.unsupported"},
		"noise":               {[]byte{1, 2, 3, 4, 0xfe}, fault.Unsupported, "fault.picture.unsupported"},
		"video":               {[]byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"), fault.Unsupported, "fault.picture.unsupported"},
		"only a beginning":    {[]byte("\xff\xd8\xff"), fault.Invalid, "fault.picture.cut"},
		"only a png head":     {[]byte("\x89PNG\r\n\x1a\n"), fault.Invalid, "fault.picture.cut"},
		"only a gif head":     {[]byte("GIF89a"), fault.Invalid, "fault.picture.cut"},
		"only a webp head":    {riff(), fault.Invalid, "fault.picture.cut"},
		"gif without frames":  {append(append([]byte{}, gifHeader(5, 5)[:19]...), 0x3b), fault.Invalid, "fault.picture.damaged"},
		"frame off canvas":    {moving(0x8000, 9, pink)[:0], fault.Unsupported, "fault.picture.unsupported"},
		"too many segments":   {bytes.Join([][]byte{{0xff, 0xd8}, bytes.Repeat(segment(0xe5, ""), maxSegments+2), {0xff, 0xd9}}, nil), fault.Invalid, "fault.picture.damaged"},
		"chunk past the end":  {append([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", make([]byte, 13))[:12]...), fault.Invalid, "fault.picture.cut"},
		"too long a file":     {make([]byte, 65<<20), fault.TooLarge, "fault.picture.bytes"},
	} {
		var err error
		spent := cost(func() { _, err = inspect(c.file) })
		if places := keysOf(err); fault.KindOf(err) != c.kind || len(places) != 1 || places[0] != "file "+c.key {
			t.Errorf("%s: %v, %v", name, err, places)
		}
		if spent > 2<<20 {
			t.Errorf("%s: %d KiB were allocated", name, spent>>10)
		}
		if _, _, again := renderAll(t, NewPool(PoolOptions{}), c.file, Job{}); fault.KindOf(again) != c.kind {
			t.Errorf("%s: rendering says %v", name, again)
		}
	}
	accepted := map[string][]byte{
		"10,000 segments":   withSegments(asJPEG(t, drawn(40, 30)), manySegments(10_000)),
		"100,000 frames":    bytes.Join([][]byte{one[:len(one)-1], bytes.Repeat(body, 100_000), {0x3b}}, nil),
		"zip behind a gif":  append(asGIF(t, 8, 8, pink), zipped(t)...),
		"zip behind a png":  append(asPNG(t, drawn(40, 30)), zipped(t)...),
		"zip behind a jpeg": append(asJPEG(t, drawn(40, 30)), zipped(t)...),
		"script in a jpeg":  withSegments(asJPEG(t, drawn(40, 30)), segment(0xfe, "<script>evil()</script>")),
		"huge text":         withChunks(asPNG(t, drawn(40, 30)), pngChunk("iTXt", []byte(headPNGXMP+"\x00\x00\x00\x00"+strings.Repeat("<a>", 2<<20))), pngChunk("iTXt", append([]byte(headPNGXMP+"\x01\x00\x00\x00"), zlibbed(make([]byte, 12<<20))...))),
		"bomb of text":      withChunks(asPNG(t, drawn(40, 30)), pngChunk("zTXt", append([]byte("Comment\x00\x00"), zlibbed(make([]byte, 24<<20))...))),
		"bomb of a profile": withChunks(asPNG(t, drawn(40, 30)), pngChunk("iCCP", append([]byte("x\x00\x00"), zlibbed(make([]byte, 24<<20))...))),
		"flat but large":    asWebP(1500, 1500, pink),
	}
	for name, b := range accepted {
		var info Info
		var files map[string]file
		var err error
		if spent := cost(func() { info, err = inspect(b) }); err != nil || spent > 8<<20 {
			t.Errorf("%s: %v, %d KiB", name, err, spent>>10)
		}
		spent := cost(func() { files, _, err = renderAll(t, NewPool(PoolOptions{}), b, Job{}) })
		if err != nil || spent > 3*info.layout.memory+64<<20 {
			t.Errorf("%s: %v, %d MiB were allocated for what should take %d", name, err, spent>>20, info.layout.memory>>20)
		}
		for _, f := range files {
			if bytes.Contains(f.data, []byte("evil")) || bytes.Contains(f.data, []byte("PK\x03\x04")) {
				t.Errorf("%s: %s holds what was hidden", name, f.Name)
			}
		}
	}
}

func keysOf(err error) (all []string) {
	if e, ok := err.(*fault.Error); ok {
		for _, p := range e.Places {
			all = append(all, p.Location+" "+p.Key)
		}
	}
	return all
}

func TestEveryTruncationIsNoticed(t *testing.T) {
	grey := image.NewGray(image.Rect(0, 0, 300, 200))
	for name, whole := range map[string][]byte{
		"jpeg": asJPEG(t, drawn(300, 200)), "grey jpeg": asJPEG(t, grey), "png": asPNG(t, drawn(300, 200)), "webp": asWebP(300, 200, pink), "gif": asGIF(t, 300, 200, pink),
		"jpeg with metadata": withSegments(asJPEG(t, drawn(300, 200)), segment(0xe1, headEXIF+string(telling(1, strings.Repeat("x", 5000)))), segment(0xe1, headXMP+packet(`ps:City="Kyiv">`))),
		"heic":               heicFile(300, 200),
	} {
		if _, err := inspect(whole); err != nil {
			t.Fatal(name, err)
		}
		for i := range 16 {
			cut := whole[:len(whole)*i/16]
			_, err := inspect(cut)
			if k := fault.KindOf(err); k != fault.Invalid && (k != fault.Unsupported || len(cut) > 16) {
				t.Errorf("%s cut at %d/16: %v", name, i, err)
			}
		}
	}
	two := asGIF(t, 30, 20, pink, pink)
	if _, err := inspect(two[:len(two)-1]); err != nil {
		t.Error("a GIF without its last byte:", err)
	}
}

func TestADamagedPictureFailsWithoutAnythingBeingKept(t *testing.T) {
	b := asPNG(t, drawn(300, 200))
	b[len(b)/2] ^= 0xff
	_, made, err := renderAll(t, NewPool(PoolOptions{}), b, Job{})
	if !fault.Is(err, fault.Invalid) || len(made) != 0 {
		t.Fatal(err, made)
	}
}

func TestTheNameOfAFileDoesNotCount(t *testing.T) {
	for _, b := range [][]byte{asPNG(t, drawn(4, 4)), asGIF(t, 4, 4, pink), asWebP(4, 4, pink), asJPEG(t, drawn(4, 4))} {
		info, err := inspect(b)
		if err != nil || info.Ending == "" || !strings.HasPrefix(info.ContentType, "image/") {
			t.Fatal(err, info)
		}
	}
}

func TestFilesMadeByOutsidersCostLittle(t *testing.T) {
	want := map[string]fault.Kind{"bmp.bmp": fault.Unsupported, "html5.html": fault.Unsupported, "ico.ico": fault.Unsupported, "mp4-with-audio.mp4": fault.Unsupported, "pdf.pdf": fault.Unsupported,
		"svg.svg": fault.Unsupported, "tiff.tif": fault.Unsupported, "zip.zip": fault.Unsupported, "png-truncated.png": fault.Invalid}
	good := map[string]bool{"png-transparent.png": true} // the smallest of other kinds hold no picture, or end within it
	root := filepath.Join(shared, "security-images")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the shared test data is not beside the repository")
	}
	seen := 0
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		seen++
		base := filepath.Base(name)
		var info Info
		spent := cost(func() { info, err = inspect(b) })
		if spent > 16<<20 {
			t.Errorf("%s: %d KiB were allocated", base, spent>>10)
		}
		if kind, ok := want[base]; ok && fault.KindOf(err) != kind || good[base] && err != nil || err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("%s: %v", base, err)
		}
		if err == nil {
			var again error
			spent := cost(func() { _, _, again = renderAll(t, NewPool(PoolOptions{}), b, Job{}) })
			if spent > 3*info.layout.memory+64<<20 || again != nil && fault.KindOf(again) == fault.Internal || good[base] && again != nil {
				t.Errorf("%s: %v, %d MiB", base, again, spent>>20)
			}
		}
		return nil
	})
	if err != nil || seen < 20 {
		t.Fatal(err, seen)
	}
}

func TestWordsSayWhatAFileLooksLike(t *testing.T) {
	for head, looks := range map[string]string{"<svg/>": "an SVG drawing", "PK\x03\x04": "a ZIP archive or an office document", "%PDF-": "a PDF document", "<html>": "a web page", "hello": "a text", "": "an empty file"} {
		if _, err := inspect([]byte(head)); !strings.Contains(fmt.Sprint(err), looks) {
			t.Errorf("%q: %v", head, err)
		}
	}
}
