package account

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Passkey is a key pair whose private half never leaves somebody's device (W3C Web Authentication). It stands for a password and a
// second factor at once, since the device asks for a finger, a face or a PIN.
type Passkey struct {
	ID         string              `json:"id"`
	Name       string              `json:"name"`
	CreatedAt  time.Time           `json:"created_at"`
	UsedAt     time.Time           `json:"used_at,omitzero"`
	Credential webauthn.Credential `json:"credential"`
}

// Challenge is what a browser is asked for: options of navigator.credentials.create or get, and a ticket to send back with the answer.
type Challenge struct {
	Ticket  string
	Options any
}

// Answer is what a browser answered: JSON of a PublicKeyCredential.
type Answer struct {
	Ticket     string
	Credential []byte
}

const (
	challengeLife = 5 * time.Minute
	maxPasskeys   = 20
	maxAnswer     = 64 << 10 // bytes
)

// What challenges are for.
const (
	toAdd   = "add"
	toProve = "prove"
	toEnter = "enter"
	toSetUp = "set-up"
)

// asked is a challenge as it is kept.
type asked struct {
	For     string               `json:"for"`
	Account string               `json:"account,omitempty"`
	Link    string               `json:"link,omitempty"` // hash of the set-up link it belongs to
	Session webauthn.SessionData `json:"session"`
}

// owner is an account as the library wants it: its handle is the id, which tells nothing of the person.
type owner struct{ Account }

func (o owner) WebAuthnID() []byte          { return []byte(o.ID) }
func (o owner) WebAuthnName() string        { return o.Email }
func (o owner) WebAuthnDisplayName() string { return o.Name }
func (o owner) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, len(o.Factors.Passkeys))
	for i, p := range o.Factors.Passkeys {
		out[i] = p.Credential
	}
	return out
}

// host gives the host of the newsroom, "" when the door does not know where it stands.
func (d *Door) host() string {
	if d.place.Origin == nil {
		return ""
	}
	u, err := url.Parse(d.place.Origin())
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// party gives who asks for passkeys, nil where there can be none. They are bound to a host name, so that a site which is served
// on this machine's own address has them at localhost, and one at another bare address has none.
func (d *Door) party() *webauthn.WebAuthn {
	id := d.PasskeyHost()
	if id == "" {
		return nil
	}
	u, err := url.Parse(d.place.Origin())
	if err != nil {
		return nil
	}
	u.Host = strings.Replace(u.Host, u.Hostname(), id, 1)
	if strings.HasPrefix(u.Host, "[") { // [::1]:8080
		u.Host = id + ":" + u.Port()
	}
	p, err := webauthn.New(&webauthn.Config{RPID: id, RPDisplayName: "Dateline", RPOrigins: []string{u.Scheme + "://" + u.Host}})
	if err != nil {
		return nil
	}
	return p
}

// PasskeyHost gives the host at which the newsroom must be opened for passkeys, "" where there can be none.
func (d *Door) PasskeyHost() string {
	host := d.host()
	if a, err := netip.ParseAddr(host); err == nil {
		if !a.IsLoopback() {
			return ""
		}
		return "localhost"
	}
	return strings.ToLower(host)
}

func (d *Door) needParty() (*webauthn.WebAuthn, error) {
	p := d.party()
	if p == nil {
		return nil, fault.New(fault.Conflict, "fault.passkey_host", "passkeys need the site to have a host name; set --url")
	}
	return p, nil
}

// newPasskey asks for one that signs in by itself: it is found without an address, and its device asks who holds it.
func newPasskey() webauthn.RegistrationOption {
	yes := true
	return webauthn.WithAuthenticatorSelection(protocol.AuthenticatorSelection{RequireResidentKey: &yes, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired})
}

func (d *Door) keep(ctx context.Context, a asked, options any) (Challenge, error) {
	doc, err := json.Marshal(a)
	if err != nil {
		return Challenge{}, fmt.Errorf("account: challenge: %w", err)
	}
	ticket, hash := fresh("")
	return Challenge{ticket, options}, d.store.KeepChallenge(ctx, hash, string(doc), d.clock.Now().Add(challengeLife))
}

// wrongPasskey is the one answer to whatever is wrong with an answered challenge; the cause is for the log.
func wrongPasskey(err error) error {
	e := fault.At("passkey", "fault.passkey", "this passkey was not accepted; try again")
	if err != nil {
		return e.Because(err)
	}
	return e
}

// taken gives the challenge of a ticket, once, when it was made for a purpose.
func (d *Door) taken(ctx context.Context, ticket, purpose string) (asked, error) {
	var a asked
	doc, err := d.store.UseChallenge(ctx, hashOf(ticket), d.clock.Now())
	if fault.Is(err, fault.NotFound) {
		return a, wrongPasskey(nil)
	}
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal([]byte(doc), &a); err != nil {
		return a, fmt.Errorf("account: challenge: %w", err)
	}
	if a.For != purpose {
		return a, wrongPasskey(nil)
	}
	return a, nil
}

// BeginPasskey asks the browser of who for a new passkey.
func (d *Door) BeginPasskey(ctx context.Context, who Actor) (Challenge, error) {
	if err := d.inPerson(ctx, who); err != nil {
		return Challenge{}, err
	}
	p, err := d.needParty()
	if err != nil {
		return Challenge{}, err
	}
	a, err := d.store.Account(ctx, who.ID)
	if err != nil {
		return Challenge{}, err
	}
	options, s, err := p.BeginRegistration(owner{a}, webauthn.WithExclusions(webauthn.Credentials(owner{a}.WebAuthnCredentials()).CredentialDescriptors()), newPasskey())
	if err != nil {
		return Challenge{}, fmt.Errorf("account: passkey: %w", err)
	}
	return d.keep(ctx, asked{For: toAdd, Account: a.ID, Session: *s}, options)
}

// AddPasskey keeps the passkey that a browser made for who. This session is strong from now on; the others of somebody who works in the newsroom
// end when it is the first factor, for they never showed one.
func (d *Door) AddPasskey(ctx context.Context, who Actor, name string, answer Answer) (Passkey, error) {
	if err := d.inPerson(ctx, who); err != nil {
		return Passkey{}, err
	}
	if name = strings.TrimSpace(name); !goodName(name) {
		return Passkey{}, fault.At("name", "fault.name", "a name of at most %d bytes", maxName)
	}
	made, err := d.create(ctx, who.ID, answer)
	if err != nil {
		return Passkey{}, err
	}
	k := Passkey{ID: d.ids.New(), Name: name, CreatedAt: d.clock.Now(), Credential: *made}
	first := false
	if _, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		if len(a.Factors.Passkeys) >= maxPasskeys {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.passkeys", "there are %d passkeys, which is the most", maxPasskeys)
		}
		first = a.Factors.None()
		a.Factors.Passkeys = append(a.Factors.Passkeys, k)
		return fact.Outcome{Acts: []fact.Act{about(fact.PasskeyAdded, who, *a, name)}}, nil
	}); err != nil {
		return Passkey{}, err
	}
	if first && who.Staff() {
		return k, d.strengthen(ctx, who)
	}
	defer d.forget()
	return k, d.store.ProveSession(ctx, who.Session, Strong, d.clock.Now())
}

