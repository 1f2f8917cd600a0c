package people

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
	"rsc.io/qr"
)

// Factors are what somebody proves himself with.
type Factors struct {
	Password    bool       `json:"password" doc:"Whether a password is set."`
	Passkeys    []Passkey  `json:"passkeys" nullable:"false" doc:"In the order in which they were added."`
	PasskeyHost string     `json:"passkey_host,omitempty" doc:"The host at which the newsroom must be opened to use passkeys; absent where there can be none."`
	Codes       *time.Time `json:"codes,omitempty" doc:"Since when codes of an app are set up; absent: they are not."`
	Recovery    int        `json:"recovery" doc:"How many recovery codes are left."`
	Required    bool       `json:"required" doc:"Whether one of the account's roles needs a passkey or codes."`
}

// Passkey is a passkey without its key.
type Passkey struct {
	ID        string     `json:"id" doc:"For naming and removing it."`
	Name      string     `json:"name" doc:"As its owner calls it."`
	CreatedAt time.Time  `json:"created_at" doc:"When it was added."`
	UsedAt    *time.Time `json:"used_at,omitempty" doc:"When it was last used; absent: never."`
}

func passkey(k account.Passkey) Passkey {
	return Passkey{ID: k.ID, Name: k.Name, CreatedAt: k.CreatedAt, UsedAt: maybe(k.UsedAt)}
}

// Begun is what an app needs to make codes.
type Begun struct {
	Secret string `json:"secret" doc:"To type in, base32."`
	URI    string `json:"uri" doc:"otpauth://, for an app on this device."`
	QR     QR     `json:"qr" doc:"The same as a picture."`
}

// QR is a square of modules, as the path of an SVG.
type QR struct {
	Size int    `json:"size" doc:"Modules a side, without a margin."`
	Path string `json:"path" doc:"Path data of the dark ones."`
}

// Recovery are recovery codes.
type Recovery struct {
	Codes []string `json:"codes" nullable:"false" doc:"Each counts once in place of a code of the app. They are told once."`
}

type (
	factorsAnswer   struct{ Body Factors }
	challengeAnswer struct{ Body Challenge }
	passkeyAnswer   struct{ Body Passkey }
	begunAnswer     struct{ Body Begun }
	recoveryAnswer  struct{ Body Recovery }
)

type passkeyInput struct {
	call.Bare
	Body struct {
		Name    string `json:"name" maxLength:"200" doc:"As its owner calls it."`
		Passkey Answer `json:"passkey" doc:"The browser's answer."`
	}
}

type nameInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Of the passkey."`
	Body struct {
		Name string `json:"name" maxLength:"200" doc:"As its owner calls it."`
	}
}

type passkeyIDInput struct {
	ID string `path:"id" maxLength:"40" doc:"Of the passkey."`
}

type codeInput struct {
	call.Bare
	Body struct {
		Code string `json:"code" maxLength:"64" doc:"What the app shows now."`
	}
}

// draw gives a text as a QR code.
func draw(text string) (QR, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return QR{}, fmt.Errorf("people: qr: %w", err)
	}
	var b strings.Builder
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			from := x
			for x < c.Size && c.Black(x, y) {
				x++
			}
			if x > from {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", from, y, x-from, x-from)
			}
		}
	}
	return QR{c.Size, b.String()}, nil
}

