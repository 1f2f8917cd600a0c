package call

import (
	"context"
	"net/http"
	"testing"

	"dateline/internal/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

func TestBodiesHaveTheLimitsOfTheGateAndNoOthers(t *testing.T) {
	api := humago.New(http.NewServeMux(), huma.DefaultConfig("x", "1"))
	s := &Server{API: api, Rights: map[string]Row{"upload": {Strangers: true}, "save": {Strangers: true}}}
	type body struct {
		Body struct {
			Name string `json:"name"`
		}
	}
	handler := func(context.Context, *body) (*struct{}, error) { return nil, nil }
	Register(s, huma.Operation{OperationID: "upload", Method: http.MethodPost, Path: "/api/v1/pictures"}, handler)
	Register(s, huma.Operation{OperationID: "save", Method: http.MethodPatch, Path: "/api/v1/articles/{id}"}, handler)
	paths := api.OpenAPI().Paths
	for _, op := range []*huma.Operation{paths["/api/v1/pictures"].Post, paths["/api/v1/articles/{id}"].Patch} {
		if limit := web.LimitOf(op.Method, op.Path); op.BodyReadTimeout != limit.Within || op.MaxBodyBytes != limit.Max {
			t.Errorf("%s: %s for %d bytes, the Gate has %s for %d", op.OperationID, op.BodyReadTimeout, op.MaxBodyBytes, limit.Within, limit.Max)
		}
	}
}
