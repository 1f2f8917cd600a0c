package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/talk"
)

// How much of rooms stands on a page.
const (
	onChat  = 50  // messages
	onChats = 100 // rooms
)

// rooming says which page of a room is meant; of the three at most one is given.
type rooming struct {
	before, after string // ids of messages: what comes before one, or behind it
	from          string // id of the message with which the page begins
}

// rooming reads a room's query and gives it in the one way it is written; ok is false when it is none.
func (p *place) rooming(q url.Values) (query string, ok bool) {
	p.room = rooming{before: q.Get("before"), after: q.Get("after"), from: q.Get("comment")}
	out := url.Values{}
	for name, id := range map[string]string{"before": p.room.before, "after": p.room.after, "comment": p.room.from} {
		if id == "" {
			continue
		}
		if _, err := moment.Number(id); err != nil {
			return "", false
		}
		out.Set(name, id)
	}
	return out.Encode(), len(out) < 2
}

// sooner gives the shorter life of a page that changes at a time; the zero time and one that is over change nothing.
func sooner(life time.Duration, at, now time.Time) time.Duration {
	if left := at.Sub(now); !at.IsZero() && left > 0 && (life == 0 || left < life) {
		return left
	}
	return life
}

// chats makes a page of the list of the rooms of an edition, from behind one of them.
func (s *Site) chats(ctx context.Context, slug, after string) (page.Page, time.Duration, error) {
	v := page.Chats{Edition: slug, Now: s.o.Clock.Now(), Later: after != "", Stories: map[string]news.Item{}}
	var life time.Duration
	if s.o.Spoken != nil {
		var err error
		if v.Rooms, err = s.o.Spoken.Chats(ctx, talk.ChatQuery{Edition: slug, Open: true, After: after, Limit: onChats + 1}); err != nil {
			return page.Page{}, 0, err
		}
		if len(v.Rooms) == 0 && after != "" {
			return page.Page{}, 0, absent()
		}
		if len(v.Rooms) > onChats {
			v.Rooms = v.Rooms[:onChats]
			v.Next = v.Rooms[onChats-1].ID
		}
		v.Rooms = slices.DeleteFunc(v.Rooms, func(c talk.Chat) bool { return !c.ClosesAt.IsZero() && !v.Now.Before(c.ClosesAt) })
		var stories, places []string
		for _, c := range v.Rooms {
			life = sooner(life, c.Turns(v.Now), v.Now)
			if places = append(places, c.ID); c.Article != "" {
				stories = append(stories, c.Article)
			}
		}
		if v.Counts, err = s.o.Spoken.Spoken(ctx, places); err != nil {
			return page.Page{}, 0, err
		}
		items, err := s.o.Archive.Items(ctx, stories)
		if err != nil {
			return page.Page{}, 0, err
		}
		for _, i := range items {
			v.Stories[i.ID] = i
		}
		set, err := s.o.Spoken.SettingsOf(ctx, slug)
		if err != nil {
			return page.Page{}, 0, err
		}
		v.Paused = set.Paused || set.Everywhere
	}
	out, err := s.o.Pages.Chats(v)
	return out, life, err
}

// chat makes a page of a room. It reads its place in the stream before what it shows.
func (s *Site) chat(ctx context.Context, p place) (page.Page, time.Duration, error) {
	if s.o.Spoken == nil || len(p.slug) > 100 {
		return page.Page{}, 0, absent()
	}
	c, err := s.o.Spoken.Chat(ctx, p.slug)
	if err != nil || c.Edition != p.edition.Slug {
		if err == nil {
			err = absent()
		}
		return page.Page{}, 0, err
	}
	newest := p.room == rooming{}
	v := page.Chat{Room: c, At: !newest}
	var life time.Duration
	if newest {
		v.Resume, life = s.position(ctx, fact.Chat(c.Slug))
		if c, err = s.o.Spoken.Chat(ctx, p.slug); err != nil { // what was read to find it may be older than its place
			return page.Page{}, 0, err
		}
		v.Room = c
	}
	if v.Settings, err = s.o.Spoken.SettingsOf(ctx, c.Edition); err != nil {
		return page.Page{}, 0, err
	}
	now := s.o.Clock.Now()
	v.Gate = v.Settings.GateOf(c.Place(), now)
	life = sooner(life, c.Turns(now), now)
	counts, err := s.o.Spoken.Spoken(ctx, []string{c.ID})
	if err != nil {
		return page.Page{}, 0, err
	}
	v.Count = counts[c.ID]
	if c.Article != "" {
		it, err := s.o.Archive.Item(ctx, c.Article)
		if err != nil && !notFound(err) {
			return page.Page{}, 0, err
		}
		if err == nil && !it.Gone() {
			v.Story = it
		}
	}
	if err := s.messages(ctx, c, p.room, &v); err != nil {
		return page.Page{}, 0, err
	}
	if !newest && len(v.Messages) == 0 {
		return page.Page{}, 0, absent()
	}
	out, err := s.o.Pages.Chat(v)
	return out, life, err
}

