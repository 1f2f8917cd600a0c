package account_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/moment"
	"dateline/internal/store"
)

// device makes and shows passkeys as a phone does (W3C Web Authentication, ES256, no attestation).
type device struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	origin string
	handle []byte
	count  byte // of what it signed
}

var b64 = base64.RawURLEncoding

func newDevice(t *testing.T, origin string) *device {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return &device{t: t, key: key, origin: origin}
}

func (d *device) id() []byte { return []byte("a key of this device") }

// asked reads the options of a challenge as a browser gets them.
func (d *device) asked(c account.Challenge) (challenge, host string) {
	d.t.Helper()
	doc, err := json.Marshal(c.Options)
	if err != nil {
		d.t.Fatal(err)
	}
	var o struct {
		PublicKey struct {
			Challenge string `json:"challenge"`
			Host      string `json:"rpId"`
			Party     struct {
				ID string `json:"id"`
			} `json:"rp"`
			User struct {
				ID string `json:"id"`
			} `json:"user"`
		} `json:"publicKey"`
	}
	if err := json.Unmarshal(doc, &o); err != nil {
		d.t.Fatal(err)
	}
	if o.PublicKey.User.ID != "" {
		if d.handle, err = b64.DecodeString(o.PublicKey.User.ID); err != nil {
			d.t.Fatal(err)
		}
	}
	return o.PublicKey.Challenge, o.PublicKey.Host + o.PublicKey.Party.ID
}

// data is what a device signs of a host: present, verified, and with a key the key.
func (d *device) data(host string, key []byte) []byte {
	sum := sha256.Sum256([]byte(host))
	flags := byte(0b101)
	if key != nil {
		flags |= 0b1000000
	}
	d.count++
	return append(append(sum[:], flags, 0, 0, 0, d.count), key...)
}

func (d *device) client(kind, challenge string) []byte {
	doc, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	return doc
}

func (d *device) answer(response map[string]string) []byte {
	doc, err := json.Marshal(map[string]any{"id": b64.EncodeToString(d.id()), "rawId": b64.EncodeToString(d.id()), "type": "public-key", "clientExtensionResults": struct{}{}, "response": response})
	if err != nil {
		d.t.Fatal(err)
	}
	return doc
}

// makes answers a challenge with a new passkey.
func (d *device) makes(c account.Challenge) account.Answer {
	d.t.Helper()
	challenge, host := d.asked(c)
	point, err := d.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		d.t.Fatal(err)
	}
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), point[33:]...)
	key := append(append(make([]byte, 16), 0, byte(len(d.id()))), append(d.id(), cose...)...)
	data := d.data(host, key)
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58"), byte(len(data)))
	return account.Answer{Ticket: c.Ticket, Credential: d.answer(map[string]string{
		"clientDataJSON": b64.EncodeToString(d.client("webauthn.create", challenge)), "attestationObject": b64.EncodeToString(append(object, data...)),
	})}
}

