package media

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"sync"
)

// print is a finished rendition without what it says about itself.
type print struct {
	Rendition
	data   []byte
	format format
	icc    []byte
}

// out writes what a public file says about itself into the print.
func (p print) out(n Notice) ([]byte, error) {
	if p.format == formatPNG {
		return n.intoPNG(p.data, p.icc)
	}
	return n.intoJPEG(p.data, p.icc)
}

// What prints keep, in bytes: in all, and of one picture.
const (
	mostPrints = 12 << 20
	mostOfOne  = 4 << 20
)

// prints are the renditions that were made last. A caption mended right after the upload, and one picture taken in for several
// editions, cost no second encoding.
type prints struct {
	mu   sync.Mutex
	size int
	sets []printed // the latest first
}

type printed struct {
	of   [sha256.Size]byte
	list []print
	size int
}

// sum names what a job makes of a file: the same sum, the same prints.
func (j Job) sum(r io.ReaderAt, size int64) (sum [sha256.Size]byte, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return sum, fmt.Errorf("media: read picture: %w", err)
	}
	fmt.Fprint(h, j.Kind, j.Focal, j.Crops)
	_ = binary.Write(h, binary.LittleEndian, size)
	return [sha256.Size]byte(h.Sum(nil)), nil
}

// find gives the prints of a sum, nil where they are not kept.
func (p *prints) find(of [sha256.Size]byte) []print {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, s := range p.sets {
		if s.of == of {
			copy(p.sets[1:i+1], p.sets[:i])
			p.sets[0] = s
			return s.list
		}
	}
	return nil
}

// keep remembers prints, and forgets the oldest that there is no room for.
func (p *prints) keep(of [sha256.Size]byte, list []print) {
	s := printed{of: of, list: make([]print, len(list))}
	for i, one := range list {
		one.data = bytes.Clone(one.data) // no longer than it needs to be: it stays
		s.list[i] = one
		s.size += len(one.data) + len(one.icc)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if s.size > mostOfOne || slices.ContainsFunc(p.sets, func(o printed) bool { return o.of == of }) {
		return
	}
	p.sets, p.size = slices.Insert(p.sets, 0, s), p.size+s.size
	for p.size > mostPrints {
		p.size -= p.sets[len(p.sets)-1].size
		p.sets[len(p.sets)-1] = printed{}
		p.sets = p.sets[:len(p.sets)-1]
	}
}
