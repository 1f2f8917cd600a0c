package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"io"
)

const headPNGXMP = "XML:com.adobe.xmp\x00"

// walkPNG goes from chunk to chunk to the end (PNG, third edition, section 5).
func walkPNG(c *cursor) (l layout, err error) {
	if _, err := c.next(8); err != nil {
		return l, err
	}
	l.frames = 1
	var header []byte
	keyed := false
	for n := 0; ; n++ {
		if n > maxSegments {
			return l, fmt.Errorf("%w: more than %d chunks", errDamaged, maxSegments)
		}
		head, err := c.next(8)
		if err != nil {
			return l, err
		}
		size, name := int64(binary.BigEndian.Uint32(head)), string(head[4:8])
		if size > 1<<31-1 || (n == 0) != (name == "IHDR") {
			return l, errDamaged
		}
		var data []byte
		switch name {
		case "IHDR":
			data, err = c.take(size, 13)
			header = data
		case "eXIf":
			data, err = c.take(size, maxEXIF)
			l.blocks.exif = data
		case "iTXt":
			if data, err = c.take(size, maxXMP); l.blocks.xmp == nil {
				l.blocks.xmp = pngXMP(data)
			}
		case "iCCP":
			data, err = c.take(size, 64<<10)
			if _, packed, ok := bytes.Cut(data, []byte{0}); ok && len(packed) > 1 && packed[0] == 0 {
				l.blocks.icc = inflate(packed[1:], maxICC)
			}
		case "acTL":
			if data, err = c.take(size, 8); len(data) == 8 {
				l.frames = max(1, int(min(binary.BigEndian.Uint32(data), 1<<20)))
			}
		default:
			keyed = keyed || name == "tRNS"
			err = c.skip(size)
		}
		if err != nil {
			return l, err
		}
		if err := c.skip(4); err != nil { // the checksum, which decoding compares
			return l, err
		}
		if name == "IEND" {
			break
		}
	}
	if len(header) != 13 {
		return l, errDamaged
	}
	width, height := binary.BigEndian.Uint32(header), binary.BigEndian.Uint32(header[4:])
	if width > 1<<31-1 || height > 1<<31-1 {
		return l, errDamaged
	}
	l.width, l.height = int(width), int(height)
	l.memory, l.graphic, err = pngMemory(header, keyed)
	return l, err
}

// pngMemory says what image/png allocates, in bytes, with what a picture of a palette takes when it is made ready and what
// one in colour takes when it is taken down; graphic tells that the file holds a palette.
func pngMemory(header []byte, keyed bool) (memory int64, graphic bool, err error) {
	depth, colour, interlaced := header[8], header[9], header[12] == 1
	perPixel := int64(1)
	switch {
	case colour == 0 && depth <= 8 && !keyed:
	case colour == 0 && depth == 16 && !keyed:
		perPixel = 2
	case colour == 3 && depth <= 8:
		perPixel, graphic = 6, true
	case (colour == 0 || colour == 2 || colour == 4 || colour == 6) && depth <= 8:
		perPixel = 5
	case (colour == 0 || colour == 2 || colour == 4 || colour == 6) && depth == 16:
		perPixel = 9
	default:
		return 0, false, errDamaged
	}
	memory = perPixel * int64(binary.BigEndian.Uint32(header)) * int64(binary.BigEndian.Uint32(header[4:]))
	if interlaced {
		memory *= 2
	}
	return memory, graphic, nil
}

// pngXMP gives the packet of an international text chunk that holds one (XMP Specification part 3, section 1.1.5).
func pngXMP(data []byte) []byte {
	rest, ok := bytes.CutPrefix(data, []byte(headPNGXMP))
	if !ok || len(rest) < 4 {
		return nil
	}
	packed := rest[0] == 1
	rest = rest[2:]
	for range 2 { // language and translated keyword
		if _, rest, ok = bytes.Cut(rest, []byte{0}); !ok {
			return nil
		}
	}
	if packed {
		return inflate(rest, maxXMP)
	}
	return rest
}

// inflate unpacks what is at most max bytes long; nothing when it is longer or damaged.
func inflate(packed []byte, max int64) []byte {
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil
	}
	out, err := io.ReadAll(io.LimitReader(z, max+1))
	if err != nil || int64(len(out)) > max {
		return nil
	}
	return out
}