// create judges an answer to the challenge of a new passkey.
func (d *Door) create(ctx context.Context, id string, answer Answer) (*webauthn.Credential, error) {
	q, err := d.taken(ctx, answer.Ticket, toAdd)
	if err == nil && q.Account != id {
		err = wrongPasskey(nil)
	}
	if err != nil {
		return nil, err
	}
	a, err := d.store.Account(ctx, id)
	if err != nil {
		return nil, err
	}
	return d.made(a, q.Session, answer)
}

// made judges the passkey that a device made for an account.
func (d *Door) made(a Account, s webauthn.SessionData, answer Answer) (*webauthn.Credential, error) {
	p, err := d.needParty()
	if err != nil {
		return nil, err
	}
	if len(answer.Credential) > maxAnswer {
		return nil, wrongPasskey(nil)
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer.Credential)
	if err != nil {
		return nil, wrongPasskey(err)
	}
	made, err := p.CreateCredential(owner{a}, s, parsed)
	if err != nil {
		return nil, wrongPasskey(err)
	}
	made.Attestation = webauthn.CredentialAttestation{} // who made the device is nobody's business
	return made, nil
}

// NamePasskey gives a passkey of who another name.
func (d *Door) NamePasskey(ctx context.Context, who Actor, id, name string) (Passkey, error) {
	if who.Token {
		return Passkey{}, noProgram()
	}
	if name = strings.TrimSpace(name); !goodName(name) {
		return Passkey{}, fault.At("body.name", "fault.name", "a name of at most %d bytes", maxName)
	}
	var out Passkey
	_, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		at, err := a.passkey(id)
		if err == nil {
			a.Factors.Passkeys[at].Name = name
			out = a.Factors.Passkeys[at]
		}
		return fact.Outcome{}, err
	})
	return out, err
}

// DropPasskey removes a passkey of who. The last one is a Conflict where there is no password and no letter to come in by.
func (d *Door) DropPasskey(ctx context.Context, who Actor, id string) error {
	if err := d.inPerson(ctx, who); err != nil {
		return err
	}
	defer d.forget()
	_, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		at, err := a.passkey(id)
		if err != nil {
			return fact.Outcome{}, err
		}
		name := a.Factors.Passkeys[at].Name
		a.Factors.Passkeys = slices.Delete(a.Factors.Passkeys, at, at+1)
		if a.Password == "" && len(a.Factors.Passkeys) == 0 && !d.place.Letters {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.last_way", "this is the only way you can sign in; set a password first")
		}
		return fact.Outcome{Acts: []fact.Act{about(fact.PasskeyRemoved, who, *a, name)}}, nil
	})
	return err
}

