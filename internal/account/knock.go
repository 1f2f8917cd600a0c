package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"strings"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

const (
	// KnockLife is how long the link and the code of a letter open.
	KnockLife = 30 * time.Minute
	// codeTries is how often a code may be tried; the link opens still.
	codeTries = 5
)

// Knock is somebody who asked to come in by mail, known here or not: nobody looks until he shows what the letter said. Link and Ticket
// are hashes of secrets; Code is the hash of the code with the ticket.
type Knock struct {
	Link      string    `json:"-"`
	Ticket    string    `json:"-"`
	Code      string    `json:"-"`
	Tries     int       `json:"-"`
	Email     string    `json:"email"`
	Account   string    `json:"account,omitempty"` // whose new address it is to be; empty for coming in
	Back      string    `json:"back,omitempty"`    // path of the site that he came from
	ExpiresAt time.Time `json:"-"`
}

// Knock writes a letter to an address with a link and a code that open, and gives the ticket with which the code is to come back. It
// does the same for every address, in the words of an edition. What is no address is Invalid at "email".
func (d *Door) Knock(ctx context.Context, email, edition, back string) (ticket string, err error) {
	address, err := CleanEmail(email)
	if err != nil {
		return "", err
	}
	link, linkHash := fresh("")
	ticket, ticketHash := fresh("")
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", err
	}
	code := fmt.Sprintf("%06d", n)
	now := d.clock.Now()
	k := Knock{Link: linkHash, Ticket: ticketHash, Code: codeHash(ticket, code), Email: address, Back: back, ExpiresAt: now.Add(KnockLife)}
	return ticket, d.store.KeepKnock(ctx, k, fact.Outcome{Letters: []fact.Letter{{
		ID: d.ids.New(), To: address, Kind: fact.SignInLetter, Edition: edition, Values: map[string]string{"link": link, "code": code}, At: now, Until: k.ExpiresAt}}})
}

func codeHash(ticket, code string) string { return hashOf(ticket + " " + code) }

// Knocked gives what the link of a letter is for, and whether whoever comes in by it is new here and has to say his name.
func (d *Door) Knocked(ctx context.Context, link string) (k Knock, newcomer bool, err error) {
	if k, err = d.knocked(ctx, link, false); err != nil {
		return Knock{}, false, err
	}
	_, err = d.store.AccountByEmail(ctx, k.Email)
	if fault.Is(err, fault.NotFound) {
		return k, true, nil
	}
	return k, false, err
}

// knocked reads what a link is for, which is to move an account or to come in; anything else is no link.
func (d *Door) knocked(ctx context.Context, link string, moves bool) (Knock, error) {
	k, err := d.store.Knock(ctx, hashOf(link))
	if fault.Is(err, fault.NotFound) || err == nil && (k.ExpiresAt.Before(d.clock.Now()) || moves != (k.Account != "")) {
		return Knock{}, badLink()
	}
	return k, err
}

// EnterByLink opens a session with the link of a letter, once, and says where he came from. Who is new gets an account under the name he
// gives; without a name that is Invalid at "name", and the link stays.
func (d *Door) EnterByLink(ctx context.Context, link, name string) (secret string, who Actor, back string, err error) {
	k, newcomer, err := d.Knocked(ctx, link)
	if err != nil {
		return "", Actor{}, "", err
	}
	return d.enter(ctx, k, newcomer, name)
}

// EnterByCode is EnterByLink with the code of the letter and the ticket that Knock gave. A wrong code is Invalid at "code"; the sixth try
// is, whatever it is.
func (d *Door) EnterByCode(ctx context.Context, ticket, code, name string) (secret string, who Actor, back string, err error) {
	k, err := d.store.TryKnock(ctx, hashOf(ticket))
	if fault.Is(err, fault.NotFound) || err == nil && (k.ExpiresAt.Before(d.clock.Now()) || k.Account != "") {
		return "", Actor{}, "", badLink()
	}
	if err != nil {
		return "", Actor{}, "", err
	}
	if right := subtle.ConstantTimeCompare([]byte(codeHash(ticket, plainCode(code))), []byte(k.Code)) == 1; !right || k.Tries > codeTries {
		return "", Actor{}, "", wrongCode()
	}
	_, err = d.store.AccountByEmail(ctx, k.Email)
	newcomer := fault.Is(err, fault.NotFound)
	if err != nil && !newcomer {
		return "", Actor{}, "", err
	}
	return d.enter(ctx, k, newcomer, name)
}

// plainCode is a code as people write it down: in groups, in the digits of their language.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '٠' && r <= '٩':
			return r - '٠' + '0'
		case r >= '۰' && r <= '۹':
			return r - '۰' + '0'
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\t':
			return -1
		}
		return 'x'
	}, code)
}

func (d *Door) enter(ctx context.Context, k Knock, newcomer bool, name string) (string, Actor, string, error) {
	var made Account
	if newcomer {
		if name = strings.TrimSpace(name); !goodName(name) {
			return "", Actor{}, "", fault.At("name", "fault.name", "a name of at most %d bytes", maxName)
		}
		now := d.clock.Now()
		made = Account{ID: d.ids.New(), Email: k.Email, Name: name, Grants: []Grant{{Role: Reader}}, CreatedAt: now, ConfirmedAt: now}
	}
	a, err := d.store.UseKnock(ctx, k, made, d.clock.Now())
	if fault.Is(err, fault.NotFound) {
		return "", Actor{}, "", badLink() // somebody was faster
	}
	if err != nil {
		return "", Actor{}, "", err
	}
	if !a.SuspendedAt.IsZero() {
		return "", Actor{}, "", fault.New(fault.Forbidden, "fault.suspended", "this account is suspended")
	}
	secret, who, err := d.open(ctx, a, viaLink)
	return secret, who, k.Back, err
}
