package news

import (
	"testing"

	"dateline/internal/body"
)

func TestACorrectionShowsWhatWasWrongWhenItIsShort(t *testing.T) {
	content := func(headline, text string) Content { return Content{Headline: headline, Body: body.FromText(text)} }
	for name, c := range map[string]struct {
		old, now      Content
		before, after string
	}{
		"one figure":          {content("Fare is 12.40", "It costs 12.40."), content("Fare is 14.20", "It costs 14.20."), "12.40", "14.20"},
		"two figures":         {content("Fare is 12.40, up 7 per cent", ""), content("Fare is 14.20, up 22 per cent", ""), "12.40 · 7", "14.20 · 22"},
		"a new sentence":      {content("Same", "One."), content("Same", "One. And another."), "", ""},
		"too many":            {content("a b c d e f g h", ""), content("1 b 2 d 3 f 4 h", ""), "", ""},
		"nothing in the text": {content("Same", "Same."), content("Same", "Same."), "", ""},
	} {
		if before, after := difference(c.old, c.now); before != c.before || after != c.after {
			t.Errorf("%s: %q became %q, want %q and %q", name, before, after, c.before, c.after)
		}
	}
}

func TestSlugsAreWrittenAsTheirLanguageWritesThem(t *testing.T) {
	for _, c := range []struct{ language, words, want string }{
		{"en", "Ferry crews suspend strike", "ferry-crews-suspend-strike"},
		{"ru", "Ёлка объявлена в Щукине", "yolka-obyavlena-v-shchukine"},
		{"uk", "Київ і Галичина", "kyiv-i-halychyna"},
		{"sr", "Ђорђе и Џон", "djordje-i-dzon"},
		{"bg", "Щастие", "shtastie"},
		{"de", "Über die Straße", "ueber-die-strasse"},
		{"es", "¿Qué pasó en Cádiz?", "que-paso-en-cadiz"},
		{"ar", "بريد أورلان", "bryd-awrlan"},
		{"ar", "بَرِيد", "bryd"},
		{"he", "שָׁלוֹם", "shlvm"},
		{"ja", "東京", "dong-jing"},
		{"hi", "दिल्ली में नई मेट्रो लाइन", "dillii-men-nii-mettro-laain"},
		{"bn", "ঢাকায় নতুন সেতু", "ddhaakaay-ntun-setu"},
		{"ta", "புதிய பாலம்", "putiy-paalm"},
		{"th", "น้ำท่วมกรุงเทพ", "namthwmkrungethph"},
		{"km", "ស្ពានថ្មី", "sbaanthmii"},
		{"ka", "თბილისის ხიდი", "tbilisis-xidi"},
		{"fa", "می\u200cخواهم", "mykhwhm"},
		{"en", "!!!", "item"},
		{"en", "don’t stop", "dont-stop"},
	} {
		if got := Slug(c.language, c.words); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.language, c.words, got, c.want)
		}
	}
	if got := Slug("en", "a very long headline that goes on and on and on and on and on until nobody reads it any more"); len(got) > 80 {
		t.Errorf("%d letters: %s", len(got), got)
	}
}

func FuzzSlug(f *testing.F) {
	f.Add("ru", "Щука")
	f.Fuzz(func(t *testing.T, language, words string) {
		if s := Slug(language, words); !slugShape.MatchString(s) || len(s) > 80 {
			t.Errorf("%q gave %q", words, s)
		}
	})
}
