package transfer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"dateline/internal/account"
	"dateline/internal/dial"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/intake"
	"dateline/internal/news"
	"dateline/internal/wire"
)

// Asked is what an address answered to a question that says what is known of it already.
type Asked struct {
	Status         int    // 200, 304 when nothing changed, or what else it was
	Address        string // that answered, after redirects
	ETag, Modified string
}

// Intake reads the sources of the inbox, makes stories of what arrived, and moves sites in. It is a doer of due work.
type Intake struct {
	Options
	Inbox *intake.Desk
	// Root is the folder that the operator named for wires, "" for none.
	Root string
	// Ask writes what an address answers into to, at most max bytes, unless nothing changed since etag or modified.
	Ask func(ctx context.Context, address, etag, modified string, to io.Writer, max int64) (Asked, error)
	// MoveFiles holds what was handed in for moves, Scratch is the folder in which one is laid open while it is worked on.
	MoveFiles MoveFiles
	Scratch   string

	mu   sync.Mutex
	read map[string]map[uint64]stamp // by source: the files of a folder that were read, by the hash of their names
}

// stamp is how a file was when it was read.
type stamp struct {
	size int64
	time int64
}

// packet is what of an item is kept for making a story of it.
type packet struct {
	Item wire.Item `json:"item"`
	File string    `json:"file,omitempty"` // in the operator's folder, with slashes: pictures may lie beside it
}

// Do reads the source, or does the work of the move, that is due.
func (t *Intake) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	switch w.Kind {
	case intake.WorkRead:
		return true, t.readSource(ctx, w.Subject)
	case intake.WorkMove:
		return true, t.move(ctx, w.Subject)
	}
	return false, nil
}

// trouble is why a source could not be read; it is no fault of ours.
type trouble struct{ why, detail string }

func (t trouble) Error() string { return t.why + " " + t.detail }

func (t *Intake) readSource(ctx context.Context, id string) error {
	s, err := t.Inbox.Reach(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil // it was ended
	}
	if err != nil {
		return err
	}
	if s.Paused {
		return t.Inbox.Read(ctx, id, func(*intake.Reading) {})
	}
	result := s.Reading
	result.New, result.Why, result.Detail = 0, "", ""
	if s.Kind == intake.Feed {
		err = t.readFeed(ctx, s, &result)
	} else {
		err = t.readFolder(ctx, s, &result)
	}
	var why trouble // of who sends, none of ours
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &why):
		return t.Inbox.Read(ctx, id, func(r *intake.Reading) { r.Failures, r.Why, r.Detail = r.Failures+1, why.why, why.detail })
	case err != nil:
		return err
	}
	return t.Inbox.Read(ctx, id, func(r *intake.Reading) {
		result.At, result.TriedAt, result.Failures = r.TriedAt, r.TriedAt, 0
		*r = result
	})
}

func (t *Intake) readFeed(ctx context.Context, s intake.Source, r *intake.Reading) error {
	var in bytes.Buffer
	a, err := t.Ask(ctx, s.Address, r.ETag, r.Modified, &in, wire.MaxFeed)
	var refused *dial.Refused
	switch {
	case errors.As(err, &refused):
		return trouble{"forbidden", ""}
	case fault.Is(err, fault.TooLarge):
		return trouble{"too_large", strconv.Itoa(wire.MaxFeed >> 20)}
	case err != nil:
		return trouble{"unreachable", ""}
	case a.Status == 304:
		return nil
	case a.Status != 200:
		return trouble{"status", strconv.Itoa(a.Status)}
	}
	f, err := wire.ParseFeed(in.Bytes(), a.Address)
	if err != nil {
		return trouble{"no_feed", ""}
	}
	for _, it := range slices.Backward(f.Items) { // the newest is on top of a feed, and of the inbox
		if err := t.take(ctx, s, it, "", r); err != nil {
			return err
		}
	}
	r.ETag, r.Modified = a.ETag, a.Modified
	return nil
}

// take brings one item to the inbox and counts it when it is new.
func (t *Intake) take(ctx context.Context, s intake.Source, it wire.Item, file string, r *intake.Reading) error {
	if it.NotArticle != "" || uriOf(it) == "" {
		return nil
	}
	if it.Content.Source.Name == "" {
		it.Content.Source.Name = s.Name
	}
	if s.Kind == intake.Feed && it.Content.Dateline.Source == "" { // feeds have no field for it
		it.Content.Dateline.Source = it.Content.Source.Name
	}
	pack, err := json.Marshal(packet{it, file})
	if err != nil {
		return fmt.Errorf("transfer: item: %w", err)
	}
	in := intake.Item{
		URI: uriOf(it), Digest: it.Digest(), Urgency: it.Content.Urgency, Embargo: it.EmbargoUntil, Made: it.VersionTime, Status: string(it.Status),
		Pictures: len(it.Pictures), Note: it.DeskNote, Content: it.Content, Packet: pack,
	}
	fresh, err := t.Inbox.Take(ctx, s, in)
	if fresh {
		r.New++
	}
	return err
}

