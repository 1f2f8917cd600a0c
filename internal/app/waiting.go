package app

import (
	"context"
	"time"

	"dateline/internal/edition"
)

// What this database remembers of the first days of a publication.
const (
	settingBackup    = "backup"            // when the last backup was made, RFC 3339
	settingDismissed = "waiting-dismissed" // when somebody did not want to be told any more
)

// begun says how far the publication has come with what a new one should see to.
func (h *House) begun(ctx context.Context) (edition.Begun, error) {
	b := edition.Begun{Address: h.Config.URL != "", Mail: h.Config.SMTP != ""}
	backup, err := h.Store.Setting(ctx, settingBackup)
	if err != nil {
		return b, err
	}
	dismissed, err := h.Store.Setting(ctx, settingDismissed)
	if err != nil {
		return b, err
	}
	people, err := h.Store.Staff(ctx)
	if err != nil {
		return b, err
	}
	working := 0
	for _, a := range people {
		if a.Staff() {
			working++
		}
	}
	b.Backup, b.Dismissed, b.Colleagues = backup != "", dismissed != "", working > 1
	return b, nil
}

// dismissWaiting keeps that nobody wants to be told what a new publication should see to.
func (h *House) dismissWaiting(ctx context.Context) error {
	return h.Store.Remember(ctx, settingDismissed, h.Config.Clock.Now().UTC().Format(time.RFC3339))
}
