// Package comments is /api/v1/articles/{id}/comments: what readers say under a story.
package comments

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/page/lang"
	"dateline/internal/page/ruling"
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
	// Writes limits what one account says, and React what it reacts to; nil limits nothing.
	Writes, Reacts *web.Limiter
}

// Speaker is who said it.
type Speaker struct {
	ID    string `json:"id,omitempty" doc:"Opaque; absent when the comment came from elsewhere or its author is forgotten."`
	Name  string `json:"name" doc:"As readers see it."`
	Badge string `json:"badge,omitempty" enum:"staff,author" doc:"Works in the newsroom, or wrote the story."`
}

// Comment is what the API answers.
type Comment struct {
	ID        string     `json:"id" doc:"Never changes."`
	Article   string     `json:"article" doc:"Id of the story."`
	URL       string     `json:"url" doc:"Finds the comment on its page, for good."`
	ReplyTo   string     `json:"reply_to,omitempty" doc:"Id of the comment that it answers."`
	Thread    string     `json:"thread" doc:"Id of the first comment of its thread."`
	Author    *Speaker   `json:"author,omitempty" doc:"Who said it; absent of what is gone."`
	Body      string     `json:"body" doc:"Plain text, in lines; empty of what is gone."`
	State     string     `json:"state" enum:"public,held,rejected,removed" doc:"removed: by its author. Of what is gone only its place in the thread is left."`
	Why       string     `json:"why,omitempty" doc:"To its author: why it waits, or why it was rejected, in the edition's language."`
	At        time.Time  `json:"at" doc:"When it was said."`
	EditedAt  *time.Time `json:"edited_at,omitempty" doc:"Its author changed it then."`
	Featured  bool       `json:"featured" doc:"A moderator shows it before the others."`
	Reactions int64      `json:"reactions" doc:"How many readers react to it."`
	Replies   int64      `json:"replies,omitempty" doc:"Of the first of a thread: how many public comments follow it."`
	Version   int64      `json:"version,omitempty" doc:"Its ETag; to its author."`
}

// Permalink is where a comment of a story stands.
func Permalink(at edition.Addresses, of news.Content, id string) string {
	base := news.Address(at, of)
	if base == "" {
		return ""
	}
	return talk.Permalink(base+"/discussion", id)
}

func shown(at edition.Addresses, of news.Item, c talk.Shown) Comment {
	out := Comment{ID: c.ID, Article: c.Place, URL: Permalink(at, of.Content, c.ID), ReplyTo: c.Parent, Thread: c.Root, Body: c.Text, State: string(talk.Public), At: c.At,
		Featured: c.Featured, Reactions: c.Reactions, Replies: c.Replies}
	if !c.EditedAt.IsZero() {
		out.EditedAt = &c.EditedAt
	}
	if c.Gone != "" {
		out.State = string(c.Gone)
		return out
	}
	out.Author = &Speaker{c.Author, c.Name, string(c.Badge)}
	return out
}

// own is a comment as its author sees it.
func own(at edition.Addresses, of news.Item, c talk.Comment) Comment {
	out := shown(at, of, talk.Shown{ID: c.ID, Place: c.Place.ID, Parent: c.Parent, Root: c.Root, Author: c.Author, Name: c.Name, Badge: c.Badge, Text: c.Text, At: c.At, EditedAt: c.EditedAt, Featured: c.Featured})
	out.State, out.Version = string(c.State), c.Version
	if e, ok := at.Edition(c.Place.Edition); ok {
		if words, err := lang.For(e.Language); err == nil {
			out.Why = ruling.Why(words, c)
		}
	}
	return out
}

type answer struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Location     string `header:"Location"`
	Body         Comment
}

// Place is where a comment stands.
type Place struct {
	ID      string `path:"id" maxLength:"40" doc:"Of the article."`
	Comment string `path:"cid" maxLength:"40" doc:"Of the comment."`
}

// Text is what somebody says.
type Text struct {
	Body    string `json:"body" maxLength:"40000" doc:"Plain text in lines, at most 4,000 characters. Addresses become links, *words* emphasis."`
	ReplyTo string `json:"reply_to,omitempty" maxLength:"40" doc:"Id of the comment that it answers."`
}

