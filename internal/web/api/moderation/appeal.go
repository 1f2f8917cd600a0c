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

// Appeal is what an author says against a decision, and what became of it.
type Appeal struct {
	Text     string     `json:"text" doc:"In his words; empty when he left or took back what he wrote."`
	At       time.Time  `json:"at" doc:"When."`
	Against  string     `json:"against" doc:"Id of the account of the moderator who made the decision. Another than he should look at it."`
	Name     string     `json:"against_name,omitempty" doc:"His name."`
	Breach   string     `json:"breach,omitempty" enum:"off-topic,insult,hate,illegal,spam,private,untrue,other" doc:"What the decision rested on."`
	Verdict  string     `json:"verdict,omitempty" enum:"upheld,restored,dropped" doc:"What became of it; absent while it waits."`
	By       string     `json:"by,omitempty" doc:"Id of the account of who looked at it."`
	ByName   string     `json:"by_name,omitempty" doc:"His name."`
	EndedAt  *time.Time `json:"ended_at,omitempty" doc:"When that was."`
	Told     string     `json:"told,omitempty" doc:"What its author was told with it."`
	Standing bool       `json:"standing" doc:"It is about the decision that holds now, or undid it."`
}

func appealOf(a talk.Appeal, names map[string]string, stands bool) *Appeal {
	return &Appeal{a.Text, a.At, a.Ruling.By, names[a.Ruling.By], string(a.Ruling.Breach), string(a.Verdict), a.By, names[a.By], when(a.EndedAt), a.Told, stands}
}

func (d Doors) registerAppeals(s *call.Server, path string, tags []string) {
	also := map[string]any{call.Also: []int{http.StatusConflict}}
	call.Register(s, huma.Operation{OperationID: "appeal-decision", Method: http.MethodPost, Path: path + "/{id}/appeal", Summary: "Object to a decision on what one wrote", Tags: tags, Metadata: also, DefaultStatus: http.StatusNoContent,
		Description: "For the author of a rejected comment or message, once for a decision, within six months of it. It waits in the queue `reported` until a moderator approves the comment or upholds the decision."},
		func(ctx context.Context, in *struct {
			call.Key
			ID   string `path:"id" maxLength:"40" doc:"Of the comment."`
			Body struct {
				Text string `json:"text" maxLength:"8000" doc:"Why, at most 2,000 characters."`
			}
		}) (*struct{}, error) {
			who := call.Who(ctx)
			if who.Known() && !who.Staff() {
				if err := d.Appeals.Must(who.ID); err != nil {
					return nil, err
				}
			}
			_, err := d.Desk.Appeal(ctx, news.Act{Who: who, Once: in.Once(ctx)}, in.ID, in.Body.Text)
			return nil, err
		})
	call.Register(s, huma.Operation{OperationID: "uphold-decision", Method: http.MethodPost, Path: path + "/{id}/uphold", Summary: "Let a decision stand to which its author objects", Tags: tags, Metadata: also,
		Description: "To restore what he wrote, approve it. `undo` takes either back."},
		func(ctx context.Context, in *struct {
			OnOne
			Body *struct {
				Reason string `json:"reason,omitempty" maxLength:"2000" doc:"What its author is told, in a line."`
			} `nameHint:"Upholding"`
		}) (*answer, error) {
			a, err := act(ctx, in.OnOne)
			if err != nil {
				return nil, err
			}
			told := ""
			if in.Body != nil {
				told = in.Body.Reason
			}
			c, err := d.Desk.Uphold(ctx, a, in.ID, told)
			return d.one(ctx, s, c, err)
		})
}
