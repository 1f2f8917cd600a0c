// Package page turns domain values into the pages that readers see.
//
// It promises: every page is complete without scripts; every visible word comes
// from the catalogue of the edition's language (page/lang) or from the newsroom;
// whatever people wrote is escaped by html/template, and only the document walk of
// body and the few vetted functions of this room make HTML by themselves; empty
// parts leave no trace in a page, a title or a share text; no page holds a time
// that depends on when it is read, because pages are kept and served to everybody.
// A page names the tags of all it shows and the shared parts it is stitched from.
package page

import "dateline/internal/fact"

// Page is one rendered page, the same for every reader.
type Page struct {
	Status   int        // HTTP status
	Edition  string     // slug; whose shared parts Chunks mean; empty while there is no edition
	Language string     // BCP 47, for Content-Language
	Chunks   []Chunk    // in order; together they are the whole document
	Tags     []fact.Tag // of everything shown, sorted, without doubles and without those of the shared parts
	NoIndex  bool       // also said in the page: search engines are to leave it out
}

// Chunk is a stretch of a page: literal HTML, or the place of a shared part when Part is not empty.
type Chunk struct {
	Part PartName
	HTML []byte
}

// PartName names a part that all pages of an edition share.
type PartName string

// The shared parts. Each is rendered once an edition and stitched into its pages.
const (
	MastheadPart PartName = "masthead" // brand, editions, sections, alert
	NewsfeedPart PartName = "newsfeed" // the column of the newsfeed
	MostReadPart PartName = "mostread" // the stories read most; nothing until there are some
	FooterPart   PartName = "footer"   // standing pages, editions, feeds, channels
)

// Part is a rendered shared part of an edition.
type Part struct {
	Name    PartName
	Edition string // slug
	HTML    []byte
	Tags    []fact.Tag // of everything shown in it
}

// Stitch gives the bytes of the page with its shared parts, which part renders or remembers.
func (p Page) Stitch(part func(PartName) ([]byte, error)) ([]byte, error) {
	var out []byte
	for _, c := range p.Chunks {
		if c.Part == "" {
			out = append(out, c.HTML...)
			continue
		}
		b, err := part(c.Part)
		if err != nil {
			return nil, err
		}
		out = append(out, b...)
	}
	return out, nil
}
