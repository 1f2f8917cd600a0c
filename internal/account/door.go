package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
	"dateline/internal/moment"
)

// SecretKind is what a secret opens.
type SecretKind string

// The kinds of secrets.
const (
	Session SecretKind = "session" // a signed-in browser
	Token   SecretKind = "token"   // an integration
	OneTime SecretKind = "link"    // a sign-in link, used once
	SetUp   SecretKind = "setup"   // the first link of an empty site
)

// How long secrets live.
const (
	sessionLife = 30 * 24 * time.Hour // from the last use
	sessionMost = 90 * 24 * time.Hour // from signing in, however much it is used
	LinkLife    = 24 * time.Hour      // of a one-time link
	setUpLife   = 30 * 24 * time.Hour
	seenEvery   = time.Hour // a session's last use is noted this often
)

// SessionState is how far the owner of a session came.
type SessionState string

// The states of a session.
const (
	Half   SessionState = "half"   // a password or a link, and a second factor is owed
	Plain  SessionState = "plain"  // a password or a link
	Strong SessionState = "strong" // a passkey, or a second factor besides
)

// Secret is what is kept of a secret: its SHA-256, never itself.
type Secret struct {
	ID        string     `json:"id"`   // for revoking
	Hash      string     `json:"-"`    // hex
	Kind      SecretKind `json:"kind"` //
	Account   string     `json:"account"`
	Name      string     `json:"name,omitempty"` // of a token; of a session the way it was opened when that was no password and no provider: "link" for a letter or a link, "passkey", "code"
	CreatedAt time.Time  `json:"created_at"`
	SeenAt    time.Time  `json:"seen_at,omitzero"`
	ExpiresAt time.Time  `json:"expires_at,omitzero"` // zero: never
	// Of sessions only: the User-Agent that opened it, its state, and when its owner last proved himself.
	Browser  string       `json:"-"`
	State    SessionState `json:"-"`
	ProvenAt time.Time    `json:"-"`
}

// With is what is written in the transaction of a change of accounts: under which key, a secret that it makes, and what the audit
// log keeps of it.
type With struct {
	Once   fact.Once
	Secret Secret // when it has a Hash
	Acts   []fact.Act
}

// Store is what this room needs kept. An e-mail address belongs to one account: a second is Conflict. Every Outcome and With is
// written in the transaction of its change.
type Store interface {
	CreateAccount(ctx context.Context, a Account, with With) (Account, error)
	AmendAccount(ctx context.Context, id string, change func(*Account) (fact.Outcome, error)) (Account, error)
	// AmendStaff is AmendAccount that sees all others of the newsroom and waits for any other of its kind.
	AmendStaff(ctx context.Context, id string, version int64, change func(a *Account, others []Account) (fact.Outcome, error)) (Account, error)
	Account(ctx context.Context, id string) (Account, error)
	AccountByEmail(ctx context.Context, email string) (Account, error)
	Accounts(ctx context.Context) (int, error)
	// Staff lists every account that has or had a role in the newsroom; readers may be among them.
	Staff(ctx context.Context) ([]Account, error)
	// Seen gives when those were last here, in microseconds, by id.
	Seen(ctx context.Context) (map[string]int64, error)
	Security(ctx context.Context) (Security, error)
	AmendSecurity(ctx context.Context, version int64, change func(*Security) (fact.Outcome, error)) (Security, error)
	KeepSecret(ctx context.Context, s Secret, with With) (Secret, error)
	Secret(ctx context.Context, hash string) (Secret, error)
	// Holder gives a secret and the account whose it is; NotFound without either.
	Holder(ctx context.Context, hash string) (Secret, Account, error)
	SecretByID(ctx context.Context, id string) (Secret, error)
	// Secrets lists those of an account, or of everybody when it is empty, newest first.
	Secrets(ctx context.Context, account string, kind SecretKind) ([]Secret, error)
	// UseSecret gives a secret of a kind and removes it in one transaction, with SetUp every other one too; another kind under the
	// hash is NotFound and stays.
	UseSecret(ctx context.Context, kind SecretKind, hash string, now time.Time) (Secret, error)
	SeenSecret(ctx context.Context, hash string, at, expires time.Time) error
	ProveSession(ctx context.Context, id string, state SessionState, at time.Time, acts ...fact.Act) error
	DropSecrets(ctx context.Context, account, id string, acts ...fact.Act) error
	// EndSessions ends the sessions and links of an account but the session of that id.
	EndSessions(ctx context.Context, account, but string, acts ...fact.Act) error
	KeepChallenge(ctx context.Context, hash, doc string, until time.Time) error
	// UseChallenge gives a challenge once.
	UseChallenge(ctx context.Context, hash string, now time.Time) (string, error)
	KeepKnock(ctx context.Context, k Knock, out fact.Outcome) error
	Knock(ctx context.Context, link string) (Knock, error)
	// TryKnock counts a try in the transaction that reads.
	TryKnock(ctx context.Context, ticket string) (Knock, error)
	// UseKnock removes k and gives the account of its address, newcomer when there is none and it has an id, in one transaction;
	// NotFound when k was used or is over.
	UseKnock(ctx context.Context, k Knock, newcomer Account, now time.Time) (Account, error)
	// MoveAccount uses k up and gives its account its address, in one transaction with what change decides; an address that somebody
	// has is Conflict, and k stays.
	MoveAccount(ctx context.Context, k Knock, now time.Time, change func(*Account) (fact.Outcome, error)) (Account, error)
	Note(ctx context.Context, acts ...fact.Act) error
	Acts(ctx context.Context, q fact.ActQuery) ([]fact.Act, error)
}

