package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/wire"
)

// ExportOptions say what an export reads.
type ExportOptions struct {
	Archive   news.Archive
	Desk      *news.Desk
	Library   *media.Library
	Files     Files
	Addresses edition.Addresses
	Clock     moment.Clock
	Progress  func(Progress) // called now and then; may be nil
}

// Exported counts what an export wrote.
type Exported struct {
	Articles  int `json:"articles"`  // published ones
	Withdrawn int `json:"withdrawn"` // canceled items
	Pictures  int `json:"pictures"`  // files
}

// ExportNinjs writes each published article of every edition into dir as a file of ninjs 3.1 that is valid against the
// schema, named by its id, a withdrawn one as a canceled item; beside them, under the path of its address, the
// largest file of each picture that may leave the house. Files of pictures that may not any more it removes; others in dir it leaves alone. An import of dir gives the
// same articles. What is published while it runs is in it too, unless it is withdrawn again meanwhile.
func ExportNinjs(ctx context.Context, o ExportOptions, dir string) (Exported, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Exported{}, fmt.Errorf("export: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Exported{}, fmt.Errorf("export: %w", err)
	}
	defer root.Close()
	x := &exporter{ExportOptions: o, root: root, copied: map[string]bool{}}
	begun := o.Clock.Now()
	for _, e := range o.Addresses.Editions {
		for _, kind := range []news.ArticleKind{"", news.Page} {
			if err := x.edition(ctx, e, kind, time.Time{}); err != nil {
				return x.made, err
			}
			// What was published or moved to the top since is read again; it may have been missed.
			if err := x.edition(ctx, e, kind, begun); err != nil {
				return x.made, err
			}
		}
	}
	if err := x.withdrawn(ctx); err != nil {
		return x.made, err
	}
	return x.made, x.unshown(ctx)
}

