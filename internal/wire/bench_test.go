package wire

import (
	"path/filepath"
	"testing"
)

func BenchmarkParseNinjs(b *testing.B) {
	data(b)
	raw := load(b, filepath.Join(testdata, "examples/3.1/007_multimedia.json"))
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, _, err := ParseNinjs(raw); err != nil {
			b.Fatal(err)
		}
	}
}
