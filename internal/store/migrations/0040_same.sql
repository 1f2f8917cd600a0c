-- What is alike is found without its text: a number of what was said, 0 where there is too little of it to be said twice by chance.
ALTER TABLE comment ADD COLUMN same BIGINT NOT NULL DEFAULT 0;
