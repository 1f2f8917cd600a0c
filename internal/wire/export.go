package wire

import (
	"encoding/json"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/internal/body"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// Export is a published article with what an export needs to know around it.
type Export struct {
	Item        news.Item
	Base        string  // public address of the site without a slash at the end; part of the item's own address for ever
	URL         string  // absolute address of the article's page
	Section     string  // slug of its section; empty for a standing page
	Publication string  // name of the publication, whose item it is
	Pictures    []Image // those of the article and its body that may leave the house, with absolute addresses of files
	Minor       bool    // leave out the document beside the XHTML: smaller, but the body comes back as HTML says it
}

// ItemURI gives the address that an article or a picture has for ever as a news item: a tag URI (RFC 4151) of the site
// at base and the year in which the id was made.
func ItemURI(base, kind, id string) string {
	host := base
	if u, err := url.Parse(base); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	return "tag:" + host + "," + strconv.Itoa(yearOf(id)) + ":" + kind + "/" + id
}

// OwnID gives the id in an address that ItemURI made for the site at base, for an import that meets the site's own items.
func OwnID(base, kind, uri string) (id string, ok bool) {
	i := strings.LastIndexByte(uri, '/')
	if i < 0 {
		return "", false
	}
	id = uri[i+1:]
	return id, id != "" && ItemURI(base, kind, id) == uri
}

// yearOf gives the year in which an id was made; what is no id of ours gets the first possible one.
func yearOf(id string) int {
	n, err := moment.Number(id)
	if err != nil {
		return 2020
	}
	return time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n>>12) * time.Microsecond).Year()
}

type (
	role3 struct {
		Role  string `json:"role,omitempty"`
		Type  string `json:"contentType,omitempty"`
		Words int    `json:"wordCount,omitempty"`
		Value string `json:"value"`
	}
	thing3 struct {
		Name    string `json:"name,omitempty"`
		Rel     string `json:"rel,omitempty"`
		Role    string `json:"role,omitempty"`
		URI     string `json:"uri,omitempty"`
		Literal string `json:"literal,omitempty"`
		Value   string `json:"value,omitempty"`
	}
	file3 struct {
		Name   string `json:"name"`
		Href   string `json:"href,omitempty"`
		Type   string `json:"contentType,omitempty"`
		Width  int    `json:"width,omitempty"`
		Height int    `json:"height,omitempty"`
		Bytes  int64  `json:"sizeInBytes,omitempty"`
	}
	standard3 struct {
		Name    string `json:"name"`
		Version string `json:"version"`
		Schema  string `json:"schema"`
	}
	rights3 struct {
		LinkedRights string `json:"linkedRights"`
	}
	item3 struct {
		Standard        *standard3 `json:"standard,omitempty"`
		Name            string     `json:"name,omitempty"`
		Rel             string     `json:"rel,omitempty"`
		URI             string     `json:"uri"`
		Type            string     `json:"type,omitempty"`
		Version         string     `json:"version,omitempty"`
		FirstCreated    string     `json:"firstCreated,omitempty"`
		VersionCreated  string     `json:"versionCreated,omitempty"`
		ContentCreated  string     `json:"contentCreated,omitempty"`
		Expires         string     `json:"expires,omitempty"`
		PubStatus       string     `json:"pubStatus,omitempty"`
		Urgency         int        `json:"urgency,omitempty"`
		Language        string     `json:"language,omitempty"`
		Headlines       []role3    `json:"headlines,omitempty"`
		By              string     `json:"by,omitempty"`
		Located         string     `json:"located,omitempty"`
		Descriptions    []role3    `json:"descriptions,omitempty"`
		Bodies          []role3    `json:"bodies,omitempty"`
		People          []thing3   `json:"people,omitempty"`
		Subjects        []thing3   `json:"subjects,omitempty"`
		Genres          []thing3   `json:"genres,omitempty"`
		InfoSources     []thing3   `json:"infoSources,omitempty"`
		CopyrightHolder string     `json:"copyrightHolder,omitempty"`
		CopyrightNotice string     `json:"copyrightNotice,omitempty"`
		UsageTerms      string     `json:"usageTerms,omitempty"`
		Rights          *rights3   `json:"rightsInfo,omitempty"`
		DigitalSource   *thing3    `json:"digitalSourceType,omitempty"`
		Renditions      []file3    `json:"renditions,omitempty"`
		Associations    []item3    `json:"associations,omitempty"`
		AltIDs          []thing3   `json:"altIds,omitempty"`
	}
)

