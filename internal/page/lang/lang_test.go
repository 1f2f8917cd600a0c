package lang

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
)

var placeholder = regexp.MustCompile(`\{[^{}]*\}`)

func sorted[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func TestEveryLanguageHasExactlyTheKeysOfEnglish(t *testing.T) {
	all := catalogues()
	en := all["en"]
	for tag, c := range all {
		if c.Name == "" {
			t.Errorf("%s has no name", tag)
		}
		for _, k := range sorted(en.words) {
			if strings.TrimSpace(c.words[k]) == "" {
				t.Errorf("%s lacks the words %q", tag, k)
			}
		}
		for _, k := range sorted(c.words) {
			if _, ok := en.words[k]; !ok {
				t.Errorf("%s has the words %q, which English lacks", tag, k)
			}
		}
		for _, k := range sorted(en.counts) {
			if len(c.counts[k]) == 0 {
				t.Errorf("%s lacks the plural words %q", tag, k)
			}
		}
		for _, k := range sorted(c.counts) {
			if _, ok := en.counts[k]; !ok {
				t.Errorf("%s has the plural words %q, which English lacks", tag, k)
			}
		}
	}
}

func TestPlaceholdersAreThoseOfEnglish(t *testing.T) {
	used := func(s string) []string {
		p := placeholder.FindAllString(s, -1)
		slices.Sort(p)
		return slices.Compact(p)
	}
	en := catalogues()["en"]
	for tag, c := range catalogues() {
		for k, text := range c.words {
			if strings.HasPrefix(k, "time.") {
				continue // each language builds its dates from the same five values
			}
			if !slices.Equal(used(text), used(en.words[k])) {
				t.Errorf("%s: %q uses %v, English %v", tag, k, used(text), used(en.words[k]))
			}
			if strings.HasPrefix(k, "fault.") && len(used(text)) > 0 {
				t.Errorf("%s: %q has placeholders; faults carry none", tag, k)
			}
		}
		for k, forms := range c.counts {
			for form, text := range forms {
				for _, p := range used(text) {
					if p != "{n}" {
						t.Errorf("%s: %q (%s) uses %s", tag, k, form, p)
					}
				}
			}
		}
	}
}

func TestCountsHaveThePluralFormsOfTheLanguage(t *testing.T) {
	for tag, c := range catalogues() {
		need := map[string]bool{"other": true}
		for n := range 1200 {
			need[c.form(n)] = true
		}
		need[c.form(1_000_000)] = true
		for k, forms := range c.counts {
			for f := range need {
				if forms[f] == "" {
					t.Errorf("%s: %q lacks the form %q", tag, k, f)
				}
			}
			for f := range forms {
				if !need[f] {
					t.Errorf("%s: %q has the form %q, which the language does not use", tag, k, f)
				}
			}
		}
	}
}

// same lists, by language, the words that are right although English spells them so too.
var same = map[string][]string{
	"es": {"list.comma", "time.moment", "time.short", "time.short_year", "chats.title", "body.audio", "article.dateline"},
	"ru": {"list.comma", "time.date", "time.day", "time.moment", "time.short", "time.short_year", "article.dateline"},
	"ar": {"time.date", "time.short", "time.short_year", "article.dateline"},
}

func TestNoWordsAreLeftInEnglish(t *testing.T) {
	en := catalogues()["en"]
	for tag, c := range catalogues() {
		if tag == "en" {
			continue
		}
		for k, text := range c.words {
			if text == en.words[k] && !slices.Contains(same[tag], k) {
				t.Errorf("%s: %q is the English text %q", tag, k, text)
			}
		}
		for k, forms := range c.counts {
			for form, text := range forms {
				if text == en.counts[k][form] {
					t.Errorf("%s: %q (%s) is the English text %q", tag, k, form, text)
				}
			}
		}
	}
}

func TestWordsAreInTheScriptOfTheLanguage(t *testing.T) {
	scripts := map[string]*unicode.RangeTable{"en": unicode.Latin, "es": unicode.Latin, "ru": unicode.Cyrillic, "ar": unicode.Arabic}
	// What is typed into a machine stays as it is typed.
	quoted := regexp.MustCompile(`«dateline[^»]*»|https?://|JSON|Europe/Madrid|news\.example\.org|\ben\b|sr-Latn|TK|XXX|[0-9-]+T[0-9:]+Z`)
	for tag, c := range catalogues() {
		script, ok := scripts[tag]
		if !ok {
			t.Fatalf("say here which script %s is written in", tag)
		}
		for k, text := range c.words {
			for _, r := range quoted.ReplaceAllString(placeholder.ReplaceAllString(text, ""), "") {
				if unicode.IsLetter(r) && !unicode.Is(script, r) && !unicode.Is(unicode.Common, r) {
					t.Errorf("%s: %q has the foreign letter %q in %q", tag, k, r, text)
					break
				}
			}
		}
	}
}

func TestFilesHaveNoKeyTwice(t *testing.T) {
	names, _ := filepath.Glob("*.json")
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, m := range regexp.MustCompile(`"([a-z_.0-9-]+\.[a-z_.0-9-]+)":`).FindAllStringSubmatch(string(data), -1) {
			if seen[m[1]] {
				t.Errorf("%s has %q twice", name, m[1])
			}
			seen[m[1]] = true
		}
		if !json.Valid(data) {
			t.Errorf("%s is no JSON", name)
		}
	}
}

