package people

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Person is an account as those see it who run the newsroom.
type Person struct {
	ID          string     `json:"id" doc:"Of the account."`
	Email       string     `json:"email" doc:"For signing in."`
	Name        string     `json:"name" doc:"As colleagues and readers see it."`
	Language    string     `json:"language,omitempty" doc:"Of the interface, BCP 47; absent: the browser's."`
	Grants      []Grant    `json:"grants" nullable:"false" doc:"What the account may do."`
	CreatedAt   time.Time  `json:"created_at" doc:"When it was made."`
	SeenAt      *time.Time `json:"seen_at,omitempty" doc:"When a session was last used, within the hour; absent: never."`
	SuspendedAt *time.Time `json:"suspended_at,omitempty" doc:"Since when it is suspended; absent: it is not."`
	Password    bool       `json:"password" doc:"Whether a password is set."`
	Passkeys    int        `json:"passkeys" doc:"How many passkeys there are."`
	Codes       bool       `json:"codes" doc:"Whether codes of an app are set up."`
}

func grants(in []account.Grant) []Grant {
	out := make([]Grant, len(in))
	for i, g := range in {
		out[i] = Grant{string(g.Role), g.Edition}
	}
	return out
}

func granted(in []Grant) []account.Grant {
	out := make([]account.Grant, len(in))
	for i, g := range in {
		out[i] = account.Grant{Role: account.Role(g.Role), Edition: g.Edition}
	}
	return out
}

func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func person(p account.Person) Person {
	return Person{ID: p.ID, Email: p.Email, Name: p.Name, Language: p.Language, Grants: grants(p.Grants), CreatedAt: p.CreatedAt, SeenAt: maybe(p.SeenAt),
		SuspendedAt: maybe(p.SuspendedAt), Password: p.Password != "", Passkeys: len(p.Factors.Passkeys), Codes: p.Factors.Codes.On()}
}

type personAnswer struct {
	ETag string `header:"ETag"`
	Body Person
}

func (d Doors) answer(ctx context.Context, id string) (*personAnswer, error) {
	p, err := d.Door.Person(ctx, call.Who(ctx), id)
	if err != nil {
		return nil, err
	}
	return &personAnswer{call.Tag(p.Version), person(p)}, nil
}

// SignInLink is a one-time address to sign in by.
type SignInLink struct {
	URL       string    `json:"url" doc:"Opens one session; hand it over yourself, it is told once."`
	ExpiresAt time.Time `json:"expires_at" doc:"When it ends, if it is not used."`
}

// Invited is a new account.
type Invited struct {
	Person
	Link *SignInLink `json:"link,omitempty" doc:"To sign in by. It is told once: absent when the request is repeated."`
}

type invitedAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     Invited
}

type inviteInput struct {
	call.Key
	Body struct {
		Email  string  `json:"email" maxLength:"254" doc:"For signing in."`
		Name   string  `json:"name" maxLength:"200" doc:"As colleagues and readers see it."`
		Grants []Grant `json:"grants" nullable:"false" maxItems:"50" doc:"At least one role in the newsroom."`
	}
}

type changeInput struct {
	call.MayMatch
	ID   string `path:"id" maxLength:"40" doc:"Of the account."`
	Body struct {
		Name      *string  `json:"name,omitempty" doc:"As colleagues and readers see it, at most 200 bytes."`
		Grants    *[]Grant `json:"grants,omitempty" maxItems:"50" doc:"All roles from now on."`
		Suspended *bool    `json:"suspended,omitempty" doc:"A suspended account cannot sign in and its tokens do nothing."`
	}
}

type idInput struct {
	ID string `path:"id" maxLength:"40" doc:"Of the account."`
}

type postInput struct {
	call.Bare
	ID string `path:"id" maxLength:"40" doc:"Of the account."`
}

type linkAnswer struct{ Body SignInLink }

type peopleAnswer struct{ Body call.List[Person] }

func (d Doors) link(secret string) string {
	return d.server.Addresses().Base + "/newsroom/sign-in/" + secret
}

