-- The discussion. comment holds what was said as moderators see it; spoken what readers see of it, with the counters of its thread.
CREATE TABLE comment (id TEXT PRIMARY KEY, place TEXT NOT NULL, edition TEXT NOT NULL, author TEXT NOT NULL, queue TEXT NOT NULL, reports BIGINT NOT NULL,
  at_us BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX comment_queue ON comment (queue, edition, id);
CREATE INDEX comment_place ON comment (place, at_us);
CREATE INDEX comment_author ON comment (author, at_us);
CREATE INDEX comment_reported ON comment (edition, id) WHERE reports > 0;

CREATE TABLE spoken (id TEXT PRIMARY KEY, place TEXT NOT NULL, root TEXT NOT NULL, featured BIGINT NOT NULL, replies BIGINT NOT NULL, reactions BIGINT NOT NULL, gone BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX spoken_thread ON spoken (root, id);
CREATE INDEX spoken_new ON spoken (place, id) WHERE id = root;
CREATE INDEX spoken_replied ON spoken (place, replies, id) WHERE id = root;
CREATE INDEX spoken_featured ON spoken (place, featured, id) WHERE id = root;

-- How many comments readers see in a place.
CREATE TABLE discussion (place TEXT PRIMARY KEY, comments BIGINT NOT NULL);

CREATE TABLE reaction (comment TEXT NOT NULL, account TEXT NOT NULL, PRIMARY KEY (comment, account));
CREATE TABLE comment_report (comment TEXT NOT NULL, account TEXT NOT NULL, dealt BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (comment, account));
CREATE TABLE member (account TEXT PRIMARY KEY, version BIGINT NOT NULL, doc TEXT NOT NULL);

-- shown is what pages may know of it; the lists of words are in doc alone.
CREATE TABLE talk_settings (edition TEXT PRIMARY KEY, version BIGINT NOT NULL, shown TEXT NOT NULL, doc TEXT NOT NULL);

-- What strangers wrote, until they are signed in or a day has gone. hash is of a secret that only they have.
CREATE TABLE unsent (hash TEXT PRIMARY KEY, until_us BIGINT NOT NULL, doc TEXT NOT NULL);
