package media

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"hash/crc32"
	"strings"
	"unicode/utf8"
)

// Notice is what a public file says about itself. Nothing else about a picture is written into it.
type Notice struct {
	Creator, Credit, Source, Copyright string
	Caption, Alt                       string
	UsageTerms, WebStatement           string
	LicensorURL, DigitalSourceType     string
}

// Notice gives what public files of the picture carry.
func (p Picture) Notice() Notice {
	return Notice{Creator: p.Creator, Credit: p.Credit, Source: p.Source, Copyright: p.Copyright, Caption: p.Caption, Alt: p.Alt,
		UsageTerms: p.UsageTerms, WebStatement: p.WebStatement, LicensorURL: p.LicensorURL, DigitalSourceType: p.DigitalSourceType}
}

// xmp writes an XMP packet (ISO 16684-1). It ends in no padding: nobody edits it in place.
func (n Notice) xmp() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="` + nsRDF + `"><rdf:Description rdf:about=""` +
		` xmlns:dc="` + nsDC + `" xmlns:photoshop="` + nsPhotoshop + `" xmlns:xmpRights="` + nsRights + `" xmlns:Iptc4xmpCore="` + nsCore +
		`" xmlns:Iptc4xmpExt="` + nsExt + `" xmlns:plus="` + nsPLUS + `">`)
	put := func(open, value, shut string) {
		if value == "" {
			return
		}
		b.WriteString(open)
		xml.EscapeText(&b, []byte(value))
		b.WriteString(shut)
	}
	simple := func(name, value string) { put("<"+name+">", value, "</"+name+">") }
	lang := func(name, value string) {
		put("<"+name+`><rdf:Alt><rdf:li xml:lang="x-default">`, value, "</rdf:li></rdf:Alt></"+name+">")
	}
	put("<dc:creator><rdf:Seq><rdf:li>", n.Creator, "</rdf:li></rdf:Seq></dc:creator>")
	lang("dc:rights", n.Copyright)
	lang("dc:description", n.Caption)
	simple("photoshop:Credit", n.Credit)
	simple("photoshop:Source", n.Source)
	lang("Iptc4xmpCore:AltTextAccessibility", n.Alt)
	simple("Iptc4xmpExt:DigitalSourceType", n.DigitalSourceType)
	if n.Copyright != "" {
		simple("xmpRights:Marked", "True")
	}
	simple("xmpRights:WebStatement", n.WebStatement)
	lang("xmpRights:UsageTerms", n.UsageTerms)
	put(`<plus:Licensor><rdf:Seq><rdf:li rdf:parseType="Resource"><plus:LicensorURL>`, n.LicensorURL,
		"</plus:LicensorURL></rdf:li></rdf:Seq></plus:Licensor>")
	b.WriteString(`</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>`)
	return b.Bytes()
}

// iim writes an IIM record in UTF-8, each value within the limit that IIM 4.2 sets, in bytes.
func (n Notice) iim() []byte {
	b := []byte("\x1c\x01\x5a\x00\x03\x1b%G\x1c\x02\x00\x00\x02\x00\x04")
	for _, set := range []struct {
		number byte
		max    int
		value  string
	}{{80, 32, n.Creator}, {110, 32, n.Credit}, {115, 32, n.Source}, {116, 128, n.Copyright}, {120, 2000, n.Caption}} {
		if v := cutBytes(set.value, set.max); v != "" {
			b = append(b, 0x1c, 2, set.number)
			b = binary.BigEndian.AppendUint16(b, uint16(len(v)))
			b = append(b, v...)
		}
	}
	return b
}

// irb wraps an IIM record and its digest into Photoshop image resources.
func irb(record []byte) []byte {
	sum := md5.Sum(record)
	var b []byte
	for _, part := range []struct {
		id   uint16
		data []byte
	}{{0x0404, record}, {0x0425, sum[:]}} {
		b = append(b, "8BIM"...)
		b = binary.BigEndian.AppendUint16(b, part.id)
		b = append(b, 0, 0) // no name
		b = binary.BigEndian.AppendUint32(b, uint32(len(part.data)))
		b = append(b, part.data...)
		if len(part.data)%2 == 1 {
			b = append(b, 0)
		}
	}
	return b
}

// cutBytes cuts s to at most max bytes without cutting a character in two.
func cutBytes(s string, max int) string {
	s = strings.TrimSpace(s)
	if len(s) <= max {
		return s
	}
	for max > 0 && !utf8.RuneStart(s[max]) {
		max--
	}
	return strings.TrimSpace(s[:max])
}

var errNotOurs = errors.New("media: an encoder wrote what it should not")

// intoJPEG puts the notice and a colour profile, which may be nil, behind the beginning of a JPEG of our own.
func (n Notice) intoJPEG(data, icc []byte) ([]byte, error) {
	if len(data) < 4 || data[0] != 0xff || data[1] != 0xd8 {
		return nil, errNotOurs
	}
	out := bytes.NewBuffer(make([]byte, 0, len(data)+8<<10))
	out.Write(data[:2])
	segment := func(marker byte, head string, body []byte) {
		if size := 2 + len(head) + len(body); len(body) > 0 && size <= 0xffff {
			out.Write([]byte{0xff, marker, byte(size >> 8), byte(size)})
			out.WriteString(head)
			out.Write(body)
		}
	}
	packet := n.xmp()
	if len(packet) > 0xffff-2-len(headXMP) { // only a caption full of signs that must be escaped is so long
		short := n
		short.Caption, short.UsageTerms = "", ""
		packet = short.xmp()
	}
	segment(0xe1, headXMP, packet)
	segment(0xed, headPhotoshop, irb(n.iim()))
	if icc != nil {
		segment(0xe2, headICC+"\x01\x01", icc)
	}
	out.Write(data[2:])
	return out.Bytes(), nil
}

// intoPNG puts the notice and a colour profile behind the header of a PNG of our own.
func (n Notice) intoPNG(data, icc []byte) ([]byte, error) {
	const head = 8 + 25 // the signature and IHDR
	if len(data) < head || string(data[12:16]) != "IHDR" {
		return nil, errNotOurs
	}
	out := bytes.NewBuffer(make([]byte, 0, len(data)+8<<10))
	out.Write(data[:head])
	chunk := func(name string, body []byte) {
		b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		b = append(append(b, name...), body...)
		out.Write(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
	}
	if icc != nil {
		var packed bytes.Buffer
		packed.WriteString("icc\x00\x00")
		z := zlib.NewWriter(&packed)
		z.Write(icc)
		z.Close()
		chunk("iCCP", packed.Bytes())
	}
	chunk("iTXt", append([]byte(headPNGXMP+"\x00\x00\x00\x00"), n.xmp()...))
	out.Write(data[head:])
	return out.Bytes(), nil
}
