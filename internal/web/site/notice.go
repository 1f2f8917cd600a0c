package site

import (
	"context"
	"crypto/hmac"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/page"
	"dateline/internal/talk"
)

// onNotices is how many notices stand on a page.
const onNotices = 30

// notices shows who is signed in what he was told, and notes that he looked.
func (s *Site) notices(w http.ResponseWriter, r *http.Request, p place) error {
	if s.o.Talk == nil {
		return absent()
	}
	who, err := s.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		return onward(w, s.below(p, "/account/sign-in")+"?back="+url.QueryEscape(s.below(p, "/account/notifications")))
	}
	before := r.URL.Query().Get("before")
	if _, err := moment.Number(before); before != "" && err != nil {
		return absent()
	}
	all, more, err := s.o.Talk.Notices(r.Context(), who, before, onNotices)
	if err != nil {
		return err
	}
	v := page.Notices{Edition: p.edition.Slug, Later: before != ""}
	if more {
		v.Next = all[len(all)-1].ID
	}
	if v.Notices, err = s.Grounds(r.Context(), all); err != nil {
		return err
	}
	out, err := s.o.Pages.Notices(v)
	if err == nil && len(all) > 0 && r.Method == http.MethodGet {
		err = s.o.Talk.SawNotices(r.Context(), who, all[0].ID)
	}
	return s.own(w, r, out, err)
}

// Grounds gives notices the places of their comments; those whose comment or place readers do not have any more are left out.
func (s *Site) Grounds(ctx context.Context, all []talk.Notice) ([]page.Notice, error) {
	return s.grounds(ctx, talk.Current(all))
}

func (s *Site) grounds(ctx context.Context, all []talk.Notice) ([]page.Notice, error) {
	var ids []string
	for _, n := range all {
		if id := n.Of.Place.ID; !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	grounds := map[string]talk.Ground{}
	items, err := s.o.Archive.Items(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, i := range items {
		if !i.Gone() {
			grounds[i.ID] = talk.Ground{Story: i}
		}
	}
	var out []page.Notice
	for _, n := range all {
		g, ok := grounds[n.Of.Place.ID]
		if !ok && n.Of.Place.Chat != "" {
			c, err := s.o.Spoken.ChatByID(ctx, n.Of.Place.ID)
			if err != nil && !notFound(err) {
				return nil, err
			}
			g, ok = talk.Ground{Chat: c}, err == nil
			grounds[n.Of.Place.ID] = g
		}
		if ok && g.ID() != "" {
			out = append(out, page.Notice{Notice: n, Ground: g})
		}
	}
	return out, nil
}

// toldTo reads what the account of who shows of what he is told.
func (s *Site) toldTo(ctx context.Context, who account.Actor) (unseen int, t talk.Told, ignored []page.Ignored, err error) {
	if unseen, err = s.o.Talk.Unseen(ctx, who); err != nil {
		return 0, t, nil, err
	}
	if t, err = s.o.Talk.Told(ctx, who.ID); err != nil {
		return 0, t, nil, err
	}
	ids, err := s.o.Talk.Ignored(ctx, who)
	if err != nil || len(ids) == 0 || s.o.Names == nil {
		return unseen, t, nil, err
	}
	names, err := s.o.Names(ctx, ids)
	for _, id := range ids {
		ignored = append(ignored, page.Ignored{ID: id, Name: names[id]})
	}
	return unseen, t, ignored, err
}

func (s *Site) chooseWays(ctx context.Context, who account.Actor, f url.Values) error {
	if s.o.Talk == nil {
		return absent()
	}
	ways := map[talk.Matter]talk.Way{}
	for _, m := range talk.Matters {
		if f.Has(string(m)) {
			ways[m] = talk.Way(f.Get(string(m)))
		}
	}
	return s.o.Talk.Choose(ctx, who, ways)
}

// ignore hides from who is signed in what the author of a comment says.
func (s *Site) ignore(w http.ResponseWriter, r *http.Request) error {
	g, who, id, on, err := s.signedIn(w, r)
	if err != nil || !on {
		return err
	}
	c, err := s.answered(r.Context(), g, id)
	if err != nil {
		return err
	}
	if c == nil {
		return absent()
	}
	if err := s.reacts.Must(who.ID); err != nil {
		return err
	}
	if err := s.o.Talk.Ignore(r.Context(), who, c.Author, true); err != nil {
		return err
	}
	return s.see(w, page.RemarkPath(g.ID())+"/report?c="+id+"&ignored")
}

// Unsubscribing is the part of the address of a letter that ends letters about a matter to an account, for whoever has the letter.
func Unsubscribing(key []byte, account string, m talk.Matter) string {
	of := account + "." + string(m)
	return of + "." + (&Site{o: Options{FormKey: key}}).sign("unsubscribe "+of)
}

// unsubscribe shows a button, and ends letters when it is pressed. Mail programs press it by themselves (RFC 8058): without a session, a redirect or a page of ours before.
func (s *Site) unsubscribe(w http.ResponseWriter, r *http.Request, p place, sends bool) error {
	of, signed, _ := cutLast(p.slug, ".")
	whom, m, _ := cutLast(of, ".")
	v := page.Unsubscribe{Edition: p.edition.Slug, Token: p.slug, Matter: talk.Matter(m), Done: sends}
	v.Spent = s.o.Talk == nil || !slices.Contains(talk.Matters, v.Matter) || !hmac.Equal([]byte(signed), []byte(s.sign("unsubscribe "+of)))
	if sends && !v.Spent {
		err := s.o.Talk.Choose(r.Context(), account.Actor{ID: whom}, map[talk.Matter]talk.Way{v.Matter: talk.Never})
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	out, err := s.o.Pages.Unsubscribe(v)
	return s.own(w, r, out, err)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if at := strings.LastIndex(s, sep); at >= 0 {
		return s[:at], s[at+len(sep):], true
	}
	return s, "", false
}
