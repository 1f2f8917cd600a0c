package site

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/page/lang"
	"dateline/internal/talk"
	"dateline/internal/web"
)

// How much one reader may say and react to, and how much of strangers is kept from one address.
const (
	remarkEvery = 5 * time.Second
	remarkBurst = 10
	reactEvery  = time.Second
	reactBurst  = 30
	unsentEvery = 30 * time.Second
	unsentBurst = 10
)

// remark answers a reader's own page under a story, and takes what he says there.
func (s *Site) remark(w http.ResponseWriter, r *http.Request) error {
	it, who, err := s.speaker(r)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		return s.showRemark(w, r, it, who)
	case http.MethodPost:
		return s.say(w, r, it, who)
	}
	return web.NotAllowed{Allow: "GET, HEAD, POST"}
}

// speaker gives the story of a request and who asks.
func (s *Site) speaker(r *http.Request) (news.Item, account.Actor, error) {
	id := r.PathValue("id")
	if len(id) > 40 || s.o.Talk == nil {
		return news.Item{}, account.Actor{}, absent()
	}
	if err := s.miss(r); err != nil {
		return news.Item{}, account.Actor{}, err
	}
	it, err := s.o.Archive.Item(r.Context(), id)
	if err == nil && (it.Gone() || it.Kind == news.Page) {
		err = absent()
	}
	if err != nil {
		return it, account.Actor{}, err
	}
	who, err := s.who(r)
	return it, who, err
}

// open begins a reader's own page: whether he may write.
func (s *Site) openRemark(ctx context.Context, it news.Item, who account.Actor) (page.Remark, error) {
	v := page.Remark{Item: it, Who: who.Name}
	_, gate, silent, err := s.o.Talk.Gate(ctx, who, talk.PlaceOf(it))
	v.Note = gate
	if errors.As(silent, &v.Silent); v.Silent != nil && v.Silent.Kind == fault.Unauthenticated {
		v.Silent = nil
	}
	return v, err
}

func (s *Site) showRemark(w http.ResponseWriter, r *http.Request, it news.Item, who account.Actor) error {
	ctx, q := r.Context(), r.URL.Query()
	v, err := s.openRemark(ctx, it, who)
	if err != nil {
		return err
	}
	if kept := q.Get("draft"); kept != "" {
		u, err := s.o.Talk.Kept(ctx, kept)
		if err != nil && !notFound(err) {
			return err
		}
		if err == nil && u.Place == it.ID {
			v.Text = u.Text
			q.Set("to", u.Parent)
			if who.ID == "" {
				v.Kept = page.RemarkPath(it.ID) + "?draft=" + url.QueryEscape(kept)
			}
		}
	}
	if v.To, err = s.answered(ctx, it, q.Get("to")); err != nil {
		return err
	}
	for _, name := range []string{"said", "edit"} {
		id := q.Get(name)
		if id == "" || who.ID == "" {
			continue
		}
		c, err := s.o.Talk.Mine(ctx, who, id)
		if err != nil {
			return err
		}
		v.Sent, v.Why = &c, s.why(it, c)
		v.Edits = s.o.Clock.Now().Sub(c.At) < talk.EditFor && (c.State == talk.Public || c.State == talk.Held)
		v.Gone = c.State == talk.Removed
		if name == "edit" {
			if !v.Edits {
				return fault.New(fault.Conflict, "fault.comment_late", "a comment can be changed for five minutes")
			}
			v.Edit, v.Text = true, c.Text
		}
	}
	return s.composeRemark(w, r, v)
}

// why says to its author why a comment is not public, in the edition's words.
func (s *Site) why(it news.Item, c talk.Comment) string {
	e, ok := s.o.Directory().Edition(it.Edition)
	if !ok {
		return ""
	}
	words, err := lang.For(e.Language)
	if err != nil {
		return ""
	}
	return page.Why(words, c)
}

