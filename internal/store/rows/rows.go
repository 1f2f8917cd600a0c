// Package rows is what every room that runs SQL shares: reading rows into values, and conditions with their arguments.
package rows

import (
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"dateline/internal/fault"
)

// Scanner is a row.
type Scanner interface{ Scan(into ...any) error }

// Each reads all rows of an answer one after the other, and closes it. err is that of the question.
func Each(answer *sql.Rows, err error, scan func(Scanner) error) error {
	if err != nil {
		return err
	}
	defer answer.Close()
	for answer.Next() {
		if err := scan(answer); err != nil {
			return err
		}
	}
	return answer.Err()
}

// Collect reads all rows of an answer into a list, and closes it. err is that of the question.
func Collect[T any](answer *sql.Rows, err error, scan func(Scanner) (T, error)) ([]T, error) {
	var out []T
	err = Each(answer, err, func(row Scanner) error {
		v, err := scan(row)
		out = append(out, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Missing turns "no rows" into NotFound for a thing.
func Missing(err error, what string) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", what)
	}
	return err
}

// Marks gives "$from, …" for an IN list of n.
func Marks(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

// Steps are the sizes that lists of ids are filled up to, so that there are few texts.
var Steps = []int{1, 4, 16, 64, 256}

// Few gives ids in stretches, each filled up with "" to one of Steps, as arguments of a text with as many marks.
func Few(ids []string) iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		for chunk := range slices.Chunk(ids, Steps[len(Steps)-1]) {
			n := Steps[0]
			for _, step := range Steps {
				if n = step; step >= len(chunk) {
					break
				}
			}
			args := make([]any, n)
			for i := range args {
				args[i] = ""
				if i < len(chunk) {
					args[i] = chunk[i]
				}
			}
			if !yield(args) {
				return
			}
		}
	}
}

// Where gathers conditions and their arguments.
type Where struct {
	conditions []string
	Args       []any
}

// Arg adds an argument and gives its mark.
func (w *Where) Arg(v any) string {
	w.Args = append(w.Args, v)
	return fmt.Sprintf("$%d", len(w.Args))
}

// Add adds a condition; all must hold.
func (w *Where) Add(condition string) { w.conditions = append(w.conditions, condition) }

// In gives "column IN ($1, …)".
func (w *Where) In(column string, values []string) string {
	from := len(w.Args) + 1
	for _, v := range values {
		w.Args = append(w.Args, v)
	}
	return column + " IN (" + Marks(from, len(values)) + ")"
}

// Clause gives the conditions with WHERE before them, nothing without any.
func (w *Where) Clause() string {
	if w.conditions == nil {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// Clone gives a copy that can be added to apart.
func (w *Where) Clone() *Where {
	return &Where{slices.Clone(w.conditions), slices.Clone(w.Args)}
}
