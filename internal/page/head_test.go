package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// metas gives what the head of a page says under a property, in order.
func (d dom) metas(property string) []string {
	var out []string
	for _, m := range d.tags("meta") {
		if m.attr("property") == property {
			out = append(out, m.attr("content"))
		}
	}
	return out
}

// data gives the page's data for search engines, an element each.
func (d dom) data(t *testing.T) []map[string]any {
	t.Helper()
	var out []map[string]any
	for _, s := range d.tags("script") {
		if s.attr("type") == "application/ld+json" {
			var m map[string]any
			if err := json.Unmarshal([]byte(s.FirstChild.Data), &m); err != nil {
				t.Fatalf("%v: %s", err, s.FirstChild.Data)
			}
			out = append(out, m)
		}
	}
	return out
}

func TestOtherSitesAreToldLanguageAuthorTopicsAndAPicture(t *testing.T) {
	r := sampleRenderer(t)
	pages := samplePages(t, r, "ru")
	d := parsed(t, whole(t, r, "ru", pages["article"]))
	for property, want := range map[string][]string{
		"og:locale": {"ru_RU"}, "article:author": {"https://orlan.example/ru/author/mara-vey", "I. Tolm"},
		"article:tag": {samples["ru"].tag, samples["ru"].sections[1]}, "og:image": {"https://orlan.example/media/pic0-social.jpg"},
	} {
		if got := d.metas(property); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", property, got, want)
		}
	}
	var feeds []string
	for _, l := range d.tags("link") {
		if l.attr("rel") == "alternate" && l.attr("type") != "" {
			feeds = append(feeds, l.attr("href"))
		}
	}
	if !slices.Equal(feeds, []string{"/ru/feed.xml", "/ru/atom.xml", "/ru/feed.json"}) {
		t.Errorf("feeds of a story: %q", feeds)
	}
	card := "https://orlan.example" + r.Files()[0].Path
	for name, p := range pages {
		d := parsed(t, whole(t, r, "ru", p))
		if len(d.metas("og:title")) == 0 {
			continue
		}
		image := d.metas("og:image")
		if len(image) != 1 || len(d.metas("og:image:alt")) != 1 || len(d.metas("og:locale")) != 1 {
			t.Errorf("%s: picture %q, alt %q", name, image, d.metas("og:image:alt"))
		}
		if name != "article" && image[0] != card {
			t.Errorf("%s has the picture %s", name, image[0])
		}
	}
}

