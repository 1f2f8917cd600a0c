package intake

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
)

// State is where an item of the inbox stands.
type State string

// The states. Folded items say what another one says; gone ones were too old, and only their names are kept, so that they do not come again.
const (
	New       State = "new"
	Used      State = "used"
	Dismissed State = "dismissed"
	Folded    State = "folded"
	Gone      State = "gone"
)

// Item is what a source sent. Packet is the item as transfer needs it to make a story; the desk does not look into it.
type Item struct {
	ID      string `json:"-"`
	Edition string `json:"-"`
	Source  string `json:"-"` // id of the source that sent the version that is kept
	URI     string `json:"-"` // its name, one in an edition
	State   State  `json:"-"`
	Article string `json:"-"` // what was made of it
	Into    string `json:"-"` // of a folded one: the item that says the same

	At       time.Time       `json:"-"`                  // when this version arrived
	Number   int             `json:"number"`             // how many versions came, this one included
	Digest   string          `json:"digest,omitempty"`   // the same for the same words; see wire.Item.Digest
	Urgency  int             `json:"urgency"`            // 1 (highest) to 9
	Embargo  time.Time       `json:"embargo,omitzero"`   // its publisher's
	Made     time.Time       `json:"made,omitzero"`      // this version, as its publisher says
	Status   string          `json:"status,omitempty"`   // usable, withheld or canceled, as its publisher says
	Pictures int             `json:"pictures,omitempty"` // how many it has
	Note     string          `json:"note,omitempty"`     // its publisher's to the desk
	Link     string          `json:"link,omitempty"`     // where its publisher shows it
	Content  news.Content    `json:"content"`            // pictures in it are ids within the item
	Packet   json.RawMessage `json:"packet,omitempty"`   // for Use
	By       string          `json:"by,omitempty"`       // account id of who used or dismissed it
	Taken    string          `json:"taken,omitempty"`    // of a used one: the version that its story has, or that was declined
	Coverage string          `json:"coverage,omitempty"` // id of the live coverage of Post
	Post     string          `json:"post,omitempty"`     // the latest post that was made of it
}

// mark tells versions apart, also those that their publisher does not.
func (i Item) mark() string { return i.Origin().Version + " " + i.Digest }

// Use notes that a story was made of the item as it is now, or that the story took this version.
func (i *Item) Use(article, by string) fact.Outcome {
	i.State, i.Article, i.Into, i.By, i.Taken = Used, article, "", by, i.mark()
	return fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(i.Edition), Kind: fact.Sorted, ID: i.ID, By: by}}, Acts: i.act(fact.ItemUsed, by)}
}

// UsePost notes that a post of a live coverage was made of the item, or with no post that this is no more. What a story was made of stays its.
func (i *Item) UsePost(coverage, post, by string) fact.Outcome {
	i.Coverage, i.Post = coverage, post
	if post == "" {
		i.Coverage = ""
	}
	if i.Article != "" {
		return fact.Outcome{}
	}
	did := fact.ItemUsed
	if i.State, i.By, i.Into = Used, by, ""; post == "" {
		i.State, i.By, did = New, "", fact.ItemPutBack
	}
	return fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(i.Edition), Kind: fact.Sorted, ID: i.ID, By: by}}, Acts: i.act(did, by)}
}

// act is what the audit log keeps of what became of the item: of the story that was made of it, where there is one.
func (i *Item) act(did fact.Deed, by string) []fact.Act {
	a := fact.Act{Did: did, By: by, About: fact.AboutItem, Subject: i.ID}
	if i.Article != "" {
		a.About, a.Subject = fact.AboutArticle, i.Article
	}
	return []fact.Act{a}
}

// Offers reports whether there is a newer version than the one that its story has.
func (i Item) Offers() bool { return i.Story() == nil && i.Taken != i.mark() }

// Origin gives name and version of the item at its publisher.
func (i Item) Origin() news.Source {
	if i.Content.Source == nil {
		return news.Source{URI: i.URI}
	}
	return *i.Content.Source
}

// Story gives nil when a story was made of the item.
func (i Item) Story() error {
	if i.State != Used || i.Article == "" {
		return fault.New(fault.Conflict, "fault.item_unused", "no story was made of this yet")
	}
	return nil
}

