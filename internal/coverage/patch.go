package coverage

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"dateline/internal/body"
	"dateline/internal/fault"
)

// Patch is what a save changes; nil fields stay as they are.
type Patch struct {
	Kind        *string // "" lets it follow from what is in the post
	Headline    *string
	Body        *body.Document
	Tags        *[]string
	Pinned      *bool
	KeyEvent    *bool
	Newsfeed    *bool
	At          *time.Time
	Result      **Result // nil within takes it away
	Question    **Question
	Contributor **Contributor
	State       *string
	Item        string // id of the item of the inbox that a new post is made of
}

// Limits of fields, in bytes of UTF-8 and in numbers.
const (
	maxHeadline = 300
	maxName     = 300
	maxBody     = 64 << 10 // of canonical JSON
	maxTags     = 20
	maxPoints   = 9999
	minOptions  = 2
	maxOptions  = 10
	maxOption   = 200
	maxPictures = 12
)

// apply puts the patch on p and judges every field it sets; all faults are told at once.
func (f Patch) apply(ctx context.Context, l Lookup, p *Post) error {
	var g fault.Gather
	if f.Kind != nil {
		if p.KindSet = *f.Kind != ""; p.KindSet && !slices.Contains(Kinds, Kind(*f.Kind)) {
			g.At("body.kind", "fault.one_of", "one of update, quote, picture, video, embed, score, poll")
		} else {
			p.Kind = Kind(*f.Kind)
		}
	}
	if f.Headline != nil && line(&g, "body.headline", *f.Headline, maxHeadline) {
		p.Headline = strings.TrimSpace(*f.Headline)
	}
	if f.Body != nil {
		if err := f.text(ctx, l, &g, p); err != nil {
			return err
		}
	}
	if f.Tags != nil {
		p.Tags = tags(&g, *f.Tags)
	}
	if f.At != nil {
		if at := f.At.UTC().Truncate(time.Microsecond); at.Year() < 1800 || at.Year() > 2200 {
			g.At("body.at", "fault.year", "the year lies between 1800 and 2200")
		} else {
			p.At = at
		}
	}
	if f.Result != nil {
		p.Result = result(&g, *f.Result)
	}
	if f.Question != nil {
		p.Question = question(&g, *f.Question, p)
	}
	if f.Contributor != nil {
		p.Contributed, p.Contributor = contributor(&g, *f.Contributor), ""
		if p.Contributed != nil && p.Contributed.Consent {
			p.Contributor = p.Contributed.Name
		}
	}
	for _, flag := range []struct{ to, from *bool }{{&p.Pinned, f.Pinned}, {&p.KeyEvent, f.KeyEvent}, {&p.Newsfeed, f.Newsfeed}} {
		if flag.from != nil {
			*flag.to = *flag.from
		}
	}
	if f.State != nil && !slices.Contains(States, State(*f.State)) {
		g.At("body.state", "fault.one_of", "one of draft, scheduled, contribution, published")
	}
	if !p.KindSet {
		p.Kind = kindOf(p.Content)
	}
	return g.Err()
}

// text puts a new body on p; pictures that were not in the old one must be there.
func (f Patch) text(ctx context.Context, l Lookup, g *fault.Gather, p *Post) error {
	if len(f.Body.Canonical()) > maxBody {
		g.At("body.body", "fault.too_long", "the text of a post has at most %d bytes", maxBody)
		return nil
	}
	had, has := p.Body.Pictures(), f.Body.Pictures()
	if len(has) > maxPictures {
		g.At("body.body", "fault.too_many", "at most %d pictures", maxPictures)
		return nil
	}
	for _, id := range has {
		if slices.Contains(had, id) {
			continue
		}
		if _, err := l.Picture(ctx, id); fault.Is(err, fault.NotFound) {
			g.At("body.body", "fault.no_picture", "there is no picture %.40q", id)
		} else if err != nil {
			return err
		}
	}
	p.Body = *f.Body
	return nil
}

// line reports whether text may stand on one line of a post, and notes the fault at a place if not.
func line(g *fault.Gather, place, text string, most int) bool {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		g.At(place, "fault.text", "there are characters in it that cannot be shown there")
	case len(text) > most:
		g.At(place, "fault.too_long", "at most %d bytes", most)
	default:
		return true
	}
	return false
}

