// Package pictures is /api/v1/pictures: the picture desk for who works there, what may be shown for everybody else.
package pictures

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are the services behind the operations.
type Doors struct {
	Library *media.Library
	Desk    *news.Desk // who knows which stories a picture stands in
	Clock   moment.Clock
	// Public reads pictures for strangers, without who uploaded them.
	Public func(ctx context.Context, ids []string) (map[string]media.Picture, error)
	// ShownIn lists the published articles that show a picture: strangers may know of no other.
	ShownIn func(ctx context.Context, id string) ([]string, error)
}

// Point is a place on a picture: 0,0 the upper left corner, 1,1 the lower right one.
type Point struct {
	X float64 `json:"x" minimum:"0" maximum:"1" doc:"From the left, 0 to 1."`
	Y float64 `json:"y" minimum:"0" maximum:"1" doc:"From above, 0 to 1."`
}

// Crop is the stretch of a picture that one shape of it shows, in parts of its width and height.
type Crop struct {
	Ratio  string  `json:"ratio" enum:"3:2,1:1,16:9" doc:"Width to height."`
	X      float64 `json:"x" minimum:"0" maximum:"1" doc:"Left edge, 0 to 1."`
	Y      float64 `json:"y" minimum:"0" maximum:"1" doc:"Upper edge, 0 to 1."`
	Width  float64 `json:"width" minimum:"0" maximum:"1" doc:"Part of the picture's width."`
	Height float64 `json:"height" minimum:"0" maximum:"1" doc:"Part of the picture's height."`
}

// Rendition is a public file of a picture.
type Rendition struct {
	Name        string `json:"name" doc:"w and a width for the whole picture; c, v, f, q and a width for crops of 3:2, 16:9, 4:3, 1:1; social."`
	URL         string `json:"url" doc:"Public address; changes with the file."`
	Width       int    `json:"width" doc:"In pixels."`
	Height      int    `json:"height" doc:"In pixels."`
	Bytes       int64  `json:"bytes" doc:"Length of the file."`
	ContentType string `json:"content_type" doc:"Media type of the file."`
}

// Picture is what the API answers.
type Picture struct {
	ID                string       `json:"id" doc:"Never changes."`
	Version           int64        `json:"version,omitempty" doc:"One more with each change; as an ETag it is for If-Match. For staff only."`
	URL               string       `json:"url" doc:"Of the largest rendition; empty when the picture was killed."`
	Kind              string       `json:"kind" doc:"photo, illustration or graphic."`
	Credit            string       `json:"credit" doc:"Who is to be named: agency or house."`
	Pool              string       `json:"pool" doc:"The pool a pool photographer worked for."`
	Creator           string       `json:"creator" doc:"Who made it."`
	Source            string       `json:"source" doc:"Who supplied it."`
	Copyright         string       `json:"copyright" doc:"The notice, as given."`
	Headline          string       `json:"headline,omitempty" doc:"The supplier's title, never shown to readers."`
	Caption           string       `json:"caption" doc:"What it shows and tells."`
	Alt               string       `json:"alt" doc:"What somebody who cannot see it needs."`
	TakenAt           *time.Time   `json:"taken_at,omitempty" doc:"When it was taken, as far as known."`
	TakenUnit         string       `json:"taken_unit,omitempty" doc:"How much of taken_at is known: year, month, day; absent for the moment itself."`
	City              string       `json:"city" doc:"Where it was taken."`
	Country           string       `json:"country" doc:"Where it was taken."`
	UsageTerms        string       `json:"usage_terms" doc:"As given."`
	ExpiresAt         *time.Time   `json:"expires_at,omitempty" doc:"From then on it is shown nowhere."`
	Outputs           []string     `json:"outputs" nullable:"false" doc:"Where it may be shown; empty is everywhere."`
	WebStatement      string       `json:"web_statement,omitempty" doc:"Address of the rights statement."`
	LicensorURL       string       `json:"licensor_url,omitempty" doc:"Where a licence is to be had."`
	DigitalSourceType string       `json:"digital_source_type,omitempty" doc:"IPTC NewsCode as an address."`
	Focal             Point        `json:"focal" doc:"What must stay in a crop."`
	Crops             []Crop       `json:"crops" nullable:"false" doc:"What crops show where somebody chose it; the others lie around the focal point."`
	Width             int          `json:"width" doc:"In pixels, upright."`
	Height            int          `json:"height" doc:"In pixels, upright."`
	Renditions        []Rendition  `json:"renditions" nullable:"false" doc:"Public files; none of a killed picture."`
	KilledAt          *time.Time   `json:"killed_at,omitempty" doc:"When it was taken out of every output."`
	KillNote          string       `json:"kill_note,omitempty" doc:"Why it was."`
	CreatedAt         time.Time    `json:"created_at" doc:"When it was uploaded."`
	CreatedBy         string       `json:"created_by,omitempty" doc:"Id of the account that uploaded it."`
	EndsSoon          bool         `json:"ends_soon,omitempty" doc:"Its rights end within 14 days."`
	ShownIn           []string     `json:"shown_in,omitempty" doc:"After a kill: ids of the published articles that showed it."`
	Touched           []PictureUse `json:"touched,omitempty" doc:"After a kill: the stories that it was taken out of, in hand and published."`
	Warnings          []string     `json:"warnings,omitempty" doc:"What still stops it from being shown."`
}

