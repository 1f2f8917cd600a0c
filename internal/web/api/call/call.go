// Package call is what every noun of the API shares: who calls, under which key, on which version, and how a failure is told.
//
// It promises default deny: an operation without a row in the table of rights is not registered, and the row is asked
// before anything of the request is read. Handlers are typed and described once; what they do is one service call.
package call

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/web"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// Row says who may call an operation at all; what is his own and what another's the domain decides.
type Row struct {
	Strangers bool           // anybody, without signing in
	Roles     []account.Role // else somebody with one of these roles in some edition
	Enrolling bool           // also while his role needs a second factor that he has not got yet
}

// Server is what the nouns register their operations on.
type Server struct {
	API       huma.API
	Door      *account.Door
	Addresses func() edition.Addresses
	Log       *slog.Logger
	Rights    map[string]Row // by operation id
	Staff     *web.Limiter   // by account
	Strangers *web.Limiter   // by address
	Machine   *web.Limiter   // the same for this machine itself
	Cookie    func(*http.Request) string
}

type caller struct {
	request *http.Request
	actor   account.Actor
}

type callerKey struct{}

// With lets operations see the request they came by.
func With(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), callerKey{}, &caller{request: r}))
}

func from(ctx context.Context) *caller {
	if c, ok := ctx.Value(callerKey{}).(*caller); ok {
		return c
	}
	return &caller{request: &http.Request{Header: http.Header{}}}
}

// Who gives who calls.
func Who(ctx context.Context) account.Actor { return from(ctx).actor }

// Stream gives the body of a call as it comes in, for an operation that declares none, and how long it is; -1 when it does not say.
func Stream(ctx context.Context) (io.Reader, int64) {
	r := from(ctx).request
	return r.Body, r.ContentLength
}

// Register adds an operation. It panics when the table of rights has no row for it, or has a row for one registered twice.
func Register[I, O any](s *Server, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	row, ok := s.Rights[op.OperationID]
	if !ok {
		panic(fmt.Sprintf("call: operation %q has no row in the table of rights", op.OperationID))
	}
	op.Middlewares = append(huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) { s.guard(row, ctx, next) }}, op.Middlewares...)
	if !row.Strangers {
		op.Security = []map[string][]string{{"token": {}}, {"session": {}}}
	}
	limit := web.LimitOf(op.Method, op.Path) // huma's own would undo what the Gate has set
	op.MaxBodyBytes, op.BodyReadTimeout = limit.Max, limit.Within
	if f, ok := reflect.TypeFor[I]().FieldByName("RawBody"); ok && f.Type == reflect.TypeFor[multipart.Form]() {
		op.Middlewares = append(op.Middlewares, s.form)
	}
	huma.Register(s.API, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return out, nil
	})
	s.describe(op, row, reflect.TypeFor[I]())
}

// guard lets a call through or answers it, before its input is read.
func (s *Server) guard(row Row, ctx huma.Context, next func(huma.Context)) {
	if err := s.enter(row, from(ctx.Context())); err != nil {
		s.refuse(ctx, err)
		return
	}
	next(ctx)
}

// refuse answers with a problem what huma has not read yet.
func (s *Server) refuse(ctx huma.Context, err error) {
	p := s.problem(ctx.Context(), err)
	for k, v := range p.GetHeaders() {
		ctx.SetHeader(k, v[0])
	}
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	_ = json.NewEncoder(ctx.BodyWriter()).Encode(p.Problem) // the client may have gone
}

// form reads the form of an upload before huma does, which knows only one answer to a form it cannot read, and takes away
// whatever of it was laid on disk, however the call ends.
func (s *Server) form(ctx huma.Context, next func(huma.Context)) {
	r, _ := humago.Unwrap(ctx)
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		s.refuse(ctx, fault.New(fault.Unsupported, "fault.media_type", "this takes multipart/form-data"))
		return
	}
	err := r.ParseMultipartForm(humago.MultipartMaxMemory)
	if r.MultipartForm != nil {
		defer func() {
			if err := r.MultipartForm.RemoveAll(); err != nil {
				s.Log.Error("call: what an upload laid on disk stays there", "error", err)
			}
		}()
	}
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		s.refuse(ctx, err)
	case err != nil:
		e := fault.At("body", "fault.form", "the form cannot be read")
		e.Kind = fault.Malformed
		s.refuse(ctx, e.Because(err))
	default:
		next(ctx)
	}
}

// asHeader says whose page a call comes from. When somebody else has signed in in the same browser meanwhile, what the page of the one
// before still sends would be done in the other's name.
const asHeader = "Dateline-Account"

