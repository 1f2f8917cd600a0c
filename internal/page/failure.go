package page

import (
	"strconv"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/page/lang"
)

// failureView is an answer that is no page, as its template sees it.
type failureView struct {
	Frame   frame
	Brand   string // with a page that stands alone
	Home    string
	Status  int
	Heading string
	Text    string
	Note    string // of a withdrawal
	At      *stamp // of a withdrawal
	After   string // when to try again
	History string
	Search  string
}

// Failure renders an answer that is no page, with the status of v. From 500 on it stands alone: what
// shared parts are made of may be what is out of reach.
func (r *Renderer) Failure(v Failure) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return r.alone(v)
	}
	d := s.failure(v)
	d.Frame.Whole, d.Frame.Column = v.Status < 500, v.Status < 500
	if v.Status >= 500 {
		d.Brand, d.Frame.Script = s.ed.Name, ""
	}
	d.Home, d.Search = s.front(s.ed.Slug), s.path("/search")
	switch v.Status {
	case 404:
		s.tag(fact.TagEdition404(v.Edition))
		if v.Path != "" {
			s.tag(fact.TagPath(v.Host, v.Path))
		}
	case 410:
		if v.Item.ID != "" {
			s.tag(fact.TagArticle(v.Item.ID))
			d.History = s.link(v.Item.Content) + "/history"
		}
		d.Note = v.Item.Note
		if v.Item.Gone() {
			at := s.stamp(v.Item.WithdrawnAt)
			d.At = &at
		}
	}
	return s.render("failure", v.Status, d, true)
}

// alone renders a failure of a site without that edition, in English: nobody has chosen a language yet.
func (r *Renderer) alone(v Failure) (Page, error) {
	s, err := r.bare("")
	if err != nil {
		return Page{}, err
	}
	d := s.failure(v)
	d.Frame.Whole, d.Frame.Column, d.Frame.Script = false, false, ""
	d.Home = "/"
	return s.render("failure", v.Status, d, true)
}

// bare begins a page that belongs to no edition, in a language, or in English when there are no words in it.
func (r *Renderer) bare(language string) (*sheet, error) {
	words, err := lang.For(language)
	if err != nil {
		if words, err = lang.For("en"); err != nil {
			return nil, err
		}
	}
	s := &sheet{r: r, words: words, zone: time.UTC, tags: map[fact.Tag]struct{}{fact.TagAll: {}}}
	s.a.Directory = &edition.Directory{}
	s.ed.Language = words.Language
	return s, nil
}

func (s *sheet) failure(v Failure) failureView {
	key := "failure." + strconv.Itoa(v.Status)
	if !s.words.Has(key) {
		key = "failure.400"
		if v.Status >= 500 {
			key = "failure.500"
		}
	}
	d := failureView{Status: v.Status, Heading: s.words.Say(key)}
	if s.words.Has(key + ".text") {
		d.Text = s.words.Say(key + ".text")
	}
	if told := v.Fault; told != nil && v.Status != 404 && v.Status != 410 && v.Status < 500 && s.words.Has(told.Key) {
		d.Text = s.words.Say(told.Key)
	}
	if d.Text == d.Heading {
		d.Text = ""
	}
	d.Frame = s.frame("form", d.Heading, "-")
	if n := int(v.After.Round(time.Second) / time.Second); n > 0 {
		if d.After = s.words.Count("failure.seconds", n); n > 90 {
			d.After = s.words.Count("failure.minutes", (n+59)/60)
		}
	}
	return d
}
