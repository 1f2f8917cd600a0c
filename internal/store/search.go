package store

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dateline/internal/fault"
	"dateline/internal/store/stem"
)

// match gives the query of every stem of text, in the form of the database; "" when the text has no word. With typing each word may
// be the beginning of one.
func (d *DB) match(language, text string, typing bool) string {
	if len(text) > 200 {
		text = strings.ToValidUTF8(text[:200], "")
	}
	words := stem.Of(language, text)
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
	if written := stem.Of("", text); typing && len(written) == len(words) {
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
	for _, language := range stem.Languages() {
		if m := d.match(language, text, false); m != "" && !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}

// sqlFound is the text that finds the numbers of what has the words of a query in a full-text table.
func (d *DB) sqlFound(table, query string) string {
	return d.Pick(`SELECT rowid FROM `+table+` WHERE `+table+` MATCH `+query, `SELECT num FROM `+table+` WHERE stems @@ `+query+`::tsquery`)
}

// index puts the stems of a thing into one of the two full-text tables, in place of earlier ones: those of its own language, and those
// of its edition's, in which readers ask.
func (t *tx) index(table string, num int64, language, edition string, texts ...string) error {
	all := strings.Join(texts, "\n")
	found := stem.Of(language, all)
	asked, err := scanEdition(t.Row(`SELECT doc FROM edition WHERE slug = $1`, edition))
	if err != nil && !fault.Is(err, fault.NotFound) {
		return err
	}
	if asked.Language != "" && stem.Base(asked.Language) != stem.Base(language) {
		known := make(map[string]bool, len(found))
		for _, s := range found {
			known[s] = true
		}
		for _, s := range stem.Of(asked.Language, all) {
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
		return t.Exec(`INSERT INTO `+table+` (num, stems) VALUES ($1, array_to_tsvector(array_remove(string_to_array($2, ' '), '')))
			ON CONFLICT (num) DO UPDATE SET stems = excluded.stems`, num, text)
	}
	return t.Exec(`INSERT OR REPLACE INTO `+table+` (rowid, stems) VALUES ($1, $2)`, num, text)
}

// unindex takes a thing out of a full-text table.
func (t *tx) unindex(table string, num int64) error {
	return t.Exec(`DELETE FROM `+table+` WHERE `+t.db.Pick("rowid", "num")+` = $1`, num)
}
