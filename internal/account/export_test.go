package account

// Derivations has f told of each derivation of a key from a password: what costs time is counted, never measured.
func (d *Door) Derivations(f func()) { d.hook = f }
