package account

import "time"

// Derivations has f told of each derivation of a key from a password: what costs time is counted, never measured.
func (d *Door) Derivations(f func()) { d.hook = f }

// Code gives what an app shows at a time.
func Code(secret []byte, at time.Time) string { return hotp(secret, stepOf(at), totpDigits) }
