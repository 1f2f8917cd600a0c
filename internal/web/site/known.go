package site

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"dateline/internal/page/lang"
	"dateline/internal/talk"
	"dateline/internal/web"
	"dateline/internal/web/site/known"
)

// knows tells the script of a discussion who reads it, and notes that he looked. The query is the path of the page that asks, whose edition has the
// words; "&past" behind it says that the newest is not before his eyes. A stranger gets nothing, and costs nothing.
func (s *Site) knows(w http.ResponseWriter, r *http.Request, p place) error {
	who, err := s.who(r)
	if err != nil || s.o.Talk == nil {
		return err
	}
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Content-Type", "application/json")
	if !who.Known() {
		_, _ = w.Write([]byte("{}")) // the client may have gone
		return nil
	}
	path, past := strings.CutSuffix(r.URL.RawQuery, "&past")
	at := s.reading().resolve(web.BareHost(asked(r)), path)
	if strings.HasPrefix(path, "/") && at.edition.Slug != "" {
		p.edition = at.edition
	}
	words, err := lang.For(p.edition.Language)
	if err != nil {
		return err
	}
	out := known.Reader{URL: s.below(p, "/account/notifications")}
	g, talked, err := s.talkedAt(r.Context(), at)
	if err == nil && talked {
		out.Here, err = known.In(r.Context(), s.o.Log, s.o.Talk, s.o.Pages, who, known.Place{Ground: g, Edition: p.edition.Slug, Account: s.below(p, "/account"), Words: words, Past: past})
	}
	if err != nil {
		return err
	}
	if out.Ignored, err = s.o.Talk.Ignored(r.Context(), who); err != nil {
		return err
	}
	n, err := s.o.Talk.Unseen(r.Context(), who)
	if err != nil {
		return err
	}
	if n > 0 {
		out.Told = words.Count("notice.unseen", n)
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	_, _ = w.Write(body) // the client may have gone
	return nil
}

// talkedAt gives the story or the room of an address; ok is false when it is of neither.
func (s *Site) talkedAt(ctx context.Context, p place) (g talk.Ground, ok bool, err error) {
	switch p.kind {
	case article:
		l, err := s.o.Archive.Locate(ctx, p.edition.Slug, p.section.ID, p.slug)
		g.Story, ok = l.Item, err == nil && !l.Item.Gone()
		return g, ok, unless(err)
	case chat:
		g.Chat, err = s.o.Spoken.Chat(ctx, p.slug)
		return g, err == nil, unless(err)
	}
	return g, false, nil
}

// unless leaves out of a failure that there is no such thing.
func unless(err error) error {
	if notFound(err) {
		return nil
	}
	return err
}
