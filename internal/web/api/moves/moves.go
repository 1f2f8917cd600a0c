// Package moves is /api/v1/moves: whole sites that move in.
package moves

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/transfer"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Doors are the services behind the operations.
type Doors struct {
	Desk     *intake.Desk
	Stories  *news.Desk
	Pictures *media.Library
	Files    transfer.MoveFiles
}

// Load is what a move found, or brought.
type Load struct {
	Posts     int `json:"posts" doc:"Stories."`
	Pages     int `json:"pages" doc:"Standing pages."`
	Pictures  int `json:"pictures" doc:"Pictures; found: in the library of the old site, used or not."`
	Comments  int `json:"comments" doc:"Kept for the discussion; nothing shows them yet."`
	Authors   int `json:"authors" doc:"Authors."`
	Redirects int `json:"redirects" doc:"Stories whose old addresses lead to them."`
	Updated   int `json:"updated" doc:"That were here and had changed there."`
	Unchanged int `json:"unchanged" doc:"That were here already."`
	Failed    int `json:"failed" doc:"That could not be taken."`
}

// Move is what the API answers.
type Move struct {
	ID      string         `json:"id" doc:"Never changes."`
	Edition string         `json:"edition" doc:"Slug of the edition into which it moves."`
	Name    string         `json:"name" doc:"Of the file."`
	Bytes   int64          `json:"bytes" doc:"Of the file."`
	Site    string         `json:"site,omitempty" doc:"What it calls itself."`
	Stage   string         `json:"stage" enum:"checking,checked,moving,done,failed" doc:"checked: it can be started. Before that nothing is written."`
	Found   Load           `json:"found" doc:"In the file, once it was checked."`
	Brought Load           `json:"brought" doc:"So far."`
	Done    int            `json:"done" doc:"Stories and pages that were looked at; while it is checked: items."`
	Total   int            `json:"total" doc:"Of how many; 0 while nobody knows."`
	Notes   []string       `json:"notes" nullable:"false" doc:"What is left out, in English."`
	Why     string         `json:"why,omitempty" doc:"Why it failed, in English."`
	Fault   string         `json:"fault,omitempty" doc:"The key of that fault, as problems have it."`
	At      time.Time      `json:"at" doc:"When it was handed in."`
	EndedAt *time.Time     `json:"ended_at,omitempty" doc:"When it was over."`
	Debts   map[string]int `json:"debts,omitempty" doc:"By their kind, how much is left to be done by somebody; left out in lists."`
}

// Debt is something that a move leaves to be done.
type Debt struct {
	Kind     string `json:"kind" enum:"credit,alt,media,shortcode,note,failed" doc:"A picture without credit or alt text, one that could not be had, a shortcode that nobody knows, something else to look at, an item that could not be taken."`
	Article  string `json:"article,omitempty" doc:"Id of the story."`
	Headline string `json:"headline,omitempty" doc:"Of the story."`
	Picture  string `json:"picture,omitempty" doc:"Id of the picture."`
	What     string `json:"what,omitempty" doc:"What it is about: an address, or words in English."`
	Paid     bool   `json:"paid" doc:"It was done since."`
}

func show(m intake.Move) Move {
	out := Move{m.ID, m.Edition, m.Name, m.Bytes, m.Site, string(m.Stage), Load(m.Found), Load(m.Brought), m.Done, m.Total, append([]string{}, m.Notes...), m.Why, m.Fault, m.At, nil, nil}
	if !m.EndedAt.IsZero() {
		out.EndedAt = &m.EndedAt
	}
	return out
}

type answer struct {
	Location     string `header:"Location"`
	CacheControl string `header:"Cache-Control"`
	Body         Move
}

func give(m intake.Move, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	return &answer{CacheControl: "no-store", Body: show(m)}, nil
}

type act struct {
	call.Key
	ID   string    `path:"id" maxLength:"40" doc:"Of the move."`
	Body *struct{} `nameHint:"Nothing"`
}

