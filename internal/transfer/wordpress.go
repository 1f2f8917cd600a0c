package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"

	"dateline/internal/edition"
	"dateline/internal/news"
	"dateline/internal/wire"
)

// wordpress is an import of exports of WordPress on its way. Of the items themselves it holds none, but where each begins.
type wordpress struct {
	*importer
	sites  []wire.WXRSite // of m.files, in their order
	open   []*os.File
	places []wxrPlace // sorted by hash
	menu   []menuEntry

	sections []wanted          // that stories stand in, in the order in which they were met
	slugs    map[string]string // of those sections, by edition and by the slug they were met under
	comments int
	posts    int
	pages    int
	pictures int            // files of pictures
	left     map[string]int // what was left out, and how many of it
	authors  map[string]bool

	mu    sync.Mutex
	cache map[uint64]wire.WXRItem // attachments that were read lately
}

// wxrPlace is where an item begins that can be found by its number, an address, or the address of its file.
type wxrPlace struct {
	hash uint64
	file uint32
	at   int64
}

// wanted is a section that the import needs.
type wanted struct {
	edition, slug string
	term          wire.WXRTerm
}

const maxAttached = 256 // attachments that are kept at hand

// ImportWordPress brings exports of WordPress (WXR) into the newsroom; paths are files and folders, in which *.xml are read. Files
// of one site may point at each other's items.
//
// Stories keep state, dates, addresses and pictures: what was published is published as of its date and answers under its old
// address too, drafts stay drafts, what is scheduled stays so. What the newsroom changed since an earlier import stays as it
// is. Everything is read before anything is written; a file that is not well-formed is left out as a whole. Memory grows by
// some bytes for each item. See Import for what Result and error mean; Publish does not count.
func ImportWordPress(ctx context.Context, o Options, paths ...string) (Result, error) {
	w := newWordPress(o)
	defer w.close()
	return w.end(w.run(ctx, paths))
}

func newWordPress(o Options) *wordpress {
	return &wordpress{
		importer: newImporter(o, ".xml"), slugs: map[string]string{}, left: map[string]int{}, authors: map[string]bool{}, cache: map[uint64]wire.WXRItem{},
	}
}

func (w *wordpress) openFiles(paths []string) (err error) {
	if w.files, err = w.find(paths); err == nil {
		w.sites, w.open = make([]wire.WXRSite, len(w.files)), make([]*os.File, len(w.files))
	}
	return err
}

func (w *wordpress) close() {
	for _, f := range w.open {
		if f != nil {
			f.Close()
		}
	}
}

func (w *wordpress) run(ctx context.Context, paths []string) error {
	if err := w.checkPlace(); err != nil {
		return err
	}
	if err := w.openFiles(paths); err != nil {
		return err
	}
	for n := range w.files {
		if err := w.check(ctx, n); err != nil {
			return err
		}
	}
	slices.SortFunc(w.places, func(a, b wxrPlace) int {
		switch {
		case a.hash != b.hash && a.hash < b.hash:
			return -1
		case a.hash != b.hash:
			return 1
		case a.file != b.file:
			return int(a.file) - int(b.file)
		}
		return int(min(max(a.at-b.at, -1), 1))
	})
	w.tellLeft()
	if err := w.makeSections(ctx); err != nil {
		return err
	}
	for n, f := range w.files {
		if f.bad {
			continue
		}
		if err := w.each(ctx, n, nil); err != nil {
			return err
		}
	}
	for n, f := range w.files {
		if len(f.later) > 0 {
			if err := w.each(ctx, n, f.later); err != nil {
				return err
			}
		}
	}
	if w.result.Articles > 0 {
		w.result.Authors = len(w.authors)
	}
	return w.navigate(ctx)
}

