-- A reader may report again what was decided on: dealt is the time of the decision, 0 while there is none, 1 where that was not noted yet.
ALTER TABLE comment_report RENAME TO comment_report_before;
CREATE TABLE comment_report (comment TEXT NOT NULL, account TEXT NOT NULL, dealt BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (comment, account, dealt));
INSERT INTO comment_report (comment, account, dealt, doc) SELECT comment, account, dealt, doc FROM comment_report_before;
DROP TABLE comment_report_before;

-- What those said who left is nobody's in the index either.
UPDATE comment SET author = '' WHERE author IN (SELECT id FROM account WHERE email = id || '@left.invalid');
