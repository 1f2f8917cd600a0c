-- Whose a story is to do, and the story that its translations go back to, as columns, so that the desk is asked by them.
ALTER TABLE article ADD COLUMN assignee TEXT NOT NULL DEFAULT '';
ALTER TABLE article ADD COLUMN family TEXT NOT NULL DEFAULT '';
-- only sqlite
UPDATE article SET assignee = COALESCE(json_extract(doc, '$.assignee'), ''), family = COALESCE(json_extract(doc, '$.translation_of'), id);
-- end
-- only postgres
UPDATE article SET assignee = COALESCE(doc::jsonb ->> 'assignee', ''), family = COALESCE(doc::jsonb ->> 'translation_of', id);
-- end
CREATE INDEX article_assignee ON article (assignee, updated_us, id) WHERE assignee <> '';
CREATE INDEX article_family ON article (family);
