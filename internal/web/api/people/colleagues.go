package people

import (
	"context"
	"net/http"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Colleague is somebody who works in the newsroom, as everybody there may know.
type Colleague struct {
	ID    string   `json:"id" doc:"Of the account."`
	Name  string   `json:"name" doc:"As colleagues and readers see it."`
	Roles []string `json:"roles" nullable:"false" doc:"In the edition asked for, or in any."`
}

type colleaguesInput struct {
	call.Whole
	Edition string `query:"edition" maxLength:"60" doc:"Slug: only who works in this edition."`
}

type colleaguesAnswer struct {
	Body call.List[Colleague]
}

func (d Doors) colleagues() {
	s, door := d.server, d.Door
	call.Register(s, huma.Operation{OperationID: "list-colleagues", Method: http.MethodGet, Path: "/api/v1/colleagues", Summary: "Who works in the newsroom, by name", Tags: []string{"people"}},
		func(ctx context.Context, in *colleaguesInput) (*colleaguesAnswer, error) {
			if _, ok := s.Addresses().Edition(in.Edition); in.Edition != "" && !ok {
				return nil, fault.At("query.edition", "fault.no_edition", "there is no edition %q", in.Edition)
			}
			list, err := door.Colleagues(ctx, in.Edition)
			if err != nil {
				return nil, err
			}
			all := make([]Colleague, len(list))
			for i, c := range list {
				all[i] = Colleague{c.ID, c.Name, roles(c.Roles)}
			}
			page, err := call.Cut(in.Whole, all, func(c Colleague) string { return c.ID })
			if err != nil {
				return nil, err
			}
			return &colleaguesAnswer{page}, nil
		})
}

func roles(in []account.Role) []string {
	out := make([]string, len(in))
	for i, r := range in {
		out[i] = string(r)
	}
	return out
}
