package news

import (
	"context"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
)

// SourceChange is what became of the story that a translation was made from, since it was made or brought up to date.
type SourceChange struct {
	Article  string // the story it was made from
	Base     int    // revision it was made from, or brought up to; 0 when that is not known
	Revision int    // latest that says something else to readers
	Change   Change // Update, Correction, or Withdrawn as a Change
	At       time.Time
}

// Family lists a story and its translations as who works on them may see them, the story they go back to first.
func (d *Desk) Family(ctx context.Context, who account.Actor, id string) ([]Article, error) {
	a, err := d.Article(ctx, who, id)
	if err != nil {
		return nil, err
	}
	root := a.ID
	if a.TranslationOf != "" {
		root = a.TranslationOf
	}
	all, err := d.store.Family(ctx, root)
	if err != nil {
		return nil, err
	}
	var out []Article
	for _, one := range all {
		if MayRead(who, one.Edition) {
			out = append(out, one)
		}
	}
	return out, nil
}

// Outdated says, by the id of each translation among list, what its source told readers since: the latest update or correction, or that it
// was withdrawn. Of a translation that does not say from which revision it was made, as one begun before its source was out, all counts that
// came after it was begun, until somebody says that it is up to date.
func (d *Desk) Outdated(ctx context.Context, list ...Article) (map[string]SourceChange, error) {
	var sources []string
	for _, a := range list {
		if a.TranslationOf != "" {
			sources = append(sources, a.TranslationOf)
		}
	}
	out := map[string]SourceChange{}
	if len(sources) == 0 {
		return out, nil
	}
	told, err := d.store.Told(ctx, sources)
	if err != nil {
		return nil, err
	}
	for _, a := range list {
		for _, r := range told[a.TranslationOf] {
			newer := r.Number > a.SourceRevision
			if a.SourceRevision == 0 {
				newer = r.At.After(a.CreatedAt)
			}
			if newer && r.Number > out[a.ID].Revision {
				out[a.ID] = SourceChange{Article: a.TranslationOf, Base: a.SourceRevision, Revision: r.Number, Change: r.Change, At: r.At}
			}
		}
	}
	return out, nil
}

// translates notes from which revision a story that became a translation was made: the latest that readers have of its source.
func translates(ctx context.Context, l Lookup, before, a *Article) error {
	switch {
	case a.TranslationOf == "":
		a.SourceRevision = 0
	case a.TranslationOf != before.TranslationOf:
		source, err := l.Item(ctx, a.TranslationOf)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return err
		}
		a.SourceRevision = source.Revision
	}
	return nil
}
