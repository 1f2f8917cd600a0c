-- Who has a story in hand. Its id is a new one whenever another holds it, so that a take-over names the lock that it saw.
CREATE TABLE article_lock (article TEXT PRIMARY KEY, id TEXT NOT NULL, tab TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, since_us BIGINT NOT NULL, until_us BIGINT NOT NULL);

-- Words that did not go into the story: the working copy of one tab, begun on one version. It is written until it is closed, and kept.
CREATE TABLE branch (id TEXT PRIMARY KEY, article TEXT NOT NULL, account TEXT NOT NULL, tab TEXT NOT NULL, base BIGINT NOT NULL, at_us BIGINT NOT NULL,
  closed_us BIGINT NOT NULL, headline TEXT NOT NULL, words BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE UNIQUE INDEX branch_open ON branch (article, account, tab, base) WHERE closed_us = 0;
CREATE INDEX branch_article ON branch (article, id);
