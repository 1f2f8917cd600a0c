package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/moment"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// vouchTime is how long a provider may take for one answer.
const vouchTime = 15 * time.Second

// provider is an OpenID Connect provider: account.Voucher over the outbound dialer.
type provider struct {
	name, issuer, id, secret string
	client                   *http.Client
	clock                    moment.Clock

	mu    sync.Mutex
	found *oidc.Provider // what its address says of it, once it was asked
}

// parseProvider reads https://client:secret@issuer#Name. Its errors hold nothing of what was given.
func parseProvider(s string) (*provider, error) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User.Username() == "" || u.RawQuery != "" {
		return nil, errors.New("--oidc: give https://client:secret@issuer.example.org#Name")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !onThisMachine(u.Hostname())) {
		return nil, errors.New("--oidc: a provider is asked over https:// only")
	}
	p := &provider{name: u.Fragment, id: u.User.Username()}
	p.secret, _ = u.User.Password()
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	p.issuer = u.String()
	if p.name == "" {
		p.name = u.Hostname()
	}
	if len(p.name) > 60 {
		return nil, errors.New("--oidc: the name behind # has at most 60 bytes")
	}
	return p, nil
}

func onThisMachine(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// vouchers gives the providers of the configuration; client may be nil where only words are looked at.
func (c Config) vouchers(client *http.Client) ([]account.Voucher, error) {
	var out []account.Voucher
	names := map[string]bool{}
	for _, s := range c.OIDC {
		p, err := parseProvider(s)
		if err != nil {
			return nil, err
		}
		if names[p.name] {
			return nil, fmt.Errorf("--oidc: two providers are called %s; put a name behind #", p.name)
		}
		names[p.name] = true
		p.client, p.clock = client, c.Clock
		out = append(out, p)
	}
	return out, nil
}

// Name is what people call the provider.
func (p *provider) Name() string { return p.name }

// discover asks the provider what it can do, until it has said it.
func (p *provider) discover(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// Keys are read later under the context that is given here: it holds the client and does not end.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.issuer)
	if err != nil {
		return nil, p.down(err)
	}
	p.found = found
	return found, nil
}

func (p *provider) down(err error) error {
	return fault.New(fault.Unavailable, "fault.vouch_down", "%s does not answer right now; sign in another way, or later", p.name).Because(err)
}

func (p *provider) refused(err error) error {
	f := fault.New(fault.Unauthenticated, "fault.vouch_refused", "%s did not let you in", p.name)
	if err != nil {
		return f.Because(err)
	}
	return f
}

func (p *provider) oauth(found *oidc.Provider, back string) *oauth2.Config {
	return &oauth2.Config{ClientID: p.id, ClientSecret: p.secret, Endpoint: found.Endpoint(), RedirectURL: back, Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// begun is what a browser that comes back has to fit to.
type begun struct {
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// Begin gives the address of the provider at which somebody signs in.
func (p *provider) Begin(ctx context.Context, back, state string) (to, kept string, err error) {
	ctx, cancel := context.WithTimeout(ctx, vouchTime)
	defer cancel()
	found, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	b := begun{rand.Text(), oauth2.GenerateVerifier()}
	doc, err := json.Marshal(b)
	return p.oauth(found, back).AuthCodeURL(state, oidc.Nonce(b.Nonce), oauth2.S256ChallengeOption(b.Verifier)), string(doc), err
}

// Finish exchanges the code for a signed statement about who came, and reads that.
func (p *provider) Finish(ctx context.Context, back, kept, code string) (account.Vouched, error) {
	var b begun
	if err := json.Unmarshal([]byte(kept), &b); err != nil {
		return account.Vouched{}, fmt.Errorf("oidc: %w", err)
	}
	if code == "" {
		return account.Vouched{}, p.refused(nil)
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), vouchTime)
	defer cancel()
	found, err := p.discover(ctx)
	if err != nil {
		return account.Vouched{}, err
	}
	token, err := p.oauth(found, back).Exchange(ctx, code, oauth2.VerifierOption(b.Verifier))
	if answered := (*oauth2.RetrieveError)(nil); errors.As(err, &answered) && answered.Response.StatusCode/100 == 4 {
		return account.Vouched{}, p.refused(err)
	} else if err != nil {
		return account.Vouched{}, p.down(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := found.Verifier(&oidc.Config{ClientID: p.id, Now: p.clock.Now}).Verify(ctx, raw)
	if err != nil {
		return account.Vouched{}, p.refused(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(b.Nonce)) != 1 {
		return account.Vouched{}, p.refused(errors.New("another nonce"))
	}
	var said stated
	if err := id.Claims(&said); err != nil {
		return account.Vouched{}, p.refused(err)
	}
	if said.Email == "" { // some say it only when they are asked once more
		info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil || info.Subject != id.Subject || info.Claims(&said) != nil {
			return account.Vouched{}, nil
		}
	}
	if !bool(said.Verified) {
		return account.Vouched{}, nil
	}
	return account.Vouched{Email: said.Email, Name: strings.TrimSpace(said.Name)}, nil
}

// stated is what is read of a statement.
type stated struct {
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
	Name     string `json:"name"`
}

// truth is a boolean that some providers write as a word.
type truth bool

// UnmarshalJSON reads true and "true"; anything else is false.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = truth(strings.Trim(string(b), `"`) == "true")
	return nil
}

// providers names them, without what is secret of them.
func (c Config) providers() string {
	var names []string
	for _, s := range c.OIDC {
		if p, err := parseProvider(s); err == nil {
			names = append(names, p.name+" ("+p.issuer+")")
		}
	}
	return strings.Join(names, ", ")
}

// checkProvider asks a provider once.
func checkProvider(ctx context.Context, c Config, s string) error {
	p, err := parseProvider(s)
	if err != nil {
		return err
	}
	f, err := NewFetcher(c)
	if err != nil {
		return err
	}
	defer f.Close()
	p.client = f.Client()
	ctx, cancel := context.WithTimeout(ctx, vouchTime)
	defer cancel()
	_, err = p.discover(ctx)
	if down := (*fault.Error)(nil); errors.As(err, &down) && down.Cause != nil {
		return down.Cause
	}
	return err
}
