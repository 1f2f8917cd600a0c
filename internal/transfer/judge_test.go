package transfer

import (
	"testing"

	"dateline/internal/news"
	"dateline/internal/wire"
)

func TestTheVerdictFollowsThePublisherAndTheDesk(t *testing.T) {
	source := func(v string) *news.Source { return &news.Source{URI: "urn:a", Version: v} }
	of := func(v string, s wire.Status) wire.Item {
		return wire.Item{Status: s, Content: news.Content{Source: source(v)}}
	}
	have := func(v string, state news.State, revision int, set ...func(*known)) *known {
		k := &known{id: "a", source: *source(v), state: state, revision: revision}
		for _, f := range set {
			f(k)
		}
		return k
	}
	handled, shelved, ours := func(k *known) { k.handled = true }, func(k *known) { k.shelved = true }, func(k *known) { k.house = true }
	behind := func(k *known) { k.version, k.live = 3, 2 }
	for name, c := range map[string]struct {
		item    wire.Item
		old     *known
		publish bool
		act     act
		shown   bool
	}{
		"new":                            {of("1", wire.Usable), nil, false, add, false},
		"new, to be published":           {of("1", wire.Usable), nil, true, add, true},
		"new and withheld":               {of("1", wire.Withheld), nil, true, add, false},
		"new and canceled":               {of("1", wire.Canceled), nil, true, leave, false},
		"of this very site":              {of("9", wire.Usable), have("1", news.Published, 1, ours), true, leave, false},
		"of this very site, canceled":    {of("9", wire.Canceled), have("1", news.Published, 1, ours), true, leave, false},
		"same":                           {of("1", wire.Usable), have("1", news.Published, 1), true, leave, false},
		"older":                          {of("1", wire.Usable), have("2", news.Published, 1), true, leave, false},
		"draft of the same version":      {of("1", wire.Usable), have("1", news.Draft, 0), true, release, true},
		"draft, not to be published":     {of("1", wire.Usable), have("1", news.Draft, 0), false, leave, false},
		"draft in hand":                  {of("1", wire.Usable), have("1", news.Draft, 0, handled), true, leave, false},
		"draft put aside":                {of("1", wire.Usable), have("1", news.Draft, 0, shelved), true, leave, false},
		"scheduled":                      {of("1", wire.Usable), have("1", news.Scheduled, 0), true, leave, false},
		"newer than a draft":             {of("2", wire.Usable), have("1", news.Draft, 0), false, change, false},
		"newer than a draft, to publish": {of("2", wire.Usable), have("1", news.Draft, 0), true, change, true},
		"newer than a draft in hand":     {of("2", wire.Usable), have("1", news.Draft, 0, handled), true, change, false},
		"newer than scheduled":           {of("2", wire.Usable), have("1", news.Scheduled, 0), false, change, true},
		"newer than scheduled in hand":   {of("2", wire.Usable), have("1", news.Scheduled, 0, handled), false, change, false},
		"newer than published":           {of("2", wire.Usable), have("1", news.Published, 1), false, change, true},
		"newer than the desk's":          {of("2", wire.Usable), have("1", news.Published, 1, handled), false, change, false},
		"newer than the desk's, told to": {of("2", wire.Usable), have("1", news.Published, 1, handled), true, change, true},
		"saved and not shown":            {of("1", wire.Usable), have("1", news.Published, 1, behind), false, release, true},
		"saved, and in hand":             {of("1", wire.Usable), have("1", news.Published, 1, behind, handled), true, leave, false},
		"withheld after published":       {of("2", wire.Withheld), have("1", news.Published, 1), true, withdraw, false},
		"withheld after draft":           {of("2", wire.Withheld), have("1", news.Draft, 0), true, shelve, false},
		"withheld, older":                {of("1", wire.Withheld), have("2", news.Published, 1), true, leave, false},
		"canceled":                       {of("2", wire.Canceled), have("1", news.Published, 1), false, withdraw, false},
		"canceled, same version":         {of("1", wire.Canceled), have("1", news.Published, 1, handled), false, withdraw, false},
		"canceled, no version":           {of("", wire.Canceled), have("7", news.Published, 1), false, withdraw, false},
		"canceled, older":                {of("1", wire.Canceled), have("2", news.Published, 1), false, leave, false},
		"canceled again":                 {of("2", wire.Canceled), have("2", news.Withdrawn, 2), false, leave, false},
		"canceled draft":                 {of("2", wire.Canceled), have("1", news.Ready, 0, handled), false, shelve, false},
		"canceled draft again":           {of("2", wire.Canceled), have("2", news.Draft, 0, shelved), false, leave, false},
		"free again":                     {of("3", wire.Usable), have("2", news.Withdrawn, 2), true, add, true},
		"free again, desk said no":       {of("3", wire.Usable), have("2", news.Withdrawn, 2, handled), true, leave, false},
		"withheld after withdrawn":       {of("3", wire.Withheld), have("2", news.Withdrawn, 2), true, leave, false},
	} {
		if v := judge(c.item, c.old, c.publish); v.act != c.act || v.publish != c.shown {
			t.Errorf("%s: act %d, shown %v; want %d, %v", name, v.act, v.publish, c.act, c.shown)
		}
	}
}
