package app

import (
	"fmt"
	"sync"
	"testing"
)

func TestOfManySectionsMadeAtOnceTheSiteKnowsEveryOne(t *testing.T) {
	p := newPaper(t)
	for round := range 20 {
		var all sync.WaitGroup
		for n := range 8 {
			all.Go(func() {
				p.must(201, "admin", "POST", "/api/v1/sections", fmt.Sprintf(`{"edition":"en","slug":"s%d-%d","name":"S"}`, round, n))
			})
		}
		all.Wait()
		for n := range 8 {
			if _, _, ok := p.site.Directory().Section("en", fmt.Sprintf("s%d-%d", round, n)); !ok {
				t.Fatalf("round %d: section %d is not known", round, n)
			}
		}
	}
}
