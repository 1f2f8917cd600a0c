package media

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dateline/internal/fault"
)

// box is a piece of a HEIF file.
func box(name string, parts ...string) string {
	data := strings.Join(parts, "")
	return string(binary.BigEndian.AppendUint32(nil, uint32(8+len(data)))) + name + data
}

func number32(n int) string { return string(binary.BigEndian.AppendUint32(nil, uint32(n))) }

// heicFile has the boxes of a HEIC file that tell its size, and no picture.
func heicFile(w, h int) []byte {
	return []byte(box("ftyp", "heic", "\x00\x00\x00\x00", "mif1heic") +
		box("meta", "\x00\x00\x00\x00", box("iprp", box("ipco", box("ispe", "\x00\x00\x00\x00", number32(w), number32(h))))) + box("mdat", strings.Repeat("x", 500)))
}

func TestHEICIsKnownAndRefusedWithoutAConverter(t *testing.T) {
	info, err := inspect(heicFile(300, 200))
	if err != nil || info.Width != 300 || info.Height != 200 || info.ContentType != "image/heic" {
		t.Fatal(err, info)
	}
	p := NewPool(PoolOptions{})
	r, n := fromMemory(heicFile(300, 200))
	if _, err := p.Inspect(t.Context(), r, n); !fault.Is(err, fault.Unsupported) || !strings.Contains(err.Error(), "HEIC") {
		t.Fatal(err)
	}
	if _, _, err := renderAll(t, p, heicFile(300, 200), Job{}); !fault.Is(err, fault.Unsupported) {
		t.Fatal(err)
	}
	if _, err := inspect(heicFile(50000, 50000)); !fault.Is(err, fault.TooLarge) {
		t.Fatal(err)
	}
}

// script writes a program for the shell; the test skips where there is none.
func script(t *testing.T, text string) string {
	t.Helper()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("no shell here")
	}
	name := filepath.Join(t.TempDir(), "convert")
	if err := os.WriteFile(name, []byte("#!/bin/sh\n"+text), 0o700); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAConverterIsUsedAndWatched(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	t.Setenv("DATELINE_SECRET", "hush")
	upright := filepath.Join(t.TempDir(), "upright.jpg")
	if err := os.WriteFile(upright, withSegments(asJPEG(t, drawn(400, 300)), segment(0xe1, headEXIF+string(telling(6, "")))), 0o600); err != nil {
		t.Fatal(err)
	}
	huge := filepath.Join(t.TempDir(), "huge.jpg")
	if err := os.WriteFile(huge, jpegHeader(0xc0, 50000, 50000, 0x11), 0o600); err != nil {
		t.Fatal(err)
	}
	works := `test -z "$DATELINE_SECRET" && test -s "$3" && cp ` + upright + ` "$4"`
	for name, c := range map[string]struct {
		heif, vips string
		kind       fault.Kind
		ok         bool
	}{
		"works":            {heif: works, ok: true},
		"several pictures": {heif: `cp ` + upright + ` "${4%.jpg}-1.jpg"`, ok: true},
		"second works":     {heif: `echo no codec >&2; exit 1`, vips: `test "$1" = copy && cp ` + upright + ` "${3%\[Q=95\]}"`, ok: true},
		"fails":            {heif: `exit 3`, kind: fault.Invalid},
		"writes nothing":   {heif: `exit 0`, kind: fault.Invalid},
		"writes a text":    {heif: `echo hello > "$4"`, kind: fault.Invalid},
		"writes too large": {heif: `cp ` + huge + ` "$4"`, kind: fault.Invalid},
		"talks for ever":   {heif: `yes | head -c 100000000; exit 1`, kind: fault.Invalid},
		"fills the disk":   {heif: `head -c 300000000 /dev/zero > "$4"`, kind: fault.Invalid},
	} {
		tools := Tools{HeifConvert: script(t, c.heif)}
		if c.vips != "" {
			tools.Vips = script(t, c.vips)
		}
		p := NewPool(PoolOptions{Tools: tools})
		r, n := fromMemory(heicFile(400, 300))
		if _, err := p.Inspect(t.Context(), r, n); err != nil {
			t.Fatal(err)
		}
		files, _, err := renderAll(t, p, heicFile(400, 300), Job{})
		if c.ok != (err == nil) || !c.ok && fault.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if c.ok {
			wantCorners(t, name, decoded(t, files["w320"]))
		}
		if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
			t.Errorf("%s: left behind %v %v", name, left, err)
		}
	}
}

func TestRealAVIFIsConvertedWhereAConverterIs(t *testing.T) {
	b := sharedFile(t, "photos-metadata/iptc/sunrise.avif")
	tools := FindTools()
	if !tools.reads(formatAVIF) {
		t.Skip("neither heif-convert nor vips is installed")
	}
	files, _, err := renderAll(t, NewPool(PoolOptions{Tools: tools}), b, Job{})
	if err != nil {
		t.Skip("the converter that is installed has no AV1 codec:", err)
	}
	if m := decoded(t, files["w960"]); m.Bounds().Dx() != 960 {
		t.Fatal(m.Bounds())
	}
}
