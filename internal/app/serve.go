package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/account"
	"dateline/internal/coverage"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/live"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/readership"
	"dateline/internal/relay"
	"dateline/internal/relay/counsel"
	"dateline/internal/talk"
	"dateline/internal/transfer"
	"dateline/internal/web"
	"dateline/internal/web/api"
	"dateline/internal/web/api/alerts"
	"dateline/internal/web/api/articles"
	"dateline/internal/web/api/chats"
	"dateline/internal/web/api/comments"
	"dateline/internal/web/api/fronts"
	"dateline/internal/web/api/inbox"
	"dateline/internal/web/api/moderation"
	"dateline/internal/web/api/moves"
	"dateline/internal/web/api/people"
	"dateline/internal/web/api/pictures"
	"dateline/internal/web/api/posts"
	"dateline/internal/web/api/readers"
	"dateline/internal/web/api/reports"
	"dateline/internal/web/api/waiting"
	"dateline/internal/web/cache"
	"dateline/internal/web/lane"
	"dateline/internal/web/newsroom"
	"dateline/internal/web/site"
	"dateline/ui"
)

// finishWithin is how long what runs may take to finish at a stop, and streams to be told when to come back; then connections are
// cut. What follows takes far less than the rest of the ten seconds a stop may take.
const finishWithin = 6 * time.Second

// emptyWithin is how long connections may end by themselves at a stop, before those that idle are cut.
const emptyWithin = time.Second

// Site is a house with its doors open.
type Site struct {
	*House
	hub     *live.Hub
	census  *live.Census
	bus     *live.Bus
	site    *site.Site
	front   *cache.InFront // the caches in front
	gate    *web.Gate
	server  *http.Server
	open    atomic.Int64 // connections of server that are not a stream's
	listen  net.Listener
	lane    *lane.Listener // around listen; nil when it is turned off
	watch   net.Listener   // of the admin address; nil when it is off
	intake  *transfer.Intake
	views   *readership.Counter
	readers *readership.Desk
	tries   *web.Tries
	letters *relay.Post
	learner *talk.Learner    // of what moderators decide
	outside *counsel.Counsel // services that editions ask
	letGoOf []func()         // what was opened for the doors
	own     ownChanges
	running sync.WaitGroup
	stop    context.CancelFunc
}

// ownChanges are the changes whose stale pages this node has dropped already, before their writer was answered.
type ownChanges struct {
	mu   sync.Mutex
	seqs map[int64]bool
}

func (o *ownChanges) note(seq int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seqs == nil || len(o.seqs) > 10_000 { // forgetting costs a second drop and nothing else
		o.seqs = map[int64]bool{}
	}
	o.seqs[seq] = true
}

// clear forgets every change.
func (o *ownChanges) clear() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seqs = nil
}

// took reports whether seq was noted, and forgets it.
func (o *ownChanges) took(seq int64) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	was := o.seqs[seq]
	delete(o.seqs, seq)
	return was
}

