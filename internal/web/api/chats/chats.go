// Package chats is /api/v1/chats: rooms that moderators open, and what is said in them.
package chats

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/talk"
	"dateline/internal/web"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are what the operations call.
type Doors struct {
	Desk    *talk.Desk
	Reader  talk.Reader
	Archive news.Archive
	// Writes limits what one account says; nil limits nothing.
	Writes *web.Limiter
}

// Chat is a room as the API answers it.
type Chat struct {
	ID       string     `json:"id" doc:"Never changes."`
	Slug     string     `json:"slug" doc:"Its name in addresses and topics: chat:{slug}. Never changes."`
	URL      string     `json:"url" doc:"Of its page."`
	Name     string     `json:"name" doc:"As readers see it."`
	Edition  string     `json:"edition" doc:"Slug."`
	Section  string     `json:"section,omitempty" doc:"Slug of the section that it is about."`
	Article  string     `json:"article,omitempty" doc:"Id of the story that it stands beside."`
	Headline string     `json:"headline,omitempty" doc:"Of that story; absent when it was withdrawn."`
	OpensAt  *time.Time `json:"opens_at,omitempty" doc:"Readers write from then on; absent: from the beginning."`
	ClosesAt *time.Time `json:"closes_at,omitempty" doc:"It closes by itself then; absent never."`
	Slow     int        `json:"slow_mode_seconds" doc:"Between two messages of one reader; 0 is none."`
	State    string     `json:"state" enum:"open,read-only,closed" doc:"Within its hours. read-only: the newsroom writes, all others read."`
	Gate     string     `json:"gate" enum:"open,premoderated,read-only,early,paused,closed" doc:"How it stands for readers now, hours and pauses counted."`
	Pinned   string     `json:"pinned,omitempty" doc:"Id of the message on top."`
	KeepDays int        `json:"keep_days" doc:"After so many days messages are deleted; 0 never."`
	Messages int64      `json:"messages" doc:"How many readers have."`
	At       time.Time  `json:"at" doc:"When it was made."`
	Version  int64      `json:"version" doc:"Its ETag."`
}

type answer struct {
	ETag string `header:"ETag"`
	Body Chat
}

// URL is where a room stands.
func URL(at edition.Addresses, c talk.Chat) string { return at.Root(c.Edition) + talk.ChatPath(c.Slug) }

