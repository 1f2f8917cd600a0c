package feed

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/net/html"

	"dateline/internal/body"
	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/news"
)

const shared = "../../../../shared/testdata"

var now = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func publication() edition.Addresses {
	return edition.Addresses{Base: "https://news.example.com", Directory: &edition.Directory{
		Editions: []edition.Edition{
			{Slug: "international", Name: "The Orlan Dispatch", Language: "en", Timezone: "Europe/Berlin", Default: true, CreatedAt: now.AddDate(-1, 0, 0)},
			{Slug: "arabic", Name: "بريد أورلان", Language: "ar", Timezone: "Africa/Cairo", CreatedAt: now.AddDate(-1, 0, 0)},
			{Slug: "espanol", Name: "El Despacho de Orlan", Language: "es", Host: "es.example.com", CreatedAt: now.AddDate(-1, 0, 0)},
		},
		Sections: []edition.Section{
			{ID: "s1", Edition: "international", Slug: "world", Name: "World", Description: "News of the world"},
			{ID: "s2", Edition: "arabic", Slug: "alam", Name: "العالم"}, {ID: "s3", Edition: "espanol", Slug: "mundo", Name: "Mundo"},
		},
	}}
}

func document(t testing.TB, blocks ...map[string]any) body.Document {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"type": "doc", "content": blocks})
	if err != nil {
		t.Fatal(err)
	}
	d, err := body.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func paragraph(text, link string) map[string]any {
	run := map[string]any{"type": "text", "text": text}
	if link != "" {
		run["marks"] = []any{map[string]any{"type": "link", "attrs": map[string]any{"href": link}}}
	}
	return map[string]any{"type": "paragraph", "content": []any{run}}
}

func picture(id string) media.Picture {
	return media.Picture{
		ID: id, Kind: media.Photo, Credit: "AGENCY", Creator: "M. Vey", Caption: "The harbour at dawn", Alt: "Cranes over water", Copyright: "© AGENCY 2026",
		TakenAt: now, Width: 1600, Height: 900,
		Renditions: []media.Rendition{{Name: "w640", Width: 640, Height: 360, Bytes: 1000, Key: id + "-640.jpg", ContentType: "image/jpeg"}, {Name: "w1280", Width: 1280, Height: 720, Bytes: 4000, Key: id + "-1280.jpg", ContentType: "image/jpeg"}},
	}
}

func story(t testing.TB, id string, at time.Time) news.Item {
	t.Helper()
	return news.Item{
		ID: id, Revision: 1, PublishedAt: at, UpdatedAt: at, FeedAt: at,
		Content: news.Content{
			Edition: "international", Section: "s1", Genre: news.News, Kind: news.Story, Headline: "Ferry crews suspend strike " + id, Lead: "They sail again on Monday.",
			Dateline: news.Dateline{Place: "PORT ORLAN", Source: "Dispatch"}, Byline: []news.Byline{{Name: "Ada Lovelace", Author: "ada-lovelace"}, {Name: "Alan Turing"}},
			Tags: []string{"Ports", "Strikes"}, Slug: "ferry-" + id, Urgency: 3, Language: "en", Picture: "pic1",
			Body: document(t, paragraph("After a night of talks.", ""), paragraph("Read the terms", "/page/terms"), map[string]any{"type": "picture", "attrs": map[string]any{"id": "pic2"}},
				map[string]any{"type": "related", "attrs": map[string]any{"id": "other"}}),
		},
	}
}

func sample(t testing.TB) Feed {
	t.Helper()
	killed, siteOnly, expired := picture("pic3"), picture("pic4"), picture("pic5")
	killed.KilledAt, siteOnly.Outputs, expired.ExpiresAt = now, []media.Output{media.Site}, now.Add(-time.Hour)
	old := picture("pic2")
	old.TakenAt = now.AddDate(-1, 0, 0)
	corrected := story(t, "0002", now.Add(-time.Hour))
	corrected.UpdatedAt = now.Add(-time.Minute)
	corrected.Corrections = []news.Mark{{Revision: 2, At: corrected.UpdatedAt, Note: "The fare is 12.40, not 14.20."}}
	withdrawn := story(t, "0003", now)
	withdrawn.WithdrawnAt = now
	foreign := story(t, "0004", now.Add(-2*time.Hour))
	foreign.Language, foreign.Picture = "ar", "pic3"
	foreign.Body = document(t, map[string]any{"type": "gallery", "attrs": map[string]any{"pictures": []any{"pic4", "pic5", "pic1"}}})
	return Feed{
		Addresses: publication(), Edition: "international", Path: "/world", Name: "World", About: "News of the world",
		Items:    []news.Item{story(t, "0001", now), corrected, withdrawn, foreign},
		Pictures: map[string]media.Picture{"pic1": picture("pic1"), "pic2": old, "pic3": killed, "pic4": siteOnly, "pic5": expired},
		Related:  map[string]news.Item{"other": {ID: "other", Content: news.Content{Edition: "international", Section: "s1", Kind: news.Story, Slug: "other", Headline: "Other <story>"}}},
		Media:    func(key string) string { return "https://news.example.com/media/" + key },
		Hub:      "https://news.example.com/hub", Now: now,
	}
}

