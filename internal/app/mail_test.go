package app

import (
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// box is a real mail server on a port of the kernel's, which keeps what it is handed.
type box struct {
	t   *testing.T
	url string
	mu  sync.Mutex
	got []letter
	say func(to string) error // what it answers to a recipient
	hit chan struct{}         // one for each letter taken
}

// letter is a mail as it came.
type letter struct {
	from, to string
	head     mail.Header
	text     string
	html     string
}

type session struct {
	b        *box
	from, to string
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	if s.b.say != nil {
		return s.b.say(to)
	}
	return nil
}
func (s *session) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	l := letter{from: s.from, to: s.to, head: m.Header}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		b, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			return err
		}
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.html = string(b)
		} else {
			l.text = string(b)
		}
	}
	s.b.mu.Lock()
	s.b.got = append(s.b.got, l)
	s.b.mu.Unlock()
	s.b.hit <- struct{}{}
	return nil
}

// newBox starts a mail server.
func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{t: t, hit: make(chan struct{}, 100)}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{b: b}, nil }))
	server.Domain = "mail.example"
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() { server.Close(); <-done })
	b.url = "smtp://" + l.Addr().String()
	return b
}

// next waits for a letter.
func (b *box) next() letter {
	b.t.Helper()
	select {
	case <-b.hit:
	case <-time.After(30 * time.Second):
		b.t.Fatal("no letter came")
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.got[len(b.got)-1]
}

// subject gives the subject in letters.
func (l letter) subject() string {
	s, err := new(mime.WordDecoder).DecodeHeader(l.head.Get("Subject"))
	if err != nil {
		return err.Error()
	}
	return s
}

var (
	linkIn = regexp.MustCompile(`http://[^\s/]+(/\S*/account/sign-in/\S+|/account/sign-in/\S+)`)
	codeIn = regexp.MustCompile(`(?m)^\d{6}$`)
)

// link is the path of the link in a letter, code its code.
func (l letter) link() string {
	if m := linkIn.FindStringSubmatch(l.text); m != nil {
		return m[1]
	}
	return ""
}

func (l letter) code() string { return codeIn.FindString(strings.ReplaceAll(l.text, "\r", "")) }
