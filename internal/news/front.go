package news

import (
	"context"
	"time"

	"dateline/internal/edition"
)

// Placed is a story in a slot of a front.
type Placed struct {
	Slot int
	Item Item
	Pin  *edition.Pin // nil when the slot filled itself
}

// Pinned are the pins of a front that count now, with those of their stories that may be shown.
type Pinned struct {
	Pins  []edition.Pin
	Items map[string]Item // by id
}

// beside is how many slots follow the lead as long as nothing is pinned further down; they come in rows of as many.
const beside = 3

// step is what age weighs as much as one step of urgency.
const step = 8 * time.Hour

// Pinned reads what is pinned on a front at a time. A pinned story that is not published in the front's edition is left out.
func (a Archive) Pinned(ctx context.Context, f edition.Front, now time.Time) (Pinned, error) {
	p := Pinned{Pins: f.At(now)}
	ids := make([]string, len(p.Pins))
	for i, pin := range p.Pins {
		ids[i] = pin.Article
	}
	found, err := a.Items(ctx, ids)
	if err != nil {
		return Pinned{}, err
	}
	p.Items = make(map[string]Item, len(found))
	for _, i := range found {
		if i.Edition == f.Edition && i.Kind != Page {
			p.Items[i.ID] = i
		}
	}
	return p, nil
}

// Arrange fills the slots of a front: what is pinned stands where it is pinned, the others take from latest what is most urgent for its
// age. No story stands twice, and what cannot be shown leaves no gap. A section shows more than a lead once something is pinned there.
func (p Pinned) Arrange(latest []Item, section bool) []Placed {
	bySlot, used := map[int]*edition.Pin{}, map[string]bool{}
	slots := 1 + beside
	if section {
		slots = 1
	}
	for i := range p.Pins {
		pin := &p.Pins[i]
		if _, shown := p.Items[pin.Article]; !shown || used[pin.Article] {
			continue
		}
		bySlot[pin.Slot], used[pin.Article] = pin, true
		for slots <= pin.Slot {
			slots += beside
		}
	}
	var out []Placed
	for slot := range slots {
		if pin := bySlot[slot]; pin != nil {
			out = append(out, Placed{slot, p.Items[pin.Article], pin})
		} else if i := heaviest(latest, used); i >= 0 {
			used[latest[i].ID] = true
			out = append(out, Placed{slot, latest[i], nil})
		}
	}
	return out
}

// heaviest finds the story that is most urgent for its age among those not used, -1 when none is left. Of equals the first counts.
func heaviest(latest []Item, used map[string]bool) int {
	best := -1
	weight := func(i Item) float64 {
		return float64(i.Weight()) - float64(i.FeedAt.UnixMicro())/float64(step.Microseconds())
	}
	for n, i := range latest {
		if !used[i.ID] && (best < 0 || weight(i) < weight(latest[best])) {
			best = n
		}
	}
	return best
}

// Weight is the urgency of a story; one without counts as 5, the middle.
func (c Content) Weight() int {
	if c.Urgency == 0 {
		return 5
	}
	return c.Urgency
}
