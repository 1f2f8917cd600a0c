package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/news"
	"dateline/internal/talk"
)

// right is a row of the table.
type right struct {
	operation, object string
	want              map[string]int // by name
}

// readRights takes the table apart.
func readRights(t *testing.T) (names []string, rows []right) {
	t.Helper()
	for line := range strings.Lines(strings.TrimSpace(rights)) {
		f := strings.Fields(line)
		if names == nil {
			names = f[2:]
			continue
		}
		if len(f) != len(names)+2 {
			t.Fatalf("a row of %d columns: %s", len(f), line)
		}
		r := right{f[0], f[1], map[string]int{}}
		for i, name := range names {
			var err error
			if r.want[name], err = strconv.Atoi(f[i+2]); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, r)
	}
	return names, rows
}

// operation is what the description says of one.
type operation struct{ id, method, path string }

// described reads the operations from the description that the site serves.
func (p *paper) described() []operation {
	p.t.Helper()
	var spec struct {
		Paths map[string]map[string]struct {
			OperationID string `json:"operationId"`
		}
	}
	if err := json.Unmarshal(p.must(200, "", "GET", "/api/openapi.json", "").body, &spec); err != nil {
		p.t.Fatal(err)
	}
	var out []operation
	for path, item := range spec.Paths {
		for method, op := range item {
			out = append(out, operation{op.OperationID, strings.ToUpper(method), path})
		}
	}
	slices.SortFunc(out, func(a, b operation) int { return strings.Compare(a.id, b.id) })
	return out
}

// missing is an id that nothing has.
const missing = "0123456789abc"

// objects makes things as the reporter's, fresh for each question.
type objects struct {
	*paper
	n int
}