// Limits of a watched folder: what is more waits until there is less.
const (
	maxWatched = 200_000
	maxBad     = 5 // names of files that are told
)

var errEnough = errors.New("transfer: enough files")

// readFolder reads the files of a folder that were not read yet, or that changed since, the oldest first.
func (t *Intake) readFolder(ctx context.Context, s intake.Source, r *intake.Reading) error {
	if t.Root == "" {
		return trouble{"no_root", ""}
	}
	root, err := os.OpenRoot(t.Root)
	if err != nil {
		return trouble{"no_root", ""}
	}
	defer root.Close()
	if info, err := root.Stat(filepath.FromSlash(s.Address)); err != nil || !info.IsDir() {
		return trouble{"no_folder", s.Address}
	}
	t.mu.Lock()
	if t.read == nil {
		t.read = map[string]map[uint64]stamp{}
	}
	if t.read[s.ID] == nil || r.At.IsZero() { // never read, or from elsewhere
		t.read[s.ID] = map[uint64]stamp{}
	}
	seen := t.read[s.ID]
	t.mu.Unlock()
	files, there, err := watched(ctx, root, s, seen, t.Clock.Now())
	if err != nil {
		return err
	}
	var bad []string
	for _, f := range files {
		if err := ctx.Err(); err != nil {
			return err
		}
		ok, err := t.readFile(ctx, root, s, f.name, r)
		if err != nil {
			return err
		}
		if !ok {
			bad = append(bad, path.Base(f.name))
		}
		there[hashOf(f.name)] = f.stamp
	}
	t.mu.Lock()
	t.read[s.ID] = there
	t.mu.Unlock()
	if len(bad) > 0 {
		r.Why, r.Detail = "files", strings.Join(bad[:min(len(bad), maxBad)], ", ")
	}
	return nil
}

// watchedFile is a file that is to be read.
type watchedFile struct {
	name string
	stamp
}

