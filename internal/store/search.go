package store

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"golang.org/x/text/unicode/norm"

	"dateline/internal/fault"
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

// stems gives the stems of text in a language: words of letters and digits, folded and cut to what inflection leaves.
func stems(language, text string) []string {
	stem := stemmers[base(language)]
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

// base is a language without its region and script: en of en-GB.
func base(language string) string {
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

// match gives the query of every stem of text, in the form of the database; "" when the text has no word. With typing each word may
// be the beginning of one.
func (d *DB) match(language, text string, typing bool) string {
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "")
	}
	words := stems(language, text)
	if len(words) > 16 {
		words, typing = words[:16], false
	}
	if len(words) == 0 {
		return ""
	}
	quote, and, or, begins := `"`, " AND ", " OR ", `" *`
	if d.postgres {
		quote, and, or, begins = `'`, " & ", " | ", `':*`
	}
	parts := make([]string, len(words))
	for i, w := range words {
		parts[i] = quote + w + quote // a stem is letters and digits, never a quote
	}
	if written := stems("", text); typing && len(written) == len(words) {
		for i, w := range written {
			if utf8.RuneCountInString(w) > 1 {
				parts[i] = "(" + parts[i] + or + quote + w + begins + ")"
			}
		}
	}
	return strings.Join(parts, and)
}

// matchAny gives the queries of text in each language there are stems of, each once; none when the text has no word.
func (d *DB) matchAny(text string) []string {
	var all []string
	for _, language := range slices.Sorted(maps.Keys(stemmers)) {
		if m := d.match(language, text, false); m != "" && !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}

// sqlFound is the text that finds the numbers of what has the words of a query in a full-text table.
func (d *DB) sqlFound(table, query string) string {
	return d.pick(`SELECT rowid FROM `+table+` WHERE `+table+` MATCH `+query, `SELECT num FROM `+table+` WHERE stems @@ `+query+`::tsquery`)
}

// index puts the stems of a thing into one of the two full-text tables, in place of earlier ones: those of its own language, and those
// of its edition's, in which readers ask.
func (t *tx) index(table string, num int64, language, edition string, texts ...string) error {
	all := strings.Join(texts, "\n")
	found := stems(language, all)
	asked, err := scanEdition(t.row(`SELECT doc FROM edition WHERE slug = $1`, edition))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if asked.Language != "" && base(asked.Language) != base(language) {
		known := make(map[string]bool, len(found))
		for _, s := range found {
			known[s] = true
		}
		for _, s := range stems(asked.Language, all) {
			if !known[s] {
				known[s] = true
				found = append(found, s)
			}
		}
	}
	return t.keepStems(table, num, found)
}

// keepStems puts stems into a full-text table in place of earlier ones.
func (t *tx) keepStems(table string, num int64, found []string) error {
	text := strings.Join(found, " ")
	if t.db.postgres {
		return t.exec(`INSERT INTO `+table+` (num, stems) VALUES ($1, array_to_tsvector(array_remove(string_to_array($2, ' '), '')))
			ON CONFLICT (num) DO UPDATE SET stems = excluded.stems`, num, text)
	}
	return t.exec(`INSERT OR REPLACE INTO `+table+` (rowid, stems) VALUES ($1, $2)`, num, text)
}

// unindex takes a thing out of a full-text table.
func (t *tx) unindex(table string, num int64) error {
	return t.exec(`DELETE FROM `+table+` WHERE `+t.db.pick("rowid", "num")+` = $1`, num)
}
