package spool

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestAPackedFileThatSwellsTooFarIsRefused(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(make([]byte, 1<<20)); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	for left, refused := range map[int64]bool{1<<20 - 1: true, 1 << 20: false} {
		r, err := gzip.NewReader(bytes.NewReader(b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, &swelling{r, left})
		if (err != nil) != refused || refused && !strings.Contains(err.Error(), "unpacks to far more") {
			t.Errorf("%d bytes allowed: %v", left, err)
		}
	}
	in, err := Unpack(strings.NewReader("x"), 1)
	if text, _ := io.ReadAll(in); err != nil || string(text) != "x" {
		t.Errorf("a file of one byte is %q: %v", text, err)
	}
}

func TestASpoolGivesRecordsByTheirKey(t *testing.T) {
	s, err := New()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := map[string]int{}
	for i := range 5_000 {
		key := i * i % 97
		if err := s.Add(uint64(key), byte(key), fmt.Sprintf("%d %d %s", key, i, strings.Repeat("x", i%300))); err != nil {
			t.Fatal(err)
		}
		want[fmt.Sprint(key)]++
	}
	for places, err := range s.Groups() {
		if err != nil {
			t.Fatal(err)
		}
		last, key := -1, fmt.Sprint(places[0].Kind)
		for _, p := range places {
			var r, k string
			var i int
			if err := s.Read(p, &r); err != nil {
				t.Fatal(err)
			}
			if _, err := fmt.Sscan(r, &k, &i); err != nil || k != key || i <= last {
				t.Fatalf("%q among those of %s after %d: %v", r, key, last, err)
			}
			last = i
		}
		if want[key] != len(places) {
			t.Errorf("%d records of %s, want %d", len(places), key, want[key])
		}
		delete(want, key)
	}
	if len(want) > 0 {
		t.Errorf("not there: %v", want)
	}
}