// answered reads the comment that is answered; nil when it is not there.
func (s *Site) answered(ctx context.Context, it news.Item, id string) (*talk.Shown, error) {
	if id == "" {
		return nil, nil
	}
	found, err := s.o.Spoken.Said(ctx, []string{id})
	if c, ok := found[id]; ok && c.Place == it.ID && c.Gone == "" {
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
func (s *Site) say(w http.ResponseWriter, r *http.Request, it news.Item, who account.Actor) error {
	if err := form(r); err != nil {
		return err
	}
	ctx, text, to := r.Context(), r.PostForm.Get("text"), r.PostForm.Get("to")
	if len(to) > 40 {
		to = ""
	}
	refuse := func(err error) error {
		var f *fault.Error
		if !errors.As(err, &f) || f.Kind != fault.Invalid && f.Kind != fault.Conflict && f.Kind != fault.Forbidden {
			return err
		}
		v, gerr := s.openRemark(ctx, it, who)
		if gerr != nil {
			return gerr
		}
		v.Text = text
		if v.Fault = f; v.Silent != nil {
			v.Silent = nil // the fault says it, and the words stay in the box
		}
		if v.To, gerr = s.answered(ctx, it, to); gerr != nil {
			return gerr
		}
		return s.composeRemark(w, r, v)
	}
	if r.PostForm.Get(trap) != "" { // a program; it learns nothing
		return s.see(w, page.RemarkPath(it.ID))
	}
	if who.ID == "" {
		if peer := web.From(ctx).Peer; !peer.Local {
			if err := s.unsent.Must(web.AddressKey(peer.Addr)); err != nil {
				return err
			}
		}
		secret, err := s.o.Talk.Keep(ctx, talk.Unsent{Place: it.ID, Parent: to, Text: text})
		if err != nil {
			return refuse(err)
		}
		return s.see(w, page.RemarkPath(it.ID)+"?draft="+secret)
	}
	if !who.Staff() {
		if err := s.remarks.Must(who.ID); err != nil {
			return err
		}
	}
	c, err := s.o.Talk.Say(ctx, news.Act{Who: who, Once: onceOf(r, who)}, it.ID, text, to)
	if err != nil {
		return refuse(err)
	}
	return s.said(w, r, it, c)
}

// said leads to where a comment stands now: on the page of all, or on its author's own.
func (s *Site) said(w http.ResponseWriter, r *http.Request, it news.Item, c talk.Comment) error {
	if c.State == talk.Public {
		return s.see(w, s.discussionOf(r, it)+"?comment="+c.ID+"#comment-"+c.ID)
	}
	return s.see(w, page.RemarkPath(it.ID)+"?said="+c.ID)
}

// discussionOf is the address of a story's discussion.
func (s *Site) discussionOf(r *http.Request, it news.Item) string {
	rd := s.reading()
	to := news.Address(rd.Addresses, it.Content)
	if e, ok := rd.Edition(it.Edition); ok && e.Host == "" {
		to = strings.TrimPrefix(to, rd.Base)
	}
	return to + "/discussion"
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
func (s *Site) signedIn(w http.ResponseWriter, r *http.Request) (it news.Item, who account.Actor, id string, on bool, err error) {
	if it, who, err = s.speaker(r); err != nil {
		return it, who, "", false, err
	}
	if r.Method != http.MethodPost {
		return it, who, "", false, web.NotAllowed{Allow: "POST"}
	}
	if err = form(r); err != nil {
		return it, who, "", false, err
	}
	if id = r.PostForm.Get("c"); len(id) > 40 || id == "" {
		return it, who, "", false, absent()
	}
	if who.ID == "" {
		back := s.discussionOf(r, it) + "?comment=" + id
		e, _ := s.o.Directory().Edition(it.Edition)
		return it, who, id, false, s.see(w, s.reading().Path(e.Slug)+"/account/sign-in?back="+url.QueryEscape(back))
	}
	return it, who, id, true, nil
}

// editRemark changes a comment of one's own.
func (s *Site) editRemark(w http.ResponseWriter, r *http.Request) error {
	it, who, id, on, err := s.signedIn(w, r)
	if err != nil || !on {
		return err
	}
	c, err := s.o.Talk.Edit(r.Context(), news.Act{Who: who}, it.ID, id, r.PostForm.Get("text"))
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Invalid {
		v, gerr := s.openRemark(r.Context(), it, who)
		if gerr != nil {
			return gerr
		}
		mine, merr := s.o.Talk.Mine(r.Context(), who, id)
		if merr != nil {
			return merr
		}
		v.Sent, v.Edit, v.Text, v.Fault = &mine, true, r.PostForm.Get("text"), f
		return s.composeRemark(w, r, v)
	}
	if err != nil {
		return err
	}
	return s.said(w, r, it, c)
}

// removeRemark takes back a comment of one's own.
func (s *Site) removeRemark(w http.ResponseWriter, r *http.Request) error {
	it, who, id, on, err := s.signedIn(w, r)
	if err != nil || !on {
		return err
	}
	if _, err := s.o.Talk.Remove(r.Context(), news.Act{Who: who}, it.ID, id); err != nil {
		return err
	}
	return s.see(w, page.RemarkPath(it.ID)+"?said="+id)
}

// react sets a reader's reaction to a comment, or takes it back; a script gets the number.
func (s *Site) react(w http.ResponseWriter, r *http.Request) error {
	it, who, id, on, err := s.signedIn(w, r)
	if err != nil || !on {
		return err
	}
	if err := s.reacts.Must(who.ID); err != nil {
		return err
	}
	n, err := s.o.Talk.React(r.Context(), who, it.ID, id, r.PostForm.Get("on") != "0")
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"reactions":` + strconv.FormatInt(n, 10) + `}`)) // the client may have gone
		return nil
	}
	return s.see(w, s.discussionOf(r, it)+"?comment="+id+"#comment-"+id)
}

// complain answers the form under which a reader reports a comment.
func (s *Site) complain(w http.ResponseWriter, r *http.Request) error {
	it, who, err := s.speaker(r)
	if err != nil {
		return err
	}
	if r.Method == http.MethodPost {
		if err := form(r); err != nil {
			return err
		}
	}
	id := r.FormValue("c")
	if len(id) > 40 {
		return absent()
	}
	c, err := s.answered(r.Context(), it, id)
	if err != nil {
		return err
	}
	if c == nil {
		return absent()
	}
	v := page.Complaint{Item: it, Comment: *c, Sent: r.URL.Query().Has("sent")}
	if who.ID == "" {
		v.SignIn = page.RemarkPath(it.ID) + "/report?c=" + id
	}
	if r.Method == http.MethodPost && who.ID != "" {
		v.Reason, v.Note = talk.Reason(r.PostForm.Get("reason")), r.PostForm.Get("note")
		err := s.o.Talk.Report(r.Context(), news.Act{Who: who}, id, v.Reason, v.Note)
		if err == nil {
			return s.see(w, page.RemarkPath(it.ID)+"/report?c="+id+"&sent")
		}
		if !errors.As(err, &v.Fault) || v.Fault.Kind != fault.Invalid && v.Fault.Kind != fault.Conflict {
			return err
		}
	}
	out, err := s.o.Pages.Complaint(v)
	if err != nil {
		return err
	}
	return s.compose(w, r, out)
}
