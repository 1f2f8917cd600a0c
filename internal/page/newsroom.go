package page

import (
	"slices"
	"strings"

	"dateline/internal/fault"
	"dateline/internal/page/install"
	"dateline/internal/page/lang"
)

// staffView is a page of the newsroom before the staff application is there, as its templates see it.
type staffView struct {
	Frame   frame
	Heading string
	Text    []string
	Faults  []string // what was wrong with the form, in words
	Wrong   map[string]string
	Form    *staffForm
	Other   *staffForm // a second, smaller way
	Below   string     // a sentence under the forms
	Roles   []string
	Links   []plainLink
	Names   []editionLink
	Passkey *passkeyView
}

// passkeyView is a button that a script shows where it works.
type passkeyView struct {
	Passkey
	Hint, Button, Trouble string
	Elsewhere             string // says that there are passkeys at the name of this machine, which the script then adds
	New                   bool   // one is made, for whom the form tells of, in the place of its password
}

// offer puts a passkey on a page whose answer goes to the form's address.
func (d *staffView) offer(s *sheet, p *Passkey, next string) {
	if p == nil {
		return
	}
	d.Passkey = &passkeyView{Passkey: *p, Button: s.words.Say("newsroom.passkey"), Trouble: s.words.Say("newsroom.passkey.failed"), Elsewhere: s.words.Say("newsroom.passkey.elsewhere")}
	d.Passkey.Action, d.Passkey.Next = d.Form.Action, next
	d.Frame.Script = p.Script
}

// staffForm is a form that posts to Action.
type staffForm struct {
	Action, Button string
	ID             string // before the ids of its fields, where a page has two forms
	Fields         []staffField
	Hidden         []plainLink // Name and its value in URL
	Focus          bool        // on the button, which is all there is
	Trap           bool        // it has a field that only programs fill in
}

// staffField is one labelled field; with Options it is a choice.
type staffField struct {
	Name, Label, Type, Value, Hint, Complete, Wrong string
	Options                                         []staffOption
	Offers                                          []string // values to choose from, where any other can be typed
	Mode                                            string   // of the keyboard on a screen
	Most                                            int      // characters, of a field for several lines
	Focus, Kept                                     bool     // Kept: shown, and not to be changed
	Plain                                           bool     // its options are words of the page, not names of languages
}

type staffOption struct {
	Value, Name string
	Chosen      bool
}

// NewsroomManifest says how the staff application is installed on a device; see install.Manifest.
func (r *Renderer) NewsroomManifest(language string, icons ...install.Icon) ([]byte, error) {
	e, _ := r.o.Addresses().Default()
	return install.Manifest(language, e.Name, icons...)
}

// Setup renders what a site without an edition shows: 503, for nothing is here yet.
func (r *Renderer) Setup(v Setup) (Page, error) {
	s, err := r.bare(v.Language)
	if err != nil {
		return Page{}, err
	}
	d := s.staff("setup.title")
	d.Text = []string{s.words.Say("setup.text"), s.words.Say("setup.staff")}
	return s.render("newsroom", 503, d, true)
}

func (s *sheet) staff(key string) staffView {
	d := staffView{Frame: s.frame("form", s.words.Say(key), "-"), Heading: s.words.Say(key)}
	d.Frame.Whole, d.Frame.Column, d.Frame.Script = false, false, ""
	return d
}

// told puts a fault into words: each place beside its field, the first of which has the focus, the rest above the form.
func (d *staffView) told(s *sheet, f *fault.Error) {
	if f == nil {
		return
	}
	say := func(key, text string) string {
		if s.words.Has(key) {
			return s.words.Say(key)
		}
		return text // a sentence of ours in English, better than none; a test finds keys without words
	}
	d.Faults = []string{say(f.Key, f.Text)}
	for _, p := range f.Places {
		at := slices.IndexFunc(d.Form.Fields, func(fd staffField) bool { return fd.Name == strings.TrimPrefix(p.Location, "body.") })
		if at < 0 {
			d.Faults = append(d.Faults, say(p.Key, p.Text))
		} else if fd := &d.Form.Fields[at]; fd.Wrong == "" {
			fd.Wrong = say(p.Key, p.Text)
		}
	}
	if at := slices.IndexFunc(d.Form.Fields, func(fd staffField) bool { return fd.Wrong != "" }); at >= 0 {
		for i := range d.Form.Fields {
			d.Form.Fields[i].Focus = i == at
		}
	}
}

