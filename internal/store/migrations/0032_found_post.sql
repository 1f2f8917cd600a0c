-- Full text of the published posts of live coverages. num orders them in a search as published.num orders stories; 0 is for what was withdrawn before there was one.
-- Posts that are published already get theirs when the database is opened.
ALTER TABLE live_post ADD COLUMN num BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX live_post_num ON live_post (num) WHERE num > 0;
-- only sqlite
CREATE VIRTUAL TABLE found_post USING fts5(stems, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'");
-- end
-- only postgres
CREATE TABLE found_post (num BIGINT PRIMARY KEY, stems TSVECTOR NOT NULL);
CREATE INDEX found_post_stems ON found_post USING gin (stems);
-- end
