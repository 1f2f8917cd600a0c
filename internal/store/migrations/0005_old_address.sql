-- Addresses that articles had on the site they came from: a path with its query where that names the article.
CREATE TABLE old_address (path TEXT NOT NULL, edition TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY (path, edition));
CREATE INDEX old_address_article ON old_address (article);
