package page

import (
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// Report is the form under which readers say what is wrong in a story.
type Report struct {
	Item  news.Item
	Text  string       // as typed, when it was refused
	Sent  bool         // it has arrived: no form, thanks
	Fault *fault.Error // what was wrong with Text
}

// reportView is the form as its template sees it.
type reportView struct {
	Frame   frame
	About   card
	Heading string
	Action  string
	Text    string
	Wrong   string
	Sent    bool
}

// reportPath is where readers say what is wrong in an article.
func reportPath(id string) string { return "/report/" + id }

// Report renders the form, or thanks: 200, and 422 when what was sent is refused. Its field is named text; website is for programs.
func (r *Renderer) Report(v Report) (Page, error) {
	s, err := r.sheet(v.Item.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	s.tag(fact.TagArticle(v.Item.ID))
	heading := s.words.Say("report.title")
	d := reportView{Frame: s.frame("form", join(" - ", v.Item.Headline, heading), "-"), About: s.line(v.Item), Heading: heading, Action: reportPath(v.Item.ID), Text: v.Text, Sent: v.Sent}
	d.Frame.NoIndex = true
	status := 200
	if v.Fault != nil {
		d.Wrong, status = s.sayFault(v.Fault), 422
	}
	return s.render("report", status, d, true)
}
