package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/news"
	"dateline/internal/transfer"
)

var publishing = []func(*transfer.Options){published}

func TestAnItemBecomesADraftAndIsPublishedOnlyWhenAsked(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		dir := write(t, "a.json", item("urn:a", "1", "Ferry found", map[string]any{
			"by": "By Ada Lovelace and Alan Turing", "located": "Orlan", "urgency": 3, "edNote": "Editors: note spelling",
			"subjects": []any{map[string]any{"name": "Business"}, map[string]any{"name": "Ferries"}}, "copyrightNotice": "© Agency", "usageTerms": "Online only",
			"infoSources": []any{map[string]any{"name": "Agency"}}, "descriptions": []any{map[string]any{"role": "summary", "value": "All are safe."}},
		}))
		n.wants(n.bring(nil, dir), "1 new, 0 pictures, 0 updated, 0 unchanged, 0 failed")
		a := n.article("urn:a")
		got := fmt.Sprint(a.State, a.Edition, a.Headline, a.Lead, a.Dateline, len(a.Byline), a.Urgency, a.DeskNote, a.Tags, a.Language, a.Source.Copyright, a.Source.Usage, a.Source.Name, a.Body.Words())
		want := fmt.Sprint("draft", "international", "Ferry found", "All are safe.", news.Dateline{Place: "Orlan", Source: "Agency"}, 2, 3, "Editors: note spelling", []string{"Business", "Ferries"}, "en", "© Agency", "Online only", "Agency", 10)
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if s, _ := n.addresses().SectionByID(a.Section); s.Slug != "business" {
			t.Errorf("it lies in %q, not in the section its subject names", s.Slug)
		}
		if p := n.public("international"); len(p) > 0 {
			t.Errorf("readers see the draft: %v", p)
		}
		n.wants(n.bring(publishing, dir), "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if p := n.public("international"); !slices.Equal(p, []string{"Ferry found"}) {
			t.Errorf("readers see %v", p)
		}
		if a := n.article("urn:a"); !a.PublishedAt.Equal(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)) {
			t.Errorf("it was published at %v", a.PublishedAt)
		}
	})
}

func TestTheSameImportAgainChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		dir := write(t, "wire/1.json", item("urn:a", "1", "One", nil), "wire/2.jsonl", item("urn:b", "7", "Two", nil)+"\n"+item("urn:c", "1", "Three", nil)+"\n",
			"wire/deep/3.ndjson", item("urn:b", "9", "Two, newer", nil)+item("urn:c", "0", "Three, older", nil), "wire/4.json", "["+item("urn:d", "2", "Four", map[string]any{"pubStatus": "canceled"})+","+item("urn:d", "1", "Four", nil)+"]",
			"wire/.hidden.json", "x", "wire/notes.txt", "x")
		n.wants(n.bring(publishing, dir), "3 new, 0 pictures, 1 updated, 3 unchanged, 0 failed")
		facts := n.facts()
		r := n.bring(publishing, dir)
		n.wants(r, "0 new, 0 pictures, 0 updated, 7 unchanged, 0 failed")
		if len(r.Warnings) > 0 {
			t.Errorf("the second time warns: %v", r.Warnings)
		}
		if n.facts() != facts {
			t.Error("the second import wrote something")
		}
		if p := n.public("international"); len(p) != 3 || !slices.Contains(p, "Two, newer") || !slices.Contains(p, "Three") {
			t.Errorf("readers see %v", p)
		}
		if a, known, err := n.desk.BySource(t.Context(), "urn:d"); known || err != nil {
			t.Errorf("a story whose cancelation stood before it is %s: %v", a.State, err)
		}
	})
}

