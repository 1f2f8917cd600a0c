package posts

import (
	"context"
	"net/http"

	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// PostCounts says how many posts there are, for the desk.
type PostCounts struct {
	Draft        int `json:"draft" doc:"Not sent."`
	Scheduled    int `json:"scheduled" doc:"Go out by themselves."`
	Contribution int `json:"contribution" doc:"Wait for somebody who may publish."`
	Published    int `json:"published" doc:"Readers have them."`
	Withdrawn    int `json:"withdrawn" doc:"Readers had them."`
}

// ListedCoverage is a live coverage in the list of the desk.
type ListedCoverage struct {
	Coverage
	Edition  string `json:"edition" doc:"Slug."`
	Headline string `json:"headline" doc:"Of the article."`
	Language string `json:"language,omitempty" doc:"Of the article, when it is not that of the edition."`
	Article  string `json:"article_state" doc:"Where the article stands: its posts go out once it is published."`
}

func listed(l coverage.Listing, at edition.Addresses) ListedCoverage {
	return ListedCoverage{Coverage: overview(l, news.AddressOf(at, l.Article)), Edition: l.Article.Edition, Headline: l.Article.Headline, Language: l.Article.Language, Article: string(l.Article.State)}
}

// overview is a coverage as the desk has it; base is its address.
func overview(l coverage.Listing, base string) Coverage {
	out := shown(l.Article.ID, l.Coverage, base)
	out.Publishes, out.Posts = l.Publishes, &PostCounts{l.Posts.Draft, l.Posts.Scheduled, l.Posts.Contribution, l.Posts.Published, l.Posts.Withdrawn}
	return out
}

func (d Doors) registerList(s *call.Server) {
	call.Register(s, huma.Operation{OperationID: "list-coverages", Method: http.MethodGet, Path: "/api/v1/coverages", Summary: "List live coverages", Tags: []string{"posts"},
		Description: "Latest made first. The desk of the edition gets all of them, everybody else who works for it those that readers have."},
		func(ctx context.Context, in *struct {
			call.Page
			Edition string `query:"edition" required:"true" maxLength:"60" doc:"Slug."`
			State   string `query:"state" enum:"open,closed" doc:"Without it both."`
		}) (*struct{ Body call.List[ListedCoverage] }, error) {
			if _, ok := s.Addresses().Edition(in.Edition); !ok {
				return nil, fault.At("query.edition", "fault.no_edition", "there is no edition %q", in.Edition)
			}
			q := coverage.ListQuery{Edition: in.Edition, After: in.After, Limit: in.Limit + 1}
			if in.State != "" {
				closed := in.State == "closed"
				q.Closed = &closed
			}
			found, err := d.Desk.Coverages(ctx, call.Who(ctx), q)
			if err != nil {
				return nil, err
			}
			out := call.List[ListedCoverage]{Items: []ListedCoverage{}}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Next = found[in.Limit-1].Article.ID
			}
			for _, l := range found {
				out.Items = append(out.Items, listed(l, s.Addresses()))
			}
			return &struct{ Body call.List[ListedCoverage] }{out}, nil
		})
}
