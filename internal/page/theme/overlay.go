package theme

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"slices"
)

// Overlay reads a file of the operator's theme (Upper, which may be nil), else that of the default theme.
type Overlay struct{ Upper fs.FS }

// Names lists the files that fit a pattern, sorted.
func (o Overlay) Names(pattern string) ([]string, error) {
	seen, err := fs.Glob(Default(), pattern)
	if err == nil && o.Upper != nil {
		var more []string
		more, err = fs.Glob(o.Upper, pattern)
		seen = append(seen, more...)
	}
	slices.Sort(seen)
	return slices.Compact(seen), err
}

// Read gives a file.
func (o Overlay) Read(name string) ([]byte, error) {
	if o.Upper != nil {
		b, err := fs.ReadFile(o.Upper, name)
		if !errors.Is(err, fs.ErrNotExist) {
			return b, err
		}
	}
	return fs.ReadFile(Default(), name)
}

// File is a file that pages name by an address which changes with its content. It is to be served at Path.
type File struct {
	Path string // "/assets/card-3f9a….png"
	Type string
	Body []byte // not to be changed
}

// Drawing is a picture of the theme: drawn here, or a PNG of the operator's theme.
type Drawing struct {
	File
	Width, Height int
}

// Drawing takes the PNG of that name of the operator's theme, else draws one.
func (o Overlay) Drawing(name string, drawn func() image.Image) (Drawing, error) {
	var d Drawing
	var err error = fs.ErrNotExist
	if o.Upper != nil {
		d.Body, err = fs.ReadFile(o.Upper, name+".png")
	}
	if errors.Is(err, fs.ErrNotExist) {
		var b bytes.Buffer
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, drawn())
		d.Body = b.Bytes()
	}
	if err != nil {
		return d, fmt.Errorf("theme: %s.png: %w", name, err)
	}
	c, err := png.DecodeConfig(bytes.NewReader(d.Body))
	if err != nil {
		return d, fmt.Errorf("theme: %s.png: %w", name, err)
	}
	sum := sha256.Sum256(d.Body)
	d.Path, d.Type = "/assets/"+name+"-"+hex.EncodeToString(sum[:6])+".png", "image/png"
	d.Width, d.Height = c.Width, c.Height
	return d, nil
}
