package wire

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"

	"dateline/internal/wire/markup"
)

// Limits of one WordPress export, so that memory is bounded whatever a file says.
const (
	maxWXRTerms  = 50_000  // categories and menus, and terms of one item
	maxWXRPeople = 100_000 // authors
	maxWXRMeta   = 64 << 10
)

// WXR reads an export of WordPress (WXR 1.0 to 1.2) as a stream: one item in memory at a time, and what the file says of the
// site itself. Site is complete when Items has come to its end, and in exports of WordPress before the first item.
type WXR struct {
	Site WXRSite
	*markup.Stream
	known bool // some element is WordPress's own
}

// WXRSite is what an export says of its site. Authors are display names by login, Categories are in the order of the file.
type WXRSite struct {
	Title, Language string
	Address         *url.URL // of the blog's front; nil when the file does not say
	Authors         map[string]string
	Categories      []WXRTerm
	Version         string
}

// WXRTerm is a category, tag, menu or co-author. ID is empty where an item names it.
type WXRTerm struct {
	Domain, Slug, Name, Description, ID string
}

// WXRItem is one item of an export as it stands there: a post, a page, an attachment, an entry of a menu. Times are zero
// where the file gives none. Offset is the byte at which it begins, from which ReadWXRItem reads it again.
type WXRItem struct {
	ID, Type, Status, Title, Link, GUID, Name, Creator, Content, Excerpt, Parent, Discussion, File string

	Order               int
	Password            bool
	Published, Modified time.Time
	Terms               []WXRTerm
	Meta                map[string]string // of the keys that count here
	Comments            int               // approved ones of readers
	Replies             int               // those among them that answer another
	Discussed           []WXRComment      // what is kept of the comments, in the order of the file
	Unkept              int               // comments that are too many, too large, or empty
	Offset              int64
	Line                int

	said int // bytes of comments
}

// wxrMeta are the keys of an item's metadata that count.
var wxrMeta = map[string]bool{
	"_thumbnail_id": true, "_wp_attachment_image_alt": true, "_wp_attached_file": true, "_wp_attachment_metadata": true, "_media_credit": true,
	"_yoast_wpseo_primary_category": true, "_menu_item_type": true, "_menu_item_object": true, "_menu_item_object_id": true, "_menu_item_url": true,
	"_menu_item_menu_item_parent": true, "_wp_old_slug": true,
}

// NewWXR reads the export that r holds.
func NewWXR(r io.Reader) *WXR {
	return &WXR{Stream: markup.NewStream(r, MaxItem, "WordPress"), Site: WXRSite{Authors: map[string]string{}}}
}

// ReadWXRItem reads the one item that begins where r stands.
func ReadWXRItem(r io.Reader) (WXRItem, error) {
	x := NewWXR(r)
	t, err := x.next()
	if err != nil {
		return WXRItem{}, err
	}
	if start, ok := t.(xml.StartElement); !ok || start.Name.Local != "item" {
		return WXRItem{}, x.Fault("an item should begin here")
	}
	return x.item()
}

// Items gives the items of the file one after the other. The first error ends it: it is a fault that says the line.
func (x *WXR) Items() iter.Seq2[WXRItem, error] {
	return func(yield func(WXRItem, error) bool) {
		err := x.open()
		for err == nil {
			var t xml.Token
			if t, err = x.next(); err != nil {
				break
			}
			start, ok := t.(xml.StartElement)
			if !ok {
				if _, end := t.(xml.EndElement); end && x.Depth == 1 {
					err = x.close()
					break
				}
				continue
			}
			if start.Name.Local != "item" {
				err = x.site(start)
				continue
			}
			at := x.Before
			line := x.Line()
			var it WXRItem
			if it, err = x.item(); err == nil {
				it.Offset, it.Line = at, line
				if !yield(it, nil) {
					return
				}
			}
		}
		if err != nil && !errors.Is(err, io.EOF) {
			yield(WXRItem{}, err)
		}
	}
}

// open reads up to the channel.
func (x *WXR) open() error {
	for {
		t, err := x.next()
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		switch {
		case !ok:
		case x.Depth == 1 && start.Name.Local != "rss":
			return x.Fault(fmt.Sprintf("it begins with <%.40s>, so it is no export of WordPress", start.Name.Local))
		case x.Depth == 2 && start.Name.Local == "channel":
			return nil
		case x.Depth == 2:
			if err := x.Skip(); err != nil {
				return err
			}
		}
	}
}

// close reads to the end of the file, so that what is cut off is not taken for whole.
func (x *WXR) close() error {
	for {
		_, err := x.next()
		if errors.Is(err, io.EOF) {
			if !x.known {
				return x.Fault("it is a feed, but no export of WordPress")
			}
			return io.EOF
		}
		if err != nil {
			return err
		}
	}
}

// next reads one token; io.EOF is the end of a whole file.
func (x *WXR) next() (xml.Token, error) {
	t, err := x.Next()
	if start, ok := t.(xml.StartElement); ok {
		x.known = x.known || space(start.Name) == "wp"
	}
	return t, err
}

// space gives the short name of an element's namespace, whatever version it is of.
func space(n xml.Name) string {
	switch s := strings.TrimSuffix(n.Space, "/"); {
	case s == "wp", strings.HasPrefix(s, "http://wordpress.org/export/") && !strings.HasSuffix(s, "/excerpt"):
		return "wp"
	case s == "excerpt", strings.HasPrefix(s, "http://wordpress.org/export/"):
		return "excerpt"
	case s == "content", s == "http://purl.org/rss/1.0/modules/content":
		return "content"
	case s == "dc", s == "http://purl.org/dc/elements/1.1":
		return "dc"
	case s == "":
		return ""
	}
	return "other"
}

