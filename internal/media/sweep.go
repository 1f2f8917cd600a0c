package media

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"dateline/internal/fault"
)

// settled is how old a file is before it can be one that no picture will name: until then its picture may still be being made.
const settled = time.Hour

// sweep removes the public files of a picture that no rendition names: all of them when it was killed. What was put just now may
// be of a change that is not kept yet.
func (l *Library) sweep(ctx context.Context, id string) error {
	p, err := l.store.Picture(ctx, id)
	if err != nil {
		return err
	}
	before := l.clock.Now().Add(-settled)
	if !p.KilledAt.IsZero() {
		before = before.AddDate(100, 0, 0) // all of them, whatever the clock of the place where they lie says
	}
	_, err = l.sweepFiles(ctx, "p/"+id+"/", before)
	return err
}

// Sweep removes the files that no picture names and that were put at least age ago, which is to be longer than the making of a
// picture takes: what uploads left behind that were killed. It says how many there were.
func (l *Library) Sweep(ctx context.Context, age time.Duration) (int, error) {
	swept := 0
	for _, prefix := range []string{"p/", "o/"} {
		n, err := l.sweepFiles(ctx, prefix, l.clock.Now().Add(-age))
		if swept += n; err != nil {
			return swept, fmt.Errorf("media: sweep: %w", err)
		}
	}
	return swept, nil
}

func (l *Library) sweepFiles(ctx context.Context, prefix string, before time.Time) (swept int, err error) {
	var of string // the picture that the keys at hand are of
	var old []string
	drop := func() error {
		for _, key := range old {
			if err := l.files.Delete(ctx, key); err != nil {
				return err
			}
			swept++
		}
		return nil
	}
	look := func() error {
		if len(old) == 0 {
			return nil
		}
		named, err := l.named(ctx, of) // after its files were listed: what it names by now stays
		if err != nil {
			return err
		}
		kept := old[:0]
		for _, key := range old {
			if !named[key] {
				kept = append(kept, key)
			}
		}
		old = kept
		return drop()
	}
	for key, err := range l.files.Older(ctx, prefix, before) {
		if err != nil {
			return swept, err
		}
		parts := strings.SplitN(key, "/", 3)
		if len(parts) != 3 {
			continue
		}
		if parts[1] != of {
			if err := look(); err != nil {
				return swept, err
			}
			of, old = parts[1], old[:0]
		}
		old = append(old, key)
	}
	return swept, look()
}

// named gives the keys that a picture names; none when there is no such picture.
func (l *Library) named(ctx context.Context, id string) (map[string]bool, error) {
	p, err := l.store.Picture(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	named := map[string]bool{p.Original: true}
	if p.KilledAt.IsZero() {
		for _, r := range p.Renditions {
			named[r.Key] = true
		}
	}
	return named, nil
}

// renderAgain makes the public files anew from the file as it came. It never lies in memory as a whole.
func (l *Library) renderAgain(ctx context.Context, p *Picture) error {
	f, err := l.files.Open(ctx, p.Original)
	if err != nil {
		return err
	}
	defer f.Close()
	at, ok := f.(io.ReaderAt)
	if !ok {
		copied, err := os.CreateTemp("", "dateline-picture-*")
		if err != nil {
			return fmt.Errorf("media: %w", err)
		}
		defer copied.Close()
		_ = os.Remove(copied.Name()) // it lives as long as it is open
		if _, err := io.Copy(copied, io.LimitReader(f, l.pool.Limits().Bytes+1)); err != nil {
			return fmt.Errorf("media: read original: %w", err)
		}
		f, at = copied, copied
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("media: read original: %w", err)
	}
	return l.render(ctx, p, at, size)
}
