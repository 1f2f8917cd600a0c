package main

type benchCommand struct {
	Pages laterCommand `cmd:"" help:"Cached and uncached pages (not in this version)."`
	Live  laterCommand `cmd:"" help:"Open pages and events (not in this version)."`
	Talk  laterCommand `cmd:"" help:"Comments and chats (not in this version)."`
}