// Door lets people in: accounts, passwords, sessions, tokens, one-time links.
type Door struct {
	store     Store
	clock     moment.Clock
	ids       *moment.IDs
	languages []string      // of the interface
	work      chan struct{} // bounds argon2, which takes 19 MiB a time
	known     sync.Map      // hash -> *knownActor, so that a token does not read two rows each time
	kept      atomic.Int64  // how many were put there, ever
	hook      func()        // told of each derivation; of tests only
	place     Place
	security  atomic.Pointer[knownSecurity]
}

// Place is what a door knows of the site it belongs to.
type Place struct {
	Origin  func() string          // scheme, host and port of the newsroom, which passkeys are bound to
	Edition func(slug string) bool // whether there is one
	Letters bool                   // the site sends them, so that everybody can come in by one
	// Vouchers are providers whose word lets readers in; each has a name of its own.
	Vouchers []Voucher
	// Left is told of an account that was deleted: what it wrote elsewhere is to be nobody's. It may be told twice.
	Left func(ctx context.Context, id string) error
}

// At tells the door where it stands. It is called before anybody comes; without it there are no passkeys and every edition is one.
func (d *Door) At(p Place) { d.place = p }

type knownActor struct {
	actor Actor
	until time.Time
}

// knownFor is how long a session or token is taken from memory; revoking on this node is at once, on another within it.
// metFor is how long it is known to have been valid, which is no right to anything.
const (
	knownFor = 2 * time.Second
	metFor   = time.Hour
)

// NewDoor gives a door over store. languages are those whose words are complete, for the people's interface.
func NewDoor(store Store, clock moment.Clock, ids *moment.IDs, languages ...string) *Door {
	return &Door{store: store, clock: clock, ids: ids, languages: languages, work: make(chan struct{}, 2)}
}

