package store

import (
	"context"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// KeepSecret keeps the hash of a session, token or link, with what is written beside it. Under the key of an earlier one it is that
// secret, and nothing is written.
func (d *DB) KeepSecret(ctx context.Context, s account.Secret, with account.With) (account.Secret, error) {
	made := s
	err := d.change(ctx, func(t *tx) error {
		made = s
		return once(t, with.Once, &made, func() error {
			if err := t.keepSecret(s); err != nil {
				return err
			}
			return t.with(with)
		})
	})
	return made, err
}

func (t *tx) keepSecret(s account.Secret) error {
	if s.Kind == account.SetUp { // each start of an empty site makes one
		if err := t.Exec(`DELETE FROM secret WHERE kind = 'setup' AND expires_us < $1`, moment.Micros(s.CreatedAt)); err != nil {
			return err
		}
	}
	if err := t.Exec(`INSERT INTO secret (hash, id, kind, account, name, created_us, seen_us, expires_us) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`,
		s.Hash, s.ID, string(s.Kind), s.Account, s.Name, moment.Micros(s.CreatedAt), moment.Micros(s.ExpiresAt)); err != nil {
		return err
	}
	if s.Kind != account.Session {
		return nil
	}
	if err := t.Exec(`INSERT INTO session (id, browser, state, proven_us) VALUES ($1, $2, $3, $4)`, s.ID, s.Browser, string(s.State), moment.Micros(s.ProvenAt)); err != nil {
		return err
	}
	if s.State == account.Half {
		return nil
	}
	return t.Exec(`UPDATE staff SET seen_us = $2 WHERE account = $1`, s.Account, moment.Micros(s.CreatedAt))
}

// secretColumns reads secrets; a session that was kept before there was more to say of it, or came with a backup, is plain and proved nothing.
const (
	secretFields = `secret.hash, secret.id, secret.kind, secret.account, secret.name, secret.created_us, secret.seen_us, secret.expires_us,
	COALESCE(session.browser, ''), COALESCE(session.state, 'plain'), COALESCE(session.proven_us, 0)`
	secretTables  = ` FROM secret LEFT JOIN session ON session.id = secret.id `
	secretColumns = `SELECT ` + secretFields + secretTables + `WHERE `
)

// scanSecret reads a secret, and into more what the answer has behind it.
func scanSecret(row scanner, more ...any) (account.Secret, error) {
	var s account.Secret
	var created, seen, expires, proven int64
	if err := row.Scan(append([]any{&s.Hash, &s.ID, &s.Kind, &s.Account, &s.Name, &created, &seen, &expires, &s.Browser, &s.State, &proven}, more...)...); err != nil {
		return s, missing(err, "session")
	}
	s.CreatedAt, s.SeenAt, s.ExpiresAt, s.ProvenAt = moment.FromMicros(created), moment.FromMicros(seen), moment.FromMicros(expires), moment.FromMicros(proven)
	return s, nil
}

// Secret reads what is kept under a hash.
func (d *DB) Secret(ctx context.Context, hash string) (account.Secret, error) {
	s, err := scanSecret(d.read.QueryRowContext(ctx, secretColumns+`secret.hash = $1`, hash))
	return s, d.Fault(err)
}

const sqlHolder = `SELECT ` + secretFields + `, ` + accountFields + secretTables + `JOIN account ON account.id = secret.account LEFT JOIN factors ON factors.account = account.id
	WHERE secret.hash = $1`

// Holder reads what is kept under a hash, and the account whose it is.
func (d *DB) Holder(ctx context.Context, hash string) (account.Secret, account.Account, error) {
	var doc, password, factors string
	var version int64
	s, err := scanSecret(d.read.QueryRowContext(ctx, sqlHolder, hash), &doc, &password, &version, &factors)
	if err != nil {
		return s, account.Account{}, d.Fault(err)
	}
	a, err := readAccount(doc, password, factors, version)
	return s, a, err
}

// SecretByID reads a secret by its id.
func (d *DB) SecretByID(ctx context.Context, id string) (account.Secret, error) {
	s, err := scanSecret(d.read.QueryRowContext(ctx, secretColumns+`secret.id = $1`, id))
	return s, d.Fault(err)
}

// Secrets lists the sessions or tokens of an account, or those of everybody when account is empty, newest first.
func (d *DB) Secrets(ctx context.Context, of string, kind account.SecretKind) ([]account.Secret, error) {
	rows, err := d.read.QueryContext(ctx, secretColumns+`(secret.account = $1 OR $1 = '') AND secret.kind = $2 ORDER BY secret.created_us DESC, secret.id DESC`, of, string(kind))
	return collect(d, rows, err, func(row scanner) (account.Secret, error) { return scanSecret(row) })
}

// UseSecret takes a one-time secret of a kind away and gives it; a second use is NotFound. With a set-up link all others go.
func (d *DB) UseSecret(ctx context.Context, kind account.SecretKind, hash string, now time.Time) (account.Secret, error) {
	var s account.Secret
	err := d.change(ctx, func(t *tx) error {
		var err error
		if s, err = scanSecret(t.Row(secretColumns+`secret.hash = $1 AND secret.kind = $2`, hash, string(kind))); err != nil {
			return err
		}
		n, err := t.ExecCount(`DELETE FROM secret WHERE hash = $1`, hash)
		if err == nil && (n == 0 || !s.ExpiresAt.IsZero() && s.ExpiresAt.Before(now)) {
			return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "link")
		}
		if err == nil && kind == account.SetUp { // a site is set up once, by whichever link
			return t.Exec(`DELETE FROM secret WHERE kind = 'setup'`)
		}
		return err
	})
	return s, err
}

