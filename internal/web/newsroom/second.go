package newsroom

import (
	_ "embed"
	"errors"
	"net/http"
	"net/url"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/web"
)

// passkeyScript is the module that asks a device for a passkey. It holds no word.
//
//go:embed passkey.js
var passkeyScript []byte

// passkeyPath is where it is served. It is small, and asked for only where somebody signs in.
const passkeyPath = "/newsroom/passkey.js"

// script answers the module.
func (n *Newsroom) script(w http.ResponseWriter, r *http.Request) error {
	return public(w, r, "text/javascript; charset=utf-8", web.DataPolicy, passkeyScript)
}

// passkey is what a page needs to offer a passkey, nil where there can be none.
func (n *Newsroom) passkey() *page.Passkey {
	host := n.o.Accounts.PasskeyHost()
	if host == "" {
		return nil
	}
	return &page.Passkey{Script: passkeyPath, Ask: "/newsroom/passkey", Host: host}
}

// ask gives a browser the challenge for a passkey: for any to a stranger, for his own to somebody who gave his password.
func (n *Newsroom) ask(w http.ResponseWriter, r *http.Request) error {
	if err := n.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	_, id, err := n.halfway(r)
	if err != nil {
		return err
	}
	var c account.Challenge
	if id != "" {
		c, err = n.o.Accounts.AskOwnPasskey(r.Context(), id)
	} else {
		c, err = n.o.Accounts.AskPasskey(r.Context())
	}
	if err != nil {
		return err
	}
	return web.Challenge(w, c.Ticket, c.Options)
}

// halfway says by what somebody with half a session may go on; id is empty for everybody else.
func (n *Newsroom) halfway(r *http.Request) (ways account.Ways, id string, err error) {
	secret := web.Session(r)
	if secret == "" {
		return ways, "", nil
	}
	ways, id, err = n.o.Accounts.Halfway(r.Context(), secret)
	if fault.Is(err, fault.Unauthenticated) {
		return account.Ways{}, "", nil
	}
	return ways, id, err
}

// codeForm asks for the second factor.
func (n *Newsroom) codeForm(w http.ResponseWriter, r *http.Request) error {
	ways, id, err := n.halfway(r)
	if err != nil {
		return err
	}
	if id == "" {
		web.Redirect(w, r, "/newsroom/sign-in", http.StatusSeeOther)
		return nil
	}
	return n.askCode(w, r, ways, next(r.URL.Query().Get("next")), nil)
}

func (n *Newsroom) askCode(w http.ResponseWriter, r *http.Request, ways account.Ways, to string, told *fault.Error) error {
	v := page.NewsroomCode{Language: language(r), Action: "/newsroom/code", Next: to, Code: ways.Code, Fault: told}
	if ways.Passkey {
		v.Passkey = n.passkey()
	}
	p, err := n.o.Pages.NewsroomCode(v)
	return n.write(w, r, p, err)
}

// code opens a session with the second factor.
func (n *Newsroom) code(w http.ResponseWriter, r *http.Request) error {
	ways, id, err := n.halfway(r)
	if err != nil {
		return err
	}
	if id == "" {
		return account.Actor{}.Refused()
	}
	f, err := values(r)
	if err != nil {
		return err
	}
	peer := web.From(r.Context()).Peer
	var secret string
	var who account.Actor
	if err = n.o.Tries.Second(peer, id); err == nil {
		secret, who, err = n.o.Accounts.Second(from(r), web.Session(r), account.Proof{Code: f.Get("code"), Passkey: answer(f)})
		n.note(r, "second factor", who, err)
	}
	var told *fault.Error
	if errors.As(err, &told) && told.Kind == fault.Invalid {
		return n.askCode(w, r, ways, next(f.Get("next")), told)
	}
	if err != nil {
		return err
	}
	n.o.Tries.CameSecond(peer, id)
	return n.enter(w, r, secret, onward(who, next(f.Get("next"))))
}

// answer reads a passkey's answer from a form.
func answer(f url.Values) account.Answer {
	return account.Answer{Ticket: f.Get("ticket"), Credential: []byte(f.Get("passkey"))}
}
