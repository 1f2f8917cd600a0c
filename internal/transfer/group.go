package transfer

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/wire"
)

// groupItems and groupBytes bound how many items are worked on together. Their changes share commits, which is what
// makes a large import quick, and a commit of that many is still over before a site that waits for it notices.
const (
	groupItems = 16
	groupBytes = 4 << 20
)

// job is one item on its way in.
type job struct {
	file     *source
	n        int
	name     string
	size     int
	first    bool // the first of two looks: what it is counted in
	item     wire.Item
	warnings []wire.Warning

	prepare func(context.Context, *job) error
	steps   []func(context.Context) error // changes, each one transaction, in this order
	count   *int                          // what the item counts as when all steps are done
	notes   []string                      // to be told then
	debts   []intake.Debt                 // to be told then too
	later   bool                          // to be looked at again
	newer   bool                          // than what is here of it
	id      string                        // of the article
	err     error
}

// group gathers jobs whose changes may go into one commit: no two of one address.
type group struct {
	m    *importer
	jobs []*job
	uris map[string]bool
	size int
}

func (g *group) add(ctx context.Context, j *job) error {
	uri := uriOf(j.item)
	if g.uris[uri] || g.size+j.size > groupBytes && len(g.jobs) > 0 || len(g.jobs) == groupItems {
		if err := g.flush(ctx); err != nil {
			return err
		}
	}
	if g.uris == nil {
		g.uris = map[string]bool{}
	}
	g.jobs, g.size = append(g.jobs, j), g.size+j.size
	g.uris[uri] = true
	return nil
}

// flush does the jobs: first what each needs read and its pictures, then the first change of all, then the second.
func (g *group) flush(ctx context.Context) error {
	jobs := g.jobs
	g.jobs, g.uris, g.size = nil, nil, 0
	if len(jobs) == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return stopped(err)
	}
	g.phase(ctx, jobs, false, func(j *job) error { return j.prepare(ctx, j) })
	if g.m.DryRun {
		for _, j := range jobs {
			j.steps = nil
		}
	}
	for step := 0; ctx.Err() == nil; step++ {
		var left []*job
		for _, j := range jobs {
			if j.err == nil && step < len(j.steps) {
				left = append(left, j)
			}
		}
		if len(left) == 0 {
			break
		}
		g.phase(ctx, left, true, func(j *job) error { return j.steps[step](ctx) })
	}
	if err := ctx.Err(); err != nil {
		return stopped(err)
	}
	for _, j := range jobs {
		if fault.Is(j.err, fault.Stale) { // somebody saved it between our reading and writing: once more, alone
			g.again(ctx, j)
		}
		if err := g.m.account(ctx, j); err != nil {
			return err
		}
	}
	if m := g.m; jobs[0].first {
		m.done += len(jobs)
		if m.Progress != nil {
			m.Progress(Progress{"importing", m.done, m.total, m.result})
		}
	}
	return nil
}

// phase runs one step of all jobs that did not fail yet, at the same time, and pauses when something was written.
func (g *group) phase(ctx context.Context, jobs []*job, writes bool, step func(*job) error) {
	begun := time.Now()
	before := g.m.shelf.kept.Load()
	var all sync.WaitGroup
	for _, j := range jobs {
		if j.err == nil {
			all.Go(func() { j.err = step(j) })
		}
	}
	all.Wait()
	if writes || g.m.shelf.kept.Load() > before {
		g.m.breathe(ctx, begun)
	}
}

func (g *group) again(ctx context.Context, j *job) {
	j.steps, j.notes, j.count, j.debts = nil, nil, nil, nil
	j.err = j.prepare(ctx, j)
	for i := 0; i < len(j.steps) && j.err == nil; i++ {
		j.err = j.steps[i](ctx)
	}
}

// account counts a job and tells what there is to tell. The error stops the import.
func (m *importer) account(ctx context.Context, j *job) error {
	if j.err != nil {
		if err := ctx.Err(); err != nil {
			return stopped(err)
		}
		if fatal(j.err) {
			return fmt.Errorf("stopped at %s; what is in stays, and the same import again goes on with the rest: %w", j.name, j.err)
		}
		m.fail(j.name, j.err)
		m.owe(intake.Debt{Kind: "failed", Article: j.id, What: j.name[strings.LastIndexByte(j.name, ' ')+1:] + ": " + why(j.err)})
		return nil
	}
	for _, n := range j.notes {
		m.warn(j.name, n)
	}
	m.owe(j.owed()...)
	if !j.first {
		return nil
	}
	m.result.Read++
	if j.count != nil {
		*j.count++
	}
	if j.later {
		j.file.later = append(j.file.later, uint32(j.n))
	}
	return nil
}

// owed are the debts of a job that is done: those about pictures, and each of its other notes.
func (j *job) owed() []intake.Debt {
	out := j.debts
	for n := range out {
		out[n].Article = j.id
	}
	for _, note := range j.notes {
		switch {
		case strings.Contains(note, ": the picture "): // told by whoever looked for it
		case strings.HasPrefix(note, "["):
			out = append(out, intake.Debt{Kind: "shortcode", Article: j.id, What: note})
		default:
			out = append(out, intake.Debt{Kind: "note", Article: j.id, What: note})
		}
	}
	return out
}

// owe passes debts on, each at most 500 bytes long.
func (m *importer) owe(debts ...intake.Debt) {
	if m.Owe == nil || len(debts) == 0 || m.DryRun {
		return
	}
	for n := range debts {
		debts[n].What = cut(debts[n].What, 500)
	}
	m.Owe(debts)
}
