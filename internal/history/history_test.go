package history_test

import (
	"bytes"
	"testing"
	"time"

	"dateline/internal/history"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestAppendFromPeaksEqualsTreeOverAllLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves := rapid.SliceOfN(rapid.SliceOf(rapid.Byte()), 1, 200).Draw(t, "leaves")
		var head history.Head
		var all []tlog.Hash
		for i, leaf := range leaves {
			next, nodes, err := head.Append(leaf)
			if err != nil {
				t.Fatal(err)
			}
			want, err := tlog.StoredHashes(int64(i), leaf, tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) {
				out := make([]tlog.Hash, len(idx))
				for j, x := range idx {
					out[j] = all[x]
				}
				return out, nil
			}))
			if err != nil {
				t.Fatal(err)
			}
			if len(want) != len(nodes) {
				t.Fatalf("leaf %d: %d nodes, want %d", i, len(nodes), len(want))
			}
			for j := range want {
				if int64(len(all)) != nodes[j].Index || !bytes.Equal(want[j][:], nodes[j].Hash) {
					t.Fatalf("leaf %d: node %d differs", i, j)
				}
				all = append(all, want[j])
			}
			head = next
			root, err := head.Root()
			if err != nil {
				t.Fatal(err)
			}
			full, err := tlog.TreeHash(head.Size, tlog.HashReaderFunc(func(idx []int64) ([]tlog.Hash, error) {
				out := make([]tlog.Hash, len(idx))
				for j, x := range idx {
					out[j] = all[x]
				}
				return out, nil
			}))
			if err != nil || full != root {
				t.Fatalf("root of size %d differs: %v", head.Size, err)
			}
		}
	})
}

func TestADamagedHeadIsRefused(t *testing.T) {
	if _, _, err := (history.Head{Size: 3, Peaks: make([]byte, 32)}).Append([]byte("x")); err == nil {
		t.Fatal("a head without all its peaks was used")
	}
}

func TestLeafReadsBackAsWritten(t *testing.T) {
	l := history.Leaf{ID: "0abc", Revision: 3, Kind: "correction", At: time.Date(2026, 3, 10, 9, 5, 0, 123000, time.UTC), Digest: history.Digest(history.Salt(), []byte("x"))}
	got, err := history.ParseLeaf(l.Bytes())
	if err != nil || got != l {
		t.Fatalf("got %+v, %v", got, err)
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add([]byte(`{"id":"a","revision":1,"kind":"first","at":"2026-01-01T00:00:00Z","sha256":""}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := history.ParseLeaf(b); err == nil {
			if _, err := history.ParseLeaf(l.Bytes()); err != nil {
				t.Fatal(err)
			}
		}
	})
}
