-- What readers say is wrong in a story. resolved is 0 while it is open. Nothing of who wrote it is kept.
CREATE TABLE report (id TEXT PRIMARY KEY, article TEXT NOT NULL, edition TEXT NOT NULL, resolved BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX report_edition ON report (edition, resolved, id);
CREATE INDEX report_article ON report (article, id);