// Fields are what PATCH takes, and what the form fields of an upload are called.
type Fields struct {
	Kind              *string               `json:"kind,omitempty" enum:"photo,illustration,graphic" doc:"photo, illustration or graphic."`
	Credit            call.Optional[string] `json:"credit,omitempty" doc:"Who is to be named: agency or house."`
	Pool              call.Optional[string] `json:"pool,omitempty" doc:"The pool a pool photographer worked for."`
	Creator           call.Optional[string] `json:"creator,omitempty" doc:"Who made it."`
	Source            call.Optional[string] `json:"source,omitempty" doc:"Who supplied it."`
	Copyright         call.Optional[string] `json:"copyright,omitempty" doc:"The notice, as given."`
	Headline          call.Optional[string] `json:"headline,omitempty" doc:"The supplier's title, never shown to readers."`
	Caption           call.Optional[string] `json:"caption,omitempty" doc:"What it shows and tells."`
	Alt               call.Optional[string] `json:"alt,omitempty" doc:"What somebody who cannot see it needs."`
	TakenAt           call.Optional[string] `json:"taken_at,omitempty" doc:"RFC 3339, or as much of a date as is known."`
	City              call.Optional[string] `json:"city,omitempty" doc:"Where it was taken."`
	Country           call.Optional[string] `json:"country,omitempty" doc:"Where it was taken."`
	UsageTerms        call.Optional[string] `json:"usage_terms,omitempty" doc:"As given."`
	ExpiresAt         call.Optional[string] `json:"expires_at,omitempty" doc:"RFC 3339; from then on it is shown nowhere."`
	Outputs           *[]string             `json:"outputs,omitempty" doc:"Where it may be shown: site, feed, newsletter, push, mirror, api; empty is everywhere."`
	WebStatement      call.Optional[string] `json:"web_statement,omitempty" doc:"Address of the rights statement."`
	LicensorURL       call.Optional[string] `json:"licensor_url,omitempty" doc:"Where a licence is to be had."`
	DigitalSourceType call.Optional[string] `json:"digital_source_type,omitempty" doc:"IPTC NewsCode as an address."`
	Focal             *Point                `json:"focal,omitempty" doc:"What must stay in a crop."`
	Crops             call.Optional[[]Crop] `json:"crops,omitempty" doc:"What crops show, one a ratio, in place of those there are."`
}

