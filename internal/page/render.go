package page

import (
	"errors"
	"io/fs"
	"sync"
	"time"

	"dateline/internal/edition"
)

// Options say what a Renderer works with.
type Options struct {
	Theme     fs.FS                    // a theme's directory; nil takes the default theme
	Addresses func() edition.Addresses // the publication as it is now; called for each page
	Assets    map[string]string        // path of each built file by its plain name: "reader.js" → "/assets/reader.3f9a.js"
	Media     func(key string) string  // address of a rendition by its key; nil is "/media/" before the key
}

// Renderer makes pages. It is safe for concurrent use and keeps nothing between pages.
type Renderer struct {
	o     Options
	press *press
	zones sync.Map // by IANA name, since time.LoadLocation reads a file each time
}

// New reads and checks the theme. Errors name file and line.
func New(o Options) (*Renderer, error) {
	if o.Addresses == nil {
		return nil, errors.New("page: New needs Addresses")
	}
	p, err := readTheme(o.Theme)
	if err != nil {
		return nil, err
	}
	r := &Renderer{o: o, press: p}
	if o.Theme != nil {
		if err := errors.Join(try(p)...); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// StyleHash is what a policy's style-src must name: the CSP source of each inline style, of which a page has one,
// with quotes and a space between them ('sha256-…' 'sha256-…').
func (r *Renderer) StyleHash() string { return r.press.styleHash }

// Icon is the site's icon, an SVG file served at /icon.svg.
func (r *Renderer) Icon() []byte { return r.press.icon }

// icon is where the icon is served.
func (r *Renderer) icon() string {
	if a := r.o.Assets["icon.svg"]; a != "" {
		return a
	}
	return "/icon.svg"
}

// media is the address of a rendition.
func (r *Renderer) media(key string) string {
	if r.o.Media != nil {
		return r.o.Media(key)
	}
	return "/media/" + key
}

// zone gives a time zone by its IANA name; one that this machine does not know is UTC.
func (r *Renderer) zone(name string) *time.Location {
	if z, ok := r.zones.Load(name); ok {
		return z.(*time.Location)
	}
	z, err := time.LoadLocation(name)
	if err != nil || name == "" {
		z = time.UTC
	}
	r.zones.Store(name, z)
	return z
}
