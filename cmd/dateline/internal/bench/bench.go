// Package bench is Dateline's own load client: it starts a site of its own in a temporary folder, puts load on it over the
// loopback, and prints what that costs as tables.
//
// It promises that what is compared is measured in one run, in turns, with medians quoted; that the site and its rivals run in
// processes of their own, so that the processor time of a request is theirs alone; that the client itself takes little beside
// them (raw sockets, one thread); and that nothing is judged: numbers are printed, never asserted.
package bench

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// Options say how a run measures.
type Options struct {
	Program     string        // the binary under test, which is also the one that measures
	Dir         string        // where its folders go; a temporary one when empty
	Connections []int         // kept open at once, one table row each
	Turn        time.Duration // of load in one turn
	Rounds      int           // turns, of which the medians are quoted
	Articles    int           // in the site that is loaded
	Growth      []int         // numbers of articles that are compared
	Parts       []string      // which tables; all when empty
	Readers     int           // open streams
	Posts       int           // publications that are timed
	Reconnect   bool          // all readers come back at once
	Hostile     bool          // some never read, others never ask
	Nodes       int           // processes that serve; one when 0
	JSON        bool          // machine-readable instead of tables
	Out         io.Writer
	Say         func(string) // a line of progress
}

// wants reports whether a table is asked for.
func (o Options) wants(part string) bool { return len(o.Parts) == 0 || slices.Contains(o.Parts, part) }

// Table is one result: rows of cells under names, and what must be known to read them.
type Table struct {
	Name    string     `json:"name"`
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
	Notes   []string   `json:"notes,omitempty"`
}

// add puts one row at the end: strings as they are, numbers with as many digits as they deserve, times in milliseconds.
func (t *Table) add(cells ...any) {
	row := make([]string, len(cells))
	for i, c := range cells {
		switch c := c.(type) {
		case float64:
			row[i] = digits(c)
		case time.Duration:
			row[i] = digits(float64(c) / float64(time.Millisecond))
		case string:
			row[i] = c
		default:
			row[i] = fmt.Sprint(c)
		}
	}
	t.Rows = append(t.Rows, row)
}

// digits writes a number with three significant digits, or as a whole one.
func digits(f float64) string {
	switch {
	case f == 0:
		return "0"
	case f >= 100 || f <= -100:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case f >= 10:
		return strconv.FormatFloat(f, 'f', 1, 64)
	case f >= 1:
		return strconv.FormatFloat(f, 'f', 2, 64)
	case f >= 0.1:
		return strconv.FormatFloat(f, 'f', 3, 64)
	}
	return strconv.FormatFloat(f, 'f', 4, 64)
}

// print writes tables as text or as one JSON document.
func (o Options) print(tables []*Table) error {
	if o.JSON {
		e := json.NewEncoder(o.Out)
		e.SetIndent("", "  ")
		return e.Encode(struct {
			Tables []*Table `json:"tables"`
		}{tables})
	}
	for _, t := range tables {
		if err := t.print(o.Out); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) print(out io.Writer) error {
	fmt.Fprintf(out, "\n%s\n", t.Name)
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, strings.Join(t.Columns, "\t"))
	for _, r := range t.Rows {
		fmt.Fprintln(w, strings.Join(r, "\t"))
	}
	err := w.Flush()
	for _, n := range t.Notes {
		fmt.Fprintln(out, "  "+n)
	}
	return err
}

// median gives the middle of values, 0 of none.
func median[T int64 | float64 | time.Duration](values []T) T {
	return percentile(values, 50)
}

// percentile gives the value below which p percent of values lie, 0 of none.
func percentile[T int64 | float64 | time.Duration](values []T, p float64) T {
	if len(values) == 0 {
		var none T
		return none
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	i := int(p / 100 * float64(len(sorted)))
	return sorted[min(i, len(sorted)-1)]
}
