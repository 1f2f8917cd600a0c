package transfer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dateline/internal/talk"
	"dateline/internal/transfer/spool"
	"dateline/internal/wire/disqus"
)

// discussions is an import of exports of Disqus on its way.
type discussions struct {
	*importer
	exports []*spool.Spool // of files, in their order
	orphans int            // comments whose thread is not in their file
	long    int            // comments that were cut
	mute    int            // comments that say nothing
}

// What lies in a spool, under the hash of the id of a thread.
const (
	aThread byte = iota
	aPost
)

// ImportDisqus brings the comments of exports of Disqus (XML, packed by gzip or not) under the stories they were written under; paths are
// files and folders, in which *.xml and *.gz are read.
//
// A thread finds its story by its address, wherever that was, or by its identifier; a thread without one is a warning. Comments keep
// tree, times and names. What was deleted there or was spam is not written; what answers it answers what that answered. A comment that is here
// stays as it is. Every file is read to its end before anything is written, and one that is not well-formed is left out as a whole. Posts
// wait in temporary files; memory grows with the largest thread, by some hundred bytes for each of its posts. See Import for what Result and
// error mean: Comments counts the new ones, Unchanged those that were here.
func ImportDisqus(ctx context.Context, o Options, paths ...string) (Result, error) {
	d := &discussions{importer: newImporter(o, ".xml", ".gz")}
	defer func() {
		for _, e := range d.exports {
			e.Close()
		}
	}()
	return d.end(d.run(ctx, paths))
}

func (d *discussions) run(ctx context.Context, paths []string) error {
	if d.Section != "" {
		return Misused{errors.New("comments go where their stories are; --section says nothing here")}
	}
	if err := d.checkPlace(); err != nil {
		return err
	}
	var err error
	if d.files, err = d.find(paths); err != nil {
		return err
	}
	for _, f := range d.files {
		e, err := spool.New()
		if err != nil {
			return err
		}
		d.exports = append(d.exports, e)
		if err := d.read(ctx, f, e); err != nil {
			return err
		}
	}
	for n, e := range d.exports {
		if d.files[n].bad {
			continue
		}
		if err := d.bring(ctx, d.files[n], e); err != nil {
			return err
		}
	}
	slices.SortStableFunc(d.result.Warnings, func(a, b Note) int { return strings.Compare(a.Item, b.Item) })
	for _, left := range []struct {
		n    int
		what string
	}{
		{d.orphans, "%d comments are of threads that are not in their file; they were left out"},
		{d.mute, "%d comments hold no text; they were left out"},
		{d.long, "%d comments are longer than 64 kB; they were cut"},
	} {
		if left.n > 0 {
			d.warn("", fmt.Sprintf(left.what, left.n))
		}
	}
	return nil
}

// read reads a file to its end, notes what is wrong with it, and keeps in e what it holds. The error is not about the file.
func (d *discussions) read(ctx context.Context, f *source, e *spool.Spool) error {
	refuse := func(err error) error {
		d.fail(f.path, err)
		f.bad = true
		return nil
	}
	in, err := f.open()
	if err != nil {
		return refuse(err)
	}
	defer in.Close()
	text, err := spool.Unpack(in, f.size)
	if err != nil {
		return refuse(err)
	}
	posts := 0
	for entry, err := range disqus.Read(text) {
		if stop := ctx.Err(); stop != nil {
			return stopped(stop)
		}
		if err != nil {
			return refuse(err)
		}
		f.items++
		d.tell("checking", f.items, 0)
		if t := entry.Thread; t != nil {
			err = e.Add(hashOf(t.ID), aThread, t)
		} else {
			posts++
			err = e.Add(hashOf(entry.Post.Thread), aPost, entry.Post)
		}
		if err != nil {
			return err
		}
	}
	d.total += posts
	return nil
}

