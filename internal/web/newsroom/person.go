package newsroom

import (
	"errors"
	"net/http"
	"net/url"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/web"
)

// passwordForm asks whoever is signed in for a new password.
func (n *Newsroom) passwordForm(w http.ResponseWriter, r *http.Request) error {
	who, err := n.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		w.Header().Set("Location", "/newsroom/sign-in?next="+url.QueryEscape("/newsroom/password"))
		w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	return n.askPassword(w, r, who, r.URL.Query().Has("saved"), nil)
}

func (n *Newsroom) askPassword(w http.ResponseWriter, r *http.Request, who account.Actor, done bool, told *fault.Error) error {
	a, err := n.o.Accounts.Account(r.Context(), who.ID)
	if err != nil {
		return err
	}
	v := page.NewsroomPassword{Language: language(r), Action: "/newsroom/password", Email: a.Email, Has: a.Password != "", Done: done, Home: "/account", Fault: told}
	if who.Staff() {
		v.Home, v.Staff = "/newsroom/", true
	}
	p, err := n.o.Pages.NewsroomPassword(v)
	return n.write(w, r, p, err)
}

// password keeps a new password. Tries with a wrong one of before are limited like tries to sign in: a session may be somebody else's.
func (n *Newsroom) password(w http.ResponseWriter, r *http.Request) error {
	who, err := n.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		return who.Refused()
	}
	f, err := values(r)
	if err != nil {
		return err
	}
	peer := web.From(r.Context()).Peer
	if err := n.o.Tries.Person(peer, who.ID); err != nil {
		return err
	}
	err = n.o.Accounts.ChangePassword(r.Context(), who, f.Get("current"), f.Get("password"))
	var told *fault.Error
	if errors.As(err, &told) && told.Kind == fault.Invalid {
		return n.askPassword(w, r, who, false, told)
	}
	if err != nil {
		return err
	}
	n.o.Tries.Came(peer, who.ID)
	n.o.Log.Info("newsroom: a password was changed", "request", web.From(r.Context()).ID, "account", who.ID)
	w.Header().Set("Location", "/newsroom/password?saved")
	w.WriteHeader(http.StatusSeeOther)
	return nil
}
