package page

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/page/lang"
)

func TestAnArticleCarriesItsParts(t *testing.T) {
	r := sampleRenderer(t)
	for language := range samples {
		w := samples[language]
		art := sampleArticle(t, language)
		art.Talk = specimenTalk()
		p, err := r.Article(art)
		if err != nil {
			t.Fatal(err)
		}
		d := parsed(t, whole(t, r, language, p))
		for part, want := range map[string]string{
			"brand": w.name, "headline": w.heads[0], "lead": w.lead, "section": w.sections[0], "caption": samples["en"].caption,
			"credit": "© Orlan Dispatch 2026 / M. Vey", "dateline": w.place + " (" + w.source + ")", "edition": lang.Autonym(language),
		} {
			if got := d.part(part).text(); got != want {
				t.Errorf("%s: %s is %q, want %q", language, part, got, want)
			}
		}
		for _, h := range Hooks {
			if h != "section-description" && h != "message" && d.part(h).Node == nil {
				t.Errorf("%s: no data-part=%q", language, h)
			}
		}
		if got := d.part("published").attr("datetime"); got != "2026-11-23T11:42:00Z" {
			t.Errorf("published %q", got)
		}
		if got := d.part("updated").attr("datetime"); got != "2026-11-23T13:05:00Z" {
			t.Errorf("updated %q", got)
		}
		c := d.part("correction").text()
		for _, want := range []string{w.quote, "14.20", "12.40"} {
			if !strings.Contains(c, want) {
				t.Errorf("%s: the correction lacks %q: %s", language, want, c)
			}
		}
		if by := d.part("byline").text(); !strings.Contains(by, w.author) || !strings.Contains(by, "I. Tolm") {
			t.Errorf("byline %q", by)
		}
		img := d.part("picture").tags("img")[0]
		if img.attr("alt") != samples["en"].alt || img.attr("fetchpriority") != "high" || img.attr("loading") != "" || img.attr("width") != "960" || img.attr("height") != "640" || !strings.Contains(img.attr("srcset"), "1800w") {
			t.Errorf("picture %v", img.Attr)
		}
		for _, i := range d.tags("main")[0].tags("img")[1:] {
			if i.attr("loading") != "lazy" || i.attr("width") == "" || i.attr("height") == "" {
				t.Errorf("a later picture: %v", i.Attr)
			}
		}
		if b := d.part("body").text(); !strings.Contains(b, "— "+w.paragraph[:20]) || !strings.Contains(b, w.heads[1]) {
			t.Errorf("body %.200q", b)
		}
		if got := d.part("newsfeed").attr("data-topic"); got != "newsfeed:"+editionSlug(language) {
			t.Errorf("newsfeed topic %q", got)
		}
		if got := d.part("newsfeed").attr("data-after"); got != "7.41" {
			t.Errorf("resume point %q", got)
		}
		var forms map[string]string
		if err := json.Unmarshal([]byte(d.part("newsfeed").attr("data-count")), &forms); err != nil || forms["other"] == "" {
			t.Errorf("plural forms %v: %v", forms, err)
		}
		if a := d.tags("article")[0]; a.attr("data-topic") != "article:story0" || a.attr("data-after") != "7.41" {
			t.Errorf("article %v", a.Attr)
		}
		if len(d.parts("headline")) != 1 || len(d.parts("published")) != 1 {
			t.Error("cards carry hooks of the page")
		}
	}
}

func TestAnArticleWithNothingButAHeadlineLeavesNoTraceOfWhatItLacks(t *testing.T) {
	r := sampleRenderer(t)
	it := news.Item{ID: "a", Revision: 1, PublishedAt: noon, UpdatedAt: noon, FeedAt: noon,
		Content: news.Content{Edition: "international", Section: "international-city", Kind: news.Story, Genre: news.News, Headline: "Flash", Slug: "flash", Language: "en", Picture: "killed", Related: []string{"gone"}}}
	p, err := r.Article(Article{Item: it})
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "en", p))
	for _, h := range []string{"lead", "dateline", "byline", "updated", "correction", "picture", "credit", "caption", "related"} {
		if d.part(h).Node != nil {
			t.Errorf("there is a %s", h)
		}
	}
	if h := d.tags("h1")[0].attr("class"); h != "large" {
		t.Errorf("without a picture the headline is %s", h)
	}
	if !slices.Contains(p.Tags, fact.TagPicture("killed")) || !slices.Contains(p.Tags, fact.TagArticle("gone")) {
		t.Errorf("the page would not change when they come back: %v", p.Tags)
	}
	it.Dateline.Place = "Port Orlan"
	if p, err = r.Article(Article{Item: it}); err != nil {
		t.Fatal(err)
	}
	if got := parsed(t, whole(t, r, "en", p)).part("body").text(); got != "Port Orlan" {
		t.Errorf("a dateline before nothing: %q", got)
	}
}