func TestANewerVersionUpdatesAndAnOlderIsIgnored(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		v := func(version, headline, at string) string {
			return write(t, "a.json", item("urn:a", version, headline, map[string]any{"versionCreated": at}))
		}
		n.bring(publishing, v("2", "Second", "2026-11-22T10:00:00Z"))
		n.wants(n.bring(publishing, v("1", "First", "2026-11-21T10:00:00Z")), "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
		n.wants(n.bring(publishing, v("2", "Second again", "2026-11-22T11:00:00Z")), "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
		n.wants(n.bring(publishing, v("10", "Tenth", "2026-11-23T10:00:00Z")), "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		i, err := n.archive.Item(t.Context(), n.article("urn:a").ID)
		if err != nil || i.Headline != "Tenth" || i.Revision != 2 || !i.UpdatedAt.Equal(time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)) || !i.PublishedAt.Equal(time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)) {
			t.Errorf("readers see %q, revision %d of %v, first of %v: %v", i.Headline, i.Revision, i.UpdatedAt, i.PublishedAt, err)
		}
		// What an import published it keeps up to date, told to publish or not.
		n.wants(n.bring(nil, v("11", "Eleventh", "2026-11-23T11:00:00Z")), "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if p := n.public("international"); !slices.Equal(p, []string{"Eleventh"}) {
			t.Errorf("readers see %v", p)
		}
	})
}

