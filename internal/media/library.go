package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// Due work of this room: the rights to a picture end; files that no rendition names any more are removed.
const (
	WorkExpires = "picture-expires"
	WorkFiles   = "picture-files"
)

// filesKept is how long a file that was replaced can still be loaded by pages that are open.
const filesKept = 24 * time.Hour

// Store is what the Library needs kept. Each writing method is one transaction; functions given may run twice.
type Store interface {
	CreatePicture(ctx context.Context, once fact.Once, p Picture, source string, o fact.Outcome) (Picture, error)
	// AmendPicture compares version with the stored one, 0 means any; an older one is fault.Stale with the newer Picture as Current.
	AmendPicture(ctx context.Context, once fact.Once, id string, version int64, change func(*Picture) (fact.Outcome, error)) (Picture, error)
	Picture(ctx context.Context, id string) (Picture, error)
	PictureBySource(ctx context.Context, source string) (Picture, error)
	// ListPictures lists pictures, newest first.
	ListPictures(ctx context.Context, q Shelf) ([]Picture, error)
	// ShownIn lists the published articles that show a picture.
	ShownIn(ctx context.Context, picture string) ([]string, error)
}

// Files is where the Library puts files; Put is atomic and durable, NotFound tells a missing one.
type Files interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Delete(ctx context.Context, key string) error
	Keys(ctx context.Context, prefix string) ([]string, error)
	// Older goes through the keys that begin with prefix and were put before a time, in their byte order; an error ends it.
	Older(ctx context.Context, prefix string, before time.Time) iter.Seq2[string, error]
}

// Library is the picture desk: it takes pictures in, changes what is said about them, and kills them.
type Library struct {
	store Store
	files Files
	pool  *Pool
	clock moment.Clock
	ids   *moment.IDs
}

// NewLibrary gives a library over store and files; pool does the work on pictures.
func NewLibrary(store Store, files Files, pool *Pool, clock moment.Clock, ids *moment.IDs) *Library {
	return &Library{store, files, pool, clock, ids}
}

var (
	uploaders = []account.Role{account.Admin, account.Editor, account.Reporter, account.PictureEditor}
	desk      = []account.Role{account.Admin, account.Editor, account.PictureEditor}
)

// Upload takes a picture in: what the file says about itself is filled in where fields leave it open. source is where an
// import found it, "" otherwise. The picture is whole, with its renditions on disk, when Upload returns.
func (l *Library) Upload(ctx context.Context, who account.Actor, once fact.Once, file io.ReaderAt, size int64, f Fields, source string) (Picture, error) {
	if !who.HasAnywhere(uploaders...) {
		return Picture{}, who.Refused()
	}
	info, err := l.pool.Inspect(ctx, file, size)
	if err != nil {
		return Picture{}, err
	}
	p := Picture{ID: l.ids.New(), CreatedAt: l.clock.Now(), CreatedBy: who.ID, Width: info.Width, Height: info.Height, Outputs: []Output{}, Focal: Centre, Kind: f.kind(info.Metadata),
		Untouched: who.IsHouse() && source != ""}
	p.Fill(info.Metadata)
	if f.Crops != nil && p.Untouched { // what a file says of another is no reason to lose the picture
		fit := slices.DeleteFunc(slices.Clone(*f.Crops), func(c Crop) bool { return p.unfit(c) != "" })
		f.Crops = &fit
	}
	if err := p.Apply(f); err != nil {
		return Picture{}, inBody(err)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, size)); err != nil {
		return Picture{}, fmt.Errorf("media: read upload: %w", err)
	}
	p.SHA256 = hex.EncodeToString(sum.Sum(nil))
	p.Original = "o/" + p.ID + "/" + p.SHA256[:16] + info.Ending
	if err := l.render(ctx, &p, file, size); err != nil {
		l.discard(ctx, p.ID)
		return Picture{}, err
	}
	if err := l.files.Put(ctx, p.Original, io.NewSectionReader(file, 0, size), size, ""); err != nil {
		l.discard(ctx, p.ID)
		return Picture{}, err
	}
	kept, err := l.store.CreatePicture(ctx, once, p, source, fact.Outcome{Work: l.expiry(p)})
	if err != nil || kept.ID != p.ID { // not kept, or its key had an outcome already
		l.discard(ctx, p.ID)
	}
	return kept, err
}