func (f Fields) fields() media.Fields {
	out := media.Fields{
		Credit: f.Credit.Pointer(), Pool: f.Pool.Pointer(), Creator: f.Creator.Pointer(), Source: f.Source.Pointer(), Copyright: f.Copyright.Pointer(),
		Headline: f.Headline.Pointer(), Caption: f.Caption.Pointer(), Alt: f.Alt.Pointer(), TakenAt: f.TakenAt.Pointer(), City: f.City.Pointer(),
		Country: f.Country.Pointer(), UsageTerms: f.UsageTerms.Pointer(), ExpiresAt: f.ExpiresAt.Pointer(), WebStatement: f.WebStatement.Pointer(),
		LicensorURL: f.LicensorURL.Pointer(), DigitalSourceType: f.DigitalSourceType.Pointer(), Kind: (*media.Kind)(f.Kind), Focal: (*media.Point)(f.Focal),
	}
	if f.Outputs != nil {
		outputs := make([]media.Output, len(*f.Outputs))
		for i, o := range *f.Outputs {
			outputs[i] = media.Output(o)
		}
		out.Outputs = &outputs
	}
	if f.Crops.Set {
		crops := make([]media.Crop, len(f.Crops.Value))
		for i, c := range f.Crops.Value {
			crops[i] = media.Crop(c)
		}
		out.Crops = &crops
	}
	return out
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func (d Doors) show(p media.Picture, base string) Picture {
	out := Picture{
		ID: p.ID, Kind: string(p.Kind), Credit: p.Credit, Pool: p.Pool, Creator: p.Creator, Source: p.Source, Copyright: p.Copyright, Headline: p.Headline,
		Caption: p.Caption, Alt: p.Alt, TakenAt: when(p.TakenAt), TakenUnit: string(p.TakenUnit), City: p.City, Country: p.Country, UsageTerms: p.UsageTerms,
		ExpiresAt: when(p.ExpiresAt), Outputs: []string{}, WebStatement: p.WebStatement, LicensorURL: p.LicensorURL, DigitalSourceType: p.DigitalSourceType,
		Focal: Point(p.Focal), Crops: []Crop{}, Width: p.Width, Height: p.Height, Renditions: []Rendition{}, KilledAt: when(p.KilledAt), KillNote: p.KillNote, CreatedAt: p.CreatedAt, CreatedBy: p.CreatedBy,
		EndsSoon: p.EndsSoon(d.Clock.Now()),
	}
	for _, c := range p.Crops {
		out.Crops = append(out.Crops, Crop(c))
	}
	for _, o := range p.Outputs {
		out.Outputs = append(out.Outputs, string(o))
	}
	if p.KilledAt.IsZero() {
		for _, r := range p.Renditions {
			out.Renditions = append(out.Renditions, Rendition{Name: r.Name, URL: base + "/media/" + r.Key, Width: r.Width, Height: r.Height, Bytes: r.Bytes, ContentType: r.ContentType})
		}
		if r, ok := p.Find("w", 1<<20); ok {
			out.URL = base + "/media/" + r.Key
		}
	}
	var f *fault.Error
	if errors.As(p.Usable(d.Clock.Now(), media.Site), &f) {
		for _, place := range f.Places {
			out.Warnings = append(out.Warnings, place.Text)
		}
	}
	return out
}

// held shows a picture to those who may change it.
func (d Doors) held(p media.Picture, base string) Picture {
	out := d.show(p, base)
	out.Version = p.Version
	return out
}

type answer struct {
	ETag         string `header:"ETag"`
	Location     string `header:"Location"`
	CacheControl string `header:"Cache-Control"`
	Body         Picture
}

type uploadInput struct {
	Key     string `header:"Idempotency-Key" maxLength:"200" pattern:"^[ -~]*$" patternDescription:"printable ASCII" doc:"As with every POST."`
	RawBody multipart.Form
}

var staff = []account.Role{account.Admin, account.Editor, account.Reporter, account.PictureEditor}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/pictures"
	tags := []string{"pictures"}
	give := func(p media.Picture, err error) (*answer, error) {
		if err != nil {
			return nil, d.newer(err, s)
		}
		return &answer{ETag: call.Tag(p.Version), CacheControl: "no-store", Body: d.held(p, s.Addresses().Base)}, nil
	}
	call.Register(s, huma.Operation{OperationID: "upload-picture", Method: http.MethodPost, Path: path, Summary: "Upload a picture", Tags: tags, DefaultStatus: http.StatusCreated,
		Description: "multipart/form-data with the file in the field file; further fields as in PATCH, focal, crops and outputs as JSON. What the file says about itself (XMP, IPTC, EXIF) fills in the rest."},
		func(ctx context.Context, in *uploadInput) (*answer, error) {
			file, size, once, f, err := d.read(ctx, in)
			if err != nil {
				return nil, err
			}
			defer file.Close()
			out, err := give(d.Library.Upload(ctx, call.Who(ctx), call.OnceOf(ctx, in.Key, once), file, size, f, ""))
			if err == nil {
				out.Location = path + "/" + out.Body.ID
			}
			return out, err
		})
	describeUpload(s.API.OpenAPI(), path)
	registerLists(s, d, path, tags)
	call.Register(s, huma.Operation{OperationID: "read-picture", Method: http.MethodGet, Path: path + "/{id}", Summary: "Read a picture", Tags: tags, Description: "The picture desk reads every one; everybody else what a published article shows."},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the picture."`
		}) (*answer, error) {
			if who := call.Who(ctx); who.HasAnywhere(staff...) {
				return give(d.Library.Picture(ctx, who, in.ID))
			}
			found, err := d.Public(ctx, []string{in.ID})
			if err != nil {
				return nil, err
			}
			p, ok := found[in.ID]
			if !ok || p.Usable(d.Clock.Now(), media.API) != nil {
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "picture")
			}
			if shown, err := d.ShownIn(ctx, in.ID); err != nil {
				return nil, err
			} else if len(shown) == 0 { // of a draft, of an embargoed story, or of nothing
				return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "picture")
			}
			body := d.show(p, s.Addresses().Base)
			return &answer{ETag: call.TagOf(body), CacheControl: "no-cache", Body: body}, nil
		})
	call.Register(s, huma.Operation{OperationID: "change-picture", Method: http.MethodPatch, Path: path + "/{id}", Summary: "Change what is said about a picture", Tags: tags},
		func(ctx context.Context, in *struct {
			call.MayMatch
			ID   string `path:"id" maxLength:"40" doc:"Of the picture."`
			Body Fields
		}) (*answer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			return give(d.Library.Change(ctx, call.Who(ctx), call.OnceOf(ctx, "", nil), in.ID, version, in.Body.fields()))
		})
	call.Register(s, huma.Operation{OperationID: "kill-picture", Method: http.MethodPost, Path: path + "/{id}/kill", Summary: "Take a picture out of every output", Tags: tags, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the picture."`
			Body *struct {
				Note string `json:"note,omitempty" maxLength:"500" doc:"Why, for the desk."`
			} `nameHint:"Kill"`
		}) (*answer, error) {
			note := ""
			if in.Body != nil {
				note = in.Body.Note
			}
			who := call.Who(ctx)
			p, shown, err := d.Library.Kill(ctx, who, in.Once(ctx), in.ID, note)
			out, err := give(p, err)
			if err != nil {
				return nil, err
			}
			uses, err := d.Desk.Uses(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			out.Body.ShownIn, out.Body.Touched = shown, showUses(in.ID, uses, s.Addresses())
			return out, nil
		})
}

