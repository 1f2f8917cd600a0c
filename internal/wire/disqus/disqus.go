// Package disqus reads exports of Disqus: the threads of a site, each the discussion of a page, and what readers wrote in them.
package disqus

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strings"
	"time"

	"dateline/internal/fault"
	"dateline/internal/wire/markup"
)

// Limits of one export, in bytes.
const (
	maxToken   = 4 << 20  // one text of the file, as it stands there
	maxMessage = 64 << 10 // one comment
	maxName    = 200      // of an author
	maxID      = 64
	maxAddress = 2000
)

// Thread is the discussion of a page. Identifier is what the site called the page ("21 https://old.example/?p=21" by the plug-in of
// WordPress), Link its address; either may be empty.
type Thread struct {
	ID, Identifier, Link, Title string
	Deleted                     bool
}

// Post is what a reader wrote. Text is plain and empty when the post is Gone, deleted or spam, or says nothing; Cut tells that it was too long. ID
// is empty when the file has none, Parent when it answers nobody. WordPress is the number of the comment there that Disqus had it from.
// Addresses of people are not kept.
type Post struct {
	ID, Parent, Thread, WordPress, Author, Text string
	At                                          time.Time
	Gone, Held, Cut                             bool
}

// Ref names a post in its place, the same in every export, and as the export of a WordPress names the same comment. One without an id is
// named by what it says.
func (p Post) Ref() string {
	switch {
	case p.WordPress != "":
		return p.WordPress
	case p.ID != "":
		return "disqus/" + p.ID
	}
	sum := sha256.Sum256([]byte(p.At.Format(time.RFC3339Nano) + "\x00" + p.Author + "\x00" + p.Text))
	return "disqus/said:" + hex.EncodeToString(sum[:16])
}

// Entry is a thread or a post; the other one is nil.
type Entry struct {
	Thread *Thread
	Post   *Post
}

// reader reads one export.
type reader struct {
	*markup.Stream
}

// Read gives the threads and posts of an export in the order of the file, one in memory at a time. The first error ends it: it is a fault
// that says the line, or one of r.
func Read(r io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		x := reader{markup.NewStream(r, maxToken, "Disqus")}
		more := func(e Entry) bool { return yield(e, nil) }
		if err := x.file(more); err != nil && !errors.Is(err, errEnough) {
			yield(Entry{}, err)
		}
	}
}

// errEnough says that whoever reads wants no more.
var errEnough = errors.New("disqus: enough")

