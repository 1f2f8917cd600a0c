package people

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Ways are the proofs that somebody can give.
type Ways struct {
	Password bool       `json:"password" doc:"A password is set."`
	Code     bool       `json:"code" doc:"Codes of an app are set up."`
	Passkey  *Challenge `json:"passkey,omitempty" doc:"There is a passkey; this asks for it."`
}

// Challenge asks a browser for a passkey.
type Challenge struct {
	Ticket  string `json:"ticket" doc:"To send back with the answer; it counts once, for five minutes."`
	Options any    `json:"options" doc:"What navigator.credentials takes, in the JSON form of Web Authentication."`
}

// Answer is a browser's answer to a challenge.
type Answer struct {
	Ticket     string          `json:"ticket" maxLength:"100" doc:"Of the challenge."`
	Credential json.RawMessage `json:"credential" doc:"The PublicKeyCredential in its JSON form."`
}

// Schema describes the answer, whose credential is an object of the browser's.
func (Answer) Schema(huma.Registry) *huma.Schema {
	most := 100
	s := &huma.Schema{Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"ticket", "credential"}, Properties: map[string]*huma.Schema{
		"ticket":     {Type: huma.TypeString, MaxLength: &most, Description: "Of the challenge."},
		"credential": {Type: huma.TypeObject, AdditionalProperties: true, Description: "The PublicKeyCredential in its JSON form."},
	}}
	s.PrecomputeMessages()
	return s
}

func (a *Answer) answer() account.Answer {
	if a == nil {
		return account.Answer{}
	}
	return account.Answer{Ticket: a.Ticket, Credential: a.Credential}
}

type waysAnswer struct{ Body Ways }

type proofInput struct {
	call.Bare
	Body struct {
		Password string  `json:"password,omitempty" maxLength:"800" doc:"The password,"`
		Code     string  `json:"code,omitempty" maxLength:"64" doc:"or a code of the app, or a recovery code,"`
		Passkey  *Answer `json:"passkey,omitempty" doc:"or the answer of a passkey."`
	}
}

// inBody puts the places of a fault into the body.
func inBody(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid {
		return err
	}
	c := *f
	c.Places = append([]fault.Place{}, f.Places...)
	for i := range c.Places {
		if !strings.HasPrefix(c.Places[i].Location, "body.") {
			c.Places[i].Location = "body." + c.Places[i].Location
		}
	}
	return &c
}

func (d Doors) proofs() {
	s, door, tags := d.server, d.Door, []string{"people"}
	call.Register(s, huma.Operation{OperationID: "ask-proof", Method: http.MethodPost, Path: "/api/v1/me/proof/ways", Summary: "How one can prove who one is", Tags: tags},
		func(ctx context.Context, _ *call.Bare) (*waysAnswer, error) {
			who := call.Who(ctx)
			ways, err := door.WaysOf(ctx, who)
			if err != nil {
				return nil, err
			}
			out := Ways{Password: ways.Password, Code: ways.Code}
			if ways.Passkey {
				c, err := door.AskOwnPasskey(ctx, who.ID)
				if err != nil {
					return nil, err
				}
				out.Passkey = &Challenge{c.Ticket, c.Options}
			}
			return &waysAnswer{out}, nil
		})
	call.Register(s, huma.Operation{OperationID: "prove", Method: http.MethodPost, Path: "/api/v1/me/proof", Summary: "Prove who one is, for the next ten minutes", DefaultStatus: http.StatusNoContent, Tags: tags,
		Description: "Roles, tokens, security settings and factors need it: without, they answer 403 of the type fault.prove. Tokens are not asked."},
		func(ctx context.Context, in *proofInput) (*struct{}, error) {
			who := call.Who(ctx)
			if err := d.tries.Must(who.ID); err != nil {
				return nil, err
			}
			if err := door.Prove(ctx, who, account.Proof{Password: in.Body.Password, Code: in.Body.Code, Passkey: in.Body.Passkey.answer()}); err != nil {
				return nil, inBody(err)
			}
			d.tries.Forgive(who.ID)
			return nil, nil
		})
}
