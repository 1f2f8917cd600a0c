// Package ui holds what browsers run: the islands of readers' pages, built from ui/reader, and the staff application, built
// from ui/newsroom, both by "make build".
//
// It promises: a bare clone compiles without the built files, and then says so
// (ErrNotBuilt) instead of serving a broken script; a built file is named by its
// content, so that its address may be kept for ever.
package ui

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
)

//go:embed all:reader/dist all:newsroom/dist
var dist embed.FS

// ErrNotBuilt says that the binary was compiled before the scripts were built; readers' pages then carry none and are complete without.
var ErrNotBuilt = errors.New("ui: the scripts are not built: run make build")

// Script is a built file.
type Script struct {
	Name string // "reader-4f1c0a9b22d7.js": changes with every byte of Code
	Code []byte // JavaScript, UTF-8; not to be changed
}

// Modules are the plain names of the modules of readers' pages. A page loads one: live coverages "live", chats "rooms", the others "reader". That one
// loads "own" by itself for a discussion or a room where somebody is signed in.
var Modules = []string{"reader", "live", "rooms", "own"}

// Module gives one of Modules, or ErrNotBuilt.
func Module(name string) (Script, error) { return find(dist, name) }

// NonceMark is what stands in the staff application's index.html where each answer has a nonce of its own.
const NonceMark = "NONCE-OF-THIS-ANSWER"

// Newsroom gives the staff application: index.html, which holds NonceMark, and assets/, whose names change with their content
// and which are there as .br and .gz only. ErrNotBuilt when it was not built.
func Newsroom() (fs.FS, error) { return application(dist) }

func application(built fs.FS) (fs.FS, error) {
	if _, err := fs.Stat(built, "newsroom/dist/index.html"); errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	app, err := fs.Sub(built, "newsroom/dist")
	if err != nil {
		return nil, fmt.Errorf("ui: %w", err)
	}
	return app, nil
}

func find(built fs.FS, module string) (Script, error) {
	names, err := fs.Glob(built, "reader/dist/"+module+"-*.js")
	if err != nil {
		return Script{}, fmt.Errorf("ui: %w", err)
	}
	switch len(names) {
	case 0:
		return Script{}, ErrNotBuilt
	case 1:
	default:
		return Script{}, fmt.Errorf("ui: %d modules %q, there must be one: run make build", len(names), module)
	}
	code, err := fs.ReadFile(built, names[0])
	if err != nil {
		return Script{}, fmt.Errorf("ui: %w", err)
	}
	return Script{Name: path.Base(names[0]), Code: code}, nil
}
