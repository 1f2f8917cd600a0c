// Package history is the verifiable log: what was published, when, under which hash.
//
// It is pure: no storage, no network. A Leaf is written in the transaction that
// publishes; the store keeps leaves, node hashes and one head row. The tree is
// that of RFC 6962 as golang.org/x/mod/sumdb/tlog computes it, so that anybody's
// tools for C2SP tlog-tiles can read it. A leaf never holds text, a draft, or a
// name: only SHA-256(salt ‖ canonical content), so that erasing content and salt
// leaves every proof valid.
package history

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/bits"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// HashSize is the size of a node hash in bytes.
const HashSize = tlog.HashSize

// SaltSize is the size of a leaf's salt in bytes.
const SaltSize = 16

// Leaf is one entry of the log.
type Leaf struct {
	ID       string    // of the article, opaque
	Revision int       // counted from 1
	Kind     string    // first, minor, update, correction, withdrawn, redacted
	At       time.Time // of the publication, in UTC
	Digest   [32]byte  // SHA-256(salt ‖ canonical content)
}

type leafText struct {
	ID       string `json:"id"`
	Revision int    `json:"revision"`
	Kind     string `json:"kind"`
	At       string `json:"at"`
	SHA256   string `json:"sha256"`
}

// Bytes gives the leaf as the log keeps it: one line of JSON with fixed order, which is what is hashed.
func (l Leaf) Bytes() []byte {
	b, err := json.Marshal(leafText{l.ID, l.Revision, l.Kind, l.At.UTC().Format(time.RFC3339Nano), base64.StdEncoding.EncodeToString(l.Digest[:])})
	if err != nil {
		panic("history: a leaf is plain strings and cannot fail: " + err.Error())
	}
	return b
}

// ParseLeaf reads what Bytes wrote.
func ParseLeaf(b []byte) (Leaf, error) {
	var t leafText
	if err := json.Unmarshal(b, &t); err != nil {
		return Leaf{}, fmt.Errorf("history: leaf: %w", err)
	}
	at, err := time.Parse(time.RFC3339Nano, t.At)
	if err != nil {
		return Leaf{}, fmt.Errorf("history: leaf time: %w", err)
	}
	sum, err := base64.StdEncoding.DecodeString(t.SHA256)
	if err != nil || len(sum) != 32 {
		return Leaf{}, fmt.Errorf("history: leaf %s/%d has no SHA-256", t.ID, t.Revision)
	}
	l := Leaf{ID: t.ID, Revision: t.Revision, Kind: t.Kind, At: at}
	copy(l.Digest[:], sum)
	return l, nil
}

// Salt gives fresh random bytes for one leaf.
func Salt() []byte {
	s := make([]byte, SaltSize)
	rand.Read(s)
	return s
}

// Digest is SHA-256(salt ‖ content).
func Digest(salt, content []byte) [32]byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(content)
	var d [32]byte
	h.Sum(d[:0])
	return d
}

// Head is the state of the tree that one row keeps. Peaks are the hashes of the perfect
// subtrees along the right edge, largest first, at most 63 of 32 bytes: with them a leaf
// is added without reading any node.
type Head struct {
	Size  int64
	Peaks []byte
}

// Node is a stored hash with its index in tlog's numbering.
type Node struct {
	Index int64
	Hash  []byte
}

// Append adds a leaf and gives the new head and the nodes to store. It fails only when h is damaged.
func (h Head) Append(leaf []byte) (Head, []Node, error) {
	peaks := bits.OnesCount64(uint64(h.Size))
	if len(h.Peaks) != peaks*HashSize {
		return Head{}, nil, fmt.Errorf("history: head of size %d has %d bytes of peaks, not %d", h.Size, len(h.Peaks), peaks*HashSize)
	}
	hashes, err := tlog.StoredHashes(h.Size, leaf, tlog.HashReaderFunc(h.read))
	if err != nil {
		return Head{}, nil, fmt.Errorf("history: append leaf %d: %w", h.Size, err)
	}
	first := tlog.StoredHashIndex(0, h.Size)
	nodes := make([]Node, len(hashes))
	for i, hash := range hashes {
		nodes[i] = Node{Index: first + int64(i), Hash: append([]byte(nil), hash[:]...)}
	}
	// The last hash swallowed one peak for each level it rose.
	keep := len(h.Peaks) - (len(hashes)-1)*HashSize
	last := hashes[len(hashes)-1]
	next := Head{Size: h.Size + 1, Peaks: append(append([]byte(nil), h.Peaks[:keep]...), last[:]...)}
	return next, nodes, nil
}

// Root is the hash of the whole tree.
func (h Head) Root() ([HashSize]byte, error) {
	root, err := tlog.TreeHash(h.Size, tlog.HashReaderFunc(h.read))
	if err != nil {
		return [HashSize]byte{}, fmt.Errorf("history: root of size %d: %w", h.Size, err)
	}
	return root, nil
}

// read answers tlog from the peaks alone.
func (h Head) read(indexes []int64) ([]tlog.Hash, error) {
	at := make(map[int64]int)
	var start int64
	n := 0
	for level := 62; level >= 0; level-- {
		if h.Size&(1<<level) == 0 {
			continue
		}
		at[tlog.StoredHashIndex(level, start>>level)] = n
		start += 1 << level
		n++
	}
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		n, ok := at[index]
		if !ok || (n+1)*HashSize > len(h.Peaks) {
			return nil, fmt.Errorf("node %d is not on the right edge", index)
		}
		copy(out[i][:], h.Peaks[n*HashSize:])
	}
	return out, nil
}
