// Package fronts is /api/v1/fronts: what editors put on the fronts of editions and sections, how it looks, and what it was.
package fronts

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/web"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are what the operations call.
type Doors struct {
	Desk    *edition.Desk
	Archive news.Archive
	// Names gives the names of accounts.
	Names func(ctx context.Context, accounts []string) (map[string]string, error)
	// Preview makes the page of a front as readers would see it with these pins, and says the hash of its inline style.
	Preview func(ctx context.Context, f edition.Front) (html []byte, style string, err error)
	Clock   moment.Clock
}

// Pin is a story in a slot.
type Pin struct {
	Slot     int       `json:"slot" minimum:"0" maximum:"100" doc:"0 is the lead."`
	Article  string    `json:"article" maxLength:"40" doc:"Id of the story; one that is not published yet appears when it is."`
	Until    time.Time `json:"until,omitzero" doc:"When it ends; absent: when somebody takes it away."`
	Headline string    `json:"headline,omitempty" maxLength:"800" doc:"Instead of the story's own, in this slot only; at most 200 characters."`
	Picture  string    `json:"picture,omitempty" maxLength:"40" doc:"Id; instead of the story's own, in this slot only."`
}

// Shown is what readers see in a slot.
type Shown struct {
	Slot     int       `json:"slot" doc:"0 is the lead."`
	Article  string    `json:"article" doc:"Id of the story."`
	Headline string    `json:"headline" doc:"As it stands there."`
	URL      string    `json:"url" doc:"Of the story."`
	Section  string    `json:"section,omitempty" doc:"Slug."`
	Picture  string    `json:"picture,omitempty" doc:"Id."`
	Pinned   bool      `json:"pinned" doc:"Somebody put it there; else it came by urgency and time."`
	At       time.Time `json:"published_at" doc:"When it came out."`
}

// Front is what the API answers.
type Front struct {
	ID        string    `json:"id" doc:"The edition's slug, for a section with its id behind a slash."`
	URL       string    `json:"url" doc:"The page."`
	Edition   string    `json:"edition" doc:"Slug."`
	Section   string    `json:"section,omitempty" doc:"Slug; absent for the front of the edition."`
	Slots     int       `json:"slots" doc:"How many slots can be pinned, the lead among them."`
	Pins      []Pin     `json:"pins" nullable:"false" doc:"What editors put there, by slot."`
	Shown     []Shown   `json:"shown" nullable:"false" doc:"What stands there now, pinned or not, in order."`
	Version   int64     `json:"version" doc:"The ETag; 1 before anybody edited it."`
	ChangedAt time.Time `json:"changed_at,omitzero" doc:"When somebody last did."`
}

// FrontVersion is a front as somebody left it.
type FrontVersion struct {
	ID        string    `json:"id" doc:"The number as text, the value of after."`
	Version   int64     `json:"version" doc:"From 2; the later is the newer."`
	Why       string    `json:"why" enum:"edited,expired" doc:"expired: pins whose time was over were taken away."`
	By        string    `json:"by,omitempty" doc:"Id of the account; absent when expired."`
	Name      string    `json:"name,omitempty" doc:"Of the account."`
	ChangedAt time.Time `json:"changed_at" doc:"When."`
	Pins      []Pin     `json:"pins" nullable:"false" doc:"What stood there since."`
}

// Target is whose front is meant.
type Target struct {
	Edition string `path:"edition" maxLength:"60" doc:"Slug."`
	Section string `query:"section" maxLength:"60" doc:"Slug; without it the front of the edition itself."`
}

// find gives the id of the section that is meant, "" for the edition itself.
func (t Target) find(at edition.Addresses) (section string, err error) {
	if t.Section == "" {
		return "", nil
	}
	s, _, ok := at.Section(t.Edition, t.Section)
	if !ok {
		return "", fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "section")
	}
	return s.ID, nil
}

type answer struct {
	ETag string `header:"ETag"`
	Body Front
}

