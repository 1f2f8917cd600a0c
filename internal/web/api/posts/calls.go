package posts

import (
	"context"
	"net/http"

	"dateline/internal/account"
	"dateline/internal/coverage"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web/api/articles"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

type answer struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Location     string `header:"Location"`
	Body         Post
}

type stateAnswer struct {
	CacheControl string `header:"Cache-Control"`
	Body         Coverage
}

// Place is where a post stands.
type Place struct {
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Post string `path:"pid" maxLength:"40" doc:"Of the post."`
}

type createInput struct {
	call.Key
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	Body struct {
		Fields
		Item string `json:"item,omitempty" maxLength:"40" doc:"Id of an item of the edition's inbox that the post is made of: it is used from then on, until a draft of it is deleted."`
	} `nameHint:"NewPost"`
}

type saveInput struct {
	call.Match
	Place
	Body Fields
}

type correctInput struct {
	call.Match
	call.Key
	Place
	Body struct {
		Words
		Note string `json:"note" maxLength:"2000" doc:"What was wrong; readers see it."`
	}
}

type withdrawInput struct {
	call.Match
	call.Key
	Place
	Body *struct {
		Note string `json:"note,omitempty" maxLength:"2000" doc:"Why, for the desk."`
	} `nameHint:"Withdrawing"`
}

type actInput struct {
	call.Match
	call.Key
	Place
	Body *struct{} `nameHint:"Nothing"`
}

type endInput struct {
	call.Key
	ID   string    `path:"id" maxLength:"40" doc:"Of the article."`
	Body *struct{} `nameHint:"Nothing"`
}

// Register adds the operations.
func Register(s *call.Server, d Doors) {
	const path = "/api/v1/articles/{id}/posts"
	d.registerReading(s, path)
	d.registerWriting(s, path)
	d.registerActs(s, path)
	d.registerCoverage(s)
	d.registerList(s)
}

// desk reports whether somebody is shown the posts of a coverage as the desk has them: what he may see of them the domain says.
func (d Doors) desk(ctx context.Context, who account.Actor, article string) (coverage.Coverage, bool, error) {
	if !who.Staff() {
		return coverage.Coverage{}, false, nil
	}
	c, err := d.Desk.Coverage(ctx, who, article)
	if fault.Is(err, fault.Forbidden) || fault.Is(err, fault.NotFound) {
		return c, false, nil
	}
	return c, err == nil, err
}

// open reads a coverage as readers have it.
func (d Doors) open(ctx context.Context, s *call.Server, article string) (c coverage.Coverage, base string, err error) {
	i, err := d.Archive.Item(ctx, article)
	switch {
	case err != nil:
		return c, "", err
	case i.Kind != news.Live:
		return c, "", fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "live coverage")
	case i.Gone():
		return c, "", fault.New(fault.Gone, "fault.gone", "this live coverage was withdrawn")
	}
	c, err = d.Reader.Live(ctx, article)
	return c, news.Address(s.Addresses(), i.Content), err
}

