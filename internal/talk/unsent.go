package talk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"dateline/internal/fault"
)

// UnsentFor is how long what a stranger wrote waits for him to sign in.
const UnsentFor = 24 * time.Hour

// Unsent is what a stranger wrote before he signed in.
type Unsent struct {
	Place  string `json:"place"`
	Parent string `json:"parent,omitempty"`
	Text   string `json:"text"`
}

// Sayable reports, as an Invalid fault, what is wrong with a text before it is anybody's comment.
func Sayable(text string) error { return checkText("body.body", tidy(text)) }

// Keep keeps what a stranger wrote and gives the secret under which it is found again, on whatever device he signs in.
func (d *Desk) Keep(ctx context.Context, u Unsent) (string, error) {
	u.Text = tidy(u.Text)
	if err := checkText("body.body", u.Text); err != nil {
		return "", err
	}
	var b [16]byte
	rand.Read(b[:])
	secret := base64.RawURLEncoding.EncodeToString(b[:])
	return secret, d.store.KeepUnsent(ctx, hashOf(secret), u, d.clock.Now().Add(UnsentFor))
}

// Kept finds it; NotFound after UnsentFor.
func (d *Desk) Kept(ctx context.Context, secret string) (Unsent, error) {
	if len(secret) != 22 {
		return Unsent{}, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "comment")
	}
	return d.store.Unsent(ctx, hashOf(secret), d.clock.Now())
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
