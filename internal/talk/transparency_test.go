package talk

import (
	"fmt"
	"testing"
	"time"

	"dateline/internal/fact"
)

func TestCountsSayHowThingsStandNow(t *testing.T) {
	at := time.Date(2026, 10, 30, 12, 0, 0, 0, time.UTC)
	var counts Counts
	did := func(after time.Duration, subject string, d fact.Deed, note string) {
		at = at.Add(after)
		counts.Add(Deed{Act: fact.Act{At: at, Did: d, Subject: subject, Note: note}, Edition: "en"})
	}
	did(0, "a", fact.LawNoticed, "")
	did(2*time.Hour, "a", fact.CommentRejected, "")
	did(time.Minute, "a", fact.CommentRejected, "illegal") // why, later
	did(time.Hour, "b", fact.LawNoticed, "")
	did(4*time.Hour, "b", fact.CommentApproved, "")
	did(0, "c", fact.LawNoticed, "")
	did(0, "c", fact.CommentRejected, "hate")
	did(0, "c", fact.DecisionUndone, "")
	did(0, "d", fact.CommentRejected, "insult/new")
	did(time.Hour, "d", fact.Appealed, "")
	did(72*time.Hour, "d", fact.AppealUpheld, "") // in November, and taken back
	did(0, "d", fact.DecisionUndone, "")
	did(2*time.Hour, "d", fact.AppealRestored, "")
	did(0, "d", fact.CommentRejected, "spam") // anew
	did(0, "e", fact.CommentApproved, "")
	did(0, "e", fact.CommentRejected, "spam")
	did(0, "e", fact.DecisionUndone, "") // approved again
	did(0, "r", fact.MemberRestricted, string(Banned))
	did(0, "r", fact.MemberRestricted, string(Unfettered))
	did(0, "r", fact.MemberRestricted, string(Warned))
	got := ""
	for _, one := range counts.Tallies() {
		got += fmt.Sprintf("%s %d=%d+%d in %.1f; %d approved, %d rejected %v, %d by %v; %d restricted; %d=%d+%d in %.1f\n", one.Month, one.Notices, one.NoticesRemoved, one.NoticesKept, one.NoticeHours,
			one.Approved, one.Rejected, one.Breaches, one.ByRule, one.Rules, one.Restricted, one.Appeals, one.Upheld, one.Restored, one.AppealHours)
	}
	want := `2026-11 0=0+0 in 0.0; 1 approved, 1 rejected map[spam:1], 0 by map[]; 1 restricted; 0=0+0 in 0.0
2026-10 3=1+1 in 3.0; 1 approved, 2 rejected map[illegal:1 insult:1], 1 by map[new:1]; 0 restricted; 1=0+1 in 74.0
`
	if got != want {
		t.Errorf("%s", got)
	}
}