// formats gives the feed in every format.
func formats(t testing.TB, f Feed) map[string][]byte {
	t.Helper()
	j, err := JSON(f)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"rss": RSS(f), "atom": Atom(f), "json": j}
}

func TestAFeedReaderFindsTheSameFieldsInEveryFormat(t *testing.T) {
	f := sample(t)
	for name, raw := range formats(t, f) {
		got, err := gofeed.NewParser().ParseString(string(raw))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, raw)
		}
		if got.Title != "The Orlan Dispatch: World" || got.Language != "en" || len(got.Items) != 3 {
			t.Fatalf("%s: %q %q, %d items", name, got.Title, got.Language, len(got.Items))
		}
		if got.Link != "https://news.example.com/world" || got.Description != "News of the world" || !strings.HasPrefix(got.FeedLink, "https://news.example.com/world/") {
			t.Errorf("%s: %q %q %q", name, got.Link, got.Description, got.FeedLink)
		}
		i := got.Items[0]
		if i.Title != "Ferry crews suspend strike 0001" || i.Link != "https://news.example.com/world/ferry-0001" || i.GUID != "tag:news.example.com,2020:article/0001" ||
			i.PublishedParsed == nil || !i.PublishedParsed.Equal(now) || !slices.Equal(i.Categories, []string{"World", "Ports", "Strikes"}) || !strings.Contains(i.Description+summary(raw), "They sail again on Monday.") {
			t.Errorf("%s: %+v", name, i)
		}
		var authors []string
		for _, a := range i.Authors {
			authors = append(authors, a.Name)
		}
		if i.DublinCoreExt != nil {
			authors = i.DublinCoreExt.Creator
		}
		if strings.Join(authors, "|") != "Ada Lovelace|Alan Turing" {
			t.Errorf("%s: authors %q", name, authors)
		}
		for _, want := range []string{"<b>PORT ORLAN (Dispatch)</b> — After a night of talks.", `href="https://news.example.com/page/terms"`, "The harbour at dawn", "AGENCY", "File picture",
			`src="https://news.example.com/media/pic1-1280.jpg"`, `<a href="https://news.example.com/world/other">Other &lt;story&gt;</a>`, `<div lang="en" dir="ltr">`} {
			if !strings.Contains(i.Content, want) {
				t.Errorf("%s: no %s in %s", name, want, i.Content)
			}
		}
		if c := got.Items[1]; !strings.Contains(c.Content, "Correction") || !strings.Contains(c.Content, "12.40") || c.UpdatedParsed == nil || !c.UpdatedParsed.Equal(now.Add(-time.Minute)) {
			t.Errorf("%s: the correction is not there: %v %s", name, c.UpdatedParsed, c.Content)
		}
		if c := got.Items[2].Content; !strings.Contains(c, `<div lang="ar" dir="rtl">`) {
			t.Errorf("%s: %s", name, c)
		}
		for _, hidden := range []string{"pic3", "pic4", "pic5", "0003"} {
			if strings.Contains(string(raw), hidden) {
				t.Errorf("%s: %s may not be in a feed", name, hidden)
			}
		}
	}
}

func summary(raw []byte) string {
	var f struct {
		Items []struct{ Summary string }
	}
	_ = json.Unmarshal(raw, &f)
	if len(f.Items) > 0 {
		return f.Items[0].Summary
	}
	return ""
}

