// Package media is the picture desk: what a picture is, who made it, what it shows, where it may be
// shown and until when, and how a file somebody sent becomes the files readers get.
//
// What it promises: no picture is shown without a credit, after its rights ended, after it was killed
// or where it may not be; a file is known by its content and never by its name; its size is read before it is
// decoded, and decoding runs in a Pool that bounds how many files and how much memory are worked on
// at once; whatever readers get is encoded anew, upright, without place, serial number, thumbnail or
// maker's notes, but with creator, credit, copyright and licence; a hostile file costs a clear refusal. It
// keeps nothing: files and values are handed to who asked.
package media

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/fault"
)

// Kind says what sort of picture it is. Only a photo can be a file picture.
type Kind string

// The kinds of picture.
const (
	Photo        Kind = "photo"
	Illustration Kind = "illustration"
	Graphic      Kind = "graphic"
)

// Output is somewhere a picture may be shown.
type Output string

// The outputs. A picture that names none may be shown in all.
const (
	Site       Output = "site"
	Feed       Output = "feed"
	Newsletter Output = "newsletter"
	Push       Output = "push"
	Mirror     Output = "mirror"
	API        Output = "api"
)

// Outputs are all outputs, in the order in which they are offered.
var Outputs = []Output{Site, Feed, Newsletter, Push, Mirror, API}

// Unit says how much of a date is known: "year", "month", "day", or "" for the moment itself.
type Unit string

// The units of a date.
const (
	Year   Unit = "year"
	Month  Unit = "month"
	Day    Unit = "day"
	Moment Unit = ""
)

// Point is a place on a picture as shown, upright: 0,0 is the upper left corner, 1,1 the lower right one.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Centre is the focal point of a picture for which nobody chose another.
var Centre = Point{X: 0.5, Y: 0.5}

