package feed

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/news"
)

// validate runs xmllint over a sitemap with the published schema and small ones for the extensions, of which none is public.
func validate(t *testing.T, files ...[]byte) {
	t.Helper()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		t.Skip("xmllint is not installed: the sitemap's schema is not checked")
	}
	xsd, err := filepath.Abs(shared + "/schemas/sitemap/sitemap.xsd")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(xsd); err != nil {
		t.Skip("no schema of sitemaps beside the repository: ../shared/testdata/schemas is absent")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("all.xsd", `<schema xmlns="http://www.w3.org/2001/XMLSchema"><import namespace="`+sitemapSpace+`" schemaLocation="file://`+xsd+`"/>
		<import namespace="`+xhtmlSpace+`" schemaLocation="xhtml.xsd"/><import namespace="`+newsSpace+`" schemaLocation="news.xsd"/></schema>`)
	write("xhtml.xsd", `<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="`+xhtmlSpace+`"><element name="link"><complexType>
		<attribute name="rel" use="required"/><attribute name="hreflang" type="string" use="required"/><attribute name="href" type="anyURI" use="required"/></complexType></element></schema>`)
	write("news.xsd", `<schema xmlns="http://www.w3.org/2001/XMLSchema" xmlns:n="`+newsSpace+`" targetNamespace="`+newsSpace+`" elementFormDefault="qualified"><element name="news"><complexType><sequence>
		<element name="publication"><complexType><sequence><element name="name"><simpleType><restriction base="string"><minLength value="1"/></restriction></simpleType></element>
		<element name="language"><simpleType><restriction base="string"><pattern value="zh-cn|zh-tw|[a-z]{2,3}"/></restriction></simpleType></element></sequence></complexType></element>
		<element name="publication_date" type="dateTime"/><element name="title"><simpleType><restriction base="string"><minLength value="1"/></restriction></simpleType></element></sequence></complexType></element></schema>`)
	args := []string{"--noout", "--nonet", "--schema", filepath.Join(dir, "all.xsd")}
	for n, f := range files {
		name := fmt.Sprint(n, ".xml")
		write(name, string(f))
		args = append(args, filepath.Join(dir, name))
	}
	if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v\n%.2000s", err, out)
	}
}

func translated(t testing.TB) (en, es, ar news.Item) {
	en = story(t, "0001", now)
	es, ar = en, en
	es.ID, es.Edition, es.Section, es.Language, es.Slug = "0002", "espanol", "s3", "es", "transbordador"
	ar.ID, ar.Edition, ar.Section, ar.Language, ar.Slug = "0003", "arabic", "s2", "ar", "abbara"
	return en, es, ar
}

func TestAlternatesNameEachOtherThemselvesAndTheDefault(t *testing.T) {
	a := publication()
	en, es, ar := translated(t)
	gone := es
	gone.ID, gone.Edition, gone.WithdrawnAt = "0009", "arabic", now
	want := map[string]string{"en": "https://news.example.com/world/ferry-0001", "es": "https://es.example.com/mundo/transbordador", "ar": "https://news.example.com/arabic/alam/abbara", "x-default": "https://news.example.com/world/ferry-0001"}
	for _, i := range []news.Item{en, es, ar} {
		got := Alternates(a, i, []news.Item{ar, en, es, gone})
		if len(got) != len(want) || got[0].URL != news.Address(a, i.Content) {
			t.Errorf("%s: %+v", i.ID, got)
		}
		for _, x := range got {
			if want[x.Lang] != x.URL {
				t.Errorf("%s: %s is %s", i.ID, x.Lang, x.URL)
			}
		}
	}
	if got := Alternates(a, en, []news.Item{en, gone}); got != nil {
		t.Errorf("alone: %+v", got)
	}
}

func TestASitemapKeepsItsSchema(t *testing.T) {
	a := publication()
	en, es, ar := translated(t)
	group := []news.Item{en, es, ar}
	urls := []URL{Story(a, en, group), Story(a, es, group), Story(a, ar, group), {Loc: "https://news.example.com/?a=1&b=<2>"}, {}}
	files := Sitemaps(urls)
	if len(files) != 1 || strings.Count(string(files[0]), "<url>") != 4 || strings.Count(string(files[0]), "<xhtml:link") != 12 {
		t.Fatalf("%s", files)
	}
	root, err := tree(files[0])
	if err != nil || root.all(sitemapSpace, "url")[3].value(sitemapSpace, "loc") != urls[3].Loc {
		t.Errorf("%v", err)
	}
	validate(t, files[0])
}

