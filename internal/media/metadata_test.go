package media

import (
	"bytes"
	"crypto/md5"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"testing"
	"time"
)

// told is what a reference reader says of one file, by group and field.
type told map[string]any

func (t told) text(keys ...string) string {
	for _, k := range keys {
		switch v := t[k].(type) {
		case string:
			return v
		case []any:
			var all []string
			for _, s := range v {
				all = append(all, fmt.Sprint(s))
			}
			return strings.Join(all, ", ")
		}
	}
	return ""
}

func (t told) number(keys ...string) int {
	for _, k := range keys {
		if v, ok := t[k].(float64); ok {
			return int(v)
		}
	}
	return 0
}

func TestFieldsAreThoseTheReferenceReaderFinds(t *testing.T) {
	for _, folder := range []string{"photos-metadata/iptc", "photos-metadata/orientation"} {
		var all map[string]told
		if err := json.Unmarshal(sharedFile(t, folder+"/expected-exiftool-12.57.json"), &all); err != nil {
			t.Fatal(err)
		}
		for name, want := range all {
			t.Run(name, func(t *testing.T) {
				info, err := inspect(sharedFile(t, path.Join(folder, name)))
				if err != nil {
					t.Fatal(err)
				}
				m := info.Metadata
				for field, c := range map[string][2]string{
					"creator":   {m.Creator, want.text("XMP-dc:Creator", "IPTC:By-line")},
					"credit":    {m.Credit, want.text("XMP-photoshop:Credit", "IPTC:Credit")},
					"source":    {m.Source, want.text("XMP-photoshop:Source", "IPTC:Source")},
					"copyright": {m.Copyright, want.text("XMP-dc:Rights", "IPTC:CopyrightNotice")},
					"caption":   {m.Caption, want.text("XMP-dc:Description", "IPTC:Caption-Abstract")},
					"alt":       {m.Alt, want.text("XMP-iptcCore:AltTextAccessibility")},
					"city":      {m.City, want.text("XMP-photoshop:City", "IPTC:City")},
					"country":   {m.Country, want.text("XMP-photoshop:Country", "IPTC:Country-PrimaryLocationName")},
					"headline":  {m.Headline, want.text("XMP-photoshop:Headline", "IPTC:Headline")},
					"statement": {m.WebStatement, want.text("XMP-xmpRights:WebStatement")},
					"type":      {m.DigitalSourceType, want.text("XMP-iptcExt:DigitalSourceType")},
					"mime":      {info.ContentType, want.text("File:MIMEType")},
				} {
					if strings.HasPrefix(name, "landscape") && field != "mime" {
						continue // its reference names no fields
					}
					if c[0] != c[1] {
						t.Errorf("%s: %q, want %q", field, c[0], c[1])
					}
				}
				taken, unit, _ := readDate(want.text("XMP-photoshop:DateCreated", "IPTC:DateCreated"))
				if !strings.HasPrefix(name, "landscape") && (!m.TakenAt.Equal(taken) || m.TakenUnit != unit || taken.IsZero()) {
					t.Errorf("taken %v %q, want %v %q", m.TakenAt, m.TakenUnit, taken, unit)
				}
				w, h := want.number("File:ImageWidth", "RIFF:ImageWidth"), want.number("File:ImageHeight", "RIFF:ImageHeight")
				turn := max(1, want.number("IFD0:Orientation"))
				if turn > 4 {
					w, h = h, w
				}
				if info.Width != w || info.Height != h || info.Orientation != turn {
					t.Errorf("%d × %d turned %d, want %d × %d turned %d", info.Width, info.Height, info.Orientation, w, h, turn)
				}
			})
		}
	}
}

