package media

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"

	"dateline/internal/fault"
)

// Limits bound what a file may cost. Zero fields take the default.
type Limits struct {
	Bytes  int64 // length of the file; 64 MiB
	Pixels int64 // width times height; 100 million
	Side   int   // the longer side, in pixels; 30,000
	Memory int64 // what decoding it may take; 184 MiB, which is enough for 24 megapixels of any kind and 100 of a plain JPEG
}

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 64 << 20
	}
	if l.Pixels <= 0 {
		l.Pixels = 100e6
	}
	if l.Side <= 0 {
		l.Side = 30_000
	}
	if l.Memory <= 0 {
		l.Memory = 184 << 20
	}
	return l
}

// format is a kind of file by its content.
type format string

const (
	formatJPEG format = "image/jpeg"
	formatPNG  format = "image/png"
	formatGIF  format = "image/gif"
	formatWebP format = "image/webp"
	formatHEIC format = "image/heic"
	formatAVIF format = "image/avif"
)

// endings are what keys of files of a format end in.
var endings = map[format]string{formatJPEG: ".jpg", formatPNG: ".png", formatGIF: ".gif", formatWebP: ".webp", formatHEIC: ".heic", formatAVIF: ".avif"}

// Info is what is known of a file without decoding it. Width and Height are those of the picture as shown, upright, in
// pixels. Ending is what the key of the file ends in (".jpg").
type Info struct {
	ContentType string
	Ending      string
	Bytes       int64
	Width       int
	Height      int
	Orientation int // 1 to 8 as in EXIF; renditions have it applied
	Frames      int // more than one when it moves; renditions show the first
	Metadata    Metadata

	format format
	layout layout
	icc    []byte
}

// layout is what a walk through a file finds; it is what decoding relies on.
type layout struct {
	width, height int   // as stored
	memory        int64 // what decoding and making it ready takes, in bytes
	frames        int
	blocks        blocks
	graphic       bool    // made of flat colours, by its format
	first         section // GIF: where the first frame ends; WebP that moves: the first frame
	frameX        int     // WebP that moves: where the first frame lies on the canvas
	frameY        int
}

// section is a stretch of a file.
type section struct{ from, to int64 }

// Inspect reads of a file what it is, how large, and what it says about itself, without decoding it and without believing
// any name. It takes JPEG, PNG, GIF and WebP, and knows HEIC and AVIF, which only a Pool with a converter
// can render. It gives Unsupported and says what the file looks like, TooLarge, or Invalid when it is cut off or
// damaged, each with the place "file". It reads the file once from its beginning and keeps no more than 2 MiB of it.
func Inspect(r io.ReaderAt, size int64, limits Limits) (info Info, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = damaged(fmt.Errorf("media: a panic while the file was inspected: %v", p))
		}
	}()
	limits = limits.withDefaults()
	if size > limits.Bytes {
		return Info{}, tooLarge("fault.picture.bytes", map[string]any{"max": limits.Bytes >> 20}, "the file has more than %d megabytes", limits.Bytes>>20)
	}
	head := make([]byte, min(size, 1024))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return Info{}, fmt.Errorf("media: read file: %w", err)
	}
	f, looks := sniff(head)
	if f == "" {
		return Info{}, unsupported(looks)
	}
	var l layout
	c := newCursor(r, size)
	switch f {
	case formatJPEG:
		l, err = walkJPEG(c)
	case formatPNG:
		l, err = walkPNG(c)
	case formatGIF:
		l, err = walkGIF(c)
	case formatWebP:
		l, err = walkWebP(c)
	default:
		return inspectHEIF(r, size, f, limits)
	}
	if err != nil {
		return Info{}, whatIsWrong(err)
	}
	m, orientation := l.blocks.metadata()
	info = Info{ContentType: string(f), Ending: endings[f], Bytes: size, Width: l.width, Height: l.height, Orientation: orientation,
		Frames: l.frames, Metadata: m, format: f, layout: l, icc: l.blocks.icc}
	info.layout.blocks = blocks{}
	if orientation > 4 {
		info.Width, info.Height = info.Height, info.Width
	}
	return info, limits.check(l)
}

// check refuses what is too large to be decoded.
func (l Limits) check(at layout) error {
	switch {
	case at.width <= 0 || at.height <= 0:
		return damaged(errors.New("media: a picture without width or height"))
	case at.width > l.Side || at.height > l.Side:
		return tooLarge("fault.picture.side", map[string]any{"max": l.Side, "width": at.width, "height": at.height},
			"the picture is %d × %d pixels; at most %d a side are taken", at.width, at.height, l.Side)
	case int64(at.width)*int64(at.height) > l.Pixels:
		return tooLarge("fault.picture.pixels", map[string]any{"max": l.Pixels / 1e6, "width": at.width, "height": at.height},
			"the picture is %d × %d pixels; at most %d million are taken", at.width, at.height, l.Pixels/1e6)
	case at.memory > l.Memory:
		return tooLarge("fault.picture.memory", map[string]any{"width": at.width, "height": at.height},
			"a picture of %d × %d pixels stored this way needs too much memory: save it smaller or as a plain JPEG", at.width, at.height)
	}
	return nil
}

var (
	errCut     = errors.New("media: the file ends too early")
	errDamaged = errors.New("media: the file breaks its format")
)

func whatIsWrong(err error) error {
	if errors.Is(err, errCut) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fault.At("file", "fault.picture.cut", "the picture is cut off: the end of the file is missing").Because(err)
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	return damaged(err)
}

func damaged(cause error) error {
	return fault.At("file", "fault.picture.damaged", "the picture is damaged and cannot be read").Because(cause)
}

