package newsroom

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/page/lang"
	"dateline/internal/web"
)

// setUpForm asks what a new site needs.
func (n *Newsroom) setUpForm(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	if err := n.o.Accounts.SetUpPending(r.Context(), token); fault.Is(err, fault.NotFound) || fault.Is(err, fault.Conflict) {
		return n.spent(w, r)
	} else if err != nil {
		return err
	}
	return n.askAgain(w, r, token, url.Values{"timezone": {zone(r)}}, nil)
}

// askAgain shows the form with what was typed and what was wrong with it. A password is not shown again.
func (n *Newsroom) askAgain(w http.ResponseWriter, r *http.Request, token string, f url.Values, told *fault.Error) error {
	typed := map[string]string{}
	for _, name := range []string{"publication", "language", "timezone", "name", "email"} {
		typed[name] = f.Get(name)
	}
	v := page.NewsroomSetUp{Language: language(r), Action: "/newsroom/set-up/" + url.PathEscape(token), Languages: lang.Complete(), Zones: zones, Values: typed, Fault: told}
	if v.Passkey = n.passkey(); v.Passkey != nil {
		v.Passkey.Ask = v.Action + "/passkey"
	}
	p, err := n.o.Pages.NewsroomSetUp(v)
	return n.write(w, r, p, err)
}

// setUp makes the first account, which is an admin's, and the first edition. What can be wrong with either is looked at, and told
// together, before the link is used up with the account.
func (n *Newsroom) setUp(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	if err := n.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	f, err := values(r)
	if err != nil {
		return err
	}
	first, err := firstEdition(f)
	if err = together(err, firstPerson(f)); err != nil {
		return n.refuse(w, r, token, f, err)
	}
	secret, who, err := n.firstAccount(r, token, f)
	if err != nil {
		return n.refuse(w, r, token, f, err)
	}
	n.note(r, "set-up", who, nil)
	// The link is used up now: from here on the person is in, whatever becomes of the edition.
	web.SetSession(w, r, secret)
	sum := sha256.Sum256([]byte(token))
	once := fact.Once{Account: who.ID, Key: "set-up-" + hex.EncodeToString(sum[:8]), Body: sum}
	try := func(make func() error) error {
		var err error
		for range 3 {
			if err = make(); !fault.Is(err, fault.Unavailable) {
				break
			}
		}
		if fault.Is(err, fault.Conflict) { // it is there already
			err = nil
		}
		return err
	}
	if err := try(func() error { _, err := n.o.Editions.CreateEdition(r.Context(), who, once, first); return err }); err != nil {
		return err
	}
	// One section, so that the first story can be published at once; it is renamed like any other.
	section, err := firstSection(*first.Slug, *first.Language)
	if err != nil {
		return err
	}
	once.Key += "-section"
	if err := try(func() error { _, err := n.o.Editions.CreateSection(r.Context(), who, once, section); return err }); err != nil {
		return err
	}
	return n.enter(w, r, secret, "/newsroom/")
}

// firstSection is the section that every set-up makes, named in the edition's language.
func firstSection(of, language string) (edition.SectionPatch, error) {
	words, err := lang.For(language)
	if err != nil {
		return edition.SectionPatch{}, err
	}
	slug, name := "news", words.Say("newsroom.first_section")
	return edition.SectionPatch{Edition: &of, Slug: &slug, Name: &name}, nil
}

// refuse shows a form again that was not right, or says that the link is spent.
func (n *Newsroom) refuse(w http.ResponseWriter, r *http.Request, token string, f url.Values, err error) error {
	var told *fault.Error
	if !errors.As(err, &told) {
		return err
	}
	switch told.Kind {
	case fault.NotFound:
		return n.spent(w, r)
	case fault.Invalid, fault.Conflict:
		return n.askAgain(w, r, token, f, told)
	}
	return err
}

// firstAccount makes the account of a set-up form with a passkey where one was answered, else with its password.
func (n *Newsroom) firstAccount(r *http.Request, token string, f url.Values) (secret string, who account.Actor, err error) {
	email, name := f.Get("email"), strings.TrimSpace(f.Get("name"))
	if !f.Has("passkey") {
		return n.o.Accounts.SetUp(from(r), token, email, name, f.Get("password"))
	}
	words, err := lang.For(language(r))
	if err != nil {
		return "", account.Actor{}, err
	}
	return n.o.Accounts.SetUpByPasskey(from(r), token, email, name, words.Say("newsroom.passkey.name"), answer(f))
}

// askFirst gives the browser that fills a set-up form in the challenge for a new passkey, once the rest of the form is right.
func (n *Newsroom) askFirst(w http.ResponseWriter, r *http.Request) error {
	if err := n.o.Tries.Arrival(web.From(r.Context()).Peer); err != nil {
		return err
	}
	f, err := values(r)
	if err != nil {
		return err
	}
	f.Set("passkey", "") // to come
	_, err = firstEdition(f)
	if err = together(err, firstPerson(f)); err != nil {
		return err
	}
	c, err := n.o.Accounts.AskFirstPasskey(r.Context(), r.PathValue("token"), f.Get("email"), f.Get("name"))
	if err != nil {
		return err
	}
	return web.Challenge(w, c.Ticket, c.Options)
}

// firstPerson judges what a set-up form says of its sender, who signs in with a password where there is no passkey.
func firstPerson(f url.Values) error {
	password := f.Get("password")
	switch {
	case f.Has("passkey"):
		password = ""
	case password == "":
		password = "-" // too short is what a missing one is
	}
	return account.CheckPerson(f.Get("email"), f.Get("name"), password)
}

// together gives the places of several faults as one.
func together(errs ...error) error {
	var g fault.Gather
	for _, err := range errs {
		var told *fault.Error
		if err != nil && (!errors.As(err, &told) || told.Kind != fault.Invalid) {
			return err
		}
		if told != nil {
			for _, p := range told.Places {
				g.At(p.Location, p.Key, "%s", p.Text)
			}
		}
	}
	return g.Err()
}

// firstEdition reads the edition of a set-up form. Its slug, which is for ever, is its language.
func firstEdition(f url.Values) (edition.EditionPatch, error) {
	var g fault.Gather
	name, language, zone := strings.TrimSpace(f.Get("publication")), f.Get("language"), strings.TrimSpace(f.Get("timezone"))
	if name == "" || len([]rune(name)) > 200 {
		g.At("publication", "fault.required", "the publication needs a name, of at most 200 characters")
	}
	if !slices.Contains(lang.Complete(), language) {
		g.At("language", "fault.language", "there are words in %s", strings.Join(lang.Complete(), ", "))
	}
	if zone == "" {
		zone = "UTC"
	}
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" {
		g.At("timezone", "fault.timezone", "a time zone has a name such as Europe/Madrid")
	}
	slug, yes := strings.ToLower(language), true
	return edition.EditionPatch{Slug: &slug, Name: &name, Language: &language, Timezone: &zone, Default: &yes}, g.Err()
}
