package page

import (
	"net/url"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/page/lang"
	"dateline/internal/page/ruling"
	"dateline/internal/talk"
)

// Mail is a letter in words.
type Mail struct {
	From     string // the edition's name
	Subject  string
	Text     string
	HTML     string
	Language string
	Off      string // absolute address that ends such letters, for who has this one; empty when it can only be asked for
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
	Notices                  []noticeView
	Foot                     []plainLink
}

// RestrictionLetter tells somebody what holds for him now where people talk.
func (r *Renderer) RestrictionLetter(l fact.Letter, m talk.Member) (Mail, error) {
	s, err := r.sheetOfLetter(l.Edition)
	if err != nil {
		return Mail{}, err
	}
	return s.mail(letterView{Lang: s.ed.Language, Site: s.ed.Name, Subject: s.words.Say("letter.restriction.subject", "site", s.ed.Name), Text: ruling.Letter(s.words, s.zone, m, s.within(m), l.At), Link: s.address("/account"), Button: s.words.Say("letter.restriction.button")})
}

// Letter puts a letter into the words of its edition, or of the default one when that is gone.
func (r *Renderer) Letter(l fact.Letter) (Mail, error) {
	s, err := r.sheetOfLetter(l.Edition)
	if err != nil {
		return Mail{}, err
	}
	return s.mail(s.letter(l))
}

// mail makes a letter of its view.
func (s *sheet) mail(v letterView) (Mail, error) {
	v.Dir = lang.Direction(v.Lang)
	html, err := s.r.run(s.words.Variant(), "letter", v)
	if err != nil {
		return Mail{}, err
	}
	return Mail{From: v.Site, Subject: v.Subject, Text: v.plain(), HTML: string(html), Language: s.ed.Language}, nil
}

// letter says what a letter is about.
func (s *sheet) letter(l fact.Letter) letterView {
	w, site := s.words, s.ed.Name
	v := letterView{Lang: s.ed.Language, Site: site}
	switch l.Kind {
	case fact.AddressLetter:
		v.Subject, v.Text = w.Say("letter.address.subject", "site", site), []string{w.Say("letter.address.text", "site", site)}
		v.Link, v.Button, v.Below = s.address("/account/email/"+url.PathEscape(l.Values["link"])), w.Say("account.email.take"), []string{w.Say("letter.address.below")}
	case fact.MovedLetter:
		v.Subject, v.Text = w.Say("letter.moved.subject", "site", site), []string{w.Say("letter.moved.text", "site", site), w.Say("letter.moved.below")}
	case fact.LeavingLetter:
		when := l.Values["when"]
		if at, err := time.Parse(time.RFC3339, when); err == nil {
			when = s.stamp(at).Moment
		}
		v.Subject, v.Text = w.Say("letter.leaving.subject", "site", site), []string{w.Say("letter.leaving.text", "site", site, "when", when)}
		v.Link, v.Button = s.address("/account/sign-in"), w.Say("letter.leaving.keep")
	default:
		v.signIn(s, l)
	}
	return v
}

func (v *letterView) signIn(s *sheet, l fact.Letter) {
	w := s.words
	v.Subject, v.Text = w.Say("letter.sign_in.subject", "site", v.Site), []string{w.Say("letter.sign_in.text", "site", v.Site)}
	v.Link, v.Button = s.address("/account/sign-in/"+url.PathEscape(l.Values["link"])), w.Say("sign_in.button")
	v.Code, v.CodeSays, v.Below = l.Values["code"], w.Say("letter.sign_in.code"), []string{w.Say("letter.sign_in.below")}
}

// plain is the letter without HTML.
func (v letterView) plain() string {
	var parts []string
	parts = append(parts, v.Text...)
	for _, n := range v.Notices {
		parts = append(parts, join("\n", n.Sentence, n.Place, n.Excerpt, n.URL))
	}
	if v.Link != "" {
		parts = append(parts, v.Button+":\n"+v.Link)
	}
	if v.Code != "" {
		parts = append(parts, v.CodeSays+"\n"+v.Code)
	}
	parts = append(parts, v.Below...)
	for _, l := range v.Foot {
		parts = append(parts, l.Name+":\n"+l.URL)
	}
	parts = append(parts, "-- \n"+v.Site)
	return strings.Join(parts, "\n\n") + "\n"
}