func TestWhatTheDeskHasInHandIsNotPublishedByAnImport(t *testing.T) {
	n := open(t, sqlite(t))
	dir := write(t, "a.json", item("urn:a", "1", "One", nil), "b.json", item("urn:b", "1", "Two", nil))
	n.bring(nil, dir)
	editor := account.Actor{ID: "editor", Grants: []account.Grant{{Role: account.Editor}}}
	mine := "Our own words"
	for _, uri := range []string{"urn:a", "urn:b"} {
		if _, err := n.desk.Save(t.Context(), news.Act{Who: editor}, n.article(uri).ID, news.Patch{Headline: &mine}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := n.desk.Publish(t.Context(), news.Act{Who: editor}, n.article("urn:b").ID, news.Publication{}); err != nil {
		t.Fatal(err)
	}
	n.wants(n.bring(publishing, dir), "0 new, 0 pictures, 0 updated, 2 unchanged, 0 failed")
	newer := write(t, "a.json", item("urn:a", "2", "One, newer", nil), "b.json", item("urn:b", "2", "Two, newer", nil))
	r := n.bring(nil, newer)
	n.wants(r, "0 new, 0 pictures, 2 updated, 0 unchanged, 0 failed")
	if p := n.public("international"); !slices.Equal(p, []string{mine}) || !has(r.Warnings, "b.json", "waits there") || !has(r.Warnings, "a.json", "earlier versions") {
		t.Errorf("readers see %v; warnings %v", p, r.Warnings)
	}
	if a := n.article("urn:b"); a.Headline != "Two, newer" {
		t.Errorf("the desk has %q", a.Headline)
	}
}

func TestACanceledItemIsWithdrawnAndStaysSo(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.bring(publishing, write(t, "a.json", item("urn:a", "1", "One", nil), "b.json", item("urn:b", "1", "Zwei", map[string]any{"language": "ru"})))
		n.bring(nil, write(t, "c.json", item("urn:c", "1", "Draft", nil)))
		cancel := write(t, "a.json", item("urn:a", "3", "", map[string]any{"pubStatus": "canceled", "headlines": nil, "bodies": nil}),
			"b.json", item("urn:b", "2", "Zwei", map[string]any{"pubStatus": "withheld", "language": "ru"}),
			"c.json", item("urn:c", "2", "Draft", map[string]any{"pubStatus": "canceled"}), "d.json", item("urn:d", "2", "Never here", map[string]any{"pubStatus": "canceled"}))
		r := n.bring(nil, cancel)
		n.wants(r, "0 new, 0 pictures, 3 updated, 1 unchanged, 0 failed")
		if !has(r.Warnings, "d.json", "never imported") {
			t.Errorf("warnings %v", r.Warnings)
		}
		if p := append(n.public("international"), n.public("ru")...); len(p) > 0 {
			t.Errorf("readers see %v", p)
		}
		a, b, c := n.article("urn:a"), n.article("urn:b"), n.article("urn:c")
		if a.State != news.Withdrawn || !strings.HasPrefix(a.WithdrawnNote, "The agency") || b.State != news.Withdrawn || !strings.HasPrefix(b.WithdrawnNote, "Агентство") {
			t.Errorf("%s %q, %s %q", a.State, a.WithdrawnNote, b.State, b.WithdrawnNote)
		}
		if c.State != news.Draft || c.Legal != "check" || !strings.HasPrefix(c.DeskNote, "Do not publish") {
			t.Errorf("the draft is %s, legal %s: %q", c.State, c.Legal, c.DeskNote)
		}
		facts := n.facts()
		again := n.bring(publishing, cancel)
		n.wants(again, "0 new, 0 pictures, 0 updated, 4 unchanged, 0 failed")
		n.wants(n.bring(publishing, write(t, "a.json", item("urn:a", "2", "Older than its end", nil))), "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
		if n.facts() != facts {
			t.Error("something was written")
		}
		// Given free again it comes as a new story; the draft is the same one.
		n.wants(n.bring(publishing, write(t, "b.json", item("urn:b", "3", "Drei", map[string]any{"language": "ru"}), "c.json", item("urn:c", "3", "Ready now", nil))), "1 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
		if p := append(n.public("international"), n.public("ru")...); !slices.Equal(p, []string{"Ready now", "Drei"}) {
			t.Errorf("readers see %v", p)
		}
		if c := n.article("urn:c"); c.Legal != "none" || strings.Contains(c.DeskNote, "Do not publish") {
			t.Errorf("legal %s: %q", c.Legal, c.DeskNote)
		}
	})
}

func TestWhatTheDeskWithdrewStaysWithdrawn(t *testing.T) {
	n := open(t, sqlite(t))
	n.bring(publishing, write(t, "a.json", item("urn:a", "1", "One", nil)))
	editor := account.Actor{ID: "editor", Grants: []account.Grant{{Role: account.Editor}}}
	if _, err := n.desk.Withdraw(t.Context(), news.Act{Who: editor}, n.article("urn:a").ID, "It was wrong."); err != nil {
		t.Fatal(err)
	}
	r := n.bring(publishing, write(t, "a.json", item("urn:a", "2", "Two", nil)))
	n.wants(r, "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
	if !has(r.Warnings, "desk withdrew") || len(n.public("international")) > 0 {
		t.Errorf("warnings %v", r.Warnings)
	}
}

func TestWithheldIsNeverPublishedUntilAVersionIsUsable(t *testing.T) {
	n := open(t, sqlite(t))
	r := n.bring(publishing, write(t, "a.json", item("urn:a", "1", "One", map[string]any{"pubStatus": "withheld"})))
	n.wants(r, "1 new, 0 pictures, 0 updated, 0 unchanged, 0 failed")
	if a := n.article("urn:a"); a.State != news.Draft || a.Legal != "check" || !has(r.Warnings, "withheld") {
		t.Errorf("%s, legal %s, warnings %v", a.State, a.Legal, r.Warnings)
	}
	n.wants(n.bring(publishing, write(t, "a.json", item("urn:a", "2", "Two", nil))), "0 new, 0 pictures, 1 updated, 0 unchanged, 0 failed")
	if p := n.public("international"); !slices.Equal(p, []string{"Two"}) {
		t.Errorf("readers see %v", p)
	}
}

func TestAnEmbargoIsKeptOutOfEverythingUntilItsTime(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		end := noon.Add(time.Hour)
		dir := write(t, "a.json", item("urn:a", "1", "Secret until one", map[string]any{"embargoedUntil": end.Format(time.RFC3339)}),
			"b.json", item("urn:b", "1", "Its embargo is over", map[string]any{"embargoedUntil": "2026-11-23T11:00:00Z"}))
		n.bring(publishing, dir)
		a := n.article("urn:a")
		if a.State != news.Scheduled || !a.ScheduledAt.Equal(end) || !a.EmbargoUntil.Equal(end) {
			t.Errorf("it is %s for %v, embargo %v", a.State, a.ScheduledAt, a.EmbargoUntil)
		}
		if p := n.public("international"); !slices.Equal(p, []string{"Its embargo is over"}) {
			t.Errorf("readers see %v", p)
		}
		if b := n.article("urn:b"); b.PublishedAt.Before(b.EmbargoUntil) {
			t.Errorf("published at %v under an embargo until %v", b.PublishedAt, b.EmbargoUntil)
		}
		if _, err := n.archive.Item(t.Context(), a.ID); err == nil {
			t.Error("strangers can read it")
		}
		hits, err := n.archive.Find(t.Context(), news.Search{Edition: "international", Text: "secret"})
		if err != nil || len(hits) > 0 {
			t.Errorf("search finds %v: %v", hits, err)
		}
		n.wants(n.bring(publishing, dir), "0 new, 0 pictures, 0 updated, 2 unchanged, 0 failed")
		n.clock.Forward(2 * time.Hour)
		if _, err := n.desk.Do(t.Context(), fact.Work{Kind: news.WorkPublish, Subject: a.ID}); err != nil {
			t.Fatal(err)
		}
		if p := n.public("international"); !slices.Contains(p, "Secret until one") {
			t.Errorf("after its time readers see %v", p)
		}
	})
}

func TestAnEmbargoedStoryIsPublishedAtItsTimeThoughItsPictureHasNoCredit(t *testing.T) {
	n := open(t, sqlite(t))
	picture := map[string]any{"name": "mainpic", "uri": "urn:p", "type": "picture", "renditions": []any{map[string]any{"name": "w", "href": "p.jpg", "contentType": "image/jpeg"}}}
	more := map[string]any{"embargoedUntil": noon.Add(time.Hour).Format(time.RFC3339), "associations": []any{picture}}
	dir := write(t, "a.json", item("urn:a", "1", "Nobody's hands", more), "b.json", item("urn:b", "1", "In hand", more), "p.jpg", photo(1))
	n.bring(publishing, dir)
	editor, check := account.Actor{ID: "editor", Grants: []account.Grant{{Role: account.Editor}}}, "check"
	if _, err := n.desk.Save(t.Context(), news.Act{Who: editor}, n.article("urn:b").ID, news.Patch{Legal: &check}); err != nil {
		t.Fatal(err)
	}
	n.clock.Forward(2 * time.Hour)
	for _, uri := range []string{"urn:a", "urn:b"} {
		if _, err := n.desk.Do(t.Context(), fact.Work{Kind: news.WorkPublish, Subject: n.article(uri).ID}); err != nil {
			t.Fatal(err)
		}
	}
	if p := n.public("international"); !slices.Equal(p, []string{"Nobody's hands"}) {
		t.Errorf("readers see %v", p)
	}
}

func TestADryRunSaysTheSameAndWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		n.bring(publishing, write(t, "a.json", item("urn:x", "1", "Here already", nil), "b.json", item("urn:y", "1", "Too", nil)))
		pictured := map[string]any{"associations": []any{map[string]any{"name": "mainpic", "uri": "urn:p", "type": "picture", "renditions": []any{map[string]any{"name": "w", "href": "p.jpg", "contentType": "image/jpeg"}}}}}
		dir := write(t, "1.json", "["+item("urn:a", "1", "One", pictured)+","+item("urn:a", "2", "One, newer", pictured)+","+item("urn:c", "2", "", map[string]any{"pubStatus": "canceled", "headlines": nil})+","+item("urn:c", "1", "C", nil)+"]",
			"2.json", item("urn:x", "2", "Newer", nil), "3.json", item("urn:y", "2", "Gone", map[string]any{"pubStatus": "canceled"}), "4.json", item("urn:y", "3", "Back", nil), "5.json", item("urn:bad", "1", "Bad", map[string]any{"urgency": "high"}),
			"6.json", item("urn:w", "1", "Held", map[string]any{"pubStatus": "withheld"}), "7.json", item("urn:e", "1", "Later", map[string]any{"embargoedUntil": "2027-01-01T00:00:00Z"}), "p.jpg", photo(1))
		facts, articles := n.facts(), n.articles()
		plan := n.bring([]func(*transfer.Options){published, dry}, dir)
		if n.facts() != facts || n.articles() != articles {
			t.Error("a dry run wrote something")
		}
		if _, ok, err := n.library.BySource(t.Context(), "urn:p"); ok || err != nil {
			t.Errorf("a dry run kept a picture: %v", err)
		}
		done := n.bring(publishing, dir)
		if fmt.Sprintf("%+v", plan) != fmt.Sprintf("%+v", done) {
			t.Errorf("dry  %+v\nreal %+v", plan, done)
		}
		n.wants(done, "4 new, 1 pictures, 3 updated, 2 unchanged, 1 failed")
	})
}

