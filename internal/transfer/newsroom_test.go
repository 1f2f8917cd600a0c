package transfer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/edition"
	"dateline/internal/fact"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store"
	"dateline/internal/store/blob"
	"dateline/internal/store/stem"
	"dateline/internal/store/storetest"
	"dateline/internal/talk"
	"dateline/internal/transfer"
)

func TestMain(m *testing.M) { storetest.Main(m) }

const shared = "../../../shared/testdata/wire-ninjs"

// noon is when the newsrooms of these tests are.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// newsroom is everything an import goes through, on a real database.
type newsroom struct {
	talk    *talk.Desk
	t       testing.TB
	db      *store.DB
	clock   *moment.Set
	ids     *moment.IDs
	desk    *news.Desk
	library *media.Library
	pool    *media.Pool
	editors *edition.Desk
	archive news.Archive
	files   files
}

type files struct{ blob.Store }

func (f files) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	r, _, err := f.Store.Open(ctx, key)
	return r, err
}

func (f files) Keys(ctx context.Context, prefix string) (keys []string, err error) {
	for e, err := range f.List(ctx, prefix) {
		if err != nil {
			return keys, err
		}
		keys = append(keys, e.Key)
	}
	return keys, nil
}

func (f files) Older(ctx context.Context, prefix string, before time.Time) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for e, err := range f.List(ctx, prefix) {
			if (err != nil || e.ModTime.Before(before)) && !yield(e.Key, err) {
				return
			}
		}
	}
}

// apart gives the ids of each newsroom a time of their own: the clocks of a test stand still, and ids of one microsecond can meet.
type apart struct {
	moment.Clock
	by time.Duration
}

func (a apart) Now() time.Time { return a.Clock.Now().Add(a.by) }

var opened atomic.Int64

