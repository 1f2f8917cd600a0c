package app

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"dateline/internal/account"

	"github.com/go-jose/go-jose/v4"
)

// university is a provider of accounts: everybody who comes there is the same person, and it says of him what a test wants said.
type university struct {
	*httptest.Server
	t   *testing.T
	key *rsa.PrivateKey

	mu    sync.Mutex
	asked map[string]url.Values // what came with a code
	exact map[string]any        // what it says of him
	spoil func(claims map[string]any)
	sign  func(claims []byte) string // instead of with its key
	down  bool
}

func newUniversity(t *testing.T) *university {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	u := &university{t: t, key: key, asked: map[string]url.Values{}, exact: map[string]any{"email": "Mara.Lind@uni.example", "email_verified": true, "name": "Mara Lind"}}
	answer := func(w http.ResponseWriter, v any) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(v)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		answer(w, map[string]any{"issuer": u.URL, "authorization_endpoint": u.URL + "/authorize", "token_endpoint": u.URL + "/token", "jwks_uri": u.URL + "/keys", "userinfo_endpoint": u.URL + "/me",
			"response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"}, "id_token_signing_alg_values_supported": []string{"RS256"}})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, r *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "one", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", u.token)
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer access" {
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		answer(w, map[string]any{"sub": "42", "email": "asked@uni.example", "email_verified": "true"})
	})
	u.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		u.mu.Lock()
		down := u.down
		u.mu.Unlock()
		if down {
			http.Error(w, "no", http.StatusBadGateway)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(u.Close)
	return u
}

// flag is what names it in a configuration.
func (u *university) flag() string {
	return strings.Replace(u.URL, "http://", "http://dateline:s3cret%2F@", 1) + "#Harbour%20University"
}

// visit is somebody's visit at the address that he was sent to: he agrees, and is sent back.
func (u *university) visit(address string) (back string) {
	u.t.Helper()
	at, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, u.URL+"/authorize?") {
		u.t.Fatalf("sent to %s", address)
	}
	q := at.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": "dateline", "code_challenge_method": "S256", "scope": "openid email profile"} {
		if q.Get(name) != want {
			u.t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	code := rand.Text()
	u.mu.Lock()
	defer u.mu.Unlock()
	u.asked[code] = q
	return q.Get("redirect_uri") + "?" + url.Values{"code": {code}, "state": {q.Get("state")}}.Encode()
}

func (u *university) token(w http.ResponseWriter, r *http.Request) {
	u.mu.Lock()
	defer u.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	q, ok := u.asked[r.FormValue("code")]
	delete(u.asked, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !ok || id != "dateline" || secret != url.QueryEscape("s3cret/") || r.FormValue("redirect_uri") != q.Get("redirect_uri") || base64.RawURLEncoding.EncodeToString(sum[:]) != q.Get("code_challenge") {
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	claims := map[string]any{"iss": u.URL, "aud": "dateline", "sub": "42", "nonce": q.Get("nonce"), "iat": noon.Unix(), "exp": noon.Add(24 * time.Hour).Unix()}
	for name, v := range u.exact {
		claims[name] = v
	}
	if u.spoil != nil {
		u.spoil(claims)
	}
	b, err := json.Marshal(claims)
	if err != nil {
		u.t.Error(err)
	}
	sign := u.sign
	if sign == nil {
		sign = func(b []byte) string { return signed(u.t, jose.RS256, u.key, b) }
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": sign(b)})
}

func signed(t *testing.T, by jose.SignatureAlgorithm, key any, b []byte) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: by, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "one"))
	if err != nil {
		t.Error(err)
		return ""
	}
	j, err := s.Sign(b)
	if err != nil {
		t.Error(err)
		return ""
	}
	out, err := j.CompactSerialize()
	if err != nil {
		t.Error(err)
	}
	return out
}

// atProvider opens a paper at which one can sign in at a university.
func atProvider(t *testing.T) (*paper, *university) {
	u := newUniversity(t)
	return newPaper(t, func(c *Config) { c.OIDC, c.AllowPrivate = []string{u.flag()}, []string{"127.0.0.1"} }), u
}

const withUniversity = "/account/sign-in/with?provider=Harbour+University"

// sent follows the button to the provider and gives where it leads and the browser's cookie.
func (p *paper) sent(at string) (to, cookie string) {
	p.t.Helper()
	r := p.must(303, "", "GET", at, "")
	set, err := http.ParseSetCookie(r.header.Get("Set-Cookie"))
	if err != nil || !set.HttpOnly || set.SameSite != http.SameSiteLaxMode {
		p.t.Fatalf("the ticket: %q", r.header.Get("Set-Cookie"))
	}
	return r.header.Get("Location"), set.Name + "=" + set.Value
}

