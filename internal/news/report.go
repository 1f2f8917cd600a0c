package news

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// Report is what a reader says is wrong in a published article. It holds nothing of who wrote it.
type Report struct {
	ID         string    `json:"id"`
	Article    string    `json:"article"` // id
	Edition    string    `json:"edition"` // slug, as it was published then
	Text       string    `json:"text"`
	At         time.Time `json:"at"`
	ResolvedBy string    `json:"resolved_by,omitempty"` // account id
	ResolvedAt time.Time `json:"resolved_at,omitzero"`  // zero while it is open
	Version    int64     `json:"version"`               // from 1
}

// Open reports whether nobody has resolved it.
func (r Report) Open() bool { return r.ResolvedAt.IsZero() }

// ReportQuery says which reports to list, newest first. Empty fields do not restrict.
type ReportQuery struct {
	Editions []string // slugs; nil for all
	Article  string   // id
	Open     *bool    // open or resolved ones
	After    string   // id of the last one of the page before
	Limit    int      // 1 to 101
}

// ReportStore is what reports of readers need kept. Each writing method is one transaction with its outcome.
type ReportStore interface {
	// CreateReport keeps what make gives for a published article; NotFound when there is none or it was withdrawn.
	CreateReport(ctx context.Context, article string, make func(Item) (Report, fact.Outcome, error)) (Report, error)
	// AmendReport compares version with the stored one; 0 means any. An older one is fault.Stale with the newer Report as Current.
	AmendReport(ctx context.Context, id string, version int64, change func(*Report) (fact.Outcome, error)) (Report, error)
	Reports(ctx context.Context, q ReportQuery) ([]Report, error)
}

// reportLength is how many characters a report has at most.
const reportLength = 2000

// Report keeps what a reader, whoever it is, says is wrong in a published article, and tells its desk.
func (d *Desk) Report(ctx context.Context, article, text string) (Report, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case text == "":
		return Report{}, fault.At("text", "fault.report_text", "say what is wrong")
	case !cleanLines(text):
		return Report{}, fault.At("text", "fault.text", "there are characters in it that cannot be shown there")
	case utf8.RuneCountInString(text) > reportLength:
		return Report{}, fault.At("text", "fault.report_long", "a report has at most 2,000 characters")
	}
	id := d.ids.New()
	return d.store.CreateReport(ctx, article, func(i Item) (Report, fact.Outcome, error) {
		r := Report{ID: id, Article: i.ID, Edition: i.Edition, Text: text, At: d.clock.Now(), Version: 1}
		return r, reported(r, ""), nil
	})
}

// reported tells the desk that an article has other reports than before.
func reported(r Report, by string) fact.Outcome {
	return fact.Outcome{Facts: []fact.Fact{{Topic: fact.Desk(r.Edition), Kind: fact.Reported, ID: r.Article, By: by}}}
}

// Reports lists reports of the editions that who works for.
func (d *Desk) Reports(ctx context.Context, who account.Actor, edition string, q ReportQuery) ([]Report, error) {
	if edition != "" {
		if !MayRead(who, edition) {
			return nil, who.Refused()
		}
		q.Editions = []string{edition}
	} else if slugs, all := who.Editions(desk...); !all {
		if q.Editions = slugs; len(slugs) == 0 {
			return nil, who.Refused()
		}
	}
	return d.store.Reports(ctx, q)
}

// ResolveReport marks a report as dealt with, or opens it again. Who does not work for its edition is not told that there is one.
func (d *Desk) ResolveReport(ctx context.Context, who account.Actor, id string, version int64, resolved bool) (Report, error) {
	if !who.HasAnywhere(writers...) {
		return Report{}, who.Refused()
	}
	done, err := d.store.AmendReport(ctx, id, version, func(r *Report) (fact.Outcome, error) {
		if !MayRead(who, r.Edition) {
			return fact.Outcome{}, fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "report")
		}
		if err := who.Must(r.Edition, writers...); err != nil {
			return fact.Outcome{}, err
		}
		if resolved != r.Open() {
			return fact.Outcome{}, nil
		}
		deed := fact.ReportReopened
		r.ResolvedBy, r.ResolvedAt = "", time.Time{}
		if resolved {
			deed, r.ResolvedBy, r.ResolvedAt = fact.ReportResolved, who.ID, d.clock.Now()
		}
		o := reported(*r, who.ID)
		o.Acts = []fact.Act{{Did: deed, By: who.ID, About: fact.AboutArticle, Subject: r.Article}}
		return o, nil
	})
	var f *fault.Error
	if errors.As(err, &f) && f.Kind == fault.Stale { // rights come before versions
		if r, ok := f.Current.(Report); ok && !MayRead(who, r.Edition) {
			err = fault.New(fault.NotFound, "fault.not_found", "there is no such %s", "report")
		} else if ok && !who.Has(r.Edition, writers...) {
			err = who.Refused()
		}
	}
	return done, err
}
