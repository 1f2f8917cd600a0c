-- What proves who somebody is besides a password: passkeys, codes of an app, recovery codes. It stands apart from the account, which is shown.
CREATE TABLE factors (account TEXT PRIMARY KEY, doc TEXT NOT NULL);

-- What a session is besides its secret: which browser opened it, how far its owner came (half, plain, strong) and when he last proved himself.
CREATE TABLE session (id TEXT PRIMARY KEY, browser TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('half', 'plain', 'strong')), proven_us BIGINT NOT NULL);

-- Challenges that passkeys answer, each once.
CREATE TABLE challenge (hash TEXT PRIMARY KEY, doc TEXT NOT NULL, expires_us BIGINT NOT NULL);
CREATE INDEX challenge_expires ON challenge (expires_us);

-- What an administrator decided for everybody; its row is also what changes of roles wait for, one behind the other.
CREATE TABLE security (id BIGINT PRIMARY KEY CHECK (id = 1), version BIGINT NOT NULL, doc TEXT NOT NULL);

-- Who did what when to what. Rows are written in the transaction of the act and never change.
CREATE TABLE audit (id TEXT PRIMARY KEY, at_us BIGINT NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL, about TEXT NOT NULL, subject TEXT NOT NULL, note TEXT NOT NULL);
CREATE INDEX audit_kind ON audit (kind, id);
CREATE INDEX audit_account ON audit (account, id);
CREATE INDEX audit_subject ON audit (subject, id);

ALTER TABLE staff ADD COLUMN seen_us BIGINT NOT NULL DEFAULT 0;
