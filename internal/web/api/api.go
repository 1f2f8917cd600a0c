// Package api is the door for programs: /api/v1, described by /api/openapi.json and shown by /api/docs.
//
// It promises what INTERFACE section 4 says: typed operations described once, problem JSON with the place of a fault,
// idempotency keys, versions by ETag and If-Match, and nothing for anybody whom the table of rights does not name.
// Each noun is a package of its own; they share call.
package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/web"
	"dateline/internal/web/api/alerts"
	"dateline/internal/web/api/articles"
	"dateline/internal/web/api/call"
	"dateline/internal/web/api/chats"
	"dateline/internal/web/api/comments"
	"dateline/internal/web/api/editions"
	"dateline/internal/web/api/entries"
	"dateline/internal/web/api/fronts"
	"dateline/internal/web/api/inbox"
	"dateline/internal/web/api/moderation"
	"dateline/internal/web/api/moves"
	"dateline/internal/web/api/people"
	apipictures "dateline/internal/web/api/pictures"
	"dateline/internal/web/api/posts"
	"dateline/internal/web/api/readers"
	"dateline/internal/web/api/sources"
	"dateline/internal/web/api/waiting"

	"dateline/internal/web/api/reports"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/klauspost/compress/gzhttp"
)

// Options say what the API works with.
type Options struct {
	Door       *account.Door
	Editions   *edition.Desk
	Articles   articles.Doors
	Alerts     alerts.Doors
	Pictures   apipictures.Doors
	Waiting    waiting.Doors
	Fronts     fronts.Doors
	Reports    reports.Doors
	Posts      posts.Doors // its Text is Articles
	Readers    readers.Doors
	Inbox      inbox.Doors
	Moves      moves.Doors
	Comments   comments.Doors
	Moderation moderation.Doors
	Chats      chats.Doors
	People     people.Doors // its Door and Clock are those above and below
	Addresses  func() edition.Addresses
	Cookie     func(*http.Request) string // the session's secret, "" without one
	Clock      moment.Clock
	Log        *slog.Logger
}

// Limits of calls: staff may make 200 a second for long and 400 at once, strangers 20 and 100, those on this machine itself 200 and 1,000.
const (
	staffEvery    = 5 * time.Millisecond
	staffBurst    = 400
	strangerEvery = 50 * time.Millisecond
	strangerBurst = 100
	machineEvery  = 5 * time.Millisecond
	machineBurst  = 1000
	limitedKeys   = 50_000
	commentEvery  = 5 * time.Second // what one reader says
	commentBurst  = 10
	appealEvery   = 2 * time.Minute
	appealBurst   = 5
	reportEvery   = 10 * time.Second
	reportBurst   = 20
	messageEvery  = time.Second
	messageBurst  = 20
	reactEvery    = time.Second
	reactBurst    = 30
)

// smallest is from how many bytes on an answer is compressed: less fits into one packet.
const smallest = 1400

// API is the door. It is an http.Handler for /api/.
type API struct {
	whole  http.Handler // all of it, compressed for who can read that
	mux    *http.ServeMux
	log    *slog.Logger
	spec   []byte
	docs   []byte
	policy string
}

var shapeErrors = sync.OnceFunc(call.ShapeErrors)

