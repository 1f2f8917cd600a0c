package articles

import (
	"context"
	"net/http"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Thumb is a small file of a story's main picture.
type Thumb struct {
	URL    string `json:"url" doc:"Public address of the file."`
	Width  int    `json:"width" doc:"In pixels."`
	Height int    `json:"height" doc:"In pixels."`
	Alt    string `json:"alt,omitempty" doc:"What somebody who cannot see it needs."`
	Bare   bool   `json:"uncredited,omitempty" doc:"Nobody is named for it: it cannot be published."`
}

// thumbWidth is how wide a thumb is aimed at, in pixels.
const thumbWidth = 160

// Counts say how many stories there are in each state.
type Counts struct {
	Draft     int `json:"draft" doc:"Being written."`
	InReview  int `json:"in_review" doc:"Waiting to be read."`
	Ready     int `json:"ready" doc:"Waiting to be published."`
	Scheduled int `json:"scheduled" doc:"Waiting for their time."`
	Published int `json:"published" doc:"On the site."`
	Withdrawn int `json:"withdrawn" doc:"Taken back."`
	All       int `json:"all" doc:"In every state together."`
	Mine      int `json:"mine" doc:"Made by the caller or assigned to him, in every state."`
}

type countInput struct {
	Edition string `query:"edition" maxLength:"60" doc:"Slug; all editions of the caller without one."`
	Section string `query:"section" maxLength:"60" doc:"Slug; needs edition."`
	Text    string `query:"q" maxLength:"200" doc:"Words; inflected ones are found too."`
}

type countOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Counts
}

func (d Doors) registerDesk(s *call.Server) {
	call.Register(s, huma.Operation{OperationID: "count-articles", Method: http.MethodGet, Path: "/api/v1/desk/counts", Summary: "How many stories there are in each state", Tags: []string{"articles"},
		Description: "For those who work on them; the same query as the list of articles, without its state."},
		func(ctx context.Context, in *countInput) (*countOutput, error) {
			section, err := sectionID(s.Addresses(), in.Edition, in.Section)
			if err != nil {
				return nil, err
			}
			c, err := d.Desk.Count(ctx, call.Who(ctx), news.DeskQuery{Edition: in.Edition, Section: section, Text: in.Text})
			if err != nil {
				return nil, err
			}
			out := &countOutput{CacheControl: "no-store", Body: Counts{
				Draft: c.States[news.Draft], InReview: c.States[news.InReview], Ready: c.States[news.Ready], Scheduled: c.States[news.Scheduled],
				Published: c.States[news.Published], Withdrawn: c.States[news.Withdrawn], Mine: c.Mine,
			}}
			for _, n := range c.States {
				out.Body.All += n
			}
			return out, nil
		})
}

// surround adds to articles what the desk shows of them besides themselves: names, who has them in hand, and in lists their pictures.
func (d Doors) surround(ctx context.Context, who account.Actor, at edition.Addresses, list []news.Article, out []Article, thumbs bool) error {
	around, err := d.Desk.Around(ctx, list...)
	if err != nil {
		return err
	}
	outdated, err := d.Desk.Outdated(ctx, list...)
	if err != nil {
		return err
	}
	stories := make([]string, len(list))
	for i, a := range list {
		stories[i] = a.ID
	}
	offered, err := d.Offered(ctx, stories)
	if err != nil {
		return err
	}
	var pictures map[string]media.Picture
	if thumbs {
		var ids []string
		for _, a := range list {
			if a.Picture != "" {
				ids = append(ids, a.Picture)
			}
		}
		if pictures, err = d.Pictures(ctx, ids); err != nil {
			return err
		}
	}
	for i := range out {
		a := &out[i]
		a.AssigneeName, a.UpdatedByName, a.CreatedByName = around.Names[a.Assignee], around.Names[a.UpdatedBy], around.Names[a.CreatedBy]
		if c, ok := outdated[a.ID]; ok {
			a.SourceChanged = sourceChange(c)
		}
		a.Offered = offered[a.ID]
		if l, ok := around.Hands[a.ID]; ok {
			shown := lockOf(l, who)
			a.InHand = &shown
		}
		if r, ok := pictures[a.Picture].Find("w", thumbWidth); ok {
			a.Thumb = &Thumb{URL: at.Base + "/media/" + r.Key, Width: r.Width, Height: r.Height, Alt: pictures[a.Picture].Alt, Bare: !pictures[a.Picture].Credited()}
		}
	}
	return nil
}
