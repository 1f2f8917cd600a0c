package account

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// Colleague is what everybody in the newsroom may know of somebody else there.
type Colleague struct {
	ID    string
	Name  string
	Roles []Role // in the edition asked for, or in any; never empty
}

// Colleagues lists who works in an edition (a slug), or in any when it is empty, by name. Who is suspended works nowhere.
func (d *Door) Colleagues(ctx context.Context, edition string) ([]Colleague, error) {
	all, err := d.store.Staff(ctx)
	if err != nil {
		return nil, err
	}
	var out []Colleague
	for _, a := range all {
		if !a.SuspendedAt.IsZero() {
			continue
		}
		c := Colleague{ID: a.ID, Name: a.Name}
		for _, g := range a.Grants {
			if g.Role != Reader && (edition == "" || g.Edition == "" || g.Edition == edition) && !slices.Contains(c.Roles, g.Role) {
				c.Roles = append(c.Roles, g.Role)
			}
		}
		if len(c.Roles) > 0 {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b Colleague) int {
		return cmp.Or(strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)), strings.Compare(a.ID, b.ID))
	})
	return out, nil
}
