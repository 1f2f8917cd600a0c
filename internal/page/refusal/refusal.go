// Package refusal puts into words for its author why something he wrote was not taken: what is wrong with it, or from when on it may be sent.
package refusal

import (
	"time"

	"dateline/internal/fault"
	"dateline/internal/page/lang"
)

// Writing marks in the arguments of a refusal that what came too often was writing.
const Writing = "writing"

// Say says what is wrong in one line, in the words and the times of an edition.
func Say(words *lang.Catalogue, zone *time.Location, f *fault.Error) string {
	say := func(key, text string) string {
		if words.Has(key) {
			return words.Say(key)
		}
		return text
	}
	out := say(f.Key, f.Text)
	for _, p := range f.Places {
		out = say(p.Key, p.Text)
	}
	if opens, ok := f.Args["opens"].(time.Time); ok {
		out = words.Say("chat.opens", "date", words.Moment(opens.In(zone)))
	}
	if f.Kind == fault.TooMany && f.After > 0 {
		key := "refused.again"
		if f.Key == "fault.chat_slow" || f.Args[Writing] != nil {
			key = "chat.again"
		}
		out = words.Count(key, int((f.After+time.Second-1)/time.Second))
	}
	if until, ok := f.Args["until"].(time.Time); ok {
		out += " " + words.Say("discussion.until", "date", words.Moment(until.In(zone)))
	}
	if because, ok := f.Current.(string); ok && because != "" {
		out += " " + because
	}
	return out
}
