package site

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/page/lang"
	"dateline/internal/page/refusal"
	"dateline/internal/page/ruling"
	"dateline/internal/talk"
	"dateline/internal/web"
)

// How much one reader may say, react to and report, and how much of strangers is kept: from one address, behind which there may be a whole network of
// phones, and from all together, so that what lies for a day stays small.
const (
	remarkEvery = 5 * time.Second
	remarkBurst = 10
	reactEvery  = time.Second
	reactBurst  = 30
	unsentEvery = 5 * time.Second
	unsentBurst = 60
	keptEvery   = time.Second
	keptBurst   = 1000
	blameEvery  = 10 * time.Second
	blameBurst  = 20
)

// remark answers a reader's own page under a story or for a room, and takes what he says there.
func (s *Site) remark(w http.ResponseWriter, r *http.Request) error {
	g, who, err := s.speaker(r)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return s.showRemark(w, r, g, who)
	case http.MethodPost:
		return s.say(w, r, g, who)
	}
	return web.NotAllowed{Allow: "GET, HEAD, POST"}
}

// speaker gives the story or the room of a request and who asks.
func (s *Site) speaker(r *http.Request) (talk.Ground, account.Actor, error) {
	id := r.PathValue("id")
	if len(id) > 40 || s.o.Talk == nil {
		return talk.Ground{}, account.Actor{}, absent()
	}
	if err := s.miss(r); err != nil {
		return talk.Ground{}, account.Actor{}, err
	}
	g, err := s.place(r.Context(), id)
	if err == nil && (g.Story.Gone() || g.Story.Kind == news.Page) {
		err = absent()
	}
	if err != nil {
		return g, account.Actor{}, err
	}
	who, err := s.who(r)
	return g, who, err
}

// place reads a story or a room.
func (s *Site) place(ctx context.Context, id string) (talk.Ground, error) {
	it, err := s.o.Archive.Item(ctx, id)
	if !notFound(err) {
		return talk.Ground{Story: it}, err
	}
	c, err := s.o.Spoken.ChatByID(ctx, id)
	return talk.Ground{Chat: c}, err
}

// open begins a reader's own page: whether he may write.
func (s *Site) openRemark(ctx context.Context, g talk.Ground, who account.Actor) (page.Remark, error) {
	v := page.Remark{Ground: g, Who: who.Name, Now: s.o.Clock.Now()}
	_, gate, silent, err := s.o.Talk.Gate(ctx, who, g.Place())
	v.Note = gate
	if errors.As(silent, &v.Silent); v.Silent != nil && v.Silent.Kind == fault.Unauthenticated {
		v.Silent = nil
	}
	return v, err
}

func (s *Site) showRemark(w http.ResponseWriter, r *http.Request, g talk.Ground, who account.Actor) error {
	ctx, q := r.Context(), r.URL.Query()
	v, err := s.openRemark(ctx, g, who)
	if err != nil {
		return err
	}
	if kept := q.Get("draft"); kept != "" {
		u, err := s.o.Talk.Kept(ctx, kept)
		if err != nil && !notFound(err) {
			return err
		}
		if err == nil && u.Place == g.ID() {
			v.Text = u.Text
			q.Set("to", u.Parent)
			if who.ID == "" {
				v.Kept = page.RemarkPath(g.ID()) + "?draft=" + url.QueryEscape(kept)
			}
		}
	}
	if v.To, err = s.answered(ctx, g, q.Get("to")); err != nil {
		return err
	}
	if v.To != nil && v.Text == "" && q.Has("quote") {
		v.Text = talk.Quote(v.To.Text)
	}
	for _, name := range []string{"said", "edit"} {
		id := q.Get(name)
		if id == "" {
			continue
		}
		if who.ID == "" { // a letter was opened where he is not signed in
			return s.toSignIn(w, g, page.RemarkPath(g.ID())+"?"+name+"="+url.QueryEscape(id))
		}
		c, err := s.o.Talk.Mine(ctx, who, id)
		if err != nil {
			return err
		}
		v.Sent = &c
		v.Edits = s.o.Clock.Now().Sub(c.At) < talk.EditFor && (c.State == talk.Public || c.State == talk.Held)
		v.Gone = c.State == talk.Removed
		if name == "edit" {
			if !v.Edits {
				return fault.New(fault.Conflict, "fault.comment_late", "a comment can be changed for five minutes")
			}
			v.Edit, v.Text = true, c.Text
		}
	}
	if v.Sent == nil {
		if v.Own, err = s.o.Talk.Own(ctx, who, g.ID(), ownMost); err != nil {
			return err
		}
	}
	return s.composeRemark(w, r, v)
}

