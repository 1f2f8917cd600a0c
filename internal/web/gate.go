package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"dateline/internal/fault"
)

// Call is what the Gate knows about one request; doors find it with From.
type Call struct {
	ID   string // of the request, for the log
	Peer Peer
	// Route says in the log where the request went when its path may be told; a door sets it. Without it the pattern is
	// logged, since a path can hold a one-time secret.
	Route string
}

// Where gives what the log may say of the request's path.
func (c *Call) Where(r *http.Request) string {
	if c.Route != "" {
		return c.Route
	}
	return r.Pattern
}

type callKey struct{}

// From gives the Call of a request's context, an empty one outside the Gate.
func From(ctx context.Context) *Call {
	if c, ok := ctx.Value(callKey{}).(*Call); ok {
		return c
	}
	return &Call{}
}

// Body limits a request's body below a path: the most bytes and how long they may take. The zero Max takes no body.
type Body struct {
	Method string // empty: all methods
	Prefix string
	Max    int64 // bytes
	Within time.Duration
}

// Bodies is the one place where the limits of request bodies are said; the first row that fits counts.
var Bodies = []Body{
	{Method: http.MethodPost, Prefix: "/api/v1/moves/", Max: 64 << 10, Within: 20 * time.Second},
	{Method: http.MethodPost, Prefix: "/api/v1/moves", Max: 8 << 30, Within: 6 * time.Hour},
	{Method: http.MethodPost, Prefix: "/api/v1/pictures", Max: 64 << 20, Within: 10 * time.Minute},
	{Prefix: "/api/", Max: 8 << 20, Within: 2 * time.Minute},
	{Prefix: "/", Max: 64 << 10, Within: 20 * time.Second},
}

// LimitOf gives the limit of the body of a request.
func LimitOf(method, path string) Body {
	for _, b := range Bodies {
		if (b.Method == "" || b.Method == method) && strings.HasPrefix(path, b.Prefix) {
			return b
		}
	}
	return Body{}
}

// AnswerWithin is how long an answer may take from request to last byte, streams excepted: it guards against readers that do not read.
const AnswerWithin = 60 * time.Second

// Door is what lies below a prefix: "/api/" takes /api/ and all below, "/events" that address and all below it.
type Door struct {
	Prefix  string
	Handler http.Handler
	Show    Show // how failures before the door look: too large, cross-site, panic
	Stream  bool // its answers do not end: no deadline for writing
}

// GateOptions say what a Gate joins.
type GateOptions struct {
	Log     *slog.Logger
	Proxies Proxies
	Public  string // the site's public address, whose pages may post; also with other hosts in front
	// Quick answers what is already in memory and reports whether it did. It is asked first for every GET and HEAD whose path is
	// written as it is meant, with the host as asked for; it gets no Call and no headers but those it sets.
	Quick func(w http.ResponseWriter, r *http.Request, host string) bool
	Doors []Door // the longest prefix that fits counts; one must be "/"
}

// Gate is the one way into the house: it gives each request an id, believes proxies or not,
// straightens its path, refuses what other sites sent, limits its body, guards against panics,
// sets the security headers, and hands it to its door.
type Gate struct {
	o      GateOptions
	cross  *http.CrossOriginProtection
	strict []string // Strict-Transport-Security, where the site is on https; shared and never changed
	leaves atomic.Bool
}

// NewGate joins the doors. It fails when Public is no address or no door has the prefix "/".
func NewGate(o GateOptions) (*Gate, error) {
	g := &Gate{o: o, cross: http.NewCrossOriginProtection()}
	if strings.HasPrefix(o.Public, "https://") {
		g.strict = []string{"max-age=31536000"}
	}
	if o.Public != "" {
		if err := g.cross.AddTrustedOrigin(strings.TrimSuffix(o.Public, "/")); err != nil {
			return nil, fmt.Errorf("web: public address %q: %w", o.Public, err)
		}
	}
	for _, d := range o.Doors {
		if d.Prefix == "/" {
			return g, nil
		}
	}
	return nil, fmt.Errorf("web: no door takes the rest of the addresses")
}

// Leave makes each answer from now on the last of its connection, so that at a stop no client is in the middle of asking.
func (g *Gate) Leave() { g.leaves.Store(true) }

