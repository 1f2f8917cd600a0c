package spool

import (
	"bytes"
	"compress/gzip"
	"io"
	"slices"
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
	var list []Place
	for _, r := range []string{"a1", "b1", "a2", "c1", "b2", "a3"} {
		if list, err = s.Add(list, uint64(r[0]), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	Sort(list)
	for key, want := range map[string][]string{"a": {"a1", "a2", "a3"}, "b": {"b1", "b2"}, "c": {"c1"}, "d": nil} {
		var got []string
		for _, where := range Of(list, uint64(key[0])) {
			var r string
			if err := s.Read(where, &r); err != nil {
				t.Fatal(err)
			}
			got = append(got, r)
		}
		if !slices.Equal(got, want) {
			t.Errorf("under %s lie %v, want %v", key, got, want)
		}
	}
}