// why says to its author why a comment is not public, in the edition's words.
func (s *Site) why(g talk.Ground, c talk.Comment) string {
	e, ok := s.o.Directory().Edition(g.Edition())
	if !ok {
		return ""
	}
	words, err := lang.For(e.Language)
	if err != nil {
		return ""
	}
	return ruling.Why(words, c)
}

// answered reads the comment that is answered; nil when it is not there.
func (s *Site) answered(ctx context.Context, g talk.Ground, id string) (*talk.Shown, error) {
	if id == "" {
		return nil, nil
	}
	found, err := s.o.Spoken.Said(ctx, []string{id})
	if c, ok := found[id]; ok && c.Place == g.ID() && c.Gone == "" {
		return &c, err
	}
	return nil, err
}

func (s *Site) composeRemark(w http.ResponseWriter, r *http.Request, v page.Remark) error {
	out, err := s.o.Pages.Remark(v)
	if err != nil {
		return err
	}
	return s.compose(w, r, out)
}

// form reads the fields of a form.
func form(r *http.Request) error {
	err := r.ParseForm()
	var large *http.MaxBytesError
	if err == nil || errors.As(err, &large) {
		return err
	}
	return fault.New(fault.Malformed, "fault.form", "the form cannot be read").Because(err)
}

// say takes a comment. A stranger's text is kept until he is signed in.
func (s *Site) say(w http.ResponseWriter, r *http.Request, g talk.Ground, who account.Actor) error {
	if err := form(r); err != nil {
		return err
	}
	ctx, text, to := r.Context(), r.PostForm.Get("text"), r.PostForm.Get("to")
	if len(to) > 40 {
		to = ""
	}
	refuse := func(err error) error {
		return s.refused(w, r, g.Edition(), err, func(f *fault.Error) (page.Page, error) {
			v, err := s.openRemark(ctx, g, who)
			if err != nil {
				return page.Page{}, err
			}
			v.Text, v.Fault, v.Silent = text, f, nil // the fault says it, and the words stay in the box
			if v.To, err = s.answered(ctx, g, to); err != nil {
				return page.Page{}, err
			}
			return s.o.Pages.Remark(v)
		})
	}
	if who.ID == "" && r.PostForm.Get(trap) != "" { // a program; it learns nothing
		return s.see(w, page.RemarkPath(g.ID()))
	}
	if who.ID == "" {
		err := talk.Sayable(text) // what is not kept is not counted
		if peer := web.From(ctx).Peer; err == nil && !peer.Local {
			err = writing(s.unsent.Must(web.AddressKey(peer.Addr)))
		}
		if err == nil {
			err = writing(s.kept.Must(""))
		}
		if err != nil {
			return refuse(err)
		}
		secret, err := s.o.Talk.Keep(ctx, talk.Unsent{Place: g.ID(), Parent: to, Text: text})
		if err != nil {
			return refuse(err)
		}
		return s.see(w, page.RemarkPath(g.ID())+"?draft="+secret)
	}
	if err := s.mayWrite(who); err != nil {
		return refuse(err)
	}
	c, err := s.o.Talk.Say(ctx, news.Act{Who: who, Once: onceOf(r, who)}, g.ID(), text, to)
	if err != nil {
		return refuse(err)
	}
	if scripted(r) {
		return s.tellScript(w, g, who, c)
	}
	return s.said(w, r, g, c)
}

