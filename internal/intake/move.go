package intake

import (
	"context"
	"path"
	"strings"
	"time"
	"unicode"

	"dateline/internal/account"
	"dateline/internal/fact"
	"dateline/internal/fault"
)

// WorkMove is due work: check or import what was handed in.
const WorkMove = "move"

// MaxMove is how many bytes an export of a whole site may have.
const MaxMove = 8 << 30

// Stage says where a move stands.
type Stage string

// The stages of a move. Nothing is written into the publication before it is started.
const (
	Checking Stage = "checking"
	Checked  Stage = "checked" // it can be started
	Moving   Stage = "moving"
	Done     Stage = "done"
	Failed   Stage = "failed" // Why says the reason
)

// Counts is what a move found, or brought.
type Counts struct {
	Posts     int `json:"posts"`
	Pages     int `json:"pages"`
	Pictures  int `json:"pictures"`
	Comments  int `json:"comments"`
	Authors   int `json:"authors"`
	Redirects int `json:"redirects"`
	Updated   int `json:"updated"`
	Unchanged int `json:"unchanged"`
	Failed    int `json:"failed"`
}

// Move is a whole site that moves into an edition.
type Move struct {
	ID      string    `json:"id"`
	Edition string    `json:"edition"` // slug
	Name    string    `json:"name"`    // of the file, as it was handed in
	Bytes   int64     `json:"bytes"`
	Stage   Stage     `json:"stage"`
	By      string    `json:"by"` // account id
	At      time.Time `json:"at"`
	EndedAt time.Time `json:"ended_at,omitzero"`
	Found   Counts    `json:"found"`   // in the file
	Brought Counts    `json:"brought"` // so far
	Before  Counts    `json:"before"`  // what the runs before this one had brought, when it was interrupted
	Done    int       `json:"done"`    // stories and pages looked at, in this run
	Total   int       `json:"total"`
	Site    string    `json:"site,omitempty"`  // what it calls itself
	Notes   []string  `json:"notes,omitempty"` // what was left out, in English
	Why     string    `json:"why,omitempty"`   // in English
	Fault   string    `json:"fault,omitempty"` // the key of its sentence in the catalogues
}

// Key is where the file of a move lies among the files.
func (m Move) Key() string { return "moves/" + m.ID + ".xml" }

// Open reports whether a move is not over.
func (m Move) Open() bool { return m.Stage == Checking || m.Stage == Checked || m.Stage == Moving }

// Debt is what a move leaves to be done by somebody. What says more, in English: the address that failed, the name of a shortcode.
type Debt struct {
	Kind    string // credit, alt, media, shortcode, note, failed
	Article string // id; "" when no story came of it
	Picture string // id
	What    string
}

// DebtKinds lists the kinds of debts.
var DebtKinds = []string{"credit", "alt", "media", "shortcode", "note", "failed"}

// Moves is what of the store moves need.
type Moves interface {
	// CreateMove keeps a move unless refuse, asked for each that is there, gives an error.
	CreateMove(ctx context.Context, once fact.Once, m Move, o fact.Outcome, refuse func(Move) error) (Move, error)
	AmendMove(ctx context.Context, once fact.Once, id string, change func(*Move) (fact.Outcome, error)) (Move, error)
	Move(ctx context.Context, id string) (Move, error)
	// Moves gives the last ones, newest first.
	Moves(ctx context.Context, limit int) ([]Move, error)
	// KeepDebts adds to the debts of a move; one that is there already stays once.
	KeepDebts(ctx context.Context, move string, debts []Debt) error
	// Debts gives debts of a kind in the order of their articles, those after a place, and how many of each kind there are.
	Debts(ctx context.Context, move, kind string, after, limit int) ([]Debt, error)
	DebtCounts(ctx context.Context, move string) (map[string]int, error)
}

// BeginMove keeps that a file was handed in, whose bytes lie under the key of the move. One move at a time may be open in an edition.
func (d *Desk) BeginMove(ctx context.Context, who account.Actor, once fact.Once, m Move) (Move, error) {
	if err := d.MayMove(who, m.Edition); err != nil {
		return m, err
	}
	m.By, m.At, m.Stage, m.Name = who.ID, d.clock.Now(), Checking, fileName(m.Name)
	return d.store.CreateMove(ctx, once, m, m.told(fact.Outcome{Work: []fact.Work{{Kind: WorkMove, Subject: m.ID, Due: m.At}}}), func(other Move) error {
		return other.blocks(m.Edition)
	})
}

// told is an outcome that the desk hears of.
func (m Move) told(o fact.Outcome) fact.Outcome {
	o.Facts = append(o.Facts, fact.Fact{Topic: fact.Desk(m.Edition), Kind: fact.Carried, ID: m.ID, By: m.By})
	return o
}

// blocks is the refusal of a move into an edition while another is open.
func (m Move) blocks(edition string) error {
	if m.Edition == edition && m.Open() {
		return fault.New(fault.Conflict, "fault.move_open", "another move into this edition is not over yet")
	}
	return nil
}

