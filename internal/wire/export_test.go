package wire

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"dateline/internal/body"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
)

// phrase gives words of several scripts, with signs that formats stumble over.
func phrase(max int) *rapid.Generator[string] {
	word := rapid.SampledFrom([]string{"Ferry", "crews", "суд", "порт", "البحر", "\u200fقال", "港", "a&b", "<b>bold</b>", "</script>", "]]>", "\"quoted\"", "it's", "é", "🙂", "100%", "x=1;", "and", "--", "—", "(AP)", "\\u0000", "d'Emilio"})
	return rapid.Map(rapid.SliceOfN(word, 1, max), func(w []string) string { return strings.Join(w, " ") })
}

func maybe(g *rapid.Generator[string]) *rapid.Generator[string] {
	return rapid.OneOf(rapid.Just(""), g)
}

func name() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"Ada Lovelace", "Мария Вей", "Grace Hopper and Sons", "Smith, London", "علي", "O", "By Chance", "X <y>"})
}

// document generates a body with text, marks, a list, a related card and the given pictures.
func document1(t *rapid.T, pictures []string) body.Document {
	var blocks []map[string]any
	run := func() map[string]any {
		n := map[string]any{"type": "text", "text": phrase(6).Draw(t, "run")}
		if m := rapid.SampledFrom([]string{"", "bold", "italic", "link"}).Draw(t, "mark"); m == "link" {
			n["marks"] = []any{map[string]any{"type": "link", "attrs": map[string]any{"href": "https://example.com/a?b=c&d"}}}
		} else if m != "" {
			n["marks"] = []any{map[string]any{"type": m}}
		}
		return n
	}
	for range rapid.IntRange(0, 5).Draw(t, "blocks") {
		p := map[string]any{"type": "paragraph", "content": []any{run(), run()}}
		switch rapid.IntRange(0, 4).Draw(t, "kind") {
		case 0:
			p = map[string]any{"type": "bulletList", "content": []any{map[string]any{"type": "listItem", "content": []any{p}}}}
		case 1:
			p = map[string]any{"type": "related", "attrs": map[string]any{"id": "abc123"}}
		case 2:
			if len(pictures) > 0 {
				p = map[string]any{"type": "picture", "attrs": map[string]any{"id": rapid.SampledFrom(pictures).Draw(t, "picture"), "caption": phrase(3).Draw(t, "caption")}}
			}
		}
		blocks = append(blocks, p)
	}
	if len(blocks) == 0 {
		return body.Document{}
	}
	d, ok := document(blocks)
	if !ok {
		t.Fatalf("no document: %v", blocks)
	}
	return d
}

