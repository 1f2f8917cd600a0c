package site

import (
	"context"
	"net/http"
	"net/url"

	"dateline/internal/account"
	"dateline/internal/moment"
	"dateline/internal/page"
	"dateline/internal/talk"
)

// ownMost is how much of somebody's own that nobody else sees stands where it was said.
const ownMost = 5

// spoken shows who is signed in what he said anywhere, newest first, and how it stands.
func (s *Site) spoken(w http.ResponseWriter, r *http.Request, p place) error {
	if s.o.Talk == nil {
		return absent()
	}
	who, err := s.who(r)
	if err != nil {
		return err
	}
	if !who.Known() {
		return onward(w, s.below(p, "/account/sign-in")+"?back="+url.QueryEscape(s.below(p, "/account/comments")))
	}
	if err := s.miss(r); err != nil {
		return err
	}
	before := r.URL.Query().Get("before")
	if _, err := moment.Number(before); before != "" && err != nil {
		return absent()
	}
	all, err := s.o.Talk.Latest(r.Context(), who, before, onNotices+1)
	if err != nil {
		return err
	}
	v := page.Notices{Edition: p.edition.Slug, Later: before != "", Own: true}
	if len(all) > onNotices {
		all = all[:onNotices]
		v.Next = all[onNotices-1].ID
	}
	told := make([]talk.Notice, len(all))
	for n, c := range all {
		told[n] = talk.Notice{At: c.At, Comment: c.ID, Of: c, Seen: true}
	}
	if v.Notices, err = s.grounds(r.Context(), told); err != nil {
		return err
	}
	out, err := s.o.Pages.Notices(v)
	return s.own(w, r, out, err)
}

// ownComment is a comment that waits, as the script of its author's page is told of it.
type ownComment struct {
	ID     string `json:"id"`
	Thread string `json:"thread"` // id of the first comment of its thread; its own when it begins one
	HTML   string `json:"html"`
}

// waitingAt gives what of who's waits under the story or in the room of an address, newest first: pages are the same for everybody.
func (s *Site) waitingAt(ctx context.Context, who account.Actor, p place) ([]ownComment, error) {
	var id string
	switch p.kind {
	case article:
		l, err := s.o.Archive.Locate(ctx, p.edition.Slug, p.section.ID, p.slug)
		if notFound(err) || l.Item.Gone() {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		id = l.Item.ID
	case chat:
		c, err := s.o.Spoken.Chat(ctx, p.slug)
		if notFound(err) {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
		id = c.ID
	default:
		return nil, nil
	}
	all, err := s.o.Talk.Own(ctx, who, id, ownMost, talk.Pending)
	if err != nil {
		return nil, err
	}
	out := make([]ownComment, len(all))
	for n, c := range all {
		html, err := s.o.Pages.Own(p.edition.Slug, c)
		if err != nil {
			return nil, err
		}
		out[n] = ownComment{c.ID, c.Root, string(html)}
	}
	return out, nil
}
