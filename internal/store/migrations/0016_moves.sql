-- Whole sites that move in, and what they leave to be done.
CREATE TABLE move (id TEXT PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE move_debt (move TEXT NOT NULL, kind TEXT NOT NULL, article TEXT NOT NULL, picture TEXT NOT NULL, what TEXT NOT NULL,
  PRIMARY KEY (move, kind, article, picture, what));

-- Comments that came with them, for the discussion; nothing shows them. id is the comment's on its own site.
CREATE TABLE old_comment (article TEXT NOT NULL, id TEXT NOT NULL, parent TEXT NOT NULL, author TEXT NOT NULL, at_us BIGINT NOT NULL, held BIGINT NOT NULL,
  body TEXT NOT NULL, PRIMARY KEY (article, id));
