package site

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/web"
)

// Readers lets readers in and keeps their accounts. account.Door does.
type Readers interface {
	Knock(ctx context.Context, email, edition, back string) (ticket string, err error)
	Knocked(ctx context.Context, link string) (k account.Knock, newcomer bool, err error)
	EnterByLink(ctx context.Context, link, name string) (secret string, who account.Actor, back string, err error)
	EnterByCode(ctx context.Context, ticket, code, name string) (secret string, who account.Actor, back string, err error)
	Vouchers() []string
	AskVoucher(ctx context.Context, with, back, edition, to string) (address, ticket string, err error)
	EnterVouched(ctx context.Context, state, ticket, code string) (account.Came, error)
	SignIn(ctx context.Context, email, password string) (secret string, who account.Actor, err error)
	SignOut(ctx context.Context, who account.Actor) error
	Account(ctx context.Context, id string) (account.Account, error)
	Change(ctx context.Context, id string, name, language *string) (account.Account, error)
	ChangePassword(ctx context.Context, who account.Actor, current, password string) error
	Forgotten(ctx context.Context, who account.Actor) (bool, error)
	Sessions(ctx context.Context, who account.Actor) ([]account.Secret, error)
	EndSession(ctx context.Context, who account.Actor, id string) error
	PasskeyHost() string
	AskPasskey(ctx context.Context) (account.Challenge, error)
	SignInByPasskey(ctx context.Context, answer account.Answer) (secret string, who account.Actor, err error)
	BeginPasskey(ctx context.Context, who account.Actor) (account.Challenge, error)
	AddPasskey(ctx context.Context, who account.Actor, name string, answer account.Answer) (account.Passkey, error)
	DropPasskey(ctx context.Context, who account.Actor, id string) error
	EndAll(ctx context.Context, who account.Actor) error
	AskAddress(ctx context.Context, who account.Actor, email, edition string) error
	NewAddress(ctx context.Context, link string) (string, error)
	TakeAddress(ctx context.Context, link, edition string) error
	Leave(ctx context.Context, who account.Actor, edition string) error
}

// personal reports whether a page of this kind is one reader's.
func (k kind) personal() bool {
	return k == accountPage || k == signIn || k == signInLink || k == accountForm || k == accountData || k == emailLink || k == unsubscribe || k == notices || k == spoken || k == knows || k == signInWith || k == vouchedFor
}

// accounts answers all that is one reader's: signing in, and the account of who is signed in. Nobody keeps any of it, and no other site
// learns its addresses.
func (s *Site) accounts(w http.ResponseWriter, r *http.Request, p place) error {
	if p.edition.Slug == "" {
		return absent()
	}
	asks := r.Method == http.MethodGet || r.Method == http.MethodHead
	sends := r.Method == http.MethodPost
	switch {
	case p.kind == accountForm && !sends:
		return web.NotAllowed{Allow: "POST"}
	case (p.kind == accountPage || p.kind == accountData || p.kind == notices || p.kind == spoken || p.kind == knows || p.kind == signInWith || p.kind == vouchedFor) && !asks:
		return web.NotAllowed{Allow: "GET, HEAD"}
	case !asks && !sends:
		return web.NotAllowed{Allow: "GET, HEAD, POST"}
	case s.o.Readers == nil && p.kind != signIn && p.kind != accountPage:
		return absent()
	}
	var f url.Values
	if sends {
		if s.o.Readers == nil {
			return absent()
		}
		if err := form(r); err != nil {
			return err
		}
		f = r.PostForm
	}
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case p.kind == accountPage:
		return s.ownAccount(w, r, p)
	case p.kind == signIn && asks:
		return s.signInForm(w, r, p)
	case p.kind == signIn:
		return s.knock(w, r, p, f)
	case p.kind == signInWith:
		return s.vouch(w, r, p)
	case p.kind == vouchedFor:
		return s.vouched(w, r, p)
	case p.kind == signInLink && asks:
		return s.link(w, r, p)
	case p.kind == signInLink:
		return s.enterByLink(w, r, p, f)
	case p.kind == emailLink:
		return s.newAddress(w, r, p, sends)
	case p.kind == unsubscribe:
		return s.unsubscribe(w, r, p, sends)
	case p.kind == notices:
		return s.notices(w, r, p)
	case p.kind == spoken:
		return s.spoken(w, r, p)
	case p.kind == knows:
		return s.knows(w, r, p)
	case p.kind == accountData:
		return s.ownData(w, r, p)
	}
	switch p.slug {
	case "account/sign-in/code":
		return s.enterByCode(w, r, p, f)
	case "account/sign-in/password":
		return s.enterByPassword(w, r, p, f)
	case "account/sign-in/passkey":
		return s.enterByPasskey(w, r, p, f)
	case "account/sign-in/passkey/ask":
		return s.askPasskey(w, r)
	}
	who, err := s.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		return onward(w, s.below(p, "/account/sign-in"))
	}
	return s.ownForm(w, r, p, who, f)
}

