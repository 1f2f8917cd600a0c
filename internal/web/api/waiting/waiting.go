// Package waiting is /api/v1/waiting: what a new publication should still see to.
package waiting

import (
	"context"
	"net/http"

	"dateline/internal/edition"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are the services behind the operations.
type Doors struct {
	// Begun says how far the publication has come.
	Begun func(ctx context.Context) (edition.Begun, error)
	// Dismiss keeps that nobody wants to be told any more.
	Dismiss func(ctx context.Context) error
}

// Errand is something that waits.
type Errand struct {
	ID string `json:"id" enum:"address,mail,backup,colleagues" doc:"What waits: --url was not given, --smtp was not given, no backup was made, one person works here alone."`
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/waiting"
	tags := []string{"editions"}
	call.Register(s, huma.Operation{OperationID: "list-waiting", Method: http.MethodGet, Path: path, Summary: "What a new publication should still see to", Tags: tags, Description: "Each line goes by itself when it is done."},
		func(ctx context.Context, in *struct{ call.Whole }) (*struct{ Body call.List[Errand] }, error) {
			begun, err := d.Begun(ctx)
			if err != nil {
				return nil, err
			}
			waiting, err := begun.Waiting(call.Who(ctx))
			if err != nil {
				return nil, err
			}
			all := make([]Errand, len(waiting))
			for i, e := range waiting {
				all[i] = Errand{ID: string(e)}
			}
			list, err := call.Cut(in.Whole, all, func(e Errand) string { return e.ID })
			return &struct{ Body call.List[Errand] }{list}, err
		})
	call.Register(s, huma.Operation{OperationID: "dismiss-waiting", Method: http.MethodDelete, Path: path, Summary: "Be told no more", Tags: tags, DefaultStatus: http.StatusNoContent, Description: "For everybody, and for good."},
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			if who := call.Who(ctx); !edition.MaySetUp(who) {
				return nil, who.Refused()
			}
			return nil, d.Dismiss(ctx)
		})
}
