package talk

import (
	"context"
	"iter"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/moment"
)

// Past is a comment that was said elsewhere, or before: of a site that moved in, of the demo.
type Past struct {
	Ref, Parent string // ids there, one in a place; Parent is "" for the first of a thread, and may be what came before
	Account     string // whose it is here; empty when nobody's
	Name        string
	Badge       Badge
	Text        string
	Say         func() (string, error) // gives Text when it is kept, so that not all are in memory; nil: Text is there
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
	n := 0
	for added, err := range d.Arriving(ctx, place, all) {
		if n += added; err != nil {
			return n, err
		}
	}
	return n, nil
}

// Arriving does what Arrive does and says after each transaction how many comments were new in it. An error is the last that it gives.
func (d *Desk) Arriving(ctx context.Context, place string, all []Past) iter.Seq2[int, error] {
	return func(yield func(int, error) bool) {
		for some, err := range d.past(ctx, place, all) {
			n := 0
			if err == nil {
				n, err = d.arrive(ctx, place, some)
			}
			if !yield(n, err) || err != nil {
				return
			}
		}
	}
}

func (d *Desk) arrive(ctx context.Context, place string, some []Comment) (int, error) {
	if n, err := d.missing(ctx, some); n == 0 || err != nil {
		return 0, err
	}
	return d.store.ArriveComments(ctx, place, func(p Place) ([]Comment, fact.Outcome, error) {
		out := slices.Clone(some)
		for i := range out {
			out[i].Place = p
		}
		return out, fact.Outcome{Stale: []fact.Tag{fact.TagDiscussion(p.ID)}}, nil
	})
}

// Missing counts those that Arrive would put into the discussion of an article.
func (d *Desk) Missing(ctx context.Context, place string, all []Past) (int, error) {
	n := 0
	for some, err := range d.past(ctx, place, all) {
		if err != nil {
			return n, err
		}
		more, err := d.missing(ctx, some)
		if n += more; err != nil {
			return n, err
		}
	}
	return n, nil
}

func (d *Desk) missing(ctx context.Context, some []Comment) (int, error) {
	ids := make([]string, len(some))
	for i, c := range some {
		ids[i] = c.ID
	}
	there, err := d.store.CommentsThere(ctx, ids)
	return len(some) - there, err
}

// past makes comments of what was said, at most arriveMost at a time, whoever is answered before who answers. What says nothing is left out.
func (d *Desk) past(ctx context.Context, place string, all []Past) iter.Seq2[[]Comment, error] {
	return func(yield func([]Comment, error) bool) {
		ids, roots, err := d.answered(ctx, place, all)
		if err != nil {
			yield(nil, err)
			return
		}
		all = after(all)
		slices.SortStableFunc(all, func(a, b Past) int { return a.At.Compare(b.At) })
		for some := range slices.Chunk(all, arriveMost) {
			made := make([]Comment, 0, len(some))
			for _, p := range some {
				if p.Say != nil {
					if p.Text, err = p.Say(); err != nil {
						yield(nil, err)
						return
					}
				}
				text := sayable(p.Text)
				if _, twice := ids[p.Ref]; twice || empty(text) {
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
			if len(made) > 0 && !yield(made, nil) {
				return
			}
		}
	}
}

// mostAnswered is how many comments that came before are looked for when they are answered.
const mostAnswered = 1000

// answered finds what is answered and not among all: it came before. It gives ids and roots of it, and is known by its id.
func (d *Desk) answered(ctx context.Context, place string, all []Past) (ids, roots map[string]string, err error) {
	ids, roots = map[string]string{}, map[string]string{}
	among, wanted := make(map[string]bool, len(all)), map[string]bool{}
	for _, p := range all {
		among[p.Ref] = true
	}
	for _, p := range all {
		if p.Parent != "" && !among[p.Parent] && len(wanted) < mostAnswered {
			wanted[p.Parent] = true
		}
	}
	for q := (Query{Place: place, Oldest: true, Limit: 101}); len(wanted) > 0; {
		some, err := d.store.Comments(ctx, q)
		if err != nil {
			return nil, nil, err
		}
		for _, c := range some {
			for ref := range wanted {
				if c.ID == moment.Past(c.At, place+"/"+ref) {
					ids[ref], roots[ref] = c.ID, c.Root
					delete(wanted, ref)
				}
			}
		}
		if len(some) < q.Limit {
			break
		}
		q.After = some[len(some)-1].ID
	}
	return ids, roots, nil
}

// sayable is a text as it is kept, without what cannot be shown.
func sayable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(tidy(text), ""))
}

// after gives comments with times that are later than that of what they answer; one without a time gets its place by that.
func after(all []Past) []Past {
	out := slices.Clone(all)
	at := map[string]int{}
	for i, p := range out {
		at[p.Ref] = i
	}
	up := func(i int) (int, bool) {
		j, ok := at[out[i].Parent]
		return j, ok && j != i && out[i].Parent != ""
	}
	done := make([]bool, len(out))
	var line []int // from one comment up to the first of its thread, or to where a circle closes
	for i := range out {
		line = line[:0]
		for j, ok := i, true; ok && !done[j]; j, ok = up(j) {
			done[j] = true
			line = append(line, j)
		}
		for _, j := range slices.Backward(line) {
			if u, ok := up(j); ok && !out[j].At.After(out[u].At) {
				out[j].At = out[u].At.Add(time.Second)
			}
		}
	}
	return out
}
