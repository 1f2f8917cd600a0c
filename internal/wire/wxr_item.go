package wire

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"dateline/internal/body"
	"dateline/internal/media"
	"dateline/internal/news"
)

// Finder gives another item of the same export: by "id", or an attachment by "file", the address of its file.
type Finder func(by, key string) (WXRItem, bool)

// Item makes what the newsroom keeps of a post or page; anything else says in NotArticle that it is none. Its state, section and
// former addresses are asked for apart: State, Section, Formerly.
func (s WXRSite) Item(it WXRItem, find Finder) (Item, []Warning) {
	b := wxrBody{site: s, item: it, find: find, pictures: map[string]string{}, shown: map[string]bool{}, attached: map[string]WXRItem{}, said: map[string]bool{}}
	out := Item{Kind: Text, Status: Usable, VersionTime: it.Modified, FirstCreated: it.Published}
	c := &out.Content
	c.Kind, c.Genre = news.Story, news.News
	switch it.Type {
	case "post":
	case "page":
		c.Kind = news.Page
	default:
		out.NotArticle = "it is no post and no page"
		return out, nil
	}
	c.Source = &news.Source{URI: it.URI(), Version: it.version(), Name: oneLine(plainText(s.Title))}
	c.Language = s.Language
	c.Headline = it.Heading()
	c.Lead = oneLine(plainText(b.shortcodes(it.Excerpt, 0)))
	c.Byline = s.byline(it)
	c.Slug = slugOf(strings.TrimSuffix(it.Name, ".html"))
	if c.Discussion = "closed"; it.Discussion == "open" {
		c.Discussion = "open"
	}
	for _, t := range s.tags(it) {
		c.Tags = append(c.Tags, t.Name)
	}
	c.Tags = c.Tags[:min(len(c.Tags), 50)]
	b.out = &out
	if a, ok := find("id", it.Meta["_thumbnail_id"]); ok && a.File != "" && pictured(a.File) {
		c.Picture = b.picture(s.file(a.File), a, nil)
	}
	b.convert()
	if c.Headline == "" {
		c.Headline = body.Shorten(oneLine(c.Body.Text()), 80)
	}
	p := parser{out: out, warnings: b.warnings}
	p.fit()
	return p.out, p.warnings
}

// URI names an item for ever: its guid, else its address, else its number.
func (it WXRItem) URI() string {
	for _, s := range []string{it.GUID, it.Link} {
		if s = oneLine(s); s != "" && len(s) <= 500 {
			return s
		}
	}
	return "wordpress:" + it.Type + ":" + it.ID
}

func (it WXRItem) version() string {
	for _, t := range []time.Time{it.Modified, it.Published} {
		if !t.IsZero() {
			return t.Format(time.RFC3339)
		}
	}
	return ""
}

// State is what becomes of the item: published, scheduled (when its time has come: published), draft or in_review; "" when it is
// thrown away. why tells an editor what may surprise.
func (it WXRItem) State() (state news.State, why string) {
	switch {
	case it.Status == "trash" || it.Status == "auto-draft":
		return "", ""
	case it.Status == "private":
		return news.Draft, "it was private, so it came as a draft"
	case it.Password:
		return news.Draft, "it was protected by a password, so it came as a draft"
	case it.Status == "publish":
		return news.Published, ""
	case it.Status == "future" && !it.Published.IsZero():
		return news.Scheduled, ""
	case it.Status == "pending":
		return news.InReview, ""
	case it.Status == "draft":
		return news.Draft, ""
	}
	return news.Draft, "its state " + strconv.Quote(it.Status) + " is not known, so it came as a draft"
}

