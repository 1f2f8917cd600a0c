package store

import (
	"context"
	"fmt"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/rows"
)

// AmendLock runs change on the lock of an article; see news.SafeStore. What change saw is compared when its answer is written: of
// two that saw the same lock the second is asked anew.
func (d *DB) AmendLock(ctx context.Context, o fact.Once, article string, change func(news.Article, news.Lock) (news.Lock, fact.Outcome, error)) (news.Lock, error) {
	var l news.Lock
	err := d.amend(ctx, func(t *tx) error {
		l = news.Lock{}
		return once(t, o, &l, func() error {
			a, err := t.article(article)
			if err != nil {
				return err
			}
			was, err := scanLock(t.Row(sqlLock, article))
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			now, out, err := change(a, was)
			if err != nil {
				return err
			}
			if err := t.keepLock(article, was, now); err != nil {
				return err
			}
			l = now
			return t.Outcome(out)
		})
	})
	return l, err
}

// keepLock puts one lock in the place of another, errMoved when that is not there any more.
func (t *tx) keepLock(article string, was, now news.Lock) error {
	var n int64
	var err error
	switch {
	case was == now:
		return nil
	case was.ID == "":
		n, err = t.ExecCount(`INSERT INTO article_lock (article, id, tab, account, name, since_us, until_us) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (article) DO NOTHING`,
			article, now.ID, now.Tab, now.Account, now.Name, moment.Micros(now.Since), moment.Micros(now.Until))
	case now.ID == "":
		n, err = t.ExecCount(`DELETE FROM article_lock WHERE article = $1 AND id = $2 AND until_us = $3`, article, was.ID, moment.Micros(was.Until))
	default:
		n, err = t.ExecCount(`UPDATE article_lock SET id = $4, tab = $5, account = $6, name = $7, since_us = $8, until_us = $9 WHERE article = $1 AND id = $2 AND until_us = $3`,
			article, was.ID, moment.Micros(was.Until), now.ID, now.Tab, now.Account, now.Name, moment.Micros(now.Since), moment.Micros(now.Until))
	}
	if err == nil && n == 0 {
		return errMoved
	}
	return err
}

const sqlLock = `SELECT article, id, tab, account, name, since_us, until_us FROM article_lock WHERE article = $1`

func scanLock(row scanner) (news.Lock, error) {
	var l news.Lock
	var since, until int64
	if err := row.Scan(&l.Article, &l.ID, &l.Tab, &l.Account, &l.Name, &since, &until); err != nil {
		return l, missing(err, "lock")
	}
	l.Since, l.Until = moment.FromMicros(since), moment.FromMicros(until)
	return l, nil
}

// Lock reads the lock of an article, whether its lease ran out or not.
func (d *DB) Lock(ctx context.Context, article string) (news.Lock, error) {
	l, err := scanLock(d.read.QueryRowContext(ctx, sqlLock, article))
	return l, d.Fault(err)
}

// Locks reads the locks of articles, whether their leases ran out or not.
func (d *DB) Locks(ctx context.Context, articles []string) (map[string]news.Lock, error) {
	out := map[string]news.Lock{}
	if len(articles) == 0 {
		return out, nil
	}
	var c rows.Where
	c.Add(c.In("article", articles))
	rows, err := d.read.QueryContext(ctx, `SELECT article, id, tab, account, name, since_us, until_us FROM article_lock`+c.Clause(), c.Args...)
	found, err := collect(d, rows, err, scanLock)
	for _, l := range found {
		out[l.Article] = l
	}
	return out, err
}

// Repeat keeps a key without an outcome; see news.SafeStore.
func (d *DB) Repeat(ctx context.Context, o fact.Once) error {
	return d.change(ctx, func(t *tx) error {
		var nothing struct{}
		return once(t, o, &nothing, func() error { return nil })
	})
}

// Names gives the names of accounts; who is not there is left out.
func (d *DB) Names(ctx context.Context, accounts []string) (map[string]string, error) {
	out := map[string]string{}
	for _, id := range accounts {
		if _, asked := out[id]; id == "" || asked {
			continue
		}
		a, err := d.Account(ctx, id)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return out, fmt.Errorf("store: names: %w", err)
		}
		out[id] = a.Name
	}
	for id, name := range out {
		if name == "" {
			delete(out, id)
		}
	}
	return out, nil
}
