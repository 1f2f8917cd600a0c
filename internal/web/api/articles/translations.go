package articles

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Outdated is what the source of a translation told readers since it was made or brought up to date.
type Outdated struct {
	Article  string    `json:"article" doc:"Id of the source."`
	Base     int       `json:"base,omitempty" doc:"Revision of the source that the translation is of; absent when it is not known."`
	Revision int       `json:"revision" doc:"Latest revision that says something else."`
	Change   string    `json:"change" enum:"update,correction,withdrawn" doc:"What it was to readers."`
	At       time.Time `json:"at" doc:"When it was published, or withdrawn."`
}

func sourceChange(c news.SourceChange) *Outdated {
	return &Outdated{c.Article, c.Base, c.Revision, string(c.Change), c.At}
}

// Translation is one of a family: a story, or what was made of it for another edition.
type Translation struct {
	ID            string    `json:"id" doc:"Of the article."`
	Edition       string    `json:"edition" doc:"Slug."`
	Language      string    `json:"language" doc:"BCP 47 tag."`
	Headline      string    `json:"headline" doc:"As it is now."`
	State         string    `json:"state" doc:"draft, in_review, ready, scheduled, published or withdrawn."`
	Revision      int       `json:"revision,omitempty" doc:"Latest publication."`
	Source        bool      `json:"source" doc:"The others go back to it."`
	UpdatedAt     time.Time `json:"updated_at" doc:"Latest save."`
	SourceChanged *Outdated `json:"source_changed,omitempty" doc:"What its source told readers since."`
}

type translationsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Translation]
}

func (d Doors) registerTranslations(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "list-translations", Method: http.MethodGet, Path: path + "/{id}/translations", Summary: "A story and its translations", Tags: []string{"articles"},
		Description: "Those of the caller's editions, the story they go back to first. A translation is made by creating an article with translation_of; source_revision says what it is of."},
		func(ctx context.Context, in *struct {
			call.Whole
			ID string `path:"id" maxLength:"40" doc:"Of the article."`
		}) (*translationsOutput, error) {
			list, err := d.Desk.Family(ctx, call.Who(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			outdated, err := d.Desk.Outdated(ctx, list...)
			if err != nil {
				return nil, err
			}
			all := make([]Translation, len(list))
			for i, a := range list {
				all[i] = Translation{ID: a.ID, Edition: a.Edition, Language: a.Language, Headline: a.Headline, State: string(a.State), Revision: a.Revision, Source: a.TranslationOf == "", UpdatedAt: a.UpdatedAt}
				if c, ok := outdated[a.ID]; ok {
					all[i].SourceChanged = sourceChange(c)
				}
			}
			page, err := call.Cut(in.Whole, all, func(t Translation) string { return t.ID })
			return &translationsOutput{"no-store", page}, err
		})
}
