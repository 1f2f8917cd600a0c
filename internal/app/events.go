package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web"
)

// How often an address may open a stream or ask for a stretch: a thousand readers behind one address come back after a restart
// within seconds, and nobody needs more. Loopback is exempt.
const (
	eventsEvery = 20 * time.Millisecond
	eventsBurst = 2000
)

// events is the door of the live stream.
func (s *Site) events() http.Handler {
	opened := web.NewLimiter(s.Config.Clock, eventsEvery, eventsBurst, 0)
	return s.hub.Handler(func(open func(http.ResponseWriter, *http.Request) error) http.Handler {
		return web.Adapt(func(w http.ResponseWriter, r *http.Request) error {
			if peer := web.From(r.Context()).Peer.Addr; !peer.IsLoopback() {
				if err := opened.Must(web.AddressKey(peer)); err != nil {
					return err
				}
			}
			return open(w, r)
		}, s.Config.Log, web.ShowProblem)
	})
}

// mayFollow lets staff follow the desks of their editions.
func (s *Site) mayFollow(r *http.Request, topic fact.Topic) bool {
	kind, slug := topic.Parts()
	if kind != "desk" {
		return false
	}
	secret, as := web.Session(r), account.Session
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		secret, as = token, account.Token
	}
	if secret == "" {
		return false
	}
	who, err := s.Door.Who(r.Context(), secret, as)
	return err == nil && news.MayRead(who, slug)
}

// known reports whether there is what a topic is about: an edition, or something published, withdrawn ones included. There are no
// rooms in this version.
func (s *Site) known(ctx context.Context, topic fact.Topic) (bool, error) {
	switch kind, about := topic.Parts(); kind {
	case "newsfeed", "alerts", "desk":
		_, ok := s.Directory().Edition(about)
		return ok, nil
	case "article", "discussion", "live":
		item, err := s.Archive.Item(ctx, about)
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		return err == nil && (kind != "live" || item.Kind == news.Live), err
	}
	return false, nil
}
