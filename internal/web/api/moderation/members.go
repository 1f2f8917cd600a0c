package moderation

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/talk"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// MemberNote is what a moderator noted.
type MemberNote struct {
	At   time.Time `json:"at" doc:"When."`
	By   string    `json:"by" doc:"Id of the moderator's account."`
	Name string    `json:"name,omitempty" doc:"His name."`
	Text string    `json:"text" doc:"For moderators."`
}

// Member is what is known of somebody who speaks.
type Member struct {
	ID         string       `json:"id" doc:"Of the account."`
	Name       string       `json:"name,omitempty" doc:"Of now."`
	Approved   int64        `json:"approved" doc:"Comments that moderators approved."`
	Rejected   int64        `json:"rejected" doc:"Comments that moderators rejected."`
	Restricted string       `json:"restricted,omitempty" enum:"warned,suspended,banned,premoderated,trusted" doc:"What a moderator put on him."`
	Editions   []string     `json:"editions,omitempty" doc:"Slugs of the editions in which that holds: those in which the moderator decides. Absent: everywhere."`
	Until      *time.Time   `json:"until,omitempty" doc:"When that ends; absent never."`
	Breach     string       `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What that rests on."`
	Reason     string       `json:"reason,omitempty" doc:"As he is told."`
	By         string       `json:"by,omitempty" doc:"Id of the moderator's account."`
	ByName     string       `json:"by_name,omitempty" doc:"His name."`
	At         *time.Time   `json:"at,omitempty" doc:"When that was."`
	Appeal     *Appeal      `json:"appeal,omitempty" doc:"His latest objection to it."`
	Notes      []MemberNote `json:"notes" nullable:"false" doc:"Of moderators, newest last."`
	Version    int64        `json:"version" doc:"The ETag."`
}

type memberAnswer struct {
	ETag string `header:"ETag"`
	Body Member
}

// OnMember is somebody who is decided on.
type OnMember struct {
	call.MayMatch
	call.Key
	ID string `path:"id" maxLength:"40" doc:"Of the account."`
}

func (in OnMember) act(ctx context.Context) (news.Act, error) {
	version, err := in.AnyVersion()
	return news.Act{Who: call.Who(ctx), Once: in.Once(ctx), Version: version}, err
}

