package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// scratch holds files that are being written. Its name is no valid part of a key, so nothing in it can be opened or listed.
const scratch = ".tmp"

// folder is a Store in one directory; os.Root keeps it inside, symbolic links included.
type folder struct {
	root *os.Root

	mu     sync.Mutex
	synced map[string]bool // directories whose entry in their parent is on the disk

	beforeRename func() // a test stops here; nil otherwise
}

func openFolder(dir string) (Store, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("blob: make folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("blob: open folder: %w", err)
	}
	f := &folder{root: root, synced: map[string]bool{}}
	if err := f.makeDir(scratch); err != nil {
		root.Close()
		return nil, fmt.Errorf("blob: make scratch folder: %w", err)
	}
	return f, nil
}

func (f *folder) Close() error { return f.root.Close() }

func (f *folder) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error {
	if err := admit(key, size, contentType); err != nil {
		return err
	}
	temp := scratch + "/" + strings.ToLower(rand.Text())
	if err := f.write(temp, &exact{ctx: ctx, r: r, left: size}); err != nil {
		f.root.Remove(temp)
		return f.fault("put", key, err)
	}
	if f.beforeRename != nil {
		f.beforeRename()
	}
	dir := path.Dir(key)
	err := f.makeDir(dir)
	if err == nil {
		err = f.root.Rename(temp, key)
	}
	if err == nil {
		err = f.syncDir(dir)
	}
	if err != nil {
		f.root.Remove(temp)
		return f.fault("put", key, err)
	}
	return nil
}

// write makes a file and brings it to the disk.
func (f *folder) write(name string, r io.Reader) error {
	file, err := f.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, r)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// makeDir makes dir and, the first time, brings the entries of it and its parents to the disk: a renamed file in a
// directory that a power cut took away is lost.
func (f *folder) makeDir(dir string) error {
	if dir == "." {
		return nil
	}
	if err := f.root.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for d := dir; d != "."; d = path.Dir(d) {
		f.mu.Lock()
		known := f.synced[d]
		f.mu.Unlock()
		if known {
			return nil
		}
		if err := f.syncDir(path.Dir(d)); err != nil {
			return err
		}
	}
	f.mu.Lock()
	for d := dir; d != "."; d = path.Dir(d) {
		f.synced[d] = true
	}
	f.mu.Unlock()
	return nil
}

func (f *folder) syncDir(dir string) error {
	d, err := f.root.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // a file system that has nothing to bring down
	}
	return errors.Join(err, d.Close())
}

func (f *folder) Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error) {
	if err := ValidKey(key); err != nil {
		return nil, Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return nil, Info{}, err
	}
	file, err := f.root.Open(key)
	if err != nil {
		return nil, Info{}, f.fault("open", key, err)
	}
	stat, err := file.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = fs.ErrNotExist
	}
	if err != nil {
		file.Close()
		return nil, Info{}, f.fault("open", key, err)
	}
	return file, Info{Size: stat.Size(), ContentType: TypeOf(key), ModTime: stat.ModTime()}, nil
}

func (f *folder) Delete(ctx context.Context, key string) error {
	if err := ValidKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	stat, err := f.root.Lstat(key)
	if err == nil && stat.IsDir() {
		return nil // the beginning of other keys is no file
	}
	if err == nil {
		err = f.root.Remove(key)
	}
	if err != nil && !gone(err) {
		return f.fault("delete", key, err)
	}
	return nil
}

func (f *folder) List(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		if err := validPrefix(prefix); err != nil {
			yield(Entry{}, err)
			return
		}
		f.walk(ctx, ".", prefix, yield)
	}
}

// walk goes through dir in the byte order of keys, which is not the order of names: "a-b" stands before "a/b". It
// reports whether to go on.
func (f *folder) walk(ctx context.Context, dir, prefix string, yield func(Entry, error) bool) bool {
	if err := ctx.Err(); err != nil {
		yield(Entry{}, err)
		return false
	}
	items, err := fs.ReadDir(f.root.FS(), dir)
	if gone(err) {
		return true
	}
	if err != nil {
		yield(Entry{}, f.fault("list", dir, err))
		return false
	}
	sortable := func(e fs.DirEntry) string {
		if e.IsDir() {
			return e.Name() + "/"
		}
		return e.Name()
	}
	slices.SortFunc(items, func(a, b fs.DirEntry) int { return strings.Compare(sortable(a), sortable(b)) })
	for _, item := range items {
		name := path.Join(dir, item.Name())
		if ValidKey(name) != nil {
			continue
		}
		if item.IsDir() {
			if below := name + "/"; strings.HasPrefix(below, prefix) || strings.HasPrefix(prefix, below) {
				if !f.walk(ctx, name, prefix, yield) {
					return false
				}
			}
			continue
		}
		if !item.Type().IsRegular() || !strings.HasPrefix(name, prefix) {
			continue
		}
		stat, err := item.Info()
		if gone(err) {
			continue
		}
		if err != nil {
			yield(Entry{}, f.fault("list", name, err))
			return false
		}
		if !yield(Entry{Key: name, Size: stat.Size(), ModTime: stat.ModTime()}, nil) {
			return false
		}
	}
	return true
}

func (f *folder) Sweep(ctx context.Context, age time.Duration) (int, error) {
	items, err := fs.ReadDir(f.root.FS(), scratch)
	if err != nil {
		return 0, f.fault("sweep", scratch, err)
	}
	swept, before := 0, time.Now().Add(-age)
	for _, item := range items {
		if err := ctx.Err(); err != nil {
			return swept, err
		}
		stat, err := item.Info()
		if err != nil || !stat.ModTime().Before(before) {
			continue
		}
		if err := f.root.Remove(scratch + "/" + item.Name()); err != nil && !gone(err) {
			return swept, f.fault("sweep", item.Name(), err)
		}
		swept++
	}
	return swept, nil
}

func (f *folder) Check(ctx context.Context) error { return check(ctx, f) }

func (f *folder) fault(doing, key string, err error) error {
	if gone(err) && doing == "open" {
		return missing(key)
	}
	return fromSource(doing, key, err)
}

// gone reports whether there is no such file; a file where the key has a folder counts, too.
func gone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR)
}

// check is the doctor's look at any store.
func check(ctx context.Context, s Store) error {
	key := "check/" + strings.ToLower(rand.Text()) + ".txt"
	want := []byte("Dateline looked whether files can be kept here.\n")
	if err := s.Put(ctx, key, bytes.NewReader(want), int64(len(want)), ""); err != nil {
		return err
	}
	got, err := readAll(ctx, s, key)
	if gone := s.Delete(ctx, key); err == nil {
		err = gone
	}
	if err == nil && !bytes.Equal(got, want) {
		err = fmt.Errorf("blob: check: %d bytes came back changed", len(want))
	}
	return err
}

func readAll(ctx context.Context, s Store, key string) ([]byte, error) {
	r, _, err := s.Open(ctx, key)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, 1<<20))
}
