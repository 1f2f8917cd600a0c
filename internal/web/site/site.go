// Package site is the readers' door: every public address that is not the API's, the live stream's or the newsroom's.
//
// It promises: each page has one address, and every other way to write it (an extra slash, an earlier slug, an edition's
// name where it is not needed) is a permanent redirect there; what was withdrawn answers 410 with its note; what is not there
// answers 404, remembered in a few bytes and forgotten when something is published there; an unknown host is the default
// edition's. Pages are made from what is published only, kept in the cache as bytes, and the same for everybody: no
// cookie is read or set, but below /account, of which nobody keeps anything. A page reads its place in the live stream before it reads what it shows, so that between page and
// stream nothing is lost.
package site

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"dateline/internal/account"
	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/page/feed"
	"dateline/internal/readership"
	"dateline/internal/talk"
	"dateline/internal/web"
	"dateline/internal/web/cache"
	"dateline/internal/web/site/cursor"
	"dateline/internal/web/site/held"
)

// Pictures gives pictures by their ids, whatever their state; those that do not exist are left out.
type Pictures interface {
	Pictures(ctx context.Context, ids []string) (map[string]media.Picture, error)
}

// Stream gives the place of topics in the live stream, as pages carry it.
type Stream interface {
	Position(ctx context.Context, topics ...fact.Topic) (string, error)
}

// Asset is a built file that pages name by an address which changes with its content.
type Asset struct {
	Type string // "text/javascript; charset=utf-8"
	Body []byte
}

// Options say what a Site works with. Archive, Pages, Directory, Pictures, Files and Base are needed.
type Options struct {
	Archive   news.Archive
	Coverage  coverage.Reader
	Pages     *page.Renderer
	Directory func() *edition.Directory // as it is now: newer than any drop of a tag that came before the call
	Pictures  Pictures
	Files     held.Store
	FileBytes int64            // most bytes of pictures' files held in memory, 32 MB when 0
	Stream    Stream           // nil: pages name no place in the stream
	Base      string           // the public address, without a slash at the end
	Assets    map[string]Asset // by path: "/assets/reader.3f9a.js"
	Security  feed.Security    // what it leaves empty of security.txt is filled in
	Sitemap   int              // items in a sitemap without an index, 5,000 when 0
	Ready     func(ctx context.Context) error
	Report    func(ctx context.Context, article, text string) error // takes what a reader says is wrong; nil takes none
	// Vote counts the vote of somebody who is known by a name only he keeps, and answers false when he has voted before; nil takes none.
	Vote   func(ctx context.Context, post, voter string, option int) (bool, error)
	Talk   *talk.Desk  // takes what readers say; nil takes nothing
	Spoken talk.Reader // gives what is public of it
	// Who gives whom a session's secret belongs to; nil knows nobody. A session that is over is fault.Unauthenticated.
	Who     func(ctx context.Context, secret string) (account.Actor, error)
	Readers Readers // lets readers in; nil lets nobody in
	// Written gives what a reader wrote here, for who asks for his data; nil gives nothing.
	Written  func(ctx context.Context, account string) (any, error)
	Names    func(ctx context.Context, accounts []string) (map[string]string, error) // of accounts
	Mail     bool                                                                    // the site sends mail
	FormKey  []byte                                                                  // signs when a form was shown; nil: its own, so that forms of before a restart are asked for again
	Tries    *web.Tries                                                              // shared with the other doors; nil: its own
	Views    *readership.Counter                                                     // counts who reads stories; nil counts nobody
	MostRead func(ctx context.Context, slug string) ([]string, error)                // stories of an edition by how much they are read; nil shows none
	Clock    moment.Clock
	Log      *slog.Logger
	Cache    cache.Options // Part, Clock and Log are filled in
}

// Site serves readers.
type Site struct {
	o       Options
	host    string // of Base
	cache   *cache.Cache
	mux     *http.ServeMux
	search  *web.Limiter
	reports *web.Limiter // by address
	flood   *web.Limiter // of reports, all together
	misses  *web.Limiter
	votes   *web.Limiter // by address
	remarks *web.Limiter // of one reader
	unsent  *web.Limiter // of strangers, by address
	kept    *web.Limiter // of strangers, all together
	reacts  *web.Limiter // of one reader
	appeals *web.Limiter // of one reader
	blames  *web.Limiter // of comments, by one reader
	headers sync.Map     // of pages, by language
	newest  newest
	files   *held.Files
}