// newest shows the newer state of a Stale fault as the API shows it.
func newest(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Stale {
		return err
	}
	c := *f
	if a, ok := f.Current.(account.Account); ok {
		c.Current = person(account.Person{Account: a})
	}
	return &c
}

func (d Doors) accounts() {
	s, door, tags := d.server, d.Door, []string{"people"}
	call.Register(s, huma.Operation{OperationID: "list-accounts", Method: http.MethodGet, Path: "/api/v1/accounts", Summary: "Who works or worked in the newsroom, by name", Tags: tags},
		func(ctx context.Context, in *call.Whole) (*peopleAnswer, error) {
			all, err := door.People(ctx, call.Who(ctx))
			if err != nil {
				return nil, err
			}
			list := make([]Person, len(all))
			for i, p := range all {
				list[i] = person(p)
			}
			page, err := call.Cut(*in, list, func(p Person) string { return p.ID })
			if err != nil {
				return nil, err
			}
			return &peopleAnswer{page}, nil
		})
	call.Register(s, huma.Operation{OperationID: "create-account", Method: http.MethodPost, Path: "/api/v1/accounts", Summary: "Invite somebody", DefaultStatus: http.StatusCreated, Tags: tags,
		Description: "Makes an account and a one-time link to sign in by. The link is in the first answer only."},
		func(ctx context.Context, in *inviteInput) (*invitedAnswer, error) {
			a, secret, err := door.Invite(ctx, call.Who(ctx), in.Once(ctx), in.Body.Email, in.Body.Name, granted(in.Body.Grants))
			if err != nil {
				return nil, err
			}
			out := Invited{Person: person(account.Person{Account: a})}
			if secret != "" {
				out.Link = &SignInLink{d.link(secret), a.CreatedAt.Add(account.LinkLife)}
			}
			return &invitedAnswer{call.Tag(1), "/api/v1/accounts/" + a.ID, out}, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-account", Method: http.MethodGet, Path: "/api/v1/accounts/{id}", Summary: "One account", Tags: tags},
		func(ctx context.Context, in *idInput) (*personAnswer, error) { return d.answer(ctx, in.ID) })
	call.Register(s, huma.Operation{OperationID: "change-account", Method: http.MethodPatch, Path: "/api/v1/accounts/{id}", Summary: "Change a name, roles, or whether the account is suspended", Tags: tags},
		func(ctx context.Context, in *changeInput) (*personAnswer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			p := account.PersonPatch{Name: in.Body.Name, Suspended: in.Body.Suspended}
			if in.Body.Grants != nil {
				all := granted(*in.Body.Grants)
				p.Grants = &all
			}
			if _, err := door.ChangePerson(ctx, call.Who(ctx), in.ID, version, p); err != nil {
				return nil, newest(err)
			}
			return d.answer(ctx, in.ID)
		})
	call.Register(s, huma.Operation{OperationID: "link-account", Method: http.MethodPost, Path: "/api/v1/accounts/{id}/link", Summary: "Make a new one-time link to sign in by", Tags: tags,
		Description: "Earlier links of the account end. A link asks for a second factor like a password does."},
		func(ctx context.Context, in *postInput) (*linkAnswer, error) {
			secret, until, err := door.NewLink(ctx, call.Who(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &linkAnswer{SignInLink{d.link(secret), until}}, nil
		})
	call.Register(s, huma.Operation{OperationID: "sign-out-account", Method: http.MethodPost, Path: "/api/v1/accounts/{id}/sign-out", Summary: "End every session, link and token of somebody", DefaultStatus: http.StatusNoContent, Tags: tags},
		func(ctx context.Context, in *postInput) (*struct{}, error) {
			return nil, door.SignOutPerson(ctx, call.Who(ctx), in.ID)
		})
	call.Register(s, huma.Operation{OperationID: "forget-factors", Method: http.MethodDelete, Path: "/api/v1/accounts/{id}/factors", Summary: "Remove the passkeys and codes of somebody who lost them", DefaultStatus: http.StatusNoContent, Tags: tags,
		Description: "His sessions end. No token may do this."},
		func(ctx context.Context, in *idInput) (*struct{}, error) {
			return nil, door.ForgetFactors(ctx, call.Who(ctx), in.ID)
		})
}
