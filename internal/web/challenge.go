package web

import (
	"encoding/json"
	"net/http"
)

// Challenge answers with what a device is asked for a passkey, and the ticket that comes back with its answer; passkey.js takes it.
func Challenge(w http.ResponseWriter, ticket string, options any) error {
	body, err := json.Marshal(struct {
		Ticket  string `json:"ticket"`
		Options any    `json:"options"`
	}{ticket, options})
	if err != nil {
		return err
	}
	h := w.Header()
	Secure(h, DataPolicy)
	h.Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // the client may have gone; nothing is left to do
	return nil
}
