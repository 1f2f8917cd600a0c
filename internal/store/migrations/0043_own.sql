-- What somebody said and nobody else sees is found by his name, however much he said.
CREATE INDEX comment_own ON comment (author, queue, id);
