package page

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// mastheadView is the masthead as its template sees it.
type mastheadView struct {
	Name, Home string
	Editions   []editionLink
	Sections   []edition.Link
	Newsfeed   string
	Search     string
	Topic      string // alerts:{edition}
	Resume     string
	Timezone   string
	Digits     string // ten, for the script that shows what comes; empty for 0 to 9
	Alerts     []alertView
}

// alertView is a banner as its template sees it.
type alertView struct {
	ID, Text, URL string
	Label         string // word for its level
	Level         string
	Time          stamp
}

// alert is the banner of an alert. One that may stand for longer than a day says on which day it came.
func (s *sheet) alert(a edition.Alert) alertView {
	v := alertView{ID: a.ID, Text: a.Text, URL: a.URL, Label: s.words.Say(AlertWord(a.Level)), Level: string(a.Level), Time: s.stamp(a.At)}
	if a.ExpiresAt.Sub(a.At) > 24*time.Hour {
		v.Time.Mark = v.Time.Short
	}
	return v
}

// AlertWord gives the key of the word that stands before alerts of a level.
func AlertWord(l edition.Level) string {
	if l == edition.Notice {
		return "masthead.notice"
	}
	return "masthead.alert"
}

// MastheadPart renders the shared head of an edition.
func (r *Renderer) MastheadPart(v Masthead) (Part, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Part{}, err
	}
	d := mastheadView{
		Name: s.ed.Name, Home: s.front(s.ed.Slug), Editions: s.editions(), Sections: s.ed.Navigation,
		Newsfeed: s.path("/newsfeed"), Search: s.path("/search"), Topic: string(fact.Alerts(v.Edition)), Resume: v.Resume,
		Timezone: s.zone.String(), Digits: s.words.Digits(),
	}
	s.tag(fact.TagAlerts(v.Edition))
	for _, a := range v.Alerts {
		d.Alerts = append(d.Alerts, s.alert(a))
	}
	if len(d.Sections) == 0 {
		for _, sec := range s.a.SectionsOf(v.Edition) {
			d.Sections = append(d.Sections, edition.Link{Name: sec.Name, URL: s.path("/" + sec.Slug)})
		}
	}
	s.tagEditions()
	return s.part(MastheadPart, d)
}

// tagEditions marks what names every edition.
func (s *sheet) tagEditions() {
	for _, e := range s.a.Editions {
		s.tag(fact.TagEdition(e.Slug))
	}
}

// newsfeedView is the newsfeed as its templates see it, column and page.
type newsfeedView struct {
	Frame       frame // of the page only
	Topic       string
	Resume      string
	Timezone    string
	Digits      string // ten, for the script that counts; empty for 0 to 9
	Count       string // plural forms as JSON, for the script that counts
	Toast       string // plural forms as JSON, for the script that offers what is new
	URL         string
	Days        []dayGroup
	Next, Start string
	Section     string         // slug, of a section's newsfeed
	Name        string         // of that section
	Places      []newsfeedLink // of the page only: the edition's newsfeed and those of its sections
}

// newsfeedLink leads to a newsfeed from another one of the edition.
type newsfeedLink struct {
	Name, URL string
	Current   bool
}

func (s *sheet) newsfeed(items []news.Item, posts map[string]bool, alerts []edition.Alert, resume string) newsfeedView {
	s.flashes = posts
	return newsfeedView{
		Topic: string(fact.Newsfeed(s.ed.Slug)), Resume: resume, Timezone: s.zone.String(), Digits: s.words.Digits(), URL: s.path("/newsfeed"),
		Count: s.forms("newsfeed.new"), Toast: s.forms("newsfeed.toast"), Days: s.grouped(s.lines(items, alerts)),
	}
}

// Urgent is the urgency down from which a story's line in the newsfeed stands out.
const Urgent = 2

// lines puts stories and alerts in one order, newest first.
func (s *sheet) lines(items []news.Item, alerts []edition.Alert) []dated {
	out := make([]dated, 0, len(items)+len(alerts))
	for _, it := range items {
		out = append(out, dated{it.FeedAt, s.line(it)})
	}
	for _, a := range alerts {
		out = append(out, dated{a.At, card{ID: a.ID, URL: a.URL, Headline: a.Text, Genre: s.words.Say(AlertWord(a.Level)), Live: a.Level == edition.Breaking, Time: s.stamp(a.At)}})
	}
	slices.SortStableFunc(out, func(a, b dated) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(b.ID, a.ID)) })
	return out
}

