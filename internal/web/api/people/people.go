// Package people is who calls and what is his own (me, tokens), who else works here (colleagues, accounts), which roles need what
// (security), and who did what (audit).
//
// It promises: secrets, links and recovery codes are told once, in the answer to the request that made them; who may do what the
// account room decides.
package people

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/account"
	"dateline/internal/moment"
	"dateline/internal/web"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Grant is a role, in one edition or in all.
type Grant struct {
	Role    string `json:"role" doc:"admin, editor, reporter, picture-editor, moderator, audience or reader."`
	Edition string `json:"edition,omitempty" doc:"Slug; absent: in every edition."`
}

// Me is whoever calls.
type Me struct {
	ID       string  `json:"id" doc:"Of the account."`
	Email    string  `json:"email" doc:"For signing in."`
	Name     string  `json:"name" doc:"As colleagues and readers see it."`
	Language string  `json:"language,omitempty" doc:"Of the interface, BCP 47; absent: the browser's."`
	Grants   []Grant `json:"grants" nullable:"false" doc:"What the account may do."`
	Enrol    bool    `json:"enrol,omitempty" doc:"A role needs a passkey or codes, and there is none: nothing else can be done before."`
	Keyless  bool    `json:"keyless,omitempty" doc:"The account has neither a password nor a passkey: it comes in by links only."`
}

func me(a account.Account, who account.Actor) Me {
	return Me{ID: a.ID, Email: a.Email, Name: a.Name, Language: a.Language, Grants: grants(a.Grants), Enrol: who.Enrol,
		Keyless: a.Password == "" && len(a.Factors.Passkeys) == 0}
}

type meAnswer struct {
	Body Me
}

type meInput struct {
	Body struct {
		Name     *string               `json:"name,omitempty" doc:"As colleagues and readers see it, at most 200 bytes."`
		Language call.Optional[string] `json:"language,omitempty" doc:"Of the interface: a language whose words are complete, null for the browser's."`
	}
}

// Doors are what people go through.
type Doors struct {
	Door      *account.Door
	Clock     moment.Clock
	Names     func(ctx context.Context, accounts []string) (map[string]string, error)
	Headlines func(ctx context.Context, articles []string) (map[string]string, error)
	Arrived   func(ctx context.Context, items []string) (map[string]string, error) // headlines of items of the inbox

	server *call.Server
	tries  *web.Limiter // by account: passwords and codes of who is signed in, whose session may be somebody else's
}

// How often somebody who is signed in may try a password or a code: ten times, then each half a minute.
const (
	triesEvery = 30 * time.Second
	triesBurst = 10
)

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	d.server, d.tries = s, web.NewLimiter(d.Clock, triesEvery, triesBurst, 0)
	d.me()
	d.colleagues()
	d.accounts()
	d.tokens()
	d.sessions()
	d.factors()
	d.audit()
}

func (d Doors) me() {
	s, door := d.server, d.Door
	call.Register(s, huma.Operation{OperationID: "read-me", Method: http.MethodGet, Path: "/api/v1/me", Summary: "Who calls", Tags: []string{"people"}},
		func(ctx context.Context, _ *struct{}) (*meAnswer, error) {
			who := call.Who(ctx)
			a, err := door.Account(ctx, who.ID)
			if err != nil {
				return nil, err
			}
			return &meAnswer{me(a, who)}, nil
		})
	call.Register(s, huma.Operation{OperationID: "change-me", Method: http.MethodPatch, Path: "/api/v1/me", Summary: "Change one's own name or language", Tags: []string{"people"}},
		func(ctx context.Context, in *meInput) (*meAnswer, error) {
			who := call.Who(ctx)
			a, err := door.Change(ctx, who.ID, in.Body.Name, in.Body.Language.Pointer())
			if err != nil {
				return nil, err
			}
			return &meAnswer{me(a, who)}, nil
		})
}