// enter finds out who calls and whether he may.
func (s *Server) enter(row Row, c *caller) error {
	secret, kind := s.secret(c.request)
	met := secret != "" && s.Door.Met(secret, kind)
	if !met { // before the database is asked for a secret that somebody may have made up
		peer := web.From(c.request.Context()).Peer
		limiter := s.Strangers
		if peer.Local {
			limiter = s.Machine
		}
		if err := allowed(limiter, web.AddressKey(peer.Addr)); err != nil {
			return err
		}
	}
	if secret != "" || kind == account.Token {
		var err error
		if c.actor, err = s.Door.Who(c.request.Context(), secret, kind); err != nil {
			if kind != account.Session || !fault.Is(err, fault.Unauthenticated) || !row.Strangers {
				return err
			}
			c.actor = account.Actor{} // an old cookie is no reason to refuse what is public
		}
	}
	if as := c.request.Header.Get(asHeader); as != "" && kind == account.Session && as != c.actor.ID {
		return fault.New(fault.Unauthenticated, "fault.session", "somebody else is signed in in this browser by now")
	}
	if c.actor.Enrol && row.Strangers {
		c.actor = account.Actor{}
	}
	if c.actor.Enrol && !row.Enrolling {
		return fault.New(fault.Forbidden, "fault.enrol", "your role needs a passkey or codes of an app; set one up first")
	}
	if c.actor.Known() {
		if err := allowed(s.Staff, c.actor.ID); err != nil {
			return err
		}
	}
	if !row.Strangers && !c.actor.HasAnywhere(row.Roles...) {
		return c.actor.Refused()
	}
	return nil
}

func allowed(l *web.Limiter, key string) error {
	ok, after := l.Allow(key)
	if ok {
		return nil
	}
	e := fault.New(fault.TooMany, "fault.too_many_calls", "too many calls; try again in a moment")
	e.After = after
	return e
}

// secret gives what a call identifies itself with: a token, also an empty one, before the cookie of a session. Another scheme
// of Authorization is for a proxy in front and says nothing here.
func (s *Server) secret(r *http.Request) (string, account.SecretKind) {
	if scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token), account.Token
	}
	return s.Cookie(r), account.Session
}

// Problem is a failure as huma writes it.
type Problem struct {
	web.Problem
	header http.Header
}

// Error gives the title.
func (p *Problem) Error() string { return p.Title + ": " + p.Detail }

// GetStatus gives the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders gives what goes with the status: Retry-After, WWW-Authenticate.
func (p *Problem) GetHeaders() http.Header { return p.header }

// ContentType makes JSON problem JSON.
func (p *Problem) ContentType(string) string { return "application/problem+json" }

func (s *Server) problem(ctx context.Context, err error) *Problem {
	var done *Problem
	if errors.As(err, &done) {
		return done
	}
	f, ok := web.Fail(from(ctx).request, s.Log, err)
	if !ok {
		f = web.Failure{Status: 499}
	}
	head := recorder{http.Header{}}
	web.Retry(head, f)
	if f.Status == http.StatusUnauthorized {
		head.h.Set("WWW-Authenticate", `Bearer realm="dateline"`)
	}
	return &Problem{Problem: web.ProblemOf(f), header: head.h}
}

// recorder takes headers only.
type recorder struct{ h http.Header }

func (r recorder) Header() http.Header       { return r.h }
func (recorder) Write(b []byte) (int, error) { return len(b), nil }
func (recorder) WriteHeader(int)             {}

// shapeKey is the key of the words for what does not fit the description: huma's own are English and many.
const shapeKey = "fault.field"

// ShapeErrors makes huma's own refusals (what does not fit the description of an operation) problems of our form. It sets
// huma's globals and is called once, when the API is made. Names count as they are written: "Headline" is no "headline".
func ShapeErrors() {
	huma.ValidateStrictCasing = true
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		p := &Problem{Problem: web.Problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: msg}, header: http.Header{}}
		p.header.Set("Cache-Control", "no-store")
		for _, err := range errs {
			if err == nil {
				continue
			}
			var d huma.ErrorDetailer
			if errors.As(err, &d) {
				p.Errors = append(p.Errors, web.ProblemPlace{Location: clip(d.ErrorDetail().Location), Message: clip(d.ErrorDetail().Message), Key: shapeKey})
			} else {
				p.Errors = append(p.Errors, web.ProblemPlace{Location: "body", Message: clip(err.Error()), Key: shapeKey})
			}
		}
		if status == http.StatusBadRequest && len(p.Errors) == 0 { // there is no body at all
			p.Errors = []web.ProblemPlace{{Location: "body", Message: msg, Key: shapeKey}}
		}
		if len(p.Errors) > 0 {
			p.Type = web.FaultType(shapeKey)
		}
		slices.SortStableFunc(p.Errors, func(a, b web.ProblemPlace) int { return strings.Compare(a.Location, b.Location) }) // the same input has the same answer
		return p
	}
}

