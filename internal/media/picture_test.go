package media

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/fault"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

func sound() Picture {
	return Picture{ID: "p", Kind: Photo, Credit: "AFP", Focal: Centre}
}

func placesOf(t *testing.T, err error) []string {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Fatalf("no fault: %v", err)
	}
	var at []string
	for _, p := range e.Places {
		if p.Key == "" || p.Text == "" {
			t.Errorf("a place without words: %+v", p)
		}
		at = append(at, p.Location)
	}
	slices.Sort(at)
	return at
}

func TestValidateNamesEveryPlace(t *testing.T) {
	p := sound()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	p = Picture{Kind: "painting", Credit: strings.Repeat("é", 251), Alt: "a\x00b", Caption: "two\nlines", City: "two\nlines", Country: "\xff",
		Outputs: []Output{Site, "fax", Site}, Focal: Point{-0.1, math.NaN()}, WebStatement: "javascript:alert(1)", LicensorURL: "https://a:b@x/",
		DigitalSourceType: "https://" + strings.Repeat("a", 2000), ExpiresAt: noon.AddDate(1000, 0, 0)}
	err := p.Validate()
	want := []string{"alt", "city", "country", "credit", "digital_source_type", "expires_at", "focal.x", "focal.y", "kind", "licensor_url", "outputs", "outputs", "web_statement"}
	if got := placesOf(t, err); !slices.Equal(got, want) || !fault.Is(err, fault.Invalid) {
		t.Fatalf("%v\n%v", got, want)
	}
}

