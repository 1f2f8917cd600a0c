package page

import (
	"bytes"
	"testing"

	"github.com/andybalholm/brotli"
)

func compressed(t testing.TB, b []byte) int {
	t.Helper()
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

func TestPagesStaySmall(t *testing.T) {
	r := sampleRenderer(t)
	t.Logf("styles: %d bytes", len(r.press.style))
	if n := len(r.press.style); n > 16<<10 {
		t.Errorf("the styles have %d bytes, more than 16 KB", n)
	}
	for language := range samples {
		for name, p := range samplePages(t, r, language) {
			b := whole(t, r, language, p)
			n := compressed(t, b)
			if name == "article" || name == "front" {
				t.Logf("%s-%s: %d bytes, %d with brotli, style alone %d", language, name, len(b), n, compressed(t, []byte(r.press.style)))
			}
			if n > 10<<10 {
				t.Errorf("%s-%s has %d bytes with brotli, more than 10 KB", language, name, n)
			}
		}
	}
}
