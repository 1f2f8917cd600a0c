package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/page"
	"dateline/internal/relay"
	"dateline/internal/talk"
	"dateline/internal/web/site"
)

// sender is the address that letters come from.
func (c Config) sender() string {
	if c.MailFrom != "" {
		return c.MailFrom
	}
	return "noreply@" + c.mailHost()
}

// mailHost names this site to mail servers.
func (c Config) mailHost() string {
	u, err := url.Parse(c.Public())
	if err != nil || u.Hostname() == "" {
		return "localhost"
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil { // a site that is tried out
		if a.IsLoopback() {
			return "localhost"
		}
		return "[" + a.String() + "]"
	}
	return u.Hostname()
}

// post sends letters in the words of pages.
func (s *Site) post(ctx context.Context, pages *page.Renderer) (*relay.Post, error) {
	h := s.House
	key := h.formKey(ctx)
	p := &relay.Post{Letters: h.Store, Render: func(ctx context.Context, l *fact.Letter) (page.Mail, error) {
		switch l.Kind {
		case fact.NoticesLetter:
			return s.noticesLetter(ctx, pages, key, l)
		case fact.RestrictionLetter:
			m, err := s.Store.Talk.Member(ctx, l.Values[talk.LetterTo])
			if err == nil {
				err = s.addressed(ctx, l)
			}
			if err != nil {
				return page.Mail{}, err
			}
			return pages.RestrictionLetter(*l, m)
		}
		return pages.Letter(*l)
	}, Clock: h.Config.Clock, Log: h.Config.Log}
	if h.Config.SMTP == "" {
		return p, nil
	}
	server, err := relay.NewSMTP(h.Config.SMTP, h.Config.sender(), h.Config.mailHost())
	if err != nil {
		return nil, fmt.Errorf("--smtp: %w", err)
	}
	p.Send = server.Send
	return p, nil
}

// addressed gives a letter the address of the account that it names. NotFound when that gets no mail.
func (s *Site) addressed(ctx context.Context, l *fact.Letter) error {
	a, err := s.Store.Account(ctx, l.Values[talk.LetterTo])
	if err == nil && (a.ConfirmedAt.IsZero() || !a.SuspendedAt.IsZero() || !a.LeftAt.IsZero() || !a.LeavingAt.IsZero()) {
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "address")
	}
	l.To = a.Email
	return err
}

// noticesLetter puts into words what somebody is told of comments as they are now. NotFound when that is nothing, or his account gets no mail.
func (s *Site) noticesLetter(ctx context.Context, pages *page.Renderer, key []byte, l *fact.Letter) (page.Mail, error) {
	whom := l.Values[talk.LetterTo]
	if err := s.addressed(ctx, l); err != nil {
		return page.Mail{}, err
	}
	found, err := s.Store.Talk.NoticesByID(ctx, whom, strings.Fields(l.Values[talk.LetterNotices]))
	if err != nil {
		return page.Mail{}, err
	}
	all, err := s.site.Grounds(ctx, found)
	if err != nil {
		return page.Mail{}, err
	}
	if len(all) == 0 {
		return page.Mail{}, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "notice")
	}
	matter := talk.Matter(l.Values[talk.LetterMatter])
	more, _ := strconv.Atoi(l.Values[talk.LetterMore])
	return pages.NoticesLetter(page.NoticesLetter{Edition: l.Edition, Matter: matter, Notices: all, More: more, Token: site.Unsubscribing(key, whom, matter)})
}

// teller decides which letters people get of what they are told.
func (h *House) teller() *talk.Teller {
	return &talk.Teller{Notices: h.Store.Talk, Clock: h.Config.Clock, IDs: h.IDs, Mail: h.Config.SMTP != "", Zone: func(edition string) *time.Location {
		if e, ok := h.Directory().Edition(edition); ok {
			if z, err := time.LoadLocation(e.Timezone); err == nil {
				return z
			}
		}
		return time.UTC
	}}
}