// NewsroomSetUp renders the first form of a new site. Its fields are named publication, language, timezone,
// name, email and password.
func (r *Renderer) NewsroomSetUp(v NewsroomSetUp) (Page, error) {
	s, err := r.bare(v.Language)
	if err != nil {
		return Page{}, err
	}
	if v.Spent {
		d := s.staff("newsroom.spent")
		d.Text = []string{s.words.Say("newsroom.spent.text")}
		return s.render("newsroom", 410, d, true)
	}
	d := s.staff("newsroom.set_up")
	d.Text = []string{s.words.Say("newsroom.set_up.text")}
	languages := v.Languages
	if len(languages) == 0 {
		languages = lang.Complete()
	}
	chosen := v.Values["language"]
	if chosen == "" {
		chosen = s.words.Language
	}
	var options []staffOption
	for _, tag := range languages {
		options = append(options, staffOption{tag, lang.Autonym(tag), tag == chosen})
	}
	timezone := v.Values["timezone"]
	if timezone == "" {
		timezone = "UTC"
	}
	w := s.words
	d.Form = &staffForm{Action: v.Action, Button: w.Say("newsroom.open"), Fields: []staffField{
		{Name: "publication", Label: w.Say("newsroom.publication"), Type: "text", Value: v.Values["publication"], Complete: "organization", Focus: true},
		{Name: "language", Label: w.Say("newsroom.language"), Options: options},
		{Name: "timezone", Label: w.Say("newsroom.timezone"), Type: "text", Value: timezone, Hint: w.Say("newsroom.timezone.hint"), Complete: "off", Offers: v.Zones},
		{Name: "name", Label: w.Say("newsroom.name"), Type: "text", Value: v.Values["name"], Complete: "name"},
		{Name: "email", Label: w.Say("newsroom.email"), Type: "email", Value: v.Values["email"], Complete: "email"},
		{Name: "password", Label: w.Say("newsroom.password"), Type: "password", Hint: w.Say("newsroom.password.hint"), Complete: "new-password"},
	}}
	d.told(s, v.Fault)
	if d.offer(s, v.Passkey, ""); d.Passkey != nil {
		d.Passkey.New, d.Passkey.Hint, d.Passkey.Button, d.Passkey.Trouble = true, w.Say("newsroom.passkey.hint"), w.Say("newsroom.passkey.first"), w.Say("newsroom.passkey.none")
	}
	status := 200
	if v.Fault != nil {
		status = 422
	}
	return s.render("newsroom", status, d, true)
}

// NewsroomSignIn renders the staff's sign-in. Its fields are named email, password, next and token.
func (r *Renderer) NewsroomSignIn(v NewsroomSignIn) (Page, error) {
	s, err := r.bare(v.Language)
	if err != nil {
		return Page{}, err
	}
	d := s.staff("newsroom.sign_in")
	w := s.words
	d.Form = &staffForm{Action: v.Action, Button: w.Say("newsroom.sign_in.button")}
	if v.Next != "" {
		d.Form.Hidden = append(d.Form.Hidden, plainLink{"next", v.Next})
	}
	if v.Token != "" {
		d.Form.Focus = true
		d.Form.Hidden = append(d.Form.Hidden, plainLink{"token", v.Token})
		if v.Email != "" {
			d.Form.Button = w.Say("newsroom.link.open", "email", v.Email)
		}
		return s.render("newsroom", 200, d, true)
	}
	d.Form.Fields = []staffField{
		{Name: "email", Label: w.Say("newsroom.email"), Type: "email", Value: v.Email, Complete: "username", Focus: true},
		{Name: "password", Label: w.Say("newsroom.password"), Type: "password", Complete: "current-password"},
	}
	d.offer(s, v.Passkey, v.Next)
	if v.Link != "" {
		d.Other = &staffForm{ID: "link-", Action: v.Link, Button: w.Say("newsroom.link"), Fields: []staffField{
			{Name: "email", Label: w.Say("newsroom.email"), Type: "email", Value: v.Email, Complete: "username"}}}
	}
	if v.Sent {
		d.Text = []string{w.Say("newsroom.link.sent")}
	} else if v.Link == "" {
		d.Below = w.Say("newsroom.sign_in.link")
	}
	d.told(s, v.Fault)
	status := 200
	if v.Fault != nil {
		status = 401
	}
	return s.render("newsroom", status, d, true)
}

