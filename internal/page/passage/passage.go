// Package passage has what changed in a text stand between the few words on each side of it, for the history of a story.
package passage

import (
	"strings"

	"dateline/internal/body"
)

// Run is a stretch of words: Op is same, added or taken.
type Run struct{ Op, Text string }

// context is how many characters of unchanged words stand on each side of a change.
const context = 80

// Worded reports whether words came or went.
func Worded(rs []Run) bool {
	for _, r := range rs {
		if r.Op != "same" && strings.TrimSpace(r.Text) != "" {
			return true
		}
	}
	return false
}

// Of shortens unchanged words to those beside a change.
func Of(in []body.Run) []Run {
	var out []Run
	for i, r := range in {
		switch r.Op {
		case body.Inserted:
			out = append(out, Run{"added", r.Text})
		case body.Deleted:
			out = append(out, Run{"taken", r.Text})
		default:
			out = append(out, Run{"same", around(r.Text, i > 0, i < len(in)-1)})
		}
	}
	return out
}

// around keeps the beginning of a long text when something stands before it and its end when something stands after.
func around(text string, before, after bool) string {
	rs := []rune(text)
	keep := 0
	if before {
		keep += context
	}
	if after {
		keep += context
	}
	if len(rs) <= keep+10 {
		return text
	}
	head, tail := "", ""
	if before {
		head = string(rs[:context])
		if i := strings.LastIndexByte(head, ' '); i > 0 {
			head = head[:i]
		}
	}
	if after {
		tail = string(rs[len(rs)-context:])
		if i := strings.IndexByte(tail, ' '); i >= 0 {
			tail = tail[i:]
		}
	}
	return head + " … " + strings.TrimPrefix(tail, " ")
}
