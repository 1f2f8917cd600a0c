// Package editions is /api/v1/editions and /api/v1/sections.
package editions

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Link is a label with an address.
type Link struct {
	Name string `json:"name" maxLength:"200" doc:"What is shown."`
	URL  string `json:"url" maxLength:"2000" doc:"An https:// address or a path of this site."`
}

// Sponsor is a labelled place on fronts and stories.
type Sponsor struct {
	Kind    string     `json:"kind" enum:"sponsor,advertisement" doc:"The word readers see above it, in the edition's language."`
	Text    string     `json:"text" maxLength:"300" doc:"A sentence, which is the link."`
	URL     string     `json:"url" maxLength:"2000" doc:"An https:// address or a path of this site."`
	Picture string     `json:"picture,omitempty" maxLength:"40" doc:"Id of a picture of ours; none without it."`
	EndsAt  *time.Time `json:"ends_at,omitempty" doc:"From then on it is shown nowhere."`
}

// Edition is what the API answers.
type Edition struct {
	ID         string    `json:"id" doc:"The slug."`
	URL        string    `json:"url" doc:"Its front."`
	Slug       string    `json:"slug" doc:"First part of its addresses; for ever."`
	Name       string    `json:"name" doc:"The brand as it shows it."`
	Language   string    `json:"language" doc:"BCP 47 tag."`
	Timezone   string    `json:"timezone" doc:"IANA name."`
	Digits     string    `json:"digits" doc:"What numbers are written with: western, or native, which are the language's own where it has some."`
	Host       string    `json:"host,omitempty" doc:"Its own host, absent without one."`
	Default    bool      `json:"default" doc:"Its addresses begin at the root."`
	Channels   []Link    `json:"channels" nullable:"false" doc:"The brand's own channels elsewhere."`
	Navigation []Link    `json:"navigation" nullable:"false" doc:"Empty: the sections in their order."`
	Footer     []Link    `json:"footer" nullable:"false" doc:"Empty: the standing pages."`
	Sponsors   []Sponsor `json:"sponsors" nullable:"false" doc:"At most one."`
	Donations  []Link    `json:"donations" nullable:"false" doc:"Where readers may give; at most one."`
}

// Fields are what POST and PATCH take.
type Fields struct {
	Slug       *string                  `json:"slug,omitempty" doc:"First part of its addresses; for ever."`
	Name       *string                  `json:"name,omitempty" doc:"The brand as this edition shows it."`
	Language   *string                  `json:"language,omitempty" doc:"A language whose words are complete."`
	Timezone   *string                  `json:"timezone,omitempty" doc:"IANA name."`
	Digits     *string                  `json:"digits,omitempty" doc:"western or native."`
	Host       call.Optional[string]    `json:"host,omitempty" doc:"Its own host instead of a path."`
	Default    *bool                    `json:"default,omitempty" doc:"Makes it the default instead of another."`
	Channels   call.Optional[[]Link]    `json:"channels,omitempty" doc:"The brand's own channels elsewhere."`
	Navigation call.Optional[[]Link]    `json:"navigation,omitempty" doc:"At most 50 links; empty: the sections in their order."`
	Footer     call.Optional[[]Link]    `json:"footer,omitempty" doc:"At most 50 links; empty: the standing pages."`
	Sponsors   call.Optional[[]Sponsor] `json:"sponsors,omitempty" doc:"At most one: a labelled place on fronts and stories."`
	Donations  call.Optional[[]Link]    `json:"donations,omitempty" doc:"At most one link to where readers may give."`
}

// Section is what the API answers.
type Section struct {
	ID          string `json:"id" doc:"Never changes."`
	URL         string `json:"url" doc:"Its front."`
	Edition     string `json:"edition" doc:"Slug of the edition."`
	Slug        string `json:"slug" doc:"Part of its addresses."`
	Name        string `json:"name" doc:"As readers see it."`
	Description string `json:"description" doc:"One line under the name."`
	Position    int    `json:"position" doc:"Place in the navigation, from 1."`
}

// SectionFields are what POST and PATCH take.
type SectionFields struct {
	Edition     *string `json:"edition,omitempty" doc:"Slug of the edition; needed at the making."`
	Slug        *string `json:"slug,omitempty" doc:"Small letters, digits and single dashes; earlier ones redirect."`
	Name        *string `json:"name,omitempty" doc:"As readers see it."`
	Description *string `json:"description,omitempty" doc:"One line under the name, at most 2,000 bytes."`
	Position    *int    `json:"position,omitempty" doc:"Place in the navigation, 1 to 1,000."`
}