// watched lists what is to be read, and of what was read before what is still there. What is older than the days of its source is left.
func watched(ctx context.Context, root *os.Root, s intake.Source, seen map[uint64]stamp, now time.Time) (files []watchedFile, there map[uint64]stamp, err error) {
	there = map[uint64]stamp{}
	oldest := now.AddDate(0, 0, -s.KeepDays)
	err = fs.WalkDir(root.FS(), s.Address, func(name string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return nil // gone meanwhile, or not for us
		}
		hidden := strings.HasPrefix(d.Name(), ".") && name != s.Address
		if d.IsDir() {
			if hidden {
				return fs.SkipDir
			}
			return nil
		}
		if hidden || !d.Type().IsRegular() || !slices.Contains([]string{".json", ".jsonl", ".ndjson"}, strings.ToLower(path.Ext(name))) {
			return nil
		}
		info, err := d.Info()
		if err != nil || info.ModTime().Before(oldest) {
			return nil
		}
		f := watchedFile{name, stamp{info.Size(), info.ModTime().UnixNano()}}
		if seen[hashOf(name)] == f.stamp {
			there[hashOf(name)] = f.stamp
		} else {
			files = append(files, f)
		}
		if len(files)+len(there) >= maxWatched {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	slices.SortFunc(files, func(a, b watchedFile) int {
		if a.time != b.time {
			return int(min(max(a.time-b.time, -1), 1))
		}
		return strings.Compare(a.name, b.name)
	})
	return files, there, err
}

// readFile brings the items of one file; ok is false when one of them cannot be taken. A file that is still being written is read
// again when it has changed.
func (t *Intake) readFile(ctx context.Context, root *os.Root, s intake.Source, name string, r *intake.Reading) (ok bool, err error) {
	in, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		return false, nil
	}
	defer in.Close()
	ok = true
	for raw, err := range wire.Split(in) {
		if err != nil {
			return false, nil
		}
		it, _, err := wire.ParseNinjs(raw)
		if err != nil {
			ok = false
			continue
		}
		if err := t.take(ctx, s, it, name, r); err != nil {
			return false, err
		}
	}
	return ok, nil
}

// Use makes a story of an item, with its pictures, and gives notes about what could not be had. section is a slug, "" for the one that
// the item's subjects name. When there is a story of it in its edition already, that is the one.
func (t *Intake) Use(ctx context.Context, who account.Actor, once fact.Once, id, section string) (news.Article, []string, error) {
	i, p, j, m, err := t.unpack(ctx, who, id)
	if err != nil {
		return news.Article{}, nil, err
	}
	if a, known, err := t.Desk.BySource(ctx, i.URI); err != nil {
		return a, nil, err
	} else if known && a.Edition == i.Edition && a.State != news.Withdrawn && i.Article == "" && i.URI != "" {
		a, err = t.Desk.Meet(ctx, news.Act{Who: who, Once: once}, a.ID, id)
		return a, nil, err
	}
	m.Section = section
	if _, place, err := m.place(&j.item); err == nil {
		section = place
	}
	p.Edition, p.Section = &i.Edition, &section
	if section == "" {
		p.Section = nil
	}
	if p.Urgency == nil {
		p.Urgency = &i.Urgency
	}
	p.Kind = ptr(string(news.Story))
	if j.item.Status != wire.Usable {
		p.Legal, p.DeskNote = ptr("check"), ptr(asideNote(j.item))
	}
	a, err := t.Desk.Create(ctx, news.Act{Who: who, Once: once}, p)
	return a, j.notes, err
}

// TakeFields are the parts of a story that a newer version of its item may change.
var TakeFields = []string{"headline", "short_headline", "lead", "dateline", "byline", "body", "picture", "tags"}

// Take puts what the newest version of an item says into the story that was made of it: the fields that are named, all when none is. What
// its publisher does not leave to a choice comes along: a later embargo, and that the story waits when the item is not usable any more. What
// the story said stays in its versions.
func (t *Intake) Take(ctx context.Context, who account.Actor, once fact.Once, version int64, id string, fields []string) (news.Article, []string, error) {
	i, p, j, _, err := t.unpack(ctx, who, id)
	if err != nil {
		return news.Article{}, nil, err
	}
	if err := i.Story(); err != nil {
		return news.Article{}, nil, err
	}
	if len(fields) > 0 {
		p = chosen(p, fields)
	}
	only := news.Patch{Headline: p.Headline, ShortHeadline: p.ShortHeadline, Lead: p.Lead, Dateline: p.Dateline, Byline: p.Byline, Body: p.Body, Picture: p.Picture, Tags: p.Tags,
		Source: p.Source, Inbox: i.ID}
	if only.Picture != nil && *only.Picture == "" {
		only.Picture = nil // the newer one could not be had
	}
	story, err := t.Desk.Article(ctx, who, i.Article)
	if err != nil {
		return news.Article{}, nil, err
	}
	if until := j.item.EmbargoUntil; until.After(t.Clock.Now()) && until.After(story.EmbargoUntil) {
		only.EmbargoUntil = &until
	}
	if j.item.Status != wire.Usable && story.Legal != "check" {
		only.Legal, only.DeskNote = ptr("check"), ptr(joinNotes(asideNote(j.item), story.DeskNote))
	}
	a, err := t.Desk.Save(ctx, news.Act{Who: who, Once: once, Version: version}, i.Article, only)
	return a, j.notes, err
}

// chosen is a patch with nothing but fields.
func chosen(p news.Patch, fields []string) news.Patch {
	out := news.Patch{Source: p.Source}
	for _, f := range fields {
		switch f {
		case "headline":
			out.Headline = p.Headline
		case "short_headline":
			out.ShortHeadline = p.ShortHeadline
		case "lead":
			out.Lead = p.Lead
		case "dateline":
			out.Dateline = p.Dateline
		case "byline":
			out.Byline = p.Byline
		case "body":
			out.Body = p.Body
		case "picture":
			out.Picture = p.Picture
		case "tags":
			out.Tags = p.Tags
		}
	}
	return out
}

// unpack reads an item that who may use, brings its pictures in, and lays out what it says.
func (t *Intake) unpack(ctx context.Context, who account.Actor, id string) (intake.Item, news.Patch, *job, *importer, error) {
	i, s, err := t.Inbox.Usable(ctx, who, id)
	if err != nil {
		return i, news.Patch{}, nil, nil, err
	}
	var pack packet
	if err := json.Unmarshal(i.Packet, &pack); err != nil {
		return i, news.Patch{}, nil, nil, fmt.Errorf("transfer: item: %w", err)
	}
	o := t.Options
	o.Edition, o.Section, o.Publish, o.DryRun, o.Gentle = i.Edition, "", false, false, false
	m := newImporter(o)
	j := &job{file: t.beside(s, pack.File), name: i.URI, first: true, newer: true, item: pack.Item}
	if j.item.Content.Language == "" {
		if e, ok := m.dir.Edition(i.Edition); ok {
			j.item.Content.Language = e.Language
		}
	}
	p, err := m.patch(ctx, j, nil)
	p.Related, p.TranslationOf, p.Inbox = nil, nil, i.ID
	return i, p, j, m, err
}

// beside is the file that an item came in, so that pictures beside it are found; of a feed there is none.
func (t *Intake) beside(s intake.Source, file string) *source {
	if t.Root == "" || file == "" || s.Kind != intake.Folder {
		return &source{}
	}
	return &source{path: file, root: filepath.Join(t.Root, filepath.FromSlash(s.Address)), dir: path.Dir(strings.TrimPrefix(strings.TrimPrefix(file, s.Address), "/"))}
}
