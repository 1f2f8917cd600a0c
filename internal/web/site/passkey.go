package site

import (
	"cmp"
	"net"
	"net/http"
	"net/url"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/web"
)

// passkeyScript is where the module that asks a device is; the newsroom has it.
const passkeyScript = "/newsroom/passkey.js"

// passkey is what a page needs to offer one, nil where there can be none: passkeys are bound to the one host that has the newsroom too.
func (s *Site) passkey(r *http.Request, p place, ask, action, next string) *page.Passkey {
	if s.o.Readers == nil {
		return nil
	}
	host := asked(r)
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	if at := s.o.Readers.PasskeyHost(); at == "" || at != host {
		return nil
	}
	return &page.Passkey{Script: passkeyScript, Host: host, Ask: s.below(p, ask), Action: s.below(p, action), Next: next}
}

// askPasskey gives a browser the challenge for a passkey to come in with.
func (s *Site) askPasskey(w http.ResponseWriter, r *http.Request) error {
	if err := s.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	c, err := s.o.Readers.AskPasskey(r.Context())
	if err != nil {
		return err
	}
	return web.Challenge(w, c.Ticket, c.Options)
}

// askNewPasskey gives the browser of somebody who is in the challenge for a new one.
func (s *Site) askNewPasskey(w http.ResponseWriter, r *http.Request, who account.Actor) error {
	c, err := s.o.Readers.BeginPasskey(r.Context(), who)
	if err != nil {
		return err
	}
	return web.Challenge(w, c.Ticket, c.Options)
}

// answered reads what a device answered from a form.
func answered(f url.Values) account.Answer {
	return account.Answer{Ticket: f.Get("ticket"), Credential: []byte(f.Get("passkey"))}
}

func (s *Site) enterByPasskey(w http.ResponseWriter, r *http.Request, p place, f url.Values) error {
	if err := s.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	to := back(f.Get("next"))
	secret, who, err := s.o.Readers.SignInByPasskey(from(r), answered(f))
	if v := told(err, fault.Unauthenticated); v != nil {
		s.o.Log.Info("site: a try to sign in was refused", "request", web.From(r.Context()).ID, "way", "passkey")
		return s.askIn(w, r, p, page.SignIn{Back: to, Fault: v})
	}
	return s.entered(w, r, p, "passkey", secret, who, to, err)
}

// changePasskeys takes away the passkey that a form names, or keeps the new one that it brings, under the name of its browser.
func (s *Site) changePasskeys(r *http.Request, who account.Actor, f url.Values) error {
	if id := f.Get("id"); id != "" {
		if err := s.o.Readers.DropPasskey(r.Context(), who, id); !notFound(err) { // else it went meanwhile
			return err
		}
		return nil
	}
	_, err := s.o.Readers.AddPasskey(r.Context(), who, cmp.Or(browserName(r.UserAgent()), "Passkey"), answered(f))
	return err
}
