// Package entries is /api/v1/authors and /api/v1/topics: the names under which readers find stories, and what their pages say.
package entries

import (
	"context"
	"errors"
	"net/http"

	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Contact is where to reach an author.
type Contact struct {
	Name string `json:"name" maxLength:"800" doc:"What is shown."`
	URL  string `json:"url" maxLength:"2000" doc:"An https:// address, or mailto:."`
}

// Author is what the API answers for an author.
type Author struct {
	ID      string    `json:"id" doc:"The slug."`
	Slug    string    `json:"slug" doc:"Part of the page's address."`
	Name    string    `json:"name" doc:"As bylines have it."`
	Role    string    `json:"role" doc:"One line under the name."`
	Bio     string    `json:"bio" doc:"Plain paragraphs."`
	Picture string    `json:"picture,omitempty" doc:"Id."`
	Links   []Contact `json:"links" nullable:"false" doc:"Where to reach the author."`
	Stories int       `json:"stories" doc:"Published ones with this byline."`
	URL     string    `json:"url,omitempty" doc:"The page, in the edition of the latest story; absent when there is none."`
}

// Topic is what the API answers for a topic.
type Topic struct {
	ID          string `json:"id" doc:"The edition's slug, a slash and the topic's."`
	Edition     string `json:"edition" doc:"Slug."`
	Slug        string `json:"slug" doc:"Part of the page's address."`
	Name        string `json:"name" doc:"As stories have it."`
	Description string `json:"description" doc:"Plain paragraphs above its stories."`
	Picture     string `json:"picture,omitempty" doc:"Id."`
	Stories     int    `json:"stories" doc:"Published ones that bear it."`
	URL         string `json:"url,omitempty" doc:"The page; absent when no story bears it."`
}

// AuthorFields are what PATCH of an author takes.
type AuthorFields struct {
	Name    *string                  `json:"name,omitempty" doc:"As bylines have it; published stories follow."`
	Slug    *string                  `json:"slug,omitempty" doc:"Part of the page's address; earlier ones redirect."`
	Role    *string                  `json:"role,omitempty" doc:"One line under the name."`
	Bio     *string                  `json:"bio,omitempty" doc:"Plain paragraphs, at most 4,000 characters."`
	Picture call.Optional[string]    `json:"picture,omitempty" doc:"Id; null for none."`
	Links   call.Optional[[]Contact] `json:"links,omitempty" doc:"At most 10."`
}

// TopicFields are what PATCH of a topic takes.
type TopicFields struct {
	Name        *string               `json:"name,omitempty" doc:"As stories have it; published stories follow."`
	Slug        *string               `json:"slug,omitempty" doc:"Part of the page's address; earlier ones redirect."`
	Description *string               `json:"description,omitempty" doc:"Plain paragraphs, at most 4,000 characters."`
	Picture     call.Optional[string] `json:"picture,omitempty" doc:"Id; null for none."`
}

func (f AuthorFields) patch() news.EntryPatch {
	p := news.EntryPatch{Name: f.Name, Slug: f.Slug, Role: f.Role, Bio: f.Bio, Picture: f.Picture.Pointer()}
	if f.Links.Set {
		links := make([]edition.Link, len(f.Links.Value))
		for i, l := range f.Links.Value {
			links[i] = edition.Link(l)
		}
		p.Links = &links
	}
	return p
}

func (f TopicFields) patch() news.EntryPatch {
	return news.EntryPatch{Name: f.Name, Slug: f.Slug, Bio: f.Description, Picture: f.Picture.Pointer()}
}

func author(e news.Entry, at edition.Addresses) Author {
	out := Author{ID: e.Slug, Slug: e.Slug, Name: e.Name, Role: e.Role, Bio: e.Bio, Picture: e.Picture, Links: make([]Contact, len(e.Links)), Stories: e.Stories, URL: address(e, at)}
	for i, l := range e.Links {
		out.Links[i] = Contact(l)
	}
	return out
}

func topic(e news.Entry, at edition.Addresses) Topic {
	return Topic{ID: e.Edition + "/" + e.Slug, Edition: e.Edition, Slug: e.Slug, Name: e.Name, Description: e.Bio, Picture: e.Picture, Stories: e.Stories, URL: address(e, at)}
}

func address(e news.Entry, at edition.Addresses) string {
	if e.Latest == "" {
		return ""
	}
	return at.Root(e.Latest) + e.Path()
}

type answer[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

type list[T any] struct{ Body call.List[T] }

// shelf is what both kinds have in common, each with its own way to show an entry.
type shelf[T any] struct {
	server *call.Server
	desk   *news.Desk
	show   func(news.Entry, edition.Addresses) T
}

func (s shelf[T]) list(ctx context.Context, q news.EntryQuery, p call.Page) (*list[T], error) {
	q.After, q.Limit = p.After, p.Limit+1
	found, err := s.desk.Entries(ctx, call.Who(ctx), q)
	if err != nil {
		return nil, err
	}
	out := call.List[T]{Items: []T{}}
	if len(found) > p.Limit {
		found = found[:p.Limit]
		out.Next = found[p.Limit-1].Slug
	}
	at := s.server.Addresses()
	for _, e := range found {
		out.Items = append(out.Items, s.show(e, at))
	}
	return &list[T]{out}, nil
}

func (s shelf[T]) read(ctx context.Context, k news.EntryKey) (*answer[T], error) {
	e, err := s.desk.Entry(ctx, call.Who(ctx), k)
	return &answer[T]{call.Tag(e.Version), s.show(e, s.server.Addresses())}, err
}

func (s shelf[T]) change(ctx context.Context, k news.EntryKey, m call.MayMatch, p news.EntryPatch) (*answer[T], error) {
	version, err := m.AnyVersion()
	if err != nil {
		return nil, err
	}
	e, err := s.desk.ChangeEntry(ctx, call.Who(ctx), k, version, p)
	if err != nil {
		return nil, s.newer(err)
	}
	k.Slug = e.Slug
	return s.read(ctx, k)
}

func (s shelf[T]) merge(ctx context.Context, k news.EntryKey, once fact.Once, into string) (*answer[T], error) {
	e, err := s.desk.MergeEntry(ctx, news.Act{Who: call.Who(ctx), Once: once}, k, into)
	if err != nil {
		return nil, err
	}
	k.Slug = e.Slug
	return s.read(ctx, k)
}

// newer shows the newer state of a Stale fault as the API shows entries.
func (s shelf[T]) newer(err error) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale {
		if e, ok := f.Current.(news.Entry); ok {
			c := *f
			c.Current = s.show(e, s.server.Addresses())
			return &c
		}
	}
	return err
}

// One is which author is meant.
type One struct {
	Slug string `path:"slug" maxLength:"200" doc:"Of the author, earlier ones included."`
}

// OneOf is which topic is meant.
type OneOf struct {
	Slug    string `path:"slug" maxLength:"200" doc:"Of the topic, earlier ones included."`
	Edition string `query:"edition" required:"true" maxLength:"60" doc:"Slug."`
}

func (o OneOf) key(s *call.Server) (news.EntryKey, error) {
	return news.TopicKey(o.Edition, o.Slug), known(s, o.Edition)
}

func known(s *call.Server, slug string) error {
	if _, ok := s.Addresses().Edition(slug); !ok {
		return fault.At("query.edition", "fault.no_edition", "there is no edition %q", slug)
	}
	return nil
}

// Into is what a merge takes.
type Into struct {
	Into string `json:"into" maxLength:"200" doc:"Slug of the one that stays."`
}

// Register adds the operations.
func Register(s *call.Server, desk *news.Desk) {
	authors(s, shelf[Author]{s, desk, author})
	topics(s, shelf[Topic]{s, desk, topic})
}

const merging = "Its stories bear the other's name, its addresses lead to the other's page, and what its own page said goes. Revisions stay as they were published."

func authors(s *call.Server, all shelf[Author]) {
	const path = "/api/v1/authors"
	tags := []string{"authors"}
	call.Register(s, huma.Operation{OperationID: "list-authors", Method: http.MethodGet, Path: path, Summary: "List authors", Tags: tags, Description: "Everybody who had a byline in something published, by slug."},
		func(ctx context.Context, in *struct {
			call.Page
			Text string `query:"q" maxLength:"200" doc:"How words of the name or the slug begin."`
		}) (*list[Author], error) {
			return all.list(ctx, news.EntryQuery{Kind: news.AuthorEntry, Text: in.Text}, in.Page)
		})
	call.Register(s, huma.Operation{OperationID: "read-author", Method: http.MethodGet, Path: path + "/{slug}", Summary: "Read an author", Tags: tags},
		func(ctx context.Context, in *struct{ One }) (*answer[Author], error) {
			return all.read(ctx, news.AuthorKey(in.Slug))
		})
	call.Register(s, huma.Operation{OperationID: "change-author", Method: http.MethodPatch, Path: path + "/{slug}", Summary: "Change an author", Tags: tags, Description: "Published bylines follow a new name; revisions stay as they were published."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			One
			Body AuthorFields
		}) (*answer[Author], error) {
			return all.change(ctx, news.AuthorKey(in.Slug), in.MayMatch, in.Body.patch())
		})
	call.Register(s, huma.Operation{OperationID: "merge-author", Method: http.MethodPost, Path: path + "/{slug}/merge", Summary: "Make of one author another", Tags: tags, Description: merging},
		func(ctx context.Context, in *struct {
			call.Key
			One
			Body Into
		}) (*answer[Author], error) {
			return all.merge(ctx, news.AuthorKey(in.Slug), in.Once(ctx), in.Body.Into)
		})
}

