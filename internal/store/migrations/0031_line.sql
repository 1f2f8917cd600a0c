-- Where the newsfeed has a story or a post: at its latest correction when that is newer than its place in the other lists.
ALTER TABLE published ADD COLUMN line_us BIGINT NOT NULL DEFAULT 0;
UPDATE published SET line_us = feed_us;
UPDATE published SET line_us = (SELECT MAX(c.at_us) FROM published_correction c WHERE c.id = published.id)
  WHERE feed_us < (SELECT MAX(c.at_us) FROM published_correction c WHERE c.id = published.id);
CREATE INDEX published_line ON published (edition, line_us, id) WHERE withdrawn_us = 0 AND kind <> 'page';
CREATE INDEX published_section_line ON published (section, line_us, id) WHERE withdrawn_us = 0 AND kind <> 'page';
UPDATE live_post SET feed_us = (SELECT MAX(r.at_us) FROM post_revision r WHERE r.post = live_post.id AND r.change = 'correction')
  WHERE feed_us > 0 AND feed_us < (SELECT MAX(r.at_us) FROM post_revision r WHERE r.post = live_post.id AND r.change = 'correction');
