package page

import (
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/news"
)

// stamp is a time as readers and machines read it, in the edition's zone.
type stamp struct {
	ISO    string // for machines
	Clock  string // "10:42"
	Day    string // "Monday, 23 November 2026"
	Date   string // "23 November 2026"
	Short  string // "23 Nov", with its year unless that is the year of the page's newest
	Moment string // "23 November 2026, 10:42 UTC+1"
	Mark   string // what stands on the rail: Clock, or Short on another day than the page's newest
}

// undated is a day on which nothing happens: with it as the page's newest, everything shows its date and year.
const undated = "0000-00-00"

func (s *sheet) stamp(t time.Time) stamp {
	local := t.In(s.zone)
	st := stamp{ISO: iso(t), Clock: s.words.Clock(local), Day: s.words.Day(local), Date: s.words.Date(local), Short: s.words.ShortDate(local), Moment: s.words.Moment(local)}
	st.Mark = st.Clock
	day := local.Format(time.DateOnly)
	if s.day == "" || s.day[:4] != day[:4] {
		st.Short = s.words.ShortDateYear(local)
	}
	if s.day != "" && s.day != day {
		st.Mark = st.Short
	}
	return st
}

// newest sets the day whose items show a time; others show their date.
func (s *sheet) newest(lists ...[]news.Item) {
	var at time.Time
	for _, l := range lists {
		for _, it := range l {
			if it.FeedAt.After(at) {
				at = it.FeedAt
			}
		}
	}
	if !at.IsZero() {
		s.day = at.In(s.zone).Format(time.DateOnly)
	}
}

// card is a story in a list: a reference that follows its story.
type card struct {
	ID, URL   string
	Headline  string
	Lead      string
	Genre     string // word before the headline; empty for plain news
	Live      bool   // Genre is the word for live, or of a breaking alert or a correction, which are red too
	Urgent    bool   // in the newsfeed
	Note      string // of the correction that its line in the newsfeed tells of
	Author    string // of an opinion
	Place     string
	Time      stamp
	Picture   *figure
	Comments  int    // public ones, where a page counts them
	Lang, Dir string // when it is in another language than the page
}

// card makes the card of an item and marks the page with what it shows.
func (s *sheet) card(it news.Item) card {
	s.tag(fact.TagArticle(it.ID))
	c := card{
		ID: it.ID, URL: s.link(it.Content), Headline: it.Headline, Lead: it.Lead, Place: it.Dateline.Place,
		Genre: s.genre(it.Content), Live: it.Kind == news.Live, Time: s.stamp(it.FeedAt), Picture: s.thumbnail(it), Comments: int(s.comments[it.ID]),
	}
	if it.Genre == news.Opinion && len(it.Byline) > 0 {
		c.Author = s.words.List(bylineNames(it.Byline))
	}
	c.Lang, c.Dir = s.foreign(it.Language)
	return c
}

// short is the card with the short headline, for narrow places.
func (s *sheet) short(it news.Item) card {
	c := s.card(it)
	if it.ShortHeadline != "" {
		c.Headline = it.ShortHeadline
	}
	return c
}

func (s *sheet) genre(c news.Content) string {
	switch {
	case c.Kind == news.Live:
		return s.words.Say("genre.live")
	case c.Genre == news.Feature, c.Genre == news.Analysis, c.Genre == news.Opinion, c.Genre == news.OffBeat:
		return s.words.Say("genre." + string(c.Genre))
	}
	return ""
}

// dayGroup is the items of one day on the rail.
type dayGroup struct {
	Name  string
	Cards []card
}

// days puts items, which are in order, under their days.
func (s *sheet) days(items []news.Item, make func(news.Item) card) []dayGroup {
	var lines []dated
	for _, it := range items {
		lines = append(lines, dated{it.FeedAt, make(it)})
	}
	return s.grouped(lines)
}

// dated is a card with its moment.
type dated struct {
	at time.Time
	card
}

// grouped puts cards, which are in order, under their days.
func (s *sheet) grouped(lines []dated) []dayGroup {
	var out []dayGroup
	last := ""
	for _, l := range lines {
		c := l.card
		c.Time.Mark = c.Time.Clock
		if day := l.at.In(s.zone).Format(time.DateOnly); day != last || out == nil {
			last = day
			out = append(out, dayGroup{Name: c.Time.Day})
		}
		g := &out[len(out)-1]
		g.Cards = append(g.Cards, c)
	}
	return out
}

// author is a name in a byline, with the address of its page when there is one (Page is the absolute one), and the words before
// and after it.
type author struct{ Name, URL, Page, Before, After string }

func (s *sheet) authors(by []news.Byline) []author {
	var out []author
	for _, b := range by {
		if b.Name == "" {
			continue
		}
		a := author{Name: b.Name}
		if b.Author != "" {
			a.URL, a.Page = s.path("/author/"+b.Author), s.address("/author/"+b.Author)
		}
		out = append(out, a)
	}
	if len(out) == 0 {
		return nil
	}
	for i := range out[:len(out)-1] {
		out[i].After = s.words.Say("list.comma")
	}
	if n := len(out); n > 1 {
		out[n-2].After = s.words.Say("list.and")
	}
	before, after, _ := strings.Cut(s.words.Say("article.by"), "{names}")
	out[0].Before, out[len(out)-1].After = before, after
	return out
}

func bylineNames(by []news.Byline) []string {
	var out []string
	for _, b := range by {
		if b.Name != "" {
			out = append(out, b.Name)
		}
	}
	return out
}