func TestAboveTheLimitsThereAreSeveralSitemaps(t *testing.T) {
	var urls []URL
	for n := range MaxURLs + 1 {
		urls = append(urls, URL{Loc: fmt.Sprintf("https://news.example.com/world/%d", n), Changed: now})
	}
	files := Sitemaps(urls)
	if len(files) != 2 || strings.Count(string(files[0]), "<url>") != MaxURLs || strings.Count(string(files[1]), "<url>") != 1 {
		t.Fatalf("%d files", len(files))
	}
	small := sitemaps(urls[:100], MaxURLs, 1000)
	total := 0
	for _, f := range small {
		if len(f) > 1000 {
			t.Errorf("a file of %d bytes", len(f))
		}
		if _, err := tree(f); err != nil {
			t.Error(err)
		}
		total += strings.Count(string(f), "<url>")
	}
	if total != 100 {
		t.Errorf("%d of 100 pages", total)
	}
	index := SitemapIndex([]URL{{Loc: "https://news.example.com/sitemap-1.xml", Changed: now}, {Loc: "https://news.example.com/sitemap-2.xml"}})
	root, err := tree(index)
	if err != nil || root.name != "sitemapindex" || len(root.all(sitemapSpace, "sitemap")) != 2 || root.children[0].value(sitemapSpace, "lastmod") != "2026-03-10T12:00:00Z" {
		t.Errorf("%v %s", err, index)
	}
	if f := Sitemaps(nil); len(f) != 1 {
		t.Errorf("%d files for no page", len(f))
	}
	validate(t, files[1])
}

func TestTheNewsSitemapHasTheStoriesOfTwoDays(t *testing.T) {
	a := publication()
	en, es, ar := translated(t)
	old, page, gone, edge := en, en, en, en
	old.PublishedAt, page.Kind, gone.WithdrawnAt, edge.PublishedAt = now.Add(-NewsAge), news.Page, now, now.Add(-NewsAge+time.Second)
	old.UpdatedAt = now // an update does not make it new
	en.Headline = "A <b> & \"c\""
	raw := NewsSitemap(a, []news.Item{old, page, gone, edge, es, ar, en}, now)
	root, err := tree(raw)
	if err != nil {
		t.Fatal(err)
	}
	urls := root.all(sitemapSpace, "url")
	if len(urls) != 4 {
		t.Fatalf("%d stories in %s", len(urls), raw)
	}
	var languages []string
	for _, u := range urls {
		n := u.one(newsSpace, "news")
		languages = append(languages, n.one(newsSpace, "publication").value(newsSpace, "language"))
	}
	first := urls[2].one(newsSpace, "news")
	if !slices.Equal(languages, []string{"es", "ar", "en", "en"}) || first.value(newsSpace, "title") != en.Headline || first.value(newsSpace, "publication_date") != "2026-03-10T12:00:00Z" ||
		first.one(newsSpace, "publication").value(newsSpace, "name") != "The Orlan Dispatch" {
		t.Errorf("%v %s", languages, raw)
	}
	var many []news.Item
	for n := range MaxNews + 5 {
		i := en
		i.PublishedAt = now.Add(-time.Duration(n) * time.Second)
		many = append(many, i)
	}
	if n := strings.Count(string(NewsSitemap(a, many, now)), "<url>"); n != MaxNews {
		t.Errorf("%d stories", n)
	}
	validate(t, raw)
}

func TestNewsLanguagesAreThoseOfTheirList(t *testing.T) {
	for tag, want := range map[string]string{"en-GB": "en", "zh-Hant-TW": "zh-tw", "zh-TW": "zh-tw", "zh": "zh-cn", "zh-Hans": "zh-cn", "sr-Latn": "sr", "fil": "fil", "no language": "en", "": "en"} {
		if got := newsLanguage(tag, "en"); got != want {
			t.Errorf("%q: %q, want %q", tag, got, want)
		}
	}
}

func TestRobotsAndSecurityHaveOneLineForEachThing(t *testing.T) {
	robots := string(Robots("https://news.example.com/sitemap.xml", "https://news.example.com/x\nDisallow: /"))
	if strings.Count(robots, "\nSitemap: ") != 2 || strings.Contains(robots, "\nDisallow: /\n") || !strings.HasPrefix(robots, "User-agent: *\n") {
		t.Errorf("%q", robots)
	}
	got, err := SecurityTxt(Security{Contacts: []string{"desk@example.com", "https://example.com/report\r\nX: y"}, Expires: now, Canonical: []string{"https://news.example.com/.well-known/security.txt"}, Languages: []string{"en", "ar"}})
	want := "Contact: mailto:desk@example.com\nContact: https://example.com/reportX: y\nExpires: 2026-03-10T12:00:00Z\nCanonical: https://news.example.com/.well-known/security.txt\nPreferred-Languages: en, ar\n"
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	for _, s := range []Security{{Expires: now}, {Contacts: []string{"mailto:a@b.c"}}, {Contacts: []string{"\n"}, Expires: now}} {
		if _, err := SecurityTxt(s); err == nil {
			t.Errorf("%+v is taken", s)
		}
	}
}

func BenchmarkRSSOfFiftyStories(b *testing.B) {
	f := sample(b)
	f.Items = nil
	for n := range Max {
		f.Items = append(f.Items, story(b, fmt.Sprintf("%04d", n), now))
	}
	for b.Loop() {
		RSS(f)
	}
}
