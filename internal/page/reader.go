package page

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"dateline/internal/fault"
	"dateline/internal/page/ruling"
	"dateline/internal/talk"
)

// SignIn is where readers come in: by a letter to their address, or with a password. The forms' fields are named email, password, back
// and at; website is for programs.
type SignIn struct {
	Edition  string
	Back     string       // path of this site to return to; may be empty
	At       string       // what the form brings back that tells when it was shown
	Email    string       // as typed
	Mail     bool         // the site sends mail
	Password bool         // the password's form is what was sent
	Again    bool         // he is in, and is to show anew who he is
	With     []string     // providers at which he may show it
	Passkey  *Passkey     // nil where there can be none
	Fault    *fault.Error // what was wrong with it
}

// SignInCode asks for the code of a letter, and then somebody new for his name. Its fields are named ticket, email, code and name.
type SignInCode struct {
	Edition string
	Ticket  string
	Email   string // that the letter went to
	Code    string // that was right: only the name is missing
	Name    string // as typed
	Fault   *fault.Error
}

// SignInLink is what the link of a letter shows: one button, and for somebody new the question for his name. Its field is named name.
type SignInLink struct {
	Edition  string
	Token    string
	Email    string // whose letter it was
	Newcomer bool
	Name     string // as typed
	Spent    bool   // it was used or is too old
	Fault    *fault.Error
}

// Account is what somebody who is signed in sees of himself. The forms' fields are named name, current, password and id.
type Account struct {
	Edition string
	Name    string
	Email   string
	Has     bool // there is a password
	// Forgotten is that he may set another one without it.
	Forgotten bool
	Staff     bool // he works in the newsroom
	Sessions  []Session
	Keys      []Key
	Passkey   *Passkey    // a new one may be made; nil where there can be none
	Unseen    int         // things that he is told and has not looked at
	Told      talk.Told   // how he is told by mail
	Held      talk.Member // what holds for him where people talk
	Now       time.Time
	Ignored   []Ignored
	Mail      bool         // the site sends mail
	Saved     string       // what was done: "name", "password", "sessions", "email", "mail", "ignored", "passkey"
	Form      string       // which form was refused: "name", "password", "email"
	Typed     string       // what was typed in it, of a name or an address
	Fault     *fault.Error // why
}

// Key is a passkey of somebody.
type Key struct {
	ID, Name string
	UsedAt   time.Time // zero when it was only made
}

// Ignored is somebody whose words another does not want to see.
type Ignored struct{ ID, Name string }

// Session is one browser in which somebody is signed in.
type Session struct {
	ID      string
	Browser string // its name and its system's, empty when they are not known
	SeenAt  time.Time
	Here    bool // the one that asks
}

// readerView is a page of readers' accounts as its template sees it.
type readerView struct {
	Frame    frame
	Heading  string
	Done     string // what was done
	Text     []string
	Faults   []string
	Ways     []plainLink // in, by what others know
	Forms    []readerForm
	Sessions []sessionView
	Keys     []sessionView
	Drop     string // address that the passkeys' buttons post to
	Passkey  *passkeyView
	End      string // address that the sessions' buttons post to
	Told     string // address of what he is told
	Unseen   int    // of it
	Ignored  []Ignored
	Unignore string // address that the buttons of those who are ignored post to
	Links    []plainLink
}

// readerForm is a form with what it says before itself.
type readerForm struct {
	staffForm
	Title  string
	Text   []string
	Folded string // the line that opens it; empty for one that is open
	Open   bool   // it is, all the same
}

// sessionView is a row of the list of sessions.
type sessionView struct {
	ID, Name string
	Here     bool
	Seen     stamp
}

func (s *sheet) reader(key string) readerView {
	d := readerView{Frame: s.frame("account", s.words.Say(key), "-"), Heading: s.words.Say(key)}
	return d
}

// told puts a fault into words, in the form at an index; see staffView.told.
func (d *readerView) told(s *sheet, f *fault.Error, at int) {
	if f == nil {
		return
	}
	v := staffView{Form: &d.Forms[at].staffForm}
	v.told(s, f)
	if len(f.Places) > 0 && len(v.Faults) == 1 { // it stands beside its field
		return
	}
	d.Faults = v.Faults
}

