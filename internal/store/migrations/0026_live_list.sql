-- The list of live coverages at the desk.
CREATE INDEX article_live ON article (edition, id) WHERE kind = 'live';
