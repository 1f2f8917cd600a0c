package account

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what RFC 4226 and every app of codes use; as HMAC it is sound
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Codes as RFC 6238 has them with the parameters that apps take for granted: SHA-1, 30 seconds, six digits.
const (
	totpStep   = 30 * time.Second
	totpDigits = 6
	totpSecret = 20 // bytes
	totpSlack  = 1  // steps before and after, for clocks that differ
)

// hotp gives the code of a counter (RFC 4226, section 5.3) with a number of digits.
func hotp(secret []byte, counter int64, digits int) string {
	var message [8]byte
	binary.BigEndian.PutUint64(message[:], uint64(counter))
	mac := hmac.New(sha1.New, secret)
	mac.Write(message[:])
	sum := mac.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:at+4]) & 0x7fffffff
	most := uint32(1)
	for range digits {
		most *= 10
	}
	return fmt.Sprintf("%0*d", digits, n%most)
}

// stepOf gives the step of a time.
func stepOf(t time.Time) int64 { return t.Unix() / int64(totpStep/time.Second) }

// totpAt gives the step whose code was typed at a time, later than the one used last; ok is false when it is none. It looks at every
// step, so that the time it takes says nothing.
func totpAt(secret []byte, code string, now time.Time, used int64) (step int64, ok bool) {
	code = strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '٠' && r <= '٩': // an Arabic keyboard
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r == ' ' || r == '-':
			return -1
		}
		return 'x'
	}, code)
	for s := stepOf(now) - totpSlack; s <= stepOf(now)+totpSlack; s++ {
		if subtle.ConstantTimeCompare([]byte(hotp(secret, s, totpDigits)), []byte(code)) == 1 && s > used {
			step, ok = s, true
		}
	}
	return step, ok
}

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpURI is what an app reads from a picture: otpauth://totp/… as the Key URI format has it.
func totpURI(issuer, name, secret string) string {
	q := url.Values{"secret": {secret}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+name) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}
