// Package moderation is /api/v1/moderation: what was said, in the queues of those who decide on it, and those who said it.
package moderation

import (
	"context"
	"errors"
	"net/http"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/talk"
	"dateline/internal/talk/claims"
	"dateline/internal/web"
	"dateline/internal/web/api/call"
	"dateline/internal/web/api/comments"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are what the operations call.
type Doors struct {
	Desk    *talk.Desk
	Archive news.Archive
	Reader  talk.Reader
	// Names gives the names of accounts.
	Names func(ctx context.Context, accounts []string) (map[string]string, error)
	Clock moment.Clock
	// Claims know who has which card in hand.
	Claims *claims.Claims
	// Appeals limits how often one reader objects.
	Appeals *web.Limiter
	// Reported limits how often one reader reports.
	Reported *web.Limiter
}

// Hold is why a comment waits.
type Hold struct {
	Rule   string   `json:"rule" enum:"premoderated,member,banned,suspect,name,links,new,repeat,rate,rejections,flood,learned,service,unanswered" doc:"Which rule."`
	Words  []string `json:"words,omitempty" doc:"Of the comment, or of its author's name, that the rule is about; of learned, those that weighed most, heaviest first."`
	Reason string   `json:"reason,omitempty" doc:"Of a service outside, in its words."`
}

// Complaint is what a reader says against a comment.
type Complaint struct {
	Reason string    `json:"reason" enum:"abuse,spam,off-topic,untrue,illegal,other" doc:"Why."`
	Note   string    `json:"note,omitempty" doc:"In his words."`
	By     string    `json:"by,omitempty" doc:"Id of the account."`
	At     time.Time `json:"at" doc:"When."`
}

// Case is a comment as moderators see it.
type Case struct {
	ID          string           `json:"id" doc:"Never changes."`
	Article     string           `json:"article" doc:"Id of the story, or of the room."`
	Chat        string           `json:"chat,omitempty" doc:"Slug of the room, of a message; absent of a comment."`
	Headline    string           `json:"headline,omitempty" doc:"Of the story, absent when it was withdrawn; or the name of the room."`
	Edition     string           `json:"edition" doc:"Slug."`
	URL         string           `json:"url,omitempty" doc:"Of the comment on its page; absent when the story was withdrawn."`
	ReplyTo     string           `json:"reply_to,omitempty" doc:"Id of the comment that it answers."`
	Thread      string           `json:"thread" doc:"Id of the first of its thread."`
	Author      comments.Speaker `json:"author" doc:"Who said it."`
	Body        string           `json:"body" doc:"Plain text; empty when its author took it back."`
	State       string           `json:"state" enum:"public,held,rejected,removed" doc:"Where it stands."`
	Queue       string           `json:"queue,omitempty" enum:"pending,unmoderated,approved,rejected" doc:"In which list; reported ones stand in that besides."`
	Holds       []Hold           `json:"holds" nullable:"false" doc:"Why it waits, or waited."`
	Reports     int              `json:"reports" doc:"By readers, that nobody has dealt with."`
	Reported    []Complaint      `json:"reported,omitempty" doc:"These."`
	Dealt       []Complaint      `json:"dealt,omitempty" doc:"Reports that were dealt with by a decision, the latest first. Undoing the decision has them wait again."`
	At          time.Time        `json:"at" doc:"When it was said."`
	EditedAt    *time.Time       `json:"edited_at,omitempty" doc:"Its author changed it then."`
	Featured    bool             `json:"featured" doc:"Shown before the others."`
	DecidedBy   string           `json:"decided_by,omitempty" doc:"Id of the moderator's account."`
	DecidedName string           `json:"decided_name,omitempty" doc:"His name."`
	DecidedAt   *time.Time       `json:"decided_at,omitempty" doc:"When."`
	Breach      string           `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What the rejection rests on: the law (illegal), or a rule of the house."`
	Reason      string           `json:"reason,omitempty" doc:"Why it was rejected, as its author is told."`
	Appeal      *Appeal          `json:"appeal,omitempty" doc:"The latest objection of its author."`
	Version     int64            `json:"version" doc:"Its ETag."`
}

type answer struct {
	ETag string `header:"ETag"`
	Body Case
}

// cards shows comments as moderators see them.
func (d Doors) cases(ctx context.Context, at edition.Addresses, found ...talk.Comment) ([]Case, error) {
	var staff, stories, all []string
	rooms := map[string]talk.Chat{}
	for _, c := range found {
		if _, known := rooms[c.Place.ID]; c.Place.Chat == "" {
			stories = append(stories, c.Place.ID)
		} else if !known {
			room, err := d.Reader.ChatByID(ctx, c.Place.ID)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			rooms[c.Place.ID] = room
		}
		if c.DecidedBy != "" {
			staff = append(staff, c.DecidedBy)
		}
		if c.Appeal != nil {
			staff = append(staff, c.Appeal.Ruling.By, c.Appeal.By)
		}
		all = append(all, c.ID)
	}
	names, err := d.Names(ctx, staff)
	if err != nil {
		return nil, err
	}
	items, err := d.Archive.Items(ctx, stories)
	if err != nil {
		return nil, err
	}
	byID := map[string]news.Item{}
	for _, i := range items {
		byID[i.ID] = i
	}
	reports, err := d.Desk.ReportsOf(ctx, all)
	if err != nil {
		return nil, err
	}
	out := make([]Case, len(found))
	for n, c := range found {
		k := Case{ID: c.ID, Article: c.Place.ID, Edition: c.Place.Edition, ReplyTo: c.Parent, Thread: c.Root, Author: comments.Speaker{ID: c.Author, Name: c.Name, Badge: string(c.Badge)},
			Body: c.Text, State: string(c.State), Queue: string(c.Queue()), Holds: []Hold{}, Reports: c.Reports, At: c.At, EditedAt: when(c.EditedAt), Featured: c.Featured,
			DecidedBy: c.DecidedBy, DecidedName: names[c.DecidedBy], DecidedAt: when(c.DecidedAt), Breach: string(c.Breach), Reason: c.Reason, Version: c.Version}
		if i, ok := byID[c.Place.ID]; ok {
			k.Headline, k.URL = i.Headline, comments.Permalink(at, i.Content, c.ID)
		}
		if r := rooms[c.Place.ID]; r.ID != "" {
			k.Headline, k.URL = r.Name, talk.Permalink(at.Root(r.Edition)+talk.ChatPath(r.Slug), c.ID)
		}
		k.Chat = c.Place.Chat
		if c.Appeal != nil {
			k.Appeal = appealOf(*c.Appeal, names, c.Appealed() != nil)
		}
		for _, h := range c.Holds {
			k.Holds = append(k.Holds, Hold{string(h.Rule), h.Words, h.Reason})
		}
		for _, r := range reports[c.ID] {
			to := &k.Reported
			if !r.Dealt.IsZero() {
				to = &k.Dealt
			}
			*to = append(*to, Complaint{string(r.Reason), r.Note, r.By, r.At})
		}
		out[n] = k
	}
	return out, nil
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// newer shows the newer state of a Stale fault as moderators see it.
func (d Doors) newer(ctx context.Context, err error, at edition.Addresses) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Stale {
		return err
	}
	c, ok := f.Current.(talk.Comment)
	if !ok {
		return err
	}
	all, serr := d.cases(ctx, at, c)
	if serr != nil {
		return serr
	}
	n := *f
	n.Current = all[0]
	return &n
}

// Waiting is how many wait, and how many were decided on.
type Waiting struct {
	Reported    int `json:"reported" doc:"With reports or objections that nobody has dealt with."`
	Pending     int `json:"pending" doc:"Wait for a decision."`
	Unmoderated int `json:"unmoderated" doc:"Public, and no moderator has seen them."`
	Approved    int `json:"approved" doc:"Public by a moderator's decision."`
	Rejected    int `json:"rejected" doc:"By a moderator's decision."`
	Members     int `json:"members" doc:"Readers who object to what holds for them, up to 100."`
}

// most is how far queues are counted.
const most = 1000

// OnOne is a comment that is decided on.
type OnOne struct {
	call.MayMatch
	call.Key
	ID string `path:"id" maxLength:"40" doc:"Of the comment."`
}

// act is the decision that an operation on one comment makes.
func act(ctx context.Context, in OnOne) (news.Act, error) {
	version, err := in.AnyVersion()
	return news.Act{Who: call.Who(ctx), Once: in.Once(ctx), Version: version}, err
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/moderation"
	registerClaims(s, d, path)
	tags := []string{"moderation"}
	call.Register(s, huma.Operation{OperationID: "list-moderation", Method: http.MethodGet, Path: path, Summary: "List a queue of moderators", Tags: tags,
		Description: "Of the editions that the caller decides in. What waits comes oldest first, everything else newest first."},
		func(ctx context.Context, in *struct {
			call.Page
			Queue   string `query:"queue" enum:"reported,pending,unmoderated,approved,rejected" doc:"Without it everything."`
			Edition string `query:"edition" maxLength:"60" doc:"Slug; without it all that the caller decides in."`
			Article string `query:"article" maxLength:"40" doc:"Id of a story."`
			Author  string `query:"author" maxLength:"40" doc:"Id of an account."`
		}) (*struct{ Body call.List[Case] }, error) {
			if _, ok := s.Addresses().Edition(in.Edition); !ok && in.Edition != "" {
				return nil, fault.At("query.edition", "fault.no_edition", "there is no edition %q", in.Edition)
			}
			q := talk.Query{Queue: talk.Queue(in.Queue), Place: in.Article, Author: in.Author, After: in.After, Limit: in.Limit + 1}
			q.Oldest = q.Queue == talk.Pending || q.Queue == talk.Reported
			found, err := d.Desk.Queue(ctx, call.Who(ctx), in.Edition, q)
			if err != nil {
				return nil, err
			}
			out := call.List[Case]{}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				out.Next = found[in.Limit-1].ID
			}
			out.Items, err = d.cases(ctx, s.Addresses(), found...)
			return &struct{ Body call.List[Case] }{out}, err
		})
	call.Register(s, huma.Operation{OperationID: "count-moderation", Method: http.MethodGet, Path: path + "/queues/counts", Summary: "Count the queues of moderators", Tags: tags, Description: "Each up to 1,000."},
		func(ctx context.Context, in *struct {
			Edition string `query:"edition" maxLength:"60" doc:"Slug; without it all that the caller decides in."`
		}) (*struct{ Body Waiting }, error) {
			n, err := d.Desk.Queued(ctx, call.Who(ctx), in.Edition, most)
			if err != nil {
				return nil, err
			}
			objecting, err := d.Desk.Objecting(ctx, call.Who(ctx), 100)
			return &struct{ Body Waiting }{Waiting{n[talk.Reported], n[talk.Pending], n[talk.Unmoderated], n[talk.Approved], n[talk.Refused], len(objecting)}}, err
		})
	call.Register(s, huma.Operation{OperationID: "read-moderation", Method: http.MethodGet, Path: path + "/{id}", Summary: "Read a comment as moderators see it", Tags: tags},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the comment."`
		}) (*answer, error) {
			c, _, err := d.Desk.Read(ctx, call.Who(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return d.one(ctx, s, c, nil)
		})
	d.registerDecisions(s, path, tags)
	d.registerAppeals(s, path, tags)
	d.registerTransparency(s, tags)
	d.registerMembers(s, tags)
	d.registerSettings(s, tags)
}