// Build puts the doors on a house and takes the address to listen on; Run serves.
func Build(ctx context.Context, h *House) (_ *Site, err error) {
	s := &Site{House: h}
	defer func() {
		if err != nil {
			s.letGo(ctx)
		}
	}()
	c := h.Config
	if c.Listen == "" {
		c.Listen = DefaultListen
	}
	if s.listen, err = listen(c.Listen); err != nil {
		return nil, err
	}
	if h.Config.URL == "" { // the port may have come from the kernel
		h.Config.Listen = s.listen.Addr().String()
	}
	if err := h.rememberAddress(ctx); err != nil { // a full disk is no reason not to serve
		c.Log.Warn("app: the public address was not noted; commands print another one unless they get --url", "error", err)
	}
	if c.AdminListen != "" {
		if s.watch, err = net.Listen("tcp", c.AdminListen); err != nil {
			return nil, fmt.Errorf("--admin-listen %s: %w", c.AdminListen, err)
		}
	}
	proxies, err := web.ParseProxies(c.TrustProxy...)
	if err != nil {
		return nil, fmt.Errorf("--trust-proxy: %w", err)
	}
	if s.bus, err = live.OpenBus(ctx, c.Bus, c.Log); err != nil {
		return nil, fmt.Errorf("--bus %s: %w", redacted(c.Bus), err)
	}
	s.hub = live.NewHub(live.Options{
		Source: h.Store, Filler: s.filler(), Log: c.Log, StreamsPerAddress: c.Streams,
		Address: func(r *http.Request) netip.Addr { return web.From(r.Context()).Peer.Addr },
		Allow:   s.mayFollow, Known: s.known,
	})
	s.census = live.NewCensus(s.hub, s.bus, c.Clock)
	s.views = readership.NewCounter()
	s.readers = readership.NewDesk(h.Store, c.Clock, h.Archive, h.Directory, s.census.Count)
	s.tries = web.NewTries(c.Clock)
	pages, assets, err := s.pages()
	if err != nil {
		return nil, err
	}
	if s.letters, err = s.post(ctx, pages); err != nil {
		return nil, err
	}
	keep := cache.Options{KeyHeader: "Surrogate-Key"}
	if len(c.Purge) > 0 {
		keep.SharedAge = cache.FrontAge
	}
	s.front = cache.NewInFront(keep.KeyHeader, c.Log, c.Purge...)
	s.letGoOf = append(s.letGoOf, s.front.Close)
	if s.site, err = site.New(site.Options{
		Archive: h.Archive, Coverage: h.Store, Vote: h.Posts.Vote, Pages: pages, Directory: h.Directory, Pictures: h.Store, Files: shelf{h.Files}, Stream: s.hub, Base: h.Config.Public(),
		Assets: assets, Ready: h.Store.Ready, Report: func(ctx context.Context, article, text string) error {
			_, err := h.Desk.Report(ctx, article, text)
			return err
		},
		Who: func(ctx context.Context, secret string) (account.Actor, error) {
			return h.Door.Who(ctx, secret, account.Session)
		},
		Written: h.written, Names: h.Store.Names, Readers: h.Door, Mail: c.SMTP != "", FormKey: h.formKey(ctx), Tries: s.tries,
		Talk: h.Talk, Spoken: h.Store.Talk,
		Views: s.views, MostRead: h.Store.MostRead,
		Clock: c.Clock, Log: c.Log, Cache: keep,
	}); err != nil {
		return nil, err
	}
	if err := s.advise(); err != nil {
		return nil, err
	}
	reads, done, err := h.Intaking()
	if err != nil {
		return nil, err
	}
	s.intake, s.letGoOf = reads, append(s.letGoOf, done)
	gate, err := s.doors(proxies, pages)
	if err != nil {
		return nil, err
	}
	drop := func(change fact.Change) {
		s.dropPages(change)
		s.own.note(change.Seq)
		s.bus.Wake("house")
	}
	h.onChange.Store(&drop)
	s.gate, s.server = gate, web.NewServer(gate, c.Log)
	s.server.ConnState = s.counted
	if !c.NoLane {
		s.enterLane(gate.Around())
	}
	return s, nil
}

// filler puts words to what is told to open pages. It is asked once the site is there.
func (s *Site) filler() relay.Filler {
	return relay.Filler{Archive: s.Store, Alerts: s.Store, Addresses: s.Addresses, Names: s.Store.Names, Coverage: s.Store, Spoken: s.Store.Talk, Said: func(ctx context.Context, of talk.Ground, c talk.Shown) ([]byte, error) {
		return s.site.SaidHTML(ctx, of, c)
	}, Post: func(ctx context.Context, of news.Item, i coverage.Item) ([]byte, error) {
		return s.site.LivePost(ctx, of, i)
	}}
}

// pages makes the renderer with the scripts that were built, or without any.
func (s *Site) pages() (*page.Renderer, map[string]site.Asset, error) {
	o := page.Options{Addresses: s.Addresses, Assets: map[string]string{}}
	if s.Config.Theme != "" {
		o.Theme = os.DirFS(s.Config.Theme)
	}
	assets := map[string]site.Asset{}
	for _, name := range ui.Modules {
		switch script, err := ui.Module(name); {
		case errors.Is(err, ui.ErrNotBuilt):
			s.Config.Log.Warn("pages carry no script", "script", name, "error", err)
		case err != nil:
			return nil, nil, err
		default:
			path := "/assets/" + script.Name
			o.Assets[name+".js"] = path
			assets[path] = site.Asset{Type: "text/javascript; charset=utf-8", Body: script.Code}
		}
	}
	pages, err := page.New(o)
	if err != nil {
		return nil, nil, fmt.Errorf("theme %s: %w", s.Config.Theme, err)
	}
	for _, f := range pages.Files() {
		assets[f.Path] = site.Asset{Type: f.Type, Body: f.Body}
	}
	return pages, assets, nil
}

