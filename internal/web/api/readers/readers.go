// Package readers is /api/v1/…/readership: how often stories and editions are read, in numbers.
package readers

import (
	"context"
	"net/http"

	"dateline/internal/edition"
	"dateline/internal/news"
	"dateline/internal/readership"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are what the operations call.
type Doors struct{ Desk *readership.Desk }

// Day is the views on one day.
type Day struct {
	Date  string `json:"date" doc:"In the edition's time zone: 2026-03-10."`
	Views int64  `json:"views" doc:"Answers with the page."`
}

// Counts say how much a story is read, or the stories of an edition together.
type Counts struct {
	Reading int   `json:"reading" doc:"Pages that are open now; those of other nodes as they were up to ten seconds ago."`
	Today   int64 `json:"today" doc:"Views since the day of the edition began."`
	Week    int64 `json:"week" doc:"Views today and in the six days before."`
}

// StoryReadership is how a story is read.
type StoryReadership struct {
	ID string `json:"id" doc:"Of the story."`
	Counts
	Days []Day `json:"days" nullable:"false" doc:"Those seven days, oldest first."`
}

// MostRead is one of the stories of an edition that are read most.
type MostRead struct {
	ID       string `json:"id" doc:"Of the story."`
	URL      string `json:"url" doc:"Its page."`
	Headline string `json:"headline" doc:"As readers have it."`
	Counts
}

// EditionReadership is how an edition is read.
type EditionReadership struct {
	ID string `json:"id" doc:"Slug of the edition."`
	Counts
	MostRead []MostRead `json:"most_read" nullable:"false" doc:"What is read most in the last 24 hours, most first."`
}

func mostRead(s readership.Story, at edition.Addresses) MostRead {
	return MostRead{ID: s.Item.ID, URL: news.Address(at, s.Item.Content), Headline: s.Item.Headline, Counts: Counts{s.Reading, s.Today, s.Week}}
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	tags := []string{"readership"}
	call.Register(s, huma.Operation{OperationID: "read-story-readership", Method: http.MethodGet, Path: "/api/v1/articles/{id}/readership", Summary: "How a story is read", Tags: tags,
		Description: "A view is an answer with the page to somebody who is not plainly a program; it is counted without a cookie and without an address. Counts are written every 10 seconds."},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the article."`
		}) (*struct{ Body StoryReadership }, error) {
			story, err := d.Desk.Story(ctx, call.Who(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			out := StoryReadership{ID: in.ID, Counts: Counts{story.Reading, story.Today, story.Week}, Days: make([]Day, len(story.Days))}
			for i, day := range story.Days {
				out.Days[i] = Day{Date: day.Date, Views: day.N}
			}
			return &struct{ Body StoryReadership }{out}, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-edition-readership", Method: http.MethodGet, Path: "/api/v1/editions/{slug}/readership", Summary: "How an edition is read, and what most", Tags: tags},
		func(ctx context.Context, in *struct {
			Slug  string `path:"slug" maxLength:"60" doc:"Of the edition."`
			Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many of the most read stories, 1 to 100."`
		}) (*struct{ Body EditionReadership }, error) {
			p, err := d.Desk.Paper(ctx, call.Who(ctx), in.Slug, in.Limit)
			if err != nil {
				return nil, err
			}
			out := EditionReadership{ID: in.Slug, Counts: Counts{p.Reading, p.Today, p.Week}, MostRead: make([]MostRead, len(p.MostRead))}
			for i, story := range p.MostRead {
				out.MostRead[i] = mostRead(story, s.Addresses())
			}
			return &struct{ Body EditionReadership }{out}, nil
		})
}