func shownPins(pins []edition.Pin) []Pin {
	out := make([]Pin, len(pins))
	for i, p := range pins {
		out[i] = Pin(p)
	}
	return out
}

func domainPins(pins []Pin) []edition.Pin {
	out := make([]edition.Pin, len(pins))
	for i, p := range pins {
		out[i] = edition.Pin(p)
	}
	return out
}

// enough is how many stories a front is chosen from.
const enough = 40

// show gives a front as the API shows it.
func (d Doors) show(ctx context.Context, f edition.Front, at edition.Addresses) (Front, error) {
	out := Front{ID: f.ID(), URL: at.Root(f.Edition) + "/", Edition: f.Edition, Slots: f.Slots(), Pins: shownPins(f.Pins), Shown: []Shown{}, Version: f.Version, ChangedAt: f.ChangedAt}
	if s, ok := at.SectionByID(f.Section); ok {
		out.Section, out.URL = s.Slug, at.Root(f.Edition)+"/"+s.Slug
	}
	latest, err := d.Archive.List(ctx, news.Query{Edition: f.Edition, Section: f.Section, Limit: enough})
	if err != nil {
		return out, err
	}
	pinned, err := d.Archive.Pinned(ctx, f, d.Clock.Now())
	if err != nil {
		return out, err
	}
	for _, p := range pinned.Arrange(latest, f.Section != "") {
		one := Shown{Slot: p.Slot, Article: p.Item.ID, Headline: p.Item.Headline, URL: news.Address(at, p.Item.Content), Picture: p.Item.Picture, Pinned: p.Pin != nil, At: p.Item.PublishedAt}
		if s, ok := at.SectionByID(p.Item.Section); ok {
			one.Section = s.Slug
		}
		if p.Pin != nil && p.Pin.Headline != "" {
			one.Headline = p.Pin.Headline
		}
		if p.Pin != nil && p.Pin.Picture != "" {
			one.Picture = p.Pin.Picture
		}
		out.Shown = append(out.Shown, one)
	}
	return out, nil
}

// newer shows the newer state of a Stale fault as the API shows fronts.
func (d Doors) newer(ctx context.Context, err error, at edition.Addresses) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Stale {
		return err
	}
	now, ok := f.Current.(edition.Front)
	if !ok {
		return err
	}
	c := *f
	var serr error
	if c.Current, serr = d.show(ctx, now, at); serr != nil {
		return serr
	}
	return &c
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/fronts/{edition}"
	tags := []string{"fronts"}
	give := func(ctx context.Context, f edition.Front, err error) (*answer, error) {
		if err != nil {
			return nil, d.newer(ctx, err, s.Addresses())
		}
		body, err := d.show(ctx, f, s.Addresses())
		return &answer{call.Tag(f.Version), body}, err
	}
	call.Register(s, huma.Operation{OperationID: "read-front", Method: http.MethodGet, Path: path, Summary: "Read a front", Tags: tags, Description: "What is pinned, and what stands in each slot now."},
		func(ctx context.Context, in *Target) (*answer, error) {
			section, err := in.find(s.Addresses())
			if err != nil {
				return nil, err
			}
			if _, ok := s.Addresses().Edition(in.Edition); !ok {
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
			}
			f, err := d.Desk.Front(ctx, call.Who(ctx), in.Edition, section)
			return give(ctx, f, err)
		})
	call.Register(s, huma.Operation{OperationID: "change-front", Method: http.MethodPut, Path: path, Summary: "Edit a front", Tags: tags, Description: "The pins take the place of those there are, and readers see them at once. Every other slot fills itself by urgency and time."},
		func(ctx context.Context, in *struct {
			Target
			call.Match
			Body struct {
				Pins []Pin `json:"pins" nullable:"false" maxItems:"50" doc:"All of them; none: every slot fills itself."`
			}
		}) (*answer, error) {
			section, err := in.find(s.Addresses())
			if err != nil {
				return nil, err
			}
			version, err := in.Match.Version()
			if err != nil {
				return nil, err
			}
			if _, ok := s.Addresses().Edition(in.Edition); !ok {
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
			}
			f, err := d.Desk.EditFront(ctx, call.Who(ctx), in.Edition, section, version, domainPins(in.Body.Pins))
			return give(ctx, f, err)
		})
	registerVersions(s, d, path, tags)
	registerPreview(s, d, path, tags)
}

