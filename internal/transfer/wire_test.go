package transfer_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"dateline/internal/account"
	"dateline/internal/body"
	"dateline/internal/fact"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/transfer"
	"dateline/internal/wire"
)

// outsiders gives files that nobody here wrote; the test skips where they are not.
func outsiders(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(shared, pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Skip("the shared test data is not beside the repository")
	}
	return found
}

func TestTheExamplesOfTheStandardAreImportedAsExpected(t *testing.T) {
	type expectation struct{ URI, Type, Headline, Language, VersionCreated, Byline string }
	var want map[string]expectation
	raw, err := os.ReadFile(outsiders(t, "examples/expected.json")[0])
	if err == nil {
		err = json.Unmarshal(raw, &want)
	}
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, n *newsroom) {
		for name, w := range want {
			// The families repeat the same stories; each file is a story of its own here.
			data, err := os.ReadFile(filepath.Join(shared, "examples", name))
			if err != nil {
				t.Fatal(err)
			}
			uri := w.URI + "?" + strings.ReplaceAll(name, "/", "-")
			data = bytes.Replace(data, []byte(`"`+w.URI+`"`), []byte(`"`+uri+`"`), 1)
			dir := write(t, name, string(data))
			r := n.bring(publishing, dir)
			if w.Type == "event" || strings.HasPrefix(name, "not-valid/") { // no article; nothing but its address that ninjs knows
				n.wants(r, "0 new, 0 pictures, 0 updated, 0 unchanged, 0 failed")
				if !has(r.Warnings, "left out") {
					t.Errorf("%s: %v", name, r.Warnings)
				}
				continue
			}
			n.wants(r, "1 new, 0 pictures, 0 updated, 0 unchanged, 0 failed")
			a := n.article(uri)
			var names []string
			for _, b := range a.Byline {
				names = append(names, b.Name)
			}
			by := strings.TrimPrefix(strings.Join(names, " and "), "By ")
			if w.Headline != "" && a.Headline != w.Headline || w.Byline != "" && by != w.Byline || w.Language != "" && a.Language != w.Language {
				t.Errorf("%s: headline %q, byline %q, language %q; want %+v", name, a.Headline, by, a.Language, w)
			}
			if at, err := time.Parse(time.RFC3339, w.VersionCreated); err == nil && !a.PublishedAt.Equal(at) {
				t.Errorf("%s: published at %v, not at %v", name, a.PublishedAt, at)
			}
			if a.State != news.Published {
				t.Errorf("%s is %s", name, a.State)
			}
			n.wants(n.bring(publishing, dir), "0 new, 0 pictures, 0 updated, 1 unchanged, 0 failed")
		}
	})
}

func TestWhatShouldPassIsAcceptedAndWhatShouldFailWritesNothing(t *testing.T) {
	pass, fail := outsiders(t, "test_suite/*/should_pass"), outsiders(t, "test_suite/*/should_fail/*.json")
	properties := map[string]string{
		"1.3/001_schema_bad": "$standard", "1.3/002_headline_nonascii": "headline_", "1.3/003_headline_blank_extension": "headline_", "1.3/004_headline_dash": "headline-",
		"1.3/005_bad_altids": "altids", "1.3/006_bad_genre": "genre", "1.3/007_invalid_genre": "genre", "1.6/001_bad_digital_source": "digitalsourcetype",
		"2.2/001_bad_digital_source": "digitalsourcetype", "3.1/001_bad_digital_source": "digitalSourceType", "3.0/001_bad_geojson": "geojson", "3.0/001_bad_toplevel": "random",
		"3.0/002_bad_association": "associations[0].name", "3.0/003_event_with_conflicting_start": "expectedStartDate", "3.0/004_event_with_renditions": "expectedStartDate",
		"3.0/004_invalid_truncated_date": "expectedStartDate", "3.0/005_planned_coverage_bad_urgency": "plannedCoverage[0].urgency", "3.0/006_bad_urgency": "urgency",
	}
	each(t, func(t *testing.T, n *newsroom) {
		facts := n.facts()
		for _, file := range fail {
			r := n.bring(publishing, file)
			name := filepath.Base(filepath.Dir(filepath.Dir(file))) + "/" + strings.TrimSuffix(filepath.Base(file), ".json")
			if len(r.Failed) != 1 || !strings.Contains(r.Failed[0].Item, filepath.Base(file)) || !strings.Contains(r.Failed[0].Why, properties[name]) || properties[name] == "" {
				t.Errorf("%s: %v", name, r.Failed)
			}
		}
		if n.articles() > 0 || n.facts() != facts {
			t.Error("a file that should fail wrote something")
		}
		r := n.bring(publishing, pass...)
		if len(r.Failed) > 0 {
			t.Errorf("failed: %v", r.Failed)
		}
		again := n.bring(publishing, pass...)
		if again.Articles+again.Updated > 0 || again.Unchanged != r.Articles+r.Updated+r.Unchanged {
			t.Errorf("first %s, again %s", counts(r), counts(again))
		}
	})
}