func export(t *rapid.T) Export {
	ids := moment.NewIDs(moment.At(time.Date(2026, 3, 10, 9, 5, 0, 0, time.UTC)))
	at := func(label string) time.Time {
		return time.UnixMicro(rapid.Int64Range(1_500_000_000_000_000, 1_900_000_000_000_000).Draw(t, label)).UTC()
	}
	var pictures []Image
	var names []string
	for n := range rapid.IntRange(0, 3).Draw(t, "pictures") {
		p := media.Picture{
			ID: ids.New(), Kind: rapid.SampledFrom([]media.Kind{media.Photo, media.Illustration, media.Graphic}).Draw(t, "kind"),
			Credit: maybe(phrase(2)).Draw(t, "credit"), Pool: maybe(phrase(1)).Draw(t, "pool"), Creator: maybe(name()).Filter(func(s string) bool { return !strings.HasPrefix(s, "By ") }).Draw(t, "creator"), Source: maybe(phrase(1)).Draw(t, "source"),
			Copyright: maybe(phrase(3)).Draw(t, "copyright"), Headline: maybe(phrase(3)).Draw(t, "title"), Caption: maybe(phrase(9)).Draw(t, "caption"), Alt: maybe(phrase(9)).Draw(t, "alt"),
			City: maybe(phrase(2)).Draw(t, "city"), Country: maybe(phrase(2)).Draw(t, "country"), UsageTerms: maybe(phrase(3)).Draw(t, "usage"),
			DigitalSourceType: rapid.SampledFrom([]string{"", "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"}).Draw(t, "source type"),
			WebStatement:      rapid.SampledFrom([]string{"", "https://example.com/rights"}).Draw(t, "rights"), LicensorURL: rapid.SampledFrom([]string{"", "https://example.com/get"}).Draw(t, "licensor"),
			Focal:   rapid.SampledFrom([]media.Point{media.Centre, {X: 0.25, Y: 0.1}, {X: 1, Y: 0}}).Draw(t, "focal"),
			Crops:   rapid.SampledFrom([][]media.Crop{nil, {{Ratio: "1:1", X: 0.125, Y: 0, Width: 0.5625, Height: 1}}, {{Ratio: "3:2", Width: 0.75, Height: 0.5}, {Ratio: "16:9", X: 1e-7, Y: 0.1, Width: 0.3, Height: 1.0 / 3}}}).Draw(t, "crops"),
			TakenAt: at("taken"), TakenUnit: rapid.SampledFrom([]media.Unit{"", media.Year, media.Day}).Draw(t, "unit"),
		}
		if rapid.Bool().Draw(t, "limited") {
			p.Outputs = []media.Output{media.Site, media.Feed}
			p.ExpiresAt = at("expires")
		}
		if p.Credit == "" && p.Creator == "" {
			p.Credit = "Agency"
		}
		pictures = append(pictures, Image{Picture: p, Files: []File{{Name: "w1600", Href: "https://example.com/m/" + p.ID + ".jpg", Type: "image/jpeg", Width: 1600, Height: 900 + n, Bytes: 12345}}})
		names = append(names, p.ID)
	}
	c := news.Content{
		Edition: "international", Section: "s1", Genre: rapid.SampledFrom(news.Genres).Draw(t, "genre"), Kind: rapid.SampledFrom([]news.ArticleKind{news.Story, news.Live, news.Page}).Draw(t, "kind"),
		Headline: phrase(8).Draw(t, "headline"), ShortHeadline: maybe(phrase(4)).Draw(t, "short"), Lead: maybe(phrase(20)).Draw(t, "lead"),
		Dateline: news.Dateline{Place: maybe(phrase(2)).Draw(t, "place"), Source: maybe(phrase(2)).Draw(t, "agency")},
		Byline:   []news.Byline{}, Tags: []string{}, Related: []string{},
		Slug: rapid.SampledFrom([]string{"a", "ferry-crews-2"}).Draw(t, "slug"), Urgency: rapid.IntRange(1, 9).Draw(t, "urgency"),
		Language: rapid.SampledFrom([]string{"en", "ar", "sr-Latn", "zh-Hant-TW"}).Draw(t, "language"), Discussion: rapid.SampledFrom([]string{"open", "premoderated", "closed"}).Draw(t, "discussion"),
	}
	if c.ShortHeadline == c.Headline {
		c.ShortHeadline = ""
	}
	for range rapid.IntRange(0, 3).Draw(t, "authors") {
		c.Byline = append(c.Byline, news.Byline{Name: name().Draw(t, "author"), Author: rapid.SampledFrom([]string{"", "ada-lovelace"}).Draw(t, "author slug")})
	}
	for i := range rapid.IntRange(0, 4).Draw(t, "tags") {
		c.Tags = append(c.Tags, phrase(2).Draw(t, "tag")+" "+strings.Repeat("i", i+1))
	}
	if len(names) > 0 && rapid.Bool().Draw(t, "main") {
		c.Picture = rapid.SampledFrom(names).Draw(t, "main picture")
	}
	if rapid.Bool().Draw(t, "wire") {
		c.Source = &news.Source{URI: "urn:agency:1", Version: rapid.SampledFrom([]string{"1", "2026-03-10T09:05:00Z"}).Draw(t, "version"), Name: "Agency", Copyright: maybe(phrase(2)).Draw(t, "notice"), Usage: maybe(phrase(2)).Draw(t, "terms")}
	}
	c.Body = document1(t, names)
	if rapid.Bool().Draw(t, "related") {
		c.Related, c.TranslationOf = []string{"abc123", ids.New()}, ids.New()
	}
	published := at("published")
	return Export{
		Item: news.Item{ID: ids.New(), Content: c, Revision: rapid.IntRange(1, 99).Draw(t, "revision"), PublishedAt: published, UpdatedAt: published.Add(time.Hour)},
		Base: "https://news.example.com", URL: "https://news.example.com/world/x", Section: "world", Publication: "The Orlan Dispatch", Pictures: pictures,
	}
}

