package fact

import "time"

// WorkLetter is the kind of due work that sends a letter; its subject is the letter's id.
const WorkLetter = "letter"

// LetterKind says what a letter is about; the words of pages say the rest.
type LetterKind string

// The letters there are.
const (
	SignInLetter  LetterKind = "sign-in" // Values: "link" and "code", the secrets that open
	AddressLetter LetterKind = "address" // to a new address of an account. Values: "link", the secret that makes it so
	MovedLetter   LetterKind = "moved"   // to the address that an account had
	LeavingLetter LetterKind = "leaving" // an account is about to be deleted. Values: "when", in RFC 3339
	// RestrictionLetter tells somebody what moderators put on him, or took away; it names an account too.
	RestrictionLetter LetterKind = "restriction"
	NoticesLetter     LetterKind = "notices" // what somebody is told of comments; it names an account in place of an address. Values: see package talk
)

// Letter is a mail that waits to be sent. It is written in the transaction of its cause, as values without words, and gone as soon as
// it is sent or its time is over, with the secrets it holds.
type Letter struct {
	ID      string            `json:"id"`
	To      string            `json:"to"` // an e-mail address; empty when it is looked up as the letter goes out
	Kind    LetterKind        `json:"kind"`
	Edition string            `json:"edition"` // slug: whose words, name and address it has
	Values  map[string]string `json:"values,omitempty"`
	At      time.Time         `json:"at"`
	Until   time.Time         `json:"until"` // not to be sent after this
}
