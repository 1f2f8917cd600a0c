package transfer

import (
	"context"
	"fmt"
	"io"
	"slices"

	"dateline/internal/wire"
)

// ImportFeed brings the entries of RSS, Atom and JSON feeds into the newsroom, as Import does with items: paths are files and folders,
// in which *.xml, *.rss, *.atom and *.json are read. A file that is no feed is left out as a whole.
func ImportFeed(ctx context.Context, o Options, paths ...string) (Result, error) {
	m := newImporter(o, ".xml", ".rss", ".atom", ".json")
	return m.end(m.runFeeds(ctx, paths))
}

func (m *importer) runFeeds(ctx context.Context, paths []string) error {
	if err := m.checkPlace(); err != nil {
		return err
	}
	var err error
	if m.files, err = m.find(paths); err != nil {
		return err
	}
	for _, f := range m.files {
		feed, err := m.feed(f)
		for n := range feed.Items {
			if err != nil {
				break
			}
			_, _, err = m.place(&feed.Items[n])
		}
		if err != nil {
			m.fail(f.path, err)
			f.bad = true
			continue
		}
		f.items = len(feed.Items)
		m.total += f.items
		m.tell("checking", m.total, 0)
	}
	for _, f := range m.files {
		if f.bad {
			continue
		}
		feed, err := m.feed(f)
		if err != nil {
			m.fail(f.path, fmt.Errorf("it changed while it was imported: %w", err))
			continue
		}
		g := group{m: m}
		n := 0
		for _, it := range slices.Backward(feed.Items) { // the oldest first, as they came out
			n++
			j := &job{file: f, n: n, name: f.name(n, uriOf(it)), size: len(it.Content.Body.Text()), first: true, item: it, prepare: m.prepare}
			if err := g.add(ctx, j); err != nil {
				return err
			}
		}
		if err := g.flush(ctx); err != nil {
			return err
		}
	}
	return nil
}

// feed reads a file as a feed.
func (m *importer) feed(f *source) (wire.Feed, error) {
	in, err := f.open()
	if err != nil {
		return wire.Feed{}, err
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, wire.MaxFeed+1))
	if err != nil {
		return wire.Feed{}, err
	}
	return wire.ParseFeed(data, "")
}
