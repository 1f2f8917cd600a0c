package page

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// listView is a list of stories as its template sees it: a section, a topic, an author.
type listView struct {
	Frame       frame
	Kind        string // section, tag, author
	Kicker      string
	Name        string
	Description string
	First       *card  // the lead, on the first page of a section
	Seconds     []card // what stands beside it
	Days        []dayGroup
	Next, Start string // addresses of the next page and of the first one
	Feed        string
	Newsfeed    string   // of a section
	Profile     *profile // of an author or a topic of which something was said
}

// profile is what is said of an author or a topic.
type profile struct {
	Picture *figure
	Role    string
	Bio     []string
	Links   []plainLink
}

// list makes what sections, topics and authors have in common.
func (s *sheet) list(name, below string, items []news.Item, from, next string) listView {
	address := below
	if from != "" {
		address += "?after=" + url.QueryEscape(from)
	}
	d := listView{Frame: s.frame("front", name, address), Name: name, Feed: s.path(below + "/feed.xml")}
	d.Frame.Feeds = s.feeds(name, below)
	if from != "" {
		d.Start = s.path(below)
	}
	if next != "" {
		d.Next = s.path(below) + "?after=" + url.QueryEscape(next)
	}
	d.Days = s.days(items, s.card)
	return d
}

// SectionFront renders a section: 200.
func (r *Renderer) SectionFront(v SectionFront) (Page, error) {
	s, err := r.sheet(v.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	sec, ok := s.a.SectionByID(v.Section)
	if !ok || sec.Edition != v.Edition {
		return Page{}, fault.New(fault.NotFound, "fault.not_found", "there is no section %q", v.Section)
	}
	s.comments = v.Comments
	s.tag(fact.TagSection(sec.ID))
	items := v.Items
	var slots []news.Placed
	if v.From == "" {
		slots = v.Pinned.Arrange(v.Items, true)
		items = slices.DeleteFunc(slices.Clone(items), func(it news.Item) bool {
			return slices.ContainsFunc(slots, func(p news.Placed) bool { return p.Item.ID == it.ID })
		})
		s.newest(v.Items)
	}
	d := s.list(sec.Name, "/"+sec.Slug, items, v.From, v.Next)
	for i, p := range slots {
		if i == 0 {
			d.First = s.leadCard(p)
		} else {
			d.Seconds = append(d.Seconds, s.slot(p))
		}
	}
	d.Kind, d.Description, d.Newsfeed = "section", sec.Description, s.path("/newsfeed/"+sec.Slug)
	if sec.Description != "" {
		d.Frame.Description, d.Frame.Share.Description = sec.Description, sec.Description
	}
	return s.render("list", 200, d, false)
}

// Entry renders the stories of an author or a topic, on its first page below what is said of it: 200.
func (r *Renderer) Entry(v EntryPage) (Page, error) {
	s, err := r.sheet(v.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	kind, tag := "author", fact.TagAuthor(v.Entry.Slug)
	if v.Entry.Kind == news.TopicEntry {
		kind, tag = "tag", fact.TagTopic(v.Edition, v.Entry.Slug)
	}
	s.tag(tag)
	d := s.list(v.Entry.Name, "/"+kind+"/"+url.PathEscape(v.Entry.Slug), v.Items, v.From, v.Next)
	d.Kind, d.Kicker = kind, s.words.Say(kind+".kicker")
	if v.Entry.Kind == news.AuthorEntry {
		d.Frame.Description = s.words.Say("author.title", "name", v.Entry.Name)
	}
	if v.Entry.Bio != "" {
		d.Frame.Description, _, _ = strings.Cut(v.Entry.Bio, "\n")
	}
	d.Frame.Share.Description = d.Frame.Description
	if v.From == "" {
		d.Profile = s.profile(v.Entry.Profile)
	}
	return s.render("list", 200, d, false)
}

// profile is nil when nothing was said of an author or a topic.
func (s *sheet) profile(a news.Profile) *profile {
	p := &profile{Picture: s.figure(a.Picture, "", "", time.Time{}, true, sizesCard), Role: a.Role}
	for line := range strings.SplitSeq(a.Bio, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			p.Bio = append(p.Bio, line)
		}
	}
	for _, l := range a.Links {
		p.Links = append(p.Links, plainLink(l))
	}
	if p.Picture == nil && p.Role == "" && p.Bio == nil && p.Links == nil {
		return nil
	}
	return p
}

// searchView is the search as its template sees it.
type searchView struct {
	Frame       frame
	Text        string
	Action      string
	Found, None string // one of the two sentences when something was looked for
	Hits        []card // Lead is the excerpt
	Next, Start string
}

// Search renders the search form with what was found: 200.
func (r *Renderer) Search(v SearchPage) (Page, error) {
	s, err := r.sheet(v.Edition, v.Pictures)
	if err != nil {
		return Page{}, err
	}
	s.tag(fact.TagSearch(v.Edition))
	d := searchView{Frame: s.frame("search", join(" - ", v.Text, s.words.Say("search.title")), "/search"), Text: v.Text, Action: s.path("/search")}
	d.Frame.NoIndex = v.Text != "" // the form may be found, its answers not
	switch {
	case v.Text != "" && len(v.Hits) == 0:
		d.None = s.words.Say("search.none", "text", v.Text)
	case v.Text != "":
		d.Found = s.words.Say("search.results", "text", v.Text)
	}
	s.day = undated // answers are of any year, and no day stands over them
	for _, h := range v.Hits {
		c := s.card(h.Item)
		if h.Post != "" {
			c.URL, c.Time, c.Lead, c.Place, c.Picture = coverage.Permalink(c.URL, h.Post), s.stamp(h.At), "", "", nil
		}
		if h.Excerpt != "" {
			c.Lead = h.Excerpt
		}
		d.Hits = append(d.Hits, c)
	}
	at := func(offset int) string {
		q := url.Values{"q": {v.Text}}
		if offset > 0 {
			q.Set("offset", strconv.Itoa(offset))
		}
		return d.Action + "?" + q.Encode()
	}
	if v.Next > 0 {
		d.Next = at(v.Next)
	}
	if v.Offset > 0 {
		d.Start = at(0)
	}
	return s.render("search", 200, d, d.Frame.NoIndex)
}

// correctionsView is the list of corrections as its template sees it.
type correctionsView struct {
	Frame       frame
	Days        []correctionDay
	Next, Start string
}

type correctionDay struct {
	Name  string
	Marks []correctedCard
}

type correctedCard struct {
	card
	Mark correction
}

// Corrections renders the list of corrections: 200.
func (r *Renderer) Corrections(v Corrections) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	s.tag(fact.TagCorrections(v.Edition))
	below := "/corrections"
	if v.From != "" {
		below += "?after=" + url.QueryEscape(v.From)
	}
	d := correctionsView{Frame: s.frame("front", s.words.Say("corrections.title"), below)}
	d.Frame.Description = s.words.Say("corrections.intro")
	d.Frame.Share.Description = d.Frame.Description
	for _, c := range v.Items {
		m := correction{s.stamp(c.Mark.At), c.Mark.Note, c.Mark.Before, c.Mark.After}
		if n := len(d.Days); n == 0 || d.Days[n-1].Name != m.Time.Day {
			d.Days = append(d.Days, correctionDay{Name: m.Time.Day})
		}
		day := &d.Days[len(d.Days)-1]
		day.Marks = append(day.Marks, correctedCard{s.card(c.Item), m})
	}
	if v.Next != "" {
		d.Next = s.path("/corrections") + "?after=" + url.QueryEscape(v.Next)
	}
	if v.From != "" {
		d.Start = s.path("/corrections")
	}
	return s.render("corrections", 200, d, false)
}
