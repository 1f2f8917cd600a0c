package body

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// differ finds smallest differences (Myers 1986, greedy) while its budget of steps lasts.
type differ struct {
	budget int
}

const maxEdits = 1000 // edits between two sequences above which they count as all different

// step is one element of a difference: a and b are positions in the old and the new sequence.
type step struct {
	op   Op
	a, b int
}

// steps aligns two sequences of names.
func (d *differ) steps(a, b []int) []step {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	out := make([]step, 0, max(len(a), len(b)))
	for i := range head {
		out = append(out, step{Same, i, i})
	}
	middle, ok := d.myers(a[head:len(a)-tail], b[head:len(b)-tail])
	if !ok {
		middle = middle[:0]
		for i := range len(a) - head - tail {
			middle = append(middle, step{Deleted, i, 0})
		}
		for j := range len(b) - head - tail {
			middle = append(middle, step{Inserted, 0, j})
		}
	}
	for _, s := range middle {
		out = append(out, step{s.op, s.a + head, s.b + head})
	}
	for i := range tail {
		out = append(out, step{Same, len(a) - tail + i, len(b) - tail + i})
	}
	return out
}

// myers gives up, false, when there are more than maxEdits edits or the budget is spent.
func (d *differ) myers(a, b []int) ([]step, bool) {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return nil, false // the caller's plain answer is the right one
	}
	limit := min(n+m, maxEdits)
	v := make([]int32, 2*limit+3)
	mid := limit + 1
	var trace [][]int32
	for e := 0; e <= limit; e++ {
		trace = append(trace, slices.Clone(v[mid-e:mid+e+1]))
		for k := -e; k <= e; k += 2 {
			var x int
			if k == -e || k != e && v[mid+k-1] < v[mid+k+1] {
				x = int(v[mid+k+1])
			} else {
				x = int(v[mid+k-1]) + 1
			}
			start := x
			for x < n && x-k < m && a[x] == b[x-k] {
				x++
			}
			v[mid+k] = int32(x)
			d.budget -= 1 + x - start
			if x >= n && x-k >= m {
				return backtrack(trace, n, m, e), true
			}
		}
		if d.budget <= 0 {
			return nil, false
		}
	}
	return nil, false
}

// backtrack walks from the end to the beginning through what was known before each edit.
func backtrack(trace [][]int32, x, y, edits int) []step {
	var out []step
	for e := edits; e > 0; e-- {
		known := trace[e] // the furthest x of diagonals -e..e before this edit; e itself is not set yet
		at := func(k int) int { return int(known[k+e]) }
		k := x - y
		from := k - 1
		if k == -e || k != e && at(k-1) < at(k+1) {
			from = k + 1
		}
		px := at(from)
		py := px - from
		for x > px && y > py {
			x, y = x-1, y-1
			out = append(out, step{Same, x, y})
		}
		if from == k+1 {
			y--
			out = append(out, step{Inserted, x, y})
		} else {
			x--
			out = append(out, step{Deleted, x, y})
		}
	}
	for x > 0 && y > 0 {
		x, y = x-1, y-1
		out = append(out, step{Same, x, y})
	}
	slices.Reverse(out)
	return out
}

// text compares word by word.
func (d *differ) text(old, now string) []Run {
	if old == now {
		return whole(Same, now)
	}
	a, b := tokens(old), tokens(now)
	names := map[string]int{}
	name := func(list []string) []int {
		ids := make([]int, len(list))
		for i, t := range list {
			id, ok := names[t]
			if !ok {
				id = len(names)
				names[t] = id
			}
			ids[i] = id
		}
		return ids
	}
	var out []Run
	var same, gone, came strings.Builder
	flush := func() {
		for _, r := range []struct {
			op   Op
			text *strings.Builder
		}{{Deleted, &gone}, {Inserted, &came}, {Same, &same}} {
			if r.text.Len() > 0 {
				out = append(out, Run{r.op, r.text.String()})
				r.text.Reset()
			}
		}
	}
	for _, s := range d.steps(name(a), name(b)) {
		switch s.op {
		case Same:
			same.WriteString(a[s.a])
			continue
		case Deleted, Inserted:
			if same.Len() > 0 {
				// A lone space between two changed words belongs to the change: "old old" → "new new".
				if between := same.String(); (gone.Len() > 0 || came.Len() > 0) && Blank(between) {
					gone.WriteString(between)
					came.WriteString(between)
					same.Reset()
				} else {
					flush()
				}
			}
		}
		if s.op == Deleted {
			gone.WriteString(a[s.a])
		} else {
			came.WriteString(b[s.b])
		}
	}
	flush()
	return out
}

// tokens cuts text into words, runs of spaces, and single signs. A number with its separators is one word,
// and so is each ideograph.
func tokens(text string) []string {
	var out []string
	for i := 0; i < len(text); {
		j := tokenEnd(text[i:]) + i
		out = append(out, text[i:j])
		i = j
	}
	return out
}

func tokenEnd(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	class := classOf(r)
	i := size
	for i < len(s) {
		next, n := utf8.DecodeRuneInString(s[i:])
		switch c := classOf(next); {
		case class == 'w' && (c == 'w' || joins(next) && letterFollows(s[i+n:])), class == ' ' && c == ' ', unicode.IsMark(next):
			i += n
		default:
			return i
		}
	}
	return i
}

func classOf(r rune) byte {
	switch {
	case r >= 0x2e80 && unicode.In(r, ideographs...):
		return 'i'
	case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
		return 'w'
	case unicode.IsSpace(r):
		return ' '
	}
	return 's'
}
