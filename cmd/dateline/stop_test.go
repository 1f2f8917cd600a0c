package main

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestAStopEndsInTimeHoweverClientsHang has one client that reads no answers and one whose upload never ends.
func TestAStopEndsInTimeHoweverClientsHang(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes as long as a stop may take")
	}
	room := newNewsroom(t, "")
	room.found()
	s := room.start("127.0.0.1:0")
	deaf, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	written := make(chan error, 1)
	go func() { // until the site, which cannot write, reads no more
		_, err := io.WriteString(deaf, strings.Repeat("GET /api/openapi.json HTTP/1.1\r\nHost: "+s.addr+"\r\n\r\n", 200_000))
		written <- err
	}()
	endless, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer endless.Close()
	if _, err := fmt.Fprintf(endless, "POST /api/v1/pictures HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n", s.addr, room.token); err != nil {
		t.Fatal(err)
	}
	// The site asks for the body, so it waits for it.
	answer := make([]byte, 12)
	if _, err := io.ReadFull(endless, answer); err != nil || string(answer) != "HTTP/1.1 100" {
		t.Fatalf("%q %v", answer, err)
	}
	if _, err := io.WriteString(endless, "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\nabc"); err != nil {
		t.Fatal(err)
	}
	if took := s.stop(); took > 10*time.Second { // the promise to operators
		t.Errorf("the stop took %s", took)
	}
	if err := <-written; err == nil {
		t.Error("the client that reads nothing was served to the end, so nothing hung")
	}
}