// unshown removes what an earlier export wrote of pictures that may not leave the house any more: killed ones, and those whose rights
// have ended.
func (x *exporter) unshown(ctx context.Context) error {
	const folder = "media/p"
	found, err := fs.ReadDir(x.root.FS(), folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for _, d := range found {
		p, err := x.Library.Picture(ctx, house.Who, d.Name())
		if fault.Is(err, fault.NotFound) {
			continue // none of ours
		}
		if err != nil {
			return fmt.Errorf("export: picture %s: %w", d.Name(), err)
		}
		if p.Usable(x.Clock.Now(), media.API) == nil {
			continue
		}
		if err := x.root.RemoveAll(filepath.FromSlash(path.Join(folder, p.ID))); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	return nil
}

type exporter struct {
	ExportOptions
	root   *os.Root
	copied map[string]bool // keys of files
	again  map[string]bool
	made   Exported
}

// edition writes the published articles of one edition; since limits it to those that came to the feed after a time.
func (x *exporter) edition(ctx context.Context, e edition.Edition, kind news.ArticleKind, since time.Time) error {
	q := news.Query{Edition: e.Slug, Kind: kind, Limit: 50, Bodies: true}
	for {
		items, err := x.Archive.List(ctx, q)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		for _, i := range items {
			if !since.IsZero() && i.FeedAt.Before(since) {
				return nil
			}
			isNew, err := x.article(ctx, e, i)
			if err != nil {
				return err
			}
			if isNew {
				x.made.Articles++
			}
			if x.Progress != nil {
				x.Progress(Progress{Doing: "exporting", Done: x.made.Articles, Total: 0})
			}
		}
		if len(items) < q.Limit {
			return nil
		}
		last := items[len(items)-1]
		q.After = news.Cursor{At: last.FeedAt, ID: last.ID}
	}
}

func (x *exporter) article(ctx context.Context, e edition.Edition, i news.Item) (isNew bool, err error) {
	out := x.around(e, i)
	now := x.Clock.Now()
	for _, id := range slices.Compact(append([]string{i.Picture}, i.Body.Pictures()...)) {
		if id == "" || slices.ContainsFunc(out.Pictures, func(img wire.Image) bool { return img.ID == id }) {
			continue
		}
		p, err := x.Library.Picture(ctx, house.Who, id)
		if fault.Is(err, fault.NotFound) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("export: picture %s: %w", id, err)
		}
		if p.Usable(now, media.API) != nil {
			continue
		}
		img := wire.ImageOf(p, func(r media.Rendition) string { return x.Addresses.Base + "/media/" + r.Key })
		out.Pictures = append(out.Pictures, img)
		if err := x.file(ctx, p); err != nil {
			return false, err
		}
	}
	return x.write(out)
}

// around gives what an export needs to know of an item besides its pictures.
func (x *exporter) around(e edition.Edition, i news.Item) wire.Export {
	s, _ := x.Addresses.SectionByID(i.Section)
	return wire.Export{Item: i, Base: x.Addresses.Base, URL: news.Address(x.Addresses, i.Content), Section: s.Slug, Publication: e.Name}
}

func (x *exporter) write(out wire.Export) (isNew bool, err error) {
	raw, err := wire.Ninjs(out)
	if err != nil {
		return false, fmt.Errorf("export: %s: %w", out.Item.ID, err)
	}
	name := out.Item.ID + ".json"
	if err := x.put(name, func(w io.Writer) error { _, err := w.Write(append(raw, '\n')); return err }); err != nil {
		return false, err
	}
	isNew = !x.again[name]
	if x.again == nil {
		x.again = map[string]bool{}
	}
	x.again[name] = true
	return isNew, nil
}

// put writes a file that appears only when it is whole.
func (x *exporter) put(name string, fill func(io.Writer) error) error {
	part := path.Join(path.Dir(name), ".part-"+path.Base(name))
	if err := x.root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o755); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	f, err := x.root.OpenFile(filepath.FromSlash(part), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	err = errors.Join(fill(f), f.Close())
	if err == nil {
		err = x.root.Rename(filepath.FromSlash(part), filepath.FromSlash(name))
	}
	if err != nil {
		err = fmt.Errorf("export: %s: %w", name, errors.Join(err, x.root.Remove(filepath.FromSlash(part))))
	}
	return err
}

// file writes the largest whole rendition of a picture, once, under the path of its address.
func (x *exporter) file(ctx context.Context, p media.Picture) error {
	r, ok := p.Find("w", 1<<30)
	if !ok || x.copied[r.Key] {
		return nil
	}
	x.copied[r.Key] = true
	name := "media/" + r.Key
	if info, err := x.root.Stat(filepath.FromSlash(name)); err == nil && info.Size() == r.Bytes {
		x.made.Pictures++ // of an earlier export; its key changes with its content
		return nil
	}
	in, err := x.Files.Open(ctx, r.Key)
	if fault.Is(err, fault.NotFound) || errors.Is(err, fs.ErrNotExist) {
		return nil // it was replaced since; its address still tells where it was
	}
	if err != nil {
		return fmt.Errorf("export: picture %s: %w", p.ID, err)
	}
	defer in.Close()
	x.made.Pictures++
	return x.put(name, func(w io.Writer) error { _, err := io.Copy(w, in); return err })
}

// withdrawn writes what was withdrawn: its address and the public note, and nothing else.
func (x *exporter) withdrawn(ctx context.Context) error {
	q := news.DeskQuery{State: news.Withdrawn, Limit: 100}
	for {
		all, err := x.Desk.Articles(ctx, house.Who, q)
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
		for _, a := range all {
			i, err := x.Archive.Item(ctx, a.ID)
			if err != nil {
				return fmt.Errorf("export: %s: %w", a.ID, err)
			}
			if a.Source != nil && a.Source.URI != "" {
				i.Source = &news.Source{URI: a.Source.URI, Version: a.Source.Version} // the address it is known by outside
			}
			e, _ := x.Addresses.Edition(i.Edition)
			if _, err := x.write(x.around(e, i)); err != nil {
				return err
			}
			x.made.Withdrawn++
		}
		if len(all) < q.Limit {
			return nil
		}
		last := all[len(all)-1]
		q.After = news.Cursor{At: last.UpdatedAt, ID: last.ID}
	}
}