// New makes the door and its cache, which Close ends.
func New(o Options) (*Site, error) {
	base, err := url.Parse(o.Base)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("site: public address %q has no host", o.Base)
	}
	if o.Clock == nil {
		o.Clock = moment.System{}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Tries == nil {
		o.Tries = web.NewTries(o.Clock)
	}
	if o.FormKey == nil {
		o.FormKey = make([]byte, 32)
		_, _ = rand.Read(o.FormKey) // never fails
	}
	s := &Site{o: o, host: web.BareHost(base.Host), mux: http.NewServeMux()}
	s.search = web.NewLimiter(o.Clock, 500*time.Millisecond, 20, 0)
	s.reports = web.NewLimiter(o.Clock, reportEvery, reportBurst, 0)
	s.flood = web.NewLimiter(o.Clock, floodEvery, floodBurst, 16)
	s.remarks = web.NewLimiter(o.Clock, remarkEvery, remarkBurst, 0)
	s.unsent = web.NewLimiter(o.Clock, unsentEvery, unsentBurst, 0)
	s.kept = web.NewLimiter(o.Clock, keptEvery, keptBurst, 16)
	s.blames = web.NewLimiter(o.Clock, blameEvery, blameBurst, 0)
	s.reacts = web.NewLimiter(o.Clock, reactEvery, reactBurst, 0)
	s.appeals = web.NewLimiter(o.Clock, appealEvery, appealBurst, 0)
	s.votes = web.NewLimiter(o.Clock, voteEvery, voteBurst, 0)
	s.misses = web.NewLimiter(o.Clock, missEvery, missBurst, 0)
	c := o.Cache
	c.Clock, c.Log, c.Part = o.Clock, o.Log, s.part
	s.cache = cache.New(c)
	s.files = held.New(o.Files, o.FileBytes)
	for _, r := range s.routes() {
		show := web.Show(s.Show)
		if r.plain {
			show = plain
		}
		h := r.handler
		if !strings.Contains(r.Methods, http.MethodPost) {
			h = web.Reading(h)
		}
		s.mux.Handle(r.Pattern, web.Adapt(h, o.Log, show))
	}
	return s, nil
}

// Close ends the cache's worker.
func (s *Site) Close() { s.cache.Close() }

// Cache gives the cache, whose Drop follows what is published.
func (s *Site) Cache() *cache.Cache { return s.cache }

// route is a row of the door's table with what serves it.
type route struct {
	web.Route
	handler web.Handler
	plain   bool // failures are a line of text
}

// routes is the table of the door. What stands under an edition's name is resolved by the last row.
func (s *Site) routes() []route {
	row := func(pattern string, h web.Handler, plain bool) route {
		return route{web.Route{Methods: "GET, HEAD", Pattern: pattern, Who: web.Anybody}, h, plain}
	}
	return []route{
		row("/healthz", s.alive, true),
		row("/readyz", s.ready, true),
		row("/robots.txt", s.robots, true),
		row("/sitemap.xml", s.sitemap, true),
		row("/sitemap-news.xml", s.sitemapNews, true),
		row("/sitemaps/{name}", s.sitemapPart, true),
		row("/.well-known/security.txt", s.security, true),
		row("/icon.svg", s.icon, true),
		row("/favicon.ico", s.favicon, true),
		row("/assets/{name...}", s.asset, true),
		row("/media/{key...}", s.media, true),
		{web.Route{Methods: "GET, HEAD, POST", Pattern: "/report/{id}", Who: web.Anybody}, s.reported, false},
		{web.Route{Methods: "GET, HEAD, POST", Pattern: "/vote/{id}", Who: web.Anybody}, s.vote, false},
		{web.Route{Methods: "GET, HEAD, POST", Pattern: "/comment/{id}", Who: web.Anybody}, s.remark, false},
		{web.Route{Methods: "POST", Pattern: "/comment/{id}/edit", Who: web.Anybody}, s.editRemark, false},
		{web.Route{Methods: "POST", Pattern: "/comment/{id}/remove", Who: web.Anybody}, s.removeRemark, false},
		{web.Route{Methods: "POST", Pattern: "/comment/{id}/react", Who: web.Anybody}, s.react, false},
		row("/comment/{id}/unread", s.unread, false),
		{web.Route{Methods: "GET, HEAD, POST", Pattern: "/comment/{id}/report", Who: web.Anybody}, s.complain, false},
		{web.Route{Methods: "GET, HEAD, POST", Pattern: "/comment/{id}/appeal", Who: web.Anybody}, s.appeal, false},
		{web.Route{Methods: "POST", Pattern: "/comment/{id}/ignore", Who: web.Anybody}, s.ignore, false},
		{web.Route{Methods: "GET, HEAD, POST", Pattern: "/{path...}", Who: web.Anybody}, s.page, false},
	}
}

// Routes lists the door's addresses: every one is anybody's and takes GET and HEAD, the forms for reports, votes and comments POST too. What the last one resolves is in Addresses and Forms.
func Routes() []web.Route {
	var out []web.Route
	for _, r := range new(Site).routes() {
		out = append(out, r.Route)
	}
	return out
}