// messages reads what a page of a room shows of it.
func (s *Site) messages(ctx context.Context, c talk.Chat, q rooming, v *page.Chat) error {
	order, from := talk.Newest, q.before
	if q.after != "" || q.from != "" {
		if order, from = talk.Oldest, q.after; q.from != "" {
			n, _ := moment.Number(q.from) // it was read before
			from = moment.ID(n - 1)
		}
	}
	all, err := s.o.Spoken.Messages(ctx, c.ID, order, from, onChat+1)
	if err != nil {
		return err
	}
	more := len(all) > onChat
	all = all[:min(len(all), onChat)]
	if order == talk.Newest {
		slices.Reverse(all)
	}
	v.Messages = all
	if len(all) > 0 {
		first, last := all[0].ID, all[len(all)-1].ID
		if order == talk.Oldest {
			before, err := s.o.Spoken.Messages(ctx, c.ID, talk.Newest, first, 1)
			if err != nil {
				return err
			}
			if len(before) > 0 {
				v.Earlier = first
			}
		} else if more {
			v.Earlier = first
		}
		if order == talk.Oldest && more || q.before != "" {
			v.Later = last
		}
	}
	ids := []string{}
	for _, m := range all {
		if m.Parent != "" {
			ids = append(ids, m.Parent)
		}
	}
	if c.Pinned != "" {
		ids = append(ids, c.Pinned)
	}
	if len(ids) == 0 {
		return nil
	}
	if v.Answered, err = s.o.Spoken.Said(ctx, ids); err != nil {
		return err
	}
	if pin, ok := v.Answered[c.Pinned]; ok && pin.Gone == "" {
		v.Pinned = &pin
	}
	return nil
}

// joined shows a reader where he said something, and how much is new to him there.
func (s *Site) joined(w http.ResponseWriter, r *http.Request, p place) error {
	if s.o.Talk == nil {
		return absent()
	}
	if err := s.miss(r); err != nil {
		return err
	}
	who, err := s.who(r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := page.Joined{Edition: p.edition.Slug, Who: who.Name, Now: s.o.Clock.Now()}
	all, err := s.o.Talk.Joined(ctx, who)
	if err != nil {
		return err
	}
	ids := make([]string, len(all))
	for n, j := range all {
		ids[n] = j.Place
	}
	items, err := s.o.Archive.Items(ctx, ids)
	if err != nil {
		return err
	}
	stories := map[string]news.Item{}
	for _, i := range items {
		stories[i.ID] = i
	}
	slices.SortStableFunc(all, func(a, b talk.Joined) int { return min(b.Unread, 1) - min(a.Unread, 1) }) // what is new first
	for _, j := range all {
		var g talk.Ground
		if it, ok := stories[j.Place]; ok {
			g.Story = it
		} else if g.Chat, err = s.o.Spoken.ChatByID(ctx, j.Place); notFound(err) {
			continue
		} else if err != nil {
			return err
		}
		v.Grounds, v.Unread = append(v.Grounds, g), append(v.Unread, j.Unread)
	}
	out, err := s.o.Pages.Joined(v)
	if err != nil {
		return err
	}
	return s.compose(w, r, out)
}

// unread leads a reader to what is said in a place, and notes that he looked. Again it changes nothing.
func (s *Site) unread(w http.ResponseWriter, r *http.Request) error {
	g, who, err := s.speaker(r)
	if err != nil {
		return err
	}
	if err := s.o.Talk.Seen(r.Context(), who, g.ID()); err != nil {
		return err
	}
	return s.see(w, s.discussionOf(r, g))
}