// Around gives the headers that stand in each answer before Quick is asked.
func (g *Gate) Around() http.Header {
	h := http.Header{}
	if g.strict != nil {
		h["Strict-Transport-Security"] = g.strict
	}
	return h
}

// door finds where a path belongs.
func (g *Gate) door(p string) *Door {
	var best *Door
	for i := range g.o.Doors {
		d := &g.o.Doors[i]
		in := strings.HasPrefix(p, d.Prefix) && (strings.HasSuffix(d.Prefix, "/") || len(p) == len(d.Prefix) || p[len(d.Prefix)] == '/')
		if in && (best == nil || len(d.Prefix) > len(best.Prefix)) {
			best = d
		}
	}
	return best
}

// Prefixes lists what the doors take, sorted, for the test that every door is in the table of routes and roles.
func (g *Gate) Prefixes() []string {
	var out []string
	for _, d := range g.o.Doors {
		out = append(out, d.Prefix)
	}
	slices.Sort(out)
	return out
}

// ServeHTTP lets one request in.
func (g *Gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	peer := g.o.Proxies.Peer(r)
	if d, ok := w.(interface{ SetWriteDeadline(time.Time) error }); ok {
		_ = d.SetWriteDeadline(time.Now().Add(AnswerWithin)) // of this request; an earlier one's may lie in the past
	}
	if g.strict != nil {
		w.Header()["Strict-Transport-Security"] = g.strict
	}
	if g.leaves.Load() {
		w.Header()["Connection"] = []string{"close"}
	}
	// A path that is encoded in an unusual way (an encoded slash among them) may be nobody's, which Straight decides.
	if g.o.Quick != nil && r.URL.RawPath == "" && (r.Method == http.MethodGet || r.Method == http.MethodHead) && g.o.Quick(w, r, peer.Host) {
		return
	}
	if g.strict != nil && !ownMachine(peer.Host) {
		peer.HTTPS = true // whatever the proxy forgot to say; readers of this site have no other way
	}
	call := &Call{ID: newID(), Peer: peer}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, call))
	out := &writer{ResponseWriter: w}
	door := g.door(r.URL.Path)
	Secure(w.Header(), DataPolicy)
	defer g.rescue(out, r, door)
	g.arm(w, r, door)
	Adapt(func(w http.ResponseWriter, r *http.Request) error { return g.enter(w, r, door) }, g.o.Log, door.show()).ServeHTTP(out, r)
}

// ownMachine reports whether a host is a name by which only the machine itself asks, past the proxy.
func ownMachine(host string) bool {
	h := BareHost(host)
	if h == "localhost" || strings.HasSuffix(h, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(h)
	return err == nil && a.IsLoopback()
}

// enter does what is refused before a door, then opens it.
func (g *Gate) enter(w http.ResponseWriter, r *http.Request, door *Door) error {
	straight, ok := Straight(r)
	switch {
	case !ok:
		return fault.New(fault.NotFound, "fault.not_found", "there is no such page")
	case straight != r.URL.Path:
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return fault.New(fault.NotFound, "fault.not_found", "there is no such page")
		}
		Redirect(w, r, straight, http.StatusMovedPermanently)
		return nil
	case door == nil:
		return fault.New(fault.NotFound, "fault.not_found", "there is no such page")
	}
	// A token in a header is nothing that a browser sends by itself, so only the others can be forged from another site; a
	// password for a proxy in front is such another.
	if scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " "); !strings.EqualFold(scheme, "Bearer") {
		if err := g.cross.Check(r); err != nil {
			return fault.New(fault.Forbidden, "fault.cross_site", "this was sent from another site").Because(err)
		}
	}
	if r.Body != nil && r.Body != http.NoBody {
		limit := LimitOf(r.Method, r.URL.Path)
		if r.ContentLength > limit.Max {
			w.Header().Set("Connection", "close") // the rest is not worth reading
			return fault.New(fault.TooLarge, "fault.too_large", "more than the %d bytes this address takes", limit.Max)
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit.Max)
	}
	door.Handler.ServeHTTP(w, r)
	return nil
}

