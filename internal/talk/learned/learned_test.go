package learned

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// taught is a model that learned n texts of each kind.
func taught(n int) *Model {
	m := New(2 * n)
	for i := range n {
		m.Learn(fmt.Sprint("a", i), false, strings.Fields(fmt.Sprintf("the ferri sail earli thank you n%d", i)))
		m.Learn(fmt.Sprint("r", i), true, strings.Fields(fmt.Sprintf("the buy cheap pill now n%d", i)))
	}
	return m
}

func TestWhatWasRejectedBeforeIsNamedByItsWords(t *testing.T) {
	m := taught(Enough)
	likely, because := m.Weigh(strings.Fields("buy the pill"))
	if likely < 0.99 || !slices.Equal(because, []string{"buy", "pill"}) {
		t.Errorf("%v %v", likely, because)
	}
	if likely, _ := m.Weigh(strings.Fields("thank you the ferri sail")); likely > 0.01 {
		t.Errorf("what was always approved: %v", likely)
	}
	if likely, because := m.Weigh(strings.Fields("never heard of words")); likely != 0 || because != nil {
		t.Errorf("of unknown words: %v %v", likely, because)
	}
	if likely, because := m.Weigh(strings.Fields("a single cheap word")); likely != 0 || because != nil {
		t.Errorf("one word decides: %v %v", likely, because)
	}
}

func TestThatMuchIsRejectedSaysNothingOfOtherWords(t *testing.T) {
	m := taught(Enough)
	for i := range 900 { // one act over a flood
		m.Learn(fmt.Sprint("f", i), true, strings.Fields(fmt.Sprintf("buy cheap pill n%d", i)))
	}
	for _, text := range []string{"the ferri now", "the sail", "now you buy the ferri"} {
		if likely, because := m.Weigh(strings.Fields(text)); likely > 0.5 {
			t.Errorf("%q: %v because of %v", text, likely, because)
		}
	}
	if likely, _ := m.Weigh(strings.Fields("buy cheap pill")); likely < 0.99 {
		t.Errorf("what was rejected: %v", likely)
	}
}

func TestNothingIsSaidBeforeEnoughWasLearned(t *testing.T) {
	m := taught(Enough - 1)
	if likely, because := m.Weigh(strings.Fields("buy cheap pill now")); likely != 0 || because != nil {
		t.Errorf("%v %v", likely, because)
	}
	if a, r := m.Known(); a != Enough-1 || r != Enough-1 {
		t.Errorf("%d %d", a, r)
	}
}

func TestWhatIsForgottenLeavesNoTrace(t *testing.T) {
	m, untouched := taught(Enough), taught(Enough)
	for i := range 50 {
		m.Learn(fmt.Sprint("x", i), true, strings.Fields("the ferri sail"))
		m.Learn(fmt.Sprint("x", i), false, strings.Fields("the ferri sail again")) // decided otherwise
	}
	for i := range 50 {
		m.Forget(fmt.Sprint("x", i))
	}
	m.Forget("nobody")
	if len(m.stems) != len(untouched.stems) {
		t.Errorf("%d stems, not %d", len(m.stems), len(untouched.stems))
	}
	for _, text := range []string{"buy the pill", "ferri sail now", "again"} {
		a, why := m.Weigh(strings.Fields(text))
		b, because := untouched.Weigh(strings.Fields(text))
		if a != b || !slices.Equal(why, because) {
			t.Errorf("%q: %v %v, not %v %v", text, a, why, b, because)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	m := New(300)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 1500 {
		stems := make([]string, 1000)
		for j := range stems {
			stems[j] = fmt.Sprint(random.Uint64())
		}
		m.Learn(fmt.Sprint(i%1000), i%3 == 0, stems)
	}
	a, r := m.Known()
	if a > 300 || r > 300 || len(m.lessons) != a+r || len(m.stems) > mostStems || len(m.order[0]) > 600 || len(m.order[1]) > 600 {
		t.Errorf("%d and %d texts in %d lessons, %d stems, %d and %d turns", a, r, len(m.lessons), len(m.stems), len(m.order[0]), len(m.order[1]))
	}
	for id := range m.lessons {
		m.Forget(id)
	}
	if len(m.stems) != 0 {
		t.Errorf("%d stems of nothing", len(m.stems))
	}
}

func FuzzWeigh(f *testing.F) {
	f.Add("buy cheap pill", "the ferri sail", uint8(3))
	f.Add("\xff\xfe \x00", strings.Repeat("ا ", 300), uint8(200))
	f.Fuzz(func(t *testing.T, a, b string, n uint8) {
		weigh := func() (*Model, float64, []string) {
			m := taught(Enough)
			for i := range int(n) {
				m.Learn(fmt.Sprint(b, i), i%2 == 0, strings.Split(a, " "))
			}
			likely, because := m.Weigh(strings.Split(b+" "+a, " "))
			return m, likely, because
		}
		m, likely, because := weigh()
		_, again, also := weigh()
		if math.IsNaN(likely) || likely < 0 || likely > 1 || likely != again || !slices.Equal(because, also) || len(because) > mostNamed {
			t.Errorf("%v %v, then %v %v", likely, because, again, also)
		}
		if len(m.stems) > mostStems {
			t.Errorf("%d stems", len(m.stems))
		}
		for _, s := range because {
			if !slices.Contains(strings.Split(b+" "+a, " "), s) {
				t.Errorf("%q is not in the text", s)
			}
		}
	})
}