// site reads an element of the channel that is no item.
func (x *WXR) site(start xml.StartElement) error {
	var to *string
	address := ""
	switch space(start.Name) + ":" + start.Name.Local {
	case ":title":
		to = &x.Site.Title
	case ":language":
		to = &x.Site.Language
	case "wp:wxr_version":
		to = &x.Site.Version
	case ":link", "wp:base_blog_url":
		to = &address
	case "wp:author":
		one, err := x.fields()
		if login := one["author_login"]; err == nil && login != "" && len(x.Site.Authors) < maxWXRPeople {
			x.Site.Authors[login] = one["author_display_name"]
			if oneLine(one["author_display_name"]) == "" {
				x.Site.Authors[login] = strings.TrimSpace(one["author_first_name"] + " " + one["author_last_name"])
			}
		}
		return err
	case "wp:category", "wp:term":
		one, err := x.fields()
		t := WXRTerm{"category", one["category_nicename"], one["cat_name"], one["category_description"], one["term_id"]}
		if start.Name.Local == "term" {
			t = WXRTerm{one["term_taxonomy"], one["term_slug"], one["term_name"], one["term_description"], one["term_id"]}
		}
		if (t.Domain == "category" || t.Domain == "nav_menu") && len(x.Site.Categories) < maxWXRTerms {
			x.Site.Categories = append(x.Site.Categories, t)
		}
		return err
	default:
		return x.Skip()
	}
	text, err := x.Text(2000)
	if *to == "" {
		*to = text
	}
	if u, bad := url.Parse(address); bad == nil && u.Host != "" && (start.Name.Local != "link" || x.Site.Address == nil) {
		x.Site.Address = u
	}
	return err
}

// fields reads the texts of an element's children by their names.
func (x *WXR) fields() (map[string]string, error) {
	out := map[string]string{}
	for deep := x.Depth; ; {
		t, err := x.next()
		if err != nil {
			return nil, x.Early(err)
		}
		if x.Depth < deep {
			return out, nil
		}
		if start, ok := t.(xml.StartElement); ok {
			if start.Name.Local == "commentmeta" {
				meta, err := x.fields()
				if err != nil {
					return nil, err
				}
				if meta["meta_key"] == disqusMark {
					out[disqusMark] = meta["meta_value"]
				}
				continue
			}
			text, err := x.Text(maxWXRMeta)
			if err != nil {
				return nil, err
			}
			if len(out) < 50 {
				out[start.Name.Local] = text
			}
		}
	}
}

// item reads the item that was opened last.
func (x *WXR) item() (WXRItem, error) {
	it := WXRItem{Meta: map[string]string{}}
	var dates [3]string // published in UTC, in local time, as RFC 822
	var changed [2]string
	var order, password string
	hidden := map[string]string{} // comments that are not kept, and which they answer
	fields := map[string]*string{
		":title": &it.Title, ":link": &it.Link, ":guid": &it.GUID, "dc:creator": &it.Creator, "content:encoded": &it.Content, "excerpt:encoded": &it.Excerpt,
		"wp:post_id": &it.ID, "wp:post_type": &it.Type, "wp:status": &it.Status, "wp:post_name": &it.Name, "wp:post_parent": &it.Parent, "wp:comment_status": &it.Discussion,
		"wp:attachment_url": &it.File, "wp:post_date_gmt": &dates[0], "wp:post_date": &dates[1], ":pubDate": &dates[2], "wp:post_modified_gmt": &changed[0],
		"wp:post_modified": &changed[1], "wp:menu_order": &order, "wp:post_password": &password,
	}
	for deep := x.Depth; ; {
		t, err := x.next()
		if err != nil {
			return it, x.Early(err)
		}
		if x.Depth < deep {
			break
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		name := space(start.Name) + ":" + start.Name.Local
		switch to := fields[name]; {
		case to != nil:
			max := maxWXRMeta
			if name == "content:encoded" {
				max = MaxItem
			}
			text, err := x.Text(max)
			if err != nil {
				return it, err
			}
			if *to == "" {
				*to = text
			}
		case name == ":category":
			text, err := x.Text(2000)
			if err != nil {
				return it, err
			}
			if len(it.Terms) < 1000 {
				it.Terms = append(it.Terms, WXRTerm{Domain: attribute(start, "domain"), Slug: attribute(start, "nicename"), Name: text})
			}
		case name == "wp:postmeta":
			one, err := x.fields()
			if err != nil {
				return it, err
			}
			if key := one["meta_key"]; wxrMeta[key] && it.Meta[key] == "" {
				it.Meta[key] = one["meta_value"]
			}
		case name == "wp:comment":
			one, err := x.fields()
			if err != nil {
				return it, err
			}
			it.comment(one, hidden)
		default:
			if err := x.Skip(); err != nil {
				return it, err
			}
		}
	}
	it.thread(hidden)
	it.Order, _ = strconv.Atoi(order)
	it.Password = password != ""
	it.Published, it.Modified = wxrTime(dates[:]...), wxrTime(changed[:]...)
	return it, nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// wxrTime gives the first of the times that is one; those of drafts are 0000-00-00 00:00:00.
func wxrTime(all ...string) time.Time {
	for _, s := range all {
		for _, form := range []string{time.DateTime, time.RFC1123Z, time.RFC1123} {
			if t, err := time.Parse(form, s); err == nil && t.Year() > 1900 {
				return t.UTC()
			}
		}
	}
	return time.Time{}
}
