package moderation

import (
	"bytes"
	"context"
	"encoding/csv"
	"net/http"
	"strconv"

	"dateline/internal/fault"
	"dateline/internal/talk"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Tally is what was decided in a month in an edition.
type Tally struct {
	Month          string         `json:"month" doc:"Of UTC: 2026-11."`
	Edition        string         `json:"edition,omitempty" doc:"Slug; absent for what holds in all (restrictions), and for rooms whose messages are gone."`
	Notices        int            `json:"notices" doc:"Notices of illegal content."`
	NoticesRemoved int            `json:"notices_removed" doc:"Of these: what they are about was taken down."`
	NoticesKept    int            `json:"notices_kept" doc:"Of these: it stayed. The rest waits."`
	NoticeHours    float64        `json:"notice_hours" doc:"Median from a notice to the decision."`
	Approved       int            `json:"approved" doc:"Comments and messages that a moderator approved."`
	Rejected       int            `json:"rejected" doc:"Comments and messages that a moderator rejected. Nothing is rejected by a rule alone."`
	ByRule         int            `json:"by_rule" doc:"Of both: a rule had held it before the moderator decided."`
	Breaches       map[string]int `json:"breaches" doc:"Rejected ones by what that rests on; none where nothing was said."`
	Rules          map[string]int `json:"rules" doc:"Held ones by the first rule that held it."`
	Restricted     int            `json:"restricted" doc:"Readers who were suspended, banned or are read first from then on."`
	Appeals        int            `json:"appeals" doc:"Objections to decisions."`
	Upheld         int            `json:"upheld" doc:"Of these: the decision stands."`
	Restored       int            `json:"restored" doc:"Of these: it was taken back. The rest waits, or was dropped."`
	AppealHours    float64        `json:"appeal_hours" doc:"Median from an objection to its answer."`
}

func tallies(found []talk.Tally) []Tally {
	out := make([]Tally, len(found))
	for i, t := range found {
		out[i] = Tally{t.Month, t.Edition, t.Notices, t.NoticesRemoved, t.NoticesKept, t.NoticeHours, t.Approved, t.Rejected, t.ByRule, map[string]int{}, map[string]int{}, t.Restricted, t.Appeals, t.Upheld, t.Restored, t.AppealHours}
		for b, n := range t.Breaches {
			if b == "" {
				b = "none"
			}
			out[i].Breaches[string(b)] = n
		}
		for r, n := range t.Rules {
			out[i].Rules[string(r)] = n
		}
	}
	return out
}

// heldBy are the rules in the order of a sheet's columns.
var heldBy = []talk.Rule{talk.RulePremoderated, talk.RuleMember, talk.RuleBanned, talk.RuleSuspect, talk.RuleLinks, talk.RuleNew, talk.RuleRepeat, talk.RuleRate, talk.RuleRejections, talk.RuleFlood, talk.RuleLearned, talk.RuleService, talk.RuleUnanswered, talk.RuleName}

// sheet writes counts as comma-separated values with a head, RFC 4180.
func sheet(all []Tally) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	head := []string{"month", "edition", "notices", "notices_removed", "notices_kept", "notice_hours", "approved", "rejected", "by_rule", "restricted", "appeals", "upheld", "restored", "appeal_hours"}
	breaches := []string{"none"}
	for _, one := range talk.Breaches {
		breaches = append(breaches, string(one))
	}
	for _, one := range breaches {
		head = append(head, "rejected_"+one)
	}
	for _, one := range heldBy {
		head = append(head, "held_"+string(one))
	}
	rows := [][]string{head}
	hours := func(h float64) string { return strconv.FormatFloat(h, 'f', 1, 64) }
	for _, t := range all {
		row := []string{t.Month, t.Edition, strconv.Itoa(t.Notices), strconv.Itoa(t.NoticesRemoved), strconv.Itoa(t.NoticesKept), hours(t.NoticeHours), strconv.Itoa(t.Approved), strconv.Itoa(t.Rejected), strconv.Itoa(t.ByRule),
			strconv.Itoa(t.Restricted), strconv.Itoa(t.Appeals), strconv.Itoa(t.Upheld), strconv.Itoa(t.Restored), hours(t.AppealHours)}
		for _, one := range breaches {
			row = append(row, strconv.Itoa(t.Breaches[one]))
		}
		for _, one := range heldBy {
			row = append(row, strconv.Itoa(t.Rules[string(one)]))
		}
		rows = append(rows, row)
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func (d Doors) registerTransparency(s *call.Server, tags []string) {
	type asked struct {
		Edition string `query:"edition" maxLength:"60" doc:"Slug; without it all that the caller decides in."`
		Months  int    `query:"months" minimum:"1" maximum:"24" default:"12" doc:"How many, this one included."`
	}
	read := func(ctx context.Context, in *asked) ([]Tally, error) {
		if _, ok := s.Addresses().Edition(in.Edition); !ok && in.Edition != "" {
			return nil, fault.At("query.edition", "fault.no_edition", "there is no edition %q", in.Edition)
		}
		found, err := d.Desk.Transparency(ctx, call.Who(ctx), in.Edition, in.Months)
		return tallies(found), err
	}
	call.Register(s, huma.Operation{OperationID: "read-transparency", Method: http.MethodGet, Path: "/api/v1/transparency", Summary: "Count what was decided, month by month", Tags: tags,
		Description: "As the audit log has it, as it stands now: notices of illegal content, decisions by ground and by rule, objections and how long they took. A notice or an objection counts in the month in which it came."},
		func(ctx context.Context, in *asked) (*struct{ Body call.List[Tally] }, error) {
			all, err := read(ctx, in)
			return &struct{ Body call.List[Tally] }{call.List[Tally]{Items: all}}, err
		})
	type file struct {
		ContentType string `header:"Content-Type"`
		Disposition string `header:"Content-Disposition" doc:"Its name as a file."`
		Body        []byte
	}
	call.Register(s, huma.Operation{OperationID: "download-transparency", Method: http.MethodGet, Path: "/api/v1/transparency.csv", Summary: "The same counts as a sheet", Tags: tags,
		Responses: map[string]*huma.Response{"200": {Description: "Comma-separated values", Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string"}}}}}},
		func(ctx context.Context, in *asked) (*file, error) {
			all, err := read(ctx, in)
			if err != nil {
				return nil, err
			}
			body, err := sheet(all)
			return &file{"text/csv; charset=utf-8", `attachment; filename="transparency.csv"`, body}, err
		})
}