// kind gives what the upload says, else what the file says, else photo.
func (f Fields) kind(m Metadata) Kind {
	if f.Kind != nil {
		return *f.Kind
	}
	return m.kind()
}

// inBody puts the places of a fault under "body", where the API's caller finds them.
func inBody(err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Places) == 0 {
		return err
	}
	c := *f
	c.Places = append([]fault.Place(nil), f.Places...)
	for i := range c.Places {
		c.Places[i].Location = "body." + c.Places[i].Location
	}
	return &c
}

// render makes the public files of p anew and names them in p.
func (l *Library) render(ctx context.Context, p *Picture, file io.ReaderAt, size int64) error {
	made, err := l.pool.Render(ctx, file, size, Job{Focal: p.Focal, Crops: p.Crops, Kind: p.Kind, Notice: p.Notice(), Put: func(ctx context.Context, r Rendition, ending string, data []byte) (string, error) {
		sum := sha256.Sum256(data)
		key := "p/" + p.ID + "/" + r.Name + "-" + hex.EncodeToString(sum[:4]) + ending
		return key, l.files.Put(ctx, key, strings.NewReader(string(data)), int64(len(data)), "")
	}})
	if err != nil {
		return err
	}
	p.Renditions = made
	return nil
}

// discard removes the files of a picture that was not kept; what fails here the sweeping of files finds later.
func (l *Library) discard(ctx context.Context, id string) {
	ctx = context.WithoutCancel(ctx)
	for _, prefix := range []string{"p/" + id + "/", "o/" + id + "/"} {
		keys, err := l.files.Keys(ctx, prefix)
		for _, k := range keys {
			err = errors.Join(err, l.files.Delete(ctx, k))
		}
		_ = err // an orphan file is read by nobody
	}
}

func (l *Library) expiry(p Picture) []fact.Work {
	if p.ExpiresAt.After(l.clock.Now()) {
		return []fact.Work{{Kind: WorkExpires, Subject: p.ID, Due: p.ExpiresAt}}
	}
	return nil
}

// Change changes what is said about a picture. Where that stands in its public files too, they are made anew.
func (l *Library) Change(ctx context.Context, who account.Actor, once fact.Once, id string, version int64, f Fields) (Picture, error) {
	if !who.HasAnywhere(uploaders...) {
		return Picture{}, who.Refused()
	}
	for {
		p, err := l.change(ctx, who, once, id, version, f)
		if !errors.Is(err, errMoved) {
			return p, err
		}
	}
}

// errMoved tells that the picture was changed while its files were made: they may bear what is said of it no more.
var errMoved = errors.New("media: the picture was changed meanwhile")

