package articles

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// newer shows the newer state of a Stale fault as the API shows articles.
func newer(err error, at edition.Addresses) error {
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale {
		if a, ok := f.Current.(news.Article); ok {
			c := *f
			c.Current = full(a, at, true)
			return &c
		}
	}
	return err
}

// Newer shows the newer state of a Stale fault as the API shows articles, for nouns that change them too.
func Newer(err error, at edition.Addresses) error { return newer(err, at) }

// Cursor gives the place in a list that a next stands for.
func Cursor(s string) (news.Cursor, error) { return decodeCursor(s) }

// Next gives the next that stands for a place in a list.
func Next(c news.Cursor) string { return encodeCursor(c) }

type listInput struct {
	call.Page
	Edition string `query:"edition" maxLength:"60" doc:"Slug; strangers get the default edition without one."`
	Section string `query:"section" maxLength:"60" doc:"Slug; needs edition."`
	State   string `query:"state" enum:"draft,in_review,ready,scheduled,published,withdrawn" doc:"For the desk; strangers see published ones only."`
	Kind    string `query:"kind" enum:"story,live,page" doc:"For the desk: only these."`
	Mine    bool   `query:"mine" doc:"For the desk: only what the caller made or is to do."`
	Text    string `query:"q" maxLength:"200" doc:"Words; inflected ones are found too."`
}

type listOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         call.List[Article]
}

type oneInput struct {
	ID string `path:"id" maxLength:"40" doc:"Of the article."`
}

func encodeCursor(c news.Cursor) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%s", moment.Micros(c.At), c.ID))
}

func decodeCursor(s string) (news.Cursor, error) {
	if s == "" {
		return news.Cursor{}, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(s)
	at, id, ok := strings.Cut(string(raw), ".")
	us, err2 := strconv.ParseInt(at, 10, 64)
	c := news.Cursor{At: moment.FromMicros(us), ID: id}
	if _, err3 := moment.Number(id); err != nil || err2 != nil || err3 != nil || !ok || encodeCursor(c) != s {
		return news.Cursor{}, notNext()
	}
	return c, nil
}

func notNext() error {
	return fault.At("query.after", "fault.cursor", "this is not a next of a page before")
}

// encodePlace gives the cursor of a search, whose place is a number.
func encodePlace(n int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "found.%d", n))
}

func decodePlace(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	raw, _ := base64.RawURLEncoding.DecodeString(s)
	digits, _ := strings.CutPrefix(string(raw), "found.")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 1 || encodePlace(n) != s {
		return 0, notNext()
	}
	return n, nil
}

// deskRoles see working copies.
var deskRoles = []account.Role{account.Admin, account.Editor, account.Reporter, account.PictureEditor}

func (d Doors) registerReading(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "list-articles", Method: http.MethodGet, Path: path, Summary: "List articles", Tags: []string{"articles"}, Metadata: map[string]any{call.Also: []int{http.StatusForbidden}},
		Description: "The desk's working copies, latest change first, for those who work there; published articles, newest first, for everybody else."},
		func(ctx context.Context, in *listInput) (*listOutput, error) {
			at := s.Addresses()
			section, err := sectionID(at, in.Edition, in.Section)
			if err != nil {
				return nil, err
			}
			who := call.Who(ctx)
			if who.HasAnywhere(deskRoles...) && (in.Edition == "" || who.Has(in.Edition, deskRoles...)) {
				return d.listDesk(ctx, who, in, section, at)
			}
			if in.State != "" && in.State != string(news.Published) {
				return nil, who.Refused()
			}
			if in.Text != "" {
				return d.find(ctx, in, section, at)
			}
			return d.listPublished(ctx, in, section, at)
		})
	call.Register(s, huma.Operation{OperationID: "read-article", Method: http.MethodGet, Path: path + "/{id}", Summary: "Read an article", Tags: []string{"articles"}, Metadata: map[string]any{call.Also: []int{http.StatusGone}},
		Description: "The working copy for those who work on it; the published revision for everybody else; 410 with the note when it was withdrawn."},
		func(ctx context.Context, in *oneInput) (*answer, error) {
			at := s.Addresses()
			if who := call.Who(ctx); who.HasAnywhere(deskRoles...) {
				if a, err := d.Desk.Article(ctx, who, in.ID); err == nil {
					out := answerFull(a, at)
					one := []Article{out.Body}
					err = d.surround(ctx, who, at, []news.Article{a}, one, false)
					out.Body = one[0]
					return out, err
				} else if !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.NotFound) {
					return nil, err
				}
			}
			i, err := d.Archive.Item(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			if i.Gone() {
				return nil, fault.New(fault.Gone, "fault.gone", "this article was withdrawn: %s", i.Note)
			}
			if err := d.hide(ctx, &i.Content); err != nil {
				return nil, err
			}
			body := published(i, at, true)
			return &answer{ETag: call.TagOf(body), CacheControl: "no-cache", Body: body}, nil
		})
	call.Register(s, huma.Operation{OperationID: "list-revisions", Method: http.MethodGet, Path: path + "/{id}/revisions", Summary: "What was published when, and why", Tags: []string{"articles"}},
		func(ctx context.Context, in *struct {
			call.Whole
			ID string `path:"id" maxLength:"40" doc:"Of the article."`
		}) (*revisionsOutput, error) {
			revs, err := d.revisions(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			at := s.Addresses()
			all := make([]Revision, len(revs))
			for n, r := range revs {
				all[n] = revision(r, at, false)
			}
			list, err := call.Cut(in.Whole, all, func(r Revision) string { return strconv.Itoa(r.Number) })
			return &revisionsOutput{list}, err
		})
	call.Register(s, huma.Operation{OperationID: "read-revision", Method: http.MethodGet, Path: path + "/{id}/revisions/{number}", Summary: "One publication with its text", Tags: []string{"articles"}},
		func(ctx context.Context, in *struct {
			ID     string `path:"id" maxLength:"40" doc:"Of the article."`
			Number int    `path:"number" minimum:"1" doc:"Of the revision."`
		}) (*revisionOutput, error) {
			revs, err := d.revisions(ctx, in.ID)
			if err != nil {
				return nil, err
			}
			for _, r := range revs {
				if r.Number == in.Number {
					if r.Content != nil {
						if err := d.hide(ctx, r.Content); err != nil {
							return nil, err
						}
					}
					return &revisionOutput{Body: revision(r, s.Addresses(), true)}, nil
				}
			}
			return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "revision")
		})
}

