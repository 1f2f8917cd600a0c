package lane_test

import (
	"io"
	"net"
	"strconv"
	"testing"
)

const agent = "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"

// BenchmarkAnswer is a page answered again and again on one connection, as a browser or a proxy asks for it: a page nobody counts, one
// whose views are counted, and one whose readers' programs are others each time, as behind a proxy.
func BenchmarkAnswer(b *testing.B) {
	for _, c := range []struct {
		name  string
		heads []string
	}{
		{"uncounted", []string{head("/canary", agent, gzip)}},
		{"counted", []string{head("/world/ferry", agent, gzip)}},
		{"counted, other agents", []string{head("/world/ferry", agent, gzip), head("/world/ferry", agent+" Edg/126", gzip)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			h := newHouse(b)
			s := h.serve(b, true, nil)
			h.warm(b, s)
			conn, err := net.Dial("tcp", s.at)
			if err != nil {
				b.Fatal(err)
			}
			defer conn.Close()
			in := newReader(conn)
			if _, err := io.WriteString(conn, c.heads[0]); err != nil {
				b.Fatal(err)
			}
			long := in.length(b)
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				if _, err := io.WriteString(conn, c.heads[n%len(c.heads)]); err != nil {
					b.Fatal(err)
				}
				if _, err := in.Discard(long); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// length reads an answer and gives how many bytes it has.
func (r reader) length(t testing.TB) (n int) {
	t.Helper()
	for body := 0; ; {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		n += len(line)
		if line == "\r\n" {
			if _, err := r.Discard(body); err != nil {
				t.Fatal(err)
			}
			return n + body
		}
		if name := "Content-Length: "; len(line) > len(name) && line[:len(name)] == name {
			if body, err = strconv.Atoi(line[len(name) : len(line)-2]); err != nil {
				t.Fatal(err)
			}
		}
	}
}