func tooLarge(key string, args map[string]any, text string, words ...any) error {
	e := fault.New(fault.TooLarge, key, text, words...)
	e.Args = args
	e.Places = []fault.Place{{Location: "file", Key: key, Args: args, Text: e.Text}}
	return e
}

func unsupported(looks string) error {
	const key = "fault.picture.unsupported"
	e := fault.New(fault.Unsupported, key, "this looks like %s; JPEG, PNG, GIF and WebP pictures are taken", looks)
	e.Args = map[string]any{"looks": looks}
	e.Places = []fault.Place{{Location: "file", Key: key, Args: e.Args, Text: e.Text}}
	return e
}

// signs are how other files begin, with the words for what they look like.
var signs = []struct {
	at    int
	bytes string
	looks string
}{
	{0, "%PDF-", "a PDF document"},
	{0, "PK\x03\x04", "a ZIP archive or an office document"}, {0, "PK\x05\x06", "a ZIP archive"},
	{0, "\x1f\x8b", "a gzip archive"}, {0, "7z\xbc\xaf", "a 7-Zip archive"}, {0, "Rar!", "a RAR archive"},
	{0, "BM", "a BMP picture"}, {0, "II*\x00", "a TIFF or raw camera picture"}, {0, "MM\x00*", "a TIFF or raw camera picture"},
	{0, "\x00\x00\x01\x00", "an icon"}, {0, "8BPS", "a Photoshop document"}, {0, "\xff\x0a", "a JPEG XL picture"},
	{0, "\x00\x00\x00\x0cJXL ", "a JPEG XL picture"}, {0, "\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"}, {0, "\xff\x4f\xff\x51", "a JPEG 2000 picture"},
	{0, "RIFF", "a sound or video file"}, {0, "ID3", "a sound file"}, {0, "OggS", "a sound or video file"}, {0, "fLaC", "a sound file"},
	{0, "\x1a\x45\xdf\xa3", "a video"}, {4, "ftyp", "a video"}, {0, "FLV", "a video"}, {0, "%!PS", "a PostScript document"},
	{0, "\x7fELF", "a program"}, {0, "MZ", "a program"}, {0, "wOF", "a font"},
}

// sniff says of what format a file is by its first bytes, or what else it looks like.
func sniff(head []byte) (f format, looks string) {
	has := func(at int, sign string) bool {
		return len(head) >= at+len(sign) && string(head[at:at+len(sign)]) == sign
	}
	switch {
	case has(0, "\xff\xd8\xff"):
		return formatJPEG, ""
	case has(0, "\x89PNG\r\n\x1a\n"):
		return formatPNG, ""
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return formatGIF, ""
	case has(0, "RIFF") && has(8, "WEBP"):
		return formatWebP, ""
	case has(4, "ftyp"):
		if f := heifBrand(head); f != "" {
			return f, ""
		}
	}
	for _, s := range signs {
		if has(s.at, s.bytes) {
			return "", s.looks
		}
	}
	if len(head) == 0 {
		return "", "an empty file"
	}
	text := bytes.ToLower(bytes.TrimLeftFunc(bytes.TrimPrefix(head, []byte("\ufeff")), unicode.IsSpace))
	switch {
	case bytes.Contains(text, []byte("<svg")):
		return "", "an SVG drawing"
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")), bytes.Contains(text, []byte("<script")):
		return "", "a web page"
	case bytes.HasPrefix(text, []byte("<")):
		return "", "an XML or HTML document"
	case isText(head):
		return "", "a text"
	}
	return "", "a file that is no picture"
}

func isText(head []byte) bool {
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 && len(head) >= utf8.UTFMax || unicode.IsControl(r) && !unicode.IsSpace(r) {
			return false
		}
		head = head[n:]
	}
	return true
}

// cursor reads a file from its beginning and knows where it is.
type cursor struct {
	r    *bufio.Reader
	file io.ReaderAt
	at   int64
	size int64
	buf  [16]byte
}

func newCursor(r io.ReaderAt, size int64) *cursor {
	return &cursor{r: bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 32<<10), file: r, size: size}
}

// next gives n bytes, at most 16, that are overwritten by the following call; errCut at the end.
func (c *cursor) next(n int) ([]byte, error) {
	if _, err := io.ReadFull(c.r, c.buf[:n]); err != nil {
		return nil, ended(err)
	}
	c.at += int64(n)
	return c.buf[:n], nil
}

// take gives n bytes to keep when they are at most max, else it skips them and gives none.
func (c *cursor) take(n, max int64) ([]byte, error) {
	if n > c.size-c.at {
		return nil, errCut
	}
	if n > max {
		return nil, c.skip(n)
	}
	p := make([]byte, n)
	if _, err := io.ReadFull(c.r, p); err != nil {
		return nil, ended(err)
	}
	c.at += n
	return p, nil
}

// skip leaves out n bytes; what is far away is not read.
func (c *cursor) skip(n int64) error {
	if n > c.size-c.at {
		return errCut
	}
	if n > 256<<10 {
		c.at += n
		c.r.Reset(io.NewSectionReader(c.file, c.at, c.size-c.at))
		return nil
	}
	if _, err := c.r.Discard(int(n)); err != nil {
		return ended(err)
	}
	c.at += n
	return nil
}

func (c *cursor) byte() (byte, error) {
	b, err := c.r.ReadByte()
	if err != nil {
		return 0, ended(err)
	}
	c.at++
	return b, nil
}

func ended(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return errCut
	}
	return fmt.Errorf("media: read file: %w", err)
}
