package site

import (
	"net/http"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/web"
)

// How many reports of errors one reader may send, and all together: nobody who reads meets this, and a flood stays out of the desk.
const (
	reportEvery = 2 * time.Minute
	reportBurst = 5
	floodEvery  = 2 * time.Second
	floodBurst  = 100
)

// trap is the field of the form that people do not see and programs fill in.
const trap = "website"

// reportForm shows the form under which readers say what is wrong in a story. It is kept nowhere.
func (s *Site) reportForm(w http.ResponseWriter, r *http.Request) error {
	it, err := s.reportable(r)
	if err != nil {
		return err
	}
	return s.showReport(w, r, page.Report{Item: it, Sent: r.URL.RawQuery == "sent"})
}

// reported answers the address of the form.
func (s *Site) reported(w http.ResponseWriter, r *http.Request) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return s.reportForm(w, r)
	case http.MethodPost:
		return s.sendReport(w, r)
	}
	return web.NotAllowed{Allow: "GET, HEAD, POST"}
}

// sendReport takes a report and leads back to the form, which says thanks.
func (s *Site) sendReport(w http.ResponseWriter, r *http.Request) error {
	if s.o.Report == nil {
		return absent()
	}
	it, err := s.reportable(r)
	if err != nil {
		return err
	}
	if err := form(r); err != nil {
		return err
	}
	text := r.PostForm.Get("text")
	if r.PostForm.Get(trap) == "" {
		if err := s.takeReport(r, it.ID, text); err != nil {
			return s.refused(w, r, it.Edition, err, func(f *fault.Error) (page.Page, error) {
				return s.o.Pages.Report(page.Report{Item: it, Text: text, Fault: f})
			})
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", "/report/"+it.ID+"?sent")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

func (s *Site) takeReport(r *http.Request, article, text string) error {
	if peer := web.From(r.Context()).Peer; !peer.Local {
		if err := s.reports.Must(web.AddressKey(peer.Addr)); err != nil {
			return err
		}
	}
	if err := s.flood.Must(""); err != nil {
		return err
	}
	return s.o.Report(r.Context(), article, text)
}

// reportable gives the published story of a request.
func (s *Site) reportable(r *http.Request) (news.Item, error) {
	id := r.PathValue("id")
	if len(id) > 40 {
		return news.Item{}, absent()
	}
	if err := s.miss(r); err != nil {
		return news.Item{}, err
	}
	it, err := s.o.Archive.Item(r.Context(), id)
	if err == nil && it.Gone() {
		err = absent()
	}
	return it, err
}

func (s *Site) showReport(w http.ResponseWriter, r *http.Request, v page.Report) error {
	out, err := s.o.Pages.Report(v)
	if err != nil {
		return err
	}
	return s.compose(w, r, out)
}