func links(in []edition.Link) []Link {
	out := make([]Link, len(in))
	for i, l := range in {
		out[i] = Link(l)
	}
	return out
}

func sponsors(in []edition.Sponsor) []Sponsor {
	out := make([]Sponsor, len(in))
	for i, s := range in {
		out[i] = Sponsor{Kind: string(s.Kind), Text: s.Text, URL: s.URL, Picture: s.Picture}
		if !s.EndsAt.IsZero() {
			out[i].EndsAt = &s.EndsAt
		}
	}
	return out
}

func show(e edition.Edition, at edition.Addresses) Edition {
	return Edition{ID: e.Slug, URL: at.RootOf(e) + "/", Slug: e.Slug, Name: e.Name, Language: e.Language, Timezone: e.Timezone, Digits: string(cmp.Or(e.Digits, edition.Western)), Host: e.Host, Default: e.Default,
		Channels: links(e.Channels), Navigation: links(e.Navigation), Footer: links(e.Footer), Sponsors: sponsors(e.Sponsors), Donations: links(e.Donations)}
}

func showSection(s edition.Section, at edition.Addresses) Section {
	return Section{ID: s.ID, URL: at.Root(s.Edition) + "/" + s.Slug, Edition: s.Edition, Slug: s.Slug, Name: s.Name, Description: s.Description, Position: s.Position}
}

func (f Fields) patch() edition.EditionPatch {
	list := func(o call.Optional[[]Link]) *[]edition.Link {
		if !o.Set {
			return nil
		}
		out := make([]edition.Link, len(o.Value))
		for i, l := range o.Value {
			out[i] = edition.Link(l)
		}
		return &out
	}
	var supporters *[]edition.Sponsor
	if f.Sponsors.Set {
		list := make([]edition.Sponsor, len(f.Sponsors.Value))
		for i, s := range f.Sponsors.Value {
			list[i] = edition.Sponsor{Kind: edition.SponsorKind(s.Kind), Text: s.Text, URL: s.URL, Picture: s.Picture}
			if s.EndsAt != nil {
				list[i].EndsAt = *s.EndsAt
			}
		}
		supporters = &list
	}
	return edition.EditionPatch{Slug: f.Slug, Name: f.Name, Language: f.Language, Timezone: f.Timezone, Digits: (*edition.Digits)(f.Digits), Host: f.Host.Pointer(), Default: f.Default,
		Channels: list(f.Channels), Navigation: list(f.Navigation), Footer: list(f.Footer), Sponsors: supporters, Donations: list(f.Donations)}
}

// newer shows the newer state of a Stale fault as the API shows it.
func newer(err error, at edition.Addresses) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Stale {
		return err
	}
	c := *f
	switch now := f.Current.(type) {
	case edition.Edition:
		c.Current = show(now, at)
	case edition.Section:
		c.Current = showSection(now, at)
	}
	return &c
}

type editionAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     Edition
}

type sectionAnswer struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     Section
}

// Register adds the operations.
func Register(s *call.Server, desk *edition.Desk) {
	registerEditions(s, desk)
	registerSections(s, desk)
}

