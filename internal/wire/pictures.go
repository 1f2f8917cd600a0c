package wire

import (
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"dateline/internal/media"
)

// Image is a picture of an item: what is known about it and where its file can be had. Of media.Picture only what the
// item says is filled; ID names it within the item, and Content.Picture and the body refer to it by that.
type Image struct {
	media.Picture
	URI    string // its own address as a news item; may be empty
	Killed bool   // canceled or withheld by its publisher: not to be shown, and to be killed where it is kept
	Files  []File // the largest usable one first
}

// ImageOf gives a picture of the desk as an export needs it. href gives the absolute address of a rendition; crops are left out.
func ImageOf(p media.Picture, href func(media.Rendition) string) Image {
	img := Image{Picture: p, Killed: !p.KilledAt.IsZero()}
	for _, r := range p.Renditions {
		if strings.HasPrefix(r.Name, "w") {
			img.Files = append(img.Files, File{r.Name, href(r), r.ContentType, r.Width, r.Height, r.Bytes})
		}
	}
	sort.SliceStable(img.Files, func(i, j int) bool { return larger(img.Files[i], img.Files[j]) })
	return img
}

// File is one rendition of a picture, as the item tells it.
type File struct {
	Name          string // "highRes"
	Href          string // an address, or a path beside the item's own file
	Type          string // "image/jpeg"; may be empty
	Width, Height int    // pixels; 0 when it does not say
	Bytes         int64
}

const maxPictures = 100

// pictures reads the pictures of the item: itself, its own renditions, those associated with it.
func (p *parser) pictures() {
	if p.out.Kind != Audio && p.out.Kind != Video && p.out.Kind != Event && p.out.Kind != Planning {
		if files := p.files(p.doc, ""); len(files) > 0 {
			own := p.image(p.doc, files)
			if !p.visual() { // the byline and words of a story are not those of its picture
				own.Caption, own.Alt, own.Creator, own.Credit, own.TakenAt, own.City, own.Country = "", "", "", "", time.Time{}, "", ""
				if own.Credit = p.provider(); own.Credit == "" {
					own.Credit = p.word("copyrightHolder", "copyrightholder")
				}
			}
			p.out.Pictures = append(p.out.Pictures, own)
		} else if p.visual() {
			p.warn("renditions", "give no picture file that can be fetched")
		}
	}
	p.associated(p.doc, "", 0)
	for i := range p.out.Pictures {
		if p.out.Pictures[i].ID == "" {
			p.out.Pictures[i].ID = "p" + strconv.Itoa(i+1)
		}
	}
	p.out.Content.Picture = p.mainPicture()
}

// associated reads the pictures among the associations of d, and those of a composite among them.
func (p *parser) associated(d doc, at string, deep int) {
	all := d.n.of("associations")
	for i, v := range all.list() {
		a := doc{d.f, v}
		place := under(at, item("associations", i))
		name := a.word("name")
		if all.kind == 'o' {
			name = all.names[i]
			place = under(under(at, "associations"), name)
		}
		kind := a.word("type")
		if kind == "composite" && deep < 3 {
			p.associated(a, place, deep+1)
		}
		if kind != "picture" && kind != "graphic" && (kind != "" || len(a.list("renditions")) == 0) {
			continue
		}
		files := p.files(a, place)
		switch {
		case len(files) == 0:
			p.warn(place, "gives no picture file that can be fetched and was left out")
			continue
		case len(p.out.Pictures) >= maxPictures:
			p.warn(place, "is beyond the "+strconv.Itoa(maxPictures)+" pictures that one item may have and was left out")
			continue
		}
		img := p.image(a, files)
		if p.uses(img.ID) {
			img.ID = ""
		}
		if main := plain(name); main == "main" || main == "mainpic" || main == "mainpicture" || main == "featuremedia" || main == "featured" || main == "lead" {
			p.out.Pictures = append([]Image{img}, p.out.Pictures...)
			continue
		}
		p.out.Pictures = append(p.out.Pictures, img)
	}
}

func (p *parser) uses(id string) bool {
	for _, img := range p.out.Pictures {
		if id != "" && img.ID == id {
			return true
		}
	}
	return false
}

// mainPicture gives the id of the picture that opens the story: the first photograph, else the first picture.
func (p *parser) mainPicture() string {
	if p.own() {
		if id := p.marks["main-picture"]; p.uses(id) {
			return id
		}
		return ""
	}
	for i, img := range p.out.Pictures {
		if img.Kind == media.Photo {
			copy(p.out.Pictures[1:i+1], p.out.Pictures[:i])
			p.out.Pictures[0] = img
			return img.ID
		}
	}
	if len(p.out.Pictures) > 0 {
		return p.out.Pictures[0].ID
	}
	return ""
}

