// Package posts is /api/v1/articles/{id}/posts: the posts of a live coverage, for those who write them and for everybody who reads them.
package posts

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"dateline/internal/account"
	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/web/api/articles"
	"dateline/internal/web/api/call"
)

// Doors are the services behind the operations.
type Doors struct {
	Desk    *coverage.Desk
	Reader  coverage.Reader
	Archive news.Archive
	Stories *news.Desk     // says where a coverage will be that readers do not have yet
	Text    articles.Doors // reads bodies
}

// Score is the score of a game.
type Score struct {
	Home       string `json:"home" maxLength:"300" doc:"Who plays at home."`
	Away       string `json:"away" maxLength:"300" doc:"Who is the guest."`
	HomePoints int    `json:"home_points" minimum:"0" maximum:"9999" doc:"Of home."`
	AwayPoints int    `json:"away_points" minimum:"0" maximum:"9999" doc:"Of the guest."`
	Note       string `json:"note,omitempty" maxLength:"300" doc:"Such as after extra time."`
}

// Option is an answer of a poll.
type Option struct {
	ID    int    `json:"id,omitempty" minimum:"0" maximum:"10" doc:"Its number, from 1; counts in answers only."`
	Text  string `json:"text" maxLength:"200" doc:"The answer."`
	Votes int64  `json:"votes,omitempty" minimum:"0" doc:"As counted last; counts in answers only."`
}

// Poll is a question to readers.
type Poll struct {
	Question string     `json:"question" maxLength:"300" doc:"One line."`
	Options  []Option   `json:"options" nullable:"false" doc:"2 to 10. What was published keeps them; their words may be mended."`
	ClosesAt *time.Time `json:"closes_at,omitempty" doc:"When it takes no more votes; without it when the coverage is closed."`
}

// Contributor is who sent what is in a post.
type Contributor struct {
	Name    string `json:"name" maxLength:"300" doc:"As readers are to see it."`
	Consent bool   `json:"consent" doc:"Agreed to the publication; the post does not go out without."`
}

// Words are the fields that are a post's content. A field that is absent stays, null clears it.
type Words struct {
	Kind     call.Optional[string]    `json:"kind,omitempty" doc:"update, quote, picture, video, embed, score or poll; follows from what is in the post when it is not given."`
	Headline call.Optional[string]    `json:"headline,omitempty" doc:"One line, at most 300 bytes."`
	Body     json.RawMessage          `json:"body,omitempty" doc:"The document, as of articles, at most 64 KiB."`
	BodyHTML *string                  `json:"body_html,omitempty" doc:"HTML, sanitised into the document; instead of body."`
	Tags     call.Optional[[]string]  `json:"tags,omitempty" doc:"Words, at most 20."`
	KeyEvent *bool                    `json:"key_event,omitempty" doc:"Stands in the list of key events."`
	At       call.Optional[time.Time] `json:"at,omitempty" doc:"When it happened; now when not given. In the future with the state scheduled: when it goes out."`
	Score    call.Optional[Score]     `json:"score,omitempty" doc:"Of a game."`
	Poll     call.Optional[Poll]      `json:"poll,omitempty" doc:"A question to readers."`
}

// Fields are what POST and PATCH take.
type Fields struct {
	Words
	Pinned      *bool                      `json:"pinned,omitempty" doc:"Stands on top; another that stood there does not any more."`
	Newsfeed    *bool                      `json:"newsfeed,omitempty" doc:"Goes into the newsfeed of the edition too."`
	Contributor call.Optional[Contributor] `json:"contributor,omitempty" doc:"Who sent what is in it."`
	State       call.Optional[string]      `json:"state,omitempty" doc:"draft, scheduled or published. A new post that says none is out at once where readers have the coverage and it goes on, and a draft elsewhere. What somebody sends who may not publish here is a contribution, whatever it says."`
}

// Mark is a correction as readers see it.
type Mark struct {
	At   time.Time `json:"at" doc:"When."`
	Note string    `json:"note" doc:"What was wrong."`
}

