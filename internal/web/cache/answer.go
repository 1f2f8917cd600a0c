package cache

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
	"dateline/internal/readership"
)

// answer is one version of a page put together with its parts: bytes and headers, ready to be written.
type answer struct {
	piece  *piece
	parts  []*piece // each once
	slots  []*entry // where the current version of each part lies
	chunks [][]byte
	length int
	status int

	lines      []line // the same in each encoding
	etags      [encodings][]string
	bare       string   // the tag without quotes and encoding
	modified   int64    // seconds since 1970, 0 is unknown
	squeezable bool     // worth compressing
	plain      []string // Content-Length of the identity encoding
	control    []string // Cache-Control while it is current
	coded      [encodings]atomic.Pointer[coded]
	coding     [encodings]sync.Mutex
	hits       [encodings]atomic.Uint32
	unmodified [encodings]atomic.Pointer[[]byte] // heads of 304, by the encoding of the tag that was known; see Bytes
}

// line is one header, its values shared by all answers.
type line struct {
	name   string
	values []string
	body   bool // it describes the bytes, so that a 304 does not carry it
}

// newLine makes a line. Of the names that begin with "Content-" the policy alone is not of the bytes.
func newLine(name string, values []string) line {
	name = http.CanonicalHeaderKey(name)
	return line{name, values, strings.HasPrefix(name, "Content-") && name != "Content-Security-Policy"}
}

// coded is the body in one encoding.
type coded struct {
	body    []byte
	length  []string // Content-Length
	level   uint8    // index into levels
	waiting atomic.Bool
	head    atomic.Pointer[[]byte] // of a 200, once it was asked for; see Bytes
}

// standing says how an answer may be kept by others.
type standing uint8

const (
	kept    standing = iota // in memory: others may keep it and ask again
	passing                 // rendered for this request only
	aged                    // old bytes, since something is down
)

// answer gives the page of key put together. The standing is passing when it was dropped while it was rendered.
func (c *Cache) answer(ctx context.Context, key Key, began uint64, render Render) (*answer, standing, error) {
	p, stays, err := c.content(ctx, key, began, render)
	if err != nil {
		return nil, passing, err
	}
	if like := p.page.Like; like != nil {
		a, _, err := c.answer(ctx, like.Key, began, like.Render)
		return a, passing, err // the next asker may find a page here: nobody else keeps this
	}
	return c.compose(ctx, p.of, p, began, stays)
}

// compose puts a piece together with the current versions of its parts. With keep the result stays with e.
func (c *Cache) compose(ctx context.Context, e *entry, p *piece, began uint64, keep bool) (*answer, standing, error) {
	e.making.Lock()
	defer e.making.Unlock()
	if a := c.fresh(e); a != nil && a.piece == p {
		return a, kept, nil
	}
	var parts, all []*piece
	for _, ch := range p.page.Chunks {
		if ch.Part == "" {
			continue
		}
		if i := indexOf(parts, ch.Part); i >= 0 {
			all = append(all, parts[i])
			continue
		}
		part, stays, err := c.content(ctx, partKey(ch.Part), began, func(ctx context.Context) (Page, error) { return c.o.Part(ctx, ch.Part) })
		if err != nil {
			return nil, passing, err
		}
		keep = keep && stays
		parts, all = append(parts, part), append(all, part)
	}
	a := c.assemble(p, parts, all)
	if !keep {
		return a, passing, nil
	}
	e.answer.Store(a)
	if !c.current(e, a) { // dropped while it was put together: a cache in front must not take it for the newest
		return a, passing, nil
	}
	return a, kept, nil
}

func indexOf(parts []*piece, name string) int {
	for i, p := range parts {
		if p.of.key.Path == name {
			return i
		}
	}
	return -1
}

