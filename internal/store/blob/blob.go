// Package blob is where files lie: pictures as they came, their renditions, sound
// and video.
//
// A Store is a folder or a bucket of an S3 service; both hold the same contract,
// proved by one suite. What it promises: a file is there whole under its key or it
// is not there, whatever was cut off or killed; what Put acknowledged is on the
// disk; of several Puts of one key one wins whole; a key never reaches outside the
// store; no call waits for ever for a service that is down. What it does not know:
// what a file means and when it may go. Keys that are made from the content, so
// that a key never changes what it stands for, are the caller's affair.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path"
	"strings"
	"syscall"
	"time"

	"dateline/internal/fault"
)

// Store keeps files under keys. A key is parts of a-z, 0-9, dot, dash and underscore, at most 100 bytes
// each, joined by slashes, at most 400 bytes in all; a part begins with a letter or a digit and holds
// no two dots in a row. Every method gives Invalid for a key that is not so,
// Unavailable when the place cannot be reached, Full when it has no room left.
type Store interface {
	// Put writes size bytes of r under key, over what was there. It is atomic and durable: when it returns nil the
	// file survives a power cut, and until then readers see the old file or none. A reader that ends early or late is
	// Malformed and leaves nothing. The content type must be TypeOf(key), or empty, which means the same.
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error

	// Open reads the file under key from its beginning; NotFound when there is none. The caller closes it. ctx
	// lives as long as the reading.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, Info, error)

	// Delete removes the file under key; it is no error when there is none.
	Delete(ctx context.Context, key string) error

	// List goes through the files whose key begins with prefix, in the byte order of keys. An error ends it.
	// Files put or deleted meanwhile may or may not be among them.
	List(ctx context.Context, prefix string) iter.Seq2[Entry, error]

	// Sweep removes what uploads that were killed left behind, when it is older than age, and says how many there were.
	Sweep(ctx context.Context, age time.Duration) (int, error)

	// Check writes a small file, reads it back and deletes it. Nil means that the store works as a whole.
	Check(ctx context.Context) error

	// Close lets go of the folder or the connections.
	Close() error
}

// Info is what is known of an open file. ModTime is when it was put, to the second or better.
type Info struct {
	Size        int64
	ContentType string
	ModTime     time.Time
}

// Entry is one file of a listing, with its size in bytes and the time at which it was put.
type Entry struct {
	Key     string
	Size    int64
	ModTime time.Time
}

// Open gives the store at addr: a path of a folder, which is made when it is not there, or
// "s3://bucket?endpoint=…&region=…" with an optional prefix as the path. The endpoint may be a host or an
// http:// or https:// address; http, or insecure=1, is meant for services on the own network. The credentials are in
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, or in the address as user and password. Opening
// a bucket does not ask the service anything: a site starts while it is down.
func Open(ctx context.Context, addr string) (Store, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if strings.HasPrefix(addr, "s3://") {
		return openBucket(addr)
	}
	if before, _, ok := strings.Cut(addr, "://"); ok {
		return nil, fmt.Errorf("blob: %q is no place for files: a folder or s3://bucket?endpoint=… is", before+"://")
	}
	if addr == "" {
		return nil, errors.New("blob: no folder given")
	}
	return openFolder(addr)
}

// ValidKey says, as an Invalid error at "key", what is wrong with a key; nil when it is right.
func ValidKey(key string) error {
	if key == "" || len(key) > 400 {
		return fault.At("key", "fault.blob.key", "a key has 1 to 400 bytes")
	}
	for part := range strings.SplitSeq(key, "/") {
		if part == "" || len(part) > 100 {
			return fault.At("key", "fault.blob.key", "each part of a key has 1 to 100 bytes")
		}
		if c := part[0]; c == '.' || c == '-' || c == '_' {
			return fault.At("key", "fault.blob.key", "a part of a key begins with a letter or a digit")
		}
		if strings.Contains(part, "..") || strings.HasSuffix(part, ".") {
			return fault.At("key", "fault.blob.key", "a part of a key holds no two dots in a row and ends with none")
		}
		for i := 0; i < len(part); i++ {
			if !keyByte(part[i]) {
				return fault.At("key", "fault.blob.key", "a key is made of a-z, 0-9, dot, dash and underscore")
			}
		}
	}
	return nil
}

