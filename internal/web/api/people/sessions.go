package people

import (
	"context"
	"net/http"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Session is a browser in which somebody is signed in.
type Session struct {
	ID        string    `json:"id" doc:"For ending it."`
	Browser   string    `json:"browser,omitempty" doc:"As it calls itself; absent when nobody knows it."`
	System    string    `json:"system,omitempty" doc:"What it runs on."`
	Current   bool      `json:"current" doc:"Whether this request comes from it."`
	CreatedAt time.Time `json:"created_at" doc:"When it was opened."`
	SeenAt    time.Time `json:"seen_at" doc:"When it was last used, within the hour."`
	Strong    bool      `json:"strong" doc:"Whether a passkey or a second factor opened it."`
}

type sessionsAnswer struct{ Body call.List[Session] }

type sessionInput struct {
	ID string `path:"id" maxLength:"40" doc:"Of the session."`
}

type passwordInput struct {
	call.Bare
	Body struct {
		Current  string `json:"current,omitempty" maxLength:"800" doc:"The one of before, when there is one."`
		Password string `json:"password" maxLength:"800" doc:"The new one, 10 to 200 characters."`
	}
}

// named finds the first of these in the name by which a browser introduces itself. The order tells those apart that claim to be others.
func named(agent string, from [][2]string) string {
	for _, pair := range from {
		if strings.Contains(agent, pair[0]) {
			return pair[1]
		}
	}
	return ""
}

var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox/", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"},
		{"HeadlessChrome", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

func (d Doors) sessions() {
	s, door, tags := d.server, d.Door, []string{"people"}
	call.Register(s, huma.Operation{OperationID: "list-sessions", Method: http.MethodGet, Path: "/api/v1/me/sessions", Summary: "Where one is signed in, newest first", Tags: tags},
		func(ctx context.Context, in *call.Whole) (*sessionsAnswer, error) {
			who := call.Who(ctx)
			all, err := door.Sessions(ctx, who)
			if err != nil {
				return nil, err
			}
			list := make([]Session, len(all))
			for i, one := range all {
				list[i] = Session{ID: one.ID, Browser: named(one.Browser, browsers), System: named(one.Browser, systems), Current: one.ID == who.Session,
					CreatedAt: one.CreatedAt, SeenAt: one.SeenAt, Strong: one.State == account.Strong}
			}
			page, err := call.Cut(*in, list, func(s Session) string { return s.ID })
			if err != nil {
				return nil, err
			}
			return &sessionsAnswer{page}, nil
		})
	call.Register(s, huma.Operation{OperationID: "end-session", Method: http.MethodDelete, Path: "/api/v1/me/sessions/{id}", Summary: "Sign out in one browser", DefaultStatus: http.StatusNoContent, Tags: tags},
		func(ctx context.Context, in *sessionInput) (*struct{}, error) {
			return nil, door.EndSession(ctx, call.Who(ctx), in.ID)
		})
	call.Register(s, huma.Operation{OperationID: "sign-out-everywhere", Method: http.MethodPost, Path: "/api/v1/me/sign-out-everywhere", Summary: "End all of one's sessions and links, this one too", DefaultStatus: http.StatusNoContent, Tags: tags,
		Description: "Tokens, which belong to programs, go on."},
		func(ctx context.Context, _ *call.Bare) (*struct{}, error) {
			return nil, door.EndAll(ctx, call.Who(ctx))
		})
	call.Register(s, huma.Operation{OperationID: "change-password", Method: http.MethodPost, Path: "/api/v1/me/password", Summary: "Change one's password", DefaultStatus: http.StatusNoContent, Tags: tags,
		Description: "The other sessions and the links of the account end. No token may do this."},
		func(ctx context.Context, in *passwordInput) (*struct{}, error) {
			who := call.Who(ctx)
			if err := d.tries.Must(who.ID); err != nil {
				return nil, err
			}
			if err := door.ChangePassword(ctx, who, in.Body.Current, in.Body.Password); err != nil {
				return nil, inBody(err)
			}
			d.tries.Forgive(who.ID)
			return nil, nil
		})
	d.proofs()
}
