package body

import (
	"slices"
	"strings"
)

// Op says what became of a run of words or of a block.
type Op uint8

// The fates of a run or a block; Changed is for blocks only.
const (
	Same Op = iota
	Inserted
	Deleted
	Changed
)

// Run is a stretch of text with one fate.
type Run struct {
	Op   Op
	Text string
}

// Change is one block of a comparison. Block is the newer one, the older one when it was deleted; Old is what a Changed one was. Runs hold
// its words, of both sides when it was Changed; all Same in a Changed block means that only form changed:
// marks, attributes, or the links in LinksOut (gone) and LinksIn (new).
type Change struct {
	Op         Op
	Block, Old Block
	Runs       []Run
	LinksOut   []string
	LinksIn    []string
}

// Compare gives all blocks of both documents in reading order with what became of them, words included,
// for the public history of an article. Its work is bounded: where two texts differ almost everywhere it
// says so in large runs instead of looking for the smallest difference.
func Compare(old, now Document) []Change {
	a, b := old.Blocks(), now.Blocks()
	names := map[string]int{}
	d := differ{budget: 20_000_000}
	var out []Change
	var gone, came []Block
	flush := func() {
		out = append(out, d.gap(gone, came)...)
		gone, came = nil, nil
	}
	for _, s := range d.steps(identify(a, names), identify(b, names)) {
		switch s.op {
		case Deleted:
			gone = append(gone, a[s.a])
		case Inserted:
			came = append(came, b[s.b])
		default:
			flush()
			out = append(out, Change{Op: Same, Block: b[s.b], Runs: whole(Same, b[s.b].Text)})
		}
	}
	flush()
	return out
}

func identify(blocks []Block, names map[string]int) []int {
	ids := make([]int, len(blocks))
	for i, b := range blocks {
		id, ok := names[b.key]
		if !ok {
			id = len(names)
			names[b.key] = id
		}
		ids[i] = id
	}
	return ids
}

func whole(op Op, text string) []Run {
	if text == "" {
		return nil
	}
	return []Run{{Op: op, Text: text}}
}

// gap pairs the deleted and the inserted blocks between two equal ones, so that a rewritten paragraph is
// shown as changed and not as one gone and one new.
func (d *differ) gap(gone, came []Block) []Change {
	var out []Change
	i, j := 0, 0
	deleted := func(to int) {
		for ; i < to; i++ {
			out = append(out, Change{Op: Deleted, Block: gone[i], Runs: whole(Deleted, gone[i].Text), LinksOut: gone[i].links})
		}
	}
	inserted := func(to int) {
		for ; j < to; j++ {
			out = append(out, Change{Op: Inserted, Block: came[j], Runs: whole(Inserted, came[j].Text), LinksIn: came[j].links})
		}
	}
	for _, pair := range d.pairs(gone, came) {
		deleted(pair[0])
		inserted(pair[1])
		a, b := gone[i], came[j]
		c := Change{Op: Changed, Block: b, Old: a, Runs: d.text(a.Text, b.Text)}
		c.LinksOut, c.LinksIn = without(a.links, b.links), without(b.links, a.links)
		out = append(out, c)
		i, j = i+1, j+1
	}
	deleted(len(gone))
	inserted(len(came))
	return out
}

func without(list, other []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(other, s) {
			out = append(out, s)
		}
	}
	return out
}

const (
	alike    = 0.35   // from here on two blocks are two states of one
	maxPairs = 10_000 // comparisons of one gap; above, blocks are paired by their order
)

// pairs chooses which deleted block became which inserted one, in order, with the greatest likeness in sum.
func (d *differ) pairs(gone, came []Block) [][2]int {
	var out [][2]int
	rows, columns := len(gone), len(came)
	if rows == 0 || columns == 0 {
		return nil
	}
	if rows*columns > maxPairs || d.budget <= 0 {
		for i := range min(rows, columns) {
			if gone[i].Kind == came[i].Kind && len(gone[i].IDs) == 0 && gone[i].Address == "" {
				out = append(out, [2]int{i, i})
			}
		}
		return out
	}
	before, after := make([]map[string]int, rows), make([]map[string]int, columns)
	for i, b := range gone {
		before[i] = bag(b.Text)
	}
	for j, b := range came {
		after[j] = bag(b.Text)
	}
	best := make([][]float64, rows+1)
	for i := range best {
		best[i] = make([]float64, columns+1)
	}
	likes := make([][]float64, rows)
	for i := rows - 1; i >= 0; i-- {
		likes[i] = make([]float64, columns)
		for j := columns - 1; j >= 0; j-- {
			likes[i][j] = d.likeness(gone[i], came[j], before[i], after[j])
			best[i][j] = max(best[i+1][j], best[i][j+1], best[i+1][j+1]+likes[i][j])
		}
	}
	for i, j := 0, 0; i < rows && j < columns; {
		switch {
		case likes[i][j] > 0 && best[i][j] == best[i+1][j+1]+likes[i][j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case best[i][j] == best[i+1][j]:
			i++
		default:
			j++
		}
	}
	return out
}

// likeness is 0 for blocks that are not two states of one, else at most 1.
func (d *differ) likeness(a, b Block, before, after map[string]int) float64 {
	if len(a.IDs) > 0 || len(b.IDs) > 0 || a.Address != "" || b.Address != "" {
		if a.Kind == b.Kind && a.Address == b.Address && slices.Equal(a.IDs, b.IDs) {
			return 1
		}
		return 0
	}
	if a.Text == b.Text && a.Text != "" {
		return 1
	}
	if len(before) > len(after) {
		before, after = after, before
	}
	shared, all := 0, 0
	for w, n := range before {
		shared += min(n, after[w])
		all += n
	}
	for _, n := range after {
		all += n
	}
	d.budget -= len(before) + len(after)
	if all == 0 {
		return 0
	}
	like := 2 * float64(shared) / float64(all)
	if like < alike {
		return 0
	}
	if a.Kind != b.Kind {
		like *= 0.9
	}
	return like
}

// bag counts the words of a text.
func bag(text string) map[string]int {
	m := map[string]int{}
	for _, t := range tokens(text) {
		if !Blank(t) {
			m[t]++
		}
	}
	return m
}

// CompareText gives the runs of words that are the same, deleted and inserted between two texts. Joining
// the Same and Deleted runs gives old, the Same and Inserted ones now; a deletion comes before the
// insertion that takes its place.
func CompareText(old, now string) []Run {
	d := differ{budget: 20_000_000}
	return d.text(old, now)
}

// OneChange gives the words that were taken away and those that came in their place when both texts
// differ in exactly one run of words; single is false when they are equal or differ in several.
func OneChange(old, now string) (before, after string, single bool) {
	runs := 0
	last := Same
	for _, r := range CompareText(old, now) {
		switch r.Op {
		case Deleted:
			before += r.Text
		case Inserted:
			after += r.Text
		}
		if r.Op != Same && last == Same {
			runs++
		}
		last = r.Op
	}
	if runs != 1 {
		return "", "", false
	}
	return strings.TrimSpace(before), strings.TrimSpace(after), true
}