// clip keeps what a caller sent from coming back whole: at most 200 bytes of it.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// Key is the part of a POST that makes it repeatable.
type Key struct {
	Key     string `header:"Idempotency-Key" maxLength:"200" pattern:"^[ -~]*$" patternDescription:"printable ASCII" doc:"Repeat a request with the same key and body within 24 hours and get its first outcome; another body under the key is 422."`
	RawBody []byte
}

// Once gives what the store keeps of an idempotency key.
func (k Key) Once(ctx context.Context) fact.Once { return OnceOf(ctx, k.Key, k.RawBody) }

// Bare is the key of a POST without a body whose repetition does no harm, or makes a secret, which is not told twice.
type Bare struct {
	Key string `header:"Idempotency-Key" maxLength:"200" pattern:"^[ -~]*$" patternDescription:"printable ASCII" doc:"Taken like everywhere; repeating this request is harmless, and a secret is made anew."`
}

// OnceOf is Once for a body that was read another way.
func OnceOf(ctx context.Context, key string, body []byte) fact.Once {
	if key == "" {
		return fact.Once{}
	}
	c := from(ctx)
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n", c.request.Method, c.request.URL.Path)
	h.Write(body)
	o := fact.Once{Account: c.actor.ID, Key: key}
	h.Sum(o.Body[:0])
	return o
}

// Match is the version a change is made on.
type Match struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the version this change was made on, or * for whatever there is."`
}

// Version gives the version of If-Match, 0 for *; without one it is NoVersion, and an ETag that was never given is Stale.
func (m Match) Version() (int64, error) {
	v := strings.TrimSpace(m.IfMatch)
	switch {
	case v == "":
		return 0, fault.New(fault.NoVersion, "fault.if_match", "say in If-Match which version this change was made on, or * for any")
	case v == "*":
		return 0, nil
	}
	if n, ok := version(v); ok {
		return n, nil
	}
	return -1, nil // no version has this tag, so whatever there is differs
}

// MayMatch is Match where the header may be left out, which means whatever there is.
type MayMatch struct {
	IfMatch string `header:"If-Match" doc:"The ETag of the version this change was made on; left out or * for whatever there is."`
}

// AnyVersion gives the version of If-Match, 0 for * and without one.
func (m MayMatch) AnyVersion() (int64, error) {
	if m.IfMatch == "" {
		return 0, nil
	}
	return Match(m).Version()
}

// Tag gives the strong ETag of a version.
func Tag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// TagOf gives a strong ETag of an answer by what is in it, for whom the version is not told; it is no version for If-Match.
func TagOf(answer any) string {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode(answer) // what cannot be written fails again as the answer
	return `"r` + hex.EncodeToString(h.Sum(nil)[:12]) + `"`
}

func version(tag string) (int64, bool) {
	if len(tag) < 3 || tag[0] != '"' || tag[len(tag)-1] != '"' {
		return 0, false
	}
	n, err := strconv.ParseInt(tag[1:len(tag)-1], 10, 64)
	return n, err == nil && n > 0
}

// Optional is a field of a change that may be absent, null (which clears it) or a value.
type Optional[T any] struct {
	Set   bool
	Value T
}

// UnmarshalJSON notes that the field is there; null gives the zero value.
func (o *Optional[T]) UnmarshalJSON(b []byte) error {
	o.Set = true
	if string(b) == "null" {
		return nil
	}
	return json.Unmarshal(b, &o.Value)
}

// Schema describes the value, which may be null.
func (o Optional[T]) Schema(r huma.Registry) *huma.Schema {
	s := huma.SchemaFromType(r, reflect.TypeFor[T]())
	if s.Ref != "" {
		return s
	}
	c := *s
	c.Nullable = true
	c.PrecomputeMessages()
	return &c
}

// Pointer gives nil when the field was absent.
func (o Optional[T]) Pointer() *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}

// List is a page of a list.
type List[T any] struct {
	Items []T    `json:"items" nullable:"false" doc:"In order."`
	Next  string `json:"next,omitempty" doc:"Value of after for the next page; absent at the end."`
}

// Cut gives one page of a list that is all in memory: what comes behind the item whose key is p.After.
func Cut[T any](p Whole, all []T, key func(T) string) (List[T], error) {
	from := 0
	if p.After != "" {
		if from = 1 + slices.IndexFunc(all, func(v T) bool { return key(v) == p.After }); from == 0 {
			return List[T]{}, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
		}
	}
	out := List[T]{Items: append([]T{}, all[from:min(from+p.Limit, len(all))]...)}
	if from+p.Limit < len(all) {
		out.Next = key(all[from+p.Limit-1])
	}
	return out, nil
}

// Whole is the paging of a list that is short as a rule, so that one page is all of it.
type Whole struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"100" doc:"How many, 1 to 100."`
	After string `query:"after" maxLength:"200" doc:"The next of the page before."`
}

// Page is the paging of a list.
type Page struct {
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many, 1 to 100."`
	After string `query:"after" maxLength:"200" doc:"The next of the page before."`
}
