package markup

import (
	"io"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhatAReaderWroteInHTMLIsPlainText(t *testing.T) {
	for in, want := range map[string]string{
		"<p>One.</p><p>Two<br>lines.</p>":                                             "One.\n\nTwo\nlines.",
		"plain &amp; <b>bold</b> &lt;b&gt;":                                           "plain & bold <b>",
		"<script>alert(1)</script>ok<style>p{}</style>":                               "ok",
		`see <a href="https://a.example/x">the map</a>.`:                              "see the map (https://a.example/x).",
		`<a href="https://a.example/x/y">https://a.example/...</a>!`:                  "https://a.example/x/y!",
		`<a href="https://a.example/x/y">a.example/x…</a>`:                            "https://a.example/x/y",
		`<a href="https://a.example/">a.example</a>`:                                  "https://a.example/",
		`<a href="https://a.example/">https://a.example/</a>`:                         "https://a.example/",
		`<a href="https://a.example/p.jpg"><img src="p.jpg"></a>`:                     "https://a.example/p.jpg",
		`<a href="https://a.example/by/rae/">@rae</a> yes`:                            "@rae yes",
		`<a href="javascript:alert(1)">no</a> <a href="/x">x</a>`:                     "no x",
		`<a href="https://go.example/?to=x">it</a>`:                                   "it (https://x.example/)",
		`<a href="https://a.example/">one<a href="https://b.example/">two</a>`:        "one (https://a.example/)two (https://b.example/)",
		"<blockquote><p>He said.</p><blockquote>Deeper.</blockquote></blockquote>No.": "> He said.\n> \n> Deeper.\n\nNo.",
		"<blockquote>open": "> open",
		"Привет, мир — مرحبا 👩‍👩‍👧 汉字 e\u0301":  "Привет, мир — مرحبا 👩‍👩‍👧 汉字 e\u0301",
		"a\u0000\u0085\ufeffb\r\n\r\n\r\n\r\nc": "ab\n\nc",
		"<p> </p>":                              "",
	} {
		got := Said(in, func(u *url.URL) *url.URL {
			if u.Host == "go.example" {
				return &url.URL{Scheme: "https", Host: "x.example", Path: "/"}
			}
			return u
		})
		if got != want {
			t.Errorf("%q:\n got %q\nwant %q", in, got, want)
		}
	}
}

func FuzzSaid(f *testing.F) {
	for _, s := range []string{`<a href="https://a.example/">x</a>`, "<blockquote><a href=http://b><blockquote></a></blockquote>x", "</blockquote></a>&#0;\xff", "<p>1<br>2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := Said(in, nil)
		if utf8.ValidString(in) && !utf8.ValidString(got) || strings.Contains(got, "\n\n\n") || strings.ContainsAny(got, "\x00\x07") {
			t.Errorf("%q gives %q", in, got)
		}
	})
}

func TestAStreamIsBoundedAndSaysTheLine(t *testing.T) {
	for in, want := range map[string]string{
		"<a>\n<b></a>":                                "line 2: ",
		"<a>\n&nbsp;</a>":                             "line 2: invalid character entity",
		"<a>" + strings.Repeat("<b>", 200):            "too deep",
		"<a>" + strings.Repeat("x", 2<<20) + "</a>":   "a text is larger than 1 MB",
		`<?xml version="1.0" encoding="latin1"?><a/>`: "exports of Somebody are UTF-8",
		"<a>\xff</a>":                                 "line 1: invalid UTF-8",
		"<a>&#0;</a>":                                 "line 1: illegal character code",
	} {
		s := NewStream(strings.NewReader(in), 1<<20, "Somebody")
		var err error
		for err == nil {
			_, err = s.Next()
		}
		if err == io.EOF || !strings.Contains(err.Error(), want) {
			t.Errorf("%.30q: %v, want %q", in, err, want)
		}
	}
}
