package fact

import "time"

// Deed says what somebody did, as the audit log keeps it.
type Deed string

// What the audit log keeps: who came in and who did not, who may do what, what readers saw change, how the site is set up.
const (
	SignedIn         Deed = "sign-in"
	SignInFailed     Deed = "sign-in-failed"
	SignedOut        Deed = "sign-out"     // of every session at once, or of another's
	SiteSetUp        Deed = "set-up"       // the first account
	Invited          Deed = "invite"       // a new account
	LinkMade         Deed = "link"         // a one-time sign-in link
	Renamed          Deed = "rename"       // by somebody else
	GrantsChanged    Deed = "grants"       // Note: the roles from now on
	Suspended        Deed = "suspend"      //
	Restored         Deed = "restore"      //
	PasswordChanged  Deed = "password"     //
	AddressChanged   Deed = "address"      // of mail
	LeaveAsked       Deed = "leave"        // an account is to be deleted
	LeaveUndone      Deed = "stay"         // its owner came back in time
	Left             Deed = "left"         // it is deleted
	PasskeyAdded     Deed = "passkey-add"  // Note: its name
	PasskeyRemoved   Deed = "passkey-drop" // Note: its name
	CodesAdded       Deed = "codes-add"    // codes of an app as a second factor
	CodesRemoved     Deed = "codes-drop"   //
	RecoveryMade     Deed = "recovery"     // new recovery codes
	RecoveryUsed     Deed = "recovery-use" //
	FactorsForgotten Deed = "factors-drop" // all passkeys and codes of somebody else
	TokenMade        Deed = "token-add"    // Note: its name
	TokenRevoked     Deed = "token-drop"   // Note: its name
	SecurityChanged  Deed = "security"     // Note: which roles need a second factor
	DidPublish       Deed = "publish"
	DidUpdate        Deed = "update"
	DidCorrect       Deed = "correct"
	DidAmend         Deed = "minor"
	DidWithdraw      Deed = "withdraw"
	DidRedact        Deed = "redact"
	DidDelete        Deed = "delete"
	DidKill          Deed = "kill"
	EditionMade      Deed = "edition-add"
	EditionChanged   Deed = "edition"
	SectionMade      Deed = "section-add"
	SectionChanged   Deed = "section"
	AlertSent        Deed = "alert"
	AlertRemoved     Deed = "alert-drop"
	AuthorRenamed    Deed = "author-rename" // Note: from what to what
	AuthorsMerged    Deed = "author-merge"  // Note: who into whom
	TopicRenamed     Deed = "topic-rename"  // Note: from what to what
	TopicsMerged     Deed = "topic-merge"   // Note: which into which
	FrontEdited      Deed = "front"
	ReportResolved   Deed = "report"
	ReportReopened   Deed = "report-open"
	ItemUsed         Deed = "inbox-use"
	ItemDismissed    Deed = "inbox-dismiss"
	ItemPutBack      Deed = "inbox-back"
	SourceMade       Deed = "source-add"  // Note: its name, as with the next two
	SourceChanged    Deed = "source"      //
	SourceRemoved    Deed = "source-drop" //
	CoverageClosed   Deed = "live-close"  // readers are told that it is over
	CoverageReopened Deed = "live-open"   //
	CommentApproved  Deed = "comment-approve"
	CommentRejected  Deed = "comment-reject" // Note: what that rests on, and behind a slash the rule that had held it, as with approvals
	LawNoticed       Deed = "comment-law"    // a reader says that it is against the law
	DecisionUndone   Deed = "comment-undo"
	CommentFeatured  Deed = "comment-feature"
	FeatureTaken     Deed = "comment-unfeature"
	Appealed         Deed = "appeal" // a reader objects to a decision on what he wrote
	AppealUpheld     Deed = "appeal-uphold"
	AppealRestored   Deed = "appeal-restore"
	MemberRestricted Deed = "member"        // Note: what was put on somebody who speaks
	MemberNoted      Deed = "member-note"   // for moderators, on somebody who speaks
	TalkChanged      Deed = "talk-settings" // of an edition, or of the site; Note: names of what is set anew, "paused" and "resumed" among them
	ChatOpened       Deed = "chat-add"
	ChatChanged      Deed = "chat" // Note: how the room stands
)

// Deeds lists what the audit log can hold.
var Deeds = []Deed{SignedIn, SignInFailed, SignedOut, SiteSetUp, Invited, LinkMade, Renamed, GrantsChanged, Suspended, Restored, PasswordChanged, AddressChanged, LeaveAsked, LeaveUndone, Left, PasskeyAdded,
	PasskeyRemoved, CodesAdded, CodesRemoved, RecoveryMade, RecoveryUsed, FactorsForgotten, TokenMade, TokenRevoked, SecurityChanged, DidPublish, DidUpdate,
	DidCorrect, DidAmend, DidWithdraw, DidRedact, DidDelete, DidKill, EditionMade, EditionChanged, SectionMade, SectionChanged,
	AlertSent, AlertRemoved, AuthorRenamed, AuthorsMerged, TopicRenamed, TopicsMerged, FrontEdited, ReportResolved, ReportReopened, ItemUsed, ItemDismissed,
	ItemPutBack, SourceMade, SourceChanged, SourceRemoved, CoverageClosed, CoverageReopened, CommentApproved, CommentRejected, LawNoticed, DecisionUndone, CommentFeatured, FeatureTaken, Appealed, AppealUpheld, AppealRestored, MemberRestricted, MemberNoted, TalkChanged, ChatOpened, ChatChanged}

// The kinds of things that acts are about.
const (
	AboutAccount  = "account"
	AboutArticle  = "article"
	AboutPicture  = "picture"
	AboutPost     = "post"
	AboutEdition  = "edition"
	AboutSection  = "section"
	AboutSecurity = "security"
	AboutAlert    = "alert"
	AboutAuthor   = "author"
	AboutTopic    = "topic"
	AboutFront    = "front"
	AboutItem     = "inbox"
	AboutSource   = "source"
	AboutComment  = "comment"
	AboutChat     = "chat"
)

// Act is one row of the audit log. It holds ids and no addresses, so that who is forgotten is forgotten here too.
type Act struct {
	ID      string    // given by the store; sorts by time
	At      time.Time // given by the store
	Did     Deed
	By      string // account id; "" for Dateline itself, the operator's commands, and strangers
	About   string // what kind of thing Subject is
	Subject string // its id, or slug
	Note    string // what its present state does not tell
}

// ActQuery narrows the audit log; empty fields narrow nothing.
type ActQuery struct {
	By, Subject string
	Did         []Deed
	Before      string // id of an act: only earlier ones
	Limit       int
}

// deeds are the facts of desks that the audit log keeps. A redaction told to a desk carries the revision.
var deeds = map[Kind]Deed{Published: DidPublish, Updated: DidUpdate, Corrected: DidCorrect, Amended: DidAmend, Withdrawn: DidWithdraw, Redacted: DidRedact, Deleted: DidDelete,
	Closed: CoverageClosed, Reopened: CoverageReopened}

// Act gives what the audit log keeps of a fact; ok is false when that is nothing. Only what a desk is told says by whom.
func (f Fact) Act() (a Act, ok bool) {
	kind, _ := f.Topic.Parts()
	did, kept := deeds[f.Kind]
	if kind != "desk" || !kept {
		return Act{}, false
	}
	return Act{Did: did, By: f.By, About: AboutArticle, Subject: f.ID}, true
}
