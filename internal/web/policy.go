package web

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// StyleHash gives the CSP source of an inline style element with exactly this text.
func StyleHash(style string) string {
	sum := sha256.Sum256([]byte(style))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// ReaderPolicy is the Content-Security-Policy of reader pages: only our own scripts, pictures
// and connections, inline style by hash, one Trusted Types policy. It holds no nonce, since the
// page is the same for everybody.
func ReaderPolicy(styles ...string) string {
	style := "'none'"
	if len(styles) > 0 {
		style = strings.Join(styles, " ")
	}
	return "default-src 'none'; script-src 'self'; style-src " + style + "; img-src 'self'; media-src 'self'; connect-src 'self'; " +
		"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types dateline"
}

// NewsroomPolicy is the Content-Security-Policy of one answer of /newsroom/, which is never cached.
// The names are those the editor and the interface library of the staff app need; styles are hashes of inline style besides.
func NewsroomPolicy(nonce string, styles ...string) string {
	return "default-src 'none'; script-src 'self'; style-src " + strings.Join(append([]string{"'self'", "'nonce-" + nonce + "'"}, styles...), " ") + "; img-src 'self' blob: data:; media-src 'self' blob:; font-src 'none'; " +
		"connect-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types default ProseMirrorClipboard"
}

// PreviewPolicy is the Content-Security-Policy of a page that staff see before readers do: it looks like theirs, nothing in it
// runs whatever was written, and only our own pages may frame it.
func PreviewPolicy(style string) string {
	return "default-src 'none'; sandbox allow-same-origin allow-popups; style-src " + style + "; img-src 'self'; media-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; require-trusted-types-for 'script'"
}

// FilePolicy is the Content-Security-Policy of files that came from outside: whatever they hold, nothing of it runs or loads.
const FilePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// DataPolicy is the Content-Security-Policy of answers that are no pages (JSON, feeds, plain text): they load nothing.
const DataPolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"

// WorkerPolicy is the Content-Security-Policy of the staff application's worker: it asks this site and runs nothing else.
const WorkerPolicy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

// Nonce gives 128 random bits for one answer's Content-Security-Policy.
func Nonce() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the process instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// secure are the headers every answer carries besides its Content-Security-Policy. The slices are shared and never changed.
var secure = http.Header{
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"strict-origin-when-cross-origin"},
	"Permissions-Policy":           {"camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=(), browsing-topics=()"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

// Secure puts the security headers into h with policy as Content-Security-Policy. It replaces
// what is there, so that a door calls it again to say something narrower.
func Secure(h http.Header, policy string) {
	for k, v := range secure {
		h[k] = v
	}
	h["Content-Security-Policy"] = []string{policy}
}

// Elsewhere marks an answer that other sites may show or read (feeds, pictures, the log):
// Cross-Origin-Resource-Policy says cross-origin. Pages and the API stay same-origin.
func Elsewhere(h http.Header) { h["Cross-Origin-Resource-Policy"] = crossOrigin }

var crossOrigin = []string{"cross-origin"}
