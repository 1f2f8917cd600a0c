package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html/charset"

	"dateline/internal/body"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/news"
)

// Limits of one feed. MaxFeed is in bytes; the reader of feeds goes down once for each element inside another.
const (
	MaxFeed       = 16 << 20
	maxFeedItems  = 1_000
	maxFeedDepth  = 200
	maxFeedTokens = 2_000_000
)

// Feed is what a feed holds: its own name and its entries, in its order.
type Feed struct {
	Title    string
	Language string
	Items    []Item
}

// ParseFeed reads RSS 0.9 to 2.0, Atom and JSON Feed. address is where the feed came from; relative links are resolved against
// the page of an entry, else the feed's own. What cannot be read is Malformed. At most 1,000 entries are taken.
//
// An entry is named by its id: one that is no address counts within its feed only. Its version is the time of its last change;
// without one a change of its words is noticed by Item.Digest.
func ParseFeed(data []byte, address string) (Feed, error) {
	if len(data) > MaxFeed {
		return Feed{}, malformed("", "fault.wire.stream", "is larger than %d MB", MaxFeed>>20)
	}
	if !utf8.Valid(data) && !otherCharset.Match(data[:min(len(data), 200)]) {
		data = bytes.ToValidUTF8(data, []byte("\uFFFD")) // what the wrong bytes stood for nobody knows; the rest is worth having
	}
	if err := sane(data); err != nil {
		return Feed{}, err
	}
	read, err := readFeed(data)
	if err != nil {
		return Feed{}, fault.New(fault.Malformed, "fault.wire.stream", "this is no feed that can be read").Because(err)
	}
	base, err := url.Parse(address)
	if err != nil {
		base = &url.URL{}
	}
	if u, err := base.Parse(read.Link); err == nil && read.Link != "" {
		base = u
	}
	f := Feed{Title: shown(oneLine(plainText(read.Title))), Language: read.Language}
	if len(f.Title) > maxName {
		f.Title = cutBytes(f.Title, maxName)
	}
	for _, entry := range read.Items[:min(len(read.Items), maxFeedItems)] {
		if it, ok := f.item(read, entry, base, address); ok {
			f.Items = append(f.Items, it)
		}
	}
	return f, nil
}

// otherCharset finds a declared encoding that is not UTF-8.
var otherCharset = regexp.MustCompile(`(?i)^[^>]*encoding\s*=\s*["'](?:[^u"'][^"']*|u[^t"'][^"']*|utf-?16[^"']*)["']`)

// readFeed keeps a fault of the reader of feeds its own.
func readFeed(data []byte) (f *gofeed.Feed, err error) {
	defer func() {
		if recover() != nil {
			f, err = nil, errors.New("wire: the reader of feeds gave up")
		}
	}()
	return gofeed.NewParser().Parse(bytes.NewReader(data))
}