func TestTheCardAndTheLogoAreDrawnOrTheThemesOwn(t *testing.T) {
	r := sampleRenderer(t)
	for i, want := range []string{"1200x630", "512x512"} {
		f := r.Files()[i]
		c, err := png.DecodeConfig(bytes.NewReader(f.Body))
		if err != nil || f.Type != "image/png" || len(f.Body) > 8<<10 {
			t.Fatalf("%s: %v, %d bytes", f.Path, err, len(f.Body))
		}
		if got := strings.Split(want, "x"); got[0] != itoa(c.Width) || got[1] != itoa(c.Height) {
			t.Errorf("%s is %d × %d", f.Path, c.Width, c.Height)
		}
	}
	a := sampleAddresses(t)
	own, err := New(Options{Addresses: func() edition.Addresses { return a }, Theme: fstest.MapFS{"card.png": {Data: r.Files()[1].Body}}})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(own.Files()[0].Body, r.Files()[1].Body) || own.Files()[0].Path == r.Files()[0].Path {
		t.Error("the theme's own card was not taken")
	}
	if faults := CheckTheme(fstest.MapFS{"logo.png": file("no picture")}); len(faults) != 1 || !strings.Contains(faults[0].Error(), "logo.png") {
		t.Errorf("%v", faults)
	}
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestSearchEnginesGetThePictureInTheShapesTheyAskFor(t *testing.T) {
	r := sampleRenderer(t)
	v := sampleArticle(t, "en")
	first := v.Pictures["pic0"]
	for _, c := range []media.Rendition{{Name: "q800", Width: 800, Height: 800}, {Name: "f960", Width: 960, Height: 720}, {Name: "v1280", Width: 1280, Height: 720}} {
		c.Key, c.ContentType = "pic0-"+c.Name+".jpg", "image/jpeg"
		first.Renditions = append(first.Renditions, c)
	}
	v.Pictures["pic0"] = first
	p, err := r.Article(v)
	if err != nil {
		t.Fatal(err)
	}
	var shapes []string
	for _, i := range parsed(t, whole(t, r, "en", p)).data(t)[0]["image"].([]any) {
		m := i.(map[string]any)
		shapes = append(shapes, fmt.Sprintf("%v×%v", m["width"], m["height"]))
	}
	if !slices.Equal(shapes, []string{"1280×853", "1280×720", "960×720", "800×800"}) {
		t.Errorf("shapes %q", shapes)
	}
}

func TestAStorysDataStandsAloneAndFirst(t *testing.T) {
	r := sampleRenderer(t)
	p, err := r.Article(sampleArticle(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	data := parsed(t, whole(t, r, "en", p)).data(t)
	if len(data) != 2 || data[0]["@type"] != "NewsArticle" || data[1]["@type"] != "BreadcrumbList" {
		t.Fatalf("%v", data)
	}
	var images []string
	for _, i := range data[0]["image"].([]any) {
		m := i.(map[string]any)
		images = append(images, m["contentUrl"].(string))
		if m["creditText"] == nil {
			t.Errorf("a picture without its credit: %v", m)
		}
	}
	if !slices.Equal(images, []string{"https://orlan.example/media/pic0-1280.jpg", "https://orlan.example/media/pic0-social.jpg"}) {
		t.Errorf("pictures %q", images)
	}
	logo := data[0]["publisher"].(map[string]any)["logo"].(map[string]any)
	if logo["url"] != "https://orlan.example"+r.Files()[1].Path {
		t.Errorf("logo %v", logo)
	}
}

func TestAnAuthorOfAnEditionWithItsOwnHostIsFoundThere(t *testing.T) {
	a := sampleAddresses(t)
	a.Editions[0].Host = "international.example"
	r, err := New(Options{Addresses: func() edition.Addresses { return a }})
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.Article(sampleArticle(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "en", p))
	who := d.data(t)[0]["author"].([]any)[0].(map[string]any)
	if want := "https://international.example/author/mara-vey"; who["url"] != want || d.metas("article:author")[0] != want {
		t.Errorf("%v and %v, want %s", who["url"], d.metas("article:author"), want)
	}
}

func TestAPictureThatStandsOnlyInTheBodyIsTheStorysOwn(t *testing.T) {
	r := sampleRenderer(t)
	art := sampleArticle(t, "en")
	art.Item.Picture = ""
	p, err := r.Article(art)
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "en", p))
	for part, want := range map[string]string{"caption": samples["en"].caption, "credit": "© Orlan Dispatch 2026 / M. Vey"} {
		if got := d.parts(part); len(got) != 1 || got[0].text() != want {
			t.Errorf("%s: %d, %q", part, len(got), d.part(part).text())
		}
	}
	if n := len(d.parts("picture")); n != 1 {
		t.Errorf("%d pictures", n)
	}
	if got := d.metas("og:image"); got[0] != "https://orlan.example/media/pic1-social.jpg" {
		t.Errorf("og:image %q", got)
	}
	if d.data(t)[0]["image"] == nil {
		t.Error("no picture for search engines")
	}
	with, err := r.Article(sampleArticle(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(parsed(t, whole(t, r, "en", with)).parts("credit")); n != 1 {
		t.Errorf("beside a main picture %d carry the hook", n)
	}
}

func TestStandingPagesAndTheDiscussionCarryTheirHooks(t *testing.T) {
	r := sampleRenderer(t)
	it := sampleItems(t, "en")[0]
	p, err := r.Standing(Standing{Item: it, Pictures: samplePictures()})
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "en", p))
	if d.part("picture").part("caption").text() == "" || d.part("picture").part("credit").text() == "" {
		t.Error("the picture of a standing page has no caption and credit")
	}
	if p, err = r.Discussion(Discussion{Item: it}); err != nil {
		t.Fatal(err)
	}
	if got := parsed(t, whole(t, r, "en", p)).part("discussion").part("discussion-sign-in").attr("href"); got != "/account/sign-in?back=%2Fharbour%2Fstory-0%2Fdiscussion" {
		t.Errorf("sign-in %q", got)
	}
	if p, err = r.Discussion(Discussion{Item: it, Talk: Talk{Gate: talk.Shut}}); err != nil {
		t.Fatal(err)
	}
	if d = parsed(t, whole(t, r, "en", p)); d.part("discussion-sign-in").Node != nil || !strings.Contains(d.part("discussion").text(), "closed") {
		t.Errorf("a closed discussion: %s", d.part("discussion").text())
	}
	said := []talk.Shown{{ID: "c1", Root: "c1", Name: "Ana Vey", Text: "At last.", At: it.PublishedAt}}
	if p, err = r.Discussion(Discussion{Item: it, Talk: Talk{Gate: talk.Open, Count: 40, First: said, After: "c2", Order: talk.Newest}}); err != nil {
		t.Fatal(err)
	}
	if b := string(whole(t, r, "en", p)); p.NoIndex || strings.Contains(b, `content="noindex"`) || !strings.Contains(b, `/discussion?after=c2"`) || !strings.Contains(b, `itemtype="https://schema.org/Person"><bdi itemprop="name">Ana Vey<`) {
		t.Errorf("an older page of a discussion is not found, or not under its own address: %v", p.NoIndex)
	}
	if p, err = r.Discussion(Discussion{Item: it, Talk: Talk{Gate: talk.Open, Count: 40, First: said, After: "c2", Order: talk.Oldest}}); err != nil || !p.NoIndex {
		t.Errorf("the same comments in another order are found too: %v", err)
	}
	if p, err = r.Front(sampleFront(t, "en", 3)); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(parsed(t, whole(t, r, "en", p)).tags("footer")[0].tags("a"), func(a dom) bool { return a.attr("href") == "/chats" }) {
		t.Error("nothing on the front leads to the chats")
	}
}

func TestRelatedCardsAndTheLeadCreditTheirPictures(t *testing.T) {
	r := sampleRenderer(t)
	art := sampleArticle(t, "en")
	art.Related["story1"] = func() news.Item { it := art.Related["story1"]; it.Picture = "pic3"; return it }()
	p, err := r.Article(art)
	if err != nil {
		t.Fatal(err)
	}
	pictured := 0
	for _, part := range parsed(t, whole(t, r, "en", p)).parts("related") {
		for _, card := range append(part.tags("li"), part) {
			if card.Data == "section" || len(card.tags("img")) == 0 {
				continue
			}
			pictured++
			if !strings.Contains(card.text(), "M. Vey") {
				t.Errorf("a picture without its credit: %s", card.text())
			}
		}
	}
	if pictured < 2 {
		t.Errorf("%d related cards have a picture", pictured)
	}
	if p, err = r.Front(sampleFront(t, "en", 8)); err != nil {
		t.Fatal(err)
	}
	lead := parsed(t, whole(t, r, "en", p)).tags("article")[0]
	if len(lead.tags("img")) != 1 || !strings.Contains(lead.text(), "M. Vey") {
		t.Errorf("the lead %s", lead.text())
	}
}

func TestAnAlternativeTextThatOnlyNamesTheBrandIsNone(t *testing.T) {
	r := sampleRenderer(t)
	s, err := r.sheet("international", samplePictures())
	if err != nil {
		t.Fatal(err)
	}
	brand, caption := samples["en"].name, samples["en"].caption
	for _, alt := range []string{brand, strings.ToUpper(brand), samples["ru"].name, caption + " | " + brand, "– " + caption + "!", brand + ": " + caption} {
		if f := s.figure("pic0", "", alt, noon, true, sizesLead); f.Alt != "" {
			t.Errorf("%q is read as %q", alt, f.Alt)
		}
	}
	if f := s.figure("pic0", "", "The tower of "+brand, noon, true, sizesLead); f.Alt == "" {
		t.Error("a text that says something was dropped")
	}
}

func TestDatesOfAnotherYearCarryIt(t *testing.T) {
	r := sampleRenderer(t)
	items := sampleItems(t, "en")[4:7]
	items[0].FeedAt, items[1].FeedAt, items[2].FeedAt = noon, noon.AddDate(0, 0, -3), noon.AddDate(-1, 0, 0)
	p, err := r.Article(Article{Item: sampleArticle(t, "en").Item, More: items})
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "en", p))
	text := d.tags("main")[0].text()
	for _, want := range []string{"23 Nov 2026", "23 Nov 2025", "20 Nov"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q: %s", want, text)
		}
	}
	if strings.Contains(text, "20 Nov 2026") {
		t.Errorf("the year of now is said again: %s", text)
	}
	if p, err = r.Search(SearchPage{Edition: "international", Text: "x", Hits: []news.Hit{{Item: items[0]}}}); err != nil {
		t.Fatal(err)
	}
	if text := parsed(t, whole(t, r, "en", p)).tags("main")[0].tags("time")[0].text(); text != "23 Nov 2026" {
		t.Errorf("an answer of a search is dated %q", text)
	}
}

