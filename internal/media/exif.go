package media

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bep/imagemeta"
)

// readEXIF reads the few fields of an EXIF block that a picture desk needs. Orientation is 1 when the block does not say.
func readEXIF(block []byte) (m Metadata, orientation int) {
	block = bytes.TrimPrefix(block, []byte("Exif\x00\x00"))
	if len(block) < 8 || len(block) > maxEXIF {
		return Metadata{}, 1
	}
	var tags exifTags
	tags.read(imagemeta.Options{R: bytes.NewReader(block), ImageFormat: imagemeta.TIFF, Sources: imagemeta.EXIF})
	return tags.metadata(), tags.orientation()
}

// exifTags are the fields as imagemeta gives them.
type exifTags map[string]any

var exifWanted = map[string]string{"Orientation": "IFD0", "ImageDescription": "IFD0", "Artist": "IFD0", "Copyright": "IFD0",
	"DateTimeOriginal": "IFD0/ExifIFDP", "OffsetTimeOriginal": "IFD0/ExifIFDP"}

// read runs imagemeta within bounds. Its own time limit is not used, for it leaves a goroutine behind that goes on reading;
// instead the number of tags, their size and what may be read are bounded. What was read before a fault is kept.
func (t *exifTags) read(o imagemeta.Options) (config imagemeta.ImageConfig, err error) {
	*t = exifTags{}
	o.R = &rationed{r: o.R, bytes: 16 << 20, calls: 200_000}
	o.LimitNumTags, o.LimitTagSize = 2_000, 8_000
	o.ShouldHandleTag = func(tag imagemeta.TagInfo) bool { return exifWanted[tag.Tag] == tag.Namespace }
	o.HandleTag = func(tag imagemeta.TagInfo) error {
		if _, seen := (*t)[tag.Tag]; !seen {
			(*t)[tag.Tag] = tag.Value
		}
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("media: a panic while metadata was read")
		}
	}()
	result, err := imagemeta.Decode(o)
	return result.ImageConfig, err
}

func (t exifTags) text(name string) string {
	s, _ := t[name].(string)
	if !utf8.ValidString(s) {
		s = latin(s)
	}
	return strings.TrimSpace(strings.TrimRight(s, "\x00"))
}

func (t exifTags) metadata() Metadata {
	m := Metadata{Creator: t.text("Artist"), Copyright: t.text("Copyright"), Caption: t.text("ImageDescription")}
	if cameraWords[strings.ToLower(m.Caption)] {
		m.Caption = ""
	}
	if when := t.text("DateTimeOriginal"); when != "" {
		m.TakenAt, m.TakenUnit, _ = readDate(when + t.text("OffsetTimeOriginal"))
		if m.TakenAt.IsZero() || m.TakenUnit != Moment {
			m.TakenAt, m.TakenUnit, _ = readDate(when)
		}
	}
	return m
}

// cameraWords are what cameras write into every picture instead of a description.
var cameraWords = map[string]bool{"olympus digital camera": true, "sony dsc": true, "digital camera": true, "default": true,
	"minolta digital camera": true, "konica minolta digital camera": true, "samsung": true, "kodak digital still camera": true}

func (t exifTags) orientation() int {
	n := 0
	switch v := t["Orientation"].(type) {
	case uint16:
		n = int(v)
	case uint32:
		n = int(v)
	case uint8:
		n = int(v)
	case int:
		n = v
	}
	if n < 1 || n > 8 {
		return 1
	}
	return n
}

// rationed stops a reader that was led in circles.
type rationed struct {
	r     io.ReadSeeker
	bytes int64
	calls int
}

var errRation = errors.New("media: too much was read for metadata")

func (r *rationed) Read(p []byte) (int, error) {
	if r.calls--; r.calls < 0 || r.bytes < 0 {
		return 0, errRation
	}
	n, err := r.r.Read(p)
	r.bytes -= int64(n)
	return n, err
}

func (r *rationed) Seek(offset int64, whence int) (int64, error) {
	if r.calls--; r.calls < 0 {
		return 0, errRation
	}
	return r.r.Seek(offset, whence)
}
