// Package transfer moves whole loads of data: imports, exports, backups. It goes through the domain and knows no SQL.
package transfer

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"dateline/internal/fault"
)

// Database is what a backup reads.
type Database interface {
	Dump(ctx context.Context, row func(table string, line []byte) error) error
}

// Target is what a backup is restored into: all of it or nothing.
type Target interface {
	Restore(ctx context.Context, rows func(put func(table string, values []any) error) error) error
}

// Files is what a backup needs of the place where files lie.
type Files interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	Keys(ctx context.Context, prefix string) ([]string, error)
}

// Format is what a backup needs to know of rows: the order of the tables, the number of the schema, how to read a row, and which
// files it names.
type Format struct {
	Schema int
	Tables []string
	Parse  func(table string, line []byte) ([]any, error)
	Names  func(table string, values []any) []string
}

// manifest is the last entry of a backup; without it, it is not whole.
type manifest struct {
	Dateline string            `json:"dateline"` // "backup"
	Schema   int               `json:"schema"`
	At       time.Time         `json:"at"`
	Rows     map[string]int    `json:"rows"`
	Files    int               `json:"files"`
	Held     bool              `json:"held"`              // rows were held against files: what they name is in it or missing
	Missing  []string          `json:"missing,omitempty"` // named by rows, but not there when the backup was made
	Sums     map[string]string `json:"sha256"`            // of every entry
}

// rowsInEntry bounds how many rows, bytesInEntry about how many bytes, an entry holds.
const (
	rowsInEntry  = 1000
	bytesInEntry = 4 << 20
)

// Backup writes rows as of one moment and the files they name into path, which appears only when it is whole.
func Backup(ctx context.Context, db Database, files Files, f Format, path string, now time.Time, said func(string)) (err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return fmt.Errorf("backup: %s is a folder; give the name of a file", path)
	}
	out, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, out.Close(), os.Remove(out.Name()))
		}
	}()
	buffered := bufio.NewWriterSize(out, 1<<20)
	zip, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return err
	}
	w := &backupWriter{tar: tar.NewWriter(zip), format: f, named: map[string]bool{},
		m: manifest{Dateline: "backup", Schema: f.Schema, At: now, Held: true, Rows: map[string]int{}, Sums: map[string]string{}}}
	if err := w.rows(ctx, db); err != nil {
		return err
	}
	if err := w.files(ctx, files, said); err != nil {
		return err
	}
	if w.m.Missing = w.missing(); len(w.m.Missing) > 0 {
		said(fmt.Sprintf("backup: WARNING: %d files that pictures name are not there, the first: %s", len(w.m.Missing), w.m.Missing[0]))
	}
	doc, err := json.MarshalIndent(w.m, "", " ")
	if err != nil {
		return err
	}
	if err := w.entry("manifest.json", bytes.NewReader(doc), int64(len(doc))); err != nil {
		return err
	}
	for _, end := range []func() error{w.tar.Close, zip.Close, buffered.Flush, out.Sync, out.Close} {
		if err := end(); err != nil {
			return fmt.Errorf("backup: %w", err)
		}
	}
	if err := os.Rename(out.Name(), path); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	said(fmt.Sprintf("backup: %d tables, %d files", len(w.m.Rows), w.m.Files))
	return nil
}

type backupWriter struct {
	tar    *tar.Writer
	format Format
	named  map[string]bool // keys of files that rows name
	m      manifest
}

// missing lists the files that rows name and that are not in the backup.
func (w *backupWriter) missing() []string {
	var out []string
	for key := range w.named {
		if _, ok := w.m.Sums["files/"+key]; !ok {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

func (w *backupWriter) entry(name string, r io.Reader, size int64) error {
	if err := w.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: size, ModTime: w.m.At}); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w.tar, sum), r); err != nil {
		return fmt.Errorf("backup: %s: %w", name, err)
	}
	w.m.Sums[name] = hex.EncodeToString(sum.Sum(nil))
	return nil
}

func (w *backupWriter) rows(ctx context.Context, db Database) error {
	var b bytes.Buffer
	table, part, n := "", 0, 0
	flush := func() error {
		if b.Len() == 0 {
			return nil
		}
		part++
		err := w.entry(fmt.Sprintf("rows/%s/%06d.ndjson", table, part), bytes.NewReader(b.Bytes()), int64(b.Len()))
		b.Reset()
		n = 0
		return err
	}
	err := db.Dump(ctx, func(t string, line []byte) error {
		if t != table || n == rowsInEntry || b.Len() > bytesInEntry {
			if err := flush(); err != nil {
				return err
			}
			if t != table {
				table, part = t, 0
			}
		}
		values, err := w.format.Parse(t, line)
		if err != nil {
			return err
		}
		for _, key := range w.format.Names(t, values) {
			w.named[key] = true
		}
		b.Write(line)
		b.WriteByte('\n')
		n++
		w.m.Rows[t]++
		return nil
	})
	return errors.Join(err, flush())
}