// make gives the address and the body of a question about an object of a kind.
func (o *objects) make(op operation, object string) (target, body string, header []string) {
	o.n++
	headline := fmt.Sprintf("Story number %d", o.n)
	id, slug, number, branch, question, post, said := missing, "nowhere", "1", missing, missing, missing, missing
	room, mid := "nowhere", missing
	switch {
	case object == "missing":
	case object == "account":
		name := fmt.Sprintf("guest-%d", o.n)
		o.person(name, account.Reporter, "en")
		id = o.people[name].ID
	case object == "token":
		if _, err := o.site.Door.Token(o.t.Context(), o.people["reporter"], "spare", 0); err != nil {
			o.t.Fatal(err)
		}
		all, err := o.site.Door.Tokens(o.t.Context(), o.people["reporter"])
		if err != nil {
			o.t.Fatal(err)
		}
		id = all[0].ID
	case object == "room", object == "uttered":
		room = fmt.Sprintf("room-%d", o.n)
		at := o.must(201, "admin", "POST", "/api/v1/chats", fmt.Sprintf(`{"slug":%q,"name":"Storm night","edition":"en"}`, room)).text("id")
		if object == "uttered" {
			mid = o.said(at, fmt.Sprintf("The reader's own message %d.", o.n))
		}
	case strings.HasSuffix(op.id, "discussion-settings"), op.id == "read-discussion-advice", op.id == "make-discussion-secret", op.id == "try-discussion-service":
		slug = "en"
	case object == "said", object == "decided", object == "spoken", object == "refused", object == "contested":
		id, _ = o.story(headline, "")
		said = o.said(id, fmt.Sprintf("The reader's own remark %d.", o.n))
		o.decided(said, object)
		if strings.HasPrefix(op.path, "/api/v1/moderation") {
			id = said
		}
	case object == "member", object == "objecting":
		id = o.restricted(object == "objecting")
	case strings.HasSuffix(op.id, "edition"), op.id == "read-edition-readership", strings.Contains(op.id, "front"):
		slug = "en"
	case strings.HasSuffix(op.id, "section"):
		id, _ = o.section("en", "sea")
	case object == "alerted":
		id = o.alert(`"edition":"en","text":"Tugs called out","banner":false`)
	case object == "signed":
		slug = fmt.Sprintf("author-%d", o.n)
		o.story(headline, fmt.Sprintf(`"byline":["Author %d","Ana Vey"]`, o.n))
	case object == "tagged":
		slug = fmt.Sprintf("topic-%d", o.n)
		o.story(headline, fmt.Sprintf(`"tags":["Topic %d","Tram"]`, o.n))
	case object == "reported":
		story, _ := o.story(headline, "")
		r, err := o.site.Desk.Report(o.t.Context(), story, "The year is wrong.")
		if err != nil {
			o.t.Fatal(err)
		}
		id = r.ID
	case object == "draft", object == "held", object == "asked", object == "branched":
		id = o.draft("reporter", headline, `"body_html":"<p>Only for the desk.</p>"`)
		if object == "held" || object == "asked" {
			o.must(200, "reporter", "POST", "/api/v1/articles/"+id+"/lock", `{"tab":"a"}`)
		}
		if object == "asked" {
			question = o.must(200, "admin", "POST", "/api/v1/articles/"+id+"/lock/ask", `{"tab":"b"}`).text("id")
		}
		if object == "branched" {
			branch = o.must(200, "reporter", "PUT", "/api/v1/articles/"+id+"/branches/a", `{"base":1}`).text("id")
		}
	case object == "live", object == "unposted", object == "uncovered":
		if id = o.draft("reporter", headline, `"kind":"live"`); object != "uncovered" {
			o.publish(id, "")
		}
		post = o.post("reporter", id, `"headline":"Seen","state":"`+map[string]string{"live": "published", "unposted": "draft", "uncovered": "draft"}[object]+`"`).text("id")
	case object == "moved":
		o.endMoves()
		id = o.handIn(smallSite).text("id")
	case object == "sourced":
		id = o.source("feed", "https://wire.example/feed.xml", `"paused":true`)
	case object == "arrived", object == "used":
		id = o.arrived(headline)
		if object == "used" {
			o.must(200, "reporter", "POST", "/api/v1/inbox/"+id+"/use", "")
		}
	case object == "scheduled":
		id = o.draft("reporter", headline, `"body_html":"<p>Only for the desk.</p>"`)
		o.publish(id, `{"at":"2026-05-01T00:00:00Z"}`)
	case object == "published", object == "withdrawn":
		id = o.draft("reporter", headline, `"body_html":"<p>For all.</p>"`)
		o.publish(id, "")
		o.publish(id, `{"change":"minor"}`)
		if object == "withdrawn" {
			o.must(200, "admin", "POST", "/api/v1/articles/"+id+"/withdraw", `{"note":"Wrong."}`, "If-Match", "*")
		}
	case object == "shown", object == "unshown", object == "killed":
		id = o.upload("reporter", o.n)
		if object != "unshown" {
			o.story(headline, `"picture":"`+id+`"`)
		}
		if object == "killed" {
			o.must(200, "admin", "POST", "/api/v1/pictures/"+id+"/kill", "")
		}
	}
	target = strings.NewReplacer("{id}", id, "{slug}", slug, "{edition}", slug, "{number}", number, "{branch}", branch, "{pid}", post, "{cid}", said, "{room}", room, "{mid}", mid).Replace(op.path)
	header = []string{"If-Match", "*"}
	switch op.id {
	case "list-articles":
		if object == "drafts" {
			target += "?state=draft"
		}
	case "list-posts":
		if object == "unposted" {
			target += "?state=draft"
		}
	case "create-comment":
		body = fmt.Sprintf(`{"body":"What remark %d says."}`, o.n)
	case "open-chat":
		body = fmt.Sprintf(`{"slug":"opened-%d","name":"Opened","edition":%q}`, o.n, map[string]string{"here": "en", "missing": "nowhere"}[object])
	case "change-chat":
		body = `{"state":"read-only"}`
	case "create-message":
		body = fmt.Sprintf(`{"body":"What message %d says."}`, o.n)
	case "edit-comment", "edit-message":
		body = `{"body":"Said another way."}`
	case "report-comment":
		body = `{"reason":"spam"}`
	case "appeal-decision":
		body = `{"text":"It was a quotation."}`
	case "sweep-comments":
		body = `{"edition":"en","since":"2035-01-01T00:00:00Z"}`
	case "restrict-member":
		body = `{"restricted":"trusted"}`
	case "annotate-member":
		body = `{"text":"Known for long."}`
	case "change-discussion-settings":
		body = `{"paused":false}`
	case "pause-site-discussion":
		body = `{"paused":false}`
	case "create-post":
		body = `{"headline":"New"}`
	case "save-post":
		body = `{"headline":"Changed"}`
	case "correct-post":
		body = `{"note":"Because.","headline":"Changed"}`
	case "change-author":
		body = `{"role":"Harbour correspondent"}`
	case "merge-author":
		body = `{"into":"ana-vey"}`
	case "list-topics", "read-topic":
		target += "?edition=en"
	case "change-topic":
		target += "?edition=en"
		body = `{"description":"On rails."}`
	case "merge-topic":
		target += "?edition=en"
		body = `{"into":"tram"}`
	case "list-reports", "list-coverages":
		target += "?edition=en"
	case "list-alerts":
		target += "?edition=" + map[string]string{"here": "en", "missing": "nowhere"}[object]
	case "create-alert":
		body = fmt.Sprintf(`{"edition":%q,"text":"Tugs called out","banner":false}`, map[string]string{"here": "en", "missing": "nowhere"}[object])
	case "resolve-report":
		body = `{"state":"resolved"}`
	case "change-front":
		body = `{"pins":[]}`
	case "change-password":
		body = `{"password":"a long enough password"}`
	case "prove", "confirm-codes":
		body = `{"code":"123456"}`
	case "add-passkey":
		body = `{"name":"Phone","passkey":{"ticket":"x","credential":{}}}`
	case "name-passkey":
		body = `{"name":"Phone"}`
	case "list-tokens":
		if object == "all" {
			target += "?all=true"
		}
	case "create-token":
		body = `{"name":"A script"}`
	case "create-account":
		body = fmt.Sprintf(`{"email":"new%d@paper.example","name":"New","grants":[{"role":"reporter","edition":"en"}]}`, o.n)
	case "change-account":
		body = `{"grants":[{"role":"editor","edition":"es"}]}`
	case "change-security":
		body = `{"factor":[]}`
	case "take-lock":
		body = `{"tab":"a"}`
	case "compare-article":
		target += "?from=1"
	case "let-go-lock", "end-presence":
		target += "?tab=a"
	case "count-articles", "list-presence":
		target += "?edition=" + map[string]string{"here": "en", "missing": "nowhere"}[object]
	case "say-presence":
		body = `{"tab":"a"}`
	case "ask-for-lock":
		body = `{"tab":"b"}`
	case "answer-lock":
		body = fmt.Sprintf(`{"tab":"a","ask":%q,"give":true}`, question)
	case "keep-branch":
		body = `{"base":1,"lead":"Kept beside."}`
	case "convert-document":
		body = `{"html":"<p>Pasted.</p>"}`
	case "change-me":
		body = `{"language":"en"}`
	case "create-edition":
		body = fmt.Sprintf(`{"slug":"x%d","name":"Another","language":"ru"}`, o.n)
	case "change-edition":
		body = `{"name":"The Paper"}`
	case "create-section":
		body = fmt.Sprintf(`{"edition":%q,"slug":"s%d","name":"Another"}`, map[string]string{"here": "en", "missing": "nowhere"}[object], o.n)
	case "change-section":
		body = `{"name":"Sea"}`
	case "create-move":
		o.endMoves()
		target += "?name=export.xml&edition=" + map[string]string{"here": "en", "missing": "nowhere"}[object]
		body, header = smallSite, []string{"Content-Type", "application/xml"}
	case "list-debts":
		target += "?kind=credit"
	case "create-source":
		body = fmt.Sprintf(`{"edition":%q,"kind":"feed","name":"Wire","address":"https://wire.example/feed.xml","paused":true}`, map[string]string{"here": "en", "missing": "nowhere"}[object])
	case "change-source":
		body = `{"name":"The Wire","paused":true}`
	case "refresh-source":
		if object == "sourced" {
			o.must(200, "admin", "PATCH", "/api/v1/sources/"+id, `{"paused":false,"address":"http://127.0.0.1:1/feed.xml"}`)
		}
	case "create-article":
		body = `{"edition":"en","headline":"New"}`
	case "save-article":
		body = `{"lead":"Changed."}`
	case "publish-article":
		body = `{}`
	case "withdraw-article", "redact-revision":
		body = `{"note":"Because."}`
	case "upload-picture":
		var kind string
		body, kind = form(photo(o.n), "credit", "The Paper")
		header = []string{"Content-Type", kind}
	case "change-picture":
		body = `{"caption":"Changed."}`
	}
	return target, body, header
}

