// Package web holds what every door of Dateline shares: how a request comes in,
// how a failure goes out, and what nobody may do.
//
// It promises that a handler is a function that returns an error; that there is one
// table from the kind of a fault to a status; that an unknown error is a 500, logged
// once with the id of its request, whose cause is shown to nobody; that each answer
// carries the security headers; that a client's address, host and scheme are believed
// from a trusted proxy only. The doors themselves (site, newsroom, api) do not know
// each other; they are joined by the Gate.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"dateline/internal/fault"
)

// Handler reads a request, calls one service and writes the answer, or returns an error and has written nothing.
type Handler func(w http.ResponseWriter, r *http.Request) error

// statuses is the one table from the kind of a fault to the status of an answer.
var statuses = [...]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Malformed:       http.StatusBadRequest,
	fault.NotFound:        http.StatusNotFound,
	fault.Gone:            http.StatusGone,
	fault.Conflict:        http.StatusConflict,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.NoVersion:       http.StatusPreconditionRequired,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unsupported:     http.StatusUnsupportedMediaType,
	fault.Unavailable:     http.StatusServiceUnavailable,
	fault.Full:            http.StatusInsufficientStorage,
}

// Status gives the HTTP status of a kind of fault, 500 for a kind it does not know.
func Status(k fault.Kind) int {
	if int(k) < len(statuses) && statuses[k] != 0 {
		return statuses[k]
	}
	return http.StatusInternalServerError
}

// Failure is what a door is given to show: never the cause.
type Failure struct {
	Status  int
	Fault   *fault.Error // without its cause; for an unknown error the general words
	Request string       // id under which the log holds more; set with status 500 only
	Allow   string       // with 405: the methods there are
}

// Show writes a failure as a door shows it: a page, or problem JSON.
type Show func(w http.ResponseWriter, r *http.Request, f Failure)

// NotAllowed is the answer to a method that an address does not have; Allow lists those it has.
type NotAllowed struct{ Allow string }

// Error says so in English.
func (e NotAllowed) Error() string { return "method not allowed; there are " + e.Allow }

// Fail turns err into what may be shown and logs it once when it is our fault. It gives
// ok false when nothing is to be written, because the client has gone.
func Fail(r *http.Request, log *slog.Logger, err error) (f Failure, ok bool) {
	call := From(r.Context())
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return Failure{}, false
	}
	var not NotAllowed
	if errors.As(err, &not) {
		return Failure{Status: http.StatusMethodNotAllowed, Allow: not.Allow,
			Fault: fault.New(fault.Malformed, "fault.method", "this address does not take %s; it takes %s", r.Method, not.Allow)}, true
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		e := fault.New(fault.TooLarge, "fault.too_large", "more than the %d bytes this address takes", tooLarge.Limit)
		return Failure{Status: Status(e.Kind), Fault: e}, true
	}
	var e *fault.Error
	switch {
	case errors.As(err, &e):
	case errors.Is(err, context.DeadlineExceeded):
		e = fault.New(fault.Unavailable, "fault.unavailable", "this took too long; try again").Because(err)
	default:
		e = fault.New(fault.Internal, "fault.internal", "something went wrong on our side").Because(err)
	}
	f = Failure{Status: Status(e.Kind), Fault: e}
	if f.Status >= 500 {
		f.Request = call.ID
		level := slog.LevelError
		if e.Kind == fault.Unavailable {
			level = slog.LevelWarn
		}
		log.LogAttrs(r.Context(), level, "web: request failed", slog.String("request", call.ID), slog.String("method", r.Method),
			slog.String("route", call.Where(r)), slog.Int("status", f.Status), slog.String("error", err.Error()))
	}
	if e.Kind == fault.Internal {
		// An Internal fault's own words are for the log as well: whoever made it did not mean them for readers.
		f.Fault = fault.New(fault.Internal, "fault.internal", "something went wrong on our side")
	} else if e.Cause != nil {
		f.Fault = e.Because(nil)
	}
	return f, true
}

// Adapt makes an http.Handler of h whose failures are shown by show. When h failed after it
// had begun to answer, the connection is cut, so that half an answer is never taken for a whole one.
func Adapt(h Handler, log *slog.Logger, show Show) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := h(w, r)
		if err == nil {
			return
		}
		f, ok := Fail(r, log, err)
		if !ok {
			return
		}
		if begun(w) {
			panic(http.ErrAbortHandler)
		}
		Retry(w, f)
		show(w, r, f)
	})
}

// Retry sets the headers that a failure has in every form: Retry-After in whole seconds, Allow, the request id, and that nobody keeps it.
func Retry(w http.ResponseWriter, f Failure) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if f.Request != "" {
		h.Set("X-Request-Id", f.Request)
	}
	if f.Allow != "" {
		h.Set("Allow", f.Allow)
	}
	if f.Fault == nil {
		return
	}
	after := f.Fault.After
	if after <= 0 && f.Fault.Kind == fault.Unavailable {
		after = 2 * time.Second
	}
	if after > 0 {
		h.Set("Retry-After", strconv.Itoa(int((after+time.Second-1)/time.Second)))
	}
}

// started is told by the Gate's writer whether an answer has begun.
type started interface{ Started() bool }

// begun reports whether anything was written to w, as far as w can tell.
func begun(w http.ResponseWriter) bool {
	for {
		if s, ok := w.(started); ok {
			return s.Started()
		}
		u, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return false
		}
		w = u.Unwrap()
	}
}

// Reading limits h to GET and HEAD; other methods are 405.
func Reading(h Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return NotAllowed{Allow: "GET, HEAD"}
		}
		return h(w, r)
	}
}
