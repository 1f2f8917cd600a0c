package lane

import (
	"bufio"
	"bytes"
	"net/http"
	"strings"
	"testing"
)

const plain = "GET /world/ferry-strike HTTP/1.1\r\nHost: news.example\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"

// headOfABrowser is what Chromium sends.
const headOfABrowser = "GET /world/ferry-strike HTTP/1.1\r\nHost: news.example:8080\r\nConnection: keep-alive\r\n" +
	"sec-ch-ua: \"Chromium\";v=\"140\", \"Not?A_Brand\";v=\"24\"\r\nsec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Linux\"\r\nUpgrade-Insecure-Requests: 1\r\n" +
	"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n" +
	"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\nSec-Fetch-Site: none\r\nSec-Fetch-Mode: navigate\r\n" +
	"Sec-Fetch-User: ?1\r\nSec-Fetch-Dest: document\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-GB,en;q=0.9\r\n\r\n"

func TestARequestOfAnOrdinaryReaderIsSimple(t *testing.T) {
	for _, head := range []string{plain, headOfABrowser,
		strings.Replace(plain, "\r\n\r\n", "\r\nIf-None-Match: \"a-br\"\r\nIf-Modified-Since: Tue, 10 Mar 2026 09:05:00 GMT\r\n\r\n", 1),
		strings.Replace(plain, "\r\n\r\n", "\r\nX-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: https\r\nVIA: 1.1 front\r\nCookie: theme=dark\r\n\r\n", 1),
		strings.Replace(headOfABrowser, "\r\n\r\n", "\r\nTe: trailers\r\nX-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Host: news.example:8080\r\nX-Forwarded-Proto: https\r\n\r\n", 1), // Caddy
		strings.Replace(plain, "Host:", "X-Forwarded-Host: news.example\r\nHost:", 1),
		strings.Replace(plain, "\r\n\r\n", "\r\nX-Forwarded-For: 203.0.113.7, 127.0.0.1\r\nVia: 1.1 front (Varnish/7.1)\r\nX-Varnish: 32770\r\n\r\n", 1)} {
		var q request
		if !q.parse([]byte(head)) || string(q.path) != "/world/ferry-strike" || !strings.HasPrefix(string(q.host), "news.example") {
			t.Errorf("%q: %q of %q", head, q.path, q.host)
		}
	}
}

func TestWhateverIsNotSimpleIsLeftToNetHTTP(t *testing.T) {
	line := func(s string) string { return strings.Replace(plain, "\r\n\r\n", "\r\n"+s+"\r\n\r\n", 1) }
	path := func(s string) string { return strings.Replace(plain, "/world/ferry-strike", s, 1) }
	for _, head := range []string{"", "GET", plain[:len(plain)-1], plain + "G", plain + plain, "\r\n" + plain, strings.Replace(plain, "GET", "HEAD", 1),
		strings.Replace(plain, "GET", "get", 1), strings.Replace(plain, "1.1", "1.0", 1), strings.ReplaceAll(plain, "\r\n", "\n"),
		strings.Replace(plain, "GET ", "GET  ", 1), strings.Replace(plain, " HTTP", "  HTTP", 1), strings.Replace(plain, "Host: news.example\r\n", "", 1),
		path("*"), path("world"), path("http://news.example/"), path("/a?b"), path("/a#b"), path("/a%20b"), path("//a"), path("/a//b"), path("/./a"), path("/a/../b"),
		path("/a/.b"), path("/é"), path("/a b"), path("/a\x00"), path("/" + strings.Repeat("a", longestPath)),
		line("Host: other.example"), line("Content-Length: 0"), line("Transfer-Encoding: chunked"), line("Expect: 100-continue"), line("Upgrade: h2c"),
		line("Connection: close"), line("Connection: keep-alive, Upgrade"), line("Range: bytes=0-1"), line("Authorization: Bearer x"), line("X-Forwarded-Host: evil.example"), line("X-Forwarded-Host: news.example\r\nX-Forwarded-Host: news.example"), line("X-Forwarded-Host: news.example, evil.example"), line("TE: gzip"),
		line("Forwarded: host=evil.example"), line("Accept-Encoding: br"), line("If-None-Match:\"a\""), line("If-None-Match:  \"a\""), line("If-None-Match: \"a\" "), line("If-None-Match:"),
		line("Accept : */*"), line(" folded"), line("Accept: */*\r\n folded"), line("Accept: \x01"), line("Accept: é"), line("Accept"), line(": x"), line("Cookie: a=b; dateline_session=x"),
		line("X-Unknown: x"), line("Accept: a\rb"), line("Accept: a\nb"), line("Trailer: x"), line("Proxy-Authorization: Basic x")} {
		if new(request).parse([]byte(head)) {
			t.Errorf("%q is taken for simple", head)
		}
	}
}

// FuzzWhatIsSimpleIsWhatNetHTTPReads holds the parser against the one of net/http: what it takes, that one takes too, with the same
// parts, nothing after it, and no body.
func FuzzWhatIsSimpleIsWhatNetHTTPReads(f *testing.F) {
	for _, seed := range []string{plain, headOfABrowser, strings.Replace(plain, "\r\n\r\n", "\r\nX-Forwarded-Host: news.example\r\nTE: trailers\r\n\r\n", 1), plain + plain, strings.ReplaceAll(plain, "\r\n", "\n")} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var q request
		if !q.parse(b) {
			return
		}
		rest := bufio.NewReader(bytes.NewReader(b))
		r, err := http.ReadRequest(rest)
		if err != nil {
			t.Fatalf("net/http refuses %q: %v", b, err)
		}
		if rest.Buffered() > 0 || r.ContentLength != 0 || len(r.TransferEncoding) > 0 || r.Close || r.ProtoAtLeast(2, 0) {
			t.Fatalf("%q is more than a head", b)
		}
		if r.Method != http.MethodGet || r.URL.Path != string(q.path) || r.URL.RawPath != "" || r.URL.RawQuery != "" || r.Host != string(q.host) {
			t.Fatalf("%q: %s %q of %q", b, r.Method, r.URL, r.Host)
		}
		for name, part := range map[string][]byte{"Accept-Encoding": q.acceptEncoding, "If-None-Match": q.ifNoneMatch, "If-Modified-Since": q.ifModifiedSince} {
			if got := r.Header[name]; len(got) > 1 || len(got) == 1 && got[0] != string(part) || len(got) == 0 && part != nil {
				t.Fatalf("%q: %s %q, not %q", b, name, got, part)
			}
		}
		if named := r.Header["X-Forwarded-Host"]; len(named) > 1 || len(named) == 1 && named[0] != r.Host {
			t.Fatalf("%q is of another host", b)
		}
		for _, name := range []string{"Authorization", "Range", "Upgrade", "Expect", "Forwarded"} {
			if len(r.Header[name]) > 0 {
				t.Fatalf("%q has %s", b, name)
			}
		}
	})
}
