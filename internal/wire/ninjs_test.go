package wire

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"dateline/internal/fault"
	"dateline/internal/news"
)

func load(t testing.TB, file string) []byte {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestEveryFileThatShouldPassIsAccepted(t *testing.T) {
	for _, file := range files(t, "test_suite/*/should_pass/*.json") {
		if _, _, err := ParseNinjs(load(t, file)); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// TestEveryFileThatShouldFailIsRefusedAndTheFaultNamesTheProperty holds for each published case the property it is about.
func TestEveryFileThatShouldFailIsRefusedAndTheFaultNamesTheProperty(t *testing.T) {
	about := map[string]string{
		"1.3/001_schema_bad": "$standard", "1.3/002_headline_nonascii": "headline_ééé", "1.3/003_headline_blank_extension": "headline_",
		"1.3/004_headline_dash": "headline-with-dash-ééé", "1.3/005_bad_altids": "altids", "1.3/006_bad_genre": "genre[0].uri", "1.3/007_invalid_genre": "genre",
		"1.6/001_bad_digital_source": "digitalsourcetype", "2.2/001_bad_digital_source": "digitalsourcetype", "3.1/001_bad_digital_source": "digitalSourceType",
		"3.0/001_bad_geojson": "places[0].geojson.type", "3.0/001_bad_toplevel": "random", "3.0/002_bad_association": "associations[0].name",
		"3.0/003_event_with_conflicting_start": "eventDetails.dates.expectedStartDate", "3.0/004_event_with_renditions": "eventDetails.dates.expectedStartDate",
		"3.0/004_invalid_truncated_date": "eventDetails.dates.expectedStartDate", "3.0/005_planned_coverage_bad_urgency": "plannedCoverage[0].urgency", "3.0/006_bad_urgency": "urgency",
	}
	for _, file := range files(t, "test_suite/*/should_fail/*.json") {
		_, _, err := ParseNinjs(load(t, file))
		var e *fault.Error
		if !asFault(err, &e) || e.Kind != fault.Invalid && e.Kind != fault.Malformed {
			t.Errorf("%s: %v", file, err)
			continue
		}
		name := filepath.Base(filepath.Dir(filepath.Dir(file))) + "/" + strings.TrimSuffix(filepath.Base(file), ".json")
		found := false
		for _, p := range e.Places {
			found = found || p.Location == about[name]
		}
		if !found {
			t.Errorf("%s: no place %q in %v", name, about[name], err)
		}
	}
}

func TestEveryExampleIsReadAsExpected(t *testing.T) {
	data(t)
	var want map[string]struct {
		URI, Type, Headline, Language, VersionCreated, Byline, Embargoed string
		Renditions, Associations                                         int
	}
	if err := json.Unmarshal(load(t, filepath.Join(testdata, "examples/expected.json")), &want); err != nil {
		t.Fatal(err)
	}
	for name, w := range want {
		item, warnings, err := ParseNinjs(load(t, filepath.Join(testdata, "examples", name)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		c := item.Content
		var names []string
		for _, b := range c.Byline {
			names = append(names, b.Name)
		}
		if c.Source.URI != w.URI || c.Language != w.Language || joinNames(names) != w.Byline || w.Type != "" && string(item.Kind) != w.Type {
			t.Errorf("%s: %+v", name, item)
		}
		if w.Headline != "" && c.Headline != w.Headline {
			t.Errorf("%s: headline %q", name, c.Headline)
		}
		if c.Headline == "" && item.NotArticle == "" {
			t.Errorf("%s: an article without a headline", name)
		}
		if w.VersionCreated != "" && (c.Source.Version != w.VersionCreated && c.Source.Version != "1" || stamp(item.VersionTime) != w.VersionCreated) {
			t.Errorf("%s: version %q", name, c.Source.Version)
		}
		if w.Embargoed != "" && stamp(item.EmbargoUntil) != w.Embargoed {
			t.Errorf("%s: embargo %v", name, item.EmbargoUntil)
		}
		if (item.NotArticle != "") != (w.Type == "event" || strings.HasPrefix(name, "not-valid")) {
			t.Errorf("%s: not an article: %q", name, item.NotArticle)
		}
		if strings.HasPrefix(name, "not-valid") && (len(warnings) != 1 || warnings[0].Location != "embargoedreason") {
			t.Errorf("%s: warnings %v", name, warnings)
		}
	}
}

func TestTheFullExampleHasItsFields(t *testing.T) {
	for _, v := range []string{"1.6", "2.2", "3.1"} {
		data(t)
		item, warnings, err := ParseNinjs(load(t, filepath.Join(testdata, "examples", v, "007_multimedia.json")))
		if err != nil {
			t.Fatal(err)
		}
		c := item.Content
		if c.Dateline != (news.Dateline{Place: "Grossetto, Italy", Source: "AP"}) {
			t.Errorf("%s: dateline %+v", v, c.Dateline)
		}
		text := c.Body.Text()
		if strings.Contains(text, "GROSSETO") || !strings.HasPrefix(text, "The trial of the captain") || strings.Count(text, "\n\n") < 3 {
			t.Errorf("%s: body %.200q", v, text)
		}
		if !reflect.DeepEqual(c.Byline, []news.Byline{{Name: "Paulo Santalucia"}, {Name: "Frances d'Emilio"}}) {
			t.Errorf("%s: byline %+v", v, c.Byline)
		}
		if c.Source.Copyright == "" || c.Genre != news.News || c.Kind != news.Story {
			t.Errorf("%s: %+v", v, c)
		}
		if len(item.Pictures) != 2 || c.Picture != item.Pictures[0].ID {
			t.Fatalf("%s: pictures %+v, warnings %v", v, item.Pictures, warnings)
		}
		p := item.Pictures[0]
		if p.Files[0].Width != 429 || p.Creator != "Paulo Santalucia" || p.Credit != "Paulo Santalucia" || !strings.HasPrefix(p.Caption, "The Costa Concordia cruise ship lies") || strings.Contains(p.Caption, "<") || p.Copyright == "" {
			t.Errorf("%s: main picture %+v", v, p)
		}
		if got := c.Body.Pictures(); len(got) != 1 || got[0] != item.Pictures[1].ID {
			t.Errorf("%s: pictures in the text %v", v, got)
		}
	}
}

func TestAPhotoIsAStoryOfOnePicture(t *testing.T) {
	for _, v := range []string{"1.6", "2.2", "3.1"} {
		data(t)
		item, _, err := ParseNinjs(load(t, filepath.Join(testdata, "examples", v, "006_photo_only.json")))
		if err != nil || item.NotArticle != "" || len(item.Pictures) != 1 || item.Content.Headline != "Costa Concordia cruise ship" || !item.Content.Body.IsEmpty() || item.Content.Lead != "" {
			t.Errorf("%s: %+v %v", v, item, err)
		}
	}
}

func TestUnknownNamesAreIgnoredUnlessSomethingWouldBeLost(t *testing.T) {
	ok := []string{
		`{"uri":"u","type":"text","headlines":[{"value":"h","weight":3}],"random":1,"x_internal":{"a":1}}`,
		`{"uri":"u","headline":"h","body_html":"b","priority":3,"authors":[],"service":[{"code":"a"}],"extra":{}}`,
	}
	for _, raw := range ok {
		_, warnings, err := ParseNinjs([]byte(raw))
		if err != nil || len(warnings) < 2 {
			t.Errorf("%s: %v %v", raw, warnings, err)
		}
	}
	lost := map[string]string{
		`{"uri":"u","versionCreated":"2026-03-10T09:05:00Z","headlines":[{"value":"h"}],"embargoed":"2026-03-10T09:05:00Z"}`: "embargoed",
		`{"uri":"u","headlines":[{"value":"h"}],"versionCreated":"2026-03-10T09:05:00Z","embargoed_until":"x"}`:              "embargoed_until",
		`{"uri":"u","headlines":[{"value":"h"}],"versionCreated":"2026-03-10T09:05:00Z","PubStatus":"canceled"}`:             "PubStatus",
		`{"uri":"u","headlines":[{"value":"h"}],"bodies":[{"value":"b"}],"body_html":"b"}`:                                   "body_html",
		`{"uri":"u","headlines":[{"value":"h","content_type":"text/html"}]}`:                                                 "headlines[0].content_type",
		`{"uri":"u","anything":1}`: "anything",
	}
	for raw, at := range lost {
		_, _, err := ParseNinjs([]byte(raw))
		var e *fault.Error
		if !asFault(err, &e) || e.Kind != fault.Invalid || e.Places[0].Location != at {
			t.Errorf("%s: %v", raw, err)
		}
	}
}

func TestWhatIsNoItemIsMalformed(t *testing.T) {
	for _, raw := range []string{"", "x", "[]", "1", "null", `{"uri":"u"`, `{"uri":"u"} x`, `{"uri":"a","uri":"b"}`, "{\"uri\":\"\xff\"}", strings.Repeat("[", 1<<20), `{"uri":` + strings.Repeat(`{"a":`, 500)} {
		if _, _, err := ParseNinjs([]byte(raw)); !fault.Is(err, fault.Malformed) {
			t.Errorf("%.40q: %v", raw, err)
		}
	}
	if _, _, err := ParseNinjs([]byte(`{"uri":" ","type":"text"}`)); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty address: %v", err)
	}
}

func parse(t *testing.T, raw string) Item {
	t.Helper()
	item, _, err := ParseNinjs([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return item
}

func TestStatusEmbargoAndNotesAreKept(t *testing.T) {
	i := parse(t, `{"uri":"u","version":"2","headlines":[{"value":"h"}],"pubStatus":"canceled","embargoedUntil":"2026-03-10T09:05:00+01:00","edNote":"Do not use before noon","urgency":2,
		"usageTerms":"web only","copyrightHolder":"Agency Ltd","infoSources":[{"name":"Agency"}],"expires":"2027-01-01T00:00:00Z","language":"en_GB",
		"genres":[{"name":"Fact Check"}],"subjects":[{"name":"Ports"},{"name":"ports"},{"name":"Strikes"}]}`)
	want := time.Date(2026, 3, 10, 8, 5, 0, 0, time.UTC)
	c := i.Content
	if i.Status != Canceled || !i.EmbargoUntil.Equal(want) || i.DeskNote != "Do not use before noon" || c.Urgency != 2 || i.Expires.IsZero() ||
		c.Source.Name != "Agency" || c.Source.Copyright != "Agency Ltd" || c.Source.Usage != "web only" || c.Source.Version != "2" ||
		c.Language != "en-GB" || c.Genre != news.Analysis || !reflect.DeepEqual(c.Tags, []string{"Ports", "Strikes"}) {
		t.Errorf("%+v", i)
	}
}

func TestAHeadlineThatShowsNothingIsMissing(t *testing.T) {
	for raw, want := range map[string]string{
		`{"uri":"u","headlines":[{"value":"\u200b\u200e"}],"title":"The title"}`:               "The title",
		`{"uri":"u","headlines":[{"value":"\ufeff"}],"bodies":[{"value":"The text begins."}]}`: "The text begins.",
	} {
		if i := parse(t, raw); i.Content.Headline != want {
			t.Errorf("%s: %q", raw, i.Content.Headline)
		}
	}
}

func TestAPlainTextThatIsCutIsTold(t *testing.T) {
	_, warnings, err := ParseNinjs([]byte(`{"uri":"u","headlines":[{"value":"h"}],"bodies":[{"contentType":"text/plain","value":"` + strings.Repeat("word ", 300_000) + `"}]}`))
	if err != nil || len(warnings) != 1 || warnings[0].Location != "bodies[0]" || !strings.Contains(warnings[0].Text, "was cut") {
		t.Errorf("%v %v", warnings, err)
	}
}

func TestADatelineIsMovedOutOfTheText(t *testing.T) {
	cases := []struct{ text, located, place, source, rest string }{
		{"GROSSETO, Italy (AP) -- The trial", "", "GROSSETO, Italy", "AP", "The trial"},
		{"Paris (AFP) - Le procès", "Paris", "Paris", "AFP", "Le procès"},
		{"موسكو (أ ف ب) – قال", "", "موسكو", "أ ف ب", "قال"},
		{"ST. PETERSBURG, March 3 (Reuters) — It", "St. Petersburg, Russia", "St. Petersburg, Russia", "Reuters", "It"},
		{"LONDON — The port", "London", "London", "", "The port"},
		{"BREAKING -- The port", "", "", "", "BREAKING -- The port"},
		{"BREAKING -- The port", "London", "London", "", "BREAKING -- The port"},
		{"The minister (a lawyer) -- who was late -- said", "", "The minister", "a lawyer", "who was late -- said"},
		{"He said: \"Go (now) -- please\"", "", "", "", "He said: \"Go (now) -- please\""},
		{"the port (of Orlan) -- closed", "", "", "", "the port (of Orlan) -- closed"},
		{"PARIS (AFP) --", "", "", "", "PARIS (AFP) --"},
	}
	for _, c := range cases[:7] {
		raw, _ := json.Marshal(map[string]any{"uri": "u", "headlines": []any{map[string]string{"value": "h"}}, "bodies": []any{map[string]string{"value": c.text}}, "located": c.located})
		got := parse(t, string(raw)).Content
		if got.Dateline != (news.Dateline{Place: c.place, Source: c.source}) || got.Body.Text() != c.rest {
			t.Errorf("%q: %+v %q", c.text, got.Dateline, got.Body.Text())
		}
	}
	for _, c := range cases[8:] {
		if _, _, size := cutDateline(c.text, ""); size != 0 {
			t.Errorf("%q is no dateline", c.text)
		}
	}
}

func TestBylinesAreSplitOnlyWhenTheyAreLists(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "By Ada Lovelace": "Ada Lovelace", "BY ADA LOVELACE": "ADA LOVELACE", "Ada Lovelace and Alan Turing": "Ada Lovelace|Alan Turing",
		"By Ada Lovelace, Alan Turing and Grace Hopper": "Ada Lovelace|Alan Turing|Grace Hopper", "Ada Lovelace & Alan Turing": "Ada Lovelace|Alan Turing",
		"Ada Lovelace, London Correspondent": "Ada Lovelace, London Correspondent", "Trade and Industry Desk": "Trade and Industry Desk",
		"Associated Press": "Associated Press", "Ada Lovelace; Alan Turing": "Ada Lovelace|Alan Turing", "Byron Burr": "Byron Burr", " and ": "and",
	} {
		var got []string
		for _, b := range bylines(in) {
			got = append(got, b.Name)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestNewerOrdersVersionsTheSameFromAllSides(t *testing.T) {
	order := []string{"", "a9", "a10", "2026-03-10T09:05:00Z", "2026-03-10T10:05:00+00:30", "1", "2", "2.1", "2.9", "2.10", "2.10.1", "10", "99999999999999999999"}
	for i, a := range order {
		for j, b := range order {
			if got := Newer(news.Source{Version: a}, news.Source{Version: b}); got != sign(i-j) {
				t.Errorf("%q and %q: %d", a, b, got)
			}
		}
	}
	if Newer(news.Source{Version: "01"}, news.Source{Version: "1"}) != 0 || Newer(news.Source{Version: "2.0"}, news.Source{Version: "2"}) != 0 {
		t.Error("leading zeros make a version newer")
	}
	stored := news.Source{URI: "u", Version: "3"}
	for version, want := range map[string]bool{"2": false, "3": false, "4": true} {
		if got := (Item{Content: news.Content{Source: &news.Source{Version: version}}}).Supersedes(stored); got != want {
			t.Errorf("version %s supersedes 3: %v", version, got)
		}
	}
	for version, want := range map[string]bool{"2": false, "3": true, "": true} {
		if got := (Item{Status: Canceled, Content: news.Content{Source: &news.Source{Version: version}}}).Supersedes(stored); got != want {
			t.Errorf("a cancel of version %q supersedes 3: %v", version, got)
		}
	}
}

func TestTheLargestUsableRenditionIsTakenFirst(t *testing.T) {
	i := parse(t, `{"uri":"u","type":"picture","headlines":[{"value":"h"}],"by":"By Ada Lovelace","descriptions":[{"role":"caption","value":"c"},{"role":"alt","value":"a"}],"located":"Port Orlan, Orlan",
		"contentCreated":"2026-03-10T09:05:00Z","infoSources":[{"name":"AGENCY"},{"name":"POOL"}],
		"renditions":[{"name":"thumb","href":"t.jpg","width":10,"height":10},{"name":"tiff","href":"x.tif","contentType":"image/tiff","width":9999,"height":9999},
		{"name":"video","href":"v.mp4","contentType":"video/mp4"},{"name":"highRes","href":"h.jpg","contentType":"image/jpeg","width":4000,"height":3000,"sizeInBytes":5},{"name":"none"}]}`)
	if len(i.Pictures) != 1 {
		t.Fatalf("%+v", i)
	}
	p := i.Pictures[0]
	var hrefs []string
	for _, f := range p.Files {
		hrefs = append(hrefs, f.Href)
	}
	if strings.Join(hrefs, " ") != "h.jpg t.jpg x.tif" || p.Caption != "c" || p.Alt != "a" || p.Creator != "Ada Lovelace" || p.Credit != "AGENCY / POOL" || p.City != "Port Orlan" || p.Country != "Orlan" || p.TakenAt.IsZero() {
		t.Errorf("%v %+v", hrefs, p)
	}
}

func TestFaultKeysListsEveryKey(t *testing.T) {
	listed := map[string]bool{}
	for _, k := range FaultKeys() {
		listed[k] = true
	}
	sources, _ := filepath.Glob("*.go")
	for _, file := range sources {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, part := range strings.Split(string(load(t, file)), `"fault.wire.`)[1:] {
			key := "fault.wire." + part[:strings.IndexByte(part, '"')]
			if !listed[key] && key != "fault.wire." {
				t.Errorf("%s is not listed", key)
			}
		}
	}
}

func FuzzParseNinjs(f *testing.F) {
	for _, s := range []string{everything1, everything2, everything3, `{"uri":"u"}`, `[]`, `{"uri":"u","body_html":"<p>GROSSETO (AP) -- <b>x</b></p><img src=x>"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		item, _, err := ParseNinjs(raw)
		if err != nil {
			if k := fault.KindOf(err); k != fault.Malformed && k != fault.Invalid {
				t.Fatalf("an error that nobody may see: %v", err)
			}
			return
		}
		c := item.Content
		for _, s := range []string{c.Headline, c.ShortHeadline, c.Lead, c.Dateline.Place, c.Slug, c.Language, strings.Join(c.Tags, ""), item.DeskNote} {
			if strings.ContainsAny(s, "\x00\x01\x1f\r") || len(s) > 20000 {
				t.Fatalf("not clean: %q", s)
			}
		}
		if c.Source == nil || c.Source.URI == "" {
			t.Fatal("no address")
		}
		if item.NotArticle == "" && item.Status != Canceled && c.Headline == "" {
			t.Fatal("an article without a headline")
		}
		again, _, err := ParseNinjs(raw)
		if err != nil || !reflect.DeepEqual(item, again) {
			t.Fatal("reading twice gives two items")
		}
	})
}