// below is the address of a page of the edition of a place.
func (s *Site) below(p place, path string) string { return s.reading().Path(p.edition.Slug) + path }

// onward sends somebody on after a form.
func onward(w http.ResponseWriter, to string) error {
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// back lets a path of this site through as the place to return to.
func back(to string) string {
	if len(to) > 500 || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return ""
	}
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" {
		return ""
	}
	return u.String()
}

// own answers with a page of one reader.
func (s *Site) own(w http.ResponseWriter, r *http.Request, p page.Page, err error) error {
	if err != nil {
		return err
	}
	whole := s.whole(p)
	whole.Header = maps.Clone(whole.Header)
	whole.Header.Set("Cache-Control", "private, no-store")
	whole.Header.Set("Referrer-Policy", "no-referrer")
	return s.cache.Compose(w, r, whole)
}

// soonest is how soon after it was shown nobody has filled a form in by hand, latest how long it may lie.
const (
	soonest = time.Second
	latest  = 24 * time.Hour
)

// stamp signs when a form was shown.
func (s *Site) stamp() string {
	at := strconv.FormatInt(s.o.Clock.Now().UnixMilli(), 36)
	return at + "." + s.sign(at)
}

func (s *Site) sign(at string) string {
	mac := hmac.New(sha256.New, s.o.FormKey)
	mac.Write([]byte(at))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:15])
}

// stamped says what a form lacks that was not shown by us, or not a while ago; it is to be sent once more.
func (s *Site) stamped(stamp string) error {
	at, signed, _ := strings.Cut(stamp, ".")
	ms, err := strconv.ParseInt(at, 36, 64)
	age := s.o.Clock.Now().Sub(time.UnixMilli(ms))
	if err != nil || !hmac.Equal([]byte(signed), []byte(s.sign(at))) || age < soonest || age > latest {
		return fault.New(fault.Invalid, "fault.again", "press the button once more")
	}
	return nil
}

// signInForm shows the ways in; who is in already is led on.
func (s *Site) signInForm(w http.ResponseWriter, r *http.Request, p place) error {
	to := back(r.URL.Query().Get("back"))
	who, err := s.who(r)
	if err != nil {
		return err
	}
	again := r.URL.Query().Has("again") && who.Known()
	if who.Known() && !again {
		return onward(w, s.to(p, to))
	}
	return s.askIn(w, r, p, page.SignIn{Back: to, Again: again})
}

// to is where somebody goes who came in.
func (s *Site) to(p place, back string) string {
	if back == "" {
		back = s.below(p, "/account")
	}
	return back
}

func (s *Site) askIn(w http.ResponseWriter, r *http.Request, p place, v page.SignIn) error {
	v.Edition, v.Mail = p.edition.Slug, s.o.Mail && s.o.Readers != nil
	if s.o.Readers != nil {
		v.With = s.o.Readers.Vouchers()
	}
	v.Passkey = s.passkey(r, p, "/account/sign-in/passkey/ask", "/account/sign-in/passkey", v.Back)
	if v.At == "" {
		v.At = s.stamp()
	}
	out, err := s.o.Pages.SignIn(v)
	return s.own(w, r, out, err)
}

// told gives the fault of a kind that a form shows, nil for what is no such.
func told(err error, kinds ...fault.Kind) *fault.Error {
	var f *fault.Error
	if errors.As(err, &f) {
		for _, k := range kinds {
			if f.Kind == k {
				return f
			}
		}
	}
	return nil
}

// knock sends a letter to an address, whoever has it, and asks for its code. What only programs fill in sends none.
func (s *Site) knock(w http.ResponseWriter, r *http.Request, p place, f url.Values) error {
	if !s.o.Mail {
		return fault.New(fault.Conflict, "fault.no_mail", "this site sends no mail")
	}
	peer := web.From(r.Context()).Peer
	if err := s.o.Tries.Arrival(peer); err != nil {
		return err
	}
	v := page.SignIn{Email: f.Get("email"), Back: back(f.Get("back"))}
	email, err := account.CleanEmail(v.Email)
	if err == nil {
		if err = s.stamped(f.Get("at")); err != nil {
			v.At = s.again(f.Get("at"))
		}
	}
	if v.Fault = told(err, fault.Invalid); v.Fault != nil {
		return s.askIn(w, r, p, v)
	}
	if err := s.o.Tries.Letter(peer, email); err != nil {
		return err
	}
	ticket := rand.Text()
	if f.Get(trap) == "" {
		if ticket, err = s.o.Readers.Knock(r.Context(), email, p.edition.Slug, v.Back); err != nil {
			return err
		}
	}
	out, err := s.o.Pages.SignInCode(page.SignInCode{Edition: p.edition.Slug, Ticket: ticket, Email: email})
	return s.own(w, r, out, err)
}

// again keeps a stamp of ours that only was too young, so that the next press counts from the first showing.
func (s *Site) again(stamp string) string {
	if at, signed, _ := strings.Cut(stamp, "."); hmac.Equal([]byte(signed), []byte(s.sign(at))) {
		if ms, err := strconv.ParseInt(at, 36, 64); err == nil && s.o.Clock.Now().Sub(time.UnixMilli(ms)) < latest {
			return stamp
		}
	}
	return ""
}