// mayWrite counts what a reader says or changes: either is written down and told to every open page.
func (s *Site) mayWrite(who account.Actor) error {
	if who.Staff() {
		return nil
	}
	return writing(s.remarks.Must(who.ID))
}

// writing marks a refusal as one of writing.
func writing(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		f.Args = map[string]any{refusal.Writing: true}
	}
	return err
}

// said leads to where a comment stands now: on the page of all, or on its author's own.
func (s *Site) said(w http.ResponseWriter, r *http.Request, g talk.Ground, c talk.Comment) error {
	if c.State == talk.Public {
		return s.see(w, s.standsAt(r, g, c.ID))
	}
	return s.see(w, page.RemarkPath(g.ID())+"?said="+c.ID)
}

// discussionOf is the address of a story's discussion, or of a room.
func (s *Site) discussionOf(r *http.Request, g talk.Ground) string {
	rd := s.reading()
	to := g.URL(rd.Addresses)
	if e, ok := rd.Edition(g.Edition()); ok && e.Host == "" {
		to = strings.TrimPrefix(to, rd.Base)
	}
	return to
}

// standsAt is where something that was just said or reacted to stands: in a room that is the page of the newest.
func (s *Site) standsAt(r *http.Request, g talk.Ground, id string) string {
	if to := s.discussionOf(r, g); g.Chat.ID == "" {
		return talk.Permalink(to, id)
	} else {
		return to + "#comment-" + id
	}
}

// onceOf is the key of a form that is sent again by whoever gave it one; the same key with other words is refused.
func onceOf(r *http.Request, who account.Actor) fact.Once {
	key := r.Header.Get("Idempotency-Key")
	if key == "" || len(key) > 200 {
		return fact.Once{}
	}
	return fact.Once{Account: who.ID, Key: key, Body: sha256.Sum256([]byte(r.URL.Path + "\n" + r.PostForm.Encode()))}
}

// see sends a browser on after a form, to a page that no cache answers with an old one.
func (s *Site) see(w http.ResponseWriter, to string) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusSeeOther)
	return nil
}

// signedIn gives the story of a form that only somebody who is signed in may send, and the comment that it is about.
func (s *Site) signedIn(w http.ResponseWriter, r *http.Request) (g talk.Ground, who account.Actor, id string, on bool, err error) {
	if g, who, err = s.speaker(r); err != nil {
		return g, who, "", false, err
	}
	if r.Method != http.MethodPost {
		return g, who, "", false, web.NotAllowed{Allow: "POST"}
	}
	if err = form(r); err != nil {
		return g, who, "", false, err
	}
	if id = r.PostForm.Get("c"); len(id) > 40 || id == "" {
		return g, who, "", false, absent()
	}
	if who.ID == "" {
		return g, who, id, false, s.toSignIn(w, g, s.discussionOf(r, g)+"?comment="+id)
	}
	return g, who, id, true, nil
}

// editRemark changes a comment of one's own.
func (s *Site) editRemark(w http.ResponseWriter, r *http.Request) error {
	g, who, id, on, err := s.signedIn(w, r)
	if err != nil || !on {
		return err
	}
	var c talk.Comment
	if err = s.mayWrite(who); err == nil {
		c, err = s.o.Talk.Edit(r.Context(), news.Act{Who: who}, g.ID(), id, r.PostForm.Get("text"))
	}
	if err != nil {
		return s.refused(w, r, g.Edition(), err, func(f *fault.Error) (page.Page, error) {
			v, err := s.openRemark(r.Context(), g, who)
			if err != nil {
				return page.Page{}, err
			}
			mine, err := s.o.Talk.Mine(r.Context(), who, id)
			v.Sent, v.Edit, v.Text, v.Fault, v.Silent = &mine, true, r.PostForm.Get("text"), f, nil
			if err != nil || mine.Place.ID != g.ID() {
				return page.Page{}, errors.Join(err, absent())
			}
			return s.o.Pages.Remark(v)
		})
	}
	return s.said(w, r, g, c)
}

