package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"dateline/internal/edition"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/wire"
)

// Options say what an import may use and how it treats what it finds.
type Options struct {
	Desk      *news.Desk
	Library   *media.Library
	Pool      *media.Pool // looks at pictures in a dry run
	Addresses func() edition.Addresses
	Clock     moment.Clock
	Archive   news.Archive  // of imports of whole sites
	Editions  *edition.Desk // makes sections and the navigation in imports of whole sites
	// Fetch writes what an address of the web answers, at most max bytes; nil: only files beside the input are taken.
	Fetch func(ctx context.Context, address string, to io.Writer, max int64) error

	Edition, Section string // slugs; empty: by what the item says
	Publish          bool   // what its publisher calls usable is published; otherwise it stays a draft
	DryRun           bool   // nothing is written; the result is the same
	// Gentle pauses after each group of changes as long as it took, so that a site that runs on the same database
	// gets its turn.
	Gentle   bool
	Comments Comments                    // keeps those of whole sites; nil: they are counted and left
	Reread   func(context.Context) error // reads the editions anew when another process changed them; may be nil
	Owe      func([]intake.Debt)         // hears what is left to be done by somebody, from one goroutine; may be nil
	Progress func(Progress)              // called now and then from one goroutine; may be nil
}

// Progress is how far a long journey is. Total is 0 while nobody knows.
type Progress struct {
	Doing       string
	Done, Total int
	Sofar       Result // what it did until now
}

// Note is something to say about one item of the input. Item is the file and, where it holds several, the number in
// it from 1, then the item's own address; Why is in English.
type Note struct {
	Item string `json:"item"`
	Why  string `json:"why"`
}

// Result is what an import did, or would do in a dry run. Articles counts new ones. At most 1,000 warnings and
// 10,000 failures are kept; a last note tells how many more there were.
type Result struct {
	Articles  int    `json:"articles"`
	Pictures  int    `json:"pictures"`
	Comments  int    `json:"comments"`
	Authors   int    `json:"authors"`
	Redirects int    `json:"redirects"`
	Updated   int    `json:"updated"`
	Unchanged int    `json:"unchanged"`
	Warnings  []Note `json:"warnings"`
	Failed    []Note `json:"failed"`

	Read int `json:"-"` // items that could be read and were not failed

	pages int // among the new articles, pages of a site
}

const (
	maxWarnings = 1_000
	maxFailed   = 10_000
)

// importer is one import on its way.
type importer struct {
	Options
	endings []string // of the files in a folder that are read
	dir     edition.Addresses
	files   []*source
	input   addresses       // of every item of the input
	ids     map[int64]int64 // of articles of another Dateline site to those here
	planned map[string]*known
	shelf   *shelf
	total   int
	done    int

	mu       sync.Mutex
	result   Result
	warnings int
	failures int
}

// Import brings ninjs items into the newsroom. Paths are files (one item, a list, or one after the other) and folders, in
// which *.json, *.jsonl and *.ndjson are read.
//
// Everything is read and checked before anything is written, and a file with an item that is not valid is left out as a
// whole; the others go on. What is known by its address is changed when its version is newer, withdrawn when it is
// canceled, else left as it is, so that the same import again changes nothing. Memory does not grow with
// the number of items but by some bytes for each, in a dry run some hundred. An error means that the import stopped; Result tells what was done until then.
func Import(ctx context.Context, o Options, paths ...string) (Result, error) {
	m := newImporter(o, ".json", ".jsonl", ".ndjson")
	return m.end(m.run(ctx, paths))
}

func newImporter(o Options, endings ...string) *importer {
	m := &importer{Options: o, endings: endings, dir: o.Addresses(), ids: map[int64]int64{}, planned: map[string]*known{}}
	m.result.Warnings, m.result.Failed = []Note{}, []Note{}
	m.shelf = newShelf(m)
	return m
}

// end says how many notes were too many.
func (m *importer) end(err error) (Result, error) {
	if n := m.warnings - maxWarnings; n > 0 {
		m.result.Warnings = append(m.result.Warnings, Note{"", fmt.Sprintf("%d more warnings are not listed", n)})
	}
	if n := m.failures - maxFailed; n > 0 {
		m.result.Failed = append(m.result.Failed, Note{"", fmt.Sprintf("%d more failures are not listed", n)})
	}
	return m.result, err
}

func (m *importer) run(ctx context.Context, paths []string) error {
	if err := m.checkPlace(); err != nil {
		return err
	}
	var err error
	if m.files, err = m.find(paths); err != nil {
		return err
	}
	for _, f := range m.files {
		if err := m.check(ctx, f); err != nil {
			return err
		}
	}
	m.input.sort()
	for _, f := range m.files {
		if f.bad {
			continue
		}
		if err := m.each(ctx, f, nil, func(j *job) { j.prepare = m.prepare }); err != nil {
			return err
		}
	}
	for _, f := range m.files {
		if len(f.later) == 0 {
			continue
		}
		if err := m.each(ctx, f, f.later, func(j *job) { j.prepare = m.prepareLater }); err != nil {
			return err
		}
	}
	return nil
}

