package site

import (
	"net/http"
	"net/url"

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
