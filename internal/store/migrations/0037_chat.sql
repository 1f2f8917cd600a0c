-- Rooms that moderators open. What is said in one is in comment and spoken, with the room's id as its place; nothing of a room is secret.
CREATE TABLE chat (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, edition TEXT NOT NULL, article TEXT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX chat_edition ON chat (edition, id);
CREATE INDEX chat_article ON chat (article, id);

-- Where somebody said something, and when he last looked there.
CREATE TABLE joined (account TEXT NOT NULL, place TEXT NOT NULL, at_us BIGINT NOT NULL, seen_us BIGINT NOT NULL, PRIMARY KEY (account, place));
