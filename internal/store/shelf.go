package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"dateline/internal/coverage"
	"dateline/internal/edition"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/seek"
	"dateline/internal/store/stem"
)

// shelve keeps what the picture desk asks a picture for, in place of what was kept of it before.
func (t *tx) shelve(p media.Picture) error {
	num, err := moment.Number(p.ID)
	if err != nil {
		return err
	}
	if err := t.Exec(`INSERT INTO picture_shelf (picture, num, kind, credited, described, expires_us, killed_us) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (picture) DO UPDATE SET kind = excluded.kind, credited = excluded.credited, described = excluded.described, expires_us = excluded.expires_us, killed_us = excluded.killed_us`,
		p.ID, num, string(p.Kind), bit(p.Credited()), bit(p.Alt != ""), moment.Micros(p.ExpiresAt), moment.Micros(p.KilledAt)); err != nil {
		return err
	}
	// A picture has no language: its words are found by the stems of every one.
	words := strings.Join([]string{p.Caption, p.Headline, p.Alt, p.Credit, p.Source, p.Creator, p.Copyright, p.City, p.Country}, "\n")
	var found []string
	for _, language := range stem.Languages() {
		found = append(found, stem.Of(language, words)...)
	}
	slices.Sort(found)
	return t.keepStems("picture_found", num, slices.Compact(found))
}

// hangPictures notes which pictures the working copy of an article names.
func (t *tx) hangPictures(a news.Article) error {
	names := append([]string{}, a.Body.Pictures()...)
	if a.Picture != "" {
		names = append(names, a.Picture)
	}
	return t.hang(a.ID, names)
}

// hangPost notes which pictures a post of a live coverage names, none once it is withdrawn or gone. It stands beside the articles by its own id.
func (t *tx) hangPost(p coverage.Post, gone bool) error {
	if gone || p.State == coverage.Withdrawn {
		return t.hang(p.ID, nil)
	}
	return t.hang(p.ID, slices.Clone(p.Body.Pictures()))
}

func (t *tx) hang(id string, names []string) error {
	slices.Sort(names)
	names = slices.Compact(names)
	rows, err := t.QueryContext(t.Ctx, `SELECT picture FROM article_picture WHERE article = $1 ORDER BY picture`, id)
	kept, err := collect(t.db, rows, err, func(row scanner) (id string, err error) { return id, row.Scan(&id) })
	if err != nil {
		return err
	}
	slices.Sort(kept) // databases may order texts in their own way
	if slices.Equal(kept, names) {
		return nil
	}
	if err := t.Exec(`DELETE FROM article_picture WHERE article = $1`, id); err != nil {
		return err
	}
	for _, picture := range names {
		if err := t.Exec(`INSERT INTO article_picture (picture, article) VALUES ($1, $2) ON CONFLICT DO NOTHING`, picture, id); err != nil {
			return err
		}
	}
	return nil
}

