package media

import (
	"bytes"
	"encoding/xml"
	"strings"
)

// The namespaces in which the fields lie (XMP Specification part 1 and 2, IPTC Photo Metadata Standard 2021.1, PLUS 1.3).
const (
	nsRDF       = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	nsXML       = "http://www.w3.org/XML/1998/namespace"
	nsDC        = "http://purl.org/dc/elements/1.1/"
	nsPhotoshop = "http://ns.adobe.com/photoshop/1.0/"
	nsRights    = "http://ns.adobe.com/xap/1.0/rights/"
	nsCore      = "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
	nsExt       = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
	nsPLUS      = "http://ns.useplus.org/ldf/xmp/1.0/"
)

// What bounds the reading of a packet, besides its length.
const (
	maxDepth = 24
	maxNodes = 20_000
)

// element is a piece of a packet; only what lies inside rdf:RDF is kept.
type element struct {
	name     xml.Name
	attrs    []xml.Attr
	text     string
	children []*element
}

// readXMP reads an XMP packet. Anything that is no well-formed packet within the bounds gives nothing.
func readXMP(packet []byte) (m Metadata) {
	rdf := parseXMP(packet)
	if rdf == nil {
		return m
	}
	for _, d := range rdf.children {
		if d.name != (xml.Name{Space: nsRDF, Local: "Description"}) {
			continue
		}
		m.fill(Metadata{
			Creator:   strings.Join(d.list(nsDC, "creator"), ", "),
			Copyright: d.lang(nsDC, "rights"), Caption: d.lang(nsDC, "description"),
			Credit: d.lang(nsPhotoshop, "Credit"), Source: d.lang(nsPhotoshop, "Source"), Headline: d.lang(nsPhotoshop, "Headline"),
			City: d.lang(nsPhotoshop, "City"), Country: d.lang(nsPhotoshop, "Country"),
			Alt:        d.lang(nsCore, "AltTextAccessibility"),
			UsageTerms: d.lang(nsRights, "UsageTerms"), WebStatement: d.lang(nsRights, "WebStatement"),
			DigitalSourceType: d.lang(nsExt, "DigitalSourceType"),
			LicensorURL:       d.licensor(),
		})
		if m.TakenAt.IsZero() {
			m.TakenAt, m.TakenUnit, _ = readDate(d.lang(nsPhotoshop, "DateCreated"))
		}
	}
	return m
}

// parseXMP gives the first rdf:RDF of a packet, nil when there is none.
func parseXMP(packet []byte) *element {
	d := xml.NewDecoder(bytes.NewReader(packet))
	var open []*element
	for nodes, depth := 0, 0; nodes < maxNodes; nodes++ {
		token, err := d.Token()
		if err != nil {
			return nil
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil // a packet has no document type and no entities of its own
		case xml.StartElement:
			if depth++; depth > maxDepth || len(token.Attr) > 500 {
				return nil
			}
			if len(open) == 0 && token.Name != (xml.Name{Space: nsRDF, Local: "RDF"}) {
				continue
			}
			e := &element{name: token.Name, attrs: token.Attr}
			if len(open) > 0 {
				parent := open[len(open)-1]
				parent.children = append(parent.children, e)
			}
			open = append(open, e)
		case xml.EndElement:
			depth--
			if len(open) == 1 {
				return open[0]
			}
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		case xml.CharData:
			if n := len(open); n > 0 && len(open[n-1].text) < 64<<10 {
				open[n-1].text += string(token)
			}
		}
	}
	return nil
}

// property finds a child of e, or an attribute, which XMP allows for simple values.
func (e *element) property(space, local string) *element {
	for _, c := range e.children {
		if c.name.Space == space && c.name.Local == local {
			return c
		}
	}
	if s := e.attr(space, local); s != "" {
		return &element{text: s}
	}
	return nil
}

func (e *element) attr(space, local string) string {
	for _, a := range e.attrs {
		if a.Name.Space == space && a.Name.Local == local {
			return a.Value
		}
	}
	return ""
}

// items gives the members of an array; a value that is no array is its only member.
func (e *element) items() []*element {
	for _, c := range e.children {
		if c.name.Space == nsRDF && (c.name.Local == "Seq" || c.name.Local == "Bag" || c.name.Local == "Alt") {
			return c.children
		}
	}
	return []*element{e}
}

// value is the text of a simple value: its own, that of a qualified value, or the address of a resource.
func (e *element) value() string {
	if v := e.property(nsRDF, "value"); v != nil {
		return strings.TrimSpace(v.text)
	}
	for _, c := range e.children {
		if c.name == (xml.Name{Space: nsRDF, Local: "Description"}) {
			return c.value()
		}
	}
	if s := strings.TrimSpace(e.text); s != "" {
		return s
	}
	return strings.TrimSpace(e.attr(nsRDF, "resource"))
}

// list gives all values of an array.
func (e *element) list(space, local string) (values []string) {
	p := e.property(space, local)
	if p == nil {
		return nil
	}
	for _, item := range p.items() {
		if s := item.value(); s != "" && len(values) < 20 {
			values = append(values, s)
		}
	}
	return values
}

// lang gives the value of a language alternative in its default language, else the first; of a simple value, that.
func (e *element) lang(space, local string) string {
	p := e.property(space, local)
	if p == nil {
		return ""
	}
	first := ""
	for _, item := range p.items() {
		s := item.value()
		if s != "" && item.attr(nsXML, "lang") == "x-default" {
			return s
		}
		if first == "" {
			first = s
		}
	}
	return first
}

// licensor gives the address of the first licensor that has one.
func (e *element) licensor() string {
	p := e.property(nsPLUS, "Licensor")
	if p == nil {
		return ""
	}
	for _, item := range p.items() {
		for _, holder := range append([]*element{item}, item.children...) { // a structure may lie in an rdf:Description
			if u := holder.property(nsPLUS, "LicensorURL"); u != nil {
				if s := u.value(); s != "" {
					return s
				}
			}
		}
	}
	return ""
}
