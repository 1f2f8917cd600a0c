package api

import (
	"dateline/internal/account"
	"dateline/internal/web/api/call"
)

// Who may call at all. What of it is his own and what another's, and in which edition, the domain decides; the test of
// routes and roles holds this table against what the doors answer.
var (
	anybody  = call.Row{Strangers: true}
	own      = call.Row{Roles: account.Roles, Enrolling: true}
	staff    = call.Row{Roles: account.StaffRoles}
	admins   = call.Row{Roles: []account.Role{account.Admin}}
	editors  = call.Row{Roles: []account.Role{account.Admin, account.Editor}}
	writers  = call.Row{Roles: []account.Role{account.Admin, account.Editor, account.Reporter}}
	pictures = call.Row{Roles: []account.Role{account.Admin, account.Editor, account.Reporter, account.PictureEditor}}
	desk     = call.Row{Roles: []account.Role{account.Admin, account.Editor, account.PictureEditor}}
)

// Rights is the one table of operation × role. An operation that is not in it is not registered.
var Rights = map[string]call.Row{
	"list-colleagues":  staff,
	"list-editions":    anybody,
	"read-edition":     anybody,
	"create-edition":   editors,
	"change-edition":   editors,
	"list-sections":    anybody,
	"read-section":     anybody,
	"create-section":   editors,
	"change-section":   editors,
	"list-articles":    anybody,
	"read-article":     anybody,
	"count-articles":   pictures,
	"list-presence":    pictures,
	"say-presence":     pictures,
	"end-presence":     pictures,
	"list-revisions":   anybody,
	"read-revision":    anybody,
	"create-article":   writers,
	"save-article":     writers,
	"delete-article":   writers,
	"publish-article":  editors,
	"withdraw-article": editors,
	"redact-revision":  editors,
	"list-versions":    pictures,
	"read-version":     pictures,
	"compare-article":  pictures,
	"check-article":    pictures,
	"read-lock":        pictures,
	"take-lock":        writers,
	"let-go-lock":      pictures,
	"ask-for-lock":     writers,
	"answer-lock":      pictures,
	"list-branches":    pictures,
	"keep-branch":      pictures,
	"read-branch":      pictures,
	"close-branch":     pictures,
	"convert-document": pictures,
	"list-sources":     pictures,
	"read-source":      pictures,
	"create-source":    editors,
	"change-source":    editors,
	"delete-source":    editors,
	"refresh-source":   editors,
	"list-inbox":       pictures,
	"read-item":        pictures,
	"compare-item":     pictures,
	"use-item":         writers,
	"take-item":        writers,
	"dismiss-item":     writers,
	"restore-item":     writers,
	"list-waiting":     admins,
	"dismiss-waiting":  admins,
	"list-pictures":    pictures,
	"list-uses":        pictures,
	"list-moves":       editors,
	"read-move":        editors,
	"create-move":      editors,
	"start-move":       editors,
	"stop-move":        editors,
	"list-debts":       editors,
	"upload-picture":   pictures,
	"read-picture":     anybody,
	"change-picture":   pictures,
	"kill-picture":     desk,

	"preview-article":   pictures,
	"read-card":         pictures,
	"list-translations": pictures,

	"read-front":          editors,
	"change-front":        editors,
	"list-front-versions": editors,
	"preview-front":       editors,

	"list-alerts":  editors,
	"create-alert": editors,
	"remove-alert": editors,

	"list-reports":   pictures,
	"resolve-report": writers,

	"list-posts":      anybody,
	"read-post":       anybody,
	"read-coverage":   anybody,
	"create-post":     staff,
	"save-post":       staff,
	"delete-post":     staff,
	"withdraw-post":   writers,
	"correct-post":    writers,
	"make-article":    writers,
	"close-coverage":  writers,
	"reopen-coverage": writers,

	"read-me":             own,
	"change-me":           own,
	"list-sessions":       own,
	"end-session":         own,
	"sign-out-everywhere": own,
	"change-password":     own,
	"ask-proof":           own,
	"prove":               own,
	"list-factors":        own,
	"ask-passkey":         own,
	"add-passkey":         own,
	"name-passkey":        own,
	"remove-passkey":      own,
	"begin-codes":         own,
	"confirm-codes":       own,
	"remove-codes":        own,
	"new-recovery":        own,
	"list-tokens":         staff,
	"create-token":        staff,
	"revoke-token":        staff,
	"list-accounts":       admins,
	"create-account":      admins,
	"read-account":        admins,
	"change-account":      admins,
	"link-account":        admins,
	"sign-out-account":    admins,
	"forget-factors":      admins,
	"list-audit":          admins,
	"read-security":       admins,
	"change-security":     admins,
}
