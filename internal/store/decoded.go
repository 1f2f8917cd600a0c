package store

import (
	"encoding/json"
	"fmt"
	"hash/maphash"
	"slices"
	"sync/atomic"

	"dateline/internal/body"
	"dateline/internal/news"
)

// decoded keeps what published cards and bodies decode to: most pages show the newest stories of a section, and a story's page
// reads it twice. A text that is in the database counts, letter by letter, so nothing is served that is not there any more.
// Whoever is given an item shares what its slices hold and does not change it; growing them copies.
type decoded struct {
	cards  [512]atomic.Pointer[decodedCard]
	bodies [32]atomic.Pointer[decodedBody]
}

type decodedCard struct {
	text string
	item news.Item
}

type decodedBody struct {
	text string
	doc  body.Document
}

// keptBody is the longest body that is kept, in bytes.
const keptBody = 32 << 10

var decodedSeed = maphash.MakeSeed()

// scan reads the card and the body of a published item; items of equal cards share what they hold.
func (d *decoded) scan(row scanner) (news.Item, error) {
	var card, doc string
	if err := row.Scan(&card, &doc); err != nil {
		return news.Item{}, missing(err, "article")
	}
	i, err := d.card(card)
	if err == nil && doc != "" {
		i.Body, err = d.body(doc)
	}
	return i, err
}

func (d *decoded) card(text string) (news.Item, error) {
	place := &d.cards[maphash.String(decodedSeed, text)%uint64(len(d.cards))]
	if c := place.Load(); c != nil && c.text == text {
		return c.item, nil
	}
	c := &decodedCard{text: text}
	i := &c.item
	if err := json.Unmarshal([]byte(text), i); err != nil {
		return *i, fmt.Errorf("store: published item: %w", err)
	}
	i.Byline, i.Tags, i.Related, i.Corrections = slices.Clip(i.Byline), slices.Clip(i.Tags), slices.Clip(i.Related), slices.Clip(i.Corrections)
	place.Store(c)
	return *i, nil
}

func (d *decoded) body(text string) (body.Document, error) {
	place := &d.bodies[maphash.String(decodedSeed, text)%uint64(len(d.bodies))]
	if b := place.Load(); b != nil && b.text == text {
		return b.doc, nil
	}
	doc, err := readBody(text)
	if err == nil && len(text) <= keptBody {
		place.Store(&decodedBody{text, doc})
	}
	return doc, err
}

func readBody(text string) (body.Document, error) {
	var doc body.Document
	if err := doc.UnmarshalJSON([]byte(text)); err != nil { // not by json.Unmarshal, which reads it twice more
		return doc, fmt.Errorf("store: published body: %w", err)
	}
	return doc, nil
}