func TestAReaderComesInByAProviderAndSaysHisNameTheFirstTime(t *testing.T) {
	p, u := atProvider(t)
	for _, at := range []string{"/account/sign-in", "/es/account/sign-in"} {
		if page := html.UnescapeString(p.get(200, at)); !strings.Contains(page, "/account/sign-in/with?provider=Harbour+University") || !strings.Contains(page, "Harbour University") {
			t.Errorf("%s has no way to the provider", at)
		}
	}
	back := "/world/tram-opens/discussion"
	to, cookie := p.sent("/es" + withUniversity + "&back=" + url.QueryEscape(back))
	came := u.visit(to)
	if !strings.HasPrefix(came, p.url+"/account/sign-in/from?") {
		t.Fatalf("sent back to %s", came)
	}
	r := p.must(303, "", "GET", came, "", "Cookie", cookie)
	link := r.header.Get("Location")
	if !strings.HasPrefix(link, "/es/account/sign-in/") || !strings.HasSuffix(link, "?name=Mara+Lind") || !strings.Contains(r.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Fatalf("somebody new is sent to %s", link)
	}
	if page := p.get(200, link); !strings.Contains(page, `value="Mara Lind"`) || !strings.Contains(page, "mara.lind@uni.example") {
		t.Errorf("the name is not asked for:\n%s", page)
	}
	form := func(at, body string) reply {
		return p.ask("", "POST", at, body, "Content-Type", "application/x-www-form-urlencoded")
	}
	path, _, _ := strings.Cut(link, "?")
	if r := form(path, "name=Mara"); r.status != 303 || r.header.Get("Location") != back || !strings.Contains(r.header.Get("Set-Cookie"), "dateline_session=") {
		t.Fatalf("%d %v", r.status, r.header)
	}
	to, cookie = p.sent(withUniversity)
	if r := p.must(303, "", "GET", u.visit(to), "", "Cookie", cookie); r.header.Get("Location") != "/account" || !strings.Contains(strings.Join(r.header.Values("Set-Cookie"), " "), "dateline_session=") {
		t.Errorf("the second time: %v", r.header)
	}
	a, err := p.site.Door.ByEmail(t.Context(), "mara.lind@uni.example")
	if err != nil || a.Name != "Mara" || len(a.Grants) != 1 || a.Grants[0].Role != account.Reader {
		t.Errorf("%+v %v", a, err)
	}
	u.mu.Lock()
	u.exact = nil // it says so only when it is asked once more
	u.mu.Unlock()
	to, cookie = p.sent(withUniversity)
	if r := p.must(303, "", "GET", u.visit(to), "", "Cookie", cookie); !strings.HasPrefix(r.header.Get("Location"), "/account/sign-in/") {
		t.Errorf("asked once more: %v", r.header)
	}
}

func TestAProvidersWordIsTakenOnlyFromItselfForWhoAskedForIt(t *testing.T) {
	p, u := atProvider(t)
	set := func(f func()) {
		u.mu.Lock()
		defer u.mu.Unlock()
		u.spoil, u.sign, u.down = nil, nil, false
		f()
	}
	refused := func(what string, r reply, status int) {
		t.Helper()
		if r.status != status || strings.Contains(strings.Join(r.header.Values("Set-Cookie"), " "), "dateline_session=") || !strings.Contains(string(r.body), `role="alert"`) || strings.Contains(string(r.body), "s3cret") {
			t.Errorf("%s: %d %v\n%.1500s", what, r.status, r.header, r.body)
		}
	}
	stranger, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for what, spoil := range map[string]func(){
		"another nonce":               func() { u.spoil = func(c map[string]any) { c["nonce"] = "x" } },
		"no nonce":                    func() { u.spoil = func(c map[string]any) { delete(c, "nonce") } },
		"for somebody else":           func() { u.spoil = func(c map[string]any) { c["aud"] = "another" } },
		"of somebody else":            func() { u.spoil = func(c map[string]any) { c["iss"] = "https://else.example" } },
		"too old":                     func() { u.spoil = func(c map[string]any) { c["exp"] = noon.Add(-time.Hour).Unix() } },
		"an address nobody confirmed": func() { u.spoil = func(c map[string]any) { c["email_verified"] = false } },
		"no word whether it is":       func() { u.spoil = func(c map[string]any) { delete(c, "email_verified") } },
		"no address":                  func() { u.spoil = func(c map[string]any) { c["email"] = "mara" } },
		"another key":                 func() { u.sign = func(b []byte) string { return signed(t, jose.RS256, stranger, b) } },
		"the secret as the key": func() {
			u.sign = func(b []byte) string { return signed(t, jose.HS256, bytes.Repeat([]byte("s3cret/"), 6), b) }
		},
		"no signature": func() {
			u.sign = func(b []byte) string {
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(b) + "."
			}
		},
		"nothing": func() { u.sign = func([]byte) string { return "" } },
	} {
		set(spoil)
		to, cookie := p.sent(withUniversity)
		refused(what, p.ask("", "GET", u.visit(to), "", "Cookie", cookie), 401)
	}
	set(func() {})
	to, cookie := p.sent(withUniversity)
	back := u.visit(to)
	refused("in another browser", p.ask("", "GET", back, ""), 401)
	_, other := p.sent(withUniversity)
	refused("with another ticket", p.ask("", "GET", back, "", "Cookie", other), 401)
	p.must(303, "", "GET", back, "", "Cookie", cookie)
	refused("twice", p.ask("", "GET", back, "", "Cookie", cookie), 401)
	to, cookie = p.sent(withUniversity)
	at, _ := url.Parse(to)
	refused("who did not agree", p.ask("", "GET", "/account/sign-in/from?error=access_denied&state="+at.Query().Get("state"), "", "Cookie", cookie), 401)
	refused("a code of nobody", p.ask("", "GET", "/account/sign-in/from?code=x&state=y", "", "Cookie", cookie), 401)
	to, cookie = p.sent(withUniversity)
	back = u.visit(to)
	p.clock.Forward(time.Hour)
	refused("an hour later", p.ask("", "GET", back, "", "Cookie", cookie), 401)
	if r := p.ask("", "GET", withUniversity, "", "Sec-Fetch-Site", "cross-site"); r.status != 303 || r.header.Get("Location") != "/account/sign-in" || r.header.Get("Set-Cookie") != "" {
		t.Errorf("begun by another site: %d %v", r.status, r.header)
	}
	p.must(404, "", "GET", "/account/sign-in/with?provider=another", "")
	for _, method := range []string{"POST", "DELETE"} {
		if r := p.ask("", method, withUniversity, ""); r.status != 405 && r.status != 403 {
			t.Errorf("%s: %d", method, r.status)
		}
	}
	to, cookie = p.sent(withUniversity + "&back=" + url.QueryEscape("https://else.example/"))
	if r := p.must(303, "", "GET", u.visit(to), "", "Cookie", cookie); !strings.HasPrefix(r.header.Get("Location"), "/account/sign-in/") {
		t.Errorf("%v", r.header)
	}
	to, cookie = p.sent(withUniversity)
	back = u.visit(to)
	set(func() { u.down = true })
	refused("while the provider is down", p.ask("", "GET", back, "", "Cookie", cookie), 422)
	if logged := p.logged.String(); strings.Contains(logged, "s3cret") || strings.Contains(logged, "mara") {
		t.Errorf("the log tells %s", logged)
	}
}

