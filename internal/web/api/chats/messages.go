package chats

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/lang"
	"dateline/internal/page/ruling"
	"dateline/internal/talk"
	"dateline/internal/web/api/call"
	"dateline/internal/web/api/comments"

	"github.com/danielgtaylor/huma/v2"
)

// Message is what somebody said in a room, as the API answers it.
type Message struct {
	ID        string            `json:"id" doc:"Never changes. Moderators decide on it as on a comment: /api/v1/moderation/{id}."`
	Room      string            `json:"room" doc:"Slug of the room."`
	URL       string            `json:"url" doc:"Finds the message on its page, for good."`
	ReplyTo   string            `json:"reply_to,omitempty" doc:"Id of the message that it answers."`
	Author    *comments.Speaker `json:"author,omitempty" doc:"Who said it; absent of what is gone."`
	Body      string            `json:"body" doc:"Plain text, in lines; empty of what is gone."`
	State     string            `json:"state" enum:"public,held,rejected,removed" doc:"removed: by its author."`
	Why       string            `json:"why,omitempty" doc:"To its author: why it waits, or why it was rejected, in the edition's language."`
	At        time.Time         `json:"at" doc:"When it was said."`
	EditedAt  *time.Time        `json:"edited_at,omitempty" doc:"Its author changed it then."`
	Reactions int64             `json:"reactions" doc:"How many readers react to it."`
	Version   int64             `json:"version,omitempty" doc:"Its ETag; to its author."`
}

func message(at edition.Addresses, of talk.Chat, c talk.Shown) Message {
	out := Message{ID: c.ID, Room: of.Slug, URL: talk.Permalink(URL(at, of), c.ID), ReplyTo: c.Parent, Body: c.Text, State: string(talk.Public), At: c.At, EditedAt: when(c.EditedAt), Reactions: c.Reactions}
	if c.Gone != "" {
		out.State = string(c.Gone)
		return out
	}
	out.Author = &comments.Speaker{ID: c.Author, Name: c.Name, Badge: string(c.Badge)}
	return out
}

// own is a message as its author sees it.
func own(at edition.Addresses, of talk.Chat, c talk.Comment) Message {
	out := message(at, of, talk.Shown{ID: c.ID, Parent: c.Parent, Author: c.Author, Name: c.Name, Badge: c.Badge, Text: c.Text, At: c.At, EditedAt: c.EditedAt})
	out.State, out.Version = string(c.State), c.Version
	if words, err := lang.For(of.Language); err == nil {
		out.Why = ruling.Why(words, c)
	}
	return out
}

type said struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Location     string `header:"Location"`
	Body         Message
}

func (d Doors) said(s *call.Server, of talk.Chat, c talk.Comment) *said {
	out := own(s.Addresses(), of, c)
	return &said{ETag: call.Tag(c.Version), CacheControl: "no-store", Location: out.URL, Body: out}
}

// Where names a message.
type Where struct {
	Slug
	Message string `path:"mid" maxLength:"40" doc:"Of the message."`
}

func (d Doors) registerMessages(s *call.Server, path string, tags []string) {
	call.Register(s, huma.Operation{OperationID: "list-messages", Method: http.MethodGet, Path: path, Summary: "List what was said in a room", Tags: tags,
		Description: "Newest first. To somebody signed in the first page begins with what he said that readers do not have."},
		func(ctx context.Context, in *struct {
			call.Page
			Slug
			Order string `query:"order" enum:"newest,oldest" default:"newest" doc:"By time."`
		}) (*struct {
			CacheControl string `header:"Cache-Control"`
			Body         call.List[Message]
		}, error) {
			of, err := d.Reader.Chat(ctx, in.Room)
			if err != nil {
				return nil, err
			}
			all, _, err := d.Reader.Threads(ctx, of.ID, talk.Order(in.Order), in.After, in.Limit+1, 0)
			if fault.Is(err, fault.NotFound) {
				return nil, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
			}
			if err != nil {
				return nil, err
			}
			out := &struct {
				CacheControl string `header:"Cache-Control"`
				Body         call.List[Message]
			}{CacheControl: "no-cache"}
			if len(all) > in.Limit {
				all = all[:in.Limit]
				out.Body.Next = all[in.Limit-1].ID
			}
			out.Body.Items = []Message{}
			at := s.Addresses()
			if who := call.Who(ctx); who.ID != "" {
				out.CacheControl = "no-store"
				if in.After == "" {
					mine, err := d.Desk.Own(ctx, who, of.ID, 50)
					if err != nil {
						return nil, err
					}
					for _, c := range mine {
						out.Body.Items = append(out.Body.Items, own(at, of, c))
					}
				}
			}
			for _, c := range all {
				out.Body.Items = append(out.Body.Items, message(at, of, c))
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "create-message", Method: http.MethodPost, Path: path, Summary: "Say something in a room", Tags: tags, DefaultStatus: http.StatusCreated, Metadata: conflict,
		Description: "Readers have what is public when this is answered. What waits says why. In slow mode 429 says after how many seconds the next is taken."},
		func(ctx context.Context, in *struct {
			call.Key
			Slug
			Body struct {
				Body    string `json:"body" maxLength:"40000" doc:"Plain text in lines, at most 4,000 characters. Addresses become links, *words* emphasis, @name stands out."`
				ReplyTo string `json:"reply_to,omitempty" maxLength:"40" doc:"Id of the message that it answers."`
			}
		}) (*said, error) {
			who := call.Who(ctx)
			of, err := d.Reader.Chat(ctx, in.Room)
			if err != nil {
				return nil, err
			}
			if d.Writes != nil && !who.Staff() {
				if err := d.Writes.Must(who.ID); err != nil {
					return nil, err
				}
			}
			c, err := d.Desk.Say(ctx, news.Act{Who: who, Once: in.Once(ctx)}, of.ID, in.Body.Body, in.Body.ReplyTo)
			if err != nil {
				return nil, err
			}
			return d.said(s, of, c), nil
		})
	call.Register(s, huma.Operation{OperationID: "edit-message", Method: http.MethodPatch, Path: path + "/{mid}", Summary: "Change a message of one's own", Tags: tags, Metadata: conflict,
		Description: "Within five minutes. The rules look at it again, so that it may wait now."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			Where
			Body struct {
				Body string `json:"body" maxLength:"40000" doc:"Plain text in lines."`
			}
		}) (*said, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			of, err := d.Reader.Chat(ctx, in.Room)
			if err != nil {
				return nil, err
			}
			who := call.Who(ctx)
			if d.Writes != nil && !who.Staff() {
				if err := d.Writes.Must(who.ID); err != nil {
					return nil, err
				}
			}
			c, err := d.Desk.Edit(ctx, news.Act{Who: who, Version: version}, of.ID, in.Message, in.Body.Body)
			if err != nil {
				return nil, err
			}
			return d.said(s, of, c), nil
		})
	call.Register(s, huma.Operation{OperationID: "remove-message", Method: http.MethodDelete, Path: path + "/{mid}", Summary: "Take back a message of one's own", Tags: tags, DefaultStatus: http.StatusNoContent,
		Description: "Its text is gone for good."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			Where
		}) (*struct{}, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			of, err := d.Reader.Chat(ctx, in.Room)
			if err != nil {
				return nil, err
			}
			_, err = d.Desk.Remove(ctx, news.Act{Who: call.Who(ctx), Version: version}, of.ID, in.Message)
			return nil, err
		})
}