func topics(s *call.Server, all shelf[Topic]) {
	const path = "/api/v1/topics"
	tags := []string{"topics"}
	call.Register(s, huma.Operation{OperationID: "list-topics", Method: http.MethodGet, Path: path, Summary: "List the topics of an edition", Tags: tags, Description: "Every tag that something published bore, by slug."},
		func(ctx context.Context, in *struct {
			call.Page
			Edition string `query:"edition" required:"true" maxLength:"60" doc:"Slug."`
			Text    string `query:"q" maxLength:"200" doc:"How words of the name or the slug begin."`
		}) (*list[Topic], error) {
			if err := known(s, in.Edition); err != nil {
				return nil, err
			}
			return all.list(ctx, news.EntryQuery{Kind: news.TopicEntry, Edition: in.Edition, Text: in.Text}, in.Page)
		})
	call.Register(s, huma.Operation{OperationID: "read-topic", Method: http.MethodGet, Path: path + "/{slug}", Summary: "Read a topic", Tags: tags},
		func(ctx context.Context, in *struct{ OneOf }) (*answer[Topic], error) {
			k, err := in.key(s)
			if err != nil {
				return nil, err
			}
			return all.read(ctx, k)
		})
	call.Register(s, huma.Operation{OperationID: "change-topic", Method: http.MethodPatch, Path: path + "/{slug}", Summary: "Change a topic", Tags: tags, Description: "Published stories follow a new name; revisions stay as they were published."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			OneOf
			Body TopicFields
		}) (*answer[Topic], error) {
			k, err := in.key(s)
			if err != nil {
				return nil, err
			}
			return all.change(ctx, k, in.MayMatch, in.Body.patch())
		})
	call.Register(s, huma.Operation{OperationID: "merge-topic", Method: http.MethodPost, Path: path + "/{slug}/merge", Summary: "Make of one topic another", Tags: tags, Description: merging},
		func(ctx context.Context, in *struct {
			call.Key
			OneOf
			Body Into
		}) (*answer[Topic], error) {
			k, err := in.key(s)
			if err != nil {
				return nil, err
			}
			return all.merge(ctx, k, in.Once(ctx), in.Body.Into)
		})
}
