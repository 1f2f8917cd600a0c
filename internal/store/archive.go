package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"time"

	"dateline/internal/body"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/decoded"
	"dateline/internal/store/rows"
)

// publish puts an item in place of what the public saw of it, with the rows by which lists find it.
func (t *tx) publish(i news.Item) error {
	doc, err := json.Marshal(i.Body)
	if err != nil {
		return err
	}
	card := i
	card.Body = body.Document{}
	cardDoc, err := json.Marshal(card)
	if err != nil {
		return err
	}
	num, err := t.foundNumber("published", i.ID, i.PublishedAt)
	if err != nil {
		return err
	}
	family, err := t.family(i)
	if err != nil {
		return err
	}
	if err := t.Exec(`INSERT INTO published (id, num, edition, section, kind, family, published_us, feed_us, line_us, withdrawn_us, revision, card, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
		ON CONFLICT (id) DO UPDATE SET edition = excluded.edition, section = excluded.section, kind = excluded.kind, family = excluded.family,
			feed_us = excluded.feed_us, line_us = excluded.line_us, withdrawn_us = excluded.withdrawn_us, revision = excluded.revision, card = excluded.card, body = excluded.body`,
		i.ID, num, i.Edition, i.Section, string(i.Kind), family, moment.Micros(i.PublishedAt), moment.Micros(i.FeedAt), moment.Micros(i.LineAt()), moment.Micros(i.WithdrawnAt), i.Revision, string(cardDoc), string(doc)); err != nil {
		return err
	}
	for _, table := range []string{"published_tag", "published_author", "published_picture", "published_correction"} {
		if err := t.Exec(`DELETE FROM `+table+` WHERE id = $1`, i.ID); err != nil {
			return err
		}
	}
	if i.Gone() {
		return t.unindex("found", num)
	}
	return t.publishLists(i, num)
}

// family names the translations that belong together by the story they all go back to. Who translated i before i became a
// translation itself comes along.
func (t *tx) family(i news.Item) (string, error) {
	if i.TranslationOf == "" {
		return i.ID, nil
	}
	family := i.TranslationOf
	if err := t.Row(`SELECT family FROM published WHERE id = $1`, family).Scan(&family); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	if family == i.ID {
		return family, nil
	}
	return family, t.Exec(`UPDATE published SET family = $2 WHERE family = $1`, i.ID, family)
}

func (t *tx) publishLists(i news.Item, num int64) error {
	if err := t.publishNames(i); err != nil {
		return err
	}
	pictures := i.Body.Pictures()
	if i.Picture != "" {
		pictures = append(pictures, i.Picture)
	}
	for _, p := range pictures {
		if err := t.Exec(`INSERT INTO published_picture (picture, id) VALUES ($1, $2) ON CONFLICT DO NOTHING`, p, i.ID); err != nil {
			return err
		}
	}
	for _, m := range i.Corrections {
		doc, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if err := t.Exec(`INSERT INTO published_correction (edition, at_us, id, number, doc) VALUES ($1, $2, $3, $4, $5)`, i.Edition, moment.Micros(m.At), i.ID, m.Revision, string(doc)); err != nil {
			return err
		}
	}
	if err := t.Exec(`INSERT INTO address (edition, section, slug, article) VALUES ($1, $2, $3, $4) ON CONFLICT (edition, section, slug) DO NOTHING`,
		i.Edition, i.Section, i.Slug, i.ID); err != nil {
		return err
	}
	var owner string
	if err := t.Row(`SELECT article FROM address WHERE edition = $1 AND section = $2 AND slug = $3`, i.Edition, i.Section, i.Slug).Scan(&owner); err != nil {
		return err
	}
	if owner != i.ID {
		return errMoved // another story took the address meanwhile; the rule looks for the next
	}
	return t.indexItem(num, i)
}

func (t *tx) indexItem(num int64, i news.Item) error {
	names := make([]string, len(i.Byline))
	for n, b := range i.Byline {
		names[n] = b.Name
	}
	return t.index("found", num, i.Language, i.Edition, i.Headline, i.ShortHeadline, i.Lead, i.Dateline.Place, strings.Join(i.Tags, " "), strings.Join(names, " "), i.Body.Text())
}

// foundNumber gives the row number in a table that orders search results: seconds of the first publication, then a
// number of the id. It stays with what has one.
func (t *tx) foundNumber(table, id string, published time.Time) (int64, error) {
	var num int64
	err := t.Row(`SELECT num FROM `+table+` WHERE id = $1`, id).Scan(&num)
	if err == nil && num > 0 || err != nil && !errors.Is(err, sql.ErrNoRows) {
		return num, err
	}
	h := fnv.New32a()
	h.Write([]byte(id))
	for num = max(published.Unix(), 0)<<31 | int64(h.Sum32()&0x7fffffff); ; num++ {
		var n int
		if err := t.Row(`SELECT COUNT(*) FROM `+table+` WHERE num = $1`, num).Scan(&n); err != nil || n == 0 {
			return num, err
		}
	}
}

