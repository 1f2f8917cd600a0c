-- Comments of sites that moved in are comments now. Moving in again brings those that were kept for later.
DROP TABLE old_comment;
