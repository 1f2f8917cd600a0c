-- Who sends items for an edition, and how reading him goes.
CREATE TABLE source (id TEXT PRIMARY KEY, version BIGINT NOT NULL, doc TEXT NOT NULL, reading TEXT NOT NULL);

-- What arrived. A row whose words were swept keeps its name, so that it does not come again.
CREATE TABLE inbox_item (id TEXT PRIMARY KEY, edition TEXT NOT NULL, source TEXT NOT NULL, uri TEXT NOT NULL, digest TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('new', 'used', 'dismissed', 'folded', 'gone')), article TEXT NOT NULL, folded_into TEXT NOT NULL,
  at_us BIGINT NOT NULL, words TEXT NOT NULL, doc TEXT NOT NULL);
CREATE UNIQUE INDEX inbox_item_uri ON inbox_item (edition, uri);
CREATE INDEX inbox_item_list ON inbox_item (edition, state, at_us, id);
CREATE INDEX inbox_item_source ON inbox_item (source, at_us);
CREATE INDEX inbox_item_digest ON inbox_item (edition, digest);
CREATE INDEX inbox_item_article ON inbox_item (article) WHERE article <> '';
CREATE INDEX inbox_item_folded ON inbox_item (folded_into) WHERE folded_into <> '';