// shows answers a challenge with the passkey that was made.
func (d *device) shows(c account.Challenge) account.Answer {
	d.t.Helper()
	challenge, host := d.asked(c)
	data, client := d.data(host, nil), d.client("webauthn.get", challenge)
	told := sha256.Sum256(client)
	sum := sha256.Sum256(append(append([]byte{}, data...), told[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return account.Answer{Ticket: c.Ticket, Credential: d.answer(map[string]string{
		"clientDataJSON": b64.EncodeToString(client), "authenticatorData": b64.EncodeToString(data), "signature": b64.EncodeToString(signature), "userHandle": b64.EncodeToString(d.handle),
	})}
}

func TestASetUpTakesAPasskeyInThePlaceOfAPassword(t *testing.T) {
	const home, email, name = "https://news.example", "ana@paper.example", "Ana"
	each(t, func(t *testing.T, d *account.Door, db *store.DB, clock *moment.Set) {
		ctx := context.Background()
		link := func() string {
			t.Helper()
			l, err := d.SetUpLink(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		first, second := link(), link()
		if _, err := d.AskFirstPasskey(ctx, first, email, name); !fault.Is(err, fault.Conflict) {
			t.Errorf("a site without a host name asks for a passkey: %v", err)
		}
		d.At(account.Place{Origin: func() string { return home }})
		ask := func(l string) account.Challenge {
			t.Helper()
			c, err := d.AskFirstPasskey(ctx, l, email, name)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		if _, err := d.AskFirstPasskey(ctx, "another", email, name); !fault.Is(err, fault.NotFound) {
			t.Errorf("a stranger is asked for a passkey: %v", err)
		}
		if _, err := d.AskFirstPasskey(ctx, first, "nothing", name); !fault.Is(err, fault.Invalid) {
			t.Errorf("a passkey for no address: %v", err)
		}
		phone := newDevice(t, home)

		// What is not accepted makes nothing and leaves the link.
		used := phone.makes(ask(first))
		if _, _, err := d.SetUpByPasskey(ctx, second, email, name, "Phone", used); !fault.Is(err, fault.Invalid) {
			t.Errorf("an answer to the challenge of another link: %v", err)
		}
		entering, err := d.AskPasskey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		mixed := phone.makes(ask(first))
		mixed.Ticket = ask(first).Ticket
		old := phone.makes(ask(first))
		clock.Forward(6 * time.Minute)
		wrong := map[string]account.Answer{
			"none at all":                      {},
			"one that was used for a try":      used,
			"one that took too long":           old,
			"an answer to another challenge":   mixed,
			"the challenge of signing in":      phone.makes(entering),
			"one made on somebody else's page": newDevice(t, "https://evil.example").makes(ask(first)),
			"what is no answer":                {Ticket: ask(first).Ticket, Credential: []byte(`{"id":"x"}`)},
			"what is too much":                 {Ticket: ask(first).Ticket, Credential: []byte(strings.Repeat(" ", 1<<17))},
		}
		for what, a := range wrong {
			if _, _, err := d.SetUpByPasskey(ctx, first, email, name, "Phone", a); !fault.Is(err, fault.Invalid) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if n, err := db.Accounts(ctx); n != 0 || err != nil {
			t.Errorf("%d accounts (%v)", n, err)
		}
		if err := d.SetUpPending(ctx, first); err != nil {
			t.Errorf("the link is used up: %v", err)
		}

		late := phone.makes(ask(second))
		_, who, err := d.SetUpByPasskey(ctx, first, email, name, "Phone", phone.makes(ask(first)))
		if err != nil || !who.Has("any", account.Admin) || who.Enrol {
			t.Fatalf("%+v %v", who, err)
		}
		a, err := db.AccountByEmail(ctx, email)
		if err != nil || a.Password != "" || len(a.Factors.Passkeys) != 1 || a.Factors.Passkeys[0].Name != "Phone" {
			t.Errorf("%+v %v", a, err)
		}
		again, err := d.AskPasskey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, in, err := d.SignInByPasskey(ctx, phone.shows(again)); err != nil || in.ID != who.ID {
			t.Errorf("the passkey does not sign in: %+v %v", in, err)
		}
		for _, l := range []string{first, second} {
			if _, _, err := d.SetUpByPasskey(ctx, l, "b@paper.example", "Ben", "Phone", late); !fault.Is(err, fault.NotFound) {
				t.Errorf("a site was set up twice: %v", err)
			}
		}
		want := []string{"set-up Ana>Ana", "passkey-add Ana>Ana Phone", "sign-in Ana>Ana passkey", "sign-in Ana>Ana passkey"}
		if got := log(t, d, map[string]string{who.ID: "Ana"}); !slices.Equal(got, want) {
			t.Errorf("the audit log:\n%s", strings.Join(got, "\n"))
		}
	})
}

func TestAReadersPasskeyIsAWayMoreAndNoDuty(t *testing.T) {
	const home = "https://news.example"
	each(t, func(t *testing.T, d *account.Door, _ *store.DB, _ *moment.Set) {
		ctx := context.Background()
		d.At(account.Place{Origin: func() string { return home }})
		a := add(t, d, "ria", "")
		enter := func() (string, account.Actor) {
			t.Helper()
			link, err := d.Link(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			secret, by, err := d.Redeem(ctx, link)
			if err != nil {
				t.Fatal(err)
			}
			return secret, by
		}
		other, _ := enter()
		here, who := enter()
		phone := newDevice(t, home)
		begun, err := d.BeginPasskey(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		k, err := d.AddPasskey(ctx, who, "Phone", phone.makes(begun))
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{other, here} {
			if _, err := d.Who(ctx, secret, account.Session); err != nil {
				t.Errorf("a session ended: %v", err)
			}
		}
		if _, by := enter(); by.Half || by.Enrol {
			t.Errorf("a link lets in by half: %+v", by)
		}
		asked, err := d.AskPasskey(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, by, err := d.SignInByPasskey(ctx, phone.shows(asked)); err != nil || by.ID != a.ID {
			t.Errorf("the passkey does not sign in: %+v %v", by, err)
		}
		if err := d.DropPasskey(ctx, who, k.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("the only way in was taken: %v", err)
		}
		d.At(account.Place{Origin: func() string { return home }, Letters: true})
		if err := d.DropPasskey(ctx, who, k.ID); err != nil {
			t.Errorf("letters are a way in: %v", err)
		}
	})
}
