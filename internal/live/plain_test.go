package live

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"dateline/internal/fault"
)

// plainly shows a failure as one line, as a door would show it in its own way.
func plainly(f func(http.ResponseWriter, *http.Request) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := f(w, r)
		if err == nil {
			return
		}
		status, text := http.StatusInternalServerError, "something went wrong here"
		var e *fault.Error
		if errors.As(err, &e) {
			text = e.Text
			switch e.Kind {
			case fault.Malformed:
				status = http.StatusBadRequest
			case fault.NotFound:
				status = http.StatusNotFound
			case fault.TooMany:
				status = http.StatusTooManyRequests
			case fault.Unavailable:
				status = http.StatusServiceUnavailable
			}
			if e.After > 0 {
				w.Header().Set("Retry-After", strconv.Itoa(int((e.After+time.Second-1)/time.Second)))
			}
		}
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, text, status)
	})
}
