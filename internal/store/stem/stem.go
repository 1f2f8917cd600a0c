// Package stem turns words of a language into what their inflected forms share, so that a search for one form finds the others, and
// alike on every database. A language without a stemmer keeps its words, folded.
package stem

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/unicode/norm"
)

// stemmers turn inflected words of a language into what they share. Both databases hold these stems, so both answer alike.
var stemmers = map[string]func(string) string{
	"en": snowball(english.Stem),
	"es": spanishStem,
	"ru": russianStem,
	"ar": light10,
}

func snowball(stem func(*snowballstem.Env) bool) func(string) string {
	return func(word string) string {
		env := snowballstem.NewEnv(word)
		stem(env)
		return env.Current()
	}
}

// spanishStem stems twice, so that ciudades and ciudad meet, and writes z as c at the end, so that jueces and juez do.
func spanishStem(word string) string {
	word = stemSpanish(stemSpanish(word))
	if w, ok := strings.CutSuffix(word, "z"); ok {
		return w + "c"
	}
	return word
}

// russianStem stems twice: трамвай and трамвая, музей and музея meet.
func russianStem(word string) string { return stemRussian(stemRussian(word)) }

var stemSpanish, stemRussian = snowball(spanish.Stem), snowball(russian.Stem)

// maxStems and maxStemBytes bound what is indexed of one article. A vector of PostgreSQL has room for a megabyte; what lies
// beyond is refused, or lost without a word when the vector is made from a list.
const (
	maxStems     = 20_000
	maxStemBytes = 900_000
)

// Of gives the stems of text in a language: words of letters and digits, folded and cut to what inflection leaves.
func Of(language, text string) []string {
	stem := stemmers[Base(language)]
	var out []string
	size := 0
	for word := range strings.FieldsFuncSeq(fold(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r) }) {
		if len(out) == maxStems {
			break
		}
		if len(word) > 100 {
			continue
		}
		if stem != nil {
			word = stem(word)
		}
		// Accents are folded after the stemmer, which needs them: niños and ninos meet.
		if word = strip(word); word != "" {
			if size += len(word) + 2; size > maxStemBytes {
				break
			}
			out = append(out, word)
		}
	}
	return out
}

// Languages lists the languages there are stems of, sorted.
func Languages() []string { return slices.Sorted(maps.Keys(stemmers)) }

// Base is a language without its region and script: en of en-GB.
func Base(language string) string {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	return language
}

// fold brings text into one form: NFC, small letters, ё as е, without tatweel and harakat.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ё' || r == 'Ё':
			return 'е'
		case r == 'ـ' || r >= 0x064b && r <= 0x0652 || r == 0x0670:
			return -1
		case r == '’' || r == '\'' || r == 0x2019:
			return '\''
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(text))
}

// Words brings text into the form in which beginnings of words are compared: folded, without accents, letters and digits only, with
// single spaces between the words.
func Words(text string) string {
	return strings.Join(strings.FieldsFunc(strip(fold(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.Is(unicode.M, r) }), " ")
}

// strip takes accents off Latin letters; other scripts keep their marks, which are letters to them (й is not и).
func strip(word string) string {
	ascii := true
	for i := 0; i < len(word); i++ {
		if word[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return word
	}
	var b strings.Builder
	latin := false
	for _, r := range norm.NFD.String(word) {
		if unicode.Is(unicode.Mn, r) && latin {
			continue
		}
		latin = unicode.Is(unicode.Latin, r)
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// light10 is the light stemmer for Arabic of Larkey, Ballesteros and Connell (2007): it normalises letters, takes
// off the conjunction, an article and a few suffixes, and leaves short words alone.
func light10(word string) string {
	word = strings.Map(func(r rune) rune {
		switch r {
		case 'أ', 'إ', 'آ', 'ٱ':
			return 'ا'
		case 'ى':
			return 'ي'
		case 'ة':
			return 'ه'
		}
		return r
	}, word)
	w := []rune(word)
	if len(w) > 3 && w[0] == 'و' {
		w = w[1:]
	}
	for _, prefix := range []string{"وال", "بال", "كال", "فال", "لل", "ال"} {
		p := []rune(prefix)
		if len(w) >= len(p)+2 && string(w[:len(p)]) == prefix {
			w = w[len(p):]
			break
		}
	}
	for _, suffix := range []string{"ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي"} {
		s := []rune(suffix)
		if len(w) >= len(s)+2 && string(w[len(w)-len(s):]) == suffix {
			w = w[:len(w)-len(s)]
		}
	}
	return string(w)
}
