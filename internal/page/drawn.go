package page

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
)

// File is a file that pages name by an address which changes with its content. It is to be served at Path.
type File struct {
	Path string // "/assets/card-3f9a….png"
	Type string
	Body []byte // not to be changed
}

// drawing is a picture of the theme: drawn here, or a PNG of the operator's theme.
type drawing struct {
	File
	Width, Height int
}

// Files are the pictures other sites show for pages without one of their own and for the publication: card.png and logo.png.
func (r *Renderer) Files() []File { return []File{r.press.card.File, r.press.logo.File} }

// readDrawing takes a PNG of the operator's theme, else draws one.
func readDrawing(own fs.FS, name string, drawn func() image.Image) (drawing, error) {
	var d drawing
	var err error = fs.ErrNotExist
	if own != nil {
		d.Body, err = fs.ReadFile(own, name+".png")
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
