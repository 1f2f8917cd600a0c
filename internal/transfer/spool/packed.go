package spool

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
)

// What a packed file may unpack to: so many times its own size, and so many bytes in any case.
const (
	maxSwelling = 500
	anySwelling = 256 << 20
)

// Unpack gives what in holds: what is packed in it when it is a gzip file of size bytes, else itself.
func Unpack(in io.Reader, size int64) (io.Reader, error) {
	b := bufio.NewReaderSize(in, 64<<10)
	head, err := b.Peek(4)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case string(head) == "PK\x03\x04":
		return nil, errors.New("it is a zip archive; take the file out of it first")
	case len(head) < 2 || string(head[:2]) != "\x1f\x8b":
		return b, nil
	}
	z, err := gzip.NewReader(b)
	return &swelling{z, max(size*maxSwelling, anySwelling)}, damaged(err)
}

// swelling is a packed file while it is unpacked.
type swelling struct {
	z    *gzip.Reader
	left int64
}

func (s *swelling) Read(p []byte) (int, error) {
	n, err := s.z.Read(p)
	if s.left -= int64(n); s.left < 0 {
		return 0, errors.New("it unpacks to far more than such a file holds")
	}
	return n, damaged(err)
}

// damaged says in words what is wrong with a packed file.
func damaged(err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrChecksum) || errors.Is(err, gzip.ErrHeader) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return errors.New("the packed file is damaged or cut off")
	}
	return err
}