func (d Doors) registerReading(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "list-posts", Method: http.MethodGet, Path: path, Summary: "List the posts of a live coverage", Tags: []string{"posts"}, Metadata: map[string]any{call.Also: []int{http.StatusForbidden, http.StatusGone}},
		Description: "Newest first by their time. Who may publish in the coverage gets them all; who works for its edition what is published and what he sent; everybody else what is published."},
		func(ctx context.Context, in *struct {
			call.Page
			ID    string `path:"id" maxLength:"40" doc:"Of the article."`
			State string `query:"state" enum:"draft,scheduled,contribution,published,withdrawn" doc:"Without it all that the caller may see."`
		}) (*struct {
			CacheControl string `header:"Cache-Control"`
			Body         call.List[Post]
		}, error) {
			out := &struct {
				CacheControl string `header:"Cache-Control"`
				Body         call.List[Post]
			}{CacheControl: "no-store"}
			after, err := articles.Cursor(in.After)
			if err != nil {
				return nil, err
			}
			who := call.Who(ctx)
			_, staff, err := d.desk(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			if !staff {
				out.CacheControl = "no-cache"
				out.Body, err = d.listPublished(ctx, s, who, in.ID, in.State, after, in.Limit)
				return out, err
			}
			base, err := d.base(ctx, who, in.ID, s.Addresses())
			if err != nil {
				return nil, err
			}
			found, err := d.Desk.Posts(ctx, who, coverage.DeskQuery{Coverage: in.ID, State: coverage.State(in.State), After: after, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			if len(found) > in.Limit {
				found = found[:in.Limit]
				last := found[in.Limit-1]
				out.Body.Next = articles.Next(news.Cursor{At: last.At, ID: last.ID})
			}
			out.Body.Items = make([]Post, len(found))
			for i, p := range found {
				out.Body.Items[i] = full(p, base)
			}
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "read-post", Method: http.MethodGet, Path: path + "/{pid}", Summary: "Read a post", Tags: []string{"posts"}, Metadata: map[string]any{call.Also: []int{http.StatusGone}},
		Description: "As the desk has it for who works with it; as readers have it for everybody else."},
		func(ctx context.Context, in *Place) (*answer, error) {
			who := call.Who(ctx)
			_, staff, err := d.desk(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			if !staff {
				return d.readPublished(ctx, s, in.ID, in.Post)
			}
			p, err := d.Desk.Post(ctx, who, in.ID, in.Post)
			if err != nil {
				return nil, err
			}
			base, err := d.base(ctx, who, in.ID, s.Addresses())
			return &answer{ETag: call.Tag(p.Version), CacheControl: "no-store", Body: full(p, base)}, err
		})
}

func (d Doors) listPublished(ctx context.Context, s *call.Server, who account.Actor, article, state string, after news.Cursor, limit int) (call.List[Post], error) {
	out := call.List[Post]{Items: []Post{}}
	c, base, err := d.open(ctx, s, article)
	if err != nil {
		return out, err
	}
	if state != "" && state != string(coverage.Published) {
		return out, who.Refused()
	}
	q := coverage.Query{Coverage: article, Limit: limit + 1}
	if q.From.ID = after.ID; after.ID != "" {
		q.From.At = after.At
		q.Limit++ // the one before, which the list begins with
	}
	found, err := d.Reader.Listed(ctx, q)
	if err != nil {
		return out, err
	}
	if len(found) > 0 && after.ID != "" && found[0].ID == after.ID {
		found = found[1:]
	}
	if len(found) > limit {
		found = found[:limit]
		last := found[limit-1]
		out.Next = articles.Next(news.Cursor{At: last.At, ID: last.ID})
	}
	for _, i := range found {
		out.Items = append(out.Items, published(i, c, base))
	}
	return out, nil
}

func (d Doors) readPublished(ctx context.Context, s *call.Server, article, id string) (*answer, error) {
	c, base, err := d.open(ctx, s, article)
	if err != nil {
		return nil, err
	}
	i, err := d.Reader.Place(ctx, article, id)
	if err != nil {
		return nil, err
	}
	if i.Gone() {
		return nil, fault.New(fault.Gone, "fault.gone", "this post was withdrawn")
	}
	out := published(i, c, base)
	return &answer{ETag: call.TagOf(out), CacheControl: "no-cache", Body: out}, nil
}

func (d Doors) registerWriting(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "create-post", Method: http.MethodPost, Path: path, Summary: "Write a post", Tags: []string{"posts"}, DefaultStatus: http.StatusCreated, Metadata: map[string]any{call.Also: []int{http.StatusConflict}},
		Description: "Published at once, unless its state says draft or scheduled; a draft where readers do not have the coverage yet. Who may not publish in this coverage sends a contribution, which waits for who may."},
		func(ctx context.Context, in *createInput) (*answer, error) {
			f, warnings, err := d.fields(ctx, in.Body.Fields, s.Addresses())
			if err != nil {
				return nil, err
			}
			f.Item = in.Body.Item
			who := call.Who(ctx)
			p, err := d.Desk.Create(ctx, coverage.Act{Who: who, Once: in.Once(ctx)}, in.ID, f)
			out, err := d.answer(ctx, s, who, p, err)
			if err != nil {
				return nil, err
			}
			out.Location = "/api/v1/articles/" + p.Coverage + "/posts/" + p.ID
			out.Body.Warnings = warnings
			return out, nil
		})
	call.Register(s, huma.Operation{OperationID: "save-post", Method: http.MethodPatch, Path: path + "/{pid}", Summary: "Change a post, publish it, schedule it", Tags: []string{"posts"}, Metadata: map[string]any{call.Also: []int{http.StatusConflict}},
		Description: "Readers have a change of a published post at once, with a mark when its words changed."},
		func(ctx context.Context, in *saveInput) (*answer, error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			f, warnings, err := d.fields(ctx, in.Body, s.Addresses())
			if err != nil {
				return nil, err
			}
			who := call.Who(ctx)
			p, err := d.Desk.Save(ctx, coverage.Act{Who: who, Version: version}, in.ID, in.Post, f)
			out, err := d.answer(ctx, s, who, p, d.stale(ctx, s, who, in.ID, err))
			if err == nil {
				out.Body.Warnings = warnings
			}
			return out, err
		})
	call.Register(s, huma.Operation{OperationID: "delete-post", Method: http.MethodDelete, Path: path + "/{pid}", Summary: "Throw away a post, or take it from the readers", Tags: []string{"posts"}, DefaultStatus: http.StatusNoContent, Metadata: map[string]any{call.Also: []int{http.StatusConflict}},
		Description: "What was never published is gone. What is published is withdrawn and stays at the desk; within ten seconds of its publication that is a retraction, which leaves nothing of its text in the history."},
		func(ctx context.Context, in *struct {
			call.Match
			Place
		}) (*struct{}, error) {
			version, err := in.Version()
			if err != nil {
				return nil, err
			}
			who := call.Who(ctx)
			return nil, d.stale(ctx, s, who, in.ID, d.Desk.Delete(ctx, coverage.Act{Who: who, Version: version}, in.ID, in.Post))
		})
}