func (a *Account) passkey(id string) (int, error) {
	at := slices.IndexFunc(a.Factors.Passkeys, func(p Passkey) bool { return p.ID == id })
	if at < 0 {
		return 0, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "passkey")
	}
	return at, nil
}

// AskPasskey asks a browser for a passkey to come in with; whose it is the answer says.
func (d *Door) AskPasskey(ctx context.Context) (Challenge, error) {
	p, err := d.needParty()
	if err != nil {
		return Challenge{}, err
	}
	options, s, err := p.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Challenge{}, fmt.Errorf("account: passkey: %w", err)
	}
	return d.keep(ctx, asked{For: toEnter, Session: *s}, options)
}

// AskOwnPasskey asks the browser of who, or of somebody with half a session, for one of his own passkeys.
func (d *Door) AskOwnPasskey(ctx context.Context, id string) (Challenge, error) {
	p, err := d.needParty()
	if err != nil {
		return Challenge{}, err
	}
	a, err := d.store.Account(ctx, id)
	if err != nil {
		return Challenge{}, err
	}
	if len(a.Factors.Passkeys) == 0 {
		return Challenge{}, fault.New(fault.Conflict, "fault.passkey_none", "there is no passkey")
	}
	options, s, err := p.BeginLogin(owner{a}, webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Challenge{}, fmt.Errorf("account: passkey: %w", err)
	}
	return d.keep(ctx, asked{For: toProve, Account: a.ID, Session: *s}, options)
}

// SignInByPasskey opens a session with the answer to AskPasskey. Whatever is wrong is Unauthenticated.
func (d *Door) SignInByPasskey(ctx context.Context, answer Answer) (string, Actor, error) {
	refused := fault.New(fault.Unauthenticated, "fault.passkey", "this passkey was not accepted; try again")
	a, err := d.whose(ctx, answer)
	if fault.Is(err, fault.Invalid) {
		if nerr := d.store.Note(ctx, fact.Act{Did: fact.SignInFailed, About: fact.AboutAccount, Subject: a.ID, Note: viaPasskey}); nerr != nil {
			return "", Actor{}, nerr
		}
		return "", Actor{}, refused.Because(err)
	}
	if err != nil {
		return "", Actor{}, err
	}
	return d.open(ctx, a, viaPasskey)
}

// whose gives the account whose passkey answered a challenge to come in.
func (d *Door) whose(ctx context.Context, answer Answer) (Account, error) {
	p, err := d.needParty()
	if err != nil {
		return Account{}, err
	}
	q, err := d.taken(ctx, answer.Ticket, toEnter)
	if err != nil {
		return Account{}, err
	}
	if len(answer.Credential) > maxAnswer {
		return Account{}, wrongPasskey(nil)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer.Credential)
	if err != nil {
		return Account{}, wrongPasskey(err)
	}
	var found Account
	_, used, err := p.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		a, err := d.store.Account(ctx, string(handle))
		if err == nil && !a.SuspendedAt.IsZero() {
			err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "account")
		}
		found = a
		return owner{a}, err
	}, q.Session, parsed)
	if err != nil {
		return found, wrongPasskey(err)
	}
	return found, d.used(ctx, found.ID, used)
}

// answered judges the answer of an account's own passkey to AskOwnPasskey; whatever is wrong is Invalid at "passkey".
func (d *Door) answered(ctx context.Context, a Account, answer Answer) error {
	p, err := d.needParty()
	if err != nil {
		return err
	}
	q, err := d.taken(ctx, answer.Ticket, toProve)
	if err == nil && q.Account != a.ID {
		err = wrongPasskey(nil)
	}
	if err != nil {
		return err
	}
	if len(answer.Credential) > maxAnswer {
		return wrongPasskey(nil)
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer.Credential)
	if err != nil {
		return wrongPasskey(err)
	}
	used, err := p.ValidateLogin(owner{a}, q.Session, parsed)
	if err != nil {
		return wrongPasskey(err)
	}
	return d.used(ctx, a.ID, used)
}

// used keeps the counter of a passkey. One that did not move forward belongs to a copy, and is refused.
func (d *Door) used(ctx context.Context, id string, c *webauthn.Credential) error {
	if c.Authenticator.CloneWarning {
		return wrongPasskey(nil)
	}
	_, err := d.store.AmendAccount(ctx, id, func(a *Account) (fact.Outcome, error) {
		for i := range a.Factors.Passkeys {
			if k := &a.Factors.Passkeys[i]; string(k.Credential.ID) == string(c.ID) {
				k.UsedAt = d.clock.Now()
				k.Credential.Authenticator.SignCount = max(c.Authenticator.SignCount, k.Credential.Authenticator.SignCount)
				k.Credential.Flags = c.Flags
				return fact.Outcome{}, nil
			}
		}
		return fact.Outcome{}, wrongPasskey(nil) // removed meanwhile
	})
	return err
}
