package pictures

import (
	"context"
	"net/http"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// PictureUse is a story that a picture stands in.
type PictureUse struct {
	ID      string `json:"id" doc:"Of the article; of what is no article its own."`
	URL     string `json:"url" doc:"Where readers see the picture; empty when they do not."`
	Edition string `json:"edition" doc:"Slug of its edition."`
	Kind    string `json:"kind" doc:"story, live or page; sponsor when it is of the sponsor of an edition; front when a pin of a front has it for its own; author or topic when their page shows it."`
	State   string `json:"state" doc:"Of the article."`
	Text    string `json:"headline" doc:"Of the working copy for those who may read it, else as published."`
	Live    bool   `json:"live" doc:"Readers see the picture there, or did until it was killed."`
	Draft   bool   `json:"draft" doc:"The working copy names it."`
}

// showUses gives the stories that a picture stands in, and the editions whose sponsor it is of.
func showUses(picture string, list []news.Use, at edition.Addresses) []PictureUse {
	out := make([]PictureUse, len(list))
	for i, u := range list {
		out[i] = PictureUse{ID: u.Article, Edition: u.Edition, Kind: string(u.Kind), State: string(u.State), Text: u.Head, Live: u.Live, Draft: u.Copy}
		switch {
		case u.Front != nil:
			out[i].ID, out[i].Kind, out[i].Text, out[i].URL = "front/"+u.Front.ID(), "front", name(at, *u.Front), at.Root(u.Edition)+"/"
			if s, ok := at.SectionByID(u.Front.Section); ok {
				out[i].URL += s.Slug
			}
		case u.Entry != nil:
			out[i].ID, out[i].Kind = u.Entry.Text(), string(u.Entry.Kind)
			of := u.Edition
			if e, ok := at.Default(); ok && of == "" {
				of = e.Slug
			}
			out[i].Edition, out[i].URL = of, at.Root(of)+u.Entry.Path()
		case u.Live:
			out[i].URL = news.Address(at, u.Public)
		}
	}
	for _, e := range at.Editions {
		for _, sponsor := range e.Sponsors {
			if sponsor.Picture == picture {
				out = append(out, PictureUse{ID: "sponsor/" + e.Slug, URL: at.Root(e.Slug) + "/", Edition: e.Slug, Kind: "sponsor", State: string(news.Published), Text: sponsor.Text, Live: true})
			}
		}
	}
	return out
}

// name is what a front is called: its section, or the edition.
func name(at edition.Addresses, f edition.Front) string {
	if s, ok := at.SectionByID(f.Section); ok {
		return s.Name
	}
	e, _ := at.Edition(f.Edition)
	return e.Name
}

type listInput struct {
	call.Page
	Text    string `query:"q" maxLength:"200" doc:"Words of caption, credit, source, creator, copyright or place, however inflected."`
	Kind    string `query:"kind" enum:"photo,illustration,graphic" doc:"Only these."`
	Rights  string `query:"rights" enum:"over,soon" doc:"Only pictures whose rights are over, or end within 14 days."`
	Missing string `query:"missing" enum:"credit,alt" doc:"Only pictures without a credit, or without an alternative text."`
	Use     string `query:"use" enum:"used,unused" doc:"Only pictures that stand in a story, published or in hand, or in none."`
	Killed  bool   `query:"killed" doc:"Killed pictures instead of all others."`
}

type listOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Picture]
}

func (in *listInput) query() media.Query {
	q := media.Query{Text: in.Text, Kind: media.Kind(in.Kind), Rights: media.Rights(in.Rights), Uncredited: in.Missing == "credit", Undescribed: in.Missing == "alt",
		Killed: in.Killed, After: in.After, Limit: in.Limit + 1}
	if in.Use != "" {
		used := in.Use == "used"
		q.Used = &used
	}
	return q
}

func registerLists(s *call.Server, d Doors, path string, tags []string) {
	call.Register(s, huma.Operation{OperationID: "list-pictures", Method: http.MethodGet, Path: path, Summary: "List pictures", Tags: tags,
		Description: "The picture desk, newest first. Killed pictures are listed only when they are asked for."},
		func(ctx context.Context, in *listInput) (*listOutput, error) {
			if _, err := moment.Number(in.After); in.After != "" && err != nil {
				return nil, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
			}
			found, err := d.Library.List(ctx, call.Who(ctx), in.query())
			if err != nil {
				return nil, err
			}
			out := &listOutput{CacheControl: "no-store", Body: call.List[Picture]{Items: []Picture{}}}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Body.Next = found[in.Limit-1].ID
			}
			base := s.Addresses().Base
			for _, p := range found {
				out.Body.Items = append(out.Body.Items, d.held(p, base))
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "list-uses", Method: http.MethodGet, Path: path + "/{id}/uses", Summary: "Where a picture stands", Tags: tags,
		Description: "Stories in hand and published ones. Of an edition that the caller does not work in, only what is published."},
		func(ctx context.Context, in *struct {
			call.Whole
			ID string `path:"id" maxLength:"40" doc:"Of the picture."`
		}) (*struct{ Body call.List[PictureUse] }, error) {
			uses, err := d.Desk.Uses(ctx, call.Who(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			list, err := call.Cut(in.Whole, showUses(in.ID, uses, s.Addresses()), func(u PictureUse) string { return u.ID })
			return &struct{ Body call.List[PictureUse] }{list}, err
		})
}
