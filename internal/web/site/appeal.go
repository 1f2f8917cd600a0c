package site

import (
	"net/http"
	"net/url"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/talk"
)

// How often one reader objects to decisions.
const (
	appealEvery = 2 * time.Minute
	appealBurst = 5
)

// appeal answers the form with which the author of a comment objects to the decision on it. Of another's comment nobody learns that there is one.
func (s *Site) appeal(w http.ResponseWriter, r *http.Request) error {
	g, who, err := s.speaker(r)
	if err != nil {
		return err
	}
	id, err := commentOf(r)
	if err != nil {
		return err
	}
	if who.ID == "" {
		return s.toSignIn(w, g, page.RemarkPath(g.ID())+"/appeal?c="+url.QueryEscape(id))
	}
	c, err := s.o.Talk.Mine(r.Context(), who, id)
	if err == nil && c.Place.ID != g.ID() {
		err = absent()
	}
	if err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		if err := c.MayAppeal(s.o.Clock.Now()); err != nil {
			return s.see(w, page.RemarkPath(g.ID())+"?said="+id) // which says how it stands
		}
		return s.composeRemark(w, r, s.appealing(g, who, c, ""))
	}
	text := r.PostForm.Get("text")
	if err = s.appeals.Must(who.ID); err == nil {
		_, err = s.o.Talk.Appeal(r.Context(), news.Act{Who: who, Once: onceOf(r, who)}, id, text)
	}
	if err != nil && !fault.Is(err, fault.Conflict) { // sent twice, or decided meanwhile: the page says how it stands
		return s.refused(w, r, g.Edition(), err, func(f *fault.Error) (page.Page, error) {
			v := s.appealing(g, who, c, text)
			v.Fault = f
			return s.o.Pages.Remark(v)
		})
	}
	return s.see(w, page.RemarkPath(g.ID())+"?said="+id)
}

// appealing is the page of the form, with a text in its box.
func (s *Site) appealing(g talk.Ground, who account.Actor, c talk.Comment, text string) page.Remark {
	return page.Remark{Ground: g, Who: who.Name, Now: s.o.Clock.Now(), Sent: &c, Appeal: true, Text: text}
}

// toSignIn leads a stranger to sign in, and back to a path.
func (s *Site) toSignIn(w http.ResponseWriter, g talk.Ground, back string) error {
	return s.see(w, s.reading().Path(g.Edition())+"/account/sign-in?back="+url.QueryEscape(back))
}