// story reads a story that readers have, without its body.
func (d Doors) story(ctx context.Context, id string) (news.Item, error) {
	found, err := d.Archive.Items(ctx, []string{id})
	if err == nil && len(found) == 0 {
		found = make([]news.Item, 1)
		found[0], err = d.Archive.Item(ctx, id) // which knows what was withdrawn
	}
	if err != nil {
		return news.Item{}, err
	}
	i := found[0]
	switch {
	case i.Gone():
		return i, fault.New(fault.Gone, "fault.gone", "this story was withdrawn")
	case i.Kind == news.Page:
		return i, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "discussion")
	}
	return i, nil
}

func (d Doors) answer(s *call.Server, of news.Item, c talk.Comment) *answer {
	out := own(s.Addresses(), of, c)
	return &answer{ETag: call.Tag(c.Version), CacheControl: "no-store", Location: out.URL, Body: out}
}

func limited(l *web.Limiter, who account.Actor) error {
	if l == nil || who.Staff() {
		return nil
	}
	return l.Must(who.ID)
}

// repliesMost is how many replies a page of threads has.
const repliesMost = 1000

// whole gives how many threads a page has: all of whose replies are there, at most limit, and at least the first.
func whole(first []talk.Shown, follow map[string][]talk.Shown, limit int) int {
	for n, c := range first {
		public := int64(0)
		for _, r := range follow[c.ID] {
			if r.Gone == "" {
				public++
			}
		}
		if n == limit || n > 0 && public < c.Replies {
			return n
		}
		if public < c.Replies {
			return 1
		}
	}
	return len(first)
}

// thread gives a page of the thread of a comment.
func (d Doors) thread(ctx context.Context, at edition.Addresses, of news.Item, id string, p call.Page) (items []Comment, next string, err error) {
	if _, err := moment.Number(p.After); err != nil && p.After != "" {
		return nil, "", fault.At("query.after", "fault.cursor", "this is not a next of a page before")
	}
	room := p.Limit
	if p.After == "" {
		room-- // for the first
	}
	first, rest, err := d.Reader.Thread(ctx, of.ID, id, p.After, room+1)
	if err != nil {
		return nil, "", err
	}
	if p.After == "" {
		items, next = append(items, shown(at, of, first)), first.ID
	}
	more := len(rest) > room
	for _, c := range rest[:min(room, len(rest))] {
		items, next = append(items, shown(at, of, c)), c.ID
	}
	if !more {
		next = ""
	}
	return append([]Comment{}, items...), next, nil
}

