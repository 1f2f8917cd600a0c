package site

import (
	"context"

	"dateline/internal/coverage"
	"dateline/internal/news"
)

// The archive in memory has live coverages without posts; those with posts are tried on the whole program.

func (a *shelfed) Live(_ context.Context, article string) (coverage.Coverage, error) {
	done, err := a.gate()
	defer end(done, nil)
	return coverage.Coverage{Article: article}, err
}

func (a *shelfed) Place(context.Context, string, string) (coverage.Item, error) {
	return coverage.Item{}, absent()
}

func (a *shelfed) Published(context.Context, []string) (map[string]coverage.Item, error) {
	return nil, nil
}

func (a *shelfed) Listed(context.Context, coverage.Query) ([]coverage.Item, error) { return nil, nil }

func (a *shelfed) Flashes(context.Context, string, string, news.Cursor, int) ([]coverage.Item, error) {
	return nil, nil
}
