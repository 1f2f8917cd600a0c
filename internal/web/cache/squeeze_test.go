package cache

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// TestEachLevelOfCompressionIsTheSamePage compresses pages of many lengths one after the other with the same compressors, which
// keep nothing of the page before.
func TestEachLevelOfCompressionIsTheSamePage(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	page := func(n int) []byte {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "<li class=row><a href=/world/%x>Ferry crews suspend strike %d</a>", r.Uint32(), i)
		}
		return []byte(b.String()[:n])
	}
	for _, n := range []int{0, 1, 300, 30_000, 1<<16 - 1, 1 << 16, 1<<16 + 1, 300_000, 500} {
		whole := page(n)
		a := &answer{chunks: [][]byte{whole[:n/3], whole[n/3:]}, length: n}
		for level := range best {
			for _, enc := range []int{gzipped, brotlied} {
				z := squeeze(a, enc, level)
				var unpack io.Reader = brotli.NewReader(bytes.NewReader(z.body))
				if enc == gzipped {
					var err error
					if unpack, err = gzip.NewReader(bytes.NewReader(z.body)); err != nil {
						t.Fatal(err)
					}
				}
				back, err := io.ReadAll(unpack)
				if err != nil || !bytes.Equal(back, whole) {
					t.Fatalf("%d bytes at level %d of %v became %d others: %v", n, level, names[enc], len(back), err)
				}
				if n == 30_000 && len(z.body) > n/3 {
					t.Errorf("level %d of %v leaves %d of %d bytes", level, names[enc], len(z.body), n)
				}
			}
		}
	}
}
