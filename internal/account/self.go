package account

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Account reads an account by its id.
func (d *Door) Account(ctx context.Context, id string) (Account, error) {
	return d.store.Account(ctx, id)
}

// Change gives an account another name or language of the interface; nil leaves it, an empty language is the browser's.
func (d *Door) Change(ctx context.Context, id string, name, language *string) (Account, error) {
	var g fault.Gather
	if name != nil {
		*name = strings.TrimSpace(*name)
		if !goodName(*name) {
			g.At("body.name", "fault.name", "a name of at most %d bytes", maxName)
		}
	}
	if language != nil && *language != "" && !slices.Contains(d.languages, *language) {
		g.At("body.language", "fault.language", "there are words in %s", strings.Join(d.languages, ", "))
	}
	if err := g.Err(); err != nil {
		return Account{}, err
	}
	defer d.forget()
	return d.store.AmendAccount(ctx, id, func(a *Account) (fact.Outcome, error) {
		if name != nil {
			a.Name = *name
		}
		if language != nil {
			a.Language = *language
		}
		return fact.Outcome{}, nil
	})
}

// maxName is how many bytes a name has at most.
const maxName = 200

func goodName(name string) bool {
	return name != "" && len(name) <= maxName && utf8.ValidString(name) && !strings.ContainsFunc(name, unicode.IsControl)
}
