// Package seek says how the full-text tables are asked: the texts and the queries of both databases, which hold the same stems and answer alike,
// and the words around what was found.
package seek

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dateline/internal/store/stem"
)

// Match gives the query of every stem of text, in the form of the database; "" when the text has no word. With typing each word may
// be the beginning of one.
func Match(postgres bool, language, text string, typing bool) string {
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
	if postgres {
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

// MatchAny gives the queries of text in each language there are stems of, each once; none when the text has no word.
func MatchAny(postgres bool, text string) []string {
	var all []string
	for _, language := range stem.Languages() {
		if m := Match(postgres, language, text, false); m != "" && !slices.Contains(all, m) {
			all = append(all, m)
		}
	}
	return all
}

// Rows is the text that finds the numbers of what has the words of a query in a full-text table.
func Rows(postgres bool, table, query string) string {
	if postgres {
		return `SELECT num FROM ` + table + ` WHERE stems @@ ` + query + `::tsquery`
	}
	return `SELECT rowid FROM ` + table + ` WHERE ` + table + ` MATCH ` + query
}

// Of the posts with the words of a search the latest are looked at, and of one coverage some are given, so that a long one leaves room for others.
const (
	postsLooked = 1000
	postsGiven  = 5
)

// Published is the text of a search of what is published, stories and posts, newest first: match $1, edition $2, limit $3, offset $4 and section $5 or "".
func Published(postgres bool) string {
	num, asked := "rowid", "MATCH $1"
	if postgres {
		num, asked = "num", "@@ $1::tsquery"
	}
	of := `p.edition = $2 AND (p.section = $5 OR $5 = '') AND p.withdrawn_us = 0`
	return `SELECT p.card, p.body, COALESCE(l.doc, '') FROM (
		SELECT f.` + num + ` AS num, p.id AS article, '' AS post FROM found f JOIN published p ON p.num = f.` + num + ` WHERE f.stems ` + asked + ` AND ` + of + `
		UNION ALL SELECT num, article, post FROM (
			SELECT l.num AS num, l.coverage AS article, l.id AS post, ROW_NUMBER() OVER (PARTITION BY l.coverage ORDER BY l.num DESC) AS place FROM (
				SELECT f.` + num + ` AS num FROM found_post f WHERE f.stems ` + asked + ` ORDER BY f.` + num + ` DESC LIMIT ` + strconv.Itoa(postsLooked) + `
			) n JOIN live_post l ON l.num = n.num JOIN published p ON p.id = l.coverage WHERE l.withdrawn_us = 0 AND ` + of + `
		) r WHERE place <= ` + strconv.Itoa(postsGiven) + `
		ORDER BY num DESC LIMIT $3 + 0 OFFSET $4
	) h JOIN published p ON p.id = h.article LEFT JOIN live_post l ON l.id = h.post ORDER BY h.num DESC`
}

// Excerpt gives about 200 bytes of text around the first word whose stem is wanted, "" when none is.
func Excerpt(language, text string, want map[string]bool) string {
	const around = 100
	offset := 0
	for word := range strings.FieldsSeq(text) {
		at := strings.Index(text[offset:], word) + offset
		offset = at + len(word)
		hit := slices.ContainsFunc(stem.Of(language, word), func(s string) bool { return want[s] })
		if !hit {
			continue
		}
		from, to := max(0, at-around), min(len(text), offset+around)
		for from > 0 && text[from] != ' ' && text[from] != '\n' {
			from--
		}
		for to < len(text) && text[to] != ' ' && text[to] != '\n' {
			to++
		}
		out := strings.Join(strings.Fields(text[from:to]), " ")
		if from > 0 {
			out = "… " + out
		}
		if to < len(text) {
			out += " …"
		}
		if utf8.RuneCountInString(out) > 400 {
			return ""
		}
		return out
	}
	return ""
}
