package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Voucher asks a provider of accounts elsewhere who somebody is (OpenID Connect).
type Voucher interface {
	// Name is what people call the provider.
	Name() string
	// Begin gives the address to which a browser is sent, and which sends it to back with state; kept comes back to Finish. A provider
	// that cannot be reached is Unavailable.
	Begin(ctx context.Context, back, state string) (to, kept string, err error)
	// Finish gives whom the provider vouches for by the code that the browser brought; what it refuses, or did not say itself, is Unauthenticated.
	Finish(ctx context.Context, back, kept, code string) (Vouched, error)
}

// Vouched is somebody as a provider knows him: by an address that he showed there to be his.
type Vouched struct {
	Email string // empty when the provider says of none that it is his
	Name  string // may be empty
}

// Came is somebody who came in, or who still has to say his name.
type Came struct {
	Secret  string // of the session; empty for somebody new
	Who     Actor
	Link    string // of somebody new: opens what Knocked shows, once
	Name    string // of somebody new: what the provider calls him
	Edition string // in which he began
	Back    string // path of the site that he came from
}

// vouching is kept while somebody is at a provider.
type vouching struct {
	With    string `json:"with"`
	Back    string `json:"back"` // where the provider sends him
	Kept    string `json:"kept"`
	Edition string `json:"edition"`
	To      string `json:"to"` // where he goes from there
}

// vouchLife is how long somebody may be at a provider.
const vouchLife = 15 * time.Minute

// Vouchers names the providers, in the order in which they were given.
func (d *Door) Vouchers() []string {
	names := make([]string, len(d.place.Vouchers))
	for i, v := range d.place.Vouchers {
		names[i] = v.Name()
	}
	return names
}

// AskVoucher gives the address of a provider at which somebody shows who he is, and a ticket that stays in his browser: whoever comes back
// without it is somebody else. back is where the provider sends him, to the path of this site at which he began, in an edition.
func (d *Door) AskVoucher(ctx context.Context, with, back, edition, to string) (address, ticket string, err error) {
	v, err := d.voucher(with)
	if err != nil {
		return "", "", err
	}
	state, _ := fresh("")
	ticket, _ = fresh("")
	address, kept, err := v.Begin(ctx, back, state)
	if err != nil {
		return "", "", err
	}
	doc, err := json.Marshal(vouching{v.Name(), back, kept, edition, to})
	if err != nil {
		return "", "", fmt.Errorf("account: %w", err)
	}
	return address, ticket, d.store.KeepChallenge(ctx, hashOf(state+" "+ticket), string(doc), d.clock.Now().Add(vouchLife))
}

func (d *Door) voucher(name string) (Voucher, error) {
	for _, v := range d.place.Vouchers {
		if v.Name() == name {
			return v, nil
		}
	}
	return nil, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "provider")
}

// EnterVouched lets in whom a provider vouches for, as a letter to the same address would: the account is that of the address, and somebody
// new says his name first. What Came says of edition and path counts also beside an error, once it is known.
func (d *Door) EnterVouched(ctx context.Context, state, ticket, code string) (Came, error) {
	var at vouching
	doc, err := d.store.UseChallenge(ctx, hashOf(state+" "+ticket), d.clock.Now())
	if err != nil && !fault.Is(err, fault.NotFound) {
		return Came{}, err
	}
	if err != nil || json.Unmarshal([]byte(doc), &at) != nil || at.With == "" {
		return Came{}, fault.New(fault.Unauthenticated, "fault.vouch_over", "this took too long, or was begun in another browser; sign in once more")
	}
	came := Came{Edition: at.Edition, Back: at.To}
	v, err := d.voucher(at.With)
	if err != nil {
		return came, err
	}
	said, err := v.Finish(ctx, at.Back, at.Kept, code)
	if err != nil {
		return came, err
	}
	email, err := CleanEmail(said.Email)
	if err != nil {
		return came, fault.New(fault.Unauthenticated, "fault.vouch_address", "%s does not say that an e-mail address is yours", at.With)
	}
	a, err := d.store.AccountByEmail(ctx, email)
	switch {
	case fault.Is(err, fault.NotFound):
		came.Name = said.Name
		came.Link, err = d.expect(ctx, email, at.To)
		return came, err
	case err != nil:
		return came, err
	case !a.SuspendedAt.IsZero():
		return came, fault.New(fault.Forbidden, "fault.suspended", "this account is suspended")
	}
	came.Secret, came.Who, err = d.open(ctx, a, viaProvider)
	return came, err
}

// expect makes a link as a letter has it, without a letter.
func (d *Door) expect(ctx context.Context, email, back string) (string, error) {
	link, hash := fresh("")
	_, ticket := fresh("")
	_, code := fresh("")
	return link, d.store.KeepKnock(ctx, Knock{Link: hash, Ticket: ticket, Code: code, Email: email, Back: back, ExpiresAt: d.clock.Now().Add(KnockLife)}, fact.Outcome{})
}
