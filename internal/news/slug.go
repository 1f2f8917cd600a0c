package news

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/unicode/norm"
)

// slugLength is where a slug is cut, at a word where there is one.
const slugLength = 80

// letters says how a language writes its own letters in Latin, where the general table is wrong for it.
var letters = map[string]map[rune]string{
	"ru": {'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'е': "e", 'ё': "yo", 'ж': "zh", 'з': "z", 'и': "i", 'й': "y", 'к': "k", 'л': "l", 'м': "m", 'н': "n", 'о': "o", 'п': "p", 'р': "r", 'с': "s", 'т': "t", 'у': "u", 'ф': "f", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ъ': "", 'ы': "y", 'ь': "", 'э': "e", 'ю': "yu", 'я': "ya"},
	"uk": {'г': "h", 'ґ': "g", 'е': "e", 'є': "ie", 'ж': "zh", 'и': "y", 'і': "i", 'ї': "i", 'й': "i", 'х': "kh", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "shch", 'ь': "", 'ю': "iu", 'я': "ia", 'ʼ': "", '’': ""},
	"bg": {'ж': "zh", 'й': "y", 'х': "h", 'ц': "ts", 'ч': "ch", 'ш': "sh", 'щ': "sht", 'ъ': "a", 'ь': "y", 'ю': "yu", 'я': "ya"},
	"sr": {'ђ': "dj", 'ж': "z", 'ј': "j", 'љ': "lj", 'њ': "nj", 'ћ': "c", 'х': "h", 'ц': "c", 'ч': "c", 'џ': "dz", 'ш': "s", 'đ': "dj"},
	"de": {'ä': "ae", 'ö': "oe", 'ü': "ue", 'ß': "ss"},
	"sv": {'å': "a", 'ä': "a", 'ö': "o"},
	"da": {'æ': "ae", 'ø': "oe", 'å': "aa"},
	"ar": {'ا': "a", 'أ': "a", 'إ': "i", 'آ': "a", 'ب': "b", 'ت': "t", 'ث': "th", 'ج': "j", 'ح': "h", 'خ': "kh", 'د': "d", 'ذ': "dh", 'ر': "r", 'ز': "z", 'س': "s", 'ش': "sh", 'ص': "s", 'ض': "d", 'ط': "t", 'ظ': "z", 'ع': "a", 'غ': "gh", 'ف': "f", 'ق': "q", 'ك': "k", 'ل': "l", 'م': "m", 'ن': "n", 'ه': "h", 'و': "w", 'ي': "y", 'ى': "a", 'ة': "a", 'ء': "", 'ئ': "y", 'ؤ': "w"},
}

// Slug makes the last part of an address from words of a language (a BCP 47 tag): small Latin letters, digits and single
// dashes, at most 80 of them; "item" when nothing of the words can be written so. The language counts because the same
// letter is written differently (г is g in Russian and h in Ukrainian).
func Slug(language, words string) string {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	table := letters[base]
	var b strings.Builder
	dash := false
	for _, r := range norm.NFC.String(words) {
		low := unicode.ToLower(r)
		latin, ok := table[low]
		switch {
		case ok:
		case unicode.Is(unicode.M, r):
			if unicode.In(r, unicode.Inherited, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Cyrillic) {
				continue // points and accents; the scripts of India and around write vowels so
			}
			latin = strings.Trim(strings.ToLower(unidecode.Unidecode(string(r))), ":'` ")
		case r == 'ـ', r == '\'', r == '’', r == '\u200c', r == '\u200d':
			continue
		case low < 0x80:
			latin = string(low)
		case unicode.IsLetter(r) || unicode.IsNumber(r):
			latin = strings.ToLower(unidecode.Unidecode(string(r)))
		default:
			latin = " "
		}
		for i := 0; i < len(latin); i++ {
			c := latin[i]
			if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
				if dash && b.Len() > 0 {
					b.WriteByte('-')
				}
				dash = false
				b.WriteByte(c)
			} else if c != '\'' && c != '`' {
				dash = true
			}
		}
		if b.Len() > 4*slugLength {
			break
		}
	}
	s := b.String()
	if len(s) > slugLength {
		s = s[:slugLength]
		if i := strings.LastIndexByte(s, '-'); i > slugLength/2 {
			s = s[:i]
		}
	}
	if s = strings.Trim(s, "-"); s == "" {
		return "item"
	}
	return s
}