// arm sets the deadlines of one request. Listeners without deadlines (tests) are let be.
func (g *Gate) arm(w http.ResponseWriter, r *http.Request, door *Door) {
	control := http.NewResponseController(w)
	var write time.Time
	limit := LimitOf(r.Method, r.URL.Path)
	if door == nil || !door.Stream {
		write = time.Now().Add(AnswerWithin + limit.Within)
	}
	_ = control.SetWriteDeadline(write)
	if r.ContentLength != 0 {
		_ = control.SetReadDeadline(time.Now().Add(limit.Within))
	}
}

// rescue ends a request whose handler panicked: logged once with its stack, 500 when nothing was written yet.
func (g *Gate) rescue(w *writer, r *http.Request, door *Door) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	call := From(r.Context())
	g.o.Log.LogAttrs(r.Context(), slog.LevelError, "web: handler panicked", slog.String("request", call.ID), slog.String("method", r.Method),
		slog.String("route", call.Where(r)), slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
	if w.Started() {
		panic(http.ErrAbortHandler)
	}
	defer func() {
		if recover() != nil { // the door's own error page is what is broken
			http.Error(w, "500", http.StatusInternalServerError)
		}
	}()
	f := Failure{Status: http.StatusInternalServerError, Request: call.ID,
		Fault: fault.New(fault.Internal, "fault.internal", "something went wrong on our side")}
	Retry(w, f)
	door.show()(w, r, f)
}

// show gives how failures of the door look, problem JSON when it does not say.
func (d *Door) show() Show {
	if d == nil || d.Show == nil {
		return ShowProblem
	}
	return d.Show
}

// Straight gives the one path under which the request's page may be reached: single slashes and no dot segments; whether
// a slash stands at the end is the door's affair. It gives ok false for paths that are nobody's: encoded slashes and
// backslashes, control characters, bytes that are no UTF-8, more than 2,048 bytes.
func Straight(r *http.Request) (string, bool) {
	p := r.URL.Path
	if p == "" || p[0] != '/' || len(p) > 2048 {
		return "", false
	}
	simple := true
	for i := 0; i < len(p); i++ {
		switch c := p[i]; {
		case c < ' ' || c == 0x7f || c == '\\':
			return "", false
		case c == '/' && i+1 < len(p) && (p[i+1] == '/' || p[i+1] == '.'), c >= 0x80:
			simple = false
		}
	}
	if r.URL.RawPath != "" {
		raw := strings.ToLower(r.URL.RawPath)
		if strings.Contains(raw, "%2f") || strings.Contains(raw, "%5c") {
			return "", false
		}
	}
	if simple {
		return p, true
	}
	if !utf8.ValidString(p) {
		return "", false
	}
	clean := path.Clean(p)
	if clean != "/" && strings.HasSuffix(p, "/") {
		clean += "/"
	}
	return clean, true
}

// Redirect answers with another path of this site, the query kept. To must begin with one slash; what it holds is escaped,
// so that nothing a client sent leads to another site.
func Redirect(w http.ResponseWriter, r *http.Request, to string, status int) {
	to = "/" + strings.TrimLeft(to, "/\\")
	u := *r.URL
	u.Scheme, u.Host, u.User, u.Opaque, u.Fragment, u.RawPath = "", "", nil, "", "", ""
	u.Path = to
	w.Header().Set("Location", u.RequestURI())
	w.WriteHeader(status)
}

// newID gives 96 random bits in hex.
func newID() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return hex.EncodeToString(b[:])
}

// writer knows whether an answer has begun. What it wraps is found with http.ResponseController.
type writer struct {
	http.ResponseWriter
	begun bool
}

// Started reports whether a status was written or the connection taken over.
func (w *writer) Started() bool { return w.begun }

// Unwrap gives the writer below.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader notes that the answer begins; informational ones do not count.
func (w *writer) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		w.begun = true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes that the answer begins.
func (w *writer) Write(b []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(b)
}

// ReadFrom keeps the way that sends files without copying them.
func (w *writer) ReadFrom(src io.Reader) (int64, error) {
	w.begun = true
	return io.Copy(w.ResponseWriter, src)
}

// FlushError notes that the answer begins and sends what there is.
func (w *writer) FlushError() error {
	w.begun = true
	return http.NewResponseController(w.ResponseWriter).Flush()
}