func TestCountsAreSaidAsTheLanguageDoes(t *testing.T) {
	for _, tt := range []struct {
		tag  string
		n    int
		want string
	}{
		{"en", 1, "1 new story"}, {"en", 2, "2 new stories"}, {"en", 0, "0 new stories"},
		{"ru", 1, "1 новый материал"}, {"ru", 3, "3 новых материала"}, {"ru", 5, "5 новых материалов"}, {"ru", 11, "11 новых материалов"}, {"ru", 21, "21 новый материал"},
		{"ar", 1, "مادة جديدة واحدة"}, {"ar", 2, "مادتان جديدتان"}, {"ar", 3, "3 مواد جديدة"}, {"ar", 11, "11 مادة جديدة"}, {"ar", 100, "100 مادة جديدة"},
		{"es", 1, "1 noticia nueva"}, {"es", 7, "7 noticias nuevas"},
	} {
		c, err := For(tt.tag)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Count("newsfeed.toast", tt.n); got != tt.want {
			t.Errorf("%s, %d: %q, want %q", tt.tag, tt.n, got, tt.want)
		}
	}
}

func TestDatesAreSaidAsTheLanguageDoes(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Skip("no time zones here:", err)
	}
	at := time.Date(2026, 11, 23, 9, 42, 0, 0, time.UTC).In(madrid)
	for tag, want := range map[string][]string{
		"en": {"23 November 2026", "Monday, 23 November 2026", "23 Nov", "23 Nov 2026", "23 November 2026, 10:42 UTC+1"},
		"es": {"23 de noviembre de 2026", "Lunes, 23 de noviembre de 2026", "23 nov", "23 nov 2026", "23 de noviembre de 2026, 10:42 UTC+1"},
		"ru": {"23 ноября 2026", "Понедельник, 23 ноября 2026", "23 нояб.", "23 нояб. 2026", "23 ноября 2026, 10:42 UTC+1"},
		"ar": {"23 نوفمبر 2026", "الاثنين 23 نوفمبر 2026", "23 نوفمبر", "23 نوفمبر 2026", "23 نوفمبر 2026، 10:42 UTC+1"},
	} {
		c, err := For(tag)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{c.Date(at), c.Day(at), c.ShortDate(at), c.ShortDateYear(at), c.Moment(at)}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}

func TestNumbersAreWrittenInTheDigitsThatAreAskedFor(t *testing.T) {
	ar, err := For("ar")
	if err != nil {
		t.Fatal(err)
	}
	native, ok := ar.Native()
	at := time.Date(2026, 11, 23, 10, 42, 0, 0, time.FixedZone("", 3*3600))
	if got := native.Moment(at); !ok || got != "٢٣ نوفمبر ٢٠٢٦، ١٠:٤٢ UTC+٣" {
		t.Error(got)
	}
	if got := ar.Clock(at); got != "10:42" {
		t.Errorf("unless they are asked for: %s", got)
	}
	if got := native.Number(1234); got != "١٢٣٤" || native.Digits() != "٠١٢٣٤٥٦٧٨٩" || ar.Digits() != "" {
		t.Error(got, native.Digits())
	}
	en, err := For("en")
	if err != nil {
		t.Fatal(err)
	}
	if same, ok := en.Native(); ok || same != en {
		t.Error("English has no other digits")
	}
}