// answer shows a post to who changed it.
func (d Doors) answer(ctx context.Context, s *call.Server, who account.Actor, p coverage.Post, err error) (*answer, error) {
	if err != nil {
		return nil, err
	}
	base, err := d.base(ctx, who, p.Coverage, s.Addresses())
	return &answer{ETag: call.Tag(p.Version), CacheControl: "no-store", Body: full(p, base)}, err
}

// stale shows the newer post of a Stale fault.
func (d Doors) stale(ctx context.Context, s *call.Server, who account.Actor, article string, err error) error {
	if !fault.Is(err, fault.Stale) {
		return err
	}
	base, berr := d.base(ctx, who, article, s.Addresses())
	if berr != nil {
		return berr
	}
	return newer(err, base)
}

func (d Doors) registerActs(s *call.Server, path string) {
	act := func(ctx context.Context, m call.Match, k call.Key) (coverage.Act, error) {
		version, err := m.Version()
		return coverage.Act{Who: call.Who(ctx), Once: k.Once(ctx), Version: version}, err
	}
	call.Register(s, huma.Operation{OperationID: "withdraw-post", Method: http.MethodPost, Path: path + "/{pid}/withdraw", Summary: "Take a post out of every output", Tags: []string{"posts"}, DefaultStatus: http.StatusOK, Metadata: map[string]any{call.Also: []int{http.StatusConflict}}},
		func(ctx context.Context, in *withdrawInput) (*answer, error) {
			a, err := act(ctx, in.Match, in.Key)
			if err != nil {
				return nil, err
			}
			note := ""
			if in.Body != nil {
				note = in.Body.Note
			}
			p, err := d.Desk.Withdraw(ctx, a, in.ID, in.Post, note)
			return d.answer(ctx, s, a.Who, p, d.stale(ctx, s, a.Who, in.ID, err))
		})
	call.Register(s, huma.Operation{OperationID: "correct-post", Method: http.MethodPost, Path: path + "/{pid}/correct", Summary: "Correct a published post", Tags: []string{"posts"}, DefaultStatus: http.StatusOK, Metadata: map[string]any{call.Also: []int{http.StatusConflict}},
		Description: "What is wrong is changed and the note stands at the post. Fields that are absent stay."},
		func(ctx context.Context, in *correctInput) (*answer, error) {
			a, err := act(ctx, in.Match, in.Key)
			if err != nil {
				return nil, err
			}
			f, warnings, err := d.patch(ctx, in.Body.Words, s.Addresses())
			if err != nil {
				return nil, err
			}
			p, err := d.Desk.Correct(ctx, a, in.ID, in.Post, in.Body.Note, f)
			out, err := d.answer(ctx, s, a.Who, p, d.stale(ctx, s, a.Who, in.ID, err))
			if err == nil {
				out.Body.Warnings = warnings
			}
			return out, err
		})
	call.Register(s, huma.Operation{OperationID: "make-article", Method: http.MethodPost, Path: path + "/{pid}/article", Summary: "Make a draft article of a post", Tags: []string{"posts"}, DefaultStatus: http.StatusOK, Metadata: map[string]any{call.Also: []int{http.StatusConflict}},
		Description: "The article names the coverage among its related stories, the post names the article."},
		func(ctx context.Context, in *actInput) (*answer, error) {
			a, err := act(ctx, in.Match, in.Key)
			if err != nil {
				return nil, err
			}
			p, err := d.Desk.Story(ctx, a, in.ID, in.Post)
			return d.answer(ctx, s, a.Who, p, d.stale(ctx, s, a.Who, in.ID, err))
		})
}