var gone = map[string]any{call.Also: []int{http.StatusGone}}
var goneOrSilent = map[string]any{call.Also: []int{http.StatusGone, http.StatusConflict}}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/articles/{id}/comments"
	tags := []string{"comments"}
	call.Register(s, huma.Operation{OperationID: "list-comments", Method: http.MethodGet, Path: path, Summary: "List the comments under a story", Tags: tags, Metadata: gone,
		Description: "Thread by thread: the first comment of each, then what follows it, oldest first. limit counts threads; a page also ends before the thread of which there is no room for all, at 1,000 replies. One that alone has more is cut: read it with thread=, whose pages count comments. To somebody signed in the first page begins with what he said that readers do not have."},
		func(ctx context.Context, in *struct {
			call.Page
			ID     string `path:"id" maxLength:"40" doc:"Of the article."`
			Order  string `query:"order" enum:"newest,oldest,replied,featured" default:"newest" doc:"Of threads."`
			Thread string `query:"thread" maxLength:"40" doc:"Id of a comment: its thread alone, oldest first."`
		}) (*struct {
			CacheControl string `header:"Cache-Control"`
			Body         call.List[Comment]
		}, error) {
			of, err := d.story(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if in.Thread != "" {
				items, next, err := d.thread(ctx, s.Addresses(), of, in.Thread, in.Page)
				out := &struct {
					CacheControl string `header:"Cache-Control"`
					Body         call.List[Comment]
				}{"no-cache", call.List[Comment]{Items: items, Next: next}}
				return out, err
			}
			first, rest, err := d.Reader.Threads(ctx, in.ID, talk.Order(in.Order), in.After, in.Limit+1, repliesMost)
			if fault.Is(err, fault.NotFound) {
				return nil, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
			}
			if err != nil {
				return nil, err
			}
			out := &struct {
				CacheControl string `header:"Cache-Control"`
				Body         call.List[Comment]
			}{CacheControl: "no-cache"}
			follow := map[string][]talk.Shown{}
			for _, c := range rest {
				follow[c.Root] = append(follow[c.Root], c)
			}
			if n := whole(first, follow, in.Limit); n < len(first) {
				first = first[:n]
				out.Body.Next = first[n-1].ID
			}
			out.Body.Items = []Comment{}
			at := s.Addresses()
			if who := call.Who(ctx); who.ID != "" {
				out.CacheControl = "no-store"
				if in.After == "" {
					mine, err := d.Desk.Own(ctx, who, in.ID, 50)
					if err != nil {
						return nil, err
					}
					for _, c := range mine {
						out.Body.Items = append(out.Body.Items, own(at, of, c))
					}
				}
			}
			for _, c := range first {
				out.Body.Items = append(out.Body.Items, shown(at, of, c))
				for _, r := range follow[c.ID] {
					out.Body.Items = append(out.Body.Items, shown(at, of, r))
				}
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "create-comment", Method: http.MethodPost, Path: path, Summary: "Say something under a story", Tags: tags, DefaultStatus: http.StatusCreated, Metadata: goneOrSilent,
		Description: "Readers have what is public when this is answered. What waits says why."},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the article."`
			Body Text
		}) (*answer, error) {
			who := call.Who(ctx)
			of, err := d.story(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if err := limited(d.Writes, who); err != nil {
				return nil, err
			}
			c, err := d.Desk.Say(ctx, news.Act{Who: who, Once: in.Once(ctx)}, in.ID, in.Body.Body, in.Body.ReplyTo)
			if err != nil {
				return nil, err
			}
			return d.answer(s, of, c), nil
		})
	call.Register(s, huma.Operation{OperationID: "edit-comment", Method: http.MethodPatch, Path: path + "/{cid}", Summary: "Change a comment of one's own", Tags: tags, Metadata: goneOrSilent,
		Description: "Within five minutes. The rules look at it again, so that it may wait now."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			Place
			Body struct {
				Body string `json:"body" maxLength:"40000" doc:"Plain text in lines."`
			}
		}) (*answer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			of, err := d.story(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			who := call.Who(ctx)
			if err := limited(d.Writes, who); err != nil {
				return nil, err
			}
			c, err := d.Desk.Edit(ctx, news.Act{Who: who, Version: version}, in.ID, in.Comment, in.Body.Body)
			if err != nil {
				return nil, err
			}
			return d.answer(s, of, c), nil
		})
	call.Register(s, huma.Operation{OperationID: "remove-comment", Method: http.MethodDelete, Path: path + "/{cid}", Summary: "Take back a comment of one's own", Tags: tags, DefaultStatus: http.StatusNoContent,
		Description: "Its text is gone for good; its place in the thread stays while others answer it."},
		func(ctx context.Context, in *Place) (*struct{}, error) {
			_, err := d.Desk.Remove(ctx, news.Act{Who: call.Who(ctx)}, in.ID, in.Comment)
			return nil, err
		})
	type reacted struct {
		Body struct {
			Reactions int64 `json:"reactions" doc:"How many there are now."`
		}
	}
	react := func(on bool) func(context.Context, *Place) (*reacted, error) {
		return func(ctx context.Context, in *Place) (*reacted, error) {
			who := call.Who(ctx)
			if _, err := d.story(ctx, in.ID); err != nil {
				return nil, err
			}
			if err := limited(d.Reacts, who); err != nil {
				return nil, err
			}
			n, err := d.Desk.React(ctx, who, in.ID, in.Comment, on)
			out := &reacted{}
			out.Body.Reactions = n
			return out, err
		}
	}
	call.Register(s, huma.Operation{OperationID: "react", Method: http.MethodPut, Path: path + "/{cid}/reaction", Summary: "React to a comment", Tags: tags, Metadata: goneOrSilent,
		Description: "There is one reaction; again it changes nothing."}, react(true))
	call.Register(s, huma.Operation{OperationID: "unreact", Method: http.MethodDelete, Path: path + "/{cid}/reaction", Summary: "Take back one's reaction", Tags: tags, Metadata: goneOrSilent}, react(false))
}
