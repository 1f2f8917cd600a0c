package discussion

import (
	"dateline/internal/store/ledger"
	"dateline/internal/talk"
)

// reported are comments that wait for a second look: readers report them, or their author objects to a decision. Each half has an index.
const reported = `id IN (SELECT id FROM comment WHERE reports > 0 UNION ALL SELECT subject FROM appeal WHERE about = 'comment')`

// contest keeps whether something waits for moderators to look at an appeal.
func contest(t *ledger.Tx, about, subject, edition string, a *talk.Appeal) error {
	switch {
	case a == nil:
		return nil
	case a.Open():
		return t.Exec(`INSERT INTO appeal (about, subject, edition) VALUES ($1, $2, $3) ON CONFLICT (about, subject) DO NOTHING`, about, subject, edition)
	}
	return t.Exec(`DELETE FROM appeal WHERE about = $1 AND subject = $2`, about, subject)
}
