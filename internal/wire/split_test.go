package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"dateline/internal/fault"
)

func splitAll(r io.Reader) (items []string, err error) {
	for raw, e := range Split(r) {
		if e != nil {
			return items, e
		}
		items = append(items, string(raw))
	}
	return items, nil
}

func TestSplitTakesAnObjectAnArrayAndLines(t *testing.T) {
	a, b := `{"uri":"a","x":"}]{[\\\""}`, `{"b":[{"c":[1,2]}]}`
	for name, in := range map[string]string{
		"one": a, "bom": "\xef\xbb\xbf" + a, "array": " [ " + a + " ,\n" + b + "\n]\n", "lines": a + "\n" + b + "\n", "glued": a + b,
		"windows lines": a + "\r\n" + b + "\r\n\r\n",
	} {
		want := []string{a, b}
		if name == "one" || name == "bom" {
			want = want[:1]
		}
		for _, r := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
			got, err := splitAll(r)
			if err != nil || strings.Join(got, "|") != strings.Join(want, "|") {
				t.Errorf("%s: %q, %v", name, got, err)
			}
		}
	}
	if got, err := splitAll(strings.NewReader(" [ ] ")); err != nil || len(got) != 0 {
		t.Errorf("empty array: %q, %v", got, err)
	}
}

func TestSplitSaysWhichItemIsBrokenAndWhere(t *testing.T) {
	for in, want := range map[string]string{
		"": "item 1, at byte 0: there is nothing in it", "  ": "nothing in it", "x": `item 1, at byte 0: 'x'`, "[{}": "item 2, at byte 3: the list ends too early",
		`[{},`: "the list ends too early", `[{},]`: "item 2, at byte 4: ']'", `[{}{}]`: `item 2, at byte 3: '{'`, `[{}] {}`: "item 2, at byte 5", "{}\n{\"a\":": "item 2, at byte 3: the item ends too early",
		`[,{}]`: "item 1, at byte 1: ','", `[[{}]]`: "item 1, at byte 1: '['", `{}]`: "item 2", `"x"`: "item 1", `[{}]]`: "item 2",
	} {
		_, err := splitAll(strings.NewReader(in))
		if err == nil || !strings.Contains(err.Error(), want) || !fault.Is(err, fault.Malformed) {
			t.Errorf("%q: %v, want %s", in, err, want)
		}
	}
}

func TestSplitRefusesAnItemThatIsTooLarge(t *testing.T) {
	_, err := splitAll(io.MultiReader(strings.NewReader(`{"a":"`), strings.NewReader(strings.Repeat("x", MaxItem)), strings.NewReader(`"}`)))
	if !fault.Is(err, fault.TooLarge) {
		t.Errorf("got %v", err)
	}
	_, err = splitAll(io.MultiReader(strings.NewReader(`{}`), iotest.ErrReader(errors.New("disk"))))
	if err == nil || !strings.Contains(err.Error(), "disk") || fault.KindOf(err) != fault.Internal {
		t.Errorf("a failing reader: %v", err)
	}
}

// TestSplitKeepsMemoryFlatOverAHundredThousandItems reads about 200 MB made on the way.
func TestSplitKeepsMemoryFlatOverAHundredThousandItems(t *testing.T) {
	n := 100_000
	if testing.Short() {
		n = 10_000
	}
	one := func(i int) string {
		raw, _ := json.Marshal(map[string]any{"uri": fmt.Sprint("urn:x:", i), "type": "text", "headlines": []any{map[string]string{"value": "h"}}, "bodies": []any{map[string]string{"value": strings.Repeat("word ", 400)}}})
		return string(raw)
	}
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, "[")
		for i := range n {
			if i > 0 {
				io.WriteString(w, ",")
			}
			if _, err := io.WriteString(w, one(i)); err != nil {
				return
			}
		}
		io.WriteString(w, "]")
		w.Close()
	}()
	defer r.Close()
	var before, now runtime.MemStats
	count, most := 0, uint64(0)
	for raw, err := range Split(r) {
		if err != nil {
			t.Fatal(err)
		}
		if count%1000 == 0 { // reading every item would measure the parser
			if _, _, err := ParseNinjs(raw); err != nil {
				t.Fatal(err)
			}
		}
		if count%(n/10) == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			if count == 0 {
				before = now
			}
			most = max(most, now.HeapAlloc)
		}
		count++
	}
	if count != n {
		t.Errorf("%d items, want %d", count, n)
	}
	if most > before.HeapAlloc+8<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before.HeapAlloc, most)
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `[{"a":1},{"b":"}"}]`, "{}\n{}", "[", "[]", `{"a":"\"`, "\xef\xbb\xbf{}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		whole, errWhole := splitAll(bytes.NewReader(in))
		drop, errDrop := splitAll(iotest.OneByteReader(bytes.NewReader(in)))
		if strings.Join(whole, "\x00") != strings.Join(drop, "\x00") || (errWhole == nil) != (errDrop == nil) {
			t.Fatalf("how bytes arrive matters: %q %v, %q %v", whole, errWhole, drop, errDrop)
		}
		total := 0
		for _, s := range whole {
			if s == "" || s[0] != '{' {
				t.Fatalf("no object: %q", s)
			}
			total += len(s)
		}
		if total > len(in) {
			t.Fatal("more bytes came out than went in")
		}
		if json.Valid(in) && errWhole != nil && len(in) > 0 && bytes.TrimSpace(in)[0] == '{' {
			t.Fatalf("refuses one object: %v", errWhole)
		}
	})
}
