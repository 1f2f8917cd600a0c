-- Fronts as editors left them; section is '' for the front of an edition. One that nobody edited has no row. doc may be shown.
CREATE TABLE front (edition TEXT NOT NULL REFERENCES edition (slug), section TEXT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (edition, section));
CREATE TABLE front_version (edition TEXT NOT NULL, section TEXT NOT NULL, version BIGINT NOT NULL, account TEXT NOT NULL, why TEXT NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (edition, section, version));
