package discussion

import (
	"context"
	"encoding/json"

	"dateline/internal/store/rows"
	"dateline/internal/talk"
)

// Reported is what somebody said against a comment.
type Reported struct {
	Comment string
	talk.Report
}

// Given gives what somebody reported, and the ids of the comments that he reacted to, as long as they are kept.
func (d *DB) Given(ctx context.Context, account string) (reported []Reported, reactions []string, err error) {
	answer, err := d.read.QueryContext(ctx, `SELECT comment, doc FROM comment_report WHERE account = $1 ORDER BY comment`, account)
	reported, err = rows.Collect(answer, err, func(row rows.Scanner) (one Reported, err error) {
		var doc string
		if err = row.Scan(&one.Comment, &doc); err == nil {
			err = json.Unmarshal([]byte(doc), &one.Report)
		}
		return one, err
	})
	if err != nil {
		return nil, nil, d.ledger.Fault(err)
	}
	answer, err = d.read.QueryContext(ctx, `SELECT comment FROM reaction WHERE account = $1 ORDER BY comment`, account)
	reactions, err = rows.Collect(answer, err, func(row rows.Scanner) (id string, err error) { err = row.Scan(&id); return id, err })
	return reported, reactions, d.ledger.Fault(err)
}
