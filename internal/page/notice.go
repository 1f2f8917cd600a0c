package page

import (
	"html/template"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/internal/page/ruling"
	"dateline/internal/page/said"
	"dateline/internal/talk"
)

// Notice is one thing that somebody is told, with where the comment stands that it is about.
type Notice struct {
	talk.Notice
	Ground talk.Ground
}

// Notices is what somebody was told, newest first. No cache keeps it.
type Notices struct {
	Edition string
	Notices []Notice
	Next    string // id before which the next page begins; empty on the last
	Later   bool   // the page does not begin with the newest
	Own     bool   // the page is of what he said himself: of each only At and Of count, and how it stands
}

// noticeView is a notice as its template sees it.
type noticeView struct {
	Sentence  string
	URL       string
	Place     string // headline of the story, or name of the room
	Lang, Dir string // of Place
	Excerpt   string
	Time      stamp
	New       bool
}

// excerptMost is how many characters of a comment a notice shows.
const excerptMost = 240

// isolated keeps the direction of a name out of its sentence, in text that has no elements.
func isolated(name string) string { return "\u2068" + name + "\u2069" }

// notice makes the view of a notice; all its addresses are paths, or whole in a letter.
func (s *sheet) notice(n Notice, whole bool) noticeView {
	base := n.Ground.URL(s.a)
	v := noticeView{URL: talk.Permalink(base, n.Comment), Time: s.stamp(n.At), New: !n.Seen, Place: n.Ground.Chat.Name, Excerpt: excerpt(n.Of.Text)}
	language := n.Ground.Chat.Language
	if n.Ground.Chat.ID == "" {
		v.Place, language = n.Ground.Story.Headline, n.Ground.Story.Language
	}
	v.Lang, v.Dir = s.foreign(language)
	name := n.Of.Name
	if name == "" {
		name = s.words.Say("discussion.somebody")
	}
	switch {
	case n.About == talk.AboutReply || n.About == talk.AboutMention:
		v.Sentence = s.words.Say("notice."+string(n.About), "name", isolated(name))
	case n.About == talk.AboutReport:
		v.Sentence = s.words.Say("notice.report."+string(n.Of.State), "name", isolated(name))
		if n.Of.State != talk.Public { // nobody is shown it again
			v.URL, v.Excerpt = base, ""
		}
	case n.About == talk.AboutReceipt:
		v.Sentence = s.words.Say("notice.receipt", "name", isolated(name))
		if n.Of.State != talk.Public {
			v.URL, v.Excerpt = base, ""
		}
	case n.About == talk.AboutFeatured:
		v.Sentence = s.words.Say("notice.featured")
	case n.Of.State == talk.Public && n.Of.Appealed() != nil:
		v.Sentence = s.words.Say("notice.restored")
	case n.Of.State == talk.Public:
		v.Sentence = s.words.Say("talk.public")
	default:
		if a, because := n.Of.Appealed(), ruling.Because(s.words, n.Of); a != nil && a.Verdict == talk.Upheld {
			v.Sentence = s.words.Say("notice.upheld")
		} else if v.Sentence = s.words.Say("notice.rejected"); because != "" {
			v.Sentence = s.words.Say("notice.rejected_because", "reason", because)
		}
		v.URL = s.absolute(RemarkPath(n.Ground.ID()) + "?said=" + n.Comment)
	}
	if !whole {
		if v.URL = s.near(n.Ground.Edition(), v.URL); strings.HasPrefix(v.URL, s.a.Base+"/") && s.ed.Host == "" {
			v.URL = strings.TrimPrefix(v.URL, s.a.Base)
		}
	}
	return v
}

// excerpt is the beginning of a text in one line, without what it quotes.
func excerpt(text string) string {
	text = strings.Join(strings.Fields(talk.Spoken(text)), " ")
	if utf8.RuneCountInString(text) > excerptMost {
		text = string([]rune(text)[:excerptMost-1]) + "…"
	}
	return text
}

// Notices renders it: 200.
func (r *Renderer) Notices(v Notices) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	s.day = undated
	here, title, none := s.path("/account/notifications"), "notice.title", "notice.none"
	if v.Own {
		here, title, none = s.path("/account/comments"), "account.comments", "account.comments.none"
	}
	d := struct {
		Frame             frame
		Heading, None     string
		Notices           []noticeView
		Next, Start, Ways string
	}{Frame: s.frame("account", s.words.Say(title), "-"), Heading: s.words.Say(title), None: s.words.Say(none), Ways: s.path("/account")}
	for _, n := range v.Notices {
		one := s.notice(n, false)
		if v.Own {
			one.URL, one.Sentence = RemarkPath(n.Ground.ID())+"?said="+n.Of.ID, ruling.Stands(s.words, n.Of)
		}
		d.Notices = append(d.Notices, one)
	}
	if v.Next != "" {
		d.Next = here + "?before=" + v.Next
	}
	if v.Later {
		d.Start = here
	}
	return s.render("notices", 200, d, true)
}