// check reads a file to its end, notes what is wrong with it, and learns where its items are.
func (w *wordpress) check(ctx context.Context, n int) error {
	f := w.files[n]
	in, err := f.open()
	if err != nil {
		w.fail(f.name(0, ""), err)
		f.bad = true
		return nil
	}
	x := wire.NewWXR(in)
	found := wordpress{left: map[string]int{}, slugs: map[string]string{}}
	stories := 0
	for it, err := range x.Items() {
		if err := ctx.Err(); err != nil {
			in.Close()
			return stopped(err)
		}
		if err != nil {
			w.fail(f.path, err)
			f.bad = true
			in.Close()
			return nil
		}
		f.items++
		w.tell("checking", f.items, 0)
		if w.learn(&found, x.Site, it, uint32(n)) {
			stories++
		}
	}
	w.sites[n], w.open[n] = x.Site, in
	w.places, w.menu, w.sections = append(w.places, found.places...), append(w.menu, found.menu...), append(w.sections, found.sections...)
	w.comments, w.posts, w.pages, w.pictures = w.comments+found.comments, w.posts+found.posts, w.pages+found.pages, w.pictures+found.pictures
	w.total += stories
	for what, n := range found.left {
		w.left[what] += n
	}
	for login := range x.Site.Authors {
		w.authors[login] = true
	}
	return nil
}

// learn keeps of an item where it is and what it needs, and reports whether it is a story or a page.
func (w *wordpress) learn(found *wordpress, s wire.WXRSite, it wire.WXRItem, file uint32) bool {
	add := func(by, key string) {
		if key != "" {
			found.places = append(found.places, wxrPlace{wxrHash(s, by, key), file, it.Offset})
		}
	}
	add("id", it.ID)
	if found.comments += it.Comments; w.Comments != nil {
		found.comments += len(it.Discussed) - it.Comments
	}
	switch it.Type {
	case "post", "page":
	case "attachment":
		add("file", it.File)
		if it.Picture() {
			found.pictures++
		}
		return false
	case "nav_menu_item":
		if len(found.menu) < 2_000 {
			found.menu = append(found.menu, menuEntry{file: int(file), item: it})
		}
		return false
	case "wp_block", "revision", "wp_global_styles", "wp_navigation", "wp_template", "wp_template_part", "custom_css", "customize_changeset", "oembed_cache":
		return false // parts of others, or of the looks
	case "":
		found.left["items that say no type"]++
		return false
	default:
		if len(found.left) < 100 {
			found.left["items of the type "+it.Type]++
		}
		return false
	}
	state, _ := it.State()
	if state == "" {
		found.left["items in the trash"]++
		return false
	}
	if it.Type == "page" {
		found.pages++
	} else {
		found.posts++
	}
	add("uri", it.URI())
	if state == news.Published || state == news.Scheduled {
		for _, path := range s.Formerly(it) {
			add("path", path)
		}
	}
	if it.Type == "post" && w.Section == "" {
		e := w.editionOf(s)
		slug := s.SectionSlug(it, e.Language)
		if _, known := found.slugs[e.Slug+"/"+slug]; !known && len(found.slugs) < 1_000 {
			found.slugs[e.Slug+"/"+slug] = ""
			t, _ := s.Section(it)
			found.sections = append(found.sections, wanted{e.Slug, slug, t})
		}
	}
	return true
}

// editionOf chooses the edition that a site comes into.
func (w *wordpress) editionOf(s wire.WXRSite) edition.Edition {
	it := wire.Item{}
	it.Content.Language = strings.ReplaceAll(s.Language, "_", "-")
	return w.editions(&it)[0]
}

func (w *wordpress) tellLeft() {
	if w.comments > 0 && w.Comments == nil {
		w.warn("", fmt.Sprintf("%d comments were not taken; keep the export, from which they can come later", w.comments))
	}
	for _, what := range slices.Sorted(maps.Keys(w.left)) {
		w.warn("", fmt.Sprintf("%d %s were left out", w.left[what], what))
	}
}

// wxrHash is what an item is found by. Addresses of files count without their scheme.
func wxrHash(s wire.WXRSite, by, key string) uint64 {
	host := ""
	if s.Address != nil {
		host = strings.TrimPrefix(strings.ToLower(s.Address.Host), "www.")
	}
	switch by {
	case "uri":
		host = ""
	case "file":
		if u := s.Resolve(key); u != nil {
			key = strings.TrimPrefix(strings.ToLower(u.Host), "www.") + u.EscapedPath()
		}
	}
	return hashOf(by + "\x00" + host + "\x00" + key)
}

