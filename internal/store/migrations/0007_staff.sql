-- The accounts that have or had a role in the newsroom, so that colleagues are listed without going through all readers. It is made again
-- from the accounts when a backup is restored. Of those that were there before, readers are told apart when they are listed.
CREATE TABLE staff (account TEXT PRIMARY KEY);
INSERT INTO staff (account) SELECT id FROM account;