func TestAProviderThatIsDownIsSaidAndTheSiteStartsWithoutIt(t *testing.T) {
	u := newUniversity(t)
	u.down = true
	p := newPaper(t, func(c *Config) { c.OIDC, c.AllowPrivate = []string{u.flag()}, []string{"127.0.0.1"} })
	if r := p.ask("", "GET", withUniversity, ""); r.status != 422 || !strings.Contains(string(r.body), "does not answer right now") || r.header.Get("Set-Cookie") != "" {
		t.Errorf("%d\n%.1500s", r.status, r.body)
	}
	u.mu.Lock()
	u.down = false
	u.mu.Unlock()
	p.sent(withUniversity)
}

func TestWhoWorksInTheNewsroomOwesHisCodeAfterAProvider(t *testing.T) {
	p, u := atProvider(t)
	u.exact["email"] = p.people["editor"].Email
	to, cookie := p.sent(withUniversity)
	if r := p.must(303, "", "GET", u.visit(to), "", "Cookie", cookie); r.header.Get("Location") != "/account" {
		t.Errorf("%v", r.header)
	}
	now, err := p.site.Door.Security(t.Context(), account.House())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.site.Door.ChangeSecurity(t.Context(), account.House(), now.Version, []account.Role{account.Editor}); err != nil {
		t.Fatal(err)
	}
	to, cookie = p.sent(withUniversity)
	if r := p.must(303, "", "GET", u.visit(to), "", "Cookie", cookie); r.header.Get("Location") != "/newsroom/" {
		t.Errorf("whose role needs a second factor: %v", r.header)
	}
}

func TestProvidersAreReadFromTheirAddressesAndNothingSecretIsSaidOfABadOne(t *testing.T) {
	for _, bad := range []string{"", "https://issuer.example", "http://id:s3cret@issuer.example", "ftp://id:s3cret@issuer.example", "https://id:s3cret@issuer.example?x=y", "https://:s3cret@issuer.example", "https://id:s3cret@iss%zz", "https://id:s3cret@issuer.example#" + strings.Repeat("n", 61)} {
		if err := (Config{OIDC: []string{bad}}).Check(); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := (Config{OIDC: []string{"https://a:b@one.example#One", "https://a:b@two.example#One"}}).Check(); err == nil {
		t.Error("two of one name")
	}
	c := Config{OIDC: []string{"https://a%3Ab:s3cret@one.example/realms/news#One%20Two", "https://a:b@two.example"}}
	if err := c.Check(); err != nil || c.providers() != "One Two (https://one.example/realms/news), two.example (https://two.example)" {
		t.Errorf("%v %s", err, c.providers())
	}
}
