package talk

import "context"

// Order is how the threads of a place are sorted.
type Order string

// The orders.
const (
	Newest   Order = "newest"
	Oldest   Order = "oldest"
	Replied  Order = "replied"  // most replied first
	Featured Order = "featured" // featured first, then newest
)

// Orders lists them, the first is the one that nobody has to ask for.
var Orders = []Order{Newest, Oldest, Replied, Featured}

// Reader gives what is public of what people say.
type Reader interface {
	// Threads lists the first comments of threads in an order, from behind one of them (a comment's id, "" from the beginning), and what follows
	// each, oldest first, at most replies in all: thread by thread as far as there is room, of the last of these the oldest.
	Threads(ctx context.Context, place string, order Order, after string, limit, replies int) (first, rest []Shown, err error)
	// Messages lists what was said in a room, Newest or Oldest first, from behind a place in that order (an id, "" from the beginning).
	Messages(ctx context.Context, room string, order Order, from string, limit int) ([]Shown, error)
	// Thread gives the thread that a comment belongs to: what follows its first from behind a comment, oldest first.
	Thread(ctx context.Context, place, id, after string, limit int) (first Shown, rest []Shown, err error)
	// Said gives the ones among comments that are or were public.
	Said(ctx context.Context, ids []string) (map[string]Shown, error)
	// Spoken counts the public comments of places.
	Spoken(ctx context.Context, places []string) (map[string]int64, error)
	// Chat gives a room by its slug, ChatByID by its id, Chats lists them.
	Chat(ctx context.Context, slug string) (Chat, error)
	ChatByID(ctx context.Context, id string) (Chat, error)
	Chats(ctx context.Context, q ChatQuery) ([]Chat, error)
	// SettingsOf gives what pages may know of how an edition talks.
	SettingsOf(ctx context.Context, edition string) (Settings, error)
}