// line is a card without picture and lead, for the newsfeed. The newsfeed's own tag stands for its stories.
func (s *sheet) line(it news.Item) card {
	c := card{ID: it.ID, URL: s.link(it.Content), Headline: it.Headline, Genre: s.genre(it.Content), Live: it.Kind == news.Live, Urgent: it.Urgency > 0 && it.Urgency <= Urgent, Time: s.stamp(it.FeedAt)}
	if it.ShortHeadline != "" {
		c.Headline = it.ShortHeadline
	}
	if c.Note = it.LineNote(); c.Note != "" {
		c.Genre, c.Live = s.words.Say("article.correction"), true
	}
	if s.flashes[it.ID] {
		c.URL = coverage.Permalink(c.URL, it.ID)
	}
	c.Lang, c.Dir = s.foreign(it.Language)
	return c
}

func (s *sheet) forms(key string) string {
	b, err := json.Marshal(s.words.Forms(key))
	if err != nil {
		panic("page: plural forms are plain strings and cannot fail: " + err.Error())
	}
	return string(b)
}

// NewsfeedPart renders the shared newsfeed column of an edition.
func (r *Renderer) NewsfeedPart(v Newsfeed) (Part, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Part{}, err
	}
	s.tag(fact.TagNewsfeed(s.ed.Slug))
	d := s.newsfeed(v.Items, v.Posts, v.Alerts, v.Resume)
	return s.part(NewsfeedPart, d)
}

// Newsfeed renders the newsfeed as a page: 200.
func (r *Renderer) Newsfeed(v NewsfeedPage) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d := s.newsfeed(v.Items, v.Posts, v.Alerts, v.Resume)
	below, title := "/newsfeed", s.words.Say("newsfeed.title")
	d.Places = []newsfeedLink{{s.words.Say("newsfeed.all"), d.URL, v.Section == ""}}
	for _, sec := range s.a.SectionsOf(v.Edition) {
		l := newsfeedLink{sec.Name, d.URL + "/" + sec.Slug, sec.ID == v.Section}
		if d.Places = append(d.Places, l); l.Current {
			below, title = below+"/"+sec.Slug, join(": ", title, sec.Name)
			d.Section, d.Name = sec.Slug, sec.Name
		}
	}
	if v.Section != "" && d.Section == "" {
		return Page{}, fault.New(fault.NotFound, "fault.not_found", "there is no section %q", v.Section)
	}
	d.URL = s.path(below)
	if v.From != "" {
		below += "?after=" + url.QueryEscape(v.From)
		d.Start, d.Topic = d.URL, ""
	}
	if v.Next != "" {
		d.Next = d.URL + "?after=" + url.QueryEscape(v.Next)
	}
	d.Frame = s.frame("front", title, below)
	d.Frame.Column = false
	d.Frame.Feeds = s.feeds("", "")
	if d.Section == "" {
		s.tag(fact.TagNewsfeed(v.Edition))
	} else {
		s.tag(fact.TagSection(v.Section), fact.TagLines(v.Section))
		d.Frame.Feeds = s.feeds(d.Name, "/"+d.Section)
	}
	return s.render("newsfeed", 200, d, false)
}

// MostReadPart renders the stories of an edition that are read most, each by its place.
func (r *Renderer) MostReadPart(v MostRead) (Part, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Part{}, err
	}
	s.tag(fact.TagMostRead(v.Edition))
	var d []ranked
	for i, it := range v.Items {
		d = append(d, ranked{s.words.Number(i + 1), s.short(it)})
	}
	return s.part(MostReadPart, d)
}

// ranked is a card with its place in a list, in the edition's digits.
type ranked struct {
	Place string
	Card  card
}

// footerView is the foot as its template sees it.
type footerView struct {
	Name, Home  string
	Pages       []edition.Link
	Corrections string
	Subscribe   string
	Chats       string
	Editions    []editionLink
	Feeds       []feedLink
	Channels    []edition.Link
}

// FooterPart renders the shared foot of an edition.
func (r *Renderer) FooterPart(v Footer) (Part, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Part{}, err
	}
	d := footerView{
		Name: s.ed.Name, Home: s.front(s.ed.Slug), Pages: s.ed.Footer, Corrections: s.path("/corrections"), Subscribe: s.path("/subscribe"),
		Chats: s.path("/chats"), Editions: s.editions(), Feeds: s.feeds("", ""), Channels: s.ed.Channels,
	}
	if len(d.Pages) == 0 {
		for _, it := range v.Standing {
			d.Pages = append(d.Pages, edition.Link{Name: it.Headline, URL: s.link(it.Content)})
			s.tag(fact.TagArticle(it.ID))
		}
	}
	s.tagEditions()
	return s.part(FooterPart, d)
}
