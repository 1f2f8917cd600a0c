package demo

import (
	"io/fs"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"dateline/cmd/dateline/internal/demo/art"
)

func newsroom(t *testing.T) *Newsroom {
	t.Helper()
	room, err := Read()
	if err != nil {
		t.Fatal(err)
	}
	return room
}

func TestNewsroomIsAsLargeAsDesigned(t *testing.T) {
	room := newsroom(t)
	stories := map[string]int{}
	states := map[State]int{}
	stale, native := map[string]int{}, map[string]int{}
	genres := map[string]int{}
	corrections, embargoes, unpictured := 0, 0, 0
	for i := range room.Stories {
		s := &room.Stories[i]
		stories[s.Edition]++
		states[s.State]++
		genres[s.Genre]++
		if s.Stale {
			stale[s.Edition]++
		}
		if s.TranslationOf == "" {
			native[s.Edition]++
		}
		if s.Embargo > 0 {
			embargoes++
		}
		if s.Urgency == 1 && s.Picture == "" {
			unpictured++
		}
		for _, rev := range s.Revisions {
			if rev.Change == "correction" {
				corrections++
			}
		}
	}
	if stories["international"] != 30 || states[Withdrawn] != 1 || states[Scheduled] != 2 || embargoes != 1 || corrections != 1 || unpictured != 1 {
		t.Errorf("stories %v, states %v, embargoes %d, corrections %d, flashes %d", stories, states, embargoes, corrections, unpictured)
	}
	for _, e := range room.Editions[1:] {
		if stories[e.Slug] != 12 || stale[e.Slug] != 1 || native[e.Slug] != 2 {
			t.Errorf("%s: %d stories, %d stale, %d native; want 12, 1, 2", e.Slug, stories[e.Slug], stale[e.Slug], native[e.Slug])
		}
	}
	for _, g := range []string{"news", "feature", "analysis", "opinion", "off-beat"} {
		if genres[g] == 0 {
			t.Errorf("no story of genre %s", g)
		}
	}
	keys := 0
	corrected, fromReader := 0, 0
	for _, p := range room.Live.Posts {
		if p.KeyEvent {
			keys++
		}
		if p.Correction != "" {
			corrected++
		}
		if p.Reader != "" {
			fromReader++
		}
	}
	if len(room.Live.Posts) != 34 || keys != 5 || corrected != 1 || fromReader != 1 || len(room.Live.Later) != 20 {
		t.Errorf("live: %d posts, %d key events, %d corrected, %d from readers, %d later", len(room.Live.Posts), keys, corrected, fromReader, len(room.Live.Later))
	}
	held, answers := 0, 0
	for _, c := range room.Comments {
		if c.State == "held" {
			held++
		}
		if c.Staff != "" {
			answers++
		}
	}
	if len(room.Comments) != 60 || held != 1 || answers < 3 {
		t.Errorf("comments: %d, %d held, %d answers of reporters", len(room.Comments), held, answers)
	}
	if len(room.Chat.Messages) != 25 || room.Chat.Slow != 30*time.Second || len(room.Newsfeed) != 24 {
		t.Errorf("chat: %d messages, slow %v; newsfeed: %d", len(room.Chat.Messages), room.Chat.Slow, len(room.Newsfeed))
	}
}

func TestRequiredStoriesAreThere(t *testing.T) {
	headlines := map[string]*Story{}
	room := newsroom(t)
	for i := range room.Stories {
		headlines[room.Stories[i].Latest().Headline] = &room.Stories[i]
	}
	for _, want := range []string{
		"Ferry crews suspend strike after night of talks", "Why water bills rose twice",
		"Tram line 4 opens, nine years late", "Library gets back atlas borrowed in 1931",
	} {
		if headlines[want] == nil {
			t.Errorf("no story %q", want)
		}
	}
	if s := headlines["Why water bills rose twice"]; s != nil && !strings.Contains(s.Latest().Body.HTML(noAddress), "<table>") {
		t.Error("the water bill analysis has no table")
	}
	fare := headlines["Island day return to cost 14.20 florins"]
	if fare == nil || !strings.Contains(fare.First().Headline, "12.40") || strings.Contains(fare.Latest().Body.Plain(), "12.40") {
		t.Error("the fare is not corrected from 12.40 to 14.20")
	}
}

func noAddress(string) string { return "" }