// shown shows rooms.
func (d Doors) shown(ctx context.Context, at edition.Addresses, all ...talk.Chat) ([]Chat, error) {
	var stories, places []string
	settings := map[string]talk.Settings{}
	for _, c := range all {
		places = append(places, c.ID)
		if c.Article != "" {
			stories = append(stories, c.Article)
		}
		if _, ok := settings[c.Edition]; !ok {
			s, err := d.Reader.SettingsOf(ctx, c.Edition)
			if err != nil {
				return nil, err
			}
			settings[c.Edition] = s
		}
	}
	items, err := d.Archive.Items(ctx, stories)
	if err != nil {
		return nil, err
	}
	headlines := map[string]string{}
	for _, i := range items {
		headlines[i.ID] = i.Headline
	}
	counts, err := d.Reader.Spoken(ctx, places)
	if err != nil {
		return nil, err
	}
	now, out := d.Desk.Now(), []Chat{}
	for _, c := range all {
		one := Chat{ID: c.ID, Slug: c.Slug, URL: URL(at, c), Name: c.Name, Edition: c.Edition, Article: c.Article, Headline: headlines[c.Article], OpensAt: when(c.OpensAt), ClosesAt: when(c.ClosesAt), Slow: c.Slow,
			State: string(c.State), Gate: string(settings[c.Edition].GateOf(c.Place(), now)), Pinned: c.Pinned, KeepDays: c.KeepDays, Messages: counts[c.ID], At: c.At, Version: c.Version}
		if s, ok := at.SectionByID(c.Section); ok {
			one.Section = s.Slug
		}
		out = append(out, one)
	}
	return out, nil
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (d Doors) one(ctx context.Context, s *call.Server, c talk.Chat, err error) (*answer, error) {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale {
		if newer, ok := f.Current.(talk.Chat); ok {
			all, serr := d.shown(ctx, s.Addresses(), newer)
			if serr != nil {
				return nil, serr
			}
			n := *f
			n.Current = all[0]
			return nil, &n
		}
	}
	if err != nil {
		return nil, err
	}
	all, err := d.shown(ctx, s.Addresses(), c)
	if err != nil {
		return nil, err
	}
	return &answer{ETag: call.Tag(c.Version), Body: all[0]}, nil
}

// Slug names a room.
type Slug struct {
	Room string `path:"room" maxLength:"60" doc:"Slug of the room."`
}

// Opening is what a room is made of.
type Opening struct {
	Slug     string     `json:"slug" maxLength:"200" doc:"Small letters, digits and hyphens; one on the whole site."`
	Name     string     `json:"name" maxLength:"400" doc:"At most 80 characters."`
	Edition  string     `json:"edition" maxLength:"60" doc:"Slug."`
	Section  string     `json:"section,omitempty" maxLength:"60" doc:"Slug of a section of the edition."`
	Article  string     `json:"article,omitempty" maxLength:"40" doc:"Id of a published story of the edition, beside which the room stands."`
	OpensAt  *time.Time `json:"opens_at,omitempty" doc:"Readers write from then on."`
	ClosesAt *time.Time `json:"closes_at,omitempty" doc:"It closes by itself then."`
	Slow     int        `json:"slow_mode_seconds,omitempty" doc:"0 to 300."`
	State    string     `json:"state,omitempty" maxLength:"20" doc:"open, read-only or closed; open when left out."`
	KeepDays int        `json:"keep_days,omitempty" doc:"After so many days messages are deleted; 0 never."`
}

// Change is what of a room is to be otherwise.
type Change struct {
	Name     call.Optional[string] `json:"name,omitempty" doc:"At most 80 characters."`
	OpensAt  call.Optional[string] `json:"opens_at,omitempty" doc:"RFC 3339; empty: open from the beginning."`
	ClosesAt call.Optional[string] `json:"closes_at,omitempty" doc:"RFC 3339; empty: never by itself."`
	Slow     call.Optional[int]    `json:"slow_mode_seconds,omitempty" doc:"0 to 300."`
	State    call.Optional[string] `json:"state,omitempty" doc:"open, read-only or closed."`
	Pinned   call.Optional[string] `json:"pinned,omitempty" doc:"Id of a public message of the room; empty for none."`
	KeepDays call.Optional[int]    `json:"keep_days,omitempty" doc:"After so many days messages are deleted; 0 never."`
}

// timeOf reads a time of a change.
func timeOf(g *fault.Gather, name string, o call.Optional[string], into *time.Time) {
	p := o.Pointer()
	if p == nil {
		return
	}
	*into = time.Time{}
	if *p == "" {
		return
	}
	t, err := time.Parse(time.RFC3339, *p)
	if err != nil {
		g.At("body."+name, "fault.time", "a time as RFC 3339 writes it")
		return
	}
	*into = t.UTC().Truncate(time.Microsecond)
}

// opened gives the room of an opening, its edition, section and story looked up.
func (d Doors) opened(ctx context.Context, at edition.Addresses, in Opening) (talk.Chat, error) {
	c := talk.Chat{Slug: in.Slug, Name: in.Name, Edition: in.Edition, Article: in.Article, Slow: in.Slow, State: talk.Standing(in.State), KeepDays: in.KeepDays}
	e, ok := at.Edition(in.Edition)
	if !ok {
		return c, fault.At("body.edition", "fault.no_edition", "there is no edition %.40q", in.Edition)
	}
	c.Language = e.Language
	var g fault.Gather
	if in.Section != "" {
		s, _, ok := at.Section(in.Edition, in.Section)
		if c.Section = s.ID; !ok {
			g.At("body.section", "fault.no_section", "there is no section %.40q", in.Section)
		}
	}
	if in.Article != "" {
		i, err := d.Archive.Item(ctx, in.Article)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return c, err
		}
		if err != nil || i.Gone() || i.Kind == news.Page || i.Edition != in.Edition {
			g.At("body.article", "fault.chat_story", "there is no such published story in this edition")
		}
		if c.Section == "" {
			c.Section = i.Section
		}
	}
	if in.OpensAt != nil {
		c.OpensAt = in.OpensAt.UTC().Truncate(time.Microsecond)
	}
	if in.ClosesAt != nil {
		c.ClosesAt = in.ClosesAt.UTC().Truncate(time.Microsecond)
	}
	return c, g.Err()
}