// fresh gives 32 random bytes as text with a prefix that tells people and scanners what it is.
func fresh(prefix string) (secret, hash string) {
	raw := make([]byte, 32)
	rand.Read(raw)
	secret = prefix + base64.RawURLEncoding.EncodeToString(raw)
	return secret, hashOf(secret)
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// Add makes an account, confirmed, as an operator or a set-up asks for it.
func (d *Door) Add(ctx context.Context, email, name, password string, grants ...Grant) (Account, error) {
	a, err := d.prepare(ctx, email, name, password, grants...)
	if err != nil {
		return Account{}, err
	}
	return d.store.CreateAccount(ctx, a, With{Acts: []fact.Act{about(fact.Invited, Actor{}, a, describe(a.Grants))}})
}

func (d *Door) prepare(ctx context.Context, email, name, password string, grants ...Grant) (Account, error) {
	if err := CheckPerson(email, name, password); err != nil {
		return Account{}, err
	}
	address, err := CleanEmail(email)
	if err != nil {
		return Account{}, err
	}
	name = strings.TrimSpace(name)
	a := Account{ID: d.ids.New(), Email: address, Name: name, Grants: grants, CreatedAt: d.clock.Now(), ConfirmedAt: d.clock.Now()}
	if password != "" {
		if a.Password, err = d.hash(ctx, password); err != nil {
			return Account{}, err
		}
	}
	return a, nil
}

// ByEmail finds an account for the operator's commands.
func (d *Door) ByEmail(ctx context.Context, email string) (Account, error) {
	return d.store.AccountByEmail(ctx, email)
}

// Link makes a one-time sign-in secret for an account; it lives a day.
func (d *Door) Link(ctx context.Context, a Account) (string, error) {
	secret, s := d.link(a)
	_, err := d.store.KeepSecret(ctx, s, With{Acts: []fact.Act{about(fact.LinkMade, Actor{}, a, "")}})
	return secret, err
}

func (d *Door) link(a Account) (string, Secret) {
	secret, hash := fresh("")
	now := d.clock.Now()
	return secret, Secret{ID: d.ids.New(), Hash: hash, Kind: OneTime, Account: a.ID, CreatedAt: now, ExpiresAt: now.Add(LinkLife)}
}

// Token makes an API token for an account, as an operator asks for it; life 0 is for ever.
func (d *Door) Token(ctx context.Context, a Account, name string, life time.Duration) (string, error) {
	secret, s := d.token(a.ID, name, life)
	_, err := d.store.KeepSecret(ctx, s, With{Acts: []fact.Act{about(fact.TokenMade, Actor{}, a, name)}})
	return secret, err
}

func (d *Door) token(id, name string, life time.Duration) (string, Secret) {
	secret, hash := fresh("dateline_")
	now := d.clock.Now()
	s := Secret{ID: d.ids.New(), Hash: hash, Kind: Token, Account: id, Name: name, CreatedAt: now}
	if life > 0 {
		s.ExpiresAt = now.Add(life)
	}
	return secret, s
}

// Redeem opens a session with a one-time link.
func (d *Door) Redeem(ctx context.Context, link string) (string, Actor, error) {
	s, err := d.store.UseSecret(ctx, OneTime, hashOf(link), d.clock.Now())
	if fault.Is(err, fault.NotFound) {
		return "", Actor{}, badLink()
	}
	if err != nil {
		return "", Actor{}, err
	}
	a, err := d.store.Account(ctx, s.Account)
	if err != nil {
		return "", Actor{}, err
	}
	if !a.SuspendedAt.IsZero() {
		return "", Actor{}, badLink()
	}
	return d.open(ctx, a, viaLink)
}

// errSignIn is the one answer to a wrong address, a wrong password and an account without one.
var errSignIn = fault.New(fault.Unauthenticated, "fault.sign_in_wrong", "the address or the password is wrong")

// SignIn opens a session with a password. Unknown addresses take as long as known ones.
func (d *Door) SignIn(ctx context.Context, email, password string) (string, Actor, error) {
	if len(password) > longest {
		return "", Actor{}, errSignIn
	}
	var a Account
	address, err := CleanEmail(email)
	if err == nil { // what is no address is nobody's, and no text for the database
		if a, err = d.store.AccountByEmail(ctx, address); err != nil && !fault.Is(err, fault.NotFound) {
			return "", Actor{}, err
		}
	}
	kept := a.Password
	if kept == "" {
		kept = decoy
	}
	ok, herr := d.matches(ctx, kept, password)
	if herr != nil {
		return "", Actor{}, herr
	}
	if err != nil || !ok || a.Password == "" || !a.SuspendedAt.IsZero() {
		// Written for unknown addresses as well, so that it takes as long.
		if err := d.store.Note(ctx, fact.Act{Did: fact.SignInFailed, About: fact.AboutAccount, Subject: a.ID, Note: viaPassword}); err != nil {
			return "", Actor{}, err
		}
		return "", Actor{}, errSignIn
	}
	return d.open(ctx, a, viaPassword)
}

// SetPassword gives an account a new password and ends its sessions.
func (d *Door) SetPassword(ctx context.Context, id, password string) error {
	if err := strongEnough(password); err != nil {
		return err
	}
	hash, err := d.hash(ctx, password)
	if err != nil {
		return err
	}
	if _, err := d.store.AmendAccount(ctx, id, func(a *Account) (fact.Outcome, error) {
		a.Password = hash
		return fact.Outcome{Acts: []fact.Act{about(fact.PasswordChanged, Actor{}, *a, "")}}, nil
	}); err != nil {
		return err
	}
	return d.SignOutEverywhere(ctx, id)
}

// Who gives the actor of a session cookie or an API token; a secret that is unknown, over or of another kind is Unauthenticated.
func (d *Door) Who(ctx context.Context, secret string, kind SecretKind) (Actor, error) {
	now := d.clock.Now()
	hash := hashOf(secret)
	if k, ok := d.known.Load(string(kind) + hash); ok && k.(*knownActor).until.After(now) {
		return k.(*knownActor).actor, nil
	}
	refused := func() (Actor, error) {
		d.known.Delete(string(kind) + hash)
		return Actor{}, fault.New(fault.Unauthenticated, "fault.session", "this session or token is not valid; sign in again")
	}
	s, a, err := d.store.Holder(ctx, hash)
	if fault.Is(err, fault.NotFound) || err == nil && (s.Kind != kind || !s.ExpiresAt.IsZero() && s.ExpiresAt.Before(now) || !a.SuspendedAt.IsZero()) {
		return refused()
	}
	if err != nil {
		return Actor{}, err
	}
	needs := false
	if kind == Session {
		if needs, err = d.needs(ctx, a); err != nil {
			return Actor{}, err
		}
		if s.State == Half || s.State == Plain && a.owes(needs) {
			return refused()
		}
	}
	if kind == Session && now.Sub(s.SeenAt) > seenEvery {
		until := now.Add(sessionLife)
		if end := s.CreatedAt.Add(sessionMost); until.After(end) {
			until = end
		}
		if err := d.store.SeenSecret(ctx, hash, now, until); err != nil {
			return Actor{}, err
		}
	}
	actor := Actor{ID: a.ID, Name: a.Name, Grants: a.Grants, Session: s.ID, Token: kind == Token, Enrol: needs && a.Factors.None(), Proven: s.ProvenAt}
	d.remember(string(kind)+hash, &knownActor{actor, now.Add(knownFor)}, now)
	return actor, nil
}

// Met reports whether a secret was valid here within the last hour, from memory alone: the database is asked for the secrets
// of strangers only as often as strangers may call. It says nothing about now; Who does.
func (d *Door) Met(secret string, kind SecretKind) bool {
	k, ok := d.known.Load(string(kind) + hashOf(secret))
	return ok && k.(*knownActor).until.Add(metFor).After(d.clock.Now())
}

// remember keeps an actor; each thousandth time what is over is thrown out, so that the map stays small.
func (d *Door) remember(key string, k *knownActor, now time.Time) {
	d.known.Store(key, k)
	if d.kept.Add(1)%1000 != 0 {
		return
	}
	d.known.Range(func(key, v any) bool {
		if v.(*knownActor).until.Add(metFor).Before(now) {
			d.known.Delete(key)
		}
		return true
	})
}

func (d *Door) forget() {
	d.known.Clear()
	d.security.Store(nil)
}

// SignOut ends one session or token of who.
func (d *Door) SignOut(ctx context.Context, who Actor) error {
	if who.ID == "" {
		return nil
	}
	defer d.forget()
	return d.store.DropSecrets(ctx, who.ID, who.Session)
}

// SignOutEverywhere ends every session, token and link of an account.
func (d *Door) SignOutEverywhere(ctx context.Context, id string) error {
	defer d.forget()
	return d.store.DropSecrets(ctx, id, "")
}