func (d Doors) member(ctx context.Context, m talk.Member, err error) (*memberAnswer, error) {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale {
		if now, ok := f.Current.(talk.Member); ok {
			newer, failed := d.member(ctx, now, nil)
			if failed != nil {
				return nil, failed
			}
			c := *f
			c.Current = newer.Body
			return nil, &c
		}
	}
	if err != nil {
		return nil, err
	}
	ids := []string{m.Account}
	if m.By != "" {
		ids = append(ids, m.By)
	}
	if m.Appeal != nil {
		ids = append(ids, m.Appeal.Ruling.By, m.Appeal.By)
	}
	for _, n := range m.Notes {
		ids = append(ids, n.By)
	}
	names, err := d.Names(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := Member{ID: m.Account, Name: names[m.Account], Approved: m.Approved, Rejected: m.Refused, Restricted: string(m.Restricted), Editions: m.Editions, Until: when(m.Until), Breach: string(m.Breach), Reason: m.Reason, At: when(m.At), By: m.By, ByName: names[m.By], Notes: []MemberNote{}, Version: m.Tag()}
	for _, n := range m.Notes {
		out.Notes = append(out.Notes, MemberNote{n.At, n.By, names[n.By], n.Text})
	}
	if m.Appeal != nil {
		out.Appeal = appealOf(*m.Appeal, names, m.Appealed(d.Clock.Now()) != nil)
	}
	return &memberAnswer{ETag: call.Tag(m.Tag()), Body: out}, nil
}

func (d Doors) registerMembers(s *call.Server, tags []string) {
	const path = "/api/v1/members/{id}"
	call.Register(s, huma.Operation{OperationID: "read-member", Method: http.MethodGet, Path: path, Summary: "Read what is known of somebody who speaks", Tags: tags},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the account."`
		}) (*memberAnswer, error) {
			m, err := d.Desk.Member(ctx, call.Who(ctx), in.ID)
			return d.member(ctx, m, err)
		})
	call.Register(s, huma.Operation{OperationID: "restrict-member", Method: http.MethodPost, Path: path + "/restrict", Summary: "Suspend, ban, premoderate or trust somebody", Tags: tags,
		Metadata:    map[string]any{call.Also: []int{http.StatusConflict}},
		Description: "It counts from his next comment on. With If-Match what somebody put on him or noted meanwhile is 412 with that. Empty takes the restriction away, and is how his objection is heard: while he objects nothing else can be put on him."},
		func(ctx context.Context, in *struct {
			OnMember
			Body struct {
				Restricted string     `json:"restricted" maxLength:"20" doc:"warned, suspended, banned, premoderated or trusted; empty for nothing."`
				Until      *time.Time `json:"until,omitempty" doc:"When it ends; a suspension needs it."`
				Breach     string     `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What that rests on; he is told in his language."`
				Reason     string     `json:"reason,omitempty" maxLength:"2000" doc:"What he is told besides; a warning, a suspension and a ban need one of the two."`
			}
		}) (*memberAnswer, error) {
			var until time.Time
			if in.Body.Until != nil {
				until = *in.Body.Until
			}
			a, err := in.act(ctx)
			if err != nil {
				return nil, err
			}
			m, err := d.Desk.Restrict(ctx, a, in.ID, talk.Restriction(in.Body.Restricted), until, talk.Breach(in.Body.Breach), in.Body.Reason)
			return d.member(ctx, m, err)
		})
	call.Register(s, huma.Operation{OperationID: "list-objecting-members", Method: http.MethodGet, Path: "/api/v1/moderation/queues/members", Summary: "List those who object to what holds for them", Tags: tags, Description: "And wait for a moderator: at most 100."},
		func(ctx context.Context, _ *struct{}) (*struct{ Body call.List[Member] }, error) {
			found, err := d.Desk.Objecting(ctx, call.Who(ctx), 100)
			if err != nil {
				return nil, err
			}
			out := &struct{ Body call.List[Member] }{}
			out.Body.Items = []Member{}
			for _, m := range found {
				one, err := d.member(ctx, m, nil)
				if err != nil {
					return nil, err
				}
				out.Body.Items = append(out.Body.Items, one.Body)
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "uphold-restriction", Method: http.MethodPost, Path: path + "/uphold", Summary: "Let a restriction stand to which its reader objects", Tags: tags, Metadata: map[string]any{call.Also: []int{http.StatusConflict}}},
		func(ctx context.Context, in *struct {
			OnMember
			Body *struct {
				Reason string `json:"reason,omitempty" maxLength:"2000" doc:"What he is told, in a line."`
			} `nameHint:"UpholdingRestriction"`
		}) (*memberAnswer, error) {
			told := ""
			if in.Body != nil {
				told = in.Body.Reason
			}
			a, err := in.act(ctx)
			if err != nil {
				return nil, err
			}
			m, err := d.Desk.UpholdRestriction(ctx, a, in.ID, told)
			return d.member(ctx, m, err)
		})
	call.Register(s, huma.Operation{OperationID: "annotate-member", Method: http.MethodPost, Path: path + "/notes", Summary: "Note something about somebody, for moderators", Tags: tags},
		func(ctx context.Context, in *struct {
			OnMember
			Body struct {
				Text string `json:"text" maxLength:"8000" doc:"At most 2,000 characters."`
			}
		}) (*memberAnswer, error) {
			a, err := in.act(ctx)
			if err != nil {
				return nil, err
			}
			m, err := d.Desk.Annotate(ctx, a, in.ID, in.Body.Text)
			return d.member(ctx, m, err)
		})
}