func TestAnExportIsValidAndItsImportGivesTheSameArticles(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schemas := outsiders(t, "schema/ninjs-schema_3.1.json")
	geo, err := os.ReadFile(filepath.Join(shared, "schema", "GeoJSON-schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(geo))
	if err == nil {
		err = compiler.AddResource("https://geojson.org/schema/GeoJSON.json", doc)
	}
	if err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(schemas[0])
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, n *newsroom) {
		original := n.seed()
		dir := filepath.Join(t.TempDir(), "out")
		made, err := transfer.ExportNinjs(t.Context(), n.exports(), dir)
		if err != nil || made != (transfer.Exported{Articles: 5, Withdrawn: 2, Pictures: 1}) {
			t.Fatalf("%+v %v", made, err)
		}
		names, _ := filepath.Glob(filepath.Join(dir, "*.json"))
		if len(names) != 7 {
			t.Fatalf("%d files", len(names))
		}
		for _, name := range names {
			raw, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
			if err == nil {
				err = schema.Validate(doc)
			}
			if err != nil {
				t.Errorf("%s: %v", filepath.Base(name), err)
			}
			if bytes.Contains(raw, []byte("unpublished")) {
				t.Errorf("%s holds words of a draft", filepath.Base(name))
			}
		}
		// Into the same newsroom it brings nothing.
		facts := n.facts()
		n.wants(n.bring(publishing, dir), "0 new, 0 pictures, 0 updated, 7 unchanged, 0 failed")
		if n.facts() != facts {
			t.Error("a newsroom changed by its own export")
		}
		// Again over the same folder it writes the same.
		if made, err := transfer.ExportNinjs(t.Context(), n.exports(), dir); err != nil || made.Articles != 5 || made.Pictures != 1 {
			t.Errorf("again: %+v %v", made, err)
		}
		other := open(t, sqlite(t))
		r := other.bring(publishing, dir)
		other.wants(r, "5 new, 1 pictures, 0 updated, 2 unchanged, 0 failed")
		other.same(n, original)
		other.wants(other.bring(publishing, dir), "0 new, 0 pictures, 0 updated, 7 unchanged, 0 failed")
	})
}

func (n *newsroom) exports() transfer.ExportOptions {
	return transfer.ExportOptions{Archive: n.archive, Desk: n.desk, Library: n.library, Files: n.files, Addresses: n.addresses(), Clock: n.clock}
}

