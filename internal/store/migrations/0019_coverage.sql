-- Live coverage. coverage holds what readers may know of one besides its article; a row is made when something is done to it first.
CREATE TABLE coverage (article TEXT PRIMARY KEY, pinned TEXT NOT NULL, closed_us BIGINT NOT NULL, updated_us BIGINT NOT NULL);

-- Posts as the desk has them, and what was published of each.
CREATE TABLE post (id TEXT PRIMARY KEY, coverage TEXT NOT NULL, version BIGINT NOT NULL, state TEXT NOT NULL, author TEXT NOT NULL, at_us BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX post_coverage ON post (coverage, at_us, id);
CREATE INDEX post_state ON post (coverage, state, at_us, id);
CREATE TABLE post_revision (post TEXT NOT NULL, number BIGINT NOT NULL, change TEXT NOT NULL, note TEXT NOT NULL, at_us BIGINT NOT NULL, account TEXT NOT NULL,
  leaf BIGINT UNIQUE, salt BYTEA, content TEXT, PRIMARY KEY (post, number));

-- What the public may see of posts. A withdrawn one keeps its place, so that addresses that begin with it lead on. feed_us is 0 for what is not in the newsfeed.
CREATE TABLE live_post (id TEXT PRIMARY KEY, coverage TEXT NOT NULL, at_us BIGINT NOT NULL, feed_us BIGINT NOT NULL, key_event BIGINT NOT NULL, withdrawn_us BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX live_post_place ON live_post (coverage, at_us, id);
CREATE INDEX live_post_key ON live_post (coverage, at_us, id) WHERE key_event = 1;
CREATE INDEX live_post_feed ON live_post (feed_us, id) WHERE feed_us > 0;

-- Polls. voter is a hash of a name that only the voter keeps.
CREATE TABLE vote (post TEXT NOT NULL, voter TEXT NOT NULL, choice BIGINT NOT NULL, PRIMARY KEY (post, voter));
CREATE TABLE tally (post TEXT NOT NULL, choice BIGINT NOT NULL, votes BIGINT NOT NULL, PRIMARY KEY (post, choice));
