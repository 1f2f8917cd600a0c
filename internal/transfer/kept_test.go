package transfer_test

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/store/dump"
	"dateline/internal/transfer"
)

var editor = account.Actor{ID: "editor", Grants: []account.Grant{{Role: account.Editor}}}

// pictured gives a story's association with a picture that is urn:p, with more said of it.
func pictured(more map[string]any) map[string]any {
	m := map[string]any{"name": "mainpic", "uri": "urn:p", "type": "picture", "infoSources": []any{map[string]any{"name": "Agency"}},
		"renditions": []any{map[string]any{"name": "w", "href": "p.jpg", "contentType": "image/jpeg"}}}
	for k, v := range more {
		m[k] = v
	}
	return map[string]any{"associations": []any{m}}
}

func (n *newsroom) picture(uri string) media.Picture {
	n.t.Helper()
	p, ok, err := n.library.BySource(n.t.Context(), uri)
	if err != nil || !ok {
		n.t.Fatalf("the picture %s is not here: %v", uri, err)
	}
	return p
}

func TestTheEndOfAPictureKillsItWhereverItCameFrom(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.bring(publishing, write(t, "a.json", item("urn:a", "1", "Shows it", pictured(nil)), "p.jpg", photo(1)))
		end := write(t, "p.json", `{"uri":"urn:p","version":"2","type":"picture","pubStatus":"canceled"}`)
		n.wants(n.bring([]func(*transfer.Options){dry}, end), "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if !n.picture("urn:p").KilledAt.IsZero() {
			t.Fatal("a dry run killed the picture")
		}
		r := n.bring(nil, end)
		n.wants(r, "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if n.picture("urn:p").KilledAt.IsZero() || len(r.Warnings) > 0 {
			t.Errorf("the picture lives; warnings %v", r.Warnings)
		}
		r = n.bring(nil, end)
		n.wants(r, "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
		if len(r.Warnings) > 0 {
			t.Errorf("the second time warns: %v", r.Warnings)
		}

		// One that came as an item of its own: the story that is it is withdrawn, too.
		own := func(version, status string) string {
			return write(t, "q.json", item("urn:q", version, "A bridge", map[string]any{"type": "picture", "pubStatus": status, "bodies": nil,
				"renditions": []any{map[string]any{"name": "w", "href": "q.jpg", "contentType": "image/jpeg"}}}), "q.jpg", photo(2))
		}
		n.wants(n.bring(publishing, own("1", "usable")), "1 new, 1 pictures, 0 updated, 0 unchanged, 0 failed")
		n.wants(n.bring(nil, own("2", "withheld")), "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if n.picture("urn:q").KilledAt.IsZero() || n.article("urn:q").State != news.Withdrawn {
			t.Errorf("the story is %s, the picture lives: %v", n.article("urn:q").State, n.picture("urn:q").KilledAt.IsZero())
		}
	})
}

func TestAStoryAndItsPublicationAreOneVersion(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		for version := range int64(3) {
			n.bring(publishing, write(t, "a.json", item("urn:a", fmt.Sprint(version), "One", nil)))
			if a := n.article("urn:a"); a.Version != version+1 || a.LiveVersion != a.Version || a.Revision != int(version+1) {
				t.Errorf("version %d, live %d, revision %d", a.Version, a.LiveVersion, a.Revision)
			}
		}
	})
}

func TestAnUpdateThatWasSavedAndNotShownIsShownTheNextTime(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.bring(publishing, write(t, "a.json", item("urn:a", "1", "One", nil)))
		a := n.article("urn:a")
		words, source := "Two", *a.Source
		source.Version = "2"
		if _, err := n.desk.Save(t.Context(), news.Act{Who: account.House()}, a.ID, news.Patch{Headline: &words, Source: &source}); err != nil {
			t.Fatal(err) // an import that was stopped here
		}
		two := write(t, "a.json", item("urn:a", "2", "Two", nil))
		n.wants(n.bring(nil, two), "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if p := n.public("international"); !slices.Equal(p, []string{"Two"}) {
			t.Errorf("readers see %v", p)
		}
		n.wants(n.bring(publishing, two), "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
	})
}

