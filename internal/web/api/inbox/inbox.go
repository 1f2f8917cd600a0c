// Package inbox is /api/v1/inbox: what sources sent, and the stories that are made of it.
package inbox

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"dateline/internal/intake"
	"dateline/internal/news"
	"dateline/internal/transfer"
	"dateline/internal/web/api/articles"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are the services behind the operations.
type Doors struct {
	Desk    *intake.Desk
	Stories *news.Desk
	Intake  *transfer.Intake
}

// Item is what the API answers.
type Item struct {
	ID       string            `json:"id" doc:"Never changes."`
	Edition  string            `json:"edition" doc:"Slug of the edition in whose inbox it is."`
	Source   string            `json:"source" doc:"Id of the source that sent it."`
	Name     string            `json:"name" doc:"Who publishes it, as it says itself; else as the desk calls the source."`
	Also     []string          `json:"also" nullable:"false" doc:"Ids of other sources that sent the same."`
	State    string            `json:"state" enum:"new,used,dismissed,folded" doc:"Where it stands; folded: another item says the same."`
	At       time.Time         `json:"at" doc:"When this version arrived."`
	Number   int               `json:"number" doc:"How many versions came, this one included."`
	MadeAt   *time.Time        `json:"made_at,omitempty" doc:"When this version was made, as its publisher says."`
	Status   string            `json:"status" enum:"usable,withheld,canceled" doc:"What its publisher says may be done with it."`
	Urgency  int               `json:"urgency" doc:"1 (highest) to 9."`
	Embargo  *time.Time        `json:"embargo_until,omitempty" doc:"Its publisher's."`
	Language string            `json:"language,omitempty" doc:"BCP 47 tag, when it says one."`
	Headline string            `json:"headline" doc:"Its headline."`
	Lead     string            `json:"lead" doc:"Its lead, empty when it has none."`
	Place    string            `json:"place,omitempty" doc:"Where it was written."`
	Byline   []articles.Byline `json:"byline" nullable:"false" doc:"Who wrote it."`
	Tags     []string          `json:"tags" nullable:"false" doc:"Its subjects."`
	Words    int               `json:"words" doc:"Of its text."`
	Pictures int               `json:"pictures" doc:"How many come with it."`
	Note     string            `json:"note,omitempty" doc:"Its publisher's to the desk."`
	Rights   string            `json:"usage_terms,omitempty" doc:"Its publisher's terms."`
	URI      string            `json:"uri" doc:"Its name at its publisher."`
	Article  string            `json:"article,omitempty" doc:"Id of the story that was made of it."`
	Coverage string            `json:"coverage,omitempty" doc:"Id of the live coverage in which a post was made of it."`
	Post     string            `json:"post,omitempty" doc:"Id of the latest post that was made of it."`
	Offers   bool              `json:"offers" doc:"This is a newer version than the one that its story has."`
	Body     json.RawMessage   `json:"body,omitempty" doc:"Its text as a document; left out in lists. Pictures in it are ids within the item."`
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func show(i intake.Item, also []string, withBody bool) Item {
	c := i.Content
	out := Item{
		ID: i.ID, Edition: i.Edition, Source: i.Source, Name: i.Origin().Name, Also: []string{}, State: string(i.State), At: i.At, Number: i.Number, MadeAt: when(i.Made), Status: i.Status,
		Urgency: i.Urgency, Embargo: when(i.Embargo), Language: c.Language, Headline: c.Headline, Lead: c.Lead, Place: c.Dateline.Place, Byline: []articles.Byline{}, Tags: []string{},
		Words: c.Body.Words(), Pictures: i.Pictures, Note: i.Note, Rights: i.Origin().Usage, URI: i.URI, Article: i.Article, Coverage: i.Coverage, Post: i.Post, Offers: i.Offers(),
	}
	for _, source := range also {
		if source != i.Source {
			out.Also = append(out.Also, source)
		}
	}
	for _, b := range c.Byline {
		out.Byline = append(out.Byline, articles.Byline{Name: b.Name})
	}
	out.Tags = append(out.Tags, c.Tags...)
	if withBody {
		out.Body = c.Body.Canonical()
	}
	return out
}

type listInput struct {
	call.Page
	Edition string `query:"edition" maxLength:"60" doc:"Slug."`
	Source  string `query:"source" maxLength:"40" doc:"Id."`
	State   string `query:"state" enum:"new,used,dismissed,folded" doc:"new when not given, unless article is."`
	Article string `query:"article" maxLength:"40" doc:"Id: only what this story was made of."`
	Text    string `query:"q" maxLength:"200" doc:"Words, as they stand there or parts of them."`
}

type list struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Item]
}

type answer struct {
	CacheControl string `header:"Cache-Control"`
	Body         Item
}

// Story is what became of an item.
type Story struct {
	ID      string   `json:"id" doc:"Of the item."`
	Article string   `json:"article" doc:"Id of the story."`
	Version int64    `json:"version" doc:"Of the story's working copy."`
	Notes   []string `json:"notes" nullable:"false" doc:"What could not be had, in English."`
}

type story struct {
	Body Story
}

type one struct {
	ID string `path:"id" maxLength:"40" doc:"Of the item."`
}

