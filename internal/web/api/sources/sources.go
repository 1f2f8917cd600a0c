// Package sources is /api/v1/sources: the feeds and watched folders that fill the inbox.
package sources

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Reading is how the last reading of a source went.
type Reading struct {
	At       *time.Time `json:"at,omitempty" doc:"The last that went well."`
	New      int        `json:"new" doc:"Items that it brought."`
	TriedAt  *time.Time `json:"tried_at,omitempty" doc:"The last of all."`
	NextAt   *time.Time `json:"next_at,omitempty" doc:"About when the next is."`
	Failures int        `json:"failures" doc:"In a row, since the last that went well."`
	Why      string     `json:"why,omitempty" enum:"unreachable,forbidden,status,too_large,no_feed,no_root,no_folder,files" doc:"Why the last failed; files: some files of the folder could not be read."`
	Detail   string     `json:"detail,omitempty" doc:"What why is about: the status, the folder, names of files."`
}

// WireSource is what the API answers.
type WireSource struct {
	ID       string    `json:"id" doc:"Never changes."`
	Edition  string    `json:"edition" doc:"Slug of the edition whose inbox it fills."`
	Kind     string    `json:"kind" enum:"feed,folder" doc:"RSS, Atom or JSON Feed at an address, or a folder of ninjs files."`
	Name     string    `json:"name" doc:"As the desk calls it."`
	Address  string    `json:"address" doc:"Of the feed; of a folder its path below the one that the operator named."`
	Minutes  int       `json:"minutes" doc:"Between two readings."`
	KeepDays int       `json:"keep_days" doc:"After so many days what nobody used leaves the inbox."`
	Urgency  int       `json:"urgency" doc:"Of items that say none."`
	Paused   bool      `json:"paused" doc:"It is not read."`
	Reading  Reading   `json:"reading" doc:"How it goes."`
	At       time.Time `json:"created_at" doc:"When it was made."`
}

func show(s intake.Source) WireSource {
	r := s.Reading
	out := WireSource{s.ID, s.Edition, string(s.Kind), s.Name, s.Address, s.Minutes, s.KeepDays, s.Urgency, s.Paused,
		Reading{At: when(r.At), New: r.New, TriedAt: when(r.TriedAt), Failures: r.Failures, Why: r.Why, Detail: r.Detail}, s.At}
	if !s.Paused && !r.TriedAt.IsZero() {
		out.Reading.NextAt = when(s.Next(r.TriedAt))
	}
	return out
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type answer struct {
	ETag         string `header:"ETag"`
	Location     string `header:"Location"`
	CacheControl string `header:"Cache-Control"`
	Body         WireSource
}

func give(s intake.Source, err error) (*answer, error) {
	if err != nil {
		var f *fault.Error
		if errors.As(err, &f) && f.Kind == fault.Stale {
			if now, ok := f.Current.(intake.Source); ok {
				c := *f
				c.Current = show(now)
				return nil, &c
			}
		}
		return nil, err
	}
	return &answer{ETag: call.Tag(s.Version), CacheControl: "no-store", Body: show(s)}, nil
}

type list struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[WireSource]
}

