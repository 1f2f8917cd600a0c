package talk

import (
	"context"
	"crypto/rand"
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Question is what an adviser is told of something that somebody wants to say: no account, no address of mail or network.
type Question struct {
	ID       string // of the question; that of the comment where there is one already
	Edition  string
	Language string // of the story or the room
	Kind     string
	Text     string
	Name     string // under which readers would see it
}

// The kinds of questions.
const (
	AboutRemark  = "comment"
	AboutMessage = "message" // in a room
	AboutNothing = "test"    // nobody said it
)

// Adviser looks at what the rules let pass and whose author is neither trusted nor of the newsroom. It can make a comment wait, and nothing
// else. It is asked while no transaction is open, by many at once, and answers within seconds whatever happens.
type Adviser interface {
	// Asked reports whether an edition with these settings wants its advice.
	Asked(s Settings) bool
	// Advise gives the reasons why a comment waits; nil lets it pass.
	Advise(ctx context.Context, s Settings, q Question) []Hold
}

// Outside is the adviser outside of the house.
type Outside interface {
	Adviser
	// Health says how it answers an edition, as this node knows since it was started.
	Health(edition string) Health
	// Try asks it although nobody said anything, whether it is on or not.
	Try(ctx context.Context, s Settings, q Question) Opinion
}

// Failure is why a service gave no advice.
type Failure string

// The failures.
const (
	Late        Failure = "late"
	Unreachable Failure = "unreachable"
	Forbidden   Failure = "forbidden" // its address may not be connected to
	Redirected  Failure = "redirected"
	BadStatus   Failure = "status"
	BadAnswer   Failure = "answer" // no JSON as described, or too much
	Busy        Failure = "busy"   // as many questions are open as may be
)

// Health is how a service answers.
type Health struct {
	AnsweredAt   time.Time // last; zero when it did not
	FailingSince time.Time // zero while it answers
	Failure      Failure   // the last one of these
}

// Opinion is what a service said to one question, or why it did not.
type Opinion struct {
	Hold    bool
	Reason  string // in its words, one line
	Failure Failure
	Took    time.Duration
}

// Degree is how sure one has to be that a comment would be rejected, so that it waits.
type Degree string

// The degrees.
const (
	DegreeOff  Degree = ""
	VeryLikely Degree = "very-likely"
	Likely     Degree = "likely"
)

// least gives from which likelihood on a comment waits.
func (d Degree) least() float64 {
	if d == Likely {
		return 0.9
	}
	return 0.99
}

// Service is whom an edition asks outside of the house.
type Service struct {
	On      bool   `json:"on,omitempty"`
	Address string `json:"address,omitempty"`
	GoOn    bool   `json:"go_on,omitempty"`  // what it does not answer in time goes on; else it waits
	Secret  string `json:"secret,omitempty"` // signs what is asked; shown once
}

const longestService = 500

// check gives what is wrong with how a service is asked.
func (s *Service) check(g *fault.Gather) {
	s.Address = strings.TrimSpace(s.Address)
	if s.Address != "" && !servable(s.Address) || s.On && s.Address == "" {
		g.At("body.service.address", "fault.service_address", "https:// and an address of at most %d characters; http:// inside a private network only", longestService)
	}
	if s.On && s.Address != "" && s.Secret == "" {
		g.At("body.service.on", "fault.service_secret", "make a secret first; what is asked is signed with it")
	}
}

// servable reports whether comments may be sent to an address: encrypted, or to a machine of a private network.
func servable(address string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > longestService || u.Hostname() == "" || u.User != nil || u.Fragment != "" || !speakable(address) {
		return false
	}
	if u.Scheme == "https" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (err == nil && (ip.IsLoopback() || ip.IsPrivate()) || err != nil && !strings.Contains(u.Hostname(), "."))
}

// Advise has advisers asked from now on; either may be nil. It is called before the desk is used.
func (d *Desk) Advise(learner *Learner, outside Outside) {
	d.learner, d.outside, d.advisers = learner, outside, nil
	if learner != nil {
		d.advisers = append(d.advisers, learner) // first, since nothing leaves the house for what it holds
	}
	if outside != nil {
		d.advisers = append(d.advisers, outside)
	}
}

// unadvised ends a transaction, with nothing kept of it, so that advisers are asked while none is open.
type unadvised struct {
	settings Settings
	question Question
}

// Error says what has to happen.
func (*unadvised) Error() string { return "talk: advisers are to be asked first" }

// advice is what advisers said.
type advice struct{ holds []Hold }

// advised runs write. When that ends because advisers are to be asked, it asks them and runs write once more, with what they said, also when who
// wrote has gone away meanwhile.
func (d *Desk) advised(ctx context.Context, write func(context.Context, *advice) (Comment, error)) (Comment, error) {
	c, err := write(ctx, nil)
	var ask *unadvised
	if err == nil || !errors.As(err, &ask) {
		return c, err
	}
	ctx, a := context.WithoutCancel(ctx), &advice{}
	for _, one := range d.advisers {
		if !one.Asked(ask.settings) {
			continue
		}
		if a.holds = one.Advise(ctx, ask.settings, ask.question); len(a.holds) > 0 {
			break
		}
	}
	return write(ctx, a)
}

// consult lets advice count for what the rules let pass; without advice it says that it has to be asked for.
func (d *Desk) consult(of said, c *Comment, a *advice) error {
	if len(c.Holds) > 0 || of.staff || of.member.Trusted(of.place.Edition, of.now, of.settings.TrustedAfter) {
		return nil
	}
	if a != nil {
		if c.Holds = a.holds; len(c.Holds) > 0 {
			c.State = Held
		}
		return nil
	}
	for _, one := range d.advisers {
		if one.Asked(of.settings) {
			kind := AboutRemark
			if c.Place.Chat != "" {
				kind = AboutMessage
			}
			return &unadvised{of.settings, Question{ID: c.ID, Edition: c.Place.Edition, Language: c.Place.Language, Kind: kind, Text: c.Text, Name: c.Name}}
		}
	}
	return nil
}

// keep leaves what an adviser said of a comment that waits, whatever becomes of its text: nobody asks again. What waits has a reason.
func (c *Comment) keep(before []Hold) {
	for _, h := range before {
		if h.Rule == RuleLearned || h.Rule == RuleService || h.Rule == RuleUnanswered {
			c.Holds = append(c.Holds, h)
		}
	}
	if len(c.Holds) == 0 {
		c.Holds = before
	}
}

// Advice is how an edition's advisers stand.
type Advice struct {
	Approved, Rejected int // comments that were learned from
	Secret             bool
	Health             Health
}

// Advice says how an edition's advisers stand, for who decides there.
func (d *Desk) Advice(ctx context.Context, who account.Actor, edition string) (Advice, error) {
	s, err := d.Settings(ctx, who, edition)
	if err != nil {
		return Advice{}, err
	}
	out := Advice{Secret: s.Service.Secret != ""}
	if d.outside != nil {
		out.Health = d.outside.Health(edition)
	}
	if d.learner != nil {
		out.Approved, out.Rejected, err = d.learner.Known(ctx, edition)
	}
	return out, err
}

// setters are the roles that set how an edition talks.
var setters = []account.Role{account.Admin, account.Editor}

// SignWith makes a new secret with which an edition signs what it asks outside, and gives it once; the one of before ends.
func (d *Desk) SignWith(ctx context.Context, who account.Actor, edition string) (string, Settings, error) {
	if err := who.Must(edition, setters...); err != nil {
		return "", Settings{}, err
	}
	secret := rand.Text() + rand.Text() // 256 bits
	s, err := d.store.AmendSettings(ctx, edition, -1, func(s *Settings) (fact.Outcome, error) {
		s.Edition, s.Service.Secret = edition, secret
		return fact.Outcome{Acts: []fact.Act{{Did: fact.TalkChanged, By: who.ID, About: fact.AboutEdition, Subject: edition, Note: "secret"}}}, nil
	})
	return secret, s, err
}

// TryService asks the service of an edition about a text that nobody said.
func (d *Desk) TryService(ctx context.Context, who account.Actor, edition, language string) (Opinion, error) {
	if err := who.Must(edition, setters...); err != nil {
		return Opinion{}, err
	}
	s, err := d.store.Settings(ctx, edition)
	if err != nil {
		return Opinion{}, err
	}
	if s.Service.Address == "" || s.Service.Secret == "" || d.outside == nil {
		return Opinion{}, fault.New(fault.Conflict, "fault.service_none", "save an address and make a secret first")
	}
	return d.outside.Try(ctx, s, Question{ID: d.ids.New(), Edition: edition, Language: language, Kind: AboutNothing, Text: "Dateline asks whether you are there.", Name: "Dateline"}), nil
}
