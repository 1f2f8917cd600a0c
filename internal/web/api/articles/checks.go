package articles

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/fault"
	"dateline/internal/page/lang"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Check is one thing that the desk should see before a publication.
type Check struct {
	Level    string `json:"level" enum:"stop,override,warning" doc:"stop: cannot be published; override: an editor may pass over it; warning: only shown."`
	Key      string `json:"key" doc:"Names the check: no_alt, picture.credit, quotes, and so on; what override names."`
	Location string `json:"location" doc:"Dotted path in the story: headline, picture.alt, body.content[2] for the third child of the document."`
	Message  string `json:"message" doc:"Words for people."`
}

type checksInput struct {
	ID       string    `path:"id" maxLength:"40" doc:"Of the article."`
	Language string    `query:"language" maxLength:"35" doc:"Of the messages, BCP 47; English when left out."`
	At       time.Time `query:"at" doc:"When it is to be published; now, or when its embargo ends, when left out."`
}

type checksOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Check]
}

func (d Doors) registerChecks(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "check-article", Method: http.MethodGet, Path: path + "/{id}/checks", Summary: "What stands against publishing a story", Tags: []string{"articles"},
		Description: "Stops first, then what an editor may override, then warnings."},
		func(ctx context.Context, in *checksInput) (*checksOutput, error) {
			checks, err := d.Desk.Checks(ctx, call.Who(ctx), in.ID, in.At)
			if err != nil {
				return nil, err
			}
			language := in.Language
			if language == "" {
				language = "en"
			}
			words, err := lang.For(language)
			if err != nil {
				return nil, fault.At("query.language", "fault.language", "there are no words in this language")
			}
			out := &checksOutput{CacheControl: "no-store"}
			out.Body.Items = []Check{}
			for _, c := range checks {
				out.Body.Items = append(out.Body.Items, Check{string(c.Level), c.Code(), c.Location, words.Say(c.Key)})
			}
			return out, nil
		})
}
