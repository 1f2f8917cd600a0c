package passage

import (
	"strings"
	"testing"

	"dateline/internal/body"
)

func TestLongSameWordsAreShortenedBesideAChange(t *testing.T) {
	long := strings.Repeat("word ", 100)
	got := Of([]body.Run{{Op: body.Same, Text: long}, {Op: body.Deleted, Text: "a"}, {Op: body.Inserted, Text: "b"}, {Op: body.Same, Text: long}})
	if len(got[0].Text) > 120 || len(got[3].Text) > 120 || !strings.HasPrefix(got[0].Text, " …") || !strings.HasSuffix(strings.TrimSpace(got[3].Text), "…") || got[1].Op != "taken" || got[2].Op != "added" {
		t.Errorf("%q", got)
	}
}