// said puts a comment of the reader under a story; it waits.
func (p *paper) said(story, text string) string {
	p.t.Helper()
	p.clock.Forward(time.Minute)
	if _, err := p.site.Talk.Configure(p.t.Context(), account.House(), "en", -1, func(s *talk.Settings) { s.Premoderated = true }); err != nil {
		p.t.Fatal(err)
	}
	c, err := p.site.Talk.Say(p.t.Context(), news.Act{Who: account.Actor{ID: p.people["reader"].ID, Name: "Rea Reader", Grants: p.people["reader"].Grants}}, story, text, "")
	if err != nil {
		p.t.Fatal(err)
	}
	return c.ID
}

// section finds a section by its slug.
func (p *paper) section(edition, slug string) (id string, version string) {
	p.t.Helper()
	s, _, ok := p.site.Directory().Section(edition, slug)
	if !ok {
		p.t.Fatalf("no section %s of %s", slug, edition)
	}
	return s.ID, strconv.FormatInt(s.Version, 10)
}

// session opens a session for a person and gives its cookie.
func (p *paper) session(name string) string {
	p.t.Helper()
	link, err := p.site.Door.Link(p.t.Context(), p.people[name])
	if err != nil {
		p.t.Fatal(err)
	}
	secret, _, err := p.site.Door.Redeem(p.t.Context(), link)
	if err != nil {
		p.t.Fatal(err)
	}
	return "dateline_session=" + secret
}