// old gives the last bytes of key that were not forgotten, put together from what there is; nil when there are none.
func (c *Cache) old(key Key) *answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.pages[key]
	if e == nil {
		return nil
	}
	p := e.last()
	if p != nil && p.page.Like != nil {
		if e = c.pages[p.page.Like.Key]; e == nil {
			return nil
		}
		p = e.last()
	}
	if p == nil || p.page.Like != nil {
		return nil
	}
	var parts, all []*piece
	for _, ch := range p.page.Chunks {
		if ch.Part == "" {
			continue
		}
		if i := indexOf(parts, ch.Part); i >= 0 {
			all = append(all, parts[i])
			continue
		}
		slot := c.parts[ch.Part]
		if slot == nil || slot.last() == nil {
			return nil
		}
		parts, all = append(parts, slot.last()), append(all, slot.last())
	}
	if a := e.answer.Load(); a != nil && a.piece == p && same(a.parts, parts) {
		return a
	}
	a := c.assemble(p, parts, all)
	e.answer.Store(a) // it is current again only if its pieces are
	return a
}

// last gives the newest piece of e that may be served when something is down. The caller holds the lock.
func (e *entry) last() *piece {
	if p := e.piece.Load(); p != nil {
		return p
	}
	return e.old
}

func same(a, b []*piece) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// assemble makes the answer of a piece and its parts: each once in parts, in the order of their places in all.
func (c *Cache) assemble(p *piece, parts, all []*piece) *answer {
	a := &answer{piece: p, parts: parts, status: p.page.Status}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	for _, part := range parts {
		a.slots = append(a.slots, part.of)
	}
	sum := sha256.New()
	put := func(b []byte) {
		if len(b) > 0 {
			sum.Write(b)
			a.chunks = append(a.chunks, b)
			a.length += len(b)
		}
	}
	n := 0
	for _, ch := range p.page.Chunks {
		if ch.Part == "" {
			put(ch.Bytes)
			continue
		}
		for _, inner := range all[n].page.Chunks {
			put(inner.Bytes)
		}
		n++
	}
	a.plain = []string{strconv.Itoa(a.length)}
	switch a.status {
	case http.StatusOK, http.StatusMovedPermanently, http.StatusPermanentRedirect, http.StatusGone:
		a.control = c.control
	default:
		a.control = noStore // a cache in front could not be told when there is a page after all
	}
	a.squeezable = a.length >= 256
	for k, v := range p.page.Header {
		a.lines = append(a.lines, newLine(k, v))
	}
	if c.o.KeyHeader != "" {
		if v := surrogates(p, parts); v != "" {
			a.lines = append(a.lines, newLine(c.o.KeyHeader, []string{v}))
		}
	}
	if a.status == http.StatusOK {
		a.bare = base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:12])
		for enc := range encodings {
			a.etags[enc] = []string{`"` + a.bare + suffixes[enc] + `"`}
		}
		if m := latest(p, parts); !m.IsZero() {
			a.modified = m.Unix()
			a.lines = append(a.lines, newLine("Last-Modified", []string{m.UTC().Format(http.TimeFormat)}))
		}
	}
	return a
}

// latest gives the time of the newest of a page and its parts, zero when the page says none.
func latest(p *piece, parts []*piece) time.Time {
	m := p.page.Modified
	if m.IsZero() {
		return m
	}
	for _, part := range parts {
		if part.page.Modified.After(m) {
			m = part.page.Modified
		}
	}
	return m
}

// maxSurrogates bounds the header of surrogate keys in bytes: proxies read the head of an answer into one memory page (nginx 4 KB
// unless told otherwise) and refuse a longer one.
const maxSurrogates = 2000

// surrogates names the tags to a cache in front: first what a page is of, then the stories and pictures on it, as many as there
// is room for.
func surrogates(p *piece, parts []*piece) string {
	tags := append(slices.Clone(p.page.Tags), fact.TagAll)
	for _, part := range parts {
		tags = append(tags, part.page.Tags...)
	}
	rank := func(t fact.Tag) int {
		switch kind, _, _ := strings.Cut(string(t), "/"); kind {
		case "article":
			return 1
		case "picture":
			return 2
		}
		return 0
	}
	slices.SortStableFunc(tags, func(a, b fact.Tag) int { return rank(a) - rank(b) })
	var b strings.Builder
	seen := make(map[fact.Tag]bool, len(tags))
	for _, t := range tags {
		if seen[t] || !outside(t) || b.Len()+1+len(t) > maxSurrogates {
			continue
		}
		seen[t] = true
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(t))
	}
	return b.String()
}

