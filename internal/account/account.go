// Package account says who acts: staff and readers, their roles, sessions and tokens.
//
// It promises default deny: an Actor may do only what a Grant of his says, for the
// editions it names. Secrets (session cookies, API tokens, one-time links) leave this
// room once, to their owner; the store keeps only their SHA-256. Passwords are argon2id.
package account

import (
	"net/mail"
	"slices"
	"strings"
	"time"

	"dateline/internal/fault"
)

// Role is what somebody does in the newsroom.
type Role string

// The roles, as INTERFACE names them.
const (
	Admin         Role = "admin"
	Editor        Role = "editor"
	Reporter      Role = "reporter"
	PictureEditor Role = "picture-editor"
	Moderator     Role = "moderator"
	Audience      Role = "audience"
	Reader        Role = "reader"
)

// Roles lists every role.
var Roles = []Role{Admin, Editor, Reporter, PictureEditor, Moderator, Audience, Reader}

// StaffRoles lists the roles of those who work in the newsroom.
var StaffRoles = Roles[:6:6]

// Grant gives a role in one edition, or in all when Edition (a slug) is empty.
type Grant struct {
	Role    Role   `json:"role"`
	Edition string `json:"edition,omitempty"`
}

// Account is a person who can sign in. Email is lower-case and unique.
type Account struct {
	ID          string    `json:"id"`
	Email       string    `json:"email"`
	Name        string    `json:"name"`
	Grants      []Grant   `json:"grants"`
	Language    string    `json:"language,omitempty"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	SuspendedAt time.Time `json:"suspended_at,omitzero"`
	CreatedAt   time.Time `json:"created_at"`
	LeavingAt   time.Time `json:"leaving_at,omitzero"` // when it is to be deleted, unless its owner signs in before
	LeftAt      time.Time `json:"left_at,omitzero"`    // when it was: no name, address or way in is left
	Version     int64     `json:"-"`
	Password    string    `json:"-"` // argon2id in PHC form, empty when none is set
	Factors     Factors   `json:"-"` // what else proves who somebody is
}

// Staff reports whether the account works in the newsroom.
func (a Account) Staff() bool { return Actor{Grants: a.Grants}.Staff() }

// Actor is who acts now. The zero Actor is a stranger.
type Actor struct {
	ID      string // of the account
	Name    string
	Grants  []Grant
	Session string // id of the session or token, for revoking it; never the secret
	Token   bool   // a program acts, by a token
	// Half is somebody who gave a password and owes a second factor: nobody yet, so that ID and Grants are empty.
	Half bool
	// Enrol is somebody whose role needs a second factor and who has none: until then he may do nothing else.
	Enrol  bool
	Proven time.Time // when the owner of the session last proved himself
	house  bool
}

// House is Dateline itself acting: due work, imports by the operator, the command line.
func House() Actor { return Actor{Name: "Dateline", house: true} }

// IsHouse reports whether Dateline itself acts.
func (a Actor) IsHouse() bool { return a.house }

// Known reports whether anybody is signed in.
func (a Actor) Known() bool { return a.house || a.ID != "" }

// Has reports whether a has one of roles for edition; a grant without edition counts for all.
func (a Actor) Has(edition string, roles ...Role) bool {
	if a.house {
		return true
	}
	for _, g := range a.Grants {
		if slices.Contains(roles, g.Role) && (g.Edition == "" || g.Edition == edition) {
			return true
		}
	}
	return false
}

// HasAnywhere reports whether a has one of roles in any edition.
func (a Actor) HasAnywhere(roles ...Role) bool {
	if a.house {
		return true
	}
	return slices.ContainsFunc(a.Grants, func(g Grant) bool { return slices.Contains(roles, g.Role) })
}

// Staff reports whether a works in the newsroom.
func (a Actor) Staff() bool {
	return a.HasAnywhere(StaffRoles...)
}

// Editions lists the editions in which a has one of roles; all reports that it is every edition.
func (a Actor) Editions(roles ...Role) (slugs []string, all bool) {
	if a.house {
		return nil, true
	}
	for _, g := range a.Grants {
		if !slices.Contains(roles, g.Role) {
			continue
		}
		if g.Edition == "" {
			return nil, true
		}
		if !slices.Contains(slugs, g.Edition) {
			slugs = append(slugs, g.Edition)
		}
	}
	return slugs, false
}

// Must gives nil when a has one of roles for edition, Unauthenticated for a stranger, else Forbidden.
func (a Actor) Must(edition string, roles ...Role) error {
	if a.Has(edition, roles...) {
		return nil
	}
	return a.Refused()
}

// Refused is the answer to somebody without the right.
func (a Actor) Refused() error {
	if !a.Known() {
		return fault.New(fault.Unauthenticated, "fault.sign_in", "sign in first")
	}
	return fault.New(fault.Forbidden, "fault.forbidden", "your role does not allow this")
}

// CleanEmail gives the address in lower case without a name, or a fault at location "email".
func CleanEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	a, err := mail.ParseAddress(s)
	if err != nil || len(s) > 254 || a.Address != s || !strings.Contains(s, ".") && !strings.HasSuffix(s, "@localhost") {
		return "", fault.At("email", "fault.email", "this is not an e-mail address")
	}
	return strings.ToLower(a.Address), nil
}

// ParseRole gives the role of that name, or a fault at location "role" that lists them.
func ParseRole(s string) (Role, error) {
	if slices.Contains(Roles, Role(s)) {
		return Role(s), nil
	}
	return "", fault.At("role", "fault.role", "no such role; there are %s", roleNames())
}
