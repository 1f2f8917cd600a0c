package moderation

import (
	"context"
	"net/http"
	"time"

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
	Until      *time.Time   `json:"until,omitempty" doc:"When that ends; absent never."`
	Breach     string       `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What that rests on."`
	Reason     string       `json:"reason,omitempty" doc:"As he is told."`
	By         string       `json:"by,omitempty" doc:"Id of the moderator's account."`
	ByName     string       `json:"by_name,omitempty" doc:"His name."`
	At         *time.Time   `json:"at,omitempty" doc:"When that was."`
	Appeal     *Appeal      `json:"appeal,omitempty" doc:"His latest objection to it."`
	Notes      []MemberNote `json:"notes" nullable:"false" doc:"Of moderators, newest last."`
}

func (d Doors) member(ctx context.Context, m talk.Member, err error) (*struct{ Body Member }, error) {
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
	out := Member{ID: m.Account, Name: names[m.Account], Approved: m.Approved, Rejected: m.Refused, Restricted: string(m.Restricted), Until: when(m.Until), Breach: string(m.Breach), Reason: m.Reason, At: when(m.At), By: m.By, ByName: names[m.By], Notes: []MemberNote{}}
	for _, n := range m.Notes {
		out.Notes = append(out.Notes, MemberNote{n.At, n.By, names[n.By], n.Text})
	}
	if m.Appeal != nil {
		out.Appeal = appealOf(*m.Appeal, names, m.Appealed(d.Clock.Now()) != nil)
	}
	return &struct{ Body Member }{out}, nil
}

func (d Doors) registerMembers(s *call.Server, tags []string) {
	const path = "/api/v1/members/{id}"
	call.Register(s, huma.Operation{OperationID: "read-member", Method: http.MethodGet, Path: path, Summary: "Read what is known of somebody who speaks", Tags: tags},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the account."`
		}) (*struct{ Body Member }, error) {
			m, err := d.Desk.Member(ctx, call.Who(ctx), in.ID)
			return d.member(ctx, m, err)
		})
	call.Register(s, huma.Operation{OperationID: "restrict-member", Method: http.MethodPost, Path: path + "/restrict", Summary: "Suspend, ban, premoderate or trust somebody", Tags: tags,
		Metadata:    map[string]any{call.Also: []int{http.StatusConflict}},
		Description: "It counts from his next comment on. Empty takes the restriction away, and is how his objection is heard: while he objects nothing else can be put on him."},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the account."`
			Body struct {
				Restricted string     `json:"restricted" maxLength:"20" doc:"warned, suspended, banned, premoderated or trusted; empty for nothing."`
				Until      *time.Time `json:"until,omitempty" doc:"When it ends; a suspension needs it."`
				Breach     string     `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What that rests on; he is told in his language."`
				Reason     string     `json:"reason,omitempty" maxLength:"2000" doc:"What he is told besides; a warning, a suspension and a ban need one of the two."`
			}
		}) (*struct{ Body Member }, error) {
			var until time.Time
			if in.Body.Until != nil {
				until = *in.Body.Until
			}
			m, err := d.Desk.Restrict(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, in.ID, talk.Restriction(in.Body.Restricted), until, talk.Breach(in.Body.Breach), in.Body.Reason)
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
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the account."`
			Body *struct {
				Reason string `json:"reason,omitempty" maxLength:"2000" doc:"What he is told, in a line."`
			} `nameHint:"UpholdingRestriction"`
		}) (*struct{ Body Member }, error) {
			told := ""
			if in.Body != nil {
				told = in.Body.Reason
			}
			m, err := d.Desk.UpholdRestriction(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, in.ID, told)
			return d.member(ctx, m, err)
		})
	call.Register(s, huma.Operation{OperationID: "annotate-member", Method: http.MethodPost, Path: path + "/notes", Summary: "Note something about somebody, for moderators", Tags: tags},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the account."`
			Body struct {
				Text string `json:"text" maxLength:"8000" doc:"At most 2,000 characters."`
			}
		}) (*struct{ Body Member }, error) {
			m, err := d.Desk.Annotate(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, in.ID, in.Body.Text)
			return d.member(ctx, m, err)
		})
}