// sane refuses what would make the reader of feeds work without end: XML that is too deep or in too many pieces. Entities
// that a file declares are never expanded.
func sane(data []byte) error {
	if trimmed := bytes.TrimSpace(data); len(trimmed) == 0 || trimmed[0] == '{' {
		return nil // JSON, or nothing
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict, d.CharsetReader = false, charset.NewReaderLabel
	depth := 0
	for n := 0; ; n++ {
		t, err := d.RawToken()
		switch {
		case err == io.EOF:
			return nil
		case err != nil:
			return fault.New(fault.Malformed, "fault.wire.stream", "this is no feed that can be read").Because(err)
		case n > maxFeedTokens:
			return malformed("", "fault.wire.stream", "holds too many elements")
		}
		switch t.(type) {
		case xml.StartElement:
			if depth++; depth > maxFeedDepth {
				return malformed("", "fault.wire.stream", "holds elements more than %d deep inside each other", maxFeedDepth)
			}
		case xml.EndElement:
			depth--
		}
	}
}

// item makes of an entry what the newsroom keeps; ok is false when it says nothing or cannot be told from others.
func (f Feed) item(feed *gofeed.Feed, e *gofeed.Item, base *url.URL, address string) (Item, bool) {
	out := Item{Kind: Text, Status: Usable}
	c := &out.Content
	c.Kind, c.Genre = news.Story, news.News
	c.Headline = oneLine(plainText(e.Title))
	c.Language = f.Language
	if own, err := base.Parse(strings.TrimSpace(e.Link)); err == nil && e.Link != "" {
		base = own
	}
	if e.PublishedParsed != nil {
		out.FirstCreated, out.VersionTime = e.PublishedParsed.UTC(), e.PublishedParsed.UTC()
	}
	if e.UpdatedParsed != nil && e.UpdatedParsed.After(out.VersionTime) {
		out.VersionTime = e.UpdatedParsed.UTC()
	}
	c.Source = &news.Source{URI: entryURI(e, base, address), Name: f.Title, Copyright: oneLine(plainText(feed.Copyright))}
	if !out.VersionTime.IsZero() {
		c.Source.Version = out.VersionTime.Format(time.RFC3339)
	}
	text := e.Content
	if strings.TrimSpace(text) == "" {
		text = e.Description
	} else if lead := oneLine(plainText(e.Description)); lead != "" && !strings.HasPrefix(oneLine(plainText(text)), strings.TrimRight(lead, " .…")) {
		c.Lead = body.Shorten(lead, 1_200)
	}
	for _, a := range e.Authors {
		if name := oneLine(plainText(a.Name)); name != "" && !strings.Contains(name, "@") {
			c.Byline = append(c.Byline, news.Byline{Name: name})
		}
	}
	for _, tag := range e.Categories {
		if tag = oneLine(plainText(tag)); tag != "" && len(tag) <= maxName && len(c.Tags) < 50 {
			c.Tags = append(c.Tags, tag)
		}
	}
	b := feedBody{out: &out, base: base}
	b.attached(e)
	b.text(text, f.Language)
	if c.Headline == "" {
		c.Headline = body.Shorten(oneLine(c.Body.Text()), 80)
	}
	p := parser{out: out}
	p.fit()
	return p.out, c.Headline != "" && c.Source.URI != ""
}

// entryURI names an entry for ever.
func entryURI(e *gofeed.Item, base *url.URL, address string) string {
	id := oneLine(e.GUID)
	switch u, err := url.Parse(id); {
	case id == "" && e.Link != "":
		id = base.String()
	case id == "":
		sum := sha256.Sum256([]byte(e.Title + "\x00" + e.Published))
		id = address + "#" + hex.EncodeToString(sum[:8])
	case err != nil || !u.IsAbs():
		id = address + "#" + id
	}
	if len(id) > 500 {
		sum := sha256.Sum256([]byte(id))
		id = "feed:" + hex.EncodeToString(sum[:])
	}
	return id
}

// feedBody makes the document of an entry and gathers its pictures.
type feedBody struct {
	out  *Item
	base *url.URL
}

// attached takes the first picture that goes with an entry as the one that opens it.
func (b *feedBody) attached(e *gofeed.Item) {
	credit := ""
	for _, c := range e.Extensions["media"]["credit"] {
		credit = oneLine(plainText(c.Value))
	}
	try := func(address, kind, words, by string) {
		if len(b.out.Pictures) > 0 || address == "" || kind != "" && !strings.HasPrefix(kind, "image") {
			return
		}
		if kind == "" && !pictured(address) {
			return
		}
		if id := b.picture(address, words, ""); id != "" {
			b.out.Pictures[0].Credit = by
			b.out.Content.Picture = id
		}
	}
	for _, m := range e.Extensions["media"]["content"] {
		kind := m.Attrs["type"]
		if kind == "" {
			kind = m.Attrs["medium"]
		}
		by, words := credit, ""
		for _, c := range m.Children["credit"] {
			by = oneLine(plainText(c.Value))
		}
		for _, d := range m.Children["description"] {
			words = oneLine(plainText(d.Value))
		}
		try(m.Attrs["url"], kind, words, by)
	}
	for _, x := range e.Enclosures {
		try(x.URL, x.Type, "", credit)
	}
	if e.Image != nil {
		try(e.Image.URL, "image", "", credit)
	}
}

// picture gives the id in the item of a picture at an address, "" when it is none of the web.
func (b *feedBody) picture(address, caption, alt string) string {
	u, err := b.base.Parse(strings.TrimSpace(address))
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || len(u.String()) > 2000 {
		return ""
	}
	for _, img := range b.out.Pictures {
		if img.URI == u.String() {
			return img.ID
		}
	}
	if len(b.out.Pictures) >= maxPictures {
		return ""
	}
	img := Image{URI: u.String(), Picture: media.Picture{ID: "p" + strconv.Itoa(len(b.out.Pictures)+1), Kind: media.Photo, Focal: media.Centre, Caption: oneLine(caption), Alt: oneLine(alt)}}
	img.Files = []File{{Href: u.String()}}
	p := parser{}
	p.fitImage(&img)
	b.out.Pictures = append(b.out.Pictures, img)
	return img.ID
}

// text makes the document; the picture that opens the story is left out of it.
func (b *feedBody) text(markup, language string) {
	if !strings.ContainsAny(markup, "<&") {
		b.out.Content.Body = body.FromText(markup)
		return
	}
	from := body.Source{Lang: language, Picture: func(f body.Found) (body.Picture, bool) {
		id := b.picture(f.Src, f.Caption, f.Alt)
		if id == "" || id == b.out.Content.Picture {
			return body.Picture{}, false
		}
		return body.Picture{ID: id}, true
	}}
	if b.base.IsAbs() {
		from.Base = b.base.String()
	}
	b.out.Content.Body, _ = body.FromHTML(markup, from)
}

// Digest is the same for two items that say the same, whoever sent them: SHA-256 of the words of headline and text, without
// case, signs and spaces; "" when there are too few to tell.
func (i Item) Digest() string {
	const least = 80 // bytes
	words := strings.Join(strings.FieldsFunc(strings.ToLower(i.Content.Headline+" "+i.Content.Lead+" "+i.Content.Body.Text()), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) }), " ")
	if len(words) < least {
		return ""
	}
	sum := sha256.Sum256([]byte(words))
	return hex.EncodeToString(sum[:])
}
