-- What the picture desk asks pictures for. Both are made again from pictures and stories, so no backup holds them.
CREATE TABLE picture_shelf (picture TEXT PRIMARY KEY, num BIGINT NOT NULL UNIQUE, kind TEXT NOT NULL, credited BIGINT NOT NULL, described BIGINT NOT NULL,
  expires_us BIGINT NOT NULL, killed_us BIGINT NOT NULL);
CREATE INDEX picture_shelf_expires ON picture_shelf (expires_us) WHERE expires_us > 0;
CREATE TABLE article_picture (picture TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (picture, article));
CREATE INDEX article_picture_article ON article_picture (article);
-- only sqlite
CREATE VIRTUAL TABLE picture_found USING fts5(stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'");
-- end
-- only postgres
CREATE TABLE picture_found (num BIGINT PRIMARY KEY, stems TSVECTOR NOT NULL);
CREATE INDEX picture_found_stems ON picture_found USING gin (stems);
-- end