// Register adds the operations.
func Register(s *call.Server, d *intake.Desk) {
	const path = "/api/v1/sources"
	tags := []string{"sources"}
	call.Register(s, huma.Operation{OperationID: "list-sources", Method: http.MethodGet, Path: path, Summary: "List sources", Tags: tags, Description: "Those of the editions in which the caller works."},
		func(ctx context.Context, in *struct {
			call.Whole
			Edition string `query:"edition" maxLength:"60" doc:"Slug."`
		}) (*list, error) {
			all, err := d.Sources(ctx, call.Who(ctx), in.Edition)
			if err != nil {
				return nil, err
			}
			shown := make([]WireSource, len(all))
			for i, one := range all {
				shown[i] = show(one)
			}
			out, err := call.Cut(in.Whole, shown, func(s WireSource) string { return s.ID })
			return &list{"no-store", out}, err
		})
	call.Register(s, huma.Operation{OperationID: "read-source", Method: http.MethodGet, Path: path + "/{id}", Summary: "Read how a source goes", Tags: tags},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the source."`
		}) (*answer, error) {
			return give(d.Source(ctx, call.Who(ctx), in.ID))
		})
	call.Register(s, huma.Operation{OperationID: "create-source", Method: http.MethodPost, Path: path, Summary: "Add a source", Tags: tags, DefaultStatus: http.StatusCreated, Description: "It is read at once."},
		func(ctx context.Context, in *struct {
			call.Key
			Body struct {
				Edition  string `json:"edition" maxLength:"60" doc:"Slug of the edition whose inbox it fills."`
				Kind     string `json:"kind" enum:"feed,folder" doc:"RSS, Atom or JSON Feed at an address, or a folder of ninjs files."`
				Name     string `json:"name" maxLength:"200" doc:"As the desk calls it."`
				Address  string `json:"address" maxLength:"2000" doc:"Of the feed; of a folder its path below the one that the operator named, . for that itself."`
				Minutes  *int   `json:"minutes,omitempty" minimum:"1" maximum:"1440" doc:"Between two readings; 5 when not given."`
				KeepDays *int   `json:"keep_days,omitempty" minimum:"1" maximum:"90" doc:"After so many days what nobody used leaves the inbox; 7 when not given."`
				Urgency  *int   `json:"urgency,omitempty" minimum:"1" maximum:"9" doc:"Of items that say none; 5 when not given."`
				Paused   *bool  `json:"paused,omitempty" doc:"It is not read."`
			} `nameHint:"NewSource"`
		}) (*answer, error) {
			b := in.Body
			out, err := give(d.Add(ctx, call.Who(ctx), in.Once(ctx), intake.Fields{Edition: &b.Edition, Kind: &b.Kind, Name: &b.Name, Address: &b.Address,
				Minutes: b.Minutes, KeepDays: b.KeepDays, Urgency: b.Urgency, Paused: b.Paused}))
			if err == nil {
				out.Location = path + "/" + out.Body.ID
			}
			return out, err
		})
	call.Register(s, huma.Operation{OperationID: "change-source", Method: http.MethodPatch, Path: path + "/{id}", Summary: "Change a source", Tags: tags, Description: "It is read at once, unless it is paused."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			ID   string `path:"id" maxLength:"40" doc:"Of the source."`
			Body struct {
				Name     *string `json:"name,omitempty" maxLength:"200" doc:"As the desk calls it."`
				Address  *string `json:"address,omitempty" maxLength:"2000" doc:"Where it is."`
				Minutes  *int    `json:"minutes,omitempty" minimum:"1" maximum:"1440" doc:"Between two readings."`
				KeepDays *int    `json:"keep_days,omitempty" minimum:"1" maximum:"90" doc:"After so many days what nobody used leaves the inbox."`
				Urgency  *int    `json:"urgency,omitempty" minimum:"1" maximum:"9" doc:"Of items that say none."`
				Paused   *bool   `json:"paused,omitempty" doc:"It is not read."`
			} `nameHint:"SourceChange"`
		}) (*answer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			b := in.Body
			return give(d.Change(ctx, call.Who(ctx), version, in.ID, intake.Fields{Name: b.Name, Address: b.Address, Minutes: b.Minutes, KeepDays: b.KeepDays, Urgency: b.Urgency, Paused: b.Paused}))
		})
	call.Register(s, huma.Operation{OperationID: "delete-source", Method: http.MethodDelete, Path: path + "/{id}", Summary: "End a source", Tags: tags, DefaultStatus: http.StatusNoContent,
		Description: "What it sent and nobody used goes with it; stories stay."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			ID string `path:"id" maxLength:"40" doc:"Of the source."`
		}) (*struct{}, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			return nil, d.Remove(ctx, call.Who(ctx), version, in.ID)
		})
	call.Register(s, huma.Operation{OperationID: "refresh-source", Method: http.MethodPost, Path: path + "/{id}/refresh", Summary: "Read a source now", Tags: tags, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string    `path:"id" maxLength:"40" doc:"Of the source."`
			Body *struct{} `nameHint:"Nothing"`
		}) (*answer, error) {
			return give(d.ReadNow(ctx, call.Who(ctx), in.Once(ctx), in.ID))
		})
}
