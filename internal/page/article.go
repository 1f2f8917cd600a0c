package page

import (
	"bytes"
	"html/template"
	"slices"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/page/feed"
)

// articleView is a story as its template sees it.
type articleView struct {
	Frame       frame
	ID, Topic   string
	Resume      string
	Section     sectionLink
	Genre       string
	Live        bool
	Opinion     string // the author's name, of an opinion
	Headline    string
	Size        string // large, middle, small: by urgency and length
	Lead        string
	Corrections []correction
	Picture     *figure
	Support     *supportView
	Authors     []author
	Published   stamp
	Updated     *stamp
	Body        template.HTML
	Source      string
	Tags        []sectionLink
	Languages   []editionLink
	Related     []card
	More        []card
	Next        *card // opened below on request
	Version     int
	History     string
	Report      string // where readers say what is wrong
	Subscribe   string
	Talk        *talkView
	Chats       string
	Rooms       []roomView // beside it
	URL         string
	Lang, Dir   string
	Standing    bool
}

type sectionLink struct{ Name, URL string }

// correction is a mark under the lead.
type correction struct {
	Time                stamp
	Note, Before, After string
}

// Article renders a story: 200. It carries the tags of the stories it shows and not those of its section, topics and
// authors: what else is published there does not change it, and a publish must not render a whole section anew.
func (r *Renderer) Article(v Article) (Page, error) {
	if v.Item.Gone() {
		return Page{}, fault.New(fault.Gone, "fault.withdrawn", "this story was withdrawn")
	}
	s, err := r.sheet(v.Item.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	var d articleView
	s.storyView(&d, v)
	return s.render("article", 200, d, false)
}

// storyView makes what a story and a live coverage have in common.
func (s *sheet) storyView(d *articleView, v Article) {
	it := v.Item
	*d = s.article(it, v.Related, v.Translations)
	d.Resume = v.Resume
	if sec, ok := s.a.SectionByID(it.Section); ok {
		d.Section = sectionLink{sec.Name, s.path("/" + sec.Slug)}
	}
	d.Frame.Data = s.articleData(it, *d)
	d.Frame.Feeds = s.feeds("", "")
	shown := append([]string{it.ID}, it.Body.Related()...)
	for _, id := range it.Related {
		s.tag(fact.TagArticle(id))
		if other, ok := v.Related[id]; ok && !slices.Contains(shown, id) {
			shown = append(shown, id)
			d.Related = append(d.Related, s.card(other))
		}
	}
	s.newest(v.More)
	for _, other := range v.More {
		if !slices.Contains(shown, other.ID) && len(d.More) < 4 {
			shown = append(shown, other.ID)
			c := s.short(other)
			c.Picture = nil
			d.More = append(d.More, c)
		}
	}
	if other, ok := next(it, v.More); ok {
		c := s.card(other)
		d.Next = &c
	}
	base := s.link(it.Content)
	d.History, d.Report = base+"/history", reportPath(v.Item.ID)
	d.Support = s.support(v.Sponsors)
	day := s.day
	s.day = undated
	d.Talk = s.talk(it, v.Talk, false)
	s.day = day
	if d.Talk.Threads != nil {
		d.Frame.Style = "said"
	}
	d.Subscribe, d.Chats = s.path("/subscribe"), s.path("/chats")
	for _, c := range v.Talk.Rooms {
		d.Rooms = append(d.Rooms, s.room(c, news.Item{}, v.Talk.Now))
	}
}

// next is what to read after a story: the newest of its section before it, or its newest when there is none, so that a reader
// walks back through the section.
func next(it news.Item, section []news.Item) (news.Item, bool) {
	var newest *news.Item
	for i, other := range section {
		switch {
		case other.ID == it.ID:
		case other.FeedAt.Before(it.FeedAt):
			return other, true
		case newest == nil:
			newest = &section[i]
		}
	}
	if newest == nil {
		return news.Item{}, false
	}
	return *newest, true
}

// Standing renders a standing page: 200.
func (r *Renderer) Standing(v Standing) (Page, error) {
	if v.Item.Gone() {
		return Page{}, fault.New(fault.Gone, "fault.withdrawn", "this page was withdrawn")
	}
	s, err := r.sheet(v.Item.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	d := s.article(v.Item, v.Related, v.Translations)
	d.Standing = true
	d.Frame.Share.Type = "website"
	d.History = s.link(v.Item.Content) + "/history"
	return s.render("standing", 200, d, false)
}

// article makes what a story and a standing page have in common.
func (s *sheet) article(it news.Item, related map[string]news.Item, translations []news.Item) articleView {
	s.tag(fact.TagArticle(it.ID))
	title := it.Headline
	d := articleView{
		Frame: s.frame("story", title, s.below(it.Content)),
		ID:    it.ID, Topic: string(fact.Article(it.ID)), Headline: it.Headline, Lead: it.Lead,
		Genre: s.genre(it.Content), Live: it.Kind == news.Live, Authors: s.authors(it.Byline),
		Published: s.stamp(it.PublishedAt), Version: it.Revision, URL: news.Address(s.a, it.Content),
	}
	d.Lang, d.Dir = s.foreign(it.Language)
	if it.Genre == news.Opinion {
		d.Opinion = s.words.List(bylineNames(it.Byline))
	}
	if it.UpdatedAt.After(it.PublishedAt) {
		u := s.stamp(it.UpdatedAt)
		d.Updated = &u
	}
	d.Picture = s.figure(it.Picture, "", "", it.PublishedAt, true, sizesLead)
	if d.Picture != nil {
		d.Picture.First, d.Picture.Own = true, true
	}
	d.Size = size(it, d.Picture != nil)
	for _, m := range it.Corrections {
		d.Corrections = append(d.Corrections, correction{s.stamp(m.At), m.Note, m.Before, m.After})
	}
	for _, t := range it.Topics() {
		d.Tags = append(d.Tags, sectionLink{t.Name, s.path("/tag/" + t.Slug)})
	}
	if it.Source != nil {
		d.Source = it.Source.Copyright
		if d.Source == "" && it.Source.Name != "" {
			d.Source = s.words.Say("article.source", "source", it.Source.Name)
		}
	}
	d.Body = s.body(it, related, d.Picture == nil)
	s.languages(&d, it, translations)
	s.shareArticle(&d, it)
	return d
}

// size chooses one of three headline sizes by urgency; without a picture it is one larger, a long headline one smaller.
func size(it news.Item, picture bool) string {
	n := 1
	if it.Weight() <= 2 {
		n++
	}
	if !picture {
		n++
	}
	if len([]rune(it.Headline)) > 90 {
		n--
	}
	return [...]string{"small", "middle", "large"}[min(max(n, 0), 2)]
}

// body turns the document into HTML with the dateline at the head of its first paragraph. Its first picture is the story's own when
// it has no other.
func (s *sheet) body(it news.Item, related map[string]news.Item, own bool) template.HTML {
	for _, id := range it.Body.Related() {
		s.tag(fact.TagArticle(id))
	}
	small := func(id, caption, alt, tongue, dir string) template.HTML {
		f := s.figure(id, caption, alt, it.PublishedAt, false, sizesText)
		if f == nil {
			return ""
		}
		f.Lang, f.Dir = tongue, dir
		f.Own, own = own, false
		return s.piece("figure", f)
	}
	out := it.Body.AppendHTML(make([]byte, 0, 8<<10), body.Rendering{
		Mode: body.Page, Base: news.Address(s.a, it.Content), Words: s.bodyWords(),
		Picture: func(p body.Picture) template.HTML { return small(p.ID, p.Caption, p.Alt, p.Lang, p.Dir) },
		Gallery: func(ids []string) template.HTML {
			var b bytes.Buffer
			for _, id := range ids {
				b.WriteString(string(small(id, "", "", "", "")))
			}
			if b.Len() == 0 {
				return ""
			}
			return vetted([]byte(`<div class="gallery">` + b.String() + `</div>`))
		},
		Related: func(id string) template.HTML {
			other, ok := related[id]
			if !ok || other.ID == it.ID {
				return ""
			}
			return s.piece("related", s.card(other))
		},
	})
	if it.Dateline.Place == "" && it.Dateline.Source == "" {
		return vetted(out)
	}
	from := it.Dateline.Place
	switch {
	case from == "":
		from = it.Dateline.Source
	case it.Dateline.Source != "":
		from = s.words.Say("article.dateline", "place", it.Dateline.Place, "source", it.Dateline.Source)
	}
	head := []byte(s.piece("dateline", from))
	if rest, ok := bytes.CutPrefix(out, []byte("<p>")); ok {
		return vetted(slices.Concat([]byte("<p>"), head, []byte(" — "), rest))
	}
	return vetted(slices.Concat([]byte("<p>"), head, []byte("</p>"), out)) // nothing to lead into, so no dash
}

func (s *sheet) bodyWords() body.Words {
	w := s.words
	return body.Words{Watch: w.Say("body.watch"), Listen: w.Say("body.listen"), View: w.Say("body.view"), Video: w.Say("body.video"), Audio: w.Say("body.audio"), Table: w.Say("body.table")}
}

// languages links the same story in other editions, both ways and to itself, as hreflang asks.
func (s *sheet) languages(d *articleView, it news.Item, translations []news.Item) {
	if it.TranslationOf != "" {
		s.tag(fact.TagArticle(it.TranslationOf)) // which every new one of the family drops
	}
	d.Frame.Alternates = feed.Alternates(s.a, it, translations)
	var others []news.Item
	for _, t := range translations {
		if t.ID != it.ID && t.Edition != it.Edition && !t.Gone() {
			others = append(others, t)
			s.tag(fact.TagArticle(t.ID))
		}
	}
	place := func(t news.Item) int {
		return slices.IndexFunc(s.a.Editions, func(e edition.Edition) bool { return e.Slug == t.Edition })
	}
	slices.SortStableFunc(others, func(a, b news.Item) int { return place(a) - place(b) })
	for _, t := range others {
		address := news.Address(s.a, t.Content)
		if slices.ContainsFunc(d.Frame.Alternates, func(a feed.Alternate) bool { return a.URL == address }) {
			d.Languages = append(d.Languages, s.language(t))
		}
	}
}

// language is the link to a story in another edition.
func (s *sheet) language(t news.Item) editionLink {
	for _, l := range s.editions() {
		if l.URL == s.front(t.Edition) {
			l.URL = s.link(t.Content)
			return l
		}
	}
	e, _ := s.a.Edition(t.Edition)
	return editionLink{Name: e.Name, URL: s.link(t.Content), Lang: e.Language}
}

// shareArticle fills in what other sites show of the story.
func (s *sheet) shareArticle(d *articleView, it news.Item) {
	if it.Lead != "" {
		d.Frame.Description = it.Lead
	}
	sh := d.Frame.Share
	sh.Type, sh.Description = "article", it.Lead
	sh.Published, sh.Modified = iso(it.PublishedAt), ""
	if d.Updated != nil {
		sh.Modified = d.Updated.ISO
	}
	if sec, ok := s.a.SectionByID(it.Section); ok {
		sh.Section = sec.Name
	}
	sh.Tags = it.Tags
	for _, a := range d.Authors {
		if a.Page == "" {
			a.Page = a.Name
		}
		sh.Authors = append(sh.Authors, a.Page)
	}
	if p, ok := s.own(it); ok {
		alt := p.Alt
		if s.saysNothing(alt, p.Caption) {
			alt = ""
		}
		if image := s.shareImage(p, alt); image != nil {
			sh.Image = image
		}
	}
}

// own is the picture that stands for a story: its main one, else the first of its body.
func (s *sheet) own(it news.Item) (media.Picture, bool) {
	for _, id := range append([]string{it.Picture}, it.Body.Pictures()...) {
		if p, ok := s.pictures[id]; ok {
			return p, true
		}
	}
	return media.Picture{}, false
}

// imageData is a picture for search engines: whole and, as they ask, in 16:9, 4:3 and 1:1 as far as there are such, with whom to credit and where its licence is.
func (s *sheet) imageData(p media.Picture) []any {
	var out []any
	shapes := []string{"w", "v", "f", "q"}
	if _, ok := p.Find("v", 0); !ok { // made before there were those, or too small
		shapes = []string{"w", "c", "social"}
	}
	for _, shape := range shapes {
		r, ok := p.Find(shape, 1200)
		if !ok {
			continue
		}
		m := map[string]any{"@type": "ImageObject", "contentUrl": s.absolute(s.r.media(r.Key)), "width": r.Width, "height": r.Height}
		put(m, "creditText", join(" / ", p.CreditLine()...))
		put(m, "copyrightNotice", p.Copyright)
		put(m, "caption", p.Caption)
		put(m, "license", p.WebStatement)
		put(m, "acquireLicensePage", p.LicensorURL)
		out = append(out, m)
	}
	return out
}
