package wire

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"dateline/internal/body"
	"dateline/internal/media"
)

// documentType is the content type under which an export keeps the document itself beside its XHTML.
const documentType = "application/vnd.dateline.document+json"

// body reads the best text of the item: the document of another Dateline site, else markup, else plain text.
func (p *parser) body() {
	c := &p.out.Content
	c.Dateline.Place = oneLine(p.word("located"))
	for _, v := range p.list("infoSources") {
		if d := (doc{p.f, v}); d.word("role") == mark+"dateline" {
			c.Dateline.Source = oneLine(d.word("name"))
		}
	}
	all := p.texts("body", "bodies")
	if p.own() {
		for _, s := range all {
			if s.kind == documentType {
				if d, err := body.Parse([]byte(s.text)); err == nil {
					c.Body = d
					return
				}
				p.warn(s.at, "is no document that can be read; the text beside it was taken")
			}
		}
	}
	if p.visual() {
		if c.Dateline.Place != "" {
			c.Dateline.Place = "" // of the picture, which keeps it
		}
		return
	}
	if best, ok := bestBody(all); ok {
		c.Body = p.convert(best)
	}
	if !p.own() {
		p.dateline()
		p.addPictures()
	}
}

// bestBody chooses markup before plain text, the main role before others, the longer before the shorter.
func bestBody(all []said) (said, bool) {
	score := func(s said) int {
		n := 0
		if s.rich() {
			n += 4
		}
		switch s.role {
		case "summary", "abstract", "teaser", "caption", "note":
			n -= 8
		case "", "main", "text", "html", "xhtml", "richtext":
			n += 2
		}
		return n
	}
	best, found := said{}, false
	for _, s := range all {
		if s.kind == documentType {
			continue
		}
		if !found || score(s) > score(best) || score(s) == score(best) && len(s.text) > len(best.text) {
			best, found = s, true
		}
	}
	return best, found
}

// dateline moves the dateline with which the text opens into its fields, so that a page does not show it twice. Words
// of the item itself (located) win over those in the text.
func (p *parser) dateline() {
	c := &p.out.Content
	blocks := blocksOf(c.Body)
	if len(blocks) > 0 {
		text := inlineText(blocks[0])
		place, source, size := cutDateline(text, c.Dateline.Place)
		if size > 0 {
			dropStart(blocks[0], size)
			if d, ok := document(blocks); ok {
				c.Body, c.Dateline.Source = d, source
				if c.Dateline.Place == "" {
					c.Dateline.Place = place
				}
			}
		}
	}
	if c.Dateline.Place != "" && c.Dateline.Source == "" && c.Source != nil {
		c.Dateline.Source = p.provider()
	}
}

// addPictures puts the pictures that are not the main one at the end of the text, so that none is lost.
func (p *parser) addPictures() {
	var ids []any
	shown := p.out.Content.Body.Pictures()
	for _, img := range p.out.Pictures {
		if img.ID != p.out.Content.Picture && !slices.Contains(shown, img.ID) && img.Kind == media.Photo && !img.Killed {
			ids = append(ids, img.ID)
		}
	}
	if len(ids) == 0 {
		return
	}
	blocks := blocksOf(p.out.Content.Body)
	if p.out.Content.Body.IsEmpty() {
		blocks = nil
	}
	if len(ids) == 1 {
		blocks = append(blocks, map[string]any{"type": "picture", "attrs": map[string]any{"id": ids[0]}})
	} else {
		blocks = append(blocks, map[string]any{"type": "gallery", "attrs": map[string]any{"pictures": ids}})
	}
	if d, ok := document(blocks); ok {
		p.out.Content.Body = d
	}
}

// convert makes a document of a text of the item.
func (p *parser) convert(s said) body.Document {
	if !s.rich() {
		d := body.FromText(s.text)
		if len(s.text) > body.MaxBytes/64 && len(strings.Fields(d.Text())) < len(strings.Fields(s.text)) {
			p.warn(s.at, "the text is too long and was cut")
		}
		return d
	}
	from := body.Source{Lang: p.out.Content.Language, XHTML: strings.Contains(s.kind, "xhtml"), Picture: p.inText}
	if uri := p.word("uri"); strings.HasPrefix(uri, "https://") || strings.HasPrefix(uri, "http://") {
		from.Base = uri
	}
	d, warnings := body.FromHTML(s.text, from)
	for _, w := range warnings {
		p.warn(s.at, w.Text)
	}
	return d
}

// inText finds or makes the picture that stands in a text. The main one is left out there: it opens the story.
func (p *parser) inText(f body.Found) (body.Picture, bool) {
	for i := range p.out.Pictures {
		img := &p.out.Pictures[i]
		for _, file := range img.Files {
			if file.Href == f.Src {
				return body.Picture{ID: img.ID, Caption: f.Caption, Alt: f.Alt}, img.ID != p.out.Content.Picture
			}
		}
	}
	if f.Src == "" || len(p.out.Pictures) >= maxPictures {
		return body.Picture{}, false
	}
	id := "p" + strconv.Itoa(len(p.out.Pictures)+1)
	img := Image{
		Files:   []File{{Href: f.Src}},
		Picture: media.Picture{ID: id, Kind: media.Photo, Focal: media.Centre, Caption: oneLine(f.Caption), Alt: oneLine(f.Alt), Credit: p.provider()},
	}
	p.fitImage(&img)
	p.out.Pictures = append(p.out.Pictures, img)
	return body.Picture{ID: id}, true
}

// The document is opaque but for its JSON, which is enough for what is done to it here.

func blocksOf(d body.Document) []map[string]any {
	var top struct {
		Content []map[string]any `json:"content"`
	}
	if json.Unmarshal(d.Canonical(), &top) != nil {
		return nil
	}
	return top.Content
}

func document(blocks []map[string]any) (body.Document, bool) {
	raw, err := json.Marshal(map[string]any{"type": "doc", "content": blocks})
	if err != nil {
		return body.Document{}, false
	}
	d, err := body.Parse(raw)
	return d, err == nil
}

// inlineText gives the text of a paragraph up to its first line break, "" for other blocks.
func inlineText(block map[string]any) string {
	if block["type"] != "paragraph" {
		return ""
	}
	var b strings.Builder
	children, _ := block["content"].([]any)
	for _, c := range children {
		run, _ := c.(map[string]any)
		if run["type"] != "text" {
			break
		}
		text, _ := run["text"].(string)
		b.WriteString(text)
	}
	return b.String()
}

// dropStart takes the first size bytes of text from a paragraph.
func dropStart(block map[string]any, size int) {
	children, _ := block["content"].([]any)
	for len(children) > 0 && size > 0 {
		run, _ := children[0].(map[string]any)
		text, _ := run["text"].(string)
		if len(text) > size {
			run["text"] = text[size:]
			break
		}
		size -= len(text)
		children = children[1:]
	}
	block["content"] = children
}
