-- What editions tell all their readers. showing is 1 while the banner stands on pages, listed while the newsfeed has the line. doc may be
-- shown to anybody; who sent it and who removed it stands beside it.
CREATE TABLE alert (id TEXT PRIMARY KEY, edition TEXT NOT NULL REFERENCES edition (slug), at_us BIGINT NOT NULL, showing BIGINT NOT NULL, listed BIGINT NOT NULL,
  doc TEXT NOT NULL, account TEXT NOT NULL, removed_by TEXT NOT NULL);
CREATE INDEX alert_showing ON alert (edition, id) WHERE showing = 1;
CREATE INDEX alert_listed ON alert (edition, at_us, id) WHERE listed = 1;
CREATE INDEX alert_edition ON alert (edition, id);