// invalid makes tokens that are not valid any more, or never were, and names them.
func (p *paper) invalid() []string {
	p.t.Helper()
	ctx, admin := p.t.Context(), p.people["admin"]
	revoked := p.person("revoked", account.Admin, "")
	if err := p.site.Door.SignOutEverywhere(ctx, p.people["revoked"].ID); err != nil {
		p.t.Fatal(err)
	}
	over, err := p.site.Door.Token(ctx, admin, "over", time.Minute)
	if err != nil {
		p.t.Fatal(err)
	}
	link, err := p.site.Door.Link(ctx, admin)
	if err != nil {
		p.t.Fatal(err)
	}
	p.clock.Forward(2 * time.Minute)
	cookie := strings.TrimPrefix(p.session("admin"), "dateline_session=")
	for name, token := range map[string]string{"revoked": revoked, "over": over, "made-up": "dateline_" + strings.Repeat("A", 43), "empty": "", "a-link": link, "a-session": cookie} {
		p.tokens[name] = token
	}
	return []string{"revoked", "over", "made-up", "empty", "a-link", "a-session"}
}

func TestEveryOperationAnswersEveryRoleAsTheTableSays(t *testing.T) {
	p := newPaper(t)
	names, rows := readRights(t)
	ops, asked := map[string]operation{}, map[string]bool{}
	for _, op := range p.described() {
		ops[op.id] = op
	}
	p.tokens["stranger"] = ""
	o := &objects{paper: p}
	invalid := p.invalid()
	for _, row := range rows {
		op, ok := ops[row.operation]
		if !ok {
			t.Errorf("the table names %s, which is no operation", row.operation)
			continue
		}
		asked[op.id] = true
		for _, name := range names {
			who := name
			if name == "stranger" {
				who = ""
			}
			target, body, header := o.make(op, row.object)
			if got := p.ask(who, op.method, target, body, header...); got.status != row.want[name] {
				t.Errorf("%s on %s by %s: %d, the table says %d\n%.300s", op.id, row.object, name, got.status, row.want[name], got.body)
			}
		}
		target, body, header := o.make(op, row.object)
		for _, name := range invalid {
			if got := p.ask(name, op.method, target, body, header...); got.status != 401 || got.header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s on %s with a token that is %s: %d", op.id, row.object, name, got.status)
			}
		}
		cookie := p.session("editor") // signing out everywhere ended the one of before
		if op.method != "GET" {       // what a browser sends by itself, from another site
			for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site", "Authorization", "Basic eDp5"}} {
				h := append(append([]string{"Cookie", cookie}, from...), header...)
				if got := p.ask("", op.method, target, body, h...); got.status != 403 && !(len(from) > 2 && got.status == 401) {
					t.Errorf("%s on %s from another site (%v): %d", op.id, row.object, from, got.status)
				}
			}
		}
		h := append([]string{"Cookie", cookie, "Sec-Fetch-Site", "same-origin"}, header...)
		want, ok := inPerson[op.id]
		if !ok {
			want = row.want["editor"]
		}
		if got := p.ask("", op.method, target, body, h...); got.status != want {
			t.Errorf("%s on %s by the editor's session: %d, the table says %d\n%.300s", op.id, row.object, got.status, want, got.body)
		}
	}
	for id := range ops {
		if !asked[id] {
			t.Errorf("%s has no row in the table", id)
		}
	}
}