// open makes a newsroom with an English edition of two sections and a Russian one of one.
func open(t testing.TB, o store.Options) *newsroom {
	t.Helper()
	clock := moment.At(noon)
	o.Clock = clock
	n := &newsroom{t: t, clock: clock, ids: moment.NewIDs(apart{clock, time.Duration(opened.Add(1)) * time.Millisecond})}
	n.db = storetest.Open(t, o)
	folder, err := blob.Open(t.Context(), filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	n.files = files{folder}
	n.pool = media.NewPool(media.PoolOptions{})
	n.editors = edition.NewDesk(n.db, clock, n.ids, []string{"en", "ru"})
	n.desk = news.NewDesk(n.db, clock, n.ids, func() *edition.Directory { return n.addresses().Directory })
	n.library = media.NewLibrary(n.db, n.files, n.pool, clock, n.ids)
	n.archive = news.Archive{Reader: n.db}
	n.talk = talk.NewDesk(n.db.Talk, clock, n.ids, stem.Of, func(string) bool { return true })
	for _, e := range [][3]string{{"international", "The Orlan Dispatch", "en"}, {"ru", "Вестник Орлана", "ru"}} {
		if _, err := n.editors.CreateEdition(t.Context(), account.House(), fact.Once{}, edition.EditionPatch{Slug: &e[0], Name: &e[1], Language: &e[2]}); err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range [][3]string{{"international", "world", "World"}, {"international", "business", "Business"}, {"ru", "mir", "Мир"}} {
		at := i
		if _, err := n.editors.CreateSection(t.Context(), account.House(), fact.Once{}, edition.SectionPatch{Edition: &s[0], Slug: &s[1], Name: &s[2], Position: &at}); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// each runs a test in a newsroom on every kind of database.
func each(t *testing.T, f func(t *testing.T, n *newsroom)) {
	storetest.Each(t, func(t *testing.T, o store.Options) { f(t, open(t, o)) })
}

func (n *newsroom) addresses() edition.Addresses {
	d, err := n.db.Publication(context.Background())
	if err != nil {
		n.t.Error(err)
		d = &edition.Directory{}
	}
	return edition.Addresses{Base: "https://news.example.org", Directory: d}
}

func (n *newsroom) options(set ...func(*transfer.Options)) transfer.Options {
	o := transfer.Options{Desk: n.desk, Library: n.library, Pool: n.pool, Addresses: n.addresses, Clock: n.clock, Archive: n.archive, Editions: n.editors, Comments: n.talk}
	for _, f := range set {
		f(&o)
	}
	return o
}

func published(o *transfer.Options) { o.Publish = true }
func dry(o *transfer.Options)       { o.DryRun = true }

// bring imports paths and fails the test when the import stops.
func (n *newsroom) bring(set []func(*transfer.Options), paths ...string) transfer.Result {
	n.t.Helper()
	r, err := transfer.Import(n.t.Context(), n.options(set...), paths...)
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

// counts are what a result says, without its words.
func counts(r transfer.Result) string {
	return fmt.Sprintf("%d new, %d pictures, %d updated, %d unchanged, %d failed", r.Articles, r.Pictures, r.Updated, r.Unchanged, len(r.Failed))
}

func (n *newsroom) wants(r transfer.Result, want string) {
	n.t.Helper()
	if got := counts(r); got != want {
		n.t.Errorf("got %s; want %s\nfailed %v\nwarnings %v", got, want, r.Failed, r.Warnings)
	}
}

func (n *newsroom) article(uri string) news.Article {
	n.t.Helper()
	a, ok, err := n.desk.BySource(n.t.Context(), uri)
	if err != nil || !ok {
		n.t.Fatalf("%s is not here: %v", uri, err)
	}
	return a
}

// articles counts all working copies.
func (n *newsroom) articles() int {
	n.t.Helper()
	all, err := n.desk.Articles(n.t.Context(), account.House(), news.DeskQuery{Limit: 100})
	if err != nil {
		n.t.Fatal(err)
	}
	return len(all)
}

// public lists the headlines that readers of an edition see.
func (n *newsroom) public(edition string) []string {
	n.t.Helper()
	items, err := n.archive.List(n.t.Context(), news.Query{Edition: edition, Limit: 100})
	if err != nil {
		n.t.Fatal(err)
	}
	var out []string
	for _, i := range items {
		out = append(out, i.Headline)
	}
	return out
}

// facts counts what the house was told.
func (n *newsroom) facts() int64 {
	n.t.Helper()
	last, err := n.db.Position(n.t.Context(), []fact.Topic{fact.House})
	if err != nil {
		n.t.Fatal(err)
	}
	return last[fact.House]
}

// write puts files into a fresh folder and gives it; names and contents alternate.
func write(t testing.TB, pairs ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i := 0; i+1 < len(pairs); i += 2 {
		p := filepath.Join(dir, filepath.FromSlash(pairs[i]))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(pairs[i+1]), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// item writes a valid item of ninjs 3; set holds more properties or other values.
func item(uri, version, headline string, set map[string]any) string {
	m := map[string]any{
		"uri": uri, "version": version, "type": "text", "pubStatus": "usable", "language": "en", "versionCreated": "2026-11-20T10:00:00Z",
		"headlines": []any{map[string]any{"role": "main", "value": headline}},
		"bodies":    []any{map[string]any{"role": "main", "contentType": "text/plain", "value": "Crews searched the strait through the night.\n\nNobody was hurt."}},
	}
	for k, v := range set {
		if v == nil {
			delete(m, k)
			continue
		}
		m[k] = v
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// photo is a small JPEG whose colour is made of seed.
func photo(seed int) string {
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for y := range 48 {
		for x := range 64 {
			m.Set(x, y, color.RGBA{byte(seed * 40), byte(4 * x), byte(5 * y), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		panic(err)
	}
	return b.String()
}

func has(notes []transfer.Note, words ...string) bool {
	for _, n := range notes {
		all := true
		for _, w := range words {
			all = all && strings.Contains(n.Item+" "+n.Why, w)
		}
		if all {
			return true
		}
	}
	return false
}

func sqlite(t testing.TB) store.Options { return store.Options{Dir: t.TempDir()} }
