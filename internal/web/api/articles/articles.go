// Package articles is /api/v1/articles: the desk for those who work on it, the published archive for everybody else.
package articles

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are the services behind the operations.
type Doors struct {
	Desk    *news.Desk
	Archive news.Archive
	// Picture reads a picture that body_html names by one of our addresses.
	Picture func(ctx context.Context, id string) (media.Picture, error)
	// Pictures reads pictures by id; those that are not there are left out.
	Pictures func(ctx context.Context, ids []string) (map[string]media.Picture, error)
	// Offered gives, by the id of a story made of a wire item of which there is a newer version, what its publisher says of that.
	Offered  func(ctx context.Context, ids []string) (map[string]string, error)
	Presence *news.Presence
	Previews Previews
}

// Byline is a name, or a name with the slug of its author's page.
type Byline struct {
	Name   string `json:"name" maxLength:"300"`
	Author string `json:"author,omitempty" maxLength:"200"`
}

// UnmarshalJSON takes a plain name as well.
func (b *Byline) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &b.Name)
	}
	type plain Byline
	return json.Unmarshal(data, (*plain)(b))
}

// Schema describes both forms.
func (Byline) Schema(r huma.Registry) *huma.Schema {
	long, name := 300, 200
	s := &huma.Schema{OneOf: []*huma.Schema{
		{Type: huma.TypeString, MaxLength: &long},
		{Type: huma.TypeObject, Required: []string{"name"}, AdditionalProperties: false, Properties: map[string]*huma.Schema{
			"name":   {Type: huma.TypeString, MaxLength: &long},
			"author": {Type: huma.TypeString, MaxLength: &name},
		}},
	}}
	for _, one := range s.OneOf {
		one.PrecomputeMessages()
		for _, p := range one.Properties {
			p.PrecomputeMessages()
		}
	}
	return s
}

// Dateline is where and through whom a story comes.
type Dateline struct {
	Place  string `json:"place,omitempty" maxLength:"300" doc:"Where it was written."`
	Source string `json:"source,omitempty" maxLength:"300" doc:"Agency through which it comes."`
}

// Fields are what POST and PATCH take. A field that is absent stays, null clears it.
type Fields struct {
	Edition        call.Optional[string]    `json:"edition,omitempty" doc:"Slug of the edition."`
	Section        call.Optional[string]    `json:"section,omitempty" doc:"Slug of a section of the edition."`
	Genre          call.Optional[string]    `json:"genre,omitempty" doc:"news, feature, analysis, opinion or off-beat."`
	Kind           call.Optional[string]    `json:"kind,omitempty" doc:"story, live or page."`
	Headline       call.Optional[string]    `json:"headline,omitempty" doc:"One line, at most 1,000 bytes."`
	ShortHeadline  call.Optional[string]    `json:"short_headline,omitempty" doc:"For narrow places; one line."`
	Lead           call.Optional[string]    `json:"lead,omitempty" doc:"Standfirst, at most 5,000 bytes."`
	Dateline       call.Optional[Dateline]  `json:"dateline,omitempty" doc:"Place and source, before the body."`
	Byline         call.Optional[[]Byline]  `json:"byline,omitempty" doc:"Names, or objects of name and author."`
	Body           json.RawMessage          `json:"body,omitempty" doc:"The document, ProseMirror JSON with the nodes and marks of docs/api.md."`
	BodyHTML       *string                  `json:"body_html,omitempty" doc:"HTML, sanitised into the document; instead of body."`
	Picture        call.Optional[string]    `json:"picture,omitempty" doc:"Id of the main picture."`
	Tags           call.Optional[[]string]  `json:"tags,omitempty" doc:"Words, at most 50."`
	Related        call.Optional[[]string]  `json:"related,omitempty" doc:"Ids of articles."`
	Slug           call.Optional[string]    `json:"slug,omitempty" doc:"Last part of the address; made from the headline when not given. One that another story of the section has or had is refused."`
	Urgency        *int                     `json:"urgency,omitempty" minimum:"1" maximum:"9" doc:"1 (highest) to 9; 5 when not given."`
	Language       call.Optional[string]    `json:"language,omitempty" doc:"BCP 47 tag of at most 35 bytes; the edition's when not given."`
	TranslationOf  call.Optional[string]    `json:"translation_of,omitempty" doc:"Id of the article this is a translation of; of a translation, kept is what that one translates."`
	SourceRevision *int                     `json:"source_revision,omitempty" minimum:"0" maximum:"1000000" doc:"Of a translation: the revision of its source that it is of; set when translation_of is."`
	EmbargoUntil   call.Optional[time.Time] `json:"embargo_until,omitempty" doc:"Nothing of it is shown before; a publication waits for it."`
	Discussion     call.Optional[string]    `json:"discussion,omitempty" doc:"open, premoderated or closed."`
	Assignee       call.Optional[string]    `json:"assignee,omitempty" doc:"Id of the account that works on it; it works in the edition."`
	Deadline       call.Optional[time.Time] `json:"deadline,omitempty" doc:"When it is to be ready."`
	DeskNote       call.Optional[string]    `json:"desk_note,omitempty" doc:"Never shown to readers."`
	Legal          call.Optional[string]    `json:"legal,omitempty" doc:"none, check or approved."`
	State          call.Optional[string]    `json:"state,omitempty" doc:"draft, in_review or ready; the rest follows from publishing."`
}