// Query says which items to list, those that arrived last first. Empty fields do not restrict; without a state it is what is new.
type Query struct {
	Editions []string // slugs; nil for all
	Edition  string
	Source   string // id
	State    State
	Articles []string // ids: only what these were made of, in any state
	Text     string   // words that headline, lead, text or name of the sender hold
	After    news.Cursor
	Limit    int // 1 to 100
}

// Items is what of the store items need.
type Items interface {
	// Arrive runs judge on the item of this name in an edition, nil when there is none, and on one of the last days that says the same, nil
	// when there is none; what judge gives is kept. A nil item changes nothing.
	Arrive(ctx context.Context, edition, uri, digest string, judge func(known, twin *Item) (*Item, fact.Outcome, error)) error
	// AmendItem runs change on an item.
	AmendItem(ctx context.Context, once fact.Once, id string, change func(*Item) (fact.Outcome, error)) (Item, error)
	InboxItem(ctx context.Context, id string) (Item, error)
	ListItems(ctx context.Context, q Query) ([]Item, error)
	// Twins gives, by the id of an item, the sources of those folded into it.
	Twins(ctx context.Context, ids []string) (map[string][]string, error)
	// SweepItems takes the words of what arrived from a source before a time and was not used, and forgets names older than a year.
	SweepItems(ctx context.Context, source string, before time.Time) error
}

// Take keeps what a source sent and reports whether it is new to the inbox. It is called for every item of a reading; what is known in this
// version changes nothing. What is older than the days of its source is left.
func (d *Desk) Take(ctx context.Context, s Source, in Item) (fresh bool, err error) {
	now := d.clock.Now()
	if !in.Made.IsZero() && in.Made.Before(now.AddDate(0, 0, -s.KeepDays)) {
		return false, nil
	}
	in.Edition, in.Source, in.At, in.Number, in.State = s.Edition, s.ID, now, 1, New
	if in.Urgency == 0 {
		in.Urgency = s.Urgency
	}
	in.ID = d.ids.New()
	err = d.store.Arrive(ctx, s.Edition, in.URI, in.Digest, func(known, twin *Item) (*Item, fact.Outcome, error) {
		fresh = false
		next := in
		if known != nil {
			if known.State == Gone || !d.supersedes(in, *known) {
				return nil, fact.Outcome{}, nil
			}
			next.ID, next.State, next.Article, next.Number, next.By = known.ID, known.State, known.Article, known.Number+1, known.By
			next.Taken, next.Coverage, next.Post = known.Taken, known.Coverage, known.Post
			if known.State == Folded || known.State == Used && known.Article == "" { // a post does not take what is newer
				next.State = New
			}
		}
		if twin != nil && twin.ID != next.ID && next.State == New {
			next.State, next.Into = Folded, twin.ID
			if twin.State == Folded {
				next.Into = twin.Into
			}
		}
		return &next, d.told(next, known != nil, &fresh), nil
	})
	return fresh, err
}

// told says what the desk hears of an item that arrived.
func (d *Desk) told(i Item, known bool, fresh *bool) fact.Outcome {
	f := fact.Fact{Topic: fact.Desk(i.Edition), Kind: fact.Arrived, ID: i.ID}
	switch i.State {
	case New:
		*fresh = !known
	case Used:
		f.Kind, f.ID, f.Part = fact.Offered, i.Article, i.ID
	default:
		return fact.Outcome{}
	}
	return fact.Outcome{Facts: []fact.Fact{f}}
}

// supersedes reports whether an item must take the place of what is kept of its name: it is newer, its publisher changed what may be done
// with it, or the same sender changed its words without saying so.
func (d *Desk) supersedes(in, known Item) bool {
	switch order := d.newer(in.Origin(), known.Origin()); {
	case order != 0:
		return order > 0
	case in.Status != known.Status:
		return in.Status != "usable"
	}
	return in.Source == known.Source && in.Digest != known.Digest
}

// Offered gives, by the id of each story among ids that was made of an item of which there is a newer version, what its publisher says of
// that: usable, withheld or canceled. It asks nobody's right: who reads a story may know it.
func (d *Desk) Offered(ctx context.Context, ids []string) (map[string]string, error) {
	out := map[string]string{}
	if len(ids) == 0 {
		return out, nil
	}
	found, err := d.store.ListItems(ctx, Query{State: Used, Articles: ids, Limit: len(ids)})
	for _, i := range found {
		if i.Offers() {
			out[i.Article] = cmp.Or(i.Status, "usable")
		}
	}
	return out, err
}

