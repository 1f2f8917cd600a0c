// Package newsroom is the staff's door: setting up, signing in and out, and the page and files of the staff
// application, which does everything else by the API.
//
// It promises: nothing here is cached or tells anything to who is not signed in; a one-time link does nothing when it is only
// opened, since mail scanners open links too: a button redeems it; the session's secret is in a cookie that scripts cannot read
// and other sites cannot send; too many tries are refused by address and by account, in the same words whether the
// account exists or not, and never its owner because of what others try from elsewhere. Forms from other sites are refused by the Gate, before this door.
package newsroom

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/page"
	"dateline/internal/page/install"
	"dateline/internal/page/lang"
	"dateline/internal/web"
)

// Accounts lets people in. account.Door does.
type Accounts interface {
	SignIn(ctx context.Context, email, password string) (secret string, who account.Actor, err error)
	Redeem(ctx context.Context, link string) (secret string, who account.Actor, err error)
	Who(ctx context.Context, secret string, kind account.SecretKind) (account.Actor, error)
	SignOut(ctx context.Context, who account.Actor) error
	Vacant(ctx context.Context) (bool, error)
	SetUpPending(ctx context.Context, link string) error
	SetUp(ctx context.Context, link, email, name, password string) (secret string, who account.Actor, err error)
	AskFirstPasskey(ctx context.Context, link, email, name string) (account.Challenge, error)
	SetUpByPasskey(ctx context.Context, link, email, name, label string, a account.Answer) (secret string, who account.Actor, err error)
	Account(ctx context.Context, id string) (account.Account, error)
	ChangePassword(ctx context.Context, who account.Actor, current, password string) error
	Halfway(ctx context.Context, half string) (ways account.Ways, id string, err error)
	Second(ctx context.Context, half string, p account.Proof) (secret string, who account.Actor, err error)
	PasskeyHost() string
	AskPasskey(ctx context.Context) (account.Challenge, error)
	AskOwnPasskey(ctx context.Context, id string) (account.Challenge, error)
	SignInByPasskey(ctx context.Context, a account.Answer) (secret string, who account.Actor, err error)
}

// Editions makes the first edition and its first section. edition.Desk does.
type Editions interface {
	CreateSection(ctx context.Context, who account.Actor, once fact.Once, p edition.SectionPatch) (edition.Section, error)
	CreateEdition(ctx context.Context, who account.Actor, once fact.Once, p edition.EditionPatch) (edition.Edition, error)
}

// Options say what a Newsroom works with; all but App, Tries, Clock and Log are needed.
type Options struct {
	Accounts Accounts
	Editions Editions
	Pages    *page.Renderer
	App      fs.FS      // the staff application as ui.Newsroom gives it; nil when it was not built
	Mark     string     // where the nonce goes in its page
	Tries    *web.Tries // shared with the other doors; nil: its own
	Clock    moment.Clock
	Log      *slog.Logger
}

// Newsroom serves staff.
type Newsroom struct {
	o     Options
	mux   *http.ServeMux
	staff *staff   // nil when it was not built
	icons [][]byte // in the order of icons
}

