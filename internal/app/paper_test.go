package app

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/moment"
	"dateline/internal/news"
	"dateline/internal/store/storetest"

	"go.uber.org/goleak"
)

// TestMain stops what tests started and fails when a goroutine is left.
func TestMain(m *testing.M) {
	code := m.Run()
	storetest.Stop()
	http.DefaultClient.CloseIdleConnections()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// noon is when every paper begins.
var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// paper is a whole site on a port of the kernel's, over a real database in a temporary folder, with people of every
// role, two editions and a clock that only the test moves.
type paper struct {
	t      testing.TB
	site   *Site
	clock  *moment.Set
	url    string
	client *http.Client
	tokens map[string]string // by name
	people map[string]account.Account
	logged *lines
}

// lines gathers what is logged.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(b) }
func (l *lines) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// staff are the people of a paper: name, role, edition. "elsewhere" people work for the other edition.
var staff = []struct{ name, role, edition string }{
	{"admin", "admin", ""}, {"editor", "editor", "en"}, {"elsewhere", "editor", "es"}, {"reporter", "reporter", "en"}, {"colleague", "reporter", "en"},
	{"foreign", "reporter", "es"}, {"pictures", "picture-editor", "en"}, {"moderator", "moderator", "en"}, {"audience", "audience", "en"}, {"reader", "reader", ""},
}

// newPaper opens a paper; change may set up its configuration.
func newPaper(t testing.TB, change ...func(*Config)) *paper {
	t.Helper()
	p := newEmpty(t, change...)
	for _, s := range staff {
		p.person(s.name, account.Role(s.role), s.edition)
	}
	p.must(201, "admin", "POST", "/api/v1/editions", `{"slug":"en","name":"The Paper","language":"en"}`)
	p.must(201, "admin", "POST", "/api/v1/editions", `{"slug":"es","name":"El Papel","language":"es"}`)
	p.must(201, "admin", "POST", "/api/v1/sections", `{"edition":"en","slug":"world","name":"World","description":"Everything"}`)
	p.must(201, "admin", "POST", "/api/v1/sections", `{"edition":"en","slug":"sea","name":"Sea"}`)
	p.must(201, "admin", "POST", "/api/v1/sections", `{"edition":"es","slug":"mundo","name":"Mundo"}`)
	return p
}

// newEmpty opens a paper without people and editions.
func newEmpty(t testing.TB, change ...func(*Config)) *paper {
	t.Helper()
	p := &paper{t: t, clock: moment.At(noon), tokens: map[string]string{}, people: map[string]account.Account{}, logged: &lines{}}
	c := Config{Data: t.TempDir(), Listen: "127.0.0.1:0", Clock: p.clock, Log: slog.New(slog.NewTextHandler(p.logged, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	for _, f := range change {
		f(&c)
	}
	h, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if p.site, err = Build(t.Context(), h); err != nil {
		h.Close()
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- p.site.Run(ctx) }()
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	p.client = &http.Client{Transport: transport, Timeout: 60 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Errorf("the site ended with %v", err)
		}
		if err := h.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if log := p.logged.String(); strings.Contains(log, "level=ERROR") {
			t.Errorf("errors were logged:\n%.4000s", log)
		}
	})
	p.url = "http://" + p.site.listen.Addr().String()
	return p
}

// person makes an account with a token of one name.
func (p *paper) person(name string, role account.Role, edition string) string {
	p.t.Helper()
	a, err := p.site.Door.Add(p.t.Context(), name+"@paper.example", strings.ToUpper(name[:1])+name[1:], "", account.Grant{Role: role, Edition: edition})
	if err != nil {
		p.t.Fatal(err)
	}
	p.people[name] = a
	if p.tokens[name], err = p.site.Door.Token(p.t.Context(), a, name, 0); err != nil {
		p.t.Fatal(err)
	}
	return p.tokens[name]
}

// reply is an answer read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// json gives the answer as an object.
func (r reply) json() map[string]any {
	var m map[string]any
	_ = json.Unmarshal(r.body, &m)
	return m
}

// text gives a value of the answer by its dotted path ("items.0.name"), "" when it is not there.
func (r reply) text(path string) string {
	var v any = r.json()
	for key := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[key]
		case []any:
			n, err := strconv.Atoi(key)
			if err != nil || n >= len(in) {
				return ""
			}
			v = in[n]
		default:
			return ""
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// places lists the locations of fault in a problem.
func (r reply) places() string {
	var p struct {
		Errors []struct{ Location string }
	}
	_ = json.Unmarshal(r.body, &p)
	var out []string
	for _, e := range p.Errors {
		out = append(out, e.Location)
	}
	return strings.Join(out, " ")
}

// ask sends one request under the name of a person ("" is a stranger; a path may be a whole address) and gives the answer.
// The target goes onto the wire as it is written. The clock moves a little, so that the limits of ordinary use are not met.
func (p *paper) ask(who, method, target, body string, header ...string) reply {
	p.t.Helper()
	p.clock.Forward(60 * time.Millisecond)
	return p.askNow(who, method, target, body, header...)
}

// askNow is ask that leaves the clock where it stands.
func (p *paper) askNow(who, method, target, body string, header ...string) reply {
	p.t.Helper()
	target = strings.TrimPrefix(target, p.url)
	path, query, _ := strings.Cut(target, "?")
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.URL.Opaque, r.URL.RawQuery = "//"+r.URL.Host+path, query // as it is, not straightened by the client
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		token, ok := p.tokens[who]
		if !ok {
			p.t.Fatalf("nobody is called %q", who)
		}
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, target, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, target, err)
	}
	answer := reply{res.StatusCode, res.Header, b}
	p.fits(method, path, answer)
	return answer
}

// must is ask with a status that must come.
func (p *paper) must(want int, who, method, target, body string, header ...string) reply {
	p.t.Helper()
	r := p.ask(who, method, target, body, header...)
	if r.status != want {
		p.t.Fatalf("%s %s by %q: %d, want %d\n%.1500s", method, target, who, r.status, want, r.body)
	}
	return r
}

// get reads a page as a stranger and wants a status.
func (p *paper) get(want int, target string, header ...string) string {
	p.t.Helper()
	return string(p.must(want, "", "GET", target, "", header...).body)
}

// draft makes an article by somebody and gives its id; fields are JSON members that come on top, "" for none.
func (p *paper) draft(who, headline, fields string) string {
	p.t.Helper()
	h, _ := json.Marshal(headline)
	if fields != "" {
		fields = "," + fields
	}
	edition, section := "en", "world"
	if strings.Contains(fields, `"edition":"es"`) {
		edition, section = "es", "mundo"
	}
	base := `"edition":"` + edition + `",`
	if strings.Contains(fields, `"edition":`) {
		base = ""
	}
	if !strings.Contains(fields, `"section":`) && !strings.Contains(fields, `"kind":"page"`) {
		base += `"section":"` + section + `",`
	}
	return p.must(201, who, "POST", "/api/v1/articles", `{`+base+`"headline":`+string(h)+fields+`}`).text("id")
}

// publish publishes what is there as an admin and gives the path of its page.
func (p *paper) publish(id, body string) string {
	p.t.Helper()
	if body == "" {
		body = "{}"
	}
	r := p.must(200, "admin", "POST", "/api/v1/articles/"+id+"/publish", body, "If-Match", "*")
	return strings.TrimPrefix(r.text("url"), p.url)
}

// story makes and publishes an article and gives its id and path.
func (p *paper) story(headline, fields string) (id, path string) {
	p.t.Helper()
	id = p.draft("admin", headline, fields)
	return id, p.publish(id, "")
}

// save changes an article as an admin.
func (p *paper) save(id, fields string) reply {
	p.t.Helper()
	return p.must(200, "admin", "PATCH", "/api/v1/articles/"+id, fields, "If-Match", "*")
}

// photo draws a small picture; seed makes it another one.
func photo(seed int) []byte {
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range m.Pix {
		m.Pix[i] = byte(i*seed>>3) | 0x0f
	}
	m.SetRGBA(0, 0, color.RGBA{byte(seed), byte(seed >> 8), 0, 255})
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, &jpeg.Options{Quality: 80}) // into memory: it cannot fail
	return b.Bytes()
}