func TestAnOpinionNamesItsAuthorBeforeTheHeadline(t *testing.T) {
	r := sampleRenderer(t)
	art := sampleArticle(t, "en")
	art.Item.Genre = news.Opinion
	p, err := r.Article(art)
	if err != nil {
		t.Fatal(err)
	}
	if got := parsed(t, whole(t, r, "en", p)).tags("h1")[0].text(); got != "Opinion Mara Vey and I. Tolm Ferry crews suspend strike after night of talks" {
		t.Error(got)
	}
}

func TestAPictureSaysWhatItIsAndNotTheSameTwice(t *testing.T) {
	r := sampleRenderer(t)
	s, err := r.sheet("international", samplePictures())
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"pic0": "", "pic1": "File picture", "pic2": "Illustration"} {
		if f := s.figure(id, "", "", noon, true, sizesLead); f.Label != want {
			t.Errorf("%s is labelled %q, want %q", id, f.Label, want)
		}
	}
	same := samples["en"].caption
	if f := s.figure("pic0", "", "  "+strings.ToUpper(same), noon, false, sizesText); f.Alt != "" {
		t.Errorf("the caption is read twice: %q", f.Alt)
	}
	if f := s.figure("pic0", "Own caption", "Own alt", noon, false, sizesText); f.Caption != "Own caption" || f.Alt != "Own alt" {
		t.Errorf("%+v", f)
	}
	if s.figure("none", "", "", noon, true, sizesLead) != nil || s.figure("", "", "", noon, true, sizesLead) != nil {
		t.Error("a picture that may not be shown was shown")
	}
}

func TestAFrontShowsNoStoryTwice(t *testing.T) {
	r := sampleRenderer(t)
	for _, n := range []int{0, 1, 2, 3, 4, 8, 100} {
		p, err := r.Front(sampleFront(t, "en", n))
		if err != nil {
			t.Fatal(err)
		}
		main := parsed(t, whole(t, r, "en", p)).tags("main")[0]
		seen := map[string]bool{}
		for _, h := range main.tags("h2", "h3") {
			for _, a := range h.tags("a") {
				if strings.Contains(a.attr("href"), "story-") && seen[a.attr("href")] {
					t.Errorf("%d stories: %s stands twice", n, a.attr("href"))
				}
				seen[a.attr("href")] = true
			}
		}
		if n == 100 && len(seen) < 14 {
			t.Errorf("only %d stories", len(seen))
		}
	}
}

func TestTheLeadIsChosenByUrgencyAndAge(t *testing.T) {
	item := func(id string, urgency int, hours float64) news.Item {
		return news.Item{ID: id, FeedAt: noon.Add(-time.Duration(hours * float64(time.Hour))), Content: news.Content{Urgency: urgency}}
	}
	slots, _ := arrange(Front{Latest: []news.Item{item("new", 5, 0), item("old", 1, 72), item("big", 2, 5), item("none", 0, 1)}}, nil)
	var ids []string
	for _, p := range slots {
		ids = append(ids, p.Item.ID)
	}
	if !slices.Equal(ids, []string{"big", "new", "none", "old"}) {
		t.Errorf("they stand as %v", ids)
	}
}

func TestAlternatesNameTheSameStoryInOtherEditionsAndItself(t *testing.T) {
	r := sampleRenderer(t)
	p, err := r.Article(sampleArticle(t, "ru"))
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "ru", p))
	got := map[string]string{}
	for _, l := range d.tags("head")[0].tags("link") {
		if h := l.attr("hreflang"); h != "" {
			got[h] = l.attr("href")
		}
	}
	want := map[string]string{"en": "https://orlan.example/harbour/story-0", "es": "https://orlan.example/es/harbour/story-0", "ru": "https://orlan.example/ru/harbour/story-0",
		"ar": "https://orlan.example/ar/harbour/story-0", "x-default": "https://orlan.example/harbour/story-0"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, l := range d.tags("link") {
		if l.attr("rel") == "canonical" && l.attr("href") != want["ru"] {
			t.Errorf("canonical %q", l.attr("href"))
		}
	}
}

func TestAWithdrawnStoryIsNoPage(t *testing.T) {
	r := sampleRenderer(t)
	it := sampleItems(t, "en")[0]
	it.WithdrawnAt = noon
	if _, err := r.Article(Article{Item: it}); !fault.Is(err, fault.Gone) {
		t.Errorf("%v", err)
	}
	it.Note, it.Headline = "The quay was confused with another.", ""
	p, err := r.Failure(Failure{Edition: "international", Status: 410, Item: it})
	if err != nil || p.Status != 410 || !p.NoIndex {
		t.Fatalf("%+v %v", p.Status, err)
	}
	d := parsed(t, whole(t, r, "en", p))
	if !strings.Contains(d.tags("main")[0].text(), it.Note) || !slices.Contains(p.Tags, fact.TagArticle(it.ID)) {
		t.Error(d.tags("main")[0].text())
	}
}

