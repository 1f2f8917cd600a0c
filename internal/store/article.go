package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/media"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/rows"
)

// CreateArticle keeps a new article and what it brings, under its idempotency key.
func (d *DB) CreateArticle(ctx context.Context, o fact.Once, make func(news.Lookup) (news.Article, news.Outcome, error)) (news.Article, error) {
	var a news.Article
	err := d.change(ctx, func(t *tx) error {
		return once(t, o, &a, func() error {
			made, out, err := make(lookup{t})
			if err != nil {
				return err
			}
			a = made
			if err := t.insertArticle(a); err != nil {
				return err
			}
			return t.follow(a, out)
		})
	})
	return a, err
}

// AmendArticle runs change on an article in a transaction; see news.Store.
func (d *DB) AmendArticle(ctx context.Context, o fact.Once, id string, version int64, change func(news.Lookup, *news.Article) (news.Outcome, error)) (news.Article, error) {
	var a news.Article
	for {
		err := d.change(ctx, func(t *tx) error {
			a = news.Article{}
			return once(t, o, &a, func() error { return t.amendArticle(&a, id, version, change) })
		})
		if errors.Is(err, errMoved) {
			continue
		}
		return a, err
	}
}

// errMoved tells that another transaction changed the thing between reading and writing; with "any version" the rule is asked again.
var errMoved = errors.New("store: changed meanwhile")

func (t *tx) amendArticle(a *news.Article, id string, version int64, change func(news.Lookup, *news.Article) (news.Outcome, error)) error {
	var err error
	if *a, err = t.article(id); err != nil {
		return err
	}
	if version != 0 && version != a.Version {
		return staleArticle(*a)
	}
	read := a.Version
	out, err := change(lookup{t}, a)
	if err != nil {
		return err
	}
	if a.Version != read {
		doc, err := json.Marshal(a)
		if err != nil {
			return err
		}
		n, err := t.ExecCount(`UPDATE article SET version = $3, edition = $4, section = $5, state = $6, kind = $7, author = $8, source_uri = $9, updated_us = $10, doc = $11, assignee = $12, family = $13
			WHERE id = $1 AND version = $2`, id, read, a.Version, a.Edition, a.Section, string(a.State), string(a.Kind), a.CreatedBy, sourceURI(a.Source), moment.Micros(a.UpdatedAt), string(doc), a.Assignee, cmp.Or(a.TranslationOf, id))
		if err != nil {
			return err
		}
		if n == 0 {
			if version == 0 {
				return errMoved
			}
			newer, err := t.article(id)
			if err != nil {
				return err
			}
			return staleArticle(newer)
		}
		if err := t.keepVersion(*a, string(doc)); err != nil {
			return err
		}
	}
	return t.follow(*a, out)
}

func staleArticle(a news.Article) error {
	e := fault.New(fault.Stale, "fault.stale", "somebody saved a newer version; here it is")
	e.Current = a
	return e
}

func sourceURI(s *news.Source) string {
	if s == nil {
		return ""
	}
	return s.URI
}