// formKey gives the key that all nodes sign forms with. One that cannot be kept is this node's own.
func (h *House) formKey(ctx context.Context) []byte {
	for range 2 {
		kept, err := h.Store.Setting(ctx, settingFormKey)
		if key, derr := base64.RawStdEncoding.DecodeString(kept); err == nil && derr == nil && len(key) == 32 {
			return key
		}
		key := make([]byte, 32)
		rand.Read(key)
		if err := h.Store.Remember(ctx, settingFormKey, base64.RawStdEncoding.EncodeToString(key)); err != nil {
			h.Config.Log.Warn("app: the key of forms was not kept; who fills one in during a restart sends it twice", "error", err)
			return key
		}
	}
	return nil
}

// written gives the comments and messages of somebody, for who takes his data away: what he said, reported and reacted to, what he was told, what
// moderators put on him, and whom he ignores.
func (h *House) written(ctx context.Context, account string) (any, error) {
	all, err := h.Talk.Written(ctx, account)
	type objection struct {
		Text    string       `json:"text"`
		At      time.Time    `json:"at"`
		Verdict talk.Verdict `json:"verdict,omitempty"`
		EndedAt time.Time    `json:"ended_at,omitzero"`
		Told    string       `json:"told,omitempty"`
	}
	type comment struct {
		ID       string      `json:"id"`
		Article  string      `json:"article,omitempty"`
		Chat     string      `json:"chat,omitempty"`
		Parent   string      `json:"parent,omitempty"`
		Text     string      `json:"text"`
		State    talk.State  `json:"state"`
		At       time.Time   `json:"at"`
		EditedAt time.Time   `json:"edited_at,omitzero"`
		Breach   talk.Breach `json:"breach,omitempty"`
		Reason   string      `json:"reason,omitempty"`
		Appeal   *objection  `json:"appeal,omitempty"`
	}
	objected := func(a *talk.Appeal) *objection {
		if a == nil {
			return nil
		}
		return &objection{a.Text, a.At, a.Verdict, a.EndedAt, a.Told}
	}
	out := make([]comment, len(all))
	for i, c := range all {
		article := c.Place.ID
		if c.Place.Chat != "" {
			article = ""
		}
		out[i] = comment{c.ID, article, c.Place.Chat, c.Parent, c.Text, c.State, c.At, c.EditedAt, c.Breach, c.Reason, objected(c.Appeal)}
	}
	if err != nil {
		return nil, err
	}
	told, err := h.Store.Talk.Notices(ctx, account, "", 1000)
	if err != nil {
		return nil, err
	}
	ways, err := h.Store.Talk.Told(ctx, account)
	if err != nil {
		return nil, err
	}
	ignored, err := h.Store.Talk.Ignored(ctx, account)
	if err != nil {
		return nil, err
	}
	reported, reactions, err := h.Store.Talk.Given(ctx, account)
	if err != nil {
		return nil, err
	}
	type report struct {
		Comment string      `json:"comment"`
		Reason  talk.Reason `json:"reason"`
		Note    string      `json:"note,omitempty"`
		At      time.Time   `json:"at"`
	}
	reports := make([]report, len(reported))
	for i, r := range reported {
		reports[i] = report{r.Comment, r.Reason, r.Note, r.At}
	}
	m, err := h.Store.Talk.Member(ctx, account)
	return map[string]any{"comments": out, "notifications": told, "mail": ways.Ways, "ignored": ignored, "reports": reports, "reactions": reactions, "standing": struct {
		Approved   int64            `json:"approved"`
		Rejected   int64            `json:"rejected"`
		Restricted talk.Restriction `json:"restricted,omitempty"`
		At         time.Time        `json:"at,omitzero"`
		Until      time.Time        `json:"until,omitzero"`
		Breach     talk.Breach      `json:"breach,omitempty"`
		Reason     string           `json:"reason,omitempty"`
		Appeal     *objection       `json:"appeal,omitempty"`
	}{m.Approved, m.Refused, m.Restricted, m.At, m.Until, m.Breach, m.Reason, objected(m.Appeal)}}, err
}