// check reads a file to its end and notes what is wrong with it. The error is not about the file.
func (m *importer) check(ctx context.Context, f *source) error {
	const enough = 100 // faults of one file
	in, err := f.open()
	if err != nil {
		m.fail(f.name(0, ""), err)
		f.bad = true
		return nil
	}
	defer in.Close()
	faults := 0
	for raw, err := range wire.Split(in) {
		if err := ctx.Err(); err != nil {
			return stopped(err)
		}
		f.items++
		m.tell("checking", f.items, 0)
		if err != nil {
			m.fail(f.path, f.closer(err))
			f.bad = true
			break
		}
		item, _, err := wire.ParseNinjs(raw)
		if err == nil {
			_, _, err = m.place(&item)
		}
		if err != nil {
			f.bad = true
			m.fail(f.name(f.items, uriIn(raw)), err)
			if faults++; faults == enough {
				m.fail(f.path, errors.New("there is more that is not valid; reading on was given up"))
				break
			}
			continue
		}
		m.input.add(uriOf(item))
		if item.ID != "" {
			m.input.add(ownMark + item.ID)
		}
	}
	if !f.bad {
		m.total += f.items
	} else if f.items > 1 {
		m.warn(f.path, "holds an item that cannot be taken, so nothing of it was")
	}
	return nil
}

// each runs the items of a file, or those among them whose numbers are in only, in groups.
func (m *importer) each(ctx context.Context, f *source, only []uint32, set func(*job)) error {
	in, err := f.open()
	if err == nil {
		err = f.same(in)
	}
	if err != nil {
		m.fail(f.path, err)
		return nil
	}
	defer in.Close()
	g := group{m: m}
	n := 0
	for raw, err := range wire.Split(in) {
		n++
		if only != nil {
			if _, found := slices.BinarySearch(only, uint32(n)); !found {
				continue
			}
		}
		j := &job{file: f, n: n, name: f.name(n, ""), size: len(raw), first: only == nil}
		if err == nil {
			j.item, j.warnings, err = wire.ParseNinjs(raw)
			j.name = f.name(n, uriOf(j.item))
		}
		if err != nil {
			m.fail(j.name, fmt.Errorf("it changed while it was imported: %w", err))
			continue
		}
		set(j)
		if err := g.add(ctx, j); err != nil {
			return err
		}
	}
	return g.flush(ctx)
}

func uriOf(it wire.Item) string {
	if it.Content.Source == nil {
		return ""
	}
	return it.Content.Source.URI
}

// uriIn finds the address in an item that is not valid.
func uriIn(raw []byte) string {
	var item struct {
		URI string `json:"uri"`
	}
	if json.Unmarshal(raw, &item) != nil || len(item.URI) > 500 {
		return ""
	}
	return strings.Join(strings.Fields(item.URI), " ")
}

// why gives the words of a refusal with every property it is about.
func why(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Places) == 0 {
		return err.Error()
	}
	head, _, _ := strings.Cut(f.Text, ": ")
	if head == f.Places[0].Text {
		head = "not valid"
	}
	var places []string
	for _, p := range f.Places[:min(len(f.Places), 20)] {
		places = append(places, strings.TrimSpace(p.Location+" "+p.Text))
	}
	return head + ": " + strings.Join(places, "; ")
}

func stopped(err error) error {
	return fmt.Errorf("stopped; what is in stays, and the same import again goes on with the rest: %w", err)
}

func (m *importer) warn(item, why string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.warnings++; m.warnings <= maxWarnings {
		m.result.Warnings = append(m.result.Warnings, Note{item, why})
	}
}

func (m *importer) fail(item string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.failures++; m.failures <= maxFailed {
		m.result.Failed = append(m.result.Failed, Note{item, why(err)})
	}
}

func (m *importer) tell(doing string, done, total int) {
	if m.Progress != nil && (done%50 == 0 || done == total) {
		m.Progress(Progress{Doing: doing, Done: done, Total: total})
	}
}

// breathe lets others write to the database for as long as was written since begun.
func (m *importer) breathe(ctx context.Context, begun time.Time) {
	const longest = 100 * time.Millisecond
	if !m.Gentle || m.DryRun {
		return
	}
	pause := time.NewTimer(min(time.Since(begun), longest))
	defer pause.Stop()
	select {
	case <-pause.C:
	case <-ctx.Done():
	}
}

// fatal reports an error that is not about one item, so that going on makes no sense.
func fatal(err error) bool {
	switch fault.KindOf(err) {
	case fault.Internal, fault.Unavailable, fault.Full, fault.Unauthenticated, fault.Forbidden:
		return true
	}
	return false
}