// offer puts a button for a passkey on a page.
func (d *readerView) offer(s *sheet, p *Passkey, button string) {
	if p != nil {
		d.Passkey = &passkeyView{Passkey: *p, Hint: s.words.Say("newsroom.passkey.hint"), Button: s.words.Say(button), Trouble: s.words.Say("account.passkey.failed")}
	}
}

// refusedStatus is that of a page whose form was refused.
func refusedStatus(f *fault.Error) int {
	switch {
	case f == nil:
		return 200
	case f.Kind == fault.Unauthenticated:
		return 401
	case f.Kind == fault.TooMany:
		return 429
	}
	return 422
}

// inside reports whether a path leads to this site and nowhere else.
func inside(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") && !strings.Contains(path, `\`)
}

// SignIn renders the readers' sign-in: 200, or what its fault says.
func (r *Renderer) SignIn(v SignIn) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d, w := s.reader("sign_in.title"), s.words
	if v.Back == "" {
		d.Frame = s.frame("account", d.Heading, "/account/sign-in")
	}
	for _, name := range v.With {
		to := url.Values{"provider": {name}}
		if inside(v.Back) {
			to.Set("back", v.Back)
		}
		d.Ways = append(d.Ways, plainLink{w.Say("sign_in.with", "name", name), s.path("/account/sign-in/with") + "?" + to.Encode()})
	}
	hidden := []plainLink{{"at", v.At}}
	if inside(v.Back) {
		hidden = append(hidden, plainLink{"back", v.Back})
		d.Links = append(d.Links, plainLink{w.Say("discussion.back"), v.Back})
	}
	email := staffField{Name: "email", Label: w.Say("newsroom.email"), Type: "email", Value: v.Email, Complete: "email", Focus: v.Mail}
	if v.Mail {
		d.Forms = append(d.Forms, readerForm{Text: []string{w.Say("sign_in.intro")}, staffForm: staffForm{Action: s.path("/account/sign-in"), Button: w.Say("sign_in.send"), Fields: []staffField{email}, Hidden: hidden, Trap: true}})
		email.Focus = false
	} else if len(v.With) == 0 {
		d.Text = []string{w.Say("sign_in.no_mail")}
	}
	if v.Again {
		d.Text = []string{w.Say("sign_in.prove")}
	}
	email.Complete = "username"
	known := readerForm{staffForm: staffForm{ID: "known-", Action: s.path("/account/sign-in/password"), Button: w.Say("sign_in.button"), Hidden: hidden,
		Fields: []staffField{email, {Name: "password", Label: w.Say("newsroom.password"), Type: "password", Complete: "current-password"}}}, Open: v.Password}
	if v.Mail || len(v.With) > 0 {
		known.Folded = w.Say("sign_in.password")
	}
	d.Forms = append(d.Forms, known)
	at := 0
	if v.Password {
		at = len(d.Forms) - 1
	}
	d.told(s, v.Fault, at)
	d.offer(s, v.Passkey, "newsroom.passkey")
	d.Links = append(d.Links, plainLink{w.Say("page.home"), s.front(s.ed.Slug)}, plainLink{w.Say("sign_in.staff"), s.newsroom()})
	return s.render("reader", refusedStatus(v.Fault), d, d.Frame.NoIndex)
}

// SignInCode renders the question for a letter's code, in the same words for every address.
func (r *Renderer) SignInCode(v SignInCode) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d, w := s.reader("sign_in.sent"), s.words
	f := readerForm{staffForm: staffForm{Action: s.path("/account/sign-in/code"), Button: w.Say("sign_in.button"), Hidden: []plainLink{{"ticket", v.Ticket}, {"email", v.Email}}}}
	if v.Code != "" {
		d = s.reader("sign_in.name")
		f.Hidden = append(f.Hidden, plainLink{"code", v.Code})
		f.Fields, f.Button = []staffField{nameField(s, v.Name)}, w.Say("sign_in.make")
	} else {
		d.Text = []string{w.Say("sign_in.sent.text", "email", v.Email), w.Say("sign_in.sent.code")}
		f.Fields = []staffField{{Name: "code", Label: w.Say("newsroom.code"), Type: "text", Mode: "numeric", Complete: "one-time-code", Focus: true}}
	}
	d.Forms = []readerForm{f}
	d.told(s, v.Fault, 0)
	d.Links = []plainLink{{w.Say("sign_in.again"), s.path("/account/sign-in")}}
	return s.render("reader", refusedStatus(v.Fault), d, true)
}