// New registers every operation; it panics when one has no row in Rights and fails when a row has no operation.
func New(o Options) (*API, error) {
	shapeErrors()
	a := &API{mux: http.NewServeMux(), log: o.Log}
	// No answer holds a secret beside words that a stranger chose: compression tells nobody anything.
	squeeze, err := gzhttp.NewWrapper(gzhttp.MinSize(smallest), gzhttp.EnableZstd(false), gzhttp.ContentTypes([]string{"application/json", "text/html"}))
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	a.whole = squeeze(http.HandlerFunc(a.answer))
	config := huma.DefaultConfig("Dateline", "1")
	config.OpenAPIPath, config.DocsPath, config.SchemasPath = "", "", ""
	config.CreateHooks = nil // no $schema links in answers
	config.Info.Description = "News publishing: editions, sections, pictures, articles. Times are RFC 3339 in UTC; faults are RFC 9457 problems with the place of the fault."
	config.Tags = []*huma.Tag{
		{Name: "alerts", Description: "What an edition tells all its readers at once: banners, and flashes in the newsfeed."},
		{Name: "articles", Description: "Stories from the first word to the withdrawal: saves make versions, publications make revisions."},
		{Name: "authors", Description: "Who writes, as their pages show them."},
		{Name: "chats", Description: "Rooms that moderators open, and what is said in them."},
		{Name: "comments", Description: "What readers say under stories."},
		{Name: "editions", Description: "The publication in its languages."},
		{Name: "fronts", Description: "What stands on the fronts of editions and sections: pinned by editors, or by urgency and time."},
		{Name: "inbox", Description: "What sources sent: nothing of it is published by itself."},
		{Name: "moderation", Description: "Queues of what was said, decisions on it, and those who said it."},
		{Name: "moves", Description: "Whole sites that move in."},
		{Name: "people", Description: "Who calls, who works in the newsroom, and who did what."},
		{Name: "pictures", Description: "Pictures with their credits, rights and renditions."},
		{Name: "posts", Description: "Live coverage: an article of the kind live and its posts."},
		{Name: "readership", Description: "How often stories are read, in numbers and without knowing by whom."},
		{Name: "reports", Description: "What readers say is wrong."},
		{Name: "sections", Description: "The parts of an edition."},
		{Name: "sources", Description: "Feeds and watched folders that fill the inbox."},
		{Name: "topics", Description: "What stories are about, as the pages of an edition's tags show it."},
	}
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token":   {Type: "http", Scheme: "bearer", Description: "An API token: dateline token add."},
		"session": {Type: "apiKey", In: "cookie", Name: "dateline_session", Description: "The session of the newsroom."},
	}
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", named)
	config.Formats = call.JSON()
	server := &call.Server{
		API: humago.New(a.mux, config), Door: o.Door, Addresses: o.Addresses, Log: o.Log, Rights: Rights, Cookie: o.Cookie,
		Staff:     web.NewLimiter(o.Clock, staffEvery, staffBurst, limitedKeys),
		Strangers: web.NewLimiter(o.Clock, strangerEvery, strangerBurst, limitedKeys),
		Machine:   web.NewLimiter(o.Clock, machineEvery, machineBurst, 16),
	}
	o.People.Door, o.People.Clock = o.Door, o.Clock
	people.Register(server, o.People)
	editions.Register(server, o.Editions)
	alerts.Register(server, o.Alerts)
	articles.Register(server, o.Articles)
	apipictures.Register(server, o.Pictures)
	waiting.Register(server, o.Waiting)
	fronts.Register(server, o.Fronts)
	reports.Register(server, o.Reports)
	o.Posts.Text = o.Articles
	posts.Register(server, o.Posts)
	if o.Comments.Writes == nil {
		o.Comments.Writes = web.NewLimiter(o.Clock, commentEvery, commentBurst, limitedKeys)
		o.Comments.Reacts = web.NewLimiter(o.Clock, reactEvery, reactBurst, limitedKeys)
	}
	comments.Register(server, o.Comments)
	o.Moderation.Clock = o.Clock
	o.Moderation.Appeals = web.NewLimiter(o.Clock, appealEvery, appealBurst, limitedKeys)
	o.Moderation.Reported = web.NewLimiter(o.Clock, reportEvery, reportBurst, limitedKeys)
	moderation.Register(server, o.Moderation)
	if o.Chats.Writes == nil {
		o.Chats.Writes = web.NewLimiter(o.Clock, messageEvery, messageBurst, limitedKeys)
	}
	chats.Register(server, o.Chats)
	entries.Register(server, o.Articles.Desk)
	readers.Register(server, o.Readers)
	sources.Register(server, o.Inbox.Desk)
	inbox.Register(server, o.Inbox)
	moves.Register(server, o.Moves)
	if err := complete(server.API.OpenAPI()); err != nil {
		return nil, err
	}
	if err := a.describe(server.API.OpenAPI()); err != nil {
		return nil, err
	}
	return a, nil
}