// scanDecoded reads an item that is shared with whoever else reads it.
func (d *DB) scanDecoded(row scanner) (news.Item, error) {
	var card, doc string
	if err := row.Scan(&card, &doc); err != nil {
		return news.Item{}, missing(err, "article")
	}
	return d.decoded.Read(card, doc)
}

// scanItem reads an item that is nobody else's; see decoded for what the public reads.
func scanItem(row scanner) (news.Item, error) {
	var i news.Item
	var card, doc string
	if err := row.Scan(&card, &doc); err != nil {
		return i, missing(err, "article")
	}
	if err := json.Unmarshal([]byte(card), &i); err != nil {
		return i, fmt.Errorf("store: published item: %w", err)
	}
	var err error
	if doc != "" {
		i.Body, err = decoded.Body(doc)
	}
	return i, err
}

var (
	sqlItem   = public(`SELECT card, body FROM published WHERE id = $1`)
	sqlLocate = public(`SELECT p.card, p.body FROM address a JOIN published p ON p.id = a.article WHERE a.edition = $1 AND a.section = $2 AND a.slug = $3`)
	sqlItems  = listsOf(`SELECT card, '' FROM published WHERE withdrawn_us = 0 AND id IN `)
)

// listsOf puts a text on the public list that ends in a list of ids, once for each of rows.Steps.
func listsOf(text string) map[int]string {
	texts := map[int]string{}
	for _, n := range rows.Steps {
		texts[n] = public(text + `(` + marks(1, n) + `)`)
	}
	return texts
}

// Item reads one published item.
func (d *DB) Item(ctx context.Context, id string) (news.Item, error) {
	i, err := d.scanDecoded(d.public.QueryRowContext(ctx, sqlItem, id))
	return i, d.Fault(err)
}

// Locate finds what an address leads to.
func (d *DB) Locate(ctx context.Context, edition, section, slug string) (news.Location, error) {
	i, err := d.scanDecoded(d.public.QueryRowContext(ctx, sqlLocate, edition, section, slug))
	if err != nil {
		return news.Location{}, d.Fault(err)
	}
	return news.Location{Item: i, Moved: i.Edition != edition || i.Section != section || i.Slug != slug}, nil
}

var sqlFormerly = public(`SELECT p.card, '' FROM old_address o JOIN published p ON p.id = o.article WHERE o.path IN ($1, $2) ORDER BY o.path, o.edition LIMIT 100`)

// Formerly finds what has one of two addresses from elsewhere.
func (d *DB) Formerly(ctx context.Context, path, other string) ([]news.Item, error) {
	rows, err := d.public.QueryContext(ctx, sqlFormerly, path, other)
	return collect(d, rows, err, scanItem)
}

// Items reads the published ones among ids, in their order.
func (d *DB) Items(ctx context.Context, ids []string) ([]news.Item, error) {
	byID := map[string]news.Item{}
	for args := range rows.Few(ids) {
		rows, err := d.public.QueryContext(ctx, sqlItems[len(args)], args...)
		items, err := collect(d, rows, err, d.scanDecoded)
		if err != nil {
			return nil, err
		}
		for _, i := range items {
			byID[i.ID] = i
		}
	}
	var out []news.Item
	for _, id := range ids {
		if i, ok := byID[id]; ok {
			out = append(out, i)
			delete(byID, id)
		}
	}
	return out, nil
}

// listText gives the text of a list: from which table it comes, by which column, with bodies or without.
func listText(from, where, feed, extra string, bodies bool) string {
	text := "''"
	if bodies {
		text = "p.body"
	}
	return public(`SELECT p.card, ` + text + ` FROM ` + from + ` WHERE ` + where + ` AND (` + feed + `, ` + extra + `) < ($2, $3) ORDER BY ` + feed + ` DESC, ` + extra + ` DESC LIMIT $4 + 0`)
}

type listTexts [2]string

func lists(from, where, feed, id string) listTexts {
	return listTexts{listText(from, where, feed, id, false), listText(from, where, feed, id, true)}
}