func nameField(s *sheet, typed string) staffField {
	return staffField{Name: "name", Label: s.words.Say("newsroom.name"), Type: "text", Value: typed, Complete: "name", Hint: s.words.Say("account.name.hint"), Focus: true}
}

// SignInLink renders what the link of a letter shows: 200, and 410 when it opens nothing any more.
func (r *Renderer) SignInLink(v SignInLink) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	w := s.words
	if v.Spent {
		d := s.reader("sign_in.spent")
		d.Text = []string{w.Say("sign_in.spent.text")}
		d.Links = []plainLink{{w.Say("sign_in.again"), s.path("/account/sign-in")}}
		return s.render("reader", 410, d, true)
	}
	d := s.reader("sign_in.title")
	d.Text = []string{w.Say("sign_in.as", "email", v.Email)}
	f := readerForm{staffForm: staffForm{Action: s.path("/account/sign-in/" + url.PathEscape(v.Token)), Button: w.Say("sign_in.button"), Focus: !v.Newcomer}}
	if v.Newcomer {
		d = s.reader("sign_in.name")
		d.Text = []string{w.Say("sign_in.new", "email", v.Email)}
		f.Fields, f.Button = []staffField{nameField(s, v.Name)}, w.Say("sign_in.make")
	}
	d.Forms = []readerForm{f}
	d.told(s, v.Fault, 0)
	return s.render("reader", refusedStatus(v.Fault), d, true)
}

// NewAddress is what the link of a letter to a new address shows: one button.
type NewAddress struct {
	Edition string
	Token   string
	Email   string
	Spent   bool // it was used or is too old
	Done    bool
	Fault   *fault.Error
}

// NewAddress renders it: 200, and 410 when it does nothing any more.
func (r *Renderer) NewAddress(v NewAddress) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d, w := s.reader("account.email.title"), s.words
	d.Links = []plainLink{{w.Say("account.title"), s.path("/account")}}
	switch {
	case v.Spent:
		d = s.reader("sign_in.spent")
		d.Text, d.Links = []string{w.Say("sign_in.spent.text")}, []plainLink{{w.Say("account.title"), s.path("/account")}}
		return s.render("reader", 410, d, true)
	case v.Done:
		d.Done = w.Say("account.email.done")
		return s.render("reader", 200, d, true)
	}
	d.Text = []string{w.Say("account.email.new", "email", v.Email)}
	d.Forms = []readerForm{{staffForm: staffForm{Action: s.path("/account/email/" + url.PathEscape(v.Token)), Button: w.Say("account.email.take"), Focus: true}}}
	if d.told(s, v.Fault, 0); v.Fault != nil && len(v.Fault.Places) > 0 {
		d.Faults = []string{w.Say(v.Fault.Places[0].Key)}
	}
	return s.render("reader", refusedStatus(v.Fault), d, true)
}