// Addresses are the forms of the addresses that the last route resolves, with an edition's name before them or without.
var Addresses = []string{
	"/", "/newsfeed", "/newsfeed/{section}", "/search", "/corrections", "/subscribe", "/chats", "/chats/mine", "/chats/{slug}", "/account", "/account/sign-in", "/account/sign-in/with", "/account/sign-in/from", "/account/sign-in/{token}", "/account/email/{token}", "/account/unsubscribe/{token}", "/account/notifications", "/account/comments", "/account/who", "/account/data", "/tag/{slug}", "/author/{slug}",
	"/page/{slug}", "/page/{slug}/history", "/{section}", "/{section}/{slug}", "/{section}/{slug}/discussion", "/{section}/{slug}/history",
	"/feed.xml", "/atom.xml", "/feed.json", "/{section}/feed.xml", "/{section}/atom.xml", "/{section}/feed.json", "/tag/{slug}/feed.xml",
	"/tag/{slug}/atom.xml", "/tag/{slug}/feed.json", "/author/{slug}/feed.xml", "/author/{slug}/atom.xml", "/author/{slug}/feed.json",
	"/{section}/{slug}/feed.xml", "/{section}/{slug}/atom.xml", "/{section}/{slug}/feed.json",
}

// Forms are the forms of the addresses that the last route resolves and that are posted to, with an edition's name before them or without.
var Forms = []string{
	"/account/sign-in", "/account/sign-in/{token}", "/account/sign-in/code", "/account/sign-in/password", "/account/sign-out", "/account/name", "/account/password", "/account/sessions", "/account/email",
	"/account/sign-in/passkey", "/account/sign-in/passkey/ask", "/account/passkey", "/account/passkey/ask",
	"/account/email/{token}", "/account/unsubscribe/{token}", "/account/mail", "/account/ignored", "/account/appeal", "/account/delete",
}

// Quick answers a page that is in memory; it is for web.GateOptions.
func (s *Site) Quick(w http.ResponseWriter, r *http.Request, host string) bool {
	if r.URL.RawQuery != "" {
		return false // what of it counts depends on the page
	}
	return s.cache.Hit(w, r, cache.Key{Host: s.hostKey(host), Path: r.URL.Path})
}

// Bytes gives what Quick would answer to a GET, as Cache.Bytes does.
func (s *Site) Bytes(host, path string, asked cache.Asked, around http.Header) (head, body []byte, ok bool) {
	return s.cache.Bytes(cache.Key{Host: s.hostKey(host), Path: path}, asked, around)
}

// ServeHTTP answers one request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// asked gives the host a request is for.
func asked(r *http.Request) string {
	if c := web.From(r.Context()); c.Peer.Host != "" {
		return c.Peer.Host
	}
	return r.Host
}

// page answers everything that stands under an edition's name.
func (s *Site) page(w http.ResponseWriter, r *http.Request) error {
	rd, host := s.reading(), web.BareHost(asked(r))
	p := rd.resolve(host, r.URL.Path)
	if p.kind != signInLink && p.kind != emailLink && p.kind != unsubscribe {
		web.From(r.Context()).Route = r.URL.Path // public, and no secret in it
	}
	if p.kind.personal() && p.to == "" {
		return s.accounts(w, r, p)
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return web.NotAllowed{Allow: "GET, HEAD"}
	}
	if p.kind == joined && p.to == "" {
		return s.joined(w, r, p)
	}
	if p.edition.Slug == "" {
		return s.empty(w, r)
	}
	if p.to != "" {
		redirect(w, r, p.to)
		return nil
	}
	key := cache.Key{Host: s.hostKey(asked(r)), Path: r.URL.Path}
	if (p.kind == front || p.kind == nowhere) && r.URL.RawQuery != "" {
		if done, err := s.numbered(w, r, rd, p, key); done || err != nil {
			return err
		}
	}
	if r.URL.RawQuery != "" {
		w = keeping{w, r.URL.RawQuery}
	}
	if p.kind == nowhere {
		places := rd.others(host, r.URL.Path)
		if len(places) == 0 && former(r.URL.Path) == "" {
			return s.lost(w, r, p.edition)
		}
		if err := s.mayMiss(r, key); err != nil {
			return err
		}
		return s.cache.Serve(w, r, key, s.orNowhere(key, p.edition, func(ctx context.Context) (cache.Page, error) { return s.elsewhere(ctx, rd, places, key, p.edition) }))
	}
	from := ""
	if r.URL.RawQuery != "" {
		q := r.URL.Query()
		switch p.kind {
		case search:
			return s.found(w, r, p, q)
		case front, section, topic, author, newsfeed, corrections:
			if p.goesOn() {
				from = q.Get("after")
			}
			if from != "" {
				if _, ok := cursor.Parse(from); !ok {
					return s.lost(w, r, p.edition)
				}
				key.Query = "after=" + from
			}
		case chats:
			if from = q.Get("after"); from != "" {
				if _, err := moment.Number(from); err != nil {
					return s.lost(w, r, p.edition)
				}
				key.Query = "after=" + from
			}
		case chat:
			var ok bool
			if key.Query, ok = p.rooming(q); !ok {
				return s.lost(w, r, p.edition)
			}
		case article:
			if p.tail == "discussion" {
				var ok bool
				if key.Query, ok = p.talking(q); !ok {
					return s.lost(w, r, p.edition)
				}
				break
			}
			if p.post, p.oldest = q.Get("post"), q.Get("order") == "oldest"; p.tail == "" && (p.post != "" || p.oldest) {
				if _, err := moment.Number(p.post); p.post != "" && err != nil {
					return s.lost(w, r, p.edition)
				}
				key.Query = p.query()
			}
		}
		if s.cache.Hit(w, r, key) {
			return nil
		}
	}
	if err := s.mayMiss(r, key); err != nil {
		return err
	}
	return s.cache.Serve(w, r, key, s.orNowhere(key, p.edition, func(ctx context.Context) (cache.Page, error) {
		page, err := s.render(ctx, rd, p, from)
		if notFound(err) && from == "" {
			if page, err := s.elsewhere(ctx, rd, rd.others(host, key.Path), key, p.edition); !notFound(err) {
				return page, err
			}
		}
		return page, err
	}))
}