func TestWhatTheDeskHadInHandStaysItsOverSeveralVersions(t *testing.T) {
	n := open(t, sqlite(t))
	n.bring(publishing, write(t, "a.json", item("urn:a", "1", "One", nil)))
	mine := "Our own words"
	a, err := n.desk.Save(t.Context(), news.Act{Who: editor}, n.article("urn:a").ID, news.Patch{Headline: &mine})
	if err == nil {
		_, err = n.desk.Publish(t.Context(), news.Act{Who: editor}, a.ID, news.Publication{})
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"2", "3", "4"} {
		r := n.bring(nil, write(t, "a.json", item("urn:a", version, "Version "+version, nil)))
		n.wants(r, "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if p := n.public("international"); !slices.Equal(p, []string{mine}) || !has(r.Warnings, "waits there") {
			t.Errorf("after version %s readers see %v; warnings %v", version, p, r.Warnings)
		}
	}
}

func TestWhatAWireReleasesNowStandsAtTheTopWhateverItsDate(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		edition, section, words := "international", "world", "Written here"
		a, err := n.desk.Create(t.Context(), news.Act{Who: editor}, news.Patch{Edition: &edition, Section: &section, Headline: &words})
		if err == nil {
			_, err = n.desk.Publish(t.Context(), news.Act{Who: editor}, a.ID, news.Publication{})
		}
		if err != nil {
			t.Fatal(err)
		}
		n.clock.Forward(time.Minute)
		old := map[string]any{"versionCreated": "2013-05-01T10:00:00Z"}
		n.bring(publishing, write(t, "a.json", item("urn:a", "1", "Of 2013", old)))
		n.clock.Forward(time.Minute)
		n.bring(publishing, write(t, "b.json", item("urn:b", "1", "Of 2012", map[string]any{"versionCreated": "2012-05-01T10:00:00Z"})))
		if p := n.public("international"); !slices.Equal(p, []string{"Of 2012", "Of 2013", "Written here"}) {
			t.Errorf("the newsfeed is %v", p)
		}
		n.clock.Forward(time.Minute)
		old["versionCreated"] = "2013-05-02T10:00:00Z"
		n.bring(publishing, write(t, "a.json", item("urn:a", "2", "Of 2013, updated", old)))
		if p := n.public("international"); !slices.Equal(p, []string{"Of 2013, updated", "Of 2012", "Written here"}) {
			t.Errorf("after the update the newsfeed is %v", p)
		}
		i, err := n.archive.Item(t.Context(), n.article("urn:a").ID)
		if err != nil || i.PublishedAt.Year() != 2013 || i.UpdatedAt.Year() != 2013 || !i.FeedAt.Equal(n.clock.Now()) {
			t.Errorf("published %v, updated %v, in the newsfeed at %v: %v", i.PublishedAt, i.UpdatedAt, i.FeedAt, err)
		}
		facts, err := n.db.Facts(t.Context(), fact.Newsfeed("international"), 0, 10)
		if err != nil || len(facts) != 4 || facts[1].At.Year() != 2026 {
			t.Errorf("open pages hear %+v: %v", facts, err)
		}
	})
}

func TestANewerVersionBringsThePicturesWordsUnlessTheDeskChangedThem(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		say := func(version, caption, expires string) {
			t.Helper()
			more := map[string]any{"descriptions": []any{map[string]any{"role": "caption", "value": caption}}}
			if expires != "" {
				more["expires"] = expires
			}
			n.bring(publishing, write(t, "a.json", item("urn:a", version, "Shows it", pictured(more)), "p.jpg", photo(1)))
		}
		say("1", "A brige", "")
		say("2", "A bridge", "2026-12-24T00:00:00Z")
		p := n.picture("urn:p")
		if p.Caption != "A bridge" || p.ExpiresAt.Day() != 24 {
			t.Errorf("%q until %v", p.Caption, p.ExpiresAt)
		}
		ours := "The old bridge"
		if _, err := n.library.Change(t.Context(), editor, fact.Once{}, p.ID, 0, media.Fields{Caption: &ours}); err != nil {
			t.Fatal(err)
		}
		say("3", "Some bridge", "2026-12-01T00:00:00Z")
		say("4", "Some bridge", "2026-12-31T00:00:00Z")
		if p := n.picture("urn:p"); p.Caption != ours || p.ExpiresAt.Day() != 1 {
			t.Errorf("%q until %v: the desk's words stay, and rights end at the earliest", p.Caption, p.ExpiresAt)
		}
	})
}

