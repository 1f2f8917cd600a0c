// Package cursor names a place in a public list for an address ("?after="): the time in microseconds and the id of its last item. It is readable on
// purpose: whoever changes it gets another page of the same list.
package cursor

import (
	"strconv"
	"strings"
	"time"

	"dateline/internal/edition"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// Of writes the place after an item.
func Of(at time.Time, id string) string {
	return strconv.FormatInt(moment.Micros(at), 36) + "-" + id
}

// Parse reads one; it takes exactly what Of writes, so that a page has one address. The empty text is the beginning.
func Parse(text string) (news.Cursor, bool) {
	if text == "" {
		return news.Cursor{}, true
	}
	micros, id, ok := strings.Cut(text, "-")
	us, err := strconv.ParseInt(micros, 36, 64)
	if !ok || err != nil || us <= 0 || us > 1<<56 {
		return news.Cursor{}, false
	}
	if _, err := moment.Number(id); err != nil {
		return news.Cursor{}, false
	}
	c := news.Cursor{At: moment.FromMicros(us), ID: id}
	return c, Of(c.At, c.ID) == text
}

// Thread puts alerts among the items of a newsfeed and takes as many of both as a page has, newest first; next is the cursor of the
// page after it, "" at the end. Of both at least one more than a page has was asked for.
func Thread(items []news.Item, alerts []edition.Alert, limit int) (_ []news.Item, _ []edition.Alert, next string) {
	var i, a int
	for i+a < limit && (i < len(items) || a < len(alerts)) {
		if a == len(alerts) || i < len(items) && later(items[i].FeedAt, items[i].ID, alerts[a].At, alerts[a].ID) {
			next, i = Of(items[i].FeedAt, items[i].ID), i+1
		} else {
			next, a = Of(alerts[a].At, alerts[a].ID), a+1
		}
	}
	if i == len(items) && a == len(alerts) {
		next = ""
	}
	return items[:i], alerts[:a], next
}

// later reports whether what happened at a time stands before something else in a list that is newest first.
func later(at time.Time, id string, other time.Time, otherID string) bool {
	return at.After(other) || at.Equal(other) && id > otherID
}

// Cut takes the page's items off a list that was asked for with one item more, and gives the cursor of the next page, "" at the end.
func Cut(items []news.Item, limit int) ([]news.Item, string) {
	if len(items) <= limit {
		return items, ""
	}
	last := items[limit-1]
	return items[:limit], Of(last.FeedAt, last.ID)
}
