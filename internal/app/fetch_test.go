package app

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"dateline/internal/dial"
	"dateline/internal/fault"
)

// outside is a server of somebody else and a fetcher that may reach it, since it stands on a loopback address.
func outside(t *testing.T) (*httptest.Server, *Fetcher) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/picture", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "track", Value: "1"})
		fmt.Fprintf(w, "%s|%s|%s", r.UserAgent(), r.Header.Get("Cookie"), r.Referer())
	})
	mux.HandleFunc("/hop/{n}", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.PathValue("n"))
		if n == 0 {
			http.Redirect(w, r, "/picture", http.StatusFound)
			return
		}
		http.Redirect(w, r, "/hop/"+strconv.Itoa(n-1), http.StatusFound)
	})
	mux.HandleFunc("/file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	mux.HandleFunc("/away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/latest", http.StatusFound)
	})
	mux.HandleFunc("/endless", func(w http.ResponseWriter, r *http.Request) {
		for range 1000 {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return
			}
		}
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	f, err := NewFetcher(Config{URL: "https://news.example.org/", AllowPrivate: []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return s, f
}

func TestAFetchSaysWhoAsksAndKeepsNothing(t *testing.T) {
	s, f := outside(t)
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:1")
	t.Setenv("http_proxy", "http://127.0.0.1:1")
	for range 2 {
		var b bytes.Buffer
		if err := f.Fetch(t.Context(), s.URL+"/hop/1#part", &b, 1000); err != nil {
			t.Fatal(err)
		}
		if b.String() != "Dateline (+https://news.example.org)||" {
			t.Errorf("the server saw %q", b.String())
		}
	}
}

func TestAFetchIsBounded(t *testing.T) {
	s, f := outside(t)
	var b bytes.Buffer
	if err := f.Fetch(t.Context(), s.URL+"/hop/2", &b, 1000); err != nil {
		t.Errorf("three redirects: %v", err)
	}
	for _, path := range []string{"/hop/3", "/file", "/none"} {
		if err := f.Fetch(t.Context(), s.URL+path, &b, 1000); err == nil {
			t.Errorf("%s was fetched", path)
		}
	}
	b.Reset()
	if err := f.Fetch(t.Context(), s.URL+"/endless", &b, 10_000); !fault.Is(err, fault.TooLarge) || b.Len() > 10_001 {
		t.Errorf("%d bytes were written: %v", b.Len(), err)
	}
	var refused *dial.Refused
	if err := f.Fetch(t.Context(), s.URL+"/away", &b, 1000); !errors.As(err, &refused) {
		t.Errorf("a redirect into a private network: %v", err)
	}
}

func TestOnlyPublicAddressesOfTheWebAreFetched(t *testing.T) {
	s, _ := outside(t)
	f, err := NewFetcher(Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	for _, address := range []string{s.URL + "/picture", "http://localhost/", "http://[::1]/", "http://169.254.169.254/latest/meta-data/", "http://2130706433/",
		"ftp://example.org/a.jpg", "file:///etc/passwd", "javascript:alert(1)", "//example.org/a", "a.jpg", "", "http://user:secret@example.org/", "http://exa mple/", "http://8.8.8.8:22/"} {
		err := f.Fetch(t.Context(), address, &b, 1000)
		if err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := NewFetcher(Config{AllowPrivate: []string{"intranet"}}); err == nil || !strings.Contains(err.Error(), "--allow-private") {
		t.Errorf("a network that is none: %v", err)
	}
}
