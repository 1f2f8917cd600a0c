package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Limits of a connection. There is none for a whole request: uploads and streams take their time, and the Gate sets
// a deadline for each request by its address.
const (
	HeaderWithin   = 10 * time.Second // from the first byte of a request to the end of its head
	IdleFor        = 2 * time.Minute  // between two requests
	MaxHeaderBytes = 32 << 10
)

// NewServer makes the HTTP server of the house around h, with the limits above and errors of connections logged at debug level.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: HeaderWithin,
		IdleTimeout:       IdleFor,
		MaxHeaderBytes:    MaxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(noise{log.Handler()}, slog.LevelDebug),
	}
}

// noise keeps what net/http says about broken clients without the addresses that it names.
type noise struct{ slog.Handler }

// Handle leaves out what is an address.
func (n noise) Handle(ctx context.Context, rec slog.Record) error {
	words := strings.Fields(rec.Message)
	for i, w := range words {
		if _, err := netip.ParseAddrPort(strings.TrimRight(w, ":;,")); err == nil {
			words[i] = "(address)"
		}
	}
	return n.Handler.Handle(ctx, slog.NewRecord(rec.Time, rec.Level, strings.Join(words, " "), rec.PC))
}

// WithAttrs keeps the wrapper.
func (n noise) WithAttrs(a []slog.Attr) slog.Handler { return noise{n.Handler.WithAttrs(a)} }

// WithGroup keeps the wrapper.
func (n noise) WithGroup(name string) slog.Handler { return noise{n.Handler.WithGroup(name)} }

// Who may use a route, in the table that each door exports.
type Who string

// Who may use a route.
const (
	Anybody Who = "anybody"
	Staff   Who = "staff" // somebody with a role in the newsroom is signed in
	Bearer  Who = "bearer of a one-time link"
)

// Route is one row of a door's table of addresses: what is not in a table is not reachable.
type Route struct {
	Methods string // "GET, HEAD" or "POST"
	Pattern string // as net/http's ServeMux reads it, {name} for a segment
	Who     Who
}