// New makes the door. It fails when the staff application's page has no place for a nonce.
func New(o Options) (*Newsroom, error) {
	if o.Clock == nil {
		o.Clock = moment.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Tries == nil {
		o.Tries = web.NewTries(o.Clock)
	}
	n := &Newsroom{o: o, mux: http.NewServeMux()}
	if o.App != nil {
		var err error
		if n.staff, err = newStaff(o.App, o.Mark); err != nil {
			return nil, err
		}
	}
	for _, i := range icons {
		drawn, err := install.Draw(i.Size)
		if err != nil {
			return nil, err
		}
		n.icons = append(n.icons, drawn)
	}
	byPattern := map[string]map[string]web.Handler{}
	for _, r := range n.routes() {
		if byPattern[r.Pattern] == nil {
			byPattern[r.Pattern] = map[string]web.Handler{}
		}
		for m := range strings.SplitSeq(r.Methods, ", ") {
			byPattern[r.Pattern][m] = r.handler
		}
	}
	for pattern, methods := range byPattern {
		n.mux.Handle(pattern, web.Adapt(n.dress(byMethod(methods)), o.Log, n.Show))
	}
	return n, nil
}

// route is a row of the door's table with what serves it.
type route struct {
	web.Route
	handler web.Handler
}

func (n *Newsroom) routes() []route {
	const read, write = "GET, HEAD", "POST"
	row := func(methods, pattern string, who web.Who, h web.Handler) route {
		return route{web.Route{Methods: methods, Pattern: pattern, Who: who}, h}
	}
	return []route{
		row(read, "/newsroom", web.Anybody, n.slash),
		row(read, "/newsroom/{$}", web.Anybody, n.arrive), // strangers get the form to sign in
		row(read, "/newsroom/sign-in", web.Anybody, n.form),
		row(write, "/newsroom/sign-in", web.Anybody, n.signIn),
		row(read, "/newsroom/sign-in/{token}", web.Bearer, n.link),
		row(write, "/newsroom/sign-in/{token}", web.Bearer, n.redeem),
		row(write, "/newsroom/passkey", web.Anybody, n.ask),
		row(read, passkeyPath, web.Anybody, n.script),
		row(read, "/newsroom/code", web.Anybody, n.codeForm), // of half a session; all others are sent to sign in
		row(write, "/newsroom/code", web.Anybody, n.code),    // and refused here
		row(write, "/newsroom/sign-out", web.Anybody, n.signOut),
		row(read, "/newsroom/password", web.Anybody, n.passwordForm), // strangers are sent to sign in
		row(write, "/newsroom/password", web.Anybody, n.password),    // and refused here
		row(read, "/newsroom/set-up/{token}", web.Bearer, n.setUpForm),
		row(write, "/newsroom/set-up/{token}", web.Bearer, n.setUp),
		row(write, "/newsroom/set-up/{token}/passkey", web.Bearer, n.askFirst),
		row(read, "/newsroom/assets/{file}", web.Anybody, n.file),
		row(read, "/newsroom/worker.js", web.Anybody, n.worker),
		row(read, "/newsroom/manifest.webmanifest", web.Anybody, n.manifest),
		row(read, icons[0].Path, web.Anybody, n.icon),
		row(read, icons[1].Path, web.Anybody, n.icon),
		row(read, "/newsroom/{path...}", web.Anybody, n.arrive), // an address of the application; strangers are sent to sign in
	}
}

// Routes is the door's table of addresses.
func Routes() []web.Route {
	var out []web.Route
	for _, r := range new(Newsroom).routes() {
		out = append(out, r.Route)
	}
	return out
}

// byMethod chooses a handler by the request's method; another method is 405.
func byMethod(methods map[string]web.Handler) web.Handler {
	var names []string
	for m := range methods {
		names = append(names, m)
	}
	slices.Sort(names)
	allow := strings.Join(names, ", ")
	return func(w http.ResponseWriter, r *http.Request) error {
		h, ok := methods[r.Method]
		if !ok {
			return web.NotAllowed{Allow: allow}
		}
		return h(w, r)
	}
}

// dress sets what every answer of this door carries: nobody keeps it, nobody else learns its address.
func (n *Newsroom) dress(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		n.policy(w)
		return h(w, r)
	}
}

func (n *Newsroom) policy(w http.ResponseWriter) {
	dressed(w.Header(), web.NewsroomPolicy(web.Nonce(), n.o.Pages.StyleHash()))
}

