package app

import (
	"fmt"
	"strings"

	"dateline/internal/talk"
)

// talkPosts are the POST operations of comments and their moderation.
func (p *paper) talkPosts() []post {
	n, swept := 0, ""
	remark := func(decided bool) string {
		n++
		story, _ := p.story(fmt.Sprintf("Repeated talk %d", n), "")
		id := p.said(story, fmt.Sprintf("A remark of its own, number %d.", n))
		if decided {
			p.must(200, "editor", "POST", "/api/v1/moderation/"+id+"/approve", "")
		}
		return id
	}
	on := func(tail string, decided bool) func() (string, []string) {
		return func() (string, []string) { return "/api/v1/moderation/" + remark(decided) + tail, nil }
	}
	refused := func(tail string, contested bool) func() (string, []string) {
		return func() (string, []string) {
			at := "/api/v1/moderation/"
			if contested {
				at += remark(false)
			} else {
				n++
				story, _ := p.story(fmt.Sprintf("Repeated talk %d", n), "")
				at += p.comment("admin", story, fmt.Sprintf("The admin's own remark %d.", n), "").text("id")
			}
			p.decided(strings.TrimPrefix(at, "/api/v1/moderation/"), map[bool]string{false: "refused", true: "contested"}[contested])
			return at + tail, nil
		}
	}
	stored := func(target string) talk.Comment {
		c, err := p.site.Store.Talk.Comment(p.t.Context(), strings.TrimPrefix(target, "/api/v1/moderation/")[:13])
		if err != nil {
			p.t.Fatal(err)
		}
		return c
	}
	version := func(target string) int { return int(stored(target).Version) }
	member := func() int {
		m, err := p.site.Store.Talk.Member(p.t.Context(), p.people["reader"].ID)
		if err != nil {
			p.t.Fatal(err)
		}
		return int(m.Version)
	}
	about := func(tail string) func() (string, []string) {
		return func() (string, []string) { return "/api/v1/members/" + p.people["reader"].ID + tail, nil }
	}
	return []post{
		{"create-comment", func() (string, []string) {
			n++
			story, _ := p.story(fmt.Sprintf("Repeated talk %d", n), "")
			return "/api/v1/articles/" + story + "/comments", nil
		}, texts(`{"body":"A first remark."}`, `{"body":"Another remark."}`), func(target string) int {
			return len(p.must(200, "admin", "GET", target, "").json()["items"].([]any))
		}, 201},
		{"create-message", func() (string, []string) {
			n++
			room := fmt.Sprintf("repeated-%d", n)
			p.must(201, "admin", "POST", "/api/v1/chats", fmt.Sprintf(`{"slug":%q,"name":"Room","edition":"en"}`, room))
			return "/api/v1/chats/" + room + "/messages", nil
		}, texts(`{"body":"A first message."}`, `{"body":"Another message."}`), func(target string) int {
			return len(p.must(200, "admin", "GET", target, "").json()["items"].([]any))
		}, 201},
		{"open-chat", func() (string, []string) {
			n++
			return "/api/v1/chats", nil
		}, func(k int) (string, string) {
			return fmt.Sprintf(`{"slug":"again-%d-%d","name":"Room","edition":"en"}`, n, k), "application/json"
		}, func(string) int {
			return len(p.must(200, "admin", "GET", "/api/v1/chats?limit=100", "").json()["items"].([]any))
		}, 201},
		{"approve-comment", on("/approve", false), texts("", "{}"), version, 200},
		{"reject-comment", on("/reject", false), texts(`{"reason":"A"}`, `{"reason":"B"}`), version, 200},
		{"undo-decision", on("/undo", true), texts("", "{}"), version, 200},
		{"appeal-decision", refused("/appeal", false), texts(`{"text":"A"}`, `{"text":"B"}`), version, 204},
		{"uphold-decision", refused("/uphold", true), texts("", `{"reason":"B"}`), version, 200},
		{"feature-comment", on("/feature", true), texts("", `{"on":false}`), version, 200},
		{"report-comment", on("/report", true), texts(`{"reason":"spam"}`, `{"reason":"abuse"}`), func(target string) int { return stored(target).Reports }, 204},
		{"sweep-comments", func() (string, []string) {
			n++
			swept, _ = p.story(fmt.Sprintf("Repeated talk %d", n), "")
			p.said(swept, fmt.Sprintf("A remark of its own, number %d.", n))
			return "/api/v1/moderation/sweep", nil
		}, func(i int) (string, string) {
			return fmt.Sprintf(`{"article":%q,"author":%q,"since":"202%d-01-01T00:00:00Z"}`, swept, p.people["reader"].ID, i), "application/json"
		}, func(string) int {
			return len(p.must(200, "admin", "GET", "/api/v1/moderation?queue=rejected&limit=100&article="+swept, "").json()["items"].([]any))
		}, 200},
		{"restrict-member", about("/restrict"), texts(`{"restricted":"trusted"}`, `{"restricted":""}`), func(string) int { return member() }, 200},
		{"uphold-restriction", func() (string, []string) {
			p.restricted(true)
			return about("/uphold")()
		}, texts("", `{"reason":"B"}`), func(string) int { return member() }, 200},
		{"annotate-member", about("/notes"), texts(`{"text":"A"}`, `{"text":"B"}`), func(string) int { return member() }, 200},
	}
}