// sectionID gives the id of the section that a list is asked for, "" for all; an edition or a section that is not there is a fault with its place.
func sectionID(at edition.Addresses, editionSlug, slug string) (string, error) {
	if _, ok := at.Edition(editionSlug); !ok && editionSlug != "" {
		return "", fault.At("query.edition", "fault.no_edition", "there is no edition %q", editionSlug)
	}
	if slug == "" {
		return "", nil
	}
	if editionSlug == "" {
		e, _ := at.Default()
		editionSlug = e.Slug
	}
	sec, _, ok := at.Section(editionSlug, slug)
	if !ok {
		return "", fault.At("query.section", "fault.no_section_named", "the edition %s has no section %q", editionSlug, slug)
	}
	return sec.ID, nil
}

func (d Doors) listDesk(ctx context.Context, who account.Actor, in *listInput, section string, at edition.Addresses) (*listOutput, error) {
	after, err := decodeCursor(in.After)
	if err != nil {
		return nil, err
	}
	q := news.DeskQuery{Edition: in.Edition, Section: section, State: news.State(in.State), Kind: news.ArticleKind(in.Kind), Text: in.Text, After: after, Limit: in.Limit + 1}
	if in.Mine {
		q.Mine = who.ID
	}
	list, err := d.Desk.Articles(ctx, who, q)
	if err != nil {
		return nil, err
	}
	out := &listOutput{CacheControl: "no-store"}
	out.Body.Items = []Article{}
	if len(list) > in.Limit {
		list = list[:in.Limit]
		last := list[in.Limit-1]
		out.Body.Next = encodeCursor(news.Cursor{At: last.UpdatedAt, ID: last.ID})
	}
	for _, a := range list {
		out.Body.Items = append(out.Body.Items, full(a, at, false))
	}
	return out, d.surround(ctx, who, at, list, out.Body.Items, true)
}

// named gives the edition that strangers ask for, the default one when they say nothing.
func named(in *listInput, at edition.Addresses) (string, bool) {
	if in.Edition != "" {
		return in.Edition, true
	}
	e, ok := at.Default()
	return e.Slug, ok
}

