package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/transfer"
)

// gazette is the export that the tests of wire read too, beside its pictures.
func gazette(t testing.TB, change ...string) string {
	t.Helper()
	raw, err := os.ReadFile("../wire/testdata/harbour.xml")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(change...).Replace(string(raw))
	return write(t, "export.xml", text, "uploads/2019/05/pier.jpg", photo(1), "wp-content/uploads/2019/05/crane.jpg", photo(2))
}

// move imports an export and fails the test when the import stops.
func (n *newsroom) move(folder string, set ...func(*transfer.Options)) transfer.Result {
	n.t.Helper()
	r, err := transfer.ImportWordPress(n.t.Context(), n.options(set...), folder)
	if err != nil {
		n.t.Fatal(err)
	}
	return r
}

func siteCounts(r transfer.Result) string {
	return fmt.Sprintf("%s, %d authors, %d redirects, %d comments", counts(r), r.Authors, r.Redirects, r.Comments)
}

func TestASiteMovesInWhole(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		folder := gazette(t)
		const all = "6 new, 2 pictures, 0 updated, 0 unchanged, 0 failed, 2 authors, 4 redirects, 2 comments"
		if r := n.move(folder, dry); siteCounts(r) != all || n.articles() != 0 {
			t.Errorf("a dry run: %s, %d articles; failed %v", siteCounts(r), n.articles(), r.Failed)
		}
		r := n.move(folder)
		if siteCounts(r) != all {
			t.Fatalf("got %s; failed %v, warnings %v", siteCounts(r), r.Failed, r.Warnings)
		}
		for _, words := range [][]string{{"1 items in the trash"}, {"crane.jpg", "no credit"}, {"protected by a password"}, {"contact-form-7"}, {"latest-posts"}} {
			if !has(r.Warnings, words...) {
				t.Errorf("no warning of %v in %v", words, r.Warnings)
			}
		}
		if got := strings.Join(n.public("international"), "|"); got != "A new pier – by autumn|Storm takes the pier" {
			t.Errorf("the newsfeed has %s", got)
		}
		base := "https://gazette.example.org/"
		storm, pier := n.article(base+"?p=21"), n.article(base+"?p=22")
		if !storm.PublishedAt.Equal(time.Date(2019, 5, 14, 6, 30, 0, 0, time.UTC)) || storm.Revision != 1 || storm.Language != "en" || storm.Genre != news.News {
			t.Errorf("got %+v", storm)
		}
		port, _, ok := n.addresses().Section("international", "port")
		if !ok || port.Name != "The Port & the Sea" || port.Description != "Ships, tides and those who live by them." || storm.Section != port.ID {
			t.Errorf("section %+v, the story stands in %s", port, storm.Section)
		}
		if city, _, ok := n.addresses().Section("international", "city"); !ok || pier.Section != city.ID {
			t.Errorf("section %+v, the story stands in %s", city, pier.Section)
		}
		if got := strings.Join(storm.Body.Links(), " "); !strings.Contains(got, "/city/a-new-pier") || strings.Contains(got, "2019/06") {
			t.Errorf("links of the story before: %s", got)
		}
		if got := strings.Join(pier.Body.Links(), " "); !strings.Contains(got, "/port/storm-takes-the-pier") || strings.Contains(got, "gazette") {
			t.Errorf("links of the story after: %s", got)
		}
		picture, err := n.library.Picture(t.Context(), account.House(), storm.Picture)
		if err != nil || picture.Alt != "A wooden pier under a low sky" || picture.Caption != "The pier before the storm." || picture.Credit != "Mara Lind / Gazette" {
			t.Errorf("picture %+v: %v", picture, err)
		}
		for number, want := range map[string]news.State{"23": news.Draft, "24": news.Scheduled, "25": news.Draft} {
			if a := n.article(base + "?p=" + number); a.State != want || a.Revision != 0 {
				t.Errorf("%s is %s in revision %d, want %s", a.Headline, a.State, a.Revision, want)
			}
		}
		if a := n.article(base + "?p=24"); !a.ScheduledAt.Equal(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("it comes out at %s", a.ScheduledAt)
		}
		about := n.article(base + "?page_id=31")
		if about.Kind != news.Page || about.State != news.Published || about.Slug != "about" {
			t.Errorf("page %+v", about)
		}
		for path, want := range map[string]string{"/2019/05/storm-takes-the-pier": storm.ID, "/?p=21": storm.ID, "/about": about.ID, "/?page_id=31": about.ID, "/2019/06/for-members": "", "/?p=23": ""} {
			items, err := n.archive.Formerly(t.Context(), path, path)
			got := ""
			if len(items) > 0 {
				got = items[0].ID
			}
			if err != nil || got != want {
				t.Errorf("%s leads to %q, want %q: %v", path, got, want, err)
			}
		}
		e, _ := n.addresses().Edition("international")
		if got := fmt.Sprint(e.Navigation); got != "[{The Port & the Sea /port} {Who we are /page/about} {Tides https://tides.example.net/harbour}]" {
			t.Errorf("navigation %s", got)
		}
		facts := n.facts()
		if r := n.move(folder); siteCounts(r) != "0 new, 0 pictures, 0 updated, 6 unchanged, 0 failed, 0 authors, 0 redirects, 0 comments" || n.facts() != facts {
			t.Errorf("again: %s", siteCounts(r))
		}
	})
}