// unseen makes the view of a comment that nobody but its author sees.
func (s *sheet) unseen(c talk.Comment) ownView {
	return ownView{ID: c.ID, URL: RemarkPath(c.Place.ID) + "?said=" + c.ID, Time: s.stamp(c.At), HTML: said.HTML(c.Text), State: ruling.Stands(s.words, c)}
}

type ownView struct {
	ID, URL string
	Time    stamp
	HTML    template.HTML
	State   string
}

// Own makes the HTML of a comment that nobody but its author sees, for the page of an edition.
func (r *Renderer) Own(edition string, c talk.Comment) ([]byte, error) {
	s, err := r.sheet(edition, nil)
	if err != nil {
		return nil, err
	}
	s.day = undated
	return r.run(s.words.Variant(), "own", s.unseen(c))
}

// NoticesLetter is a letter of what somebody is told about a matter, in the words of an edition.
type NoticesLetter struct {
	Edition string
	Matter  talk.Matter
	Notices []Notice
	More    int    // that it does not tell of
	Token   string // with which who has the letter ends such letters
}

// NoticesLetter puts it into words.
func (r *Renderer) NoticesLetter(v NoticesLetter) (Mail, error) {
	s, err := r.sheetOfLetter(v.Edition)
	if err != nil {
		return Mail{}, err
	}
	s.day = undated
	d := letterView{Lang: s.ed.Language, Site: s.ed.Name}
	for _, n := range v.Notices {
		d.Notices = append(d.Notices, s.notice(n, true))
	}
	about := s.words.Count("notice."+string(v.Matter), len(v.Notices)+v.More)
	if v.Matter == talk.Decisions && slices.ContainsFunc(v.Notices, func(n Notice) bool { return n.About == talk.AboutReceipt }) { // nothing of it is decided
		about = s.words.Count("notice.unseen", len(v.Notices)+v.More)
	}
	if len(d.Notices) == 1 && v.More == 0 {
		about = d.Notices[0].Sentence
	}
	d.Subject = join(" - ", strings.Join(strings.Fields(about), " "), s.ed.Name)
	d.Link, d.Button = s.address("/account/notifications"), s.words.Say("notice.all")
	for _, below := range []struct {
		key string
		of  bool // to who gave notice of something
	}{{"notice.object", false}, {"notice.redress", true}} {
		if v.Matter == talk.Decisions && slices.ContainsFunc(v.Notices, func(n Notice) bool { return n.About != talk.AboutReceipt && (n.About == talk.AboutReport) == below.of }) {
			d.Below = append(d.Below, s.words.Say(below.key))
		}
	}
	off := s.address("/account/unsubscribe/" + url.PathEscape(v.Token))
	d.Foot = []plainLink{{s.words.Say("notice.off." + string(v.Matter)), off}, {s.words.Say("notice.ways"), s.address("/account")}}
	m, err := s.mail(d)
	m.Off = off
	return m, err
}

// Unsubscribe is what the link of a letter shows that ends such letters: one button.
type Unsubscribe struct {
	Edition string
	Token   string
	Matter  talk.Matter
	Done    bool
	Spent   bool // it ends nothing
}

// Unsubscribe renders it: 200, and 410 when the link is none.
func (r *Renderer) Unsubscribe(v Unsubscribe) (Page, error) {
	s, err := r.sheet(v.Edition, nil)
	if err != nil {
		return Page{}, err
	}
	d, w := s.reader("notice.mail"), s.words
	d.Links = []plainLink{{w.Say("notice.ways"), s.path("/account")}, {w.Say("page.home"), s.front(s.ed.Slug)}}
	switch {
	case v.Spent:
		d.Text = []string{w.Say("sign_in.spent.text")}
		return s.render("reader", 410, d, true)
	case v.Done:
		d.Done = w.Say("notice.off.done")
	default:
		d.Text = []string{w.Say("notice.off.ask." + string(v.Matter))}
		d.Forms = []readerForm{{staffForm: staffForm{Action: s.path("/account/unsubscribe/" + url.PathEscape(v.Token)), Button: w.Say("notice.off.button"), Focus: true}}}
	}
	return s.render("reader", 200, d, true)
}

// ways is the form in which somebody chooses how he is told of things by mail.
func (s *sheet) ways(t talk.Told) readerForm {
	w := s.words
	f := readerForm{Title: w.Say("notice.mail"), Text: []string{w.Say("notice.mail.text")}, staffForm: staffForm{ID: "mail-", Action: s.path("/account/mail"), Button: w.Say("account.save")}}
	for _, m := range talk.Matters {
		fd := staffField{Name: string(m), Label: w.Say("notice.mail." + string(m)), Plain: true}
		for _, way := range talk.Ways {
			fd.Options = append(fd.Options, staffOption{string(way), w.Say("notice.way." + string(way)), t.Way(m) == way})
		}
		f.Fields = append(f.Fields, fd)
	}
	return f
}

// sheetOfLetter begins a letter of an edition, or of the default one when that is gone.
func (r *Renderer) sheetOfLetter(slug string) (*sheet, error) {
	a := r.o.Addresses()
	if _, ok := a.Edition(slug); !ok {
		if e, ok := a.Default(); ok {
			slug = e.Slug
		}
	}
	return r.sheet(slug, nil)
}
