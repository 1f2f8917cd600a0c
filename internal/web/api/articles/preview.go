package articles

import (
	"bytes"
	"context"
	"net/http"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page"
	"dateline/internal/web"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Previews make of a story what readers and other sites would have of it.
type Previews interface {
	// PreviewStory makes the whole page and gives the hash of its inline style.
	PreviewStory(ctx context.Context, it news.Item) (html []byte, style string, err error)
	SharedStory(ctx context.Context, it news.Item) (page.Shared, error)
}

// CardImage is the picture of a card.
type CardImage struct {
	URL    string `json:"url" doc:"Public address of the file."`
	Alt    string `json:"alt,omitempty" doc:"What somebody who cannot see it needs."`
	Width  int    `json:"width" doc:"In pixels."`
	Height int    `json:"height" doc:"In pixels."`
	Own    bool   `json:"own" doc:"The story's own; else the card of the whole site."`
}

// Card is what other sites show of a story.
type Card struct {
	ID          string     `json:"id" doc:"Of the article."`
	Title       string     `json:"title" doc:"Of the page, as a search engine shows it."`
	Headline    string     `json:"headline" doc:"As a social site shows it."`
	Description string     `json:"description" doc:"The words under either."`
	URL         string     `json:"url" doc:"Where the page is or will be."`
	Site        string     `json:"site" doc:"Name of the edition."`
	Image       *CardImage `json:"image,omitempty" doc:"The picture that goes with it."`
}

type pageAnswer struct {
	Type         string `header:"Content-Type" doc:"text/html."`
	CacheControl string `header:"Cache-Control"`
	Policy       string `header:"Content-Security-Policy" doc:"Nothing of the page runs; only our own pages may frame it."`
	Body         []byte
}

type cardAnswer struct {
	CacheControl string `header:"Cache-Control"`
	Body         Card
}

func (d Doors) registerPreview(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "preview-article", Method: http.MethodGet, Path: path + "/{id}/preview", Summary: "See the page of a working copy", Tags: []string{"articles"},
		Description: "The page as readers would have it if the working copy were published now, made by what makes theirs. Nothing of it is kept, nothing in it runs, its links open elsewhere.",
		Responses:   map[string]*huma.Response{"200": {Description: "The page", Content: map[string]*huma.MediaType{"text/html": {Schema: &huma.Schema{Type: "string"}}}}}},
		func(ctx context.Context, in *oneInput) (*pageAnswer, error) {
			it, err := d.preview(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			html, style, err := d.Previews.PreviewStory(ctx, it)
			if err != nil {
				return nil, err
			}
			html = bytes.Replace(html, []byte("<head>"), []byte(`<head><base target="_blank">`), 1)
			return &pageAnswer{"text/html; charset=utf-8", "no-store", web.PreviewPolicy(style), html}, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-card", Method: http.MethodGet, Path: path + "/{id}/card", Summary: "What other sites would show of a working copy", Tags: []string{"articles"},
		Description: "The card of a social site and the line of a search engine, from the head of the page that readers would have."},
		func(ctx context.Context, in *oneInput) (*cardAnswer, error) {
			it, err := d.preview(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			c, err := d.Previews.SharedStory(ctx, it)
			if err != nil {
				return nil, err
			}
			out := Card{ID: in.ID, Title: c.Title, Headline: c.Headline, Description: c.Description, URL: c.URL, Site: c.Site}
			if i := c.Image; i != nil {
				out.Image = &CardImage{i.URL, i.Alt, i.Width, i.Height, i.Own}
			}
			return &cardAnswer{"no-store", out}, nil
		})
}

// preview gives a working copy as readers would have it.
func (d Doors) preview(ctx context.Context, id string) (news.Item, error) {
	who := call.Who(ctx)
	if _, err := d.Desk.Article(ctx, who, id); err != nil {
		return news.Item{}, err
	}
	old, err := d.Archive.Item(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return news.Item{}, err
	}
	return d.Desk.Preview(ctx, who, id, old)
}