func (d Doors) factors() {
	s, door, tags := d.server, d.Door, []string{"people"}
	call.Register(s, huma.Operation{OperationID: "list-factors", Method: http.MethodGet, Path: "/api/v1/me/factors", Summary: "What one proves oneself with", Tags: tags},
		func(ctx context.Context, _ *struct{}) (*factorsAnswer, error) {
			who := call.Who(ctx)
			a, required, err := door.FactorsOf(ctx, who)
			if err != nil {
				return nil, err
			}
			out := Factors{Password: a.Password != "", Passkeys: []Passkey{}, PasskeyHost: door.PasskeyHost(), Required: required}
			for _, k := range a.Factors.Passkeys {
				out.Passkeys = append(out.Passkeys, passkey(k))
			}
			if c := a.Factors.Codes; c.On() {
				out.Codes, out.Recovery = maybe(c.Since), len(c.Recovery)
			}
			return &factorsAnswer{out}, nil
		})
	call.Register(s, huma.Operation{OperationID: "ask-passkey", Method: http.MethodPost, Path: "/api/v1/me/passkeys/challenge", Summary: "Begin a new passkey", Tags: tags},
		func(ctx context.Context, _ *call.Bare) (*challengeAnswer, error) {
			c, err := door.BeginPasskey(ctx, call.Who(ctx))
			if err != nil {
				return nil, err
			}
			return &challengeAnswer{Challenge{c.Ticket, c.Options}}, nil
		})
	call.Register(s, huma.Operation{OperationID: "add-passkey", Method: http.MethodPost, Path: "/api/v1/me/passkeys", Summary: "Keep a new passkey", DefaultStatus: http.StatusCreated, Tags: tags},
		func(ctx context.Context, in *passkeyInput) (*passkeyAnswer, error) {
			k, err := door.AddPasskey(ctx, call.Who(ctx), in.Body.Name, in.Body.Passkey.answer())
			if err != nil {
				return nil, inBody(err)
			}
			return &passkeyAnswer{passkey(k)}, nil
		})
	call.Register(s, huma.Operation{OperationID: "name-passkey", Method: http.MethodPatch, Path: "/api/v1/me/passkeys/{id}", Summary: "Give a passkey another name", Tags: tags},
		func(ctx context.Context, in *nameInput) (*passkeyAnswer, error) {
			k, err := door.NamePasskey(ctx, call.Who(ctx), in.ID, in.Body.Name)
			if err != nil {
				return nil, err
			}
			return &passkeyAnswer{passkey(k)}, nil
		})
	call.Register(s, huma.Operation{OperationID: "remove-passkey", Method: http.MethodDelete, Path: "/api/v1/me/passkeys/{id}", Summary: "Remove a passkey", DefaultStatus: http.StatusNoContent, Tags: tags},
		func(ctx context.Context, in *passkeyIDInput) (*struct{}, error) {
			return nil, door.DropPasskey(ctx, call.Who(ctx), in.ID)
		})
	d.codes()
}

func (d Doors) codes() {
	s, door, tags := d.server, d.Door, []string{"people"}
	call.Register(s, huma.Operation{OperationID: "begin-codes", Method: http.MethodPost, Path: "/api/v1/me/codes", Summary: "Begin codes of an app (RFC 6238)", Tags: tags,
		Description: "They count from the first code that is sent to …/confirm."},
		func(ctx context.Context, _ *call.Bare) (*begunAnswer, error) {
			b, err := door.BeginCodes(ctx, call.Who(ctx))
			if err != nil {
				return nil, err
			}
			picture, err := draw(b.URI)
			if err != nil {
				return nil, err
			}
			return &begunAnswer{Begun{b.Secret, b.URI, picture}}, nil
		})
	call.Register(s, huma.Operation{OperationID: "confirm-codes", Method: http.MethodPost, Path: "/api/v1/me/codes/confirm", Summary: "Turn codes on with the first of them", Tags: tags,
		Description: "The other sessions of the account end. Answers with the recovery codes."},
		func(ctx context.Context, in *codeInput) (*recoveryAnswer, error) {
			who := call.Who(ctx)
			if err := d.tries.Must(who.ID); err != nil {
				return nil, err
			}
			codes, err := door.ConfirmCodes(ctx, who, in.Body.Code)
			if err != nil {
				return nil, inBody(err)
			}
			d.tries.Forgive(who.ID)
			return &recoveryAnswer{Recovery{codes}}, nil
		})
	call.Register(s, huma.Operation{OperationID: "remove-codes", Method: http.MethodDelete, Path: "/api/v1/me/codes", Summary: "Turn codes off", DefaultStatus: http.StatusNoContent, Tags: tags,
		Metadata: map[string]any{call.Also: []int{http.StatusNotFound}}},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			return nil, door.DropCodes(ctx, call.Who(ctx))
		})
	call.Register(s, huma.Operation{OperationID: "new-recovery", Method: http.MethodPost, Path: "/api/v1/me/codes/recovery", Summary: "Make new recovery codes; earlier ones count no more", Tags: tags},
		func(ctx context.Context, _ *call.Bare) (*recoveryAnswer, error) {
			codes, err := door.NewRecovery(ctx, call.Who(ctx))
			if err != nil {
				return nil, err
			}
			return &recoveryAnswer{Recovery{codes}}, nil
		})
}
