package media

import (
	"context"
	"time"

	"dateline/internal/account"
)

// Soon is how long before its end the desk is told that the rights to a picture end.
const Soon = 14 * 24 * time.Hour

// Rights narrows a list of pictures by their rights.
type Rights string

// The rights that one looks for: those that are over, and those that are over Soon.
const (
	Over   Rights = "over"
	Ending Rights = "soon"
)

// Query says which pictures of the desk to list, newest first. Empty fields do not restrict, but killed pictures are listed only when
// they are asked for, and then alone.
type Query struct {
	Text        string // words of caption, credit, source, creator, copyright, place, in whatever form they are inflected
	Kind        Kind
	Rights      Rights
	Uncredited  bool
	Undescribed bool // no alternative text
	Killed      bool
	Used        *bool  // in a story, published or in hand
	After       string // id
	Limit       int    // 1 to 100
}

// Shelf is a Query with the times that its rights stand for: pictures whose rights end after EndsAfter and not after EndsBefore, any when that is zero.
type Shelf struct {
	Query
	EndsAfter, EndsBefore time.Time
}

// List lists pictures for who works with pictures.
func (l *Library) List(ctx context.Context, who account.Actor, q Query) ([]Picture, error) {
	if !who.HasAnywhere(uploaders...) {
		return nil, who.Refused()
	}
	s := Shelf{Query: q}
	switch now := l.clock.Now(); q.Rights {
	case Over:
		s.EndsBefore = now
	case Ending:
		s.EndsAfter, s.EndsBefore = now, now.Add(Soon)
	}
	return l.store.ListPictures(ctx, s)
}

// EndsSoon reports whether the rights to the picture are still there and end within Soon.
func (p Picture) EndsSoon(now time.Time) bool {
	return p.ExpiresAt.After(now) && !p.ExpiresAt.After(now.Add(Soon))
}
