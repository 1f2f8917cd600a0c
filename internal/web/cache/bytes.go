package cache

import (
	"bytes"
	"fmt"
	"net/http"
)

// Asked is what of a request's head decides which bytes of a page answer it; empty strings are absent headers.
type Asked struct {
	AcceptEncoding, IfNoneMatch, IfModifiedSince string
	Reads                                        bool // who asks reads, so that the answer counts as a view
}

// Bytes gives what Hit would answer to a GET: the head, but for the line with the date and the empty line, and the body. They are made
// by the same code, once a version and encoding, and shared: nobody changes them. around stands in each answer of the house and is
// the same at each call. It reports false for what Hit does not have, and for pages of other statuses and uncompressed ones, which
// few ask for.
func (c *Cache) Bytes(key Key, asked Asked, around http.Header) (head, body []byte, ok bool) {
	e := c.find(key)
	if e == nil {
		return nil, nil, false
	}
	a := c.fresh(e)
	if a == nil || a.status != http.StatusOK || !a.squeezable {
		return nil, nil, false
	}
	enc := identity
	if asked.AcceptEncoding != "" {
		enc = accepted([]string{asked.AcceptEncoding})
	}
	if enc == identity {
		return nil, nil, false
	}
	z := a.coded[enc].Load()
	if z == nil {
		return nil, nil, false
	}
	if asked.IfNoneMatch != "" || asked.IfModifiedSince != "" {
		h := http.Header{}
		if asked.IfNoneMatch != "" {
			h["If-None-Match"] = []string{asked.IfNoneMatch}
		}
		if asked.IfModifiedSince != "" {
			h["If-Modified-Since"] = []string{asked.IfModifiedSince}
		}
		if tag := a.matched(h, enc); tag != nil {
			for i := range encodings {
				if a.etags[i][0] != tag[0] {
					continue
				}
				c.hit(a, asked)
				if b := a.unmodified[i].Load(); b != nil {
					return *b, nil, true
				}
				head = c.record(a, enc, http.Header{"If-None-Match": tag}, around).bytes()
				a.unmodified[i].Store(&head)
				return head, nil, true
			}
		}
	}
	if z.level != best {
		c.count(a, enc, z)
	}
	if b := z.head.Load(); b != nil {
		c.hit(a, asked)
		return *b, z.body, true
	}
	w := c.record(a, enc, nil, around)
	if w.header.Get("Content-Length") != z.length[0] { // it was compressed better this moment
		return nil, nil, false
	}
	head = w.bytes()
	z.head.Store(&head)
	c.hit(a, asked)
	return head, z.body, true
}

// hit counts an answer.
func (c *Cache) hit(a *answer, asked Asked) {
	c.hits.Add()
	if v := a.piece.page.Views; v != nil && asked.Reads {
		v.Add()
	}
}

// record takes down the head that write would write for these headers.
func (c *Cache) record(a *answer, enc int, asked, around http.Header) *recorder {
	w := &recorder{header: around.Clone()}
	if w.header == nil {
		w.header = http.Header{}
	}
	c.write(w, &http.Request{Method: http.MethodHead, Header: asked}, a, enc, kept)
	return w
}

// recorder takes down the head of an answer.
type recorder struct {
	header http.Header
	status int
}

// Header gives what is written to.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader notes the status.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write is for bodies, which a HEAD has not.
func (r *recorder) Write(b []byte) (int, error) { return len(b), nil }

// bytes gives the head as net/http writes it over HTTP/1.1, without the Date.
func (r *recorder) bytes() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", r.status, http.StatusText(r.status))
	_ = r.header.Write(&b) // sorted, as net/http does; a buffer takes everything
	return b.Bytes()
}
