package held

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// store has files and counts who asks.
type store struct {
	files map[string]string
	opens int
}

type opened struct{ *strings.Reader }

func (opened) Close() error { return nil }

func (s *store) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	s.opens++
	return opened{strings.NewReader(s.files[key])}, nil
}

func TestFilesInMemoryStayUnderTheirBound(t *testing.T) {
	w := &store{files: map[string]string{"p/x/large": strings.Repeat("x", Largest+1)}}
	for i := range 10 {
		w.files[fmt.Sprintf("p/x/%d", i)] = strings.Repeat("x", 100)
	}
	f := New(w, 350)
	read := func(key string) string {
		file, err := f.Open(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		data, err := io.ReadAll(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	for i := range 10 {
		read("p/x/0") // asked for all the time
		read(fmt.Sprintf("p/x/%d", i))
		if f.bytes > 350 || int64(len(f.held))*100 != f.bytes {
			t.Fatalf("%d bytes of %d files", f.bytes, len(f.held))
		}
	}
	before := w.opens
	read("p/x/0")
	if w.opens != before {
		t.Error("what is asked for all the time was thrown out")
	}
	if got := read("p/x/large"); len(got) != Largest+1 {
		t.Errorf("%d bytes of the large one", len(got))
	}
	if f.bytes > 350 {
		t.Errorf("the large one lies in memory: %d", f.bytes)
	}
}