func TestHistoryShowsWhatChangedInWords(t *testing.T) {
	r := sampleRenderer(t)
	now := sampleItems(t, "en")[0]
	old := now.Content
	old.Headline = strings.Replace(now.Headline, "suspend", "call off", 1)
	p, err := r.History(History{Item: now, Revisions: []news.Revision{
		{Number: 4, Change: news.Minor, At: noon, Content: &now.Content},
		{Number: 3, Change: news.Correction, At: noon, Note: "Not called off.", Content: &now.Content},
		{Number: 2, Change: news.Update, At: noon, RedactedAt: noon},
		{Number: 1, Change: news.First, At: noon, Content: &old}}})
	if err != nil {
		t.Fatal(err)
	}
	d := parsed(t, whole(t, r, "en", p))
	text := d.tags("main")[0].text()
	for _, want := range []string{"Version 4 Minor change", "No words changed", "Version 3 Correction", "Not called off.", "What changed cannot be shown", "was erased on 23 November 2026", "Version 1 First published"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q: %s", want, text)
		}
	}
	p, err = r.History(History{Item: now, Revisions: []news.Revision{{Number: 2, Change: news.Update, At: noon, Content: &now.Content}, {Number: 1, Change: news.First, At: noon, Content: &old}}})
	if err != nil {
		t.Fatal(err)
	}
	d = parsed(t, whole(t, r, "en", p))
	if ins, del := d.tags("ins"), d.tags("del"); len(ins) != 1 || strings.TrimSpace(ins[0].text()) != "suspend" || len(del) != 1 || strings.TrimSpace(del[0].text()) != "call off" {
		t.Errorf("ins %v del %v", ins, del)
	}
}

func TestFailuresFromFiveHundredOnStandAlone(t *testing.T) {
	r := sampleRenderer(t)
	for status, alone := range map[int]bool{404: false, 410: false, 429: false, 500: true, 503: true} {
		p, err := r.Failure(Failure{Edition: "international", Status: status, Host: "h", Path: "/x", After: 90 * time.Minute})
		if err != nil || p.Status != status {
			t.Fatal(p.Status, err)
		}
		if got := len(p.Chunks) == 1; got != alone {
			t.Errorf("%d has %d chunks", status, len(p.Chunks))
		}
		if status == 404 && !slices.Contains(p.Tags, fact.TagPath("h", "/x")) {
			t.Errorf("tags %v", p.Tags)
		}
		if status == 429 && !strings.Contains(string(p.Chunks[len(p.Chunks)-1].HTML)+string(p.Chunks[2].HTML), "90 minutes") {
			t.Error("it does not say when to try again")
		}
	}
	if p, err := r.Failure(Failure{Status: 404}); err != nil || p.Edition != "" || p.Language != "en" {
		t.Errorf("without an edition: %+v %v", p, err)
	}
}

func TestArticlesAreNotRenderedAnewForWhatElseIsPublished(t *testing.T) {
	r := sampleRenderer(t)
	p, err := r.Article(sampleArticle(t, "en"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tag := range p.Tags {
		for _, list := range []string{"section/", "front/", "newsfeed/", "tag/", "author/", "search/"} {
			if strings.HasPrefix(string(tag), list) {
				t.Errorf("the article carries %s", tag)
			}
		}
	}
	for _, want := range []fact.Tag{fact.TagAll, fact.TagEdition("international"), fact.TagArticle("story0"), fact.TagArticle("story2"), fact.TagArticle("missing"), fact.TagPicture("pic0"), fact.TagPicture("pic1"), fact.TagArticle("story0-ru")} {
		if !slices.Contains(p.Tags, want) {
			t.Errorf("lacks %s", want)
		}
	}
}

func TestBackLeadsOnlyIntoTheSite(t *testing.T) {
	r := sampleRenderer(t)
	for back, kept := range map[string]bool{"/harbour/a": true, "//evil.example": false, "https://evil.example": false, `/\evil.example`: false, "": false} {
		p, err := r.SignIn(SignIn{Edition: "international", Back: back})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, a := range parsed(t, whole(t, r, "en", p)).tags("a") {
			found = found || back != "" && a.attr("href") == back
		}
		if found != kept {
			t.Errorf("%q: %v", back, found)
		}
	}
}

func TestAnEditionThatIsNotThereIsNotFound(t *testing.T) {
	r := sampleRenderer(t)
	if _, err := r.Front(Front{Edition: "nowhere"}); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	if _, err := r.SectionFront(SectionFront{Edition: "international", Section: "es-city"}); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

func BenchmarkArticle(b *testing.B) {
	r := sampleRenderer(b)
	art := sampleArticle(b, "en")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Article(art); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewsfeedPart(b *testing.B) {
	r := sampleRenderer(b)
	v := Newsfeed{Edition: "international", Items: sampleItems(b, "en")}
	for b.Loop() {
		if _, err := r.NewsfeedPart(v); err != nil {
			b.Fatal(err)
		}
	}
}
