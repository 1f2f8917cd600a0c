package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"dateline/internal/fault"
)

func TestEveryKindOfFaultHasAStatus(t *testing.T) {
	for k := fault.Internal; k <= fault.Full; k++ {
		if int(k) >= len(statuses) || statuses[k] == 0 {
			t.Errorf("kind %d has no row in the table", k)
		}
	}
	if got := Status(fault.Full + 1); got != 500 {
		t.Errorf("a kind nobody knows is %d, want 500", got)
	}
}

// logged runs h behind Adapt and gives the answer and the log.
func logged(t *testing.T, h Handler) (*httptest.ResponseRecorder, string) {
	t.Helper()
	var log bytes.Buffer
	r := httptest.NewRequest("GET", "/api/v1/x", nil)
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, &Call{ID: "req1"}))
	w := httptest.NewRecorder()
	Adapt(h, slog.New(slog.NewJSONHandler(&log, nil)), ShowProblem).ServeHTTP(w, r)
	return w, log.String()
}

func TestUnknownErrorIsLoggedOnceAndShownToNobody(t *testing.T) {
	w, log := logged(t, func(http.ResponseWriter, *http.Request) error { return errors.New("password=hunter2 in table x") })
	if w.Code != 500 || strings.Contains(w.Body.String(), "hunter2") {
		t.Errorf("answer %d %s", w.Code, w.Body)
	}
	if strings.Count(log, "hunter2") != 1 || !strings.Contains(log, "req1") {
		t.Errorf("log %s", log)
	}
	if w.Header().Get("X-Request-Id") != "req1" || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", w.Header())
	}
}

func TestInternalFaultDoesNotShowItsWords(t *testing.T) {
	w, _ := logged(t, func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Internal, "fault.x", "row 7 is broken")
	})
	if strings.Contains(w.Body.String(), "row 7") {
		t.Errorf("answer %s", w.Body)
	}
}

func TestFaultIsShownAsProblem(t *testing.T) {
	var g fault.Gather
	g.At("body.headline", "fault.empty", "a headline is needed")
	g.At("body.section", "fault.section", "no such section")
	w, log := logged(t, func(http.ResponseWriter, *http.Request) error { return fmt.Errorf("desk: %w", g.Err()) })
	var p Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if w.Code != 422 || p.Status != 422 || len(p.Errors) != 2 || p.Errors[0].Location != "body.headline" || p.Type != "/api/docs#fault.invalid" {
		t.Errorf("%d %+v", w.Code, p)
	}
	if ct := w.Header().Get("Content-Type"); ct != "application/problem+json" {
		t.Errorf("type %s", ct)
	}
	if log != "" {
		t.Errorf("somebody's bad input was logged: %s", log)
	}
}

func TestStaleShowsTheNewerState(t *testing.T) {
	w, _ := logged(t, func(http.ResponseWriter, *http.Request) error {
		return &fault.Error{Kind: fault.Stale, Key: "fault.stale", Text: "changed", Current: map[string]int{"version": 3}}
	})
	if w.Code != 412 || !strings.Contains(w.Body.String(), `"current":{"version":3}`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w, _ = logged(t, func(http.ResponseWriter, *http.Request) error {
		return &fault.Error{Kind: fault.Stale, Text: "changed", Current: make(chan int)}
	})
	if w.Code != 412 || !strings.Contains(w.Body.String(), `"detail":"changed"`) {
		t.Errorf("what cannot be encoded spoiled the answer: %d %s", w.Code, w.Body)
	}
}

func TestRetryAfterIsWholeSecondsRoundedUp(t *testing.T) {
	w, _ := logged(t, func(http.ResponseWriter, *http.Request) error {
		return &fault.Error{Kind: fault.TooMany, Text: "slow", After: 1100 * time.Millisecond}
	})
	if w.Code != 429 || w.Header().Get("Retry-After") != "2" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestDeadlineIsUnavailable(t *testing.T) {
	w, _ := logged(t, func(http.ResponseWriter, *http.Request) error {
		return fmt.Errorf("store: %w", context.DeadlineExceeded)
	})
	if w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestMethodsThatAreNotThereAre405(t *testing.T) {
	w := httptest.NewRecorder()
	Adapt(Reading(func(http.ResponseWriter, *http.Request) error { return nil }), slog.New(slog.DiscardHandler), ShowProblem).
		ServeHTTP(w, httptest.NewRequest("DELETE", "/", nil))
	if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestStyleHashIsWhatBrowsersCompute(t *testing.T) {
	// The SHA-256 of nothing is known from FIPS 180-4.
	if got := StyleHash(""); got != "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='" {
		t.Error(got)
	}
}