var conflict = map[string]any{call.Also: []int{http.StatusConflict}}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/chats"
	tags := []string{"chats"}
	call.Register(s, huma.Operation{OperationID: "list-chats", Method: http.MethodGet, Path: path, Summary: "List rooms", Tags: tags, Description: "Newest first."},
		func(ctx context.Context, in *struct {
			call.Page
			Edition string `query:"edition" maxLength:"60" doc:"Slug; left out for all."`
			Article string `query:"article" maxLength:"40" doc:"Id of a story: only rooms beside it."`
			Closed  bool   `query:"closed" doc:"Those that moderators closed too."`
		}) (*struct{ Body call.List[Chat] }, error) {
			found, err := d.Reader.Chats(ctx, talk.ChatQuery{Edition: in.Edition, Article: in.Article, Open: !in.Closed, After: in.After, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			out := &struct{ Body call.List[Chat] }{}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Body.Next = found[in.Limit-1].ID
			}
			out.Body.Items, err = d.shown(ctx, s.Addresses(), found...)
			return out, err
		})
	call.Register(s, huma.Operation{OperationID: "open-chat", Method: http.MethodPost, Path: path, Summary: "Open a room", Tags: tags, DefaultStatus: http.StatusCreated, Metadata: conflict,
		Description: "For administrators, editors and moderators of the edition. None exists until somebody opens one."},
		func(ctx context.Context, in *struct {
			call.Key
			Body Opening
		}) (*answer, error) {
			who := call.Who(ctx)
			if err := allowed(who, in.Body.Edition); err != nil {
				return nil, err
			}
			c, err := d.opened(ctx, s.Addresses(), in.Body)
			if err == nil {
				c, err = d.Desk.OpenChat(ctx, news.Act{Who: who, Once: in.Once(ctx)}, c)
			}
			return d.one(ctx, s, c, err)
		})
	call.Register(s, huma.Operation{OperationID: "read-chat", Method: http.MethodGet, Path: path + "/{room}", Summary: "Read a room", Tags: tags},
		func(ctx context.Context, in *Slug) (*answer, error) {
			c, err := d.Reader.Chat(ctx, in.Room)
			return d.one(ctx, s, c, err)
		})
	call.Register(s, huma.Operation{OperationID: "change-chat", Method: http.MethodPatch, Path: path + "/{room}", Summary: "Change a room, or pin a message", Tags: tags,
		Description: "Its hours, slow mode, state, and what is pinned. Open pages follow at once."},
		func(ctx context.Context, in *struct {
			call.Match
			Slug
			Body Change
		}) (*answer, error) {
			who := call.Who(ctx)
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			c, err := d.Reader.Chat(ctx, in.Room)
			if err != nil {
				return nil, err
			}
			if !talk.Moderates(who, c.Edition) {
				return nil, who.Refused()
			}
			var g fault.Gather
			opens, closes := c.OpensAt, c.ClosesAt
			timeOf(&g, "opens_at", in.Body.OpensAt, &opens)
			timeOf(&g, "closes_at", in.Body.ClosesAt, &closes)
			if err := g.Err(); err != nil {
				return nil, err
			}
			c, err = d.Desk.ChangeChat(ctx, news.Act{Who: who, Version: version}, c.ID, func(c *talk.Chat) {
				if in.Body.OpensAt.Pointer() != nil {
					c.OpensAt = opens
				}
				if in.Body.ClosesAt.Pointer() != nil {
					c.ClosesAt = closes
				}
				set(&c.Name, in.Body.Name)
				set(&c.Slow, in.Body.Slow)
				set(&c.Pinned, in.Body.Pinned)
				set(&c.KeepDays, in.Body.KeepDays)
				if p := in.Body.State.Pointer(); p != nil {
					c.State = talk.Standing(*p)
				}
			})
			return d.one(ctx, s, c, err)
		})
	d.registerMessages(s, path+"/{room}/messages", tags)
}

func set[T any](into *T, o call.Optional[T]) {
	if p := o.Pointer(); p != nil {
		*into = *p
	}
}

// allowed says whether who opens rooms of an edition, before anything of it is looked up.
func allowed(who account.Actor, slug string) error {
	if !who.HasAnywhere(account.Admin, account.Editor, account.Moderator) {
		return who.Refused()
	}
	if slug != "" && !talk.Moderates(who, slug) {
		return who.Refused()
	}
	return nil
}