func TestZonesAreNamedByTheirDistanceFromUTC(t *testing.T) {
	for seconds, want := range map[int]string{0: "UTC", 3600: "UTC+1", -18000: "UTC−5", 19800: "UTC+5:30", -12600: "UTC−3:30"} {
		if got := zone(time.Now().In(time.FixedZone("", seconds))); got != want {
			t.Errorf("%d s: %q, want %q", seconds, got, want)
		}
	}
}

func TestALanguageWithoutAFileIsRefusedAndARegionTakesItsLanguage(t *testing.T) {
	for _, tag := range []string{"de", "sr-Latn", "zz", "", "not a tag", "es_", "ru-Latn"} {
		if c, err := For(tag); err == nil {
			t.Errorf("%q was given the words of %s", tag, c.Language)
		}
	}
	for tag, want := range map[string]string{"en-GB": "en", "es-MX": "es", "ar-EG": "ar", "ru": "ru", "EN": "en"} {
		c, err := For(tag)
		if err != nil || c.Language != want {
			t.Errorf("%q: %v, want %s", tag, err, want)
		}
	}
	if got := Complete(); !slices.Equal(got, []string{"ar", "en", "es", "ru"}) {
		t.Errorf("complete: %v", got)
	}
}

func TestDirectionComesFromTheScript(t *testing.T) {
	for tag, want := range map[string]string{"ar": "rtl", "he": "rtl", "fa-IR": "rtl", "ps": "rtl", "ur": "rtl", "az-Arab": "rtl", "az": "ltr", "en": "ltr", "ru": "ltr", "ar-Latn": "ltr", "x": "ltr", "dv": "rtl"} {
		if got := Direction(tag); got != want {
			t.Errorf("%s: %s, want %s", tag, got, want)
		}
	}
}

func TestALanguageIsNamedToOtherSitesWithItsTerritory(t *testing.T) {
	for tag, c := range catalogues() {
		if !regexp.MustCompile(`^` + tag + `_[A-Z]{2}$`).MatchString(c.locale) {
			t.Errorf("%s has the locale %q", tag, c.locale)
		}
	}
	for tag, want := range map[string]string{"en": "en_GB", "en-US": "en_US", "es-419": "es_419", "ar": "ar_AR", "de": ""} {
		if got := Locale(tag); got != want {
			t.Errorf("%q: %q, want %q", tag, got, want)
		}
	}
}

func TestNamesAreJoinedWithTheWordOfTheLanguage(t *testing.T) {
	en, _ := For("en")
	for want, names := range map[string][]string{"": nil, "A": {"A"}, "A and B": {"A", "B"}, "A, B and C": {"A", "B", "C"}} {
		if got := en.List(names); got != want {
			t.Errorf("%v: %q, want %q", names, got, want)
		}
	}
	if got := en.Say("search.none", "text", "{name}"); !strings.Contains(got, "{name}") {
		t.Errorf("a placeholder in a value was filled: %q", got)
	}
}

// TestEveryFaultHasWordsInEveryLanguage reads the Go files of the whole program for the keys of
// faults, so that a new one cannot be forgotten.
func TestEveryFaultHasWordsInEveryLanguage(t *testing.T) {
	key := regexp.MustCompile(`"((?:fault|warning)\.[a-z0-9_.]+[a-z0-9_])"`)
	root := filepath.Join("..", "..", "..")
	found := map[string]string{}
	for _, dir := range []string{"internal", "cmd"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for i, line := range strings.Split(string(data), "\n") {
				if strings.HasPrefix(strings.TrimSpace(line), "//") {
					continue
				}
				for _, m := range key.FindAllStringSubmatch(line, -1) {
					if _, ok := found[m[1]]; !ok {
						found[m[1]] = path + ":" + itoa(i+1)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range sorted(found) {
		for tag, c := range catalogues() {
			if !c.Has(k) {
				t.Errorf("%s uses %q, for which %s.json has no words", found[k], k, tag)
			}
		}
	}
	for k := range catalogues()["en"].words {
		if _, ok := found[k]; (strings.HasPrefix(k, "fault.") || strings.HasPrefix(k, "warning.")) && !ok {
			t.Logf("%q is used nowhere yet", k)
		}
	}
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}
