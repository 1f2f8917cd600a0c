package load

import (
	"context"
	"fmt"
	"strings"

	"dateline/internal/account"
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
