package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/history"
	"dateline/internal/media"
	"dateline/internal/store"
	"dateline/internal/store/dump"
	"dateline/internal/transfer"
)

var format = transfer.Format{Schema: dump.Schema, Tables: dump.Tables(), Parse: dump.Parse, Names: names}

// names gives the keys of the files that a row of a backup names: those of a picture.
func names(table string, row []any) []string {
	if table != "picture" || len(row) < 6 {
		return nil
	}
	var keys []string
	if original, _ := row[3].(string); original != "" {
		keys = append(keys, original)
	}
	var p media.Picture
	if doc, _ := row[5].(string); json.Unmarshal([]byte(doc), &p) != nil || !p.KilledAt.IsZero() {
		return keys
	}
	for _, r := range p.Renditions {
		keys = append(keys, r.Key)
	}
	return keys
}

// Backup writes everything into one file; said gets lines of progress.
func (h *House) Backup(ctx context.Context, path string, said func(string)) error {
	now := h.Config.Clock.Now()
	if err := transfer.Backup(ctx, h.Store, shelf{h.Files}, format, path, now, said); err != nil {
		return err
	}
	return h.Store.Remember(ctx, settingBackup, now.UTC().Format(time.RFC3339))
}

// Restore puts a backup in place of everything, after it was read and verified as a whole, its log included. The public log never
// forks: what was logged here since the backup stays in it, and a backup of another log is refused.
func (h *House) Restore(ctx context.Context, path string, said func(string)) error {
	l := logs{ctx: ctx, store: h.Store}
	var err error
	if l.live, err = h.Store.Head(ctx); err != nil {
		return err
	}
	if err := transfer.Verify(path, format, l.check); err != nil {
		return err
	}
	if l.grown.Size != l.kept.Size || string(l.grown.Peaks) != string(l.kept.Peaks) {
		return fmt.Errorf("restore: the log in %s is not what its leaves give; nothing was replaced", path)
	}
	if l.forked {
		return fmt.Errorf("restore: %s is of another history: its log and the one here differ from entry %d on, and a public log cannot be taken back; restore it into an empty data folder (--data) or database; nothing was replaced", path, l.at)
	}
	stays := l.live.Size > l.kept.Size
	if stays {
		said(fmt.Sprintf("restore: the %d entries that the public log has had since stay in it", l.live.Size-l.kept.Size))
	}
	if err := transfer.Restore(ctx, restoring{h.Store, l.live, stays}, shelf{h.Files}, format, path, said); err != nil {
		return err
	}
	return h.readDirectory(ctx)
}

// restoring is a database whose log was looked at: one that is longer stays.
type restoring struct {
	db    *store.DB
	live  history.Head
	stays bool
}

// Restore puts rows in place of what is there, when the log is still as it was seen.
func (r restoring) Restore(ctx context.Context, rows func(put func(table string, values []any) error) error) error {
	return r.db.Restore(ctx, r.live, r.stays, rows)
}

// logs compares the log of a backup, which is read row by row, with the one there is.
type logs struct {
	ctx         context.Context
	store       *store.DB
	live        history.Head // of the site
	grown, kept history.Head // of the backup: by its leaves, and as it says
	page        [][]byte     // leaves of the site, from the one of index from
	from        int64
	forked      bool
	at          int64 // the first leaf that differs
}

func (l *logs) check(table string, row []any) error {
	switch table {
	case "history_leaf":
		index, ok := row[0].(int64)
		leaf, ok2 := row[1].([]byte)
		if !ok || !ok2 || index != l.grown.Size {
			return fmt.Errorf("the log's leaf %v is not one, or out of order", row[0])
		}
		if err := l.compare(index, leaf); err != nil {
			return err
		}
		var err error
		l.grown, _, err = l.grown.Append(leaf)
		return err
	case "tree_head":
		l.kept.Size, _ = row[1].(int64)
		l.kept.Peaks, _ = row[2].([]byte)
	}
	return nil
}

// compare holds a leaf of the backup against that of the site.
func (l *logs) compare(index int64, leaf []byte) error {
	if l.forked || index >= l.live.Size {
		return nil
	}
	if index >= l.from+int64(len(l.page)) {
		page, err := l.store.Leaves(l.ctx, index, 1000)
		if err != nil {
			return err
		}
		if l.page, l.from = page, index; len(page) == 0 {
			return fmt.Errorf("the log here has no entry %d, but a head of size %d", index, l.live.Size)
		}
	}
	if string(l.page[index-l.from]) != string(leaf) {
		l.forked, l.at = true, index
	}
	return nil
}
