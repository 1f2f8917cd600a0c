-- How often stories were read, by the hour: numbers, and nothing of who read.
CREATE TABLE views (article TEXT NOT NULL, hour_us BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (article, hour_us));
CREATE INDEX views_hour ON views (hour_us);

-- What readers are shown as most read: doc is a list of ids, most first.
CREATE TABLE most_read (edition TEXT PRIMARY KEY REFERENCES edition (slug), doc TEXT NOT NULL);