func TestTwoImportsAtTheSameTimeMakeEverythingOnce(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		var pairs []string
		for i := range 12 {
			pairs = append(pairs, fmt.Sprintf("%02d.json", i), item(fmt.Sprintf("urn:%d", i), "1", fmt.Sprintf("Story %d", i), pictured(map[string]any{"uri": fmt.Sprintf("urn:p%d", i%3)})))
		}
		dir := write(t, append(pairs, "p.jpg", photo(1))...)
		results := make([]transfer.Result, 2)
		var both sync.WaitGroup
		for i := range results {
			both.Go(func() {
				var err error
				if results[i], err = transfer.Import(t.Context(), n.options(published), dir); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if a, b := results[0], results[1]; a.Articles+b.Articles != 12 || len(a.Failed)+len(b.Failed) > 0 {
			t.Errorf("%s and %s; failed %v %v", counts(a), counts(b), a.Failed, b.Failed)
		}
		if p := n.public("international"); len(p) != 12 || n.articles() != 12 {
			t.Errorf("readers see %d, the desk has %d", len(p), n.articles())
		}
		shown := map[string]bool{}
		for i := range 12 {
			shown[n.article(fmt.Sprintf("urn:%d", i)).Picture] = true
		}
		if len(shown) != 3 {
			t.Errorf("three pictures came in as %d", len(shown))
		}
	})
}

func TestRightsThatWereMadeLongerAreLookedAtAgainWhenTheyEnd(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		credit := "Agency"
		until := func(d time.Duration) *string { s := noon.Add(d).Format(time.RFC3339); return &s }
		p, err := n.library.Upload(t.Context(), editor, fact.Once{}, strings.NewReader(photo(1)), int64(len(photo(1))), media.Fields{Credit: &credit, ExpiresAt: until(time.Hour)}, "")
		if err != nil {
			t.Fatal(err)
		}
		taken := fact.Work{Kind: media.WorkExpires, Subject: p.ID, Due: noon.Add(time.Hour)}
		n.clock.Forward(2 * time.Hour)
		if _, err := n.library.Change(t.Context(), editor, fact.Once{}, p.ID, 0, media.Fields{ExpiresAt: until(5 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if _, err := n.library.Do(t.Context(), taken); err != nil { // a worker had taken it before
			t.Fatal(err)
		}
		if err := n.db.DoneWork(t.Context(), taken); err != nil {
			t.Fatal(err)
		}
		if next, err := n.db.NextWork(t.Context()); err != nil || !next.Equal(noon.Add(5*time.Hour)) {
			t.Errorf("the next work is due at %v: %v", next, err)
		}
	})
}

func TestFilesThatNoPictureNamesAreSwept(t *testing.T) {
	n := open(t, sqlite(t))
	n.bring(publishing, write(t, "a.json", item("urn:a", "1", "Shows it", pictured(nil)), "p.jpg", photo(1)))
	p := n.picture("urn:p")
	before, err := n.files.Keys(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	stray := []string{"p/" + p.ID + "/w320-00000000.jpg", "p/9zzzz/w320-00000000.jpg", "o/9zzzz/0123456789abcdef.jpg"}
	for _, key := range stray {
		if err := n.files.Put(t.Context(), key, strings.NewReader("x"), 1, ""); err != nil {
			t.Fatal(err)
		}
	}
	keys := func() []string {
		keys, err := n.files.Keys(t.Context(), "")
		if err != nil {
			t.Fatal(err)
		}
		return keys
	}
	if _, err := n.library.Do(t.Context(), fact.Work{Kind: media.WorkFiles, Subject: p.ID}); err != nil {
		t.Fatal(err)
	}
	if got := keys(); len(got) != len(before)+3 {
		t.Errorf("files that were just put, for a change that is being made, are gone: %v", got)
	}
	n.clock.Forward(time.Since(noon) + 25*time.Hour)
	swept, err := n.library.Sweep(t.Context(), 24*time.Hour)
	if got := keys(); err != nil || swept != 3 || !slices.Equal(got, before) {
		t.Errorf("%d swept, left are %v of %v: %v", swept, got, before, err)
	}
}

// streamed hides that a file of a folder can be read at any place, as one of a bucket cannot.
type streamed struct{ files }

func (s streamed) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	f, err := s.files.Open(ctx, key)
	return struct{ io.ReadSeekCloser }{f}, err
}

func TestAPictureIsMadeAnewFromWhereverItsFileLies(t *testing.T) {
	n := open(t, sqlite(t))
	far := media.NewLibrary(n.db, streamed{n.files}, n.pool, n.clock, n.ids)
	credit, other := "Agency", "Another agency"
	p, err := far.Upload(t.Context(), editor, fact.Once{}, strings.NewReader(photo(1)), int64(len(photo(1))), media.Fields{Credit: &credit}, "")
	if err == nil {
		p, err = far.Change(t.Context(), editor, fact.Once{}, p.ID, 0, media.Fields{Credit: &other, Focal: &media.Point{}})
	}
	if err != nil {
		t.Fatal(err)
	}
	f, err := n.files.Open(t.Context(), p.Renditions[0].Key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if data, err := io.ReadAll(f); err != nil || !strings.Contains(string(data), other) {
		t.Errorf("the public file does not name %s: %v", other, err)
	}
}

// form is how a backup of these newsrooms is read; a row of a picture names its file as it came.
var form = transfer.Format{Schema: dump.Schema, Tables: dump.Tables(), Parse: dump.Parse, Names: func(table string, row []any) []string {
	if table != "picture" {
		return nil
	}
	return []string{row[3].(string)}
}}

// unreadable is a place for files one of which cannot be read.
type unreadable struct {
	files
	key string
	err error
}

func (u unreadable) Open(ctx context.Context, key string) (io.ReadSeekCloser, error) {
	if key == u.key {
		return nil, u.err
	}
	return u.files.Open(ctx, key)
}

func TestABackupIsNotMadeWithoutAFileThatCannotBeRead(t *testing.T) {
	n := open(t, sqlite(t))
	n.bring(publishing, write(t, "a.json", item("urn:a", "1", "Shows it", pictured(nil)), "p.jpg", photo(1)))
	key := n.picture("urn:p").Original
	path := filepath.Join(t.TempDir(), "kept.tar.gz")
	var said []string
	say := func(line string) { said = append(said, line) }
	down := fault.New(fault.Unavailable, "fault.blob.down", "the place where files lie cannot be reached")
	if err := transfer.Backup(t.Context(), n.db, unreadable{n.files, key, down}, form, path, noon, say); err == nil || !strings.Contains(err.Error(), key) {
		t.Errorf("a backup without it: %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
	check := func(string, []any) error { return nil }
	gone := fault.New(fault.NotFound, "fault.blob.missing", "there is no such file")
	if err := transfer.Backup(t.Context(), n.db, unreadable{n.files, key, gone}, form, path, noon, say); err != nil || !strings.Contains(strings.Join(said, "\n"), "WARNING: 1 files") {
		t.Errorf("a lost file is not told: %v %v", said, err)
	}
	if err := transfer.Verify(path, form, check); err != nil {
		t.Errorf("a backup that says what is missing: %v", err)
	}
	more := form
	more.Names = func(table string, row []any) []string {
		if table == "picture" {
			return []string{"p/lost/w320.jpg"}
		}
		return nil
	}
	if err := transfer.Verify(path, more, check); err == nil || !strings.Contains(err.Error(), "p/lost/w320.jpg") {
		t.Errorf("a backup without a file that a picture names: %v", err)
	}
}

func TestADryRunAsksTheDesk(t *testing.T) {
	n := open(t, sqlite(t))
	words := "Not\u0085shown"
	if err := n.desk.Judge(news.Article{}, news.Patch{Headline: &words}); !fault.Is(err, fault.Invalid) {
		t.Errorf("the desk takes a control character: %v", err)
	}
	// What no page can show is left out and does not refuse the item.
	dir := write(t, "a.json", item("urn:a", "1", "Next\u0085line", map[string]any{"by": "Ada\u0090 Lovelace", "subjects": []any{map[string]any{"name": "Ferr\u009fies"}},
		"associations": pictured(map[string]any{"descriptions": []any{map[string]any{"role": "caption", "value": "A\u0081 bridge"}}})["associations"]}), "p.jpg", photo(1))
	n.wants(n.bring([]func(*transfer.Options){dry}, dir), "1 new, 1 pictures, 0 updated, 0 unchanged, 0 failed")
	n.wants(n.bring(nil, dir), "1 new, 1 pictures, 0 updated, 0 unchanged, 0 failed")
	if a := n.article("urn:a"); a.Tags[0] != "Ferries" || a.Byline[0].Name != "Ada Lovelace" || n.picture("urn:p").Caption != "A bridge" {
		t.Errorf("%v %v %q", a.Tags, a.Byline, n.picture("urn:p").Caption)
	}
}

func TestWhatMayNotBeUsedAnyMoreIsNotPublished(t *testing.T) {
	n := open(t, sqlite(t))
	until := func(d time.Duration) map[string]any {
		return map[string]any{"expires": noon.Add(d).Format(time.RFC3339)}
	}
	over, later := until(-time.Hour), until(time.Hour)
	later["embargoedUntil"] = noon.Add(2 * time.Hour).Format(time.RFC3339)
	dir := write(t, "a.json", item("urn:a", "1", "Over", over), "b.json", item("urn:b", "1", "Over before it may be shown", later), "c.json", item("urn:c", "1", "Not over", until(time.Hour)))
	r := n.bring(publishing, dir)
	n.wants(r, "3 new, 0 pictures, 0 updated, 0 unchanged, 0 failed")
	if p := n.public("international"); !slices.Equal(p, []string{"Not over"}) || !has(r.Warnings, "a.json", "was not published") || n.article("urn:b").State != news.Draft {
		t.Errorf("readers see %v; urn:b is %s; warnings %v", p, n.article("urn:b").State, r.Warnings)
	}
	n.wants(n.bring(publishing, dir), "0 new, 0 pictures, 0 updated, 3 unchanged, 0 failed")
}

func TestAnExportTakesAwayWhatAnEarlierOneWroteOfAPictureThatWasKilled(t *testing.T) {
	n := open(t, sqlite(t))
	n.bring(publishing, write(t, "a.json", item("urn:a", "1", "Shows it", pictured(nil)), "p.jpg", photo(1)))
	p, dir := n.picture("urn:p"), t.TempDir()
	o := transfer.ExportOptions{Archive: n.archive, Desk: n.desk, Library: n.library, Files: n.files, Addresses: n.addresses(), Clock: n.clock}
	files := func() []string {
		t.Helper()
		if _, err := transfer.ExportNinjs(t.Context(), o, dir); err != nil {
			t.Fatal(err)
		}
		found, err := filepath.Glob(filepath.Join(dir, "media", "p", p.ID, "*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := files(); len(found) != 1 {
		t.Fatalf("the export has %v", found)
	}
	if _, _, err := n.library.Kill(t.Context(), editor, fact.Once{}, p.ID, "By order."); err != nil {
		t.Fatal(err)
	}
	if found := files(); len(found) > 0 {
		t.Errorf("after the kill the export has %v", found)
	}
}
