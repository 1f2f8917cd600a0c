package site

import (
	"net/http"

	"dateline/internal/account"
	"dateline/internal/fault"
	"dateline/internal/web"
)

// who gives the reader of a request by his session, the zero Actor for a stranger and for a session that is over. Who may be signed
// in but owes more (a second factor) is a stranger here. What is shown to an actor is kept by no cache.
func (s *Site) who(r *http.Request) (account.Actor, error) {
	secret := web.Session(r)
	if secret == "" || s.o.Who == nil {
		return account.Actor{}, nil
	}
	a, err := s.o.Who(r.Context(), secret)
	if fault.Is(err, fault.Unauthenticated) || err == nil && a.Enrol {
		return account.Actor{}, nil
	}
	return a, err
}
