package store

import (
	"strings"

	"dateline/internal/fault"
	"dateline/internal/store/stem"
)

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