type act struct {
	call.Key
	ID   string    `path:"id" maxLength:"40" doc:"Of the item."`
	Body *struct{} `nameHint:"Nothing"`
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/inbox"
	tags := []string{"inbox"}
	call.Register(s, huma.Operation{OperationID: "list-inbox", Method: http.MethodGet, Path: path, Summary: "List the inbox", Tags: tags, Description: "What arrived last first."}, d.list)
	call.Register(s, huma.Operation{OperationID: "read-item", Method: http.MethodGet, Path: path + "/{id}", Summary: "Read an item", Tags: tags},
		func(ctx context.Context, in *one) (*answer, error) {
			return d.give(d.Desk.Item(ctx, call.Who(ctx), in.ID))
		})
	call.Register(s, huma.Operation{OperationID: "compare-item", Method: http.MethodGet, Path: path + "/{id}/compare", Summary: "What differs between a story and its item", Tags: tags,
		Description: "from is the story's working copy, to the newest version of the item. Pictures are left out.", Metadata: map[string]any{call.Also: []int{http.StatusConflict}}},
		func(ctx context.Context, in *one) (*struct {
			CacheControl string `header:"Cache-Control"`
			Body         articles.Comparison
		}, error) {
			i, err := d.Desk.Item(ctx, call.Who(ctx), in.ID)
			if err == nil {
				err = i.Story()
			}
			if err != nil {
				return nil, err
			}
			c, err := d.Stories.CompareWith(ctx, call.Who(ctx), i.Article, i.Content)
			if err != nil {
				return nil, err
			}
			return &struct {
				CacheControl string `header:"Cache-Control"`
				Body         articles.Comparison
			}{"no-store", articles.Compared(c, "now", "item")}, nil
		})
	call.Register(s, huma.Operation{OperationID: "use-item", Method: http.MethodPost, Path: path + "/{id}/use", Summary: "Make a story of an item", Tags: tags, DefaultStatus: http.StatusOK,
		Description: "A draft that keeps its source and hears of its later versions. Its pictures come with it."},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the item."`
			Body *struct {
				Section string `json:"section,omitempty" maxLength:"60" doc:"Slug; without one that which the item's subjects name, else the first."`
			} `nameHint:"Use"`
		}) (*story, error) {
			section := ""
			if in.Body != nil {
				section = in.Body.Section
			}
			a, notes, err := d.Intake.Use(ctx, call.Who(ctx), in.Once(ctx), in.ID, section)
			return d.made(s, in.ID, a, notes, err)
		})
	call.Register(s, huma.Operation{OperationID: "take-item", Method: http.MethodPost, Path: path + "/{id}/take", Summary: "Take the newest version of an item into its story", Tags: tags, DefaultStatus: http.StatusOK,
		Description: "What the story said stays in its versions."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the item."`
			Body *struct {
				Fields []string `json:"fields,omitempty" enum:"headline,short_headline,lead,dateline,byline,body,picture,tags" maxItems:"8" doc:"What of it is taken; all when not given."`
			} `nameHint:"Take"`
		}) (*story, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			var fields []string
			if in.Body != nil {
				fields = in.Body.Fields
			}
			a, notes, err := d.Intake.Take(ctx, call.Who(ctx), in.Once(ctx), version, in.ID, fields)
			return d.made(s, in.ID, a, notes, err)
		})
	call.Register(s, huma.Operation{OperationID: "dismiss-item", Method: http.MethodPost, Path: path + "/{id}/dismiss", Summary: "Take an item out of what is new", Tags: tags, DefaultStatus: http.StatusOK,
		Description: "Of an item that a story was made of it declines the newer version that is offered."},
		func(ctx context.Context, in *act) (*answer, error) {
			return d.give(d.Desk.Dismiss(ctx, call.Who(ctx), in.Once(ctx), in.ID, false))
		})
	call.Register(s, huma.Operation{OperationID: "restore-item", Method: http.MethodPost, Path: path + "/{id}/restore", Summary: "Put an item back to what is new", Tags: tags, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *act) (*answer, error) {
			return d.give(d.Desk.Dismiss(ctx, call.Who(ctx), in.Once(ctx), in.ID, true))
		})
}

func (d Doors) give(i intake.Item, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{"no-store", show(i, nil, true)}, nil
}

func (d Doors) made(s *call.Server, item string, a news.Article, notes []string, err error) (*story, error) {
	if err != nil {
		return nil, articles.Newer(err, s.Addresses())
	}
	return &story{Story{item, a.ID, a.Version, append([]string{}, notes...)}}, nil
}

func (d Doors) list(ctx context.Context, in *listInput) (*list, error) {
	after, err := articles.Cursor(in.After)
	if err != nil {
		return nil, err
	}
	q := intake.Query{Edition: in.Edition, Source: in.Source, State: intake.State(in.State), Text: in.Text, After: after, Limit: in.Limit + 1}
	if in.Article != "" {
		q.Articles = []string{in.Article}
	}
	all, err := d.Desk.Inbox(ctx, call.Who(ctx), q)
	if err != nil {
		return nil, err
	}
	out := call.List[Item]{Items: []Item{}}
	if len(all) > in.Limit {
		all = all[:in.Limit]
		last := all[in.Limit-1]
		out.Next = articles.Next(news.Cursor{At: last.At, ID: last.ID})
	}
	ids := make([]string, len(all))
	for n, i := range all {
		ids[n] = i.ID
	}
	twins, err := d.Desk.Twins(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, i := range all {
		out.Items = append(out.Items, show(i, twins[i.ID], false))
	}
	return &list{"no-store", out}, nil
}
