package people

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Act is one line of the audit log.
type Act struct {
	ID      string    `json:"id" doc:"Sorts by time."`
	At      time.Time `json:"at" doc:"When."`
	Did     string    `json:"did" doc:"What: sign-in, sign-in-failed, grants, publish and so on."`
	By      string    `json:"by,omitempty" doc:"Id of whose account; absent: Dateline itself, a command of the operator, or a stranger."`
	ByName  string    `json:"by_name,omitempty" doc:"Its name now."`
	About   string    `json:"about" doc:"What kind of thing it was done to: account, article, post, picture, edition, section, security, alert, author, topic, front, inbox."`
	Subject string    `json:"subject,omitempty" doc:"Its id or slug; absent: nothing that is known."`
	Name    string    `json:"name,omitempty" doc:"Its name or headline now."`
	Note    string    `json:"note,omitempty" doc:"What its present state does not tell: roles given, name of a token, way of signing in."`
}

type auditInput struct {
	Limit   int      `query:"limit" minimum:"1" maximum:"100" default:"50" doc:"How many, 1 to 100."`
	After   string   `query:"after" maxLength:"200" doc:"The next of the page before."`
	By      string   `query:"by" maxLength:"40" doc:"Id of an account: only what it did."`
	Subject string   `query:"subject" maxLength:"100" doc:"Only what was done to this."`
	Did     []string `query:"did" maxItems:"60" doc:"Only these, with commas between."`
}

type auditAnswer struct{ Body call.List[Act] }

// Security is what an administrator decided for everybody.
type Security struct {
	Factor []string `json:"factor" nullable:"false" doc:"Roles that need a passkey or codes besides a password."`
}

type securityAnswer struct {
	ETag string `header:"ETag"`
	Body Security
}

type securityInput struct {
	call.MayMatch
	Body struct {
		Factor []string `json:"factor" nullable:"false" maxItems:"10" doc:"All roles that need a passkey or codes from now on."`
	}
}

func security(s account.Security) *securityAnswer {
	return &securityAnswer{call.Tag(max(s.Version, 1)), Security{roles(s.Factor)}}
}

func (d Doors) audit() {
	s, door, tags := d.server, d.Door, []string{"people"}
	call.Register(s, huma.Operation{OperationID: "list-audit", Method: http.MethodGet, Path: "/api/v1/audit", Summary: "Who did what when to what, newest first", Tags: tags,
		Description: "Each line was written in the transaction of its act. Tries to sign in that failed are kept for 90 days, all else for ever."},
		func(ctx context.Context, in *auditInput) (*auditAnswer, error) {
			q := fact.ActQuery{By: in.By, Subject: in.Subject, Before: in.After, Limit: in.Limit + 1}
			if _, err := moment.Number(in.After); in.After != "" && err != nil {
				return nil, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
			}
			for _, did := range in.Did {
				if !slices.Contains(fact.Deeds, fact.Deed(did)) {
					return nil, fault.At("query.did", "fault.deed", "the audit log holds no %q", did)
				}
				q.Did = append(q.Did, fact.Deed(did))
			}
			acts, err := door.Acts(ctx, call.Who(ctx), q)
			if err != nil {
				return nil, err
			}
			out := call.List[Act]{Items: []Act{}}
			if len(acts) > in.Limit {
				acts = acts[:in.Limit]
				out.Next = acts[in.Limit-1].ID
			}
			out.Items, err = d.named(ctx, acts)
			if err != nil {
				return nil, err
			}
			return &auditAnswer{out}, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-security", Method: http.MethodGet, Path: "/api/v1/security", Summary: "Which roles need a second factor", Tags: tags},
		func(ctx context.Context, _ *struct{}) (*securityAnswer, error) {
			now, err := door.Security(ctx, call.Who(ctx))
			if err != nil {
				return nil, err
			}
			return security(now), nil
		})
	call.Register(s, huma.Operation{OperationID: "change-security", Method: http.MethodPatch, Path: "/api/v1/security", Summary: "Decide which roles need a second factor", Tags: tags,
		Description: "Whoever holds one and has no passkey and no codes is led to get one before anything else. Tokens go on."},
		func(ctx context.Context, in *securityInput) (*securityAnswer, error) {
			version, err := in.AnyVersion()
			if err != nil {
				return nil, err
			}
			factor := make([]account.Role, len(in.Body.Factor))
			for i, r := range in.Body.Factor {
				factor[i] = account.Role(r)
			}
			now, err := door.ChangeSecurity(ctx, call.Who(ctx), version, factor)
			if err != nil {
				return nil, err
			}
			return security(now), nil
		})
}

// named gives lines with the names that their ids stand for now.
func (d Doors) named(ctx context.Context, acts []fact.Act) ([]Act, error) {
	var people, stories, items []string
	for _, a := range acts {
		people = append(people, a.By)
		switch a.About {
		case fact.AboutAccount:
			people = append(people, a.Subject)
		case fact.AboutArticle:
			stories = append(stories, a.Subject)
		case fact.AboutItem:
			items = append(items, a.Subject)
		}
	}
	names, err := d.Names(ctx, people)
	if err != nil {
		return nil, err
	}
	headlines, err := d.Headlines(ctx, stories)
	if err != nil {
		return nil, err
	}
	arrived, err := d.Arrived(ctx, items)
	if err != nil {
		return nil, err
	}
	at := d.server.Addresses()
	out := make([]Act, len(acts))
	for i, a := range acts {
		out[i] = Act{ID: a.ID, At: a.At, Did: string(a.Did), By: a.By, ByName: names[a.By], About: a.About, Subject: a.Subject, Note: a.Note}
		switch a.About {
		case fact.AboutAccount:
			out[i].Name = names[a.Subject]
		case fact.AboutArticle:
			out[i].Name = headlines[a.Subject]
		case fact.AboutItem:
			out[i].Name = arrived[a.Subject]
		case fact.AboutEdition:
			if e, ok := at.Edition(a.Subject); ok {
				out[i].Name = e.Name
			}
		case fact.AboutFront:
			of, section, _ := strings.Cut(a.Subject, "/")
			if e, ok := at.Edition(of); ok {
				out[i].Name = e.Name
			}
			if s, ok := at.SectionByID(section); ok {
				out[i].Name += " · " + s.Name
			}
		case fact.AboutSection:
			if s, ok := at.SectionByID(a.Subject); ok {
				out[i].Name = s.Name
			}
		}
	}
	return out, nil
}
