package app

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"dateline/internal/page"
	"dateline/internal/relay"
	"dateline/internal/talk"
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
func (h *House) post(pages *page.Renderer) (*relay.Post, error) {
	p := &relay.Post{Letters: h.Store, Render: pages.Letter, Clock: h.Config.Clock, Log: h.Config.Log}
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

// written gives the comments and messages of somebody, for who takes his data away: what he said and what he was told of it.
func (h *House) written(ctx context.Context, account string) (any, error) {
	all, err := h.Talk.Written(ctx, account)
	type comment struct {
		ID       string     `json:"id"`
		Article  string     `json:"article,omitempty"`
		Chat     string     `json:"chat,omitempty"`
		Parent   string     `json:"parent,omitempty"`
		Text     string     `json:"text"`
		State    talk.State `json:"state"`
		At       time.Time  `json:"at"`
		EditedAt time.Time  `json:"edited_at,omitzero"`
		Reason   string     `json:"reason,omitempty"`
	}
	out := make([]comment, len(all))
	for i, c := range all {
		article := c.Place.ID
		if c.Place.Chat != "" {
			article = ""
		}
		out[i] = comment{c.ID, article, c.Place.Chat, c.Parent, c.Text, c.State, c.At, c.EditedAt, c.Reason}
	}
	return map[string]any{"comments": out}, err
}
