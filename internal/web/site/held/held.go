// Package held holds in memory the public files of pictures that were asked for last. The name of a file changes with its content, so that
// what lies here is never old; whether it may be given away is asked before it is looked for. With them, pictures that were shown before are
// shown while the place where they lie is slow or down.
package held

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

// How much lies in memory: all together unless New says otherwise, and one file. A larger one goes from its store to its reader.
const (
	most    = 32 << 20
	Largest = 1 << 20 // bytes
)

// Store opens the public files of pictures; a missing one is fault.NotFound.
type Store interface {
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
}

// Files are those that were asked for last.
type Files struct {
	from  Store
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

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }

// New holds at most max bytes of the files of a store, 32 MB when max is 0.
func New(from Store, max int64) *Files {
	if max <= 0 {
		max = most
	}
	return &Files{from: from, max: max, held: map[string]*list.Element{}, order: list.New()}
}

// Open gives a file from memory, else from its store. Whoever asks for the same meanwhile waits for the same reading, which goes on when
// one of them stops waiting.
func (f *Files) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
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
func (f *Files) read(ctx context.Context, key string) ([]byte, error) {
	from, err := f.from.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer from.Close()
	data, err := io.ReadAll(io.LimitReader(from, Largest+1))
	if err != nil {
		return nil, err
	}
	if len(data) > Largest {
		return nil, nil
	}
	f.hold(key, data)
	return data, nil
}

func (f *Files) look(key string) ([]byte, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e, ok := f.held[key]
	if !ok {
		return nil, false
	}
	f.order.MoveToFront(e)
	return e.Value.(*heldFile).data, true
}

func (f *Files) hold(key string, data []byte) {
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

// Forget lets go of every file of a picture: it was killed, or its rights have ended.
func (f *Files) Forget(picture string) {
	prefix := "p/" + picture + "/"
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, e := range f.held {
		if strings.HasPrefix(key, prefix) {
			f.remove(e)
		}
	}
}

func (f *Files) remove(e *list.Element) {
	h := f.order.Remove(e).(*heldFile)
	delete(f.held, h.key)
	f.bytes -= int64(len(h.data))
}