func TestUsableSaysWhyNot(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Picture)
		out    Output
		key    string
	}{
		"all is well":          {func(p *Picture) {}, Site, ""},
		"creator is a credit":  {func(p *Picture) { p.Credit, p.Creator = "", "M. Vey" }, Site, ""},
		"no credit":            {func(p *Picture) { p.Credit, p.Copyright = " ", "© AFP" }, Site, "fault.picture.credit"},
		"rights end now":       {func(p *Picture) { p.ExpiresAt = noon }, Site, "fault.picture.expired"},
		"rights end later":     {func(p *Picture) { p.ExpiresAt = noon.Add(time.Microsecond) }, Site, ""},
		"killed comes first":   {func(p *Picture) { p.KilledAt, p.Credit = noon, "" }, Site, "fault.picture.killed"},
		"not in feeds":         {func(p *Picture) { p.Outputs = []Output{Site} }, Feed, "fault.picture.output"},
		"named outputs only":   {func(p *Picture) { p.Outputs = []Output{Site, Feed} }, Feed, ""},
		"killed in any output": {func(p *Picture) { p.KilledAt = noon }, API, "fault.picture.killed"},
	} {
		p := sound()
		c.change(&p)
		err := p.Usable(noon, c.out)
		var e *fault.Error
		if c.key == "" && err != nil || c.key != "" && (!errors.As(err, &e) || e.Key != c.key || e.Kind != fault.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := Picture{KilledAt: noon, ExpiresAt: noon, Outputs: []Output{Site}}
	if got := placesOf(t, p.Usable(noon, Push)); len(got) != 4 {
		t.Error(got)
	}
}

func TestCreditLineSaysEverythingOnce(t *testing.T) {
	for _, c := range []struct {
		p    Picture
		want string
	}{
		{Picture{Copyright: "© AFP 2023", Credit: "AFP", Pool: "POOL", Creator: "PHOTOGRAPHER"}, "© AFP 2023 / POOL / PHOTOGRAPHER"},
		{Picture{Credit: "AFP", Creator: "Christof Stache"}, "AFP / Christof Stache"},
		{Picture{Copyright: "CHRISTOF STACHE", Credit: "AFP/Getty Images", Creator: "CHRISTOF STACHE"}, "AFP/Getty Images / CHRISTOF STACHE"},
		{Picture{Copyright: "© 2026 Dispatch Graphics", Credit: "Dispatch Graphics / M. Vey", Creator: "M. Vey"}, "Dispatch Graphics / M. Vey"},
		{Picture{Creator: "  M.\n Vey "}, "M. Vey"},
		{Picture{Copyright: "© somebody"}, ""},
		{Picture{Credit: "AP", Creator: "April Apfel"}, "AP / April Apfel"},
		{Picture{Copyright: strings.Repeat("All rights of AFP are reserved. ", 5), Credit: "AFP"}, "AFP"},
	} {
		if got := strings.Join(c.p.CreditLine(), " / "); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestOnlyAnOldPhotoIsAFilePicture(t *testing.T) {
	day := func(s string) (time.Time, Unit) { t, u, _ := readDate(s); return t, u }
	for _, c := range []struct {
		taken string
		kind  Kind
		story string
		want  bool
	}{
		{"2026-02-08T12:00:00Z", Photo, "2026-03-10T12:00:00Z", true},
		{"2026-02-08T12:00:01Z", Photo, "2026-03-10T12:00:00Z", false},
		{"2026-02-08", Photo, "2026-03-10T12:00:00Z", false},
		{"2026-02-07", Photo, "2026-03-10T12:00:00Z", true},
		{"2026-01", Photo, "2026-03-03T00:00:00Z", true},
		{"2026-01", Photo, "2026-03-02T00:00:00Z", false},
		{"2026", Photo, "2026-12-31T00:00:00Z", false},
		{"2025", Photo, "2026-01-31T00:00:00Z", true},
		{"2000", Graphic, "2026-01-31T00:00:00Z", false},
		{"", Photo, "2026-01-31T00:00:00Z", false},
	} {
		p := Picture{Kind: c.kind}
		p.TakenAt, p.TakenUnit = day(c.taken)
		story, _ := day(c.story)
		if got := p.IsFilePicture(story); got != c.want {
			t.Errorf("taken %q, story %s: %v", c.taken, c.story, got)
		}
	}
}

func TestApplyChangesOnlyWhatIsGiven(t *testing.T) {
	to := func(s string) *string { return &s }
	p := sound()
	p.Caption = "kept"
	before := p
	kind, outputs := Illustration, []Output{Site}
	err := p.Apply(Fields{Credit: to(" Reuters "), Alt: to("A tram"), TakenAt: to("2023-05"), ExpiresAt: to("2027-01-01T00:00:00+01:00"), Kind: &kind, Outputs: &outputs, Focal: &Point{0.2, 0.8}})
	if err != nil {
		t.Fatal(err)
	}
	want := before
	want.Credit, want.Alt, want.Kind, want.Outputs, want.Focal = "Reuters", "A tram", Illustration, []Output{Site}, Point{0.2, 0.8}
	want.TakenAt, want.TakenUnit = time.Date(2023, 5, 1, 0, 0, 0, 0, time.UTC), Month
	want.ExpiresAt = time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
	if !reflect.DeepEqual(p, want) {
		t.Fatalf("%+v\n%+v", p, want)
	}
	outputs[0] = Feed
	if p.Outputs[0] != Site {
		t.Fatal("the caller's list was kept")
	}
	if err := p.Apply(Fields{TakenAt: to(""), ExpiresAt: to(""), Credit: to("")}); err != nil || !p.TakenAt.IsZero() || p.TakenUnit != "" || !p.ExpiresAt.IsZero() || p.Credit != "" {
		t.Fatalf("%v %+v", err, p)
	}
	before = p
	bad := Kind("x")
	err = p.Apply(Fields{Kind: &bad, TakenAt: to("soon"), ExpiresAt: to("2027"), Caption: to("new")})
	if got := placesOf(t, err); !slices.Equal(got, []string{"expires_at", "kind", "taken_at"}) || !reflect.DeepEqual(p, before) {
		t.Fatalf("%v %+v", got, p)
	}
}

func TestEveryFieldCanBeChanged(t *testing.T) {
	asked := map[string]bool{}
	for f := range reflect.TypeFor[Fields]().Fields() {
		asked[strings.Split(f.Tag.Get("json"), ",")[0]] = true
	}
	theirs := []string{"id", "width", "height", "renditions", "killed_at", "kill_note", "created_at", "created_by", "taken_unit", "untouched", "-"}
	for f := range reflect.TypeFor[Picture]().Fields() {
		if name := strings.Split(f.Tag.Get("json"), ",")[0]; !asked[name] && !slices.Contains(theirs, name) {
			t.Errorf("%s cannot be changed", name)
		}
	}
}

func TestTheOriginalIsNeverTold(t *testing.T) {
	b, err := json.Marshal(Picture{Original: "hush", SHA256: "hush", Version: 77})
	if err != nil || strings.Contains(string(b), "hush") || strings.Contains(string(b), "77") {
		t.Fatal(string(b), err)
	}
}

func TestFillTakesWhatIsNotSaidAndMakesItFit(t *testing.T) {
	p := Picture{Credit: "Ours"}
	p.Fill(Metadata{Credit: "Theirs", Creator: "A\x00\tB", Caption: "line\r\nline" + strings.Repeat(" word", 1000), Alt: "\ufeffalt\xff", City: "Ki\nev",
		WebStatement: "javascript:alert(1)", LicensorURL: " https://example.com/l ", TakenAt: noon, TakenUnit: Day, DigitalSourceType: "http://cv.iptc.org/newscodes/digitalsourcetype/digitalArt"})
	if p.Credit != "Ours" || p.Creator != "A B" || p.Alt != "alt" || p.City != "Ki ev" || p.WebStatement != "" || p.LicensorURL != "https://example.com/l" ||
		!strings.HasPrefix(p.Caption, "line\nline word") || !strings.HasSuffix(p.Caption, "word…") || p.TakenAt != noon || p.TakenUnit != Day || p.Kind != Illustration || p.Focal != Centre {
		t.Fatalf("%+v", p)
	}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
}

func TestFindGivesTheSmallestThatIsLargeEnough(t *testing.T) {
	p := Picture{Renditions: Plan(1500, 1000, Centre)}
	for _, c := range []struct {
		prefix string
		width  int
		want   string
	}{{"w", 1, "w320"}, {"w", 320, "w320"}, {"w", 321, "w640"}, {"w", 5000, "w1920"}, {"c", 700, "c1280"}, {"social", 1, "social"}, {"x", 1, ""}} {
		r, ok := p.Find(c.prefix, c.width)
		if r.Name != c.want || ok != (c.want != "") {
			t.Errorf("%s %d: %s", c.prefix, c.width, r.Name)
		}
	}
}