func (d Doors) registerCoverage(s *call.Server) {
	const path = "/api/v1/articles/{id}"
	show := func(ctx context.Context, article string, c coverage.Coverage, publishes bool) (*stateAnswer, error) {
		base, err := d.base(ctx, call.Who(ctx), article, s.Addresses())
		out := shown(article, c, base)
		out.Publishes = publishes
		return &stateAnswer{CacheControl: "no-store", Body: out}, err
	}
	call.Register(s, huma.Operation{OperationID: "read-coverage", Method: http.MethodGet, Path: path + "/coverage", Summary: "Read whether a live coverage goes on", Tags: []string{"posts"}, Metadata: map[string]any{call.Also: []int{http.StatusGone}}},
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"40" doc:"Of the article."`
		}) (*stateAnswer, error) {
			who := call.Who(ctx)
			_, staff, err := d.desk(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			if !staff {
				c, _, err := d.open(ctx, s, in.ID)
				if err != nil {
					return nil, err
				}
				return show(ctx, in.ID, c, false)
			}
			l, err := d.Desk.Overview(ctx, who, in.ID)
			if err != nil {
				return nil, err
			}
			base, err := d.base(ctx, who, in.ID, s.Addresses())
			return &stateAnswer{CacheControl: "no-store", Body: overview(l, base)}, err
		})
	for _, end := range []struct {
		id, tail, summary string
		do                func(context.Context, coverage.Act, string) (coverage.Coverage, error)
	}{
		{"close-coverage", "/close", "Close a live coverage", d.Desk.Close}, {"reopen-coverage", "/reopen", "Let a closed live coverage go on", d.Desk.Reopen},
	} {
		call.Register(s, huma.Operation{OperationID: end.id, Method: http.MethodPost, Path: path + end.tail, Summary: end.summary, Tags: []string{"posts"}, DefaultStatus: http.StatusOK, Metadata: map[string]any{call.Also: []int{http.StatusConflict}}},
			func(ctx context.Context, in *endInput) (*stateAnswer, error) {
				c, err := end.do(ctx, coverage.Act{Who: call.Who(ctx), Once: in.Once(ctx)}, in.ID)
				if err != nil {
					return nil, err
				}
				return show(ctx, in.ID, c, true)
			})
	}
}
