package articles

import (
	"context"
	"net/http"
	"time"

	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Present says that a window of somebody has a story open.
type Present struct {
	ID      string    `json:"id" doc:"Of the article and the window: article/account/tab."`
	Article string    `json:"article" doc:"Id of the story."`
	Account string    `json:"account" doc:"Id of whose window it is."`
	Name    string    `json:"name" doc:"Of the account."`
	Tab     string    `json:"tab" doc:"The window, as it named itself."`
	Since   time.Time `json:"since" doc:"When it was opened."`
	Until   time.Time `json:"until" doc:"It counts as closed then, unless it says again that it is there."`
}

func presentOf(p news.Present) Present {
	return Present{ID: p.Article + "/" + p.Account + "/" + p.Tab, Article: p.Article, Account: p.Account, Name: p.Name, Tab: p.Tab, Since: p.Since, Until: p.Until}
}

// Asking is the question of a window to the one that has the story in hand.
type Asking struct {
	ID    string    `json:"id" doc:"Of the question."`
	Lock  string    `json:"lock" doc:"The lock it is about."`
	Until time.Time `json:"until" doc:"It is over then."`
}

type presenceAnswer struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Present]
}

func answerPresent(list []news.Present) *presenceAnswer {
	out := &presenceAnswer{CacheControl: "no-store"}
	out.Body.Items = []Present{}
	for _, p := range list {
		out.Body.Items = append(out.Body.Items, presentOf(p))
	}
	return out
}

type hereInput struct {
	Edition string `query:"edition" required:"true" maxLength:"60" doc:"Slug."`
}

type comeInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body struct {
		Tab string `json:"tab" doc:"Name of the window: 1 to 64 letters, digits, - or _."`
	}
}

type askInput struct {
	call.Key
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body struct {
		Tab string `json:"tab" doc:"Name of the window that asks."`
	}
}

type askAnswer struct{ Body Asking }

type answerInput struct {
	call.Key
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body struct {
		Tab  string `json:"tab" doc:"Name of the window that has the story in hand."`
		Ask  string `json:"ask" maxLength:"40" doc:"Id of the question."`
		Give bool   `json:"give" doc:"true hands the story over to the window that asked; false keeps it for now."`
	}
}

func (d Doors) registerPresence(s *call.Server, path string) {
	tags := []string{"articles"}
	call.Register(s, huma.Operation{OperationID: "list-presence", Method: http.MethodGet, Path: "/api/v1/desk/presence", Summary: "Who has which story of an edition open", Tags: tags,
		Description: "What changes is said on the topic desk:EDITION as the events present and left, which have no seq and are never replayed."},
		func(ctx context.Context, in *hereInput) (*presenceAnswer, error) {
			list, err := d.Presence.Here(call.Who(ctx), in.Edition)
			if err != nil {
				return nil, err
			}
			return answerPresent(list), nil
		})
	call.Register(s, huma.Operation{OperationID: "say-presence", Method: http.MethodPut, Path: path + "/{id}/presence", Summary: "Say that a window has a story open", Tags: tags,
		Description: "It counts for 45 seconds; say it again before. Nothing of it is kept. The answer lists everybody who has the story open."},
		func(ctx context.Context, in *comeInput) (*presenceAnswer, error) {
			list, err := d.Presence.Come(ctx, call.Who(ctx), in.ID, in.Body.Tab)
			if err != nil {
				return nil, err
			}
			return answerPresent(list), nil
		})
	call.Register(s, huma.Operation{OperationID: "end-presence", Method: http.MethodDelete, Path: path + "/{id}/presence", Summary: "Say that a window closed a story", Tags: tags, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *letGoInput) (*struct{}, error) {
			return nil, d.Presence.Leave(ctx, call.Who(ctx), in.ID, in.Tab)
		})
	call.Register(s, huma.Operation{OperationID: "ask-for-lock", Method: http.MethodPost, Path: path + "/{id}/lock/ask", Summary: "Ask who has a story in hand for it", Tags: tags, DefaultStatus: http.StatusOK,
		Description: "The holder hears it as the event asked of the topic desk:EDITION, whose item names the question, the lock, and who asks in which tab. A story that nobody else has in hand is 409."},
		func(ctx context.Context, in *askInput) (*askAnswer, error) {
			q, err := d.Presence.Ask(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, in.ID, in.Body.Tab)
			if err != nil {
				return nil, err
			}
			return &askAnswer{Asking{q.ID, q.Lock, q.Until}}, nil
		})
	call.Register(s, huma.Operation{OperationID: "answer-lock", Method: http.MethodPost, Path: path + "/{id}/lock/answer", Summary: "Hand a story over to who asked, or keep it", Tags: tags, DefaultStatus: http.StatusNoContent,
		Description: "Handing over gives the lock to the window that asked and to no other, which hears it as the event taken; keeping it is told as the event declined."},
		func(ctx context.Context, in *answerInput) (*struct{}, error) {
			return nil, d.Presence.Answer(ctx, news.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, in.ID, in.Body.Tab, in.Body.Ask, in.Body.Give)
		})
}
