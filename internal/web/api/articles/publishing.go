package articles

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

type publishInput struct {
	call.Match
	call.Key
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body struct {
		Change string     `json:"change,omitempty" enum:"first,minor,update,correction" doc:"What it is to readers; first for the first time, else update when left out."`
		Note   string     `json:"note,omitempty" maxLength:"2000" doc:"Why; a correction needs it and shows it."`
		At     *time.Time `json:"at,omitempty" doc:"In the future: schedules. Not before the embargo."`

		Checked  bool     `json:"checked,omitempty" doc:"Refuse what an editor may override too, unless override names it. Without it such checks pass and leave their chip."`
		Override []string `json:"override,omitempty" maxItems:"20" doc:"Keys of the checks of level override that this publication passes over; they stay on the story as chips."`
	}
}

type noteInput struct {
	call.Match
	call.Key
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body struct {
		Note string `json:"note" maxLength:"2000" doc:"Why."`
	}
}

type redactInput struct {
	call.Match
	call.Key
	ID     string `path:"id" maxLength:"40" doc:"Of the article."`
	Number int    `path:"number" minimum:"1" doc:"Of the revision."`
	Body   struct {
		Note string `json:"note" maxLength:"2000" doc:"Why."`
	}
}

func (d Doors) registerPublishing(s *call.Server, path string) {
	act := func(ctx context.Context, m call.Match, k call.Key) (news.Act, error) {
		version, err := m.Version()
		return news.Act{Who: call.Who(ctx), Once: k.Once(ctx), Version: version}, err
	}
	done := func(a news.Article, err error) (*answer, error) {
		if err != nil {
			return nil, newer(err, s.Addresses())
		}
		return answerFull(a, s.Addresses()), nil
	}
	call.Register(s, huma.Operation{OperationID: "publish-article", Method: http.MethodPost, Path: path + "/{id}/publish", Summary: "Publish the working copy, now or later", Tags: []string{"articles"}, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *publishInput) (*answer, error) {
			a, err := act(ctx, in.Match, in.Key)
			if err != nil {
				return nil, err
			}
			p := news.Publication{Change: news.Change(in.Body.Change), Note: in.Body.Note, Checked: in.Body.Checked, Override: in.Body.Override}
			if in.Body.At != nil {
				p.At = in.Body.At.UTC().Truncate(time.Microsecond)
			}
			return done(d.Desk.Publish(ctx, a, in.ID, p))
		})
	call.Register(s, huma.Operation{OperationID: "withdraw-article", Method: http.MethodPost, Path: path + "/{id}/withdraw", Summary: "Take an article out of every output", Tags: []string{"articles"}, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *noteInput) (*answer, error) {
			a, err := act(ctx, in.Match, in.Key)
			if err != nil {
				return nil, err
			}
			return done(d.Desk.Withdraw(ctx, a, in.ID, in.Body.Note))
		})
	call.Register(s, huma.Operation{OperationID: "redact-revision", Method: http.MethodPost, Path: path + "/{id}/revisions/{number}/redact", Summary: "Erase the text of an earlier revision", Tags: []string{"articles"}, DefaultStatus: http.StatusOK},
		func(ctx context.Context, in *redactInput) (*answer, error) {
			a, err := act(ctx, in.Match, in.Key)
			if err != nil {
				return nil, err
			}
			return done(d.Desk.Redact(ctx, a, in.ID, in.Number, in.Body.Note))
		})
}
