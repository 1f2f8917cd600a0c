// Package known says what the script of a discussion or a room is told of the one reader who is signed in: the page itself is the same for everybody.
package known

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/page/lang"
	"dateline/internal/talk"
)

// Reader is what a page knows of who reads it, as JSON.
type Reader struct {
	Ignored []string `json:"ignored,omitempty"`
	Told    string   `json:"told,omitempty"` // how much he was told that he has not looked at, in words
	URL     string   `json:"url"`            // where that stands
	*Here
}

// Here is what it knows of him in the discussion or the room that it shows.
type Here struct {
	Own    []Waiting      `json:"own,omitempty"`    // what of his waits
	As     string         `json:"as,omitempty"`     // as whom he writes, in words
	Silent string         `json:"silent,omitempty"` // why he may not write
	Why    *Link          `json:"why,omitempty"`    // where he objects to that
	Write  *Link          `json:"write,omitempty"`  // where the newsroom writes while nobody else does
	Change Link           `json:"change"`           // the address of the form, to which an id is added
	Fresh  map[string]int `json:"fresh,omitempty"`  // seconds for which something public of his may still be changed, by id
	Given  []string       `json:"given,omitempty"`  // ids of what he reacted to
	Lost   string         `json:"lost"`             // what is said when nothing is answered
}

// Link is an address that a script shows, in words.
type Link struct {
	URL   string `json:"url"`
	Words string `json:"words"`
}

// Waiting is a comment that waits, as the script of its author's page shows it.
type Waiting struct {
	ID     string `json:"id"`
	Thread string `json:"thread"` // id of the first comment of its thread; its own when it begins one
	HTML   string `json:"html"`
}

// waitingMost is how much of somebody's own that waits is told, the newest first.
const waitingMost = 5

// Place is where somebody reads.
type Place struct {
	Ground  talk.Ground
	Edition string // slug of the edition whose page it is
	Account string // path of his account there
	Words   *lang.Catalogue
	Past    bool // what is newest there is not before his eyes
}

// In reads what is known of who in a place, and notes that he looked.
func In(ctx context.Context, log *slog.Logger, desk *talk.Desk, pages *page.Renderer, who account.Actor, p Place) (*Here, error) {
	id := p.Ground.ID()
	remark := page.RemarkPath(id)
	out := &Here{Change: Link{remark + "?edit=", p.Words.Say("discussion.edit")}, Lost: p.Words.Say("discussion.lost"), Fresh: map[string]int{}}
	all, err := desk.Own(ctx, who, id, waitingMost, talk.Pending)
	if err != nil {
		return nil, err
	}
	for _, c := range all {
		html, err := pages.Own(p.Edition, c)
		if err != nil {
			return nil, err
		}
		out.Own = append(out.Own, Waiting{c.ID, c.Root, string(html)})
	}
	if all, err = desk.Fresh(ctx, who, id); err != nil {
		return nil, err
	}
	for _, c := range all {
		if left := Changeable(c, desk.Now()); left > 0 {
			out.Fresh[c.ID] = left
		}
	}
	if out.Given, err = desk.Reacted(ctx, who, id); err != nil {
		return nil, err
	}
	if err := out.stand(ctx, desk, pages, who, p); err != nil {
		return nil, err
	}
	if p.Past {
		return out, nil
	}
	if err := desk.Seen(ctx, who, id); err != nil && ctx.Err() == nil {
		log.Warn("site: what was looked at is not noted", "error", err) // what he reads he gets all the same
	}
	return out, nil
}

// stand says as whom who writes in a place, or why he does not.
func (h *Here) stand(ctx context.Context, desk *talk.Desk, pages *page.Renderer, who account.Actor, p Place) error {
	_, gate, refused, err := desk.Gate(ctx, who, p.Ground.Place())
	if err != nil {
		return err
	}
	var silent *fault.Error
	switch errors.As(refused, &silent); {
	case silent == nil && gate != talk.Open && gate != talk.Premoderated:
		h.Write = &Link{page.RemarkPath(p.Ground.ID()), p.Words.Say("discussion.as_newsroom")}
	case silent == nil:
		h.As = p.Words.Say("discussion.as", "name", "\u2068"+who.Name+"\u2069")
	case silent.Kind == fault.Forbidden:
		h.Why = &Link{p.Account, p.Words.Say("appeal.why")}
		h.Silent, err = pages.SayFault(p.Edition, silent)
	}
	return err
}

// Changeable gives for how many seconds from a time its author may still change a comment.
func Changeable(c talk.Comment, now time.Time) int {
	if c.State != talk.Public && c.State != talk.Held {
		return 0
	}
	return max(0, int((talk.EditFor-now.Sub(c.At))/time.Second))
}