// image reads what d says about the picture it is.
func (p *parser) image(d doc, files []File) Image {
	all := plainFirst(d.texts("description", "descriptions"))
	img := Image{URI: d.word("uri"), Files: files, Picture: media.Picture{
		Kind: media.Photo, Focal: media.Centre,
		Creator:    strings.TrimSpace(trimBy(oneLine(d.word("by", "byline")))),
		Copyright:  oneLine(d.word("copyrightNotice", "copyrightnotice")),
		UsageTerms: oneLine(d.word("usageTerms", "usageterms")),
		TakenAt:    d.time("contentCreated", "contentcreated"), ExpiresAt: d.time("expires"),
		WebStatement:      webAddress(doc{d.f, first(d.n, "rightsInfo", "rightsinfo")}.word("linkedRights", "linkedrights")),
		DigitalSourceType: webAddress(doc{d.f, first(d.n, "digitalSourceType", "digitalsourcetype")}.word("uri")),
	}}
	if title, ok := pick(d.texts("headline", "headlines"), "", "main", "*"); ok {
		img.Headline = title.plain()
	}
	if d.word("type") == "graphic" {
		img.Kind = media.Graphic
	}
	alt, _ := pick(all, "alt", "alttext", "alt_text", "accessibility", "altaccessibility")
	if img.Alt = alt.plain(); img.Alt == "" {
		if img.Alt = oneLine(d.word("alt_text", "alt", "altText")); img.Alt == "" && d.f == Ninjs1 {
			// Some newsroom systems send the alt text of a picture as its body.
			if s := oneLine(d.word("body_text")); len(s) <= 500 {
				img.Alt = s
			}
		}
	}
	caption, ok := pick(all, "caption", "main", "", "text", "summary")
	if !ok {
		for _, s := range all {
			if s != alt && s.role != "note" && !ok {
				caption, ok = s, true
			}
		}
	}
	img.Caption = caption.plain()
	place := oneLine(d.word("located"))
	if i := strings.LastIndex(place, ", "); i > 0 {
		img.City, img.Country = place[:i], place[i+2:]
	} else {
		img.City = place
	}
	p.credit(d, &img)
	p.marked(d, &img)
	p.fitImage(&img)
	switch Status(d.word("pubStatus", "pubstatus")) {
	case Canceled, Withheld:
		img.Killed = true
	}
	return img
}

// marked reads what an export of ours kept of a picture under its own roles.
func (p *parser) marked(d doc, img *Image) {
	for _, v := range d.list("altIds") {
		x := doc{d.f, v}
		value := x.word("value")
		switch role, _ := strings.CutPrefix(x.word("role"), mark); role {
		case "picture":
			if isID(value) {
				img.ID = value
				img.City, img.Country = "", "" // they come by themselves
			}
		case "kind":
			if k := media.Kind(value); k == media.Illustration || k == media.Graphic || k == media.Photo {
				img.Kind = k
			}
		case "city":
			img.City = oneLine(value)
		case "country":
			img.Country = oneLine(value)
		case "taken-unit":
			if u := media.Unit(value); u == media.Year || u == media.Month || u == media.Day {
				img.TakenUnit = u
			}
		case "licensor":
			img.LicensorURL = webAddress(value)
		case "outputs":
			for _, o := range media.Outputs {
				if slices.Contains(strings.Split(value, " "), string(o)) {
					img.Outputs = append(img.Outputs, o)
				}
			}
		case "focal":
			var at media.Point
			if n, err := fmt.Sscanf(value, "%g %g", &at.X, &at.Y); err == nil && n == 2 && at.X >= 0 && at.X <= 1 && at.Y >= 0 && at.Y <= 1 {
				img.Focal = at
			}
		case "crops":
			img.Crops = readCrops(value)
		}
	}
}

// readCrops reads crops as an export writes them; what is none is left out.
func readCrops(value string) []media.Crop {
	var out []media.Crop
	for one := range strings.SplitSeq(value, ", ") {
		var c media.Crop
		if n, err := fmt.Sscanf(one, "%s %g %g %g %g", &c.Ratio, &c.X, &c.Y, &c.Width, &c.Height); err == nil && n == 5 && len(out) < len(media.CropRatios) {
			out = append(out, c)
		}
	}
	return out
}

