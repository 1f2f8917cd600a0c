package web

import (
	"net/http"
	"time"
)

// The names of the session cookie. Over https the browser itself sees to it that it comes from this host and no other.
const (
	SessionCookie       = "dateline_session"
	SecureSessionCookie = "__Host-dateline_session"
)

// KnownCookie tells the scripts of pages that somebody is signed in, so that those of strangers ask the server nothing. It opens nothing.
const KnownCookie = "dateline_known"

// sessionAge is how long a browser keeps the cookie; how long the session lives is for accounts to say.
const sessionAge = 30 * 24 * time.Hour

// Session gives the secret of the session a request came with, "" without one. It reads the cookie only that belongs to
// the request's scheme: a plain one is worth nothing over https.
func Session(r *http.Request) string {
	name := SessionCookie
	if From(r.Context()).Peer.HTTPS {
		name = SecureSessionCookie
	}
	c, err := r.Cookie(name)
	if err != nil || len(c.Value) > 256 {
		return ""
	}
	return c.Value
}

// HasSession reports whether a request comes with a session, valid or not.
func HasSession(r *http.Request) bool {
	for _, name := range []string{SessionCookie, SecureSessionCookie} {
		if _, err := r.Cookie(name); err == nil {
			return true
		}
	}
	return false
}

// SetSession gives the browser a session's secret; an empty one takes it away.
func SetSession(w http.ResponseWriter, r *http.Request, secret string) {
	c := &http.Cookie{Name: SessionCookie, Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: int(sessionAge / time.Second)}
	if From(r.Context()).Peer.HTTPS {
		c.Name, c.Secure = SecureSessionCookie, true
	}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
	known := *c
	known.Name, known.Value, known.HttpOnly = KnownCookie, "1", false
	http.SetCookie(w, &known)
}