const path = "/api/v1/moves"

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	tags := []string{"moves"}
	call.Register(s, huma.Operation{OperationID: "list-moves", Method: http.MethodGet, Path: path, Summary: "List moves", Tags: tags, Description: "The last ones, newest first."},
		func(ctx context.Context, in *struct{ call.Whole }) (*struct {
			CacheControl string `header:"Cache-Control"`
			Body         call.List[Move]
		}, error) {
			all, err := d.Desk.Moves(ctx, call.Who(ctx))
			if err != nil {
				return nil, err
			}
			shown := make([]Move, len(all))
			for n, m := range all {
				shown[n] = show(m)
			}
			out, err := call.Cut(in.Whole, shown, func(m Move) string { return m.ID })
			return &struct {
				CacheControl string `header:"Cache-Control"`
				Body         call.List[Move]
			}{"no-store", out}, err
		})
	call.Register(s, huma.Operation{OperationID: "create-move", Method: http.MethodPost, Path: path, Summary: "Hand in an export of WordPress", Tags: tags, DefaultStatus: http.StatusCreated,
		Description: "The body is the file (WXR) as it is, at most 8 GB. It is checked whole; nothing is written before the move is started.",
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/xml": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}, d.create)
	call.Register(s, huma.Operation{OperationID: "read-move", Method: http.MethodGet, Path: path + "/{id}", Summary: "Read how a move goes", Tags: tags},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the move."`
		}) (*answer, error) {
			out, err := give(d.Desk.Move(ctx, call.Who(ctx), in.ID))
			if err == nil {
				out.Body.Debts, err = d.Desk.DebtCounts(ctx, in.ID)
			}
			return out, err
		})
	call.Register(s, huma.Operation{OperationID: "start-move", Method: http.MethodPost, Path: path + "/{id}/start", Summary: "Start a move that was checked", Tags: tags, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *act) (*answer, error) {
			return give(d.Desk.StartMove(ctx, call.Who(ctx), in.Once(ctx), in.ID))
		})
	call.Register(s, huma.Operation{OperationID: "stop-move", Method: http.MethodPost, Path: path + "/{id}/stop", Summary: "Stop a move", Tags: tags, DefaultStatus: http.StatusOK, Description: "What it brought stays; the same file again goes on with the rest."},
		func(ctx context.Context, in *act) (*answer, error) {
			m, err := d.Desk.StopMove(ctx, call.Who(ctx), in.Once(ctx), in.ID)
			if err == nil {
				err = d.Files.Delete(ctx, m.Key())
			}
			return give(m, err)
		})
	call.Register(s, huma.Operation{OperationID: "list-debts", Method: http.MethodGet, Path: path + "/{id}/debts", Summary: "List what a move leaves to be done", Tags: tags}, d.debts)
}

type createInput struct {
	Key     string `header:"Idempotency-Key" maxLength:"200" pattern:"^[ -~]*$" patternDescription:"printable ASCII" doc:"As with every POST; edition, name and length of the file count as its body."`
	Edition string `query:"edition" required:"true" maxLength:"60" doc:"Slug of the edition into which it moves."`
	Name    string `query:"name" maxLength:"500" doc:"Of the file, as people know it."`
}

func (d Doors) create(ctx context.Context, in *createInput) (*answer, error) {
	who := call.Who(ctx)
	if err := d.Desk.MayMove(who, in.Edition); err != nil {
		return nil, err
	}
	body, size := call.Stream(ctx)
	if size <= 0 {
		return nil, fault.At("body", "fault.no_file", "the file is expected as the body, with its length")
	}
	once := call.OnceOf(ctx, in.Key, fmt.Appendf(nil, "%s\n%s\n%d", in.Edition, in.Name, size))
	if once.Key == "" {
		if err := d.Desk.Free(ctx, who, in.Edition); err != nil {
			return nil, err
		}
	}
	m := d.Desk.NewMove(in.Edition, in.Name, size)
	if err := d.Files.Put(ctx, m.Key(), body, size, ""); err != nil {
		return nil, err
	}
	kept, err := d.Desk.BeginMove(ctx, who, once, m)
	if err != nil || kept.ID != m.ID { // refused, or its key had an outcome already
		if gone := d.Files.Delete(ctx, m.Key()); err == nil {
			err = gone
		}
	}
	out, err := give(kept, err)
	if err == nil {
		out.Location = path + "/" + kept.ID
	}
	return out, err
}

type debtsInput struct {
	ID    string `path:"id" maxLength:"40" doc:"Of the move."`
	Kind  string `query:"kind" required:"true" enum:"credit,alt,media,shortcode,note,failed" doc:"Of the debts."`
	Limit int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"How many, 1 to 100."`
	After string `query:"after" maxLength:"20" doc:"The next of the page before."`
}

type debtsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Debt]
}

func (d Doors) debts(ctx context.Context, in *debtsInput) (*debtsOutput, error) {
	from := 0
	if in.After != "" {
		var err error
		if from, err = strconv.Atoi(in.After); err != nil || from < 1 || from > 10_000_000 {
			return nil, fault.At("query.after", "fault.cursor", "this is not a next of a page before")
		}
	}
	who := call.Who(ctx)
	all, err := d.Desk.Debts(ctx, who, in.ID, in.Kind, from, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &debtsOutput{CacheControl: "no-store", Body: call.List[Debt]{Items: []Debt{}}}
	if len(all) > in.Limit {
		all, out.Body.Next = all[:in.Limit], strconv.Itoa(from+in.Limit)
	}
	for _, o := range all {
		shown := Debt{Kind: o.Kind, Article: o.Article, Picture: o.Picture, What: o.What}
		if o.Article != "" {
			a, err := d.Stories.Article(ctx, who, o.Article)
			if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
				return nil, err
			}
			if shown.Headline = a.Headline; err != nil {
				shown.Article = "" // thrown away since, or moved to where who does not work
			}
		}
		if o.Picture != "" {
			p, err := d.Pictures.Picture(ctx, who, o.Picture)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return nil, err
			}
			shown.Paid = err == nil && (o.Kind == "credit" && p.Credited() || o.Kind == "alt" && p.Alt != "")
		}
		out.Body.Items = append(out.Body.Items, shown)
	}
	return out, nil
}