func TestTheReferencePictureNamesLicensorAndTerms(t *testing.T) {
	info, err := inspect(sharedFile(t, "photos-metadata/iptc/IPTC-PhotometadataRef-Std2021.1.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Metadata.LicensorURL != "https://example.com/LicensorURL_1_ref2021.1" || info.Metadata.UsageTerms != "Rights Usage Terms (ref2021.1)" {
		t.Fatalf("%+v", info.Metadata)
	}
}

// set is one data set of an IIM record.
func set(number byte, value string) string {
	return "\x1c\x02" + string(number) + string(binary.BigEndian.AppendUint16(nil, uint16(len(value)))) + value
}

func resource(id uint16, name, data string) string {
	b := binary.BigEndian.AppendUint16([]byte("8BIM"), id)
	b = append(append(b, byte(len(name))), name...)
	if len(name)%2 == 0 {
		b = append(b, 0)
	}
	b = append(binary.BigEndian.AppendUint32(b, uint32(len(data))), data...)
	if len(data)%2 == 1 {
		b = append(b, 0)
	}
	return string(b)
}

func packet(inside string) string {
	return `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `"><rdf:Description rdf:about="" xmlns:dc="` + nsDC +
		`" xmlns:ps="` + nsPhotoshop + `" xmlns:c="` + nsCore + `" xmlns:e="` + nsExt + `" xmlns:plus="` + nsPLUS + `" xmlns:r="` + nsRights + `" ` + inside + `</rdf:Description></rdf:RDF></x:xmpmeta>`
}

func TestIIMIsLatinUnlessItSaysUTF8(t *testing.T) {
	for name, c := range map[string][2]string{
		"latin":       {set(80, "Jos\xe9 Mu\xf1oz"), "José Muñoz"},
		"windows":     {set(80, "\x93Jos\xe9\x94"), "“José”"},
		"not decided": {set(80, "Jos\xc3\xa9"), "JosÃ©"},
		"utf-8":       {"\x1c\x01\x5a\x00\x03\x1b%G" + set(80, "José"), "José"},
		"utf-8 cut":   {"\x1c\x01\x5a\x00\x03\x1b%G" + set(80, "Jos\xc3"), "Jos"},
		"several":     {set(80, "A") + set(80, "B"), "A, B"},
		"extended":    {"\x1c\x02\x50\x80\x02\x00\x04Long", "Long"},
		"nulls":       {set(80, "A\x00\x00"), "A"},
		"too long":    {"\x1c\x02\x50\x00\x09abc", ""},
	} {
		if got := readIIM([]byte(c[0])).Creator; got != c[1] {
			t.Errorf("%s: %q, want %q", name, got, c[1])
		}
	}
}

func TestXMPComesFirstUnlessIIMWasEditedLater(t *testing.T) {
	record := set(80, "From IIM") + set(116, "IIM too")
	sum := md5.Sum([]byte(record))
	for name, c := range map[string]struct{ digest, want string }{
		"no digest": {"", "From XMP"},
		"the same":  {resource(0x0425, "", string(sum[:])), "From XMP"},
		"another":   {resource(0x0425, "", strings.Repeat("x", 16)), "From IIM"},
		"empty one": {resource(0x0425, "", strings.Repeat("\x00", 16)), "From XMP"},
	} {
		irb := resource(0x03ed, "odd", "skipped") + resource(0x0404, "", record) + c.digest
		half := len(irb) / 2
		b := withSegments(asJPEG(t, drawn(16, 16)), segment(0xed, headPhotoshop+irb[:half]), segment(0xe1, headEXIF+string(telling(1, ""))),
			segment(0xe1, headXMP+packet(`ps:City="Kyiv"><dc:creator><rdf:Seq><rdf:li>From XMP</rdf:li></rdf:Seq></dc:creator>`)), segment(0xed, headPhotoshop+irb[half:]))
		info, err := inspect(b)
		if err != nil {
			t.Fatal(err)
		}
		if m := info.Metadata; m.Creator != c.want || m.Copyright != "IIM too" || m.City != "Kyiv" || m.Caption != "From the harbour wall" {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

func TestXMPIsReadInAllItsShapes(t *testing.T) {
	alt := func(items string) string { return "<rdf:Alt>" + items + "</rdf:Alt>" }
	for name, c := range map[string]struct {
		xmp  string
		read func(Metadata) string
		want string
	}{
		"default language":  {`><dc:description>` + alt(`<rdf:li xml:lang="de">Hafen</rdf:li><rdf:li xml:lang="x-default">Harbour</rdf:li>`) + `</dc:description>`, func(m Metadata) string { return m.Caption }, "Harbour"},
		"no default":        {`><dc:rights>` + alt(`<rdf:li xml:lang="de">Rechte</rdf:li>`) + `</dc:rights>`, func(m Metadata) string { return m.Copyright }, "Rechte"},
		"no alternatives":   {`><dc:rights>plain &amp; simple</dc:rights>`, func(m Metadata) string { return m.Copyright }, "plain & simple"},
		"creators":          {`><dc:creator><rdf:Seq><rdf:li>A</rdf:li><rdf:li>B</rdf:li></rdf:Seq></dc:creator>`, func(m Metadata) string { return m.Creator }, "A, B"},
		"attribute":         {`ps:Credit="AFP">`, func(m Metadata) string { return m.Credit }, "AFP"},
		"qualified":         {`><ps:Credit rdf:parseType="Resource"><rdf:value>AFP</rdf:value></ps:Credit>`, func(m Metadata) string { return m.Credit }, "AFP"},
		"alt text":          {`><c:AltTextAccessibility>` + alt(`<rdf:li xml:lang="x-default">A tram</rdf:li>`) + `</c:AltTextAccessibility>`, func(m Metadata) string { return m.Alt }, "A tram"},
		"resource":          {`><e:DigitalSourceType rdf:resource="http://x/digitalArt"/>`, func(m Metadata) string { return m.DigitalSourceType }, "http://x/digitalArt"},
		"licensor in bag":   {`><plus:Licensor><rdf:Bag><rdf:li rdf:parseType="Resource"><plus:LicensorName>N</plus:LicensorName></rdf:li><rdf:li rdf:parseType="Resource"><plus:LicensorURL>https://l/</plus:LicensorURL></rdf:li></rdf:Bag></plus:Licensor>`, func(m Metadata) string { return m.LicensorURL }, "https://l/"},
		"licensor inside":   {`><plus:Licensor><rdf:Seq><rdf:li><rdf:Description plus:LicensorURL="https://l/"/></rdf:li></rdf:Seq></plus:Licensor>`, func(m Metadata) string { return m.LicensorURL }, "https://l/"},
		"licensor on li":    {`><plus:Licensor><rdf:Seq><rdf:li plus:LicensorURL="https://l/"/></rdf:Seq></plus:Licensor>`, func(m Metadata) string { return m.LicensorURL }, "https://l/"},
		"terms":             {`><r:UsageTerms>` + alt(`<rdf:li xml:lang="x-default">Once</rdf:li>`) + `</r:UsageTerms>`, func(m Metadata) string { return m.UsageTerms }, "Once"},
		"month":             {`ps:DateCreated="2015-01">`, func(m Metadata) string { return m.TakenAt.Format(time.DateOnly) + string(m.TakenUnit) }, "2015-01-01month"},
		"artwork's own":     {`><e:ArtworkOrObject><rdf:Bag><rdf:li rdf:parseType="Resource"><dc:creator>painter</dc:creator></rdf:li></rdf:Bag></e:ArtworkOrObject>`, func(m Metadata) string { return m.Creator }, ""},
		"entity of its own": {`ps:Credit="&x;">`, func(m Metadata) string { return m.Credit }, ""},
		"cut off":           {`ps:Credit="AFP"><ps:Source>`, func(m Metadata) string { return m.Credit }, ""},
		"deep":              {`ps:Credit="AFP">` + strings.Repeat("<dc:x>", 30) + strings.Repeat("</dc:x>", 30), func(m Metadata) string { return m.Credit }, ""},
	} {
		if got := c.read(readXMP([]byte(packet(c.xmp)))); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if m := readXMP([]byte(`<!DOCTYPE x [<!ENTITY a "b">]>` + packet(`ps:Credit="AFP">`))); m != (Metadata{}) {
		t.Errorf("a document type was read: %+v", m)
	}
}

func TestEXIFIsReadFromEveryKindOfFile(t *testing.T) {
	block := telling(6, "thumb")
	want := time.Date(2026, 3, 10, 8, 5, 7, 0, time.UTC)
	for name, b := range map[string][]byte{
		"jpeg": withSegments(asJPEG(t, drawn(40, 20)), segment(0xe1, headEXIF+string(block))),
		"png":  withChunks(asPNG(t, drawn(40, 20)), pngChunk("eXIf", block)),
		"webp": riff(vp8x(0x18, 40, 20), riffChunk("VP8L", vp8l(40, 20, pink)), riffChunk("EXIF", append([]byte(headEXIF), block...))),
	} {
		info, err := inspect(b)
		if err != nil {
			t.Fatal(name, err)
		}
		m := info.Metadata
		if info.Orientation != 6 || info.Width != 20 || info.Height != 40 || m.Creator != "M. Vey" || m.Copyright != "(c) M. Vey" || m.Caption != "From the harbour wall" || !m.TakenAt.Equal(want) || m.TakenUnit != Moment {
			t.Errorf("%s: %+v", name, info)
		}
	}
}

func TestPNGAndWebPCarryXMP(t *testing.T) {
	x := packet(`ps:Credit="AFP">`)
	for name, b := range map[string][]byte{
		"iTXt":        withChunks(asPNG(t, drawn(4, 4)), pngChunk("iTXt", []byte(headPNGXMP+"\x00\x00\x00\x00"+x))),
		"packed iTXt": withChunks(asPNG(t, drawn(4, 4)), pngChunk("iTXt", append([]byte(headPNGXMP+"\x01\x00en\x00\x00"), zlibbed([]byte(x))...))),
		"webp":        riff(vp8x(0x14, 4, 4), riffChunk("VP8L", vp8l(4, 4, pink)), riffChunk("XMP ", []byte(x))),
	} {
		if info, err := inspect(b); err != nil || info.Metadata.Credit != "AFP" {
			t.Errorf("%s: %v %+v", name, err, info.Metadata)
		}
	}
}

func TestDatesAreReadAsFarAsTheyAreKnown(t *testing.T) {
	for s, want := range map[string]string{
		"2015":                       "2015-01-01T00:00:00Z year",
		"2015-02":                    "2015-02-01T00:00:00Z month",
		"2015-02-03":                 "2015-02-03T00:00:00Z day",
		"2015-02-03T04:05Z":          "2015-02-03T04:05:00Z ",
		"2015-02-03T04:05:06.7Z":     "2015-02-03T04:05:06.7Z ",
		"2015-02-03T04:05:06+02:00":  "2015-02-03T02:05:06Z ",
		"2015-02-03T04:05:06 +01:00": "2015-02-03T03:05:06Z ",
		"2015:02:03 04:05:06":        "2015-02-03T04:05:06Z ",
		"2015:02:03 04:05:06-01:00":  "2015-02-03T05:05:06Z ",
		"20150203":                   "2015-02-03T00:00:00Z day",
		"20150203T040506+0100":       "2015-02-03T03:05:06Z ",
		"20150200":                   "2015-02-01T00:00:00Z month",
		"20150000":                   "2015-01-01T00:00:00Z year",
		"2015:02:03":                 "2015-02-03T00:00:00Z day",
		"2015-02-03Tnonsense":        "2015-02-03T00:00:00Z day",
		"0000:00:00 00:00:00":        "", "2015-02-30": "", "2015-13": "", "": "", "15": "", "2015-2": "", "last week": "", "2015-02-03-04": "", "+015": "",
		strings.Repeat("2", 100): "",
	} {
		got := ""
		if t, unit, ok := readDate(s); ok {
			got = t.Format(time.RFC3339Nano) + " " + string(unit)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestATooLongPieceOfMetadataIsLeftOut(t *testing.T) {
	big := pngChunk("iTXt", []byte(headPNGXMP+"\x00\x00\x00\x00"+packet(`ps:Credit="`+strings.Repeat("x", maxXMP)+`">`)))
	bomb := pngChunk("iTXt", append([]byte(headPNGXMP+"\x01\x00\x00\x00"), zlibbed(bytes.Repeat([]byte("a"), 64<<20))...))
	info, err := inspect(withChunks(asPNG(t, drawn(4, 4)), big, bomb))
	if err != nil || info.Metadata != (Metadata{}) {
		t.Fatalf("%v %+v", err, info.Metadata)
	}
}
