package articles

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Version is one save of a story.
type Version struct {
	ID       string    `json:"id" doc:"Of the article and the version: article/version."`
	Version  int64     `json:"version" doc:"From 1."`
	At       time.Time `json:"at" doc:"When it was saved."`
	By       string    `json:"by,omitempty" doc:"Id of the account that saved it; absent when it was none."`
	ByName   string    `json:"by_name,omitempty" doc:"Of the account."`
	Headline string    `json:"headline" doc:"As it was then."`
	Words    int       `json:"words" doc:"Of the body."`
	Revision int       `json:"revision,omitempty" doc:"The revision as which it was published."`
}

type versionsInput struct {
	call.Page
	ID string `path:"id" maxLength:"40" doc:"Of the article."`
}

type versionsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Version]
}

type versionInput struct {
	ID     string `path:"id" maxLength:"40" doc:"Of the article."`
	Number int64  `path:"number" minimum:"1" doc:"Of the version."`
}

type documentInput struct {
	call.Key
	Body struct {
		HTML string `json:"html" doc:"From anywhere: a paste, another site, a word processor."`
	}
}

type documentOutput struct {
	Body struct {
		Body     json.RawMessage `json:"body" doc:"The document that holds of it what a document can."`
		Warnings []Warning       `json:"warnings" nullable:"false" doc:"What it held and the document cannot."`
	}
}

func (d Doors) registerVersions(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "list-versions", Method: http.MethodGet, Path: path + "/{id}/versions", Summary: "Every save of a story", Tags: []string{"articles"},
		Description: "Newest first. None is thrown away, except by a redaction."},
		func(ctx context.Context, in *versionsInput) (*versionsOutput, error) {
			before := int64(0)
			if in.After != "" {
				var err error
				if before, err = strconv.ParseInt(in.After, 10, 64); err != nil || before < 1 {
					return nil, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
				}
			}
			list, err := d.Desk.Versions(ctx, call.Who(ctx), in.ID, before, in.Limit+1)
			if err != nil {
				return nil, err
			}
			out := &versionsOutput{CacheControl: "no-store"}
			out.Body.Items = []Version{}
			if len(list) > in.Limit {
				list = list[:in.Limit]
				out.Body.Next = strconv.FormatInt(list[in.Limit-1].Number, 10)
			}
			for _, v := range list {
				out.Body.Items = append(out.Body.Items, Version{ID: in.ID + "/" + strconv.FormatInt(v.Number, 10), Version: v.Number, At: v.At, By: v.By, ByName: v.ByName,
					Headline: v.Headline, Words: v.Words, Revision: v.Revision})
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-version", Method: http.MethodGet, Path: path + "/{id}/versions/{number}", Summary: "A story as it was in one of its saves", Tags: []string{"articles"}},
		func(ctx context.Context, in *versionInput) (*answer, error) {
			a, err := d.Desk.Version(ctx, call.Who(ctx), in.ID, in.Number)
			if err != nil {
				return nil, err
			}
			return answerFull(a, s.Addresses()), nil
		})
	call.Register(s, huma.Operation{OperationID: "convert-document", Method: http.MethodPost, Path: "/api/v1/documents", Summary: "Turn HTML into a document", Tags: []string{"articles"}, DefaultStatus: http.StatusOK,
		Description: "Sanitises HTML into the closed list of nodes and marks, as body_html does, and keeps nothing."},
		func(ctx context.Context, in *documentInput) (*documentOutput, error) {
			if err := d.Desk.Repeat(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}); err != nil {
				return nil, err
			}
			doc, warnings, err := d.fromHTML(ctx, "body.html", in.Body.HTML, s.Addresses())
			if err != nil {
				return nil, err
			}
			out := &documentOutput{}
			out.Body.Body, out.Body.Warnings = doc.Canonical(), append([]Warning{}, warnings...)
			return out, nil
		})
}
