package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSessionCookieBelongsToItsScheme(t *testing.T) {
	over := func(https bool) *http.Request {
		r := httptest.NewRequest("GET", "/", nil)
		return r.WithContext(context.WithValue(r.Context(), callKey{}, &Call{Peer: Peer{HTTPS: https}}))
	}
	for _, https := range []bool{true, false} {
		w := httptest.NewRecorder()
		SetSession(w, over(https), "s3cret")
		c := w.Result().Cookies()[0]
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.Secure != https || (c.Name == SecureSessionCookie) != https {
			t.Errorf("https %v: %v", https, c)
		}
		if known := w.Result().Cookies()[1]; known.Name != KnownCookie || known.Value != "1" || known.HttpOnly || known.Secure != https || known.MaxAge != c.MaxAge {
			t.Errorf("https %v: what scripts may know is %v", https, known)
		}
		same, other := over(https), over(!https)
		same.AddCookie(c)
		other.AddCookie(c)
		if Session(same) != "s3cret" || Session(other) != "" {
			t.Errorf("https %v: %q, on the other scheme %q", https, Session(same), Session(other))
		}
		w = httptest.NewRecorder()
		SetSession(w, over(https), "")
		for _, c := range w.Result().Cookies() {
			if c.MaxAge >= 0 {
				t.Errorf("signing out left the cookie %s", c.Name)
			}
		}
	}
}
