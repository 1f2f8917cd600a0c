package site

import (
	"context"
	"net/url"
	"slices"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/talk"
)

// How much of a discussion stands under its story and on its own page: threads, and comments in all.
var (
	underStory   = extent{threads: 20, comments: 20}
	onDiscussion = extent{threads: 25, comments: 300}
)

// onThread is how many comments a page of one thread has.
const onThread = 200

type extent struct{ threads, comments int }

// talking says which page of a discussion is meant.
type talking struct {
	order   talk.Order
	after   string // id of a comment
	comment string // id of one: the page is of its thread
}

// talking reads a discussion's query and gives it in the one way it is written; ok is false when it is none.
func (p *place) talking(q url.Values) (query string, ok bool) {
	p.talk = talking{order: talk.Order(q.Get("order")), after: q.Get("after"), comment: q.Get("comment")}
	t := p.talk
	if t.order != "" && !slices.Contains(talk.Orders, t.order) {
		return "", false
	}
	out := url.Values{}
	for name, id := range map[string]string{"after": t.after, "comment": t.comment} {
		if id == "" {
			continue
		}
		if _, err := moment.Number(id); err != nil {
			return "", false
		}
		out.Set(name, id)
	}
	if t.order != "" && t.order != talk.Newest && t.comment == "" {
		out.Set("order", string(t.order))
	}
	return out.Encode(), true
}

// talk reads what a page shows of a discussion. It reads its place in the stream before what it shows.
func (s *Site) talk(ctx context.Context, it news.Item, q talking, most extent) (page.Talk, time.Duration, error) {
	v := page.Talk{Gate: talk.Shut, Order: q.order, After: q.after}
	if s.o.Spoken == nil {
		return v, 0, nil
	}
	var life time.Duration
	v.Resume, life = s.position(ctx, fact.Discussion(it.ID))
	var err error
	if v.Settings, err = s.o.Spoken.SettingsOf(ctx, it.Edition); err != nil {
		return v, 0, err
	}
	where, now := talk.PlaceOf(it), s.o.Clock.Now()
	v.Gate = v.Settings.GateOf(where, now)
	if v.ClosesAt = v.Settings.ClosesAt(where); v.ClosesAt.After(now) {
		life = sooner(life, v.ClosesAt, now) // then it is closed
	}
	if most == underStory {
		if v.Rooms, err = s.o.Spoken.Chats(ctx, talk.ChatQuery{Article: it.ID, Open: true, Limit: 10}); err != nil {
			return v, 0, err
		}
		v.Now = now
		for _, c := range v.Rooms {
			life = sooner(life, c.Turns(now), now)
		}
	}
	counts, err := s.o.Spoken.Spoken(ctx, []string{it.ID})
	if err != nil {
		return v, 0, err
	}
	v.Count = counts[it.ID]
	if q.comment != "" {
		err := s.thread(ctx, it.ID, q, &v)
		return v, life, err
	}
	if v.Count == 0 && q.after == "" {
		return v, life, nil
	}
	first, rest, err := s.o.Spoken.Threads(ctx, it.ID, q.order, q.after, most.threads+1, most.comments)
	if err != nil {
		return v, 0, err
	}
	if len(first) == 0 && q.after != "" {
		return v, 0, absent()
	}
	if len(first) > most.threads {
		first = first[:most.threads]
		v.Next = first[most.threads-1].ID
	}
	v.First, v.Rest = within(first, rest, most.comments)
	if len(v.First) < len(first) {
		v.Next = v.First[len(v.First)-1].ID
	}
	return v, life, nil
}

// thread reads a page of one thread: from behind a comment, or from the first; where the comment asked for is not on that page, from that comment on.
func (s *Site) thread(ctx context.Context, story string, q talking, v *page.Talk) error {
	first, rest, err := s.o.Spoken.Thread(ctx, story, q.comment, q.after, onThread+1)
	if err != nil {
		return err
	}
	if q.after == "" && len(rest) > onThread && q.comment > rest[onThread-1].ID {
		n, _ := moment.Number(q.comment) // it was read before
		v.After = moment.ID(n - 1)
		if first, rest, err = s.o.Spoken.Thread(ctx, story, q.comment, v.After, onThread+1); err != nil {
			return err
		}
	}
	v.First, v.Rest, v.One = []talk.Shown{first}, rest, first.ID
	if len(rest) > onThread {
		v.Rest = rest[:onThread]
		v.Next = v.Rest[onThread-1].ID
	}
	return nil
}

// Counted is how long a front keeps the numbers of comments it shows: a comment renders no front.
const Counted = 5 * time.Minute

// countsFor is the life of a page that counts comments.
func (s *Site) countsFor() time.Duration {
	if s.o.Spoken == nil {
		return 0
	}
	return Counted
}

// counts gives how many comments the stories of a page have.
func (s *Site) counts(ctx context.Context, items []news.Item) (map[string]int64, error) {
	if s.o.Spoken == nil {
		return nil, nil
	}
	ids := make([]string, len(items))
	for i, it := range items {
		ids[i] = it.ID
	}
	return s.o.Spoken.Spoken(ctx, ids)
}

// within cuts threads to a number of comments: whole ones first, of the last as much as there is room for.
func within(first, rest []talk.Shown, most int) (threads, follow []talk.Shown) {
	of := map[string][]talk.Shown{}
	for _, c := range rest {
		of[c.Root] = append(of[c.Root], c)
	}
	n := 0
	for _, f := range first {
		if n >= most {
			break
		}
		threads = append(threads, f)
		n++
		here := of[f.ID]
		if n+len(here) > most {
			here = here[:most-n]
		}
		follow = append(follow, here...)
		n += len(here)
	}
	return threads, follow
}

// SaidHTML makes the HTML of a public comment or message as its page shows it, for the stream.
func (s *Site) SaidHTML(ctx context.Context, g talk.Ground, c talk.Shown) ([]byte, error) {
	set, err := s.o.Spoken.SettingsOf(ctx, g.Edition())
	if err != nil {
		return nil, err
	}
	to := ""
	if c.Parent != "" && c.Parent != c.Root {
		up, err := s.o.Spoken.Said(ctx, []string{c.Parent})
		if err != nil {
			return nil, err
		}
		to = up[c.Parent].Name
	}
	return s.o.Pages.Comment(g, set, c, to)
}