// Article is what the API answers.
type Article struct {
	ID             string          `json:"id" doc:"Never changes."`
	URL            string          `json:"url" doc:"Where readers find what was published; before that the address it will have, empty without section."`
	Edition        string          `json:"edition" doc:"Slug of the edition."`
	Section        string          `json:"section" doc:"Slug of the section, empty without one."`
	Genre          string          `json:"genre" doc:"news, feature, analysis, opinion or off-beat."`
	Kind           string          `json:"kind" doc:"story, live or page."`
	Headline       string          `json:"headline" doc:"As given."`
	ShortHeadline  string          `json:"short_headline,omitempty" doc:"For narrow places."`
	Lead           string          `json:"lead" doc:"Standfirst."`
	Dateline       Dateline        `json:"dateline" doc:"Place and source."`
	Byline         []Byline        `json:"byline" nullable:"false" doc:"Who wrote it."`
	Body           json.RawMessage `json:"body,omitempty" doc:"The document; left out in lists."`
	Picture        string          `json:"picture,omitempty" doc:"Id of the main picture."`
	Tags           []string        `json:"tags" nullable:"false" doc:"Words."`
	Related        []string        `json:"related" nullable:"false" doc:"Ids of articles; strangers see published ones only."`
	Slug           string          `json:"slug" doc:"Last part of the address."`
	Urgency        int             `json:"urgency" doc:"1 (highest) to 9."`
	Language       string          `json:"language" doc:"BCP 47 tag."`
	TranslationOf  string          `json:"translation_of,omitempty" doc:"Id of the article this is a translation of."`
	SourceRevision int             `json:"source_revision,omitempty" doc:"Of a translation, for the desk: the revision of its source that it is of."`
	SourceChanged  *Outdated       `json:"source_changed,omitempty" doc:"Of a translation, for the desk: what its source told readers since."`
	Offered        string          `json:"offered,omitempty" enum:"usable,withheld,canceled" doc:"Of a story made of a wire item of which there is a newer version, for the desk: what its publisher says of that."`
	EmbargoUntil   *time.Time      `json:"embargo_until,omitempty" doc:"Nothing of it is shown before."`
	Discussion     string          `json:"discussion" doc:"open, premoderated or closed."`
	Assignee       string          `json:"assignee,omitempty" doc:"Id of the account that works on it."`
	Deadline       *time.Time      `json:"deadline,omitempty" doc:"When it is to be ready."`
	DeskNote       string          `json:"desk_note,omitempty" doc:"Never shown to readers."`
	Legal          string          `json:"legal,omitempty" doc:"none, check or approved."`
	Chips          []string        `json:"chips,omitempty" doc:"Keys of the checks that the last publication let through, such as no_alt."`
	State          string          `json:"state" doc:"draft, in_review, ready, scheduled, published or withdrawn."`
	ScheduledAt    *time.Time      `json:"scheduled_at,omitempty" doc:"When it will be published."`
	Version        int64           `json:"version,omitempty" doc:"Of the working copy; its ETag. Not told to strangers."`
	Revision       int             `json:"revision,omitempty" doc:"Latest publication."`
	Changed        bool            `json:"changed,omitempty" doc:"The working copy differs from what readers see."`
	Words          int             `json:"words" doc:"Of the body."`
	PublishedAt    *time.Time      `json:"published_at,omitempty" doc:"First publication."`
	UpdatedAt      *time.Time      `json:"updated_at,omitempty" doc:"Latest save for the desk, latest update or correction for everybody else."`
	CreatedAt      *time.Time      `json:"created_at,omitempty" doc:"When the draft was made."`
	CreatedBy      string          `json:"created_by,omitempty" doc:"Id of the account that made it."`
	UpdatedBy      string          `json:"updated_by,omitempty" doc:"Id of the account that saved last."`
	AssigneeName   string          `json:"assignee_name,omitempty" doc:"Of the account that works on it."`
	CreatedByName  string          `json:"created_by_name,omitempty" doc:"Of the account that made it."`
	UpdatedByName  string          `json:"updated_by_name,omitempty" doc:"Of the account that saved last."`
	InHand         *Lock           `json:"in_hand,omitempty" doc:"Who has it in hand now; for the desk, in lists and of one article."`
	Thumb          *Thumb          `json:"thumb,omitempty" doc:"A small file of its main picture; for the desk, in lists."`
	WithdrawnAt    *time.Time      `json:"withdrawn_at,omitempty" doc:"When it was withdrawn."`
	Note           string          `json:"note,omitempty" doc:"Why it was withdrawn."`
	Source         *news.Source    `json:"source,omitempty" doc:"Where it came from by wire or import."`
	Warnings       []Warning       `json:"warnings,omitempty" doc:"What body_html held and the document cannot."`
}

