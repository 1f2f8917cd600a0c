package app

import "dateline/internal/transfer"

// Imports gives what an import into this house needs; done lets go of it. It is gentle where another process may wait for
// the same file.
func (h *House) Imports() (o transfer.Options, done func(), err error) {
	f, err := NewFetcher(h.Config)
	if err != nil {
		return o, nil, err
	}
	return transfer.Options{
		Desk: h.Desk, Library: h.Library, Pool: h.Pool, Addresses: h.Addresses, Clock: h.Config.Clock, Fetch: f.Fetch, Archive: h.Archive, Editions: h.Editors,
		Gentle: h.Store.Kind() == "SQLite",
	}, f.Close, nil
}

// Exports gives what an export of this house needs.
func (h *House) Exports() transfer.ExportOptions {
	return transfer.ExportOptions{
		Archive: h.Archive, Desk: h.Desk, Library: h.Library, Files: shelf{h.Files}, Addresses: h.Addresses(), Clock: h.Config.Clock,
	}
}
