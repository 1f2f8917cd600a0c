-- Names and versions of this file never change once released. Times are microseconds since 1970 in UTC, 0 for none.

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);

-- The outbox: each topic has its own gapless seq, given in the transaction of the change.
CREATE TABLE topic (name TEXT PRIMARY KEY, seq BIGINT NOT NULL);
CREATE TABLE outbox (topic TEXT NOT NULL, seq BIGINT NOT NULL, fact TEXT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (topic, seq));
CREATE INDEX outbox_at ON outbox (at_us);

-- Acts that may be repeated by their sender.
CREATE TABLE once (account TEXT NOT NULL, key TEXT NOT NULL, body BYTEA NOT NULL, result TEXT NOT NULL, at_us BIGINT NOT NULL, PRIMARY KEY (account, key));
CREATE INDEX once_at ON once (at_us);

-- What is due later.
CREATE TABLE work (kind TEXT NOT NULL, subject TEXT NOT NULL, due_us BIGINT NOT NULL, lease_us BIGINT NOT NULL, tries BIGINT NOT NULL, PRIMARY KEY (kind, subject));
CREATE INDEX work_due ON work (due_us);

-- The verifiable log.
CREATE TABLE history_leaf (idx BIGINT PRIMARY KEY, leaf BYTEA NOT NULL);
CREATE TABLE history_node (idx BIGINT PRIMARY KEY, hash BYTEA NOT NULL);
CREATE TABLE tree_head (id BIGINT PRIMARY KEY CHECK (id = 1), size BIGINT NOT NULL, peaks BYTEA NOT NULL);
INSERT INTO tree_head (id, size, peaks) VALUES (1, 0, '');

-- The publication.
CREATE TABLE edition (slug TEXT PRIMARY KEY, version BIGINT NOT NULL, standard BIGINT NOT NULL, host TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE section (id TEXT PRIMARY KEY, edition TEXT NOT NULL REFERENCES edition (slug), slug TEXT NOT NULL, position BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE section_slug (edition TEXT NOT NULL, slug TEXT NOT NULL, section TEXT NOT NULL REFERENCES section (id), PRIMARY KEY (edition, slug));

-- People. Secrets are kept as SHA-256 only.
CREATE TABLE account (id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, version BIGINT NOT NULL, password TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE secret (hash TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL CHECK (kind IN ('session', 'token', 'link', 'setup')),
  account TEXT NOT NULL, name TEXT NOT NULL, created_us BIGINT NOT NULL, seen_us BIGINT NOT NULL, expires_us BIGINT NOT NULL);
CREATE INDEX secret_account ON secret (account, kind);
CREATE INDEX secret_expires ON secret (expires_us);

-- Pictures. doc may be shown; where the file as it came lies stays apart.
CREATE TABLE picture (id TEXT PRIMARY KEY, version BIGINT NOT NULL, sha256 TEXT NOT NULL, original TEXT NOT NULL, source_uri TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX picture_sha256 ON picture (sha256);
CREATE INDEX picture_source ON picture (source_uri);

-- The desk: working copies, every version of them, every revision that was published.
CREATE TABLE article (id TEXT PRIMARY KEY, version BIGINT NOT NULL, edition TEXT NOT NULL, section TEXT NOT NULL, state TEXT NOT NULL,
  kind TEXT NOT NULL, author TEXT NOT NULL, source_uri TEXT NOT NULL, updated_us BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX article_desk ON article (edition, state, updated_us, id);
CREATE INDEX article_section ON article (section, updated_us, id);
CREATE INDEX article_updated ON article (updated_us, id);
CREATE INDEX article_source ON article (source_uri);
CREATE TABLE version (article TEXT NOT NULL, version BIGINT NOT NULL, account TEXT NOT NULL, at_us BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (article, version));
CREATE TABLE revision (article TEXT NOT NULL, number BIGINT NOT NULL, change TEXT NOT NULL, note TEXT NOT NULL, at_us BIGINT NOT NULL, account TEXT NOT NULL,
  leaf BIGINT UNIQUE, salt BYTEA, content TEXT, redacted_us BIGINT NOT NULL, PRIMARY KEY (article, number));

-- What the public may see: one row an article that is or was published. card holds the item without its body.
CREATE TABLE published (id TEXT PRIMARY KEY, num BIGINT NOT NULL UNIQUE, edition TEXT NOT NULL, section TEXT NOT NULL, kind TEXT NOT NULL,
  family TEXT NOT NULL, published_us BIGINT NOT NULL, feed_us BIGINT NOT NULL, withdrawn_us BIGINT NOT NULL, revision BIGINT NOT NULL, card TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX published_feed ON published (edition, feed_us, id) WHERE withdrawn_us = 0 AND kind <> 'page';
CREATE INDEX published_section ON published (section, feed_us, id) WHERE withdrawn_us = 0 AND kind <> 'page';
CREATE INDEX published_page ON published (edition, feed_us, id) WHERE withdrawn_us = 0 AND kind = 'page';
CREATE INDEX published_new ON published (edition, published_us, id) WHERE withdrawn_us = 0 AND kind <> 'page';
CREATE INDEX published_family ON published (family);
CREATE TABLE published_tag (edition TEXT NOT NULL, slug TEXT NOT NULL, feed_us BIGINT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (edition, slug, feed_us, id));
CREATE INDEX published_tag_id ON published_tag (id);
CREATE TABLE published_author (slug TEXT NOT NULL, feed_us BIGINT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (slug, feed_us, id));
CREATE INDEX published_author_id ON published_author (id);
CREATE TABLE published_picture (picture TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (picture, id));
CREATE INDEX published_picture_id ON published_picture (id);
CREATE TABLE published_correction (edition TEXT NOT NULL, at_us BIGINT NOT NULL, id TEXT NOT NULL, number BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (edition, at_us, id, number));
CREATE INDEX published_correction_id ON published_correction (id);

-- Every address an article ever had; section is '' for a standing page.
CREATE TABLE address (edition TEXT NOT NULL, section TEXT NOT NULL, slug TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (edition, section, slug));
CREATE INDEX address_article ON address (article);

-- Full text, stemmed before it comes here, so that both databases answer alike.
-- only sqlite
CREATE VIRTUAL TABLE found USING fts5(stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'");
CREATE VIRTUAL TABLE desk_found USING fts5(stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'");
-- end
-- only postgres
CREATE TABLE found (num BIGINT PRIMARY KEY, stems TSVECTOR NOT NULL);
CREATE INDEX found_stems ON found USING gin (stems);
CREATE TABLE desk_found (num BIGINT PRIMARY KEY, stems TSVECTOR NOT NULL);
CREATE INDEX desk_found_stems ON desk_found USING gin (stems);
-- end
