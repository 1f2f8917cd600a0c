-- Who takes his data away is given what he reported and reacted to, too.
CREATE INDEX comment_report_account ON comment_report (account, comment);
CREATE INDEX reaction_account ON reaction (account, comment);
