package relay

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/page"
)

// Letters is where letters wait to be sent.
type Letters interface {
	// Letter reads one; NotFound when it was sent already.
	Letter(ctx context.Context, id string) (fact.Letter, error)
	DropLetter(ctx context.Context, id string) error
}

// Post sends letters: at least once each, under one Message-ID. A letter that the mail server refuses is not tried again; one that cannot
// be sent now is, after growing pauses, until its time is over. No address is in the log.
type Post struct {
	Letters Letters
	// Render puts a letter into words, and says whom it is to when it names nobody. NotFound: there is nothing left to tell, or nobody to tell it to.
	Render func(ctx context.Context, l *fact.Letter) (page.Mail, error)
	Send   func(ctx context.Context, l fact.Letter, m page.Mail) error // nil: the site sends no mail
	Clock  moment.Clock
	Log    *slog.Logger
}

// refused is what Send answers when the server will never take the letter.
type refused struct{ code int }

func (r refused) Error() string { return fmt.Sprintf("the mail server refused with %d", r.code) }

// Do sends the letter of a piece of work.
func (p *Post) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	if w.Kind != fact.WorkLetter {
		return false, nil
	}
	l, err := p.Letters.Letter(ctx, w.Subject)
	if fault.Is(err, fault.NotFound) {
		return true, nil
	}
	if err != nil {
		return true, err
	}
	gone := func(why string, args ...any) (bool, error) {
		p.Log.Warn("relay: a letter was not sent", append([]any{"letter", l.ID, "kind", string(l.Kind), "why", why}, args...)...)
		return true, p.Letters.DropLetter(ctx, l.ID)
	}
	if p.Clock.Now().After(l.Until) {
		return gone("its time is over", "tries", w.Tries-1)
	}
	if p.Send == nil {
		return gone("this site sends no mail")
	}
	m, err := p.Render(ctx, &l)
	if fault.Is(err, fault.NotFound) {
		return true, p.Letters.DropLetter(ctx, l.ID)
	}
	if err != nil {
		return true, err
	}
	err = p.Send(ctx, l, m)
	var no refused
	if errors.As(err, &no) {
		return gone("refused", "status", no.code)
	}
	if err != nil {
		e := fault.New(fault.Unavailable, "fault.unavailable", "the mail server does not take it now").Because(err)
		e.After = pause(w.Tries)
		return true, e
	}
	return true, p.Letters.DropLetter(ctx, l.ID)
}

// pause is how long a letter waits after its tries so far: a few seconds first, for who waits for it, at most an hour.
func pause(tries int) time.Duration {
	const first, most = 5 * time.Second, time.Hour
	if tries > 12 {
		return most
	}
	return min(most, first<<max(tries-1, 0))
}
