package counsel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"dateline/internal/moment"
	"dateline/internal/talk"
)

var noon = time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)

// asking is a counsel beside a service that answers as a test says.
func asking(t *testing.T, answer http.HandlerFunc) (*Counsel, *moment.Set, talk.Settings) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	clock := moment.At(noon)
	through := &http.Transport{}
	t.Cleanup(through.CloseIdleConnections)
	return New(through, clock), clock, talk.Settings{Edition: "en", Service: talk.Service{On: true, Address: server.URL + "/ask", Secret: "s3cret"}}
}

var remark = talk.Question{ID: "c1", Edition: "en", Language: "en", Kind: talk.AboutRemark, Text: "Cheap pills", Name: "Ana"}

func TestWhatIsAskedIsSignedAndTellsNothingElse(t *testing.T) {
	var body []byte
	var signed, at string
	c, _, s := asking(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ = io.ReadAll(r.Body)
		signed, at = r.Header.Get(Signature), r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")
		io.WriteString(w, `{"hold":true,"reason":"Advertising \u202e<b>for\n pills</b>","score":0.9}`)
	})
	holds := c.Advise(t.Context(), s, remark)
	if len(holds) != 1 || holds[0].Rule != talk.RuleService || holds[0].Reason != "Advertising <b>for pills</b>" {
		t.Errorf("%+v", holds)
	}
	if string(body) != `{"id":"c1","edition":"en","language":"en","kind":"comment","text":"Cheap pills","name":"Ana"}` || at != "POST /ask application/json" {
		t.Errorf("%s to %s", body, at)
	}
	// As docs/community.md tells it.
	stamp, sum, _ := strings.Cut(strings.TrimPrefix(signed, "t="), ",v1=")
	mac := hmac.New(sha256.New, []byte("s3cret"))
	io.WriteString(mac, stamp+"."+string(body))
	if stamp != "1773144000" || sum != hex.EncodeToString(mac.Sum(nil)) {
		t.Errorf("signed %s", signed)
	}
	if h := c.Health("en"); !h.AnsweredAt.Equal(noon) || h.Failure != "" {
		t.Errorf("%+v", h)
	}
}

func TestTheExampleOfTheManualIsSigned(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "community.md"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^Dateline-Signature: (.*)\n\n(\{.*\})$`).FindSubmatch(doc)
	if found == nil || string(found[1]) != Sign("example", noon, found[2]) {
		t.Errorf("%q", found)
	}
}

func TestAServiceOfOneEditionKeepsNoPlaceFromAnother(t *testing.T) {
	came, leave := make(chan struct{}), make(chan struct{})
	c, _, s := asking(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"edition":"en"`) {
			select {
			case came <- struct{}{}:
			case <-leave:
			}
			<-leave
		}
		io.WriteString(w, `{"hold":false}`)
	})
	var running sync.WaitGroup
	for range mostAtOnce {
		running.Go(func() { c.Advise(t.Context(), s, remark) })
	}
	for range mostAtOnce {
		<-came
	}
	q := remark
	q.Edition = "es"
	if holds := c.Advise(t.Context(), s, q); holds != nil {
		t.Errorf("%+v", holds)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if said := c.Try(gone, s, remark); said.Failure != talk.Busy {
		t.Errorf("one more than may be: %+v", said)
	}
	close(leave)
	running.Wait()
}

