package feed

import (
	"html/template"
	"strings"

	"dateline/internal/body"
	"dateline/internal/news"
	"dateline/internal/page/lang"
)

// markup gives the whole story as HTML for feed readers: main picture, corrections, lead, text. It stands in an element of
// its own language and direction, since a feed reader has another.
func (v *view) markup(i news.Item, address string) string {
	var b strings.Builder
	b.WriteString(`<div lang="` + escape(i.Language) + `" dir="` + lang.Direction(i.Language) + `">`)
	if s, ok := v.picture(i.Picture, "", "", i.PublishedAt); ok {
		b.WriteString(string(s.figure()))
	}
	for _, c := range i.Corrections {
		if c.Note != "" {
			b.WriteString(`<p><strong>` + escape(v.say("article.correction")) + `</strong> <time datetime="` + stamp(c.At) + `">` + escape(v.date(c)) + `</time> ` + escape(c.Note) + `</p>`)
		}
	}
	if i.Lead != "" {
		b.WriteString(`<p><strong>` + escape(i.Lead) + `</strong></p>`)
	}
	b.WriteString(withDateline(i.Dateline, string(i.Body.HTML(v.rendering(i, address)))))
	b.WriteString(`</div>`)
	return b.String()
}

func (v *view) date(c news.Mark) string {
	if v.words == nil {
		return c.At.UTC().Format("2006-01-02")
	}
	return v.words.Date(v.local(c.At))
}

func (v *view) rendering(i news.Item, address string) body.Rendering {
	one := func(p body.Picture) template.HTML {
		s, ok := v.picture(p.ID, p.Caption, p.Alt, i.PublishedAt)
		if !ok {
			return ""
		}
		return s.figure()
	}
	return body.Rendering{
		Mode: body.Feed, Base: address, Picture: one,
		Words: body.Words{
			Watch: v.say("body.watch"), Listen: v.say("body.listen"), View: v.say("body.view"),
			Video: v.say("body.video"), Audio: v.say("body.audio"), Table: v.say("body.table"),
		},
		Gallery: func(ids []string) template.HTML {
			var all template.HTML
			for _, id := range ids {
				all += one(body.Picture{ID: id})
			}
			return all
		},
		Related: func(id string) template.HTML {
			r, ok := v.Related[id]
			address := news.Address(v.Addresses, r.Content)
			if !ok || r.Gone() || address == "" {
				return ""
			}
			return template.HTML(`<p>` + escape(v.say("article.related")) + ` <a href="` + escape(address) + `">` + escape(r.Headline) + `</a></p>`)
		},
	}
}

// withDateline puts place and source before the first words of the text.
func withDateline(d news.Dateline, text string) string {
	words := d.Place
	if d.Source != "" {
		words = strings.TrimSpace(words + " (" + d.Source + ")")
	}
	if words == "" {
		return text
	}
	if rest, ok := strings.CutPrefix(text, "<p>"); ok {
		return "<p><b>" + escape(words) + "</b> — " + rest
	}
	return "<p><b>" + escape(words) + "</b></p>" + text
}

// figure gives the picture with caption and credit.
func (s shown) figure() template.HTML {
	alt := s.alt
	if strings.EqualFold(alt, s.caption) {
		alt = "" // what stands under the picture is not read twice
	}
	b := `<figure><img src="` + escape(s.url) + `" alt="` + escape(alt) + `" width="` + itoa(s.file.Width) + `" height="` + itoa(s.file.Height) + `">`
	var words []string
	if s.label != "" {
		words = append(words, `<b>`+escape(s.label)+`</b>`)
	}
	if s.caption != "" {
		words = append(words, escape(s.caption))
	}
	if s.credit != "" {
		words = append(words, `<small>`+escape(s.credit)+`</small>`)
	}
	if len(words) > 0 {
		b += `<figcaption>` + strings.Join(words, " ") + `</figcaption>`
	}
	return template.HTML(b + `</figure>`)
}

// told gives the caption of a picture with its label in front, as plain text.
func (s shown) told() string { return strings.TrimSpace(s.label + " " + s.caption) }

// asHTML makes words safe where readers of RSS disagree whether words or HTML stand: only what would begin a tag is escaped
// once more, so that ordinary words are the same for both.
func asHTML(s string) string {
	for i := 0; i+1 < len(s); i++ {
		if c := s[i+1] | 0x20; s[i] == '<' && (c >= 'a' && c <= 'z' || s[i+1] == '/' || s[i+1] == '!' || s[i+1] == '?') {
			return escape(s)
		}
	}
	return s
}
