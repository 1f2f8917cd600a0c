package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/talk"
)

// MoveFiles holds what was handed in for moves.
type MoveFiles interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Delete(ctx context.Context, key string) error
}

// Comments keeps the comments that come with a site.
type Comments interface {
	Arrive(ctx context.Context, place string, all []talk.Past) (int, error)
	Arriving(ctx context.Context, place string, all []talk.Past) iter.Seq2[int, error]
	Missing(ctx context.Context, place string, all []talk.Past) (int, error)
}

// Found is what an export of a site holds.
type Found struct {
	intake.Counts
	Site  string
	Notes []string // what is left out
}

// CheckWordPress reads exports of WordPress to their end and says what they hold; nothing is written. A file that is not well-formed is
// an Invalid error in one line.
func CheckWordPress(ctx context.Context, o Options, paths ...string) (Found, error) {
	o.DryRun = true
	w := newWordPress(o)
	defer w.close()
	if err := w.checkPlace(); err != nil {
		return Found{}, err
	}
	var err error
	if err = w.openFiles(paths); err != nil {
		return Found{}, err
	}
	f := Found{}
	for n := range w.files {
		if err := w.check(ctx, n); err != nil {
			return f, err
		}
		if len(w.result.Failed) > 0 {
			return f, fault.New(fault.Malformed, "fault.wire.stream", "%s", w.result.Failed[0].Why)
		}
		if f.Site == "" {
			f.Site = w.sites[n].Title
		}
	}
	f.Posts, f.Pages, f.Pictures, f.Comments, f.Authors = w.posts, w.pages, w.pictures, w.comments, len(w.authors)
	for _, what := range slices.Sorted(maps.Keys(w.left)) {
		f.Notes = append(f.Notes, fmt.Sprintf("%d %s are left out", w.left[what], what))
	}
	if f.Posts+f.Pages == 0 {
		return f, fault.New(fault.Malformed, "fault.move_empty", "it holds no post and no page")
	}
	return f, nil
}

// tellEach is how often the progress of a move is written down.
const tellEach = 500 * time.Millisecond

// move does the work of a move: it checks what was handed in, or brings it in. It may be interrupted at any time: the next who does it
// finds what is in and goes on with the rest.
func (t *Intake) move(ctx context.Context, id string) error {
	m, err := t.Inbox.Moving(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || m.Stage != intake.Checking && m.Stage != intake.Moving {
		return err
	}
	file, done, err := t.lay(ctx, m)
	if fault.Is(err, fault.NotFound) {
		return t.Inbox.Progress(ctx, id, func(m *intake.Move) {
			m.Stage, m.Why, m.Fault = intake.Failed, "its file is gone; hand it in again", "fault.move_gone"
		})
	}
	if err != nil {
		return err
	}
	defer done()
	if m.Stage == intake.Checking {
		err = t.checkMove(ctx, m, file)
	} else {
		err = t.bringMove(ctx, m, file)
	}
	if fault.Is(err, fault.Conflict) { // somebody stopped it
		return t.MoveFiles.Delete(ctx, m.Key())
	}
	return err
}

// lay copies the file of a move to where it can be read anywhere in it.
func (t *Intake) lay(ctx context.Context, m intake.Move) (name string, done func(), err error) {
	name = "moving-" + m.ID + "-"
	left, _ := filepath.Glob(filepath.Join(t.Scratch, name+"*")) // of runs that were killed; one that still runs is not a day old
	for _, dir := range left {
		if i, err := os.Stat(dir); err == nil && time.Since(i.ModTime()) > 24*time.Hour {
			_ = os.RemoveAll(dir)
		}
	}
	err = os.MkdirAll(t.Scratch, 0o700)
	dir := ""
	if err == nil {
		dir, err = os.MkdirTemp(t.Scratch, name)
	}
	done = func() {
		if dir != "" {
			_ = os.RemoveAll(dir)
		}
	}
	if err != nil {
		return "", done, fmt.Errorf("transfer: move: %w", err)
	}
	in, err := t.MoveFiles.Open(ctx, m.Key())
	if err != nil {
		done()
		return "", done, err
	}
	defer in.Close()
	name = filepath.Join(dir, "export.xml")
	out, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err == nil {
		_, err = io.Copy(out, in)
		err = errors.Join(err, out.Close())
	}
	if err != nil {
		done()
		return "", done, fmt.Errorf("transfer: move: %w", err)
	}
	return name, done, nil
}

func (t *Intake) moveOptions(m intake.Move) Options {
	o := t.Options
	o.Edition, o.Section, o.Publish, o.DryRun = m.Edition, "", false, false
	return o
}

func (t *Intake) checkMove(ctx context.Context, m intake.Move, file string) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	o, last := t.moveOptions(m), time.Now()
	o.Progress = func(p Progress) {
		if time.Since(last) < tellEach {
			return
		}
		last = time.Now()
		if err := t.Inbox.Progress(ctx, m.ID, func(m *intake.Move) { m.Done = p.Done }); err != nil {
			stop(err)
		}
	}
	found, err := CheckWordPress(ctx, o, file)
	if stopped := context.Cause(ctx); stopped != nil {
		return stopped
	}
	if err != nil {
		if lasting(err) {
			return t.endMove(ctx, m, err)
		}
		return err
	}
	return t.Inbox.Progress(ctx, m.ID, func(m *intake.Move) {
		m.Stage, m.Found, m.Site, m.Notes, m.Done, m.Total = intake.Checked, found.Counts, found.Site, found.Notes, 0, found.Posts+found.Pages
	})
}

