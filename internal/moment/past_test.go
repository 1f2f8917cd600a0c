package moment

import (
	"testing"
	"time"
)

func TestIdsOfThePastSortByTimeBeforeAllThatIsMadeHere(t *testing.T) {
	clock := At(time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC))
	last := ""
	for _, at := range []string{"1999-12-31T23:59:59Z", "2012-05-06T07:08:09Z", "2019-01-01T00:00:00Z", "2025-12-31T00:00:00Z", "2026-01-02T00:00:00Z", "2026-03-10T11:59:00Z"} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		id := Past(when, "story/7")
		if again := Past(when, "story/7"); again != id {
			t.Errorf("%s: %s, then %s", at, id, again)
		}
		if id <= last || len(id) != 13 {
			t.Errorf("%s has %s, behind %s", at, id, last)
		}
		last = id
	}
	if id := NewIDs(clock).New(); id <= last {
		t.Errorf("made here: %s, in the past %s", id, last)
	}
}
