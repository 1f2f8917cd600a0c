-- Letters that wait to be sent. A row goes as soon as its letter is sent or its time is over: doc holds one-time secrets as they are.
CREATE TABLE letter (id TEXT PRIMARY KEY, doc TEXT NOT NULL, until_us BIGINT NOT NULL);

-- Who asked to come in by mail, whether there is an account or not: under the hash of the link that was sent, and of the ticket that
-- the page has which asks for the code. The code is hashed with the ticket, so that the row alone gives neither.
CREATE TABLE knock (link TEXT PRIMARY KEY, ticket TEXT NOT NULL UNIQUE, code TEXT NOT NULL, tries BIGINT NOT NULL, doc TEXT NOT NULL, expires_us BIGINT NOT NULL);
CREATE INDEX knock_expires ON knock (expires_us);