func TestPicturesStandWithCreditAndDescription(t *testing.T) {
	for _, raw := range [][]byte{RSS(sample(t)), Atom(sample(t))} {
		root, err := tree(raw)
		if err != nil {
			t.Fatal(err)
		}
		item := root.one(atomSpace, "entry")
		if root.name == "rss" {
			item = root.one("", "channel").one("", "item")
		}
		const mrss = "http://search.yahoo.com/mrss/"
		all := item.all(mrss, "content")
		if len(all) != 2 {
			t.Fatalf("%d pictures in %s", len(all), raw)
		}
		m := all[0]
		if m.attrs["url"] != "https://news.example.com/media/pic1-1280.jpg" || m.attrs["type"] != "image/jpeg" || m.attrs["width"] != "1280" || m.attrs["fileSize"] != "4000" || m.attrs["isDefault"] != "true" || m.attrs["medium"] != "image" ||
			m.value(mrss, "credit") != "© AGENCY 2026 / M. Vey" || m.value(mrss, "description") != "The harbour at dawn" {
			t.Errorf("%+v %q %q", m.attrs, m.value(mrss, "credit"), m.value(mrss, "description"))
		}
		if d := all[1].value(mrss, "description"); d != "File picture The harbour at dawn" {
			t.Errorf("%q", d)
		}
	}
}

func TestNoValidatorComplains(t *testing.T) {
	f := sample(t)
	empty := f
	empty.Items, empty.Hub, empty.Path, empty.Name, empty.About = nil, "", "", "", ""
	arabic := f
	arabic.Edition, arabic.Path = "arabic", ""
	for name, f := range map[string]Feed{"full": f, "empty": empty, "arabic": arabic, "hostile": hostile(t)} {
		for format, raw := range map[string][]byte{"rss": RSS(f), "atom": Atom(f)} {
			got, err := complaints(raw)
			if err != nil || len(got) > 0 {
				t.Errorf("%s as %s: %v %v", name, format, got, err)
			}
		}
	}
}

func TestJSONFeedsKeepTheSchema(t *testing.T) {
	dir := shared + "/schemas/jsonfeed"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no schema of JSON Feed beside the repository: ../shared/testdata/schemas is absent")
	}
	c := jsonschema.NewCompiler()
	for url, file := range map[string]string{"https://json.schemastore.org/feed.json": "feed.json", "https://json.schemastore.org/feed-1": "feed-1.json", "https://json.schemastore.org/feed-1.json": "feed-1.json"} {
		in, err := os.Open(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		doc, err := jsonschema.UnmarshalJSON(in)
		if err != nil {
			t.Fatal(err)
		}
		if url == "https://json.schemastore.org/feed-1" {
			delete(doc.(map[string]any), "id")
		}
		if err := c.AddResource(url, doc); err != nil {
			t.Fatal(err)
		}
	}
	schema, err := c.Compile("https://json.schemastore.org/feed.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]Feed{"full": sample(t), "hostile": hostile(t), "empty": {Addresses: publication(), Edition: "arabic"}} {
		raw, err := JSON(f)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(raw)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v\n%s", name, err, raw)
		}
	}
}

func TestAFeedHoldsAtMostFiftyStoriesEachOnce(t *testing.T) {
	f := sample(t)
	f.Items = nil
	for n := range 60 {
		f.Items = append(f.Items, story(t, fmt.Sprintf("%04d", n), now), story(t, fmt.Sprintf("%04d", n), now))
	}
	for name, raw := range formats(t, f) {
		got, err := gofeed.NewParser().ParseString(string(raw))
		if err != nil || len(got.Items) != Max {
			t.Fatalf("%s: %v", name, err)
		}
		for n, i := range got.Items {
			if want := fmt.Sprintf("article/%04d", n); !strings.HasSuffix(i.GUID, want) {
				t.Errorf("%s: %s at %d", name, i.GUID, n)
			}
		}
	}
}

func TestAFeedDependsOnNothingButWhatIsGiven(t *testing.T) {
	a, b := formats(t, sample(t)), formats(t, sample(t))
	for name := range a {
		if string(a[name]) != string(b[name]) {
			t.Errorf("%s: two answers", name)
		}
	}
}

func TestAnEntryKeepsItsIDWhenHeadlineAndSectionChange(t *testing.T) {
	f := sample(t)
	first, _ := gofeed.NewParser().ParseString(string(RSS(f)))
	f.Items[0].Headline, f.Items[0].Slug, f.Items[0].Section = "Another", "another", ""
	f.Items[0].Kind = news.Page
	second, _ := gofeed.NewParser().ParseString(string(Atom(f)))
	if first.Items[0].GUID != second.Items[0].GUID || first.Items[0].Link == second.Items[0].Link {
		t.Errorf("%q and %q", first.Items[0].GUID, second.Items[0].GUID)
	}
}

