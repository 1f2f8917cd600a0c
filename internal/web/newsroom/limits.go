package newsroom

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"dateline/internal/moment"
	"dateline/internal/web"
)

// limits bound the tries to come in. Whoever tries passwords is held by what he tries from: his address, and each account together
// with his network. Besides, each account is held slowly against many networks at once; the networks from which its owner came in lately are
// exempt, so that nobody can lock him out of his usual places.
type limits struct {
	addresses *web.Limiter // by address
	machine   *web.Limiter // the same for this machine itself: operators, suites
	pairs     *web.Limiter // by account and network
	people    *web.Limiter // by account alone
	codes     *web.Limiter // second factors, by account and network: six digits are guessed sooner than a password
	owing     *web.Limiter // second factors, by account alone
	places    *web.Limiter // account and network that somebody came in from: not a limit but a memory
}

// placeKept is how long a place from which somebody came in counts as his own, on a node that is not restarted.
const placeKept = 60 * 24 * time.Hour

func newLimits(c moment.Clock) limits {
	return limits{
		addresses: web.NewLimiter(c, 3*time.Second, 20, 0),
		machine:   web.NewLimiter(c, 50*time.Millisecond, 200, 16),
		pairs:     web.NewLimiter(c, 20*time.Second, 10, 0),
		people:    web.NewLimiter(c, 5*time.Second, 100, 0),
		codes:     web.NewLimiter(c, time.Minute, 8, 0),
		owing:     web.NewLimiter(c, time.Minute, 30, 0),
		places:    web.NewLimiter(c, placeKept, 1, 0),
	}
}

// arrival counts one try to come in, by whatever way.
func (l limits) arrival(p web.Peer) error {
	if p.Local {
		return l.machine.Must(web.AddressKey(p.Addr))
	}
	return l.addresses.Must(web.AddressKey(p.Addr))
}

// person counts one try with the password of an account, which need not exist: it is named as the sender writes it.
func (l limits) person(p web.Peer, name string) error {
	pair := pairOf(p, name)
	if err := l.pairs.Must(pair); err != nil || l.places.Owes(pair) {
		return err
	}
	return l.people.Must(short(name))
}

// second counts one try with a second factor of an account; whoever tries knows its password.
func (l limits) second(p web.Peer, id string) error {
	pair := pairOf(p, id)
	if err := l.codes.Must(pair); err != nil || l.places.Owes(pair) {
		return err
	}
	return l.owing.Must(short(id))
}

// cameSecond forgives the tries of somebody who came in with a second factor, and keeps where from.
func (l limits) cameSecond(p web.Peer, id string) {
	pair := pairOf(p, id)
	l.codes.Forgive(pair)
	l.places.Allow(pair)
}

// came forgives the tries of somebody who came in, and keeps where from.
func (l limits) came(p web.Peer, name string) {
	pair := pairOf(p, name)
	l.pairs.Forgive(pair)
	l.places.Allow(pair)
}

func pairOf(p web.Peer, name string) string { return web.NetworkKey(p.Addr) + " " + short(name) }

// short makes a name of any length a key of one length.
func short(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}
