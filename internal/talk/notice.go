package talk

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// About is what somebody is told of.
type About string

// What there is to tell. A decision is an approval or a rejection, as the comment stands when it is told.
const (
	AboutReply    About = "reply"
	AboutMention  About = "mention"
	AboutDecision About = "decision"
	AboutFeatured About = "featured"
	AboutReport   About = "report"  // to who notified of illegal content
	AboutReceipt  About = "receipt" // to the same, that his notice came
)

// Notice tells somebody of a comment: of another's that speaks to him, or of what became of his own or of one that he reported. There is one of a kind for a comment.
type Notice struct {
	ID      string    `json:"id"` // sorts by time
	Account string    `json:"-"`  // who is told
	About   About     `json:"about"`
	Comment string    `json:"comment"`
	By      string    `json:"-"` // account id of who caused it
	At      time.Time `json:"at"`
	Seen    bool      `json:"seen,omitempty"`

	Of Comment `json:"-"` // as it is now
}

// stands reports whether there still is what a notice tells of.
func (n Notice) stands() bool {
	switch n.About {
	case AboutDecision:
		return n.Of.State == Public || n.Of.State == Rejected
	case AboutReport:
		return n.Of.State != Held
	case AboutReceipt: // until something is decided after it
		return n.Of.Reports > 0 && n.At.After(n.Of.DecidedAt)
	case AboutFeatured:
		return n.Of.State == Public && n.Of.Featured
	}
	return n.Of.State == Public
}

// Notices keeps what people are told.
type Notices interface {
	// Notices lists what somebody was told, newest first, from before one of them (an id, "" from the newest). What those say whom he ignores is left out.
	Notices(ctx context.Context, account, before string, limit int) ([]Notice, error)
	// Unseen lists what of it he has not looked at, NoticesByID those of some ids.
	Unseen(ctx context.Context, account string, limit int) ([]Notice, error)
	NoticesByID(ctx context.Context, account string, ids []string) ([]Notice, error)
	// SeeNotices notes that he looked at all up to one of them.
	SeeNotices(ctx context.Context, account, upTo string) error
	// Mail runs decide with what somebody is to be told by mail in a transaction: how he wants that, and what waits, oldest first. What it gives as
	// mailed does not wait any more.
	Mail(ctx context.Context, account string, limit int, decide func(t *Told, waiting []Notice) (mailed []string, out fact.Outcome, err error)) error
	Told(ctx context.Context, account string) (Told, error)
	AmendTold(ctx context.Context, account string, change func(*Told)) error
	// Ignore puts somebody on the list of those whom an account ignores, or takes him off; at most so many are on it. Ignored lists them.
	Ignore(ctx context.Context, account, other string, on bool, most int) error
	Ignored(ctx context.Context, account string) ([]string, error)
}

// Speaker is somebody who took part in a place, by the name under which he last spoke there.
type Speaker struct{ Account, Name string }

// speakersMost is how far back in a place those are looked for whom a comment names.
const speakersMost = 500

// at finds where a text may name somebody.
var at = regexp.MustCompile(`@[\p{L}\p{N}]`)

// named gives whom a text speaks to by @name among those who took part: a whole name, else a first name that only one of them has.
func named(text string, among []Speaker) []string {
	var out []string
	text = strings.ToLower(text)
	for _, m := range at.FindAllStringIndex(text, -1) {
		if before, _ := utf8.DecodeLastRuneInString(text[:m[0]]); unicode.IsLetter(before) || unicode.IsNumber(before) {
			continue // an address of mail
		}
		rest := text[m[0]+1:]
		longest, whom, first := 0, "", map[string]bool{}
		for _, s := range among {
			name := strings.ToLower(s.Name)
			if len(name) > longest && begins(rest, name) {
				longest, whom = len(name), s.Account
			}
			if one, _, _ := strings.Cut(name, " "); begins(rest, one) {
				first[s.Account] = true
			}
		}
		if whom == "" && len(first) == 1 {
			for one := range first {
				whom = one
			}
		}
		if whom != "" && !slices.Contains(out, whom) {
			out = append(out, whom)
		}
	}
	return out
}

// begins reports whether a text begins with a whole name.
func begins(text, name string) bool {
	rest, ok := strings.CutPrefix(text, name)
	next, _ := utf8.DecodeRuneInString(rest)
	return ok && name != "" && (rest == "" || !unicode.IsLetter(next) && !unicode.IsNumber(next) && !unicode.Is(unicode.M, next))
}

