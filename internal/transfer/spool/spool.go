// Package spool keeps on disk what an import reads in one order and needs in another, and reads files that come packed. Memory does not grow
// with what they hold.
package spool

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"slices"
)

// Spool keeps records in a file that is gone when it is closed, and when the process ends.
type Spool struct {
	file *os.File
	out  *bufio.Writer
	size int64
}

// Place is where a record lies, and by what it is found.
type Place struct {
	Key  uint64
	at   int64
	size uint32
}

// New makes an empty spool in the folder for temporary files.
func New() (*Spool, error) {
	f, err := os.CreateTemp("", "dateline-import-*")
	if err != nil {
		return nil, fmt.Errorf("spool: %w", err)
	}
	_ = os.Remove(f.Name()) // it lives as long as it is open
	return &Spool{file: f, out: bufio.NewWriterSize(f, 256<<10)}, nil
}

// Add writes a record and appends to list where it is.
func (s *Spool) Add(list []Place, key uint64, record any) ([]Place, error) {
	raw, err := json.Marshal(record)
	if err == nil {
		_, err = s.out.Write(raw)
	}
	if err != nil {
		return list, fmt.Errorf("spool: %w", err)
	}
	list = append(list, Place{key, s.size, uint32(len(raw))})
	s.size += int64(len(raw))
	return list, nil
}

// Flush ends the writing; nothing can be read before.
func (s *Spool) Flush() error {
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return nil
}

// Read reads a record.
func (s *Spool) Read(where Place, record any) error {
	raw := make([]byte, where.size)
	_, err := s.file.ReadAt(raw, where.at)
	if err == nil {
		err = json.Unmarshal(raw, record)
	}
	if err != nil {
		return fmt.Errorf("spool: %w", err)
	}
	return nil
}

// Close lets go of the file; a nil spool has none.
func (s *Spool) Close() {
	if s != nil {
		s.file.Close()
	}
}

// Sort orders records by key and those of one key as they came.
func Sort(list []Place) {
	slices.SortFunc(list, func(a, b Place) int {
		switch {
		case a.Key < b.Key || a.Key == b.Key && a.at < b.at:
			return -1
		case a.Key == b.Key && a.at == b.at:
			return 0
		}
		return 1
	})
}

// Of gives the records of a key in a sorted list.
func Of(list []Place, key uint64) []Place {
	find := func(key uint64) int {
		n, _ := slices.BinarySearchFunc(list, key, func(s Place, key uint64) int {
			switch {
			case s.Key < key:
				return -1
			case s.Key > key:
				return 1
			}
			return 0
		})
		return n
	}
	from, to := find(key), len(list)
	for n := from; n < len(list); n++ { // they follow each other
		if list[n].Key != key {
			to = n
			break
		}
	}
	return list[from:to]
}