// Warning is something of body_html that was left out or changed.
type Warning struct {
	Message string `json:"message" doc:"English words."`
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func bylines(in []news.Byline) []Byline {
	out := make([]Byline, len(in))
	for i, b := range in {
		out[i] = Byline{b.Name, b.Author}
	}
	return out
}

func content(c news.Content, at edition.Addresses) Article {
	a := Article{
		URL: news.Address(at, c), Edition: c.Edition, Genre: string(c.Genre), Kind: string(c.Kind), Headline: c.Headline, ShortHeadline: c.ShortHeadline,
		Lead: c.Lead, Dateline: Dateline{c.Dateline.Place, c.Dateline.Source}, Byline: bylines(c.Byline), Picture: c.Picture, Tags: append([]string{}, c.Tags...),
		Related: append([]string{}, c.Related...), Slug: c.Slug, Urgency: c.Urgency, Language: c.Language, TranslationOf: c.TranslationOf, Discussion: c.Discussion, Source: c.Source,
	}
	if s, ok := at.SectionByID(c.Section); ok {
		a.Section = s.Slug
	}
	return a
}

// full is the working copy, for the desk.
func full(n news.Article, at edition.Addresses, withBody bool) Article {
	a := content(n.Content, at)
	if withBody {
		a.Body = n.Body.Canonical()
	}
	a.ID, a.State, a.Version, a.Revision = n.ID, string(n.State), n.Version, n.Revision
	a.URL, a.Changed = news.AddressOf(at, n), n.Changed()
	a.Words = n.Body.Words()
	a.EmbargoUntil, a.Deadline, a.ScheduledAt = when(n.EmbargoUntil), when(n.Deadline), when(n.ScheduledAt)
	a.Assignee, a.DeskNote, a.Legal, a.Chips = n.Assignee, n.DeskNote, n.Legal, n.Chips
	a.CreatedAt, a.CreatedBy, a.UpdatedAt, a.UpdatedBy = when(n.CreatedAt), n.CreatedBy, when(n.UpdatedAt), n.UpdatedBy
	a.SourceRevision = n.SourceRevision
	a.PublishedAt, a.WithdrawnAt, a.Note = when(n.PublishedAt), when(n.WithdrawnAt), n.WithdrawnNote
	return a
}

// published is the item, for everybody.
func published(i news.Item, at edition.Addresses, withBody bool) Article {
	a := content(i.Content, at)
	if withBody {
		a.Body = i.Body.Canonical()
	}
	a.ID, a.State, a.Revision, a.Words = i.ID, string(news.Published), i.Revision, i.Words
	a.PublishedAt, a.UpdatedAt = when(i.PublishedAt), when(i.UpdatedAt)
	return a
}

// patch turns the fields of a request into a change of the domain.
func (d Doors) patch(ctx context.Context, f Fields, at edition.Addresses) (news.Patch, []Warning, error) {
	p := news.Patch{
		Edition: f.Edition.Pointer(), Section: f.Section.Pointer(), Genre: f.Genre.Pointer(), Kind: f.Kind.Pointer(), Headline: f.Headline.Pointer(),
		ShortHeadline: f.ShortHeadline.Pointer(), Lead: f.Lead.Pointer(), Picture: f.Picture.Pointer(), Tags: f.Tags.Pointer(), Related: f.Related.Pointer(),
		Slug: f.Slug.Pointer(), Urgency: f.Urgency, Language: f.Language.Pointer(), TranslationOf: f.TranslationOf.Pointer(), SourceRevision: f.SourceRevision, EmbargoUntil: f.EmbargoUntil.Pointer(),
		Discussion: f.Discussion.Pointer(), Assignee: f.Assignee.Pointer(), Deadline: f.Deadline.Pointer(), DeskNote: f.DeskNote.Pointer(), Legal: f.Legal.Pointer(), State: f.State.Pointer(),
	}
	if f.Dateline.Set {
		p.Dateline = &news.Dateline{Place: f.Dateline.Value.Place, Source: f.Dateline.Value.Source}
	}
	if f.Byline.Set {
		names := make([]news.Byline, len(f.Byline.Value))
		for i, b := range f.Byline.Value {
			names[i] = news.Byline{Name: b.Name, Author: b.Author}
		}
		p.Byline = &names
	}
	doc, warnings, err := d.Document(ctx, f.Body, f.BodyHTML, at)
	p.Body = doc
	return p, warnings, err
}

// Document reads the text of a request: a document, or HTML that is sanitised into one; nil when neither is sent, an empty one for null.
func (d Doors) Document(ctx context.Context, raw json.RawMessage, html *string, at edition.Addresses) (*body.Document, []Warning, error) {
	has := len(raw) > 0 && string(raw) != "null"
	switch {
	case has && html != nil:
		return nil, nil, fault.At("body.body_html", "fault.two_bodies", "send body or body_html, not both")
	case has && call.HoldsNull(raw):
		return nil, nil, noText("body.body")
	case has:
		doc, err := body.ParseAt("body.body", raw)
		if err != nil {
			return nil, nil, err
		}
		return &doc, nil, nil
	case len(raw) > 0: // null
		return &body.Document{}, nil, nil
	case html != nil:
		doc, warnings, err := d.fromHTML(ctx, "body.body_html", *html, at)
		return &doc, warnings, err
	}
	return nil, nil, nil
}

func noText(at string) error {
	return fault.At(at, "fault.text", "this is not text: there is a null character in it")
}

// mostPictures is how many different pictures HTML may name; what is more is left out with a warning.
const mostPictures = 500

// fromHTML sanitises HTML that came at a place of a request into a document.
func (d Doors) fromHTML(ctx context.Context, place, html string, at edition.Addresses) (body.Document, []Warning, error) {
	if strings.ContainsRune(html, 0) {
		return body.Document{}, nil, noText(place)
	}
	asked := map[string]bool{} // by id: whether there is such a picture
	var failed error
	doc, found := body.FromHTML(html, body.Source{Cards: true, Picture: func(f body.Found) (body.Picture, bool) {
		id := pictureAt(at, f.Src)
		there, known := asked[id]
		if !known && id != "" && len(asked) < mostPictures && failed == nil {
			_, err := d.Picture(ctx, id)
			if err != nil && !fault.Is(err, fault.NotFound) {
				failed = err
			}
			there = err == nil
			asked[id] = there
		}
		return body.Picture{ID: id, Caption: f.Caption, Alt: f.Alt}, there
	}})
	if failed != nil {
		return doc, nil, failed
	}
	var warnings []Warning
	for _, w := range found {
		warnings = append(warnings, Warning{Message: w.Text})
	}
	return doc, warnings, nil
}

// pictureAt gives the id of the picture that an address of ours leads to, /media/p/ID/… or /api/v1/pictures/ID, "" for any other.
func pictureAt(at edition.Addresses, src string) string {
	u, err := url.Parse(strings.TrimSpace(src))
	if err != nil || u.Host != "" && !ours(at, u.Host) {
		return ""
	}
	rest, ok := strings.CutPrefix(u.Path, "/media/p/")
	if !ok {
		if rest, ok = strings.CutPrefix(u.Path, "/api/v1/pictures/"); !ok {
			return ""
		}
	}
	id, _, _ := strings.Cut(rest, "/")
	if _, err := moment.Number(id); err != nil {
		return ""
	}
	return id
}

// ours reports whether a host is the site's own or that of an edition.
func ours(at edition.Addresses, host string) bool {
	if base, err := url.Parse(at.Base); err == nil && strings.EqualFold(base.Host, host) {
		return true
	}
	name, _, _ := strings.Cut(host, ":")
	_, ok := at.Host(name)
	return ok
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/articles"
	d.registerReading(s, path)
	d.registerDesk(s)
	d.registerPresence(s, path)
	d.registerPreview(s, path)
	d.registerTranslations(s, path)
	d.registerSaving(s, path)
	d.registerPublishing(s, path)
	d.registerVersions(s, path)
	d.registerLocks(s, path)
	d.registerBranches(s, path)
	d.registerComparing(s, path)
	d.registerChecks(s, path)
}

type answer struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Location     string `header:"Location"`
	Body         Article
}

