-- What waits for moderators to look at a decision again: a comment ('comment'), or somebody's restriction ('member'). The words are in its document.
CREATE TABLE appeal (about TEXT NOT NULL, subject TEXT NOT NULL, edition TEXT NOT NULL, PRIMARY KEY (about, subject));