// Ninjs gives a published article as one ninjs 3.1 item, valid against the schema, on one line. A story that came by wire
// keeps the address and version it came with. What ninjs has no property for stands in altIds and under roles that
// begin with "dateline:", so that ParseNinjs gives the same content again. A withdrawn article is a canceled item
// without any text but the public note. It says nothing of drafts, staff or the desk.
func Ninjs(x Export) ([]byte, error) {
	i := x.Item
	out := item3{
		Standard: &standard3{"ninjs", "3.1", "http://www.iptc.org/std/ninjs/ninjs-schema_3.1.json"},
		URI:      ItemURI(x.Base, "article", i.ID), Type: "text", PubStatus: "usable", Version: strconv.Itoa(i.Revision),
		FirstCreated: stamp(i.PublishedAt), VersionCreated: stamp(i.UpdatedAt),
	}
	if s := i.Source; s != nil && s.URI != "" {
		out.URI, out.Version = s.URI, s.Version
	}
	out.AltIDs = altIDs("id", i.ID, "edition", i.Edition, "section", x.Section, "revision", strconv.Itoa(i.Revision), "url", x.URL)
	if i.Gone() {
		out.PubStatus, out.VersionCreated = "canceled", stamp(i.WithdrawnAt)
		if i.Note != "" {
			out.Descriptions = []role3{{Role: "note", Type: "text/plain", Value: i.Note}}
		}
		return finish(out)
	}
	x.words(&out)
	x.things(&out)
	x.associations(&out)
	return finish(out)
}

func (x Export) words(out *item3) {
	c := x.Item.Content
	out.Language, out.Located = c.Language, c.Dateline.Place
	if c.Urgency >= 1 && c.Urgency <= 9 {
		out.Urgency = c.Urgency
	}
	out.Headlines = texts("main", c.Headline, "short", c.ShortHeadline)
	out.Descriptions = texts("summary", c.Lead)
	if !c.Body.IsEmpty() {
		markup := x.markup()
		out.Bodies = []role3{
			{Role: "main", Type: "application/xhtml+xml", Words: c.Body.Words(), Value: markup},
			{Role: "text", Type: "text/plain", Words: c.Body.Words(), Value: c.Body.Text()},
		}
	}
	if !x.Minor {
		out.Bodies = append(out.Bodies, role3{Role: mark + "document", Type: documentType, Value: string(c.Body.Canonical())})
	}
}

// markup gives the body as XHTML with its pictures, captions and credits. Cards of related stories are left out: the
// associations name them.
func (x Export) markup() string {
	one := func(p body.Picture) template.HTML {
		for _, img := range x.Pictures {
			if img.ID != p.ID || len(img.Files) == 0 {
				continue
			}
			if p.Caption == "" {
				p.Caption = img.Caption
			}
			if p.Alt == "" {
				p.Alt = img.Alt
			}
			words := html.EscapeString(p.Caption)
			if img.Credit != "" {
				words += " <small>" + html.EscapeString(img.Credit) + "</small>"
			}
			return template.HTML(`<figure><img src="` + html.EscapeString(img.Files[0].Href) + `" alt="` + html.EscapeString(p.Alt) +
				`"/><figcaption>` + words + `</figcaption></figure>`)
		}
		return ""
	}
	return string(x.Item.Body.HTML(body.Rendering{
		Mode: body.XHTML, Base: x.URL, Picture: one,
		Gallery: func(ids []string) template.HTML {
			var all template.HTML
			for _, id := range ids {
				all += one(body.Picture{ID: id})
			}
			return all
		},
	}))
}

func (x Export) things(out *item3) {
	c := x.Item.Content
	var names []string
	for _, b := range c.Byline {
		names = append(names, b.Name)
		out.People = append(out.People, thing3{Name: b.Name, Rel: mark + "byline", Literal: b.Author})
	}
	out.By = joinNames(names)
	for _, tag := range c.Tags {
		out.Subjects = append(out.Subjects, thing3{Name: tag, Rel: mark + "tag"})
	}
	if g, ok := genreNames[c.Genre]; ok {
		out.Genres = []thing3{{Name: g[0], URI: g[1]}}
	}
	if s := c.Source; s != nil {
		out.CopyrightNotice, out.UsageTerms = s.Copyright, s.Usage
		if s.Name != "" {
			out.InfoSources = append(out.InfoSources, thing3{Name: s.Name})
		}
	} else if x.Publication != "" {
		out.InfoSources = append(out.InfoSources, thing3{Name: x.Publication})
	}
	if c.Dateline.Source != "" {
		out.InfoSources = append(out.InfoSources, thing3{Name: c.Dateline.Source, Role: mark + "dateline"})
	}
	out.AltIDs = append(out.AltIDs, altIDs("genre", string(c.Genre), "kind", string(c.Kind), "slug", c.Slug, "discussion", c.Discussion, "main-picture", c.Picture)...)
}

