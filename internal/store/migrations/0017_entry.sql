-- Authors and the topics of editions: names under which published stories are found, and what their pages say (doc). Authors have no edition. sought holds
-- the words by which staff find them. An alias is a slug that one had before, or that of another that turned out to be the same. Those of what is published
-- already are made when the database is opened.
CREATE TABLE entry (kind TEXT NOT NULL, edition TEXT NOT NULL, slug TEXT NOT NULL, name TEXT NOT NULL, sought TEXT NOT NULL, named BIGINT NOT NULL,
  version BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (kind, edition, slug));
CREATE TABLE entry_alias (kind TEXT NOT NULL, edition TEXT NOT NULL, slug TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (kind, edition, slug));
CREATE INDEX entry_alias_target ON entry_alias (kind, edition, target);