// naughty holds what people and attackers put into fields.
var naughty = []string{
	"<script>alert(1)</script>", "]]><script>alert(1)</script>", "]]>", "<![CDATA[", "&lt;b&gt; & &amp; &#0;", "\"><img src=x onerror=alert(1)>", "'\"`", "\x00\x01\x08\x0b\x0c\x0e\x1f\x7f", "\ufffe\uffff", "\xff\xfe broken",
	"line\r\nbreak\nand\ttab", "\u202eright to left", "﷽", "🏳️‍⚧️", "-->", "<?xml?>", "javascript:alert(1)", "%s%n{{.}}", strings.Repeat("long ", 300), "</title></channel></rss>", "\u2028\u2029",
}

func hostile(t testing.TB) Feed {
	t.Helper()
	f := sample(t)
	f.Name, f.About, f.Items = naughty[1], naughty[5], nil
	d := *f.Addresses.Directory
	d.Editions = slices.Clone(d.Editions)
	d.Editions[0].Name = naughty[0]
	d.Sections = slices.Clone(d.Sections)
	d.Sections[0].Name = naughty[7] + naughty[2]
	f.Addresses.Directory = &d
	pictures := map[string]media.Picture{}
	words := append([]string{}, naughty...)
	if raw, err := os.ReadFile(shared + "/security-strings/blns.json"); err == nil {
		var more []string
		if json.Unmarshal(raw, &more) == nil {
			words = append(words, more...)
		}
	}
	for n, s := range words {
		if n%25 != 0 && n > len(naughty) && n < len(words)-3 {
			s = strings.Join(words[n-n%25:n], " ")
		}
		if n > Max-2 {
			break
		}
		i := story(t, fmt.Sprintf("%04d", n), now.Add(-time.Duration(n)*time.Minute))
		id := fmt.Sprint("pic", n)
		p := picture(id)
		p.Caption, p.Alt, p.Credit, p.Creator, p.Copyright = s, s+"alt", s+"x", s+"y", s
		pictures[id] = p
		i.Headline, i.Lead, i.Tags, i.Picture = s, s, []string{s, "<" + s}, id
		i.Dateline = news.Dateline{Place: s, Source: s}
		i.Byline = []news.Byline{{Name: s, Author: "x/../" + s}, {Name: ""}}
		i.Corrections = []news.Mark{{At: now, Note: s}}
		i.Source = &news.Source{Copyright: s}
		i.Body = document(t, paragraph("x"+strings.ToValidUTF8(s, ""), ""), map[string]any{"type": "picture", "attrs": map[string]any{"id": id, "caption": "cap", "alt": "al"}})
		f.Items = append(f.Items, i)
	}
	f.Pictures = pictures
	return f
}

func TestHostileWordsCannotBreakAFeed(t *testing.T) {
	f := hostile(t)
	for name, raw := range formats(t, f) {
		got, err := gofeed.NewParser().ParseString(string(raw))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got.Items) != len(f.Items) {
			t.Errorf("%s: %d items of %d", name, len(got.Items), len(f.Items))
		}
		for n, i := range got.Items {
			if want := oneLine(f.Items[n].Headline); name == "json" && i.Title != want {
				t.Errorf("%s: title %q, want %q", name, i.Title, want)
			}
			inert(t, name, i.Content)
		}
	}
	for n, raw := range [][]byte{RSS(f), Atom(f)} {
		root, err := tree(raw)
		if err != nil {
			t.Fatal(err)
		}
		items := root.all(atomSpace, "entry")
		space := atomSpace
		if n == 0 {
			items, space = root.one("", "channel").all("", "item"), ""
		}
		for k, i := range items {
			if want := oneLine(f.Items[k].Headline); i.value(space, "title") != strings.TrimSpace(want) {
				t.Errorf("title %q, want %q", i.value(space, "title"), want)
			}
		}
	}
}

// inert says that HTML holds no script, no handler, no relative address and no other scheme.
func inert(t *testing.T, name, markup string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(markup))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		switch token.Data {
		case "script", "iframe", "object", "style", "embed", "base", "meta", "link", "form":
			if token.Type != html.TextToken {
				t.Errorf("%s: <%s> in %.200s", name, token.Data, markup)
			}
		}
		for _, a := range token.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "class" {
				t.Errorf("%s: attribute %s in %.200s", name, a.Key, markup)
			}
			if a.Key == "href" || a.Key == "src" {
				if u, err := url.Parse(a.Val); err != nil || u.Scheme != "https" && u.Scheme != "http" && u.Scheme != "mailto" {
					t.Errorf("%s: address %q", name, a.Val)
				}
			}
		}
	}
}
