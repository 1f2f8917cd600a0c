package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// walkWebP goes from chunk to chunk (RFC 9649). Of a picture that moves it notes where the first frame lies.
func walkWebP(c *cursor) (l layout, err error) {
	head, err := c.next(12)
	if err != nil {
		return l, err
	}
	end := int64(binary.LittleEndian.Uint32(head[4:])) + 8
	if end > c.size {
		return l, errCut
	}
	var canvas, alpha, still bool
	for n := 0; c.at+8 <= end; n++ {
		if n > maxSegments {
			return l, fmt.Errorf("%w: more than %d chunks", errDamaged, maxSegments)
		}
		head, err := c.next(8)
		if err != nil {
			return l, err
		}
		name, size := string(head[:4]), int64(binary.LittleEndian.Uint32(head[4:]))
		padded := size + size&1
		if size > end-c.at {
			return l, errCut
		}
		from := c.at
		switch name {
		case "VP8X":
			data, err := c.take(size, 10)
			if err != nil || len(data) != 10 || n > 0 {
				return l, errDamaged
			}
			canvas, alpha = true, data[0]&0x10 != 0
			l.width, l.height = uint24(data[4:])+1, uint24(data[7:])+1
		case "VP8 ", "VP8L":
			if still || l.frames > 0 {
				return l, errDamaged
			}
			data, err := c.take(min(size, 10), 10)
			if err != nil {
				return l, err
			}
			w, h, ok := webpSize(name, data)
			if !ok || canvas && (w != l.width || h != l.height) {
				return l, errDamaged
			}
			still, l.width, l.height = true, w, h
			l.memory = webpMemory(name, alpha, w, h)
		case "ANMF":
			if still || !canvas {
				return l, errDamaged
			}
			if l.frames++; l.frames == 1 {
				data, err := c.take(min(size, 16), 16)
				if err != nil || len(data) < 16 {
					return l, errDamaged
				}
				l.frameX, l.frameY = 2*uint24(data), 2*uint24(data[3:])
				w, h := uint24(data[6:])+1, uint24(data[9:])+1
				if l.frameX+w > l.width || l.frameY+h > l.height {
					return l, errDamaged
				}
				l.first = section{from + 16, from + size}
				l.memory = webpMemory("VP8L", true, w, h) + 4*int64(l.width)*int64(l.height)
			}
		case "EXIF":
			l.blocks.exif, err = c.take(size, maxEXIF)
		case "XMP ":
			l.blocks.xmp, err = c.take(size, maxXMP)
		case "ICCP":
			l.blocks.icc, err = c.take(size, maxICC)
		}
		if err != nil {
			return l, err
		}
		if err := c.skip(min(from+padded, c.size) - c.at); err != nil {
			return l, err
		}
	}
	if !still && l.frames == 0 {
		return l, errCut
	}
	l.frames = max(1, l.frames)
	return l, nil
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// webpSize reads the size out of the first bytes of a bitstream.
func webpSize(name string, b []byte) (w, h int, ok bool) {
	if name == "VP8L" {
		if len(b) < 5 || b[0] != 0x2f {
			return 0, 0, false
		}
		bits := binary.LittleEndian.Uint32(b[1:])
		return int(bits&0x3fff) + 1, int(bits>>14&0x3fff) + 1, true
	}
	if len(b) < 10 || string(b[3:6]) != "\x9d\x01\x2a" {
		return 0, 0, false
	}
	return int(binary.LittleEndian.Uint16(b[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(b[8:]) & 0x3fff), true
}

// webpMemory says what golang.org/x/image/webp allocates at most, in bytes, with what making it ready takes.
func webpMemory(name string, alpha bool, w, h int) int64 {
	perPixel := int64(2)
	switch {
	case name == "VP8L":
		perPixel = 9
	case alpha:
		perPixel = 12
	}
	return perPixel * int64(w+15) * int64(h+15)
}

// firstFrame gives the first frame of a WebP that moves as a still WebP of its own.
func firstFrame(r io.ReaderAt, s section, w, h int) ([]byte, error) {
	body := make([]byte, s.to-s.from)
	if _, err := r.ReadAt(body, s.from); err != nil {
		return nil, ended(err)
	}
	var parts []byte
	alpha := false
	for len(body) >= 8 {
		name, size := string(body[:4]), int64(binary.LittleEndian.Uint32(body[4:]))
		if size > int64(len(body)-8) {
			return nil, errCut
		}
		next := min(int64(len(body)), 8+size+size&1)
		if name == "ALPH" || name == "VP8 " || name == "VP8L" {
			alpha = alpha || name == "ALPH"
			parts = append(parts, body[:8+size]...)
			if size&1 == 1 {
				parts = append(parts, 0)
			}
		}
		body = body[next:]
	}
	var b bytes.Buffer
	head := make([]byte, 30)
	copy(head, "RIFF")
	copy(head[8:], "WEBPVP8X")
	head[16] = 10
	if alpha {
		head[20] = 0x10
	}
	put24 := func(at, v int) { head[at], head[at+1], head[at+2] = byte(v), byte(v>>8), byte(v>>16) }
	put24(24, w-1)
	put24(27, h-1)
	binary.LittleEndian.PutUint32(head[4:], uint32(22+len(parts)))
	b.Write(head)
	b.Write(parts)
	return b.Bytes(), nil
}
