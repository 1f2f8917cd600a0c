package wire

import (
	"strings"

	"dateline/internal/news"
)

// genreOf maps the words of the IPTC genre list (names, codes, qcodes or addresses, in any spelling) to ours.
// The second result is false for a word that says nothing about the kind of journalism.
func genreOf(word string) (news.Genre, bool) {
	word = strings.TrimRight(word, "/")
	if i := strings.LastIndexAny(word, "/:#"); i >= 0 {
		word = word[i+1:]
	}
	g, ok := genres[plain(word)]
	return g, ok
}

var genres = map[string]news.Genre{
	"analysis": news.Analysis, "background": news.Analysis, "backgrounder": news.Analysis, "explainer": news.Analysis,
	"factcheck": news.Analysis, "curtainraiser": news.Analysis, "forecast": news.Analysis,
	"opinion": news.Opinion, "editorial": news.Opinion, "oped": news.Opinion, "column": news.Opinion, "comment": news.Opinion,
	"commentary": news.Opinion, "review": news.Opinion, "letters": news.Opinion,
	"feature": news.Feature, "profile": news.Feature, "interview": news.Feature, "specialreport": news.Feature,
	"obituary": news.Feature, "biography": news.Feature, "fromthescene": news.Feature, "eyewitness": news.Feature,
	"retrospective": news.Feature, "travel": news.Feature, "anniversary": news.Feature,
	"offbeat": news.OffBeat, "oddity": news.OffBeat, "funny": news.OffBeat,
	"news": news.News, "current": news.News, "article": news.News, "update": news.News, "breakingnews": news.News, "breaking": news.News,
	"wrap": news.News, "summary": news.News, "pressrelease": news.News,
}

// genreNames are what an export calls our genres: the name and the code in the IPTC list of genres where that has one.
var genreNames = map[news.Genre][2]string{
	news.News:     {"Current", "http://cv.iptc.org/newscodes/genre/Current"},
	news.Feature:  {"Feature", "http://cv.iptc.org/newscodes/genre/Feature"},
	news.Analysis: {"Analysis", "http://cv.iptc.org/newscodes/genre/Analysis"},
	news.Opinion:  {"Opinion", "http://cv.iptc.org/newscodes/genre/Opinion"},
	news.OffBeat:  {"Off-beat", ""},
}