func TestAFileWithABadItemIsLeftOutAsAWholeAndTheOthersGoOn(t *testing.T) {
	n := open(t, sqlite(t))
	dir := write(t, "a.jsonl", item("urn:a", "1", "Good", nil)+"\n"+item("urn:b", "1", "Bad", map[string]any{"urgency": "high"})+"\n", "b.json", item("urn:c", "1", "Good too", nil), "c.json", `{"uri":`, "d.json", "", "e.json", "[]")
	r := n.bring(nil, dir)
	n.wants(r, "1 new, 0 pictures, 0 updated, 0 unchanged, 3 failed")
	if !has(r.Failed, "a.jsonl#2 urn:b", "urgency") || !has(r.Failed, "c.json", "too early") || !has(r.Failed, "d.json", "nothing in it") || !has(r.Warnings, "a.jsonl", "nothing of it") {
		t.Errorf("failed %v, warnings %v", r.Failed, r.Warnings)
	}
	if n.articles() != 1 {
		t.Errorf("%d articles", n.articles())
	}
}

func TestEditionAndSectionAreTheOperatorsThenTheItemsOwn(t *testing.T) {
	n := open(t, sqlite(t))
	place := func(name string, set []func(*transfer.Options), of map[string]any) string {
		t.Helper()
		n.bring(set, write(t, "a.json", item(name, "1", name, of)))
		a := n.article(name)
		s, _ := n.addresses().SectionByID(a.Section)
		return a.Edition + "/" + s.Slug
	}
	to := func(edition, section string) []func(*transfer.Options) {
		return []func(*transfer.Options){func(o *transfer.Options) { o.Edition, o.Section = edition, section }}
	}
	for _, c := range []struct {
		got, want string
	}{
		{place("urn:1", nil, nil), "international/world"},
		{place("urn:2", nil, map[string]any{"language": "ru-RU"}), "ru/mir"},
		{place("urn:3", nil, map[string]any{"language": "fi"}), "international/world"},
		{place("urn:4", to("ru", ""), nil), "ru/mir"},
		{place("urn:5", to("", "business"), map[string]any{"language": "ru"}), "international/business"},
		{place("urn:6", nil, map[string]any{"subjects": []any{map[string]any{"name": "BUSINESS"}}}), "international/business"},
		{place("urn:7", to("international", "world"), map[string]any{"subjects": []any{map[string]any{"name": "Business"}}}), "international/world"},
	} {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	dir := write(t, "a.json", item("urn:z", "1", "Z", nil))
	for _, c := range []struct{ edition, section, want string }{{"xx", "", `no edition "xx"`}, {"ru", "business", `no section "business"`}, {"", "sport", `has a section "sport"`}} {
		if _, err := transfer.Import(t.Context(), n.options(to(c.edition, c.section)...), dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, p := range []string{filepath.Join(dir, "none.json"), t.TempDir()} {
		if _, err := transfer.Import(t.Context(), n.options(), p); err == nil || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestPicturesComeFromBesideTheFileOnceAndWithTheirWords(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		rendition := func(href string) []any {
			return []any{map[string]any{"name": "main", "href": href, "contentType": "image/jpeg", "width": 64, "height": 48}}
		}
		picture := map[string]any{"name": "mainpic", "uri": "urn:p:1", "type": "picture", "by": "Ada Lens", "copyrightNotice": "© Agency 2026", "renditions": rendition("../pics/one.jpg"),
			"infoSources": []any{map[string]any{"name": "Agency"}}, "descriptions": []any{map[string]any{"role": "caption", "value": "A ferry at night"}, map[string]any{"role": "alt", "value": "A ferry"}}}
		bare := map[string]any{"name": "second", "uri": "urn:p:2", "type": "picture", "renditions": rendition("two%20words.jpg")}
		gone := map[string]any{"name": "third", "uri": "urn:p:3", "type": "picture", "renditions": rendition("missing.jpg")}
		outside := map[string]any{"name": "fourth", "uri": "urn:p:4", "type": "picture", "renditions": rendition("../../outside.jpg")}
		same := map[string]any{"associations": []any{picture, bare, gone, outside}}
		dir := write(t, "in/items/a.json", item("urn:a", "1", "One", same), "in/items/b.json", item("urn:b", "1", "Two", map[string]any{"associations": []any{picture}}),
			"in/pics/one.jpg", photo(1), "in/items/two words.jpg", photo(2), "outside.jpg", photo(3))
		r := n.bring(publishing, filepath.Join(dir, "in"))
		n.wants(r, "2 new, 2 pictures, 0 updated, 0 unchanged, 0 failed")
		a, b := n.article("urn:a"), n.article("urn:b")
		if a.Picture == "" || a.Picture != b.Picture || len(a.Body.Pictures()) != 1 {
			t.Errorf("pictures %q, %q, in the text %v", a.Picture, b.Picture, a.Body.Pictures())
		}
		p, err := n.library.Picture(t.Context(), account.House(), a.Picture)
		if err != nil || p.Credit != "Agency" || p.Creator != "Ada Lens" || p.Caption != "A ferry at night" || p.Alt != "A ferry" || p.Copyright != "© Agency 2026" || len(p.Renditions) == 0 {
			t.Errorf("%+v %v", p, err)
		}
		for _, want := range [][]string{{"urn:p:2", "no credit"}, {"urn:p:2", "no alt"}, {"urn:p:3", "missing.jpg"}, {"urn:p:4", "could not be had"}} {
			if !has(r.Warnings, want...) {
				t.Errorf("no warning of %v in %v", want, r.Warnings)
			}
		}
		n.wants(n.bring(publishing, filepath.Join(dir, "in")), "0 new, 0 pictures, 0 updated, 2 unchanged, 0 failed")
	})
}

func TestForeignPicturesAreFetchedAndAFailureIsAWarning(t *testing.T) {
	n := open(t, sqlite(t))
	asked := map[string]int{}
	fetch := func(_ context.Context, address string, to io.Writer, max int64) error {
		asked[address]++
		if strings.Contains(address, "deaf.example") {
			return &url.Error{Op: "Get", URL: address, Err: errors.New("no route to host")}
		}
		if strings.Contains(address, "none") {
			return errors.New(address + " answers 404")
		}
		_, err := io.WriteString(to, map[bool]string{true: photo(5), false: "<html>sorry</html>"}[strings.HasSuffix(address, ".jpg")])
		return err
	}
	with := func(o *transfer.Options) { o.Fetch = fetch }
	pic := func(hrefs ...string) map[string]any {
		var all []any
		for i, h := range hrefs {
			all = append(all, map[string]any{"name": fmt.Sprint("r", i), "href": h, "contentType": "image/jpeg", "width": 900 - i, "height": 600})
		}
		return map[string]any{"type": "picture", "infoSources": []any{map[string]any{"name": "Agency"}}, "renditions": all, "bodies": nil, "descriptions": []any{map[string]any{"role": "caption", "value": "What it shows"}}}
	}
	items := []string{item("urn:ok", "1", "Ok", pic("https://img.example/none", "https://img.example/b.jpg")), item("urn:html", "1", "Html", pic("https://img.example/page")), item("urn:file", "1", "File", pic("file:///etc/passwd"))}
	for i := range 20 {
		items = append(items, item(fmt.Sprint("urn:deaf:", i), "1", "Deaf", pic(fmt.Sprintf("https://deaf.example/%d.jpg", i))))
	}
	var r transfer.Result
	for _, i := range items {
		one := n.bring([]func(*transfer.Options){published, with}, write(t, "a.jsonl", i))
		r.Articles, r.Pictures, r.Warnings, r.Failed = r.Articles+one.Articles, r.Pictures+one.Pictures, append(r.Warnings, one.Warnings...), append(r.Failed, one.Failed...)
	}
	n.wants(r, "23 new, 1 pictures, 0 updated, 0 unchanged, 0 failed")
	if n.article("urn:ok").Picture == "" || n.article("urn:html").Lead != "What it shows" {
		t.Error("the picture is missing, or the words of one that could not be had")
	}
	if !has(r.Warnings, "urn:html") || !has(r.Warnings, "urn:file", "no address of the web") || !has(r.Warnings, "urn:deaf:19", "no route") {
		t.Errorf("%v", r.Warnings)
	}
	n.bring([]func(*transfer.Options){published, with}, write(t, "a.jsonl", strings.ReplaceAll(strings.ReplaceAll(strings.Join(items[3:], "\n"), "urn:deaf", "urn:again"), "deaf.example/", "deaf.example/again")))
	tried := 0
	for a, times := range asked {
		if strings.Contains(a, "again") {
			tried += times
		}
	}
	if tried == 0 || tried > 18 { // those under way at the same time may all find it deaf
		t.Errorf("a host that cannot be reached was asked %d times", tried)
	}
}

func TestLinksBetweenItemsAreMadeWhateverTheirOrder(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		link := func(uris ...string) map[string]any {
			var all []any
			for i, u := range uris {
				all = append(all, map[string]any{"name": fmt.Sprint("r", i), "uri": u, "type": "text"})
			}
			return map[string]any{"associations": all}
		}
		dir := write(t, "a.json", item("urn:a", "1", "A", link("urn:b", "urn:elsewhere")), "b.json", item("urn:b", "1", "B", link("urn:a")))
		n.wants(n.bring(publishing, dir), "2 new, 0 pictures, 0 updated, 0 unchanged, 0 failed")
		a, b := n.article("urn:a"), n.article("urn:b")
		if !slices.Equal(a.Related, []string{b.ID}) || !slices.Equal(b.Related, []string{a.ID}) {
			t.Errorf("%s is related to %v, %s to %v", a.ID, a.Related, b.ID, b.Related)
		}
		if a.Revision != 1 || b.Revision != 1 || len(n.public("international")) != 2 {
			t.Errorf("revisions %d and %d", a.Revision, b.Revision)
		}
		n.wants(n.bring(publishing, dir), "0 new, 0 pictures, 0 updated, 2 unchanged, 0 failed")
	})
}

func TestAnImportThatIsStoppedGoesOnTheNextTime(t *testing.T) {
	n := open(t, sqlite(t))
	var all strings.Builder
	for i := range 100 {
		all.WriteString(item(fmt.Sprint("urn:", i), "1", fmt.Sprint("Story ", i), nil))
	}
	dir := write(t, "a.jsonl", all.String())
	ctx, stop := context.WithCancel(t.Context())
	o := n.options(published, func(o *transfer.Options) {
		o.Progress = func(p transfer.Progress) {
			if p.Doing == "importing" && p.Done >= 30 {
				stop()
			}
		}
	})
	r, err := transfer.Import(ctx, o, dir)
	if !errors.Is(err, context.Canceled) || r.Articles < 30 || r.Articles == 100 {
		t.Fatalf("%d articles, %v", r.Articles, err)
	}
	n.bring(publishing, dir)
	if n.articles() != 100 || len(n.public("international")) != 100 {
		t.Errorf("%d articles, %d public", n.articles(), len(n.public("international")))
	}
}

func TestAFileThatChangesWhileItIsImportedIsLeftOut(t *testing.T) {
	n := open(t, sqlite(t))
	dir := write(t, "a.json", item("urn:a", "1", "A", nil), "b.json", item("urn:b", "1", "B", nil))
	o := n.options(func(o *transfer.Options) {
		o.Progress = func(p transfer.Progress) {
			if p.Doing == "importing" && p.Done == 1 {
				if err := os.WriteFile(filepath.Join(dir, "b.json"), []byte("{}"), 0o644); err != nil {
					t.Error(err)
				}
			}
		}
	})
	r, err := transfer.Import(t.Context(), o, dir)
	if err != nil || !has(r.Failed, "b.json", "changed") || r.Articles != 1 {
		t.Errorf("%s %v %v", counts(r), r.Failed, err)
	}
}
