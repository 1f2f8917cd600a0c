package moderation

import (
	"context"
	"errors"
	"net/http"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/talk"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Manner is how an edition talks with its readers.
type Manner struct {
	Paused       bool     `json:"paused" doc:"Nobody may speak for now but the newsroom."`
	Everywhere   bool     `json:"everywhere" doc:"Paused on the whole site."`
	Premoderated bool     `json:"premoderated" doc:"Everything waits."`
	NewFor       int      `json:"new_for" doc:"So many comments of somebody new wait until they are approved."`
	Links        int      `json:"links" doc:"More in one comment make it wait."`
	TrustedAfter int      `json:"trusted_after" doc:"So many approved comments, and none rejected in 90 days, make somebody trusted: the rules on newcomers, links and floods do not count for him. 0 never."`
	CloseAfter   int      `json:"close_after" doc:"Days after the first publication a discussion closes; 0 never."`
	Banned       []string `json:"banned" nullable:"false" doc:"Words and phrases that make a comment wait, inflected forms too."`
	Suspect      []string `json:"suspect" nullable:"false" doc:"The same, as what a moderator wants to see."`
	Closed       []string `json:"closed" nullable:"false" doc:"Ids of sections without discussions."`
	Reaction     string   `json:"reaction,omitempty" doc:"Label of the one reaction; empty takes the language's."`
	Learned      string   `json:"learned" enum:"off,likely,very-likely" doc:"What is likely to be rejected, by what moderators decided before, waits."`
	Service      Asked    `json:"service" doc:"Whom the edition asks outside."`
}

// MannerChange is what PATCH takes; what is absent stays.
type MannerChange struct {
	Paused       *bool        `json:"paused,omitempty" doc:"Nobody may speak for now but the newsroom."`
	Premoderated *bool        `json:"premoderated,omitempty" doc:"Everything waits."`
	NewFor       *int         `json:"new_for,omitempty" minimum:"0" maximum:"20" doc:"So many comments of somebody new wait until they are approved."`
	Links        *int         `json:"links,omitempty" minimum:"0" maximum:"50" doc:"More in one comment make it wait."`
	TrustedAfter *int         `json:"trusted_after,omitempty" minimum:"0" maximum:"1000" doc:"So many approved comments make somebody trusted; 0 never."`
	CloseAfter   *int         `json:"close_after,omitempty" minimum:"0" maximum:"3650" doc:"Days; 0 never."`
	Banned       *[]string    `json:"banned,omitempty" doc:"Words and phrases, at most 2,000."`
	Suspect      *[]string    `json:"suspect,omitempty" doc:"Words and phrases, at most 2,000."`
	Closed       *[]string    `json:"closed,omitempty" doc:"Ids of sections."`
	Reaction     *string      `json:"reaction,omitempty" maxLength:"200" doc:"A word or two."`
	Learned      *string      `json:"learned,omitempty" enum:"off,likely,very-likely" doc:"From which likelihood on a comment waits."`
	Service      *AskedChange `json:"service,omitempty" doc:"Whom the edition asks outside; what is absent stays."`
}

// Asked is a service outside that is asked about comments.
type Asked struct {
	On      bool   `json:"on" doc:"It is asked about what the rules let pass; the text, the name and the place leave the house."`
	Address string `json:"address" doc:"https:// and where it is; empty for none."`
	Without string `json:"without" enum:"hold,go-on" doc:"What becomes of a comment when it does not answer within two seconds."`
}

// AskedChange changes it.
type AskedChange struct {
	On      *bool   `json:"on,omitempty" doc:"Needs an address and a secret."`
	Address *string `json:"address,omitempty" maxLength:"500" doc:"https://, or http:// inside a private network."`
	Without *string `json:"without,omitempty" enum:"hold,go-on" doc:"What becomes of a comment when it does not answer."`
}

// degrees are the words for how sure one has to be.
var degrees = map[talk.Degree]string{talk.DegreeOff: "off", talk.Likely: "likely", talk.VeryLikely: "very-likely"}

func put[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

type settingsAnswer struct {
	ETag string `header:"ETag"`
	Body Manner
}

func settingsOf(s talk.Settings, err error) (*settingsAnswer, error) {
	if err != nil {
		var f *fault.Error
		if errors.As(err, &f) && f.Kind == fault.Stale {
			if now, ok := f.Current.(talk.Settings); ok {
				c := *f
				c.Current = settings(now)
				return nil, &c
			}
		}
		return nil, err
	}
	return &settingsAnswer{ETag: call.Tag(s.Version + 1), Body: settings(s)}, nil
}

func settings(s talk.Settings) Manner {
	return Manner{s.Paused, s.Everywhere, s.Premoderated, s.NewFor, s.Links, s.TrustedAfter, s.CloseAfter, s.Banned, s.Suspect, s.Closed, s.Reaction, degrees[s.Learned], Asked{s.Service.On, s.Service.Address, map[bool]string{false: "hold", true: "go-on"}[s.Service.GoOn]}}
}

func (d Doors) registerSettings(s *call.Server, tags []string) {
	read := func(ctx context.Context, slug string) (*settingsAnswer, error) {
		if _, ok := s.Addresses().Edition(slug); !ok && slug != "" {
			if who := call.Who(ctx); !who.HasAnywhere(account.Admin, account.Editor, account.Moderator) {
				return nil, who.Refused()
			}
			return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "edition")
		}
		return settingsOf(d.Desk.Settings(ctx, call.Who(ctx), slug))
	}
	change := func(ctx context.Context, slug string, match call.MayMatch, c MannerChange) (*settingsAnswer, error) {
		if _, err := read(ctx, slug); err != nil {
			return nil, err
		}
		version, err := match.AnyVersion()
		if err != nil {
			return nil, err
		}
		return settingsOf(d.Desk.Configure(ctx, call.Who(ctx), slug, version-1, func(s *talk.Settings) {
			put(&s.Paused, c.Paused)
			put(&s.Premoderated, c.Premoderated)
			put(&s.NewFor, c.NewFor)
			put(&s.Links, c.Links)
			put(&s.TrustedAfter, c.TrustedAfter)
			put(&s.CloseAfter, c.CloseAfter)
			put(&s.Banned, c.Banned)
			put(&s.Suspect, c.Suspect)
			put(&s.Closed, c.Closed)
			put(&s.Reaction, c.Reaction)
			for d, word := range degrees {
				if c.Learned != nil && *c.Learned == word {
					s.Learned = d
				}
			}
			if of := c.Service; of != nil {
				put(&s.Service.On, of.On)
				put(&s.Service.Address, of.Address)
				if of.Without != nil {
					s.Service.GoOn = *of.Without == "go-on"
				}
			}
		}))
	}
	call.Register(s, huma.Operation{OperationID: "read-discussion-settings", Method: http.MethodGet, Path: "/api/v1/editions/{slug}/discussion", Summary: "Read how an edition talks with its readers", Tags: tags},
		func(ctx context.Context, in *struct {
			Slug string `path:"slug" maxLength:"60" doc:"Of the edition."`
		}) (*settingsAnswer, error) {
			return read(ctx, in.Slug)
		})
	call.Register(s, huma.Operation{OperationID: "change-discussion-settings", Method: http.MethodPatch, Path: "/api/v1/editions/{slug}/discussion", Summary: "Change how an edition talks with its readers", Tags: tags,
		Description: "Moderators may pause; everything else is for editors."},
		func(ctx context.Context, in *struct {
			call.MayMatch
			Slug string `path:"slug" maxLength:"60" doc:"Of the edition."`
			Body MannerChange
		}) (*settingsAnswer, error) {
			return change(ctx, in.Slug, in.MayMatch, in.Body)
		})
	d.registerAdvice(s, tags)
	call.Register(s, huma.Operation{OperationID: "read-site-discussion", Method: http.MethodGet, Path: "/api/v1/discussion", Summary: "Read whether discussions are paused on the whole site", Tags: tags},
		func(ctx context.Context, _ *struct{}) (*settingsAnswer, error) { return read(ctx, "") })
	call.Register(s, huma.Operation{OperationID: "pause-site-discussion", Method: http.MethodPatch, Path: "/api/v1/discussion", Summary: "Pause discussions on the whole site, or go on", Tags: tags},
		func(ctx context.Context, in *struct {
			Body struct {
				Paused bool `json:"paused" doc:"Nobody may speak for now but the newsroom."`
			}
		}) (*settingsAnswer, error) {
			return change(ctx, "", call.MayMatch{}, MannerChange{Paused: &in.Body.Paused})
		})
}
