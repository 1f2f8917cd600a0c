package news

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/body"
	"dateline/internal/fault"
)

// toCome is what a desk writes in the place of what it does not know yet.
var toCome = regexp.MustCompile(`(^|[^\p{L}\p{N}])(TK(TK)*|XXX+)($|[^\p{L}\p{N}])`)

// longLine is from how many characters on a paragraph is one of sentences, and not a line that stands for itself.
const longLine = 80

// unfinished reports a paragraph of the text that breaks off: it ends with a word or with a sign after which there is more.
func unfinished(b body.Block) bool {
	text := strings.TrimSpace(b.Text)
	if b.Kind != "paragraph" || b.In != "" || utf8.RuneCountInString(text) < longLine {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	return unicode.In(last, unicode.L, unicode.M, unicode.N) || strings.ContainsRune(",،;؛-–—", last)
}

// linksJudged is how many different stories are looked for.
const linksJudged = 100

// nowhere gives the links to stories of this site that readers cannot reach, or could not yet.
func (d *Desk) nowhere(ctx context.Context, a *Article, at time.Time) ([]Check, error) {
	var out []Check
	seen := map[[3]string]bool{} // whether it is there
	for i, link := range a.Body.Links() {
		in, section, slug := d.target(a.Edition, link)
		if slug == "" {
			continue
		}
		key := [3]string{in, section, slug}
		there, known := seen[key]
		if !known {
			if len(seen) == linksJudged {
				break
			}
			id, err := d.store.SlugOwner(ctx, in, section, slug)
			if err != nil {
				return nil, err
			}
			if id != "" {
				to, err := d.store.Article(ctx, id)
				if err != nil && !fault.Is(err, fault.NotFound) {
					return nil, err
				}
				there = err == nil && (to.Revision > 0 && to.State != Withdrawn || to.State == Scheduled && !to.ScheduledAt.After(at))
			}
			seen[key] = there
		}
		if !there {
			out = append(out, Check{Warning, "warning.link", fmt.Sprintf("body.links[%d]", i), "a link leads to a story of this site that is not there or not yet out"})
		}
	}
	return out, nil
}

// target gives the edition, the section by its id and the slug of a path that names a story or a standing page of this site as a link in an edition; slug is
// "" for every other address.
func (d *Desk) target(from, link string) (in, section, slug string) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
		return "", "", ""
	}
	dir, parts := d.directory(), strings.Split(strings.Trim(u.Path, "/"), "/")
	if e, ok := dir.Edition(from); ok && e.Host != "" {
		in = from
	} else if e, ok := dir.Edition(parts[0]); ok && !e.Default && e.Host == "" {
		in, parts = e.Slug, parts[1:]
	} else {
		for _, e := range dir.Editions {
			if e.Default {
				in = e.Slug
			}
		}
	}
	if len(parts) != 2 || strings.Contains(parts[1], ".") { // no slug has one: a feed
		return "", "", ""
	}
	if parts[0] == "page" {
		return in, "", parts[1]
	}
	s, _, ok := dir.Section(in, parts[0])
	if !ok {
		return "", "", ""
	}
	return in, s.ID, parts[1]
}
