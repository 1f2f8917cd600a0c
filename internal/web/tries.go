package web

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"dateline/internal/moment"
)

// Tries bound the tries to come in. Whoever tries passwords is held by what he tries from: his address, and each account together
// with his network. Besides, each account is held slowly against many networks at once; the networks from which its owner came in lately are
// exempt, so that nobody can lock him out of his usual places.
type Tries struct {
	addresses *Limiter // by address
	machine   *Limiter // the same for this machine itself: operators, suites
	pairs     *Limiter // by account and network
	people    *Limiter // by account alone
	codes     *Limiter // second factors, by account and network: six digits are guessed sooner than a password
	owing     *Limiter // second factors, by account alone
	letters   *Limiter // letters asked for, by address of mail and network
	boxes     *Limiter // the same, by address of mail alone: what somebody gets whom others name
	guesses   *Limiter // codes of letters, by network: whoever guesses asks for many letters
	places    *Limiter // account and network that somebody came in from: not a limit but a memory
}

// placeKept is how long a place from which somebody came in counts as his own, on a node that is not restarted.
const placeKept = 60 * 24 * time.Hour

// NewTries gives limits that nobody met yet. All doors of a site share one.
func NewTries(c moment.Clock) *Tries {
	return &Tries{
		addresses: NewLimiter(c, 3*time.Second, 20, 0),
		machine:   NewLimiter(c, 50*time.Millisecond, 200, 16),
		pairs:     NewLimiter(c, 20*time.Second, 10, 0),
		people:    NewLimiter(c, 5*time.Second, 100, 0),
		codes:     NewLimiter(c, time.Minute, 8, 0),
		owing:     NewLimiter(c, time.Minute, 30, 0),
		letters:   NewLimiter(c, 5*time.Minute, 5, 0),
		boxes:     NewLimiter(c, 10*time.Minute, 15, 0),
		guesses:   NewLimiter(c, 10*time.Second, 30, 0),
		places:    NewLimiter(c, placeKept, 1, 0),
	}
}

// Arrival counts one try to come in, by whatever way.
func (l *Tries) Arrival(p Peer) error {
	if p.Local {
		return l.machine.Must(AddressKey(p.Addr))
	}
	return l.addresses.Must(AddressKey(p.Addr))
}

// Person counts one try with the password of an account, which need not exist: it is named as the sender writes it.
func (l *Tries) Person(p Peer, name string) error {
	pair := pairOf(p, name)
	if err := l.pairs.Must(pair); err != nil || l.places.Owes(pair) {
		return err
	}
	return l.people.Must(short(name))
}

// Second counts one try with a second factor of an account; whoever tries knows its password.
func (l *Tries) Second(p Peer, id string) error {
	pair := pairOf(p, id)
	if err := l.codes.Must(pair); err != nil || l.places.Owes(pair) {
		return err
	}
	return l.owing.Must(short(id))
}

// Letter counts one letter to an address of mail, whether anybody has it or not.
func (l *Tries) Letter(p Peer, email string) error {
	pair := pairOf(p, email)
	if err := l.letters.Must(pair); err != nil || l.places.Owes(pair) {
		return err
	}
	return l.boxes.Must(short(email))
}

// Guess counts one try of a code that a letter holds.
func (l *Tries) Guess(p Peer) error {
	if p.Local {
		return nil // each code has its own limit
	}
	return l.guesses.Must(NetworkKey(p.Addr))
}

// CameSecond forgives the tries of somebody who came in with a second factor, and keeps where from.
func (l *Tries) CameSecond(p Peer, id string) {
	pair := pairOf(p, id)
	l.codes.Forgive(pair)
	l.places.Allow(pair)
}

// Came forgives the tries of somebody who came in, and keeps where from.
func (l *Tries) Came(p Peer, name string) {
	pair := pairOf(p, name)
	l.pairs.Forgive(pair)
	l.places.Allow(pair)
}

func pairOf(p Peer, name string) string { return NetworkKey(p.Addr) + " " + short(name) }

// short makes a name of any length a key of one length.
func short(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}
