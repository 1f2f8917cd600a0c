package news

import (
	"net/url"
	"strings"

	"dateline/internal/fact"
)

// maxFormerly is how long an address from elsewhere may be, in bytes.
const maxFormerly = 1000

// FormerPath gives an address of another site as it is kept and looked up: the path as people read it, without a slash at
// its end, and of the query only what names an article ("/?p=7"). It is "" for what names none, such as the front.
func FormerPath(u *url.URL) string {
	path := "/" + strings.Trim(u.Path, "/")
	for _, name := range []string{"p", "page_id"} {
		if id := u.Query().Get(name); id != "" && len(id) < 20 && strings.Trim(id, "0123456789") == "" {
			return strings.TrimSuffix(path, "/") + "/?" + name + "=" + id
		}
	}
	if path == "/" || len(path) > maxFormerly || !clean(path) {
		return ""
	}
	return path
}

// remember puts what is kept beside the article into the outcome of a save: the item it is of, and its addresses elsewhere, by which
// whatever said that nothing is there is stale.
func (p Patch) remember(a *Article, o *Outcome) {
	o.Inbox = p.Inbox
	if len(p.Formerly) > 0 {
		o.Formerly = p.Formerly
		o.Stale = append(o.Stale, fact.TagEdition404(a.Edition))
	}
}