func TestAnExportIsValidAndItsImportGivesTheSameArticle(t *testing.T) {
	schema := schemas(t)[Ninjs3]
	rapid.Check(t, func(t *rapid.T) {
		x := export(t)
		raw, err := Ninjs(x)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		back, warnings, err := ParseNinjs(raw)
		if err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		for _, w := range warnings {
			if w.Location != "expires" {
				t.Fatalf("warnings: %v", warnings)
			}
		}
		want, got := x.Item.Content, back.Content
		if got.Source.URI == "" || want.Source == nil && got.Source.URI != ItemURI(x.Base, "article", x.Item.ID) {
			t.Fatalf("source %+v", got.Source)
		}
		if want.Source == nil {
			want.Source = got.Source
		}
		if back.ID != x.Item.ID || back.Edition != want.Edition || back.Section != x.Section || len(back.Related) != len(want.Related) || (back.TranslationOf != "") != (want.TranslationOf != "") {
			t.Fatalf("%+v", back)
		}
		for i, id := range want.Related {
			if own, ok := OwnID(x.Base, "article", back.Related[i]); !ok || own != id {
				t.Fatalf("own id %q, want %q", own, id)
			}
			if back.Related[i] != ItemURI(x.Base, "article", id) {
				t.Fatalf("related %v", back.Related)
			}
		}
		// Edition, section and ids of other articles are the importer's to find again.
		want.Edition, want.Section, want.Related, want.TranslationOf = "", "", []string{}, ""
		if !want.Body.Equal(got.Body) {
			t.Fatalf("body\n%s\n%s", want.Body.Canonical(), got.Body.Canonical())
		}
		want.Body, got.Body = body.Document{}, body.Document{}
		if d := cmp.Diff(want, got, cmp.AllowUnexported(body.Document{})); d != "" {
			t.Fatalf("content:\n%s\n%s", d, raw)
		}
		if len(back.Pictures) != len(x.Pictures) {
			t.Fatalf("%d pictures, want %d", len(back.Pictures), len(x.Pictures))
		}
		for _, p := range x.Pictures {
			for _, q := range back.Pictures {
				if q.ID == p.ID {
					q.URI = ""
					if p.Credit == "" {
						q.Credit = ""
					}
					if d := cmp.Diff(p, q); d != "" {
						t.Fatalf("picture:\n%s\n%s", d, raw)
					}
				}
			}
		}
	})
}

func TestAWithdrawnArticleIsExportedAsCanceledWithoutItsText(t *testing.T) {
	raw, err := Ninjs(Export{Item: news.Item{
		ID: "0000000000000", Content: news.Content{Headline: "secret", Lead: "secret", Edition: "international"}, Revision: 2,
		WithdrawnAt: time.Date(2026, 3, 10, 9, 5, 0, 0, time.UTC), Note: "It was wrong.",
	}, Base: "https://news.example.com"})
	if err != nil || strings.Contains(string(raw), "secret") || !strings.Contains(string(raw), "It was wrong.") {
		t.Fatalf("%s %v", raw, err)
	}
	i := parse(t, string(raw))
	if i.Status != Canceled || i.NotArticle != "" || i.Content.Source.URI != "tag:news.example.com,2020:article/0000000000000" {
		t.Errorf("%+v", i)
	}
}

func TestAnExportWithoutTheDocumentStillHasTheText(t *testing.T) {
	d := body.FromText("One.\n\nTwo <b> & more.")
	raw, err := Ninjs(Export{Item: news.Item{ID: "0000000000000", Content: news.Content{Headline: "h", Body: d, Genre: news.News, Kind: news.Story}, Revision: 1}, Base: "https://news.example.com", Minor: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := parse(t, string(raw)).Content.Body; got.Text() != d.Text() {
		t.Errorf("%q in %s", got.Text(), raw)
	}
}
