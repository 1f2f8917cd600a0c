package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"dateline/internal/history"
)

// pendingLeaf waits for the end of its transaction, where the tree head is locked last.
type pendingLeaf struct {
	leaf   []byte
	index  string // the statement that notes the leaf's index at its revision
	of     string
	number int
}

// Leaf appends a leaf to the log at the end of the change, for a revision of an article that was written in it.
func (t *Tx) Leaf(leaf []byte, article string, number int) {
	t.leaf = &pendingLeaf{leaf, `UPDATE revision SET leaf = $3 WHERE article = $1 AND number = $2`, article, number}
}

// PostLeaf is Leaf for a revision of a post.
func (t *Tx) PostLeaf(leaf []byte, post string, number int) {
	t.leaf = &pendingLeaf{leaf, `UPDATE post_revision SET leaf = $3 WHERE post = $1 AND number = $2`, post, number}
}

func (p *pendingLeaf) write(t *Tx) error {
	var head history.Head
	if err := t.Row(`UPDATE tree_head SET size = size WHERE id = 1 RETURNING size, peaks`).Scan(&head.Size, &head.Peaks); err != nil {
		return fmt.Errorf("store: tree head: %w", err)
	}
	next, nodes, err := head.Append(p.leaf)
	if err != nil {
		return err
	}
	if err := t.Exec(`INSERT INTO history_leaf (idx, leaf) VALUES ($1, $2)`, head.Size, p.leaf); err != nil {
		return err
	}
	for _, n := range nodes {
		if err := t.Exec(`INSERT INTO history_node (idx, hash) VALUES ($1, $2)`, n.Index, n.Hash); err != nil {
			return err
		}
	}
	if err := t.Exec(`UPDATE tree_head SET size = $1, peaks = $2 WHERE id = 1`, next.Size, next.Peaks); err != nil {
		return err
	}
	return t.Exec(p.index, p.of, p.number, head.Size)
}

// Head gives the state of the log's tree.
func (d *DB) Head(ctx context.Context) (history.Head, error) {
	var h history.Head
	err := d.read.QueryRowContext(ctx, `SELECT size, peaks FROM tree_head WHERE id = 1`).Scan(&h.Size, &h.Peaks)
	return h, d.Fault(err)
}

// Leaves gives up to limit leaves of the log from index from on.
func (d *DB) Leaves(ctx context.Context, from int64, limit int) ([][]byte, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT leaf FROM history_leaf WHERE idx >= $1 ORDER BY idx LIMIT $2 + 0`, from, limit)
	if err != nil {
		return nil, d.Fault(err)
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
	return out, d.Fault(rows.Err())
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
					return d.Fault(err)
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
