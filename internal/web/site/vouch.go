package site

import (
	"net/http"
	"net/url"

	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/web"
)

// ticketCookie stays in the browser of somebody who is at a provider, so that nobody else can come back in his place.
const ticketCookie = "dateline_at_provider"

// ticketAge is in seconds; what a ticket belongs to ends with it.
const ticketAge = 15 * 60

// vouch sends somebody to a provider. Only a link of ours does: another site cannot sign anybody in behind his back.
func (s *Site) vouch(w http.ResponseWriter, r *http.Request, p place) error {
	if from := r.Header.Get("Sec-Fetch-Site"); from != "" && from != "same-origin" && from != "none" {
		return onward(w, s.below(p, "/account/sign-in"))
	}
	if err := s.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	q := r.URL.Query()
	to, ticket, err := s.o.Readers.AskVoucher(r.Context(), q.Get("provider"), s.vouchedAt(p), p.edition.Slug, back(q.Get("back")))
	if v := told(err, fault.Unavailable); v != nil {
		return s.askIn(w, r, p, page.SignIn{Back: back(q.Get("back")), Fault: v})
	}
	if err != nil {
		return err
	}
	s.setTicket(w, r, ticket)
	w.Header().Set("Referrer-Policy", "no-referrer")
	return onward(w, to)
}

// vouchedAt is where providers send people back: one address for all editions that share a host.
func (s *Site) vouchedAt(p place) string {
	rd := s.reading()
	if e, ok := rd.Default(); ok && p.edition.Host == "" {
		return rd.Root(e.Slug) + "/account/sign-in/from"
	}
	return rd.Root(p.edition.Slug) + "/account/sign-in/from"
}

func (s *Site) setTicket(w http.ResponseWriter, r *http.Request, ticket string) {
	c := &http.Cookie{Name: ticketCookie, Value: ticket, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: ticketAge, Secure: web.From(r.Context()).Peer.HTTPS}
	if ticket == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// vouched lets in who comes back from a provider, or asks somebody new for his name.
func (s *Site) vouched(w http.ResponseWriter, r *http.Request, p place) error {
	if err := s.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	ticket := ""
	if c, err := r.Cookie(ticketCookie); err == nil {
		ticket = c.Value
		s.setTicket(w, r, "")
	}
	q := r.URL.Query()
	came, err := s.o.Readers.EnterVouched(from(r), q.Get("state"), ticket, q.Get("code"))
	if e, ok := s.reading().Edition(came.Edition); ok {
		p.edition = e
	}
	if v := told(err, fault.Unauthenticated, fault.Unavailable, fault.Forbidden); v != nil {
		s.o.Log.Info("site: a try to sign in was refused", "request", web.From(r.Context()).ID, "way", "provider", "error", err)
		return s.askIn(w, r, p, page.SignIn{Back: back(came.Back), Fault: v})
	}
	if err == nil && came.Link != "" {
		return onward(w, s.below(p, "/account/sign-in/"+came.Link)+"?"+url.Values{"name": {came.Name}}.Encode())
	}
	return s.entered(w, r, p, "provider", came.Secret, came.Who, came.Back, err)
}