func (w *backupWriter) files(ctx context.Context, files Files, said func(string)) error {
	keys, err := files.Keys(ctx, "")
	if err != nil {
		return fmt.Errorf("backup: files: %w", err)
	}
	for i, key := range keys {
		f, err := files.Open(ctx, key)
		if fault.Is(err, fault.NotFound) {
			continue // it was removed since it was listed
		}
		if err != nil {
			return fmt.Errorf("backup: %s cannot be read: %w", key, err)
		}
		size, err := f.Seek(0, io.SeekEnd)
		if err == nil {
			_, err = f.Seek(0, io.SeekStart)
		}
		if err == nil {
			err = w.entry("files/"+key, f, size)
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return fmt.Errorf("backup: %s: %w", key, err)
		}
		w.m.Files++
		if i%500 == 499 {
			said(fmt.Sprintf("backup: %d of %d files", i+1, len(keys)))
		}
	}
	return nil
}

// entries reads the entries of a backup in order.
func entries(path string) iter.Seq2[*tar.Header, io.Reader] {
	return func(yield func(*tar.Header, io.Reader) bool) {
		fail := func(err error) { yield(nil, failed{err}) }
		in, err := os.Open(path)
		if err != nil {
			fail(err)
			return
		}
		defer in.Close()
		zip, err := gzip.NewReader(bufio.NewReaderSize(in, 1<<20))
		if err != nil {
			fail(fmt.Errorf("%s is no backup: %w", path, err))
			return
		}
		r := tar.NewReader(zip)
		for {
			h, err := r.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				fail(fmt.Errorf("%s is damaged: %w", path, err))
				return
			}
			if !yield(h, r) {
				return
			}
		}
	}
}

// failed is a reader that gives its error; entries uses it to say that the file cannot be read on.
type failed struct{ err error }

func (f failed) Read([]byte) (int, error) { return 0, f.err }

// Verify reads a whole backup and holds every byte against its manifest; check is called for every row.
func Verify(path string, f Format, check func(table string, values []any) error) error {
	sums, rows, named, files := map[string]string{}, map[string]int{}, map[string]bool{}, 0
	each := func(table string, values []any) error {
		for _, key := range f.Names(table, values) {
			named[key] = true
		}
		return check(table, values)
	}
	var m manifest
	for h, r := range entries(path) {
		if h == nil {
			_, err := r.Read(nil)
			return fmt.Errorf("restore: %w", err)
		}
		sum := sha256.New()
		body := io.TeeReader(r, sum)
		switch {
		case h.Name == "manifest.json":
			if err := json.NewDecoder(body).Decode(&m); err != nil {
				return fmt.Errorf("restore: manifest: %w", err)
			}
			continue
		case strings.HasPrefix(h.Name, "rows/"):
			table := strings.Split(h.Name, "/")[1]
			n, err := eachRow(body, table, f, each)
			if err != nil {
				return fmt.Errorf("restore: %s: %w", h.Name, err)
			}
			rows[table] += n
		default:
			files++
		}
		if _, err := io.Copy(io.Discard, body); err != nil {
			return fmt.Errorf("restore: %s is damaged: %w", path, err)
		}
		sums[h.Name] = hex.EncodeToString(sum.Sum(nil))
	}
	switch {
	case m.Dateline != "backup":
		return fmt.Errorf("restore: %s is not whole: it has no manifest", path)
	case m.Schema > f.Schema:
		return fmt.Errorf("restore: %s was made by a newer version (schema %d); this one knows up to %d", path, m.Schema, f.Schema)
	case files != m.Files:
		return fmt.Errorf("restore: %s holds %d files and should hold %d", path, files, m.Files)
	}
	for name, want := range m.Sums {
		if sums[name] != want {
			return fmt.Errorf("restore: %s: the entry %s is not what was written", path, name)
		}
	}
	for key := range named {
		if _, ok := sums["files/"+key]; !ok && m.Held && !slices.Contains(m.Missing, key) {
			return fmt.Errorf("restore: %s is not whole: a picture names %s, which is not in it", path, key)
		}
	}
	for table, want := range m.Rows {
		if rows[table] != want {
			return fmt.Errorf("restore: %s: %s has %d rows and should have %d", path, table, rows[table], want)
		}
	}
	return nil
}

func eachRow(r io.Reader, table string, f Format, do func(table string, values []any) error) (int, error) {
	lines := bufio.NewReaderSize(r, 1<<20)
	for n := 0; ; n++ {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return n, nil
		}
		if err != nil && err != io.EOF {
			return n, err
		}
		values, err := f.Parse(table, line)
		if err != nil {
			return n, err
		}
		if err := do(table, values); err != nil {
			return n, err
		}
	}
}

// Restore puts the files of a backup that was verified beside what is there and its rows in place of what is there.
func Restore(ctx context.Context, db Target, files Files, f Format, path string, said func(string)) error {
	said("restore: the backup is whole")
	n := 0
	for h, r := range entries(path) {
		if h == nil || !strings.HasPrefix(h.Name, "files/") {
			continue
		}
		if err := files.Put(ctx, strings.TrimPrefix(h.Name, "files/"), r, h.Size, ""); err != nil {
			return fmt.Errorf("restore: %s: %w", h.Name, err)
		}
		n++
	}
	err := db.Restore(ctx, func(put func(string, []any) error) error {
		last := 0
		for h, r := range entries(path) {
			if h == nil || !strings.HasPrefix(h.Name, "rows/") {
				continue
			}
			table := strings.Split(h.Name, "/")[1]
			at := slices.Index(f.Tables, table)
			if at < last {
				return fmt.Errorf("restore: %s comes too late in the backup", h.Name)
			}
			last = at
			if _, err := eachRow(r, table, f, put); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("restore: nothing was replaced: %w", err)
	}
	said(fmt.Sprintf("restore: done, with %d files", n))
	return nil
}