// Post is what the API answers. Whom only what is published is shown gets what readers see.
type Post struct {
	ID          string             `json:"id" doc:"Never changes."`
	Coverage    string             `json:"coverage" doc:"Id of the article."`
	URL         string             `json:"url" doc:"Finds the page of the post, for good; empty while the coverage has no address."`
	State       string             `json:"state" enum:"draft,scheduled,contribution,published,withdrawn" doc:"Where it stands."`
	Kind        string             `json:"kind" doc:"update, quote, picture, video, embed, score or poll."`
	Headline    string             `json:"headline,omitempty" doc:"May be missing."`
	Body        json.RawMessage    `json:"body" doc:"The document."`
	Tags        []string           `json:"tags" nullable:"false" doc:"Words."`
	Pinned      bool               `json:"pinned" doc:"Stands on top, or will when it is published."`
	KeyEvent    bool               `json:"key_event" doc:"Stands in the list of key events."`
	Newsfeed    bool               `json:"newsfeed" doc:"Is in the newsfeed too, or will be."`
	At          time.Time          `json:"at" doc:"When it happened, or when it goes out."`
	Byline      string             `json:"byline,omitempty" doc:"Who wrote it."`
	Score       *Score             `json:"score,omitempty" doc:"Of a game."`
	Poll        *Poll              `json:"poll,omitempty" doc:"A question to readers."`
	Contributor *Contributor       `json:"contributor,omitempty" doc:"Who sent what is in it."`
	Corrections []Mark             `json:"corrections,omitempty" doc:"Newest first."`
	PublishedAt *time.Time         `json:"published_at,omitempty" doc:"First publication."`
	EditedAt    *time.Time         `json:"edited_at,omitempty" doc:"Its words changed then after they were published; readers see a mark."`
	Revision    int                `json:"revision,omitempty" doc:"Latest publication."`
	Item        string             `json:"item,omitempty" doc:"Id of the item of the inbox that it was made of; for the desk."`
	Article     string             `json:"article,omitempty" doc:"Id of the story that was made of it; strangers see a published one only."`
	Version     int64              `json:"version,omitempty" doc:"Its ETag; for the desk."`
	CreatedAt   *time.Time         `json:"created_at,omitempty" doc:"For the desk."`
	CreatedBy   string             `json:"created_by,omitempty" doc:"Id of the account; for the desk."`
	UpdatedAt   *time.Time         `json:"updated_at,omitempty" doc:"Latest save for the desk, latest publication for everybody else."`
	UpdatedBy   string             `json:"updated_by,omitempty" doc:"Id of the account; for the desk."`
	UndoUntil   *time.Time         `json:"undo_until,omitempty" doc:"Until then a withdrawal is a retraction, which leaves nothing of its text in the history."`
	WithdrawnAt *time.Time         `json:"withdrawn_at,omitempty" doc:"When it was withdrawn."`
	Note        string             `json:"note,omitempty" doc:"Why it was withdrawn; for the desk."`
	Retracted   bool               `json:"retracted,omitempty" doc:"The withdrawal was a retraction."`
	Warnings    []articles.Warning `json:"warnings,omitempty" doc:"What body_html held and the document cannot."`
}

// Coverage is what a live coverage is besides its article.
type Coverage struct {
	ID        string      `json:"id" doc:"Of the article."`
	URL       string      `json:"url" doc:"Where readers find it; empty without section."`
	State     string      `json:"state" enum:"open,closed" doc:"Whether it goes on."`
	Pinned    string      `json:"pinned,omitempty" doc:"Id of the post on top."`
	ClosedAt  *time.Time  `json:"closed_at,omitempty" doc:"When it was closed."`
	UpdatedAt *time.Time  `json:"updated_at,omitempty" doc:"When a post was published, changed or withdrawn last."`
	Publishes bool        `json:"publishes,omitempty" doc:"The caller may publish here; else what he sends is a contribution."`
	Posts     *PostCounts `json:"posts,omitempty" doc:"How many there are of those that the caller may see; for the desk."`
}