// lasting reports an error that another try would meet again.
func lasting(err error) bool {
	var f *fault.Error
	return !errors.As(err, &f) || f.Kind != fault.Unavailable && f.Kind != fault.Full && f.Kind != fault.Internal
}

func (t *Intake) endMove(ctx context.Context, m intake.Move, why error) error {
	line, key := why.Error(), "fault.move_failed"
	var f *fault.Error
	if errors.As(why, &f) {
		line, key = f.Text, f.Key
	}
	if err := t.Inbox.Progress(ctx, m.ID, func(m *intake.Move) { m.Stage, m.Why, m.Fault = intake.Failed, line, key }); err != nil {
		return err
	}
	return t.MoveFiles.Delete(ctx, m.Key())
}

func (t *Intake) bringMove(ctx context.Context, m intake.Move, file string) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	if err := t.Inbox.Progress(ctx, m.ID, func(m *intake.Move) { m.Before, m.Done = m.Brought, 0 }); err != nil {
		return err
	}
	m.Before = m.Brought
	o, last := t.moveOptions(m), time.Time{}
	o.Progress = func(p Progress) {
		if time.Since(last) < tellEach || p.Doing != "importing" {
			return
		}
		last = time.Now()
		if err := t.Inbox.Progress(ctx, m.ID, func(m *intake.Move) { m.Done, m.Total, m.Brought = p.Done, p.Total, brought(m.Before, p.Sofar) }); err != nil {
			stop(err)
		}
	}
	o.Owe = func(debts []intake.Debt) {
		if err := t.Inbox.Owe(ctx, m.ID, debts); err != nil {
			stop(err)
		}
	}
	r, err := ImportWordPress(ctx, o, file)
	if stopped := context.Cause(ctx); stopped != nil {
		return stopped
	}
	if err != nil && !lasting(err) {
		return err
	}
	if err == nil && len(r.Failed) > 0 && r.Read == 0 {
		err = errors.New(r.Failed[0].Why)
	}
	if err != nil {
		return t.endMove(ctx, m, err)
	}
	if err := t.Inbox.Progress(ctx, m.ID, func(m *intake.Move) {
		m.Stage, m.Done, m.Brought = intake.Done, m.Total, brought(m.Before, r)
		m.Notes = told(m.Notes, r)
	}); err != nil {
		return err
	}
	return t.MoveFiles.Delete(ctx, m.Key())
}

// told adds what a run warned of to what was said when the export was checked; what is about one story is among the debts.
func told(notes []string, r Result) []string {
	for _, w := range r.Warnings {
		if w.Item == "" && !slices.Contains(notes, w.Why) && !slices.Contains(notes, strings.Replace(w.Why, " were left out", " are left out", 1)) {
			notes = append(notes, w.Why)
		}
	}
	return notes
}

// brought adds what a run brought to what the runs before it had: what they brought is unchanged for this one.
func brought(before intake.Counts, r Result) intake.Counts {
	return intake.Counts{
		Posts: before.Posts + r.Articles - r.pages, Pages: before.Pages + r.pages, Pictures: before.Pictures + r.Pictures, Comments: before.Comments + r.Comments,
		Authors: max(before.Authors, r.Authors), Redirects: before.Redirects + r.Redirects, Updated: before.Updated + r.Updated,
		Unchanged: max(0, r.Unchanged-before.Posts-before.Pages), Failed: len(r.Failed),
	}
}