// How many addresses that are not in memory one reader may ask for: each costs the database a look and the memory a place. Nobody who
// reads meets this, and a search engine waits as it is told.
const (
	missEvery = 20 * time.Millisecond
	missBurst = 500
)

// mayMiss counts a request for what was not asked for before, and refuses it when its sender had too many of them.
func (s *Site) mayMiss(r *http.Request, key cache.Key) error {
	if s.cache.Knows(key) {
		return nil
	}
	return s.miss(r)
}

// miss is mayMiss for what has no key.
func (s *Site) miss(r *http.Request) error {
	peer := web.From(r.Context()).Peer.Addr
	if peer.IsLoopback() {
		return nil
	}
	return s.misses.Must(web.AddressKey(peer))
}

// keeping puts the query that was asked with behind the address that a kept redirect leads to.
type keeping struct {
	http.ResponseWriter
	query string
}

// Unwrap gives the writer below.
func (k keeping) Unwrap() http.ResponseWriter { return k.ResponseWriter }

// WriteHeader changes the Location of a redirect; what it is made of is shared and stays as it is.
func (k keeping) WriteHeader(status int) {
	if to := k.Header().Get("Location"); to != "" && status == http.StatusMovedPermanently && !strings.Contains(to, "?") {
		k.Header().Set("Location", to+"?"+k.query)
	}
	k.ResponseWriter.WriteHeader(status)
}

// redirect sends to the one address of a page, the query kept. To is a path of this site or an address made from the directory.
func redirect(w http.ResponseWriter, r *http.Request, to string) {
	w.Header().Set("Cache-Control", "public, max-age=0") // a slug may be another section's one day
	if strings.HasPrefix(to, "/") {
		web.Redirect(w, r, to, http.StatusMovedPermanently)
		return
	}
	if u, err := url.Parse(to); err == nil {
		to = u.String() // escaped
	}
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusMovedPermanently)
}

// alive says that the process answers.
func (s *Site) alive(w http.ResponseWriter, r *http.Request) error {
	return say(w, r, http.StatusOK, "ok\n")
}

// ready says whether the house may take traffic.
func (s *Site) ready(w http.ResponseWriter, r *http.Request) error {
	if s.o.Ready != nil {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		if err := s.o.Ready(ctx); err != nil {
			return say(w, r, http.StatusServiceUnavailable, "not ready\n")
		}
	}
	return say(w, r, http.StatusOK, "ready\n")
}

// say answers with a line of text that nobody keeps.
func say(w http.ResponseWriter, r *http.Request, status int, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, text) // the client may have gone; nothing is left to do
	}
	return nil
}

// plain shows a failure as a line of text.
func plain(w http.ResponseWriter, r *http.Request, f web.Failure) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(f.Status)
	if r.Method == http.MethodHead {
		return
	}
	text := http.StatusText(f.Status)
	if f.Fault != nil && f.Fault.Text != "" {
		text = f.Fault.Text
	}
	_, _ = io.WriteString(w, text+"\n") // the client may have gone; nothing is left to do
}
