package page

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"dateline/internal/edition"
)

// hosted is the sample publication with changes, on a renderer of its own.
func hosted(t *testing.T, change func(d *edition.Directory)) *Renderer {
	t.Helper()
	a := sampleAddresses(t)
	change(a.Directory)
	r, err := New(Options{Addresses: func() edition.Addresses { return a }, Assets: map[string]string{"reader.js": "/assets/reader.js"}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// links are the addresses of what can be clicked.
func links(html string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`<a [^>]*href="?([^" >]+)`).FindAllStringSubmatch(html, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestAnEditionWritesItsNumbersInTheDigitsItWants(t *testing.T) {
	wants := func(digits edition.Digits) string {
		r := hosted(t, func(d *edition.Directory) { d.Editions[3].Digits = digits })
		story, err := r.Article(sampleArticle(t, "ar"))
		if err != nil {
			t.Fatal(err)
		}
		feed, err := r.NewsfeedPart(Newsfeed{Edition: "ar", Items: sampleItems(t, "ar"), Resume: "7.41"})
		if err != nil {
			t.Fatal(err)
		}
		return string(whole(t, r, "ar", story)) + string(feed.HTML)
	}
	native, western := wants(edition.Native), wants(edition.Western)
	times := regexp.MustCompile(`<time[^>]*>([^<]*)`)
	for _, m := range times.FindAllStringSubmatch(native, -1) {
		if strings.ContainsAny(html.UnescapeString(m[1]), "0123456789") {
			t.Errorf("%q has Western digits", m[1])
		}
	}
	if n, w := strings.Count(native, `datetime="2026-11-`), strings.Count(western, `datetime="2026-11-`); n == 0 || n != w {
		t.Errorf("%d times for machines, %d before", n, w)
	}
	if strings.ContainsAny(western, "٠١٢٣٤٥٦٧٨٩") || strings.Contains(western, "data-digits") {
		t.Error("digits that nobody asked for")
	}
	if !strings.Contains(native, `data-digits="٠١٢٣٤٥٦٧٨٩"`) {
		t.Error("the script that counts is not told")
	}
}

func TestLinksWithinTheSiteArePathsSoThatEveryNameOfItWorks(t *testing.T) {
	r := hosted(t, func(d *edition.Directory) {})
	for _, language := range []string{"en", "es"} {
		front, err := r.Front(sampleFront(t, language, 20))
		if err != nil {
			t.Fatal(err)
		}
		story, err := r.Article(sampleArticle(t, language))
		if err != nil {
			t.Fatal(err)
		}
		failure, err := r.Failure(Failure{Edition: editionSlug(language), Status: 404})
		if err != nil {
			t.Fatal(err)
		}
		signIn, err := r.SignIn(SignIn{Edition: editionSlug(language)})
		if err != nil {
			t.Fatal(err)
		}
		for name, p := range map[string]Page{"front": front, "story": story, "failure": failure, "sign-in": signIn} {
			fronts := 0
			for _, to := range links(string(whole(t, r, language, p))) {
				if strings.HasPrefix(to, "https://orlan.example") {
					t.Errorf("%s of %s: a link to %s", name, language, to)
				}
				if to == "/" || to == "/es/" || to == "/ru/" || to == "/ar/" {
					fronts++
				}
			}
			if fronts < 8 { // masthead and footer
				t.Errorf("%s of %s: %d links to fronts", name, language, fronts)
			}
		}
	}
}

func TestAnEditionWithAHostOfItsOwnIsLinkedByIt(t *testing.T) {
	r := hosted(t, func(d *edition.Directory) { d.Editions[1].Host = "es.orlan.example" })
	for language, want := range map[string][]string{"en": {"/", "https://es.orlan.example/", "/ru/"}, "es": {"/", "https://orlan.example/", "https://orlan.example/ru/"}, "ru": {"/ru/", "https://es.orlan.example/", "/"}} {
		p, err := r.Article(sampleArticle(t, language))
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, to := range links(string(whole(t, r, language, p))) {
			there[to] = true
		}
		for _, to := range want {
			if !there[to] {
				t.Errorf("the %s story has no link to %s", language, to)
			}
		}
	}
}

func TestAFrontAlwaysNamesItselfAmongItsLanguages(t *testing.T) {
	r := hosted(t, func(d *edition.Directory) {
		second := d.Editions[0]
		second.Slug, second.Name, second.Default = "americas", "The Orlan Dispatch Americas", false
		d.Editions = append([]edition.Edition{d.Editions[0], second}, d.Editions[1:]...)
	})
	p, err := r.Front(Front{Edition: "americas"})
	if err != nil {
		t.Fatal(err)
	}
	html, err := p.Stitch(func(PartName) ([]byte, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	got := regexp.MustCompile(`hreflang="([^"]+" href="[^"]+)"`).FindAllStringSubmatch(string(html), -1)
	want := []string{`en" href="https://orlan.example/americas/`, `es" href="https://orlan.example/es/`, `ru" href="https://orlan.example/ru/`, `ar" href="https://orlan.example/ar/`, `x-default" href="https://orlan.example/`}
	if len(got) != len(want) {
		t.Fatalf("%q", got)
	}
	for i := range want {
		if got[i][1] != want[i] {
			t.Errorf("%q, want %q", got[i][1], want[i])
		}
	}
}