// removeRemark takes back a comment of one's own.
func (s *Site) removeRemark(w http.ResponseWriter, r *http.Request) error {
	g, who, id, on, err := s.signedIn(w, r)
	if err != nil || !on {
		return err
	}
	if _, err := s.o.Talk.Remove(r.Context(), news.Act{Who: who}, g.ID(), id); err != nil {
		return err
	}
	return s.see(w, page.RemarkPath(g.ID())+"?said="+id)
}

// react sets a reader's reaction to a comment, or takes it back; a script says which, and gets the number. A form that does not turns it around.
func (s *Site) react(w http.ResponseWriter, r *http.Request) error {
	g, who, id, on, err := s.signedIn(w, r)
	if err != nil || !on {
		return err
	}
	n, err := s.turn(r, g, who, id)
	if err != nil && scripted(r) {
		return s.refused(w, r, g.Edition(), err, nil)
	}
	if err != nil {
		return err
	}
	if scripted(r) {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"reactions":` + strconv.FormatInt(n, 10) + `}`)) // the client may have gone
		return nil
	}
	return s.see(w, s.standsAt(r, g, id))
}

// turn sets or takes back a reaction and gives how many there are.
func (s *Site) turn(r *http.Request, g talk.Ground, who account.Actor, id string) (int64, error) {
	if err := s.reacts.Must(who.ID); err != nil {
		return 0, err
	}
	on := r.PostForm.Get("on") == "1"
	if !r.PostForm.Has("on") {
		given, err := s.o.Talk.Reacted(r.Context(), who, g.ID())
		if err != nil {
			return 0, err
		}
		on = !slices.Contains(given, id)
	}
	return s.o.Talk.React(r.Context(), who, g.ID(), id, on)
}

// commentOf gives the id of the comment that a form is about, shown or sent.
func commentOf(r *http.Request) (string, error) {
	if r.Method == http.MethodPost {
		if err := form(r); err != nil {
			return "", err
		}
	}
	if id := r.FormValue("c"); id != "" && len(id) <= 40 {
		return id, nil
	}
	return "", absent()
}

// complain answers the form under which a reader reports a comment.
func (s *Site) complain(w http.ResponseWriter, r *http.Request) error {
	g, who, err := s.speaker(r)
	if err != nil {
		return err
	}
	id, err := commentOf(r)
	if err != nil {
		return err
	}
	c, err := s.answered(r.Context(), g, id)
	if err != nil {
		return err
	}
	if c == nil {
		return absent()
	}
	v := page.Complaint{Ground: g, Comment: *c, Sent: r.URL.Query().Has("sent"), Ignored: who.ID != "" && r.URL.Query().Has("ignored"), Own: c.Author == who.ID}
	if who.ID == "" {
		v.SignIn = page.RemarkPath(g.ID()) + "/report?c=" + id
	}
	if r.Method == http.MethodPost && who.ID != "" {
		v.Reason, v.Note = talk.Reason(r.PostForm.Get("reason")), r.PostForm.Get("note")
		if !who.Staff() {
			err = s.blames.Must(who.ID)
		}
		if err == nil {
			err = s.o.Talk.Report(r.Context(), news.Act{Who: who}, id, v.Reason, v.Note)
		}
		if err == nil {
			return s.see(w, page.RemarkPath(g.ID())+"/report?c="+id+"&sent")
		}
		return s.refused(w, r, g.Edition(), err, func(f *fault.Error) (page.Page, error) {
			v.Fault = f
			return s.o.Pages.Complaint(v)
		})
	}
	out, err := s.o.Pages.Complaint(v)
	if err != nil {
		return err
	}
	return s.compose(w, r, out)
}