// TestRefusalsTellOutsidersNothing compares, byte by byte, what outsiders are told of a draft and of nothing at all.
func TestRefusalsTellOutsidersNothing(t *testing.T) {
	p := newPaper(t)
	o := &objects{paper: p}
	same := func(what string, a, b reply) {
		t.Helper()
		for _, h := range []http.Header{a.header, b.header} {
			h.Del("Date")
		}
		if a.status != b.status || !bytes.Equal(a.body, b.body) || fmt.Sprint(a.header) != fmt.Sprint(b.header) {
			t.Errorf("%s: of a draft %d %v %s, of nothing %d %v %s", what, a.status, a.header, a.body, b.status, b.header, b.body)
		}
		if strings.Contains(string(a.body), "Only for the desk") || strings.Contains(string(a.body), "Story number") {
			t.Errorf("%s tells the text: %s", what, a.body)
		}
	}
	for _, op := range p.described() {
		if !strings.Contains(op.path, "/articles/{id}") {
			continue
		}
		for _, object := range []string{"draft", "scheduled"} {
			target, body, _ := o.make(op, object)
			nothing, _, _ := o.make(op, "missing")
			for _, who := range []string{"", "reader", "audience", "moderator", "foreign", "elsewhere"} {
				for _, match := range []string{"*", `"1"`, `"77"`, "W/x", ""} {
					for _, b := range []string{body, `{"nonsense":1}`, `{`, `{"note":"","change":"correction","headline":"` + strings.Repeat("x", 2000) + `","related":["` + missing + `"]}`} {
						if body == "" {
							b = ""
						}
						h := []string{"If-Match", match}
						same(fmt.Sprintf("%s on %s by %q with If-Match %s and %.20s", op.id, object, who, match, b), p.ask(who, op.method, target, b, h...), p.ask(who, op.method, nothing, b, h...))
					}
				}
			}
		}
	}
	slug := "story-of-the-desk"
	p.draft("reporter", "Story of the desk", "")
	for _, under := range []string{"/world/%s", "/world/%s/history", "/world/%s/discussion", "/en/world/%s", "/page/%s"} {
		there, not := p.ask("", "GET", fmt.Sprintf(under, slug), ""), p.ask("", "GET", fmt.Sprintf(under, "none-of-the-desk"), "")
		if there.status != not.status || there.status/100 == 2 || !bytes.Equal(bytes.ReplaceAll(there.body, []byte(slug), nil), bytes.ReplaceAll(not.body, []byte("none-of-the-desk"), nil)) {
			t.Errorf("%s: %d and %d", under, there.status, not.status)
		}
	}
}
