package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"dateline/internal/body"
	"dateline/internal/coverage"
	"dateline/internal/fault"
	"dateline/internal/news"
	"dateline/internal/store/stem"
)

// Of the posts with the words of a search the latest are looked at, and of one coverage some are given, so that a long one leaves room for others.
const (
	postsLooked = 1000
	postsGiven  = 5
)

// sqlFind is the text of a search of stories and posts, newest first. It has two forms, by the column of a full-text table that numbers its rows
// and by how it is asked; both find stems.
func sqlFind(num, asked string) string {
	of := `p.edition = $2 AND (p.section = $5 OR $5 = '') AND p.withdrawn_us = 0`
	return public(`SELECT p.card, p.body, COALESCE(l.doc, '') FROM (
		SELECT f.` + num + ` AS num, p.id AS article, '' AS post FROM found f JOIN published p ON p.num = f.` + num + ` WHERE f.stems ` + asked + ` AND ` + of + `
		UNION ALL SELECT num, article, post FROM (
			SELECT l.num AS num, l.coverage AS article, l.id AS post, ROW_NUMBER() OVER (PARTITION BY l.coverage ORDER BY l.num DESC) AS place FROM (
				SELECT f.` + num + ` AS num FROM found_post f WHERE f.stems ` + asked + ` ORDER BY f.` + num + ` DESC LIMIT ` + strconv.Itoa(postsLooked) + `
			) n JOIN live_post l ON l.num = n.num JOIN published p ON p.id = l.coverage WHERE l.withdrawn_us = 0 AND ` + of + `
		) r WHERE place <= ` + strconv.Itoa(postsGiven) + `
		ORDER BY num DESC LIMIT $3 + 0 OFFSET $4
	) h JOIN published p ON p.id = h.article LEFT JOIN live_post l ON l.id = h.post ORDER BY h.num DESC`)
}

var (
	sqlFindSQLite   = sqlFind("rowid", "MATCH $1")
	sqlFindPostgres = sqlFind("num", "@@ $1::tsquery")
	sqlLanguage     = public(`SELECT doc FROM edition WHERE slug = $1`)
)

// Find searches what is published in an edition, newest first.
func (d *DB) Find(ctx context.Context, q news.Search) ([]news.Hit, error) {
	e, err := scanEdition(d.public.QueryRowContext(ctx, sqlLanguage, q.Edition))
	if err != nil {
		return nil, d.Fault(err)
	}
	match := d.match(e.Language, q.Text, false)
	if match == "" {
		return nil, nil
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 20
	}
	if q.Offset < 0 || q.Offset > 1000 {
		return nil, fault.At("query.after", "fault.offset", "a search goes on for at most 1,000 results")
	}
	want := map[string]bool{}
	for _, s := range stem.Of(e.Language, q.Text) {
		want[s] = true
	}
	rows, err := d.public.QueryContext(ctx, d.Pick(sqlFindSQLite, sqlFindPostgres), match, q.Edition, min(limit, 101), q.Offset, q.Section)
	return collect(d, rows, err, func(row scanner) (h news.Hit, err error) {
		var post string
		if h.Item, err = d.decoded.scan(withLast{row, []any{&post}}); err != nil {
			return h, err
		}
		text := h.Body.Text()
		if h.Body = (body.Document{}); post != "" {
			var i coverage.Item
			if err := json.Unmarshal([]byte(post), &i); err != nil {
				return h, fmt.Errorf("store: published post: %w", err)
			}
			h.Post, h.At, text = i.ID, i.At, strings.Join(sayings(i), "\n")
		}
		h.Excerpt = excerpt(e.Language, text, want)
		return h, nil
	})
}

// sayings are the words by which a post is found.
func sayings(i coverage.Item) []string {
	out := []string{i.Headline, i.Body.Text()}
	if i.Result != nil {
		out = append(out, i.Result.Line())
	}
	if i.Question != nil {
		out = append(out, i.Question.Question)
		for _, o := range i.Question.Options {
			out = append(out, o.Text)
		}
	}
	out = append(out, i.Tags...)
	return slices.DeleteFunc(append(out, i.Byline, i.Contributor), func(s string) bool { return s == "" })
}

// indexPost keeps by which words a published post of a coverage is found, a withdrawn one by none.
func (t *tx) indexPost(num int64, i coverage.Item, of news.Article) error {
	if i.Gone() {
		return t.unindex("found_post", num)
	}
	edition := of.Edition
	if of.Live != nil {
		edition = of.Live.Edition
	}
	return t.index("found_post", num, of.Language, edition, sayings(i)...)
}

// enterPosts makes the full text of posts anew from what is published.
func (t *tx) enterPosts() error {
	if err := t.Exec(`DELETE FROM found_post`); err != nil {
		return err
	}
	var of news.Article
	for after, id := "", ""; ; after = id {
		rows, err := t.QueryContext(t.Ctx, `SELECT doc FROM live_post WHERE (coverage, id) > ($1, $2) AND withdrawn_us = 0 ORDER BY coverage, id LIMIT 200`, of.ID, after)
		list, err := collect(t.db, rows, err, scanLivePost)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, i := range list {
			if id = i.ID; i.Coverage != of.ID {
				if of, err = covered(t.Row(`SELECT doc FROM article WHERE id = $1`, i.Coverage)); err != nil {
					return err
				}
			}
			num, err := t.foundNumber("live_post", i.ID, i.PublishedAt)
			if err != nil {
				return err
			}
			if err := t.Exec(`UPDATE live_post SET num = $2 WHERE id = $1`, i.ID, num); err != nil {
				return err
			}
			if err := t.indexPost(num, i, of); err != nil {
				return err
			}
		}
	}
}

// withLast scans more columns behind those that the scan it is given to asks for.
type withLast struct {
	scanner
	last []any
}

func (w withLast) Scan(into ...any) error {
	return w.scanner.Scan(append(slices.Clone(into), w.last...)...)
}

// excerpt gives about 200 bytes of text around the first word whose stem is wanted, "" when none is.
func excerpt(language, text string, want map[string]bool) string {
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
