package ledger

import (
	"encoding/json"
	"slices"
	"strings"

	"dateline/internal/fact"
	"dateline/internal/store/rows"
)

// row is one of the outbox. Its own time is that of its change: a fact may tell of long ago, and what is swept by age must leave no gap.
type row struct {
	topic fact.Topic
	seq   int64
	doc   string
	at    int64
}

// several is a statement for so many rows, by their number.
type several[T any] map[int]string

// together are the numbers of rows that statements are written for, so that each is prepared once.
var together = []int{32, 16, 8, 4, 3, 2, 1}

// rowsOf gives a statement that inserts rows of so many columns.
func rowsOf[T any](before string, columns int, after string) several[T] {
	s := several[T]{}
	for _, n := range together {
		all := make([]string, n)
		for i := range all {
			all[i] = "(" + rows.Marks(1+i*columns, columns) + ")"
		}
		s[n] = before + strings.Join(all, ", ") + after
	}
	return s
}

// each runs over all, as many at a time as there is a statement for.
func (s several[T]) each(all []T, do func(text string, some []T) error) error {
	for _, n := range together {
		for len(all) >= n {
			if err := do(s[n], all[:n]); err != nil {
				return err
			}
			all = all[n:]
		}
	}
	return nil
}

var (
	insertRows  = rowsOf[row](`INSERT INTO outbox (topic, seq, fact, at_us) VALUES `, 4, ``)
	raiseTopics = rowsOf[fact.Topic](`INSERT INTO topic (name, seq) VALUES `, 2, ` ON CONFLICT (name) DO UPDATE SET seq = topic.seq + excluded.seq RETURNING name, seq`)
)

// tells reports whether a change has something to tell.
func (t *Tx) tells() bool { return len(t.facts) > 0 || len(t.told.Stale) > 0 }

// finish notes what facts say of deeds, and makes the rows that tell of them. On PostgreSQL they are written now and the leaf after them;
// on SQLite the leaf is, and the rows of all changes of a group at its end.
func (t *Tx) finish() error {
	for _, f := range t.facts {
		if a, ok := f.Act(); ok {
			if err := t.Note(a); err != nil {
				return err
			}
		}
		if f.At.IsZero() {
			f.At = t.Now
		}
		doc, err := json.Marshal(f)
		if err != nil {
			return err
		}
		t.rows = append(t.rows, row{topic: f.Topic, doc: string(doc), at: t.Now.UnixMicro()})
	}
	slices.Sort(t.told.Stale)
	t.told.Stale, t.told.At = slices.Compact(t.told.Stale), t.Now
	if t.db.postgres {
		if err := tell(t); err != nil {
			return err
		}
	}
	if t.leaf != nil {
		return t.leaf.write(t)
	}
	return nil
}

// tell writes what changes of one transaction tell, in their order: facts with the next seq of their topics, topics in the order of
// their names, and for each change a row of the house, whose topic is last.
func tell(all ...*Tx) error {
	all = slices.DeleteFunc(all, func(t *Tx) bool { return !t.tells() })
	if len(all) == 0 {
		return nil
	}
	more := map[fact.Topic]int64{}
	var facts []row
	for _, t := range all {
		for _, r := range t.rows {
			more[r.topic]++
			facts = append(facts, r)
		}
	}
	more[fact.House] += int64(len(all))
	next, err := all[0].next(more)
	if err != nil {
		return err
	}
	give := func(topic fact.Topic) int64 {
		next[topic]++
		return next[topic]
	}
	told := make([]row, 0, len(facts)+len(all))
	for _, t := range all {
		t.told.Topics = map[fact.Topic]int64{}
		for _, r := range t.rows {
			r.seq = give(r.topic)
			t.told.Topics[r.topic] = r.seq
			told = append(told, r)
		}
		doc, err := json.Marshal(t.told)
		if err != nil {
			return err
		}
		t.told.Seq = give(fact.House)
		told = append(told, row{fact.House, t.told.Seq, string(doc), t.told.At.UnixMicro()})
	}
	slices.SortStableFunc(told, func(a, b row) int { return strings.Compare(string(a.topic), string(b.topic)) }) // as the table lies
	return insertRows.each(told, func(text string, some []row) error {
		args := make([]any, 0, 4*len(some))
		for _, r := range some {
			args = append(args, string(r.topic), r.seq, r.doc, r.at)
		}
		return all[0].Exec(text, args...)
	})
}

// next raises the seqs of topics and gives those before; the rows stay locked until commit, in the order of their names and the house last.
func (t *Tx) next(more map[fact.Topic]int64) (map[fact.Topic]int64, error) {
	topics := make([]fact.Topic, 0, len(more))
	for topic := range more {
		topics = append(topics, topic)
	}
	slices.SortFunc(topics, func(a, b fact.Topic) int {
		if (a == fact.House) != (b == fact.House) {
			if a == fact.House {
				return 1
			}
			return -1
		}
		return strings.Compare(string(a), string(b))
	})
	before := make(map[fact.Topic]int64, len(more))
	return before, raiseTopics.each(topics, func(text string, some []fact.Topic) error {
		args := make([]any, 0, 2*len(some))
		for _, topic := range some {
			args = append(args, string(topic), more[topic])
		}
		answer, err := t.QueryContext(t.Ctx, text, args...)
		_, err = rows.Collect(answer, err, func(row rows.Scanner) (none struct{}, err error) {
			var topic fact.Topic
			var seq int64
			if err = row.Scan(&topic, &seq); err == nil {
				before[topic] = seq - more[topic]
			}
			return none, err
		})
		return err
	})
}
