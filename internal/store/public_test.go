package store

import (
	"regexp"
	"testing"
)

func TestNoListIsPlannedAnewByItsLimit(t *testing.T) {
	bare := regexp.MustCompile(`LIMIT \$\d+( OFFSET|$)`)
	listed.All(func(text string) bool {
		if bare.MatchString(text) {
			t.Errorf("SQLite prepares this again for every run: %s", text)
		}
		return true
	})
}
