// Package claims knows which moderator has which card in hand, so that two do not work on one. It is in memory only, as presence is: nodes tell each
// other, what is lost is said again, and a decision is safe without it, for it names the version it was made on.
package claims

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/moment"
	"dateline/internal/talk"
)

// What is said of claims. None of it is a fact: nothing keeps it.
const (
	Claimed  fact.Kind = "claimed"  // a moderator has a card in hand
	Released fact.Kind = "released" // he has it no more
)

// HeldFor is how long a card is in hand when its moderator does not say it again.
const HeldFor = 45 * time.Second

const most = 2000 // on a whole site; more are not known

// Claim is a card in a moderator's hand.
type Claim struct {
	Kind    fact.Kind `json:"kind"`
	Comment string    `json:"comment"`
	Edition string    `json:"edition"`
	Account string    `json:"account"`
	Name    string    `json:"name"`
	At      time.Time `json:"at"` // since when
	Until   time.Time `json:"until"`
}

// Topic is the desk that hears of the claim.
func (c Claim) Topic() fact.Topic { return fact.Desk(c.Edition) }

// Cards reads a comment for who may decide on it.
type Cards interface {
	Read(ctx context.Context, who account.Actor, id string) (talk.Comment, []talk.Report, error)
}

// Claims are the cards in hand now.
type Claims struct {
	cards Cards
	clock moment.Clock
	say   func(Claim) // to every node, this one included; it may be lost

	mu   sync.Mutex
	held map[string]Claim // by comment
}

// New gives an empty one. What say says has to come back to Hear of every node, this one included, before say returns here.
func New(cards Cards, clock moment.Clock, say func(Claim)) *Claims {
	return &Claims{cards: cards, clock: clock, say: say, held: map[string]Claim{}}
}

// Take gives who a card, unless another has it; the answer is the claim that holds. He has one card in hand: the one before is let go. Errors are
// those of reading the card.
func (c *Claims) Take(ctx context.Context, who account.Actor, comment string) (Claim, error) {
	card, _, err := c.cards.Read(ctx, who, comment)
	if err != nil {
		return Claim{}, err
	}
	now := c.clock.Now()
	mine := Claim{Kind: Claimed, Comment: card.ID, Edition: card.Place.Edition, Account: who.ID, Name: who.Name, At: now, Until: now.Add(HeldFor)}
	var before []Claim
	c.mu.Lock()
	c.sweep(now)
	if held, ok := c.held[card.ID]; ok {
		if held.Account != who.ID {
			c.mu.Unlock()
			return held, nil
		}
		mine.At = held.At
	}
	for _, held := range c.held {
		if held.Account == who.ID && held.Comment != card.ID {
			before = append(before, held)
		}
	}
	c.mu.Unlock()
	for _, held := range before {
		held.Kind = Released
		c.say(held)
	}
	c.say(mine)
	c.mu.Lock()
	defer c.mu.Unlock()
	if held, ok := c.held[card.ID]; ok { // another node may have been first
		return held, nil
	}
	return mine, nil
}

// Release lets go of a card that who has in hand.
func (c *Claims) Release(who account.Actor, comment string) {
	c.mu.Lock()
	held, ok := c.held[comment]
	c.mu.Unlock()
	if ok && held.Account == who.ID {
		held.Kind = Released
		c.say(held)
	}
}

// Of lists the cards in hand whose editions who decides in, oldest first.
func (c *Claims) Of(who account.Actor) []Claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sweep(c.clock.Now())
	out := []Claim{}
	for _, held := range c.held {
		if talk.Moderates(who, held.Edition) {
			out = append(out, held)
		}
	}
	slices.SortFunc(out, earlier)
	return out
}

// Hear takes what was said, here or on another node, and reports whether it changes what is known. Of two claims on one card the earlier
// holds on every node.
func (c *Claims) Hear(data []byte) (Claim, bool) {
	var said Claim
	if json.Unmarshal(data, &said) != nil || said.Comment == "" || said.Account == "" || said.Edition == "" {
		return said, false
	}
	now := c.clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sweep(now)
	held, known := c.held[said.Comment]
	switch said.Kind {
	case Claimed:
		if known && held.Account != said.Account && earlier(held, said) < 0 || !known && len(c.held) >= most {
			return said, false
		}
		if limit := now.Add(HeldFor); said.Until.After(limit) {
			said.Until = limit
		}
		c.held[said.Comment] = said
	case Released:
		if !known || held.Account != said.Account {
			return said, false
		}
		delete(c.held, said.Comment)
	default:
		return said, false
	}
	return said, true
}

func earlier(a, b Claim) int {
	if n := a.At.Compare(b.At); n != 0 {
		return n
	}
	return strings.Compare(a.Account, b.Account)
}

// sweep forgets what was not said again; mu is held.
func (c *Claims) sweep(now time.Time) {
	for comment, held := range c.held {
		if !held.Until.After(now) {
			delete(c.held, comment)
		}
	}
}