// named names a type in the description: what several nouns call Fields has the noun before it.
func named(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Name() == "Fields" {
		noun := strings.TrimSuffix(path.Base(t.PkgPath()), "s")
		return strings.ToUpper(noun[:1]) + noun[1:] + "Fields"
	}
	return huma.DefaultSchemaNamer(t, hint)
}

// complete fails when the table of rights names what is not there.
func complete(spec *huma.OpenAPI) error {
	there := map[string]bool{}
	for _, item := range spec.Paths {
		for _, op := range operations(item) {
			there[op.OperationID] = true
		}
	}
	for id := range Rights {
		if !there[id] {
			return fmt.Errorf("api: the table of rights names %q, which is no operation", id)
		}
	}
	return nil
}

func operations(item *huma.PathItem) []*huma.Operation {
	var out []*huma.Operation
	for _, op := range []*huma.Operation{item.Get, item.Post, item.Patch, item.Put, item.Delete} {
		if op != nil {
			out = append(out, op)
		}
	}
	return out
}

func (a *API) describe(spec *huma.OpenAPI) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	if err := e.Encode(spec); err != nil {
		return fmt.Errorf("api: description: %w", err)
	}
	a.spec = b.Bytes()
	page, style, err := renderDocs(spec)
	if err != nil {
		return err
	}
	a.docs, a.policy = page, web.ReaderPolicy(web.StyleHash(style))
	return nil
}

// Spec gives the OpenAPI 3.1 description as it is served.
func (a *API) Spec() []byte { return a.spec }

// ServeHTTP answers everything below /api/.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.whole.ServeHTTP(w, r) }

func (a *API) answer(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/api/openapi.json":
		a.static(w, r, "application/json", a.spec)
	case "/api/docs", "/api/docs/", "/api", "/api/":
		w.Header().Set("Content-Security-Policy", a.policy)
		a.static(w, r, "text/html; charset=utf-8", a.docs)
	default:
		if _, pattern := a.mux.Handler(r); pattern == "" {
			a.nowhere(w, r)
			return
		}
		w.Header().Set("Cache-Control", "no-store") // unless an operation says otherwise
		a.mux.ServeHTTP(call.IfChanged(w, r), call.With(r))
	}
}

func (a *API) static(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		web.Adapt(func(http.ResponseWriter, *http.Request) error { return web.NotAllowed{Allow: "GET, HEAD"} }, a.log, web.ShowProblem).ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// nowhere answers addresses and methods that are not there, as problems.
func (a *API) nowhere(w http.ResponseWriter, r *http.Request) {
	rec := &refusal{header: http.Header{}}
	a.mux.ServeHTTP(rec, r)
	web.Adapt(func(http.ResponseWriter, *http.Request) error {
		if allow := rec.header.Get("Allow"); allow != "" && rec.status == http.StatusMethodNotAllowed {
			return web.NotAllowed{Allow: allow}
		}
		if noun := promised(r.URL.Path); noun != "" {
			return fault.New(fault.NotFound, "fault.not_yet", "%s: not in this version", noun)
		}
		if strings.HasPrefix(r.URL.Path, "/api/v1/") {
			return fault.New(fault.NotFound, "fault.no_call", "there is no such call in this version")
		}
		return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "page")
	}, a.log, web.ShowProblem).ServeHTTP(w, r)
}

// promised gives the part of the API that an address is of when it is one that a later version has, "" for all others.
func promised(path string) string {
	segments := strings.Split(strings.TrimPrefix(path, "/api/v1/"), "/")
	noun := segments[0]
	if noun == "articles" && len(segments) > 2 {
		if noun = segments[2]; noun == "close" {
			return "posts"
		}
	}
	if slices.Contains(later, noun) {
		return noun
	}
	return ""
}

// later are the parts of the API that a later version has.
var later = []string{"subscriptions", "newsletters", "webhooks"}

// refusal takes what the mux says of an address that is not there.
type refusal struct {
	header http.Header
	status int
}

func (r *refusal) Header() http.Header         { return r.header }
func (r *refusal) WriteHeader(status int)      { r.status = status }
func (r *refusal) Write(b []byte) (int, error) { return len(b), nil }
