package media

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readIRB finds in a block of Photoshop image resources the IIM record (resource 0x0404) and its digest (0x0425), the MD5
// of the record as it was when the XMP was last written. Both are empty when they are not there.
func readIRB(b []byte) (record, digest []byte) {
	for len(b) >= 12 && string(b[:4]) == "8BIM" {
		id := binary.BigEndian.Uint16(b[4:])
		at := 6 + (int(b[6])+2)&^1 // the name is a Pascal string, padded to even
		if at+4 > len(b) {
			return record, digest
		}
		size := int(binary.BigEndian.Uint32(b[at:]))
		at += 4
		if size < 0 || size > len(b)-at {
			return record, digest
		}
		switch data := b[at : at+size]; id {
		case 0x0404:
			record = data
		case 0x0425:
			digest = data
		}
		b = b[min(len(b), at+size+size&1):]
	}
	return record, digest
}

// readIIM reads record 2 of the IPTC Information Interchange Model, version 4.2. Text is UTF-8 when 1:90 says so, else
// Latin-1, of which the Windows variant is read: it differs only where Latin-1 has control characters.
func readIIM(b []byte) (m Metadata) {
	unicode := false
	var creators []string
	var date, clock string
	single := map[byte]*string{80: nil, 110: &m.Credit, 115: &m.Source, 116: &m.Copyright, 105: &m.Headline, 120: &m.Caption,
		90: &m.City, 101: &m.Country, 55: &date, 60: &clock}
	for sets := 0; len(b) >= 5 && b[0] == 0x1c && sets < 2_000; sets++ {
		record, set := b[1], b[2]
		size, at := int(binary.BigEndian.Uint16(b[3:])), 5
		if size&0x8000 != 0 { // an extended data set: the length has a length
			n := size & 0x7fff
			if n > 4 || len(b) < 5+n {
				break
			}
			size, at = 0, 5+n
			for _, c := range b[5:at] {
				size = size<<8 | int(c)
			}
		}
		if size < 0 || size > len(b)-at {
			break
		}
		data := b[at : at+size]
		b = b[at+size:]
		if record == 1 && set == 90 {
			unicode = string(data) == "\x1b%G"
		}
		to, known := single[set]
		if record != 2 || !known {
			continue
		}
		text := iimText(data, unicode)
		switch {
		case set == 80:
			if text != "" && len(creators) < 20 {
				creators = append(creators, text)
			}
		case *to == "":
			*to = text
		}
	}
	m.Creator = strings.Join(creators, ", ")
	if date != "" {
		if clock != "" {
			date += "T" + clock
		}
		m.TakenAt, m.TakenUnit, _ = readDate(date)
	}
	return m
}

func iimText(data []byte, unicode bool) string {
	if len(data) > 16<<10 {
		return ""
	}
	text := strings.TrimRight(string(data), "\x00")
	if !unicode {
		text = latin(text)
	}
	return strings.TrimSpace(strings.ToValidUTF8(text, ""))
}

func latin(s string) string {
	out, err := charmap.Windows1252.NewDecoder().String(s)
	if err != nil {
		return ""
	}
	return strings.ReplaceAll(out, string(utf8.RuneError), "")
}
