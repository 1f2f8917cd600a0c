package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// form makes a multipart body of a file and fields. The file "drawn" is a small picture made here.
func form(ts *testscript.TestScript, file string, fields []string) (io.Reader, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", "upload")
	ts.Check(err)
	if file == "drawn" {
		img := image.NewNRGBA(image.Rect(0, 0, 900, 600))
		for i := range img.Pix {
			img.Pix[i] = byte(i / 900)
		}
		img.Set(0, 0, color.Black)
		ts.Check(png.Encode(part, img))
	} else {
		data, err := os.ReadFile(ts.MkAbs(file))
		ts.Check(err)
		_, err = part.Write(data)
		ts.Check(err)
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		ts.Check(w.WriteField(name, value))
	}
	ts.Check(w.Close())
	return &b, w.FormDataContentType()
}