// file reads to the end of the file, so that what is cut off is not taken for whole.
func (x reader) file(yield func(Entry) bool) error {
	known := false
	for {
		t, err := x.Next()
		if errors.Is(err, io.EOF) {
			if !known {
				return x.Fault("it is empty")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.Directive:
			return x.Fault("it declares a type of document, which no export of Disqus does")
		case xml.StartElement:
			switch {
			case x.Depth == 1 && known:
				return x.Fault("there is something after its end")
			case x.Depth == 1 && t.Name.Local != "disqus":
				return x.Fault(fmt.Sprintf("it begins with <%.40s>, so it is no export of Disqus", t.Name.Local))
			case x.Depth == 1:
				known = true
			default:
				if err := x.entry(t, yield); err != nil {
					return err
				}
			}
		}
	}
}

// entry reads the element below the root that was opened last.
func (x reader) entry(start xml.StartElement, yield func(Entry) bool) error {
	var e Entry
	line, err := x.Line(), error(nil)
	switch start.Name.Local {
	case "thread":
		e.Thread, err = x.thread(start, line)
	case "post":
		e.Post, err = x.post(start, line)
	default:
		return x.Skip() // categories
	}
	if err == nil && !yield(e) {
		err = errEnough
	}
	return err
}

// children calls each for the elements inside of the one that was opened last; it must read each to its end.
func (x reader) children(each func(xml.StartElement) error) error {
	for deep := x.Depth; ; {
		t, err := x.Next()
		if err != nil {
			return x.Early(err)
		}
		if x.Depth < deep {
			return nil
		}
		if start, ok := t.(xml.StartElement); ok {
			if err := each(start); err != nil {
				return err
			}
		}
	}
}

// fields reads the texts of children by their names; of those that are not in to nothing is kept.
func (x reader) fields(to map[string]*string) func(xml.StartElement) error {
	return func(start xml.StartElement) error {
		s, ok := to[start.Name.Local]
		if !ok {
			return x.Skip()
		}
		text, err := x.Text(maxToken)
		if *s == "" {
			*s = text
		}
		return err
	}
}

func (x reader) thread(start xml.StartElement, line int) (*Thread, error) {
	t := &Thread{ID: id(start)}
	deleted := ""
	err := x.children(x.fields(map[string]*string{"id": &t.Identifier, "link": &t.Link, "title": &t.Title, "isDeleted": &deleted}))
	switch {
	case err != nil:
		return nil, err
	case t.ID == "":
		return nil, wrong(line, "a thread has no dsq:id")
	case len(t.ID) > maxID:
		return nil, wrong(line, "the dsq:id of a thread is too long")
	case len(t.Link) > maxAddress:
		t.Link = ""
	}
	if len(t.Identifier) > maxAddress {
		t.Identifier = ""
	}
	t.Title = strings.ToValidUTF8(t.Title[:min(len(t.Title), maxAddress)], "")
	t.Deleted, err = truth(deleted)
	if err != nil {
		return nil, wrong(line, "thread %s: isDeleted %s", t.ID, err)
	}
	return t, nil
}

func (x reader) post(start xml.StartElement, line int) (*Post, error) {
	p := &Post{ID: id(start)}
	var message, created, deleted, spam, approved, name, username, anonymous, before string
	fields := x.fields(map[string]*string{"id": &before, "message": &message, "createdAt": &created, "isDeleted": &deleted, "isSpam": &spam, "isApproved": &approved})
	author := x.fields(map[string]*string{"name": &name, "username": &username, "isAnonymous": &anonymous})
	err := x.children(func(start xml.StartElement) error {
		switch start.Name.Local {
		case "author":
			return x.children(author)
		case "thread":
			p.Thread = id(start)
			return x.Skip()
		case "parent":
			p.Parent = id(start)
			return x.Skip()
		}
		return fields(start)
	})
	switch {
	case err != nil:
		return nil, err
	case len(p.ID) > maxID || len(p.Parent) > maxID || len(p.Thread) > maxID:
		return nil, wrong(line, "a dsq:id of a post is too long")
	case p.Thread == "":
		return nil, wrong(line, "post %s names no thread", p.ID)
	}
	var gone [2]bool
	for n, said := range []string{deleted, spam} {
		if gone[n], err = truth(said); err != nil {
			return nil, wrong(line, "post %s: %s %s", p.ID, []string{"isDeleted", "isSpam"}[n], err)
		}
	}
	if p.At, err = when(created); err != nil {
		return nil, wrong(line, "post %s: %s", p.ID, err)
	}
	if p.Gone = gone[0] || gone[1]; p.Gone {
		return p, nil
	}
	p.Held = approved == "false"
	if number, ok := strings.CutPrefix(before, "wp_id="); ok && len(number) < 20 && strings.Trim(number, "0123456789") == "" {
		p.WordPress = number
	}
	if name == "" && anonymous != "true" {
		name = username
	}
	p.Author, _ = cut(strings.Join(strings.Fields(markup.Said(name, nil)), " "), maxName)
	p.Text, p.Cut = cut(markup.Said(message, target), maxMessage)
	return p, nil
}

func wrong(line int, text string, args ...any) error {
	return fault.New(fault.Malformed, "fault.wire.stream", "line %d: %s", line, fmt.Sprintf(text, args...))
}

// id gives an element's dsq:id.
func id(start xml.StartElement) string {
	for _, a := range start.Attr {
		if a.Name.Local == "id" {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// truth reads true or false; what is not said is false.
func truth(s string) (bool, error) {
	switch strings.ToLower(s) {
	case "", "false", "0":
		return false, nil
	case "true", "1":
		return true, nil
	}
	return false, fmt.Errorf("is %.40q, neither true nor false", s)
}

// when reads a time of an export, which is in UTC where it does not say so.
func when(s string) (time.Time, error) {
	for _, form := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateTime} {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1970 && t.Year() < 2200 {
			return t.UTC().Truncate(time.Microsecond), nil
		}
	}
	if s == "" {
		return time.Time{}, errors.New("createdAt is missing")
	}
	return time.Time{}, fmt.Errorf("createdAt is %.40q, which is no time", s)
}

func cut(s string, max int) (string, bool) {
	if len(s) <= max {
		return s, false
	}
	return strings.TrimSpace(strings.ToValidUTF8(s[:max], "")), true
}

// target gives where an address leads that Disqus counts the readers of: https://disq.us/url?url=…:signature.
func target(u *url.URL) *url.URL {
	if !strings.EqualFold(u.Host, "disq.us") || u.Path != "/url" {
		return u
	}
	to := u.Query().Get("url")
	if at := strings.LastIndexByte(to, ':'); at > len("https:") && !strings.ContainsAny(to[at:], "/?#") {
		to = to[:at]
	}
	if there, err := url.Parse(to); err == nil && there.Host != "" {
		return there
	}
	return u
}
