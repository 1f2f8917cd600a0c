package app

import (
	"fmt"
	"strings"

	"dateline/internal/coverage"
	"dateline/internal/fact"
)

// coveragePosts are the POST operations of live coverages.
func (p *paper) coveragePosts() []post {
	n := 0
	storm := func() string {
		n++
		live, _ := p.storm(fmt.Sprintf("Repeated storm %d", n))
		return live
	}
	seen := func(tail string) func() (string, []string) {
		return func() (string, []string) {
			live := storm()
			return at(live, p.out(live, "Seen.", "")) + tail, []string{"If-Match", "*"}
		}
	}
	stored := func(target string) coverage.Post {
		_, id, _ := strings.Cut(target, "/posts/")
		made, err := p.site.Store.Post(p.t.Context(), id[:13])
		if err != nil {
			p.t.Fatal(err)
		}
		return made
	}
	version := func(target string) int { return int(stored(target).Version) }
	ended := func(kind fact.Kind) func(string) int { return func(string) int { return p.toldDesk(kind) } }
	return []post{
		{"create-post", func() (string, []string) { return "/api/v1/articles/" + storm() + "/posts", nil }, texts(`{"headline":"A","state":"published"}`, `{"headline":"B"}`), func(target string) int {
			return len(p.must(200, "admin", "GET", target, "").json()["items"].([]any))
		}, 201},
		{"withdraw-post", seen("/withdraw"), texts(`{"note":"A"}`, `{"note":"B"}`), version, 200},
		{"correct-post", seen("/correct"), texts(`{"note":"A","headline":"A"}`, `{"note":"B"}`), version, 200},
		{"make-article", seen("/article"), texts("", "{}"), version, 200},
		{"close-coverage", func() (string, []string) { return "/api/v1/articles/" + storm() + "/close", nil }, texts("", "{}"), ended(fact.Closed), 200},
		{"reopen-coverage", func() (string, []string) {
			live := storm()
			p.must(200, "admin", "POST", "/api/v1/articles/"+live+"/close", "")
			return "/api/v1/articles/" + live + "/reopen", nil
		}, texts("", "{}"), ended(fact.Reopened), 200},
	}
}
