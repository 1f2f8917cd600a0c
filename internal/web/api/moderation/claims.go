package moderation

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/talk/claims"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Claim is a card in a moderator's hand.
type Claim struct {
	Comment string    `json:"comment" doc:"Id of what is decided on."`
	By      string    `json:"by" doc:"Id of the moderator."`
	Name    string    `json:"name" doc:"Of the moderator."`
	Since   time.Time `json:"since" doc:"When it was taken."`
	Until   time.Time `json:"until" doc:"It is free then, unless that is said again."`
}

func claimOf(c claims.Claim) Claim {
	return Claim{c.Comment, c.Account, c.Name, c.At, c.Until}
}

type onCard struct {
	ID string `path:"id" maxLength:"40" doc:"Of the comment."`
}

// registerClaims adds the operations by which moderators keep out of each other's way.
func registerClaims(s *call.Server, d Doors, path string) {
	tags := []string{"moderation"}
	call.Register(s, huma.Operation{OperationID: "list-claims", Method: http.MethodGet, Path: path + "/queues/claims", Summary: "Who has which card in hand", Tags: tags,
		Description: "Of the editions that the caller decides in. What changes is said on the topic desk:EDITION as the events claimed and released, which have no seq and are never replayed."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body call.List[Claim] }, error) {
			out := call.List[Claim]{Items: []Claim{}}
			for _, c := range d.Claims.Of(call.Who(ctx)) {
				out.Items = append(out.Items, claimOf(c))
			}
			return &struct{ Body call.List[Claim] }{out}, nil
		})
	call.Register(s, huma.Operation{OperationID: "claim-comment", Method: http.MethodPut, Path: path + "/{id}/claim", Summary: "Take a card in hand", Tags: tags,
		Description: "It counts for 45 seconds; say it again before. A moderator has one card in hand: the one before is let go. The answer is the claim that holds, which is another's when he was first. Nothing of it is kept, and nobody needs it to decide."},
		func(ctx context.Context, in *onCard) (*struct{ Body Claim }, error) {
			c, err := d.Claims.Take(ctx, call.Who(ctx), in.ID)
			return &struct{ Body Claim }{claimOf(c)}, err
		})
	call.Register(s, huma.Operation{OperationID: "release-comment", Method: http.MethodDelete, Path: path + "/{id}/claim", Summary: "Let a card go", Tags: tags, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *onCard) (*struct{}, error) {
			d.Claims.Release(call.Who(ctx), in.ID)
			return nil, nil
		})
}
