package articles

import (
	"context"
	"encoding/json"
	"net/http"

	"dateline/internal/body"
	"dateline/internal/news"
	"dateline/internal/web/api/call"

	"github.com/danielgtaylor/huma/v2"
)

// Run is a stretch of words with one fate.
type Run struct {
	Op   string `json:"op" enum:"same,inserted,deleted" doc:"What became of it."`
	Text string `json:"text" doc:"The words, with the spaces between them."`
}

// FieldChange is a field that differs.
type FieldChange struct {
	Name string `json:"name" doc:"As PATCH names it; dateline.place and dateline.source apart."`
	Runs []Run  `json:"runs" nullable:"false" doc:"Its words on both sides; what is no text is deleted and inserted as a whole. Ids, not names, where the field holds ids."`
}

// BlockChange is one block of the text with what became of it.
type BlockChange struct {
	Op    string          `json:"op" enum:"same,inserted,deleted,changed" doc:"What became of it; changed with all runs same: only its form, links or properties."`
	Index int             `json:"index" doc:"Which child of the document holds it, from 0: of to, of from when it was deleted."`
	In    string          `json:"in,omitempty" doc:"The nearest of blockquote, listItem and factBox around it."`
	Block json.RawMessage `json:"block" doc:"The node as the document has it, the newer one, the older when it was deleted."`
	Old   json.RawMessage `json:"old,omitempty" doc:"Of one that was changed: the node as it was."`
	Was   *int            `json:"old_index,omitempty" doc:"Of one that was changed: which child of from held it, from 0."`
	Runs  []Run           `json:"runs" nullable:"false" doc:"Its words, of both sides when it was changed."`
}

// Comparison is what differs between two states of a story.
type Comparison struct {
	From   string        `json:"from" doc:"As asked."`
	To     string        `json:"to" doc:"As asked."`
	Fields []FieldChange `json:"fields" nullable:"false" doc:"Those that differ."`
	Body   []BlockChange `json:"body" nullable:"false" doc:"Every block, in reading order."`
}

type compareInput struct {
	ID   string `path:"id" maxLength:"40" doc:"Of the article."`
	From string `query:"from" required:"true" maxLength:"40" doc:"The older state: the number of a version, r3 for a revision, b:ID for a branch, now for the working copy."`
	To   string `query:"to" default:"now" maxLength:"40" doc:"The newer state, named likewise."`
}

type compareOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Comparison
}

var ops = map[body.Op]string{body.Same: "same", body.Inserted: "inserted", body.Deleted: "deleted", body.Changed: "changed"}

func runs(in []body.Run) []Run {
	out := make([]Run, len(in))
	for i, r := range in {
		out[i] = Run{ops[r.Op], r.Text}
	}
	return out
}

func (d Doors) registerComparing(s *call.Server, path string) {
	call.Register(s, huma.Operation{OperationID: "compare-article", Method: http.MethodGet, Path: path + "/{id}/compare", Summary: "What differs between two states of a story", Tags: []string{"articles"}},
		func(ctx context.Context, in *compareInput) (*compareOutput, error) {
			c, err := d.Desk.Compare(ctx, call.Who(ctx), in.ID, in.From, in.To)
			if err != nil {
				return nil, err
			}
			return &compareOutput{CacheControl: "no-store", Body: Compared(c, in.From, in.To)}, nil
		})
}

// Compared is a comparison as the API shows it.
func Compared(c news.Comparison, from, to string) Comparison {
	out := Comparison{From: from, To: to, Fields: []FieldChange{}, Body: []BlockChange{}}
	for _, f := range c.Fields {
		out.Fields = append(out.Fields, FieldChange{f.Name, runs(f.Runs)})
	}
	for _, b := range c.Body {
		c := BlockChange{Op: ops[b.Op], Index: b.Block.Top, In: b.Block.In, Block: b.Block.Node(), Runs: runs(b.Runs)}
		if b.Op == body.Changed {
			c.Old, c.Was = b.Old.Node(), &b.Old.Top
		}
		out.Body = append(out.Body, c)
	}
	return out
}
