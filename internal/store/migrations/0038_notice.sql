-- What somebody is told of: what was said to him, what was decided on what he said. A row for each cause; its words are in comment.
-- mailed is 1 when a letter tells of it, or none is wanted.
CREATE TABLE notice (id TEXT PRIMARY KEY, account TEXT NOT NULL, about TEXT NOT NULL, comment TEXT NOT NULL, by_account TEXT NOT NULL, at_us BIGINT NOT NULL, seen BIGINT NOT NULL, mailed BIGINT NOT NULL,
  UNIQUE (account, comment, about));
CREATE INDEX notice_account ON notice (account, id);
CREATE INDEX notice_at ON notice (at_us);

-- How somebody wants to be told by mail, and when he was lately.
CREATE TABLE told (account TEXT PRIMARY KEY, doc TEXT NOT NULL);

-- Whose words somebody does not want to see.
CREATE TABLE ignored (account TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (account, other));
