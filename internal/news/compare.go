package news

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fault"
)

// FieldChange is a field of a story that differs between two states of it.
type FieldChange struct {
	Name string // as the API names it
	Runs []body.Run
}

// Comparison is what differs between two states of a story: the fields that do, and every block of the text with what became of it.
type Comparison struct {
	Fields []FieldChange
	Body   []body.Change
}

// reference is how a state of a story is named: a version, a revision, a branch, or what is there now.
var reference = regexp.MustCompile(`^(now|[1-9][0-9]{0,17}|r[1-9][0-9]{0,8}|b:[0-9a-z]{13})$`)

// Compare compares two states of a story. A reference is the number of a version, "r" and that of a revision, "b:" and the id of a
// branch, or "now". Of a revision the fields of the desk are not kept, so they are not compared with it.
func (d *Desk) Compare(ctx context.Context, who account.Actor, id, from, to string) (Comparison, error) {
	now, err := d.Article(ctx, who, id)
	if err != nil {
		return Comparison{}, err
	}
	old, oldDesk, err := d.state(ctx, now, "query.from", from)
	if err != nil {
		return Comparison{}, err
	}
	next, nextDesk, err := d.state(ctx, now, "query.to", to)
	if err != nil {
		return Comparison{}, err
	}
	return d.differ(old, next, oldDesk && nextDesk), nil
}

// CompareWith compares the words of a story with what somebody else says in their place. Pictures, and what only the newsroom says, are
// left out.
func (d *Desk) CompareWith(ctx context.Context, who account.Actor, id string, other Content) (Comparison, error) {
	now, err := d.Article(ctx, who, id)
	if err != nil {
		return Comparison{}, err
	}
	none := func(string) (string, bool) { return "", false }
	next := now
	next.Headline, next.ShortHeadline, next.Lead, next.Dateline, next.Byline, next.Tags = other.Headline, other.ShortHeadline, other.Lead, other.Dateline, other.Byline, other.Tags
	next.SlugSet, next.Slug = now.SlugSet, now.Slug
	now.Body, next.Body = now.Body.Rewrite(none, none), other.Body.Rewrite(none, none)
	return d.differ(now, next, false), nil
}

// differ compares two states; both says that the fields of the desk are in both.
func (d *Desk) differ(old, next Article, both bool) Comparison {
	c := Comparison{Body: body.Compare(old.Body, next.Body)}
	before, after := d.fields(old), d.fields(next)
	for i, f := range before {
		g := after[i]
		if f.text == g.text || f.desk && !both || f.name == "slug" && both && !old.SlugSet && !next.SlugSet { // it follows the headline
			continue
		}
		change := FieldChange{Name: f.name}
		if f.words {
			change.Runs = body.CompareText(f.text, g.text)
		} else {
			for _, r := range []body.Run{{Op: body.Deleted, Text: f.text}, {Op: body.Inserted, Text: g.text}} {
				if r.Text != "" {
					change.Runs = append(change.Runs, r)
				}
			}
		}
		c.Fields = append(c.Fields, change)
	}
	return c
}

// state reads what a reference names; desk reports that the fields of the desk are in it.
func (d *Desk) state(ctx context.Context, now Article, place, ref string) (a Article, desk bool, err error) {
	switch {
	case !reference.MatchString(ref):
		return a, false, fault.At(place, "fault.reference", "a version is named by its number, a revision r3, a branch b:ID, the working copy now")
	case ref == "now":
		return now, true, nil
	case ref[0] == 'r':
		number, _ := strconv.Atoi(ref[1:]) // digits, as the shape says
		revisions, err := d.store.Revisions(ctx, now.ID)
		if err != nil {
			return a, false, err
		}
		for _, r := range revisions {
			if r.Number == number && r.Content != nil {
				return Article{ID: now.ID, Content: *r.Content}, false, nil
			}
		}
		return a, false, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "revision")
	case ref[0] == 'b':
		b, err := d.store.Branch(ctx, now.ID, ref[2:])
		if err != nil {
			return a, false, err
		}
		return *b.Copy, true, nil
	}
	number, _ := strconv.ParseInt(ref, 10, 64)
	a, err = d.store.Version(ctx, now.ID, number)
	return a, true, err
}

// field is one field of a story as text. words are compared word by word, others as wholes.
type field struct {
	name, text  string
	words, desk bool
}

func (d *Desk) fields(a Article) []field {
	names := make([]string, len(a.Byline))
	for i, b := range a.Byline {
		names[i] = b.Name
	}
	section := a.Section
	if s, ok := d.directory().SectionByID(a.Section); ok {
		section = s.Slug
	}
	at := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	return []field{
		{name: "edition", text: a.Edition},
		{name: "section", text: section},
		{name: "genre", text: string(a.Genre)},
		{name: "kind", text: string(a.Kind)},
		{name: "headline", text: a.Headline, words: true},
		{name: "short_headline", text: a.ShortHeadline, words: true},
		{name: "lead", text: a.Lead, words: true},
		{name: "dateline.place", text: a.Dateline.Place, words: true},
		{name: "dateline.source", text: a.Dateline.Source, words: true},
		{name: "byline", text: strings.Join(names, ", "), words: true},
		{name: "picture", text: a.Picture},
		{name: "tags", text: strings.Join(a.Tags, ", "), words: true},
		{name: "related", text: strings.Join(a.Related, ", "), words: true},
		{name: "slug", text: a.Slug},
		{name: "urgency", text: strconv.Itoa(a.Urgency)},
		{name: "language", text: a.Language},
		{name: "translation_of", text: a.TranslationOf},
		{name: "discussion", text: a.Discussion},
		{name: "embargo_until", text: at(a.EmbargoUntil), desk: true},
		{name: "assignee", text: a.Assignee, desk: true},
		{name: "deadline", text: at(a.Deadline), desk: true},
		{name: "desk_note", text: a.DeskNote, words: true, desk: true},
		{name: "legal", text: a.Legal, desk: true},
	}
}
