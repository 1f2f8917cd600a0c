// Package spool keeps on disk what an import reads in one order and needs in another, and reads files that come packed. Memory does not grow
// with what they hold.
package spool

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
)

// parts is over how many files records are spread, each key in one. Where records lie is in memory for one file at a time.
const parts = 16

// Spool keeps records in files that are gone when it is closed, and when the process ends.
type Spool struct {
	files [parts]*os.File
	out   [parts]*bufio.Writer
}

// Place is where a record lies. Kind is what it was added with.
type Place struct {
	Kind byte
	part uint8
	size uint32
	key  uint64
	at   int64
}

// head is how many bytes stand before a record: its key, its size, its kind.
const head = 8 + 4 + 1

// New makes an empty spool in the folder for temporary files.
func New() (*Spool, error) {
	s := &Spool{}
	for n := range parts {
		f, err := os.CreateTemp("", "dateline-import-*")
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("spool: %w", err)
		}
		_ = os.Remove(f.Name()) // it lives as long as it is open
		s.files[n], s.out[n] = f, bufio.NewWriterSize(f, 64<<10)
	}
	return s, nil
}

// Add keeps a record under a key.
func (s *Spool) Add(key uint64, kind byte, record any) error {
	raw, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	out := s.out[key%parts]
	var b [head]byte
	binary.BigEndian.PutUint64(b[:], key)
	binary.BigEndian.PutUint32(b[8:], uint32(len(raw)))
	b[12] = kind
	if _, err = out.Write(b[:]); err == nil {
		_, err = out.Write(raw)
	}
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return nil
}

// Groups gives the records of each key, in the order in which they came; the keys come in any order. Nothing can be added after.
func (s *Spool) Groups() iter.Seq2[[]Place, error] {
	return func(yield func([]Place, error) bool) {
		for n := range parts {
			all, err := s.places(n)
			if err != nil {
				yield(nil, fmt.Errorf("spool: %w", err))
				return
			}
			for len(all) > 0 {
				end := slices.IndexFunc(all, func(p Place) bool { return p.key != all[0].key })
				if end < 0 {
					end = len(all)
				}
				if !yield(all[:end], nil) {
					return
				}
				all = all[end:]
			}
		}
	}
}

// places finds the records of one file, by key.
func (s *Spool) places(n int) ([]Place, error) {
	if err := s.out[n].Flush(); err != nil {
		return nil, err
	}
	if _, err := s.files[n].Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	in := bufio.NewReaderSize(s.files[n], 64<<10)
	var all []Place
	for at := int64(head); ; {
		var b [head]byte
		if _, err := io.ReadFull(in, b[:]); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		p := Place{Kind: b[12], part: uint8(n), key: binary.BigEndian.Uint64(b[:]), size: binary.BigEndian.Uint32(b[8:]), at: at}
		if _, err := in.Discard(int(p.size)); err != nil {
			return nil, err
		}
		all = append(all, p)
		at += int64(p.size) + head
	}
	slices.SortFunc(all, func(a, b Place) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.at, b.at)) })
	return all, nil
}

// Read reads a record.
func (s *Spool) Read(where Place, record any) error {
	raw := make([]byte, where.size)
	_, err := s.files[where.part].ReadAt(raw, where.at)
	if err == nil {
		err = json.Unmarshal(raw, record)
	}
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return nil
}

// Close lets go of the files; a nil spool has none.
func (s *Spool) Close() {
	if s == nil {
		return
	}
	for _, f := range s.files {
		if f != nil {
			f.Close()
		}
	}
}
