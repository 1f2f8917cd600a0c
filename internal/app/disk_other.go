//go:build !unix

package app

import "errors"

func freeBytes(string) (uint64, error) { return 0, errors.ErrUnsupported }

func diskOf(dir string) (string, error) { return dir, nil }
