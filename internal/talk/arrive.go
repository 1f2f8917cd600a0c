package talk

import (
	"context"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"
)

// Past is a comment that was said elsewhere, or before: of a site that moved in, of the demo.
type Past struct {
	Ref, Parent string // ids there, one in a place; Parent is "" for the first of a thread
	Account     string // whose it is here; empty when nobody's
	Name        string
	Badge       Badge
	Text        string
	At          time.Time
	Held        bool
	Holds       []Hold
	Featured    bool
}

// arriveMost is how many comments come in one transaction.
const arriveMost = 100

// Arrive puts comments into the discussion of an article, published or not, with their times and their tree, and says how many were new.
// Those that are there already stay as they are.
func (d *Desk) Arrive(ctx context.Context, place string, all []Past) (int, error) {
	all = after(all)
	slices.SortStableFunc(all, func(a, b Past) int { return a.At.Compare(b.At) })
	ids, roots := map[string]string{}, map[string]string{}
	var made []Comment
	for _, p := range all {
		text := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
				return -1
			}
			return r
		}, strings.ToValidUTF8(tidy(p.Text), ""))
		if empty(text) {
			continue
		}
		c := Comment{ID: moment.Past(p.At, place+"/"+p.Ref), Author: p.Account, Name: p.Name, Badge: p.Badge, Text: text, State: Public, At: p.At.UTC().Truncate(time.Microsecond), Holds: p.Holds, Featured: p.Featured, Version: 1}
		if c.Root = c.ID; ids[p.Parent] != "" && p.Parent != "" {
			c.Parent, c.Root = ids[p.Parent], roots[p.Parent]
		}
		if p.Held {
			c.State, c.Featured = Held, false
		} else if p.Account == "" {
			c.DecidedBy = "import" // it was approved where it comes from
		}
		ids[p.Ref], roots[p.Ref] = c.ID, c.Root
		made = append(made, c)
	}
	n := 0
	for some := range slices.Chunk(made, arriveMost) {
		added, err := d.store.ArriveComments(ctx, place, func(p Place) ([]Comment, fact.Outcome, error) {
			out := slices.Clone(some)
			for i := range out {
				out[i].Place = p
			}
			return out, fact.Outcome{Stale: []fact.Tag{fact.TagDiscussion(p.ID)}}, nil
		})
		if err != nil {
			return n, err
		}
		n += added
	}
	return n, nil
}

// after gives comments with times that are later than that of what they answer; one without a time gets its place by that.
func after(all []Past) []Past {
	out := slices.Clone(all)
	at := map[string]int{}
	for i, p := range out {
		at[p.Ref] = i
	}
	done := make([]bool, len(out))
	var settle func(i, depth int) time.Time
	settle = func(i, depth int) time.Time {
		if done[i] || depth > len(out) { // a circle ends somewhere
			return out[i].At
		}
		if up, ok := at[out[i].Parent]; ok && up != i && out[i].Parent != "" {
			if t := settle(up, depth+1); !out[i].At.After(t) {
				out[i].At = t.Add(time.Second)
			}
		}
		done[i] = true
		return out[i].At
	}
	for i := range out {
		settle(i, 0)
	}
	return out
}

// Arrived counts the comments under an article that came from elsewhere.
func (d *Desk) Arrived(ctx context.Context, place string) (int, error) {
	return d.store.Arrived(ctx, place)
}