// SeenSecret notes that a session was used, at most once in a while.
func (d *DB) SeenSecret(ctx context.Context, hash string, at, expires time.Time) error {
	return d.change(ctx, func(t *tx) error {
		if err := t.Exec(`UPDATE secret SET seen_us = $2, expires_us = $3 WHERE hash = $1`, hash, moment.Micros(at), moment.Micros(expires)); err != nil {
			return err
		}
		return t.Exec(`UPDATE staff SET seen_us = $2 WHERE account = (SELECT account FROM secret WHERE hash = $1)`, hash, moment.Micros(at))
	})
}

// ProveSession notes how far a session's owner came and when; NotFound when the session ended.
func (d *DB) ProveSession(ctx context.Context, id string, state account.SessionState, at time.Time, acts ...fact.Act) error {
	return d.change(ctx, func(t *tx) error {
		n, err := t.ExecCount(`INSERT INTO session (id, browser, state, proven_us) SELECT id, '', $2, $3 FROM secret WHERE id = $1 AND kind = 'session'
			ON CONFLICT (id) DO UPDATE SET state = excluded.state, proven_us = excluded.proven_us`, id, string(state), moment.Micros(at))
		if err == nil && n == 0 {
			err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "session")
		}
		if err != nil {
			return err
		}
		return t.Note(acts...)
	})
}

// DropSecrets revokes one secret by id, or all of an account when id is empty.
func (d *DB) DropSecrets(ctx context.Context, accountID, id string, acts ...fact.Act) error {
	return d.change(ctx, func(t *tx) error {
		n, err := t.ExecCount(`DELETE FROM secret WHERE account = $1 AND (id = $2 OR $2 = '')`, accountID, id)
		if err == nil && n == 0 && id != "" {
			return fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "session")
		}
		if err != nil {
			return err
		}
		return t.Note(acts...)
	})
}

// EndSessions ends the sessions and links of an account but one session, by its id.
func (d *DB) EndSessions(ctx context.Context, of, but string, acts ...fact.Act) error {
	return d.change(ctx, func(t *tx) error {
		if err := t.Exec(`DELETE FROM secret WHERE account = $1 AND kind IN ('session', 'link') AND id <> $2`, of, but); err != nil {
			return err
		}
		return t.Note(acts...)
	})
}

// KeepChallenge keeps what a passkey is asked for, under a hash.
func (d *DB) KeepChallenge(ctx context.Context, hash, doc string, until time.Time) error {
	return d.change(ctx, func(t *tx) error {
		return t.Exec(`INSERT INTO challenge (hash, doc, expires_us) VALUES ($1, $2, $3)`, hash, doc, moment.Micros(until))
	})
}

// UseChallenge takes a challenge away and gives it; one that was used, or is over, is NotFound.
func (d *DB) UseChallenge(ctx context.Context, hash string, now time.Time) (string, error) {
	var doc string
	err := d.change(ctx, func(t *tx) error {
		var expires int64
		err := t.Row(`DELETE FROM challenge WHERE hash = $1 RETURNING doc, expires_us`, hash).Scan(&doc, &expires)
		if err == nil && expires < moment.Micros(now) {
			doc = "" // it goes all the same
		}
		return missing(err, "challenge")
	})
	if err == nil && doc == "" {
		err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "challenge")
	}
	return doc, err
}