// seed publishes stories of every kind and gives their ids.
func (n *newsroom) seed() (ids []string) {
	n.t.Helper()
	data := photo(9)
	words := func(s string) *string { return &s }
	p, err := n.library.Upload(n.t.Context(), account.House(), fact.Once{}, strings.NewReader(data), int64(len(data)),
		media.Fields{Credit: words("Agency"), Creator: words("Ada Lens"), Caption: words("The port at dawn"), Alt: words("Cranes"), Focal: &media.Point{X: 0.25, Y: 0.75}}, "")
	if err != nil {
		n.t.Fatal(err)
	}
	make := func(patch news.Patch, first time.Time) string {
		n.t.Helper()
		edition, section := "international", "world"
		if patch.Edition == nil {
			patch.Edition = &edition
		}
		if patch.Section == nil && patch.Kind == nil {
			patch.Section = &section
		}
		a, err := n.desk.Create(n.t.Context(), news.Act{Who: account.House()}, patch)
		if err == nil {
			_, err = n.desk.PublishAs(n.t.Context(), a.ID, news.Publication{}, first)
		}
		if err != nil {
			n.t.Fatal(err)
		}
		return a.ID
	}
	at := func(hours int) time.Time { return noon.Add(-time.Duration(hours) * time.Hour) }
	plain, urgent, genre, kind := body.FromText("Crews searched.\n\nNobody was hurt."), 2, "analysis", "page"
	first := make(news.Patch{Headline: words("First"), Lead: words("A lead"), Body: &plain, Urgency: &urgent, Genre: &genre, Slug: words("first-of-all"),
		Byline: &[]news.Byline{{Name: "Ada Lovelace", Author: "ada"}, {Name: "Desk"}}, Tags: &[]string{"Ports", "Ferries & ships"}, Dateline: &news.Dateline{Place: "ORLAN", Source: "Agency"}}, at(48))
	rich, err := body.Parse([]byte(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"With "},{"type":"text","marks":[{"type":"bold"}],"text":"marks"}]},{"type":"picture","attrs":{"id":"` + p.ID + `","caption":"Its own caption"}},{"type":"related","attrs":{"id":"` + first + `"}}]}`))
	if err != nil {
		n.t.Fatal(err)
	}
	second := make(news.Patch{Headline: words("Second"), Body: &rich, Picture: &p.ID, Related: &[]string{first}, Source: &news.Source{URI: "urn:agency:2", Version: "4", Name: "Agency", Copyright: "© Agency"}}, at(24))
	if _, err := n.desk.Save(n.t.Context(), news.Act{Who: account.House()}, first, news.Patch{Related: &[]string{second}}); err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.desk.PublishAs(n.t.Context(), first, news.Publication{Change: news.Correction, Note: "A name was wrong.", At: at(2)}, time.Time{}); err != nil {
		n.t.Fatal(err)
	}
	ru, mir := "ru", "mir"
	third := make(news.Patch{Edition: &ru, Section: &mir, Headline: words("Третья"), Body: &plain, TranslationOf: &first}, at(12))
	fourth := make(news.Patch{Kind: &kind, Headline: words("Imprint"), Body: &plain}, at(100))
	fifth := make(news.Patch{Headline: words("First"), Body: &plain, Slug: words("first-of-all"), Source: &news.Source{URI: "urn:agency:5"}}, at(5))
	for _, gone := range []news.Patch{{Headline: words("Gone")}, {Headline: words("Gone too"), Source: &news.Source{URI: "urn:agency:9", Version: "1"}}} {
		if _, err := n.desk.Withdraw(n.t.Context(), news.Act{Who: account.House()}, make(gone, at(3)), "It was wrong."); err != nil {
			n.t.Fatal(err)
		}
	}
	edition := "international"
	if _, err := n.desk.Create(n.t.Context(), news.Act{Who: account.House()}, news.Patch{Edition: &edition, Headline: words("An unpublished draft")}); err != nil {
		n.t.Fatal(err)
	}
	unsaved := "An unpublished headline"
	if _, err := n.desk.Save(n.t.Context(), news.Act{Who: account.House()}, fifth, news.Patch{Headline: &unsaved}); err != nil {
		n.t.Fatal(err)
	}
	return []string{first, second, third, fourth, fifth}
}

// same compares what readers see of the articles here with what they see of them in the newsroom they came from.
func (n *newsroom) same(from *newsroom, ids []string) {
	n.t.Helper()
	here := map[string]string{} // ids there to ids here
	for _, id := range ids {
		uri := wire.ItemURI("https://news.example.org", "article", id)
		if i, err := from.archive.Item(n.t.Context(), id); err == nil && i.Source != nil {
			uri = i.Source.URI
		}
		here[id] = n.article(uri).ID
	}
	for _, id := range ids {
		want, err := from.archive.Item(n.t.Context(), id)
		if err != nil {
			n.t.Fatal(err)
		}
		got, err := n.archive.Item(n.t.Context(), here[id])
		if err != nil {
			n.t.Fatal(err)
		}
		pictures := map[string]string{}
		if want.Picture != "" {
			pictures[want.Picture] = got.Picture
			a, _ := from.library.Picture(n.t.Context(), account.House(), want.Picture)
			b, err := n.library.Picture(n.t.Context(), account.House(), got.Picture)
			if diff := cmp.Diff(a, b, cmpopts.IgnoreFields(media.Picture{}, "ID", "Renditions", "Original", "SHA256", "CreatedAt", "Version", "Width", "Height", "Untouched"), cmpopts.EquateEmpty()); diff != "" || err != nil {
				n.t.Errorf("picture of %q: %v %s", want.Headline, err, diff)
			}
		}
		swap := func(m map[string]string) func(string) (string, bool) {
			return func(id string) (string, bool) { to, ok := m[id]; return to, ok }
		}
		want.Body = want.Body.Rewrite(swap(pictures), swap(here))
		if !want.Body.Equal(got.Body) {
			n.t.Errorf("%q: body %s, want %s", want.Headline, got.Body.Canonical(), want.Body.Canonical())
		}
		for i := range want.Related {
			want.Related[i] = here[want.Related[i]]
		}
		if want.TranslationOf != "" {
			want.TranslationOf = here[want.TranslationOf]
		}
		there, _ := from.addresses().SectionByID(want.Section)
		now, _ := n.addresses().SectionByID(got.Section)
		want.Section, got.Section = there.Slug, now.Slug
		want.ID, want.Picture, want.Revision = got.ID, got.Picture, got.Revision
		want.Corrections, want.FeedAt = nil, got.FeedAt
		if want.Source == nil {
			got.Source = nil
		} else if want.Source.Version == "" {
			want.Source.Version = got.Source.Version // the time of the export's version stands for it
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmp.Comparer(body.Document.Equal), cmpopts.IgnoreFields(news.Content{}, "Body")); diff != "" {
			n.t.Errorf("%q (- there, + here): %s", want.Headline, diff)
		}
	}
}

// TestMemoryDoesNotGrowWithTheNumberOfItems imports 5,000 items, or as many as DATELINE_SOAK_ITEMS says.
func TestMemoryDoesNotGrowWithTheNumberOfItems(t *testing.T) {
	if testing.Short() {
		t.Skip("5,000 items take a while")
	}
	items := 5_000
	if n, err := strconv.Atoi(os.Getenv("DATELINE_SOAK_ITEMS")); err == nil {
		items = n
	}
	n := open(t, sqlite(t))
	path := filepath.Join(t.TempDir(), "many.jsonl")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("Crews searched the strait through the night and found everybody alive. ", 10)
	for i := range items {
		one := item(fmt.Sprintf("urn:agency:%d", i), "1", fmt.Sprintf("Story number %d of the day", i), map[string]any{
			"versionCreated": noon.Add(-time.Duration(i) * time.Minute).Format(time.RFC3339), "subjects": []any{map[string]any{"name": fmt.Sprint("Topic ", i%50)}},
			"bodies": []any{map[string]any{"role": "main", "contentType": "text/plain", "value": text}},
		})
		if _, err := fmt.Fprintln(f, one); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var early, late uint64
	begun := time.Now()
	var checked time.Duration
	o := n.options(published, func(o *transfer.Options) {
		o.Progress = func(p transfer.Progress) {
			if p.Doing != "importing" {
				checked = time.Since(begun)
				return
			}
			if early == 0 && p.Done >= items/10 {
				early = live()
			}
			if p.Done == p.Total {
				late = live()
			}
		}
	})
	r, err := transfer.Import(t.Context(), o, path)
	if err != nil || r.Articles != items || len(r.Failed) > 0 {
		t.Fatalf("%s %v", counts(r), err)
	}
	took := time.Since(begun)
	t.Logf("%d items: %.1f s, %.0f a second (checked in %.1f s); live heap %.1f MB after a tenth, %.1f MB at the end",
		items, took.Seconds(), float64(items)/took.Seconds(), checked.Seconds(), float64(early)/(1<<20), float64(late)/(1<<20))
	if grown := int64(late) - int64(early); grown > int64(items)*100+4<<20 {
		t.Errorf("the live heap grew by %d KB", grown>>10)
	}
}

// live is how much memory is in use after what is garbage is gone.
func live() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
