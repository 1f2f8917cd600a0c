package transfer

import (
	"context"
	"strings"

	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/wire"
)

// known looks an item's address up. It gives nil when nothing is known of it.
func (m *importer) known(ctx context.Context, it *wire.Item) (*known, error) {
	uri := uriOf(*it)
	if m.DryRun {
		m.mu.Lock()
		k := m.planned[uri]
		m.mu.Unlock()
		if k != nil {
			return k, nil
		}
	}
	a, ok, err := m.Desk.BySource(ctx, uri)
	if err != nil || ok {
		return m.stored(a, ok), err
	}
	id, own := wire.OwnID(m.dir.Base, "article", uri)
	if !own {
		s, ok, err := m.Desk.Canceled(ctx, uri)
		if err != nil || !ok {
			return nil, err
		}
		return &known{state: news.Withdrawn, source: s, unseen: true}, nil
	}
	a, err = m.Desk.Article(ctx, house.Who, id)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	k := m.stored(a, err == nil)
	if k != nil {
		k.house = true
	}
	return k, err
}

// ends keeps that an item was canceled of which nothing came, so that no earlier version of it comes after. It reports whether it did; an
// item without a version cannot say which ones are earlier.
func (m *importer) ends(j *job, old *known) bool {
	source := *j.item.Content.Source
	if j.item.Status != wire.Canceled || source.Version == "" || old != nil && (!old.unseen || wire.Newer(source, old.source) <= 0) {
		return false
	}
	if m.DryRun {
		m.mu.Lock()
		m.planned[source.URI] = &known{state: news.Withdrawn, source: source, unseen: true}
		m.mu.Unlock()
		return true
	}
	j.steps = []func(context.Context) error{func(ctx context.Context) error { return m.Desk.KeepCanceled(ctx, source) }}
	return true
}

func (m *importer) stored(a news.Article, ok bool) *known {
	if !ok {
		return nil
	}
	k := &known{
		id: a.ID, version: a.Version, live: a.LiveVersion, article: a, state: a.State, revision: a.Revision, revised: a.RevisedAt, picture: a.Picture, note: a.DeskNote,
		handled: a.Handled(), shelved: a.Legal == "check" && strings.HasPrefix(a.DeskNote, aside),
	}
	if a.Source != nil {
		k.source = *a.Source
	}
	if e, ok := m.dir.Edition(a.Edition); ok {
		k.language = e.Language
	}
	return k
}