// Formerly lists the addresses of the item as news.FormerPath keeps them.
func (s WXRSite) Formerly(it WXRItem) []string {
	var out []string
	add := func(u *url.URL) {
		if u == nil || !s.Within(u) {
			return
		}
		if p := news.FormerPath(u); p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	link := s.Resolve(it.Link)
	add(link)
	if old := it.Meta["_wp_old_slug"]; old != "" && link != nil && path.Base(link.Path) == it.Name {
		add(&url.URL{Scheme: link.Scheme, Host: link.Host, Path: path.Join(path.Dir(strings.TrimSuffix(link.Path, "/")), old)})
	}
	if g := s.Resolve(it.GUID); g != nil && strings.Contains(g.RawQuery, "=") {
		add(g)
	}
	if it.ID != "" && strings.Trim(it.ID, "0123456789") == "" {
		add(&url.URL{Path: s.Home(), RawQuery: map[bool]string{true: "page_id=", false: "p="}[it.Type == "page"] + it.ID})
	}
	return out
}

// byline gives the co-authors of an item, else who made it.
func (s WXRSite) byline(it WXRItem) []news.Byline {
	var out []news.Byline
	add := func(login, name string) {
		if shown := oneLine(plainText(s.Authors[login])); shown != "" {
			name = shown
		}
		b := news.Byline{Name: oneLine(plainText(name))}
		if b.Name == "" {
			return
		}
		if !strings.Contains(login, "@") {
			b.Author = slugOf(login)
		}
		if !slices.Contains(out, b) {
			out = append(out, b)
		}
	}
	for _, t := range it.Terms {
		if t.Domain == "author" {
			login := strings.TrimPrefix(t.Slug, "cap-")
			if _, known := s.Authors[t.Name]; known {
				login = t.Name
			}
			add(login, t.Name)
		}
	}
	if len(out) == 0 && it.Creator != "" && it.Type == "post" {
		add(it.Creator, it.Creator)
	}
	return out
}

// slugOf makes of a name in an address one that may stand in ours, "" when it cannot be: WordPress escapes letters that are not Latin.
func slugOf(name string) string {
	plain, err := url.PathUnescape(name)
	if err != nil {
		plain = name
	}
	if isSlug(plain) {
		return plain
	}
	if slug := news.Slug("", plain); slug != "item" && strings.Trim(plain, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ._-@") == "" {
		return slug
	}
	return ""
}

// SectionSlug gives the slug of a section that stands for a category; language is the edition's.
func (t WXRTerm) SectionSlug(language string) string {
	if slug := slugOf(t.Slug); slug != "" {
		return slug
	}
	return news.Slug(language, plainText(t.Name))
}

// Section gives the category that an item stands in first: the one that was chosen as the main one, else the first that
// means something, with name and description of the export; ok is false when it has none.
func (s WXRSite) Section(it WXRItem) (t WXRTerm, ok bool) {
	all := make([]WXRTerm, 0, 4)
	for _, t := range it.Terms {
		if t.Domain == "category" && oneLine(t.Name) != "" {
			all = append(all, s.category(t))
		}
	}
	if len(all) == 0 {
		return WXRTerm{}, false
	}
	if main := it.Meta["_yoast_wpseo_primary_category"]; main != "" {
		for _, t := range all {
			if t.ID == main {
				return t, true
			}
		}
	}
	for _, t := range all {
		if t.Slug != "uncategorized" {
			return t, true
		}
	}
	return all[0], true
}

// SectionSlug gives the slug of the section that an item stands in, "" when it has no category.
func (s WXRSite) SectionSlug(it WXRItem, language string) string {
	t, ok := s.Section(it)
	if !ok {
		return ""
	}
	return t.SectionSlug(language)
}

// Heading gives the title of an item as words.
func (it WXRItem) Heading() string { return oneLine(plainText(it.Title)) }

// category fills in what the export says of a category that an item names.
func (s WXRSite) category(t WXRTerm) WXRTerm {
	for _, c := range s.Categories {
		if c.Domain == "category" && (c.Slug == t.Slug || strings.EqualFold(c.Name, t.Name)) {
			t.Description, t.ID = oneLine(plainText(c.Description)), c.ID
			break
		}
	}
	t.Name = oneLine(plainText(t.Name))
	return t
}

// tags are the tags of an item and those of its categories that are not its section.
func (s WXRSite) tags(it WXRItem) []WXRTerm {
	main, _ := s.Section(it)
	var out []WXRTerm
	for _, t := range it.Terms {
		t.Name = oneLine(plainText(t.Name))
		if t.Name == "" || len(t.Name) > maxName || t.Domain == "category" && (t.Slug == main.Slug || t.Slug == "uncategorized") || t.Domain != "category" && t.Domain != "post_tag" && t.Domain != "tag" {
			continue
		}
		if !slices.ContainsFunc(out, func(o WXRTerm) bool { return strings.EqualFold(o.Name, t.Name) }) {
			out = append(out, t)
		}
	}
	return out
}

// pictured reports whether an attachment is a picture.
func pictured(file string) bool {
	if i := strings.IndexAny(file, "?#"); i >= 0 {
		file = file[:i]
	}
	switch strings.ToLower(path.Ext(file)) {
	case ".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif", ".heic", ".tif", ".tiff", ".bmp", "":
		return true
	}
	return false
}

// file gives the whole address of a file of the site.
func (s WXRSite) file(address string) string {
	if u := s.Resolve(address); u != nil {
		return u.String()
	}
	return address
}

var (
	wxrSize   = regexp.MustCompile(`-\d{2,5}x\d{2,5}(\.[A-Za-z]+)$`)
	wxrCredit = regexp.MustCompile(`"(credit|copyright)";s:\d+:"([^"]{1,300})"`)
)

// picture gives the id in the item of a picture at an address; a is its attachment, zero when the export has none.
func (b *wxrBody) picture(address string, a WXRItem, f *body.Found) string {
	if id := b.pictures[address]; id != "" {
		return id
	}
	if len(b.out.Pictures) >= maxPictures {
		return ""
	}
	id := "p" + strconv.Itoa(len(b.out.Pictures)+1)
	img := Image{URI: address, Picture: media.Picture{ID: id, Kind: media.Photo, Focal: media.Centre}}
	img.Alt, img.Caption = oneLine(a.Meta["_wp_attachment_image_alt"]), oneLine(plainText(a.Excerpt))
	img.Credit = oneLine(plainText(a.Meta["_media_credit"]))
	for _, m := range wxrCredit.FindAllStringSubmatch(a.Meta["_wp_attachment_metadata"], 2) {
		if m[1] == "credit" && img.Credit == "" {
			img.Credit = oneLine(m[2])
		} else if m[1] == "copyright" {
			img.Copyright = oneLine(m[2])
		}
	}
	src := ""
	if f != nil {
		src = f.Src
		if img.Caption == "" {
			img.Caption = oneLine(f.Caption)
		}
		if img.Alt == "" {
			img.Alt = oneLine(f.Alt)
		}
	}
	if _, rest, ok := strings.Cut(address, "/wp-content/uploads/"); ok {
		rest, _, _ = strings.Cut(rest, "?")
		img.Files = append(img.Files, File{Href: "uploads/" + rest})
	}
	img.Files = append(img.Files, File{Href: address})
	if src != "" && src != address {
		img.Files = append(img.Files, File{Href: src})
	}
	p := parser{}
	p.fitImage(&img)
	b.out.Pictures = append(b.out.Pictures, img)
	b.pictures[address] = id
	return id
}

// inText is the picture that stands in a text. The main one is left out there: it opens the story.
func (b *wxrBody) inText(f body.Found) (body.Picture, bool) {
	address := f.Src
	a, ok := b.attached[address]
	if !ok {
		whole := wxrSize.ReplaceAllString(address, "$1")
		if a, ok = b.find("file", whole); !ok {
			a, ok = b.find("file", address)
		}
		if ok {
			address = b.site.file(a.File)
		} else if whole != address && b.ours(whole) {
			address = whole
		}
	}
	id := b.picture(address, a, &f)
	if id == "" {
		return body.Picture{}, false
	}
	if id == b.out.Content.Picture {
		b.shown[f.Src] = true
		return body.Picture{}, false
	}
	p := body.Picture{ID: id, Caption: f.Caption, Alt: f.Alt}
	for i := range b.out.Pictures {
		if img := b.out.Pictures[i]; img.ID == id {
			if img.Caption == p.Caption {
				p.Caption = ""
			}
			if img.Alt == p.Alt {
				p.Alt = ""
			}
		}
	}
	return p, true
}

func (b *wxrBody) ours(address string) bool {
	u := b.site.Resolve(address)
	return u != nil && b.site.Within(u)
}