func TestHistoryShowsWhatChangedBesidesTheText(t *testing.T) {
	r := sampleRenderer(t)
	it := sampleItems(t, "en")[0]
	old := it.Content
	old.Byline, old.Dateline, old.Tags, old.Picture, old.Genre = []news.Byline{{Name: "I. Tolm"}}, news.Dateline{Place: "South Quay"}, []string{"Trams"}, "pic3", news.Opinion
	old.Source = &news.Source{Name: "Wire"}
	p, err := r.History(History{Item: it, Revisions: []news.Revision{{Number: 2, Change: news.Minor, At: noon, Content: &it.Content}, {Number: 1, Change: news.First, At: noon, Content: &old}}})
	if err != nil {
		t.Fatal(err)
	}
	text := parsed(t, whole(t, r, "en", p)).tags("main")[0].text()
	for _, want := range []string{"BylineI. Tolm", "DatelineSouth Quay", "TopicsTrams", "GenreOpinion", "SourceWire", "Main pictureAnother picture"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q: %s", want, text)
		}
	}
	if strings.Contains(text, "No words changed") {
		t.Error(text)
	}
}

func TestTheNextStoryIsTheOneBeforeItInTheSection(t *testing.T) {
	items := sampleItems(t, "en")
	for i, want := range map[int]string{0: items[1].ID, 1: items[2].ID, len(items) - 1: items[0].ID} {
		if got, ok := next(items[i], items); !ok || got.ID != want {
			t.Errorf("after %s comes %s, want %s", items[i].ID, got.ID, want)
		}
	}
	if _, ok := next(items[0], items[:1]); ok {
		t.Error("a story is followed by itself")
	}
	r := sampleRenderer(t)
	p, err := r.Article(sampleArticle(t, "ar"))
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "ar", p))
	nav := d.all(func(e dom) bool { _, ok := e.has("data-next"); return ok })
	if len(nav) != 1 || nav[0].tags("a")[0].attr("href") != "/ar/harbour/story-3" && !strings.HasPrefix(nav[0].tags("a")[0].attr("href"), "/ar/") {
		t.Fatalf("%v", nav)
	}
	headline := nav[0].tags("a")[0].text()
	if l := nav[0].part("loader"); l.attr("data-say") != "جارٍ فتح «"+headline+"»" || l.text() != "" {
		t.Errorf("the loader says %q of %q", l.attr("data-say"), headline)
	}
}

func TestWhoAsksForLittleGetsTheSmallestPictures(t *testing.T) {
	r := sampleRenderer(t)
	p, err := r.Front(sampleFront(t, "en", 100))
	if err != nil {
		t.Fatal(err)
	}
	for _, img := range parsed(t, whole(t, r, "en", p)).tags("img") {
		if !strings.HasPrefix(img.attr("sizes"), "(prefers-reduced-data:reduce) ") {
			t.Errorf("sizes %q", img.attr("sizes"))
		}
	}
}
