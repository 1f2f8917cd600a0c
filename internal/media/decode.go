package media

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// patient reads until its context ends: a decoder that reads on then stops.
type patient struct {
	ctx context.Context
	r   io.Reader
}

func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}

// decode reads the picture, of one that moves the first frame, as it is stored. The size is compared first: what was
// inspected is what is decoded.
func decode(ctx context.Context, r io.ReaderAt, info Info) (*raster, error) {
	l := info.layout
	open := func() io.Reader { return io.NewSectionReader(r, 0, info.Bytes) }
	var config func(io.Reader) (image.Config, error)
	var picture func(io.Reader) (image.Image, error)
	w, h := l.width, l.height
	switch info.format {
	case formatJPEG:
		config, picture = jpeg.DecodeConfig, jpeg.Decode
	case formatPNG:
		config, picture = png.DecodeConfig, png.Decode
	case formatGIF:
		config, picture = gif.DecodeConfig, gif.Decode
	case formatWebP:
		config, picture = webp.DecodeConfig, webp.Decode
		if l.first.to > 0 {
			var size [6]byte
			if _, err := r.ReadAt(size[:], l.first.from-10); err != nil {
				return nil, whatIsWrong(ended(err))
			}
			w, h = uint24(size[:])+1, uint24(size[3:])+1
			frame, err := firstFrame(r, l.first, w, h)
			if err != nil {
				return nil, whatIsWrong(err)
			}
			open = func() io.Reader { return bytes.NewReader(frame) }
		}
	default:
		return nil, unsupported("a picture of a format that is not decoded here")
	}
	c, err := config(bufio.NewReader(patient{ctx, open()}))
	if err != nil {
		return nil, undecodable(ctx, err)
	}
	if c.Width != w || c.Height != h {
		return nil, damaged(fmt.Errorf("media: a picture of %d × %d that says it is %d × %d", c.Width, c.Height, w, h))
	}
	m, err := picture(bufio.NewReaderSize(patient{ctx, open()}, 64<<10))
	if err != nil {
		return nil, undecodable(ctx, err)
	}
	if b := m.Bounds(); b.Dx() != l.width || b.Dy() != l.height { // a frame that covers a part of its canvas
		whole := image.NewRGBA(image.Rect(0, 0, l.width, l.height))
		draw.Draw(whole, image.Rect(0, 0, b.Dx(), b.Dy()).Add(framePlace(info.format, l, b)), m, b.Min, draw.Src)
		m = whole
	}
	out := planesOf(m)
	out.icc = profile(info.icc, m)
	return out, nil
}

func framePlace(f format, l layout, b image.Rectangle) image.Point {
	if f == formatGIF {
		return b.Min
	}
	return image.Pt(l.frameX, l.frameY)
}

func undecodable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var rare jpeg.UnsupportedError
	var rarePNG png.UnsupportedError
	if errors.As(err, &rare) || errors.As(err, &rarePNG) {
		return unsupported("a picture of a rare kind (" + err.Error() + ")")
	}
	return whatIsWrong(err)
}