// NewsroomCode renders the question for a second factor. Its fields are named code and next.
func (r *Renderer) NewsroomCode(v NewsroomCode) (Page, error) {
	s, err := r.bare(v.Language)
	if err != nil {
		return Page{}, err
	}
	d := s.staff("newsroom.code.title")
	w := s.words
	d.Form = &staffForm{Action: v.Action, Button: w.Say("newsroom.code.button")}
	if v.Next != "" {
		d.Form.Hidden = append(d.Form.Hidden, plainLink{"next", v.Next})
	}
	d.Form.Fields = []staffField{{Name: "code", Label: w.Say("newsroom.code"), Type: "text", Hint: w.Say("newsroom.code.hint"), Complete: "one-time-code", Focus: true}}
	d.offer(s, v.Passkey, v.Next)
	if d.told(s, v.Fault); v.Fault != nil && !v.Code {
		d.Faults = d.Faults[:1]
	}
	if !v.Code { // only a passkey: without scripts there is no way on, and the page says so
		d.Form = nil
		d.Text = []string{w.Say("newsroom.code.passkey")}
	}
	d.Links = []plainLink{{w.Say("newsroom.code.other"), "/newsroom/sign-in"}}
	status := 200
	if v.Fault != nil {
		status = 401
	}
	return s.render("newsroom", status, d, true)
}

// NewsroomHome renders where staff arrive.
func (r *Renderer) NewsroomHome(v NewsroomHome) (Page, error) {
	s, err := r.bare(v.Language)
	if err != nil {
		return Page{}, err
	}
	s.a = r.o.Addresses()
	d := s.staff("newsroom.title")
	w := s.words
	d.Text = []string{w.Say("newsroom.hello", "name", v.Name), w.Say("newsroom.later")}
	for _, role := range v.Roles {
		if w.Has("role." + role) {
			role = w.Say("role." + role)
		}
		d.Roles = append(d.Roles, role)
	}
	d.Links = []plainLink{{w.Say("newsroom.password.title"), "/newsroom/password"}, {w.Say("newsroom.api"), "/api/docs"}}
	for _, e := range s.a.Editions {
		d.Names = append(d.Names, editionLink{Name: e.Name, URL: s.front(e.Slug), Lang: e.Language, Dir: lang.Direction(e.Language)})
	}
	d.Form = &staffForm{Action: v.SignOut, Button: w.Say("newsroom.sign_out")}
	return s.render("newsroom", 200, d, true)
}

// NewsroomPassword renders the form for a new password. Its fields are named current and password; email is for the browser only.
func (r *Renderer) NewsroomPassword(v NewsroomPassword) (Page, error) {
	s, err := r.bare(v.Language)
	if err != nil {
		return Page{}, err
	}
	d := s.staff("newsroom.password.title")
	w := s.words
	on := plainLink{w.Say("page.home"), v.Home}
	if v.Staff {
		on.Name = w.Say("newsroom.on")
	}
	d.Links = []plainLink{on}
	if v.Done {
		d.Text = []string{w.Say("newsroom.password.done")}
		return s.render("newsroom", 200, d, true)
	}
	d.Text = []string{w.Say("newsroom.password.text")}
	d.Form = &staffForm{Action: v.Action, Button: w.Say("newsroom.password.save"), Fields: []staffField{
		{Name: "email", Label: w.Say("newsroom.email"), Type: "email", Value: v.Email, Complete: "username", Kept: true}}}
	if v.Has {
		d.Form.Fields = append(d.Form.Fields, staffField{Name: "current", Label: w.Say("newsroom.password.current"), Type: "password", Complete: "current-password", Focus: true})
	}
	d.Form.Fields = append(d.Form.Fields, staffField{Name: "password", Label: w.Say("newsroom.password.new"), Type: "password", Hint: w.Say("newsroom.password.hint"), Complete: "new-password", Focus: !v.Has})
	d.told(s, v.Fault)
	status := 200
	if v.Fault != nil {
		status = 422
	}
	return s.render("newsroom", status, d, true)
}
