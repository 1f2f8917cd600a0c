package store

import (
	"context"
	"encoding/json"
	"fmt"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/store/rows"
)

func scanPicture(row scanner) (media.Picture, error) {
	var p media.Picture
	var doc, sum, original string
	var version int64
	if err := row.Scan(&doc, &version, &sum, &original); err != nil {
		return p, missing(err, "picture")
	}
	if err := json.Unmarshal([]byte(doc), &p); err != nil {
		return p, fmt.Errorf("store: picture: %w", err)
	}
	p.Version, p.SHA256, p.Original = version, sum, original
	return p, nil
}

// keptPicture is what an idempotency key keeps of a picture: with what its JSON leaves out.
type keptPicture struct {
	media.Picture
	V int64  `json:"v"`
	S string `json:"s"`
	O string `json:"o"`
}

// CreatePicture keeps a new picture. source is the address it came from by import, "" otherwise; when one came from there
// meanwhile, that is given instead.
func (d *DB) CreatePicture(ctx context.Context, o fact.Once, p media.Picture, source string, out fact.Outcome) (media.Picture, error) {
	k := keptPicture{}
	err := d.change(ctx, func(t *tx) error {
		return once(t, o, &k, func() error {
			if source != "" {
				if err := t.claim(source); err != nil {
					return err
				}
				known, err := scanPicture(t.Row(sqlPictureBySource, source))
				if err == nil {
					k = keptPicture{known, known.Version, known.SHA256, known.Original}
					return nil
				}
				if !fault.Is(err, fault.NotFound) {
					return err
				}
			}
			p.Version = 1
			k = keptPicture{p, 1, p.SHA256, p.Original}
			doc, err := json.Marshal(p)
			if err != nil {
				return err
			}
			if err := t.Exec(`INSERT INTO picture (id, version, sha256, original, source_uri, doc) VALUES ($1, 1, $2, $3, $4, $5)`, p.ID, p.SHA256, p.Original, source, string(doc)); err != nil {
				return err
			}
			if err := t.shelve(p); err != nil {
				return err
			}
			return t.Outcome(out)
		})
	})
	p = k.Picture
	p.Version, p.SHA256, p.Original = k.V, k.S, k.O
	return p, err
}

// AmendPicture runs change on a picture in a transaction; version 0 means any.
func (d *DB) AmendPicture(ctx context.Context, o fact.Once, id string, version int64, change func(*media.Picture) (fact.Outcome, error)) (media.Picture, error) {
	k := keptPicture{}
	err := d.amend(ctx, func(t *tx) error {
		k = keptPicture{}
		return once(t, o, &k, func() error {
			p, err := scanPicture(t.Row(sqlPicture, id))
			if err != nil {
				return err
			}
			if version != 0 && version != p.Version {
				return staleWith(p)
			}
			out, err := change(&p)
			if err != nil {
				return err
			}
			p.Version++
			doc, err := json.Marshal(p)
			if err != nil {
				return err
			}
			n, err := t.ExecCount(`UPDATE picture SET version = $3, doc = $4 WHERE id = $1 AND version = $2`, id, p.Version-1, p.Version, string(doc))
			if err != nil {
				return err
			}
			if n == 0 {
				return errMoved
			}
			if err := t.shelve(p); err != nil {
				return err
			}
			k = keptPicture{p, p.Version, p.SHA256, p.Original}
			return t.Outcome(out)
		})
	})
	p := k.Picture
	p.Version, p.SHA256, p.Original = k.V, k.S, k.O
	return p, err
}

const sqlPictureBySource = `SELECT doc, version, sha256, original FROM picture WHERE source_uri = $1 ORDER BY id DESC LIMIT 1`

const sqlPicture = `SELECT doc, version, sha256, original FROM picture WHERE id = $1`

// Picture reads a picture with everything that is kept of it.
func (d *DB) Picture(ctx context.Context, id string) (media.Picture, error) {
	p, err := scanPicture(d.read.QueryRowContext(ctx, sqlPicture, id))
	return p, d.Fault(err)
}

// PictureBySource finds the picture that an import brought from an address.
func (d *DB) PictureBySource(ctx context.Context, source string) (media.Picture, error) {
	p, err := scanPicture(d.read.QueryRowContext(ctx, sqlPictureBySource, source))
	return p, d.Fault(err)
}

// Pictures reads pictures by id through the public handle; those that do not exist are left out. Whether each may be shown is for the caller to ask.
func (d *DB) Pictures(ctx context.Context, ids []string) (map[string]media.Picture, error) {
	out := make(map[string]media.Picture, len(ids))
	for args := range rows.Few(ids) {
		rows, err := d.public.QueryContext(ctx, sqlPublicPictures[len(args)], args...)
		found, err := collect(d, rows, err, func(row scanner) (p media.Picture, err error) {
			var doc string
			if err = row.Scan(&doc); err == nil {
				err = json.Unmarshal([]byte(doc), &p)
			}
			return p, err
		})
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			p.CreatedBy = ""
			out[p.ID] = p
		}
	}
	return out, nil
}

var sqlPublicPictures = listsOf(`SELECT doc FROM picture WHERE id IN `)

// ShownIn lists the published articles that show a picture, live coverages by their posts. It tells nothing that readers do not see.
func (d *DB) ShownIn(ctx context.Context, picture string) ([]string, error) {
	rows, err := d.read.QueryContext(ctx, `SELECT id FROM published_picture WHERE picture = $1 UNION SELECT l.coverage FROM article_picture u
		JOIN live_post l ON l.id = u.article JOIN published p ON p.id = l.coverage WHERE u.picture = $1 AND l.withdrawn_us = 0 AND p.withdrawn_us = 0`, picture)
	return collect(d, rows, err, func(row scanner) (id string, err error) { return id, row.Scan(&id) })
}
