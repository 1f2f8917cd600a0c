package app

import (
	"context"
	"errors"
	"time"
)

// tidyEach is how often files that nobody names are looked for, and how old they are before they go.
const tidyEach = 24 * time.Hour

// tidy removes what uploads that were killed left behind, at the start and once a day. Two nodes may do it at once.
func (s *Site) tidy(ctx context.Context) {
	tick := time.NewTicker(tidyEach)
	defer tick.Stop()
	for {
		if err := s.House.tidy(ctx, tidyEach); err != nil && ctx.Err() == nil {
			s.Config.Log.Warn("app: sweeping files; they will be looked for again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tidy removes parts of files and files that no picture names which are older than age.
func (h *House) tidy(ctx context.Context, age time.Duration) error {
	parts, err := h.Files.Sweep(ctx, age)
	files, err2 := h.Library.Sweep(ctx, age)
	if parts+files > 0 {
		h.Config.Log.Info("app: swept files that nobody names", "parts", parts, "files", files)
	}
	return errors.Join(err, err2)
}