func TestANewerExportChangesWhatNobodyTouchedHere(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.move(gazette(t))
		base := "https://gazette.example.org/?p="
		headline := "A new pier, as we wrote it"
		pier := n.article(base + "22")
		editor := account.Actor{ID: "ed", Grants: []account.Grant{{Role: account.Editor}}}
		if _, err := n.desk.Save(t.Context(), news.Act{Who: editor, Version: pier.Version}, pier.ID, news.Patch{Headline: &headline}); err != nil {
			t.Fatal(err)
		}
		r := n.move(gazette(t, "2019-05-15 10:00:00", "2020-01-01 10:00:00", "2019-06-02 07:00:00]]></wp:post_modified_gmt>", "2020-01-01 10:00:00", "is gone", "is gone for ever",
			"<wp:post_modified_gmt>2019-06-02 07:00:00", "<wp:post_modified_gmt>2020-02-02 07:00:00"))
		n.wants(r, "0 new, 0 pictures, 1 updated, 5 unchanged, 0 failed")
		if storm := n.article(base + "21"); storm.Revision != 2 || !strings.Contains(storm.Body.Text(), "gone for ever") || !strings.Contains(strings.Join(storm.Body.Links(), " "), "/city/a-new-pier") {
			t.Errorf("got revision %d: %s", storm.Revision, storm.Body.Text())
		}
		if pier := n.article(base + "22"); pier.Headline != headline || !has(r.Warnings, "it was changed here") {
			t.Errorf("got %s, %v", pier.Headline, r.Warnings)
		}
		if got := strings.Join(n.public("international"), "|"); got != "A new pier – by autumn|Storm takes the pier" {
			t.Errorf("the newsfeed has %s", got)
		}
	})
}

func TestADamagedExportLeavesNothingBehind(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		before := len(n.addresses().Sections)
		r := n.move(gazette(t, "</channel>", "<oops></channel>"))
		if len(r.Failed) != 1 || !strings.Contains(r.Failed[0].Why, "line ") || !strings.Contains(r.Failed[0].Item, "export.xml") || n.articles() != 0 || len(n.addresses().Sections) != before || r.Read != 0 {
			t.Errorf("got %+v, %d articles", r, n.articles())
		}
	})
}

func TestAnInterruptedMoveIsFinishedByTheSameAgain(t *testing.T) {
	n := open(t, sqlite(t))
	folder := gazette(t)
	ctx, cancel := context.WithCancel(t.Context())
	o := n.options()
	o.Progress = func(p transfer.Progress) {
		if p.Doing == "importing" {
			cancel()
		}
	}
	if _, err := transfer.ImportWordPress(ctx, o, folder); err == nil {
		t.Fatal("it was not interrupted")
	}
	if a := n.article("https://gazette.example.org/?p=21"); a.Revision != 0 {
		t.Fatal("the story with an open link was published too early")
	}
	n.wants(n.move(folder), "0 new, 0 pictures, 2 updated, 4 unchanged, 0 failed") // each of two links to the other
	if a := n.article("https://gazette.example.org/?p=21"); a.Revision != 1 || !strings.Contains(strings.Join(a.Body.Links(), " "), "/city/a-new-pier") {
		t.Errorf("got revision %d with links %v", a.Revision, a.Body.Links())
	}
	if e, _ := n.addresses().Edition("international"); len(e.Navigation) != 3 {
		t.Errorf("navigation %v", e.Navigation)
	}
}

func TestPicturesThatAreNotBesideTheExportAreFetched(t *testing.T) {
	n := open(t, sqlite(t))
	var asked []string
	folder := gazette(t)
	if err := errors.Join(os.RemoveAll(filepath.Join(folder, "uploads")), os.RemoveAll(filepath.Join(folder, "wp-content"))); err != nil {
		t.Fatal(err)
	}
	r := n.move(folder, func(o *transfer.Options) {
		o.Fetch = func(_ context.Context, address string, to io.Writer, _ int64) error {
			asked = append(asked, address)
			if strings.Contains(address, "crane") {
				return errors.New("answers 404")
			}
			_, err := io.WriteString(to, photo(1))
			return err
		}
	})
	if r.Pictures != 1 || r.Articles != 6 || !has(r.Warnings, "crane.jpg", "answers 404") {
		t.Errorf("got %s, warnings %v", counts(r), r.Warnings)
	}
	if !slices.Contains(asked, "https://gazette.example.org/wp-content/uploads/2019/05/pier.jpg") {
		t.Errorf("asked for %v", asked)
	}
}

// endless is an export of many posts that is made while it is read.
func endless(t testing.TB, posts int) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "large.xml")
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text := strings.Repeat("Crews searched the strait through the night, and nobody was hurt. ", 300)
	fmt.Fprint(f, `<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:wp="http://wordpress.org/export/1.2/"><channel><link>https://large.example.org</link>`)
	for i := range posts {
		fmt.Fprintf(f, `<item><title>Post %d</title><link>https://large.example.org/%d/</link><wp:post_id>%d</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status><wp:post_date_gmt>2019-01-01 00:00:00</wp:post_date_gmt><content:encoded><![CDATA[%s]]></content:encoded></item>`, i, i, i+1, text)
	}
	fmt.Fprint(f, `</channel></rss>`)
	return p
}

func TestMemoryDoesNotGrowWithTheExport(t *testing.T) {
	n := open(t, sqlite(t))
	peak := func(posts int) uint64 {
		var most uint64
		o := n.options(dry)
		o.Progress = func(transfer.Progress) {
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
		}
		r, err := transfer.ImportWordPress(t.Context(), o, endless(t, posts))
		if err != nil || r.Articles != posts {
			t.Fatalf("%+v: %v", r, err)
		}
		return most
	}
	small, large := peak(100), peak(1_000) // 2 and 20 MB
	if large > small+4<<20 {
		t.Errorf("2 MB take %d KB, 20 MB take %d KB", small>>10, large>>10)
	}
}
