//go:build race

package art

// checked is fewer pictures under the race detector, which makes each ten times as slow.
func checked() []string { return Names()[:3] }