// heard gives the notices of a public comment: to whom it answers and to those it names, once to each and none to its author.
func (d *Desk) heard(ctx context.Context, r Room, c Comment) ([]Notice, error) {
	if c.State != Public {
		return nil, nil
	}
	var out []Notice
	tell := func(whom string, about About) {
		if whom != "" && whom != c.Author && !slices.ContainsFunc(out, func(n Notice) bool { return n.Account == whom }) {
			out = append(out, d.notice(whom, about, c, c.Author))
		}
	}
	if c.Parent != "" {
		up, err := r.Comment(ctx, c.Parent)
		if err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if up.State == Public {
			tell(up.Author, AboutReply)
		}
	}
	if at.MatchString(c.Text) {
		among, err := r.Speakers(ctx, speakersMost)
		if err != nil {
			return nil, err
		}
		for _, whom := range named(Spoken(c.Text), among) {
			tell(whom, AboutMention)
		}
	}
	return out, nil
}

// Spoken is what somebody says himself: a text without the lines that it quotes.
func Spoken(text string) string {
	lines := strings.Split(text, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.HasPrefix(l, ">") }), "\n")
}

// quoteMost is how many characters of a comment are quoted.
const quoteMost = 500

// Quote gives what somebody said as the lines with which an answer begins that quotes it.
func Quote(text string) string {
	text = strings.TrimSpace(Spoken(text))
	if r := []rune(text); len(r) > quoteMost {
		text = strings.TrimSpace(string(r[:quoteMost])) + "…"
	}
	return "> " + strings.ReplaceAll(text, "\n", "\n> ") + "\n\n"
}

func (d *Desk) notice(whom string, about About, c Comment, by string) Notice {
	return Notice{ID: d.ids.New(), Account: whom, About: about, Comment: c.ID, By: by, At: d.clock.Now()}
}

// decided gives the notice of a decision to the author of a comment, none to who decided himself.
func (d *Desk) decided(about About, c Comment, by string) []Notice {
	if c.Author == "" || c.Author == by {
		return nil
	}
	return []Notice{d.notice(c.Author, about, c, by)}
}

// noticed gives the notices to those whose notice of illegal content waits for what is decided now.
func (d *Desk) noticed(ctx context.Context, r Room, c Comment, by string) ([]Notice, error) {
	all, err := r.Reports(ctx, c.ID, "")
	if err != nil {
		return nil, err
	}
	var out []Notice
	for _, one := range all {
		if one.Dealt.IsZero() && one.Reason == Illegal && one.By != by && one.By != "" {
			out = append(out, d.notice(one.By, AboutReport, c, by))
		}
	}
	return out, nil
}

// Notices lists what who was told, newest first, from before one of them; more reports that there is more.
func (d *Desk) Notices(ctx context.Context, who account.Actor, before string, limit int) (all []Notice, more bool, err error) {
	if who.ID == "" {
		return nil, false, who.Refused()
	}
	if all, err = d.told.Notices(ctx, who.ID, before, limit+1); err != nil {
		return nil, false, err
	}
	if more = len(all) > limit; more {
		all = all[:limit]
	}
	return all, more, nil
}

// Current leaves those of notices of which there still is what they tell.
func Current(all []Notice) []Notice {
	return slices.DeleteFunc(slices.Clone(all), func(n Notice) bool { return !n.stands() })
}

// SawNotices notes that who looked at all that he was told up to one notice.
func (d *Desk) SawNotices(ctx context.Context, who account.Actor, upTo string) error {
	if who.ID == "" || upTo == "" {
		return nil
	}
	return d.told.SeeNotices(ctx, who.ID, upTo)
}

// Unseen counts what who was told and has not looked at, up to UnreadMost.
func (d *Desk) Unseen(ctx context.Context, who account.Actor) (int, error) {
	if who.ID == "" {
		return 0, nil
	}
	all, err := d.told.Unseen(ctx, who.ID, UnreadMost)
	return len(Current(all)), err
}

// ignoredMost is how many somebody may ignore.
const ignoredMost = 200

// Ignore has who not see any more what another says, or see it again.
func (d *Desk) Ignore(ctx context.Context, who account.Actor, other string, on bool) error {
	switch {
	case who.ID == "":
		return who.Refused()
	case other == "" || other == who.ID:
		return fault.New(fault.Conflict, "fault.ignore", "there is nobody to ignore")
	}
	return d.told.Ignore(ctx, who.ID, other, on, ignoredMost)
}

// Ignored lists the accounts that who ignores.
func (d *Desk) Ignored(ctx context.Context, who account.Actor) ([]string, error) {
	if who.ID == "" {
		return nil, nil
	}
	return d.told.Ignored(ctx, who.ID)
}
