package app

import "dateline/internal/transfer"

// Imports gives what an import into this house needs; done lets go of it. It is gentle where another process may wait for
// the same file.
func (h *House) Imports() (o transfer.Options, done func(), err error) {
	f, err := NewFetcher(h.Config)
	if err != nil {
		return o, nil, err
	}
	return h.importsBy(f)
}

func (h *House) importsBy(f *Fetcher) (o transfer.Options, done func(), err error) {
	return transfer.Options{
		Desk: h.Desk, Library: h.Library, Pool: h.Pool, Addresses: h.Addresses, Clock: h.Config.Clock, Fetch: f.Fetch, Archive: h.Archive, Editions: h.Editors,
		Gentle: h.Store.Kind() == "SQLite", Comments: h.Talk, Reread: h.readDirectory,
	}, f.Close, nil
}

// Exports gives what an export of this house needs.
func (h *House) Exports() transfer.ExportOptions {
	return transfer.ExportOptions{
		Archive: h.Archive, Desk: h.Desk, Library: h.Library, Files: shelf{h.Files}, Addresses: h.Addresses(), Clock: h.Config.Clock,
	}
}

// Intaking gives what reads the sources of the inbox and makes stories of what arrives; done lets go of it.
func (h *House) Intaking() (t *transfer.Intake, done func(), err error) {
	f, err := NewFetcher(h.Config)
	if err != nil {
		return nil, nil, err
	}
	o, _, err := h.importsBy(f)
	return &transfer.Intake{Options: o, Inbox: h.Intake, Root: h.Config.Wire, Ask: f.Ask, MoveFiles: shelf{h.Files}, Scratch: h.Config.Data}, f.Close, err
}