func TestAServiceThatFailsHoldsOrLetsGoOnAsTheEditionChose(t *testing.T) {
	late := func(r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}
	for name, one := range map[string]struct {
		answer http.HandlerFunc
		want   talk.Failure
	}{
		"status": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, talk.BadStatus},
		"redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
		}, talk.Redirected},
		"large": {func(w http.ResponseWriter, _ *http.Request) {
			io.WriteString(w, `{"hold":false,"reason":"`+strings.Repeat("x", mostAnswer)+`"}`)
		}, talk.BadAnswer},
		"no JSON": {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "OK") }, talk.BadAnswer},
		"no hold": {func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{}`) }, talk.BadAnswer},
		"broken":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, talk.Unreachable},
		"late":    {func(_ http.ResponseWriter, r *http.Request) { late(r) }, talk.Late},
		"late at last": {func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, `{`)
			w.(http.Flusher).Flush()
			late(r)
		}, talk.Late},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _, s := asking(t, one.answer)
			if holds := c.Advise(t.Context(), s, remark); len(holds) != 1 || holds[0].Rule != talk.RuleUnanswered {
				t.Errorf("%+v", holds)
			}
			if h := c.Health("en"); h.Failure != one.want || !h.FailingSince.Equal(noon) {
				t.Errorf("%+v", h)
			}
			s.Service.GoOn = true
			if one.want != talk.Late {
				if holds := c.Advise(t.Context(), s, remark); holds != nil {
					t.Errorf("%+v", holds)
				}
			}
		})
	}
}

func TestAServiceThatIsDownIsLeftAloneAndTriedAgain(t *testing.T) {
	asked, up := 0, false
	c, clock, s := asking(t, func(w http.ResponseWriter, _ *http.Request) {
		if asked++; !up {
			w.WriteHeader(503)
			return
		}
		io.WriteString(w, `{"hold":false}`)
	})
	for range 9 {
		c.Advise(t.Context(), s, remark)
	}
	if asked != failsMost || c.Counters.Rested.Load() != 4 || c.Counters.Failed.Load() != failsMost {
		t.Errorf("asked %d times", asked)
	}
	clock.Forward(restsFor)
	for range 3 {
		c.Advise(t.Context(), s, remark)
	}
	if asked != failsMost+1 {
		t.Errorf("asked %d times after half a minute", asked)
	}
	other := s
	other.Edition = "es"
	q := remark
	q.Edition = "es"
	if c.Advise(t.Context(), other, q); asked != failsMost+2 {
		t.Error("another edition's service is left alone with it")
	}
	up = true
	clock.Forward(restsFor)
	for range 3 {
		if holds := c.Advise(t.Context(), s, remark); holds != nil {
			t.Errorf("%+v", holds)
		}
	}
	if h := c.Health("en"); asked != failsMost+5 || !h.FailingSince.IsZero() || !h.AnsweredAt.Equal(clock.Now()) {
		t.Errorf("asked %d times, %+v", asked, h)
	}
}

func FuzzOpinion(f *testing.F) {
	f.Add([]byte(`{"hold":true,"reason":"spam"}`))
	f.Add([]byte(`{"hold":null,"reason":"\ud800\u202e"}`))
	f.Add([]byte("{\"hold\":true,\"reason\":\"\xff\n\t\"}"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		said := read(doc)
		if !json.Valid(doc) && said.Failure == "" {
			t.Errorf("%q is an answer", doc)
		}
		if !said.Hold && said.Reason != "" || !utf8.ValidString(said.Reason) || strings.ContainsAny(said.Reason, "\n\r\t\u202e\x00") || utf8.RuneCountInString(said.Reason) > longestWord {
			t.Errorf("%q gives %+v", doc, said)
		}
	})
}

func TestWritersWhoGoAwayDoNotMakeTheServiceRest(t *testing.T) {
	came := make(chan struct{})
	c, _, s := asking(t, func(w http.ResponseWriter, r *http.Request) {
		came <- struct{}{}
		_, _ = io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	})
	for range 2 * failsMost {
		ctx, leave := context.WithCancel(t.Context())
		go func() {
			<-came
			leave()
		}()
		if holds := c.Advise(ctx, s, remark); len(holds) != 1 || holds[0].Rule != talk.RuleUnanswered {
			t.Errorf("%+v", holds)
		}
	}
	if _, may := c.begin("en", s.Service.Address); !may || c.Health("en").Failure != "" || c.Counters.Rested.Load() != 0 {
		t.Errorf("%v %+v", may, c.Health("en"))
	}
}

func TestOurOwnQueueAndAnOldAddressSayNothingOfTheService(t *testing.T) {
	c, _, s := asking(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, `{"hold":false}`) })
	c.Advise(t.Context(), s, remark)
	for range failsMost {
		c.end(t.Context(), "en", s.Service.Address, talk.Busy)
		c.end(t.Context(), "en", "https://old.example/", talk.BadStatus)
		c.end(t.Context(), "es", s.Service.Address, talk.BadStatus)
	}
	if holds := c.Advise(t.Context(), s, remark); holds != nil || c.Counters.Rested.Load() != 0 || c.Health("en").Failure != "" {
		t.Errorf("%+v %+v", holds, c.Health("en"))
	}
	done, stop := context.WithCancel(t.Context())
	stop()
	if a, b := failure(done, done.Err(), Within/2+time.Millisecond), failure(done, done.Err(), Within/4); a != talk.Busy || b != talk.Late {
		t.Errorf("%s %s", a, b)
	}
}