// Free gives nil when a move into an edition may begin now, so that nobody sends a large file for nothing.
func (d *Desk) Free(ctx context.Context, who account.Actor, edition string) error {
	if err := d.MayMove(who, edition); err != nil {
		return err
	}
	all, err := d.store.Moves(ctx, 100)
	for _, m := range all {
		if err == nil {
			err = m.blocks(edition)
		}
	}
	return err
}

// NewMove gives the id of a move that is about to begin.
func (d *Desk) NewMove(edition, name string, bytes int64) Move {
	return Move{ID: d.ids.New(), Edition: edition, Name: name, Bytes: bytes}
}

// MayMove gives nil when who may move a site into an edition.
func (d *Desk) MayMove(who account.Actor, edition string) error {
	if _, ok := d.directory().Edition(edition); !ok {
		if !who.HasAnywhere(editors...) {
			return who.Refused()
		}
		return fault.At("query.edition", "fault.no_edition", "there is no edition %q", edition)
	}
	return who.Must(edition, editors...)
}

// fileName is the last part of a path, without what cannot be shown.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(s, "\\", "/"))
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "")
	}
	if s == "." || s == "/" {
		return ""
	}
	return s
}

// StartMove starts what was checked.
func (d *Desk) StartMove(ctx context.Context, who account.Actor, once fact.Once, id string) (Move, error) {
	return d.store.AmendMove(ctx, once, id, func(m *Move) (fact.Outcome, error) {
		if err := d.mayMove(who, *m); err != nil {
			return fact.Outcome{}, err
		}
		if m.Stage != Checked {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.move_stage", "only what was checked and not started yet can be started")
		}
		m.Stage, m.Done, m.Total = Moving, 0, m.Found.Posts+m.Found.Pages
		return m.told(fact.Outcome{Work: []fact.Work{{Kind: WorkMove, Subject: m.ID, Due: d.clock.Now()}}}), nil
	})
}

// StopMove ends a move that is open. What it brought stays.
func (d *Desk) StopMove(ctx context.Context, who account.Actor, once fact.Once, id string) (Move, error) {
	return d.store.AmendMove(ctx, once, id, func(m *Move) (fact.Outcome, error) {
		if err := d.mayMove(who, *m); err != nil {
			return fact.Outcome{}, err
		}
		if !m.Open() {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.move_over", "this move is over")
		}
		m.Stage, m.Why, m.EndedAt = Failed, "it was stopped", d.clock.Now()
		return m.told(fact.Outcome{Undone: []fact.Work{{Kind: WorkMove, Subject: m.ID}}}), nil
	})
}

func (d *Desk) mayMove(who account.Actor, m Move) error {
	if who.Has(m.Edition, editors...) {
		return nil
	}
	if who.HasAnywhere(editors...) {
		return missing("move")
	}
	return who.Refused()
}

// Moves lists the last moves into the editions that who may move into.
func (d *Desk) Moves(ctx context.Context, who account.Actor) ([]Move, error) {
	if !who.HasAnywhere(editors...) {
		return nil, who.Refused()
	}
	all, err := d.store.Moves(ctx, 100)
	out := []Move{}
	for _, m := range all {
		if who.Has(m.Edition, editors...) {
			out = append(out, m)
		}
	}
	return out, err
}

// Move reads a move.
func (d *Desk) Move(ctx context.Context, who account.Actor, id string) (Move, error) {
	m, err := d.store.Move(ctx, id)
	if fault.Is(err, fault.NotFound) && !who.HasAnywhere(editors...) {
		return m, who.Refused()
	}
	if err == nil {
		err = d.mayMove(who, m)
	}
	return m, err
}

// Debts gives what a move leaves to be done, and how much of each kind.
func (d *Desk) Debts(ctx context.Context, who account.Actor, id, kind string, after, limit int) ([]Debt, error) {
	if _, err := d.Move(ctx, who, id); err != nil {
		return nil, err
	}
	return d.store.Debts(ctx, id, kind, after, limit)
}

// DebtCounts says how many debts of each kind a move has.
func (d *Desk) DebtCounts(ctx context.Context, id string) (map[string]int, error) {
	return d.store.DebtCounts(ctx, id)
}

// Moving gives a move to who does its work, under the lease of that work.
func (d *Desk) Moving(ctx context.Context, id string) (Move, error) { return d.store.Move(ctx, id) }

// Progress notes how far the work of a move is; Conflict when it was stopped meanwhile.
func (d *Desk) Progress(ctx context.Context, id string, note func(*Move)) error {
	_, err := d.store.AmendMove(ctx, fact.Once{}, id, func(m *Move) (fact.Outcome, error) {
		if !m.Open() {
			return fact.Outcome{}, fault.New(fault.Conflict, "fault.move_over", "this move is over")
		}
		if note(m); !m.Open() {
			m.EndedAt = d.clock.Now()
		}
		return m.told(fact.Outcome{}), nil
	})
	return err
}

// Owe adds to the debts of a move.
func (d *Desk) Owe(ctx context.Context, id string, debts []Debt) error {
	return d.store.KeepDebts(ctx, id, debts)
}