// describeUpload writes down what the form of an upload holds: the file, and the fields that PATCH takes.
func describeUpload(spec *huma.OpenAPI, path string) {
	fields := spec.Components.Schemas.SchemaFromRef(spec.Components.Schemas.Schema(reflect.TypeFor[Fields](), true, "").Ref)
	form := &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
		"file": {Type: huma.TypeString, Format: "binary", Description: "JPEG, PNG, GIF or WebP, known by its content; HEIC where a converter is installed."},
	}}
	for name, field := range fields.Properties {
		form.Properties[name] = field
	}
	spec.Paths[path].Post.RequestBody.Content["multipart/form-data"] = &huma.MediaType{Schema: form}
}

func (d Doors) newer(err error, s *call.Server) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale {
		if p, ok := f.Current.(media.Picture); ok {
			c := *f
			c.Current = d.held(p, s.Addresses().Base)
			return &c
		}
	}
	return err
}

// read takes an upload apart: the file, the fields, and a digest of both for the idempotency key.
func (d Doors) read(ctx context.Context, in *uploadInput) (file multipart.File, size int64, digest []byte, f media.Fields, err error) {
	files := in.RawBody.File["file"]
	if len(files) != 1 {
		return nil, 0, nil, f, fault.At("body.file", "fault.no_file", "one file is expected in the field file")
	}
	if f, err = formFields(in.RawBody.Value); err != nil {
		return nil, 0, nil, f, err
	}
	if file, err = files[0].Open(); err != nil {
		return nil, 0, nil, f, fmt.Errorf("pictures: open upload: %w", err)
	}
	h := sha256.New()
	if size, err = io.Copy(h, file); err != nil {
		file.Close()
		return nil, 0, nil, f, fmt.Errorf("pictures: read upload: %w", err)
	}
	for _, name := range slices.Sorted(keys(in.RawBody.Value)) {
		fmt.Fprintf(h, "\n%s=%q", name, in.RawBody.Value[name])
	}
	return file, size, h.Sum(nil), f, nil
}

func keys(m map[string][]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// formFields reads the form's values as PATCH reads its body: words as they are, focal, crops and outputs as JSON (outputs also as a comma list).
func formFields(values map[string][]string) (media.Fields, error) {
	var g fault.Gather
	doc := map[string]any{}
	for name, v := range values {
		if len(v) == 0 || v[0] == "" {
			continue
		}
		switch name {
		case "file":
		case "focal", "outputs", "crops":
			var parsed any
			if err := json.Unmarshal([]byte(v[0]), &parsed); err == nil {
				doc[name] = parsed
			} else if name == "outputs" {
				doc[name] = strings.Split(strings.Join(v, ","), ",")
			} else {
				g.At("body."+name, "fault.json", "JSON is expected here, as in a change of the picture")
			}
		default:
			doc[name] = v[0]
		}
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return media.Fields{}, fmt.Errorf("pictures: form: %w", err)
	}
	var f Fields
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		var t *json.UnmarshalTypeError
		if errors.As(err, &t) {
			g.At("body."+t.Field, "fault.json", "this is not of the kind that is expected here")
		} else {
			place, words := "body", strings.TrimPrefix(err.Error(), "json: ")
			if quoted, ok := strings.CutPrefix(words, "unknown field "); ok {
				if name, err := strconv.Unquote(quoted); err == nil && len(name) < 100 {
					place, words = "body."+name, "there is no such field"
				}
			}
			g.At(place, "fault.field", "%.200s", words)
		}
	}
	return f.fields(), g.Err()
}