// at gives where the first item begins that is found so.
func (w *wordpress) at(s wire.WXRSite, by, key string) (wxrPlace, bool) {
	hash := wxrHash(s, by, key)
	n, found := slices.BinarySearchFunc(w.places, hash, func(p wxrPlace, h uint64) int {
		switch {
		case p.hash < h:
			return -1
		case p.hash > h:
			return 1
		}
		return 0
	})
	if !found {
		return wxrPlace{}, false
	}
	return w.places[n], true
}

// look reads another item of the export.
func (w *wordpress) look(s wire.WXRSite, by, key string) (wire.WXRItem, bool) {
	if key == "" {
		return wire.WXRItem{}, false
	}
	p, ok := w.at(s, by, key)
	if !ok {
		return wire.WXRItem{}, false
	}
	w.mu.Lock()
	it, ok := w.cache[p.hash]
	w.mu.Unlock()
	if ok {
		return it, true
	}
	it, err := wire.ReadWXRItem(io.NewSectionReader(w.open[p.file], p.at, math.MaxInt64-p.at))
	if err != nil || by == "id" && it.ID != key {
		return wire.WXRItem{}, false
	}
	it.Offset = p.at
	if it.Type == "attachment" && len(it.Content) < 10_000 {
		w.mu.Lock()
		if len(w.cache) >= maxAttached {
			clear(w.cache)
		}
		w.cache[p.hash] = it
		w.mu.Unlock()
	}
	return it, true
}

// uri names an item; a second one of the same name in the input is told apart by its number.
func (w *wordpress) uri(file int, s wire.WXRSite, it wire.WXRItem) string {
	uri := it.URI()
	if p, ok := w.at(s, "uri", uri); ok && (int(p.file) != file || p.at != it.Offset) {
		uri += "#" + it.ID
	}
	return uri
}

// each runs the stories and pages of a file, or those among them whose numbers are in only, in groups.
func (w *wordpress) each(ctx context.Context, n int, only []uint32) error {
	f, site := w.files[n], w.sites[n]
	in, err := f.open()
	if err == nil {
		defer in.Close()
		err = f.same(in)
	}
	if err != nil {
		w.fail(f.path, err)
		return nil
	}
	g := group{m: w.importer}
	number := 0
	for it, err := range wire.NewWXR(in).Items() {
		if err != nil {
			w.fail(f.path, fmt.Errorf("it changed while it was imported: %w", err))
			break
		}
		number++
		if state, _ := it.State(); it.Type != "post" && it.Type != "page" || state == "" {
			continue
		}
		if only != nil {
			if _, found := slices.BinarySearch(only, uint32(number)); !found {
				continue
			}
		}
		j := &job{file: f, n: number, first: only == nil, size: len(it.Content) + len(it.Excerpt) + it.Said()}
		if only == nil {
			j.item, j.warnings = site.Item(it, func(by, key string) (wire.WXRItem, bool) { return w.look(site, by, key) })
		} else {
			j.item.Content.Source = &news.Source{}
		}
		j.item.Content.Source.URI = w.uri(n, site, it)
		j.name = f.name(number, j.item.Content.Source.URI)
		it.Content = "" // what is needed of it is in the item
		s := story{wordpress: w, site: site, edition: w.editionOf(site), it: it}
		s.state, s.why = it.State()
		j.prepare = s.prepare
		if only != nil {
			j.prepare = s.prepareLater
		}
		if err := g.add(ctx, j); err != nil {
			return err
		}
	}
	return g.flush(ctx)
}

// elsewhere is the address of a link on the old site: what it had there, "" when it is of another site or of no article.
func (s *story) elsewhere(link string) (path string, u *url.URL) {
	if strings.HasPrefix(link, "#") || strings.HasPrefix(link, "mailto:") || strings.HasPrefix(link, "tel:") {
		return "", nil
	}
	u = s.site.Resolve(link)
	if u == nil || !s.site.Within(u) || strings.Contains(u.Path, "/wp-content/") {
		return "", nil
	}
	return news.FormerPath(u), u
}

var errNoEditions = errors.New("transfer: an import of a site needs Editions and an Archive")