// shown is what everybody may know of a coverage; base is its address.
func shown(article string, c coverage.Coverage, base string) Coverage {
	out := Coverage{ID: article, URL: base, State: "open", Pinned: c.Pinned, ClosedAt: when(c.ClosedAt), UpdatedAt: when(c.UpdatedAt)}
	if c.Closed() {
		out.State = "closed"
	}
	return out
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// content is what readers and desk see of a post alike.
func content(id, cov, base string, c coverage.Content, votes []int64, marks []coverage.Mark) Post {
	out := Post{ID: id, Coverage: cov, Kind: string(c.Kind), Headline: c.Headline, Body: c.Body.Canonical(), Tags: append([]string{}, c.Tags...), KeyEvent: c.KeyEvent, At: c.At, Byline: c.Byline}
	if base != "" {
		out.URL = coverage.Permalink(base, id)
	}
	if r := c.Result; r != nil {
		out.Score = &Score{r.Home, r.Away, r.HomePoints, r.AwayPoints, r.Note}
	}
	if q := c.Question; q != nil {
		out.Poll = &Poll{Question: q.Question, ClosesAt: when(q.ClosesAt), Options: []Option{}}
		for n, o := range q.Options {
			option := Option{ID: o.ID, Text: o.Text}
			if n < len(votes) {
				option.Votes = votes[n]
			}
			out.Poll.Options = append(out.Poll.Options, option)
		}
	}
	for _, m := range marks {
		out.Corrections = append(out.Corrections, Mark(m))
	}
	return out
}

// full is a post as the desk has it; base is the address of its coverage.
func full(p coverage.Post, base string) Post {
	out := content(p.ID, p.Coverage, base, p.Content, p.Votes, p.Corrections)
	out.State, out.Pinned, out.Newsfeed, out.Revision, out.Version, out.Article = string(p.State), p.Pinned, p.Newsfeed, p.Revision, p.Version, p.Article
	out.PublishedAt, out.EditedAt, out.CreatedAt, out.UpdatedAt, out.WithdrawnAt = when(p.PublishedAt), when(p.EditedAt), when(p.CreatedAt), when(p.UpdatedAt), when(p.WithdrawnAt)
	out.CreatedBy, out.UpdatedBy, out.Note, out.Retracted, out.Item = p.CreatedBy, p.UpdatedBy, p.WithdrawnNote, p.Retracted, p.Item
	if p.Contributed != nil {
		out.Contributor = &Contributor{p.Contributed.Name, p.Contributed.Consent}
	}
	if p.State == coverage.Published && p.Revision == 1 {
		out.UndoUntil = when(p.PublishedAt.Add(coverage.Undo))
	}
	return out
}

// published is a post as readers have it.
func published(i coverage.Item, c coverage.Coverage, base string) Post {
	out := content(i.ID, i.Coverage, base, i.Content, i.Votes, i.Corrections)
	out.State, out.Pinned, out.Newsfeed, out.Revision = string(coverage.Published), c.Pinned == i.ID, i.Newsfeed, i.Revision
	out.PublishedAt, out.EditedAt, out.UpdatedAt = when(i.PublishedAt), when(i.EditedAt), when(i.RevisedAt)
	if i.Contributor != "" {
		out.Contributor = &Contributor{i.Contributor, true}
	}
	return out
}

// patch turns the content of a request into a change of the domain.
func (d Doors) patch(ctx context.Context, w Words, at edition.Addresses) (coverage.Patch, []articles.Warning, error) {
	p := coverage.Patch{Kind: w.Kind.Pointer(), Headline: w.Headline.Pointer(), Tags: w.Tags.Pointer(), KeyEvent: w.KeyEvent}
	if w.At.Set && !w.At.Value.IsZero() {
		p.At = &w.At.Value
	}
	if w.Score.Set {
		var r *coverage.Result
		if v := w.Score.Value; v != (Score{}) {
			r = &coverage.Result{Home: v.Home, Away: v.Away, HomePoints: v.HomePoints, AwayPoints: v.AwayPoints, Note: v.Note}
		}
		p.Result = &r
	}
	if w.Poll.Set {
		var q *coverage.Question
		if v := w.Poll.Value; v.Question != "" || v.Options != nil {
			q = &coverage.Question{Question: v.Question}
			if v.ClosesAt != nil {
				q.ClosesAt = *v.ClosesAt
			}
			for _, o := range v.Options {
				q.Options = append(q.Options, coverage.Option{Text: o.Text})
			}
		}
		p.Question = &q
	}
	var warnings []articles.Warning
	var err error
	p.Body, warnings, err = d.Text.Document(ctx, w.Body, w.BodyHTML, at)
	return p, warnings, err
}

func (d Doors) fields(ctx context.Context, f Fields, at edition.Addresses) (coverage.Patch, []articles.Warning, error) {
	p, warnings, err := d.patch(ctx, f.Words, at)
	p.Pinned, p.Newsfeed = f.Pinned, f.Newsfeed
	if f.State.Set && f.State.Value != "" {
		p.State = &f.State.Value
	}
	if f.Contributor.Set {
		var c *coverage.Contributor
		if f.Contributor.Value != (Contributor{}) {
			c = &coverage.Contributor{Name: f.Contributor.Value.Name, Consent: f.Contributor.Value.Consent}
		}
		p.Contributor = &c
	}
	return p, warnings, err
}

// base gives the address of a coverage: where readers have it, else where they will.
func (d Doors) base(ctx context.Context, who account.Actor, article string, at edition.Addresses) (string, error) {
	i, err := d.Archive.Item(ctx, article)
	switch {
	case err == nil && !i.Gone():
		return news.Address(at, i.Content), nil
	case err != nil && !fault.Is(err, fault.NotFound):
		return "", err
	}
	a, err := d.Stories.Article(ctx, who, article)
	if fault.Is(err, fault.NotFound) || fault.Is(err, fault.Forbidden) || fault.Is(err, fault.Unauthenticated) {
		return "", nil
	}
	return news.AddressOf(at, a), err
}

// newer shows the newer state of a Stale fault as the API shows posts.
func newer(err error, base string) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Stale {
		return err
	}
	p, ok := f.Current.(coverage.Post)
	if !ok {
		return err
	}
	c := *f
	c.Current = full(p, base)
	return &c
}
