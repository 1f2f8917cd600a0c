package cache

import (
	"strings"
	"testing"
)

func TestAcceptedEncodings(t *testing.T) {
	for in, want := range map[string]int{
		"": identity, "gzip": gzipped, "GZIP": gzipped, "br": brotlied, "gzip, br": brotlied, "x-gzip": gzipped,
		"gzip;q=0": identity, "gzip;q=0, br;q=0": identity, "*": brotlied, "*;q=0": identity, "gzip, *;q=0": gzipped,
		"br;q=0, *": gzipped, "gzip;q=0.9, br;q=0.8": gzipped, "gzip;q=0.8,br;q=0.8": brotlied,
		"identity;q=1, gzip;q=0.5": identity, "identity;q=0.5, gzip;q=0.5": gzipped, "identity;q=0": identity,
		"gzip ; q=0.000": identity, "gzip;q=0.001": gzipped, "gzip;q=1.000, br;q=0.999": gzipped,
		"gzip;q=oops": identity, "gzip;q=": identity, "gzip;x=1;q=0": identity, "deflate, compress": identity, ",,,": identity, "gzip;level=9": gzipped,
	} {
		if got := accepted([]string{in}); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
	if got := accepted([]string{"gzip", "br"}); got != brotlied {
		t.Errorf("two lines: %d", got)
	}
}

func FuzzAccepted(f *testing.F) {
	for _, s := range []string{"gzip, deflate, br", "gzip;q=0.5;x, *;q=0", "identity", ";;,,=", "br;q=1.0001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		enc := accepted([]string{s})
		if enc < 0 || enc >= encodings {
			t.Fatalf("%d", enc)
		}
		low := strings.ToLower(s)
		if enc == brotlied && !strings.Contains(low, "br") && !strings.Contains(s, "*") || enc == gzipped && !strings.Contains(low, "gzip") && !strings.Contains(s, "*") {
			t.Fatalf("%q was given an encoding it does not name: %d", s, enc)
		}
	})
}

func FuzzMatches(f *testing.F) {
	for _, s := range []string{`"abc"`, `W/"abc-gz", "x"`, `*`, `"x" , "abc-br"`, `"ab`, `W/`, `,,*`, `"abc`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		switch i := matches(s, "abc"); {
		case i == anything && !strings.Contains(s, "*"):
			t.Fatalf("%q is anything", s)
		case i >= 0 && i < encodings && !strings.Contains(s, `"abc`+suffixes[i]+`"`):
			t.Fatalf("%q holds no tag of encoding %d", s, i)
		}
		if i := matches(`"abc-gz", `+s, "abc"); i != gzipped {
			t.Fatalf("a tag before %q was not found: %d", s, i)
		}
	})
}
