package main

import (
	"bytes"
	"fmt"
	"image"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// oracle reads over HTTP what is there, and compares it with the ledger.
type oracle struct {
	s       *node
	seq     int64          // of the last event that was read
	told    map[string]int // events by article
	sitemap string
	feed    string

	compared time.Time // when the first comparison after a kill was done
}

// look reads what is read as a whole: the sitemap, the feed, the new events.
func (o *oracle) look() error {
	status, body := o.s.get("/sitemap.xml")
	if status != http.StatusOK {
		return fmt.Errorf("sitemap: %d", status)
	}
	o.sitemap = body
	if strings.Contains(body, "<sitemapindex") {
		for _, m := range regexp.MustCompile(`<loc>[^<]*?(/sitemaps/[^<]+)</loc>`).FindAllStringSubmatch(body, -1) {
			status, part := o.s.get(m[1])
			if status != http.StatusOK {
				return fmt.Errorf("%s: %d", m[1], status)
			}
			o.sitemap += part
		}
	}
	if status, o.feed = o.s.get("/feed.xml"); status != http.StatusOK {
		return fmt.Errorf("feed: %d", status)
	}
	events, err := o.s.events("newsfeed:en", o.seq)
	if err != nil {
		return err
	}
	for _, e := range events {
		o.told[e.Item.ID]++
		o.seq = e.Seq
	}
	return nil
}

// agree checks that everything says the same of a story: it was published so many times as was acknowledged, or once more if
// one is unanswered. It gives how many times.
func (o *oracle) agree(t *story, recent bool) (revision int, err error) {
	if t.id == "" {
		return 0, o.nowhere(t)
	}
	var a outcome
	if err := o.s.call("GET", "/api/v1/articles/"+t.id, "", nil, &a); err != nil {
		return 0, fmt.Errorf("%s is lost: %w", t.id, err)
	}
	acked, open := t.released()
	if a.Revision != acked && !(open && a.Revision == acked+1) {
		return 0, fmt.Errorf("%d publications were acknowledged, one more is unanswered: %t, and there are %d", acked, open, a.Revision)
	}
	n := a.Revision
	if got := o.told[t.id]; got != n {
		return n, fmt.Errorf("%d publications, %d events", n, got)
	}
	if n == 0 {
		if t.path == "" {
			return 0, nil
		}
		return 0, o.nowhere(t)
	}
	if err := o.history(t, n); err != nil {
		return n, err
	}
	path := a.URL[strings.Index(a.URL, "/world/"):]
	status, page := o.s.get(path)
	if t.gone(n) {
		if status != http.StatusGone || a.State != "withdrawn" || strings.Contains(page, t.mark(n-1)) {
			return n, fmt.Errorf("it was withdrawn, its state is %s, its page %d", a.State, status)
		}
		return n, o.nowhere(t)
	}
	switch {
	case status != http.StatusOK || a.State != "published":
		return n, fmt.Errorf("it was published, its state is %s, its page %d", a.State, status)
	case !strings.Contains(page, t.mark(n)):
		return n, fmt.Errorf("its page does not show revision %d", n)
	case !strings.Contains(o.sitemap, path+"<"):
		return n, fmt.Errorf("it is not in the sitemap")
	case recent && n == t.fresh && !strings.Contains(o.feed, t.mark(n)):
		return n, fmt.Errorf("revision %d is not in the feed of %d stories", n, strings.Count(o.feed, "<item>"))
	}
	hits, err := o.found(t, false)
	if err == nil && (len(hits) != 1 || hits[0] != t.id) {
		err = fmt.Errorf("a search gives %v", hits)
	}
	return n, err
}

// nowhere checks that readers see nothing of a story that was never published, or was withdrawn.
func (o *oracle) nowhere(t *story) error {
	hits, err := o.found(t, false)
	switch {
	case err != nil:
		return err
	case len(hits) > 0:
		return fmt.Errorf("a search finds what is not published")
	case strings.Contains(o.sitemap, t.word()):
		return fmt.Errorf("the sitemap names what is not published")
	case strings.Contains(o.feed, t.word()):
		return fmt.Errorf("the feed has what is not published")
	}
	return nil
}

// history checks that the revisions are numbered without a gap and each has a leaf.
func (o *oracle) history(t *story, n int) error {
	leaves, err := o.leaves(t)
	if err != nil {
		return err
	}
	if len(leaves) != n {
		return fmt.Errorf("%d publications, %d revisions in its history", n, len(leaves))
	}
	return nil
}

// leaves gives the places of a story's revisions in the log, first revision first.
func (o *oracle) leaves(t *story) ([]int64, error) {
	var list struct {
		Items []struct {
			Number int
			Leaf   int64
		}
	}
	if err := o.s.call("GET", "/api/v1/articles/"+t.id+"/revisions", "", nil, &list); err != nil {
		return nil, err
	}
	slices.Reverse(list.Items)
	var out []int64
	for i, r := range list.Items {
		if r.Number != i+1 || i > 0 && r.Leaf <= out[i-1] {
			return nil, fmt.Errorf("revisions %v", list.Items)
		}
		out = append(out, r.Leaf)
	}
	return out, nil
}

// found searches for the story's word: as a stranger among what is published, or as the desk.
func (o *oracle) found(t *story, desk bool) ([]string, error) {
	if !desk {
		status, body := o.s.get("/api/v1/articles?edition=en&q=" + t.word())
		for status == http.StatusTooManyRequests {
			status, body = o.s.get("/api/v1/articles?edition=en&q=" + t.word())
		}
		if status != http.StatusOK {
			return nil, fmt.Errorf("search: %d %.300s", status, body)
		}
		var ids []string
		for _, m := range regexp.MustCompile(`"id":"([^"]+)"`).FindAllStringSubmatch(body, -1) {
			ids = append(ids, m[1])
		}
		return ids, nil
	}
	var list struct{ Items []outcome }
	if err := o.s.call("GET", "/api/v1/articles?edition=en&q="+t.word(), "", nil, &list); err != nil {
		return nil, err
	}
	var ids []string
	for _, i := range list.Items {
		ids = append(ids, i.ID)
	}
	return ids, nil
}

// once checks that there is one article of a story, and that repeating what was acknowledged changes nothing.
func (o *oracle) once(t *story) error {
	ids, err := o.found(t, true)
	if err != nil {
		return err
	}
	if len(ids) != 1 || ids[0] != t.id {
		return fmt.Errorf("the desk finds %v, the ledger says %s", ids, t.id)
	}
	for _, d := range t.deeds {
		if d.acked && d.key != "" {
			if err := d.do(o.s); err != nil {
				return fmt.Errorf("%s again: %w", d.act, err)
			}
		}
	}
	return nil
}

// whole checks that every file of a picture is there to its last byte.
func (o *oracle) whole(d *deed) error {
	var p outcome
	if err := o.s.call("GET", "/api/v1/pictures/"+d.out.ID, "", nil, &p); err != nil {
		return fmt.Errorf("picture %s is lost: %w", d.out.ID, err)
	}
	if len(p.Renditions) == 0 {
		return fmt.Errorf("picture %s has no file", d.out.ID)
	}
	for _, r := range p.Renditions {
		path := r.URL[strings.Index(r.URL, "/media/"):]
		status, body := o.s.get(path)
		if status != http.StatusOK || len(body) != r.Bytes {
			return fmt.Errorf("%s: %d, %d bytes of %d", path, status, len(body), r.Bytes)
		}
		img, _, err := image.Decode(bytes.NewReader([]byte(body)))
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if b := img.Bounds(); b.Dx() != r.Width || b.Dy() != r.Height {
			return fmt.Errorf("%s: %v, not %d × %d", path, b, r.Width, r.Height)
		}
	}
	return nil
}
