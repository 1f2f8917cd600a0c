package live

import (
	"slices"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/fault"
)

// ParseTopics checks what a stream may be asked for: 1 to MaxTopics topics of known kinds, none twice. Its errors are Malformed.
func ParseTopics(values []string) ([]fact.Topic, error) {
	if len(values) == 0 {
		return nil, fault.New(fault.Malformed, "fault.topics", "no topic: ask for /events?topic=newsfeed:EDITION")
	}
	if len(values) > MaxTopics {
		return nil, fault.New(fault.Malformed, "fault.topics", "%d topics: a stream follows at most %d", len(values), MaxTopics)
	}
	topics := make([]fact.Topic, 0, len(values))
	for _, v := range values {
		t := fact.Topic(v)
		if kind, _ := t.Parts(); kind == "" {
			return nil, fault.New(fault.Malformed, "fault.topics", "%.100q is no topic", strings.ToValidUTF8(v, "?"))
		}
		if slices.Contains(topics, t) {
			return nil, fault.New(fault.Malformed, "fault.topics", "%s is asked for twice", t)
		}
		topics = append(topics, t)
	}
	return topics, nil
}
