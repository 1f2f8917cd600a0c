package moderation

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/talk/learned"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Advice is how an edition's advisers stand.
type Advice struct {
	Approved     int        `json:"approved" doc:"Comments that moderators approved and of whose words was learned, the latest 2,000."`
	Rejected     int        `json:"rejected" doc:"The same of those that they rejected for their words."`
	Enough       int        `json:"enough" doc:"So many of each are needed before any comment waits for what was learned."`
	Secret       bool       `json:"secret" doc:"There is a secret with which questions to the service are signed."`
	AnsweredAt   *time.Time `json:"answered_at,omitempty" doc:"When the service answered last, to this node, since that was started."`
	FailingSince *time.Time `json:"failing_since,omitempty" doc:"It has not answered since."`
	Failure      string     `json:"failure,omitempty" enum:"late,unreachable,forbidden,redirected,status,answer,busy" doc:"Why it did not: not within two seconds; no connection; an address that may not be connected to; a redirect; another status than 200 or 204; an answer that is not as described or too large; too many questions at once."`
}

// Trial is what a service said to a question of nobody.
type Trial struct {
	Hold    bool   `json:"hold" doc:"It would have a comment wait."`
	Reason  string `json:"reason,omitempty" doc:"In its words."`
	Failure string `json:"failure,omitempty" enum:"late,unreachable,forbidden,redirected,status,answer,busy" doc:"Why it did not answer."`
	Took    int64  `json:"took" doc:"Milliseconds."`
}

func (d Doors) registerAdvice(s *call.Server, tags []string) {
	there := func(ctx context.Context, slug string) (language string, err error) {
		e, ok := s.Addresses().Edition(slug)
		if !ok {
			if who := call.Who(ctx); !who.HasAnywhere(account.Admin, account.Editor, account.Moderator) {
				return "", who.Refused()
			}
			return "", fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
		}
		return e.Language, nil
	}
	const path = "/api/v1/editions/{slug}/discussion"
	call.Register(s, huma.Operation{OperationID: "read-discussion-advice", Method: http.MethodGet, Path: path + "/advice", Summary: "Read how those stand who advise on an edition's comments", Tags: tags},
		func(ctx context.Context, in *struct {
			Slug string `path:"slug" maxLength:"60" doc:"Of the edition."`
		}) (*struct{ Body Advice }, error) {
			if _, err := there(ctx, in.Slug); err != nil {
				return nil, err
			}
			a, err := d.Desk.Advice(ctx, call.Who(ctx), in.Slug)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Advice }{Advice{a.Approved, a.Rejected, learned.Enough, a.Secret, when(a.Health.AnsweredAt), when(a.Health.FailingSince), string(a.Health.Failure)}}, nil
		})
	call.Register(s, huma.Operation{OperationID: "make-discussion-secret", Method: http.MethodPost, Path: path + "/secret", Summary: "Make a secret that signs what a service is asked", Tags: tags,
		Description: "It is told in this answer and never again. The one of before ends at once."},
		func(ctx context.Context, in *struct {
			call.Bare
			Slug string    `path:"slug" maxLength:"60" doc:"Of the edition."`
			Body *struct{} `nameHint:"Nothing"`
		}) (*struct {
			ETag string `header:"ETag"`
			Body struct {
				Secret string `json:"secret" doc:"The key of the HMAC, as it is written here."`
			}
		}, error) {
			if _, err := there(ctx, in.Slug); err != nil {
				return nil, err
			}
			secret, now, err := d.Desk.SignWith(ctx, call.Who(ctx), in.Slug)
			if err != nil {
				return nil, err
			}
			out := &struct {
				ETag string `header:"ETag"`
				Body struct {
					Secret string `json:"secret" doc:"The key of the HMAC, as it is written here."`
				}
			}{ETag: call.Tag(now.Version + 1)}
			out.Body.Secret = secret
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "try-discussion-service", Method: http.MethodPost, Path: path + "/try", Summary: "Ask an edition's service about nothing", Tags: tags,
		Metadata: map[string]any{call.Also: []int{http.StatusConflict}}, Description: "It is sent a text of kind test that nobody said; that goes out whether the service is on or not."},
		func(ctx context.Context, in *struct {
			call.Bare
			Slug string    `path:"slug" maxLength:"60" doc:"Of the edition."`
			Body *struct{} `nameHint:"Nothing"`
		}) (*struct{ Body Trial }, error) {
			language, err := there(ctx, in.Slug)
			if err != nil {
				return nil, err
			}
			o, err := d.Desk.TryService(ctx, call.Who(ctx), in.Slug, language)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Trial }{Trial{o.Hold, o.Reason, string(o.Failure), o.Took.Milliseconds()}}, nil
		})
}