// Crop is the stretch of a picture that a shape of it shows, chosen by hand. Ratio is one of CropRatios; the numbers are parts of the picture as
// shown, from 0 to 1, from its upper left corner.
type Crop struct {
	Ratio  string  `json:"ratio"`
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// CropRatios are the shapes for which a stretch can be chosen, width to height.
var CropRatios = map[string]float64{"3:2": 3.0 / 2, "1:1": 1, "16:9": 16.0 / 9}

// smallestCrop is how much of a picture's width and height a crop takes at least; cropSlack is how far its shape may be from its ratio.
const (
	smallestCrop = 0.05
	cropSlack    = 0.02
)

// Rendition is a public file made from a picture. Width and Height are in pixels, Bytes is its length. Names beginning
// with w are the whole picture, with c a 3:2 crop, with q a 1:1, with v a 16:9 and with f a 4:3 one: the stretch that was chosen, else
// the largest around the focal point. "social" is 1200 × 630 at most; the
// number is the width that was aimed at, Width the real one.
type Rendition struct {
	Name        string `json:"name"`
	Width       int    `json:"width"`
	Height      int    `json:"height"`
	Bytes       int64  `json:"bytes"`
	Key         string `json:"key"`
	ContentType string `json:"content_type"`
}

// Picture is a picture of the desk with everything said about it. Width and Height are those of the picture as shown,
// upright, in pixels. Original and SHA256 never leave the house, for the file as it came may say where somebody lives;
// Version is told to the staff alone.
type Picture struct {
	ID        string `json:"id"`
	Kind      Kind   `json:"kind"`
	Credit    string `json:"credit"`             // who is to be named: agency or house
	Pool      string `json:"pool,omitempty"`     // the pool a pool photographer worked for
	Creator   string `json:"creator"`            // who made it
	Source    string `json:"source,omitempty"`   // who supplied it
	Copyright string `json:"copyright"`          // the notice, as given
	Headline  string `json:"headline,omitempty"` // the supplier's title, never shown to readers
	Caption   string `json:"caption"`            // what it shows and tells
	Alt       string `json:"alt"`                // what somebody who cannot see it needs

	TakenAt   time.Time `json:"taken_at,omitzero"`
	TakenUnit Unit      `json:"taken_unit,omitempty"` // how much of TakenAt is known; the rest is the unit's beginning
	City      string    `json:"city,omitempty"`
	Country   string    `json:"country,omitempty"`

	UsageTerms        string    `json:"usage_terms,omitempty"`
	ExpiresAt         time.Time `json:"expires_at,omitzero"` // from then on it is shown nowhere; zero is never
	Outputs           []Output  `json:"outputs"`             // where it may be shown; empty is everywhere
	WebStatement      string    `json:"web_statement,omitempty"`
	LicensorURL       string    `json:"licensor_url,omitempty"`
	DigitalSourceType string    `json:"digital_source_type,omitempty"` // an IPTC NewsCode as an address

	Focal      Point       `json:"focal"`
	Crops      []Crop      `json:"crops,omitempty"` // chosen by hand, one a ratio at most
	Width      int         `json:"width"`
	Height     int         `json:"height"`
	Renditions []Rendition `json:"renditions"` // whole pictures from small to large, then crops, then social

	Untouched bool `json:"untouched,omitempty"` // it came by import, and nobody at the desk changed what is said of it

	KilledAt time.Time `json:"killed_at,omitzero"`
	KillNote string    `json:"kill_note,omitempty"`

	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitempty"` // account id
	Original  string    `json:"-"`                    // key of the file as it came
	SHA256    string    `json:"-"`                    // of the file as it came, hex
	Version   int64     `json:"-"`                    // from 1, one more with each change
}

// How long the words of a picture may be, in characters; addresses in bytes.
const (
	maxLine    = 250
	maxNotice  = 500
	maxCaption = 4_000
	maxAlt     = 1_000
	maxTerms   = 2_000
	maxAddress = 2_000
)

// line is one field of words with its limits.
type line struct {
	location string
	at       func(*Picture) *string
	max      int
	many     bool // line breaks are allowed
}

var lines = []line{
	{"credit", func(p *Picture) *string { return &p.Credit }, maxLine, false},
	{"pool", func(p *Picture) *string { return &p.Pool }, maxLine, false},
	{"creator", func(p *Picture) *string { return &p.Creator }, maxLine, false},
	{"source", func(p *Picture) *string { return &p.Source }, maxLine, false},
	{"copyright", func(p *Picture) *string { return &p.Copyright }, maxNotice, false},
	{"headline", func(p *Picture) *string { return &p.Headline }, maxLine, false},
	{"caption", func(p *Picture) *string { return &p.Caption }, maxCaption, true},
	{"alt", func(p *Picture) *string { return &p.Alt }, maxAlt, true},
	{"city", func(p *Picture) *string { return &p.City }, maxLine, false},
	{"country", func(p *Picture) *string { return &p.Country }, maxLine, false},
	{"usage_terms", func(p *Picture) *string { return &p.UsageTerms }, maxTerms, true},
	{"kill_note", func(p *Picture) *string { return &p.KillNote }, maxNotice, true},
}

var addresses = []line{
	{"web_statement", func(p *Picture) *string { return &p.WebStatement }, maxAddress, false},
	{"licensor_url", func(p *Picture) *string { return &p.LicensorURL }, maxAddress, false},
	{"digital_source_type", func(p *Picture) *string { return &p.DigitalSourceType }, maxAddress, false},
}

// Validate says everything that is wrong with what is said about the picture, as one Invalid error with the places; nil
// when nothing is. It does not ask for a credit: a picture may wait for one, it is only shown nowhere.
func (p *Picture) Validate() error {
	var g fault.Gather
	for _, l := range lines {
		checkWords(&g, l, *l.at(p))
	}
	for _, l := range addresses {
		if s := *l.at(p); s != "" && (len(s) > l.max || !webAddress(s)) {
			g.At(l.location, "fault.picture.address", "an address beginning with https:// or http:// is expected, of at most %d bytes", l.max)
		}
	}
	switch p.Kind {
	case Photo, Illustration, Graphic:
	default:
		g.At("kind", "fault.picture.kind", "photo, illustration or graphic is expected")
	}
	for i, o := range p.Outputs {
		if !slices.Contains(Outputs, o) {
			g.At("outputs", "fault.picture.outputs", "%.40q is no output; site, feed, newsletter, push, mirror and api are", string(o))
		} else if slices.Contains(p.Outputs[:i], o) {
			g.At("outputs", "fault.picture.outputs", "%s is named twice", o)
		}
	}
	for location, v := range map[string]float64{"focal.x": p.Focal.X, "focal.y": p.Focal.Y} {
		if !(v >= 0 && v <= 1) {
			g.At(location, "fault.picture.focal", "a number from 0 to 1 is expected")
		}
	}
	p.checkCrops(&g)
	for location, t := range map[string]time.Time{"taken_at": p.TakenAt, "expires_at": p.ExpiresAt} {
		if y := t.Year(); !t.IsZero() && (y < 1800 || y > 2200) {
			g.At(location, "fault.picture.time", "a year from 1800 to 2200 is expected")
		}
	}
	return g.Err()
}

func (p *Picture) checkCrops(g *fault.Gather) {
	for i, c := range p.Crops {
		location := fmt.Sprintf("crops[%d]", i)
		if why := p.unfit(c); why != "" {
			g.At(location, "fault.picture.crop", "%s", why)
		} else if slices.ContainsFunc(p.Crops[:i], func(o Crop) bool { return o.Ratio == c.Ratio }) {
			g.At(location, "fault.picture.crop", "each of 3:2, 1:1 and 16:9 may be there once")
		}
	}
}

// unfit says why a crop cannot be of p, "" when it can.
func (p *Picture) unfit(c Crop) string {
	ratio, ok := CropRatios[c.Ratio]
	if !ok {
		return "3:2, 1:1 or 16:9 is expected"
	}
	const rounding = 1e-6
	if !(c.X >= 0 && c.Y >= 0 && c.Width >= smallestCrop && c.Height >= smallestCrop && c.X+c.Width <= 1+rounding && c.Y+c.Height <= 1+rounding) {
		return "it has to lie inside the picture and take a twentieth of it at least"
	}
	if shape := c.Width * float64(p.Width) / (c.Height * float64(p.Height)) / ratio; p.Width > 0 && p.Height > 0 && (shape < 1-cropSlack || shape > 1+cropSlack) {
		return "it does not have the shape of " + c.Ratio
	}
	return ""
}

func checkWords(g *fault.Gather, l line, s string) {
	if utf8.RuneCountInString(s) > l.max {
		g.At(l.location, "fault.picture.long", "at most %d characters are taken", l.max)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) && r != '\t' && !(l.many && (r == '\n' || r == '\r'))
	}) {
		g.At(l.location, "fault.picture.control", "there are characters in it that cannot be shown")
	}
}

// webAddress reports whether s is an absolute address of the web that names nobody's password.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil && !strings.ContainsFunc(s, unicode.IsSpace)
}
