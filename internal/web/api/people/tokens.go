package people

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/account"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Token is an API token without its secret.
type Token struct {
	ID        string     `json:"id" doc:"For revoking."`
	Name      string     `json:"name" doc:"What it is for."`
	Account   string     `json:"account" doc:"Id of whose it is."`
	Owner     string     `json:"owner" doc:"Name of whose it is."`
	CreatedAt time.Time  `json:"created_at" doc:"When it was made."`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"When it ends; absent: never."`
}

// Minted is a new token.
type Minted struct {
	Token
	Secret string `json:"token,omitempty" doc:"The token itself. It is told once: absent when the request is repeated."`
}

type tokensInput struct {
	call.Whole
	All bool `query:"all" doc:"Those of everybody; for administrators."`
}

type tokensAnswer struct{ Body call.List[Token] }

type mintInput struct {
	call.Key
	Body struct {
		Name string `json:"name" maxLength:"200" doc:"What it is for."`
		Days int    `json:"days,omitempty" minimum:"1" maximum:"3650" doc:"How long it lives; absent: for ever."`
	}
}

type mintedAnswer struct {
	Location string `header:"Location"`
	Body     Minted
}

type tokenInput struct {
	ID string `path:"id" maxLength:"40" doc:"Of the token."`
}

func token(s account.Secret, owner string) Token {
	return Token{ID: s.ID, Name: s.Name, Account: s.Account, Owner: owner, CreatedAt: s.CreatedAt, ExpiresAt: maybe(s.ExpiresAt)}
}

func (d Doors) tokens() {
	s, door, tags := d.server, d.Door, []string{"people"}
	call.Register(s, huma.Operation{OperationID: "list-tokens", Method: http.MethodGet, Path: "/api/v1/tokens", Summary: "One's own API tokens, newest first", Tags: tags},
		func(ctx context.Context, in *tokensInput) (*tokensAnswer, error) {
			all, err := door.TokensOf(ctx, call.Who(ctx), in.All)
			if err != nil {
				return nil, err
			}
			page, err := call.Cut(in.Whole, all, func(s account.Secret) string { return s.ID })
			if err != nil {
				return nil, err
			}
			var ids []string
			for _, t := range page.Items {
				ids = append(ids, t.Account)
			}
			names, err := d.Names(ctx, ids)
			if err != nil {
				return nil, err
			}
			out := call.List[Token]{Items: []Token{}, Next: page.Next}
			for _, t := range page.Items {
				out.Items = append(out.Items, token(t, names[t.Account]))
			}
			return &tokensAnswer{out}, nil
		})
	call.Register(s, huma.Operation{OperationID: "create-token", Method: http.MethodPost, Path: "/api/v1/tokens", Summary: "Make an API token for oneself", DefaultStatus: http.StatusCreated, Tags: tags,
		Description: "It may do what its owner may, except make tokens and change passwords, passkeys and codes. No token may make one."},
		func(ctx context.Context, in *mintInput) (*mintedAnswer, error) {
			who := call.Who(ctx)
			kept, secret, err := door.Mint(ctx, who, in.Once(ctx), in.Body.Name, time.Duration(in.Body.Days)*24*time.Hour)
			if err != nil {
				return nil, err
			}
			return &mintedAnswer{"/api/v1/tokens/" + kept.ID, Minted{token(kept, who.Name), secret}}, nil
		})
	call.Register(s, huma.Operation{OperationID: "revoke-token", Method: http.MethodDelete, Path: "/api/v1/tokens/{id}", Summary: "End an API token", DefaultStatus: http.StatusNoContent, Tags: tags},
		func(ctx context.Context, in *tokenInput) (*struct{}, error) {
			return nil, door.RevokeToken(ctx, call.Who(ctx), in.ID)
		})
}
