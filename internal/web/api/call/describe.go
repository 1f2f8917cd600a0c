package call

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// refusals are the ways in which an operation may say no, as the description words them.
var refusals = map[int]string{
	http.StatusBadRequest:            "The body is no JSON.",
	http.StatusUnauthorized:          "Nobody is signed in, or the token is not valid.",
	http.StatusForbidden:             "The role does not allow this.",
	http.StatusNotFound:              "There is no such thing, or none that the caller may know of.",
	http.StatusConflict:              "The state of the thing forbids it, or there is one like it already.",
	http.StatusGone:                  "It was withdrawn; detail says why.",
	http.StatusPreconditionFailed:    "Changed since the version in If-Match; current holds the newer state and nothing was changed.",
	http.StatusPreconditionRequired:  "If-Match is missing.",
	http.StatusRequestEntityTooLarge: "More bytes than this operation takes.",
	http.StatusUnsupportedMediaType:  "A kind of content that is not taken.",
	http.StatusUnprocessableEntity:   "The input breaks a rule; errors names every place.",
	http.StatusTooManyRequests:       "Too many calls; Retry-After says when again.",
}

// Also is the name under which the metadata of an operation lists further statuses ([]int) that it may answer with.
const Also = "also"

// problemRef is where the description keeps the shape of a problem.
const problemRef = "#/components/schemas/Problem"

// describe completes what is written down of an operation: which body it takes and with which problems it may answer. What a
// handler reads raw besides its body, for the idempotency key, is no content of its own.
func (s *Server) describe(op huma.Operation, row Row, input reflect.Type) {
	item := s.API.OpenAPI().Paths[op.Path]
	var o *huma.Operation
	for _, one := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Put, item.Delete} {
		if one != nil && one.OperationID == op.OperationID {
			o = one
		}
	}
	statuses := []int{http.StatusTooManyRequests, http.StatusUnauthorized}
	if !row.Strangers {
		statuses = append(statuses, http.StatusForbidden)
	}
	if body := o.RequestBody; body != nil {
		statuses = append(statuses, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusBadRequest)
		if body.Content["application/json"] != nil {
			delete(body.Content, "application/octet-stream")
		}
		if f, ok := input.FieldByName("Body"); ok && f.Type.Kind() == reflect.Pointer {
			body.Required = false
		}
	}
	if o.RequestBody != nil || len(o.Parameters) > 0 {
		statuses = append(statuses, http.StatusUnprocessableEntity)
	}
	for _, p := range o.Parameters {
		switch {
		case p.In == "path":
			statuses = append(statuses, http.StatusNotFound)
		case p.Name == "If-Match":
			statuses = append(statuses, http.StatusPreconditionFailed)
		}
	}
	if _, must := input.FieldByName("Match"); must {
		statuses = append(statuses, http.StatusPreconditionRequired)
	}
	if o.Method != http.MethodGet {
		statuses = append(statuses, http.StatusConflict)
	}
	if ok := o.Responses["200"]; o.Method == http.MethodGet && ok != nil && ok.Headers["ETag"] != nil {
		o.Responses["304"] = &huma.Response{Description: "Nothing changed since the answer with the ETag in If-None-Match."}
		o.Parameters = append(o.Parameters, &huma.Param{Name: "If-None-Match", In: "header", Description: "ETags of what the caller has; the answer is 304 when it is one of them.", Schema: &huma.Schema{Type: huma.TypeString}})
	}
	also, _ := op.Metadata[Also].([]int)
	statuses = append(statuses, also...)
	slices.Sort(statuses)
	for _, status := range slices.Compact(statuses) {
		r := problem(refusals[status])
		if status == http.StatusTooManyRequests {
			r.Headers = map[string]*huma.Header{"Retry-After": {Description: "Whole seconds.", Schema: &huma.Schema{Type: huma.TypeInteger}}}
		}
		o.Responses[strconv.Itoa(status)] = r
	}
	o.Responses["default"] = problem("Whatever else went wrong: 500 is our fault, 503 a part that is down, 507 a full disk.")
	for code, r := range o.Responses {
		for name, h := range r.Headers {
			if h.Description == "" {
				h.Description = headers[name]
			}
		}
		if code == "204" {
			r.Description = "Done; there is nothing to tell."
		}
	}
}

// headers says what the headers of answers are.
var headers = map[string]string{
	"ETag":                "Strong tag of the version, for If-Match.",
	"Location":            "Path of what was made.",
	"Cache-Control":       "Whether the answer may be kept.",
	"Content-Type":        "Of the answer.",
	"Content-Disposition": "Its name as a file.",

	"Content-Security-Policy": "That of readers' pages.",
}

func problem(text string) *huma.Response {
	return &huma.Response{Description: text, Content: map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: problemRef}}}}
}
