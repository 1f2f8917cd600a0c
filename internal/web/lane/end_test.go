package lane_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"dateline/internal/web/lane"
)

func TestAConnectionEndsWithItsReaderAndNothingIsSaidBehindTheAnswer(t *testing.T) {
	h := newHouse(t)
	s := h.serve(t, true, nil)
	h.warm(t, s)
	c := dial(t, s.at)
	if _, err := io.WriteString(c, head("/", gzip)); err != nil {
		t.Fatal(err)
	}
	_ = c.CloseWrite() // mostly it comes with the request
	b, err := io.ReadAll(c)
	if err != nil || bytes.Count(b, []byte("HTTP/1.1 ")) != 1 {
		t.Errorf("%.600q", b)
	}
}

func TestAHeadThatDoesNotEndIsEndedAfterAnAnswerOfTheLaneToo(t *testing.T) {
	h := newHouse(t)
	s := h.serve(t, true, func(s *server, l *lane.Limits) {
		s.ReadHeaderTimeout, l.Head = 300*time.Millisecond, 300*time.Millisecond
	})
	h.warm(t, s)
	c := dial(t, s.at)
	in := newReader(c)
	if _, err := io.WriteString(c, head("/", gzip)); err != nil || in.answer(t) != 200 {
		t.Fatal(err)
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: news"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(c); err != nil { // the server ends it; our own deadline would be an error
		t.Error(err)
	}
}

func TestAReaderThatDoesNotReadIsLetGo(t *testing.T) {
	h := newHouse(t)
	ended := make(chan struct{}, 100)
	s := h.serve(t, true, func(s *server, l *lane.Limits) {
		l.Write = -2500 * time.Millisecond // half a second with the three in which deadlines are not set anew
		s.heard = func(state http.ConnState) {
			if state == http.StateClosed {
				ended <- struct{}{}
			}
		}
	})
	h.warm(t, s)
	for range len(ended) { // of warming up
		<-ended
	}
	c := dial(t, s.at)
	_ = c.SetReadBuffer(64 << 10)
	if _, err := io.WriteString(c, head("/large", gzip)); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("it is waited for for ever")
	}
}

func TestWhatIsBeingWrittenIsWrittenBeforeTheServerStops(t *testing.T) {
	h := newHouse(t)
	s := h.serve(t, true, nil)
	h.warm(t, s)
	c := dial(t, s.at)
	_ = c.SetReadBuffer(64 << 10)
	if _, err := io.WriteString(c, head("/large", gzip)); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); s.lane.Writing() == 0; {
		if time.Now().After(deadline) {
			t.Fatal("the answer was never begun")
		}
	}
	stopped := make(chan error)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		s.lane.Finish(ctx)
		stopped <- s.Shutdown(ctx)
	}()
	in := newReader(c)
	if status := in.answer(t); status != 200 {
		t.Errorf("%d", status)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}
