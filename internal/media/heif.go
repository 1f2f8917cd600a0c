package media

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/bep/imagemeta"
)

// heifBrand says by the brands of its first box whether a file is HEIC or AVIF (ISO/IEC 23008-12, AV1 Image File Format).
func heifBrand(head []byte) format {
	if len(head) < 16 {
		return ""
	}
	size := min(int(binary.BigEndian.Uint32(head)), len(head))
	var brands []string
	for at := 8; at+4 <= size; at += 4 {
		if at != 12 { // the minor version
			brands = append(brands, string(head[at:at+4]))
		}
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(brands, func(b string) bool { return slices.Contains(names, b) })
	}
	switch {
	case has("avif", "avis"):
		return formatAVIF
	case has("heic", "heix", "heim", "heis", "hevc", "hevx"):
		return formatHEIC
	case len(brands) > 0 && (brands[0] == "mif1" || brands[0] == "msf1"):
		return formatHEIC
	}
	return ""
}

// inspectHEIF reads size and metadata of a HEIC or AVIF file. The rotation is part of how the file is decoded, so the
// orientation in its EXIF block does not count.
func inspectHEIF(r io.ReaderAt, size int64, f format, limits Limits) (Info, error) {
	if err := heifWhole(r, size); err != nil {
		return Info{}, whatIsWrong(err)
	}
	var b blocks
	var tags exifTags
	config, err := tags.read(imagemeta.Options{R: io.NewSectionReader(r, 0, size), ImageFormat: imagemeta.HEIF,
		Sources: imagemeta.EXIF | imagemeta.XMP | imagemeta.CONFIG,
		HandleXMP: func(r io.Reader) error {
			packet, err := io.ReadAll(io.LimitReader(r, maxXMP+1))
			if len(packet) <= maxXMP && b.xmp == nil {
				b.xmp = packet
			}
			if err == nil {
				_, err = io.Copy(io.Discard, r)
			}
			return err
		}})
	if config.Width <= 0 || config.Height <= 0 {
		return Info{}, whatIsWrong(errors.Join(errDamaged, err))
	}
	m, _ := b.metadata()
	m.fill(tags.metadata())
	info := Info{ContentType: string(f), Ending: endings[f], Bytes: size, Width: config.Width, Height: config.Height, Orientation: 1,
		Frames: 1, Metadata: m, format: f}
	info.layout = layout{width: config.Width, height: config.Height, frames: 1}
	return info, limits.check(info.layout)
}

// heifWhole goes over the boxes of a file and says whether one ends after it, or the one with the picture is missing.
func heifWhole(r io.ReaderAt, size int64) error {
	var head [16]byte
	picture := false
	for at, n := int64(0), 0; at < size; n++ {
		if n > 1000 {
			return errDamaged
		}
		if size-at < 8 {
			return errCut
		}
		if _, err := r.ReadAt(head[:min(16, size-at)], at); err != nil && err != io.EOF {
			return ended(err)
		}
		length := int64(binary.BigEndian.Uint32(head[:]))
		picture = picture || string(head[4:8]) == "mdat"
		switch {
		case length == 0:
			length = size - at
		case length == 1 && size-at >= 16:
			large := binary.BigEndian.Uint64(head[8:])
			if large < 16 || large > 1<<62 {
				return errDamaged
			}
			length = int64(large)
		case length < 8:
			return errDamaged
		}
		if length > size-at {
			return errCut
		}
		at += length
	}
	if !picture {
		return errCut
	}
	return nil
}
