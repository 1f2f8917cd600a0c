package site

import (
	"bytes"
	"container/list"
	"context"
	"io"
	"strings"
	"sync"

	"dateline/internal/web"

	"golang.org/x/sync/singleflight"
)

// How much of the public files of pictures lies in memory: all together unless Options say otherwise, and one of them. A larger one
// goes from its store to its reader.
const (
	filesHeld   = 32 << 20
	largestHeld = 1 << 20
)

// files are the public files of pictures that were asked for last. The name of a file changes with its content, so that what lies here
// is never old; whether it may be given away is asked before it is looked for. With them, pictures that were shown before are shown
// while the place where they lie is slow or down.
type files struct {
	from  Files
	max   int64
	reads singleflight.Group

	mu    sync.Mutex
	held  map[string]*list.Element // of *heldFile
	order *list.List               // asked for last in front
	bytes int64
}

type heldFile struct {
	key  string
	data []byte
}

// file is a public file opened for one reader.
type file interface {
	io.ReadSeeker
	io.Closer
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

func newFiles(from Files, max int64) *files {
	if max <= 0 {
		max = filesHeld
	}
	return &files{from: from, max: max, held: map[string]*list.Element{}, order: list.New()}
}

// open gives a file from memory, else from its store. Whoever asks for the same meanwhile waits for the same reading, which goes on when
// one of them stops waiting.
func (f *files) open(ctx context.Context, key string) (file, error) {
	if data, ok := f.look(key); ok {
		return inMemory{bytes.NewReader(data)}, nil
	}
	answer := f.reads.DoChan(key, func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), web.AnswerWithin)
		defer cancel()
		if data, ok := f.look(key); ok { // it came while this reading was asked for
			return data, nil
		}
		return f.read(ctx, key)
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a := <-answer:
		if a.Err != nil {
			return nil, a.Err
		}
		if data := a.Val.([]byte); data != nil {
			return inMemory{bytes.NewReader(data)}, nil
		}
		return f.from.Open(ctx, key) // too large to be held
	}
}

// read takes a file into memory; nil when it is too large.
func (f *files) read(ctx context.Context, key string) ([]byte, error) {
	from, err := f.from.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	data, err := io.ReadAll(io.LimitReader(from, largestHeld+1))
	if err != nil {
		return nil, err
	}
	if len(data) > largestHeld {
		return nil, nil
	}
	f.hold(key, data)
	return data, nil
}

func (f *files) look(key string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, ok := f.held[key]
	if !ok {
		return nil, false
	}
	f.order.MoveToFront(e)
	return e.Value.(*heldFile).data, true
}

func (f *files) hold(key string, data []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.held[key]; ok {
		return
	}
	f.held[key] = f.order.PushFront(&heldFile{key, data})
	f.bytes += int64(len(data))
	for f.bytes > f.max {
		f.remove(f.order.Back())
	}
}

// forget lets go of every file of a picture: it was killed, or its rights have ended.
func (f *files) forget(picture string) {
	prefix := "p/" + picture + "/"
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, e := range f.held {
		if strings.HasPrefix(key, prefix) {
			f.remove(e)
		}
	}
}

func (f *files) remove(e *list.Element) {
	h := f.order.Remove(e).(*heldFile)
	delete(f.held, h.key)
	f.bytes -= int64(len(h.data))
}
