package relay

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"time"

	"dateline/internal/fact"
	"dateline/internal/page"

	"github.com/wneessen/go-mail"
)

// sendWithin is how long the mail server may take for a letter.
const sendWithin = 30 * time.Second

// SMTP hands letters to a mail server.
type SMTP struct {
	client *mail.Client
	from   string
	host   string // of message ids
}

// NewSMTP works with a server at an address such as smtp://user:password@host:587, or smtps:// where all of it is encrypted. Letters come from an
// address, and are named after host. A password goes over an encrypted connection only, or to this machine.
func NewSMTP(address, from, host string) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return nil, errors.New("give smtp://user:password@host:587") // the error of Parse holds the password
	}
	options := []mail.Option{mail.WithTimeout(sendWithin), mail.WithHELO(host), mail.WithoutNoop()}
	port := 587
	own, _ := netip.ParseAddr(u.Hostname())
	switch {
	case u.Scheme == "smtps":
		port = 465
		options = append(options, mail.WithSSL())
	case u.Hostname() == "localhost" || own.IsLoopback():
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	case u.User != nil:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil {
			return nil, errors.New("the port is no number")
		}
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()), mail.WithPassword(password))
	}
	c, err := mail.NewClient(u.Hostname(), append(options, mail.WithPort(port))...)
	if err != nil {
		return nil, err
	}
	return &SMTP{client: c, from: from, host: host}, nil
}

// Send hands over one letter. Its error names nobody.
func (s *SMTP) Send(ctx context.Context, l fact.Letter, m page.Mail) error {
	msg := mail.NewMsg()
	if err := msg.FromFormat(m.From, s.from); err != nil {
		return fmt.Errorf("the sender's address is none: %w", err)
	}
	if err := msg.To(l.To); err != nil {
		return refused{} // no mail server was asked
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(l.ID + "@" + s.host)
	msg.SetDateWithValue(l.At)
	msg.SetUserAgent("Dateline")
	msg.SetGenHeader(mail.HeaderContentLang, m.Language)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // so that no absence answers it
	if m.Off != "" {                                     // RFC 2369 and 8058: the mail program ends these letters by one press
		msg.SetGenHeader(mail.HeaderListUnsubscribe, "<"+m.Off+">")
		msg.SetGenHeader(mail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	msg.SetBodyString(mail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	err := s.client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // what came after it was taken does not matter
		return nil
	}
	var sent *mail.SendError
	if !errors.As(err, &sent) {
		return fmt.Errorf("reaching the mail server: %w", err)
	}
	if sent.ErrorCode()/100 == 5 {
		return refused{sent.ErrorCode()}
	}
	return fmt.Errorf("the mail server answered %d", sent.ErrorCode()) // its words may name whom it is to
}
