package account

import (
	"context"
	"time"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

const (
	// LeaveAfter is how long an account waits that is to be deleted.
	LeaveAfter = 24 * time.Hour
	// workLeave is the kind of due work that deletes an account.
	workLeave = "leave"
	// noticeLife is how long a letter that opens nothing may take to go out.
	noticeLife = 24 * time.Hour
)

// freshly refuses who did not prove himself lately, also who has nothing but his mail to do it with: he signs in anew.
func (d *Door) freshly(who Actor) error {
	if who.Token {
		return noProgram()
	}
	if d.clock.Now().Sub(who.Proven) >= provenFor {
		return fault.New(fault.Forbidden, "fault.prove", "prove who you are again before you do this")
	}
	return nil
}

// AskAddress writes a letter to the address that who wants to have from now on, with a link that makes it so. It does the same whether somebody
// has the address or not. What is no address is Invalid at "email"; who did not prove himself lately is Forbidden under fault.prove.
func (d *Door) AskAddress(ctx context.Context, who Actor, email, edition string) error {
	if err := d.freshly(who); err != nil {
		return err
	}
	address, err := CleanEmail(email)
	if err != nil {
		return err
	}
	link, linkHash := fresh("")
	_, ticketHash := fresh("") // nobody has it: there is no code
	now := d.clock.Now()
	k := Knock{Link: linkHash, Ticket: ticketHash, Email: address, Account: who.ID, ExpiresAt: now.Add(KnockLife)}
	return d.store.KeepKnock(ctx, k, fact.Outcome{Letters: []fact.Letter{{
		ID: d.ids.New(), To: address, Kind: fact.AddressLetter, Edition: edition, Values: map[string]string{"link": link}, At: now, Until: k.ExpiresAt}}})
}

// NewAddress gives the address that a link makes an account's, for the page with its button.
func (d *Door) NewAddress(ctx context.Context, link string) (string, error) {
	k, err := d.knocked(ctx, link, true)
	return k.Email, err
}

// TakeAddress makes the address of a link that of the account which asked for it, once, and tells the old one. An address that somebody
// has meanwhile is Conflict.
func (d *Door) TakeAddress(ctx context.Context, link, edition string) error {
	k, err := d.knocked(ctx, link, true)
	if err != nil {
		return err
	}
	defer d.forget()
	_, err = d.store.MoveAccount(ctx, k, d.clock.Now(), func(a *Account) (fact.Outcome, error) {
		if !a.LeftAt.IsZero() || !a.SuspendedAt.IsZero() {
			return fact.Outcome{}, badLink()
		}
		if a.Email == k.Email {
			return fact.Outcome{}, nil
		}
		return fact.Outcome{Acts: []fact.Act{about(fact.AddressChanged, Actor{ID: a.ID}, *a, "")}, Letters: []fact.Letter{d.notice(a.Email, fact.MovedLetter, edition, nil)}}, nil
	})
	if fault.Is(err, fault.NotFound) {
		return badLink() // somebody was faster
	}
	return err
}

func (d *Door) notice(to string, kind fact.LetterKind, edition string, values map[string]string) fact.Letter {
	now := d.clock.Now()
	return fact.Letter{ID: d.ids.New(), To: to, Kind: kind, Edition: edition, Values: values, At: now, Until: now.Add(noticeLife)}
}

// Leave has the account of who deleted after LeaveAfter, and ends its sessions, this one too. Whoever signs in before then stays. Nobody
// of the newsroom leaves by himself: Conflict.
func (d *Door) Leave(ctx context.Context, who Actor, edition string) error {
	if err := d.freshly(who); err != nil {
		return err
	}
	at := d.clock.Now().Add(LeaveAfter)
	if _, err := d.store.AmendAccount(ctx, who.ID, func(a *Account) (fact.Outcome, error) {
		if a.Staff() {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.leave_staff", "you work in the newsroom; an administrator has to take your roles away first")
		}
		a.LeavingAt = at
		return fact.Outcome{Work: []fact.Work{{Kind: workLeave, Subject: a.ID, Due: at}}, Acts: []fact.Act{about(fact.LeaveAsked, who, *a, "")},
			Letters: []fact.Letter{d.notice(a.Email, fact.LeavingLetter, edition, map[string]string{"when": at.Format(time.RFC3339)})}}, nil
	}); err != nil {
		return err
	}
	return d.SignOutEverywhere(ctx, who.ID)
}

// stay keeps an account that was to be deleted, because its owner came.
func (d *Door) stay(ctx context.Context, a Account) (Account, error) {
	return d.store.AmendAccount(ctx, a.ID, func(a *Account) (fact.Outcome, error) {
		if !a.LeftAt.IsZero() {
			return fact.Outcome{}, badLink()
		}
		a.LeavingAt = time.Time{}
		return fact.Outcome{Undone: []fact.Work{{Kind: workLeave, Subject: a.ID}}, Acts: []fact.Act{about(fact.LeaveUndone, Actor{ID: a.ID}, *a, "")}}, nil
	})
}

// Do deletes an account whose time to leave has come: its name, address, ways in and roles go, its id stays for what refers to it. The account
// goes first, so that somebody who comes at the last moment keeps all of it or nothing; what he left elsewhere follows, however often that is tried.
func (d *Door) Do(ctx context.Context, w fact.Work) (mine bool, err error) {
	if w.Kind != workLeave {
		return false, nil
	}
	a, err := d.store.AmendAccount(ctx, w.Subject, func(a *Account) (fact.Outcome, error) {
		now := d.clock.Now()
		if a.LeavingAt.IsZero() || a.LeavingAt.After(now) || !a.LeftAt.IsZero() || a.Staff() {
			return fact.Outcome{}, nil
		}
		*a = Account{ID: a.ID, Email: a.ID + "@left.invalid", Grants: []Grant{}, SuspendedAt: now, LeftAt: now, CreatedAt: a.CreatedAt, Version: a.Version}
		return fact.Outcome{Acts: []fact.Act{about(fact.Left, Actor{}, *a, "")}}, nil
	})
	if fault.Is(err, fault.NotFound) {
		return true, nil
	}
	if err != nil || a.LeftAt.IsZero() {
		return true, err
	}
	if err := d.SignOutEverywhere(ctx, a.ID); err != nil {
		return true, err
	}
	if d.place.Left == nil {
		return true, nil
	}
	return true, d.place.Left(ctx, a.ID)
}
