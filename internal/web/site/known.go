package site

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/page/lang"
	"dateline/internal/talk"
	"dateline/internal/web"
)

// linked is an address that a script shows, in words.
type linked struct {
	URL   string `json:"url"`
	Words string `json:"words"`
}

// ownComment is a comment that waits, as the script of its author's page is told of it.
type ownComment struct {
	ID     string `json:"id"`
	Thread string `json:"thread"` // id of the first comment of its thread; its own when it begins one
	HTML   string `json:"html"`
}

// known is what the script of a page is told of who reads it.
type known struct {
	Ignored []string `json:"ignored,omitempty"`
	Told    string   `json:"told,omitempty"` // how much he was told that he has not looked at, in words
	URL     string   `json:"url"`            // where that stands
	*knownHere
}

// knownHere is what it is told of him in the discussion or the room of the page.
type knownHere struct {
	Own    []ownComment   `json:"own,omitempty"`    // what of his waits
	As     string         `json:"as,omitempty"`     // as whom he writes, in words
	Silent string         `json:"silent,omitempty"` // why he may not write
	Why    *linked        `json:"why,omitempty"`    // where he objects to that
	Write  *linked        `json:"write,omitempty"`  // where the newsroom writes while nobody else does
	Change linked         `json:"change"`           // the address of the form, to which an id is added
	Fresh  map[string]int `json:"fresh,omitempty"`  // seconds for which something public of his may still be changed, by id
	Given  []string       `json:"given,omitempty"`  // ids of what he reacted to
	Lost   string         `json:"lost"`             // what is said when nothing is answered
}

// knows tells the script of a discussion who reads it, and notes that he looked. The query is the path of the page that asks, whose edition has the
// words. A stranger gets nothing, and costs nothing.
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
	at := s.reading().resolve(web.BareHost(asked(r)), r.URL.RawQuery)
	if strings.HasPrefix(r.URL.RawQuery, "/") && at.edition.Slug != "" {
		p.edition = at.edition
	}
	words, err := lang.For(p.edition.Language)
	if err != nil {
		return err
	}
	out := known{URL: s.below(p, "/account/notifications")}
	if out.knownHere, err = s.knowsHere(r.Context(), who, at, words); err != nil {
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

// knowsHere reads what the script of a discussion or a room is told of who; nil elsewhere.
func (s *Site) knowsHere(ctx context.Context, who account.Actor, p place, words *lang.Catalogue) (*knownHere, error) {
	g, ok, err := s.talkedAt(ctx, p)
	if err != nil || !ok {
		return nil, err
	}
	remark := page.RemarkPath(g.ID())
	out := &knownHere{Change: linked{remark + "?edit=", words.Say("discussion.edit")}, Lost: words.Say("discussion.lost"), Fresh: map[string]int{}}
	all, err := s.o.Talk.Own(ctx, who, g.ID(), ownMost, talk.Pending)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		html, err := s.o.Pages.Own(p.edition.Slug, c)
		if err != nil {
			return nil, err
		}
		out.Own = append(out.Own, ownComment{c.ID, c.Root, string(html)})
	}
	if all, err = s.o.Talk.Own(ctx, who, g.ID(), remarkBurst, talk.Unmoderated, talk.Approved); err != nil {
		return nil, err
	}
	for _, c := range all {
		if left := s.changeable(c); left > 0 {
			out.Fresh[c.ID] = left
		}
	}
	if out.Given, err = s.o.Talk.Reacted(ctx, who, g.ID()); err != nil {
		return nil, err
	}
	if err := s.standing(ctx, who, g, p, words, out); err != nil {
		return nil, err
	}
	return out, s.o.Talk.Seen(ctx, who, g.ID())
}

// standing says as whom who writes in a place, or why he does not.
func (s *Site) standing(ctx context.Context, who account.Actor, g talk.Ground, p place, words *lang.Catalogue, out *knownHere) error {
	_, gate, refused, err := s.o.Talk.Gate(ctx, who, g.Place())
	if err != nil {
		return err
	}
	var silent *fault.Error
	switch errors.As(refused, &silent); {
	case silent == nil && gate != talk.Open && gate != talk.Premoderated:
		out.Write = &linked{page.RemarkPath(g.ID()), words.Say("discussion.as_newsroom")}
	case silent == nil:
		out.As = words.Say("discussion.as", "name", "\u2068"+who.Name+"\u2069")
	case silent.Kind == fault.Forbidden:
		out.Why = &linked{s.below(p, "/account"), words.Say("appeal.why")}
		out.Silent, err = s.o.Pages.SayFault(p.edition.Slug, silent)
	}
	return err
}

// changeable gives for how many seconds its author may still change a comment.
func (s *Site) changeable(c talk.Comment) int {
	if c.State != talk.Public && c.State != talk.Held {
		return 0
	}
	return max(0, int((talk.EditFor-s.o.Clock.Now().Sub(c.At))/time.Second))
}
