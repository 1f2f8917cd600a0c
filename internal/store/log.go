package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"dateline/internal/history"
)

// pendingLeaf waits for the end of its transaction, where the tree head is locked last.
type pendingLeaf struct {
	leaf    []byte
	article string
	number  int
}

func (p *pendingLeaf) write(t *tx) error {
	var head history.Head
	if err := t.row(`UPDATE tree_head SET size = size WHERE id = 1 RETURNING size, peaks`).Scan(&head.Size, &head.Peaks); err != nil {
		return fmt.Errorf("store: tree head: %w", err)
	}
	next, nodes, err := head.Append(p.leaf)
	if err != nil {
		return err
	}
	if err := t.exec(`INSERT INTO history_leaf (idx, leaf) VALUES ($1, $2)`, head.Size, p.leaf); err != nil {
		return err
	}
	for _, n := range nodes {
		if err := t.exec(`INSERT INTO history_node (idx, hash) VALUES ($1, $2)`, n.Index, n.Hash); err != nil {
			return err
		}
	}
	if err := t.exec(`UPDATE tree_head SET size = $1, peaks = $2 WHERE id = 1`, next.Size, next.Peaks); err != nil {
		return err
	}
	return t.exec(`UPDATE revision SET leaf = $3 WHERE article = $1 AND number = $2`, p.article, p.number, head.Size)
}

// Head gives the state of the log's tree.
func (d *DB) Head(ctx context.Context) (history.Head, error) {
	var h history.Head
	err := d.read.QueryRowContext(ctx, `SELECT size, peaks FROM tree_head WHERE id = 1`).Scan(&h.Size, &h.Peaks)
	return h, d.seen(err)
}

// Leaves gives up to limit leaves of the log from index from on.
func (d *DB) Leaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT leaf FROM history_leaf WHERE idx >= $1 ORDER BY idx LIMIT $2 + 0`, from, limit)
	if err != nil {
		return nil, d.seen(err)
	}
	defer rows.Close()
	var out [][]byte
	for rows.Next() {
		var leaf []byte
		if err := rows.Scan(&leaf); err != nil {
			return nil, err
		}
		out = append(out, leaf)
	}
	return out, d.seen(rows.Err())
}

// CheckLog recomputes the tree from all leaves and compares head and nodes; it reads the whole log.
func (d *DB) CheckLog(ctx context.Context) error {
	kept, err := d.Head(ctx)
	if err != nil {
		return err
	}
	var head history.Head
	for head.Size < kept.Size {
		leaves, err := d.Leaves(ctx, head.Size, 1000)
		if err != nil {
			return err
		}
		if len(leaves) == 0 {
			return fmt.Errorf("store: the log has a head of size %d but only %d leaves", kept.Size, head.Size)
		}
		for _, leaf := range leaves {
			next, nodes, err := head.Append(leaf)
			if err != nil {
				return err
			}
			for _, n := range nodes {
				var hash []byte
				err := d.read.QueryRowContext(ctx, `SELECT hash FROM history_node WHERE idx = $1`, n.Index).Scan(&hash)
				if errors.Is(err, sql.ErrNoRows) {
					return fmt.Errorf("store: node %d of the log is missing", n.Index)
				}
				if err != nil {
					return d.seen(err)
				}
				if string(hash) != string(n.Hash) {
					return fmt.Errorf("store: node %d of the log is not what its leaves give", n.Index)
				}
			}
			if head = next; head.Size == kept.Size {
				break
			}
		}
	}
	if string(head.Peaks) != string(kept.Peaks) {
		return fmt.Errorf("store: the log's head of size %d is not what its leaves give", kept.Size)
	}
	return nil
}
