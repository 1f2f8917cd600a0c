package talk

import (
	"hash/fnv"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Rule is what makes a comment wait.
type Rule string

// The rules, in the order in which they are told.
const (
	RulePremoderated Rule = "premoderated" // everything waits here
	RuleMember       Rule = "member"       // everything of this author waits
	RuleBanned       Rule = "banned"       // words that are not to be said here
	RuleSuspect      Rule = "suspect"      // words that a moderator wants to see
	RuleName         Rule = "name"         // words of either list in the author's name
	RuleLinks        Rule = "links"        // more links than the edition lets pass
	RuleNew          Rule = "new"          // somebody of whom nothing was approved yet
	RuleRepeat       Rule = "repeat"       // said before by the same author
	RuleRate         Rule = "rate"         // much of one author in a short time
	RuleRejections   Rule = "rejections"   // of this author, lately
	RuleFlood        Rule = "flood"        // much in this place in a short time
	// What advisers say of what all of these let pass.
	RuleLearned    Rule = "learned"    // words of which moderators rejected comments
	RuleService    Rule = "service"    // a service outside says so
	RuleUnanswered Rule = "unanswered" // a service outside did not answer
)

// How much in how short a time is too much. Nobody who talks meets these.
const (
	rateWithin     = time.Minute
	rateMost       = 5
	repeatWithin   = 24 * time.Hour
	recentlyMost   = 20
	rejectedWithin = 7 * 24 * time.Hour
	rejectedMost   = 2
	floodWithin    = time.Minute
	floodMost      = 60
	spreadMost     = 200 // of strangers, in all discussions of an edition
	trustedFrom    = 10  // approved comments, of whom a flood makes nothing wait
)

// said is what the rules look at.
type said struct {
	place    Place
	settings Settings
	gate     Gate
	member   Member
	staff    bool
	text     string
	name     string   // of who says it
	recent   []Recent // of the same author, newest first
	crowd    int      // in this place within floodWithin
	spread   int      // of strangers in its edition within floodWithin
	now      time.Time
	words    *matcher
}

// Recent is what an author said lately.
type Recent struct {
	ID   string
	At   time.Time
	Same int64 // see Comment.Same
}

// holds gives the reasons why what was said waits; nil when it does not. Who works in the newsroom is not held.
func (s said) holds() []Hold {
	if s.staff {
		return nil
	}
	var out []Hold
	add := func(rule Rule, words ...string) { out = append(out, Hold{Rule: rule, Words: words}) }
	if s.gate == Premoderated {
		add(RulePremoderated)
	}
	if s.member.Premoderated(s.place.Edition, s.now) {
		add(RuleMember)
	}
	banned := s.words.find(s.place.Language, s.settings.Banned, s.text, s.name)
	suspect := s.words.find(s.place.Language, s.settings.Suspect, s.text, s.name)
	if banned[0] != nil {
		add(RuleBanned, banned[0]...)
	}
	if suspect[0] != nil {
		add(RuleSuspect, suspect[0]...)
	}
	if named := slices.Concat(banned[1], suspect[1]); named != nil {
		add(RuleName, named...)
	}
	trusted := s.member.Trusted(s.place.Edition, s.now, s.settings.TrustedAfter)
	if found := links(s.text); len(found) > s.settings.Links && !trusted {
		add(RuleLinks, found[:min(len(found), 10)]...)
	}
	if s.member.Approved < int64(s.settings.NewFor) && !trusted {
		add(RuleNew)
	}
	if s.repeats() {
		add(RuleRepeat)
	}
	quick := 0
	for _, r := range s.recent {
		if s.now.Sub(r.At) < rateWithin {
			quick++
		}
	}
	rate, flood, spread := s.place.most()
	if quick >= rate {
		add(RuleRate)
	}
	if lately := slices.DeleteFunc(slices.Clone(s.member.Rejections), func(t time.Time) bool { return s.now.Sub(t) > rejectedWithin }); len(lately) >= rejectedMost {
		add(RuleRejections)
	}
	if (s.crowd > flood || s.spread > spread) && s.stranger() {
		add(RuleFlood)
	}
	return out
}

// stranger reports whether little is known of who speaks: a flood makes wait what such people say.
func (s said) stranger() bool {
	return !s.staff && s.member.Approved < trustedFrom && !s.member.Trusted(s.place.Edition, s.now, s.settings.TrustedAfter)
}

// spreads reports whether what was said counts towards a flood of the edition: readers have it, or only such a flood makes it wait.
func (s said) spreads(holds []Hold) bool {
	_, flood, _ := s.place.most()
	return len(holds) == 0 || floodAlone(holds) && s.crowd <= flood
}

// floodAlone reports whether nothing but a flood, or nothing at all, makes a comment wait.
func floodAlone(holds []Hold) bool {
	return len(holds) == 0 || len(holds) == 1 && holds[0].Rule == RuleFlood
}

// most gives how much of one reader, and of all together, is not yet too much in a place, and how much of strangers in its edition.
func (p Place) most() (rate, flood, spread int) {
	if p.Chat != "" {
		return chatRateMost, chatFloodMost, chatSpreadMost
	}
	return rateMost, floodMost, spreadMost
}

// repeats reports whether the same author said the same lately.
func (s said) repeats() bool {
	same := Comment{Text: s.text}.Same()
	return same != 0 && slices.ContainsFunc(s.recent, func(r Recent) bool { return s.now.Sub(r.At) < repeatWithin && r.Same == same })
}

// Same is a number that comments share which say the same, whatever the capitals and spaces; 0 where there are too few letters to be said
// twice by chance, and where the text was taken away.
func (c Comment) Same() int64 {
	text := strings.Join(strings.Fields(strings.ToLower(c.Text)), " ")
	if utf8.RuneCountInString(text) < 12 {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(text)) // never fails
	return int64(h.Sum64())
}

// link finds addresses, and names of hosts that lead to one when they are copied.
var link = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"']+|\bwww\.[^\s<>"']+|\b[a-z0-9][a-z0-9-]{1,62}\.(?:com|net|org|info|biz|ru|cn|xyz|top|shop|site|online|click|link|io|co|me)\b(?:/[^\s<>"']*)?`)

func links(s string) []string {
	if !mayLink(s) {
		return nil
	}
	return link.FindAllString(s, 50)
}

// mayLink reports whether something in a text could be an address: most texts have nothing of the kind, and looking is dear.
func mayLink(s string) bool {
	if strings.Contains(s, "://") {
		return true
	}
	for {
		_, rest, dot := strings.Cut(s, ".")
		if s = rest; !dot || s == "" {
			return false
		}
		if !strings.ContainsRune(" \t\n\f\r<>\"'", rune(s[0])) {
			return true
		}
	}
}