func registerVersions(s *call.Server, d Doors, path string, tags []string) {
	call.Register(s, huma.Operation{OperationID: "list-front-versions", Method: http.MethodGet, Path: path + "/versions", Summary: "List what a front was", Tags: tags, Description: "Newest first: who changed it when, and what was pinned since."},
		func(ctx context.Context, in *struct {
			Target
			call.Page
		}) (*struct{ Body call.List[FrontVersion] }, error) {
			section, err := in.find(s.Addresses())
			if err != nil {
				return nil, err
			}
			before := int64(0)
			if in.After != "" {
				if before, err = strconv.ParseInt(in.After, 10, 64); err != nil || before < 1 {
					return nil, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
				}
			}
			if _, ok := s.Addresses().Edition(in.Edition); !ok {
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
			}
			found, err := d.Desk.FrontVersions(ctx, call.Who(ctx), in.Edition, section, before, in.Limit+1)
			if err != nil {
				return nil, err
			}
			out := call.List[FrontVersion]{Items: []FrontVersion{}}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Next = strconv.FormatInt(found[in.Limit-1].Version, 10)
			}
			var staff []string
			for _, v := range found {
				if v.By != "" {
					staff = append(staff, v.By)
				}
			}
			names, err := d.Names(ctx, staff)
			if err != nil {
				return nil, err
			}
			for _, v := range found {
				out.Items = append(out.Items, FrontVersion{ID: strconv.FormatInt(v.Version, 10), Version: v.Version, Why: v.Why, By: v.By, Name: names[v.By], ChangedAt: v.ChangedAt, Pins: shownPins(v.Pins)})
			}
			return &struct{ Body call.List[FrontVersion] }{out}, nil
		})
}

func registerPreview(s *call.Server, d Doors, path string, tags []string) {
	type page struct {
		Type   string `header:"Content-Type" doc:"text/html."`
		Policy string `header:"Content-Security-Policy" doc:"As readers' pages have it."`
		Body   []byte
	}
	call.Register(s, huma.Operation{OperationID: "preview-front", Method: http.MethodGet, Path: path + "/preview", Summary: "See a front before it is published", Tags: tags, Description: "The page as readers would have it with these pins. Nothing is kept.",
		Responses: map[string]*huma.Response{"200": {Description: "The page", Content: map[string]*huma.MediaType{"text/html": {Schema: &huma.Schema{Type: "string"}}}}}},
		func(ctx context.Context, in *struct {
			Target
			Pins string `query:"pins" maxLength:"20000" doc:"The pins as JSON, as PUT takes them, in base64url; without it the front as it is."`
		}) (*page, error) {
			at := s.Addresses()
			section, err := in.find(at)
			if err != nil {
				return nil, err
			}
			if _, ok := at.Edition(in.Edition); !ok {
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
			}
			f, err := d.Desk.Front(ctx, call.Who(ctx), in.Edition, section)
			if err != nil {
				return nil, err
			}
			if in.Pins != "" {
				if f.Pins, err = readPins(in.Pins); err != nil {
					return nil, err
				}
			}
			html, style, err := d.Preview(ctx, f)
			if err != nil {
				return nil, err
			}
			return &page{"text/html; charset=utf-8", web.ReaderPolicy(style), html}, nil
		})
}

// readPins reads the pins of an address.
func readPins(text string) ([]edition.Pin, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	var pins []Pin
	if err == nil {
		err = json.Unmarshal(raw, &pins)
	}
	if err != nil || len(pins) > edition.FrontSlots {
		return nil, fault.At("query.pins", "fault.pins", "these are no pins")
	}
	return domainPins(pins), nil
}
