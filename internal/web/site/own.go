package site

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/news"
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
	v.Mail = s.o.Mail
	if v.Forgotten, err = s.o.Readers.Forgotten(r.Context(), who); err != nil {
		return err
	}
	if s.o.Talk != nil {
		if v.Unseen, v.Told, v.Ignored, err = s.toldTo(r.Context(), who); err != nil {
			return err
		}
		if v.Held, err = s.o.Talk.Held(r.Context(), who); err != nil {
			return err
		}
		v.Now = s.o.Clock.Now()
	}
	for _, k := range a.Factors.Passkeys {
		v.Keys = append(v.Keys, page.Key{ID: k.ID, Name: k.Name, UsedAt: k.UsedAt})
	}
	if v.Passkey = s.passkey(r, p, "/account/passkey/ask", "/account/passkey", ""); v.Passkey != nil {
		v.Passkey.Prove = s.showAnew(p)
	}
	for _, one := range all {
		v.Sessions = append(v.Sessions, page.Session{ID: one.ID, Browser: browserName(one.Browser), SeenAt: one.SeenAt, Here: one.ID == who.Session})
	}
	out, err := s.o.Pages.Account(v)
	return s.own(w, r, out, err)
}

// ownForm does what a form of somebody's account asks.
func (s *Site) ownForm(w http.ResponseWriter, r *http.Request, p place, who account.Actor, f url.Values) error {
	done := func(what string, err error) error {
		if v := told(err, fault.Invalid, fault.TooMany); v != nil {
			web.Retry(w, web.Failure{Fault: v})
			return s.showOwn(w, r, p, who, page.Account{Form: what, Typed: f.Get("name") + f.Get("email") + f.Get("text"), Fault: v}) // each form has one of them
		}
		if v := told(err, fault.Forbidden); v != nil && v.Key == "fault.prove" {
			return onward(w, s.showAnew(p))
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
	case "account/email":
		if !s.o.Mail {
			return fault.New(fault.Conflict, "fault.no_mail", "this site sends no mail")
		}
		if email, err := account.CleanEmail(f.Get("email")); err == nil {
			if err := s.o.Tries.Letter(web.From(r.Context()).Peer, email); err != nil {
				return err
			}
		}
		return done("email", s.o.Readers.AskAddress(r.Context(), who, f.Get("email"), p.edition.Slug))
	case "account/mail":
		return done("mail", s.chooseWays(r.Context(), who, f))
	case "account/passkey":
		return done("passkey", s.changePasskeys(r, who, f))
	case "account/passkey/ask":
		return s.askNewPasskey(w, r, who)
	case "account/appeal":
		if s.o.Talk == nil {
			return absent()
		}
		err := s.appeals.Must(who.ID)
		if err == nil {
			_, err = s.o.Talk.AppealRestriction(r.Context(), news.Act{Who: who, Once: onceOf(r, who)}, f.Get("text"))
		}
		if fault.Is(err, fault.Conflict) { // sent twice, or decided meanwhile: the page says how it stands
			err = nil
		}
		return done("appeal", err)
	case "account/ignored":
		if s.o.Talk == nil {
			return absent()
		}
		return done("ignored", s.o.Talk.Ignore(r.Context(), who, f.Get("id"), false))
	case "account/delete":
		if err := s.o.Readers.Leave(r.Context(), who, p.edition.Slug); err != nil {
			return done("delete", err)
		}
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

// showAnew is where somebody who is in shows once more who he is, and comes back to his account.
func (s *Site) showAnew(p place) string {
	return s.below(p, "/account/sign-in") + "?again&back=" + url.QueryEscape(s.below(p, "/account"))
}

// newAddress shows the button of a letter to a new address, and makes that the account's when it is pressed.
func (s *Site) newAddress(w http.ResponseWriter, r *http.Request, p place, sends bool) error {
	if err := s.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	v := page.NewAddress{Edition: p.edition.Slug, Token: p.slug}
	var err error
	if sends {
		err = s.o.Readers.TakeAddress(r.Context(), p.slug, p.edition.Slug)
		v.Done, v.Fault = err == nil, told(err, fault.Conflict)
	}
	if !v.Done && (err == nil || v.Fault != nil) {
		v.Email, err = s.o.Readers.NewAddress(r.Context(), p.slug)
	}
	if v.Spent = notFound(err); err != nil && !v.Spent {
		return err
	}
	out, err := s.o.Pages.NewAddress(v)
	return s.own(w, r, out, err)
}

// ownData gives somebody all that is kept of him, as a file.
func (s *Site) ownData(w http.ResponseWriter, r *http.Request, p place) error {
	who, err := s.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		return onward(w, s.below(p, "/account/sign-in")+"?back="+url.QueryEscape(s.below(p, "/account")))
	}
	if err := s.miss(r); err != nil {
		return err
	}
	a, err := s.o.Readers.Account(r.Context(), who.ID)
	if err != nil {
		return err
	}
	all, err := s.o.Readers.Sessions(r.Context(), who)
	if err != nil {
		return err
	}
	type session struct {
		Browser   string    `json:"browser"`
		CreatedAt time.Time `json:"created_at"`
		SeenAt    time.Time `json:"seen_at"`
	}
	data := struct {
		Account  account.Account `json:"account"`
		Sessions []session       `json:"sessions"`
		Written  any             `json:"written,omitempty"`
	}{Account: a}
	for _, one := range all {
		data.Sessions = append(data.Sessions, session{one.Browser, one.CreatedAt, one.SeenAt})
	}
	if s.o.Written != nil {
		if data.Written, err = s.o.Written(r.Context(), who.ID); err != nil {
			return err
		}
	}
	body, err := json.MarshalIndent(data, "", "  ")
	if err != nil {
		return err
	}
	h := w.Header()
	web.Secure(h, web.DataPolicy)
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="account.json"`)
	h.Set("Cache-Control", "private, no-store")
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may have gone; nothing is left to do
	}
	return nil
}

// browserName names a browser and its system by its User-Agent, in the names they have in every language; empty when it says neither.
func browserName(agent string) string {
	find := func(names ...[2]string) string {
		for _, n := range names {
			if strings.Contains(agent, n[0]) {
				return n[1]
			}
		}
		return ""
	}
	// The first that fits: browsers name those before them too.
	name := strings.Join([]string{find([2]string{"Edg", "Edge"}, [2]string{"OPR/", "Opera"}, [2]string{"SamsungBrowser", "Samsung Internet"}, [2]string{"Firefox", "Firefox"}, [2]string{"FxiOS", "Firefox"},
		[2]string{"CriOS", "Chrome"}, [2]string{"Chrom", "Chrome"}, [2]string{"Safari", "Safari"}),
		find([2]string{"iPhone", "iPhone"}, [2]string{"iPad", "iPad"}, [2]string{"Android", "Android"}, [2]string{"Windows", "Windows"}, [2]string{"Mac OS", "macOS"}, [2]string{"CrOS", "ChromeOS"}, [2]string{"Linux", "Linux"})}, ", ")
	return strings.Trim(name, ", ")
}
