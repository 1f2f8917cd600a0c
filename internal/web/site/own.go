package site

import (
	"net/http"
	"net/url"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/web"
)

// ownAccount shows who is signed in his account; a stranger is led to sign in.
func (s *Site) ownAccount(w http.ResponseWriter, r *http.Request, p place) error {
	who, err := s.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		return onward(w, s.below(p, "/account/sign-in"))
	}
	return s.showOwn(w, r, p, who, page.Account{Saved: r.URL.Query().Get("saved")})
}

func (s *Site) showOwn(w http.ResponseWriter, r *http.Request, p place, who account.Actor, v page.Account) error {
	a, err := s.o.Readers.Account(r.Context(), who.ID)
	if err != nil {
		return err
	}
	all, err := s.o.Readers.Sessions(r.Context(), who)
	if err != nil {
		return err
	}
	v.Edition, v.Name, v.Email, v.Has, v.Staff = p.edition.Slug, a.Name, a.Email, a.Password != "", who.Staff()
	for _, one := range all {
		v.Sessions = append(v.Sessions, page.Session{ID: one.ID, Browser: one.Browser, SeenAt: one.SeenAt, Here: one.ID == who.Session})
	}
	out, err := s.o.Pages.Account(v)
	return s.own(w, r, out, err)
}

// ownForm does what a form of somebody's account asks.
func (s *Site) ownForm(w http.ResponseWriter, r *http.Request, p place, who account.Actor, f url.Values) error {
	done := func(what string, err error) error {
		if v := told(err, fault.Invalid); v != nil {
			return s.showOwn(w, r, p, who, page.Account{Form: what, Typed: f.Get("name"), Fault: v})
		}
		if err != nil {
			return err
		}
		return onward(w, s.below(p, "/account")+"?saved="+what)
	}
	switch p.slug {
	case "account/name":
		name := f.Get("name")
		_, err := s.o.Readers.Change(r.Context(), who.ID, &name, nil)
		return done("name", err)
	case "account/password":
		peer := web.From(r.Context()).Peer
		if err := s.o.Tries.Person(peer, who.ID); err != nil {
			return err
		}
		err := s.o.Readers.ChangePassword(r.Context(), who, f.Get("current"), f.Get("password"))
		if err == nil {
			s.o.Tries.Came(peer, who.ID)
		}
		return done("password", err)
	case "account/sessions":
		if id := f.Get("id"); id != "" {
			err := s.o.Readers.EndSession(r.Context(), who, id)
			if notFound(err) { // it ended meanwhile
				err = nil
			}
			return done("sessions", err)
		}
		if err := s.o.Readers.EndAll(r.Context(), who); err != nil {
			return err
		}
	default: // sign-out
		if err := s.o.Readers.SignOut(r.Context(), who); err != nil && !notFound(err) { // ended twice at once
			return err
		}
	}
	s.o.Log.Info("site: signed out", "request", web.From(r.Context()).ID, "account", who.ID)
	web.SetSession(w, r, "")
	return onward(w, s.below(p, "/"))
}
