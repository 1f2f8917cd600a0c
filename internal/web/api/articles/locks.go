package articles

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Lock says who has a story in hand.
type Lock struct {
	ID      string    `json:"id" doc:"A new one whenever the holder changes; what take_over names."`
	Tab     string    `json:"tab" doc:"The window that holds it, as it named itself."`
	Account string    `json:"account" doc:"Id of the account that holds it."`
	Name    string    `json:"name" doc:"Of the account."`
	Since   time.Time `json:"since" doc:"When this holder came."`
	Until   time.Time `json:"until" doc:"The lease ends then unless it is renewed."`
	Mine    bool      `json:"mine" doc:"The caller's account holds it, in this tab or another."`
}

func lockOf(l news.Lock, who account.Actor) Lock {
	return Lock{ID: l.ID, Tab: l.Tab, Account: l.Account, Name: l.Name, Since: l.Since, Until: l.Until, Mine: l.Account == who.ID}
}

// holder shows the lock of a Conflict as the API shows locks.
func holder(err error, who account.Actor) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Conflict {
		if l, ok := f.Current.(news.Lock); ok {
			c := *f
			c.Current = lockOf(l, who)
			return &c
		}
	}
	return err
}

type lockAnswer struct {
	CacheControl string `header:"Cache-Control"`
	Body         struct {
		Lock *Lock `json:"lock,omitempty" doc:"Absent when nobody has the story in hand."`
	}
}

type takeInput struct {
	call.Key
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body struct {
		Tab      string `json:"tab" doc:"Name of the window: 1 to 64 letters, digits, - or _, the same as long as the window is open."`
		TakeOver string `json:"take_over,omitempty" maxLength:"40" doc:"Id of the lock that is to change hands."`
	}
}

type takeAnswer struct{ Body Lock }

type letGoInput struct {
	ID  string `path:"id" maxLength:"40" doc:"Of the article."`
	Tab string `query:"tab" required:"true" maxLength:"64" doc:"The window that lets go."`
}

func (d Doors) registerLocks(s *call.Server, path string) {
	path += "/{id}/lock"
	call.Register(s, huma.Operation{OperationID: "read-lock", Method: http.MethodGet, Path: path, Summary: "Who has a story in hand", Tags: []string{"articles"}},
		func(ctx context.Context, in *oneInput) (*lockAnswer, error) {
			who := call.Who(ctx)
			l, held, err := d.Desk.Lock(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			out := &lockAnswer{CacheControl: "no-store"}
			if held {
				shown := lockOf(l, who)
				out.Body.Lock = &shown
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "take-lock", Method: http.MethodPost, Path: path, Summary: "Take, renew or take over a story", Tags: []string{"articles"}, DefaultStatus: http.StatusOK,
		Description: "A lock that is free, whose lease ran out, or that this tab holds is taken or renewed for 45 seconds. One that another tab holds is 409 with the lock as current, unless take_over names it: " +
			"then it changes hands, and of many who name it one wins. A lock is advice to people: what decides between two saves is If-Match."},
		func(ctx context.Context, in *takeInput) (*takeAnswer, error) {
			who := call.Who(ctx)
			l, err := d.Desk.TakeLock(ctx, news.Act{Who: who, Once: in.Once(ctx)}, in.ID, in.Body.Tab, in.Body.TakeOver)
			if err != nil {
				return nil, holder(err, who)
			}
			return &takeAnswer{lockOf(l, who)}, nil
		})
	call.Register(s, huma.Operation{OperationID: "let-go-lock", Method: http.MethodDelete, Path: path, Summary: "Let a story go", Tags: []string{"articles"}, DefaultStatus: http.StatusNoContent,
		Description: "Ends the lock when this tab holds it; otherwise nothing happens."},
		func(ctx context.Context, in *letGoInput) (*struct{}, error) {
			return nil, d.Desk.LetGo(ctx, call.Who(ctx), in.ID, in.Tab)
		})
}