func (t *tx) insertArticle(a news.Article) error {
	doc, err := json.Marshal(a)
	if err != nil {
		return err
	}
	if err := t.Exec(`INSERT INTO article (id, version, edition, section, state, kind, author, source_uri, updated_us, doc, assignee, family) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		a.ID, a.Version, a.Edition, a.Section, string(a.State), string(a.Kind), a.CreatedBy, sourceURI(a.Source), moment.Micros(a.UpdatedAt), string(doc), a.Assignee, cmp.Or(a.TranslationOf, a.ID)); err != nil {
		return err
	}
	return t.keepVersion(a, string(doc))
}

func (t *tx) keepVersion(a news.Article, doc string) error {
	if err := t.Exec(`INSERT INTO version (article, version, account, at_us, doc) VALUES ($1, $2, $3, $4, $5)`,
		a.ID, a.Version, a.UpdatedBy, moment.Micros(a.UpdatedAt), doc); err != nil {
		return err
	}
	if err := t.hangPictures(a); err != nil {
		return err
	}
	num, err := moment.Number(a.ID)
	if err != nil {
		return err
	}
	return t.indexDesk(num, a)
}

func (t *tx) indexDesk(num int64, a news.Article) error {
	return t.index("desk_found", num, a.Language, a.Edition, a.Headline, a.ShortHeadline, a.Lead, a.Dateline.Place, strings.Join(a.Tags, " "), a.Body.Text())
}

// follow writes what a change of an article brings: revision, public row, erasure, facts and work.
func (t *tx) follow(a news.Article, o news.Outcome) error {
	if r := o.Revision; r != nil {
		var content any
		if r.Content != nil {
			doc, err := json.Marshal(r.Content)
			if err != nil {
				return err
			}
			content = string(doc)
		}
		if err := t.Exec(`INSERT INTO revision (article, number, change, note, at_us, account, leaf, salt, content, redacted_us) VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, 0)`,
			r.Article, r.Number, string(r.Change), r.Note, moment.Micros(r.At), r.By, r.Salt, content); err != nil {
			return err
		}
		t.Leaf(o.Leaf, r.Article, r.Number)
	}
	if o.Item != nil {
		if err := t.publish(*o.Item); err != nil {
			return err
		}
	}
	for _, path := range o.Formerly {
		if err := t.Exec(`INSERT INTO old_address (path, edition, article) VALUES ($1, $2, $3) ON CONFLICT (path, edition) DO UPDATE SET article = excluded.article`,
			path, a.Edition, a.ID); err != nil {
			return err
		}
	}
	if o.Inbox != "" {
		if err := t.use(a, o.Inbox); err != nil {
			return err
		}
	}
	if o.Redact > 0 {
		if err := t.redact(a, o.Redact, o.Because); err != nil {
			return err
		}
	}
	return t.Outcome(o.Outcome)
}

// redact erases a revision's words wherever they are kept: its row, older working copies, branches, outcomes kept for keys. The note of the
// row says from then on why.
func (t *tx) redact(a news.Article, number int, because string) error {
	if err := t.Exec(`UPDATE revision SET content = NULL, salt = NULL, note = $4, redacted_us = $3 WHERE article = $1 AND number = $2`, a.ID, number, t.Now.UnixMicro(), because); err != nil {
		return err
	}
	if err := t.Exec(`DELETE FROM version WHERE article = $1 AND version < $2`, a.ID, a.Version); err != nil {
		return err
	}
	if err := t.dropBranches(a.ID); err != nil {
		return err
	}
	if err := t.Exec(`UPDATE inbox_item SET state = 'gone', digest = '', words = '', doc = '' WHERE article = $1`, a.ID); err != nil {
		return err
	}
	// A key stays used, or a repetition would act a second time; its outcome is the article as it is now.
	doc, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return t.Exec(`UPDATE once SET result = $2 WHERE result LIKE $1`, `{"id":"`+a.ID+`",%`, string(doc))
}

func (t *tx) article(id string) (news.Article, error) {
	return scanArticle(t.Row(`SELECT doc FROM article WHERE id = $1`, id))
}

func scanArticle(row scanner) (news.Article, error) {
	var a news.Article
	var doc string
	if err := row.Scan(&doc); err != nil {
		return a, missing(err, "article")
	}
	if err := json.Unmarshal([]byte(doc), &a); err != nil {
		return a, fmt.Errorf("store: article: %w", err)
	}
	return a, nil
}

// Article reads the working copy.
func (d *DB) Article(ctx context.Context, id string) (news.Article, error) {
	a, err := scanArticle(d.read.QueryRowContext(ctx, `SELECT doc FROM article WHERE id = $1`, id))
	return a, d.Fault(err)
}

const sqlBySource = `SELECT doc FROM article WHERE source_uri = $1 ORDER BY id DESC LIMIT 1`

// CanceledSource reads which version of a wire item was canceled before it came; see news.Store.
func (d *DB) CanceledSource(ctx context.Context, uri string) (news.Source, error) {
	s := news.Source{URI: uri}
	return s, missing(d.Fault(d.read.QueryRowContext(ctx, `SELECT version FROM canceled WHERE uri = $1`, uri).Scan(&s.Version)), "cancelation")
}

// KeepCanceled keeps it; see news.Store.
func (d *DB) KeepCanceled(ctx context.Context, s news.Source, at time.Time) error {
	return d.change(ctx, func(t *tx) error {
		return t.Exec(`INSERT INTO canceled (uri, version, at_us) VALUES ($1, $2, $3) ON CONFLICT (uri) DO UPDATE SET version = excluded.version, at_us = excluded.at_us`,
			s.URI, s.Version, moment.Micros(at))
	})
}

// ArticleBySource reads the article that came from a wire item, the latest when there are several.
func (d *DB) ArticleBySource(ctx context.Context, uri string) (news.Article, error) {
	a, err := scanArticle(d.read.QueryRowContext(ctx, sqlBySource, uri))
	return a, d.Fault(err)
}

// DeleteArticle removes what was never published, with its versions, branches and lock.
func (d *DB) DeleteArticle(ctx context.Context, id string, version int64, check func(news.Article) (fact.Outcome, error)) error {
	return d.amend(ctx, func(t *tx) error {
		a, err := t.article(id)
		if err != nil {
			return err
		}
		if version != 0 && version != a.Version {
			return staleArticle(a)
		}
		out, err := check(a)
		if err != nil {
			return err
		}
		n, err := t.ExecCount(`DELETE FROM article WHERE id = $1 AND version = $2`, id, a.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return errMoved // somebody was first: asked again, this is on an old version, or on whatever there is
		}
		for _, rows := range []string{`DELETE FROM version WHERE article = $1`, `DELETE FROM old_address WHERE article = $1`,
			`UPDATE inbox_item SET state = 'new', article = '' WHERE article = $1`, `DELETE FROM comment WHERE place = $1`, `DELETE FROM spoken WHERE place = $1`, `DELETE FROM discussion WHERE place = $1`, `DELETE FROM article_picture WHERE article IN (SELECT id FROM post WHERE coverage = $1)`, `DELETE FROM post WHERE coverage = $1`, `DELETE FROM coverage WHERE article = $1`, `DELETE FROM article_picture WHERE article = $1`} {
			if err := t.Exec(rows, id); err != nil {
				return err
			}
		}
		if err := t.dropBranches(id); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM article_lock WHERE article = $1`, id); err != nil {
			return err
		}
		num, err := moment.Number(id)
		if err != nil {
			return err
		}
		if err := t.unindex("desk_found", num); err != nil {
			return err
		}
		return t.Outcome(out)
	})
}

