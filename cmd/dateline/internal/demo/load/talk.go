package load

import (
	"context"
	"fmt"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// talk puts the made-up readers' comments under their stories. A reporter who answers has his badge.
func (l *loader) talk(ctx context.Context) error {
	by := map[string][]talk.Past{}
	var order []string
	for _, c := range l.n.Comments {
		p := talk.Past{Ref: c.ID, Parent: c.ReplyTo, Name: c.Author, Text: c.Text, At: l.start.Add(-c.Ago), Featured: c.Featured}
		if c.Staff != "" {
			p.Name, p.Badge = l.author(c.Staff), talk.OfStaff
			if s, ok := l.byKey[c.Story]; ok && len(s.Byline) > 0 && s.Byline[0].Author == c.Staff {
				p.Badge = talk.OfAuthor
			}
		} else {
			a, err := l.reader(ctx, c.Author)
			if err != nil {
				return fmt.Errorf("demo: reader %s: %w", c.Author, err)
			}
			p.Account = a.ID
		}
		if p.Held = c.State == "held"; p.Held {
			p.Holds = []talk.Hold{{Rule: talk.RuleNew}}
		}
		if by[c.Story] == nil {
			order = append(order, c.Story)
		}
		by[c.Story] = append(by[c.Story], p)
	}
	if err := l.chats(ctx); err != nil {
		return err
	}
	for _, key := range order {
		id := l.stories[key]
		if _, err := l.h.Talk.Arrive(ctx, id, by[key]); err != nil {
			return fmt.Errorf("demo: comments of %s: %w", key, err)
		}
	}
	return nil
}

// reader gives the account of a made-up reader.
func (l *loader) reader(ctx context.Context, name string) (account.Account, error) {
	if a, ok := l.readers[name]; ok {
		return a, nil
	}
	a, err := l.h.Door.Add(ctx, fmt.Sprintf("reader-%d@dispatch.example", len(l.readers)+1), strings.TrimSpace(name), "", account.Grant{Role: account.Reader})
	l.readers[name] = a
	return a, err
}

// chats opens the made-up room beside the live coverage, with what was said in it, and an empty one in another edition. What is pinned is said by the newsroom.
func (l *loader) chats(ctx context.Context) error {
	c := l.n.Chat
	d := l.h.Directory()
	open := func(slug, name, in, section, article string, slow time.Duration) (talk.Chat, error) {
		e, _ := d.Edition(in)
		room, err := l.h.Talk.OpenChat(ctx, news.Act{Who: house}, talk.Chat{Slug: slug, Name: name, Edition: in, Section: section, Article: article, Slow: int(slow / time.Second), Language: e.Language})
		if err != nil {
			err = fmt.Errorf("demo: room %s: %w", slug, err)
		}
		return room, err
	}
	for _, e := range l.n.Editions {
		if all := d.SectionsOf(e.Slug); e.Slug != c.Edition && len(all) > 0 {
			if _, err := open(e.Slug+"-"+all[0].Slug, all[0].Name, e.Slug, all[0].ID, "", 0); err != nil {
				return err
			}
			break
		}
	}
	room, err := open(c.Slug, c.Name, c.Edition, "", l.stories[l.n.Live.Key], c.Slow)
	if err != nil || len(c.Messages) == 0 {
		return err
	}
	all := []talk.Past{{Ref: "pinned", Name: c.Messages[0].Author, Badge: talk.OfStaff, Text: strings.ReplaceAll(c.Pinned.Plain(), "\n", "\n\n"), At: l.start.Add(-c.Opened)}}
	for n, m := range c.Messages {
		p := talk.Past{Ref: fmt.Sprint(n), Name: m.Author, Text: m.Text, At: l.start.Add(-m.Ago)}
		if m.Staff != "" {
			p.Badge = talk.OfStaff
		} else {
			a, err := l.reader(ctx, m.Author)
			if err != nil {
				return fmt.Errorf("demo: reader %s: %w", m.Author, err)
			}
			p.Account = a.ID
		}
		all = append(all, p)
	}
	if _, err := l.h.Talk.Arrive(ctx, room.ID, all); err != nil {
		return fmt.Errorf("demo: messages of %s: %w", c.Slug, err)
	}
	first, err := l.h.Store.Talk.Messages(ctx, room.ID, talk.Oldest, "", 1)
	if err == nil {
		_, err = l.h.Talk.ChangeChat(ctx, news.Act{Who: house}, room.ID, func(r *talk.Chat) { r.Pinned = first[0].ID })
	}
	return err
}
