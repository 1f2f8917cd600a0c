package wire

import (
	"strings"
	"time"

	"dateline/internal/wire/markup"
)

// Limits of the comments of one item.
const (
	maxWXRComments = 20_000
	maxWXRSaid     = 8 << 20 // bytes, all together
	maxWXRComment  = 20_000  // bytes of one
)

// WXRComment is a comment of a reader: approved, or Held when nobody had decided about it. Spam and what was thrown away is none; what
// answers such a comment answers the one before it. Ref names it as an export of Disqus does that has it too, else it is the ID. Addresses
// of people are not kept.
type WXRComment struct {
	ID, Parent, Ref, Author, Body string
	At                            time.Time
	Held                          bool
}

// disqusMark is the key under which the plug-in of Disqus keeps which post a comment is; see disqus.Post.Ref.
const disqusMark = "dsq_post_id"

// Picture reports whether the item is the file of a picture.
func (it WXRItem) Picture() bool { return it.Type == "attachment" && pictured(it.File) }

// Said is how many bytes the comments of the item hold.
func (it WXRItem) Said() int {
	n := 0
	for _, c := range it.Discussed {
		n += len(c.Body) + len(c.Author) + 100
	}
	return n
}

// comment adds one by its fields as they stand in the file; hidden gathers the parents of those that are none.
func (it *WXRItem) comment(one map[string]string, hidden map[string]string) {
	if kind := one["comment_type"]; kind != "" && kind != "comment" {
		return // pings
	}
	id, parent := one["comment_id"], one["comment_parent"]
	if parent == "0" {
		parent = ""
	}
	c := WXRComment{ID: id, Parent: parent, Author: cutBytesOf(oneLine(plainText(one["comment_author"])), maxName), At: wxrTime(one["comment_date_gmt"], one["comment_date"])}
	post := one[disqusMark]
	if agent := one["comment_agent"]; post == "" && strings.HasPrefix(agent, "Disqus/") {
		post = agent[strings.LastIndexByte(agent, ':')+1:] // of its older versions
	}
	if c.Ref = id; post != "" && len(post) < 20 && strings.Trim(post, "0123456789") == "" {
		c.Ref = "disqus/" + post
	}
	switch one["comment_approved"] {
	case "1":
		it.Comments++
		if parent != "" {
			it.Replies++
		}
	case "0":
		c.Held = true
	default:
		if len(hidden) < maxWXRComments {
			hidden[id] = parent
		}
		return
	}
	c.Body = cutBytesOf(markup.Said(one["comment_content"], nil), maxWXRComment)
	if it.said += len(c.Body); id == "" || len(id) > 40 || c.Body == "" || len(it.Discussed) >= maxWXRComments || it.said > maxWXRSaid {
		it.Unkept++
		return
	}
	it.Discussed = append(it.Discussed, c)
}

func cutBytesOf(s string, max int) string {
	if len(s) <= max {
		return s
	}
	return cutBytes(s, max)
}

// thread makes every comment answer one that is kept, or none.
func (it *WXRItem) thread(hidden map[string]string) {
	kept := make(map[string]bool, len(it.Discussed))
	for _, c := range it.Discussed {
		kept[c.ID] = true
	}
	for n := range it.Discussed {
		c := &it.Discussed[n]
		for range 100 { // a ring of comments ends here
			up, gone := hidden[c.Parent]
			if !gone {
				break
			}
			c.Parent = up
		}
		if !kept[c.Parent] || c.Parent == c.ID {
			c.Parent = ""
		}
	}
}
