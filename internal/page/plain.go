package page

import (
	"net/url"
)

// plainView is a page of a heading, some sentences and some links.
type plainView struct {
	Frame   frame
	Kind    string // subscribe: the template's and the script's name for it
	Heading string
	Text    []string
	Links   []plainLink
	Feeds   []feedRow
}

// plainLink is a link that stands on its own line.
type plainLink struct{ Name, URL string }

// feedRow is a section's three feeds.
type feedRow struct {
	Name  string
	Feeds []feedLink
}

func (s *sheet) plain(kind, key, below string) plainView {
	heading := s.words.Say(key + ".title")
	return plainView{Frame: s.frame("form", heading, below), Kind: kind, Heading: heading}
}

// Subscribe renders the offer of feeds at /subscribe: 200.
func (r *Renderer) Subscribe(v Plain) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d := s.plain("subscribe", "subscribe", "/subscribe")
	d.Frame.Feeds = s.feeds("", "")
	d.Text = []string{s.words.Say("subscribe.intro"), s.words.Say("subscribe.how"), s.words.Say("subscribe.later")}
	row := func(name, below string) {
		feeds := s.feeds("", below)
		for i, n := range []string{"RSS", "Atom", "JSON Feed"} {
			feeds[i].Title = n
		}
		d.Feeds = append(d.Feeds, feedRow{name, feeds})
	}
	row(s.words.Say("subscribe.everything"), "")
	for _, sec := range s.a.SectionsOf(v.Edition) {
		row(sec.Name, "/"+sec.Slug)
	}
	return s.render("plain", 200, d, false)
}

// signIn is the address of the sign-in that leads back to a path.
func (s *sheet) signIn(back string) string {
	return s.path("/account/sign-in") + "?back=" + url.QueryEscape(back)
}
