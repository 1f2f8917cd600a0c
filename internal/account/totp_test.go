package account

import (
	"testing"
	"time"
)

// TestCodesAreThoseOfTheStandard holds hotp against RFC 6238, appendix B (SHA-1, eight digits), and RFC 4226, appendix D (six).
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "94287082", 1111111109: "07081804", 1111111111: "14050471", 1234567890: "89005924", 2000000000: "69279037", 20000000000: "65353130"} {
		if got := hotp(secret, stepOf(time.Unix(at, 0)), 8); got != want {
			t.Errorf("at %d: %s, the standard says %s", at, got, want)
		}
	}
	for counter, want := range []string{"755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"} {
		if got := hotp(secret, int64(counter), 6); got != want {
			t.Errorf("counter %d: %s, the standard says %s", counter, got, want)
		}
	}
}

func TestACodeCountsAStepEarlyOrLateAndNeverTwice(t *testing.T) {
	secret := []byte("12345678901234567890")
	now := time.Unix(59, 0) // step 1
	for _, c := range []struct {
		code string
		used int64
		step int64
		ok   bool
	}{
		{"755224", -1, 0, true}, {"287082", 0, 1, true}, {"359152", 0, 2, true}, {"969429", 0, 0, false},
		{"287082", 1, 0, false}, {"755224", 1, 0, false}, {"359152", 1, 2, true},
		{"287 082", 0, 1, true}, {"287-082", 0, 1, true}, {"٢٨٧٠٨٢", 0, 1, true}, {"۲۸۷۰۸۲", 0, 1, true},
		{"", 0, 0, false}, {"28708", 0, 0, false}, {"2870820", 0, 0, false}, {"28708x", 0, 0, false}, {"\x00\xff", 0, 0, false},
	} {
		step, ok := totpAt(secret, c.code, now, c.used)
		if ok != c.ok || ok && step != c.step {
			t.Errorf("%q after step %d: %d %v", c.code, c.used, step, ok)
		}
	}
}
