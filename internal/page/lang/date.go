package lang

import (
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"
)

// Clock gives the time of day of t in its zone: "10:42".
func (c *Catalogue) Clock(t time.Time) string { return c.write(t.Format("15:04")) }

// Date gives the day of t in its zone: "23 November 2026".
func (c *Catalogue) Date(t time.Time) string { return c.date("time.date", t) }

// Day gives the day of t with its weekday: "Monday, 23 November 2026".
// It begins with a capital, since it heads a list.
func (c *Catalogue) Day(t time.Time) string {
	day := c.date("time.day", t)
	r, n := utf8.DecodeRuneInString(day)
	return string(unicode.ToUpper(r)) + day[n:]
}

// ShortDate gives the day of t for a narrow column: "23 Nov".
func (c *Catalogue) ShortDate(t time.Time) string { return c.date("time.short", t) }

// ShortDateYear is ShortDate with the year: "23 Nov 2026".
func (c *Catalogue) ShortDateYear(t time.Time) string { return c.date("time.short_year", t) }

// Moment gives day, time and the zone's distance from UTC: "23 November 2026, 10:42 UTC+1".
func (c *Catalogue) Moment(t time.Time) string {
	return c.Say("time.moment", "date", c.Date(t), "clock", c.Clock(t), "zone", c.write(zone(t)))
}

func (c *Catalogue) date(key string, t time.Time) string {
	month := strconv.Itoa(int(t.Month()))
	return c.Say(key,
		"day", c.Number(t.Day()),
		"month", c.Say("month."+month),
		"short", c.Say("month.short."+month),
		"weekday", c.Say("weekday."+strconv.Itoa(int(t.Weekday()))),
		"year", c.Number(t.Year()))
}

// zone names the zone by its distance, which reads the same in every language.
func zone(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "−", -seconds
	}
	h, m := seconds/3600, seconds/60%60
	if m == 0 {
		return fmt.Sprintf("UTC%s%d", sign, h)
	}
	return fmt.Sprintf("UTC%s%d:%02d", sign, h, m)
}

// List joins names as the language does: "A, B and C".
func (c *Catalogue) List(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	out := names[0]
	for _, n := range names[1 : len(names)-1] {
		out += c.Say("list.comma") + n
	}
	return out + c.Say("list.and") + names[len(names)-1]
}
