package app

import (
	"context"
	"fmt"

	"dateline/internal/history"
	"dateline/internal/store"
	"dateline/internal/transfer"
)

var format = transfer.Format{Schema: store.Schema, Tables: store.Tables(), Parse: store.ParseRow}

// Backup writes everything into one file; said gets lines of progress.
func (h *House) Backup(ctx context.Context, path string, said func(string)) error {
	return transfer.Backup(ctx, h.Store, shelf{h.Files}, format, path, h.Config.Clock.Now(), said)
}

// Restore puts a backup in place of everything, after it was read and verified as a whole, its log included.
func (h *House) Restore(ctx context.Context, path string, said func(string)) error {
	var grown, kept history.Head
	check := func(table string, row []any) error {
		var err error
		switch table {
		case "history_leaf":
			if row[0] != grown.Size {
				return fmt.Errorf("the log's leaf %v is out of order", row[0])
			}
			grown, _, err = grown.Append(row[1].([]byte))
		case "tree_head":
			kept.Size, _ = row[1].(int64)
			kept.Peaks, _ = row[2].([]byte)
		}
		return err
	}
	if err := transfer.Verify(path, format, check); err != nil {
		return err
	}
	if grown.Size != kept.Size || string(grown.Peaks) != string(kept.Peaks) {
		return fmt.Errorf("restore: the log in %s is not what its leaves give; nothing was replaced", path)
	}
	if err := transfer.Restore(ctx, h.Store, shelf{h.Files}, format, path, said); err != nil {
		return err
	}
	return h.readDirectory(ctx)
}
