package app

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/talk"
	"dateline/internal/talk/claims"
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
	return err == nil && !who.Enrol && (news.MayRead(who, slug) || talk.Moderates(who, slug))
}

// known reports whether there is what a topic is about: an edition, or something published, withdrawn ones included,
// or a room.
func (s *Site) known(ctx context.Context, topic fact.Topic) (bool, error) {
	switch kind, about := topic.Parts(); kind {
	case "newsfeed", "alerts", "desk":
		_, ok := s.Directory().Edition(about)
		return ok, nil
	case "chat":
		_, err := s.Store.Talk.Chat(ctx, about)
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		return err == nil, err
	case "article", "discussion", "live":
		item, err := s.Archive.Item(ctx, about)
		if fault.Is(err, fault.NotFound) {
			return false, nil
		}
		return err == nil && (kind != "live" || item.Kind == news.Live), err
	}
	return false, nil
}

// The words under which nodes tell each other who is where, and which moderator has which card in hand.
const (
	presence = "presence"
	claiming = "claims"
)

// presence knows who has which story open: what one node hears, all hear, and the open pages of each.
func (s *Site) presence() *news.Presence {
	p := news.NewPresence(s.Desk, func(told news.Signal) { s.say(presence, told) })
	s.bus.Hear(presence, func(data []byte) {
		if told, ok := p.Hear(data); ok {
			s.whisper(told.Topic(), told.Kind, told.At, whisperOf(told))
		} else {
			s.Config.Log.Warn("app: the bus said something that is no presence")
		}
	})
	return p
}

// claims knows which moderator has which card in hand, in the same way.
func (s *Site) claims() *claims.Claims {
	c := claims.New(s.Talk, s.Config.Clock, func(told claims.Claim) { s.say(claiming, told) })
	s.bus.Hear(claiming, func(data []byte) {
		if told, ok := c.Hear(data); ok { // what came second is nothing wrong
			s.whisper(told.Topic(), told.Kind, told.At, hand{ID: told.Comment, Comment: told.Comment, By: told.Account, Name: told.Name, Until: told.Until})
		}
	})
	return c
}

// say tells every node what is true for a moment.
func (s *Site) say(subject string, told any) {
	data, err := json.Marshal(told)
	if err != nil {
		s.Config.Log.Error("app: "+subject, "error", err)
		return
	}
	s.bus.Say(subject, data)
}

// whisper tells it to the open pages of this node.
func (s *Site) whisper(topic fact.Topic, kind fact.Kind, at time.Time, told any) {
	item, err := json.Marshal(told)
	if err == nil {
		err = s.hub.Whisper(topic, kind, at, item)
	}
	if err != nil {
		s.Config.Log.Error("app: whisper", "topic", string(topic), "error", err)
	}
}

// hand is what the desk's pages hear of a card in a moderator's hand.
type hand struct {
	ID      string    `json:"id"`
	Comment string    `json:"comment"`
	By      string    `json:"by"`
	Name    string    `json:"name"`
	Until   time.Time `json:"until"`
}

// whisper is what the desk's pages hear of presence: fields named as in the facts of the desk.
type whisper struct {
	ID    string    `json:"id"` // of the article
	By    string    `json:"by"`
	Name  string    `json:"name"`
	Tab   string    `json:"tab"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
	Ask   string    `json:"ask,omitempty"`  // id of a question
	Lock  string    `json:"lock,omitempty"` // that it is about
}

func whisperOf(s news.Signal) whisper {
	return whisper{ID: s.Article, By: s.Account, Name: s.Name, Tab: s.Tab, Since: s.Since, Until: s.Until, Ask: s.ID, Lock: s.Lock}
}
