// Package alerts is /api/v1/alerts: what an edition tells all its readers at once.
package alerts

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are what the operations call.
type Doors struct {
	Desk  *edition.Desk
	Clock moment.Clock
	// Names gives the names of accounts.
	Names func(ctx context.Context, accounts []string) (map[string]string, error)
}

// Fields is what an alert is made of.
type Fields struct {
	Edition   string    `json:"edition" maxLength:"60" doc:"Slug."`
	Text      string    `json:"text" maxLength:"800" doc:"One sentence, at most 200 characters."`
	URL       string    `json:"url,omitempty" maxLength:"2000" doc:"Where it leads: an https:// address or a path of this site."`
	Level     string    `json:"level,omitempty" enum:"breaking,notice" default:"breaking" doc:"breaking is read out at once to who listens to pages, notice when he pauses."`
	Banner    *bool     `json:"banner,omitempty" default:"true" doc:"It stands on every page of the edition."`
	Newsfeed  *bool     `json:"newsfeed,omitempty" default:"true" doc:"It is a line of the newsfeed. Without a banner it is a flash: news that no article tells yet."`
	ExpiresAt time.Time `json:"expires_at,omitzero" doc:"When the banner goes by itself, within 7 days; absent: after 12 hours. The line of the newsfeed stays."`
}

// Alert is what the API answers.
type Alert struct {
	ID          string    `json:"id" doc:"Never changes; sorts by time."`
	Edition     string    `json:"edition" doc:"Slug."`
	Text        string    `json:"text" doc:"As readers have it."`
	URL         string    `json:"url,omitempty" doc:"Where it leads, absolute."`
	Level       string    `json:"level" enum:"breaking,notice" doc:"How loud it is."`
	Banner      bool      `json:"banner" doc:"It was sent as a banner."`
	Newsfeed    bool      `json:"newsfeed" doc:"It was sent to the newsfeed."`
	Showing     bool      `json:"showing" doc:"Its banner stands on pages now."`
	At          time.Time `json:"at" doc:"When it was sent."`
	ExpiresAt   time.Time `json:"expires_at,omitzero" doc:"When its banner goes, or went, by itself."`
	EndedAt     time.Time `json:"ended_at,omitzero" doc:"When its banner went."`
	RemovedAt   time.Time `json:"removed_at,omitzero" doc:"When somebody took it from every page and from the newsfeed."`
	By          string    `json:"by,omitempty" doc:"Id of who sent it."`
	ByName      string    `json:"by_name,omitempty" doc:"His name now."`
	RemovedBy   string    `json:"removed_by,omitempty" doc:"Id of who removed it."`
	RemovedName string    `json:"removed_by_name,omitempty" doc:"His name now."`
}

// show gives alerts as the API shows them.
func (d Doors) show(ctx context.Context, at edition.Addresses, found ...edition.Alert) ([]Alert, error) {
	var staff []string
	for _, a := range found {
		for _, id := range []string{a.By, a.RemovedBy} {
			if id != "" {
				staff = append(staff, id)
			}
		}
	}
	names, err := d.Names(ctx, staff)
	if err != nil {
		return nil, err
	}
	out := make([]Alert, len(found))
	now := d.Clock.Now()
	for i, a := range found {
		out[i] = Alert{
			ID: a.ID, Edition: a.Edition, Text: a.Text, URL: at.Absolute(a.Edition, a.URL), Level: string(a.Level), Banner: a.Banner, Newsfeed: a.Newsfeed, Showing: a.Showing(now),
			At: a.At, ExpiresAt: a.ExpiresAt, EndedAt: a.EndedAt, RemovedAt: a.RemovedAt, By: a.By, ByName: names[a.By], RemovedBy: a.RemovedBy, RemovedName: names[a.RemovedBy],
		}
	}
	return out, nil
}

// yes is what somebody said, and yes when he said nothing.
func yes(said *bool) bool { return said == nil || *said }

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/alerts"
	tags := []string{"alerts"}
	call.Register(s, huma.Operation{OperationID: "list-alerts", Method: http.MethodGet, Path: path, Summary: "List what an edition told all its readers", Tags: tags, Description: "Newest first, those that are over and those that were removed included."},
		func(ctx context.Context, in *struct {
			call.Page
			Edition string `query:"edition" required:"true" maxLength:"60" doc:"Slug."`
			State   string `query:"state" enum:"showing,over" doc:"showing: banners that stand on pages now; over: all others. Without it both."`
		}) (*struct{ Body call.List[Alert] }, error) {
			if _, ok := s.Addresses().Edition(in.Edition); !ok {
				return nil, fault.At("query.edition", "fault.no_edition", "there is no edition %q", in.Edition)
			}
			q := edition.AlertQuery{Edition: in.Edition, After: in.After, Limit: in.Limit + 1}
			if in.State != "" {
				showing := in.State == "showing"
				q.Showing = &showing
			}
			found, err := d.Desk.Alerts(ctx, call.Who(ctx), q)
			if err != nil {
				return nil, err
			}
			out := call.List[Alert]{}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Next = found[in.Limit-1].ID
			}
			out.Items, err = d.show(ctx, s.Addresses(), found...)
			return &struct{ Body call.List[Alert] }{out}, err
		})
	call.Register(s, huma.Operation{OperationID: "create-alert", Method: http.MethodPost, Path: path, Summary: "Tell every reader of an edition something", Tags: tags, DefaultStatus: http.StatusCreated,
		Description: "It is out when this is answered: on every page, and within moments on those that are open. An edition shows at most 3 banners."},
		func(ctx context.Context, in *struct {
			call.Key
			Body Fields
		}) (*struct{ Body Alert }, error) {
			b := in.Body
			a, err := d.Desk.Alert(ctx, call.Who(ctx), in.Once(ctx), edition.AlertDraft{
				Edition: b.Edition, Text: b.Text, URL: b.URL, Level: edition.Level(b.Level), Banner: yes(b.Banner), Newsfeed: yes(b.Newsfeed), ExpiresAt: b.ExpiresAt,
			})
			if err != nil {
				return nil, err
			}
			a.By = call.Who(ctx).ID
			all, err := d.show(ctx, s.Addresses(), a)
			if err != nil {
				return nil, err
			}
			return &struct{ Body Alert }{all[0]}, nil
		})
	call.Register(s, huma.Operation{OperationID: "remove-alert", Method: http.MethodDelete, Path: path + "/{id}", Summary: "Remove an alert", Tags: tags, DefaultStatus: http.StatusNoContent,
		Description: "From every page and from the newsfeed, for good. What was removed is told to nobody any more; the audit log keeps it."},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the alert."`
		}) (*struct{}, error) {
			return nil, d.Desk.RemoveAlert(ctx, call.Who(ctx), in.ID)
		})
}