// planesOf takes a decoded picture apart, without a copy where its pixels lie as they are needed.
func planesOf(m image.Image) *raster {
	b := m.Bounds()
	w, h := b.Dx(), b.Dy()
	switch m := m.(type) {
	case *image.Gray:
		return &raster{form: grey, w: w, h: h, planes: []plane{{m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, 1, w, h, 1, 1}}}
	case *image.Gray16:
		return &raster{form: grey, w: w, h: h, planes: []plane{{m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, 2, w, h, 1, 1}}}
	case *image.YCbCr:
		hs, vs := subsampling(m.SubsampleRatio)
		cw, ch := (w+hs-1)/hs, (h+vs-1)/vs
		return &raster{form: ycc, w: w, h: h, planes: []plane{
			{m.Y[m.YOffset(b.Min.X, b.Min.Y):], m.YStride, 1, w, h, 1, 1},
			{m.Cb[m.COffset(b.Min.X, b.Min.Y):], m.CStride, 1, cw, ch, hs, vs},
			{m.Cr[m.COffset(b.Min.X, b.Min.Y):], m.CStride, 1, cw, ch, hs, vs}}}
	case *image.RGBA:
		return interleaved(m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, 4, w, h, !m.Opaque())
	case *image.RGBA64:
		return interleaved(m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, 8, w, h, !m.Opaque())
	case *image.NRGBA:
		r := interleaved(m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, 4, w, h, !m.Opaque())
		r.premultiply()
		return r
	case *image.NRGBA64:
		r := interleaved(m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, 8, w, h, !m.Opaque())
		r.premultiply()
		return r
	case *image.CMYK:
		for y := range h {
			row := m.Pix[m.PixOffset(b.Min.X, b.Min.Y+y):][:4*w]
			for i := 0; i < len(row); i += 4 {
				row[i], row[i+1], row[i+2] = color.CMYKToRGB(row[i], row[i+1], row[i+2], row[i+3])
				row[i+3] = 255
			}
		}
		return interleaved(m.Pix[m.PixOffset(b.Min.X, b.Min.Y):], m.Stride, 4, w, h, false)
	}
	whole := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(whole, whole.Rect, m, b.Min, draw.Src)
	return interleaved(whole.Pix, whole.Stride, 4, w, h, !whole.Opaque())
}

func interleaved(pix []byte, stride, step, w, h int, clear bool) *raster {
	return &raster{form: rgba, w: w, h: h, planes: rgbaPlanes(pix, stride, step, w, h), clear: clear}
}

// premultiply weighs the colours by their opacity, in place.
func (r *raster) premultiply() {
	if !r.clear {
		return
	}
	p := r.planes[0]
	part := p.step / 4
	for y := range p.h {
		row := p.pix[y*p.stride:]
		for i := 0; i < p.w*p.step; i += p.step {
			a := uint32(row[i+3*part])
			if a == 255 {
				continue
			}
			a *= 0x8081 // division by 255 is multiplication by 0x8081 and a shift
			row[i] = byte(uint64(row[i]) * uint64(a) >> 23)
			row[i+part] = byte(uint64(row[i+part]) * uint64(a) >> 23)
			row[i+2*part] = byte(uint64(row[i+2*part]) * uint64(a) >> 23)
		}
	}
}

func subsampling(r image.YCbCrSubsampleRatio) (h, v int) {
	switch r {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// profile gives the colour profile that renditions of m must carry for their colours to be right: one that fits its
// samples, is well-formed at its head (ICC.1:2010, 7.2) and is not sRGB, which is what readers assume.
func profile(icc []byte, m image.Image) []byte {
	if len(icc) < 132 || len(icc) > maxICC || int(binary.BigEndian.Uint32(icc)) != len(icc) || string(icc[36:40]) != "acsp" || bytes.Contains(icc, []byte("sRGB")) ||
		bytes.Contains(icc, []byte("s\x00R\x00G\x00B")) {
		return nil
	}
	space := "RGB "
	switch m.(type) {
	case *image.Gray, *image.Gray16:
		space = "GRAY"
	case *image.CMYK:
		return nil
	}
	if string(icc[16:20]) != space {
		return nil
	}
	return icc
}

// flat reports whether a picture is made of few colours, by looking at up to 40,000 of its points.
func (r *raster) flat() bool {
	seen := map[uint32]bool{}
	stepX, stepY := max(1, r.w/200), max(1, r.h/200)
	for y := 0; y < r.h; y += stepY {
		for x := 0; x < r.w; x += stepX {
			var c uint32
			for _, p := range r.planes {
				c = c<<8 | uint32(p.pix[y/p.vs*p.stride+x/p.hs*p.step])
			}
			if seen[c] = true; len(seen) > 256 {
				return false
			}
		}
	}
	return true
}
