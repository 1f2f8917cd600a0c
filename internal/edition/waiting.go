package edition

import "dateline/internal/account"

// Errand is something that a new publication should see to.
type Errand string

// The errands, in the order in which they are told.
const (
	ErrandAddress    Errand = "address"    // the public address was not given
	ErrandMail       Errand = "mail"       // no mail leaves the house
	ErrandBackup     Errand = "backup"     // no backup was made yet
	ErrandColleagues Errand = "colleagues" // one person works here alone
)

// Begun is how far a publication has come with its errands.
type Begun struct {
	Address, Mail, Backup, Colleagues bool
	Dismissed                         bool // somebody does not want to be told
}

// MaySetUp reports whether who looks after the whole publication.
func MaySetUp(who account.Actor) bool {
	_, all := who.Editions(account.Admin)
	return all
}

// Waiting lists the errands that wait, for who looks after the publication.
func (b Begun) Waiting(who account.Actor) ([]Errand, error) {
	if !MaySetUp(who) {
		return nil, who.Refused()
	}
	out := []Errand{}
	if b.Dismissed {
		return out, nil
	}
	for _, e := range []struct {
		done bool
		what Errand
	}{{b.Address, ErrandAddress}, {b.Mail, ErrandMail}, {b.Backup, ErrandBackup}, {b.Colleagues, ErrandColleagues}} {
		if !e.done {
			out = append(out, e.what)
		}
	}
	return out, nil
}
