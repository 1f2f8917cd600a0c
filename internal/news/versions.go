package news

import (
	"context"
	"time"

	"dateline/internal/account"
)

// Version is one save of a story, without its text.
type Version struct {
	Number   int64 // from 1
	At       time.Time
	By       string // account id; empty when Dateline itself saved
	ByName   string
	Headline string
	Words    int
	Revision int // the revision as which it was published; 0 when it was not
}

// Versions lists the saves of a story, newest first, those before a number (0: from the newest on). None is ever thrown away, except
// by a redaction.
func (d *Desk) Versions(ctx context.Context, who account.Actor, id string, before int64, limit int) ([]Version, error) {
	if _, err := d.Article(ctx, who, id); err != nil {
		return nil, err
	}
	kept, err := d.store.Versions(ctx, id, before, limit)
	if err != nil {
		return nil, err
	}
	out, ids := make([]Version, len(kept)), make([]string, len(kept))
	for i, a := range kept {
		out[i] = Version{Number: a.Version, At: a.UpdatedAt, By: a.UpdatedBy, Headline: a.Headline, Words: a.Body.Words()}
		if a.LiveVersion == a.Version {
			out[i].Revision = a.Revision
		}
		ids[i] = a.UpdatedBy
	}
	names, err := d.store.Names(ctx, ids)
	for i := range out {
		out[i].ByName = names[out[i].By]
	}
	return out, err
}

// Version reads a story as it was in one of its saves.
func (d *Desk) Version(ctx context.Context, who account.Actor, id string, number int64) (Article, error) {
	if _, err := d.Article(ctx, who, id); err != nil {
		return Article{}, err
	}
	return d.store.Version(ctx, id, number)
}
