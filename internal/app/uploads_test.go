package app

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// noise draws a picture whose file is larger than what an upload keeps in memory.
func noise() []byte {
	m := image.NewRGBA(image.Rect(0, 0, 300, 200))
	for i := range m.Pix {
		m.Pix[i] = byte(rand.Uint32())
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}) // into memory: it cannot fail
	return b.Bytes()
}

func TestAnUploadLeavesNothingInTheTemporaryFolder(t *testing.T) {
	spool := t.TempDir()
	t.Setenv("TMPDIR", spool)
	p := newPaper(t)
	whole, kind := form(noise(), "credit", "The Paper")
	noFile, noFileKind := form(nil, "credit", strings.Repeat("x", 100_000))
	noPicture, noPictureKind := form([]byte(strings.Repeat("no picture ", 20_000)), "credit", "The Paper")
	badField, badFieldKind := form(noise(), "focal", "nonsense")
	for _, c := range []struct {
		name, body, kind string
		want             int
		header           []string
	}{
		{"a picture", whole, kind, 201, nil},
		{"a picture again", whole, kind, 201, nil},
		{"no file", noFile, noFileKind, 422, nil},
		{"a file that is no picture", noPicture, noPictureKind, 415, nil},
		{"a field that is wrong", badField, badFieldKind, 422, nil},
		{"a key that is too long", whole, kind, 422, []string{"Idempotency-Key", strings.Repeat("k", 201)}},
		{"half a form", whole[:len(whole)/2], kind, 400, nil},
	} {
		if r := p.ask("reporter", "POST", "/api/v1/pictures", c.body, append([]string{"Content-Type", c.kind}, c.header...)...); r.status != c.want {
			t.Errorf("%s: %d, want %d: %.300s", c.name, r.status, c.want, r.body)
		}
	}
	p.eventually("the temporary folder is empty", func() bool {
		left, err := filepath.Glob(filepath.Join(spool, "multipart-*"))
		if err != nil {
			t.Fatal(err)
		}
		return len(left) == 0
	})
}

// stream sends a body whose length nobody says beforehand.
func (p *paper) stream(target, kind string, body io.Reader) int {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), "POST", p.url+target, io.MultiReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Authorization", "Bearer "+p.tokens["admin"])
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// zeros gives n zero bytes.
func zeros(n int64) io.Reader { return io.LimitReader(zero{}, n) }

type zero struct{}

func (zero) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestAStreamedBodyThatIsTooLargeIsTooLarge(t *testing.T) {
	p := newPaper(t)
	head := "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n"
	if got := p.stream("/api/v1/pictures", "multipart/form-data; boundary=edge", io.MultiReader(strings.NewReader(head), zeros(64<<20))); got != 413 {
		t.Errorf("a picture of more than 64 MiB: %d", got)
	}
	if got := p.stream("/api/v1/articles", "application/json", io.MultiReader(strings.NewReader(`{"desk_note":"`), zeros(8<<20))); got != 413 {
		t.Errorf("JSON of more than 8 MiB: %d", got)
	}
}

func TestAnUploadIsAForm(t *testing.T) {
	p := newPaper(t)
	for _, kind := range []string{"image/jpeg", "application/json", "application/x-www-form-urlencoded", "multipart/mixed; boundary=x", "nonsense/"} {
		if r := p.ask("admin", "POST", "/api/v1/pictures", string(photo(1)), "Content-Type", kind); r.status != 415 {
			t.Errorf("%s: %d %s", kind, r.status, r.body)
		}
	}
	if r := p.ask("admin", "POST", "/api/v1/pictures", "x", "Content-Type", "multipart/form-data; boundary=x"); r.status != 400 || r.places() != "body" {
		t.Errorf("a form that is none: %d %s", r.status, r.body)
	}
}