// Inbox lists what came in for the editions that who works in.
func (d *Desk) Inbox(ctx context.Context, who account.Actor, q Query) ([]Item, error) {
	slugs, all := who.Editions(desk...)
	if !all && len(slugs) == 0 {
		return nil, who.Refused()
	}
	if !all {
		q.Editions = slugs
	}
	return d.store.ListItems(ctx, q)
}

// Twins gives, by the id of an item, the sources that sent the same.
func (d *Desk) Twins(ctx context.Context, ids []string) (map[string][]string, error) {
	return d.store.Twins(ctx, ids)
}

// Item reads an item for who works in its edition.
func (d *Desk) Item(ctx context.Context, who account.Actor, id string) (Item, error) {
	i, err := d.store.InboxItem(ctx, id)
	if err == nil && (i.State == Gone || !who.Has(i.Edition, desk...)) {
		return Item{}, hidden(who)
	}
	return i, err
}

// Usable gives an item that who may use, and the source whose files are beside it.
func (d *Desk) Usable(ctx context.Context, who account.Actor, id string) (Item, Source, error) {
	i, err := d.Item(ctx, who, id)
	if err != nil {
		return i, Source{}, err
	}
	if err := mayUse(who, i); err != nil {
		return i, Source{}, err
	}
	s, err := d.store.Source(ctx, i.Source)
	if fault.Is(err, fault.NotFound) {
		s, err = Source{ID: i.Source, Edition: i.Edition}, nil // ended since
	}
	return i, s, err
}

// Dismiss takes an item out of what is new, or with back puts it there again. Of an item that was used it declines the version that is offered.
func (d *Desk) Dismiss(ctx context.Context, who account.Actor, once fact.Once, id string, back bool) (Item, error) {
	return d.store.AmendItem(ctx, once, id, func(i *Item) (fact.Outcome, error) {
		if i.State == Gone || !who.Has(i.Edition, desk...) {
			return fact.Outcome{}, hidden(who)
		}
		if err := mayUse(who, *i); err != nil {
			return fact.Outcome{}, err
		}
		switch {
		case i.Article != "" && back:
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.item_used", "a story was made of this already")
		case i.Article != "":
			i.Taken = i.mark()
			return fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(i.Edition), Kind: fact.Offered, ID: i.Article, Part: i.ID, By: who.ID}}, Acts: i.act(fact.ItemDismissed, who.ID)}, nil
		}
		o := fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(i.Edition), Kind: fact.Sorted, ID: i.ID, By: who.ID}}}
		if back {
			if i.State != New {
				o.Acts = i.act(fact.ItemPutBack, who.ID)
			}
			i.State, i.By = New, ""
		} else {
			i.State, i.By, i.Into = Dismissed, who.ID, ""
			o.Acts = i.act(fact.ItemDismissed, who.ID)
		}
		return o, nil
	})
}

func mayUse(who account.Actor, i Item) error { return who.Must(i.Edition, writers...) }

// hidden is the answer about what somebody may not know of.
func hidden(who account.Actor) error {
	if !who.HasAnywhere(desk...) {
		return who.Refused()
	}
	return missing("item")
}

// Reach begins a reading of a source; NotFound when it is no more.
func (d *Desk) Reach(ctx context.Context, id string) (Source, error) { return d.store.Source(ctx, id) }

// Read ends a reading of a source: how it went, when it is read next, and what is too old.
func (d *Desk) Read(ctx context.Context, id string, result func(*Reading)) error {
	now := d.clock.Now()
	s, err := d.store.AmendSource(ctx, fact.Once{}, id, 0, func(s *Source) (fact.Outcome, error) {
		s.Reading.TriedAt = now
		result(&s.Reading)
		return fact.Outcome{Work: []fact.Work{{Kind: WorkRead, Subject: s.ID, Due: s.Next(now)}},
			Facts: []fact.Fact{{Topic: fact.Desk(s.Edition), Kind: fact.Sourced, ID: s.ID}}}, nil
	})
	if err != nil {
		return err
	}
	return d.store.SweepItems(ctx, id, now.AddDate(0, 0, -s.KeepDays))
}
