// Package counsel asks a service outside of the house about what readers want to say.
//
// It promises: what leaves is the text, the name under which it would stand, and where, signed with the secret of the edition; a service is
// waited for two seconds, by sixteen of an edition at once and no more; an answer is bounded and is data, never an instruction to publish or reject; one that
// fails five times in a row is left alone for half a minute, then asked once. What it knows of a service is in memory. Whose connections it uses is the caller's affair.
package counsel

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/dial"
	"dateline/internal/moment"
	"dateline/internal/talk"
)

// Within is how long a service is waited for, from the question to the last byte of its answer.
const Within = 2 * time.Second

// Signature is the header that proves who asks: t=<seconds since 1970>,v1=<HMAC-SHA256 of "<t>.<body>" in hex>.
const Signature = "Dateline-Signature"

const (
	mostAtOnce  = 16
	mostAnswer  = 16 << 10
	longestWord = 300 // characters of a reason
	failsMost   = 5
	restsFor    = 30 * time.Second
)

// Counters are for metrics.
type Counters struct {
	Asked, Held, Failed, Rested atomic.Int64
}

// Counsel is talk.Outside over HTTP. It is safe for use by many goroutines.
type Counsel struct {
	Counters Counters

	client *http.Client
	clock  moment.Clock

	mu sync.Mutex
	of map[string]*service
}

// service is what is known of the service of an edition.
type service struct {
	address string
	places  chan struct{} // one for each open question
	health  talk.Health
	fails   int
	until   time.Time // not asked before
}

