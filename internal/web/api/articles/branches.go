package articles

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/edition"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Branch is the working copy of one tab that did not go into the story.
type Branch struct {
	ID       string     `json:"id" doc:"Never changes."`
	By       string     `json:"by" doc:"Id of the account that wrote it."`
	ByName   string     `json:"by_name,omitempty" doc:"Of the account."`
	Tab      string     `json:"tab" doc:"The window that wrote it, as it named itself."`
	Base     int64      `json:"base" doc:"Version of the story that it was begun on."`
	At       time.Time  `json:"at" doc:"When it was written last."`
	Headline string     `json:"headline" doc:"As it stands there."`
	Words    int        `json:"words" doc:"Of its body."`
	ClosedAt *time.Time `json:"closed_at,omitempty" doc:"When its words were dealt with; they are kept."`
	Article  *Article   `json:"article,omitempty" doc:"The story with the words of the branch; left out in lists."`
	Warnings []Warning  `json:"warnings,omitempty" doc:"What body_html held and the document cannot."`
}

func branchOf(b news.Branch, at edition.Addresses) Branch {
	out := Branch{ID: b.ID, By: b.By, ByName: b.ByName, Tab: b.Tab, Base: b.Base, At: b.At, Headline: b.Headline, Words: b.Words, ClosedAt: when(b.ClosedAt)}
	if b.Copy != nil {
		a := full(*b.Copy, at, true)
		out.Article = &a
	}
	return out
}

type branchesInput struct {
	ID    string `path:"id" maxLength:"40" doc:"Of the article."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"100" doc:"How many, 1 to 100."`
	After string `query:"after" maxLength:"40" doc:"The next of the page before."`
}

type branchesOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Branch]
}

type branchOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Branch
}

type branchInput struct {
	ID     string `path:"id" maxLength:"40" doc:"Of the article."`
	Branch string `path:"branch" maxLength:"40" doc:"Of the branch."`
}

// keepInput is a branch as its tab writes it. The last part of the address is the name of the tab there.
type keepInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Tab  string `path:"branch" maxLength:"64" doc:"Here the name of the window since it read the story: 1 to 64 letters, digits, - or _."`
	Body struct {
		Base int64 `json:"base" minimum:"1" doc:"Version of the story that the window had."`
		Fields
	}
}

type closeInput struct {
	call.Key
	ID     string    `path:"id" maxLength:"40" doc:"Of the article."`
	Branch string    `path:"branch" maxLength:"40" doc:"Of the branch."`
	Body   *struct{} // nothing, or an empty object
}

func (d Doors) registerBranches(s *call.Server, path string) {
	path += "/{id}/branches"
	call.Register(s, huma.Operation{OperationID: "list-branches", Method: http.MethodGet, Path: path, Summary: "Words that are kept beside a story", Tags: []string{"articles"},
		Description: "Those begun last first, closed ones too."},
		func(ctx context.Context, in *branchesInput) (*branchesOutput, error) {
			list, err := d.Desk.Branches(ctx, call.Who(ctx), in.ID, in.After, in.Limit+1)
			if err != nil {
				return nil, err
			}
			out := &branchesOutput{CacheControl: "no-store"}
			out.Body.Items = []Branch{}
			if len(list) > in.Limit {
				list = list[:in.Limit]
				out.Body.Next = list[in.Limit-1].ID
			}
			for _, b := range list {
				out.Body.Items = append(out.Body.Items, branchOf(b, s.Addresses()))
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "keep-branch", Method: http.MethodPut, Path: path + "/{branch}", Summary: "Keep a tab's words beside the story", Tags: []string{"articles"},
		Description: "The whole working copy of a tab that cannot save: the fields of PATCH; one that is absent is as it was in version base. The same tab of the same account on the same base writes the same branch until it is closed. " +
			"A window that reads the story again names itself anew here, since what it holds then does not come from the branch. The story does not change."},
		func(ctx context.Context, in *keepInput) (*branchOutput, error) {
			p, warnings, err := d.patch(ctx, in.Body.Fields, s.Addresses())
			if err != nil {
				return nil, err
			}
			b, err := d.Desk.Keep(ctx, call.Who(ctx), in.ID, in.Tab, in.Body.Base, p)
			if err != nil {
				return nil, err
			}
			b.Copy = nil // the caller has it
			out := &branchOutput{CacheControl: "no-store", Body: branchOf(b, s.Addresses())}
			out.Body.Warnings = warnings
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-branch", Method: http.MethodGet, Path: path + "/{branch}", Summary: "One branch with its words", Tags: []string{"articles"}},
		func(ctx context.Context, in *branchInput) (*branchOutput, error) {
			b, err := d.Desk.Branch(ctx, call.Who(ctx), in.ID, in.Branch)
			if err != nil {
				return nil, err
			}
			return &branchOutput{CacheControl: "no-store", Body: branchOf(b, s.Addresses())}, nil
		})
	call.Register(s, huma.Operation{OperationID: "close-branch", Method: http.MethodPost, Path: path + "/{branch}/close", Summary: "Say that a branch was dealt with", Tags: []string{"articles"}, DefaultStatus: http.StatusOK,
		Description: "Its words are kept; the next ones of its tab begin another branch."},
		func(ctx context.Context, in *closeInput) (*branchOutput, error) {
			b, err := d.Desk.CloseBranch(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, in.ID, in.Branch)
			if err != nil {
				return nil, err
			}
			return &branchOutput{CacheControl: "no-store", Body: branchOf(b, s.Addresses())}, nil
		})
}