func (d Doors) one(ctx context.Context, s *call.Server, c talk.Comment, err error) (*answer, error) {
	if err != nil {
		return nil, d.newer(ctx, err, s.Addresses())
	}
	all, err := d.cases(ctx, s.Addresses(), c)
	if err != nil {
		return nil, err
	}
	return &answer{ETag: call.Tag(c.Version), Body: all[0]}, nil
}

func (d Doors) registerDecisions(s *call.Server, path string, tags []string) {
	also := map[string]any{call.Also: []int{http.StatusConflict}}
	call.Register(s, huma.Operation{OperationID: "approve-comment", Method: http.MethodPost, Path: path + "/{id}/approve", Summary: "Let readers have a comment", Tags: tags, Metadata: also,
		Description: "The reports on it are dealt with. With If-Match a decision that somebody made meanwhile is 412 with his."},
		func(ctx context.Context, in *struct {
			OnOne
			Body *struct{} `nameHint:"Nothing"`
		}) (*answer, error) {
			a, err := act(ctx, in.OnOne)
			if err != nil {
				return nil, err
			}
			c, err := d.Desk.Approve(ctx, a, in.ID)
			return d.one(ctx, s, c, err)
		})
	call.Register(s, huma.Operation{OperationID: "reject-comment", Method: http.MethodPost, Path: path + "/{id}/reject", Summary: "Keep a comment from readers", Tags: tags, Metadata: also,
		Description: "On one that is rejected already it says why, later. Its author is told what was decided and on which ground, and how to object."},
		func(ctx context.Context, in *struct {
			OnOne
			Body *struct {
				Breach string `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What that rests on: the law (illegal), or a rule of the house. Its author is told in the language of the edition."`
				Reason string `json:"reason,omitempty" maxLength:"2000" doc:"What its author is told besides, in a line."`
			} `nameHint:"Rejecting"`
		}) (*answer, error) {
			a, err := act(ctx, in.OnOne)
			if err != nil {
				return nil, err
			}
			because, reason := talk.Breach(""), ""
			if in.Body != nil {
				because, reason = talk.Breach(in.Body.Breach), in.Body.Reason
			}
			c, err := d.Desk.Reject(ctx, a, in.ID, because, reason)
			return d.one(ctx, s, c, err)
		})
	call.Register(s, huma.Operation{OperationID: "undo-decision", Method: http.MethodPost, Path: path + "/{id}/undo", Summary: "Take back the last decision on a comment", Tags: tags, Metadata: also},
		func(ctx context.Context, in *struct {
			OnOne
			Body *struct{} `nameHint:"Nothing"`
		}) (*answer, error) {
			a, err := act(ctx, in.OnOne)
			if err != nil {
				return nil, err
			}
			c, err := d.Desk.Undo(ctx, a, in.ID)
			return d.one(ctx, s, c, err)
		})
	call.Register(s, huma.Operation{OperationID: "feature-comment", Method: http.MethodPost, Path: path + "/{id}/feature", Summary: "Show a comment before the others, or no longer", Tags: tags, Metadata: also},
		func(ctx context.Context, in *struct {
			OnOne
			Body *struct {
				On *bool `json:"on,omitempty" doc:"false takes it back."`
			} `nameHint:"Featuring"`
		}) (*answer, error) {
			a, err := act(ctx, in.OnOne)
			if err != nil {
				return nil, err
			}
			on := in.Body == nil || in.Body.On == nil || *in.Body.On
			c, err := d.Desk.Feature(ctx, a, in.ID, on)
			return d.one(ctx, s, c, err)
		})
	call.Register(s, huma.Operation{OperationID: "report-comment", Method: http.MethodPost, Path: path + "/{id}/report", Summary: "Report a comment", Tags: tags, Metadata: also, DefaultStatus: http.StatusNoContent,
		Description: "For every reader who is signed in. A second report of the same reader changes nothing, unless a decision dealt with the first and he says something else, or the comment was changed since."},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the comment."`
			Body struct {
				Reason string `json:"reason,omitempty" enum:"abuse,spam,off-topic,untrue,illegal,other" default:"other" doc:"Why."`
				Note   string `json:"note,omitempty" maxLength:"8000" doc:"In the reader's words; what is reported as illegal needs them."`
			}
		}) (*struct{}, error) {
			reason := talk.Reason(in.Body.Reason)
			if reason == "" {
				reason = talk.Other
			}
			who := call.Who(ctx)
			if !who.Staff() {
				if err := d.Reported.Must(who.ID); err != nil {
					return nil, err
				}
			}
			return nil, d.Desk.Report(ctx, news.Act{Who: who, Once: in.Once(ctx)}, in.ID, reason, in.Body.Note)
		})
	call.Register(s, huma.Operation{OperationID: "sweep-comments", Method: http.MethodPost, Path: path + "/sweep", Summary: "Reject much at once", Tags: tags,
		Description: "What was said since a time by one author, under one story or in an edition, and waits or was seen by no moderator: at most 1,000 a call, oldest first. Without an author it spares the newsroom and those of whom moderators approved something. It is what undoes a flood; call it, each time under another key, until nothing is left."},
		func(ctx context.Context, in *struct {
			call.Key
			Body struct {
				Edition string    `json:"edition,omitempty" maxLength:"60" doc:"Slug; one of the three is needed."`
				Article string    `json:"article,omitempty" maxLength:"40" doc:"Id of a story."`
				Author  string    `json:"author,omitempty" maxLength:"40" doc:"Id of an account."`
				Since   time.Time `json:"since" doc:"Not earlier than this."`
				Breach  string    `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What that rests on."`
				Reason  string    `json:"reason,omitempty" maxLength:"2000" doc:"What the authors are told."`
			}
		}) (*struct {
			Body struct {
				Rejected int  `json:"rejected" doc:"How many."`
				Left     bool `json:"left" doc:"There are more."`
			}
		}, error) {
			did, err := d.Desk.Sweep(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, talk.Sweep{Edition: in.Body.Edition, Place: in.Body.Article, Author: in.Body.Author, Since: in.Body.Since, Breach: talk.Breach(in.Body.Breach), Reason: in.Body.Reason})
			out := &struct {
				Body struct {
					Rejected int  `json:"rejected" doc:"How many."`
					Left     bool `json:"left" doc:"There are more."`
				}
			}{}
			out.Body.Rejected, out.Body.Left = did.Rejected, did.Left
			return out, err
		})
}
