package app

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
)

// unkept are the POSTs that take a key and keep no outcome under it, with the reason. Their answer is a secret, which is not kept, or a
// challenge, which counts once; or the second time changes nothing.
var unkept = map[string]string{
	"ask-proof":              "a challenge is new each time, and nothing else happens",
	"ask-passkey":            "a challenge is new each time, and nothing else happens",
	"add-passkey":            "its challenge counts once, so the second time is refused",
	"change-password":        "passwords are not kept, not even as the hash of a body; the one of before does not open twice",
	"prove":                  "neither; the same password proves the same again, and a code counts once",
	"begin-codes":            "the secret is not kept in an answer; until the first code a new one takes its place",
	"confirm-codes":          "recovery codes are not kept in an answer; codes that are on are not turned on",
	"new-recovery":           "recovery codes are not kept in an answer; the newest count, as many as before",
	"link-account":           "a link is not kept in an answer; the newest counts, and no other",
	"sign-out-account":       "who is signed out stays so",
	"make-discussion-secret": "a secret is not kept in an answer; the newest signs",
	"try-discussion-service": "a test is sent again, and says nothing of anybody",
	"sign-out-everywhere":    "the first time ends the session that asks",
}

// codeOf is what an app shows for a secret (RFC 6238).
func codeOf(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[from:from+4])&0x7fffffff%1_000_000)
}

// twice is one request of unkept, made two times under one key.
type twice struct {
	name, who    string // who "" is the editor in a session
	target       string
	body         func() string // nil for none
	first, again int
	equal        bool                  // the second answer is the first
	check        func() (bool, string) // after both, with what is wrong when it is not true
}