// form gives a multipart body with a file and fields, and its content type.
func form(file []byte, fields ...string) (body, kind string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1])
	}
	if file != nil {
		f, _ := w.CreateFormFile("file", "photo.jpg")
		_, _ = f.Write(file)
	}
	_ = w.Close()
	return b.String(), w.FormDataContentType()
}

// upload brings a picture in and gives its id; without fields it has a credit.
func (p *paper) upload(who string, seed int, fields ...string) string {
	p.t.Helper()
	if fields == nil {
		fields = []string{"credit", "The Paper", "alt", "Grey squares"}
	}
	body, kind := form(photo(seed), fields...)
	return p.must(201, who, "POST", "/api/v1/pictures", body, "Content-Type", kind).text("id")
}

// stored reads a working copy as the house does, past every right.
func (p *paper) stored(id string) news.Article {
	p.t.Helper()
	a, err := p.site.Store.Article(p.t.Context(), id)
	if err != nil {
		p.t.Fatal(err)
	}
	return a
}

// due does what is due now, as the worker of the site would within a second.
func (p *paper) due() {
	p.t.Helper()
	p.eventually("due work is done", func() bool {
		next, err := p.site.Store.NextWork(p.t.Context())
		if err != nil {
			p.t.Fatal(err)
		}
		return next.IsZero() || next.After(p.clock.Now())
	})
}

// eventually waits for a condition.
func (p *paper) eventually(what string, ok func() bool) {
	p.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	end := time.NewTimer(20 * time.Second)
	defer end.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-end.C:
			p.t.Fatalf("%s: not within 20 s", what)
		}
	}
}

// everything is what a topic of the stream tells, read as its cacheable stretch once all that is committed has come to it: the
// relay hands facts on after the request that made them is answered.
func (p *paper) everything(topic fact.Topic) (body string) {
	p.t.Helper()
	facts, err := p.site.Store.Facts(p.t.Context(), topic, 0, 100_000)
	if err != nil {
		p.t.Fatal(err)
	}
	last := int64(0)
	if len(facts) > 0 {
		last = facts[len(facts)-1].Seq
	}
	p.eventually(string(topic)+" tells what is committed", func() bool {
		var told struct {
			Next int64
			More bool
		}
		body = p.get(200, "/events/"+string(topic)+"?after=0")
		if err := json.Unmarshal([]byte(body), &told); err != nil {
			p.t.Fatalf("%s: %v", body, err)
		}
		return told.More || told.Next >= last
	})
	return body
}

// readerOnly makes an account a reader's.
func readerOnly(a *account.Account) (fact.Outcome, error) {
	a.Grants = []account.Grant{{Role: account.Reader}}
	return fact.Outcome{}, nil
}

// noRow fails when a word is in any row of the database.
func (p *paper) noRow(word string) {
	p.t.Helper()
	err := p.site.Store.Dump(p.t.Context(), func(table string, line []byte) error {
		if bytes.Contains(line, []byte(word)) {
			p.t.Errorf("the table %s still holds %s: %.200s", table, word, line)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
}