// doors joins the doors.
func (s *Site) doors(proxies web.Proxies, pages *page.Renderer) (*web.Gate, error) {
	h, c := s.House, s.Config
	calls, err := api.New(api.Options{
		Door: h.Door, Editions: h.Editors, Addresses: h.Addresses, Cookie: web.Session, Clock: c.Clock, Log: c.Log,
		Articles:   articles.Doors{Desk: h.Desk, Archive: h.Archive, Picture: h.Store.Picture, Pictures: h.Store.Pictures, Offered: h.Intake.Offered, Presence: s.presence(), Previews: s.site},
		Posts:      posts.Doors{Desk: h.Posts, Reader: h.Store, Archive: h.Archive, Stories: h.Desk},
		Comments:   comments.Doors{Desk: h.Talk, Reader: h.Store.Talk, Archive: h.Archive},
		Chats:      chats.Doors{Desk: h.Talk, Reader: h.Store.Talk, Archive: h.Archive},
		Moderation: moderation.Doors{Desk: h.Talk, Claims: s.claims(), Reader: h.Store.Talk, Archive: h.Archive, Names: h.Store.Names},
		Reports:    reports.Doors{Desk: h.Desk, Archive: h.Archive, Names: h.Store.Names},
		Fronts:     fronts.Doors{Desk: h.Editors, Archive: h.Archive, Names: h.Store.Names, Preview: s.site.Preview, Clock: c.Clock},
		Moves:      moves.Doors{Desk: h.Intake, Stories: h.Desk, Pictures: h.Library, Files: shelf{h.Files}},
		Alerts:     alerts.Doors{Desk: h.Editors, Clock: c.Clock, Names: h.Store.Names},
		Readers:    readers.Doors{Desk: s.readers},
		Inbox:      inbox.Doors{Desk: h.Intake, Stories: h.Desk, Intake: s.intake},
		Waiting:    waiting.Doors{Begun: h.begun, Dismiss: h.dismissWaiting},
		Pictures:   pictures.Doors{Library: h.Library, Desk: h.Desk, Clock: c.Clock, Public: h.Store.Pictures, ShownIn: h.Store.ShownIn},
		People:     people.Doors{Names: h.Store.Names, Headlines: h.Store.Headlines, Arrived: h.Store.Arrived},
	})
	if err != nil {
		return nil, err
	}
	desk, err := ui.Newsroom()
	if errors.Is(err, ui.ErrNotBuilt) {
		c.Log.Warn("the newsroom has no application", "error", err)
	} else if err != nil {
		return nil, err
	}
	staff, err := newsroom.New(newsroom.Options{Accounts: h.Door, Editions: h.Editors, Pages: pages, App: desk, Mark: ui.NonceMark, Tries: s.tries, Clock: c.Clock, Log: c.Log})
	if err != nil {
		return nil, err
	}
	return web.NewGate(web.GateOptions{
		Log: c.Log, Proxies: proxies, Public: h.Config.Public(), Quick: s.site.Quick,
		Doors: []web.Door{
			{Prefix: "/", Handler: s.site, Show: s.site.Show},
			{Prefix: "/events", Handler: s.events(), Show: web.ShowProblem, Stream: true},
			{Prefix: "/api", Handler: calls, Show: web.ShowProblem},
			{Prefix: "/newsroom", Handler: staff, Show: staff.Show},
		},
	})
}

