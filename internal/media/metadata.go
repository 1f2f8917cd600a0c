package media

import (
	"bytes"
	"crypto/md5"
	"strconv"
	"strings"
	"time"
)

// Metadata is what a file says about itself, with the field names and the precedence of the IPTC Photo Metadata Standard
// and the MWG guidelines: XMP, then IIM, then EXIF; IIM comes first when its digest shows that it was
// edited after the XMP was written. A field that the file does not have is empty.
type Metadata struct {
	Creator, Credit, Source, Copyright string
	Headline, Caption, Alt             string
	City, Country                      string
	UsageTerms, WebStatement           string
	LicensorURL, DigitalSourceType     string
	TakenAt                            time.Time
	TakenUnit                          Unit
}

// blocks are the raw pieces of a file in which metadata lies, each within its own limit.
type blocks struct {
	exif []byte // a TIFF stream, at most maxEXIF
	irb  []byte // Photoshop image resources, at most maxIRB
	xmp  []byte // an XMP packet, at most maxXMP
	icc  []byte // a colour profile, at most maxICC
}

const (
	maxEXIF = 256 << 10
	maxIRB  = 512 << 10
	maxXMP  = 1 << 20
	maxICC  = 4 << 10
)

// metadata reads all blocks; what cannot be read is as if it were not there. Orientation is 1 to 8 as in EXIF.
func (b *blocks) metadata() (m Metadata, orientation int) {
	exif, orientation := readEXIF(b.exif)
	record, digest := readIRB(b.irb)
	iim := readIIM(record)
	xmp := readXMP(b.xmp)
	order := []Metadata{xmp, iim, exif}
	if sum := md5.Sum(record); len(record) > 0 && len(digest) == md5.Size && !bytes.Equal(digest, sum[:]) && !bytes.Equal(digest, make([]byte, md5.Size)) {
		order = []Metadata{iim, xmp, exif}
	}
	for _, next := range order {
		m.fill(next)
	}
	return m, orientation
}

// fill takes over what m does not have.
func (m *Metadata) fill(from Metadata) {
	to, have := m.words(), from.words()
	for i := range to {
		if *to[i] == "" {
			*to[i] = *have[i]
		}
	}
	if m.TakenAt.IsZero() {
		m.TakenAt, m.TakenUnit = from.TakenAt, from.TakenUnit
	}
}

func (m *Metadata) words() []*string {
	return []*string{&m.Creator, &m.Credit, &m.Source, &m.Copyright, &m.Headline, &m.Caption, &m.Alt, &m.City, &m.Country,
		&m.UsageTerms, &m.WebStatement, &m.LicensorURL, &m.DigitalSourceType}
}

// kind guesses from the digital source type; a file that has none is a photo.
func (m Metadata) kind() Kind {
	switch m.DigitalSourceType[strings.LastIndexByte(m.DigitalSourceType, '/')+1:] {
	case "digitalArt", "digitalCreation", "softwareImage", "trainedAlgorithmicMedia", "algorithmicMedia", "compositeSynthetic", "compositeWithTrainedAlgorithmicMedia", "print":
		return Illustration
	case "dataDrivenMedia", "screenCapture", "virtualRecording":
		return Graphic
	}
	return Photo
}

// readDate reads a date as XMP ("2015", "2015-01-22T10:00+02:00"), EXIF ("2015:01:22 10:00:00") or IIM ("20150122",
// with "00" for what is not known) write it, with as much time as follows; a time without a zone is taken as UTC. The
// unit says how much of it was there.
func readDate(s string) (t time.Time, unit Unit, ok bool) {
	s = strings.TrimSpace(s)
	if len(s) > 40 {
		return time.Time{}, "", false
	}
	date, clock, _ := strings.Cut(s, "T")
	if i := strings.IndexByte(date, ' '); i >= 0 {
		date, clock = date[:i], strings.TrimSpace(date[i:])
	}
	date, clock = strings.ReplaceAll(date, ":", "-"), strings.ReplaceAll(clock, " ", "")
	if len(date) == 8 && !strings.Contains(date, "-") {
		date = date[:4] + "-" + date[4:6] + "-" + date[6:]
	}
	var n [3]int
	parts := strings.Split(date, "-")
	if len(parts) > 3 || len(parts[0]) != 4 {
		return time.Time{}, "", false
	}
	for i, part := range parts {
		v, err := strconv.ParseUint(part, 10, 16)
		if err != nil || i > 0 && len(part) != 2 {
			return time.Time{}, "", false
		}
		n[i] = int(v)
	}
	switch {
	case n[0] == 0:
		return time.Time{}, "", false
	case n[1] == 0:
		return time.Date(n[0], 1, 1, 0, 0, 0, 0, time.UTC), Year, true
	case n[1] > 12:
		return time.Time{}, "", false
	case n[2] == 0:
		return time.Date(n[0], time.Month(n[1]), 1, 0, 0, 0, 0, time.UTC), Month, true
	}
	day := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if day.Day() != n[2] {
		return time.Time{}, "", false
	}
	if clock == "" {
		return day, Day, true
	}
	for _, layout := range []string{"15:04:05Z07:00", "15:04:05", "15:04Z07:00", "15:04", "150405Z0700", "150405"} {
		if c, err := time.Parse("2006-01-02T"+layout, day.Format("2006-01-02T")+clock); err == nil {
			return c.UTC().Truncate(time.Microsecond), Moment, true
		}
	}
	return day, Day, true
}