func registerEditions(s *call.Server, desk *edition.Desk) {
	const path = "/api/v1/editions"
	tags := []string{"editions"}
	call.Register(s, huma.Operation{OperationID: "list-editions", Method: http.MethodGet, Path: path, Summary: "List editions", Tags: tags, Description: "The default first; there are few."},
		func(_ context.Context, in *struct{ call.Whole }) (*struct{ Body call.List[Edition] }, error) {
			at := s.Addresses()
			all := make([]Edition, len(at.Editions))
			for i, e := range at.Editions {
				all[i] = show(e, at)
			}
			list, err := call.Cut(in.Whole, all, func(e Edition) string { return e.ID })
			return &struct{ Body call.List[Edition] }{list}, err
		})
	call.Register(s, huma.Operation{OperationID: "create-edition", Method: http.MethodPost, Path: path, Summary: "Make an edition", Tags: tags, DefaultStatus: http.StatusCreated, Description: "The first one is the default."},
		func(ctx context.Context, in *struct {
			call.Key
			Body Fields
		}) (*editionAnswer, error) {
			e, err := desk.CreateEdition(ctx, call.Who(ctx), in.Once(ctx), in.Body.patch())
			if err != nil {
				return nil, err
			}
			return &editionAnswer{ETag: call.Tag(e.Version), Location: path + "/" + e.Slug, Body: show(e, s.Addresses())}, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-edition", Method: http.MethodGet, Path: path + "/{slug}", Summary: "Read an edition", Tags: tags},
		func(ctx context.Context, in *struct {
			Slug string `path:"slug" maxLength:"60" doc:"Of the edition."`
		}) (*editionAnswer, error) {
			at := s.Addresses()
			e, ok := at.Edition(in.Slug)
			if !ok {
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
			}
			return &editionAnswer{ETag: call.Tag(e.Version), Body: show(e, at)}, nil
		})
	call.Register(s, huma.Operation{OperationID: "change-edition", Method: http.MethodPatch, Path: path + "/{slug}", Summary: "Change an edition", Tags: tags},
		func(ctx context.Context, in *struct {
			call.MayMatch
			Slug string `path:"slug" maxLength:"60" doc:"Of the edition."`
			Body Fields
		}) (*editionAnswer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			e, err := desk.ChangeEdition(ctx, call.Who(ctx), in.Slug, version, in.Body.patch())
			if err != nil {
				return nil, newer(err, s.Addresses())
			}
			return &editionAnswer{ETag: call.Tag(e.Version), Body: show(e, s.Addresses())}, nil
		})
}

func registerSections(s *call.Server, desk *edition.Desk) {
	const path = "/api/v1/sections"
	tags := []string{"sections"}
	call.Register(s, huma.Operation{OperationID: "list-sections", Method: http.MethodGet, Path: path, Summary: "List sections", Tags: tags, Description: "Of one edition or all, in their order."},
		func(_ context.Context, in *struct {
			call.Whole
			Edition string `query:"edition" maxLength:"60" doc:"Slug; without it the sections of all."`
		}) (*struct{ Body call.List[Section] }, error) {
			at := s.Addresses()
			if _, ok := at.Edition(in.Edition); !ok && in.Edition != "" {
				return nil, fault.At("query.edition", "fault.no_edition", "there is no edition %q", in.Edition)
			}
			var all []Section
			for _, sec := range at.Sections {
				if in.Edition == "" || sec.Edition == in.Edition {
					all = append(all, showSection(sec, at))
				}
			}
			list, err := call.Cut(in.Whole, all, func(one Section) string { return one.ID })
			return &struct{ Body call.List[Section] }{list}, err
		})
	call.Register(s, huma.Operation{OperationID: "create-section", Method: http.MethodPost, Path: path, Summary: "Make a section", Tags: tags, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *struct {
			call.Key
			Body SectionFields
		}) (*sectionAnswer, error) {
			sec, err := desk.CreateSection(ctx, call.Who(ctx), in.Once(ctx), edition.SectionPatch(in.Body))
			if err != nil {
				return nil, err
			}
			return &sectionAnswer{ETag: call.Tag(sec.Version), Location: path + "/" + sec.ID, Body: showSection(sec, s.Addresses())}, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-section", Method: http.MethodGet, Path: path + "/{id}", Summary: "Read a section", Tags: tags},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the section."`
		}) (*sectionAnswer, error) {
			at := s.Addresses()
			sec, ok := at.SectionByID(in.ID)
			if !ok {
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "section")
			}
			return &sectionAnswer{ETag: call.Tag(sec.Version), Body: showSection(sec, at)}, nil
		})
	call.Register(s, huma.Operation{OperationID: "change-section", Method: http.MethodPatch, Path: path + "/{id}", Summary: "Change a section", Tags: tags, Description: "Addresses under an earlier slug redirect."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			ID   string `path:"id" maxLength:"40" doc:"Of the section."`
			Body SectionFields
		}) (*sectionAnswer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			sec, err := desk.ChangeSection(ctx, call.Who(ctx), in.ID, version, edition.SectionPatch(in.Body))
			if err != nil {
				return nil, newer(err, s.Addresses())
			}
			return &sectionAnswer{ETag: call.Tag(sec.Version), Body: showSection(sec, s.Addresses())}, nil
		})
}