var (
	listEdition = lists(`published p`, `p.edition = $1 AND p.withdrawn_us = 0 AND p.kind <> 'page'`, `p.feed_us`, `p.id`)
	listSince   = lists(`published p`, `p.edition = $1 AND p.withdrawn_us = 0 AND p.kind <> 'page' AND p.published_us >= $5`, `p.published_us`, `p.id`)
	listPages   = lists(`published p`, `p.edition = $1 AND p.withdrawn_us = 0 AND p.kind = 'page'`, `p.feed_us`, `p.id`)
	listSection = lists(`published p`, `p.section = $1 AND p.withdrawn_us = 0 AND p.kind <> 'page'`, `p.feed_us`, `p.id`)
	lineEdition = lists(`published p`, `p.edition = $1 AND p.withdrawn_us = 0 AND p.kind <> 'page'`, `p.line_us`, `p.id`)
	lineSection = lists(`published p`, `p.section = $1 AND p.withdrawn_us = 0 AND p.kind <> 'page'`, `p.line_us`, `p.id`)
	listTag     = lists(`published_tag t JOIN published p ON p.id = t.id`, `t.edition = $5 AND t.slug = $1`, `t.feed_us`, `t.id`)
	listAuthor  = lists(`published_author t JOIN published p ON p.id = t.id`, `t.slug = $1`, `t.feed_us`, `t.id`)
	listAuthorE = lists(`published_author t JOIN published p ON p.id = t.id`, `t.slug = $1 AND p.edition = $5`, `t.feed_us`, `t.id`)
)

// List lists published items, newest first. Of Section, Tag and Author the first that is set counts, with Edition.
func (d *DB) List(ctx context.Context, q news.Query) ([]news.Item, error) {
	at, id := int64(math.MaxInt64), ""
	if !q.After.At.IsZero() {
		at, id = moment.Micros(q.After.At), q.After.ID
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 20
	}
	args := []any{q.Edition, at, id, min(limit, 1000)}
	var texts listTexts
	switch {
	case q.Newsfeed && q.Section != "":
		texts, args[0] = lineSection, q.Section
	case q.Newsfeed:
		texts = lineEdition
	case q.Section != "":
		texts, args[0] = listSection, q.Section
	case q.Tag != "":
		texts, args[0] = listTag, q.Tag
		args = append(args, q.Edition)
	case q.Author != "" && q.Edition != "":
		texts, args[0] = listAuthorE, q.Author
		args = append(args, q.Edition)
	case q.Author != "":
		texts, args[0] = listAuthor, q.Author
	case q.Kind == news.Page:
		texts = listPages
	case !q.Since.IsZero():
		texts = listSince
		args = append(args, moment.Micros(q.Since))
	default:
		texts = listEdition
	}
	text := texts[0]
	if q.Bodies {
		text = texts[1]
	}
	rows, err := d.public.QueryContext(ctx, text, args...)
	items, err := collect(d, rows, err, d.scanDecoded)
	if q.Newsfeed {
		for n := range items {
			items[n].FeedAt = items[n].LineAt()
		}
	}
	return items, err
}

var (
	sqlTranslations = public(`SELECT p.card, '' FROM published f JOIN published p ON p.family = f.family WHERE f.id = $1 AND p.withdrawn_us = 0 ORDER BY p.edition, p.id`)
	sqlFamilies     = public(`SELECT DISTINCT p.card, '' FROM published f JOIN published p ON p.family = f.family
		WHERE f.edition = $1 AND f.feed_us >= $2 AND f.feed_us < $3 AND f.withdrawn_us = 0 AND f.kind <> 'page' AND p.withdrawn_us = 0 AND p.edition <> f.edition`)
	sqlCorrections = public(`SELECT c.doc, p.card FROM published_correction c JOIN published p ON p.id = c.id WHERE c.edition = $1 AND (c.at_us, c.id) < ($2, $3) ORDER BY c.at_us DESC, c.id DESC LIMIT $4 + 0`)
)

// Translations lists the published items of an item's family, itself included.
func (d *DB) Translations(ctx context.Context, id string) ([]news.Item, error) {
	rows, err := d.public.QueryContext(ctx, sqlTranslations, id)
	return collect(d, rows, err, d.scanDecoded)
}

// Families lists the published items of other editions in the families of an edition's stories whose place in the newsfeed is
// between two times.
func (d *DB) Families(ctx context.Context, edition string, from, to time.Time) ([]news.Item, error) {
	rows, err := d.public.QueryContext(ctx, sqlFamilies, edition, moment.Micros(from), moment.Micros(to))
	return collect(d, rows, err, d.scanDecoded)
}

// Corrections lists an edition's corrections, newest first.
func (d *DB) Corrections(ctx context.Context, edition string, after news.Cursor, limit int) ([]news.CorrectedItem, error) {
	at := int64(math.MaxInt64)
	if !after.At.IsZero() {
		at = moment.Micros(after.At)
	}
	rows, err := d.public.QueryContext(ctx, sqlCorrections, edition, at, after.ID, limit)
	return collect(d, rows, err, func(row scanner) (news.CorrectedItem, error) {
		var c news.CorrectedItem
		var mark, card string
		if err := row.Scan(&mark, &card); err != nil {
			return c, err
		}
		if err := json.Unmarshal([]byte(mark), &c.Mark); err != nil {
			return c, err
		}
		return c, json.Unmarshal([]byte(card), &c.Item)
	})
}
