package page

import (
	"net/url"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/page/lang"
)

// Mail is a letter in words.
type Mail struct {
	From     string // the edition's name
	Subject  string
	Text     string
	HTML     string
	Language string
}

// letterView is a letter as its template sees it.
type letterView struct {
	Lang, Dir, Site, Subject string
	Text                     []string // what it is about
	Link                     string   // the way that it opens
	Button                   string
	Code                     string
	CodeSays                 string // before the code
	Below                    []string
}

// Letter puts a letter into the words of its edition, or of the default one when that is gone.
func (r *Renderer) Letter(l fact.Letter) (Mail, error) {
	a := r.o.Addresses()
	if _, ok := a.Edition(l.Edition); !ok {
		if e, ok := a.Default(); ok {
			l.Edition = e.Slug
		}
	}
	s, err := r.sheet(l.Edition, nil)
	if err != nil {
		return Mail{}, err
	}
	w, site := s.words, s.ed.Name
	v := letterView{Lang: s.ed.Language, Dir: lang.Direction(s.ed.Language), Site: site, Subject: w.Say("letter.sign_in.subject", "site", site),
		Text: []string{w.Say("letter.sign_in.text", "site", site)}, Link: s.address("/account/sign-in/" + url.PathEscape(l.Values["link"])), Button: w.Say("sign_in.button"),
		Code: l.Values["code"], CodeSays: w.Say("letter.sign_in.code"), Below: []string{w.Say("letter.sign_in.below")}}
	html, err := r.run(w.Variant(), "letter", v)
	if err != nil {
		return Mail{}, err
	}
	return Mail{From: site, Subject: v.Subject, Text: v.plain(), HTML: string(html), Language: s.ed.Language}, nil
}

// plain is the letter without HTML.
func (v letterView) plain() string {
	var parts []string
	parts = append(parts, v.Text...)
	if v.Link != "" {
		parts = append(parts, v.Button+":\n"+v.Link)
	}
	if v.Code != "" {
		parts = append(parts, v.CodeSays+"\n"+v.Code)
	}
	parts = append(append(parts, v.Below...), "-- \n"+v.Site)
	return strings.Join(parts, "\n\n") + "\n"
}