func answerFull(a news.Article, at edition.Addresses) *answer {
	return &answer{ETag: call.Tag(a.Version), CacheControl: "no-store", Body: full(a, at, true)}
}

type createInput struct {
	call.Key
	Body Fields
}

type saveInput struct {
	call.Match
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body Fields
}

type deleteInput struct {
	call.Match
	ID string `path:"id" maxLength:"40" doc:"Of the article."`
}

func (d Doors) registerSaving(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "create-article", Method: http.MethodPost, Path: path, Summary: "Make a draft", Tags: []string{"articles"}, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *createInput) (*answer, error) {
			p, warnings, err := d.patch(ctx, in.Body, s.Addresses())
			if err != nil {
				return nil, err
			}
			a, err := d.Desk.Create(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, p)
			if err != nil {
				return nil, err
			}
			out := answerFull(a, s.Addresses())
			out.Location = path + "/" + a.ID
			out.Body.Warnings = warnings
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "save-article", Method: http.MethodPatch, Path: path + "/{id}", Summary: "Change the working copy", Tags: []string{"articles"},
		Description: "Readers keep the published revision until the next publication. If-Match says which version the change was made on; an old one is 412 with the newer article as current."},
		func(ctx context.Context, in *saveInput) (*answer, error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			p, warnings, err := d.patch(ctx, in.Body, s.Addresses())
			if err != nil {
				return nil, err
			}
			a, err := d.Desk.Save(ctx, news.Act{Who: call.Who(ctx), Version: version}, in.ID, p)
			if err != nil {
				return nil, newer(err, s.Addresses())
			}
			out := answerFull(a, s.Addresses())
			out.Body.Warnings = warnings
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "delete-article", Method: http.MethodDelete, Path: path + "/{id}", Summary: "Throw away what was never published", Tags: []string{"articles"}, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *deleteInput) (*struct{}, error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			return nil, newer(d.Desk.Delete(ctx, news.Act{Who: call.Who(ctx), Version: version}, in.ID), s.Addresses())
		})
}