// isID reports whether s can name a picture in a document.
func isID(s string) bool {
	return s != "" && len(s) <= 64 && strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

// fitImage cuts what is longer than the fields of the picture desk and drops times that it refuses.
func (p *parser) fitImage(img *Image) {
	for s, max := range map[*string]int{&img.Credit: 250, &img.Pool: 250, &img.Creator: 250, &img.Source: 250, &img.Copyright: 500, &img.Headline: 250,
		&img.Caption: 4000, &img.Alt: 1000, &img.City: 250, &img.Country: 250, &img.UsageTerms: 2000} {
		if r := []rune(*s); len(r) > max {
			*s = strings.TrimSpace(string(r[:max]))
		}
	}
	for _, t := range []*time.Time{&img.TakenAt, &img.ExpiresAt} {
		if y := t.Year(); y < 1800 || y > 2200 {
			*t = time.Time{}
		}
	}
}

// webAddress gives s when it is an absolute address of the web, else "".
func webAddress(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || strings.ContainsAny(s, " \t\n") || len(s) > 2000 {
		return ""
	}
	return s
}

// credit finds who is to be credited: a credit line, the agencies, the holder of the right, the photographer.
func (p *parser) credit(d doc, img *Image) {
	var agencies []string
	for _, v := range d.list("infoSources", "infosources", "infosource") {
		x := doc{d.f, v}
		name := oneLine(x.word("name"))
		switch x.word("role") {
		case mark + "credit":
			img.Credit = name
		case mark + "pool":
			img.Pool = name
		case mark + "source":
			img.Source = name
		default:
			if name != "" {
				agencies = append(agencies, name)
			}
		}
	}
	if line := oneLine(d.word("creditline", "creditLine")); img.Credit == "" {
		img.Credit = line
	}
	if img.Credit == "" {
		img.Credit = strings.Join(agencies, " / ")
	}
	if img.Source == "" && len(agencies) > 0 {
		img.Source = agencies[0]
	}
	if img.Credit == "" {
		img.Credit = oneLine(d.word("copyrightHolder", "copyrightholder"))
	}
	if img.Credit == "" {
		img.Credit = img.Creator
	}
}

func trimBy(s string) string {
	if rest, ok := cutFold(s, "by "); ok {
		return rest
	}
	return s
}

// files gives the renditions that are pictures with an address, the largest first.
func (p *parser) files(d doc, at string) []File {
	all := d.n.of("renditions")
	var out []File
	for i, v := range all.list() {
		r := doc{d.f, v}
		f := File{
			Name: r.word("name"), Href: r.word("href"), Type: strings.ToLower(r.word("contentType", "contenttype", "mimetype")),
			Width: pixels(v.of("width")), Height: pixels(v.of("height")), Bytes: int64(pixels(first(v, "sizeInBytes", "sizeinbytes"))),
		}
		if all.kind == 'o' {
			f.Name = all.names[i]
		}
		if f.Href != "" && (f.Type == "" || strings.HasPrefix(f.Type, "image/") && !strings.Contains(f.Type, "svg") || f.Type == "application/octet-stream") {
			out = append(out, f)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return larger(out[i], out[j]) })
	return out
}

func first(v *node, names ...string) *node {
	for _, name := range names {
		if x := v.of(name); x != nil {
			return x
		}
	}
	return nil
}

// pixels gives a whole number that a picture can have, else 0.
func pixels(v *node) int {
	if v == nil || v.kind != 'n' {
		return 0
	}
	f, err := strconv.ParseFloat(v.text, 64)
	if err != nil || f < 0 || f > 1e12 {
		return 0
	}
	return int(f)
}

// larger orders files: JPEG, PNG, GIF and WebP before what must be converted, then by area, by bytes, by the usual names.
func larger(a, b File) bool {
	if x, y := usual(a.Type), usual(b.Type); x != y {
		return x
	}
	if x, y := a.Width*a.Height, b.Width*b.Height; x != y && (a.Width*a.Height == 0) == (b.Width*b.Height == 0) {
		return x > y
	}
	if a.Bytes != b.Bytes && a.Bytes > 0 && b.Bytes > 0 {
		return a.Bytes > b.Bytes
	}
	return rendition(a.Name) < rendition(b.Name)
}

func usual(contentType string) bool {
	switch contentType {
	case "", "image/jpeg", "image/jpg", "image/pjpeg", "image/png", "image/gif", "image/webp":
		return true
	}
	return false
}

// rendition gives the place of a rendition's name among the usual ones, the largest first.
func rendition(name string) int {
	for i, known := range []string{"original", "highres", "hires", "baseimage", "full", "large", "main", "viewimage", "web", "preview", "medium", "", "small", "thumbnail", "thumb"} {
		if plain(name) == known {
			return i
		}
	}
	return 11
}