func TestFrontShowsTodayYesterdayAndEarlier(t *testing.T) {
	today, week, earlier := 0, 0, 0
	room := newsroom(t)
	for i := range room.Stories {
		s := &room.Stories[i]
		if s.Edition != "international" || s.State != Published {
			continue
		}
		switch ago := s.First().Ago; {
		case ago < 24*time.Hour:
			today++
		case ago < 7*24*time.Hour:
			week++
		default:
			earlier++
		}
		if s.First().Ago > 43*24*time.Hour {
			t.Errorf("%s is older than six weeks", s.Key)
		}
	}
	if today < 7 || week < 7 || earlier < 7 {
		t.Errorf("%d of the last day, %d of the week, %d earlier", today, week, earlier)
	}
}

func TestEveryPictureCanBeDrawnAndEveryDrawingIsDescribed(t *testing.T) {
	room := newsroom(t)
	drawn := map[string]bool{}
	for _, name := range art.Names() {
		drawn[name] = true
	}
	used := map[string]bool{room.Live.Picture: true}
	for i := range room.Stories {
		used[room.Stories[i].Picture] = true
		pictures, _, _ := room.Stories[i].Latest().Body.Refs()
		for _, p := range pictures {
			used[p] = true
		}
	}
	for _, p := range room.Pictures {
		if !drawn[p.Name] {
			t.Errorf("%s has words and no drawing", p.Name)
		}
		if !used[p.Name] {
			t.Errorf("%s is used by no story", p.Name)
		}
		delete(drawn, p.Name)
		if p.Credit == "" || p.Creator == "" || p.SourceType != DigitalCreation || p.Words["en"].Alt == "" {
			t.Errorf("%s: credit, creator, source type or English words are missing", p.Name)
		}
		for lang, w := range p.Words {
			if w.Alt == w.Caption || strings.Contains(w.Alt, "Dispatch") {
				t.Errorf("%s: the alternative text in %s is the caption or the brand", p.Name, lang)
			}
			if n := len([]rune(w.Alt)); n < 40 || n > 320 {
				t.Errorf("%s: the alternative text in %s has %d letters", p.Name, lang, n)
			}
		}
	}
	for name := range drawn {
		t.Errorf("%s is drawn and has no words", name)
	}
}

func TestStoriesHaveTheirLength(t *testing.T) {
	room := newsroom(t)
	total := 0
	for i := range room.Stories {
		s := &room.Stories[i]
		n := len(strings.Fields(s.Latest().Body.Plain()))
		total += n
		low, high := 110, 420
		if s.Edition == "international" {
			low, high = 230, 1500
		}
		if s.Urgency == 1 {
			low, high = 30, 120
		}
		if n < low || n > high {
			t.Errorf("%s: %d words, want %d to %d", s.Key, n, low, high)
		}
		if len(s.Tags) < 3 || len(s.Tags) > 5 {
			t.Errorf("%s: %d tags", s.Key, len(s.Tags))
		}
		for _, rev := range s.Revisions {
			if len([]rune(rev.ShortHeadline)) > 46 || len([]rune(rev.Headline)) > 100 || len([]rune(rev.Lead)) > 260 {
				t.Errorf("%s: headline, short headline or lead is too long", s.Key)
			}
		}
	}
	t.Logf("%d words in %d stories", total, len(room.Stories))
}

func TestNoParagraphStandsTwiceInAnEdition(t *testing.T) {
	seen := map[string]string{}
	room := newsroom(t)
	for i := range room.Stories {
		s := &room.Stories[i]
		for _, b := range s.Latest().Body {
			text := b.Text.Plain()
			if len(text) < 60 {
				continue
			}
			if other := seen[text]; other != "" {
				t.Errorf("%s and %s share a paragraph: %.60s", other, s.Key, text)
			}
			seen[text] = s.Key
		}
	}
}

// realNames are names that must not get into an invented world by habit.
var realNames = []string{
	"Europe", "America", "Britain", "England", "Russia", "Ukraine", "Spain", "France", "Germany", "China", "Israel", "London", "Paris", "Moscow", "Madrid",
	"Cairo", "Hamburg", "Rotterdam", "Bergen", "Google", "Facebook", "Twitter", "Apple", "Microsoft", "Reuters", "Guardian", "NATO", "euro", "dollar", "pound sterling",
	"Росси", "Москв", "Украин", "Европ", "Герман", "Америк", "рубл", "Испани", "España", "Europa", "Rusia", "Madrid", "روسيا", "أوروبا", "أمريكا", "مصر ", "السعودية", "إسبانيا", "دولار", "يورو",
}

func TestNothingRealIsNamed(t *testing.T) {
	var stems []string
	for _, name := range realNames {
		stem := regexp.QuoteMeta(name)
		if name[0] < 0x80 {
			stem += `([^\pL]|$)`
		}
		stems = append(stems, stem)
	}
	real := regexp.MustCompile(`(^|[^\pL])(` + strings.Join(stems, "|") + `)`)
	everyFile(t, func(name, text string) {
		if word := real.FindString(text); word != "" {
			t.Errorf("%s names %q", name, strings.TrimSpace(word))
		}
	})
}