// find searches what is published. A search goes on for a thousand results; asked for more it says so.
func (d Doors) find(ctx context.Context, in *listInput, section string, at edition.Addresses) (*listOutput, error) {
	out := &listOutput{CacheControl: "no-cache"}
	out.Body.Items = []Article{}
	offset, err := decodePlace(in.After)
	if err != nil {
		return nil, err
	}
	name, ok := named(in, at)
	if !ok {
		return out, nil
	}
	hits, err := d.Archive.Find(ctx, news.Search{Edition: name, Section: section, Text: in.Text, Offset: offset, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	if len(hits) > in.Limit {
		hits = hits[:in.Limit]
		out.Body.Next = encodePlace(offset + in.Limit)
	}
	contents := make([]*news.Content, len(hits))
	for n := range hits {
		contents[n] = &hits[n].Content
	}
	if err := d.hide(ctx, contents...); err != nil {
		return nil, err
	}
	for _, h := range hits {
		out.Body.Items = append(out.Body.Items, published(h.Item, at, false))
	}
	return out, nil
}

func (d Doors) listPublished(ctx context.Context, in *listInput, section string, at edition.Addresses) (*listOutput, error) {
	out := &listOutput{CacheControl: "no-cache"}
	out.Body.Items = []Article{}
	after, err := decodeCursor(in.After)
	if err != nil {
		return nil, err
	}
	name, ok := named(in, at)
	if !ok {
		return out, nil
	}
	items, err := d.Archive.List(ctx, news.Query{Edition: name, Section: section, After: after, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	if len(items) > in.Limit {
		items = items[:in.Limit]
		last := items[in.Limit-1]
		out.Body.Next = encodeCursor(news.Cursor{At: last.FeedAt, ID: last.ID})
	}
	contents := make([]*news.Content, len(items))
	for n := range items {
		contents[n] = &items[n].Content
	}
	if err := d.hide(ctx, contents...); err != nil {
		return nil, err
	}
	for _, i := range items {
		out.Body.Items = append(out.Body.Items, published(i, at, false))
	}
	return out, nil
}

// hide takes out of contents what points at stories that are not published: strangers are not told that there are any.
func (d Doors) hide(ctx context.Context, contents ...*news.Content) error {
	var ids []string
	for _, c := range contents {
		ids = append(append(ids, c.Related...), c.Body.Related()...)
		if c.TranslationOf != "" {
			ids = append(ids, c.TranslationOf)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	found, err := d.Archive.Items(ctx, ids)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, i := range found {
		there[i.ID] = true
	}
	for _, c := range contents {
		c.Related = slices.DeleteFunc(slices.Clone(c.Related), func(id string) bool { return !there[id] })
		if !there[c.TranslationOf] {
			c.TranslationOf = ""
		}
		if slices.ContainsFunc(c.Body.Related(), func(id string) bool { return !there[id] }) {
			c.Body = c.Body.Rewrite(nil, func(id string) (string, bool) { return id, there[id] })
		}
	}
	return nil
}

// Revision is one publication.
type Revision struct {
	Number     int        `json:"number" doc:"From 1."`
	ID         string     `json:"id" doc:"Of the article and the revision: article/number."`
	Change     string     `json:"change" doc:"first, minor, update, correction or withdrawn."`
	Note       string     `json:"note,omitempty" doc:"Why, as readers see it."`
	At         time.Time  `json:"at" doc:"When it was published."`
	Leaf       int64      `json:"leaf" doc:"Index of its leaf in the verifiable log."`
	RedactedAt *time.Time `json:"redacted_at,omitempty" doc:"Its text was erased then, and its note with it; its proof stays valid."`
	Redaction  string     `json:"redaction_note,omitempty" doc:"Why its text was erased."`
	Article    *Article   `json:"article,omitempty" doc:"The text as it was published."`
}

type revisionsOutput struct{ Body call.List[Revision] }
type revisionOutput struct{ Body Revision }

func revision(r news.Revision, at edition.Addresses, withText bool) Revision {
	out := Revision{Number: r.Number, ID: r.Article + "/" + strconv.Itoa(r.Number), Change: string(r.Change), Note: r.Note, At: r.At, Leaf: r.Leaf, RedactedAt: when(r.RedactedAt), Redaction: r.Redaction}
	if withText && r.Content != nil {
		a := content(*r.Content, at)
		a.ID, a.State, a.Revision, a.Words, a.Body = r.Article, string(news.Published), r.Number, r.Content.Body.Words(), r.Content.Body.Canonical()
		out.Article = &a
	}
	return out
}

// revisions gives what the public may see of an article's history: of a withdrawn one, no text. Of a draft there is none, which
// only those who may know of it are told.
func (d Doors) revisions(ctx context.Context, id string) ([]news.Revision, error) {
	i, err := d.Archive.Item(ctx, id)
	if fault.Is(err, fault.NotFound) && call.Who(ctx).HasAnywhere(deskRoles...) {
		if _, err := d.Desk.Article(ctx, call.Who(ctx), id); err == nil {
			return nil, nil
		} else if !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	revs, err := d.Archive.Revisions(ctx, id)
	if err != nil {
		return nil, err
	}
	if i.Gone() && !news.MayRead(call.Who(ctx), i.Edition) {
		for n := range revs {
			revs[n].Content = nil
		}
	}
	return revs, nil
}