func (l *Library) change(ctx context.Context, who account.Actor, once fact.Once, id string, version int64, f Fields) (Picture, error) {
	old, err := l.store.Picture(ctx, id)
	if err != nil {
		return Picture{}, err
	}
	next := old
	if err := next.Apply(f); err != nil {
		return Picture{}, inBody(err)
	}
	again := next.Focal != old.Focal || !slices.Equal(next.Crops, old.Crops) || next.Kind != old.Kind || next.Notice() != old.Notice()
	if again && old.KilledAt.IsZero() && (version == 0 || version == old.Version) && l.mayChange(who, old) {
		if err := l.renderAgain(ctx, &next); err != nil {
			return Picture{}, err
		}
	}
	return l.store.AmendPicture(ctx, once, id, version, func(p *Picture) (fact.Outcome, error) {
		if !l.mayChange(who, *p) {
			return fact.Outcome{}, who.Refused()
		}
		if p.Version != old.Version {
			return fact.Outcome{}, errMoved
		}
		if err := p.Apply(f); err != nil {
			return fact.Outcome{}, inBody(err)
		}
		p.Untouched = p.Untouched && who.IsHouse()
		if again {
			p.Renditions = next.Renditions
		}
		o := fact.Outcome{Stale: []fact.Tag{fact.TagPicture(id)}, Work: l.expiry(*p)}
		o.Forget = !p.ExpiresAt.IsZero() && len(o.Work) == 0 // its rights are over by what was said of them now
		if p.ExpiresAt.IsZero() {
			o.Undone = []fact.Work{{Kind: WorkExpires, Subject: id}}
		}
		if again {
			o.Work = append(o.Work, fact.Work{Kind: WorkFiles, Subject: id, Due: l.clock.Now().Add(filesKept)})
		}
		return o, nil
	})
}

// mayChange reports whether who may change p: desks any, reporters their own.
func (l *Library) mayChange(who account.Actor, p Picture) bool {
	return who.HasAnywhere(desk...) || who.ID != "" && p.CreatedBy == who.ID && who.HasAnywhere(account.Reporter)
}

// Kill takes a picture out of every output for good and lists the published articles that showed it.
func (l *Library) Kill(ctx context.Context, who account.Actor, once fact.Once, id, note string) (Picture, []string, error) {
	if !who.HasAnywhere(desk...) {
		return Picture{}, nil, who.Refused()
	}
	p, err := l.store.AmendPicture(ctx, once, id, 0, func(p *Picture) (fact.Outcome, error) {
		if !p.KilledAt.IsZero() {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.picture.killed", "the picture was killed")
		}
		p.KilledAt, p.KillNote = l.clock.Now(), strings.TrimSpace(note)
		if err := p.Validate(); err != nil {
			return fact.Outcome{}, inBody(err)
		}
		return fact.Outcome{Stale: []fact.Tag{fact.TagPicture(id)}, Forget: true, Work: []fact.Work{{Kind: WorkFiles, Subject: id, Due: p.KilledAt}},
			Undone: []fact.Work{{Kind: WorkExpires, Subject: id}}, Acts: []fact.Act{{Did: fact.DidKill, By: who.ID, About: fact.AboutPicture, Subject: id, Note: p.KillNote}}}, nil
	})
	if err != nil {
		return Picture{}, nil, err
	}
	shown, err := l.store.ShownIn(ctx, id) // after it: what was published with it up to then is named too
	return p, shown, err
}

// Picture reads a picture for who works with pictures.
func (l *Library) Picture(ctx context.Context, who account.Actor, id string) (Picture, error) {
	if !who.HasAnywhere(uploaders...) {
		return Picture{}, who.Refused()
	}
	return l.store.Picture(ctx, id)
}

// BySource finds the picture that an import brought from an address.
func (l *Library) BySource(ctx context.Context, source string) (Picture, bool, error) {
	p, err := l.store.PictureBySource(ctx, source)
	if fault.Is(err, fault.NotFound) {
		return Picture{}, false, nil
	}
	return p, err == nil, err
}

// Do does one piece of due work of this room and reports whether it was its own.
func (l *Library) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	switch w.Kind {
	case WorkExpires:
		_, err := l.store.AmendPicture(ctx, fact.Once{}, w.Subject, 0, func(p *Picture) (fact.Outcome, error) {
			if later := l.expiry(*p); len(later) > 0 { // its rights were made longer since this work was taken
				return fact.Outcome{Work: later}, nil
			}
			return fact.Outcome{Stale: []fact.Tag{fact.TagPicture(p.ID)}, Forget: true, Undone: []fact.Work{w}}, nil
		})
		return true, gone(err)
	case WorkFiles:
		return true, gone(l.sweep(ctx, w.Subject))
	}
	return false, nil
}

func gone(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