// Run serves until ctx ends, then stops within ten seconds.
func (s *Site) Run(ctx context.Context) error {
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.running.Go(func() {
		s.hub.Follow(run, live.Following{Drop: s.dropped, Woken: s.bus.Woken(), Notices: s.Store.Notices()})
	})
	worker := &relay.Worker{Work: s.Store, Doers: []relay.Doer{s.Desk, s.Posts, s.Talk, s.Library, s.Editors, s.intake, s.readers, s.letters, s.teller(), s.Door}, Long: map[string]bool{intake.WorkRead: true, intake.WorkMove: true, fact.WorkLetter: true}, Clock: s.Config.Clock, Log: s.Config.Log}
	s.running.Go(func() { worker.Run(run) })
	s.running.Go(func() { s.tidy(run) })
	s.running.Go(func() { s.census.Run(run) })
	writer := &readership.Writer{Counter: s.views, Store: s.Store, Clock: s.Config.Clock, Log: s.Config.Log}
	s.running.Go(func() { writer.Run(run) })
	s.running.Go(func() { s.learner.Run(run) })
	if s.watch != nil {
		s.running.Go(func() { s.admin(run, s.watch) })
	}
	s.awaitHub(ctx)
	failed := make(chan error, 1)
	go func() { failed <- s.server.Serve(s.listen) }()
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWithin)
	defer cancel()
	streams := make(chan error, 1)
	go func() { streams <- s.hub.Close(end) }()
	s.listen.Close() // whoever comes from now on waits at the socket that stays, or is told at once
	s.gate.Leave()
	s.leaveLane(end)
	s.empty(end)
	if serr := s.server.Shutdown(end); serr != nil {
		s.server.Close()
	}
	s.letGo(end)
	if serr := <-streams; serr != nil {
		s.Config.Log.Warn("app: streams were cut", "error", serr)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// enterLane lets pages in memory be answered before net/http has read the request; around stands in each answer.
func (s *Site) enterLane(around http.Header) {
	s.lane = lane.Listen(s.listen, func(q lane.Asked) (lane.Answer, bool) {
		head, body, ok := s.site.Bytes(q.Host, q.Path, cache.Asked{AcceptEncoding: q.AcceptEncoding, IfNoneMatch: q.IfNoneMatch, IfModifiedSince: q.IfModifiedSince, Reads: q.Reads}, around)
		return lane.Answer{Head: head, Body: body}, ok
	}, lane.Limits{Head: web.HeaderWithin, Idle: web.IdleFor, Write: web.AnswerWithin})
	s.listen = s.lane
}

// counted hears what becomes of the server's connections.
func (s *Site) counted(c net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.open.Add(-1)
	}
	if s.lane != nil {
		s.lane.State(c, state)
	}
}

// leaveLane lets what the lane writes be written, a moment at most: a reader that does not read must not hold up the others' end.
func (s *Site) leaveLane(ctx context.Context) {
	if s.lane == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	s.lane.Finish(ctx)
}

// empty waits a moment for the answers after which connections end: those that are cut while they idle may be carrying a request already.
func (s *Site) empty(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, emptyWithin)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for s.open.Load() > 0 {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// awaitHub waits until streams can be opened, so that the first reader after a start is not sent away; when the database does not
// answer, pages are served without waiting longer.
func (s *Site) awaitHub(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := s.hub.Position(ctx, fact.House); err == nil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// dropped hears what other processes, or this one, made stale, before readers hear of it.
func (s *Site) dropped(change fact.Change) {
	s.learner.Heard(change)
	if change.Seq == 0 { // a new life of the database may give these numbers again
		s.own.clear()
	}
	if s.own.took(change.Seq) && !s.behind.Load() {
		return
	}
	s.renew(change.Stale)
	s.dropPages(change)
}

func (s *Site) dropPages(change fact.Change) {
	after := cache.Keep
	if change.Forget {
		after = cache.Forget
	}
	s.site.Cache().Drop(after, change.Stale...)
	s.front.Drop(change.Stale...)
}

// Close lets go of a site that was built and is not to run.
func (s *Site) Close() { s.letGo(context.Background()) }

// letGo ends everything but the house.
func (s *Site) letGo(ctx context.Context) {
	if s.stop != nil {
		s.stop()
	}
	s.running.Wait()
	if s.hub != nil && s.stop == nil {
		s.hub.Close(ctx)
	}
	if s.site != nil {
		s.site.Close()
	}
	for _, done := range s.letGoOf {
		done()
	}
	if s.bus != nil {
		s.bus.Close()
	}
	for _, l := range []net.Listener{s.listen, s.watch} {
		if l != nil {
			l.Close()
		}
	}
}

// SetUpLink gives the one-time address of the first set-up, "" when the site is set up.
func (h *House) SetUpLink(ctx context.Context) (string, error) {
	if len(h.Directory().Editions) > 0 {
		return "", nil
	}
	link, err := h.Door.SetUpLink(ctx)
	if fault.Is(err, fault.Conflict) {
		return "", nil // there are accounts, so somebody can sign in
	}
	if err != nil {
		return "", err
	}
	return h.Config.Public() + "/newsroom/set-up/" + link, nil
}