func dressed(h http.Header, policy string) {
	web.Secure(h, policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // addresses here hold one-time secrets
	h.Set("X-Robots-Tag", "noindex")
}

// ServeHTTP answers one request.
func (n *Newsroom) ServeHTTP(w http.ResponseWriter, r *http.Request) { n.mux.ServeHTTP(w, r) }

// write answers with a page of this door, which has no shared parts.
func (n *Newsroom) write(w http.ResponseWriter, r *http.Request, p page.Page, err error) error {
	if err != nil {
		return err
	}
	body, err := p.Stitch(func(page.PartName) ([]byte, error) {
		return nil, errors.New("newsroom: a page of this door has a shared part")
	})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	if p.Language != "" {
		h.Set("Content-Language", p.Language)
	}
	w.WriteHeader(p.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the client may have gone; nothing is left to do
	}
	return nil
}

// Show writes a failure as a page; it is for web.Door too.
func (n *Newsroom) Show(w http.ResponseWriter, r *http.Request, f web.Failure) {
	n.policy(w)
	v := page.Failure{Status: f.Status, Fault: f.Fault}
	if f.Fault != nil {
		v.After = f.Fault.After
	}
	p, err := n.o.Pages.Failure(v)
	if n.write(w, r, p, err) != nil {
		http.Error(w, http.StatusText(f.Status), f.Status)
	}
}

func (n *Newsroom) slash(w http.ResponseWriter, r *http.Request) error {
	web.Redirect(w, r, "/newsroom/", http.StatusMovedPermanently)
	return nil
}

// who gives whoever is signed in, the zero Actor for a stranger.
func (n *Newsroom) who(r *http.Request) (account.Actor, error) {
	secret := web.Session(r)
	if secret == "" {
		return account.Actor{}, nil
	}
	who, err := n.o.Accounts.Who(r.Context(), secret, account.Session)
	if fault.Is(err, fault.Unauthenticated) {
		return account.Actor{}, nil
	}
	return who, err
}

// home shows staff who they are where the application was not built.
func (n *Newsroom) home(w http.ResponseWriter, r *http.Request) error {
	who, err := n.who(r)
	if err != nil {
		return err
	}
	p, err := n.o.Pages.NewsroomHome(page.NewsroomHome{Language: language(r), Name: who.Name, Roles: roles(who), SignOut: "/newsroom/sign-out"})
	return n.write(w, r, p, err)
}

// roles lists what somebody is, with the edition in brackets where it is one only.
func roles(who account.Actor) []string {
	var out []string
	for _, g := range who.Grants {
		name := string(g.Role)
		if g.Edition != "" {
			name += " (" + g.Edition + ")"
		}
		out = append(out, name)
	}
	return out
}

// form asks for address and password; before anybody could have them it says how the site is set up.
func (n *Newsroom) form(w http.ResponseWriter, r *http.Request) error {
	switch vacant, err := n.o.Accounts.Vacant(r.Context()); {
	case err != nil:
		return err
	case vacant:
		p, err := n.o.Pages.Setup(page.Setup{Language: language(r)})
		p.Status = http.StatusOK
		return n.write(w, r, p, err)
	}
	p, err := n.o.Pages.NewsroomSignIn(page.NewsroomSignIn{Language: language(r), Action: "/newsroom/sign-in", Next: next(r.URL.Query().Get("next")), Passkey: n.passkey()})
	return n.write(w, r, p, err)
}

// signIn opens a session with address and password.
func (n *Newsroom) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := values(r)
	if err != nil {
		return err
	}
	email := strings.ToLower(strings.TrimSpace(f.Get("email")))
	peer := web.From(r.Context()).Peer
	err = n.o.Tries.Arrival(peer)
	if err == nil && !f.Has("passkey") {
		err = n.o.Tries.Person(peer, email)
	}
	var secret string
	var who account.Actor
	switch {
	case err != nil:
	case f.Has("passkey"):
		secret, who, err = n.o.Accounts.SignInByPasskey(from(r), answer(f))
		n.note(r, "passkey", who, err)
	default:
		secret, who, err = n.o.Accounts.SignIn(from(r), email, f.Get("password"))
		n.note(r, "password", who, err)
	}
	var told *fault.Error
	if errors.As(err, &told) && told.Kind == fault.Unauthenticated {
		p, err := n.o.Pages.NewsroomSignIn(page.NewsroomSignIn{Language: language(r), Action: "/newsroom/sign-in", Email: f.Get("email"), Next: next(f.Get("next")), Fault: told, Passkey: n.passkey()})
		return n.write(w, r, p, err)
	}
	if err != nil {
		return err
	}
	if !f.Has("passkey") {
		n.o.Tries.Came(peer, email)
	}
	return n.enter(w, r, secret, onward(who, next(f.Get("next"))))
}

// from is the context of a request with the browser that it comes from.
func from(r *http.Request) context.Context { return account.From(r.Context(), r.UserAgent()) }