// validPrefix lets through what a valid key can begin with, and the empty prefix.
func validPrefix(prefix string) error {
	if prefix == "" {
		return nil
	}
	if strings.HasSuffix(prefix, "/") {
		return ValidKey(prefix[:len(prefix)-1])
	}
	return ValidKey(strings.TrimSuffix(prefix, "."))
}

func keyByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}

// types says what a file is by the end of its key. A folder has nowhere else to keep it, so the end decides in a bucket too.
var types = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
	".avif": "image/avif", ".heic": "image/heic",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac",
	".mp4": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".vtt": "text/vtt; charset=utf-8",
	".pdf": "application/pdf", ".json": "application/json", ".xml": "application/xml", ".zip": "application/zip",
	".txt": "text/plain; charset=utf-8",
}

// TypeOf gives the content type of a key by its end (".jpg"), application/octet-stream when the end is not known.
func TypeOf(key string) string {
	if t, ok := types[path.Ext(key)]; ok {
		return t
	}
	return "application/octet-stream"
}

// admit checks what a caller of Put says before anything is written.
func admit(key string, size int64, contentType string) error {
	if err := ValidKey(key); err != nil {
		return err
	}
	if size < 0 {
		return fmt.Errorf("blob: put %s: the size must be known", key)
	}
	if want := TypeOf(key); contentType != "" && contentType != want {
		return fmt.Errorf("blob: put %s: the key's end says %s, the caller %s", key, want, contentType)
	}
	return nil
}

// exact reads size bytes of r and then wants its end. It gives the last bytes only when it has seen that nothing follows
// them, so that whoever writes what it reads never finishes a file that is too long. It stops when ctx does.
type exact struct {
	ctx    context.Context
	r      io.Reader
	left   int64
	failed error // what was wrong with r, apart from what went wrong where it was written to
}

var (
	errCut     = errors.New("fewer bytes than announced")
	errTooLong = errors.New("more bytes than announced")
)

func (e *exact) Read(p []byte) (int, error) {
	if e.failed != nil {
		return 0, e.failed
	}
	n, err := e.read(p)
	if err != nil && err != io.EOF {
		e.failed = err
	}
	return n, err
}

func (e *exact) read(p []byte) (int, error) {
	if err := e.ctx.Err(); err != nil {
		return 0, err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if e.left == 0 {
		return 0, e.end()
	}
	n, err := e.r.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	if e.left == 0 {
		if end := e.end(); end != io.EOF {
			return 0, end
		}
		return n, nil
	}
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errCut
	}
	return n, err
}

// end gives io.EOF when r has ended.
func (e *exact) end() error {
	var one [1]byte
	n, err := io.ReadFull(e.r, one[:])
	if n > 0 {
		return errTooLong
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}

func missing(key string) *fault.Error {
	return fault.New(fault.NotFound, "fault.blob.missing", "there is no such file").Because(fmt.Errorf("blob: no %s", key))
}

func down(err error) error {
	e := fault.New(fault.Unavailable, "fault.blob.down", "the place where files lie cannot be reached").Because(err)
	e.After = 10 * time.Second
	return e
}

func full(err error) error {
	return fault.New(fault.Full, "fault.full", "there is no room left for files").Because(err)
}

func short(err error) error {
	return fault.New(fault.Malformed, "fault.blob.cut", "the upload was cut off").Because(err)
}

// common turns errors that both stores share into faults; nil when it is another.
func common(err error) error {
	switch {
	case errors.Is(err, errCut), errors.Is(err, errTooLong):
		return short(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return full(err)
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, fs.ErrClosed), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EIO), errors.Is(err, syscall.EROFS),
		errors.Is(err, syscall.ESTALE), errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return down(err)
	}
	return nil
}
