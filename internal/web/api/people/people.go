// Package people is /api/v1/me and /api/v1/colleagues: who is signed in and what is his own, and who else works here.
package people

import (
	"context"
	"net/http"

	"dateline/internal/account"
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
}

func me(a account.Account) Me {
	m := Me{ID: a.ID, Email: a.Email, Name: a.Name, Language: a.Language, Grants: []Grant{}}
	for _, g := range a.Grants {
		m.Grants = append(m.Grants, Grant{string(g.Role), g.Edition})
	}
	return m
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

// Register adds the operations.
func Register(s *call.Server, d *account.Door) {
	registerColleagues(s, d)
	call.Register(s, huma.Operation{OperationID: "read-me", Method: http.MethodGet, Path: "/api/v1/me", Summary: "Who calls", Tags: []string{"people"}},
		func(ctx context.Context, _ *struct{}) (*meAnswer, error) {
			a, err := d.Account(ctx, call.Who(ctx).ID)
			if err != nil {
				return nil, err
			}
			return &meAnswer{me(a)}, nil
		})
	call.Register(s, huma.Operation{OperationID: "change-me", Method: http.MethodPatch, Path: "/api/v1/me", Summary: "Change one's own name or language", Tags: []string{"people"}},
		func(ctx context.Context, in *meInput) (*meAnswer, error) {
			a, err := d.Change(ctx, call.Who(ctx).ID, in.Body.Name, in.Body.Language.Pointer())
			if err != nil {
				return nil, err
			}
			return &meAnswer{me(a)}, nil
		})
}