func TestWhatKeepsNoOutcomeDoesNoHarmTwice(t *testing.T) {
	p := newPaper(t)
	session := []string{"Cookie", p.session("editor"), "Sec-Fetch-Site", "same-origin"}
	reporter := p.people["reporter"].ID
	links := func() int {
		all, err := p.site.Store.Secrets(t.Context(), reporter, account.OneTime)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	factors := func(what string) string {
		return p.must(200, "", "GET", "/api/v1/me/factors", "", session...).text(what)
	}
	var last reply // the answer to the question before
	const same, other = true, false
	steps := []twice{
		{"make-discussion-secret", "admin", "/editions/es/discussion/secret", nil, 200, 200, other, func() (bool, string) {
			return p.must(200, "admin", "GET", "/api/v1/editions/es/discussion/advice", "").text("secret") == "true", "there is no secret"
		}},
		{"try-discussion-service", "admin", "/editions/es/discussion/try", nil, 409, 409, same, nil},
		{"ask-proof", "", "/me/proof/ways", nil, 200, 200, same, nil},
		{"ask-passkey", "", "/me/passkeys/challenge", nil, 200, 200, other, nil},
		{"add-passkey", "", "/me/passkeys", func() string {
			return fmt.Sprintf(`{"name":"Phone","passkey":{"ticket":%q,"credential":{}}}`, last.text("ticket"))
		}, 422, 422, other, func() (bool, string) { return factors("passkeys.0.id") == "", "a passkey is kept" }},
		{"change-password", "", "/me/password", func() string { return `{"password":"a long enough password"}` }, 204, 422, other,
			func() (bool, string) { return p.acts(fact.PasswordChanged) == 1, "the password changed twice" }},
		{"prove", "", "/me/proof", func() string { return `{"password":"a long enough password"}` }, 204, 204, same, nil},
		{"begin-codes", "", "/me/codes", nil, 200, 200, other, func() (bool, string) { return factors("codes") == "", "codes are on" }},
		{"confirm-codes", "", "/me/codes/confirm", func() string { return fmt.Sprintf(`{"code":%q}`, codeOf(t, last.text("secret"), p.clock.Now())) }, 200, 409, other,
			func() (bool, string) { return p.acts(fact.CodesAdded) == 1, "codes were turned on twice" }},
		{"new-recovery", "", "/me/codes/recovery", nil, 200, 200, other, func() (bool, string) { return factors("recovery") == "10", "there are more recovery codes" }},
		{"link-account", "admin", "/accounts/" + reporter + "/link", nil, 200, 200, other, func() (bool, string) { return links() == 1, "two links count" }},
		{"sign-out-account", "admin", "/accounts/" + reporter + "/sign-out", nil, 204, 204, same, func() (bool, string) { return links() == 0, "a link counts" }},
		{"sign-out-everywhere", "", "/me/sign-out-everywhere", nil, 204, 401, other, nil},
	}
	for _, s := range steps {
		header, body := []string{"Idempotency-Key", "key-" + s.name}, ""
		if s.who == "" {
			header = append(header, session...)
		}
		if s.body != nil {
			body = s.body()
		}
		first := p.ask(s.who, "POST", "/api/v1"+s.target, body, header...)
		last = p.ask(s.who, "POST", "/api/v1"+s.target, body, header...)
		if first.status != s.first || last.status != s.again {
			t.Fatalf("%s: %d and %d, want %d and %d (%s)\n%s\n%s", s.name, first.status, last.status, s.first, s.again, unkept[s.name], first.body, last.body)
		}
		if got := string(first.body) == string(last.body); s.first == 200 && got != s.equal {
			t.Errorf("%s: %s, then %s (%s)", s.name, first.body, last.body, unkept[s.name])
		}
		if s.check != nil {
			if ok, what := s.check(); !ok {
				t.Errorf("%s: %s", s.name, what)
			}
		}
		if unkept[s.name] == "" {
			t.Errorf("%s has no reason", s.name)
		}
	}
	for name := range unkept {
		if !slices.ContainsFunc(steps, func(s twice) bool { return s.name == name }) {
			t.Errorf("%s is not tried twice", name)
		}
	}
}

// acts counts what the audit log keeps of a deed.
func (p *paper) acts(did fact.Deed) int {
	p.t.Helper()
	all, err := p.site.Store.Acts(p.t.Context(), fact.ActQuery{Did: []fact.Deed{did}, Limit: 1000})
	if err != nil {
		p.t.Fatal(err)
	}
	return len(all)
}

// TestASecretIsToldOnce repeats what makes a thing with a secret: the thing is the same, and the secret is in the first answer only.
func TestASecretIsToldOnce(t *testing.T) {
	p := newPaper(t)
	session := []string{"Cookie", p.session("editor"), "Sec-Fetch-Site", "same-origin"}
	for _, c := range []struct {
		name, who, target, secret string
		header                    []string
		body                      func(n int) string
		did                       fact.Deed
	}{
		{"create-token", "", "/api/v1/tokens", "token", session, func(n int) string { return fmt.Sprintf(`{"name":"Script %d"}`, n) }, fact.TokenMade},
		{"create-account", "admin", "/api/v1/accounts", "link", nil, func(n int) string {
			return fmt.Sprintf(`{"email":"new%d@paper.example","name":"New","grants":[{"role":"reporter","edition":"en"}]}`, n)
		}, fact.Invited},
	} {
		ask := func(key, body string) reply {
			return p.ask(c.who, "POST", c.target, body, append([]string{"Idempotency-Key", key}, c.header...)...)
		}
		before := p.acts(c.did)
		first := ask("once", c.body(0))
		if first.status != 201 || first.text(c.secret) == "" {
			t.Fatalf("%s: %d %s", c.name, first.status, first.body)
		}
		for range 2 {
			again := ask("once", c.body(0))
			if again.status != 201 || again.text("id") != first.text("id") || again.text(c.secret) != "" ||
				again.header.Get("Location") != first.header.Get("Location") || again.header.Get("ETag") != first.header.Get("ETag") {
				t.Errorf("%s again: %d %s, first %s", c.name, again.status, again.body, first.body)
			}
		}
		if r := ask("once", c.body(1)); r.status != 422 || r.places() != "header.Idempotency-Key" {
			t.Errorf("%s with another body under the key: %d %s", c.name, r.status, r.body)
		}
		if n := p.acts(c.did) - before; n != 1 {
			t.Errorf("%s happened %d times", c.name, n)
		}
		var mu sync.Mutex
		var all sync.WaitGroup
		ids, secrets := map[string]bool{}, 0
		for range 8 {
			all.Go(func() {
				r := ask("at once", c.body(2))
				mu.Lock()
				defer mu.Unlock()
				ids[fmt.Sprint(r.status, " ", r.text("id"))] = true
				if r.text(c.secret) != "" {
					secrets++
				}
			})
		}
		all.Wait()
		if n := p.acts(c.did) - before; len(ids) != 1 || secrets != 1 || n != 2 {
			t.Errorf("%s at once: %v, %d secrets, %d times", c.name, ids, secrets, n-1)
		}
	}
}
