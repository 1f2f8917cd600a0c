package transfer

import (
	"errors"
	"fmt"
	"hash/fnv"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/fault"
	"dateline/internal/wire"
)

// source is one file of an import.
type source struct {
	path  string // as it is shown
	root  string // folder in which its pictures may lie
	dir   string // of the file inside root, with slashes
	size  int64
	time  time.Time
	items int
	bad   bool     // it is left out
	later []uint32 // items that are looked at again when all others are in, by number
}

// find gives the files of the paths, those of a folder in the order of their names. A path that is not there is an error.
func (m *importer) find(paths []string) ([]*source, error) {
	var out []*source
	for _, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("there is no file or folder %s", p)
			}
			return nil, fmt.Errorf("%s cannot be read: %w", p, err)
		}
		if !info.IsDir() {
			out = append(out, &source{path: p, root: filepath.Dir(p), dir: ".", size: info.Size(), time: info.ModTime()})
			continue
		}
		found, err := inside(p, m.endings)
		if err != nil {
			return nil, err
		}
		if last := len(m.endings) - 1; len(found) == 0 {
			words := m.endings[last]
			if last > 0 {
				words = strings.Join(m.endings[:last], ", ") + " or " + words
			}
			return nil, fmt.Errorf("the folder %s holds no %s file", p, words)
		}
		out = append(out, found...)
	}
	if len(out) == 0 {
		return nil, errors.New("there is nothing to import: name a file or a folder")
	}
	return out, nil
}

// inside lists the files of a folder and the folders in it whose names end so; hidden ones and links are passed over.
func inside(folder string, endings []string) ([]*source, error) {
	var out []*source
	err := filepath.WalkDir(folder, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", p, err)
		}
		hidden := strings.HasPrefix(d.Name(), ".") && p != folder
		if d.IsDir() {
			if hidden {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(endings, strings.ToLower(filepath.Ext(p))) {
			return nil
		}
		if hidden || !d.Type().IsRegular() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", p, err)
		}
		rel, err := filepath.Rel(folder, p)
		if err != nil {
			return err
		}
		out = append(out, &source{path: p, root: folder, dir: path.Dir(filepath.ToSlash(rel)), size: info.Size(), time: info.ModTime()})
		return nil
	})
	slices.SortFunc(out, func(a, b *source) int { return strings.Compare(a.path, b.path) })
	return out, err
}

func (f *source) open() (*os.File, error) {
	in, err := os.Open(f.path)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read: %w", errors.Unwrap(err))
	}
	return in, nil
}

// closer looks again at a file that cannot be taken apart into items: when it is one item, the place of the fault in it
// says more than that the file ends too early.
func (f *source) closer(err error) error {
	var e *fault.Error
	if f.items > 1 || f.size > wire.MaxItem || !errors.As(err, &e) {
		return err
	}
	raw, reading := os.ReadFile(f.path)
	if reading != nil {
		return err
	}
	if _, _, better := wire.ParseNinjs(raw); errors.As(better, &e) && len(e.Places) > 0 && e.Places[0].Location != "" {
		return better
	}
	return err
}

// same gives an error when the file is not the one that was checked.
func (f *source) same(in *os.File) error {
	info, err := in.Stat()
	if err == nil && (info.Size() != f.size || !info.ModTime().Equal(f.time)) {
		err = errors.New("it changed while it was imported; nothing of it was taken")
	}
	return err
}

// name says which item is meant: the file, the number where there may be several, the item's own address.
func (f *source) name(n int, uri string) string {
	name := f.path
	if n > 1 || n == 1 && (f.items > 1 || !strings.EqualFold(filepath.Ext(f.path), ".json")) {
		name += "#" + strconv.Itoa(n)
	}
	if uri != "" {
		name += " " + uri
	}
	return name
}

// local opens a picture file that lies beside the input: name is a path with slashes, relative to the item's own file or
// to the folder that is imported. Nothing outside of that folder is opened, links included.
func (f *source) local(name string) (*os.File, error) {
	root, err := os.OpenRoot(f.root)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	for _, from := range []string{f.dir, "."} {
		p := path.Join(from, name)
		if !filepath.IsLocal(filepath.FromSlash(p)) {
			continue
		}
		var in *os.File
		if in, err = root.Open(filepath.FromSlash(p)); err != nil {
			continue
		}
		if info, e := in.Stat(); e == nil && info.Mode().IsRegular() {
			return in, nil
		}
		in.Close()
		err = errors.New("it is no file")
	}
	if err == nil {
		err = errors.New("it lies outside of the folder")
	}
	return nil, err
}

// ownMark begins the ids of another Dateline site among addresses.
const ownMark = "\x00id:"

// addresses is a set of words that takes eight bytes for each. It may name a word that is not in it, once in a very long time.
type addresses []uint64

func hashOf(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

func (a *addresses) add(s string) { *a = append(*a, hashOf(s)) }

func (a *addresses) sort() {
	slices.Sort(*a)
	*a = slices.Clip(slices.Compact(*a))
}

func (a addresses) has(s string) bool {
	_, found := slices.BinarySearch(a, hashOf(s))
	return found
}