// bring brings the comments of a file in, thread by thread.
func (d *discussions) bring(ctx context.Context, f *source, e *spool.Spool) error {
	for all, err := range e.Groups() {
		if err != nil {
			return err
		}
		posts := make([]spool.Place, 0, len(all))
		var where *spool.Place // of the thread: the first, if there are several of one id
		for n, p := range all {
			if p.Kind == aPost {
				posts = append(posts, p)
			} else if where == nil {
				where = &all[n]
			}
		}
		if len(posts) == 0 {
			continue
		}
		if where == nil {
			d.orphans += len(posts)
			continue
		}
		var t disqus.Thread
		if err := e.Read(*where, &t); err != nil {
			return err
		}
		name := f.path + " " + firstOf(t.Link, t.Identifier, "thread "+t.ID)
		if err := d.thread(ctx, e, t, posts, name); err != nil {
			if ctx.Err() != nil {
				return stopped(ctx.Err())
			}
			if fatal(err) {
				return fmt.Errorf("stopped at %s; what is in stays, and the same import again goes on with the rest: %w", name, err)
			}
			d.fail(name, err)
		}
		d.done += len(posts)
		if d.Progress != nil {
			d.Progress(Progress{"importing", d.done, d.total, d.result})
		}
	}
	return nil
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// thread brings in the comments of one thread.
func (d *discussions) thread(ctx context.Context, e *spool.Spool, t disqus.Thread, posts []spool.Place, name string) error {
	all, err := d.tree(e, posts)
	if err != nil || len(all) == 0 || t.Deleted {
		return err
	}
	place, why, err := d.story(ctx, t)
	if err != nil {
		return err
	}
	if place == "" {
		d.warn(name, fmt.Sprintf("%s; %d comments were left out", why, len(all)))
		return nil
	}
	added := 0
	if d.DryRun {
		added, err = d.Comments.Missing(ctx, place, all)
	} else {
		added, err = d.arrive(ctx, place, all)
	}
	d.result.Comments += added
	if err == nil {
		d.result.Unchanged += len(all) - added
		d.result.Read += len(all)
	}
	return err
}

func (d *discussions) arrive(ctx context.Context, place string, all []talk.Past) (added int, err error) {
	begun := time.Now()
	for n, err := range d.Comments.Arriving(ctx, place, all) {
		if added += n; err != nil {
			return added, err
		}
		if n > 0 {
			d.breathe(ctx, begun)
		}
		if err := ctx.Err(); err != nil {
			return added, err
		}
		begun = time.Now()
	}
	return added, nil
}

// tree gives the posts of a thread that are kept; each answers the nearest one before it that is kept. Their texts stay on disk until they are needed.
func (d *discussions) tree(e *spool.Spool, posts []spool.Place) ([]talk.Past, error) {
	type node struct {
		past   talk.Past
		parent string
		kept   bool
		passed bool // on the way up from one that is kept
	}
	nodes, at := make([]node, 0, len(posts)), make(map[string]int, len(posts))
	for _, where := range posts {
		var p disqus.Post
		if err := e.Read(where, &p); err != nil {
			return nil, err
		}
		if _, twice := at[p.ID]; twice && p.ID != "" {
			continue
		}
		n := node{parent: p.Parent, kept: !p.Gone && p.Text != ""}
		switch {
		case n.kept && p.Cut:
			d.long++
		case !n.kept && !p.Gone:
			d.mute++
		}
		if n.kept {
			n.past = talk.Past{Ref: p.Ref(), Name: p.Author, At: p.At, Held: p.Held, Say: func() (string, error) {
				var p disqus.Post
				err := e.Read(where, &p)
				return p.Text, err
			}}
		}
		if p.ID != "" {
			at[p.ID] = len(nodes)
		}
		nodes = append(nodes, n)
	}
	var way []int
	all := make([]talk.Past, 0, len(nodes))
	for _, n := range nodes {
		if !n.kept {
			continue
		}
		way = way[:0]
		parent := n.parent
		for {
			up, ok := at[parent]
			if ok && nodes[up].kept {
				n.past.Parent = nodes[up].past.Ref
			} else if ok && !nodes[up].passed { // a ring of those that are gone ends where it was passed
				nodes[up].passed = true
				way = append(way, up)
				parent = nodes[up].parent
				continue
			} else if !ok && parent != "" { // of an earlier export, perhaps
				n.past.Parent = disqus.Post{ID: parent}.Ref()
			}
			break
		}
		for _, gone := range way { // the next one that comes by is there at once
			nodes[gone].parent, nodes[gone].passed = parent, false
		}
		all = append(all, n.past)
	}
	return all, nil
}