// Account renders somebody's own account.
func (r *Renderer) Account(v Account) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d, w := s.reader("account.title"), s.words
	d.Text = []string{w.Say("account.as", "name", v.Name, "email", v.Email)}
	if v.Saved != "" && w.Has("account.saved."+v.Saved) {
		d.Done = w.Say("account.saved." + v.Saved)
	}
	name := nameField(s, v.Name)
	name.Focus, name.Hint = false, name.Hint+" "+w.Say("account.name.before")
	if v.Form == "name" {
		name.Value = v.Typed
	}
	password := readerForm{Title: w.Say("newsroom.password"), Text: []string{w.Say("newsroom.password.text")}, Folded: w.Say("account.password.set"), Open: v.Form == "password",
		staffForm: staffForm{Action: s.path("/account/password"), Button: w.Say("newsroom.password.save"), Fields: []staffField{
			{Name: "email", Label: w.Say("newsroom.email"), Type: "email", Value: v.Email, Complete: "username", Kept: true}}}}
	if v.Has && v.Forgotten {
		password.Folded, password.Text = w.Say("account.password.change"), append(password.Text, w.Say("account.password.forgotten"))
	} else if v.Has {
		password.Folded = w.Say("account.password.change")
		password.Fields = append(password.Fields, staffField{Name: "current", Label: w.Say("newsroom.password.current"), Type: "password", Complete: "current-password"})
	}
	password.Fields = append(password.Fields, staffField{Name: "password", Label: w.Say("newsroom.password.new"), Type: "password", Hint: w.Say("newsroom.password.hint"), Complete: "new-password"})
	address := readerForm{Folded: w.Say("account.email.change"), Text: []string{w.Say("account.email.text")}, Open: v.Form == "email", staffForm: staffForm{ID: "address-", Action: s.path("/account/email"), Button: w.Say("account.email.send"),
		Fields: []staffField{{Name: "email", Label: w.Say("account.email.field"), Type: "email", Complete: "email"}}}}
	if v.Form == "email" {
		address.Fields[0].Value = v.Typed
	}
	d.Forms = []readerForm{
		{Title: w.Say("account.name"), staffForm: staffForm{ID: "name-", Action: s.path("/account/name"), Button: w.Say("account.save"), Fields: []staffField{name}}},
		password,
	}
	if v.Mail {
		d.Forms = append(d.Forms, address, s.ways(v.Told))
	}
	if !v.Staff {
		d.Forms = append(d.Forms, readerForm{Folded: w.Say("account.leave"), Text: []string{w.Say("account.leave.text")}, staffForm: staffForm{ID: "leave-", Action: s.path("/account/delete"), Button: w.Say("account.leave.button")}})
	}
	d.Forms = append(d.Forms, readerForm{Title: w.Say("account.out"), Text: []string{w.Say("account.out.text")}, staffForm: staffForm{ID: "out-", Action: s.path("/account/sign-out"), Button: w.Say("newsroom.sign_out")}})
	at := map[string]int{"password": 1, "email": 2}[v.Form]
	of := ruling.OfMember(w, s.zone, v.Held, s.within(v.Held), v.Now)
	if d.Text = append(d.Text, of.Lines...); of.Object {
		if v.Form != "appeal" {
			at++
		}
		d.Forms = append([]readerForm{{Folded: w.Say("appeal.object"), Text: []string{w.Say("appeal.text")}, Open: v.Form == "appeal", staffForm: staffForm{ID: "appeal-", Action: s.path("/account/appeal"), Button: w.Say("appeal.send"),
			Fields: []staffField{{Name: "text", Label: w.Say("appeal.label"), Value: v.Typed, Hint: w.Say("appeal.hint"), Most: talk.AppealMost}}}}}, d.Forms...)
	}
	d.told(s, v.Fault, at)
	d.End, d.Told, d.Unseen, d.Unignore = s.path("/account/sessions"), s.path("/account/notifications"), v.Unseen, s.path("/account/ignored")
	for _, one := range v.Ignored {
		d.Ignored = append(d.Ignored, Ignored{one.ID, cmp.Or(one.Name, w.Say("discussion.somebody"))})
	}
	for _, one := range v.Sessions {
		d.Sessions = append(d.Sessions, sessionView{ID: one.ID, Name: cmp.Or(one.Browser, w.Say("account.browser")), Here: one.Here, Seen: s.stamp(one.SeenAt)})
	}
	d.Drop = s.path("/account/passkey")
	for _, k := range v.Keys {
		row := sessionView{ID: k.ID, Name: cmp.Or(k.Name, w.Say("account.browser"))}
		if !k.UsedAt.IsZero() {
			row.Seen = s.stamp(k.UsedAt)
		}
		d.Keys = append(d.Keys, row)
	}
	d.offer(s, v.Passkey, "account.passkey.add")
	if v.Staff {
		d.Links = []plainLink{{w.Say("newsroom.on"), s.newsroom()}}
	}
	d.Links = append(d.Links, plainLink{w.Say("account.comments"), s.path("/account/comments")}, plainLink{w.Say("account.data"), s.path("/account/data")}, plainLink{w.Say("page.home"), s.front(s.ed.Slug)})
	return s.render("reader", refusedStatus(v.Fault), d, true)
}

// within gives the names of the editions in which alone a restriction holds.
func (s *sheet) within(m talk.Member) []string {
	var out []string
	for _, slug := range m.Editions {
		if e, ok := s.a.Edition(slug); ok {
			out = append(out, isolated(e.Name))
		}
	}
	return out
}