// Revisions lists what was published of an article, newest first.
func (d *DB) Revisions(ctx context.Context, id string) ([]news.Revision, error) {
	rows, err := d.public.QueryContext(ctx, sqlRevisions, id)
	return collect(d, rows, err, scanRevision)
}

var sqlRevisions = public(`SELECT article, number, change, note, at_us, leaf, content, redacted_us FROM revision WHERE article = $1 ORDER BY number DESC`)

func scanRevision(row scanner) (news.Revision, error) {
	var r news.Revision
	var at, redacted int64
	var leaf sql.NullInt64
	var content sql.NullString
	if err := row.Scan(&r.Article, &r.Number, &r.Change, &r.Note, &at, &leaf, &content, &redacted); err != nil {
		return r, missing(err, "revision")
	}
	r.At, r.RedactedAt, r.Leaf = moment.FromMicros(at), moment.FromMicros(redacted), leaf.Int64
	if !r.RedactedAt.IsZero() {
		r.Note, r.Redaction = "", r.Note
	}
	if content.Valid {
		r.Content = &news.Content{}
		if err := json.Unmarshal([]byte(content.String), r.Content); err != nil {
			return r, fmt.Errorf("store: revision: %w", err)
		}
	}
	return r, nil
}

// collect reads every row of a query.
func collect[T any](d *DB, answer *sql.Rows, err error, scan func(scanner) (T, error)) ([]T, error) {
	out, err := rows.Collect(answer, err, scan)
	return out, d.Fault(err)
}

// lookup reads inside a change for the rules of the domain.
type lookup struct{ t *tx }

func (l lookup) SlugOwner(_ context.Context, edition, section, slug string) (string, error) {
	var id string
	err := l.t.Row(sqlSlugOwner, edition, section, slug).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

const sqlSlugOwner = `SELECT article FROM address WHERE edition = $1 AND section = $2 AND slug = $3`

// SlugOwner gives the article an address belongs or belonged to, "" when it is free.
func (d *DB) SlugOwner(ctx context.Context, edition, section, slug string) (string, error) {
	var id string
	err := d.read.QueryRowContext(ctx, sqlSlugOwner, edition, section, slug).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, d.Fault(err)
}

func (l lookup) Revision(_ context.Context, article string, number int) (news.Revision, error) {
	return scanRevision(l.t.Row(`SELECT article, number, change, note, at_us, leaf, content, redacted_us FROM revision WHERE article = $1 AND number = $2`, article, number))
}

func (l lookup) Item(_ context.Context, id string) (news.Item, error) {
	return scanItem(l.t.Row(`SELECT card, body FROM published WHERE id = $1`, id))
}

func (l lookup) Picture(_ context.Context, id string) (media.Picture, error) {
	p, err := scanPicture(l.t.Row(`SELECT doc, version, sha256, original FROM picture WHERE id = $1`, id))
	return p, err
}

func (l lookup) BySource(_ context.Context, uri string) (news.Article, error) {
	if err := l.t.claim(uri); err != nil {
		return news.Article{}, err
	}
	return scanArticle(l.t.Row(sqlBySource, uri))
}

// claim keeps every other transaction from making something of a source, or from changing an entry, until this one ends. On SQLite there is no other.
func (t *tx) claim(source string) error {
	if !t.db.postgres {
		return nil
	}
	return t.Exec(`SELECT pg_advisory_xact_lock(7062, hashtext($1))`, source)
}

func (l lookup) Exists(_ context.Context, id string) (bool, error) {
	var n int
	err := l.t.Row(`SELECT COUNT(*) FROM article WHERE id = $1`, id).Scan(&n)
	return n > 0, err
}

func (l lookup) Root(_ context.Context, id string) (string, error) {
	for range 50 { // what was saved before saves looked for the root may hang in a chain
		a, err := l.t.article(id)
		if fault.Is(err, fault.NotFound) {
			return id, nil
		}
		if err != nil || a.TranslationOf == "" {
			return id, err
		}
		id = a.TranslationOf
	}
	return id, nil
}

func (l lookup) Account(_ context.Context, id string) (account.Account, error) {
	return scanAccount(l.t.Row(accountColumns+`WHERE account.id = $1`, id))
}
