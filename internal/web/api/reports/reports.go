// Package reports is /api/v1/reports: what readers say is wrong.
package reports

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are what the operations call.
type Doors struct {
	Desk    *news.Desk
	Archive news.Archive
	// Names gives the names of accounts.
	Names func(ctx context.Context, accounts []string) (map[string]string, error)
}

// Report is what the API answers.
type Report struct {
	ID         string    `json:"id" doc:"Never changes."`
	Article    string    `json:"article" doc:"Id of the story."`
	Headline   string    `json:"headline,omitempty" doc:"Of the story as readers have it; absent when it was withdrawn."`
	URL        string    `json:"url,omitempty" doc:"Of the story; absent when it was withdrawn."`
	Edition    string    `json:"edition" doc:"Slug."`
	Text       string    `json:"text" doc:"What the reader wrote, in lines."`
	State      string    `json:"state" enum:"open,resolved" doc:"Whether somebody dealt with it."`
	At         time.Time `json:"at" doc:"When it came."`
	ResolvedBy string    `json:"resolved_by,omitempty" doc:"Id of the account."`
	Name       string    `json:"name,omitempty" doc:"Of who resolved it."`
	ResolvedAt time.Time `json:"resolved_at,omitzero" doc:"When."`
}

// show gives reports as the API shows them.
func (d Doors) show(ctx context.Context, found []news.Report, at edition.Addresses) ([]Report, error) {
	var staff, stories []string
	for _, r := range found {
		if stories = append(stories, r.Article); r.ResolvedBy != "" {
			staff = append(staff, r.ResolvedBy)
		}
	}
	names, err := d.Names(ctx, staff)
	if err != nil {
		return nil, err
	}
	items, err := d.Archive.Items(ctx, stories)
	if err != nil {
		return nil, err
	}
	byID := map[string]news.Item{}
	for _, i := range items {
		byID[i.ID] = i
	}
	out := make([]Report, len(found))
	for n, r := range found {
		out[n] = Report{ID: r.ID, Article: r.Article, Edition: r.Edition, Text: r.Text, State: "open", At: r.At, ResolvedBy: r.ResolvedBy, Name: names[r.ResolvedBy], ResolvedAt: r.ResolvedAt}
		if !r.Open() {
			out[n].State = "resolved"
		}
		if i, ok := byID[r.Article]; ok {
			out[n].Headline, out[n].URL = i.Headline, news.Address(at, i.Content)
		}
	}
	return out, nil
}

type answer struct {
	ETag string `header:"ETag"`
	Body Report
}

// newer shows the newer state of a Stale fault as the API shows reports.
func (d Doors) newer(ctx context.Context, err error, at edition.Addresses) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Stale {
		return err
	}
	r, ok := f.Current.(news.Report)
	if !ok {
		return err
	}
	all, serr := d.show(ctx, []news.Report{r}, at)
	if serr != nil {
		return serr
	}
	c := *f
	c.Current = all[0]
	return &c
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/reports"
	tags := []string{"reports"}
	call.Register(s, huma.Operation{OperationID: "list-reports", Method: http.MethodGet, Path: path, Summary: "List what readers report", Tags: tags, Description: "Newest first, of the editions that the caller works for."},
		func(ctx context.Context, in *struct {
			call.Page
			Edition string `query:"edition" maxLength:"60" doc:"Slug; without it all that the caller works for."`
			Article string `query:"article" maxLength:"40" doc:"Id of a story."`
			State   string `query:"state" enum:"open,resolved" doc:"Without it both."`
		}) (*struct{ Body call.List[Report] }, error) {
			if _, ok := s.Addresses().Edition(in.Edition); !ok && in.Edition != "" {
				return nil, fault.At("query.edition", "fault.no_edition", "there is no edition %q", in.Edition)
			}
			q := news.ReportQuery{Article: in.Article, After: in.After, Limit: in.Limit + 1}
			if in.State != "" {
				open := in.State == "open"
				q.Open = &open
			}
			found, err := d.Desk.Reports(ctx, call.Who(ctx), in.Edition, q)
			if err != nil {
				return nil, err
			}
			out := call.List[Report]{}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Next = found[in.Limit-1].ID
			}
			out.Items, err = d.show(ctx, found, s.Addresses())
			return &struct{ Body call.List[Report] }{out}, err
		})
	call.Register(s, huma.Operation{OperationID: "resolve-report", Method: http.MethodPatch, Path: path + "/{id}", Summary: "Resolve a report, or open it again", Tags: tags},
		func(ctx context.Context, in *struct {
			call.MayMatch
			ID   string `path:"id" maxLength:"40" doc:"Of the report."`
			Body struct {
				State string `json:"state" enum:"open,resolved" doc:"What it is from now on."`
			}
		}) (*answer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			r, err := d.Desk.ResolveReport(ctx, call.Who(ctx), in.ID, version, in.Body.State == "resolved")
			if err != nil {
				return nil, d.newer(ctx, err, s.Addresses())
			}
			all, err := d.show(ctx, []news.Report{r}, s.Addresses())
			if err != nil {
				return nil, err
			}
			return &answer{call.Tag(r.Version), all[0]}, nil
		})
}