// link shows a button: what only opens the address, such as a mail scanner, redeems nothing.
func (s *Site) link(w http.ResponseWriter, r *http.Request, p place) error {
	if err := s.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	return s.showLink(w, r, p, page.SignInLink{Name: r.URL.Query().Get("name")})
}

func (s *Site) showLink(w http.ResponseWriter, r *http.Request, p place, v page.SignInLink) error {
	k, newcomer, err := s.o.Readers.Knocked(r.Context(), p.slug)
	v.Edition, v.Token, v.Email, v.Newcomer, v.Spent = p.edition.Slug, p.slug, k.Email, newcomer, notFound(err)
	if err != nil && !v.Spent {
		return err
	}
	out, err := s.o.Pages.SignInLink(v)
	return s.own(w, r, out, err)
}

func (s *Site) enterByLink(w http.ResponseWriter, r *http.Request, p place, f url.Values) error {
	if err := s.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	secret, who, to, err := s.o.Readers.EnterByLink(from(r), p.slug, f.Get("name"))
	if v := told(err, fault.Invalid, fault.NotFound); v != nil {
		if v.Kind == fault.NotFound {
			v = nil
		}
		return s.showLink(w, r, p, page.SignInLink{Name: f.Get("name"), Fault: v})
	}
	return s.entered(w, r, p, "letter", secret, who, to, err)
}

func (s *Site) enterByCode(w http.ResponseWriter, r *http.Request, p place, f url.Values) error {
	peer := web.From(r.Context()).Peer
	if err := errors.Join(s.o.Tries.Arrival(peer), s.o.Tries.Guess(peer)); err != nil {
		return err
	}
	v := page.SignInCode{Edition: p.edition.Slug, Ticket: f.Get("ticket"), Email: f.Get("email"), Code: f.Get("code"), Name: f.Get("name")}
	secret, who, to, err := s.o.Readers.EnterByCode(from(r), v.Ticket, v.Code, v.Name)
	if v.Fault = told(err, fault.Invalid); v.Fault != nil {
		switch {
		case v.Fault.Places[0].Location == "code":
			v.Code = ""
		case !f.Has("name"): // it was not asked for yet
			v.Fault = nil
		}
		out, err := s.o.Pages.SignInCode(v)
		return s.own(w, r, out, err)
	}
	if notFound(err) {
		out, err := s.o.Pages.SignInLink(page.SignInLink{Edition: p.edition.Slug, Spent: true})
		return s.own(w, r, out, err)
	}
	return s.entered(w, r, p, "code", secret, who, to, err)
}

func (s *Site) enterByPassword(w http.ResponseWriter, r *http.Request, p place, f url.Values) error {
	peer := web.From(r.Context()).Peer
	email := strings.ToLower(strings.TrimSpace(f.Get("email")))
	if err := s.o.Tries.Arrival(peer); err != nil {
		return err
	}
	if err := s.o.Tries.Person(peer, email); err != nil {
		return err
	}
	secret, who, err := s.o.Readers.SignIn(from(r), email, f.Get("password"))
	if v := told(err, fault.Unauthenticated); v != nil {
		s.o.Log.Info("site: a try to sign in was refused", "request", web.From(r.Context()).ID, "way", "password")
		return s.askIn(w, r, p, page.SignIn{Email: f.Get("email"), Back: back(f.Get("back")), Password: true, Fault: v})
	}
	return s.entered(w, r, p, "password", secret, who, back(f.Get("back")), err)
}

// from is the context of a request with the browser that it comes from.
func from(r *http.Request) context.Context { return account.From(r.Context(), r.UserAgent()) }

// entered gives the browser its session, keeps where its owner came in from, whatever the way, and sends it to where it came from. The session it came with ends. Who works in the newsroom and
// owes more than he showed is led to where it is asked for.
func (s *Site) entered(w http.ResponseWriter, r *http.Request, p place, way, secret string, who account.Actor, to string, err error) error {
	if err != nil {
		return err
	}
	if old, err := s.who(r); err == nil && old.Known() {
		if err := s.o.Readers.SignOut(r.Context(), old); err != nil && !notFound(err) {
			s.o.Log.Warn("site: the session of before was not ended", "error", err)
		}
	}
	web.SetSession(w, r, secret)
	if a, err := s.o.Readers.Account(r.Context(), who.ID); err != nil {
		s.o.Log.Warn("site: the place was not kept from which somebody came in", "error", err)
	} else {
		s.o.Tries.Came(web.From(r.Context()).Peer, a.Email)
	}
	switch {
	case who.Half:
		return onward(w, "/newsroom/code")
	case who.Enrol:
		return onward(w, "/newsroom/")
	}
	s.o.Log.Info("site: signed in", "request", web.From(r.Context()).ID, "way", way, "account", who.ID)
	return onward(w, s.to(p, back(to)))
}