var (
	varyHeader  = []string{"Accept-Encoding"}
	noStore     = []string{"no-store"}
	nameControl = "Cache-Control"
)

// control gives the Cache-Control of kept pages; the package comment says why.
func control(shared time.Duration) string {
	s := "public, max-age=0"
	if shared > 0 {
		s += ", s-maxage=" + strconv.Itoa(int(shared/time.Second))
	}
	return s + ", stale-if-error=3600"
}

// write answers with a in an encoding, or with 304 when the client has it.
func (c *Cache) write(w http.ResponseWriter, r *http.Request, a *answer, enc int, st standing) {
	if !a.squeezable {
		enc = identity
	}
	if v := a.piece.page.Views; v != nil && r.Method == http.MethodGet && reads(r.Header) {
		v.Add()
	}
	h := w.Header()
	h["Vary"] = varyHeader
	switch {
	case st == kept:
		h[nameControl] = a.control
	default:
		h[nameControl] = noStore
	}
	if a.status == http.StatusOK && st != aged {
		if tag := a.matched(r.Header, enc); tag != nil {
			// Whoever keeps the page puts the headers of a 304 over those it has, so they must be the page's own, above all the
			// policy: what stood in the answer before is of answers that are no pages.
			for i := range a.lines {
				if l := &a.lines[i]; !l.body {
					h[l.name] = l.values
				}
			}
			h["Etag"] = tag
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	var body *coded
	if enc != identity {
		if body = a.coded[enc].Load(); body == nil {
			body = c.code(a, enc)
		}
	}
	for i := range a.lines {
		if l := &a.lines[i]; l.name != nameControl || st != aged {
			h[l.name] = l.values
		}
	}
	if a.status == http.StatusOK {
		h["Etag"] = a.etags[enc]
	}
	if body == nil {
		h["Content-Length"] = a.plain
	} else {
		h["Content-Length"] = body.length
		h["Content-Encoding"] = names[enc]
	}
	w.WriteHeader(a.status)
	if r.Method == http.MethodHead {
		return
	}
	// A client that has gone is nobody's error, and there is nobody to tell.
	if body != nil {
		_, _ = w.Write(body.body)
		if st == kept && body.level != best {
			c.count(a, enc, body)
		}
		return
	}
	for _, ch := range a.chunks {
		if _, err := w.Write(ch); err != nil {
			return
		}
	}
}

// reads reports whether a request comes from somebody who reads: no robot, and no browser that asks before its reader did.
func reads(h http.Header) bool {
	var agent string
	if a := h["User-Agent"]; len(a) > 0 {
		agent = a[0]
	}
	for _, name := range [...]string{"Sec-Purpose", "Purpose"} {
		for _, p := range h[name] {
			if strings.Contains(p, Ahead) {
				return false
			}
		}
	}
	return !readership.Robot(agent)
}

// Ahead is what browsers say in Sec-Purpose and Purpose when they ask for a page that nobody asked them for yet.
const Ahead = "prefetch"

// matched gives the ETag under which the client has this version already, nil when it has not. A tag of another encoding
// counts too: it names the same version, and is sent back, so that the client renews what it holds.
func (a *answer) matched(h http.Header, enc int) []string {
	if lines := h["If-None-Match"]; len(lines) > 0 {
		for _, l := range lines {
			if i := matches(l, a.bare); i == anything {
				return a.etags[enc]
			} else if i >= 0 {
				return a.etags[i]
			}
		}
		return nil // If-Modified-Since counts only without If-None-Match
	}
	if a.modified == 0 {
		return nil
	}
	if since := h["If-Modified-Since"]; len(since) == 1 {
		if t, err := http.ParseTime(since[0]); err == nil && a.modified <= t.Unix() {
			return a.etags[enc]
		}
	}
	return nil
}