func (x Export) associations(out *item3) {
	c := x.Item.Content
	if len(x.Pictures) > 0 {
		out.Type = "composite"
	}
	for n, img := range x.Pictures {
		name := "picture" + strconv.Itoa(n+1)
		if img.ID == c.Picture {
			name = "mainpic"
		}
		out.Associations = append(out.Associations, x.picture(name, img))
	}
	for n, id := range c.Related {
		out.Associations = append(out.Associations, item3{Name: "related" + strconv.Itoa(n+1), Rel: mark + "related", URI: ItemURI(x.Base, "article", id), Type: "text"})
	}
	if c.TranslationOf != "" {
		out.Associations = append(out.Associations, item3{Name: "original", Rel: mark + "translation-of", URI: ItemURI(x.Base, "article", c.TranslationOf), Type: "text"})
	}
}

func (x Export) picture(name string, img Image) item3 {
	p := item3{
		Name: name, URI: img.URI, Type: "picture", By: img.Creator, Located: img.City, CopyrightNotice: img.Copyright,
		UsageTerms: img.UsageTerms, ContentCreated: stamp(img.TakenAt), Expires: stamp(img.ExpiresAt),
		Headlines: texts("main", img.Headline), Descriptions: texts("caption", img.Caption, "alt", img.Alt),
	}
	if p.URI == "" {
		p.URI = ItemURI(x.Base, "picture", img.ID)
	}
	if img.Country != "" {
		p.Located = strings.TrimPrefix(img.City+", "+img.Country, ", ")
	}
	if img.Kind == media.Graphic {
		p.Type = "graphic"
	}
	if img.WebStatement != "" {
		p.Rights = &rights3{LinkedRights: img.WebStatement}
	}
	if img.DigitalSourceType != "" {
		p.DigitalSource = &thing3{URI: img.DigitalSourceType}
	}
	for _, s := range [][2]string{{img.Credit, "credit"}, {img.Pool, "pool"}, {img.Source, "source"}} {
		if s[0] != "" {
			p.InfoSources = append(p.InfoSources, thing3{Name: s[0], Role: mark + s[1]})
		}
	}
	var outputs, focal string
	for _, o := range img.Outputs {
		outputs += " " + string(o)
	}
	if img.Focal != media.Centre {
		focal = fmt.Sprintf("%g %g", img.Focal.X, img.Focal.Y)
	}
	var crops []string
	for _, c := range img.Crops {
		crops = append(crops, fmt.Sprintf("%s %g %g %g %g", c.Ratio, c.X, c.Y, c.Width, c.Height))
	}
	p.AltIDs = altIDs("picture", img.ID, "kind", string(img.Kind), "city", img.City, "country", img.Country, "taken-unit", string(img.TakenUnit),
		"licensor", img.LicensorURL, "outputs", strings.TrimSpace(outputs), "focal", focal, "crops", strings.Join(crops, ", "))
	for _, f := range img.Files {
		p.Renditions = append(p.Renditions, file3(f))
	}
	return p
}

// finish writes the item and reads it again: what the schema of 3.1 refuses must not leave the house.
func finish(out item3) ([]byte, error) {
	raw, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("wire: writing %s: %w", out.URI, err)
	}
	n, err := read(raw)
	if err != nil {
		return nil, fmt.Errorf("wire: writing %s: %w", out.URI, err)
	}
	if b := breaches(Ninjs3, n); len(b) > 0 {
		return nil, fmt.Errorf("wire: writing %s: it would not be valid: %s %s", out.URI, b[0].at, b[0].text)
	}
	return raw, nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// texts gives texts with their roles, role and value alternating, empty ones left out.
func texts(pairs ...string) []role3 {
	var out []role3
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, role3{Role: pairs[i], Type: "text/plain", Value: pairs[i+1]})
		}
	}
	return out
}

func altIDs(pairs ...string) []thing3 {
	var out []thing3
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			out = append(out, thing3{Role: mark + pairs[i], Value: pairs[i+1]})
		}
	}
	return out
}

func joinNames(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
