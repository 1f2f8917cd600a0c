package site

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/talk"
	"dateline/internal/web"
	"dateline/internal/web/site/known"
)

// refused answers that what somebody wrote was not taken, whatever the reason, under the fault's own status: a browser is shown the page that
// again makes, on which the words are still in the box; a script, which has them still, is told why.
func (s *Site) refused(w http.ResponseWriter, r *http.Request, edition string, err error, again func(*fault.Error) (page.Page, error)) error {
	f, ok := web.Fail(r, s.o.Log, err)
	if !ok {
		return nil // nobody waits for it
	}
	web.Retry(w, f)
	if scripted(r) {
		return s.tellWhy(w, edition, f)
	}
	out, err := again(f.Fault)
	if err != nil { // what keeps from showing it is mostly what kept from taking it
		s.Show(w, r, f)
		return nil
	}
	out.Status = f.Status
	return s.compose(w, r, out)
}

// scripted reports whether a script of the page sent a form, and not the browser.
func scripted(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// toldScript is what a script is told of what was sent, and how long it waits until the next: not at all as a rule.
type toldScript struct {
	ID    string     `json:"id,omitempty"`
	State talk.State `json:"state,omitempty"`
	Words string     `json:"words,omitempty"`
	Own   string     `json:"own,omitempty"`  // address of its author's own page
	Edit  int        `json:"edit,omitempty"` // seconds for which it may be changed
	Wait  int        `json:"wait"`           // seconds until the next may be sent
}

// tellScript tells a script what became of what was sent.
func (s *Site) tellScript(w http.ResponseWriter, g talk.Ground, who account.Actor, c talk.Comment) error {
	out := toldScript{ID: c.ID, State: c.State, Words: s.why(g, c), Own: page.RemarkPath(g.ID()) + "?said=" + c.ID, Edit: known.Changeable(c, s.o.Clock.Now())}
	if !who.Has(g.Edition(), account.StaffRoles...) {
		out.Wait = g.Chat.Slow
	}
	return tell(w, http.StatusOK, out)
}

// tellWhy tells it in words why that was not taken.
func (s *Site) tellWhy(w http.ResponseWriter, edition string, f web.Failure) error {
	words, err := s.o.Pages.SayFault(edition, f.Fault)
	if err != nil {
		return err
	}
	return tell(w, f.Status, toldScript{Words: words, Wait: int((f.Fault.After + time.Second - 1) / time.Second)})
}

func tell(w http.ResponseWriter, status int, out toldScript) error {
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone
	return nil
}
