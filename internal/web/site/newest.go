package site

import (
	"context"
	"sync"

	"dateline/internal/news"
)

// newest remembers the newest stories of each section between two drops: they stand under most stories of the section. A list
// counts for as long as nothing was dropped since before it was read, as pages do.
type newest struct {
	mu    sync.Mutex
	gen   uint64
	lists map[[2]string][]news.Item // by edition and section; never changed
}

// newestOf gives the newest stories of a section.
func (s *Site) newestOf(ctx context.Context, edition, section string) ([]news.Item, error) {
	n, gen := &s.newest, s.cache.Generation()
	n.mu.Lock()
	if n.gen != gen || n.lists == nil {
		n.gen, n.lists = gen, map[[2]string][]news.Item{}
	}
	items, ok := n.lists[[2]string{edition, section}]
	n.mu.Unlock()
	if ok {
		return items, nil
	}
	items, err := s.o.Archive.List(ctx, news.Query{Edition: edition, Section: section, Limit: more})
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.gen == gen {
		n.lists[[2]string{edition, section}] = items
	}
	return items, nil
}
