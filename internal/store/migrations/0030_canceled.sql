-- Wire items that their publisher canceled before anything of them came: no version up to that one is taken.
CREATE TABLE canceled (uri TEXT PRIMARY KEY, version TEXT NOT NULL, at_us BIGINT NOT NULL);