// named is line for what may not be empty.
func named(g *fault.Gather, place, text string, most int) string {
	text = strings.TrimSpace(text)
	if text == "" {
		g.At(place, "fault.required", "this is needed")
		return ""
	}
	line(g, place, text, most)
	return text
}

func tags(g *fault.Gather, list []string) []string {
	if len(list) > maxTags {
		g.At("body.tags", "fault.too_many", "at most %d tags", maxTags)
		return nil
	}
	var out []string
	for i, t := range list {
		if t = named(g, fmt.Sprintf("body.tags[%d]", i), t, maxName); t != "" && !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

func result(g *fault.Gather, r *Result) *Result {
	if r == nil {
		return nil
	}
	out := *r
	out.Home, out.Away = named(g, "body.score.home", r.Home, maxName), named(g, "body.score.away", r.Away, maxName)
	line(g, "body.score.note", r.Note, maxName)
	out.Note = strings.TrimSpace(r.Note)
	for place, n := range map[string]int{"body.score.home_points": r.HomePoints, "body.score.away_points": r.AwayPoints} {
		if n < 0 || n > maxPoints {
			g.At(place, "fault.between", "a number from 0 to %d", maxPoints)
		}
	}
	return &out
}

// question judges a poll. What readers have voted on keeps its options: only their words may be mended.
func question(g *fault.Gather, q *Question, p *Post) *Question {
	if p.Revision > 0 && p.Question != nil && (q == nil || len(q.Options) != len(p.Question.Options)) {
		g.At("body.poll.options", "fault.poll_fixed", "a poll that was published keeps its options; only their words may be mended")
		return p.Question
	}
	if q == nil {
		return nil
	}
	out := &Question{Question: named(g, "body.poll.question", q.Question, maxHeadline), ClosesAt: q.ClosesAt.UTC().Truncate(time.Microsecond)}
	if len(q.Options) < minOptions || len(q.Options) > maxOptions {
		g.At("body.poll.options", "fault.poll_options", "a poll has %d to %d options", minOptions, maxOptions)
		return out
	}
	if !q.ClosesAt.IsZero() && (q.ClosesAt.Year() < 1800 || q.ClosesAt.Year() > 2200) {
		g.At("body.poll.closes_at", "fault.year", "the year lies between 1800 and 2200")
	}
	for i, o := range q.Options {
		out.Options = append(out.Options, Option{ID: i + 1, Text: named(g, fmt.Sprintf("body.poll.options[%d]", i), o.Text, maxOption)})
	}
	return out
}

func contributor(g *fault.Gather, c *Contributor) *Contributor {
	if c == nil {
		return nil
	}
	return &Contributor{Name: named(g, "body.contributor.name", c.Name, maxName), Consent: c.Consent}
}

// kindOf says what a post is by what is in it.
func kindOf(c Content) Kind {
	switch {
	case c.Question != nil:
		return Poll
	case c.Result != nil:
		return Score
	}
	kind, words := Update, 0
	for _, b := range c.Body.Blocks() {
		switch {
		case b.Kind == "embed" || b.Kind == "media":
			if b.Kind == "media" || video(b.Address) {
				return Video
			}
			kind = Embed
		case (b.Kind == "picture" || b.Kind == "gallery") && kind != Embed:
			kind = Picture
		case b.In == "blockquote" && kind == Update && words == 0:
			kind = Quote
		}
		words += len(b.Text)
	}
	return kind
}

// video reports whether an address is that of a film on a service that is known.
func video(address string) bool {
	e, ok := body.EmbedOf(address)
	return ok && slices.Contains([]string{"youtube", "vimeo", "dailymotion", "tiktok", "twitch"}, e.Provider)
}

// complete refuses to let out what would be an empty post, or one that its contributor did not agree to.
func complete(ctx context.Context, l Lookup, p *Post, now time.Time) error {
	var g fault.Gather
	if p.Headline == "" && p.Body.IsEmpty() && p.Result == nil && p.Question == nil {
		g.At("body.body", "fault.post_empty", "a post needs a text, a headline, a picture, a score or a poll")
	}
	if p.Contributed != nil && !p.Contributed.Consent {
		g.At("body.contributor.consent", "fault.consent", "who sent this has not agreed to its publication")
	}
	for _, id := range p.Body.Pictures() {
		if err := usable(ctx, l, &g, id, now); err != nil {
			return err
		}
	}
	return g.Err()
}
