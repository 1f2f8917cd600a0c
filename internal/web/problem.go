package web

import (
	"encoding/json"
	"net/http"
)

// Problem is a failure as RFC 9457 problem details; the names after Errors are extensions of ours.
type Problem struct {
	Type    string         `json:"type" doc:"Reference to what kind of fault it is."` // reference into the API's own documentation, by the key of the fault
	Title   string         `json:"title" doc:"The words of the status."`
	Status  int            `json:"status" doc:"The status of the answer."`
	Detail  string         `json:"detail,omitempty" doc:"What went wrong, in English."`
	Errors  []ProblemPlace `json:"errors,omitempty" nullable:"false" doc:"Every place of fault."`
	Current any            `json:"current,omitempty" doc:"With 412: the newer state; with 409 of a lock: the lock as it is."`
	Request string         `json:"request,omitempty" doc:"With 500: the id under which the log holds more."` // with 500: the id under which the log holds more
}

// ProblemPlace is one place of bad input: a dotted path and English words.
type ProblemPlace struct {
	Location string `json:"location" doc:"Dotted path: body.headline, query.limit, path.id."`
	Message  string `json:"message" doc:"English words."`
	Key      string `json:"key,omitempty" doc:"Which fault it is, as /api/docs lists them; it has words in every language of the interface."`
}

// FaultType is the type of problems that are of one fault: where the API's documentation says its words.
func FaultType(key string) string { return "/api/docs#" + key }

// ProblemOf gives the problem details of a failure.
func ProblemOf(f Failure) Problem {
	p := Problem{Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Request: f.Request}
	if f.Fault == nil {
		return p
	}
	if f.Fault.Key != "" {
		p.Type = FaultType(f.Fault.Key)
	}
	p.Detail = f.Fault.Text
	for _, place := range f.Fault.Places {
		p.Errors = append(p.Errors, ProblemPlace{Location: place.Location, Message: place.Text, Key: place.Key})
	}
	p.Current = f.Fault.Current
	return p
}

// ShowProblem writes a failure as application/problem+json.
func ShowProblem(w http.ResponseWriter, r *http.Request, f Failure) {
	body, err := json.Marshal(ProblemOf(f))
	if err != nil { // Current could not be encoded: the rest still can
		p := ProblemOf(f)
		p.Current = nil
		body, _ = json.Marshal(p)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(f.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(append(body, '\n')) // the client may have gone; nothing is left to do
	}
}
