package site

import (
	"strconv"
	"strings"
	"time"

	"dateline/internal/moment"
	"dateline/internal/news"
)

// A cursor in an address ("?after=") is a place in a list: the time in microseconds and the id of its last item. It is
// readable on purpose: whoever changes it gets another page of the same public list.

// cursor writes the place after an item.
func cursor(at time.Time, id string) string {
	return strconv.FormatInt(moment.Micros(at), 36) + "-" + id
}

// parseCursor reads one; it takes exactly what cursor writes, so that a page has one address. The empty text is the beginning.
func parseCursor(text string) (news.Cursor, bool) {
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
	return c, cursor(c.At, c.ID) == text
}

// cut takes the page's items off a list that was asked for with one item more, and gives the cursor of the next page, "" at the end.
func cut(items []news.Item, limit int) ([]news.Item, string) {
	if len(items) <= limit {
		return items, ""
	}
	last := items[limit-1]
	return items[:limit], cursor(last.FeedAt, last.ID)
}