// madeUp makes sure that what newer releases ask for is there for all that was there before them: pictures and stories on the shelf of
// the picture desk, authors and topics.
func (d *DB) madeUp(ctx context.Context) error {
	for name, do := range map[string]func(*tx) error{"picture-shelf": (*tx).reshelve, "entries": (*tx).enter, "found-posts": (*tx).enterPosts, "hung-posts": (*tx).hangPosts} {
		done, err := d.Setting(ctx, name)
		if err != nil {
			return err
		}
		if done != "" {
			continue
		}
		err = d.change(ctx, func(t *tx) error { // the setting first: another process that does the same waits
			if err := t.Exec(`INSERT INTO setting (name, value) VALUES ($1, 'made') ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name); err != nil {
				return err
			}
			return do(t)
		})
		if err != nil {
			return fmt.Errorf("store: %s: %w", name, err)
		}
	}
	return nil
}

// reshelve makes the shelf of the picture desk anew from pictures and stories.
func (t *tx) reshelve() error {
	for _, table := range []string{"picture_found", "picture_shelf", "article_picture"} {
		if err := t.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	for after := ""; ; {
		rows, err := t.QueryContext(t.Ctx, `SELECT doc, version, sha256, original FROM picture WHERE id > $1 ORDER BY id LIMIT 200`, after)
		list, err := collect(t.db, rows, err, scanPicture)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			break
		}
		for _, p := range list {
			if err := t.shelve(p); err != nil {
				return err
			}
			after = p.ID
		}
	}
	if err := t.everyArticle(t.hangPictures); err != nil {
		return err
	}
	return t.hangPosts()
}

// hangPosts notes the pictures of the posts there are.
func (t *tx) hangPosts() error {
	for after := ""; ; {
		rows, err := t.QueryContext(t.Ctx, `SELECT doc FROM post WHERE id > $1 ORDER BY id LIMIT 200`, after)
		list, err := collect(t.db, rows, err, scanPost)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, p := range list {
			if err := t.hangPost(p, false); err != nil {
				return err
			}
			after = p.ID
		}
	}
}

// everyArticle runs f on the working copy of each article.
func (t *tx) everyArticle(f func(news.Article) error) error {
	for after := ""; ; {
		rows, err := t.QueryContext(t.Ctx, `SELECT doc FROM article WHERE id > $1 ORDER BY id LIMIT 200`, after)
		list, err := collect(t.db, rows, err, scanArticle)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, a := range list {
			if err := f(a); err != nil {
				return err
			}
			after = a.ID
		}
	}
}

// ListPictures lists pictures of the desk, newest first.
func (d *DB) ListPictures(ctx context.Context, q media.Shelf) ([]media.Picture, error) {
	var where []string
	var args []any
	arg := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	if q.Text != "" {
		var any []string
		for _, match := range seek.MatchAny(d.postgres, q.Text) {
			any = append(any, "s.num IN ("+seek.Rows(d.postgres, "picture_found", arg(match))+")")
		}
		if any == nil {
			return nil, nil
		}
		where = append(where, "("+strings.Join(any, " OR ")+")")
	}
	if q.Kind != "" {
		where = append(where, "s.kind = "+arg(string(q.Kind)))
	}
	if !q.EndsBefore.IsZero() {
		where = append(where, "s.expires_us > "+arg(moment.Micros(q.EndsAfter))+" AND s.expires_us <= "+arg(moment.Micros(q.EndsBefore)))
	}
	if q.Uncredited {
		where = append(where, "s.credited = 0")
	}
	if q.Undescribed {
		where = append(where, "s.described = 0")
	}
	if q.Killed {
		where = append(where, "s.killed_us > 0")
	} else {
		where = append(where, "s.killed_us = 0")
	}
	if q.Used != nil {
		not := map[bool]string{false: "NOT "}[*q.Used]
		where = append(where, not+`(EXISTS (SELECT 1 FROM article_picture u WHERE u.picture = s.picture) OR EXISTS (SELECT 1 FROM published_picture u WHERE u.picture = s.picture))`)
	}
	if q.After != "" {
		num, err := moment.Number(q.After)
		if err != nil {
			return nil, err
		}
		where = append(where, "s.num < "+arg(num))
	}
	rows, err := d.read.QueryContext(ctx, `SELECT p.doc, p.version, p.sha256, p.original FROM picture_shelf s JOIN picture p ON p.id = s.picture
		WHERE `+strings.Join(where, " AND ")+` ORDER BY s.num DESC LIMIT `+arg(q.Limit), args...)
	return collect(d, rows, err, scanPicture)
}

// usesRead is how many stories a picture is looked for in.
const usesRead = 500

// Facing gives the fronts that show a picture over a pin, and the entries whose page shows it; see news.Store.
func (d *DB) Facing(ctx context.Context, picture string) ([]edition.Front, []news.Entry, error) {
	part := `%"picture":"` + picture + `"%` // as documents are written; what it finds is looked at again
	rows, err := d.read.QueryContext(ctx, `SELECT doc, version FROM front WHERE doc LIKE $1 ORDER BY edition, section`, part)
	fronts, err := collect(d, rows, err, func(row scanner) (edition.Front, error) { return scanFront(row, "", "") })
	if err != nil {
		return nil, nil, err
	}
	rows, err = d.read.QueryContext(ctx, `SELECT `+entryColumns+` FROM entry e WHERE e.doc LIKE $1 ORDER BY e.kind, e.edition, e.slug LIMIT $2`, part, usesRead)
	entries, err := collect(d, rows, err, scanEntry)
	fronts = slices.DeleteFunc(fronts, func(f edition.Front) bool {
		return !slices.ContainsFunc(f.Pins, func(p edition.Pin) bool { return p.Picture == picture })
	})
	return fronts, slices.DeleteFunc(entries, func(e news.Entry) bool { return e.Picture != picture }), err
}

// Using gives the working copies that name a picture, latest change first, and what readers see of it: the published items that show it.
func (d *DB) Using(ctx context.Context, picture string) ([]news.Article, []news.Item, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT a.doc FROM article a WHERE a.id IN (SELECT u.article FROM article_picture u WHERE u.picture = $1
		UNION SELECT p.coverage FROM article_picture u JOIN post p ON p.id = u.article WHERE u.picture = $1) ORDER BY a.updated_us DESC, a.id DESC LIMIT $2`, picture, usesRead)
	copies, err := collect(d, rows, err, scanArticle)
	if err != nil {
		return nil, nil, err
	}
	rows, err = d.read.QueryContext(ctx, `SELECT p.card, '' FROM published p WHERE p.withdrawn_us = 0 AND p.id IN (SELECT u.id FROM published_picture u WHERE u.picture = $1
		UNION SELECT l.coverage FROM article_picture u JOIN live_post l ON l.id = u.article WHERE u.picture = $1 AND l.withdrawn_us = 0) ORDER BY p.feed_us DESC, p.id DESC LIMIT $2`, picture, usesRead)
	items, err := collect(d, rows, err, scanItem)
	return copies, items, err
}
