// Package decoded keeps what published cards and bodies decode to: most pages show the newest stories of a section, and a story's page
// reads it twice. A text that is in the database counts, letter by letter, so nothing is served that is not there any more.
// Whoever is given an item shares what its slices hold and does not change it; growing them copies.
package decoded

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"sync/atomic"

	"dateline/internal/body"
	"dateline/internal/news"
)

// Items holds the latest of them; the zero Items is ready.
type Items struct {
	cards  [64][8]atomic.Pointer[keptCard] // some in each place, so that few of those that are asked for in turns drive each other out
	bodies [32]atomic.Pointer[keptDoc]
}

type keptCard struct {
	text string
	item news.Item
}

type keptDoc struct {
	text string
	doc  body.Document
}

// keptBody is the longest body that is kept, in bytes.
const keptBody = 32 << 10

var seed = maphash.MakeSeed()

// Read gives the item of a card, with its body unless doc is empty; items of equal cards share what they hold.
func (d *Items) Read(card, doc string) (news.Item, error) {
	i, err := d.card(card)
	if err == nil && doc != "" {
		i.Body, err = d.body(doc)
	}
	return i, err
}

func (d *Items) card(text string) (news.Item, error) {
	places := &d.cards[maphash.String(seed, text)%uint64(len(d.cards))]
	for n := range places {
		if c := places[n].Load(); c != nil && c.text == text {
			return c.item, nil
		}
	}
	c := &keptCard{text: text}
	i := &c.item
	if err := json.Unmarshal([]byte(text), i); err != nil {
		return *i, fmt.Errorf("store: published item: %w", err)
	}
	i.Byline, i.Tags, i.Related, i.Corrections = slices.Clip(i.Byline), slices.Clip(i.Tags), slices.Clip(i.Related), slices.Clip(i.Corrections)
	for n := range places { // the oldest goes
		c = places[n].Swap(c)
	}
	return *i, nil
}

func (d *Items) body(text string) (body.Document, error) {
	place := &d.bodies[maphash.String(seed, text)%uint64(len(d.bodies))]
	if b := place.Load(); b != nil && b.text == text {
		return b.doc, nil
	}
	doc, err := Body(text)
	if err == nil && len(text) <= keptBody {
		place.Store(&keptDoc{text, doc})
	}
	return doc, err
}

// Body reads a body.
func Body(text string) (body.Document, error) {
	var doc body.Document
	if err := doc.UnmarshalJSON([]byte(text)); err != nil { // not by json.Unmarshal, which reads it twice more
		return doc, fmt.Errorf("store: published body: %w", err)
	}
	return doc, nil
}
