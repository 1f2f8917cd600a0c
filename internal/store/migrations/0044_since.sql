-- Since when readers have a comment, in microseconds; 0 while they do not. What was approved after it waited is new from then on.
ALTER TABLE comment ADD COLUMN since_us BIGINT NOT NULL DEFAULT 0;
UPDATE comment SET since_us = at_us WHERE queue IN ('unmoderated', 'approved');
CREATE INDEX comment_since ON comment (place, since_us);
