package app

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"dateline/internal/dial"
	"dateline/internal/fault"
	"dateline/internal/relay/counsel"
	"dateline/internal/transfer"
)

// Limits of one fetch.
const (
	fetchRedirects = 3
	fetchTime      = 60 * time.Second // from the name's lookup to the last byte
	fetchWait      = 15 * time.Second // for the answer to begin
)

// Fetcher loads what addresses lead to that others gave: in wire items, imports, embeds. It goes through dial, so only
// public addresses are reached and the networks of --allow-private; it sends no cookie, no credential and no
// referrer, uses no proxy of the environment, follows three redirects, and ends after a minute.
type Fetcher struct{ client *http.Client }

// NewFetcher gives a fetcher for the networks that c allows.
func NewFetcher(c Config) (*Fetcher, error) {
	dialer, err := dial.New(dial.Options{Allow: c.AllowPrivate})
	if err != nil {
		return nil, fmt.Errorf("--allow-private: %w", err)
	}
	return newFetcher(c, dialer), nil
}

// agent is the name under which the program asks.
func agent(c Config) string {
	if c.URL == "" {
		return "Dateline"
	}
	return "Dateline (+" + c.Public() + ")" // so that who is asked can ask back
}

func newFetcher(c Config, dialer *dial.Dialer) *Fetcher {
	return &Fetcher{&http.Client{
		Timeout: fetchTime,
		Transport: named{agent(c), &http.Transport{
			DialContext: dialer.DialContext, Proxy: nil, DisableCompression: true, ForceAttemptHTTP2: true,
			TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: fetchWait, MaxResponseHeaderBytes: 64 << 10,
			MaxConnsPerHost: 4, MaxIdleConns: 16, IdleConnTimeout: 30 * time.Second,
		}},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > fetchRedirects {
				return fmt.Errorf("more than %d redirects", fetchRedirects)
			}
			r.Header.Del("Referer")
			return webAddress(r.URL)
		},
	}}
}

// named puts the program's name on each request.
type named struct {
	agent string
	next  *http.Transport
}

// RoundTrip does one request under the program's name.
func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", n.agent)
	return n.next.RoundTrip(r)
}

// CloseIdleConnections lets go of connections that wait for another request.
func (n named) CloseIdleConnections() { n.next.CloseIdleConnections() }

// webAddress refuses what is no plain address of the web.
func webAddress(u *url.URL) error {
	if u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || len(u.String()) > 2048 {
		return fmt.Errorf("%.200q is no address of the web", u.Redacted())
	}
	return nil
}

// outward gives connections to services that editions ask about comments: to the same addresses, without redirects and without a word of their own.
func outward(c Config) (named, error) {
	dialer, err := dial.New(dial.Options{Allow: c.AllowPrivate, Timeout: counsel.Within})
	if err != nil {
		return named{}, fmt.Errorf("--allow-private: %w", err)
	}
	return named{agent(c), &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: counsel.Within, Proxy: nil, DisableCompression: true, ForceAttemptHTTP2: true,
		// How many connections there are is bounded by the places of each edition's questions, so that one edition keeps none from another.
		MaxResponseHeaderBytes: 16 << 10, MaxIdleConns: 64, MaxIdleConnsPerHost: 8, IdleConnTimeout: 60 * time.Second,
	}}, nil
}

// Client gives the client itself, for webhooks and the like; bodies of its answers are not bounded.
func (f *Fetcher) Client() *http.Client { return f.client }

// Close lets go of open connections.
func (f *Fetcher) Close() { f.client.CloseIdleConnections() }

// Fetch writes what an address answers into to, at most max bytes; more is TooLarge. Any status but 200 is an error.
// The error says the address and what happened, for whoever gave the address.
func (f *Fetcher) Fetch(ctx context.Context, address string, to io.Writer, max int64) error {
	u, err := url.Parse(address)
	if err == nil {
		err = webAddress(u)
	}
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	u.Fragment, u.RawFragment = "", ""
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return fmt.Errorf("fetch: %w", err)
	}
	r.Header.Set("Accept", "image/*,*/*;q=0.5")
	answer, err := f.client.Do(r)
	if err != nil {
		return fmt.Errorf("fetch: %w", err) // names the address itself
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("fetch: %s answers %d", u, answer.StatusCode)
	}
	if answer.ContentLength > max {
		return tooLarge(u, max)
	}
	n, err := io.Copy(to, io.LimitReader(answer.Body, max+1))
	if err != nil {
		return fmt.Errorf("fetch: %s: %w", u, err)
	}
	if n > max {
		return tooLarge(u, max)
	}
	return nil
}

// Ask writes what an address answers into to, at most max bytes, unless it says that nothing changed since it gave etag or modified. Another
// status than 200 is no error; nothing is written then. A coded answer of at most max bytes is decoded within the same limit.
func (f *Fetcher) Ask(ctx context.Context, address, etag, modified string, to io.Writer, max int64) (transfer.Asked, error) {
	u, err := url.Parse(address)
	if err == nil {
		err = webAddress(u)
	}
	if err != nil {
		return transfer.Asked{}, fmt.Errorf("ask: %w", err)
	}
	u.Fragment, u.RawFragment = "", ""
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return transfer.Asked{}, fmt.Errorf("ask: %w", err)
	}
	r.Header.Set("Accept", "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5")
	r.Header.Set("Accept-Encoding", "gzip")
	for name, value := range map[string]string{"If-None-Match": etag, "If-Modified-Since": modified} {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	answer, err := f.client.Do(r)
	if err != nil {
		return transfer.Asked{}, fmt.Errorf("ask: %w", err)
	}
	defer answer.Body.Close()
	a := transfer.Asked{Status: answer.StatusCode, Address: answer.Request.URL.String(), ETag: header(answer, "ETag"), Modified: header(answer, "Last-Modified")}
	if a.Status != http.StatusOK {
		return a, nil
	}
	var in io.Reader = io.LimitReader(answer.Body, max+1)
	if strings.EqualFold(answer.Header.Get("Content-Encoding"), "gzip") {
		if in, err = gzip.NewReader(in); err != nil {
			return a, fmt.Errorf("ask: %s: %w", u, err)
		}
	}
	n, err := io.Copy(to, io.LimitReader(in, max+1))
	if n > max {
		return a, tooLarge(u, max)
	}
	if err != nil {
		return a, fmt.Errorf("ask: %s: %w", u, err)
	}
	return a, nil
}

// header is one of an answer, when it is short enough to be kept and sent back.
func header(answer *http.Response, name string) string {
	const most = 500
	if v := answer.Header.Get(name); len(v) <= most {
		return v
	}
	return ""
}

func tooLarge(u *url.URL, max int64) error {
	return fault.New(fault.TooLarge, "fault.too_large", "%s is larger than %d MB", u, max>>20)
}