// onward is where somebody goes who came in: to where he was going, the newsroom, or as a reader to his account.
func onward(who account.Actor, to string) string {
	switch {
	case who.Half:
		if to != "" {
			to = "?next=" + url.QueryEscape(to)
		}
		return "/newsroom/code" + to
	case to == "/newsroom/password":
		return to
	case !who.Staff():
		return "/account"
	}
	return to
}

// note logs who came in, or that somebody did not: by the id of the account and of the request, never by an address.
func (n *Newsroom) note(r *http.Request, way string, who account.Actor, err error) {
	switch {
	case err == nil && who.Half:
	case err == nil:
		n.o.Log.Info("newsroom: signed in", "request", web.From(r.Context()).ID, "way", way, "account", who.ID)
	case fault.Is(err, fault.Unauthenticated) || fault.Is(err, fault.NotFound):
		n.o.Log.Info("newsroom: a try to sign in was refused", "request", web.From(r.Context()).ID, "way", way)
	}
}

// enter gives the browser its session and sends it on. The session it came with ends: who signs in gets a new one and leaves none.
func (n *Newsroom) enter(w http.ResponseWriter, r *http.Request, secret, to string) error {
	if to == "" {
		to = "/newsroom/"
	}
	if old, err := n.who(r); err == nil && old.Known() {
		if err := n.o.Accounts.SignOut(r.Context(), old); err != nil && !fault.Is(err, fault.NotFound) {
			n.o.Log.Warn("newsroom: the session of before was not ended", "error", err)
		}
	}
	web.SetSession(w, r, secret)
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// link shows one button: what only opens the address, such as a mail scanner, redeems nothing.
func (n *Newsroom) link(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	p, err := n.o.Pages.NewsroomSignIn(page.NewsroomSignIn{Language: language(r), Action: "/newsroom/sign-in/" + url.PathEscape(token), Token: token})
	return n.write(w, r, p, err)
}

// redeem opens a session with a one-time link.
func (n *Newsroom) redeem(w http.ResponseWriter, r *http.Request) error {
	if err := n.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	secret, who, err := n.o.Accounts.Redeem(from(r), r.PathValue("token"))
	n.note(r, "link", who, err)
	if fault.Is(err, fault.NotFound) {
		return n.spent(w, r)
	}
	if err != nil {
		return err
	}
	return n.enter(w, r, secret, onward(who, ""))
}

// spent says that a link was used or is too old, and how to get another.
func (n *Newsroom) spent(w http.ResponseWriter, r *http.Request) error {
	p, err := n.o.Pages.NewsroomSetUp(page.NewsroomSetUp{Language: language(r), Spent: true})
	return n.write(w, r, p, err)
}

// signOut ends the session and takes the cookie away.
func (n *Newsroom) signOut(w http.ResponseWriter, r *http.Request) error {
	who, err := n.who(r)
	if err != nil {
		return err
	}
	if who.Known() {
		n.o.Log.Info("newsroom: signed out", "request", web.From(r.Context()).ID, "account", who.ID)
		if err := n.o.Accounts.SignOut(r.Context(), who); err != nil && !fault.Is(err, fault.NotFound) { // ended twice at once
			return err
		}
	}
	to := "/newsroom/"
	if who.Known() && !who.Staff() {
		to = "/"
	}
	return n.enter(w, r, "", to)
}

// next lets a path of the newsroom through as the place to go on to.
func next(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" || u.Host != "" || len(to) > 500 || !strings.HasPrefix(u.Path, "/newsroom/") || strings.ContainsAny(to, "\\\r\n\t") {
		return ""
	}
	return u.RequestURI()
}

// language gives the first language a browser asks for in which all words are there, else English.
func language(r *http.Request) string {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		base, _, _ := strings.Cut(tag, "-")
		for _, have := range lang.Complete() {
			if strings.EqualFold(have, tag) || strings.EqualFold(have, base) {
				return have
			}
		}
	}
	return "en"
}

// values reads a posted form.
func values(r *http.Request) (url.Values, error) {
	if err := r.ParseForm(); err != nil {
		var tooLarge *http.MaxBytesError
		if errors.As(err, &tooLarge) {
			return nil, err
		}
		return nil, fault.New(fault.Malformed, "fault.form", "this form could not be read").Because(err)
	}
	return r.PostForm, nil
}
