package talk

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// matcher finds words and phrases in text by what inflection leaves of them, never inside other words, and however they are written.
type matcher struct {
	stem  func(language, text string) []string
	known sync.Map // language + "\n" + entry of a list -> its stems
	kept  atomic.Int64
}

// mostKnown is how many entries of lists are remembered; beyond it all are forgotten.
const mostKnown = 20_000

// entry gives the stems of an entry of a list.
func (m *matcher) entry(language, entry string) []string {
	key := language + "\n" + entry
	if s, ok := m.known.Load(key); ok {
		return s.([]string)
	}
	if m.kept.Add(1)%mostKnown == 0 {
		m.known.Clear()
	}
	s := m.stems(language, entry)
	m.known.Store(key, s)
	return s
}

// find gives for each text the words of list that stand in it.
func (m *matcher) find(language string, list []string, texts ...string) [][]string {
	out := make([][]string, len(texts))
	if len(list) == 0 {
		return out
	}
	in, at := make([][]string, len(texts)), make([]map[string][]int, len(texts))
	for i, text := range texts {
		in[i], at[i] = m.stems(language, text), map[string][]int{}
		for n, s := range in[i] {
			at[i][s] = append(at[i][s], n)
		}
	}
	for _, entry := range list {
		want := m.entry(language, entry)
		if len(want) == 0 {
			continue
		}
		for i := range texts {
			if slices.ContainsFunc(at[i][want[0]], func(n int) bool { return n+len(want) <= len(in[i]) && slices.Equal(in[i][n:n+len(want)], want) }) {
				out[i] = append(out[i], entry)
			}
		}
	}
	return out
}

// stems gives what inflection leaves of the words of a text, each by the language of its script.
func (m *matcher) stems(language, text string) (out []string) {
	text = bare(text)
	begin, in, inside := 0, language, false
	for i, r := range text {
		part := unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.M, r)
		if part && !inside {
			if of := tongue(language, r); of != in {
				out = append(out, m.stem(in, text[begin:i])...)
				begin, in = i, of
			}
		}
		inside = part
	}
	return append(out, m.stem(in, text[begin:])...)
}

// bare is a text as it is compared: without what nobody sees, and wide, small and joined letters as plain ones.
func bare(text string) string {
	if plain(text) {
		return text
	}
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == 0x034f {
			return -1
		}
		return r
	}, text))
}

// plain reports whether all of a text is ASCII.
func plain(text string) bool {
	for i := range len(text) {
		if text[i] >= 0x80 {
			return false
		}
	}
	return true
}

// Languages that are written in a script of which only one is stemmed.
var (
	cyrillic = []string{"ru", "uk", "be", "bg", "mk", "sr", "kk", "ky", "tg", "mn"}
	arabic   = []string{"ar", "fa", "ur", "ps", "ckb", "ug", "sd"}
)

// tongue is the language of a word that begins with a letter, in a text of a language.
func tongue(language string, r rune) string {
	if r < 0x80 {
		return language
	}
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch {
	case unicode.Is(unicode.Cyrillic, r) && !slices.Contains(cyrillic, base):
		return "ru"
	case unicode.Is(unicode.Arabic, r) && !slices.Contains(arabic, base):
		return "ar"
	}
	return language
}