func TestTypographyIsThatOfTheLanguage(t *testing.T) {
	everyFile(t, func(name, text string) {
		for i, line := range strings.Split(text, "\n") {
			if strings.ContainsAny(line, "\"`") || strings.Contains(line, "'") || strings.Contains(line, "...") || strings.Contains(line, " - ") {
				t.Errorf("%s:%d: typewriter signs: %s", name, i+1, line)
			}
			if strings.HasPrefix(name, "ar/") && strings.ContainsAny(line, ",;?“”") {
				t.Errorf("%s:%d: Latin punctuation: %s", name, i+1, line)
			}
			if strings.HasPrefix(name, "ru/") && strings.ContainsAny(line, "“”") {
				t.Errorf("%s:%d: English quotation marks: %s", name, i+1, line)
			}
		}
	})
}

func TestEachLanguageKeepsToItsScript(t *testing.T) {
	room := newsroom(t)
	wrong := map[string]func(rune) bool{
		"ar": func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Arabic, r) },
		"ru": func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Cyrillic, r) },
		"es": func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) },
		"en": func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) },
	}
	for i := range room.Stories {
		s := &room.Stories[i]
		for _, rev := range s.Revisions {
			text := strings.Join([]string{rev.Headline, rev.ShortHeadline, rev.Lead, s.Place, s.Source, strings.Join(s.Tags, " "), rev.Body.Plain()}, "\n")
			if at := strings.IndexFunc(text, wrong[s.Language]); at >= 0 {
				t.Errorf("%s: a foreign letter at %.40q", s.Key, text[at:])
			}
		}
	}
	for _, p := range room.Pictures {
		for lang, w := range p.Words {
			if at := strings.IndexFunc(w.Caption+"\n"+w.Alt, wrong[lang]); at >= 0 {
				t.Errorf("picture %s: a foreign letter in %s", p.Name, lang)
			}
		}
	}
}

func TestAddressesAreLatin(t *testing.T) {
	room := newsroom(t)
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	check := func(s string) {
		if !slug.MatchString(s) {
			t.Errorf("%q is no slug", s)
		}
	}
	for _, e := range room.Editions {
		check(e.Slug)
		if len(e.Sections) != 6 || len(e.Pages) != 4 {
			t.Errorf("%s: %d sections, %d pages", e.Slug, len(e.Sections), len(e.Pages))
		}
		for _, s := range e.Sections {
			check(s.Slug)
		}
	}
	for i := range room.Stories {
		check(room.Stories[i].Key)
	}
	for _, a := range room.Authors {
		check(a.Key)
	}
}

func everyFile(t *testing.T, fn func(name, text string)) {
	t.Helper()
	err := fs.WalkDir(content, "content", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(content, name)
		fn(strings.TrimPrefix(name, "content/"), string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryFileIsReadAsRecords(t *testing.T) {
	everyFile(t, func(name, text string) {
		if path.Ext(name) != ".txt" {
			t.Errorf("%s is no text file", name)
		}
		if _, err := records(name, text); err != nil {
			t.Error(err)
		}
	})
}

func TestBrokenTextIsRefusedWithItsPlace(t *testing.T) {
	const author = "key: a\nname: A\nedition: international\nrole: R\n\nBio.\n"
	for _, broken := range []struct{ text, want string }{
		{"key: a\nkey: b\nname: A\nedition: x\nrole: R\n\nBio.\n", "stands twice"},
		{"name: A\nedition: x\nrole: R\n\nBio.\n", "field key is missing"},
		{strings.Replace(author, "role", "rôle", 1), "not a field"},
		{author + "colour: red\n", ""},
		{strings.Replace(author, "role: R", "role: R\nshoe: 9", 1), "field shoe is not known"},
		{strings.TrimSuffix(author, "\n"), "the last line has no end"},
		{strings.Replace(author, "Bio.", "Bio. ", 1), "authors.txt:6"},
		{strings.Replace(author, "Bio.", "Two  spaces.", 1), "two spaces"},
		{author + "====\n", "without fields"},
	} {
		r := &reader{fsys: fstest.MapFS{"content/authors.txt": {Data: []byte(broken.text)}}, room: &Newsroom{}}
		err := r.authors()
		if broken.want == "" {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), broken.want) {
			t.Errorf("%q: %v, want %q", broken.text, err, broken.want)
		}
	}
}
