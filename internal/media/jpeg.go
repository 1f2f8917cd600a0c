package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// What a JPEG may have at most: more makes work for nothing, and no encoder writes it.
const (
	maxSegments = 100_000
	maxScans    = 32
)

const (
	headEXIF      = "Exif\x00\x00"
	headXMP       = "http://ns.adobe.com/xap/1.0/\x00"
	headPhotoshop = "Photoshop 3.0\x00"
	headICC       = "ICC_PROFILE\x00"
	headAdobe     = "Adobe"
)

// walkJPEG goes from marker to marker through all scans to the end of the image (ITU-T T.81 annex B).
func walkJPEG(c *cursor) (l layout, err error) {
	if _, err := c.next(2); err != nil {
		return l, err
	}
	l.frames = 1
	var frame []byte
	adobe, progressive, scans := -1, false, 0
	marker, err := nextMarker(c, false)
	for n := 0; err == nil; n++ {
		switch {
		case marker == 0xd9: // end of image
			if scans == 0 {
				return l, errDamaged
			}
			l.memory, err = jpegMemory(frame, adobe, progressive)
			return l, err
		case marker >= 0xd0 && marker <= 0xd8 || marker == 0x01: // markers without a segment
			marker, err = nextMarker(c, false)
			continue
		case n > maxSegments:
			return l, fmt.Errorf("%w: more than %d segments", errDamaged, maxSegments)
		}
		var size []byte
		if size, err = c.next(2); err != nil {
			return l, err
		}
		left := int64(binary.BigEndian.Uint16(size)) - 2
		if left < 0 {
			return l, errDamaged
		}
		switch {
		case marker >= 0xe0 && marker <= 0xef:
			var data []byte
			if data, err = c.take(left, 1<<16); err == nil {
				l.blocks.keep(marker, data)
				if marker == 0xee && len(data) >= 12 && bytes.HasPrefix(data, []byte(headAdobe)) {
					adobe = int(data[11])
				}
			}
		case marker == 0xc4 || marker == 0xc8 || marker == 0xcc || marker < 0xc0 || marker > 0xcf:
			if marker == 0xda {
				if scans++; scans > maxScans {
					return l, fmt.Errorf("%w: more than %d scans", errDamaged, maxScans)
				}
			}
			err = c.skip(left)
		default: // a start of frame
			if marker > 0xc2 {
				return l, unsupported("a JPEG of a rare kind (lossless or arithmetic)")
			}
			if frame != nil || left < 6 {
				return l, errDamaged
			}
			progressive = marker == 0xc2
			if frame, err = c.take(left, 1<<16); err == nil {
				l.height, l.width = int(binary.BigEndian.Uint16(frame[1:])), int(binary.BigEndian.Uint16(frame[3:]))
			}
		}
		if err != nil {
			return l, err
		}
		marker, err = nextMarker(c, marker == 0xda)
	}
	return l, err
}

// nextMarker finds the next marker; within a scan that is the next one that is no escaped byte and no restart.
func nextMarker(c *cursor, scan bool) (byte, error) {
	for {
		b, err := c.byte()
		if err != nil {
			return 0, err
		}
		if b != 0xff { // stray bytes between segments are passed over, as every decoder does
			continue
		}
		for b == 0xff {
			if b, err = c.byte(); err != nil {
				return 0, err
			}
		}
		if b != 0 && !(scan && b >= 0xd0 && b <= 0xd7) {
			return b, nil
		}
	}
}

// keep takes over the metadata of an application segment.
func (b *blocks) keep(marker byte, data []byte) {
	rest := func(head string) ([]byte, bool) { return bytes.CutPrefix(data, []byte(head)) }
	switch marker {
	case 0xe1:
		if tiff, ok := rest(headEXIF); ok && b.exif == nil {
			b.exif = tiff
		} else if b.xmp == nil {
			// An agency writes "XMP" over the beginning of the head; what follows is as it should be.
			if at := bytes.Index(data[:min(len(data), len(headXMP))], []byte(headXMP[4:])); at >= 0 {
				b.xmp = data[at+len(headXMP)-4:]
			}
		}
	case 0xe2:
		if profile, ok := rest(headICC); ok && len(profile) > 2 && profile[0] == 1 && profile[1] == 1 && len(profile) <= maxICC {
			b.icc = profile[2:]
		}
	case 0xed:
		if part, ok := rest(headPhotoshop); ok && len(b.irb)+len(part) <= maxIRB {
			b.irb = append(b.irb, part...)
		}
	}
}

// jpegMemory says what image/jpeg allocates for a frame, in bytes: its samples, four bytes more for each sample of a
// progressive one, and the pixels of another colour model.
func jpegMemory(frame []byte, adobe int, progressive bool) (int64, error) {
	if len(frame) < 6 {
		return 0, errDamaged
	}
	height, width, parts := int64(binary.BigEndian.Uint16(frame[1:])), int64(binary.BigEndian.Uint16(frame[3:])), int(frame[5])
	if frame[0] != 8 {
		return 0, unsupported("a JPEG of a rare kind (more than 8 bits a colour)")
	}
	if parts != 1 && parts != 3 && parts != 4 || len(frame) != 6+3*parts {
		return 0, errDamaged
	}
	var h, v, area int64 = 1, 1, 0
	for i := range parts {
		hi, vi := int64(frame[7+3*i]>>4), int64(frame[7+3*i]&15)
		if hi < 1 || hi > 4 || vi < 1 || vi > 4 {
			return 0, errDamaged
		}
		h, v = max(h, hi), max(v, vi)
		area += hi * vi
	}
	if parts == 1 {
		h, v, area = 1, 1, 1
	}
	across, down := (width+8*h-1)/(8*h), (height+8*v-1)/(8*v)
	samples := across * down * 64 * area
	memory := samples
	if progressive {
		memory += 4 * samples
	}
	if parts == 4 || parts == 3 && adobe == 0 || parts == 3 && frame[6] == 'R' && frame[9] == 'G' {
		memory += 4 * width * height
	}
	return memory, nil
}