// New gives a counsel that asks through a transport, which judges every address.
func New(through http.RoundTripper, clock moment.Clock) *Counsel {
	return &Counsel{
		client: &http.Client{Transport: through, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		clock:  clock, of: map[string]*service{},
	}
}

// Asked reports whether an edition has its service asked.
func (c *Counsel) Asked(s talk.Settings) bool { return s.Service.On }

// Advise asks the service of an edition. What it does not answer in time waits, or goes on, as the edition chose.
func (c *Counsel) Advise(ctx context.Context, s talk.Settings, q talk.Question) []talk.Hold {
	places, may := c.begin(q.Edition, s.Service.Address)
	if !may {
		c.Counters.Rested.Add(1)
		return unanswered(s)
	}
	said := c.ask(ctx, places, s.Service, q)
	c.end(ctx, q.Edition, s.Service.Address, said.Failure)
	switch {
	case said.Failure != "":
		return unanswered(s)
	case said.Hold:
		c.Counters.Held.Add(1)
		return []talk.Hold{{Rule: talk.RuleService, Reason: said.Reason}}
	}
	return nil
}

func unanswered(s talk.Settings) []talk.Hold {
	if s.Service.GoOn {
		return nil
	}
	return []talk.Hold{{Rule: talk.RuleUnanswered}}
}

// Try asks the service of an edition, also while it is left alone.
func (c *Counsel) Try(ctx context.Context, s talk.Settings, q talk.Question) talk.Opinion {
	places, _ := c.begin(q.Edition, s.Service.Address)
	said := c.ask(ctx, places, s.Service, q)
	c.end(ctx, q.Edition, s.Service.Address, said.Failure)
	return said
}

// Health says how the service of an edition answers.
func (c *Counsel) Health(edition string) talk.Health {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.of[edition]; s != nil {
		return s.health
	}
	return talk.Health{}
}

// service gives what is known of the service at an address; of another address nothing is. c.mu is held.
func (c *Counsel) service(edition, address string) *service {
	s := c.of[edition]
	if s == nil || s.address != address {
		s = &service{address: address, places: make(chan struct{}, mostAtOnce)}
		c.of[edition] = s
	}
	return s
}

// begin gives the places of a service and whether it may be asked now. While it is left alone, one a time may see whether it is there again.
func (c *Counsel) begin(edition, address string) (places chan struct{}, may bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.service(edition, address)
	if s.fails < failsMost {
		return s.places, true
	}
	now := c.clock.Now()
	if now.Before(s.until) {
		return s.places, false
	}
	s.until = now.Add(restsFor)
	return s.places, true
}

// end notes what became of a question. That whoever asked went away (ctx) says nothing of the service.
func (c *Counsel) end(ctx context.Context, edition, address string, failure talk.Failure) {
	if failure != "" && ctx.Err() != nil {
		return
	}
	now := c.clock.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.of[edition]
	if s == nil || s.address != address {
		return // it is not asked any more
	}
	if failure == "" {
		s.fails, s.until = 0, time.Time{}
		s.health = talk.Health{AnsweredAt: now}
		return
	}
	c.Counters.Failed.Add(1)
	if failure == talk.Busy {
		return // that is our own queue
	}
	if s.health.Failure = failure; s.health.FailingSince.IsZero() {
		s.health.FailingSince = now
	}
	if s.fails++; s.fails >= failsMost {
		s.until = now.Add(restsFor)
	}
}

// question is what is sent.
type question struct {
	ID       string `json:"id"`
	Edition  string `json:"edition"`
	Language string `json:"language"`
	Kind     string `json:"kind"`
	Text     string `json:"text"`
	Name     string `json:"name,omitempty"`
}

func (c *Counsel) ask(ctx context.Context, places chan struct{}, s talk.Service, q talk.Question) (said talk.Opinion) {
	begun := time.Now()
	defer func() { said.Took = time.Since(begun) }()
	ctx, cancel := context.WithTimeout(ctx, Within)
	defer cancel()
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return talk.Opinion{Failure: talk.Busy}
	}
	waited := time.Since(begun)
	c.Counters.Asked.Add(1)
	body, err := json.Marshal(question(q))
	if err != nil {
		return talk.Opinion{Failure: talk.BadAnswer}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Address, bytes.NewReader(body))
	if err != nil {
		return talk.Opinion{Failure: talk.Unreachable}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	r.Header.Set(Signature, Sign(s.Secret, c.clock.Now(), body))
	answer, err := c.client.Do(r)
	if err != nil {
		return talk.Opinion{Failure: failure(ctx, err, waited)}
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode/100 == 3:
		return talk.Opinion{Failure: talk.Redirected}
	case answer.StatusCode == http.StatusNoContent:
		return talk.Opinion{}
	case answer.StatusCode != http.StatusOK:
		return talk.Opinion{Failure: talk.BadStatus}
	}
	doc, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
	if err != nil {
		return talk.Opinion{Failure: failure(ctx, err, waited)}
	}
	return read(doc)
}

// failure says why there is no answer; waited is how long the question waited for its place.
func failure(ctx context.Context, err error, waited time.Duration) talk.Failure {
	switch {
	case ctx.Err() != nil && waited > Within/2:
		return talk.Busy // the service had little of the time
	case ctx.Err() != nil:
		return talk.Late
	}
	if refused := (*dial.Refused)(nil); errors.As(err, &refused) {
		return talk.Forbidden
	}
	return talk.Unreachable
}

// Sign gives the signature of a body that is sent at a time.
func Sign(secret string, at time.Time, body []byte) string {
	t := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(t + "."))
	mac.Write(body)
	return "t=" + t + ",v1=" + hex.EncodeToString(mac.Sum(nil))
}

// read reads the answer of a service.
func read(doc []byte) talk.Opinion {
	var said struct {
		Hold   *bool  `json:"hold"`
		Reason string `json:"reason"`
	}
	if len(doc) > mostAnswer || json.Unmarshal(doc, &said) != nil || said.Hold == nil {
		return talk.Opinion{Failure: talk.BadAnswer}
	}
	if !*said.Hold {
		return talk.Opinion{}
	}
	return talk.Opinion{Hold: true, Reason: line(said.Reason)}
}

// line makes one line of what a stranger wrote, without what cannot be shown.
func line(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsGraphic(r) || r == utf8.RuneError: // controls of direction, too
			return -1
		}
		return r
	}, s)
	s = strings.Join(strings.Fields(s), " ")
	if n := []rune(s); len(n) > longestWord {
		s = string(n[:longestWord-1]) + "…"
	}
	return s
}
