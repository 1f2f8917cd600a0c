package talk

import (
	"context"
	"time"

	"dateline/internal/fault"
)

// How long the same words of one author in one place are one comment that was sent again. In a room people say the same twice.
const (
	twiceWithin     = time.Minute
	chatTwiceWithin = 10 * time.Second
)

// twice says that a comment was sent before, and is there.
type twice struct{ first Comment }

func (*twice) Error() string { return "talk: sent before" }

// once gives twice when the author of a comment said the same in the same place, in answer to the same, a moment ago.
func once(ctx context.Context, r Room, c Comment, recent []Recent) error {
	within, same := twiceWithin, c.Same()
	if c.Place.Chat != "" {
		within = chatTwiceWithin
	}
	for _, one := range recent {
		if c.At.Sub(one.At) >= within || one.Same != same {
			continue
		}
		first, err := r.Comment(ctx, one.ID)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if first.Place.ID == c.Place.ID && first.Parent == c.Parent && first.Text == c.Text {
			return &twice{first}
		}
	}
	return nil
}
